//! Pages that reload themselves when the site changed, and show why it could not be rebuilt.
//!
//! For whoever writes content, never for visitors. A page carries the number of the build that it
//! shows, and listens; whenever the number it hears differs, it reloads. So a build that ends
//! between the page and its first message is not missed, nor one during a restart.

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use tokio::io::AsyncReadExt as _;
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;
use tokio_util::io::ReaderStream;

use crate::diagnostic::Diagnostic;

use super::error_page;

const EVENTS: &str = "/_rechargement";
const SCRIPT: &str = "/_rechargement.js";
pub(super) const STYLE: &str = "/_rechargement.css";

/// How much of a page is read at once, and within how many bytes of its end `</body>` is looked for.
const AT_ONCE: u32 = 128 * 1024;

/// Who asks for a page while the site is built again waits for the new one, but not longer than this.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a page waits before it asks again for a server that is gone.
const RETRY: Duration = Duration::from_millis(500);

/// The handle by which builds speak to the open pages. Clones are one handle.
#[derive(Clone, Debug)]
pub struct LiveReload {
    state: Arc<watch::Sender<State>>,
    /// How many builds are under way.
    builds: Arc<watch::Sender<usize>>,
}

#[derive(Clone, Debug)]
struct State {
    build: u64,
    failure: Option<Arc<str>>,
    closed: bool,
}

impl LiveReload {
    /// A handle that no page listens to yet.
    pub fn new() -> Self {
        // Pages outlive the server: numbers must not start again with it.
        let start = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let build = u64::try_from(start).unwrap_or_default();
        let state = watch::Sender::new(State { build, failure: None, closed: false });
        Self { state: Arc::new(state), builds: Arc::default() }
    }

    /// A build begins. Until what this gives is dropped, who asks for a page waits: somebody who saves and
    /// looks at once sees what was saved, and never half of a build.
    pub fn building(&self) -> Building {
        self.builds.send_modify(|builds| *builds += 1);
        Building(Arc::clone(&self.builds))
    }

    /// Waits until no build is under way, within reason.
    pub(super) async fn settled(&self) {
        let mut builds = self.builds.subscribe();
        // Whoever waited long enough gets what there is.
        let _ = tokio::time::timeout(PATIENCE, builds.wait_for(|builds| *builds == 0)).await;
    }

    /// The site on disk changed: every open page reloads.
    pub fn changed(&self) {
        self.next_build(None);
    }

    /// The site could not be rebuilt: every HTML page is answered with this one, which
    /// [`error_page`](super::error_page) makes, until [`changed`](Self::changed). The files on
    /// disk are still those of the last good build. The same page again is no news.
    pub fn failed(&self, page: impl Into<Arc<str>>) {
        let page = page.into();
        if self.failure().as_ref() != Some(&page) {
            self.next_build(Some(page));
        }
    }

    /// The machine did not let the site be rebuilt (a folder that is gone, a full disk): open pages say so, as
    /// they do of a fault in the content.
    pub fn failed_by_machine(&self, fault: &anyhow::Error) {
        self.failed(error_page(&[Diagnostic::error("machine", format!("{fault:#}"))]));
    }

    /// Whether the site could not be rebuilt the last time.
    pub fn is_failing(&self) -> bool {
        self.failure().is_some()
    }

    /// Lets all pages go, so that a graceful shutdown does not wait for them.
    pub fn close(&self) {
        self.state.send_modify(|state| state.closed = true);
    }

    fn next_build(&self, failure: Option<Arc<str>>) {
        self.state.send_modify(|state| {
            state.build += 1;
            state.failure = failure;
        });
    }

    pub(super) fn failure(&self) -> Option<Arc<str>> {
        self.state.borrow().failure.clone()
    }

    /// Our script, with the number of the last build. To be asked for before a page is read: one that is older
    /// than its number would never reload.
    pub(super) fn script(&self) -> Script {
        Script(format!("<script src=\"{SCRIPT}\" data-build=\"{}\" defer></script>", self.state.borrow().build))
    }

