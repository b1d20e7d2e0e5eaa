//! Room on the disk that a file is on.

use std::path::Path;

/// Bytes that this user may still write there; none if the system does not tell.
pub(super) fn room(file: &Path) -> Option<u64> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let told = rustix::fs::statvfs(folder.unwrap_or(Path::new("."))).ok()?;
    Some(told.f_bavail.saturating_mul(told.f_frsize))
}
