//! What people grant: the permissions there are, tokens issued for what was granted, and all of it taken back.

mod issue;
mod revoke;
mod scopes;

pub(crate) use issue::{DATA_ACCESS, LONG, for_new_page, page_token, text, with_pages};
pub(crate) use revoke::{leave, withdraw};
pub(crate) use scopes::{all_scopes, exists};
