//! After a failed call: the pure decision, carried out.

use super::found;
use super::open::Opened;
use super::refusals::Refusals;
use super::sink::Sink;
use crate::chance::chance;
use crate::domain::retry::{self, Next};
use crate::domain::{Class, Field, Need, Outcome, ParkedOn};
use crate::graph::{Graph, GraphError};
use crate::store::{AttemptRecord, Failure, Settlement, Store, StoreError, Verdict, WorkItem};

pub(super) struct Decider<'a> {
    store: &'a Store,
    sink: &'a Sink<'a>,
    refusals: Refusals<'a>,
}

impl<'a> Decider<'a> {
    pub(super) fn new(store: &'a Store, graph: &'a Graph, sink: &'a Sink<'a>) -> Self {
        Self {
            store,
            sink,
            refusals: Refusals::new(graph, sink),
        }
    }

    /// A read failed for these events.
    pub(super) async fn failed(
        &self,
        opened: &Opened,
        items: Vec<WorkItem>,
        error: GraphError,
    ) -> Result<(), StoreError> {
        self.sink.call(&opened.access, &error.call, 0).await;
        for item in items {
            self.one(opened, item, &error).await?;
        }
        Ok(())
    }

    /// A walk failed. Where the error speaks of the media or the page and not of us, its events are
    /// read one by one: those are given back.
    pub(super) async fn walk_failed(
        &self,
        opened: &Opened,
        items: Vec<WorkItem>,
        error: GraphError,
    ) -> Result<Vec<WorkItem>, StoreError> {
        let of_object = match error.class() {
            Class::Gone | Class::GoneSuspected | Class::Bad | Class::NoData => true,
            Class::Perm => self.refusals.first(opened, Need::Comments).await.is_none(),
            _ => false,
        };
        if of_object {
            self.sink.call(&opened.access, &error.call, 0).await;
            return Ok(items);
        }
        self.failed(opened, items, error).await?;
        Ok(Vec::new())
    }

    /// The handler itself broke: a failed try, with the event kept.
    pub(super) async fn panicked(&self, items: Vec<WorkItem>) -> Result<(), StoreError> {
        let now = self.store.clock().now();
        let mut findings = Settlement::default();
        for item in items {
            let failure = retry::Failure {
                class: Class::Unknown,
                attempt: u32::try_from(item.attempts + 1).unwrap_or(u32::MAX),
                suspicions: 0,
                usage_percent: None,
                regain: None,
                scope: "",
                jitter: chance(),
            };
            let verdict = match retry::next(&failure) {
                Next::Retry(after) => Verdict::Wait(now + after),
                _ => Verdict::Park(ParkedOn::UnknownError),
            };
            let message = "processing it broke off; this is a fault of belino";
            findings
                .failures
                .push(self.without_call(item, "panic", message, verdict));
        }
        self.sink.take(findings).await
    }

    /// Only a connection can read it that does not work now: the event waits for that one alone.
    pub(super) async fn hold(&self, item: WorkItem, cause: ParkedOn) -> Result<(), StoreError> {
        let message = "only the connection of facebook login can read it";
        let failure = self.without_call(item, "held", message, Verdict::Park(cause));
        self.sink
            .take(Settlement {
                failures: vec![failure],
                ..Settlement::default()
            })
            .await
    }

    fn without_call(&self, item: WorkItem, class: &str, message: &str, verdict: Verdict) -> Failure {
        let attempt = AttemptRecord {
            number: 0,
            at: self.store.clock().now(),
            call_id: None,
            class: class.to_owned(),
            code: None,
            subcode: None,
            message: message.to_owned(),
            trace_id: None,
            decision: decision(&verdict),
        };
        Failure {
            item,
            attempt,
            verdict,
        }
    }

