//! Lists of objects: comments, mentions, messages and stories, by account and media, the newest event's first.

use super::db::{Filter, OF_WORKSPACE, Query, Record};
use super::{PageRequest, Store, StoreError};
use crate::domain::{AccountKey, WorkspaceId};

/// Which comments, mentions, messages or stories are wanted.
#[derive(Clone, Debug, Default)]
pub struct ObjectFilter {
    /// Of this tenant's accounts only.
    pub workspace: Option<WorkspaceId>,
    /// Of this account only.
    pub account: Option<AccountKey>,
    /// On this media only.
    pub media: Option<String>,
}

/// The table is `o`, its account `a`.
impl Filter for ObjectFilter {
    fn narrow<'a>(&self, mut query: Query<'a>) -> Query<'a> {
        if let Some(workspace) = self.workspace {
            query = query.push_bind(OF_WORKSPACE, workspace);
        }
        if let Some(account) = self.account {
            query = query.push_bind(" AND o.account_key = ", account);
        }
        if let Some(media) = &self.media {
            query = query.push_bind(" AND o.media_id = ", media.clone());
        }
        query
    }
}

impl Store {
    /// A page of a list. The statement ends in a condition to which more are added.
    pub(super) async fn objects<T: Record>(
        &self,
        list: &'static str,
        filter: &ObjectFilter,
        page: PageRequest,
    ) -> Result<Vec<T>, StoreError> {
        let query = self.db.query(list).push_bind("o.event_id < ", page.below());
        let query = filter.narrow(query);
        let query = query.push_bind(" ORDER BY o.event_id DESC LIMIT ", page.limit);
        Ok(query.all().await?)
    }
}
