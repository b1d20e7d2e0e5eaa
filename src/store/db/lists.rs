//! Lists as one parameter: an array on Postgres, JSON on SQLite.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo};
use sqlx::sqlite::SqliteTypeInfo;
use sqlx::{Encode, Postgres, Sqlite, Type};
use uuid::Uuid;

use super::delivery_id::number;
use crate::domain::DeliveryId;

/// `$before IN (the ids of $param) $after`.
macro_rules! in_ids {
    ($before:expr, $param:literal, $after:expr) => {
        $crate::store::db::Sql {
            sqlite: concat!(
                $before,
                " IN (SELECT unhex(value) FROM json_each(",
                $param,
                "))",
                $after
            ),
            postgres: concat!($before, " = ANY(", $param, ")", $after),
        }
    };
}

/// `$before IN (the texts, or the deliveries' ids, of $param) $after`.
macro_rules! in_list {
    ($before:literal, $param:literal, $after:literal) => {
        $crate::store::db::Sql {
            sqlite: concat!($before, " IN (SELECT value FROM json_each(", $param, "))", $after),
            postgres: concat!($before, " = ANY(", $param, ")", $after),
        }
    };
}

pub(crate) use {in_ids, in_list};

/// A list of ids, for `in_ids!`.
pub struct Ids(Vec<Uuid>);

impl Ids {
    /// Of anything that has an id's value.
    pub fn of(ids: impl IntoIterator<Item = Uuid>) -> Self {
        Self(ids.into_iter().collect())
    }
}

/// A list of texts, for `in_list!`.
pub struct Texts(Vec<String>);

impl Texts {
    /// Of anything that gives texts.
    pub fn of<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self(texts.into_iter().map(Into::into).collect())
    }
}

/// A list of deliveries' ids, for `in_list!`.
pub struct DeliveryIds(Vec<DeliveryId>);

impl DeliveryIds {
    /// Of these ids.
    pub fn of(ids: impl IntoIterator<Item = DeliveryId>) -> Self {
        Self(ids.into_iter().collect())
    }
}

macro_rules! list {
    ($name:ident, $item:ty, |$values:ident| $json:expr) => {
        impl Type<Sqlite> for $name {
            fn type_info() -> SqliteTypeInfo {
                <String as Type<Sqlite>>::type_info()
            }
        }

        impl Encode<'_, Sqlite> for $name {
            fn encode_by_ref(
                &self,
                to: &mut <Sqlite as sqlx::Database>::ArgumentBuffer,
            ) -> Result<IsNull, BoxDynError> {
                let $values = &self.0;
                let json: String = $json;
                <String as Encode<'_, Sqlite>>::encode(json, to)
            }
        }

        impl Type<Postgres> for $name {
            fn type_info() -> PgTypeInfo {
                <$item as PgHasArrayType>::array_type_info()
            }
        }

        impl Encode<'_, Postgres> for $name {
            fn encode_by_ref(&self, to: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
                <Vec<$item> as Encode<'_, Postgres>>::encode_by_ref(&self.0, to)
            }
        }
    };
}

list!(Ids, Uuid, |ids| {
    let mut json = String::with_capacity(ids.len() * 35 + 2);
    json.push('[');
    for (n, id) in ids.iter().enumerate() {
        json.push_str(if n == 0 { "\"" } else { ",\"" });
        json.push_str(id.simple().encode_lower(&mut Uuid::encode_buffer()));
        json.push('"');
    }
    json.push(']');
    json
});
list!(DeliveryIds, DeliveryId, |ids| {
    let numbers: Vec<i64> = ids.iter().copied().map(number).collect();
    serde_json::to_string(&numbers)?
});
list!(Texts, String, |texts| serde_json::to_string(texts)?);
