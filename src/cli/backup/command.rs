//! What is copied, where to, and what is said of it.

use std::path::{Path, PathBuf};

use clap::Args;

use super::partial::{Partial, beside};
use super::shelf::{Copied, Source};
use crate::app;
use crate::assets::Digest;
use crate::cli::failure::io;
use crate::cli::{Failure, line};
use crate::config::{Config, DatabaseUrl};
use crate::store;

/// Where to.
#[derive(Debug, Args)]
pub struct Options {
    /// The file to make; one that is there is never overwritten. Uploads are copied to a folder beside it, PATH.uploads
    path: PathBuf,
}

/// Does it.
pub async fn run(options: Options, config: &Config) -> Result<(), Failure> {
    let DatabaseUrl::Sqlite(database) = &config.database else {
        return Err(Failure::Usage(with_postgres(&options.path, config)));
    };
    if !database.exists() {
        let shown = database.display();
        return Err(Failure::Usage(format!(
            "there is no database {shown}: see DATABASE_URL"
        )));
    }
    let path = std::path::absolute(&options.path).map_err(io("the path leads nowhere"))?;
    let partial = Partial::file(&path)?;
    let shelf = Source::of(&config.uploads).await?;
    let copied = store::copy(database, &partial.path).await?;
    let bytes = partial
        .path
        .metadata()
        .map_err(io("could not read the copy"))?
        .len();
    let files = store::files_named(&partial.path).await?;
    let uploads = uploads(shelf, &files, &beside(&path, ".uploads")).await?;
    partial.finish()?;
    line(&format!(
        "copied {} to {}: {bytes} bytes, {} deliveries, {} events, {} accounts, {} connections; checked",
        database.display(),
        path.display(),
        copied.deliveries,
        copied.events,
        copied.accounts,
        copied.connections
    ))?;
    for said in uploads {
        line(&said)?;
    }
    line(&keys_needed(config, database))
}

/// Copies the files that the copy of the database names; says what was copied.
async fn uploads(shelf: Option<Source>, files: &[Digest], to: &Path) -> Result<Vec<String>, Failure> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let partial = Partial::folder(to)?;
    let copied = match shelf {
        Some(shelf) => shelf.copy(files, &partial).await?,
        None => Copied {
            lost: files.to_vec(),
            ..Copied::default()
        },
    };
    partial.finish()?;
    let mut said = vec![format!(
        "copied the uploads to {}: {} files, {} bytes; checked; to restore, put it in the place of BELINO_UPLOADS",
        to.display(),
        copied.files,
        copied.bytes
    )];
    let lost = copied.lost.iter();
    said.extend(lost.map(|digest| {
        format!("an upload is missing on the shelf, or damaged there, and is not in the copy: {digest}")
    }));
    Ok(said)
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

fn with_postgres(path: &Path, config: &Config) -> String {
    let uploads = std::path::absolute(&config.uploads).unwrap_or_else(|_| config.uploads.clone());
    let quoted = |path: &Path| quoted(&path.display().to_string());
    format!(
        "belino copies SQLite databases only; PostgreSQL has its own tool, which asks for the password or takes it \
        from PGPASSWORD or ~/.pgpass:\n  pg_dump --format=custom --file={} --dbname={}\n\
        after that copy the folder of uploads, too, so that it has all that the dump names:\n  cp -a {} {}\n\
        keep BELINO_ENCRYPTION_KEYS as well: without them the copy's tokens stay sealed",
        quoted(path),
        self::quoted(&config.database.without_password()),
        quoted(&uploads),
        quoted(&beside(path, ".uploads"))
    )
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}
