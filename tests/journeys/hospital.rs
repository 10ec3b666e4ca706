//! A hospital at work: its relay, its portal, and the people of a decision with their links.

use std::time::Duration;

use journeys::visitor::{Fields, encode, take_ones_time};
use journeys::{Answer, Forge, Letter, MailServer, Portal, Site, Visitor, html, until, until_within};
use serde_json::Value;

use crate::mailing::OURS;
use crate::posting::{reference, thanks};

/// Who holds which role. No mail server of the world knows these.
const DIRECTORY: &str = "\
portail:
  moderateurs: [moderation.portail@exemple.fr]
espaces:
  hematologie-soins-intensifs:
    moderateurs: [moderation.hematologie@exemple.fr]
    cadre: [cadre.hematologie@exemple.fr]
  geriatrie:
    moderateurs: [matin.geriatrie@exemple.fr, soir.geriatrie@exemple.fr]
    cadre: [cadre.geriatrie@exemple.fr]
";

/// More than one address ever sends: all that a journey does comes from one.
const LIMITS: &str = "limites: {par_client_par_minute: 100000, total_par_minute: 100000}\n";

pub const MORNING: &str = "matin.geriatrie@exemple.fr";
pub const EVENING: &str = "soir.geriatrie@exemple.fr";
pub const CADRE: &str = "cadre.geriatrie@exemple.fr";
pub const PORTAL: &str = "moderation.portail@exemple.fr";
pub const AUTHOR: &str = "prenom.nom@exemple.fr";

pub const WALL: &str = "/faire/geriatrie/post-its/";

/// What waits for the next look of the portal at its repository, or for its next attempt: half a
/// minute each.
pub const NEXT_LOOK: Duration = Duration::from_mins(2);

/// A portal, whatever it publishes into, and the relay that it mails through.
pub struct Hospital {
    pub server: MailServer,
    pub portal: Portal,
}

impl Hospital {
    /// It publishes into the content folder.
    pub fn with_a_folder() -> Self {
        Self::with(Site::of_the_checkout(), "")
    }

    /// It publishes into a repository.
    pub fn with_a_forge() -> (Self, Forge) {
        let site = Site::of_the_checkout();
        let forge = Forge::take_over(&site);
        let keys = forge.configuration();
        (Self::with(site, &keys), forge)
    }

    /// It is configured so.
    pub fn with(site: Site, more: &str) -> Self {
        let server = MailServer::start();
        site.write("annuaire.yaml", DIRECTORY);
        let portal = Portal::configured(site, server.port(), &format!("{LIMITS}{more}"));
        Self { server, portal }
    }

    /// Its portal loses its current, and starts again.
    pub fn restarts(self) -> Self {
        let Self { server, portal } = self;
        Self { server, portal: Portal::start(portal.kill(), &["--config", "service.yaml"]) }
    }

    pub fn visitor(&self) -> Visitor {
        self.portal.visitor()
    }

    /// Somebody leaves a post-it in the space « Gériatrie »; gives its reference.
    pub fn receives_a_post_it(&self, message: &str, author: Option<&str>) -> String {
        let mut fields =
            vec![("espace", "geriatrie"), ("message", message), ("couleur", "vert"), ("signature", "anonyme")];
        fields.extend(author.map(|author| ("courriel", author)));
        let visitor = self.visitor();
        reference(&thanks(&visitor, &visitor.send_saying("post-it", &fields, OURS)))
    }

    /// The same of several people at once, who leave no address.
    pub fn receives_post_its(&self, messages: &[String]) -> Vec<String> {
        let (visitor, path) = (self.visitor(), "/formulaires/post-it/");
        let pages: Vec<Answer> = messages.iter().map(|_| visitor.open(path)).collect();
        take_ones_time();
        let sent = pages.iter().zip(messages).map(|(page, message)| {
            let fields = [("espace", "geriatrie"), ("message", message), ("couleur", "bleu"), ("signature", "anonyme")];
            visitor.post_saying(path, encode(page, &fields).as_bytes(), OURS)
        });
        sent.map(|sent| reference(&thanks(&visitor, &sent))).collect()
    }

    /// Somebody sends a form that is read again, and whose address is to be confirmed; gives its
    /// reference, and the link that confirms.
    pub fn is_sent(&self, form: &str, fields: &Fields<'_>) -> (String, String) {
        let visitor = self.visitor();
        let check = visitor.send_saying(form, fields, OURS);
        assert_eq!(check.status, 200, "{form} is not read again: {}", html::plain(&check.body));
        let path = format!("/formulaires/{form}/");
        let sent = visitor.post_saying(&path, encode(&check, &[("_confirme", "oui")]).as_bytes(), OURS);
        let reference = reference(&thanks(&visitor, &sent));
        let link = self.letter(AUTHOR, &reference).link("/suivi/confirmer/");
        (reference, link)
    }

