//! Taking note of a request to delete a person's data: access ends and the accounts lose their names in one transaction.

use std::collections::BTreeSet;
use std::time::Duration;

use super::super::db::{Bulk, Texts, Tx, in_ids, in_list};
use super::super::{Store, StoreError, lanes};
use super::counts::CONNECTIONS;
use super::ending::{CONTENTION_TRIES, DELETION, end, end_sessions};
use super::person::id_hash;
use super::stage::Stage;
use super::targets::{self, Own, Theirs};
use super::{Person, counts, tombstones};
use crate::domain::{ErasureId, ParkedOn, PoolKey, Timestamp};

/// A request that is sent again so soon after the first was done is the same one, if nothing was found.
const SAME_FOR: Duration = Duration::from_hours(24);
/// A delivery that came before the request is in the ledger by then, or never will be.
const ON_THEIR_WAY: Duration = Duration::from_secs(5);

/// What the person is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasureReceipt {
    /// By which the person asks how far it is.
    pub code: String,
    /// It was asked for before.
    pub repeated: bool,
}

#[derive(sqlx::FromRow)]
struct Before {
    id: ErasureId,
    code: String,
    state: String,
    finished_at: Option<Timestamp>,
}

const BEFORE: &str = "SELECT id, code, state, finished_at FROM erasures WHERE person = $1
    ORDER BY requested_at DESC, id DESC LIMIT 1";

/// Nothing if the same was asked for at the same time.
const OPEN: &str = "INSERT INTO erasures (id, code, person, state, stage, requested_at, until)
    VALUES ($1, $2, $3, 'received', $4, $5, $6) ON CONFLICT DO NOTHING";

const RESTART: &str = "UPDATE erasures SET stage = $2, position = NULL, version = version + 1, until = $3
    WHERE id = $1 AND state <> 'done'";

impl Store {
    /// Takes note of a request to delete a person's data. Their connections and tokens are gone when this returns,
    /// and so are the names and ids of an account that is the person; the rest is removed in the background.
    pub async fn request_erasure(&self, person: &Person) -> Result<ErasureReceipt, StoreError> {
        for _ in 1..CONTENTION_TRIES {
            match self.request_once(person).await {
                Err(error) if error.is_contention() => {}
                done => return done,
            }
        }
        self.request_once(person).await
    }

    async fn request_once(&self, person: &Person) -> Result<ErasureReceipt, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let theirs = targets::of(&mut tx, person).await?;
        end_sessions(&mut tx, person).await?;
        loop {
            let query = tx.query(BEFORE).bind(person.hash());
            let before: Option<Before> = query.optional().await?;
            let (id, receipt) = match before {
                Some(before) if before.answers(&theirs, now) => {
                    tx.commit().await?;
                    return Ok(before.receipt());
                }
                Some(before) if before.state != "done" => {
                    // The person came back while it ran, and asks again.
                    let restart = tx.query(RESTART).bind(before.id);
                    let restart = restart.bind(Stage::Unread.as_str().to_owned());
                    if restart.bind(now + ON_THEIR_WAY).execute().await? == 0 {
                        continue;
                    }
                    (before.id, before.receipt())
                }
                _ => match open(&mut tx, person, now).await? {
                    Some(opened) => opened,
                    None => continue,
                },
            };
            take(&mut tx, id, person, &theirs, now).await?;
            tx.commit().await?;
            return Ok(receipt);
        }
    }
}

impl Before {
    /// Whether this is the answer to what is asked now, where nothing more is found.
    fn answers(&self, theirs: &Theirs, now: Timestamp) -> bool {
        theirs.is_empty() && self.finished_at.is_none_or(|at| now.since(at) < SAME_FOR)
    }

    fn receipt(self) -> ErasureReceipt {
        ErasureReceipt {
            code: self.code,
            repeated: true,
        }
    }
}

async fn open(
    tx: &mut Tx,
    person: &Person,
    now: Timestamp,
) -> Result<Option<(ErasureId, ErasureReceipt)>, StoreError> {
    let (id, code) = (ErasureId::at(now), random_code());
    let query = tx.query(OPEN).bind(id).bind(code.clone()).bind(person.hash());
    let query = query.bind(Stage::Unread.as_str().to_owned());
    let opened = query.bind(now).bind(now + ON_THEIR_WAY).execute().await?;
    let repeated = false;
    Ok((opened > 0).then_some((id, ErasureReceipt { code, repeated })))
}

