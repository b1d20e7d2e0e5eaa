//! Events: lists, one whole, the work that a lane has, and putting events back to work.

use super::counts::CountChanges;
use super::db::{Filter, Ids, OF_WORKSPACE, Query, Sql, Texts, Tx, in_ids, in_list};
use super::{PageRequest, Store, StoreError, lanes};
use crate::domain::{
    AccountKey, CallId, DeliveryId, EventId, Field, Outcome, ParkedOn, State, Timestamp, WorkspaceId,
};

/// An event as it stands.
#[derive(Clone, Debug, sqlx::FromRow)]
#[expect(
    missing_docs,
    reason = "the columns of webhook_events, documented in the API's description"
)]
pub struct Event {
    pub id: EventId,
    pub delivery_id: DeliveryId,
    pub position: i64,
    pub account_key: AccountKey,
    pub account_id: Option<String>,
    #[sqlx(try_from = "String")]
    pub field: Field,
    pub key: String,
    pub state: State,
    pub outcome: Option<Outcome>,
    pub attempts: i64,
    pub due_at: Option<Timestamp>,
    pub reason_code: Option<String>,
    pub reason_message: Option<String>,
    pub occurred_at: Option<Timestamp>,
    pub sent_at: Option<Timestamp>,
    pub received_at: Timestamp,
    pub done_at: Option<Timestamp>,
    pub call_id: Option<CallId>,
    pub sightings: i64,
    pub payload: String,
    pub object_id: Option<String>,
    /// What the whole lane waits for: its pending events are shown as parked.
    pub lane_parked_on: Option<String>,
    /// Until when the whole lane rests.
    pub lane_rest_until: Option<Timestamp>,
}

impl Event {
    /// True if something can be asked of Graph for it, and it is not at work already.
    pub fn can_be_requeued(&self) -> bool {
        let asks = matches!(
            self.field,
            Field::Comments | Field::LiveComments | Field::Mentions | Field::StoryInsights
        );
        let unreadable = self.reason_code.as_deref() == Some("unreadable");
        asks && !unreadable && self.state != State::Pending && self.outcome != Some(Outcome::Test)
    }

    /// The state to show: a lane that is parked parks all that is pending in it.
    pub fn shown_state(&self) -> State {
        match self.state {
            State::Pending | State::Waiting if self.lane_parked_on.is_some() => State::Parked,
            state => state,
        }
    }
}

/// An event with the delivery's mark of verification.
#[derive(Clone, Debug)]
pub struct EventDetail {
    /// The event.
    pub event: Event,
    /// The label of the secret that matched its delivery.
    pub signed_by: Option<String>,
}

/// Which events are wanted.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct EventFilter {
    /// Of this tenant's accounts only.
    #[serde(skip)]
    pub workspace: Option<WorkspaceId>,
    /// Of this account only.
    pub account: Option<AccountKey>,
    /// Of this field only.
    pub field: Option<String>,
    /// In this state only, as shown.
    pub state: Option<State>,
    /// With this outcome only.
    pub outcome: Option<Outcome>,
    /// Received at or after this.
    pub since: Option<Timestamp>,
    /// Received before this.
    pub until: Option<Timestamp>,
    /// Of this delivery only.
    #[serde(skip)]
    pub delivery: Option<DeliveryId>,
}

/// The table is `e`, its account `a`, its lane `l`.
impl Filter for EventFilter {
    fn narrow<'a>(&self, mut query: Query<'a>) -> Query<'a> {
        if let Some(workspace) = self.workspace {
            query = query.push_bind(OF_WORKSPACE, workspace);
        }
        if let Some(account) = self.account {
            query = query.push_bind(" AND e.account_key = ", account);
        }
        if let Some(field) = &self.field {
            query = query.push_bind(" AND e.field = ", field.clone());
        }
        if let Some(delivery) = self.delivery {
            query = query.push_bind(" AND e.delivery_id = ", delivery);
        }
        query = match self.state {
            Some(State::Pending) => query.push(" AND e.state = 'pending' AND l.parked_on IS NULL"),
            Some(State::Waiting) => query.push(" AND e.state = 'waiting' AND l.parked_on IS NULL"),
            Some(State::Parked) => query
                .push(" AND (e.state = 'parked' OR (e.state IN ('pending', 'waiting') AND l.parked_on IS NOT NULL))"),
            Some(State::Done) => query.push(" AND e.state = 'done'"),
            // Said twice, for the index over what is stuck.
            Some(State::Dead) => query.push(" AND e.state = 'dead' AND e.state IN ('parked', 'dead')"),
            None => query,
        };
        if let Some(outcome) = self.outcome {
            query = query.push_bind(" AND e.outcome = ", outcome.as_str().to_owned());
        }
        if let Some(since) = self.since {
            query = query.push_bind(" AND e.received_at >= ", since);
        }
        if let Some(until) = self.until {
            query = query.push_bind(" AND e.received_at < ", until);
        }
        query
    }
}

