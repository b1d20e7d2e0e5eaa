//! What the cluster needs to know of the machine it runs on.

use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Holds the others back while the cluster or a template is made; released when dropped.
pub(super) fn lock() -> File {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(folder).expect("cargo's folder for tests can be made");
    let file = File::create(folder.join("postgres.lock")).expect("the lock file can be made");
    file.lock().expect("the lock can be waited for");
    file
}

/// The folder of `initdb`: Debian keeps it out of `PATH`, by version; the newest one is taken.
pub(super) fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut folders: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .collect();
    folders.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let newest = folders.into_iter().rev().map(|(_, folder)| folder);
    newest.chain(std::env::split_paths(&path)).find(|folder| {
        ["initdb", "pg_ctl", "psql", "createdb", "dropdb"]
            .iter()
            .all(|name| folder.join(name).exists())
    })
}

/// `initdb` refuses to run as root: then it is the user `postgres`, or `nobody`.
pub(super) fn unprivileged() -> Option<(u32, u32)> {
    let number = |arguments: &[&str]| -> Option<u32> {
        let output = Command::new("id")
            .args(arguments)
            .stderr(Stdio::null())
            .output()
            .ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    if number(&["-u"]) != Some(0) {
        return None;
    }
    ["postgres", "nobody"]
        .iter()
        .find_map(|user| Some((number(&["-u", user])?, number(&["-g", user])?)))
}

/// When a process was started, so that a number used again names another run. Only Linux tells it cheaply.
pub(super) fn started(process: u32) -> String {
    let line = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = line.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().nth(19).unwrap_or("0").to_owned()
}

/// What stands in `migrations/postgres`: a cluster that outlives an edit needs another template.
pub(super) fn migrations() -> u64 {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    let mut hasher = std::hash::DefaultHasher::new();
    for file in files {
        hasher.write(file.as_os_str().as_encoded_bytes());
        hasher.write(&fs::read(&file).expect("a migration can be read"));
    }
    hasher.finish()
}

/// A number that no other process of this machine is likely to draw.
pub(super) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
