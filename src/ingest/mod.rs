//! From the socket's bytes to events: the ledger, the quarantine beside it, and unpacking.
//!
//! The ledger knows nothing of what it keeps; unpacking reads only what the ledger kept. Between them is
//! a row, so that a fault of the reader never costs a delivery.

mod bells;
mod desk;
mod ledger;
mod quarantine;
mod unpacker;

pub use bells::Bells;
pub use desk::Desk;
pub use ledger::{Ledger, LedgerError, LedgerWriter};
pub use quarantine::{Quarantine, QuarantineWriter};
pub use unpacker::{Unpacker, read};