    async fn one(&self, opened: &Opened, item: WorkItem, error: &GraphError) -> Result<(), StoreError> {
        let now = self.store.clock().now();
        match self.next(opened, &item, error).await? {
            Next::Retry(after) | Next::Confirm(after) => {
                self.record(item, error, Verdict::Wait(now + after)).await
            }
            Next::Rest { pool, lasting } => {
                self.sink.rest(opened.access.pool(pool), now + lasting).await;
                // A limit spends no try; but a doubt has to be counted, or it would be raised for ever.
                if error.class() == Class::GoneSuspected {
                    self.record(item, error, Verdict::Wait(now + lasting)).await?;
                }
                Ok(())
            }
            Next::Park(cause @ (ParkedOn::Reconnect | ParkedOn::Restricted | ParkedOn::Scope(_))) => {
                let connection = &opened.connection;
                tracing::warn!(account.id = opened.access.instagram_id, parked_on = %cause, "{}", error.meaning());
                let park_lane = Some((cause, connection.id, connection.generation));
                self.sink
                    .take(Settlement {
                        park_lane,
                        ..Settlement::default()
                    })
                    .await
            }
            Next::Park(cause) => self.record(item, error, Verdict::Park(cause)).await,
            Next::Dead(_) => self.record(item, error, Verdict::Dead).await,
            Next::NoData => {
                self.sink
                    .take(found::finished(item, Outcome::Stored, Some(error.call.id)))
                    .await
            }
            Next::Gone => self.gone(item, error).await,
        }
    }

    /// What an error asks for. "Does not exist" and "not permitted" can be said of the object or of the access:
    /// of the object they are believed only if what surely is the account's own can be read the same way.
    async fn next(&self, opened: &Opened, item: &WorkItem, error: &GraphError) -> Result<Next, StoreError> {
        let suspected = error.class() == Class::GoneSuspected;
        let suspicions = if suspected && item.attempts > 0 {
            self.store.suspicions(item.id).await?
        } else {
            0
        };
        let decide = |error: &GraphError, need: Need| {
            retry::next(&retry::Failure {
                class: error.class(),
                attempt: u32::try_from(item.attempts + 1).unwrap_or(u32::MAX),
                suspicions,
                usage_percent: error.call.usage.highest(),
                regain: error.call.usage.regain(),
                scope: opened.access.login.scope(need),
                jitter: chance(),
            })
        };
        let need = Need::of(&item.field);
        let (need, of_object) = match decide(error, need) {
            Next::Gone if suspected => (Need::Basic, Next::Gone),
            Next::Park(ParkedOn::Scope(_)) => (need, Next::Park(ParkedOn::ForbiddenObject)),
            next => return Ok(next),
        };
        Ok(match self.refusals.first(opened, need).await {
            None => of_object,
            Some((refused, other)) => match other.class() {
                // Not even the account itself is to be seen: it is the access that is gone.
                Class::Gone | Class::GoneSuspected | Class::NoData | Class::Bad => {
                    Next::Park(ParkedOn::Reconnect)
                }
                _ => decide(&other, refused),
            },
        })
    }

    /// It no longer exists. What a payload alone knows of ads, broadcasts and stories is all there is to know.
    async fn gone(&self, item: WorkItem, error: &GraphError) -> Result<(), StoreError> {
        let kept = item.paid || matches!(item.field, Field::LiveComments | Field::StoryInsights);
        let outcome = if kept { Outcome::Stored } else { Outcome::Gone };
        let comment = item
            .object_id
            .clone()
            .filter(|_| outcome == Outcome::Gone && item.field == Field::Comments);
        let findings = found::finished(item, outcome, Some(error.call.id));
        self.sink
            .take(Settlement {
                gone: comment.into_iter().collect(),
                ..findings
            })
            .await
    }

    async fn record(&self, item: WorkItem, error: &GraphError, verdict: Verdict) -> Result<(), StoreError> {
        let attempt = AttemptRecord {
            number: 0,
            at: self.store.clock().now(),
            call_id: Some(error.call.id),
            class: error.class().to_string(),
            code: error.code,
            subcode: error.subcode,
            message: error.message.clone(),
            trace_id: error.trace_id.clone(),
            decision: decision(&verdict),
        };
        self.sink
            .take(Settlement {
                failures: vec![Failure {
                    item,
                    attempt,
                    verdict,
                }],
                ..Settlement::default()
            })
            .await
    }
}

fn decision(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Wait(until) => format!("again at {until}"),
        Verdict::Park(on) => format!("parked on {on}"),
        Verdict::Dead => "given up".to_owned(),
    }
}
