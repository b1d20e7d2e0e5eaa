//! What a database answered, whichever library it was asked through.

/// An error of a database.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// Of a server, or of SQLite through the connections that tasks share.
    #[error(transparent)]
    Shared(#[from] sqlx::Error),
    /// Of SQLite on the thread of who asked.
    #[error(transparent)]
    Apart(#[from] rusqlite::Error),
}

/// An error that may be SQLite's.
pub(super) trait SqliteError {
    /// SQLite's extended code.
    fn sqlite_code(&self) -> Option<i32>;
}

impl SqliteError for sqlx::Error {
    fn sqlite_code(&self) -> Option<i32> {
        let error = self.as_database_error()?;
        error.try_downcast_ref::<sqlx::sqlite::SqliteError>()?;
        error.code()?.parse().ok()
    }
}

impl SqliteError for rusqlite::Error {
    fn sqlite_code(&self) -> Option<i32> {
        Some(self.sqlite_error()?.extended_code)
    }
}

impl SqliteError for DbError {
    fn sqlite_code(&self) -> Option<i32> {
        match self {
            Self::Shared(error) => error.sqlite_code(),
            Self::Apart(error) => error.sqlite_code(),
        }
    }
}

impl DbError {
    /// True where the same data will be refused again.
    pub fn is_about_data(&self) -> bool {
        if let Some(code) = self.sqlite_code() {
            return is_sqlite_data(code);
        }
        match self {
            Self::Shared(sqlx::Error::Database(error)) => error.code().is_some_and(|state| is_data(&state)),
            Self::Shared(
                sqlx::Error::Encode(_) | sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_),
            ) => true,
            Self::Shared(_) => false,
            Self::Apart(error) => matches!(error, rusqlite::Error::ToSqlConversionFailure(_)),
        }
    }

    /// SQLite's primary code, if it is an error of SQLite's.
    pub fn primary_code(&self) -> Option<i32> {
        self.sqlite_code().map(|code| code & 0xff)
    }

    /// The SQLSTATE of a server's error.
    pub fn sql_state(&self) -> Option<String> {
        match self {
            Self::Shared(sqlx::Error::Database(error)) => error.code().map(Into::into),
            _ => None,
        }
    }

    /// True where the server was not reached, or broke off.
    pub const fn is_about_reaching(&self) -> bool {
        matches!(
            self,
            Self::Shared(sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut)
        )
    }

    /// True where a transaction lost against another: serialisation failure, deadlock.
    pub fn is_contention(&self) -> bool {
        match self {
            Self::Shared(sqlx::Error::Database(error)) => {
                matches!(error.code().as_deref(), Some("40001" | "40P01"))
            }
            _ => false,
        }
    }
}

/// Too big (18), a constraint's violation (19, a value of the wrong type among them), mismatch (20).
const fn is_sqlite_data(code: i32) -> bool {
    matches!(code & 0xff, 18..=20)
}

/// SQLSTATE classes 22 (data exception), 23 (a constraint's violation) and 54 (a limit exceeded, as the size of an
/// index's row).
fn is_data(state: &str) -> bool {
    state.len() == 5 && ["22", "23", "54"].iter().any(|class| state.starts_with(class))
}
