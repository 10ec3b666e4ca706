//! An address that should be somebody's own is confirmed by a link; what happens if it is not.

use forms_service::mail::message::Mail;
use forms_service::store::submissions::State;
use forms_service::store::transitions::{Acted, CONFIRM_WITHIN, LAPSE_AFTER};
use jiff::SignedDuration;

use crate::support::{Service, spawn_service};

/// A text of the sender, to be found nowhere before the address is confirmed.
const WRITTEN: &str = "Tournesol";

const SENDER: &str = "camille@exemple.fr";

impl Service {
    pub async fn sign_up(&self) -> String {
        self.send_form("inscription", "prenom", SENDER).await
    }

    pub async fn propose(&self) -> String {
        self.send_form("proposition", "activite", SENDER).await
    }

    async fn send_form(&self, form: &str, field: &str, address: &str) -> String {
        let key = self.key(form).await;
        let post = [("_cle", key.as_str()), ("espace", "geriatrie"), (field, WRITTEN), ("courriel", address)];
        self.post(&format!("/formulaires/{form}/"), &post).await.reference()
    }

    /// The mails to an address, delivered or being delivered now.
    pub async fn mails_to(&self, address: &str) -> Vec<Mail> {
        self.deliver_all().await;
        self.mails.sent().into_iter().filter(|mail| mail.recipient.to_string() == address).collect()
    }

    /// What the service does by itself at this moment.
    pub async fn act(&self) -> Option<Acted> {
        self.app.store.act_on_next_due(&self.app.fallback, self.now()).await.unwrap().map(|(_, acted)| acted)
    }
}

/// The path of the link in a mail.
pub fn link(mail: &Mail, folder: &str) -> String {
    let at = mail.text.find(folder).unwrap_or_else(|| panic!("no {folder} in {}", mail.text));
    mail.text[at..].split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn nobody_is_mailed_about_a_signup_before_its_address_is_confirmed() {
    let service = spawn_service().await;
    let reference = service.sign_up().await;

    let asked = service.mails_to(SENDER).await;

    assert_eq!(service.mails.sent().len(), 1);
    assert_eq!(service.state(&reference).await, State::Unconfirmed);
    assert!(asked[0].subject.contains(&reference), "{}", asked[0].subject);
    for mail in &asked {
        assert!(!mail.text.contains(WRITTEN) && !mail.html.contains(WRITTEN), "{}", mail.text);
    }
    service.post(&link(&asked[0], "/suivi/confirmer/"), &[("_oui", "oui")]).await;
    service.deliver_all().await;
    assert_eq!(service.state(&reference).await, State::Received);
    let mut told = service.recipients();
    told.retain(|address| address != SENDER);
    assert_eq!(told, ["jour@exemple.fr", "nuit@exemple.fr"]);
}

#[tokio::test]
async fn opening_the_link_confirms_nothing_and_neither_does_pressing_its_button_unread() {
    let service = spawn_service().await;
    let reference = service.sign_up().await;
    let link = link(&service.mails_to(SENDER).await[0], "/suivi/confirmer/");

    for _ in 0..3 {
        let page = service.get(&link).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains(&reference) && !page.body.contains(WRITTEN), "{}", page.body);
        assert!(!page.body.contains("checked"), "{}", page.body);
    }
    let robot = service.post(&link, &[]).await;
    assert_eq!(robot.status, 422);
    assert_eq!(service.state(&reference).await, State::Unconfirmed);
    let elsewhere = service.post_with(&link, &[("sec-fetch-site", "cross-site")], &[("_oui", "oui")]).await;
    assert_eq!(elsewhere.status, 403);
    assert_eq!(service.state(&reference).await, State::Unconfirmed);
}

#[tokio::test]
async fn an_address_is_confirmed_once_however_often_the_button_is_pressed() {
    let service = spawn_service().await;
    service.sign_up().await;
    let link = link(&service.mails_to(SENDER).await[0], "/suivi/confirmer/");

    let clicks = (0..20).map(|_| service.post(&link, &[("_oui", "oui")]));
    let answers = futures_util::future::join_all(clicks).await;

    assert!(answers.iter().all(|answer| answer.status == 200));
    let now = answers.iter().filter(|answer| answer.body.contains("Votre adresse est confirmée")).count();
    let before = answers.iter().filter(|answer| answer.body.contains("Votre adresse est déjà confirmée")).count();
    assert_eq!((now, before), (1, 19));
    service.deliver_all().await;
    // The link, two moderators, the receipt.
    assert_eq!(service.mails.sent().len(), 4);
    assert!(service.get(&link).await.body.contains("déjà confirmée"));
}

#[tokio::test]
async fn a_forged_link_leads_nowhere() {
    let service = spawn_service().await;
    let reference = service.sign_up().await;
    let link = link(&service.mails_to(SENDER).await[0], "/suivi/confirmer/");
    let mut forged = link.clone();
    let last = if forged.pop() == Some('A') { 'E' } else { 'A' };
    forged.push(last);

    for path in [forged.as_str(), "/suivi/confirmer/abc", &link.replace("/suivi/confirmer/", "/moderation/lire/")] {
        assert_eq!(service.get(path).await.status, 404, "{path}");
        assert_ne!(service.post(path, &[("_oui", "oui")]).await.status, 200, "{path}");
    }
    assert_eq!(service.state(&reference).await, State::Unconfirmed);
    service.app.clock.advance(SignedDuration::from_hours(36 * 24));
    assert_eq!(service.get(&link).await.status, 410);
}

