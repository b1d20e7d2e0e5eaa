use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use rstest::rstest;

use crate::net::guarded::is_public;
use crate::net::guarded::reach::Reach;
use crate::net::guarded::target::check;

#[rstest]
#[case::this_machine("0.0.0.0")]
#[case::this_network("0.1.2.3")]
#[case::private_10("10.0.0.1")]
#[case::private_10_end("10.255.255.255")]
#[case::carrier_nat("100.64.0.1")]
#[case::carrier_nat_end("100.127.255.255")]
#[case::metadata_alibaba("100.100.100.200")]
#[case::loopback("127.0.0.1")]
#[case::loopback_end("127.255.255.254")]
#[case::azure_host("168.63.129.16")]
#[case::metadata("169.254.169.254")]
#[case::private_172("172.16.0.1")]
#[case::private_172_end("172.31.255.255")]
#[case::protocol("192.0.0.8")]
#[case::documentation_1("192.0.2.1")]
#[case::relay("192.88.99.1")]
#[case::private_192("192.168.1.1")]
#[case::benchmarking("198.18.0.1")]
#[case::benchmarking_end("198.19.255.255")]
#[case::documentation_2("198.51.100.7")]
#[case::documentation_3("203.0.113.7")]
#[case::multicast("224.0.0.1")]
#[case::reserved("240.0.0.1")]
#[case::broadcast("255.255.255.255")]
#[case::unspecified_6("::")]
#[case::loopback_6("::1")]
#[case::mapped_loopback("::ffff:127.0.0.1")]
#[case::mapped_private("::ffff:10.0.0.1")]
#[case::compatible("::127.0.0.1")]
#[case::compatible_public("::8.8.8.8")]
#[case::translated("64:ff9b::10.0.0.1")]
#[case::translated_metadata("64:ff9b::169.254.169.254")]
#[case::translated_local("64:ff9b:1::1")]
#[case::discard("100::1")]
#[case::six_to_four_private("2002:0a00:0001::1")]
#[case::six_to_four_loopback("2002:7f00:0001::")]
#[case::teredo("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
#[case::benchmarking_6("2001:2::1")]
#[case::orchid("2001:20::1")]
#[case::documentation_6("2001:db8::1")]
#[case::documentation_6_new("3fff::1")]
#[case::segment_routing("5f00::1")]
#[case::unique_local("fc00::1")]
#[case::unique_local_aws("fd00:ec2::254")]
#[case::link_local("fe80::1")]
#[case::site_local("fec0::1")]
#[case::multicast_6("ff02::1")]
fn an_address_for_a_special_purpose_is_not_public(#[case] text: &str) {
    assert!(!is_public(text.parse().unwrap()), "{text}");
}

#[rstest]
#[case("1.1.1.1")]
#[case("9.255.255.255")]
#[case("11.0.0.0")]
#[case("100.63.255.255")]
#[case("100.128.0.0")]
#[case("126.255.255.255")]
#[case("128.0.0.0")]
#[case("169.253.255.255")]
#[case("172.15.255.255")]
#[case("172.32.0.0")]
#[case("192.0.1.0")]
#[case("198.17.255.255")]
#[case("198.20.0.0")]
#[case("223.255.255.255")]
#[case("::ffff:8.8.8.8")]
#[case("64:ff9b::8.8.8.8")]
#[case("2002:0808:0808::1")]
#[case("2001:200::1")]
#[case("2606:4700:4700::1111")]
#[case("2a03:2880:f12f:83:face:b00c:0:25de")]
fn an_address_beside_the_special_ones_is_public(#[case] text: &str) {
    assert!(is_public(text.parse().unwrap()), "{text}");
}

#[rstest]
#[case("http://2130706433/")]
#[case("http://0x7f000001/")]
#[case("http://0177.0.0.1/")]
#[case("http://0x7f.1/")]
#[case("http://127.1/")]
#[case("http://127.0.0.1./")]
#[case("http://0/")]
#[case("http://１２７.0.0.1/")]
#[case("http://127。0。0。1/")]
#[case("http://[::]/")]
#[case("http://[::1]:8080/")]
#[case("http://[::ffff:7f00:1]/")]
#[case("http://[0:0:0:0:0:ffff:a9fe:a9fe]/")]
#[case("http://localhost/")]
#[case("http://LOCALHOST/")]
#[case("http://localhost./")]
#[case("http://a.localhost/")]
#[case("http://printer/")]
#[case("http://printer.local/")]
#[case("http://metadata.google.internal/")]
#[case("http://router.home.arpa/")]
#[case("http://example.com./")]
fn a_host_that_is_not_public_is_seen_in_every_notation(#[case] text: &str) {
    let fault = check(&text.parse().unwrap(), Reach::PUBLIC).unwrap_err();
    assert!(
        fault.to_string().contains("not on the public internet"),
        "{text}: {fault}"
    );
}

#[rstest]
#[case("ftp://example.com/a.jpg")]
#[case("file:///etc/passwd")]
#[case("data:image/png;base64,AAAA")]
#[case("http://user@example.com/")]
#[case("http://:secret@example.com/")]
fn a_url_of_another_kind_is_refused_even_where_private_ones_are_allowed(#[case] text: &str) {
    assert!(check(&text.parse().unwrap(), Reach::ALL).is_err(), "{text}");
}

#[rstest]
#[case("https://example.com/a.jpg")]
#[case("http://example.com:8080/a.jpg?key=1")]
#[case("https://localhost.example.com/")]
#[case("https://mylocal.example/")]
#[case("https://bücher.example/")]
#[case("https://1.1.1.1/")]
#[case("https://[2606:4700:4700::1111]/")]
fn a_host_that_may_be_public_is_let_through(#[case] text: &str) {
    assert!(check(&text.parse().unwrap(), Reach::PUBLIC).is_ok(), "{text}");
}

/// The standard library's own idea of what is not for everybody, as far as it is stable.
fn known_to_std(address: Ipv4Addr) -> bool {
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || address.is_unspecified()
}

proptest! {
    #[test]
    fn what_std_calls_special_is_never_public(bits: u32) {
        let address = Ipv4Addr::from_bits(bits);
        prop_assert!(!known_to_std(address) || !is_public(IpAddr::V4(address)));
    }

    #[test]
    fn an_address_in_a_carrier_is_as_public_as_itself(bits: u32) {
        let address = Ipv4Addr::from_bits(bits);
        let [a, b, c, d] = address.octets().map(u16::from);
        let (high, low) = (a << 8 | b, c << 8 | d);
        let expected = is_public(IpAddr::V4(address));
        for carrier in [
            address.to_ipv6_mapped(),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
        ] {
            prop_assert_eq!(is_public(IpAddr::V6(carrier)), expected, "{}", carrier);
        }
        prop_assert!(!is_public(IpAddr::V6(Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low))));
    }

    #[test]
    fn only_global_unicast_and_carriers_are_public(bits: u128) {
        let address = Ipv6Addr::from_bits(bits);
        let [first, second, ..] = address.segments();
        let carrier = address.to_ipv4_mapped().is_some() || (first, second) == (0x64, 0xff9b);
        prop_assert!(!is_public(IpAddr::V6(address)) || carrier || first >> 13 == 1);
    }

    #[test]
    fn any_number_as_a_host_is_judged_as_the_address_it_is(bits: u32) {
        let url = format!("http://{bits}/").parse().unwrap();
        let public = is_public(IpAddr::V4(Ipv4Addr::from_bits(bits)));
        prop_assert_eq!(check(&url, Reach::PUBLIC).is_ok(), public);
    }
}
