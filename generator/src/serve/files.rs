//! A request for a file of the site: which file, and how it may be kept.
//!
//! The path of a request is anybody's: it is taken apart here, and only names that a site can
//! hold lead to a file. Sending it (ranges, validators, compressed copies) is `tower-http`'s.

use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, IF_RANGE, LOCATION, RANGE, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;
use tower_http::services::ServeFile;

use crate::assets::ASSETS_FOLDER;
use crate::output::{companion_of, is_compressible};

use super::LiveReload;

const HTML: &str = "text/html; charset=utf-8";

/// The site in an output folder. Clones are cheap.
#[derive(Clone, Debug)]
pub struct StaticSite {
    root: Arc<Path>,
    reload: Option<LiveReload>,
}

/// What a path of the site leads to.
#[derive(Debug, PartialEq, Eq)]
enum Target {
    /// A file, by its path from the root.
    File(String),
    /// A folder with a page, asked for without its last `/`.
    Folder,
}

impl StaticSite {
    /// The site in `root`; with a reload handle, pages reload themselves.
    pub fn new(root: impl Into<PathBuf>, reload: Option<LiveReload>) -> Self {
        Self { root: root.into().into(), reload }
    }

    /// All answers as a router: those of files, the 404 page, and 405 for what is not a reading.
    pub fn into_router(self) -> Router {
        let routes = self.reload.as_ref().map_or_else(Router::new, LiveReload::routes);
        routes.fallback(move |method: Method, uri: Uri, headers: HeaderMap| {
            let site = self.clone();
            async move { site.answer(&method, &uri, &headers).await }
        })
    }

