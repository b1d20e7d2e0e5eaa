//! How far a request may reach: which addresses, and whether names of the local network.

use std::net::IpAddr;

use super::address::is_public;

/// What is reached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// Whether an address may be connected to.
    pub(super) address: fn(IpAddr) -> bool,
    /// Whether names may be looked up that only a local network has.
    pub(super) local_names: bool,
}

impl Reach {
    /// The public internet.
    pub(super) const PUBLIC: Self = Self {
        address: is_public,
        local_names: false,
    };

    /// Everything.
    pub(super) const ALL: Self = Self {
        address: |_| true,
        local_names: true,
    };
}
