//! The orders in force, and which of them strike this time: decided by the seed, so always the same.

use serde::Serialize;

use super::{Rule, What};
use crate::domain::Login;
use crate::sandbox::seed;
use crate::sandbox::world::Id;

/// What may be struck: a call, or a notification (without path and method).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) login: Login,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) edge: &'a str,
    pub(crate) node: &'a str,
    pub(crate) token: &'a str,
    pub(crate) accounts: &'a [Id],
    pub(crate) fields: &'a [&'a str],
}

/// An order in force.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Order {
    pub(crate) id: u64,
    #[serde(flatten)]
    pub(crate) rule: Rule,
    /// How often it matched.
    pub(crate) matched: u64,
    /// How often it struck.
    pub(crate) struck: u64,
}

/// All orders, oldest first.
#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    made: u64,
    orders: Vec<Order>,
}

impl Faults {
    /// No orders yet.
    pub(crate) const fn new(seed: u64) -> Self {
        Self {
            seed,
            made: 0,
            orders: Vec::new(),
        }
    }

    /// Takes an order.
    pub(crate) fn order(&mut self, rule: Rule) -> Order {
        self.made += 1;
        let order = Order {
            id: self.made,
            rule,
            matched: 0,
            struck: 0,
        };
        self.orders.push(order.clone());
        order
    }

    /// The orders, used up or not.
    pub(crate) fn orders(&self) -> &[Order] {
        &self.orders
    }

    /// Takes one order back, or all.
    pub(crate) fn cancel(&mut self, id: Option<u64>) -> usize {
        let before = self.orders.len();
        self.orders.retain(|order| id.is_some_and(|id| id != order.id));
        before - self.orders.len()
    }

    /// What befalls a call.
    pub(crate) fn strike_call(&mut self, subject: &Subject<'_>) -> Vec<What> {
        self.strike(subject, false)
    }

    /// What befalls a notification.
    pub(crate) fn strike_webhook(&mut self, subject: &Subject<'_>) -> Vec<What> {
        self.strike(subject, true)
    }

    fn strike(&mut self, subject: &Subject<'_>, webhook: bool) -> Vec<What> {
        let seed = self.seed;
        let fitting = self.orders.iter_mut().filter(|order| {
            order.rule.what.is_of_webhooks() == webhook
                && order.rule.times.is_none_or(|times| order.struck < times)
                && order.rule.what.fits(subject)
                && order.rule.matches.takes(subject)
        });
        let mut struck = Vec::new();
        for order in fitting {
            order.matched += 1;
            if order.matched > order.rule.after
                && seed::comes_out(seed, order.id, order.matched, order.rule.chance)
            {
                order.struck += 1;
                struck.push(order.rule.what.clone());
            }
        }
        struck
    }
}
