//! Who sends a request, as far as limits go.
//!
//! A reverse proxy writes at the right end of `X-Forwarded-For` who spoke to it; what lies further
//! left is what that one claims. So the list is read from the right and only for as long as the
//! speaker is a trusted proxy: whoever invents addresses invents them to the left of their own.
//! An address is never printed, neither here nor in a log.

pub mod network;

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

pub use network::{Network, TrustedProxies};

/// One household, or one machine, of a network that hands out IPv6 addresses.
const IPV6_PREFIX: u8 = 64;

/// Who a limit is about: an IPv4 address, or the /64 of an IPv6 one, since whoever has one of
/// its addresses has them all.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Client(IpAddr);

impl Client {
    /// Who speaks to us, or for whom, if it is a trusted proxy that speaks.
    pub fn of(peer: SocketAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> Self {
        let mut speaker = peer.ip().to_canonical();
        let mut claims = claims(headers);
        while trusted.holds(speaker) {
            match claims.next() {
                Some(Some(address)) => speaker = address,
                // Nothing further to the left can be relied on.
                Some(None) | None => break,
            }
        }
        Self::at(speaker)
    }

    /// Whoever is at that address.
    pub fn at(address: IpAddr) -> Self {
        match address.to_canonical() {
            address @ IpAddr::V4(_) => Self(address),
            address @ IpAddr::V6(_) => Self(network::truncate(address, IPV6_PREFIX)),
        }
    }
}

/// An address is personal data.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client(***)")
    }
}

/// What the lines of `X-Forwarded-For` say, from right to left; `None` for what is no address.
fn claims(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    // Several lines are one list, in their order.
    let lines = headers.get_all("x-forwarded-for").into_iter().collect::<Vec<_>>();
    lines.into_iter().rev().flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b',')).map(address)
}

/// An address as proxies write it: alone, in brackets, or with a port.
fn address(written: &[u8]) -> Option<IpAddr> {
    let written = std::str::from_utf8(written).ok()?.trim();
    let bracketed = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = match (bracketed, written.parse::<IpAddr>()) {
        (Some(inner), _) => IpAddr::V6(inner.parse().ok()?),
        (None, Ok(address)) => address,
        (None, Err(_)) => written.parse::<SocketAddr>().ok()?.ip(),
    };
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(peer: &str, lines: &[&[u8]]) -> String {
        let trusted = TrustedProxies::parse(&["127.0.0.0/8", "::1", "10.0.0.0/24"].map(str::to_owned)).unwrap();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(line).unwrap());
        }
        let peer = SocketAddr::new(peer.parse().unwrap(), 50_000);
        Client::of(peer, &headers, &trusted).0.to_string()
    }

    #[test]
    fn the_list_is_read_from_the_right_and_past_trusted_proxies_only() {
        for (peer, lines, found) in [
            // Nobody between.
            ("192.0.2.7", &[][..], "192.0.2.7"),
            ("127.0.0.1", &[], "127.0.0.1"),
            // Whoever is not a proxy of ours says what they like.
            ("192.0.2.7", &["198.51.100.1"], "192.0.2.7"),
            // One proxy, then two; what the sender wrote lies further left.
            ("127.0.0.1", &["192.0.2.7"], "192.0.2.7"),
            ("::1", &["192.0.2.7"], "192.0.2.7"),
            ("127.0.0.1", &["198.51.100.1, 192.0.2.7"], "192.0.2.7"),
            ("127.0.0.1", &["198.51.100.1, 192.0.2.7, 10.0.0.5"], "192.0.2.7"),
            ("127.0.0.1", &["127.0.0.1, 192.0.2.7"], "192.0.2.7"),
            // All of them ours: the first is who sends.
            ("127.0.0.1", &["10.0.0.9, 10.0.0.5"], "10.0.0.9"),
            // Several lines are one list.
            ("127.0.0.1", &["198.51.100.1", "192.0.2.7", "10.0.0.5"], "192.0.2.7"),
            ("127.0.0.1", &["198.51.100.1, 192.0.2.7", "10.0.0.5 , 10.0.0.6"], "192.0.2.7"),
            // What is no address ends the list: nothing to its left is believed.
            ("127.0.0.1", &["192.0.2.7, unknown"], "127.0.0.1"),
            ("127.0.0.1", &["192.0.2.7, _secret, 10.0.0.5"], "10.0.0.5"),
            ("127.0.0.1", &["192.0.2.7,"], "127.0.0.1"),
            ("127.0.0.1", &[""], "127.0.0.1"),
            ("127.0.0.1", &["192.0.2.7", ""], "127.0.0.1"),
            ("127.0.0.1", &["garbage; drop, 192.0.2.7"], "192.0.2.7"),
            ("127.0.0.1", &["192.0.2.7.1"], "127.0.0.1"),
            ("127.0.0.1", &["192.0.2.7:99999"], "127.0.0.1"),
            ("127.0.0.1", &["[192.0.2.7]"], "127.0.0.1"),
            ("127.0.0.1", &["\"[2001:db8::1]\""], "127.0.0.1"),
        ] {
            let bytes: Vec<_> = lines.iter().map(|line| line.as_bytes()).collect();
            assert_eq!(client(peer, &bytes), found, "{peer} {lines:?}");
        }
        assert_eq!(client("127.0.0.1", &[b"192.0.2.7, \xff\xfe"]), "127.0.0.1");
    }

    #[test]
    fn every_way_to_write_an_address_is_the_same_address() {
        for written in ["192.0.2.7", " 192.0.2.7\t", "192.0.2.7:4711", "::ffff:192.0.2.7", "[::ffff:c000:207]:443"] {
            assert_eq!(client("127.0.0.1", &[written.as_bytes()]), "192.0.2.7", "{written}");
        }
        assert_eq!(client("::ffff:192.0.2.7", &[]), "192.0.2.7");
        assert_eq!(client("::ffff:127.0.0.1", &[b"192.0.2.7"]), "192.0.2.7");
    }

    #[test]
    fn an_ipv6_client_is_its_64() {
        for written in
            ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", "[2001:db8:1:2::5]", "[2001:db8:1:2::5]:80"]
        {
            assert_eq!(client("127.0.0.1", &[written.as_bytes()]), "2001:db8:1:2::", "{written}");
        }
        assert_ne!(client("2001:db8:1:3::1", &[]), "2001:db8:1:2::");
    }

    #[test]
    fn a_client_is_never_printed() {
        assert_eq!(format!("{:?}", Client::at("192.0.2.7".parse().unwrap())), "Client(***)");
    }
}
