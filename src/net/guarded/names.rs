//! Names resolved by us, once, with every address of the answer checked: what comes out is what is connected to.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::reach::Reach;

/// A name of this answer is not public. It travels inside reqwest's error and is found there again.
#[derive(Debug, thiserror::Error)]
#[error("the name does not resolve to public addresses only")]
pub(super) struct NotPublic;

/// Asks the system's resolver.
pub(super) struct SystemNames;

impl Resolve for SystemNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Asks another resolver, and gives out its answer only if all of it is within reach: one private address among public ones
/// would be connected to as soon as the others are slow.
pub(super) struct CheckedNames<R> {
    pub(super) inner: Arc<R>,
    pub(super) reach: Reach,
}

impl<R: Resolve + 'static> Resolve for CheckedNames<R> {
    fn resolve(&self, name: Name) -> Resolving {
        let (inner, reach) = (Arc::clone(&self.inner), self.reach);
        Box::pin(async move {
            let found: Vec<SocketAddr> = inner.resolve(name).await?.collect();
            if found.is_empty() {
                return Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address").into());
            }
            if !found.iter().all(|address| (reach.address)(address.ip())) {
                return Err(NotPublic.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
