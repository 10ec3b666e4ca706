//! Addresses and networks as an operator writes them: `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use anyhow::{Context, ensure};

/// An address, or all those that begin alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    prefix: u8,
}

/// Those whose word about who they speak for is taken. By default, this very machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Network>);

impl Network {
    /// Whether that address is one of these.
    pub fn holds(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && truncate(address, self.prefix) == self.first
    }
}

impl FromStr for Network {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let form = || format!("« {text} » n’est ni une adresse (10.0.0.7) ni un réseau (10.0.0.0/8, fd00::/8)");
        let address: IpAddr = address.parse().with_context(form)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(longest), str::parse).with_context(form)?;
        ensure!(prefix <= longest, form());
        ensure!(prefix > 0, "« {text} » ferait confiance à tout le monde : n’importe qui choisirait son adresse");
        let first = truncate(address, prefix);
        ensure!(first == address, "« {text} » : le réseau s’écrit « {first}/{prefix} »");
        // The same network is written in two ways; peers are compared in the shorter one.
        Ok(match (first, first.to_canonical()) {
            (IpAddr::V6(_), short @ IpAddr::V4(_)) if prefix >= 96 => Self { first: short, prefix: prefix - 96 },
            _ => Self { first, prefix },
        })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.prefix)
    }
}

impl TrustedProxies {
    /// Exactly these; none at all when the list is empty.
    ///
    /// # Errors
    /// Says in French which one is no address and no network.
    pub fn parse(list: &[String]) -> anyhow::Result<Self> {
        list.iter().map(|text| text.trim().parse()).collect::<anyhow::Result<_>>().map(Self)
    }

    /// Whether what that address says about others is believed.
    pub fn holds(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address))
    }
}

impl Default for TrustedProxies {
    fn default() -> Self {
        Self(vec![
            Network { first: Ipv4Addr::new(127, 0, 0, 0).into(), prefix: 8 },
            Network { first: Ipv6Addr::LOCALHOST.into(), prefix: 128 },
        ])
    }
}

/// The first address of the network of that length in which `address` lies.
pub(super) fn truncate(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
            Ipv4Addr::from_bits(address.to_bits() & mask).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
            Ipv6Addr::from_bits(address.to_bits() & mask).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error:#}"))
    }

    #[test]
    fn a_network_holds_the_addresses_that_begin_like_it() {
        for (written, address, held) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("::ffff:10.0.0.0/104", "10.1.2.3", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("fd00::/8", "fd12:3456::1", true),
            ("fd00::/8", "2001:db8::1", false),
            ("::/1", "1.2.3.4", false),
            ("2001:db8::1", "2001:db8::1", true),
        ] {
            assert_eq!(network(written).holds(address.parse().unwrap()), held, "{address} in {written}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused_with_the_way_out() {
        for (written, said) in [
            ("proxy.exemple.fr", "ni une adresse"),
            ("10.0.0.0/33", "ni une adresse"),
            ("10.0.0.0/", "ni une adresse"),
            ("10.0.0.0/-1", "ni une adresse"),
            ("10.0.0.0/8/8", "ni une adresse"),
            ("", "ni une adresse"),
            ("0.0.0.0/0", "tout le monde"),
            ("::/0", "tout le monde"),
            ("10.1.2.3/8", "« 10.0.0.0/8 »"),
        ] {
            let error = written.parse::<Network>().unwrap_err();
            assert!(format!("{error:#}").contains(said), "{written}: {error:#}");
        }
    }

    #[test]
    fn by_default_this_machine_alone_is_trusted() {
        let trusted = TrustedProxies::default();
        for (address, held) in
            [("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("::ffff:127.0.0.1", true), ("10.0.0.1", false)]
        {
            assert_eq!(trusted.holds(address.parse().unwrap()), held, "{address}");
        }
        assert!(!TrustedProxies::parse(&[]).unwrap().holds(Ipv4Addr::LOCALHOST.into()));
    }
}
