//! A service in a temporary folder, and what tests ask of it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use forms_service::app::App;
use forms_service::clock::Clock;
use forms_service::directory;
use forms_service::key::SigningKey;
use forms_service::mail::compose::Composer;
use forms_service::mail::transport::{Memory, Transport};
use forms_service::outbox::{Delivery, deliver_next};
use forms_service::router::router;
use forms_service::site::{Portal, Site};
use forms_service::store::Store;
use forms_service::store::roles::Source;
use generator::build::{BuildOptions, build};
use generator::content::Diffusion;
use generator::serve::static_files;
use tempfile::TempDir;
use tokio::sync::Notify;
use tower::ServiceExt;

/// Who holds the roles in the tests; geriatrie has two moderators, accueil none.
pub const DIRECTORY: &str = "
portail: {moderateurs: [moderation@exemple.fr], communication: [communication@exemple.fr]}
espaces: {geriatrie: {moderateurs: [jour@exemple.fr, nuit@exemple.fr], cadre: [cadre@exemple.fr]}}
";

/// Who receives what would reach nobody.
pub const FALLBACK: &str = "secours@exemple.fr";

pub struct Service {
    folder: TempDir,
    pub app: Arc<App>,
    pub mails: Memory,
    router: Router,
}

/// What a browser gets.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The reference in the address that a successful post leads to.
    pub fn reference(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.header("location").split_once("reference=").unwrap().1.to_owned()
    }

    /// The value of a hidden field of the page.
    pub fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let at = self.body.find(&start).unwrap_or_else(|| panic!("no {name} in {}", self.body));
        let rest = &self.body[at + start.len()..];
        rest[..rest.find('"').unwrap()].to_owned()
    }
}

/// A service at noon on the 22nd of November 2026, with nothing in it, as a demonstration.
pub async fn spawn_service() -> Service {
    spawn_service_with(DIRECTORY).await
}

/// The same, where others hold the roles.
pub async fn spawn_service_with(directory: &str) -> Service {
    let service = open(tempfile::tempdir().unwrap(), Memory::default(), Some(8080)).await;
    let holders = directory::parse(directory).unwrap();
    service.app.store.seed_holders(&holders, Source::Directory, service.now()).await.unwrap();
    service
}

/// The same, in production: no mailbox page, posts come from `https://portail.exemple.fr`.
pub async fn spawn_production() -> Service {
    let service = open(tempfile::tempdir().unwrap(), Memory::default(), None).await;
    let holders = directory::parse(DIRECTORY).unwrap();
    service.app.store.seed_holders(&holders, Source::Directory, service.now()).await.unwrap();
    service
}

async fn open(folder: TempDir, mails: Memory, demonstration: Option<u16>) -> Service {
    let clock = Clock::manual("2026-11-22T12:00:00Z".parse().unwrap());
    let app = Arc::new(App {
        site: Arc::new(Site::new(portal(&content(), &folder.path().join("public")))),
        store: Store::open(folder.path()).await.unwrap(),
        key: SigningKey::load_or_create(folder.path()).unwrap(),
        clock,
        wake: Arc::new(Notify::new()),
        fallback: FALLBACK.parse().unwrap(),
        demonstration,
    });
    let router = router(app.clone(), static_files(folder.path().join("public"), None));
    Service { folder, app, mails, router }
}

pub fn content() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/content")
}

/// The portal of a content folder, as the generator builds it.
pub fn portal(content: &Path, output: &Path) -> Portal {
    let report = build(&BuildOptions {
        content: content.to_owned(),
        theme: Path::new(env!("CARGO_MANIFEST_DIR")).join("../themes/anime"),
        output: output.to_owned(),
        diffusion: Diffusion::Interne,
        compress: false,
        drafts: false,
        now: "2026-11-22T12:00:00Z".parse().unwrap(),
    })
    .unwrap();
    let faults: String = report.diagnostics.iter().map(ToString::to_string).collect();
    Portal::new(report.portal.unwrap_or_else(|| panic!("{faults}")))
}

/// The portal of the tests with one file of its content changed.
pub fn changed_portal(file: &str, change: impl FnOnce(String) -> String) -> Portal {
    let folder = tempfile::tempdir().unwrap();
    copy(&content(), &folder.path().join("content"));
    let path = folder.path().join("content").join(file);
    std::fs::write(&path, change(std::fs::read_to_string(&path).unwrap())).unwrap();
    portal(&folder.path().join("content"), &folder.path().join("public"))
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

impl Service {
    pub fn now(&self) -> jiff::Timestamp {
        self.app.clock.now()
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Stops without a word, as a machine does that loses its current, and starts again.
    pub async fn restart(self) -> Service {
        let Service { folder, app, mails, .. } = self;
        let demonstration = app.demonstration;
        app.store.close().await;
        drop(app);
        open(folder, mails, demonstration).await
    }

    /// Any request, from this machine.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        self.send_from("127.0.0.1:50000", request).await
    }

    pub async fn send_from(&self, peer: &str, mut request: Request<Body>) -> Answer {
        let peer: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: head.status, headers: head.headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).header("host", "127.0.0.1:8080").body(Body::empty()).unwrap()).await
    }

    /// A post as a present-day browser sends it from a page of ours.
    pub async fn post(&self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        self.post_with(path, &[("sec-fetch-site", "same-origin")], pairs).await
    }

    pub async fn post_with(&self, path: &str, headers: &[(&str, &str)], pairs: &[(&str, &str)]) -> Answer {
        self.send(post_request(path, headers, &encode(pairs))).await
    }

    /// The signed key of a newly opened form.
    pub async fn key(&self, form: &str) -> String {
        self.get(&format!("/formulaires/{form}/")).await.hidden("_cle")
    }

    /// Sends a post-it on a new sheet and gives its reference.
    pub async fn post_note(&self, space: &str, message: &str) -> String {
        let key = self.key("post-it").await;
        self.post("/formulaires/post-it/", &[("_cle", &key), ("espace", space), ("message", message)]).await.reference()
    }

    pub fn composer(&self) -> Composer {
        Composer::new(self.app.site.clone(), "portail@exemple.fr".parse().unwrap())
    }

    /// One attempt of the outbox.
    pub async fn deliver(&self) -> Delivery {
        let transport = Transport::Memory(self.mails.clone());
        deliver_next(&self.app.store, &self.composer(), &transport, self.now()).await.unwrap()
    }

    /// Attempts until nothing is due.
    pub async fn deliver_all(&self) {
        while self.deliver().await != Delivery::Idle {}
    }

    /// To whom mails went, sorted.
    pub fn recipients(&self) -> Vec<String> {
        let mut recipients: Vec<_> = self.mails.sent().iter().map(|mail| mail.recipient.to_string()).collect();
        recipients.sort();
        recipients
    }

    pub async fn stored(&self) -> usize {
        self.app.store.submissions().await.unwrap().len()
    }
}

pub fn post_request(path: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let mut request = Request::post(path)
        .header("host", "127.0.0.1:8080")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("content-length", body.len());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

pub fn encode(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
