//! The settings as texts, before anything is judged, each with the place it came from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::Fault;

/// Every setting's name. Another one in a file is a fault; the environment holds much that is not ours.
pub const KEYS: [&str; 31] = [
    "DATABASE_URL",
    "BELINO_LISTEN",
    "BELINO_PUBLIC_URL",
    "INSTAGRAM_APP_ID",
    "INSTAGRAM_APP_SECRET",
    "FACEBOOK_APP_ID",
    "FACEBOOK_APP_SECRET",
    "BELINO_FACEBOOK_CONFIG_ID",
    "BELINO_PREVIOUS_APP_SECRETS",
    "INSTAGRAM_VERIFY_TOKEN",
    "BELINO_GRAPH_VERSION",
    "BELINO_INSTAGRAM_GRAPH_VERSION",
    "BELINO_FACEBOOK_GRAPH_URL",
    "BELINO_INSTAGRAM_GRAPH_URL",
    "BELINO_FACEBOOK_DIALOG_URL",
    "BELINO_INSTAGRAM_AUTHORIZE_URL",
    "BELINO_INSTAGRAM_TOKEN_URL",
    "BELINO_RETURN_ORIGINS",
    "BELINO_ENCRYPTION_KEYS",
    "BELINO_ADMIN_KEY",
    "BELINO_KEEP_BODIES",
    "BELINO_KEEP_EVENTS",
    "BELINO_KEEP_FEED",
    "BELINO_KEEP_UPLOADS",
    "BELINO_POST_GRACE",
    "BELINO_MEDIA_CHECKS",
    "BELINO_ALLOW_PRIVATE_URLS",
    "BELINO_UPLOADS",
    "BELINO_MAX_BODY_BYTES",
    "BELINO_LOG",
    "BELINO_LOG_FORMAT",
];

const FILE: &str = "belino.toml";
const DOTENV: &str = ".env";

pub(super) struct Setting {
    pub(super) text: String,
    pub(super) origin: String,
}

/// A value that a stronger source replaced by another one. Its `Debug` shows no value.
#[derive(Clone, Debug)]
pub struct Replaced {
    /// The setting's name.
    pub key: String,
    /// Where the value stands that does not count.
    pub origin: String,
    /// Where the one stands that does.
    pub by: String,
    /// The value that does not count.
    pub value: SecretString,
}

/// Settings gathered from their sources. A later source replaces an earlier one; an empty text, which is how
/// Compose files and shells say "unset", replaces nothing.
#[derive(Default)]
pub struct Settings {
    values: BTreeMap<String, Setting>,
    replaced: Vec<Replaced>,
    pub(super) faults: Vec<Fault>,
}

impl Settings {
    /// Gathers the sources of this process: the file (`belino.toml` unless named), `.env`, the environment.
    pub fn gather(file: Option<&Path>) -> Self {
        let mut settings = Self::default();
        match file {
            Some(path) => settings.add_file(path, true),
            None => settings.add_file(Path::new(FILE), false),
        }
        settings.add_dotenv(Path::new(DOTENV));
        settings.add_environment();
        settings
    }

    /// Sets one value, as from a source of that name.
    pub fn set(&mut self, key: &str, text: &str, origin: &str) {
        let text = text.trim();
        if !text.is_empty() {
            let setting = Setting {
                text: text.to_owned(),
                origin: origin.to_owned(),
            };
            self.replace(key, setting);
        }
    }

    fn replace(&mut self, key: &str, setting: Setting) {
        let (by, now) = (setting.origin.clone(), setting.text.clone());
        let before = self.values.insert(key.to_owned(), setting);
        if let Some(before) = before.filter(|before| before.text != now) {
            self.replaced.push(Replaced {
                key: key.to_owned(),
                origin: before.origin,
                by,
                value: before.text.into(),
            });
        }
    }

    /// The values that a stronger source replaced.
    pub fn replaced(&self) -> &[Replaced] {
        &self.replaced
    }

