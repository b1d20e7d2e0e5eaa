//! What people grant: the permissions there are and tokens issued for what was granted.

mod issue;
mod scopes;

pub(crate) use issue::{DATA_ACCESS, LONG, for_new_page, page_token, text, with_pages};
pub(crate) use scopes::{all_scopes, exists};
