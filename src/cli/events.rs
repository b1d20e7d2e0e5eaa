//! `belino events`: what is stored, one event's whole story, and putting events back to work.

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;

use super::{Failure, Row, line, rows};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::{EventId, State, Timestamp};
use crate::http::Json;
use crate::processor::replay;
use crate::store::{Event, EventFilter, PageRequest, ReplaySource, Store};

/// Events put back to work in one transaction.
const SLICE: i64 = 200;

const WHICH: &str = "which events? give an id, at least one of --field, --account, --state, --since and --until, or --all for every event";

/// What to do with events.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List events, newest first
    List {
        #[command(flatten)]
        filter: Filter,
        /// How many
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
        limit: i64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Tell one event's whole story, as JSON
    Show {
        /// The event's id
        id: EventId,
    },
    /// Put events back to work: one, those that match, or all
    Retry {
        /// One event's id
        #[arg(conflicts_with_all = ["Filter", "all"])]
        id: Option<EventId>,
        #[command(flatten)]
        filter: Filter,
        /// Every event there is
        #[arg(long, conflicts_with = "Filter")]
        all: bool,
        /// Only say how many, and what would change
        #[arg(long)]
        dry_run: bool,
    },
}

/// Which events.
#[derive(Clone, Debug, Default, Args)]
pub struct Filter {
    /// Of this field, as comments
    #[arg(long)]
    field: Option<String>,
    /// Of this account, by any id it goes by
    #[arg(long)]
    account: Option<String>,
    /// In this state: pending, waiting, parked, done or dead
    #[arg(long)]
    state: Option<State>,
    /// Received at or after this time, as 2026-11-21T08:30:00Z
    #[arg(long)]
    since: Option<Timestamp>,
    /// Received before this time
    #[arg(long)]
    until: Option<Timestamp>,
}

impl Filter {
    /// True if it lets every event through.
    const fn is_empty(&self) -> bool {
        self.field.is_none()
            && self.account.is_none()
            && self.state.is_none()
            && self.since.is_none()
            && self.until.is_none()
    }
}

#[derive(Serialize)]
struct EventRow {
    id: String,
    account_id: Option<String>,
    field: String,
    key: String,
    state: State,
    outcome: Option<crate::domain::Outcome>,
    attempts: i64,
    reason: Option<String>,
    received_at: String,
}

impl Row for EventRow {
    const HEADS: &'static [&'static str] = &[
        "ID", "ACCOUNT", "FIELD", "KEY", "STATE", "OUTCOME", "TRIES", "RECEIVED",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.account_id.clone().unwrap_or_else(|| "–".to_owned()),
            self.field.clone(),
            self.key.clone(),
            self.state.to_string(),
            self.outcome
                .map_or_else(|| "–".to_owned(), |outcome| outcome.to_string()),
            self.attempts.to_string(),
            self.received_at.clone(),
        ]
    }
}

impl From<Event> for EventRow {
    fn from(event: Event) -> Self {
        Self {
            id: event.id.to_string(),
            state: event.shown_state(),
            reason: event.lane_parked_on.or(event.reason_code),
            account_id: event.account_id,
            field: event.field.to_string(),
            key: event.key,
            outcome: event.outcome,
            attempts: event.attempts,
            received_at: event.received_at.to_string(),
        }
    }
}

/// Does it.
pub async fn run(action: Action, config: &Config) -> Result<(), Failure> {
    let store = app::open_store(config, Clock::system()).await?;
    match action {
        Action::List { filter, limit, json } => {
            let filter = narrowed(&store, filter).await?;
            let found = store.events(&filter, PageRequest { after: None, limit }).await?;
            rows(&found.into_iter().map(EventRow::from).collect::<Vec<_>>(), json)
        }
        Action::Show { id } => show(&store, id).await,
        Action::Retry {
            id: Some(id),
            dry_run,
            ..
        } => retry_one(&store, id, dry_run).await,
        Action::Retry {
            id: None,
            filter,
            all,
            dry_run,
        } => {
            // A dry run does no harm: it tells what all would be.
            if filter.is_empty() && !all && !dry_run {
                return Err(Failure::Usage(WHICH.to_owned()));
            }
            let filter = narrowed(&store, filter).await?;
            retry_all(&store, &filter, dry_run).await
        }
    }
}

