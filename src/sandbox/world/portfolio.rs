//! Business portfolios: a Page that a person reaches through one is not listed among their own (graph-oauth.md §1.4).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Id, PageRecord, Token, World};

/// The portfolio that a Page is in: its business's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Portfolio {
    pub(crate) name: String,
    pub(crate) ownership: Ownership,
}

/// Whose a Page in a portfolio is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ownership {
    Owned,
    Client,
}

impl Ownership {
    /// Of the edge that lists such Pages.
    pub(crate) fn of_edge(edge: &str) -> Option<Self> {
        match edge {
            "owned_pages" => Some(Self::Owned),
            "client_pages" => Some(Self::Client),
            _ => None,
        }
    }
}

impl World {
    pub(super) fn set_portfolio(&mut self, page: Id, portfolio: Option<Portfolio>) {
        match portfolio {
            Some(portfolio) => drop(self.portfolios.insert(page, portfolio)),
            None => drop(self.portfolios.remove(&page)),
        }
    }

    /// The portfolio that a Page is in.
    pub(crate) fn portfolio(&self, page: Id) -> Option<&Portfolio> {
        self.portfolios.get(&page)
    }

    /// The Pages of a token that are listed among the person's own.
    pub(crate) fn listed_pages(&self, token: &Token) -> Vec<&PageRecord> {
        let mut pages = self.pages_of_token(token);
        pages.retain(|record| self.portfolio(record.page.id).is_none());
        pages
    }

    /// The businesses in whose portfolios a token has Pages, and their names.
    pub(crate) fn businesses_of_token(&self, token: &Token) -> BTreeMap<Id, &str> {
        let pages = self.pages_of_token(token).into_iter();
        let in_portfolios = pages.filter_map(|record| {
            let portfolio = self.portfolio(record.page.id)?;
            Some((record.business, portfolio.name.as_str()))
        });
        in_portfolios.collect()
    }

    /// The Pages of a token that are in a business's portfolio, in this way.
    pub(crate) fn pages_in_portfolio(
        &self,
        token: &Token,
        business: Id,
        ownership: Ownership,
    ) -> Vec<&PageRecord> {
        let mut pages = self.pages_of_token(token);
        pages.retain(|record| {
            let portfolio = self.portfolio(record.page.id);
            record.business == business && portfolio.is_some_and(|of| of.ownership == ownership)
        });
        pages
    }
}