/// An event to be worked on.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct WorkItem {
    /// Its id.
    pub id: EventId,
    /// Its field.
    #[sqlx(try_from = "String")]
    pub field: Field,
    /// Its state; what is at work is pending or waiting.
    pub state: State,
    /// The comment, mention or story it is about.
    pub object_id: Option<String>,
    /// The media it is about.
    pub media_id: Option<String>,
    /// The comment it answers.
    pub parent_id: Option<String>,
    /// It is a comment on an ad.
    pub paid: bool,
    /// Tries that failed.
    pub attempts: i64,
    /// When it came.
    pub received_at: Timestamp,
}

/// No more events than this are counted on one media: several times what one walk can bring.
pub const WAITING_COUNTED: i64 = 5_000;

const COLUMNS: &str = "SELECT e.id, e.delivery_id, e.position, e.account_key, a.instagram_id AS account_id, e.field, e.key, e.state,
        e.outcome, e.attempts, e.due_at, e.reason_code, e.reason_message, e.occurred_at, e.sent_at, e.received_at,
        e.done_at, e.call_id, e.sightings, e.payload, e.object_id, l.parked_on AS lane_parked_on,
        l.rest_until AS lane_rest_until
    FROM webhook_events e LEFT JOIN accounts a ON a.key = e.account_key
        LEFT JOIN lanes l ON l.account_key = e.account_key
    WHERE ";

macro_rules! due {
    ($priority:literal) => {
        concat!(
            "SELECT * FROM (SELECT id, field, state, object_id, media_id, parent_id, paid, attempts, received_at,
                priority, due_at FROM webhook_events
            WHERE account_key = $1 AND priority = ",
            $priority,
            " AND state IN ('pending', 'waiting') AND due_at <= $2
            ORDER BY due_at, id LIMIT $3) AS due_",
            $priority
        )
    };
}

/// A search for each priority: one for both would go through all that waits for its time.
const WORK: &str = concat!(
    "SELECT id, field, state, object_id, media_id, parent_id, paid, attempts, received_at FROM (",
    due!("0"),
    " UNION ALL ",
    due!("1"),
    ") AS due ORDER BY priority, due_at, id LIMIT $3"
);

const NEXT: &str = "SELECT MIN(due_at) AS due FROM (
    SELECT due_at FROM (SELECT due_at FROM webhook_events WHERE account_key = $1 AND priority = 0
        AND state IN ('pending', 'waiting') ORDER BY due_at LIMIT 1) AS live
    UNION ALL
    SELECT due_at FROM (SELECT due_at FROM webhook_events WHERE account_key = $1 AND priority = 1
        AND state IN ('pending', 'waiting') ORDER BY due_at LIMIT 1) AS replayed) AS both_kinds";

impl Store {
    /// A page of events, newest first.
    pub async fn events(&self, filter: &EventFilter, page: PageRequest) -> Result<Vec<Event>, StoreError> {
        let query = self.db.query(COLUMNS).push_bind("e.id < ", page.below());
        Ok(filter
            .narrow(query)
            .push_bind(" ORDER BY e.id DESC LIMIT ", page.limit)
            .all()
            .await?)
    }

    /// One event, if the filter lets it be seen.
    pub async fn event(&self, id: EventId, filter: &EventFilter) -> Result<EventDetail, StoreError> {
        let query = self.db.query(COLUMNS).push_bind("e.id = ", id);
        let event: Event = filter
            .narrow(query)
            .optional()
            .await?
            .ok_or(StoreError::NotFound("event"))?;
        let query = self
            .db
            .query("SELECT signed_by FROM deliveries WHERE id = $1")
            .bind(event.delivery_id);
        let signed: Option<(String,)> = query.optional().await?;
        Ok(EventDetail {
            event,
            signed_by: signed.map(|(label,)| label),
        })
    }

    /// What is due in a lane: live before replayed, oldest first.
    pub async fn due_work(&self, account: AccountKey, limit: i64) -> Result<Vec<WorkItem>, StoreError> {
        Ok(self
            .db
            .query(WORK)
            .bind(account)
            .bind(self.clock.now())
            .bind(limit)
            .all()
            .await?)
    }

    /// When a lane's next event is due.
    pub async fn next_work(&self, account: AccountKey) -> Result<Option<Timestamp>, StoreError> {
        let row: (Option<Timestamp>,) = self.db.query(NEXT).bind(account).one().await?;
        Ok(row.0)
    }