    async fn answer(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
        if method != Method::GET && method != Method::HEAD {
            return finish((StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")]).into_response(), "");
        }
        match self.respond(method, uri, headers).await {
            Some(response) => response,
            None => self.not_found(headers).await,
        }
    }

    /// The answer to a reading, or `None` when the site has nothing there: the caller may know
    /// more. `None` too for a method that is not `GET` or `HEAD`.
    pub async fn respond(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
        if method != Method::GET && method != Method::HEAD {
            return None;
        }
        if let Some(reload) = &self.reload {
            reload.settled().await;
        }
        let response = match self.find(uri.path()).await? {
            Target::Folder => redirect_into_folder(uri),
            Target::File(path) if content_type(&path) == Some(HTML) && self.reload.is_some() => {
                self.page(StatusCode::OK, &path).await?
            }
            Target::File(path) => self.send(&path, method, headers).await?,
        };
        Some(response)
    }

    /// The site's 404 page.
    pub async fn not_found(&self, headers: &HeaderMap) -> Response {
        let is_for_a_page = headers.get(ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/html"));
        if !is_for_a_page && self.failure().is_some() {
            // The reason of a failed build is for who looks at a page, not for a missing picture.
            return plain(StatusCode::NOT_FOUND, "Cette page n’existe pas.\n");
        }
        let page = self.page(StatusCode::NOT_FOUND, "404.html").await;
        page.unwrap_or_else(|| plain(StatusCode::NOT_FOUND, "Cette page n’existe pas.\n"))
    }

    fn failure(&self) -> Option<Arc<str>> {
        self.reload.as_ref().and_then(LiveReload::failure)
    }

    /// What a path leads to, if the site has it.
    async fn find(&self, uri_path: &str) -> Option<Target> {
        let path = decode(uri_path)?;
        let on_disk = self.root.join(path.trim_end_matches('/'));
        let is_folder = tokio::fs::metadata(&on_disk).await.ok()?.is_dir();
        let asks_for_folder = path.is_empty() || path.ends_with('/');
        match (is_folder, asks_for_folder) {
            (false, false) => Some(Target::File(path)),
            (false, true) => None,
            (true, _) => {
                let has_page = tokio::fs::metadata(on_disk.join("index.html")).await.is_ok_and(|found| found.is_file());
                let target = if asks_for_folder { Target::File(format!("{path}index.html")) } else { Target::Folder };
                has_page.then_some(target)
            }
        }
    }

    /// Sends a file, or its compressed copy.
    async fn send(&self, path: &str, method: &Method, headers: &HeaderMap) -> Option<Response> {
        let mut request = Request::new(Body::empty());
        method.clone_into(request.method_mut());
        headers.clone_into(request.headers_mut());
        if headers.contains_key(IF_RANGE) {
            // It asks for a part only of the file it knows; the whole is always right.
            request.headers_mut().remove(RANGE);
        }
        let mut file = ServeFile::new(self.root.join(path));
        if is_compressible(path) {
            file = file.precompressed_br().precompressed_gzip();
        }
        match file.try_call(request).await {
            Ok(response) => {
                let mut response = response.map(Body::new);
                if let Some(content_type) = content_type(path)
                    && let Some(guessed) = response.headers_mut().get_mut(CONTENT_TYPE)
                {
                    *guessed = HeaderValue::from_static(content_type);
                }
                if is_compressible(path) {
                    response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
                }
                Some(finish(response, path))
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => None,
            Err(e) => {
                tracing::error!(error = %e, "cannot read {path} of the site");
                Some(plain(StatusCode::INTERNAL_SERVER_ERROR, "Cette page ne peut pas être lue pour le moment.\n"))
            }
        }
    }

    /// A page of the site, if it is there. With a reload handle it reloads itself, and while the build
    /// fails it is the one that says so.
    async fn page(&self, status: StatusCode, path: &str) -> Option<Response> {
        let file = self.root.join(path);
        let html = [(CONTENT_TYPE, HTML)];
        let Some(reload) = &self.reload else {
            return Some(finish((status, html, tokio::fs::read(file).await.ok()?).into_response(), ""));
        };
        let script = reload.script();
        let page = if let Some(failure) = reload.failure() {
            (StatusCode::INTERNAL_SERVER_ERROR, html, script.put_in(failure.as_bytes().to_vec())).into_response()
        } else {
            let (bytes, page) = script.put_in_file(file).await.ok()?;
            (status, html, [(CONTENT_LENGTH, bytes)], page).into_response()
        };
        let mut response = finish(page, "");
        // It has no validator and tells the number of a build: it must not be kept at all.
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Some(response)
    }
}

/// The path from the root that a request names, with its last `/` if it has one; `None` for what
/// no site holds: hidden files, compressed copies by their own names, ways out of the root.
fn decode(uri_path: &str) -> Option<String> {
    let path = percent_decode_str(uri_path.strip_prefix('/')?).decode_utf8().ok()?;
    let is_hidden = |part: &str| part.is_empty() || part.starts_with('.');
    let parts = path.strip_suffix('/').unwrap_or(&path);
    let is_safe = parts.is_empty() && path.is_empty()
        || !parts.split('/').any(is_hidden)
            && !parts.contains(['\\', '\0'])
            && Path::new(parts).components().all(|part| matches!(part, Component::Normal(_)));
    (is_safe && companion_of(parts).is_none()).then(|| path.into_owned())
}

/// From `/a` to `/a/`. The address stays on this server whatever the `Host` header says, and
/// cannot begin with `//`, since a path with an empty part leads nowhere.
fn redirect_into_folder(uri: &Uri) -> Response {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let location = format!("{}/{query}", uri.path());
    finish((StatusCode::MOVED_PERMANENTLY, [(LOCATION, location)]).into_response(), "")
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    finish((status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response(), "")
}

/// Adds what every answer has.
fn finish(mut response: Response, path: &str) -> Response {
    let is_immutable = path.strip_prefix(ASSETS_FOLDER).is_some_and(|rest| rest.starts_with('/'))
        && (response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED);
    let kept = if is_immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// The types that need their character set told, or that no list knows; others are guessed from
/// the name.
fn content_type(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "html" => HTML,
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        "xml" => "application/xml",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_a_site_holds_are_looked_for() {
        for (asked, found) in [
            ("/", Some("")),
            ("/a/b.html", Some("a/b.html")),
            ("/a/", Some("a/")),
            ("/caf%C3%A9/l%27%C3%A9quipe.pdf", Some("café/l'équipe.pdf")),
            ("/archive.tar.gz", Some("archive.tar.gz")),
            ("//", None),
            ("//exemple.fr", None),
            ("/a//b", None),
            ("/.anime", None),
            ("/%2eanime", None),
            ("/a/.git/config", None),
            ("/../etc/passwd", None),
            ("/%2e%2e/etc/passwd", None),
            ("/a/..%2f..%2fetc/passwd", None),
            ("/%2fetc/passwd", None),
            ("/a%5c..%5cb", None),
            ("/a%00.html", None),
            ("/%ff", None),
            ("/index.html.br", None),
            ("/style.css.gz", None),
            ("*", None),
        ] {
            assert_eq!(decode(asked).as_deref(), found, "{asked}");
        }
    }
}
