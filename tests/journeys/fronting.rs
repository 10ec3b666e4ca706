//! The portal behind nginx, as the operator's guide sets it up.

use std::collections::BTreeSet;
use std::fs;

use journeys::authority::Authority;
use journeys::caller::{Caller, Raw};
use journeys::daemon::{free_port, let_in};
use journeys::nginx::{INTERNAL, Nginx, PUBLIC};
use journeys::upstream::Upstream;
use journeys::{MailServer, Portal, Site, html, visitor};

use crate::mailing::DIRECTORY;
use crate::posting::POST_IT;

/// What every answer says to the browser.
const HEADERS: [&str; 5] = [
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "strict-transport-security",
];

/// An address that the guide lets in, and one that it does not.
const INSIDE: [u8; 4] = [127, 0, 0, 1];
const OUTSIDE: [u8; 4] = [127, 0, 0, 2];

/// nginx before a portal that runs for real, both sites built.
struct Front {
    nginx: Nginx,
    portal: Portal,
    mails: MailServer,
    authority: Authority,
}

impl Front {
    fn start() -> Self {
        let mails = MailServer::start();
        let portal = Portal::mailing_through(mails.port(), DIRECTORY);
        portal.site.build("public-externe", &["--diffusion", "publique"]);
        let_in(&portal.site.path(""));
        let authority = Authority::new();
        let service = portal.address().trim_start_matches("http://");
        let (internal, public) = (portal.site.path("public"), portal.site.path("public-externe"));
        let nginx = Nginx::start(service, &internal, &public, &authority);
        Self { nginx, portal, mails, authority }
    }

    fn from(&self, address: [u8; 4]) -> Caller {
        Caller::at(address, &self.authority)
    }

    /// Opens a page of the internal site, from inside.
    fn open(&self, path: &str) -> Raw {
        self.from(INSIDE).ask(self.nginx.https, INTERNAL, &format!("GET {path}"), &[])
    }
}

/// nginx before something that remembers how it was asked.
fn before(upstream: &Upstream) -> (Nginx, Authority, Site) {
    before_address(upstream.address())
}

fn before_address(service: &str) -> (Nginx, Authority, Site) {
    let site = Site::of_the_checkout();
    site.build("public", &[]);
    let_in(&site.path(""));
    let authority = Authority::new();
    let public = site.path("public");
    (Nginx::start(service, &public, &public, &authority), authority, site)
}

/// Checks that an answer has that status, each header once, and no version of nginx.
fn complete(what: &str, status: u16, raw: &Raw) {
    let answer = &raw.answer;
    assert_eq!(answer.status, status, "{what}: {}", html::text(&answer.body));
    for header in HEADERS {
        let times = answer.headers.iter().filter(|(name, _)| name == header).count();
        assert_eq!(times, 1, "{what} says {header} {times} times: {:#?}", answer.headers);
    }
    let policy = answer.header("content-security-policy").expect("counted just above");
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
    assert_eq!(answer.header("server").unwrap_or("nginx"), "nginx", "{what}");
}