/// Carers rarely open their mail: their proposal must not wait for it.
#[tokio::test]
async fn an_unconfirmed_proposal_goes_to_those_who_decide_after_48_hours_and_says_so() {
    let service = spawn_service().await;
    let reference = service.propose().await;
    let link = link(&service.mails_to(SENDER).await[0], "/suivi/confirmer/");
    service.app.clock.advance(CONFIRM_WITHIN - SignedDuration::from_secs(1));
    assert_eq!(service.act().await, None);

    service.app.clock.advance(SignedDuration::from_secs(1));

    assert_eq!(service.act().await, Some(Acted::Forwarded));
    assert_eq!(service.act().await, None);
    assert_eq!(service.state(&reference).await, State::Received);
    service.deliver_all().await;
    let mut told = service.recipients();
    told.retain(|address| address != SENDER);
    assert_eq!(told, ["cadre@exemple.fr", "jour@exemple.fr", "nuit@exemple.fr"]);
    let sent = service.mails.sent();
    let mail = sent.iter().find(|mail| mail.recipient.to_string() == "cadre@exemple.fr").unwrap();
    assert!(mail.text.contains("Adresse non confirmée") && mail.html.contains("dresse non confirmée"), "{}", mail.text);
    // Late is better than never, and asks nobody twice.
    let late = service.post(&link, &[("_oui", "oui")]).await;
    assert!(late.body.contains("Votre adresse est confirmée"), "{}", late.body);
    service.deliver_all().await;
    assert_eq!(service.mails.sent().len(), sent.len());
}

#[tokio::test]
async fn a_signup_that_nobody_confirms_lapses_after_one_reminder() {
    let service = spawn_service().await;
    let reference = service.sign_up().await;
    service.app.clock.advance(CONFIRM_WITHIN);
    assert_eq!(service.act().await, Some(Acted::Reminded));
    assert_eq!(service.act().await, None);
    let asked = service.mails_to(SENDER).await;
    assert_eq!(asked.len(), 2);
    assert!(asked[1].subject.starts_with("Rappel"), "{}", asked[1].subject);
    assert!(!asked[1].text.contains(WRITTEN) && !asked[1].html.contains(WRITTEN));

    service.app.clock.advance(LAPSE_AFTER);

    assert_eq!(service.act().await, Some(Acted::Lapsed));
    assert_eq!(service.act().await, None);
    assert_eq!(service.state(&reference).await, State::Lapsed);
    let late = service.post(&link(&asked[1], "/suivi/confirmer/"), &[("_oui", "oui")]).await;
    assert!(late.body.contains("trop tard"), "{}", late.body);
    assert_eq!(service.mails_to(SENDER).await.len(), 2);
    assert_eq!(service.mails.sent().len(), 2, "nobody else ever heard of it");
}

#[tokio::test]
async fn a_clock_that_jumps_neither_forgets_a_confirmation_nor_lets_it_lapse_at_once() {
    let service = spawn_service().await;
    let reference = service.sign_up().await;
    service.app.clock.advance(SignedDuration::from_hours(-24 * 365));
    assert_eq!(service.act().await, Some(Acted::Postponed));
    assert_eq!(service.act().await, None);
    service.app.clock.advance(CONFIRM_WITHIN);
    assert_eq!(service.act().await, Some(Acted::Reminded));
    service.app.clock.advance(SignedDuration::from_hours(-1));
    assert_eq!(service.act().await, Some(Acted::Postponed));
    assert_eq!(service.state(&reference).await, State::Unconfirmed);
}

#[tokio::test]
async fn an_address_that_the_server_refuses_does_not_hold_a_proposal_up() {
    let service = spawn_service().await;
    service.propose().await;
    service.mails.refuse_next_recipient();

    service.deliver_all().await;

    assert_eq!(service.act().await, Some(Acted::Forwarded));
    service.deliver_all().await;
    assert!(service.recipients().contains(&"cadre@exemple.fr".to_owned()));
}

#[tokio::test]
async fn a_dead_address_never_swallows_a_submission() {
    let service = spawn_service().await;
    let key = service.key("post-it").await;
    let post = [("_cle", key.as_str()), ("espace", "geriatrie"), ("message", "Merci")];
    service.post("/formulaires/post-it/", &post).await.reference();
    service.mails.refuse_next_recipient();

    service.deliver_all().await;

    let sent = service.mails.sent();
    assert_eq!(sent.len(), 2, "the other moderator, and the portal's");
    let instead = sent.iter().find(|mail| mail.recipient.to_string() == "moderation@exemple.fr").unwrap();
    assert!(instead.text.contains("Merci") && instead.text.contains("ne répond plus"), "{}", instead.text);
    assert!(!instead.text.contains("jour@exemple.fr") && !instead.text.contains("nuit@exemple.fr"));
    assert!(service.get("/sante").await.body.contains("\"refused\":1"));
    service.app.clock.advance(SignedDuration::from_mins(2));
    service.deliver_all().await;
    assert_eq!(service.recipients(), ["jour@exemple.fr", "moderation@exemple.fr", "nuit@exemple.fr"]);
    assert!(service.get("/sante").await.body.contains("\"refused\":0"));
}

#[tokio::test]
async fn a_receipt_holds_no_word_of_the_sender() {
    let service = spawn_service().await;
    let key = service.key("post-it").await;
    let post = [("_cle", key.as_str()), ("espace", "geriatrie"), ("message", WRITTEN), ("courriel", SENDER)];
    let reference = service.post("/formulaires/post-it/", &post).await.reference();

    let receipts = service.mails_to(SENDER).await;

    assert_eq!(receipts.len(), 1);
    let raw = String::from_utf8(receipts[0].raw.clone()).unwrap();
    assert!(receipts[0].text.contains(&reference) && receipts[0].html.contains(&reference));
    for part in [&receipts[0].text, &receipts[0].html, &receipts[0].subject, &raw] {
        assert!(!part.contains(WRITTEN), "{part}");
    }
}
