//! The open file: read at the start, then only added to, and now and then put anew.

use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::JournalError;
use crate::sandbox::world::{Change, Snapshot, World};

/// A journal shorter than this is left as it is.
const FLOOR: u64 = 1 << 20;
/// How many times the length of its world a journal may have.
const FACTOR: u64 = 2;

/// An open journal.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
    /// The length of what is whole: a write that failed half-way is cut off before the next.
    length: u64,
    /// At this length it is time to condense.
    most: u64,
}

impl Journal {
    /// Opens the file, hands each change in it to `apply`, and goes on behind the last whole line.
    pub(crate) fn open(path: &Path, mut apply: impl FnMut(Change)) -> Result<Self, JournalError> {
        let failed = |source| JournalError::File {
            path: path.to_owned(),
            source,
        };
        // What a kill left of a draft was never the journal.
        fs::remove_file(draft(path)).ok();
        let file = open(path, false).map_err(failed)?;
        let mut reader = BufReader::new(&file);
        let (mut length, mut most, mut text) = (0, FLOOR, Vec::new());
        for line in 1.. {
            text.clear();
            let read = reader.read_until(b'\n', &mut text).map_err(failed)?;
            if text.last() != Some(&b'\n') {
                break;
            }
            apply(
                serde_json::from_slice(&text).map_err(|source| JournalError::Line {
                    path: path.to_owned(),
                    line,
                    source,
                })?,
            );
            length += u64::try_from(read).unwrap_or(0);
            if line == 1 {
                most = most_beside(length);
            }
        }
        let mut journal = Self {
            path: path.to_owned(),
            file,
            length,
            most,
        };
        journal.cut().map_err(failed)?;
        Ok(journal)
    }

    /// Writes the changes down; either all of them count, or none.
    pub(crate) fn append(&mut self, changes: &[Change]) -> Result<(), JournalError> {
        let mut lines = Vec::new();
        for change in changes {
            serde_json::to_writer(&mut lines, change).expect("a change is always JSON");
            lines.push(b'\n');
        }
        let written = self.file.write_all(&lines);
        if written.is_err() {
            self.cut().map_err(|source| self.failed(source))?;
        }
        written.map_err(|source| self.failed(source))?;
        self.length += u64::try_from(lines.len()).unwrap_or(0);
        Ok(())
    }

    /// Puts the world in the place of its history, if that has outgrown it. Nothing is lost if it fails.
    pub(crate) fn condense(&mut self, world: &World) {
        if self.length < self.most {
            return;
        }
        if let Err(error) = self.replace(world) {
            let (error, path) = (&error as &dyn Error, self.path.display());
            tracing::warn!(error, "{path} could not be condensed and goes on growing");
        }
        // After a failure the next attempt waits for a journal of twice the length.
        self.most = most_beside(self.length);
    }

    /// The rename is the moment: before it the journal is the old one, after it the new one, and both are whole.
    pub(super) fn replace(&mut self, world: &World) -> io::Result<()> {
        let draft = draft(&self.path);
        let made = write(&draft, world).and_then(|made| fs::rename(&draft, &self.path).map(|()| made));
        if made.is_err() {
            fs::remove_file(&draft).ok();
        }
        (self.file, self.length) = made?;
        Ok(())
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) -> Result<(), JournalError> {
        (self.length, self.most) = (0, FLOOR);
        self.cut().map_err(|source| self.failed(source))
    }

    fn cut(&mut self) -> io::Result<()> {
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length)).map(drop)
    }

    fn failed(&self, source: io::Error) -> JournalError {
        JournalError::File {
            path: self.path.clone(),
            source,
        }
    }
}

/// How long a journal may become whose world takes this much.
fn most_beside(world: u64) -> u64 {
    FLOOR.max(world.saturating_mul(FACTOR))
}

/// Beside the journal, so that a rename is enough.
pub(super) fn draft(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

fn open(path: &Path, anew: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(true)
        .truncate(anew)
        .open(path)
}

/// A journal whose only line is the world, and its length.
fn write(path: &Path, world: &World) -> io::Result<(File, u64)> {
    let mut writer = BufWriter::new(open(path, true)?);
    serde_json::to_writer(&mut writer, &Snapshot::World(world))?;
    writer.write_all(b"\n")?;
    let mut file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    let length = file.stream_position()?;
    Ok((file, length))
}
