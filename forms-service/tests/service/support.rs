//! A service in a temporary folder, and what tests ask of it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use forms_service::app::App;
use forms_service::client::TrustedProxies;
use forms_service::clock::Clock;
use forms_service::directory;
use forms_service::key::SigningKey;
use forms_service::limits::{Limits, Quota};
use forms_service::mail::compose::Composer;
use forms_service::mail::transport::{Memory, Transport};
use forms_service::metrics::Metrics;
use forms_service::outbox::{Delivery, Outbox};
use forms_service::publish::builder::Builder;
use forms_service::publish::publisher::{Did, Publisher};
use forms_service::publish::snapshot::Snapshot;
use forms_service::publish::workspace::Workspace;
use forms_service::reference::Reference;
use forms_service::router::router;
use forms_service::routes::metrics;
use forms_service::secret::Secret;
use forms_service::serve::listener::{Bounds, listen};
use forms_service::site::{Portal, Site};
use forms_service::store::roles::Source;
use forms_service::store::submissions::{State, Stored};
use forms_service::store::{Location, Store};
use forms_service::timekeeper::{Kept, keep_time};
use generator::build::{BuildOptions, build};
use generator::content::Diffusion;
use generator::guard::Guard;
use generator::policy::Policy;
use generator::serve::static_files;
use jiff::SignedDuration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tower::ServiceExt;

/// Who holds the roles in the tests; geriatrie has two moderators, accueil none.
pub const DIRECTORY: &str = "
portail: {moderateurs: [moderation@exemple.fr], communication: [communication@exemple.fr]}
espaces: {geriatrie: {moderateurs: [jour@exemple.fr, nuit@exemple.fr], cadre: [cadre@exemple.fr]}}
";

/// Who receives what would reach nobody.
pub const FALLBACK: &str = "secours@exemple.fr";

/// How long the person of these tests takes to fill in a form.
pub const TYPING: SignedDuration = SignedDuration::from_secs(30);

pub struct Service {
    folder: TempDir,
    location: Location,
    pub app: Arc<App>,
    pub mails: Memory,
    router: Router,
}

/// The service on a socket of this machine, as the program runs it.
pub struct Served {
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
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
    let (folder, location) = new_database().await;
    let service = open(folder, location, Memory::default(), noon(), Some(8080)).await;
    let holders = directory::parse(directory).unwrap();
    service.app.store.seed_holders(&holders, Source::Directory, service.now()).await.unwrap();
    service
}

/// The same, in production: no mailbox page, posts come from `https://portail.exemple.fr`.
pub async fn spawn_production() -> Service {
    let (folder, location) = new_database().await;
    let service = open(folder, location, Memory::default(), noon(), None).await;
    let holders = directory::parse(DIRECTORY).unwrap();
    service.app.store.seed_holders(&holders, Source::Directory, service.now()).await.unwrap();
    service
}

/// The demonstration again, where a decision also needs an identity in that header.
pub async fn spawn_asking_for_identities(header: &'static str) -> Service {
    let (folder, location) = new_database().await;
    let (mails, quota) = (Memory::default(), Quota::default());
    let service = open_with(folder, location, mails, noon(), Some(8080), quota, Some(header)).await;
    let holders = directory::parse(DIRECTORY).unwrap();
    service.app.store.seed_holders(&holders, Source::Directory, service.now()).await.unwrap();
    service
}

/// The demonstration again, with other limits.
pub async fn spawn_limited(quota: Quota) -> Service {
    let (folder, location) = new_database().await;
    let service = open_with(folder, location, Memory::default(), noon(), Some(8080), quota, None).await;
    let holders = directory::parse(DIRECTORY).unwrap();
    service.app.store.seed_holders(&holders, Source::Directory, service.now()).await.unwrap();
    service
}

/// The environment variable with the address of a `PostgreSQL` server, on which every service of
/// these tests then gets a database of its own; without it they are files.
const POSTGRES: &str = "FORMS_SERVICE_TEST_POSTGRES";

fn noon() -> Clock {
    Clock::manual("2026-11-22T12:00:00Z".parse().unwrap())
}

/// A data folder, and an empty database to go with it.
pub async fn new_database() -> (TempDir, Location) {
    let folder = tempfile::tempdir().unwrap();
    let location = Location { postgres: server_database().await, ..Location::sqlite(folder.path()) };
    (folder, location)
}

/// The address of an empty `PostgreSQL` database; `None` without a server.
pub async fn server_database() -> Option<Secret> {
    let server = std::env::var(POSTGRES).ok()?;
    let name = format!("portail_{:032x}", rand::random::<u128>());
    let admin = sqlx::PgPool::connect(&format!("{server}/postgres")).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&admin).await.unwrap();
    admin.close().await;
    Some(Secret::new(format!("{server}/{name}")))
}

