//! Which events a query asks for.

use utoipa::IntoParams;

use crate::domain::{AccountKey, Outcome, State, Timestamp, WorkspaceId};
use crate::http::page::page_of;
use crate::http::params::{FromQuery, Query};
use crate::http::{self, Problem, words};
use crate::store::{EventFilter, PageRequest, StoreError};

/// Which events, by what is asked.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventParams {
    /// Of this webhook field, as `comments`.
    field: Option<String>,
    /// Of this account, by any id that Meta knows it by.
    account: Option<String>,
    /// In this state; what is pending in a parked lane is parked.
    #[param(value_type = Option<words::StateWord>, inline)]
    state: Option<State>,
    /// With this outcome.
    #[param(value_type = Option<words::OutcomeWord>, inline)]
    outcome: Option<Outcome>,
    /// Received at or after this.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Received before this.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    #[param(ignore)]
    page: PageRequest,
}

impl FromQuery for EventParams {
    fn read(query: &mut Query) -> Result<Self, Problem> {
        let params = Self {
            field: query.text("field")?,
            account: query.text("account")?,
            state: query.word("state")?,
            outcome: query.word("outcome")?,
            since: query.word("since")?,
            until: query.word("until")?,
            page: page_of(query)?,
        };
        if params
            .since
            .zip(params.until)
            .is_some_and(|(since, until)| since >= until)
        {
            return Err(Problem::parameter("until", "is not after since"));
        }
        Ok(params)
    }
}

impl EventParams {
    /// Which page.
    pub const fn page(&self) -> PageRequest {
        self.page
    }

    /// The filter; none if no event can match, since nobody knows the account.
    pub async fn filter(
        self,
        state: &http::State,
        workspace: Option<WorkspaceId>,
    ) -> Result<Option<EventFilter>, Problem> {
        let account = match self.account {
            None => None,
            Some(id) => match account_named(state, &id).await? {
                None => return Ok(None),
                known => known,
            },
        };
        Ok(Some(EventFilter {
            workspace,
            account,
            field: self.field,
            state: self.state,
            outcome: self.outcome,
            since: self.since,
            until: self.until,
            delivery: None,
        }))
    }
}

/// The account that goes by one of Meta's ids.
pub async fn account_named(state: &http::State, id: &str) -> Result<Option<AccountKey>, StoreError> {
    Ok(state.store.account_by_id(id).await?.map(|account| account.key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_of_time_that_holds_nothing_is_refused() {
        let mut query = Query::parse("since=2026-11-21T08:30:00Z&until=2026-11-21T08:30:00Z").unwrap();
        let problem = EventParams::read(&mut query).unwrap_err();
        assert_eq!(
            problem.to_string(),
            "invalid-parameter: until: is not after since"
        );
    }
}