#[test]
fn every_page_file_and_error_has_the_headers_and_speaks_french() {
    let front = Front::start();
    let home = front.open("/");
    complete("the home page", 200, &home);
    let style = html::tags(&home.answer.body, "link")
        .filter(|tag| tag.contains("stylesheet"))
        .find_map(|tag| html::attribute(tag, "href"))
        .expect("the home page has a stylesheet");
    complete("a stylesheet", 200, &front.open(&style));
    assert!(front.open(&style).answer.header("cache-control").unwrap().contains("immutable"), "{style}");
    for (path, status) in [
        ("/aide/", 200),
        ("/aide", 301),
        ("/formulaires/", 200),
        ("/formulaires/post-it/", 200),
        ("/sante", 200),
        ("/nulle-part/", 404),
        ("/actifs/nulle-part.css", 404),
        ("/.anime", 404),
        ("/_courrier/", 404),
        ("/formulaires/inconnu/", 404),
        ("/suivi/K3V9Q2M7XA/", 404),
        ("/moderation/secret/", 404),
    ] {
        let page = front.open(path);
        complete(path, status, &page);
        let french = page.answer.body.contains("lang=\"fr\"") || matches!(path, "/aide" | "/sante");
        assert!(french, "{path} is no French page: {}", page.answer.body);
    }
    complete("/formulaires/post-it", 301, &front.open("/formulaires/post-it"));

    let too_much = "x".repeat(2 << 20);
    let (from_inside, from_outside) = (front.from(INSIDE), front.from(OUTSIDE));
    for (what, status, raw) in [
        ("a stranger at a page", 403, from_outside.ask(front.nginx.https, INTERNAL, "GET /", &[])),
        ("a stranger at a form", 403, from_outside.ask(front.nginx.https, INTERNAL, "GET /formulaires/post-it/", &[])),
        ("a stranger at /sante", 403, from_outside.ask(front.nginx.https, INTERNAL, "GET /sante", &[])),
        ("a stranger at nothing", 403, from_outside.ask(front.nginx.https, INTERNAL, "GET /nulle-part/", &[])),
        ("a stranger at a decision", 403, from_outside.ask(front.nginx.https, INTERNAL, "GET /moderation/a/", &[])),
        ("a sender at home", 200, from_outside.ask(front.nginx.https, INTERNAL, "GET /suivi/", &[])),
        ("its style", 200, from_outside.ask(front.nginx.https, INTERNAL, &format!("GET {style}"), &[])),
        ("the public site", 200, from_outside.ask(front.nginx.https, PUBLIC, "GET /", &[])),
        ("nothing public", 404, from_outside.ask(front.nginx.https, PUBLIC, "GET /faire/geriatrie/", &[])),
        ("a secret outside", 404, from_outside.ask(front.nginx.https, PUBLIC, "GET /moderation/secret/", &[])),
        ("a submission followed outside", 302, from_outside.ask(front.nginx.https, PUBLIC, "GET /suivi/", &[])),
        ("a form outside", 302, from_outside.ask(front.nginx.https, PUBLIC, "GET /formulaires/post-it/", &[])),
        ("too much", 413, from_inside.send(front.nginx.https, INTERNAL, "POST /formulaires/post-it/", &[], &too_much)),
    ] {
        complete(what, status, &raw);
        let french = raw.answer.body.contains("lang=\"fr\"") || status == 302 || what == "its style";
        assert!(french, "{what}: {}", raw.answer.body);
    }

    let (https, authority) = (front.nginx.https, front.authority);
    assert!(front.portal.stop().success());
    let gone = Caller::at(INSIDE, &authority).ask(https, INTERNAL, "GET /formulaires/post-it/", &[]);
    complete("a portal that is gone", 503, &gone);
    assert!(gone.answer.header("retry-after").is_some() && gone.answer.body.contains("lang=\"fr\""));
}

/// A page that was taken away answers 410, which the service alone knows.
#[test]
fn what_is_no_file_is_asked_of_the_service_and_keeps_its_answer() {
    let upstream = Upstream::answering("410 Gone", "<!DOCTYPE html><html lang=\"fr\">retirée");
    let (nginx, authority, _site) = before(&upstream);
    let gone = Caller::at(INSIDE, &authority).ask(nginx.https, INTERNAL, "GET /faire/geriatrie/post-its/a/", &[]);
    complete("a page that was taken away", 410, &gone);
    assert!(gone.answer.body.contains("retirée"), "{}", gone.answer.body);
}

#[test]
fn without_the_service_a_page_that_does_not_exist_is_still_missing() {
    let (nginx, authority, _site) = before_address(&format!("127.0.0.1:{}", free_port()));
    let caller = Caller::at(INSIDE, &authority);
    complete("a page", 200, &caller.ask(nginx.https, INTERNAL, "GET /aide/", &[]));
    let missing = caller.ask(nginx.https, INTERNAL, "GET /nulle-part/", &[]);
    complete("no page", 404, &missing);
    assert!(missing.answer.body.contains("lang=\"fr\""), "{}", missing.answer.body);
}

