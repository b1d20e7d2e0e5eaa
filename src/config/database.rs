//! Where the database is: a file of SQLite's, or a PostgreSQL server.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::parse::Wrong;

const FORMS: &str = "write sqlite://PATH, sqlite:PATH, or postgres://USER:PASSWORD@HOST/DATABASE";

/// A database's address. Its `Debug` shows no password.
#[derive(Clone, Debug)]
pub enum DatabaseUrl {
    /// A file on this machine.
    Sqlite(PathBuf),
    /// A server, by the URL that its driver reads.
    Postgres(SecretString),
}

impl FromStr for DatabaseUrl {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        if let Some(rest) = text.strip_prefix("sqlite:") {
            return sqlite(rest.strip_prefix("//").unwrap_or(rest));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return match Url::parse(text) {
                Ok(_) => Ok(Self::Postgres(SecretString::from(text))),
                Err(error) => Err(Wrong::new(
                    format!("is no URL: {error}"),
                    "write special characters of the password as %XX",
                )),
            };
        }
        Err(Wrong::new("names neither SQLite nor PostgreSQL", FORMS))
    }
}

fn sqlite(path: &str) -> Result<DatabaseUrl, Wrong> {
    if path.is_empty() {
        return Err(Wrong::new("names no file", FORMS));
    }
    if path.starts_with(":memory:") {
        return Err(Wrong::new(
            "lives in memory, and what is acknowledged must be kept",
            "name a file",
        ));
    }
    if path.contains('?') {
        return Err(Wrong::new(
            "has options after `?`",
            "leave them out: Belino sets its own",
        ));
    }
    Ok(DatabaseUrl::Sqlite(PathBuf::from(path)))
}

impl DatabaseUrl {
    /// A server's address as its own tools read it, without the password; a file's path.
    pub fn without_password(&self) -> String {
        let Self::Postgres(url) = self else {
            return self.to_string();
        };
        // It was parsed when it was read.
        let Ok(mut url) = Url::parse(url.expose_secret()) else {
            return "postgres://…".to_owned();
        };
        // Fails where there can be none.
        let _ = url.set_password(None);
        let kept: Vec<(String, String)> = (url.query_pairs().into_owned())
            .filter(|(key, _)| !key.contains("password"))
            .collect();
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
        url.into()
    }
}

impl fmt::Display for DatabaseUrl {
    /// The kind of database and, for a file, its path: nothing that a log may not hold.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}
