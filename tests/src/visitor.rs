//! Somebody who opens pages and sends forms without script, over a real socket.

use std::thread;
use std::time::Duration;

use ureq::http::Response;
use ureq::{Agent, Body};
use url::{Position, Url, form_urlencoded};

use crate::sheet::sheets;
use crate::{PATIENCE, html};

/// How long a person takes to fill in a form at least: what is sent sooner looks like a robot's and
/// waits in quarantine.
const TYPING: Duration = Duration::from_millis(2_100);

/// Where the portal's own pages say they are, outside of a demonstration.
pub const PUBLIC_ADDRESS: &str = "https://portail.exemple.fr";

/// Names and values of a post.
pub type Fields<'a> = [(&'a str, &'a str)];

/// A browser without script: it follows no redirect unless asked to.
pub struct Visitor {
    address: String,
    agent: Agent,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status, 200.
    pub status: u16,
    /// Each header, in small letters, with its value.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}

impl Visitor {
    /// Somebody whose browser is open on the portal at `address`, `http://127.0.0.1:9000`.
    pub fn of(address: &str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(PATIENCE))
            .build()
            .new_agent();
        Self { address: address.to_owned(), agent }
    }

    /// Opens a page.
    pub fn open(&self, path: &str) -> Answer {
        self.open_saying(path, &[])
    }

    /// Opens a page with more headers than usual.
    pub fn open_saying(&self, path: &str, headers: &Fields<'_>) -> Answer {
        let mut request = self.agent.get(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request.call(), path)
    }

    /// Opens the form `id`, fills in `fields` over the hidden ones, and sends it.
    pub fn send(&self, id: &str, fields: &Fields<'_>) -> Answer {
        self.send_saying(id, fields, &[("Origin", &self.address)])
    }

    /// As [`send`](Self::send), with these headers and no others.
    pub fn send_saying(&self, id: &str, fields: &Fields<'_>, headers: &Fields<'_>) -> Answer {
        let path = format!("/formulaires/{id}/");
        let page = self.open(&path);
        assert_eq!(page.status, 200, "{path} does not open");
        take_ones_time();
        self.post_saying(&path, encode(&page, fields).as_bytes(), headers)
    }

    /// Sends the form that `page` shows: its hidden fields, then `fields`.
    pub fn send_from(&self, page: &Answer, path: &str, fields: &Fields<'_>) -> Answer {
        self.post_saying(path, encode(page, fields).as_bytes(), &[("Origin", &self.address)])
    }

    /// Fills `fields` in over what the form of `page` that is posted holds, and sends it where it says,
    /// as a browser open on the public address does.
    pub fn fill_in(&self, page: &Answer, fields: &Fields<'_>) -> Answer {
        let sheet = sheets(&page.body).into_iter().find(|sheet| sheet.posts);
        let sheet = sheet.unwrap_or_else(|| panic!("nothing to post on this page:\n{}", html::text(&page.body)));
        self.send_sheet(&sheet.action, &sheet.filled(fields))
    }

    /// Sends the fields of a form, as a browser open on the public address does.
    pub fn send_sheet(&self, action: &str, fields: &[(String, String)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post_saying(action, body.as_bytes(), &[("Origin", PUBLIC_ADDRESS)])
    }

    /// Asks what a page would be, without the page.
    pub fn look(&self, path: &str) -> Answer {
        read(self.agent.head(self.url(path)).call(), path)
    }

    /// Posts the bytes of a form with these headers.
    pub fn post_saying(&self, path: &str, body: &[u8], headers: &Fields<'_>) -> Answer {
        let kind = [("Content-Type", "application/x-www-form-urlencoded")];
        self.post(path, body, &[&kind, headers].concat())
    }

    /// Posts anything with these headers.
    pub fn post(&self, path: &str, body: &[u8], headers: &Fields<'_>) -> Answer {
        let mut request = self.agent.post(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request.send(body), path)
    }

    fn url(&self, path: &str) -> String {
        assert!(path.starts_with('/'), "« {path} » is not a path of the portal");
        format!("{}{path}", self.address)
    }
}

impl Answer {
    /// The value of a header, `None` when it did not come.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The address within the portal that a redirect leads to, query included.
    pub fn location(&self) -> String {
        let target = self.header("location").unwrap_or_else(|| panic!("no redirect, but {}", self.status));
        let here = Url::parse("http://127.0.0.1").expect("a literal address");
        let there = here.join(target).unwrap_or_else(|error| panic!("{target}: {error}"));
        there[Position::BeforePath..].to_owned()
    }
}

/// Lets pass what a person takes to fill in a form.
pub fn take_ones_time() {
    thread::sleep(TYPING);
}

/// The form that `page` shows as it travels: its hidden fields, then `fields`.
pub fn encode(page: &Answer, fields: &Fields<'_>) -> String {
    let hidden = html::hidden_fields(&page.body);
    let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(hidden.chain(fields.iter().copied())).finish()
}

fn read(answer: Result<Response<Body>, ureq::Error>, path: &str) -> Answer {
    let mut answer = answer.unwrap_or_else(|error| panic!("{path}: {error}"));
    let body = answer.body_mut().with_config().lossy_utf8(true).read_to_string();
    Answer {
        status: answer.status().as_u16(),
        headers: answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        body: body.unwrap_or_else(|error| panic!("{path}: {error}")),
    }
}
