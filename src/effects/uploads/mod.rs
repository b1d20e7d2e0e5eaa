//! Uploaded files: taken in, looked at, named in posts, and given to Meta under an address that nobody can guess.
//!
//! A file is what its bytes are; a picture that is no JPEG becomes one. Its address is made when a container is, and
//! holds for a day, so that nothing stored opens a file. An upload ends after its time, but not while a post needs it.

mod clearing;
mod error;
mod judging;
mod keeper;
mod kept;
mod taking;

pub use clearing::clear_shelf;
pub use error::UploadError;
pub use keeper::Uploads;
pub use kept::KeptUpload;
pub use taking::Taken;
