//! Pages that reload themselves when the site changed, and show why it could not be rebuilt.
//!
//! For whoever writes content, never for visitors. A page carries the number of the build that it
//! shows, and listens; whenever the number it hears differs, it reloads. So a build that ends
//! between the page and its first message is not missed, nor one during a restart.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::{Stream, StreamExt};
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;

const EVENTS: &str = "/_rechargement";
const SCRIPT: &str = "/_rechargement.js";
pub(super) const STYLE: &str = "/_rechargement.css";

/// A page that is read with so much room is not moved when it is given our script.
pub(super) const SCRIPT_ROOM: usize = 128;

/// How long a page waits before it asks again for a server that is gone.
const RETRY: Duration = Duration::from_millis(500);

/// The handle by which builds speak to the open pages. Clones are one handle.
#[derive(Clone, Debug)]
pub struct LiveReload(Arc<watch::Sender<State>>);

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
        Self(Arc::new(watch::Sender::new(State { build, failure: None, closed: false })))
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

    /// Whether the site could not be rebuilt the last time.
    pub fn is_failing(&self) -> bool {
        self.failure().is_some()
    }

    /// Lets all pages go, so that a graceful shutdown does not wait for them.
    pub fn close(&self) {
        self.0.send_modify(|state| state.closed = true);
    }

    fn next_build(&self, failure: Option<Arc<str>>) {
        self.0.send_modify(|state| {
            state.build += 1;
            state.failure = failure;
        });
    }

    pub(super) fn failure(&self) -> Option<Arc<str>> {
        self.0.borrow().failure.clone()
    }

    /// The page with our script before its `</body>`.
    pub(super) fn inject(&self, mut html: Vec<u8>) -> Vec<u8> {
        let tag = format!("<script src=\"{SCRIPT}\" data-build=\"{}\" defer></script>", self.0.borrow().build);
        let end = b"</body>";
        let at = html.windows(end.len()).rposition(|window| window.eq_ignore_ascii_case(end)).unwrap_or(html.len());
        html.splice(at..at, tag.into_bytes());
        html
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
        WatchStream::new(self.0.subscribe())
            .take_while(|state| std::future::ready(!state.closed))
            .map(|state| Ok(Event::default().retry(RETRY).data(state.build.to_string())))
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
            let injected = String::from_utf8(reload.inject(html.into())).unwrap();
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
        let page = |reload: &LiveReload| reload.inject(Vec::new());
        let first = page(&reload);
        reload.clone().failed("<p>raté");
        let second = page(&reload);
        assert_ne!(first, second);
        assert_eq!(reload.failure().as_deref(), Some("<p>raté"));
        reload.failed("<p>raté");
        assert_eq!(page(&reload), second, "the same fault again is no news");
        reload.changed();
        assert_ne!(page(&reload), second);
        assert_eq!(reload.failure(), None);
    }
}
