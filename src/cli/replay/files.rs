//! The bodies to send: from files, folders and standard input, byte for byte.

use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::cli::failure::io;

/// What stands beside a fixture to say what becomes of it; no body.
const EXPECTATION: &str = ".expect.json";

/// A body and the name to report it by.
pub(super) struct Body {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Reads every body, in the order named; a folder's in the order of their names.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<Body>, Failure> {
    let mut bodies = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            bodies.push(standard_input()?);
        } else if path.is_dir() {
            let files = folder(path)?;
            if files.is_empty() {
                return Err(Failure::Usage(format!(
                    "{} has no *.json, *.txt or *.bin in it",
                    path.display()
                )));
            }
            bodies.extend(
                files
                    .iter()
                    .map(|file| body(file))
                    .collect::<Result<Vec<_>, _>>()?,
            );
        } else {
            bodies.push(body(path)?);
        }
    }
    Ok(bodies)
}

fn standard_input() -> Result<Body, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(io("could not read standard input"))?;
    Ok(Body {
        name: "-".to_owned(),
        bytes,
    })
}

fn body(path: &Path) -> Result<Body, Failure> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(io(format!("could not read {name}")))?;
    Ok(Body { name, bytes })
}

/// The bodies in a folder and below it.
fn folder(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = || io(format!("could not read {}", path.display()));
    let mut entries = std::fs::read_dir(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(unreadable())?
        .into_iter()
        .map(|entry| entry.path())
        .collect::<Vec<_>>();
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        if entry.is_dir() {
            files.extend(folder(&entry)?);
        } else if is_body(&entry) {
            files.push(entry);
        }
    }
    Ok(files)
}

fn is_body(path: &Path) -> bool {
    let kind = path.extension().and_then(OsStr::to_str);
    let expectation = path.to_str().is_some_and(|name| name.ends_with(EXPECTATION));
    matches!(kind, Some("json" | "txt" | "bin")) && !expectation
}
