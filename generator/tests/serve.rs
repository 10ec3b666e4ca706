//! The site over HTTP, as a browser asks for it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, IF_RANGE, LOCATION, RANGE, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, Method, Request, Response, StatusCode};
use futures_util::StreamExt;
use generator::diagnostic::Diagnostic;
use generator::output::{OutputFile, WriteOptions, write};
use generator::serve::{LiveReload, error_page, run, static_files};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

const PAGE: &str = "<!doctype html><html lang=\"fr\"><body><p>L’équipe</p></body></html>";

/// A written site, with everything that must not be seen.
fn site() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let files = [
        ("index.html", PAGE),
        ("404.html", "<!doctype html><html lang=\"fr\"><body>introuvable</body></html>"),
        ("savoir/index.html", PAGE),
        ("medias/photo.jpg", "0123456789"),
        ("medias/archive.tar.gz", "archive"),
        ("actifs/style.0123456789.css", "a{}"),
        ("savoir/atom.xml", "<feed/>"),
        ("café/horaires.txt", "8h30"),
    ]
    .map(|(path, text)| OutputFile::new(path, text));
    write(root.path(), &files, &WriteOptions { compress: true }).unwrap();
    fs::create_dir(root.path().join(".git")).unwrap();
    fs::write(root.path().join(".git/config"), "secret").unwrap();
    root
}

async fn ask(router: &Router, method: Method, path: &str, headers: &[(HeaderName, &str)]) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn open(router: &Router, path: &str) -> Response<Body> {
    ask(router, Method::GET, path, &[(ACCEPT, "text/html,*/*")]).await
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
}