#[test]
fn what_was_compressed_beforehand_is_served_as_it_is() {
    let front = Front::start();
    for (path, file) in [("/aide/", "public/aide/index.html"), ("/404.html", "public/404.html")] {
        let plain = fs::read(front.portal.site.path(file)).unwrap();
        let squeezed = fs::read(front.portal.site.path(&format!("{file}.gz"))).unwrap();
        let ask =
            |accepts: &str| front.from(INSIDE).ask(front.nginx.https, INTERNAL, &format!("GET {path}"), &[accepts]);

        let answer = ask("Accept-Encoding: gzip, br");
        complete(path, 200, &answer);
        assert_eq!(answer.answer.header("content-encoding"), Some("gzip"), "{path}");
        assert_eq!(answer.answer.header("vary"), Some("Accept-Encoding"), "{path}");
        assert!(answer.body == squeezed, "{path} was compressed anew");

        let answer = ask("Accept-Encoding: identity");
        assert_eq!(answer.answer.header("content-encoding"), None, "{path}");
        assert!(answer.body == plain, "{path} is not the file");
    }
}

/// A browser is told not to guess what a file is, so that nginx must know it.
#[test]
fn every_kind_of_file_is_named_as_the_service_names_it() {
    let front = Front::start();
    let service = front.portal.address().rsplit(':').next().unwrap().parse().unwrap();
    let mut seen = BTreeSet::new();
    for path in front.portal.site.files("public").into_keys() {
        let kind = path.rsplit('.').next().unwrap().to_owned();
        if path.starts_with('.') || ["gz", "br"].contains(&kind.as_str()) || !seen.insert(kind) {
            continue;
        }
        let path = format!("/{path}");
        let bare = |value: Option<&str>| value.map(|value| value.split(';').next().unwrap().trim().to_owned());
        let same = |kind: Option<String>| {
            kind.map(|kind| {
                kind.replace("application/javascript", "text/javascript").replace("application/xml", "text/xml")
            })
        };
        let ours = same(bare(
            front.from(INSIDE).ask_in_clear(service, "127.0.0.1", &format!("GET {path}")).answer.header("content-type"),
        ));
        let theirs = same(bare(front.open(&path).answer.header("content-type")));
        assert_eq!(theirs, ours, "{path}");
    }
    assert!(seen.len() >= 5, "{seen:?}");
}

#[test]
fn http_leads_to_https_and_keeps_the_address() {
    let front = Front::start();
    for host in [INTERNAL, PUBLIC] {
        let raw = front.from(OUTSIDE).ask_in_clear(front.nginx.http, host, "GET /aide/?page=2");
        assert_eq!(raw.answer.status, 301);
        assert_eq!(raw.answer.header("location"), Some(format!("https://{host}/aide/?page=2").as_str()));
    }
}

#[test]
fn a_form_is_opened_sent_and_thanked_for() {
    let front = Front::start();
    let page = front.open("/formulaires/post-it/").answer;
    let body = visitor::encode(&page, POST_IT);
    visitor::take_ones_time();
    let headers = [
        "Content-Type: application/x-www-form-urlencoded",
        "Origin: https://portail.exemple.fr",
        "X-Forwarded-For: 192.0.2.7",
    ];

    let sent = front.from(INSIDE).send(front.nginx.https, INTERNAL, "POST /formulaires/post-it/", &headers, &body);

    complete("the answer to a post", 303, &sent);
    let thanks = front.open(&sent.answer.location());
    complete("the thank-you page", 200, &thanks);
    assert!(html::title(&thanks.answer.body).contains("Merci") || html::text(&thanks.answer.body).contains("erci"));
    // Two moderators, and the sender's receipt.
    front.mails.wait_for(3);
}

