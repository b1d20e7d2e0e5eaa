//! How a delivery's id is kept: on SQLite as the number that makes it up, on Postgres as it is.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef};
use sqlx::sqlite::{SqliteTypeInfo, SqliteValueRef};
use sqlx::{Decode, Encode, Postgres, Sqlite, Type};
use uuid::Uuid;

use crate::domain::DeliveryId;

/// Stands for an id that is no number: no row has it.
const NOBODY: i64 = -1;

/// The number under which SQLite keeps a delivery.
pub fn number(id: DeliveryId) -> i64 {
    id.number().unwrap_or(NOBODY)
}

impl Type<Sqlite> for DeliveryId {
    fn type_info() -> SqliteTypeInfo {
        <i64 as Type<Sqlite>>::type_info()
    }
}

impl Encode<'_, Sqlite> for DeliveryId {
    fn encode_by_ref(
        &self,
        to: &mut <Sqlite as sqlx::Database>::ArgumentBuffer,
    ) -> Result<IsNull, BoxDynError> {
        <i64 as Encode<'_, Sqlite>>::encode(number(*self), to)
    }
}

impl Decode<'_, Sqlite> for DeliveryId {
    fn decode(value: SqliteValueRef<'_>) -> Result<Self, BoxDynError> {
        <i64 as Decode<'_, Sqlite>>::decode(value).map(Self::of_number)
    }
}

impl Type<Postgres> for DeliveryId {
    fn type_info() -> PgTypeInfo {
        <Uuid as Type<Postgres>>::type_info()
    }
}

impl PgHasArrayType for DeliveryId {
    fn array_type_info() -> PgTypeInfo {
        <Uuid as PgHasArrayType>::array_type_info()
    }
}

impl Encode<'_, Postgres> for DeliveryId {
    fn encode_by_ref(&self, to: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <Uuid as Encode<'_, Postgres>>::encode(self.uuid(), to)
    }
}

impl Decode<'_, Postgres> for DeliveryId {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        <Uuid as Decode<'_, Postgres>>::decode(value).map(Self::from)
    }
}
