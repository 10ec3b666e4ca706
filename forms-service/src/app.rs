//! What every request of the running service shares.

use std::sync::Arc;

use generator::guard::Guard;
use lettre::Address;
use tokio::sync::Notify;

use crate::client::TrustedProxies;
use crate::clock::Clock;
use crate::key::SigningKey;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::origin::Home;
use crate::publish::progress::Progress;
use crate::site::Site;
use crate::store::Store;

/// The service, as its routes see it.
pub struct App {
    /// The portal's pages and forms.
    pub site: Arc<Site>,
    /// What is kept.
    pub store: Store,
    /// Signs the served forms, and the links in mails.
    pub key: Arc<SigningKey>,
    /// Tells the time.
    pub clock: Clock,
    /// Rung when a mail was queued.
    pub wake: Arc<Notify>,
    /// Who receives what would reach nobody.
    pub fallback: Address,
    /// Looks for health data in what is sent.
    pub guard: Guard,
    /// In a demonstration, the loopback port that is listened on; mails stay in the embedded
    /// mailbox then, and that mailbox is shown.
    pub demonstration: Option<u16>,
    /// Who is believed about the clients they speak for.
    pub proxies: TrustedProxies,
    /// How much is let through.
    pub limits: Limits,
    /// What is counted.
    pub metrics: Metrics,
    /// How publishing goes on this instance.
    pub progress: Arc<Progress>,
    /// Rung when something is to be published or taken away.
    pub publish: Arc<Notify>,
    /// The header in which a trusted proxy says who decides, where decisions ask for it.
    pub identity_header: Option<axum::http::HeaderName>,
}

impl App {
    /// Where our own posts come from.
    pub fn home(&self) -> Home {
        match self.demonstration {
            Some(port) => Home::Loopback { port },
            None => Home::of(self.site.portal().url()),
        }
    }
}
