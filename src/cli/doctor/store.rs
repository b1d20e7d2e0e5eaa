//! The database: there, of this version, writable, sound, with room, and durable.

use std::path::Path;
use std::time::Duration;

use super::code::Code;
use super::command::Patient;
use super::disk;
use super::finding::Finding;
use crate::app;
use crate::config::DatabaseUrl;
use crate::store::{ServerSetting, Store, StoreError, Trouble};

const CHECK: &str = "store";
/// How long the database may take to open.
const PATIENCE: Duration = Duration::from_secs(20);
/// A longer file is not read as a whole.
const LARGEST_READ: u64 = 512 << 20;
/// With less room than this it is time to act.
const ROOM: u64 = 1 << 30;
/// A log that is longer than the writer lets it become.
const LONG_LOG: u64 = 256 << 20;

/// Looks at the database; gives it, if there is more to be asked of it.
pub(super) async fn look(patient: &Patient) -> (Vec<Finding>, Option<Store>) {
    if patient.is_faulty("DATABASE_URL") {
        return (vec![Finding::skipped(CHECK, "DATABASE_URL cannot be read")], None);
    }
    let database = &patient.config.database;
    if let DatabaseUrl::Sqlite(path) = database
        && !path.exists()
    {
        return (
            vec![Code::DatabaseMissing.found(format!("there is no {}", path.display()))],
            None,
        );
    }
    let url = app::database_url(database);
    let opened = tokio::time::timeout(PATIENCE, Store::open(&url, patient.clock.clone())).await;
    match opened {
        Ok(Ok(store)) => inside(database, store).await,
        Ok(Err(error)) => (vec![broken(database, &error)], None),
        Err(_) => (
            vec![Code::DatabaseUnreachable.found(format!("{database} did not answer in time"))],
            None,
        ),
    }
}

async fn inside(database: &DatabaseUrl, store: Store) -> (Vec<Finding>, Option<Store>) {
    let schema = match store.schema().await {
        Ok(schema) => schema,
        Err(error) => return (vec![broken(database, &error)], None),
    };
    let (found, known) = (schema.found, schema.known);
    if found > known {
        let newer = format!("its schema version is {found}, and this belino's is {known}");
        return (vec![Code::SchemaNewer.found(newer)], None);
    }
    if found < known {
        let older = format!("its schema version is {found}, and this belino brings {known}");
        return (vec![Code::SchemaOlder.found(older)], None);
    }
    let mut findings = vec![Finding::passed(
        CHECK,
        format!("{database} answers, schema version {found}"),
    )];
    let usable = works(database, &store, &mut findings).await;
    if let DatabaseUrl::Sqlite(path) = database {
        findings.extend(beside(path));
    }
    (findings, usable.then_some(store))
}

/// Writes, reads it all where that is quick, and asks how durable a commit is. False where going on makes no sense.
async fn works(database: &DatabaseUrl, store: &Store, findings: &mut Vec<Finding>) -> bool {
    match tokio::time::timeout(PATIENCE, store.probe()).await {
        Ok(Ok(())) => findings.push(Finding::passed(CHECK, "a commit went through")),
        Ok(Err(error)) => findings.push(broken(database, &error)),
        Err(_) => findings.push(Code::DatabaseLocked.found("a commit did not come through in time")),
    }
    let damage = if checkable(database) {
        store.quick_check().await
    } else {
        store.ping().await.map(|()| None)
    };
    match damage {
        Ok(None) => findings.push(Finding::passed(CHECK, "no damage was found")),
        Ok(Some(words)) => {
            findings.push(Code::DatabaseDamaged.found(format!("{database} is damaged: {words}")));
            return false;
        }
        Err(error) => {
            findings.push(broken(database, &error));
            return false;
        }
    }
    match store.durability().await {
        Ok(settings) => findings.extend(settings.iter().filter_map(durable)),
        Err(error) => findings.push(broken(database, &error)),
    }
    true
}

fn checkable(database: &DatabaseUrl) -> bool {
    match database {
        DatabaseUrl::Sqlite(path) => path.metadata().is_ok_and(|file| file.len() <= LARGEST_READ),
        DatabaseUrl::Postgres(_) => true,
    }
}

fn durable(setting: &ServerSetting) -> Option<Finding> {
    let (name, value) = (setting.name.as_str(), setting.setting.as_str());
    let found = format!("the server's {name} is {value}");
    match (name, value) {
        ("fsync" | "synchronous_commit", "off") => Some(Code::CommitsNotDurable.found(found)),
        ("full_page_writes", "off") => Some(Code::PagesNotWhole.found(found)),
        _ => None,
    }
}

/// What an error of the database's means.
pub(super) fn broken(database: &DatabaseUrl, error: &StoreError) -> Finding {
    let code = match error.trouble() {
        Trouble::ReadOnly => Code::DatabaseReadOnly,
        Trouble::Damaged => Code::DatabaseDamaged,
        Trouble::Full => Code::DatabaseFull,
        Trouble::Locked => Code::DatabaseLocked,
        Trouble::Refused => Code::DatabaseRefused,
        Trouble::Unreachable => Code::DatabaseUnreachable,
        Trouble::Unopenable | Trouble::Other => Code::DatabaseFails,
    };
    code.found(format!("{database}: {}", words(error)))
}

/// An error with its causes.
pub(super) fn words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        let next = source.to_string();
        if !words.contains(&next) {
            words = format!("{words}: {next}");
        }
        cause = source.source();
    }
    words
}

/// The disk and the log.
fn beside(path: &Path) -> Vec<Finding> {
    let mut findings: Vec<Finding> = disk::room(path).map(judged).into_iter().collect();
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let bytes = Path::new(&log).metadata().map_or(0, |file| file.len());
    if bytes > LONG_LOG {
        findings.push(Code::LogLong.found(format!("its log is {} MiB long", bytes >> 20)));
    }
    findings
}

fn judged(room: u64) -> Finding {
    let mebibytes = room >> 20;
    if room < ROOM {
        Code::DiskNearlyFull.found(format!("there are {mebibytes} MiB of room on its disk"))
    } else {
        Finding::passed(CHECK, format!("there are {mebibytes} MiB of room on its disk"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_room_and_commits_that_may_be_lost_are_told() {
        assert_eq!(judged(ROOM).code, None);
        assert_eq!(judged(ROOM - 1).code, Some("disk-nearly-full"));
        let found = |name: &str, setting: &str| {
            let (name, setting) = (name.to_owned(), setting.to_owned());
            durable(&ServerSetting { name, setting }).and_then(|finding| finding.code)
        };
        assert_eq!(found("synchronous_commit", "off"), Some("commits-not-durable"));
        assert_eq!(found("synchronous_commit", "remote_apply"), None);
        assert_eq!(found("fsync", "off"), Some("commits-not-durable"));
        assert_eq!(found("full_page_writes", "off"), Some("full-page-writes-off"));
    }
}