    pub(super) fn find(&self, key: &str) -> Option<&Setting> {
        self.values.get(key)
    }

    /// Reads a file of flat keys; a missing one matters only if it was asked for.
    pub(super) fn add_file(&mut self, path: &Path, asked_for: bool) {
        match std::fs::read_to_string(path) {
            Ok(text) => self.add_toml(&text, path),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !asked_for => {}
            Err(error) => {
                self.fault(
                    path,
                    format!("cannot be read: {error}"),
                    "name a file that this user may read",
                );
            }
        }
    }

    fn add_toml(&mut self, text: &str, path: &Path) {
        // Only the message is shown: the error's own text quotes the line, which may hold a secret.
        let table: toml::Table = match toml::from_str(text) {
            Ok(table) => table,
            Err(error) => {
                let line = error.span().map_or(1, |at| {
                    text.get(..at.start).map_or(0, |s| s.matches('\n').count()) + 1
                });
                self.fault(
                    path,
                    format!("line {line}: {}", error.message()),
                    "correct the TOML",
                );
                return;
            }
        };
        for (key, value) in table {
            self.add_entry(&key, &value, path);
        }
    }

    fn add_entry(&mut self, key: &str, value: &toml::Value, path: &Path) {
        let origin = path.display().to_string();
        if !KEYS.contains(&key) {
            self.faults.push(Fault {
                key: key.to_owned(),
                origin,
                problem: "is no setting of Belino's".to_owned(),
                fix: nearest(key).map_or("remove it".to_owned(), |near| format!("did you mean {near}?")),
            });
            return;
        }
        match value {
            toml::Value::String(text) => self.set(key, text, &origin),
            toml::Value::Integer(number) => self.set(key, &number.to_string(), &origin),
            _ => self.faults.push(Fault {
                key: key.to_owned(),
                origin,
                problem: "is neither text nor a whole number".to_owned(),
                fix: "put it in quotes".to_owned(),
            }),
        }
    }

    /// Reads a `.env` file if there is one. Names that are not ours are left alone: Compose reads it, too.
    pub(super) fn add_dotenv(&mut self, path: &Path) {
        let Ok(entries) = dotenvy::from_path_iter(path) else {
            return;
        };
        let mut last = "its beginning".to_owned();
        for entry in entries {
            match entry {
                Ok((key, text)) => {
                    if KEYS.contains(&key.as_str()) {
                        self.set(&key, &text, &path.display().to_string());
                    }
                    last = key;
                }
                // dotenvy's own words quote the line, which may hold a secret.
                Err(_) => {
                    return self.fault(
                        path,
                        format!("cannot be read after {last}"),
                        "write NAME=value on each line",
                    );
                }
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "this is where the environment comes in")]
    fn add_environment(&mut self) {
        for key in KEYS {
            match std::env::var(key) {
                Ok(text) => self.set(key, &text, "environment"),
                Err(std::env::VarError::NotPresent) => {}
                Err(std::env::VarError::NotUnicode(_)) => self.faults.push(Fault {
                    key: key.to_owned(),
                    origin: "environment".to_owned(),
                    problem: "is not UTF-8".to_owned(),
                    fix: "set it again as plain text".to_owned(),
                }),
            }
        }
    }

    fn fault(&mut self, path: &Path, problem: String, fix: &str) {
        let key = path
            .file_name()
            .map_or_else(|| PathBuf::from(path), PathBuf::from)
            .display()
            .to_string();
        self.faults.push(Fault {
            key,
            origin: "file".to_owned(),
            problem,
            fix: fix.to_owned(),
        });
    }
}

/// The setting that shares most of its words with a name that is none.
fn nearest(key: &str) -> Option<&'static str> {
    let upper = key.to_ascii_uppercase();
    let shared = |name: &str| {
        name.split('_')
            .filter(|word| upper.split('_').any(|other| other == *word))
            .count()
    };
    KEYS.into_iter()
        .filter(|name| shared(name) > 1)
        .max_by_key(|name| shared(name))
}
