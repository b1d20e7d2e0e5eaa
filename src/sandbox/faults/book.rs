//! The orders in force, and which of them strike this time: decided by the seed, so always the same.

use serde::Serialize;
use tokio_util::sync::CancellationToken;

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
    /// Calls that it holds now.
    pub(crate) held: u64,
    #[serde(skip)]
    taken_back: CancellationToken,
}

/// What befalls a call, and until when it may last.
#[derive(Clone, Debug)]
pub(crate) struct Strike {
    pub(crate) what: What,
    /// The order's id.
    pub(crate) order: u64,
    /// Cancelled when the order is taken back.
    pub(crate) taken_back: CancellationToken,
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
            held: 0,
            taken_back: CancellationToken::new(),
        };
        self.orders.push(order.clone());
        order
    }

    /// The orders, used up or not.
    pub(crate) fn orders(&self) -> &[Order] {
        &self.orders
    }

    /// Takes one order back, or all; calls that it holds go on.
    pub(crate) fn cancel(&mut self, id: Option<u64>) -> usize {
        let before = self.orders.len();
        self.orders.retain(|order| {
            let stays = id.is_some_and(|id| id != order.id);
            if !stays {
                order.taken_back.cancel();
            }
            stays
        });
        before - self.orders.len()
    }

    /// Counts a call that an order begins to hold.
    pub(crate) fn holds(&mut self, id: u64) {
        if let Some(order) = self.orders.iter_mut().find(|order| order.id == id) {
            order.held += 1;
        }
    }

    /// Counts a call off that an order has held; the order may be gone.
    pub(crate) fn held(&mut self, id: u64) {
        if let Some(order) = self.orders.iter_mut().find(|order| order.id == id) {
            order.held = order.held.saturating_sub(1);
        }
    }

    /// What befalls a call.
    pub(crate) fn strike_call(&mut self, subject: &Subject<'_>) -> Vec<Strike> {
        self.strike(subject, false)
    }

    /// What befalls a notification.
    pub(crate) fn strike_webhook(&mut self, subject: &Subject<'_>) -> Vec<What> {
        let struck = self.strike(subject, true);
        struck.into_iter().map(|strike| strike.what).collect()
    }

    fn strike(&mut self, subject: &Subject<'_>, webhook: bool) -> Vec<Strike> {
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
                struck.push(Strike {
                    what: order.rule.what.clone(),
                    order: order.id,
                    taken_back: order.taken_back.clone(),
                });
            }
        }
        struck
    }
}
