//! Which key a text is, without asking the store for every request.

use std::sync::Arc;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Granted {
    /// What it may do.
    pub scope: Scope,
    /// Its workspace; none for an operator's.
    pub workspace: Option<WorkspaceId>,
}

/// Knows the keys.
pub struct Keys {
    store: Store,
    admin: Option<[u8; 32]>,
    known: Cache<String, Arc<ApiKey>>,
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
        }
    }

    /// What the key of this text may do.
    pub async fn grant(&self, text: &str) -> Result<Granted, Problem> {
        let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        if self.admin.is_some_and(|admin| admin.ct_eq(&digest).into()) {
            return Ok(Granted {
                scope: Scope::Operator,
                workspace: None,
            });
        }
        let bad = || Kind::BadKey.because("the key is unknown or revoked");
        let key: ApiKeyText = text.parse().map_err(|_| bad())?;
        let known = self.find(key.prefix()).await?.ok_or_else(bad)?;
        if known.hash.ct_eq(&digest).into() {
            Ok(Granted {
                scope: known.scope,
                workspace: known.workspace_id,
            })
        } else {
            Err(bad())
        }
    }

    /// Keys that do not exist are not remembered: one that is made works at once.
    async fn find(&self, prefix: &str) -> Result<Option<Arc<ApiKey>>, Problem> {
        if let Some(key) = self.known.get(prefix).await {
            return Ok(Some(key));
        }
        let found = self.store.key(prefix).await?.map(Arc::new);
        if let Some(key) = &found {
            self.known.insert(prefix.to_owned(), Arc::clone(key)).await;
        }
        Ok(found)
    }

    /// Asks the store again from now on: a key was revoked.
    pub fn forget(&self) {
        self.known.invalidate_all();
    }
}
