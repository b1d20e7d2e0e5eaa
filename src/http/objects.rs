//! The lists of objects: what they are asked, and how they are answered.

use utoipa::IntoParams;
use uuid::Uuid;

use super::auth::Reader;
use super::events::account_named;
use super::page::{Page, page_of, paged};
use super::params::{FromQuery, Query};
use super::{Problem, State};
use crate::store::{ObjectFilter, PageRequest, StoreError};

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
    /// The filter; none if nothing can match, since nobody knows the account.
    async fn filter(self, state: &State, caller: &Reader) -> Result<Option<ObjectFilter>, Problem> {
        let account = match self.account {
            None => None,
            Some(id) => match account_named(state, &id).await? {
                None => return Ok(None),
                known => known,
            },
        };
        Ok(Some(ObjectFilter {
            workspace: caller.workspace,
            account,
            media: self.media,
        }))
    }
}

/// A page of the objects that `read` finds; `place` tells where one stands in their list.
pub async fn listed<Row, View: From<Row>>(
    (state, caller): (&State, &Reader),
    params: ObjectParams,
    read: impl AsyncFnOnce(ObjectFilter, PageRequest) -> Result<Vec<Row>, StoreError>,
    place: impl Fn(&Row) -> Uuid,
) -> Result<Page<View>, Problem> {
    let page = params.page;
    let Some(filter) = params.filter(state, caller).await? else {
        return Ok(Page::whole(Vec::new()));
    };
    paged(page, |page| read(filter, page), place).await
}
