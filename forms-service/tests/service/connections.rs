//! The service on real sockets: slow, greedy and deaf peers, and an orderly stop.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use axum::routing::get;
use forms_service::client::TrustedProxies;
use forms_service::serve::listener::Bounds;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};

use crate::support::{Served, Service, patiently, post_bytes, read_answer, serve, spawn_service};

const HALF: &[u8] = b"POST /formulaires/post-it/ HTTP/1.1\r\nhost: 127.0.0.1\r\nx-half: ";
const CLOSE: &[u8] = b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n";

/// Bounds under which a test need not wait for ten seconds.
fn hasty() -> Bounds {
    Bounds { header_timeout: Duration::from_secs(1), ..Bounds::default() }
}

async fn half_open(served: &Served, number: usize) -> Vec<TcpStream> {
    let mut streams = Vec::new();
    for _ in 0..number {
        let mut stream = served.connect().await;
        stream.write_all(HALF).await.unwrap();
        streams.push(stream);
    }
    streams
}

async fn submit(service: &Service, served: &Served) -> StatusCode {
    let key = service.key("post-it").await;
    let post = post_bytes("/formulaires/post-it/", &[("_cle", &key), ("espace", "geriatrie"), ("message", "Merci")]);
    patiently(served.exchange(&post)).await.status
}

/// Adds a byte to the head now and then, until the service has had enough.
async fn drip(mut stream: TcpStream) {
    let mut pause = tokio::time::interval(Duration::from_millis(100));
    loop {
        pause.tick().await;
        if stream.write_all(b"x").await.is_err() {
            return;
        }
        // What the service says when it hangs up is an answer or nothing at all.
        match stream.try_read(&mut [0; 512]) {
            Ok(0) => return,
            Err(error) if error.kind() != std::io::ErrorKind::WouldBlock => return,
            _ => {}
        }
    }
}

#[tokio::test]
async fn two_hundred_half_open_connections_do_not_hold_up_a_submission() {
    let service = spawn_service().await;
    let served = service.serve(hasty()).await;
    let silent = half_open(&served, 100).await;
    let dripping: Vec<_> = half_open(&served, 100).await.into_iter().map(|stream| tokio::spawn(drip(stream))).collect();

    assert_eq!(submit(&service, &served).await, StatusCode::SEE_OTHER);

    assert_eq!(service.stored().await, 1);
    for mut stream in silent {
        // Closed, or reset: what matters is that it ends.
        let _ = patiently(stream.read_to_end(&mut Vec::new())).await;
    }
    for stream in dripping {
        patiently(stream).await.unwrap();
    }
    served.stop().await;
}

#[tokio::test]
async fn half_open_connections_that_take_every_place_give_it_back() {
    let service = spawn_service().await;
    let served = service.serve(Bounds { connections: 8, ..hasty() }).await;
    let _silent = half_open(&served, 20).await;

    assert_eq!(submit(&service, &served).await, StatusCode::SEE_OTHER);
    assert_eq!(service.stored().await, 1);
}

#[tokio::test]
async fn a_connection_that_asks_nothing_is_closed() {
    let service = spawn_service().await;
    let served = service.serve(hasty()).await;
    let mut stream = served.connect().await;
    let _ = patiently(stream.read_to_end(&mut Vec::new())).await;

    let mut kept = served.connect().await;
    kept.write_all(b"GET /sante HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").await.unwrap();
    let answer = read_answer(&mut kept).await;
    assert_eq!(answer.status, StatusCode::OK, "it was answered, then closed for want of another request");
}

