//! A database in which many events are due, and what the processor does first with them: it claims.
//!
//! In this process, over the program's own store: between two claims nothing else is in the way.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use belino::clock::Clock;
use belino::domain::{ConnectionId, Login, Outcome, WorkerId, WorkspaceId};
use belino::ingest::read;
use belino::store::{Append, NewApiKey, NewConnection, Release, Scope, Settled, Settlement, Store, WorkItem};
use tokio::task::JoinSet;

use crate::comments::Comment;
use crate::payload::notification;

/// Comments in a delivery.
const PER_DELIVERY: usize = 50;
/// Deliveries that are kept, and then read, in one transaction.
const AT_ONCE: i64 = 20;
/// Comments on a post.
const PER_POST: u64 = 100;
/// Events that the processor takes with a claim.
const SLICE: u16 = 200;
/// How long it holds a lane.
const LEASE: Duration = Duration::from_mins(1);
/// Events that are finished after each claim, so that the next one finds others.
const FINISHED: usize = 10;

/// Lanes, and how many events are due in each.
#[derive(Clone, Copy)]
pub struct Size {
    /// Accounts.
    pub lanes: usize,
    /// Events of each; a multiple of fifty.
    pub each: usize,
}

/// A database in which events are due.
pub struct Queue {
    store: Store,
    holder: WorkerId,
    _log: JoinSet<()>,
}

impl Queue {
    /// Fills a new database: every account is connected, and its comments come in turn with those of the others.
    pub async fn fill(url: &str, size: Size) -> anyhow::Result<Self> {
        let store = Store::open(url, Clock::system()).await?;
        store.migrate().await?;
        let mut log = JoinSet::new();
        let kept_short = store.clone();
        log.spawn(async move { kept_short.keep_log_short().await });
        let holder = WorkerId::at(store.clock().now());
        let queue = Self {
            store,
            holder,
            _log: log,
        };
        let workspace = queue.workspace().await?;
        for lane in 0..size.lanes {
            queue.connect(workspace, lane).await?;
        }
        for turn in 0..size.each / PER_DELIVERY {
            for lane in 0..size.lanes {
                queue.keep(lane, turn * size.lanes + lane).await?;
            }
        }
        while queue.read().await? > 0 {}
        Ok(queue)
    }

    /// Claims as the processor does; gives the microseconds until it had its slice. Some of that is finished then, and
    /// the lane goes to the tail.
    pub async fn claim(&self) -> anyhow::Result<u32> {
        let began = Instant::now();
        let lane = self.store.claim_lane(self.holder, LEASE).await?;
        let lane = lane.context("a lane is due")?;
        let work = self.store.due_work(lane.account_key, SLICE.into()).await?;
        let took = began.elapsed();
        ensure!(
            work.len() == usize::from(SLICE),
            "only {} events are due",
            work.len()
        );
        let settlement = Settlement {
            settled: work.into_iter().take(FINISHED).map(finished).collect(),
            ..Settlement::default()
        };
        self.store.settle(&lane, LEASE, settlement).await?;
        self.store.release_lane(&lane, Release::More).await?;
        Ok(u32::try_from(took.as_micros())?)
    }

    async fn workspace(&self) -> anyhow::Result<WorkspaceId> {
        let key = NewApiKey {
            workspace: Some("figures".to_owned()),
            name: "figures".to_owned(),
            scope: Scope::Admin,
            prefix: "figures".to_owned(),
            hash: Vec::new(),
        };
        self.store.create_key(key).await?;
        (self.store.workspace("figures").await?).context("a workspace is made with its first key")
    }

    async fn connect(&self, workspace: WorkspaceId, lane: usize) -> anyhow::Result<()> {
        let connection = NewConnection {
            id: ConnectionId::at(self.store.clock().now()),
            workspace,
            login: Login::Instagram,
            instagram_id: account(lane),
            username: None,
            name: None,
            account_type: None,
            app_scoped_id: None,
            page_id: None,
            facebook_user_id: None,
            scopes: Vec::new(),
            key_id: "figures".to_owned(),
            token: Vec::new(),
            expires_at: None,
            user_token: None,
            asked: Vec::new(),
            data_access_expires_at: None,
            renew_at: None,
        };
        self.store.connect(connection).await?;
        Ok(())
    }

    /// Keeps a delivery, and reads what is kept once it is enough.
    async fn keep(&self, lane: usize, nth: usize) -> anyhow::Result<()> {
        let now = self.store.clock().now();
        let first = u64::try_from(nth * PER_DELIVERY)?;
        let comments: Vec<Comment> = (first..).take(PER_DELIVERY).map(comment).collect();
        let delivery = Append {
            id: self.store.delivery_id(now),
            received_at: now,
            signed_by: "instagram".into(),
            headers: b"{}".to_vec(),
            body: notification(&account(lane), now.seconds(), &comments).into(),
        };
        self.store.append(&[delivery]).await?;
        if (nth + 1).is_multiple_of(usize::try_from(AT_ONCE)?) {
            self.read().await?;
        }
        Ok(())
    }

    /// Reads what was kept; gives how many deliveries that were.
    async fn read(&self) -> anyhow::Result<usize> {
        let read: Vec<_> = self
            .store
            .received(AT_ONCE)
            .await?
            .into_iter()
            .map(read)
            .collect();
        self.store.unpack(&read).await?;
        Ok(read.len())
    }
}

fn account(lane: usize) -> String {
    (17_841_400_000_000_000 + lane).to_string()
}

const fn comment(nth: u64) -> Comment {
    Comment {
        id: 17_900_000_000_000_000 + nth,
        media: 18_000_000_000_000_000 + nth / PER_POST,
        parent: None,
    }
}

fn finished(item: WorkItem) -> Settled {
    Settled {
        object_id: item.object_id.clone().unwrap_or_default(),
        outcome: Outcome::Enriched,
        call_id: None,
        item,
    }
}
