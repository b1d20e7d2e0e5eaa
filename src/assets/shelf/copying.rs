//! Copying a file elsewhere, as it was stored and not as it may have become.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::{Digest, ShelfError};

/// Read at once.
const PIECE: usize = 1 << 20;

/// Copies a file durably, and tells how long it is. [`ShelfError::Damaged`] if its bytes are not those it is named after.
pub(super) fn copy(from: &Path, to: &Path, digest: Digest) -> Result<u64, ShelfError> {
    let mut from = File::open(from)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut to = options.open(to).map_err(ShelfError::Disk)?;
    let (bytes, found) = copied(&mut from, &mut to)?;
    if found != digest {
        return Err(ShelfError::Damaged);
    }
    to.sync_all()?;
    Ok(bytes)
}

fn copied(from: &mut File, to: &mut File) -> io::Result<(u64, Digest)> {
    let (mut hash, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; PIECE]);
    loop {
        let read = from.read(&mut piece)?;
        let part = piece.get(..read).unwrap_or_default();
        if part.is_empty() {
            let digest: [u8; 32] = hash.finalize().into();
            return Ok((bytes, digest.into()));
        }
        hash.update(part);
        to.write_all(part)?;
        bytes += part.len() as u64;
    }
}
