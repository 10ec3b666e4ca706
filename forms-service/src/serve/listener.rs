//! Takes connections, as many as there is room for, until it is told to stop.
//!
//! Every wait that a peer could draw out has an end, and every number that a peer could drive up
//! has a bound. A reverse proxy is one peer that speaks for everybody, so trusted proxies are
//! exempt from the bound of one peer. No address is ever logged.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tracing::{debug, error, warn};

use super::connection::{self, told};
use crate::client::{Client, TrustedProxies};

/// How long what is under way may take once the service is told to stop.
pub const GRACE: Duration = Duration::from_secs(10);

/// How long nothing is accepted after the machine refused a connection, for want of descriptors
/// for instance: trying again at once would only burn its processor.
const PAUSE: Duration = Duration::from_secs(1);

/// What peers may use of us.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Connections open at a time; further ones wait in the kernel's queue. Well below the 1,024
    /// descriptors that a process usually gets, since files and the database take some too.
    pub connections: usize,
    /// Of these, those of one peer that is no trusted proxy; further ones are closed at once.
    pub per_peer: usize,
    /// How long the head of a request may take to arrive, and a connection without any request
    /// may stay.
    pub header_timeout: Duration,
    /// The largest head of a request, in bytes: 431 beyond.
    pub header_bytes: usize,
    /// The most that is held of a connection at a time, each way, in bytes.
    pub buffer_bytes: usize,
    /// How long a peer may read nothing of the answer that it asked for.
    pub write_timeout: Duration,
    /// On the way out, how long a connection without a request under way may still ask.
    pub linger: Duration,
    /// On the way out, how long the requests under way may take.
    pub grace: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 512,
            per_peer: 128,
            header_timeout: Duration::from_secs(10),
            header_bytes: 16 * 1024,
            buffer_bytes: 64 * 1024,
            write_timeout: Duration::from_secs(30),
            linger: Duration::from_millis(500),
            grace: GRACE,
        }
    }
}

/// Answers connections until told to stop, then finishes the requests under way, for as long as
/// [`Bounds::grace`] at most. Handlers find who speaks in `ConnectInfo<SocketAddr>`.
pub async fn listen(
    listener: TcpListener,
    routes: Router,
    trusted: TrustedProxies,
    bounds: Bounds,
    mut stopped: watch::Receiver<bool>,
) {
    let room = Arc::new(Semaphore::new(bounds.connections));
    let peers = Peers::default();
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = told(&mut stopped) => break,
            Some(_) = connections.join_next() => continue,
            accepted = accept(&listener, &room) => accepted,
        };
        let (stream, peer, place) = match accepted {
            Ok(accepted) => accepted,
            Err(error) if is_of_one_connection(&error) => continue,
            Err(error) => {
                error!("no connection can be accepted for the moment: {error}");
                tokio::select! {
                    () = told(&mut stopped) => break,
                    () = tokio::time::sleep(PAUSE) => continue,
                }
            }
        };
        let Some(seat) = peers.seat(peer, &trusted, bounds.per_peer) else {
            debug!("closed a connection of a peer that holds {} already", bounds.per_peer);
            continue;
        };
        if let Err(error) = stream.set_nodelay(true) {
            debug!("a connection without TCP_NODELAY: {error}");
        }
        let answering = connection::answer(stream, peer, routes.clone(), bounds, stopped.clone());
        connections.spawn(async move {
            answering.await;
            drop((seat, place));
        });
    }
    drop(listener);
    let finished = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(bounds.grace, finished).await.is_err() {
        warn!("{} connections were still busy after {} s", connections.len(), bounds.grace.as_secs());
    }
}

type Accepted = (TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit);

/// Waits for room first, then for who is to fill it.
async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> io::Result<Accepted> {
    let place = room.clone().acquire_owned().await.expect("the semaphore is never closed");
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, place))
}

/// Whether a peer went away between its call and our answer: nothing is wrong with us.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// How many connections each peer holds.
#[derive(Clone, Default)]
struct Peers(Arc<Mutex<HashMap<Client, usize>>>);

impl Peers {
    /// A seat that is free again once it is dropped; `None` when that peer has as many as it may.
    fn seat(&self, peer: SocketAddr, trusted: &TrustedProxies, most: usize) -> Option<Seat> {
        if trusted.holds(peer.ip()) {
            return Some(Seat { taken: None });
        }
        let peer = Client::at(peer.ip());
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(peer).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Seat { taken: Some((self.clone(), peer)) })
    }
}

/// The seat of one connection; a trusted proxy takes none.
struct Seat {
    taken: Option<(Peers, Client)>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Some((peers, peer)) = self.taken.take() else { return };
        let mut held = peers.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&peer) {
            *count -= 1;
            if *count == 0 {
                held.remove(&peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(address: &str) -> SocketAddr {
        SocketAddr::new(address.parse().unwrap(), 50_000)
    }

    #[test]
    fn one_peer_takes_its_seats_and_no_more_until_one_is_free_again() {
        let (peers, trusted) = (Peers::default(), TrustedProxies::default());
        let seat = |address| peers.seat(peer(address), &trusted, 2);
        let first = seat("2001:db8::1").unwrap();
        let _second = seat("2001:db8::2").unwrap();
        assert!(seat("2001:db8::3").is_none(), "the same /64");
        assert!(seat("192.0.2.7").is_some());
        drop(first);
        assert!(seat("2001:db8::3").is_some());
    }

    #[test]
    fn a_trusted_proxy_speaks_for_everybody_and_is_not_counted() {
        let (peers, trusted) = (Peers::default(), TrustedProxies::default());
        let seats: Vec<_> = (0..1_000).map(|_| peers.seat(peer("127.0.0.1"), &trusted, 2)).collect();
        assert!(seats.iter().all(Option::is_some));
        assert!(peers.0.lock().unwrap().is_empty());
    }

    #[test]
    fn who_left_is_forgotten() {
        let (peers, trusted) = (Peers::default(), TrustedProxies::default());
        drop(peers.seat(peer("192.0.2.7"), &trusted, 2));
        assert!(peers.0.lock().unwrap().is_empty());
    }
}
