//! What the lists of objects are asked: by account and by media.

use utoipa::IntoParams;

use super::auth::Reader;
use super::events::account_named;
use super::page::page_of;
use super::params::{FromQuery, Query};
use super::{Problem, State};
use crate::store::{CommentFilter, PageRequest};

/// Which comments, mentions or stories.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ObjectParams {
    /// Of this account, by any id that Meta knows it by.
    account: Option<String>,
    /// Of this media.
    media: Option<String>,
    #[param(ignore)]
    page: PageRequest,
}

impl FromQuery for ObjectParams {
    fn read(query: &mut Query) -> Result<Self, Problem> {
        Ok(Self {
            account: query.text("account")?,
            media: query.text("media")?,
            page: page_of(query)?,
        })
    }
}

impl ObjectParams {
    /// Which page.
    pub const fn page(&self) -> PageRequest {
        self.page
    }

    /// The filter; none if nothing can match, since nobody knows the account.
    pub async fn filter(self, state: &State, caller: &Reader) -> Result<Option<CommentFilter>, Problem> {
        let account = match self.account {
            None => None,
            Some(id) => match account_named(state, &id).await? {
                None => return Ok(None),
                known => known,
            },
        };
        Ok(Some(CommentFilter {
            workspace: caller.workspace,
            account,
            media: self.media,
        }))
    }
}
