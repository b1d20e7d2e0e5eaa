//! A server of our own on loopback, and a resolver that answers what a test says.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Url;

use crate::net::guarded::reach::Reach;
use crate::net::guarded::{GuardSettings, Guarded, is_public};

/// The one address of this machine that stands for a public one.
pub(super) const SERVER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Public addresses, and `SERVER` as if it were one.
const SERVER_IS_PUBLIC: Reach = Reach {
    address: |address| address == SERVER || is_public(address),
    local_names: false,
};

/// Answers every name with the next of these, and the last one for ever.
pub(super) struct Answers {
    answers: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
}

impl Answers {
    pub(super) fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parsed = |answer: &&[&str]| answer.iter().map(|text| text.parse().unwrap()).collect();
        Arc::new(Self {
            answers: answers.iter().map(parsed).collect(),
            asked: AtomicUsize::new(0),
        })
    }

    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Resolve for Answers {
    fn resolve(&self, _name: Name) -> Resolving {
        let at = self
            .asked
            .fetch_add(1, Ordering::SeqCst)
            .min(self.answers.len() - 1);
        let found: Vec<_> = self.answers[at]
            .iter()
            .map(|ip| SocketAddr::new(*ip, 0))
            .collect();
        Box::pin(async move { Ok(Box::new(found.into_iter()) as Addrs) })
    }
}

pub(super) fn settings() -> GuardSettings {
    GuardSettings {
        timeout_total: Duration::from_secs(5),
        max_bytes: 1_000,
        ..GuardSettings::default()
    }
}

/// A client that may reach `SERVER` and the public internet, and is told all names' addresses.
pub(super) fn guarded(answers: &Arc<Answers>) -> Guarded {
    Guarded::within(settings(), SERVER_IS_PUBLIC, Arc::clone(answers)).unwrap()
}

/// A client that may reach everything, by the system's names.
pub(super) fn open() -> Guarded {
    Guarded::new(GuardSettings {
        allow_private: true,
        ..settings()
    })
    .unwrap()
}

pub(super) fn url(text: &str) -> Url {
    text.parse().unwrap()
}
