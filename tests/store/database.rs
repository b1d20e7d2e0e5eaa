//! A database of a case's own, and the words in which cases speak of it.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use belino::clock::Clock;
use belino::domain::{
    AccountKey, ConnectionId, DeliveryId, EventId, Login, Outcome, State, Timestamp, WorkerId, WorkspaceId,
};
use belino::store::{
    Append, Connection, Event, EventFilter, FeedCursor, FeedItem, Lane, NewApiKey, NewConnection,
    PageRequest, ParsedDelivery, ReceivedDelivery, Release, Scope, Settled, Settlement, Store, StoreError,
    UnpackReport, WorkItem,
};
use belino::webhook;
use serde_json::Value;
use sqlx::{Connection as _, Executor, PgConnection, SqliteConnection};

use crate::postgres;

/// Lanes are held for this long.
pub(crate) const LEASE: Duration = Duration::from_secs(30);
/// The first page of a list.
pub(crate) const PAGE: PageRequest = PageRequest {
    after: None,
    limit: 100,
};

/// An open store with a clock that stands still, alone in its database.
#[derive(Clone)]
pub(crate) struct TestDb {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) url: String,
    _kept: Kept,
}

/// The folder or the database, removed with the last handle.
type Kept = Arc<dyn Any + Send + Sync>;

/// Runs a case on a SQLite file.
pub(crate) async fn on_sqlite<Done: Future<Output = ()>>(case: impl FnOnce(TestDb) -> Done) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("belino.db").display());
    let db = TestDb::open(url, Arc::new(folder)).await;
    db.store.migrate().await.unwrap();
    checked(db, case).await;
}

/// Runs a case on PostgreSQL, where there is one.
pub(crate) async fn on_postgres<Done: Future<Output = ()>>(case: impl FnOnce(TestDb) -> Done) {
    let migrate = async |url: String| {
        let store = Store::open(&url, Clock::system()).await.unwrap();
        store.migrate().await.unwrap();
        store.close().await;
    };
    if let Some(database) = postgres::database("store", migrate).await {
        let db = TestDb::open(database.url(), Arc::new(database)).await;
        checked(db, case).await;
    }
}

async fn checked<Done: Future<Output = ()>>(db: TestDb, case: impl FnOnce(TestDb) -> Done) {
    case(db.clone()).await;
    assert!(
        db.store.counts_are_true().await.unwrap(),
        "the kept counts drifted"
    );
    db.nothing_is_left_behind().await;
    db.store.close().await;
}

impl TestDb {
    async fn open(url: String, kept: Kept) -> Self {
        let clock = Clock::manual(Timestamp::from_seconds(1_795_000_000));
        let store = Store::open(&url, clock.clone()).await.unwrap();
        Self {
            store,
            clock,
            url,
            _kept: kept,
        }
    }

    /// The store as another process has it, with connections of its own. SQLite belongs to one process, whose parts
    /// share the store.
    pub(crate) async fn another(&self) -> Store {
        if self.store.is_embedded() {
            return self.store.clone();
        }
        Store::open(&self.url, self.clock.clone()).await.unwrap()
    }

    /// Changes the database behind the store's back.
    pub(crate) async fn tamper(&self, sql: &str) {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        if self.store.is_embedded() {
            let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
            connection.execute(sql).await.unwrap();
            connection.close().await.unwrap();
        } else {
            let mut connection = PgConnection::connect(&self.url).await.unwrap();
            connection.execute(sql).await.unwrap();
            connection.close().await.unwrap();
        }
    }

    /// What was told, to its end.
    pub(crate) async fn told(
        &self,
        workspace: Option<WorkspaceId>,
        account: Option<AccountKey>,
        cursor: FeedCursor,
    ) -> Vec<FeedItem> {
        self.all_is_told().await;
        self.store.feed(workspace, account, cursor, 1_000).await.unwrap()
    }