/// 128 bits that nobody guesses.
fn random_code() -> String {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    hex::encode(bytes)
}

const NAME: Bulk = Bulk {
    head: "INSERT INTO erasure_ids (erasure_id, id)",
    columns: 2,
    tail: "ON CONFLICT DO NOTHING",
};

async fn take(
    tx: &mut Tx,
    erasure: ErasureId,
    person: &Person,
    theirs: &Theirs,
    now: Timestamp,
) -> Result<(), StoreError> {
    let named = (!theirs.came_back).then_some(&person.id);
    let ids: BTreeSet<&String> = theirs.ids.iter().chain(named).collect();
    let ids: Vec<&String> = ids.into_iter().collect();
    tx.bulk(&NAME, &ids, |row, id| row.bind(erasure).bind((*id).clone()))
        .await?;
    let held = theirs.bonds.iter().map(|bond| bond.account_key);
    lanes::hold(tx, held.chain(theirs.accounts.iter().map(|own| own.key))).await?;
    end(tx, &theirs.bonds, DELETION, now).await?;
    let query = tx.query(in_ids!("DELETE FROM connections WHERE account_key", "$1", ""));
    let connections = query.bind(theirs.keys()).execute().await? + theirs.bonds.len() as u64;
    counts::add(tx, erasure, CONNECTIONS, connections).await?;
    tombstones::mark_accounts(tx, erasure, &theirs.ids).await?;
    tx.query(in_ids!("DELETE FROM account_ids WHERE account_key", "$1", ""))
        .bind(theirs.keys())
        .execute()
        .await?;
    for own in &theirs.accounts {
        unname(tx, erasure, own, now).await?;
    }
    forget_pools(tx, &ids).await
}

/// The workspace does not see it any more; its key is what the rest is found by.
const UNNAME: &str =
    "UPDATE accounts SET instagram_id = $2, workspace_id = NULL, username = NULL, name = NULL, account_type = NULL,
        picture_url = NULL, followers = NULL, follows = NULL, media_count = NULL, synced_at = NULL,
        usual_pause = NULL, silence_told = NULL, erased_at = $3 WHERE key = $1";

const KEEP: &str =
    "INSERT INTO erasure_accounts (erasure_id, account_key, workspace_id, hash) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING";

/// Whoever works on the lane has lost it, and writes nothing more.
const STOP: &str =
    "UPDATE lanes SET parked_on = $2, due_at = NULL, rest_until = NULL, enough = NULL, lease_until = NULL,
        holder = NULL, fence = fence + 1 WHERE account_key = $1";

async fn unname(tx: &mut Tx, erasure: ErasureId, own: &Own, now: Timestamp) -> Result<(), StoreError> {
    tx.query(KEEP)
        .bind(erasure)
        .bind(own.key)
        .bind(own.workspace_id)
        .bind(id_hash(&own.instagram_id))
        .execute()
        .await?;
    tx.query(UNNAME)
        .bind(own.key)
        .bind(format!("erased:{}", own.key))
        .bind(now)
        .execute()
        .await?;
    tx.query("DELETE FROM profile_days WHERE account_key = $1")
        .bind(own.key)
        .execute()
        .await?;
    tx.query(STOP)
        .bind(own.key)
        .bind(ParkedOn::Reconnect.to_string())
        .execute()
        .await?;
    Ok(())
}

/// Quotas are known by ids, too.
async fn forget_pools(tx: &mut Tx, ids: &[&String]) -> Result<(), StoreError> {
    let of = [
        PoolKey::user,
        PoolKey::page,
        PoolKey::account,
        PoolKey::publishing,
    ];
    let keys = ids.iter().flat_map(|id| of.map(|key| key(id).to_string()));
    tx.query(in_list!("DELETE FROM pools WHERE key", "$1", ""))
        .bind(Texts::of(keys))
        .execute()
        .await?;
    Ok(())
}