async fn narrowed(store: &Store, filter: Filter) -> Result<EventFilter, Failure> {
    let account = match filter.account {
        Some(id) => Some(
            (store.account_by_id(&id).await?)
                .ok_or_else(|| Failure::Usage(format!("no event ever came for an account {id}")))?
                .key,
        ),
        None => None,
    };
    Ok(EventFilter {
        account,
        field: filter.field,
        state: filter.state,
        since: filter.since,
        until: filter.until,
        ..EventFilter::default()
    })
}

async fn show(store: &Store, id: EventId) -> Result<(), Failure> {
    let detail = store.event(id, &EventFilter::default()).await?;
    let attempts = store.attempts(id).await?;
    let calls = attempts
        .iter()
        .filter_map(|attempt| attempt.call_id)
        .chain(detail.event.call_id);
    let calls = store.calls(calls).await?;
    let sightings = store.sightings(id).await?;
    let whole = json!({
        "event": EventRow::from(detail.event.clone()),
        "delivery_id": detail.event.delivery_id,
        "signed_by": detail.signed_by,
        "sent_at": detail.event.sent_at,
        "received_at": detail.event.received_at,
        "done_at": detail.event.done_at,
        "due_at": detail.event.due_at,
        "reason": detail.event.reason_message,
        "payload": Json::from(detail.event.payload),
        "sightings": sightings.iter().map(|s| json!({
            "delivery_id": s.delivery_id, "position": s.position, "seen_at": s.seen_at,
            "variant": s.variant.clone().map(Json::from),
        })).collect::<Vec<_>>(),
        "attempts": attempts.iter().map(|a| json!({
            "number": a.number, "at": a.at, "class": a.class, "code": a.code, "subcode": a.subcode,
            "message": a.message, "trace_id": a.trace_id, "decision": a.decision,
        })).collect::<Vec<_>>(),
        "calls": calls.iter().map(|c| json!({
            "at": c.at, "method": c.method, "path": c.path, "status": c.status, "class": c.class,
            "duration_us": c.duration_us, "settled": c.settled,
        })).collect::<Vec<_>>(),
    });
    line(&serde_json::to_string_pretty(&whole).expect("a story is JSON"))
}

async fn retry_one(store: &Store, id: EventId, dry_run: bool) -> Result<(), Failure> {
    let event = store.event(id, &EventFilter::default()).await?.event;
    if !event.can_be_requeued() {
        return Err(Failure::Unsuccessful(format!(
            "event {id} is {}, and there is nothing to ask Meta for it",
            event.shown_state()
        )));
    }
    if dry_run {
        return line(&format!(
            "would put back event {id}, which is {}",
            event.shown_state()
        ));
    }
    store.requeue(&[id], 0).await?;
    line(&format!(
        "put back event {id}; a running service processes it now"
    ))
}

async fn retry_all(store: &Store, filter: &EventFilter, dry_run: bool) -> Result<(), Failure> {
    if dry_run {
        let estimate = replay::estimate(store, filter, ReplaySource::Events).await?;
        return line(&format!(
            "{} events match: {} would be processed again with {} calls at most, {} stay as they are",
            estimate.matched, estimate.would_requeue, estimate.calls_at_most, estimate.unchanged
        ));
    }
    let before = store.clock().now();
    let (mut after, mut put_back) = (None, 0);
    loop {
        let ids = store.events_to_replay(filter, after, before, SLICE).await?;
        let Some(last) = ids.last() else { break };
        after = Some(*last);
        put_back += store.requeue(&ids, 1).await?;
    }
    line(&format!(
        "put back {put_back} events; a running service processes them now"
    ))
}
