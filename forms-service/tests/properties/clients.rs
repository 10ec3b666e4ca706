//! Any `X-Forwarded-For`: what the speaker to the left of the last untrusted one says is nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::http::{HeaderMap, HeaderValue};
use forms_service::client::{Client, TrustedProxies};
use proptest::prelude::*;
use proptest::sample::select;

use super::cases::{CASES, cases};

/// What a header may hold: no byte of a control character but the tab.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let byte = any::<u8>().prop_map(|byte| if byte == b'\t' || (byte >= b' ' && byte != 127) { byte } else { b',' });
    let piece = prop_oneof![
        3 => written(any_address()).prop_map(String::into_bytes),
        2 => select(vec![",", ", ", "unknown", "[", "]", ":", "\"", "127.0.0.1", "::1", "10.0.0.5"])
            .prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(byte, 0..6),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn any_address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<u32>().prop_map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))),
        any::<u128>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits))),
        any::<u32>().prop_map(|bits| IpAddr::V6(Ipv4Addr::from_bits(bits).to_ipv6_mapped())),
    ]
}

/// An address that no list of proxies here trusts.
fn stranger() -> impl Strategy<Value = IpAddr> {
    any_address().prop_filter("of a trusted proxy", |address| !proxies().holds(address.to_canonical()))
}

/// One of ours.
fn proxy() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        (1..255_u8).prop_map(|last| IpAddr::V4(Ipv4Addr::new(10, 0, 0, last))),
        (1..255_u8).prop_map(|last| IpAddr::V4(Ipv4Addr::new(127, 0, 0, last))),
        Just(IpAddr::V6(Ipv6Addr::LOCALHOST)),
    ]
}

/// An address as proxies write it.
fn written(address: impl Strategy<Value = IpAddr>) -> impl Strategy<Value = String> {
    (address, 0..3_u8, any::<u16>()).prop_map(|(address, manner, port)| match (address, manner) {
        (_, 0) => SocketAddr::new(address, port).to_string(),
        (IpAddr::V6(address), 1) => format!("[{address}]"),
        _ => format!(" {address}\t"),
    })
}

fn proxies() -> TrustedProxies {
    TrustedProxies::parse(&["127.0.0.0/8", "::1", "10.0.0.0/24"].map(str::to_owned)).unwrap()
}

fn client(peer: IpAddr, lines: &[Vec<u8>]) -> Client {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append("x-forwarded-for", HeaderValue::from_bytes(line).unwrap());
    }
    Client::of(SocketAddr::new(peer, 50_000), &headers, &proxies())
}

proptest! {
    #![proptest_config(cases(CASES))]

    #[test]
    fn a_stranger_is_who_speaks_whatever_they_claim(
        peer in stranger(),
        lines in prop::collection::vec(line(), 0..4),
    ) {
        prop_assert!(client(peer, &lines) == Client::at(peer));
    }

    #[test]
    fn behind_our_proxies_the_last_stranger_is_the_client_whatever_lies_further_left(
        claimed in prop::collection::vec(line(), 0..4),
        (stranger, stranger_written) in stranger().prop_flat_map(|address| (Just(address), written(Just(address)))),
        chain in prop::collection::vec(proxy().prop_flat_map(|address| written(Just(address))), 0..4),
        peer in proxy(),
        on_one_line in any::<bool>(),
    ) {
        let ours = std::iter::once(stranger_written).chain(chain).collect::<Vec<_>>().join(",").into_bytes();
        let mut lines = claimed;
        match lines.last_mut() {
            Some(last) if on_one_line => last.extend([&b","[..], &ours].concat()),
            _ => lines.push(ours),
        }
        prop_assert!(client(peer, &lines) == Client::at(stranger));
    }

    #[test]
    fn whatever_the_list_says_somebody_is_the_client(peer in any_address(), lines in prop::collection::vec(line(), 0..5)) {
        let found = client(peer, &lines);
        prop_assert!(found == client(peer, &lines));
        prop_assert_eq!(format!("{found:?}"), "Client(***)");
    }
}
