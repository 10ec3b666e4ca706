//! What people write stays between them and those it is meant for: no log line, no report, no
//! error page repeats a word of it.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, StatusCode};
use forms_service::limits::Quota;
use forms_service::logs;
use forms_service::router::router;
use generator::form::definition::FieldKind;
use tower::ServiceExt;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{Answer, Service, encode, portal, post_request, spawn_limited, spawn_production, spawn_service};

/// Found nowhere but where the test put it; with what would break out of a page, a log or a header.
const CANARY: &str = "canarijaune";
const SHARP: &str = "canarijaune\"'><script>canarijaune</script>\u{85}canarijaune";

/// Everything that is logged by this program, in as much detail as anybody may ask of ours.
static LOG: LazyLock<Log> = LazyLock::new(|| {
    let log = Log::default();
    let filter = EnvFilter::new(logs::FILTER.replace("info", "trace"));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(log.clone()).init();
    log
});

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn assert_silent(&self) {
        let text = self.text();
        let said = text.lines().find(|line| line.to_lowercase().contains(CANARY));
        assert_eq!(said, None, "a log line repeats what was sent");
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Whether the answer repeats nothing at all of what was sent.
fn assert_says_nothing(answer: &Answer, what: &str) {
    assert!(!answer.body.to_lowercase().contains(CANARY), "{what}: {}", answer.body);
    let headers = format!("{:?}", answer.headers).to_lowercase();
    assert!(!headers.contains(CANARY), "{what}: {headers}");
}

/// Whether a page that shows people what they typed shows it as a text and nothing else.
fn assert_is_harmless(answer: &Answer, what: &str) {
    assert!(
        !answer.body.contains("<script>canari") && !answer.body.contains("canarijaune\"'"),
        "{what}: {}",
        answer.body
    );
    assert!(!format!("{:?}", answer.headers).to_lowercase().contains(CANARY), "{what}");
}

/// The posts of a form: its examples with every text made a canary, and every field in turn
/// answered by one.
fn posts(service: &Service, form: &str) -> Vec<Vec<(String, String)>> {
    let portal = service.app.site.portal();
    let definition = &portal.form(form).unwrap().definition;
    let mut posts = Vec::new();
    for example in &definition.examples {
        let pairs =
            example.values.iter().flat_map(|(name, values)| values.iter().map(move |value| (&name.value, value)));
        let canaries = pairs.map(|(name, value)| {
            let value = match definition.field(name).map(|field| &field.kind) {
                Some(FieldKind::Text(_) | FieldKind::LongText { .. }) => format!("{value} {CANARY}"),
                Some(FieldKind::Email { .. }) => format!("{CANARY}@exemple.fr"),
                _ => value.clone(),
            };
            (name.clone(), value)
        });
        posts.push(canaries.collect());
    }
    for field in definition.fields() {
        posts.push(vec![(field.name.clone(), SHARP.to_owned())]);
    }
    for name in ["_cle", "_version", "_confirme", "_modifier", "_adresse_web", "inconnu", SHARP] {
        posts.push(vec![(name.to_owned(), SHARP.to_owned())]);
    }
    posts
}

fn form_ids(service: &Service) -> Vec<String> {
    service.app.site.portal().forms().map(|form| form.definition.id.clone()).collect()
}

#[tokio::test]
async fn no_log_and_no_report_repeats_what_was_sent_in_a_form() {
    let log = &*LOG;
    let everything = 10_000_000.try_into().unwrap();
    let service = spawn_limited(Quota { per_client: everything, overall: everything }).await;
    let outcomes = send_canaries(&service).await;
    assert!([200, 303, 400, 410, 422].iter().all(|status| outcomes.contains(status)), "{outcomes:?}");
    assert!(service.stored().await >= 2);
    // And the forms of the real portal.
    let folder = tempfile::tempdir().unwrap();
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    service.app.site.replace(portal(&content, folder.path()));
    assert!(send_canaries(&service).await.contains(&303));
    service.deliver_all().await;
    assert!(service.mails.sent().iter().any(|mail| mail.text.contains(CANARY)), "it was written");

    assert_says_nothing(&service.get("/sante").await, "/sante");
    let metrics = service.metrics().await;
    assert!(metrics.contains("portail_submissions") && !metrics.to_lowercase().contains(CANARY), "{metrics}");
    log.assert_silent();
    assert!(log.text().contains("stored submission"), "the log was listened to");
}

/// Posts canaries from every form of the portal, and gives the outcomes met.
async fn send_canaries(service: &Service) -> BTreeSet<u16> {
    let mut outcomes = BTreeSet::new();
    for form in form_ids(service) {
        for post in posts(service, &form) {
            let is_open = service.get(&format!("/formulaires/{form}/")).await.status == StatusCode::OK;
            let key = if is_open { service.key(&form).await } else { String::new() };
            for confirmed in [false, true] {
                let mut pairs: Vec<_> = post.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                if !post.iter().any(|(name, _)| name == "_cle") {
                    pairs.push(("_cle", &key));
                }
                if confirmed {
                    pairs.push(("_confirme", "oui"));
                }
                let path = format!("/formulaires/{form}/");
                let what = format!("{path} {pairs:?}");
                let answer = service.post(&path, &pairs).await;
                match answer.status.as_u16() {
                    // The sender reads their own answers.
                    200 | 409 | 422 => assert_is_harmless(&answer, &what),
                    _ => assert_says_nothing(&answer, &what),
                }
                outcomes.insert(answer.status.as_u16());
            }
        }
    }
    outcomes
}

#[tokio::test]
async fn a_mail_that_does_not_leave_is_logged_without_a_word_of_it() {
    let log = &*LOG;
    let service = spawn_service().await;
    service.post_note("geriatrie", CANARY).await;
    service.mails.fail_next(451);
    service.mails.fail_next(550);
    service.deliver_all().await;
    log.assert_silent();
}

#[tokio::test]
async fn no_log_and_no_page_repeats_a_header_a_path_or_a_query() {
    let log = &*LOG;
    let (service, production) = (spawn_service().await, spawn_production().await);
    let paths = [
        "/CANARI",
        "/CANARI/",
        "/formulaires/CANARI",
        "/formulaires/CANARI/",
        "/formulaires/post-it/CANARI",
        "/formulaires/post-it/merci/?reference=CANARI",
        "/formulaires/post-it/merci/?CANARI",
        "/sante?CANARI",
        "/?q=CANARI",
        "/formulaires/post-it/?CANARI=CANARI&_cle=CANARI&espace=CANARI",
        "/suivi/CANARI",
        "/moderation/CANARI?CANARI",
        "/_courrier/CANARI",
        "/_courrier/CANARI/",
        "/_courrier/CANARI/html",
        "/contact/",
    ];
    for service in [&service, &production] {
        for path in paths {
            for word in [CANARY, "%22%27%3E%3Cscript%3Ecanarijaune", "\"canarijaune"] {
                let path = path.replace("CANARI", word);
                for method in [Method::GET, Method::HEAD, Method::POST, Method::DELETE] {
                    let Ok(request) = Request::builder().method(&method).uri(&path).body(Body::empty()) else {
                        continue;
                    };
                    let answer = service.send(request).await;
                    assert!(!answer.body.contains(CANARY), "{method} {path}: {}", answer.body);
                    // A redirect leads where the sender asked to go, in the words of an address.
                    let is_redirect = answer.status.is_redirection();
                    assert!(is_redirect || !format!("{:?}", answer.headers).contains(CANARY), "{method} {path}");
                }
            }
        }
        for name in [
            "user-agent",
            "cookie",
            "authorization",
            "referer",
            "origin",
            "host",
            "x-forwarded-for",
            "x-forwarded-host",
            "forwarded",
            "via",
            "x-real-ip",
            "x-request-id",
            "accept",
            "accept-language",
            "content-type",
            "content-length",
            "sec-fetch-site",
            "range",
            "if-none-match",
            "if-modified-since",
            "expect",
            "x-canarijaune",
        ] {
            for value in [CANARY.as_bytes(), b"canarijaune=\"'><script>", b"canarijaune \xff\xfe"] {
                for request in [
                    Request::get("/"),
                    Request::get("/formulaires/post-it/"),
                    Request::get("/nulle-part"),
                    Request::post("/formulaires/post-it/"),
                    Request::get("/_courrier/"),
                    Request::get("/sante"),
                ] {
                    let request =
                        request.header(name, HeaderValue::from_bytes(value).unwrap()).body(Body::empty()).unwrap();
                    assert_says_nothing(&service.send(request).await, name);
                }
                let mut request = post_request("/formulaires/post-it/", &[], &encode(&[("message", "Merci")]));
                request
                    .headers_mut()
                    .insert(axum::http::HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap());
                assert_says_nothing(&service.send(request).await, name);
            }
        }
    }
    log.assert_silent();
}

#[tokio::test]
async fn who_is_over_the_limit_is_a_number_in_the_log() {
    let log = &*LOG;
    let quota = Quota { per_client: 1.try_into().unwrap(), overall: 1.try_into().unwrap() };
    let service = spawn_limited(quota).await;
    for _ in 0..8 {
        let headers = [("x-forwarded-for", "198.51.100.77"), ("sec-fetch-site", "same-origin")];
        service.post_with("/formulaires/post-it/", &headers, &[("message", CANARY)]).await;
    }
    assert!(log.text().contains("over the limit: 1 more were asked to wait"));
    assert!(!log.text().contains("198.51.100.77"));
    log.assert_silent();
}

#[tokio::test]
async fn a_panic_says_where_and_never_what() {
    let log = &*LOG;
    let here = std::thread::current().id();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        // Other tests of this program say what is wrong with them.
        if std::thread::current().id() == here { logs::panicked(panic) } else { before(panic) }
    }));
    let service = spawn_service().await;
    let files = Router::new().fallback(fail);

    let response =
        router(service.app.clone(), files).oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();

    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    assert!(!String::from_utf8_lossy(&body).contains(CANARY));
    assert!(log.text().contains("panicked at forms-service/tests/service/secrecy.rs"), "{}", log.text());
    log.assert_silent();
}

async fn fail() {
    panic!("what somebody wrote: {CANARY}");
}
