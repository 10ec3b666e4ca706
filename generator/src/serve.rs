//! The site over HTTP: the written files, and for whoever writes content, pages that reload.
//!
//! It serves what is in the output folder and nothing else. It builds nothing, decides nothing
//! about who may read, and sets no security header but the one that belongs to files: the
//! caller's layers do.

mod error_page;
mod files;
mod reload;

use std::future::Future;
use std::io;
use std::path::PathBuf;

use axum::Router;
use tokio::net::TcpListener;

pub use error_page::error_page;
pub use files::StaticSite;
pub use reload::LiveReload;

/// The files of `root`, and with a reload handle its routes.
pub fn static_files(root: impl Into<PathBuf>, reload: Option<LiveReload>) -> Router {
    StaticSite::new(root, reload).into_router()
}

/// Serves until `stop` is ready, then answers the requests under way and returns. Pages that
/// listen for changes are let go, since their requests would never end.
///
/// # Errors
/// When the listener fails.
pub async fn run(
    listener: TcpListener,
    router: Router,
    reload: Option<LiveReload>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let stopping = async move {
        stop.await;
        if let Some(reload) = reload {
            reload.close();
        }
    };
    axum::serve(listener, router).with_graceful_shutdown(stopping).await
}
