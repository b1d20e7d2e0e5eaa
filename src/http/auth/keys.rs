//! Which key a text is, without asking the store for every request.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::future::Cache;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::{ApiKeyText, WorkspaceId};
use crate::http::{Kind, Problem};
use crate::store::{ApiKey, Scope, Store};

/// How long a key that was revoked by another process may still work.
const REMEMBERED: Duration = Duration::from_secs(10);
const REMEMBERED_KEYS: u64 = 1_024;

/// What a key may do, and where.
#[derive(Clone, Debug)]
pub struct Granted {
    /// What it may do.
    pub scope: Scope,
    /// Its workspace; none for an operator's.
    pub workspace: Option<WorkspaceId>,
    /// The key itself; none for the configured one, which nobody can revoke.
    pub key: Option<Arc<ApiKey>>,
}

/// Knows the keys.
pub struct Keys {
    store: Store,
    admin: Option<[u8; 32]>,
    /// By the number of revocations before the store was asked: what was asked before one counts only before it.
    known: Cache<(u64, String), Arc<ApiKey>>,
    revocations: AtomicU64,
}

impl Keys {
    /// The store's keys, and the configured operator's key.
    pub fn new(store: Store, admin: Option<&SecretString>) -> Self {
        Self {
            store,
            admin: admin.map(|key| Sha256::digest(key.expose_secret().as_bytes()).into()),
            known: Cache::builder()
                .max_capacity(REMEMBERED_KEYS)
                .time_to_live(REMEMBERED)
                .build(),
            revocations: AtomicU64::new(0),
        }
    }

    /// What the key of this text may do.
    pub async fn grant(&self, text: &str) -> Result<Granted, Problem> {
        let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        if self.admin.is_some_and(|admin| admin.ct_eq(&digest).into()) {
            return Ok(Granted {
                scope: Scope::Operator,
                workspace: None,
                key: None,
            });
        }
        let key: ApiKeyText = text.parse().map_err(|_| bad())?;
        let known = self.find(key.prefix()).await?.ok_or_else(bad)?;
        if known.hash.ct_eq(&digest).into() {
            Ok(Granted {
                scope: known.scope,
                workspace: known.workspace_id,
                key: Some(known),
            })
        } else {
            Err(bad())
        }
    }

    /// Refuses a key that was revoked since it was granted something.
    pub async fn confirm(&self, key: &ApiKey) -> Result<(), Problem> {
        let known = self.find(&key.prefix).await?;
        known.filter(|known| known.id == key.id).map(drop).ok_or_else(bad)
    }

    /// Keys that do not exist are not remembered: one that is made works at once.
    async fn find(&self, prefix: &str) -> Result<Option<Arc<ApiKey>>, Problem> {
        let place = self.place(prefix);
        if let Some(key) = self.known.get(&place).await {
            return Ok(Some(key));
        }
        let found = self.store.key(prefix).await?.map(Arc::new);
        if let Some(key) = &found {
            self.known.insert(place, Arc::clone(key)).await;
        }
        Ok(found)
    }

    /// Where a key is remembered; another place after each revocation.
    fn place(&self, prefix: &str) -> (u64, String) {
        (self.revocations.load(Ordering::SeqCst), prefix.to_owned())
    }

    /// Asks the store again from now on: a key was revoked.
    pub fn forget(&self) {
        self.revocations.fetch_add(1, Ordering::SeqCst);
    }
}

fn bad() -> Problem {
    Kind::BadKey.because("the key is unknown or revoked")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::store::NewApiKey;

    #[tokio::test]
    async fn a_key_that_was_read_before_its_revocation_is_not_remembered_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("belino.db").display());
        let store = Store::open(&url, Clock::system()).await.unwrap();
        store.migrate().await.unwrap();
        let text = ApiKeyText::generate(&[7; 32]);
        let new = NewApiKey {
            workspace: None,
            name: "ops".to_owned(),
            scope: Scope::Operator,
            prefix: text.prefix().to_owned(),
            hash: text.hash().to_vec(),
        };
        let id = store.create_key(new).await.unwrap();
        let keys = Keys::new(store.clone(), None);
        assert!(keys.grant(text.expose()).await.is_ok());
        // A request reads the key, another one revokes it, and the first one remembers what it read.
        let place = keys.place(text.prefix());
        let read = Arc::new(store.key(text.prefix()).await.unwrap().unwrap());
        store.revoke_key(id).await.unwrap();
        keys.forget();
        keys.known.insert(place, read).await;
        let refused = keys.grant(text.expose()).await.unwrap_err();
        assert_eq!(refused.kind(), Kind::BadKey);
    }
}
