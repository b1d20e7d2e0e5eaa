//! Notifications that wait for their time, those under way, and what became of the others.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::batch::Delivery;
use super::log::{Attempt, Log, Totals};
use crate::domain::{Login, Timestamp};
use crate::sandbox::faults::{Subject, What};
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{Destination, Notice};

/// The sender's state.
#[derive(Debug)]
pub(crate) struct Outbox {
    pub(crate) client: reqwest::Client,
    /// Rung whenever a notification has come back.
    pub(crate) returned: Notify,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    made: u64,
    waiting: BTreeMap<(Timestamp, u64), Delivery>,
    under_way: usize,
    /// Destinations that have answered the handshake.
    verified: BTreeMap<Login, Destination>,
    log: Log,
}

impl Outbox {
    /// An empty one, with a client that follows no redirect and uses no proxy.
    #[expect(
        clippy::disallowed_methods,
        reason = "the sandbox is Meta's side of the wire, with time-outs below"
    )]
    pub(crate) fn new() -> Result<Self, reqwest::Error> {
        // Whoever came first has chosen; every choice of ours is ring.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_secs(5))
            .user_agent("facebookplatform/1.0 (+http://developers.facebook.com)")
            .build()?;
        Ok(Self {
            client,
            returned: Notify::new(),
            inner: Mutex::default(),
        })
    }

    /// Whether a destination has answered the handshake.
    pub(crate) fn is_verified(&self, login: Login, destination: &Destination) -> bool {
        self.inner().verified.get(&login) == Some(destination)
    }

    /// Notes that it has.
    pub(crate) fn verify(&self, login: Login, destination: Destination) {
        self.inner().verified.insert(login, destination);
    }

    /// Holds a notification until a time.
    pub(crate) fn hold(&self, until: Timestamp, delivery: Delivery) {
        self.inner().waiting.insert((until, delivery.number), delivery);
    }

    /// Takes a place for a notification under way, if there is one.
    pub(crate) fn enter(&self, most: usize) -> bool {
        let mut inner = self.inner();
        let free = inner.under_way < most.max(1);
        inner.under_way += usize::from(free);
        free
    }

    /// Gives the place back.
    pub(crate) fn leave(&self) {
        let mut inner = self.inner();
        inner.under_way = inner.under_way.saturating_sub(1);
        drop(inner);
        self.returned.notify_waiters();
    }

    /// Whether nothing is under way.
    pub(crate) fn is_still(&self) -> bool {
        self.inner().under_way == 0
    }

    /// Notes a try.
    pub(crate) fn note(&self, attempt: Attempt) {
        self.inner().log.note(attempt);
    }

    /// The totals, how many notifications wait for another try, and the last tries.
    pub(crate) fn report(&self, limit: usize) -> (Totals, usize, Vec<Attempt>) {
        let inner = self.inner();
        (inner.log.totals, inner.waiting.len(), inner.log.last(limit))
    }

    /// Forgets what waited and what was; destinations stay verified.
    pub(crate) fn clear(&self) {
        let mut inner = self.inner();
        inner.waiting.clear();
        inner.log = Log::default();
    }

    fn number(&self) -> u64 {
        let mut inner = self.inner();
        inner.made += 1;
        inner.made
    }

    fn take_waiting(&self, now: Timestamp) -> Option<Delivery> {
        let mut inner = self.inner();
        let first = inner.waiting.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The next notification that is due, with what goes wrong with it this time; a second try goes first.
pub(crate) fn next(meta: &Meta) -> Option<(Delivery, Vec<What>)> {
    let now = meta.now();
    loop {
        let mut delivery = meta.outbox.take_waiting(now).or_else(|| form(meta, now))?;
        if delivery.epoch != meta.epoch() {
            continue;
        }
        if std::mem::take(&mut delivery.held) {
            return Some((delivery, Vec::new()));
        }
        let faults = strike(meta, &delivery);
        let Some(until) = faults.iter().find_map(|what| held_until(what, now)) else {
            return Some((delivery, faults));
        };
        delivery.held = true;
        meta.outbox.hold(until, delivery);
    }
}

/// How far others get ahead of a notification that is to be overtaken.
const OVERTAKEN: Duration = Duration::from_millis(500);

fn held_until(what: &What, now: Timestamp) -> Option<Timestamp> {
    match what {
        What::DelayMs(ms) => Some(now + Duration::from_millis(*ms)),
        What::Reorder => Some(now + OVERTAKEN),
        _ => None,
    }
}

/// Makes one of what piled up for an app whose address is verified.
fn form(meta: &Meta, now: Timestamp) -> Option<Delivery> {
    let open: Vec<Login> = {
        let world = meta.world();
        let open = world
            .callbacks
            .iter()
            .filter(|(login, to)| meta.outbox.is_verified(**login, to));
        open.map(|(login, _)| *login).collect()
    };
    let (epoch, notices) = meta.queue(|world, epoch| {
        let lane = world
            .due_lanes(now)
            .into_iter()
            .find(|lane| open.contains(&lane.login));
        let most = world
            .settings
            .updates_per_delivery
            .clamp(1, crate::domain::facts::UPDATES_PER_DELIVERY);
        (
            epoch,
            lane.map(|lane| world.take_due(lane, now, most))
                .unwrap_or_default(),
        )
    });
    let lane = notices.first()?.lane;
    let number = meta.outbox.number();
    Some(Delivery::of(
        number,
        epoch,
        lane,
        &turned_round(meta, notices),
        now,
    ))
}

/// Updates in the order of their making, or the other way when that was ordered for any of them.
fn turned_round(meta: &Meta, mut notices: Vec<Notice>) -> Vec<Notice> {
    let ordered = meta.faults().orders().iter().any(|order| {
        order.rule.what == What::Reorder && order.rule.times.is_none_or(|times| order.struck < times)
    });
    if ordered {
        notices.reverse();
    }
    notices
}

fn strike(meta: &Meta, delivery: &Delivery) -> Vec<What> {
    let fields: Vec<&str> = delivery.fields.iter().map(String::as_str).collect();
    meta.faults().strike_webhook(&Subject {
        login: delivery.lane.login,
        method: "POST",
        path: "",
        edge: "",
        node: "",
        token: "",
        accounts: &delivery.accounts,
        fields: &fields,
    })
}