    /// The events that tell an account of these comments, in whatever state.
    pub async fn comment_events(
        &self,
        account: AccountKey,
        comments: Vec<String>,
    ) -> Result<Vec<WorkItem>, StoreError> {
        let query = self.db.query(in_list!(
            // Found by their keys, few each; COALESCE keeps SQLite from going through all of the account instead.
            "SELECT id, field, state, object_id, media_id, parent_id, paid, attempts, received_at FROM webhook_events
            WHERE COALESCE(account_key, account_key) = $1 AND field IN ('comments', 'live_comments') AND key",
            "$2",
            ""
        ));
        Ok(query.bind(account).bind(Texts::of(comments)).all().await?)
    }

    /// Of these media, those with at least two comments waiting that stand in its pages, and how many:
    /// counted up to [`WAITING_COUNTED`].
    pub async fn busy_media(
        &self,
        account: AccountKey,
        media: Vec<String>,
    ) -> Result<Vec<(String, i64)>, StoreError> {
        let query = self.db.query(in_list!(
            "SELECT id, waiting FROM (SELECT m.id, (SELECT COUNT(*) FROM (SELECT 1 FROM webhook_events e
                    WHERE e.account_key = $1 AND e.media_id = m.id AND e.state IN ('pending', 'waiting')
                    AND e.field = 'comments' AND NOT e.paid LIMIT $3) AS few) AS waiting
                FROM (SELECT DISTINCT media_id AS id FROM webhook_events
                    WHERE account_key = $1 AND state IN ('pending', 'waiting') AND media_id",
            "$2",
            ") AS m) AS counted WHERE waiting >= 2"
        ));
        let query = query.bind(account).bind(Texts::of(media));
        Ok(query.bind(WAITING_COUNTED).all().await?)
    }

    /// Puts events back to work, whatever became of them; effects are never repeated, since processing has none.
    /// Gives how many were put back.
    pub async fn requeue(&self, ids: &[EventId], priority: i64) -> Result<usize, StoreError> {
        let mut tx = self.db.begin().await?;
        let count = requeue(&mut tx, ids, priority, self.clock.now()).await?;
        tx.commit().await?;
        Ok(count)
    }
}

#[derive(sqlx::FromRow)]
struct Before {
    id: EventId,
    account_key: AccountKey,
    #[sqlx(try_from = "String")]
    field: Field,
    state: State,
    reason_code: Option<String>,
}

const ACCOUNTS: Sql = in_ids!(
    "SELECT DISTINCT account_key FROM webhook_events WHERE id",
    "$1",
    ""
);

macro_rules! requeueable {
    ($list:literal, $lock:literal) => {
        concat!(
            "SELECT id, account_key, field, state, reason_code FROM webhook_events
            WHERE state IN ('done', 'parked', 'dead', 'waiting')
                AND field IN ('comments', 'live_comments', 'mentions', 'story_insights')
                AND (outcome IS NULL OR outcome <> 'test') AND id ",
            $list,
            " ORDER BY id ",
            $lock
        )
    };
}

/// Events that something can be asked for, and are not at work already.
const REQUEUEABLE: Sql = Sql {
    sqlite: requeueable!("IN (SELECT unhex(value) FROM json_each($1))", ""),
    postgres: requeueable!("= ANY($1)", "FOR UPDATE"),
};

pub(super) async fn requeue(
    tx: &mut Tx,
    ids: &[EventId],
    priority: i64,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let list = || Ids::of(ids.iter().map(|id| id.uuid()));
    let accounts: Vec<(AccountKey,)> = tx.query(ACCOUNTS).bind(list()).all().await?;
    lanes::hold(tx, accounts.into_iter().map(|(account,)| account)).await?;
    let mut rows: Vec<Before> = tx.query(REQUEUEABLE).bind(list()).all().await?;
    let unreadable = ParkedOn::Unreadable.to_string();
    rows.retain(|row| row.reason_code.as_deref() != Some(unreadable.as_str()));
    let mut changes = CountChanges::default();
    let mut rings = std::collections::BTreeMap::<AccountKey, i64>::new();
    for row in &rows {
        changes.moved(row.account_key, &row.field, row.state, State::Pending);
        *rings.entry(row.account_key).or_default() += 1;
    }
    for (account, arrivals) in rings {
        lanes::ring(tx, account, arrivals, now).await?;
    }
    tx.query(in_ids!(
        "UPDATE webhook_events SET state = 'pending', outcome = NULL, done_at = NULL, reason_code = NULL,
            reason_message = NULL, attempts = 0, due_at = $2, priority = $3 WHERE id",
        "$1",
        ""
    ))
    .bind(Ids::of(rows.iter().map(|row| row.id.uuid())))
    .bind(now)
    .bind(priority)
    .execute()
    .await?;
    changes.write(tx).await?;
    Ok(rows.len())
}
