//! How lists page: newest first, after the last id seen, so that rows added meanwhile neither repeat nor hide any.

use uuid::Uuid;

/// Which page of a list is wanted.
#[derive(Clone, Copy, Debug)]
pub struct PageRequest {
    /// The last id of the page before; `None` for the first page.
    pub after: Option<Uuid>,
    /// Rows wanted, at least 1.
    pub limit: i64,
}

impl PageRequest {
    /// Ids are below this: the one after which a list begins.
    pub(super) fn below(self) -> Uuid {
        self.after.unwrap_or(Uuid::max())
    }
}