/// The demonstration on a database of the test's own choice.
pub async fn spawn_at(folder: TempDir, location: Location) -> Service {
    let service = open(folder, location, Memory::default(), noon(), Some(8080)).await;
    let holders = directory::parse(DIRECTORY).unwrap();
    service.app.store.seed_holders(&holders, Source::Directory, service.now()).await.unwrap();
    service
}

async fn open(folder: TempDir, location: Location, mails: Memory, clock: Clock, demonstration: Option<u16>) -> Service {
    open_with(folder, location, mails, clock, demonstration, Quota::default(), None).await
}

async fn open_with(
    folder: TempDir,
    location: Location,
    mails: Memory,
    clock: Clock,
    demonstration: Option<u16>,
    quota: Quota,
    identity_header: Option<&'static str>,
) -> Service {
    // Of its own: what is approved is written into it.
    let own_content = folder.path().join("content");
    if !own_content.exists() {
        copy(&content(), &own_content);
    }
    let app = Arc::new(App {
        site: Arc::new(Site::new(portal(&own_content, &folder.path().join("public")))),
        store: Store::open(&location).await.unwrap(),
        key: Arc::new(SigningKey::take_up(folder.path(), clock.now()).unwrap()),
        clock,
        wake: Arc::new(Notify::new()),
        fallback: FALLBACK.parse().unwrap(),
        guard: Guard::default(),
        demonstration,
        proxies: TrustedProxies::default(),
        limits: Limits::new(quota),
        metrics: Metrics::default(),
        publish: Arc::default(),
        progress: Arc::default(),
        identity_header: identity_header.map(HeaderName::from_static),
    });
    let router = router(app.clone(), static_files(folder.path().join("public"), None));
    Service { folder, location, app, mails, router }
}

pub fn content() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/content")
}

pub fn theme() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../themes/anime")
}

/// The portal of a content folder, as the generator builds it.
pub fn portal(content: &Path, output: &Path) -> Portal {
    let report = build(&BuildOptions {
        content: content.to_owned(),
        theme: theme(),
        output: output.to_owned(),
        diffusion: Diffusion::Interne,
        compress: false,
        drafts: false,
        policy: Policy::Usual,
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

pub fn copy(from: &Path, to: &Path) {
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

/// Any routes on a socket of this machine.
pub async fn serve(routes: Router, trusted: TrustedProxies, bounds: Bounds) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    let server = tokio::spawn(listen(listener, routes, trusted, bounds, stopped));
    Served { address, stop, server }
}

impl Served {
    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes and reads until the service hangs up. They must ask it to.
    pub async fn exchange(&self, bytes: &[u8]) -> Answer {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        read_answer(&mut stream).await
    }

    /// Tells the service to stop.
    pub fn tell(&self) {
        self.stop.send_replace(true);
    }

    /// Tells it, and waits until it did.
    pub async fn stop(self) {
        self.tell();
        patiently(self.server).await.unwrap();
    }
}

/// A test that waits for what never comes fails, late but surely.
pub async fn patiently<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_mins(1), future).await.expect("the service does what is waited for")
}

/// One answer over a connection that ends with it.
pub async fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    patiently(stream.read_to_end(&mut bytes)).await.unwrap();
    parse_answer(&bytes).unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(&bytes)))
}

/// The last of the answers in these bytes (an interim one may come first); `None` when there is none.
pub fn parse_answer(bytes: &[u8]) -> Option<Answer> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let text = text.strip_prefix("HTTP/1.1 100 Continue\r\n\r\n").unwrap_or(&text);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.1 ").or(head.strip_prefix("HTTP/1.0 "))?.get(..3)?.parse().ok()?;
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ")?;
        headers.append(HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?);
    }
    Some(Answer { status, headers, body: body.to_owned() })
}

