//! `belino backup`: a copy of the SQLite database, made while the service runs.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::io;
use super::{Failure, line};
use crate::app;
use crate::config::{Config, DatabaseUrl};
use crate::store;

/// Where to.
#[derive(Debug, Args)]
pub struct Options {
    /// The file to make; one that is there is never overwritten
    path: PathBuf,
}

/// A file that is removed unless it gets its name.
struct Partial(PathBuf);

impl Drop for Partial {
    fn drop(&mut self) {
        // It may have its name by now, or be beyond reach.
        fs::remove_file(&self.0).ok();
    }
}

/// Does it.
pub async fn run(options: Options, config: &Config) -> Result<(), Failure> {
    let DatabaseUrl::Sqlite(database) = &config.database else {
        return Err(Failure::Usage(with_postgres(&options.path, &config.database)));
    };
    if !database.exists() {
        let shown = database.display();
        return Err(Failure::Usage(format!(
            "there is no database {shown}: see DATABASE_URL"
        )));
    }
    let path = std::path::absolute(&options.path).map_err(io("the path leads nowhere"))?;
    refuse_existing(&path)?;
    let partial = begin(&path)?;
    let copied = store::copy(database, &partial.0).await?;
    refuse_existing(&path)?;
    let bytes = finish(&partial, &path).map_err(io(format!("could not finish {}", path.display())))?;
    line(&format!(
        "copied {} to {}: {bytes} bytes, {} deliveries, {} events, {} accounts, {} connections; checked",
        database.display(),
        path.display(),
        copied.deliveries,
        copied.events,
        copied.accounts,
        copied.connections
    ))?;
    line(&keys_needed(config, database))
}

fn refuse_existing(path: &Path) -> Result<(), Failure> {
    // Also a link that leads nowhere.
    if path.symlink_metadata().is_ok() {
        let shown = path.display();
        return Err(Failure::Usage(format!(
            "{shown} exists and is not overwritten: name another file"
        )));
    }
    Ok(())
}

/// Makes an empty file beside the one to be, for its owner only.
fn begin(path: &Path) -> Result<Partial, Failure> {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    let partial = PathBuf::from(name);
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&partial);
    match made {
        Ok(_) => Ok(Partial(partial)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(Failure::Usage(format!(
            "{} exists: another backup is being made, or one was cut off; then remove it",
            partial.display()
        ))),
        Err(error) => Err(io(format!("could not make {}", partial.display()))(error)),
    }
}

/// Makes the copy durable, then gives it its name. Tells its size.
fn finish(partial: &Partial, path: &Path) -> std::io::Result<u64> {
    let file = File::open(&partial.0)?;
    file.sync_all()?;
    fs::rename(&partial.0, path)?;
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(file.metadata()?.len())
}

fn keys_needed(config: &Config, database: &Path) -> String {
    if config.encryption_keys.is_some() {
        return "keep BELINO_ENCRYPTION_KEYS as well: without them the copy's tokens stay sealed".to_owned();
    }
    let key = app::key_path(database);
    format!(
        "keep the key {} as well, at another place: without it the copy's tokens stay sealed",
        std::path::absolute(&key).unwrap_or(key).display()
    )
}

fn with_postgres(path: &Path, database: &DatabaseUrl) -> String {
    format!(
        "belino copies SQLite databases only; PostgreSQL has its own tool, which asks for the password or takes it \
        from PGPASSWORD or ~/.pgpass:\n  pg_dump --format=custom --file={} --dbname={}\n\
        keep BELINO_ENCRYPTION_KEYS as well: without them the copy's tokens stay sealed",
        quoted(&path.display().to_string()),
        quoted(&database.without_password())
    )
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}
