//! The file that keeps the world: one change a line, written before anything is announced.
//!
//! A kill can cut the last line short; the next start drops it, since nobody was told of it. No fsync: the
//! world outlives its process, not a loss of power.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::world::Change;

/// Why the journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be read or written.
    #[error("cannot read or write {path}", path = path.display())]
    File {
        /// The journal.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A line is no change.
    #[error("line {line} of {path} is not a change", path = path.display())]
    Line {
        /// The journal.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What the reader said.
        source: serde_json::Error,
    },
}

/// An open journal.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
    /// The length of what is whole: a write that failed half-way is cut off before the next.
    length: u64,
}

impl Journal {
    /// Opens the file, hands each change in it to `apply`, and goes on behind the last whole line.
    pub(crate) fn open(path: &Path, mut apply: impl FnMut(Change)) -> Result<Self, JournalError> {
        let failed = |source| JournalError::File {
            path: path.to_owned(),
            source,
        };
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(failed)?;
        let mut reader = BufReader::new(&file);
        let (mut length, mut text) = (0, Vec::new());
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
        }
        let mut journal = Self {
            path: path.to_owned(),
            file,
            length,
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

    /// Forgets everything.
    pub(crate) fn clear(&mut self) -> Result<(), JournalError> {
        self.length = 0;
        self.cut().map_err(|source| self.failed(source))
    }

    fn cut(&mut self) -> std::io::Result<()> {
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length)).map(drop)
    }

    fn failed(&self, source: std::io::Error) -> JournalError {
        JournalError::File {
            path: self.path.clone(),
            source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::world::Id;

    #[test]
    fn changes_come_back_in_order_without_the_half_line_of_a_kill() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let deleted = |number| Change::MediaDeleted { id: Id::of(number) };
        let mut journal = Journal::open(&path, |_| panic!("nothing is there yet")).unwrap();
        journal.append(&[deleted(1), deleted(2)]).unwrap();
        journal.file.write_all(b"{\"media").unwrap();
        let mut seen = Vec::new();
        let mut journal = Journal::open(&path, |change| seen.push(format!("{change:?}"))).unwrap();
        journal.append(&[deleted(3)]).unwrap();
        Journal::open(&path, |change| seen.push(format!("{change:?}"))).unwrap();
        let expected = [1, 2, 1, 2, 3].map(|number| format!("{:?}", deleted(number)));
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_line_that_is_no_change_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        std::fs::write(&path, "{\"media_deleted\":{\"id\":\"1\"}}\n{}\n").unwrap();
        let error = Journal::open(&path, drop).unwrap_err();
        assert!(matches!(error, JournalError::Line { line: 2, .. }), "{error}");
    }
}