#[test]
fn the_service_hears_the_true_address_whatever_the_client_says_of_itself() {
    let upstream = Upstream::start();
    let (nginx, authority, _site) = before(&upstream);
    let caller = Caller::at(INSIDE, &authority);
    let lies = [
        "X-Forwarded-For: 192.0.2.66",
        "X-Forwarded-For: 192.0.2.67",
        "Forwarded: for=192.0.2.68",
        "X-Forwarded-Proto: http",
    ];
    let paths = [
        "/formulaires/post-it/",
        "/formulaires/post-it/?espace=geriatrie",
        "/formulaires/post-it/merci/?reference=K3V9Q2M7XA",
        "/suivi/K3V9Q2M7XA/",
        "/moderation/secret/",
        "/sante",
        "/nulle-part/",
    ];
    for path in paths {
        assert_eq!(caller.ask(nginx.https, INTERNAL, &format!("GET {path}"), &lies).answer.status, 200, "{path}");
    }
    for path in ["/", "/aide/", "/formulaires/", "/_courrier/", "/.anime"] {
        caller.ask(nginx.https, INTERNAL, &format!("GET {path}"), &lies);
    }
    caller.ask(nginx.https, PUBLIC, "GET /sante", &[]);
    Caller::at(OUTSIDE, &authority).ask(nginx.https, INTERNAL, "GET /sante", &[]);

    let asked = upstream.asked();
    let heads: Vec<_> = asked.iter().map(|head| head.lines().next().unwrap()).collect();
    let expected: Vec<_> = paths.iter().map(|path| format!("get {} http/1.1", path.to_lowercase())).collect();
    assert_eq!(heads, expected, "who answers what");
    for head in &asked {
        assert_eq!(head.matches("x-forwarded-for:").count(), 1, "{head}");
        for line in ["x-forwarded-for: 127.0.0.1\n", "host: portail.exemple.fr\n", "x-forwarded-proto: https\n"] {
            assert!(head.contains(line), "no {line} in {head}");
        }
        assert!(!head.contains("192.0.2."), "{head}");
    }
}

#[test]
fn more_posts_than_a_ward_sends_are_asked_to_wait() {
    let upstream = Upstream::start();
    let (nginx, authority, _site) = before(&upstream);
    let caller = Caller::at(INSIDE, &authority);
    let post = || caller.send(nginx.https, INTERNAL, "POST /formulaires/post-it/", &[], "message=Merci");
    for number in 1..=50 {
        assert_eq!(post().answer.status, 200, "post {number}");
    }
    // Five more are let through each second: however slow the machine, some come too fast.
    let refused = (0..2000).map(|_| post()).find(|raw| raw.answer.status != 200).expect("there is a limit");
    complete("too many", 429, &refused);
    assert!(refused.answer.header("retry-after").is_some() && refused.answer.body.contains("lang=\"fr\""));
    for _ in 0..50 {
        let page = caller.ask(nginx.https, INTERNAL, "GET /formulaires/post-it/", &[]);
        assert_eq!(page.answer.status, 200, "reading is not limited");
    }
}

#[test]
fn a_secret_link_and_what_follows_a_question_mark_enter_no_log() {
    let front = Front::start();
    let (inside, outside) = (front.from(INSIDE), front.from(OUTSIDE));
    let referer = ["Referer: https://portail.exemple.fr/suivi/canari"];
    let (https, http) = (front.nginx.https, front.nginx.http);
    let ask_everywhere = || {
        for path in ["/moderation/canari", "/suivi/canari", "/%6doderation/canari", "/x/../suivi/canari"] {
            inside.ask(https, INTERNAL, &format!("GET {path}"), &[]);
            inside.send(https, INTERNAL, &format!("POST {path}"), &[], "motif=non");
            outside.ask(https, INTERNAL, &format!("GET {path}"), &[]);
            outside.ask(https, PUBLIC, &format!("GET {path}"), &[]);
            inside.ask_in_clear(http, INTERNAL, &format!("GET {path}"));
            inside.ask_in_clear(https, INTERNAL, &format!("GET {path}"));
        }
        inside.ask(https, INTERNAL, "GET /aide/?jeton=canari", &referer);
        inside.ask(https, INTERNAL, "GET /formulaires/post-it/merci/?reference=canari", &referer);
    };
    ask_everywhere();
    assert!(front.portal.stop().success());
    let asked = |path: &str| {
        inside.ask(https, INTERNAL, &format!("GET {path}"), &[]);
    };
    asked("/moderation/canari");
    asked("/suivi/canari");

    let logs = front.nginx.logs();
    let told: Vec<_> = logs.lines().filter(|line| line.contains("canari")).collect();
    assert!(told.is_empty(), "{told:#?}");
    // They are logs all the same.
    assert!(logs.contains("127.0.0.1 [") && logs.contains("\"GET /aide/index.html\" 200"), "{logs}");
}