fn header(response: &Response<Body>, name: HeaderName) -> &str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn each_file_has_its_type_and_says_how_long_it_may_be_kept() {
    let root = site();
    let router = static_files(root.path(), None);
    for (path, content_type, kept) in [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/savoir/", "text/html; charset=utf-8", "no-cache"),
        ("/savoir/atom.xml", "application/xml", "no-cache"),
        ("/caf%C3%A9/horaires.txt", "text/plain; charset=utf-8", "no-cache"),
        ("/medias/photo.jpg", "image/jpeg", "no-cache"),
        ("/actifs/style.0123456789.css", "text/css; charset=utf-8", "public, max-age=31536000, immutable"),
    ] {
        let response = open(&router, path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&response, CONTENT_TYPE), content_type, "{path}");
        assert_eq!(header(&response, CACHE_CONTROL), kept, "{path}");
        assert_eq!(header(&response, X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
    }
    assert_eq!(text(open(&router, "/savoir/").await).await, PAGE);
}

#[tokio::test]
async fn a_browser_gets_the_compressed_copy_that_it_can_read() {
    let root = site();
    let router = static_files(root.path(), None);
    for (accepted, encoding, file) in [
        ("gzip, deflate, br", "br", "index.html.br"),
        ("gzip, deflate", "gzip", "index.html.gz"),
        ("br;q=0, gzip;q=0", "", "index.html"),
    ] {
        let response = ask(&router, Method::GET, "/", &[(ACCEPT_ENCODING, accepted)]).await;
        assert_eq!(header(&response, CONTENT_ENCODING), encoding);
        assert_eq!(header(&response, CONTENT_TYPE), "text/html; charset=utf-8");
        assert_eq!(header(&response, VARY), "accept-encoding");
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        assert_eq!(body, fs::read(root.path().join(file)).unwrap());
    }
    let photo = ask(&router, Method::GET, "/medias/photo.jpg", &[(ACCEPT_ENCODING, "br")]).await;
    assert_eq!((header(&photo, CONTENT_ENCODING), header(&photo, VARY)), ("", ""));
}

#[tokio::test]
async fn a_page_that_did_not_change_is_not_sent_again() {
    let root = site();
    let router = static_files(root.path(), None);
    let etag = header(&open(&router, "/").await, ETAG).to_owned();

    let again = ask(&router, Method::GET, "/", &[(IF_NONE_MATCH, &etag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(header(&again, CACHE_CONTROL), "no-cache");
    assert_eq!(header(&again, VARY), "accept-encoding");

    // Same length, within the same second as the first.
    let changed = [OutputFile::new("index.html", PAGE.replace("équipe", "équipé"))];
    write(root.path(), &changed, &WriteOptions { compress: true }).unwrap();
    assert_eq!(ask(&router, Method::GET, "/", &[(IF_NONE_MATCH, &etag)]).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_folder_without_its_slash_leads_to_the_folder() {
    let root = site();
    let router = static_files(root.path(), None);
    let response = open(&router, "/savoir?theme=a%20b").await;
    assert_eq!(response.status(), StatusCode::MOVED_PERMANENTLY);
    assert_eq!(header(&response, LOCATION), "/savoir/?theme=a%20b");
    assert_eq!(open(&router, "/medias").await.status(), StatusCode::NOT_FOUND, "a folder without a page");
    assert_eq!(open(&router, "/medias/").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(open(&router, "/index.html/").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_not_the_site_is_not_found() {
    let root = site();
    let router = static_files(root.path(), None);
    for path in
        ["/.anime", "/.git/config", "/%2egit/config", "/index.html.br", "/index.html.gz", "/../x", "//exemple.fr/"]
    {
        let response = open(&router, path).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(text(response).await.contains("introuvable"), "{path}");
    }
    assert_eq!(text(open(&router, "/medias/archive.tar.gz").await).await, "archive");
    let missing = open(&router, "/actifs/absent.0123456789.css").await;
    assert_eq!(header(&missing, CACHE_CONTROL), "no-cache", "a missing file may come to be");
}

#[tokio::test]
async fn a_site_without_a_404_page_still_answers() {
    let root = tempfile::tempdir().unwrap();
    let response = open(&static_files(root.path().join("absent"), None), "/").await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(text(response).await, "Cette page n’existe pas.\n");
}

#[tokio::test]
async fn files_are_read_and_nothing_else() {
    let root = site();
    let router = static_files(root.path(), None);
    let response = ask(&router, Method::POST, "/", &[]).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(header(&response, ALLOW), "GET, HEAD");

    let head = ask(&router, Method::HEAD, "/medias/photo.jpg", &[]).await;
    assert_eq!(header(&head, CONTENT_LENGTH), "10");
    assert_eq!(text(head).await, "");
}

#[tokio::test]
async fn a_part_of_a_file_is_sent_only_of_the_file_that_is_known() {
    let root = site();
    let router = static_files(root.path(), None);
    let part = ask(&router, Method::GET, "/medias/photo.jpg", &[(RANGE, "bytes=2-4")]).await;
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(header(&part, CONTENT_RANGE), "bytes 2-4/10");
    assert_eq!(text(part).await, "234");

    let whole = ask(&router, Method::GET, "/medias/photo.jpg", &[(RANGE, "bytes=2-4"), (IF_RANGE, "\"old\"")]).await;
    assert_eq!(whole.status(), StatusCode::OK);
    assert_eq!(text(whole).await, "0123456789");
}

#[tokio::test]
async fn with_a_reload_handle_pages_carry_the_script_and_other_files_do_not() {
    let root = site();
    let router = static_files(root.path(), Some(LiveReload::new()));
    for path in ["/", "/absent/"] {
        let response = ask(&router, Method::GET, path, &[(ACCEPT, "text/html"), (ACCEPT_ENCODING, "br")]).await;
        assert_eq!(header(&response, CONTENT_ENCODING), "");
        assert_eq!(header(&response, CACHE_CONTROL), "no-store");
        let html = text(response).await;
        assert!(html.contains("<script src=\"/_rechargement.js\" data-build="), "{html}");
        assert!(html.ends_with("</script></body></html>"), "{html}");
    }
    assert_eq!(text(open(&router, "/actifs/style.0123456789.css").await).await, "a{}");
    let script = open(&router, "/_rechargement.js").await;
    assert_eq!(header(&script, CONTENT_TYPE), "text/javascript; charset=utf-8");
    assert!(text(script).await.contains("EventSource(\"/_rechargement\")"));
}

#[tokio::test]
async fn a_page_of_megabytes_is_whole_and_carries_the_script() {
    let root = site();
    let router = static_files(root.path(), Some(LiveReload::new()));
    for lines in [1, 3_000, 9_000, 90_000] {
        let line = "<p>Une équipe, deux gestes.</p>\n";
        let (start, end) = (format!("<body>\n{}", line.repeat(lines)), "</body></html>\n");
        fs::write(root.path().join("savoir/index.html"), format!("{start}{end}")).unwrap();
        let response = open(&router, "/savoir/").await;
        let told: usize = header(&response, CONTENT_LENGTH).parse().unwrap();
        let html = text(response).await;
        assert_eq!(told, html.len());
        let script = html.strip_prefix(&start).unwrap().strip_suffix(end).unwrap();
        assert!(script.starts_with("<script ") && script.ends_with("</script>"), "{script}");
    }
}

#[tokio::test]
async fn a_page_that_is_asked_for_while_the_site_is_built_is_the_new_one() {
    let root = site();
    let reload = LiveReload::new();
    let router = static_files(root.path(), Some(reload.clone()));
    let (first, second) = (reload.building(), reload.building());
    let asked = tokio::spawn(async move { text(open(&router, "/savoir/").await).await });
    for build in [first, second] {
        // Who does not wait has all the time to read the old page.
        for _ in 0..100 {
            tokio::fs::read(root.path().join("savoir/index.html")).await.unwrap();
        }
        assert!(!asked.is_finished());
        fs::write(root.path().join("savoir/index.html"), "<p>Neuve</p>").unwrap();
        drop(build);
    }
    assert!(asked.await.unwrap().starts_with("<p>Neuve</p>"));
}

#[tokio::test(start_paused = true)]
async fn a_build_that_does_not_end_keeps_nobody_for_ever() {
    let root = site();
    let reload = LiveReload::new();
    let router = static_files(root.path(), Some(reload.clone()));
    let _building = reload.building();
    assert!(text(open(&router, "/savoir/").await).await.contains("L’équipe"));
}

#[tokio::test]
async fn without_a_reload_handle_there_is_nothing_of_it() {
    let root = site();
    let router = static_files(root.path(), None);
    assert_eq!(open(&router, "/_rechargement").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(open(&router, "/_rechargement.js").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(text(open(&router, "/").await).await, PAGE);
}

#[tokio::test]
async fn a_failed_build_shows_on_every_page_until_the_next_good_one() {
    let root = site();
    let reload = LiveReload::new();
    let router = static_files(root.path(), Some(reload.clone()));
    reload.failed(error_page(&[Diagnostic::error("x", "l’étape <b> n’a pas de liste")]));

    for path in ["/", "/savoir/", "/page-en-cours/"] {
        let response = open(&router, path).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let html = text(response).await;
        assert!(html.contains("<title>Le site n’a pas pu être reconstruit</title>"), "{html}");
        assert!(html.contains("l’étape &lt;b&gt; n’a pas de liste"), "{html}");
        assert!(html.contains("/_rechargement.js"), "it must leave as soon as the site is mended");
    }
    assert_eq!(open(&router, "/medias/photo.jpg").await.status(), StatusCode::OK);
    let icon = ask(&router, Method::GET, "/favicon.ico", &[(ACCEPT, "image/*")]).await;
    assert_eq!(icon.status(), StatusCode::NOT_FOUND);
    assert!(text(open(&router, "/_rechargement.css").await).await.contains("h1"));

    reload.changed();
    assert_eq!(open(&router, "/").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_open_page_hears_of_each_build() {
    let root = site();
    let reload = LiveReload::new();
    let router = static_files(root.path(), Some(reload.clone()));
    let build_shown = |html: &str| html.split("data-build=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let first_page = build_shown(&text(open(&router, "/").await).await);

    let events = open(&router, "/_rechargement").await;
    assert_eq!(header(&events, CONTENT_TYPE), "text/event-stream");
    let mut events = events.into_body().into_data_stream();
    let hello = String::from_utf8(events.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(hello.contains(&format!("data: {first_page}\n")), "the page is up to date and stays: {hello}");

    reload.changed();
    let second_page = build_shown(&text(open(&router, "/").await).await);
    let news = String::from_utf8(events.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(news.contains(&format!("data: {second_page}\n")), "{news}");
    assert_ne!(first_page, second_page);

    reload.close();
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn an_open_page_does_not_keep_the_server_from_stopping() {
    let root = site();
    let reload = LiveReload::new();
    let router = static_files(root.path(), Some(reload.clone()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(run(listener, router, Some(reload), async {
        let _ = stopped.await;
    }));

    let mut browser = TcpStream::connect(address).await.unwrap();
    browser.write_all(b"GET /_rechargement HTTP/1.1\r\nHost: exemple.fr\r\n\r\n").await.unwrap();
    let mut received = Vec::new();
    while !String::from_utf8_lossy(&received).contains("data: ") {
        assert_ne!(browser.read_buf(&mut received).await.unwrap(), 0);
    }
    stop.send(()).unwrap();

    // The limit only turns a server that never stops into a test that fails.
    tokio::time::timeout(Duration::from_mins(1), server).await.unwrap().unwrap().unwrap();
}