    /// Waits until no transaction runs any more that began before: the cluster's other databases, those of other cases,
    /// hold the feed back, too.
    pub(crate) async fn all_is_told(&self) {
        if !self.store.is_embedded() {
            let mut connection = PgConnection::connect(&self.url).await.unwrap();
            let now: String = sqlx::query_scalar("SELECT CAST(pg_current_xact_id() AS TEXT)")
                .fetch_one(&mut connection)
                .await
                .unwrap();
            let over = "SELECT CAST($1 AS xid8) < pg_snapshot_xmin(pg_current_snapshot())";
            let over = async |on: &mut PgConnection| -> bool {
                sqlx::query_scalar(over).bind(&now).fetch_one(on).await.unwrap()
            };
            while !over(&mut connection).await {}
            connection.close().await.unwrap();
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whatever waits in a lane that is not parked can be claimed, sooner or later.
    pub(crate) async fn nothing_is_left_behind(&self) {
        self.clock.advance(Duration::from_hours(8_760));
        let mut reached = Vec::new();
        while let Some(lane) = self.claim().await {
            reached.push(lane.account_key);
        }
        for state in [State::Pending, State::Waiting] {
            let filter = EventFilter {
                state: Some(state),
                ..EventFilter::default()
            };
            for event in self.store.events(&filter, PAGE).await.unwrap() {
                assert!(
                    reached.contains(&event.account_key),
                    "nobody will ever work on {event:?}"
                );
            }
        }
    }
}

/// Deliveries and what becomes of them.
impl TestDb {
    /// Keeps a delivery.
    pub(crate) async fn receive(&self, body: &Value) -> DeliveryId {
        let append = self.append_of(body);
        let id = append.id;
        self.store.append(&[append]).await.unwrap();
        id
    }

    pub(crate) fn append_of(&self, body: &Value) -> Append {
        Append {
            id: self.store.delivery_id(self.now()),
            received_at: self.now(),
            signed_by: "facebook".into(),
            headers: b"{}".to_vec(),
            body: body.to_string().into(),
        }
    }

    /// Unpacks everything that was received.
    pub(crate) async fn unpack(&self) -> UnpackReport {
        let received = self.store.received(1_000).await.unwrap();
        let parsed: Vec<_> = received.iter().map(parse).collect();
        self.store.unpack(&parsed).await.unwrap()
    }

    /// Keeps a delivery and unpacks it.
    pub(crate) async fn deliver(&self, body: &Value) -> UnpackReport {
        self.receive(body).await;
        self.unpack().await
    }

    /// Every event, newest first.
    pub(crate) async fn events(&self) -> Vec<Event> {
        self.store.events(&EventFilter::default(), PAGE).await.unwrap()
    }

    /// The only event.
    pub(crate) async fn event(&self) -> Event {
        let mut events = self.events().await;
        assert_eq!(events.len(), 1, "{events:?}");
        events.remove(0)
    }

    /// The event about this object.
    pub(crate) async fn event_of(&self, object: &str) -> Event {
        let about = |event: &Event| event.object_id.as_deref() == Some(object);
        self.events().await.into_iter().find(about).unwrap()
    }
}

/// Reads a delivery, as a whole.
pub(crate) fn parse(delivery: &ReceivedDelivery) -> ParsedDelivery {
    ParsedDelivery {
        id: delivery.id,
        received_at: delivery.received_at,
        items: webhook::unpack(delivery.id, &delivery.body).map_err(|unreadable| unreadable.reason),
        complete: true,
    }
}

/// Accounts and connections.
impl TestDb {
    /// The workspace of that name, made if missing.
    pub(crate) async fn workspace(&self, name: &str) -> WorkspaceId {
        let prefix = format!("{name}-{}", ConnectionId::at(self.now()));
        let key = NewApiKey {
            workspace: Some(name.to_owned()),
            name: "test".to_owned(),
            scope: Scope::Write,
            prefix,
            hash: vec![1; 32],
        };
        self.store.create_key(key).await.unwrap();
        self.store.workspace(name).await.unwrap().unwrap()
    }

    /// A connection of the workspace `one`, not stored yet.
    pub(crate) async fn connection(&self, instagram_id: &str) -> NewConnection {
        NewConnection {
            id: ConnectionId::at(self.now()),
            workspace: self.workspace("one").await,
            login: Login::Facebook,
            instagram_id: instagram_id.to_owned(),
            username: Some(format!("user.{instagram_id}")),
            name: None,
            account_type: None,
            app_scoped_id: None,
            page_id: None,
            facebook_user_id: None,
            scopes: vec!["instagram_basic".to_owned()],
            key_id: "k1".to_owned(),
            token: vec![7; 40],
            expires_at: None,
            user_token: None,
            asked: Vec::new(),
            data_access_expires_at: None,
            renew_at: None,
        }
    }

    /// Connects an account to the workspace `one`.
    pub(crate) async fn connect(&self, instagram_id: &str) -> Connection {
        let new = self.connection(instagram_id).await;
        self.store.connect(new).await.unwrap()
    }

    /// The key of the account that goes by this id.
    pub(crate) async fn account(&self, id: &str) -> AccountKey {
        self.store.account_by_id(id).await.unwrap().unwrap().key
    }
}

/// Working a lane.
impl TestDb {
    /// Claims the next lane, as a worker that nobody met before.
    pub(crate) async fn claim(&self) -> Option<Lane> {
        let worker = WorkerId::at(self.now());
        self.store.claim_lane(worker, LEASE).await.unwrap()
    }

    /// Claims a lane and takes everything that is due in it.
    pub(crate) async fn claim_work(&self) -> (Lane, Vec<WorkItem>) {
        let lane = self.claim().await.expect("a lane is due");
        let work = self.store.due_work(lane.account_key, 100).await.unwrap();
        (lane, work)
    }

    /// Gives a lane back as idle until its next event is due.
    pub(crate) async fn release(&self, lane: &Lane) {
        let next = self.store.next_work(lane.account_key).await.unwrap();
        self.store.release_lane(lane, Release::Idle(next)).await.unwrap();
    }

    pub(crate) async fn settle(&self, lane: &Lane, settlement: Settlement) -> Result<(), StoreError> {
        self.store.settle(lane, LEASE, settlement).await
    }

    /// Finishes all that is due anywhere.
    pub(crate) async fn finish_all(&self) -> Vec<EventId> {
        let mut finished = Vec::new();
        while let Some(lane) = self.claim().await {
            let work = self.store.due_work(lane.account_key, 100).await.unwrap();
            finished.extend(work.iter().map(|item| item.id));
            self.settle(&lane, finishing(work)).await.unwrap();
            self.release(&lane).await;
        }
        finished
    }
}

/// A settlement by which all of these are enriched.
pub(crate) fn finishing(work: Vec<WorkItem>) -> Settlement {
    Settlement {
        settled: work.into_iter().map(finished).collect(),
        ..Settlement::default()
    }
}

/// That an event is enriched.
pub(crate) fn finished(item: WorkItem) -> Settled {
    Settled {
        object_id: item.object_id.clone().unwrap_or_default(),
        item,
        outcome: Outcome::Enriched,
        call_id: None,
    }
}
