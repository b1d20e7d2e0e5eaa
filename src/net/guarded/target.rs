//! What is seen of a URL before anybody is asked: its form, and hosts that cannot be public.

use std::net::IpAddr;

use url::{Host, Url};

use super::error::FetchFault;
use super::reach::Reach;

/// Endings of names that are this machine's or a local network's, whatever a resolver says (RFC 6761, RFC 6762, RFC
/// 8375, and ICANN's `internal`).
const LOCAL_ENDINGS: [&str; 5] = ["localhost", "local", "internal", "home.arpa", "localdomain"];

/// Checks that the URL is of a kind that is fetched at all, and that its host is within reach: addresses in any
/// notation, names as they are written. What names resolve to is seen when they are.
pub(super) fn check(url: &Url, reach: Reach) -> Result<(), FetchFault> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(FetchFault::NotHttp);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(FetchFault::HasUser);
    }
    let within = match url.host() {
        Some(Host::Ipv4(address)) => (reach.address)(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => (reach.address)(IpAddr::V6(address)),
        Some(Host::Domain(name)) => reach.local_names || may_be_public(name),
        None => return Err(FetchFault::NotHttp),
    };
    if within {
        Ok(())
    } else {
        Err(FetchFault::NotPublic)
    }
}

/// Names of one label are a local network's; a dot at the end is a way round lists of names.
fn may_be_public(name: &str) -> bool {
    let local = |ending: &str| name.strip_suffix(ending).is_some_and(|rest| rest.ends_with('.'));
    name.contains('.') && !name.ends_with('.') && !LOCAL_ENDINGS.into_iter().any(local)
}
