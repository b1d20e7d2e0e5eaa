//! What is wrong with a database that does not do its work, as far as its error tells.

use super::StoreError;
use super::db::DbError;

/// What an operator would have to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The file, or the server, takes no writes.
    ReadOnly,
    /// SQLite cannot make sense of the file.
    Damaged,
    /// The disk is full.
    Full,
    /// Another program holds the file.
    Locked,
    /// The file cannot be opened at all.
    Unopenable,
    /// The server does not know the user, the password or the database.
    Refused,
    /// Nobody answers.
    Unreachable,
    /// Something else; the error says what.
    Other,
}

impl StoreError {
    /// What is wrong with the database.
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Unavailable(error) | Self::Data(error) => of(error),
            Self::Corrupt(_) => Trouble::Damaged,
            _ => Trouble::Other,
        }
    }
}

fn of(error: &DbError) -> Trouble {
    if let Some(code) = error.primary_code() {
        return match code {
            5 | 6 => Trouble::Locked,
            8 => Trouble::ReadOnly,
            11 | 26 => Trouble::Damaged,
            13 => Trouble::Full,
            14 => Trouble::Unopenable,
            _ => Trouble::Other,
        };
    }
    match error.sql_state().as_deref() {
        Some("25006") => Trouble::ReadOnly,
        Some("53100") => Trouble::Full,
        Some("28P01" | "28000" | "3D000") => Trouble::Refused,
        None if error.is_about_reaching() => Trouble::Unreachable,
        _ => Trouble::Other,
    }
}
