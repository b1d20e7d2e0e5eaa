//! Which addresses belong to the public internet: a table, from IANA's registries of special-purpose addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range of IPv4 addresses: its first one, and how many bits are fixed.
type Range4 = ([u8; 4], u32);

/// What is not public in IPv4.
/// <https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml>
const SPECIAL_4: [Range4; 16] = [
    ([0, 0, 0, 0], 8),        // "this network"; 0.0.0.0 is this machine
    ([10, 0, 0, 0], 8),       // private
    ([100, 64, 0, 0], 10),    // carrier-grade NAT
    ([127, 0, 0, 0], 8),      // loopback
    ([168, 63, 129, 16], 32), // public in form only: the host of a machine at Azure
    ([169, 254, 0, 0], 16),   // link-local, where clouds keep their metadata
    ([172, 16, 0, 0], 12),    // private
    ([192, 0, 0, 0], 24),     // IETF protocol assignments
    ([192, 0, 2, 0], 24),     // documentation
    ([192, 88, 99, 0], 24),   // relays of 6to4, deprecated
    ([192, 168, 0, 0], 16),   // private
    ([198, 18, 0, 0], 15),    // benchmarking
    ([198, 51, 100, 0], 24),  // documentation
    ([203, 0, 113, 0], 24),   // documentation
    ([224, 0, 0, 0], 4),      // multicast
    ([240, 0, 0, 0], 4),      // reserved, and broadcast
];

/// A range of IPv6 addresses: its first groups, and how many bits are fixed.
type Range6 = ([u16; 3], u32);

/// The only part of IPv6 that has been given out as public (`2000::/3`).
const GLOBAL_6: Range6 = ([0x2000, 0, 0], 3);

/// What is not public within it.
/// <https://www.iana.org/assignments/iana-ipv6-special-registry/iana-ipv6-special-registry.xhtml>
const SPECIAL_6: [Range6; 3] = [
    ([0x2001, 0, 0], 23),      // IETF protocol assignments: Teredo, benchmarking, ORCHID
    ([0x2001, 0x0db8, 0], 32), // documentation
    ([0x3fff, 0, 0], 20),      // documentation
];

/// Whether the address is one that anybody on the internet may be reached at.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_4(address),
        IpAddr::V6(address) => is_public_6(address),
    }
}

fn is_public_4(address: Ipv4Addr) -> bool {
    let within = |(first, bits): Range4| {
        let apart = address.to_bits() ^ Ipv4Addr::from(first).to_bits();
        apart.leading_zeros() >= bits
    };
    !SPECIAL_4.into_iter().any(within)
}

/// An address that carries one of IPv4 is as public as that one; forms that nobody uses any more are not.
fn is_public_6(address: Ipv6Addr) -> bool {
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => is_public_4(joined(high, low)),
        _ => within_6(address, GLOBAL_6) && !SPECIAL_6.into_iter().any(|range| within_6(address, range)),
    }
}

fn within_6(address: Ipv6Addr, ([a, b, c], bits): Range6) -> bool {
    let first = Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0);
    (address.to_bits() ^ first.to_bits()).leading_zeros() >= bits
}

fn joined(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}