    /// The same, and the address is confirmed.
    pub fn receives(&self, form: &str, fields: &Fields<'_>) -> String {
        let visitor = self.visitor();
        let (reference, link) = self.is_sent(form, fields);
        let confirmed = visitor.fill_in(&visitor.open(&link), &[("_oui", "oui")]);
        assert!(
            html::plain(&confirmed.body).contains("Votre adresse est confirmée"),
            "{}",
            html::plain(&confirmed.body)
        );
        reference
    }

    /// The charter of that name in the version in force, as the form to sign one offers it.
    pub fn charter(&self, slug: &str) -> String {
        let form = self.visitor().open("/formulaires/signature-charte/").body;
        let start = format!("value=\"{slug}@");
        let at = form.find(&start).unwrap_or_else(|| panic!("the form does not offer « {slug} »"));
        form[at..].split('"').nth(1).expect("an attribute ends").to_owned()
    }

    /// The mail to somebody that says these words, once it arrives.
    pub fn letter(&self, to: &str, words: &str) -> Letter {
        self.server.letter_to(to, words)
    }

    /// The link to decide about a submission, from the last mail to somebody who may.
    pub fn decision_link(&self, who: &str, reference: &str) -> String {
        self.letter(who, reference).link("/moderation/decider/")
    }

    /// Opens a link, fills the page in, and sends it.
    pub fn answer(&self, link: &str, fields: &Fields<'_>) -> Answer {
        let visitor = self.visitor();
        let page = visitor.open(link);
        assert_eq!(page.status, 200, "{link}: {}", html::plain(&page.body));
        visitor.fill_in(&page, fields)
    }

    /// The same, and the decision holds: the page that says so.
    pub fn decides(&self, link: &str, fields: &Fields<'_>) -> String {
        let answer = self.answer(link, fields);
        assert_eq!(answer.status, 303, "{}", html::plain(&answer.body));
        let said = self.visitor().open(&answer.location());
        assert_eq!(said.status, 200);
        html::plain(&said.body)
    }

    /// Approves what was last mailed to somebody about a submission.
    pub fn approves(&self, who: &str, reference: &str) {
        self.decides(&self.decision_link(who, reference), &[("_decision", "approuver")]);
    }

    /// The path of the page that a submission became, once its author or its moderators are told.
    pub fn page_of(&self, told: &str, reference: &str) -> String {
        let letter = until("it is said to be online", || {
            let letters = self.server.letters_to(told);
            letters.into_iter().find(|letter| letter.says(reference) && letter.subject.contains("n ligne"))
        });
        let url = letter.link("https://portail.exemple.fr/faire/");
        url.strip_prefix("https://portail.exemple.fr").expect("it begins so").to_owned()
    }

    /// Waits until a page says something, and returns its text.
    pub fn until_said(&self, path: &str, words: &str) -> String {
        let visitor = self.visitor();
        until_within(NEXT_LOOK, &format!("{path} says « {words} »"), || {
            let page = visitor.open(path);
            let text = html::plain(&page.body);
            (page.status == 200 && text.contains(words)).then_some(text)
        })
    }

    /// Waits until a page answers so.
    pub fn until_status(&self, path: &str, status: u16) -> Answer {
        let visitor = self.visitor();
        until_within(NEXT_LOOK, &format!("{path} answers {status}"), || {
            Some(visitor.open(path)).filter(|answer| answer.status == status)
        })
    }

    /// What `/sante` says.
    pub fn health(&self) -> Value {
        serde_json::from_str(&self.visitor().open("/sante").body).expect("/sante answers in JSON")
    }

    /// Waits until `/sante` says so of publishing.
    pub fn until_healthy(&self, awaited: &str, is_so: impl Fn(&Value) -> bool) {
        until_within(NEXT_LOOK, awaited, || is_so(&self.health()["publications"]).then_some(()));
    }

    /// Waits until the portal shows what was last pushed.
    pub fn until_followed(&self, forge: &Forge) {
        let head = forge.head();
        self.until_healthy("the portal shows what was pushed", |publishing| publishing["commit"] == head.as_str());
    }

    /// Waits until no mail waits any more.
    pub fn until_all_is_mailed(&self) {
        until("every mail has left", || (self.health()["mails"]["waiting"] == 0).then_some(()));
    }

    /// Where a submission stands, as whoever has its reference reads it.
    pub fn status(&self, reference: &str) -> String {
        html::plain(&self.visitor().open(&format!("/suivi/?reference={reference}")).body)
    }
}
