//! A statement with its arguments, before it knows on which database it runs.

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{
    Arguments, AssertSqlSafe, Encode, FromRow, PgConnection, Postgres, Sqlite, SqliteConnection, Type,
};

use super::damage::Damage;
use super::postgres::Postgres as PostgresServer;
use super::sqlite::Sqlite as SqliteFile;

/// A value that both databases take.
pub trait Bind:
    for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres> + Send + 'static
{
}
impl<T> Bind for T where
    T: for<'q> Encode<'q, Sqlite>
        + Type<Sqlite>
        + for<'q> Encode<'q, Postgres>
        + Type<Postgres>
        + Send
        + 'static
{
}

/// A row that both databases give.
pub trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// One statement; a pair where the dialects part.
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    /// The text for SQLite.
    pub sqlite: &'static str,
    /// The text for Postgres.
    pub postgres: &'static str,
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self {
            sqlite: text,
            postgres: text,
        }
    }
}

pub(super) enum To<'a> {
    SqlitePool(&'a SqliteFile, SqliteArguments),
    Sqlite(&'a mut SqliteConnection, &'a Damage, SqliteArguments),
    PgPool(&'a PostgresServer, PgArguments),
    Pg(&'a mut PgConnection, PgArguments),
}

/// A statement on its way to a database.
#[must_use = "a query does nothing until it is run"]
pub struct Query<'a> {
    text: Text,
    to: To<'a>,
    bound: usize,
    failed: Option<sqlx::error::BoxDynError>,
}

enum Text {
    Fixed(&'static str),
    Built(String),
}

impl<'a> Query<'a> {
    pub(super) fn new(sql: Sql, to: To<'a>) -> Self {
        let text = match &to {
            To::SqlitePool(..) | To::Sqlite(..) => sql.sqlite,
            To::PgPool(..) | To::Pg(..) => sql.postgres,
        };
        Self {
            text: Text::Fixed(text),
            to,
            bound: 0,
            failed: None,
        }
    }

    /// Makes room for so many more parameters.
    pub(super) fn reserve(mut self, parameters: usize) -> Self {
        match &mut self.to {
            To::SqlitePool(_, a) | To::Sqlite(_, _, a) => a.reserve(parameters, 0),
            To::PgPool(_, a) | To::Pg(_, a) => a.reserve(parameters, 0),
        }
        self
    }

    /// Binds the next parameter (`$1`, `$2`, …).
    pub fn bind(mut self, value: impl Bind) -> Self {
        let bound = match &mut self.to {
            To::SqlitePool(_, a) | To::Sqlite(_, _, a) => a.add(value),
            To::PgPool(_, a) | To::Pg(_, a) => a.add(value),
        };
        if let Err(error) = bound {
            self.failed.get_or_insert(error);
        }
        self.bound += 1;
        self
    }

    /// Binds the next parameter as an array: Postgres only.
    pub fn bind_array<'t, T>(mut self, values: Vec<T>) -> Self
    where
        Vec<T>: Encode<'t, Postgres> + Type<Postgres>,
    {
        let bound = match &mut self.to {
            To::SqlitePool(..) | To::Sqlite(..) => Err("SQLite has no arrays".into()),
            To::PgPool(_, a) | To::Pg(_, a) => a.add(values),
        };
        if let Err(error) = bound {
            self.failed.get_or_insert(error);
        }
        self.bound += 1;
        self
    }

    /// Appends fixed text, for a filter that may be absent.
    pub fn push(mut self, text: &'static str) -> Self {
        let mut built = self.text.into_string();
        built.push_str(text);
        self.text = Text::Built(built);
        self
    }

    /// Appends `text` and a parameter: `push_bind(" AND field = ", field)`.
    pub fn push_bind(self, text: &'static str, value: impl Bind) -> Self {
        let mut query = self.push(text).bind(value);
        if let Text::Built(built) = &mut query.text {
            built.push('$');
            built.push_str(&query.bound.to_string());
        }
        query
    }
}

/// A tenant's accounts `a`, in a list that is read newest first. COALESCE keeps SQLite from gathering and sorting
/// everything the tenant has for the sake of one page.
pub const OF_WORKSPACE: &str = " AND COALESCE(a.workspace_id, a.workspace_id) = ";

/// Something that narrows a query.
pub trait Filter {
    /// Appends its conditions, each beginning with ` AND `.
    fn narrow<'a>(&self, query: Query<'a>) -> Query<'a>;
}

impl Text {
    fn into_string(self) -> String {
        match self {
            Self::Fixed(text) => text.to_owned(),
            Self::Built(text) => text,
        }
    }

    /// Built texts are made of fixed parts and `$n` only, never of values.
    fn safe(self) -> sqlx::SqlStr {
        use sqlx::SqlSafeStr;
        match self {
            Self::Fixed(text) => text.into_sql_str(),
            Self::Built(text) => AssertSqlSafe(text).into_sql_str(),
        }
    }
}

macro_rules! run {
    ($(#[$doc:meta])* $name:ident -> $out:ty, $make:ident $(::<$row:ident>)?, |$query:ident, $conn:ident| $call:expr) => {
        impl Query<'_> {
            $(#[$doc])*
            pub async fn $name$(<$row: Record>)?(self) -> sqlx::Result<$out> {
                if let Some(error) = self.failed {
                    return Err(sqlx::Error::Encode(error));
                }
                let text = self.text.safe();
                match self.to {
                    To::SqlitePool(file, args) => {
                        let $conn = &file.read;
                        let $query = sqlx::$make::<Sqlite, $($row,)? _>(text, args);
                        file.damage.noticed($call)
                    }
                    To::Sqlite($conn, damage, args) => {
                        let $query = sqlx::$make::<Sqlite, $($row,)? _>(text, args);
                        damage.noticed($call)
                    }
                    To::PgPool(server, args) => {
                        let $conn = &server.pool;
                        let $query = sqlx::$make::<Postgres, $($row,)? _>(text, args);
                        server.at_home(async { $call }).await
                    }
                    To::Pg($conn, args) => { let $query = sqlx::$make::<Postgres, $($row,)? _>(text, args); $call }
                }
            }
        }
    };
}

run! {
    /// The row, if there is one.
    optional -> Option<R>, query_as_with::<R>, |query, conn| query.fetch_optional(conn).await
}
run! {
    /// The one row; an error if there is none.
    one -> R, query_as_with::<R>, |query, conn| query.fetch_one(conn).await
}
run! {
    /// Every row.
    all -> Vec<R>, query_as_with::<R>, |query, conn| query.fetch_all(conn).await
}

impl Query<'_> {
    /// Runs it and tells how many rows it changed.
    pub async fn execute(self) -> sqlx::Result<u64> {
        if let Some(error) = self.failed {
            return Err(sqlx::Error::Encode(error));
        }
        let text = self.text.safe();
        Ok(match self.to {
            To::SqlitePool(file, args) => {
                let query = sqlx::query_with::<Sqlite, _>(text, args);
                file.damage
                    .noticed(query.execute(&file.read).await)?
                    .rows_affected()
            }
            To::Sqlite(to, damage, args) => {
                let query = sqlx::query_with::<Sqlite, _>(text, args);
                damage.noticed(query.execute(to).await)?.rows_affected()
            }
            To::PgPool(server, args) => {
                let query = sqlx::query_with::<Postgres, _>(text, args);
                server.at_home(query.execute(&server.pool)).await?.rows_affected()
            }
            To::Pg(to, args) => sqlx::query_with::<Postgres, _>(text, args)
                .execute(to)
                .await?
                .rows_affected(),
        })
    }
}