/// A post as bytes, after which the connection ends.
pub fn post_bytes(path: &str, pairs: &[(&str, &str)]) -> Vec<u8> {
    let body = encode(pairs);
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nconnection: close\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

impl Service {
    /// The same service on a socket.
    pub async fn serve(&self, bounds: Bounds) -> Served {
        serve(self.router.clone(), TrustedProxies::default(), bounds).await
    }

    pub fn now(&self) -> jiff::Timestamp {
        self.app.clock.now()
    }

    /// Where the database is.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Sends a form on a new sheet and gives its reference.
    pub async fn fill_in(&self, form: &str, answers: &[(&str, &str)]) -> String {
        let key = self.key(form).await;
        let post = [&[("_cle", key.as_str())], answers].concat();
        self.post(&format!("/formulaires/{form}/"), &post).await.reference()
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Stops without a word, as a machine does that loses its current, and starts again.
    pub async fn restart(self) -> Service {
        let Service { folder, location, app, mails, .. } = self;
        let (clock, demonstration) = (app.clock.clone(), app.demonstration);
        app.store.close().await;
        drop(app);
        open(folder, location, mails, clock, demonstration).await
    }

    /// Stops, and starts again on a disk below whose `floor` of free bytes nothing is taken in.
    pub async fn restart_with_floor(mut self, floor: u64) -> Service {
        self.location.free_space_floor = floor;
        self.restart().await
    }

    /// A second instance on the same database, with a data folder of its own that holds the same
    /// secret; `None` for `SQLite`, which has one instance.
    pub async fn second(&self) -> Option<Service> {
        self.location.postgres.as_ref()?;
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(self.folder().join("cle"), folder.path().join("cle")).unwrap();
        let location = Location { data: folder.path().to_owned(), ..self.location.clone() };
        Some(open(folder, location, self.mails.clone(), self.app.clock.clone(), self.app.demonstration).await)
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

    /// What a machine that watches reads.
    pub async fn metrics(&self) -> String {
        let request = Request::get("/metrics").body(Body::empty()).unwrap();
        let answer = metrics::router(self.app.clone()).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        String::from_utf8(to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
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
        let key = self.get(&format!("/formulaires/{form}/")).await.hidden("_cle");
        self.app.clock.advance(TYPING);
        key
    }

    /// Sends a post-it on a new sheet and gives its reference.
    pub async fn post_note(&self, space: &str, message: &str) -> String {
        let key = self.key("post-it").await;
        self.post("/formulaires/post-it/", &[("_cle", &key), ("espace", space), ("message", message)]).await.reference()
    }

    pub fn composer(&self) -> Composer {
        Composer::new(self.app.site.clone(), "portail@exemple.fr".parse().unwrap(), self.app.key.clone())
    }

    /// What publishes into this service's own content folder.
    pub fn publisher(&self) -> Publisher {
        self.publisher_into(Workspace::folder(self.folder().join("content")))
    }

    /// What publishes into a workspace of the test's own choice.
    pub fn publisher_into(&self, workspace: Workspace) -> Publisher {
        Publisher {
            store: self.app.store.clone(),
            workspace: Arc::new(workspace),
            builder: Builder {
                theme: theme(),
                output: self.folder().join("public"),
                address: None,
                domains: Vec::new(),
            },
            snapshot: Snapshot::in_data(self.folder()),
            site: self.app.site.clone(),
            turn: Arc::default(),
            reload: None,
            wake: self.app.wake.clone(),
            progress: self.app.progress.clone(),
            fallback: self.app.fallback.clone(),
        }
    }

    /// Does everything whose time has come, and says what it was.
    pub async fn keep_time(&self) -> Vec<Kept> {
        let outbox = self.outbox(Transport::Memory(self.mails.clone()));
        let mut all = Vec::new();
        while let Some(kept) = keep_time(&outbox, self.now()).await.unwrap() {
            all.push(kept);
        }
        all
    }

    /// Does the next task of publishing.
    pub async fn publish(&self) -> Did {
        self.publisher().publish_next(self.now()).await.unwrap()
    }

    /// The links of one kind in the mails that went to somebody, the latest last.
    pub fn links(&self, recipient: &str, folder: &str) -> Vec<String> {
        let mails = self.mails.sent();
        let theirs = mails.iter().filter(|mail| mail.recipient.to_string() == recipient);
        theirs
            .filter_map(|mail| {
                let at = mail.text.find(folder)?;
                Some(mail.text[at..].split_whitespace().next().unwrap_or_default().to_owned())
            })
            .collect()
    }

    /// The link with which somebody decides about what was mailed to them last.
    pub fn decision_link(&self, recipient: &str) -> String {
        let links = self.links(recipient, "/moderation/decider/");
        links.last().unwrap_or_else(|| panic!("nobody mailed {recipient}: {:?}", self.recipients())).clone()
    }

    /// Where a submission stands.
    pub async fn state(&self, reference: &str) -> State {
        self.stored_as(reference).await.state
    }

    /// Everything that is stored of a submission.
    pub async fn stored_as(&self, reference: &str) -> Stored {
        let reference = Reference::parse(reference).unwrap();
        self.app.store.submission_of(&reference).await.unwrap().unwrap()
    }

    /// An outbox that delivers through `transport`.
    pub fn outbox(&self, transport: Transport) -> Outbox {
        Outbox {
            store: self.app.store.clone(),
            composer: self.composer(),
            transport,
            fallback: self.app.fallback.clone(),
        }
    }

    /// One attempt of the outbox.
    pub async fn deliver(&self) -> Delivery {
        self.outbox(Transport::Memory(self.mails.clone())).deliver_next(self.now()).await.unwrap()
    }

    /// Changes the database behind the service's back: the first statement for `SQLite`, the
    /// second for `PostgreSQL`.
    pub async fn tamper(&self, sqlite: &'static str, postgres: &'static str) {
        match &self.location.postgres {
            None => {
                let path = self.folder.path().join("portail.sqlite");
                let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", path.display())).await.unwrap();
                sqlx::query(sqlite).execute(&pool).await.unwrap();
            }
            Some(url) => {
                let pool = sqlx::PgPool::connect(url.reveal()).await.unwrap();
                sqlx::query(postgres).execute(&pool).await.unwrap();
            }
        }
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
