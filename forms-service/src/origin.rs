//! Whether a post comes from a page of this portal.
//!
//! First `Sec-Fetch-Site`, which only a browser sets; else `Origin`; else `Referer`, compared with
//! the portal's address, never with the Host header. Old browsers send none of the three: that is
//! no proof of anything, so it leads to the check page and not to a refusal.

use axum::http::HeaderMap;
use axum::http::header::{ORIGIN, REFERER};
use url::{Host, Url};

/// What the headers of a post say about where it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// On a page of this portal.
    Ours,
    /// On somebody else's page.
    Foreign,
    /// The browser does not say.
    Unknown,
}

/// The addresses under which our own pages are opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Home {
    /// The portal's `adresse`: scheme, host and port.
    Address(url::Origin),
    /// Demonstration: any name of this machine's loopback, at the port that is listened on.
    Loopback {
        /// The port that is listened on.
        port: u16,
    },
    /// The portal has no address: nothing comes from it.
    Nowhere,
}

impl Home {
    /// The home whose base address is `address`.
    pub fn of(address: &str) -> Self {
        match Url::parse(address) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Self::Address(url.origin()),
            _ => Self::Nowhere,
        }
    }

    fn holds(&self, address: &str) -> bool {
        let Ok(url) = Url::parse(address) else { return false };
        match self {
            Self::Address(origin) => url.origin() == *origin,
            Self::Nowhere => false,
            Self::Loopback { port } => {
                url.scheme() == "http"
                    && url.port_or_known_default() == Some(*port)
                    && url.host().is_some_and(|host| is_loopback(&host))
            }
        }
    }
}

/// Where a post with these headers was written.
pub fn provenance(headers: &HeaderMap, home: &Home) -> Provenance {
    match single(headers, "sec-fetch-site") {
        Header::One("same-origin") => return Provenance::Ours,
        // "none" means that the person did it by hand, by reloading for instance: ask the others.
        Header::Absent | Header::One("none") => {}
        Header::One(_) | Header::Unreadable => return Provenance::Foreign,
    }
    for name in [ORIGIN.as_str(), REFERER.as_str()] {
        match single(headers, name) {
            Header::Absent => {}
            Header::One(address) if home.holds(address) => return Provenance::Ours,
            Header::One(_) | Header::Unreadable => return Provenance::Foreign,
        }
    }
    Provenance::Unknown
}

/// Whether a host is a name of this very machine.
pub fn is_loopback<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref().eq_ignore_ascii_case("localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

enum Header<'a> {
    Absent,
    One(&'a str),
    /// Not text, or given twice: no browser does that.
    Unreadable,
}

fn single<'a>(headers: &'a HeaderMap, name: &str) -> Header<'a> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Header::Absent,
        (Some(value), None) => value.to_str().map_or(Header::Unreadable, Header::One),
        (Some(_), Some(_)) => Header::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(headers: &[(&'static str, &'static str)]) -> Provenance {
        judge_at(&Home::of("https://portail.exemple.fr"), headers)
    }

    fn judge_at(home: &Home, headers: &[(&'static str, &'static str)]) -> Provenance {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        provenance(&headers, home)
    }

    #[test]
    fn what_the_browser_vouches_for_is_ours() {
        assert_eq!(judge(&[("sec-fetch-site", "same-origin"), ("origin", "null")]), Provenance::Ours);
        assert_eq!(judge(&[("origin", "https://portail.exemple.fr")]), Provenance::Ours);
        assert_eq!(judge(&[("origin", "https://portail.exemple.fr:443")]), Provenance::Ours);
        assert_eq!(judge(&[("referer", "https://portail.exemple.fr/formulaires/post-it/")]), Provenance::Ours);
        assert_eq!(judge(&[("sec-fetch-site", "none"), ("origin", "https://portail.exemple.fr")]), Provenance::Ours);
    }

    #[test]
    fn another_site_is_foreign_however_it_dresses_up() {
        for headers in [
            &[("sec-fetch-site", "cross-site"), ("origin", "https://portail.exemple.fr")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
            &[("origin", "https://autre.exemple.fr")],
            &[("origin", "http://portail.exemple.fr")],
            &[("origin", "https://portail.exemple.fr:8443")],
            &[("origin", "https://portail.exemple.fr.exemple.com")],
            &[("origin", "null")],
            &[("origin", "https://autre.exemple.fr"), ("referer", "https://portail.exemple.fr/")],
            &[("referer", "https://autre.exemple.fr/?https://portail.exemple.fr/")],
        ] {
            assert_eq!(judge(headers), Provenance::Foreign, "{headers:?}");
        }
    }

    #[test]
    fn an_old_browser_says_nothing() {
        assert_eq!(judge(&[]), Provenance::Unknown);
        assert_eq!(judge(&[("sec-fetch-site", "none")]), Provenance::Unknown);
    }

    #[test]
    fn in_demonstration_every_name_of_this_machine_is_home() {
        let home = Home::Loopback { port: 8080 };
        for origin in ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"] {
            assert_eq!(judge_at(&home, &[("origin", origin)]), Provenance::Ours);
        }
        for origin in ["http://127.0.0.1:9090", "http://portail.exemple.fr:8080", "https://localhost:8080"] {
            assert_eq!(judge_at(&home, &[("origin", origin)]), Provenance::Foreign);
        }
    }
}
