//! The end of a person's access: connections go with their tokens, and their lanes wait.

use super::super::db::Tx;
use super::super::{Store, StoreError, connections};
use super::Person;
use super::targets::{self, Bond};
use crate::domain::Timestamp;

/// How often a transaction that lost against another is run again.
pub(super) const CONTENTION_TRIES: usize = 5;

/// Removed by the person at Meta.
const DEAUTHORIZED: &str = "deauthorized";
/// The person asked for their data to be deleted.
pub(super) const DELETION: &str = "data-deletion";

impl Store {
    /// Ends every connection that the person gave; their accounts' history stays. Gives how many these were: sent
    /// again, a request finds none.
    pub async fn deauthorize(&self, person: &Person) -> Result<usize, StoreError> {
        for _ in 1..CONTENTION_TRIES {
            match self.deauthorize_once(person).await {
                Err(error) if error.is_contention() => {}
                done => return done,
            }
        }
        self.deauthorize_once(person).await
    }

    async fn deauthorize_once(&self, person: &Person) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let bonds = targets::bonds(&mut tx, person).await?;
        end_sessions(&mut tx, person).await?;
        end(&mut tx, &bonds, DEAUTHORIZED, now).await?;
        tx.commit().await?;
        Ok(bonds.len())
    }
}

/// A person with several accounts who has not chosen yet has left a token, too.
pub(super) async fn end_sessions(tx: &mut Tx, person: &Person) -> Result<(), StoreError> {
    let ended = "DELETE FROM connect_sessions WHERE facebook_user_id = $1 AND created_at <= $2";
    let query = tx.query(ended).bind(person.id.clone());
    query.bind(person.connected_until()).execute().await?;
    Ok(())
}

/// Removes these connections and tells followers why.
pub(super) async fn end(
    tx: &mut Tx,
    bonds: &[Bond],
    why: &'static str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let ended: Vec<_> = bonds.iter().map(|bond| (bond.id, bond.account_key)).collect();
    connections::end(tx, &ended, why, now).await
}
