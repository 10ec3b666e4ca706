//! A robot that opens every link and sends every form as it stands.

use std::collections::{BTreeSet, VecDeque};

use axum::body::Body;
use axum::http::{Request, StatusCode};

use super::{CADRE, CAMILLE, DAY, NIGHT, PORTAL, WRITTEN};
use crate::support::{Answer, Service, encode, spawn_service};

/// A mail scanner that opens every link it meets, asks for its head, and posts every form of every
/// page as it stands.
#[tokio::test]
async fn a_robot_that_opens_every_link_and_posts_every_form_changes_not_one_row() {
    let service = spawn_service().await;
    service.check_nothing();
    service.published_note().await;
    service.post_note("geriatrie", WRITTEN).await;
    service.trap("geriatrie").await;
    service.propose().await;
    let excluded = service.confirmed_sign_up().await;
    let asked =
        service.fill_in("post-it", &[("espace", "geriatrie"), ("message", WRITTEN), ("courriel", CAMILLE)]).await;
    let cadre = service.access(CADRE).await;
    let exclude = [("_sanction", "exclure"), ("_mots", "x"), ("_dernier", "2026-12-31")];
    let made = service.post(&format!("{cadre}/envoi/{excluded}/sanction"), &exclude).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    let delegation =
        [("_role", "geriatrie|cadre"), ("_personne", NIGHT), ("_premier", "2026-11-22"), ("_dernier", "2026-11-30")];
    assert_eq!(service.post(&format!("{cadre}/delegations"), &delegation).await.status, StatusCode::SEE_OTHER);
    let question = [("_version", "1"), ("_decision", "demander"), ("_mots", "Pour quel jour ?")];
    assert_eq!(service.post(&format!("{cadre}/envoi/{asked}"), &question).await.status, StatusCode::SEE_OTHER);
    service.post(&format!("{cadre}/preferences"), &[("_courriels", "resume")]).await;
    for person in [DAY, NIGHT, PORTAL, CADRE] {
        service.access(person).await;
    }
    let before = service.dump().await;

    let crawled = Crawl::default().run(&service).await;

    assert_eq!(service.dump().await, before);
    for (what, least) in
        [("/moderation/espace/", 30), ("/moderation/decider/", 4), ("/moderation/retirer/", 1), ("/suivi/", 3)]
    {
        let opened = crawled.opened.iter().filter(|path| path.contains(what)).count();
        assert!(opened >= least, "{what}: {opened} of {:?}", crawled.opened);
    }
    for form in [
        "/quarantaine",
        "/sanction",
        "/delegations",
        "/delegations/fin",
        "/preferences",
        "/exclusions",
        "/moderation/retirer/",
        "/retirer/",
        "/moderation/decider/",
        "/envoi/",
        "/suivi/confirmer/",
        "/suivi/completer/",
        "/formulaires/post-it/",
    ] {
        assert!(crawled.posted.iter().any(|path| path.contains(form)), "{form}: {:?}", crawled.posted);
    }
}

/// What a robot met.
#[derive(Default)]

struct Crawl {
    opened: BTreeSet<String>,
    posted: BTreeSet<String>,
}

impl Crawl {
    async fn run(mut self, service: &Service) -> Self {
        let mut ahead: VecDeque<String> = VecDeque::from(["/".to_owned(), "/moderation/".to_owned()]);
        for mail in service.mails.sent() {
            ahead.extend(addresses(&mail.text));
            ahead.extend(addresses(&mail.html));
        }
        while let Some(path) = ahead.pop_front() {
            if !self.opened.insert(path.clone()) {
                continue;
            }
            // Pages, and nothing that they are drawn with.
            let name = path.split('?').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
            if name.contains('.') && name != "registre.csv" {
                continue;
            }
            let page = service.get(&path).await;
            let head = Request::head(&path).header("host", "127.0.0.1:8080").body(Body::empty()).unwrap();
            assert_eq!(service.send(head).await.status, page.status, "{path}");
            ahead.extend(self.met(service, &path, &page).await);
        }
        self
    }

    /// Posts every form of a page, and gives the addresses that it leads to.
    async fn met(&mut self, service: &Service, path: &str, page: &Answer) -> Vec<String> {
        if !page.header("content-type").starts_with("text/html") {
            return Vec::new();
        }
        let mut found = addresses(&page.body);
        for form in page.body.split("<form ").skip(1).filter_map(|rest| rest.split("</form>").next()) {
            let (tag, body) = form.split_once('>').unwrap();
            let action = attribute(tag, "action").unwrap_or(path.to_owned());
            let pairs = defaults(body);
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            if attribute(tag, "method").is_some_and(|method| method.eq_ignore_ascii_case("post")) {
                let answer = service.post(&action, &pairs).await;
                assert!(!answer.status.is_server_error(), "{action}: {}", answer.body);
                self.posted.insert(action);
                found.extend(addresses(&answer.body));
            } else {
                found.push(format!("{action}?{}", encode(&pairs)));
            }
        }
        found
    }
}

/// Every address of this portal in a text.
fn addresses(text: &str) -> Vec<String> {
    let text = text.replace("https://portail.exemple.fr/", " \"/");
    let ours = text.split(['"', ' ', '\n', '<', '>']).filter(|word| word.starts_with('/') && !word.starts_with("//"));
    ours.map(|word| word.split('#').next().unwrap().trim_end_matches(['.', ',']).replace("&amp;", "&"))
        .filter(|path| path.parse::<axum::http::Uri>().is_ok())
        .collect()
}

/// What a browser sends of a form that nobody touched.
fn defaults(form: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for tag in form.split("<input ").skip(1).filter_map(|rest| rest.split('>').next()) {
        let kind = attribute(tag, "type").unwrap_or_default();
        if !matches!(kind.as_str(), "checkbox" | "radio") || tag.split_whitespace().any(|word| word == "checked") {
            pairs.extend(attribute(tag, "name").map(|name| (name, attribute(tag, "value").unwrap_or_default())));
        }
    }
    for rest in form.split("<textarea ").skip(1) {
        let (tag, rest) = rest.split_once('>').unwrap();
        let text = rest.split("</textarea>").next().unwrap().trim_start_matches('\n');
        pairs.extend(attribute(tag, "name").map(|name| (name, unescaped(text))));
    }
    for rest in form.split("<select ").skip(1) {
        let (tag, rest) = rest.split_once('>').unwrap();
        let rest = rest.split("</select>").next().unwrap();
        let options: Vec<&str> = rest.split("<option ").skip(1).filter_map(|option| option.split('>').next()).collect();
        let chosen = options.iter().find(|option| option.contains(" selected")).or(options.first());
        let value = chosen.and_then(|option| attribute(option, "value")).unwrap_or_default();
        pairs.extend(attribute(tag, "name").map(|name| (name, value)));
    }
    // The one button of a form says nothing here: none of ours has a name, but the check page's.
    pairs
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = format!("{name}=\"");
    let at = tag.match_indices(&start).find(|(at, _)| *at == 0 || tag[..*at].ends_with([' ', '\n']))?.0;
    tag[at + start.len()..].split('"').next().map(unescaped)
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