    pub(super) fn routes(&self) -> Router {
        let reload = self.clone();
        Router::new()
            .route(EVENTS, get(async move || Sse::new(reload.events()).keep_alive(KeepAlive::default())))
            .route(SCRIPT, get(async || text("text/javascript; charset=utf-8", include_str!("reload.js"))))
            .route(STYLE, get(async || text("text/css; charset=utf-8", include_str!("reload.css"))))
    }

    /// The number of the build, now and each time it changes, until the handle is closed.
    fn events(&self) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
        WatchStream::new(self.state.subscribe())
            .take_while(|state| std::future::ready(!state.closed))
            .map(|state| Ok(Event::default().retry(RETRY).data(state.build.to_string())))
    }
}

/// What makes a page reload itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Script(String);

impl Script {
    /// The page with it before its `</body>`.
    pub fn put_in(self, mut html: Vec<u8>) -> Vec<u8> {
        let end = b"</body>";
        let at = html.windows(end.len()).rposition(|window| window.eq_ignore_ascii_case(end)).unwrap_or(html.len());
        html.splice(at..at, self.0.into_bytes());
        html
    }

    /// A page on disk with it, and its length. It is sent while it is read: a list of thousands of pages weighs
    /// megabytes.
    pub async fn put_in_file(self, path: PathBuf) -> io::Result<(u64, Body)> {
        let open = move || {
            let mut file = File::open(path)?;
            let length = file.metadata()?.len();
            let start = length.saturating_sub(AT_ONCE.into());
            let mut end = Vec::new();
            file.seek(SeekFrom::Start(start))?;
            file.read_to_end(&mut end)?;
            file.rewind()?;
            io::Result::Ok((file, start, end))
        };
        let (file, start, end) = tokio::task::spawn_blocking(open).await.map_err(io::Error::other)??;
        let end = Bytes::from(self.put_in(end));
        let length = start + u64::try_from(end.len()).map_err(io::Error::other)?;
        let start = tokio::fs::File::from_std(file).take(start);
        let parts = ReaderStream::with_capacity(start, AT_ONCE as usize).chain(stream::iter([Ok(end)]));
        Ok((length, Body::from_stream(parts)))
    }
}

/// A build that is under way, until this is dropped.
#[must_use = "the build ends when this is dropped"]
pub struct Building(Arc<watch::Sender<usize>>);

impl Drop for Building {
    fn drop(&mut self) {
        self.0.send_modify(|builds| *builds -= 1);
    }
}

impl Default for LiveReload {
    fn default() -> Self {
        Self::new()
    }
}

fn text(content_type: &'static str, body: &'static str) -> Response {
    let headers = [(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-store"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_stands_at_the_end_of_the_body_wherever_that_is() {
        let reload = LiveReload::new();
        let inject = |html: &str| {
            let injected = String::from_utf8(reload.script().put_in(html.into())).unwrap();
            let start = injected.find("<script").unwrap();
            let end = injected.rfind("</script>").unwrap() + "</script>".len();
            format!("{}[]{}", &injected[..start], &injected[end..])
        };
        assert_eq!(inject("<body>é</body></html>"), "<body>é[]</body></html>");
        assert_eq!(inject("<body><pre></body></pre></BODY>"), "<body><pre></body></pre>[]</BODY>");
        assert_eq!(inject("<p>sans fin"), "<p>sans fin[]");
        assert_eq!(inject(""), "[]");
    }

    #[test]
    fn every_build_has_its_own_number_good_or_bad() {
        let reload = LiveReload::new();
        let first = reload.script();
        reload.clone().failed("<p>raté");
        let second = reload.script();
        assert_ne!(first, second);
        assert_eq!(reload.failure().as_deref(), Some("<p>raté"));
        reload.failed("<p>raté");
        assert_eq!(reload.script(), second, "the same fault again is no news");
        reload.changed();
        assert_ne!(reload.script(), second);
        assert_eq!(reload.failure(), None);
    }
}