#[tokio::test]
async fn a_peer_that_never_reads_its_answer_gives_its_place_back() {
    let service = spawn_service().await;
    let large = std::fs::File::create(service.folder().join("public/grand.bin")).unwrap();
    large.set_len(256 * 1024 * 1024).unwrap();
    let bounds = Bounds { connections: 1, write_timeout: Duration::from_millis(500), ..Bounds::default() };
    let served = service.serve(bounds).await;
    let mut deaf = served.connect().await;
    deaf.write_all(b"GET /grand.bin HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").await.unwrap();
    deaf.read_exact(&mut [0; 64]).await.unwrap();

    assert_eq!(submit(&service, &served).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_head_has_a_bounded_size_and_a_bounded_number_of_lines() {
    let service = spawn_service().await;
    let served = service.serve(Bounds::default()).await;
    let get = |lines: &str| format!("GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n{lines}\r\n");
    for (lines, status) in [
        (String::new(), StatusCode::OK),
        ("x-one: 1\r\n".repeat(90), StatusCode::OK),
        ("x-one: 1\r\n".repeat(120), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
        (format!("x-long: {}\r\n", "x".repeat(12 * 1024)), StatusCode::OK),
        (format!("x-long: {}\r\n", "x".repeat(20 * 1024)), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
    ] {
        let answer = served.exchange(get(&lines).as_bytes()).await;
        assert_eq!(answer.status, status, "{} bytes", lines.len());
    }
}

#[tokio::test]
async fn one_peer_that_is_no_proxy_of_ours_does_not_take_every_place() {
    let routes = Router::new().route("/", get(|| async { "ici" }));
    let nobody = TrustedProxies::parse(&[]).unwrap();
    let served = serve(routes, nobody, Bounds { per_peer: 2, ..Bounds::default() }).await;
    let mut held = half_open(&served, 2).await;

    let mut third = served.connect().await;
    assert_eq!(patiently(third.read(&mut [0; 1])).await.unwrap_or(0), 0, "closed at once");

    drop(held.pop());
    // The place is free once the service has noticed.
    let answered = async {
        loop {
            let mut stream = served.connect().await;
            let mut answer = Vec::new();
            if stream.write_all(CLOSE).await.is_ok()
                && stream.read_to_end(&mut answer).await.is_ok()
                && !answer.is_empty()
            {
                return answer;
            }
        }
    };
    assert!(patiently(answered).await.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test]
async fn handlers_are_told_who_speaks() {
    let who = |ConnectInfo(peer): ConnectInfo<std::net::SocketAddr>| async move { peer.to_string() };
    let served = serve(Router::new().route("/", get(who)), TrustedProxies::default(), Bounds::default()).await;
    let mut stream = served.connect().await;
    stream.write_all(CLOSE).await.unwrap();
    assert_eq!(read_answer(&mut stream).await.body, stream.local_addr().unwrap().to_string());
}

#[tokio::test]
async fn a_stop_finishes_what_was_asked_and_waits_for_nothing_else() {
    let (arrived, mut arrivals) = mpsc::channel(1);
    let go_on = Arc::new(Notify::new());
    let told = go_on.clone();
    let slow = move || async move {
        arrived.send(()).await.unwrap();
        told.notified().await;
        "fini"
    };
    let served = serve(Router::new().route("/", get(slow)), TrustedProxies::default(), Bounds::default()).await;
    let (address, mut asked) = (served.address, served.connect().await);
    asked.write_all(CLOSE).await.unwrap();
    patiently(arrivals.recv()).await.unwrap();
    let _half = half_open(&served, 3).await;

    let stopping = tokio::spawn(served.stop());
    // Nobody is let in any more: the socket is closed while the request is still under way.
    patiently(async { while TcpStream::connect(address).await.is_ok() {} }).await;
    assert!(!stopping.is_finished());
    go_on.notify_one();

    assert_eq!(read_answer(&mut asked).await.body, "fini");
    patiently(stopping).await.unwrap();
}

#[tokio::test]
async fn a_request_that_never_ends_does_not_keep_the_service_from_stopping() {
    let (arrived, mut arrivals) = mpsc::channel(1);
    let endless = move || async move {
        arrived.send(()).await.unwrap();
        std::future::pending::<&str>().await
    };
    let bounds = Bounds { grace: Duration::from_millis(200), ..Bounds::default() };
    let served = serve(Router::new().route("/", get(endless)), TrustedProxies::default(), bounds).await;
    let mut asked = served.connect().await;
    asked.write_all(CLOSE).await.unwrap();
    patiently(arrivals.recv()).await.unwrap();

    served.stop().await;

    assert_eq!(patiently(asked.read(&mut [0; 1])).await.unwrap_or(0), 0);
}
