//! One connection: its requests one after the other, none of which may take for ever to arrive or
//! to be read by who asked.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower::ServiceExt;
use tracing::debug;

use super::listener::Bounds;
use super::patience::Patient;

/// Answers what comes over one connection. Once told to stop, what was asked is still answered;
/// what was not asked in full by then is not waited for.
pub async fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    routes: Router,
    bounds: Bounds,
    mut stopped: watch::Receiver<bool>,
) {
    let under_way = Arc::new(AtomicUsize::new(0));
    let counted = under_way.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let held = Held::new(&counted);
        let routes = routes.clone();
        async move { Ok::<_, Infallible>(respond(routes, peer, request, held).await) }
    });
    let io = TokioIo::new(Patient::new(stream, bounds.write_timeout));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.header_timeout)
        // hyper answers 431 to larger heads, and to more than 100 lines.
        .max_header_size(bounds.header_bytes)
        .max_buf_size(bounds.buffer_bytes)
        .serve_connection(io, service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told(&mut stopped) => {
            connection.as_mut().graceful_shutdown();
            finish(connection, &under_way, bounds).await
        }
    };
    if let Err(error) = ended {
        // Its message holds kinds of failures only, never what was sent.
        debug!("a connection ended early: {error}");
    }
}

/// Waits for the requests under way, and for a moment only where there is none: half a head of a
/// request would hold up the stop for as long as it may take to arrive.
async fn finish<C>(mut connection: Pin<&mut C>, under_way: &AtomicUsize, bounds: Bounds) -> hyper::Result<()>
where
    C: Future<Output = hyper::Result<()>>,
{
    while under_way.load(Ordering::SeqCst) == 0 {
        let Ok(ended) = tokio::time::timeout(bounds.linger, connection.as_mut()).await else {
            if under_way.load(Ordering::SeqCst) == 0 {
                return Ok(());
            }
            continue;
        };
        return ended;
    }
    connection.await
}

async fn respond(routes: Router, peer: SocketAddr, request: Request<Incoming>, held: Held) -> Response {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = match routes.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    response.map(|body| Body::new(Tracked { body, _held: held }))
}

/// Ready once the service is told to stop, or once nobody is left to tell it.
pub async fn told(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// A request that is under way, from its head until the last byte of its answer was taken.
struct Held(Arc<AtomicUsize>);

impl Held {
    fn new(counter: &Arc<AtomicUsize>) -> Self {
        counter.fetch_add(1, Ordering::SeqCst);
        Self(counter.clone())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The body of an answer, which is under way for as long as hyper holds it.
struct Tracked {
    body: Body,
    _held: Held,
}

impl HttpBody for Tracked {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
