//! Files that are uploaded with a key, and fetched by Meta without one.

mod serving;
mod taking;

pub use serving::serve;
pub use taking::take;
