//! The desk from which posts are asked for, watched, and looked for where followers see them.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::asked::{Asked, KINDS, wish};
use super::case::{Case, Way};
use super::chance::Chance;
use crate::cli::Failure;
use crate::cli::meta::text;
use crate::cli::verify::account::Account;
use crate::cli::verify::bed::Bed;
use crate::domain::Timestamp;

const LOOKED_AT: Duration = Duration::from_millis(100);
/// By then all calls that are to be held are: Meta's callers wait for 30 seconds.
const HELD: Duration = Duration::from_secs(25);
/// So many seconds are passed over at the most while calls come to be held: much less than a lease.
const HURRY: u64 = 20;
/// What does not go on for so long waits for something that the API does not show: a lease.
const STUCK: Duration = Duration::from_secs(3);
const A_PART_OF_A_LEASE: u64 = 20;
/// A lease is a minute long.
const PAST_A_LEASE: u64 = 61;
/// All posts are done with by then.
const PATIENCE: Duration = Duration::from_mins(3);

/// A bed with accounts that publish, and time in hand.
pub(super) struct Desk<'a> {
    pub(super) bed: &'a mut Bed,
    pub(super) chance: Chance,
    accounts: Vec<Account>,
    asked: usize,
}

impl<'a> Desk<'a> {
    /// With a fresh service, and `each` accounts for each case of a way.
    pub(super) async fn set_up(bed: &'a mut Bed, seed: u64, each: usize) -> Result<Self, Failure> {
        let publishing = json!({
            "fetch_media": false, "image_seconds": 0, "video_seconds": 0, "carousel_seconds": 0,
            "republish": "duplicate", "quota_total": 100_000, "containers_per_day": 100_000,
        });
        bed.meta
            .make("settings", json!({ "publishing": publishing }))
            .await?;
        let mut accounts = Vec::new();
        for _ in 0..each * Way::CASES {
            accounts.push(bed.open_account().await?);
        }
        bed.kill_and_restart().await?;
        Ok(Self {
            chance: Chance::of(seed),
            bed,
            accounts,
            asked: 0,
        })
    }

    /// Starts one more service.
    pub(super) async fn start(&mut self) -> Result<(), Failure> {
        self.bed.start().await
    }

    /// Asks for a post for each case, each of another account, by chance.
    pub(super) async fn ask(&mut self, way: Way) -> Result<Vec<Asked>, Failure> {
        let accounts = self.chance.shuffled(self.accounts.clone());
        let cases: Vec<Case> = Case::of(way).collect();
        let mut asked = Vec::with_capacity(accounts.len());
        for (case, account) in cases.iter().cycle().zip(accounts) {
            asked.push(self.ask_one(*case, account.id).await?);
        }
        Ok(asked)
    }

    async fn ask_one(&mut self, case: Case, account: String) -> Result<Asked, Failure> {
        let calls = json!({ "edge": case.step.edge(), "method": "POST", "account": account });
        let order = self.bed.meta.order(case.mishap.fault(), calls).await?;
        self.asked += 1;
        let caption = format!("{}: {}, {}", self.asked, case.step.told(), case.mishap.told());
        let wish = wish(self.chance.below(KINDS), &account, &caption);
        let at = self.bed.newest()?;
        let made = self.bed.api.wish(at, "/api/instagram/posts", &wish).await?;
        let id = text(&made, "/id").unwrap_or_default();
        Ok(Asked {
            case,
            account,
            caption,
            path: format!("/api/instagram/posts/{id}"),
            order,
        })
    }

    /// Waits until Meta holds the call of each of these posts that is to be cut off; tells whether it came to that: on a
    /// machine that is too slow the first caller gives up before the last one calls.
    pub(super) async fn held(&mut self, asked: &[Asked]) -> Result<bool, Failure> {
        let began = Instant::now();
        let mut hurried = 0;
        while !self.every(asked, "/held").await? {
            if began.elapsed() > HELD {
                return Ok(false);
            }
            if hurried < HURRY {
                hurried += 1;
                self.pass(1).await?;
            }
            tokio::time::sleep(LOOKED_AT).await;
        }
        Ok(true)
    }

    /// Whether a count of the orders for these posts is 1 for each.
    pub(super) async fn every(&self, asked: &[Asked], count: &str) -> Result<bool, Failure> {
        let orders = self.bed.meta.orders().await?;
        let is_one = |one: &Asked| {
            let own = |order: &&Value| order.get("id") == Some(&json!(one.order));
            let order = orders.iter().find(own);
            order.and_then(|order| order.pointer(count)) == Some(&json!(1))
        };
        Ok(asked.iter().all(is_one))
    }

    /// Lets so many seconds pass at once.
    async fn pass(&mut self, seconds: u64) -> Result<(), Failure> {
        self.bed.time.pass(seconds).await
    }

    /// Lets more time pass than a lease has, by chance up to twice as much.
    pub(super) async fn pass_a_lease(&mut self) -> Result<(), Failure> {
        let seconds = PAST_A_LEASE + self.chance.below(PAST_A_LEASE);
        self.pass(seconds).await
    }

    /// Lets time pass until nothing more is done about these posts by itself; gives them as they then are.
    pub(super) async fn rested(&mut self, asked: &[Asked]) -> Result<Vec<Value>, Failure> {
        let (began, mut changed) = (Instant::now(), Instant::now());
        let mut before = Vec::new();
        while began.elapsed() < PATIENCE {
            let posts = self.posts(asked).await?;
            let Some(first) = posts.iter().filter_map(next_step).min() else {
                return Ok(posts);
            };
            if posts != before {
                changed = Instant::now();
                before = posts;
            }
            let now = self.bed.time.now();
            if first > now {
                self.pass(first.since(now).as_secs() + 1).await?;
            } else if changed.elapsed() > STUCK {
                changed = Instant::now();
                self.pass(A_PART_OF_A_LEASE).await?;
            }
            tokio::time::sleep(LOOKED_AT).await;
        }
        Err(failed("posts did not come to rest"))
    }

    async fn posts(&self, asked: &[Asked]) -> Result<Vec<Value>, Failure> {
        let at = self.bed.newest()?;
        let mut posts = Vec::with_capacity(asked.len());
        for one in asked {
            posts.push(self.bed.api.get(at, &one.path).await?);
        }
        Ok(posts)
    }
}

/// When something is done about a post next.
fn next_step(post: &Value) -> Option<Timestamp> {
    text(post, "/next_step_at")?.parse().ok()
}

/// A trial that could not be carried through.
pub(super) fn failed(why: &str) -> Failure {
    Failure::Unsuccessful(why.to_owned())
}
