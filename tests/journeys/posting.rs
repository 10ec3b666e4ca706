//! Somebody sends a form, without script.

use journeys::{Answer, Portal, Visitor, html, until, visitor};
use serde_json::Value;

/// What a visitor answers to the form `post-it`.
pub const POST_IT: &[(&str, &str)] = &[
    ("espace", "geriatrie"),
    ("message", "Merci à l’équipe de nuit : tout était prêt !"),
    ("couleur", "bleu"),
    ("signature", "signe"),
    ("nom", "L’équipe du matin"),
    ("courriel", "prenom.nom@exemple.fr"),
];

#[test]
fn a_post_it_goes_from_the_space_to_its_moderators_mailbox() {
    let portal = Portal::demonstration();
    let visitor = portal.visitor();

    let space = visitor.open("/faire/geriatrie/");
    assert!(html::links(&space.body).iter().any(|link| link.starts_with("/formulaires/post-it/")));
    let thanks = thanks(&visitor, &visitor.send("post-it", POST_IT));
    let reference = reference(&thanks);

    let mail = wait_for_mail(&visitor, &reference);
    assert!(mail.contains("moderation+geriatrie@exemple.fr"), "{mail}");
    assert!(mail.contains("Nouveau post-it pour Gériatrie"), "{mail}");
    for (_, answer) in POST_IT.iter().filter(|(name, _)| ["message", "nom", "courriel"].contains(name)) {
        assert!(mail.contains(answer), "the mail does not say « {answer} »:\n{mail}");
    }
    assert_eq!(received(&visitor), 1);
}

#[test]
fn a_browser_that_says_nothing_of_itself_reads_its_answers_again_and_sends_them() {
    let portal = Portal::demonstration();
    let visitor = portal.visitor();
    let path = "/formulaires/post-it/";
    let body = visitor::encode(&visitor.open(path), POST_IT);
    visitor::take_ones_time();

    let check = visitor.post_saying(path, body.as_bytes(), &[]);
    assert_eq!(check.status, 200);
    assert!(html::text(&check.body).contains("Rien n’est encore envoyé"));
    assert_eq!(received(&visitor), 0);

    let sent = visitor.send_from(&check, path, &[("_confirme", "oui")]);
    reference(&thanks(&visitor, &sent));
    assert_eq!(received(&visitor), 1);
}

#[test]
fn a_long_form_is_read_again_and_may_be_changed_before_it_is_sent() {
    let portal = Portal::demonstration();
    let visitor = portal.visitor();
    let path = "/formulaires/proposition-activite/";

    let check = visitor.send("proposition-activite", PROPOSAL);
    assert_eq!(check.status, 200);
    let shown = html::text(&check.body);
    for (name, answer) in PROPOSAL.iter().filter(|(name, _)| !["espace", "charte"].contains(name)) {
        assert!(shown.contains(answer), "the check page does not show {name}");
    }
    assert_eq!(received(&visitor), 0);

    let again = visitor.send_from(&check, path, &[("_modifier", "oui")]);
    assert_eq!(again.status, 200);
    for (name, answer) in PROPOSAL.iter().filter(|(name, _)| !["espace", "charte"].contains(name)) {
        assert!(html::text(&again.body).contains(answer) || again.body.contains(answer), "{name} was lost");
    }
    assert_eq!(received(&visitor), 0);

    let check = visitor.send_from(&again, path, PROPOSAL);
    let sent = visitor.send_from(&check, path, &[("_confirme", "oui")]);
    let reference = reference(&thanks(&visitor, &sent));
    let asked = wait_for_mail_saying(&visitor, &reference, "Confirmez votre adresse");
    assert!(!asked.contains("Café du jeudi"), "{asked}");
    assert_eq!(received(&visitor), 0);

    let link = asked.split_whitespace().find_map(|word| Some(&word[word.find("/suivi/confirmer/")?..]));
    let link = link.unwrap_or_else(|| panic!("no link in {asked}"));
    assert_eq!(visitor.open(link).status, 200);
    assert_eq!(received(&visitor), 0);
    let confirmed = visitor.post_saying(link, b"_oui=oui", &[("Origin", portal.address())]);
    assert!(html::text(&confirmed.body).contains("Votre adresse est confirmée"), "{}", html::text(&confirmed.body));
    let follow = format!("/suivi/?reference={reference}");
    assert!(confirmed.body.contains(&follow), "{}", confirmed.body);
    assert_eq!(visitor.open(&follow).status, 200);

    wait_for_mail_saying(&visitor, &reference, "Café du jeudi");
    assert_eq!(received(&visitor), 1);
}

/// What a visitor must answer to the form `proposition-activite`.
pub const PROPOSAL: &[(&str, &str)] = &[
    ("espace", "geriatrie"),
    ("nom", "Café du jeudi"),
    ("description", "On parle d’autre chose que du travail."),
    ("duree", "15 minutes"),
    ("programmation", "Le jeudi à 15h00, pour qui peut."),
    ("responsable", "Infirmière de coordination"),
    ("lieu", "Salle de repos"),
    ("budget", "5 euros par mois"),
    ("temps-de-travail", "Pendant la pause."),
    ("cadre", "Participation libre."),
    ("retours", "Un point en équipe tous les deux mois."),
    ("proposant", "Prénom Nom"),
    ("courriel", "prenom.nom@exemple.fr"),
    ("charte", "oui"),
];

/// The thank-you page that a post was sent on to.
pub fn thanks(visitor: &Visitor, sent: &Answer) -> Answer {
    assert_eq!(sent.status, 303, "{}", html::text(&sent.body));
    let thanks = visitor.open(&sent.location());
    assert_eq!(thanks.status, 200);
    thanks
}

/// The reference that a thank-you page shows.
pub fn reference(thanks: &Answer) -> String {
    let (_, after) = thanks.body.split_once("Votre référence").expect("the page names the reference");
    let reference = html::text(after.split("</p>").next().unwrap_or_default());
    assert!(reference.len() >= 10 && reference.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{reference}");
    reference
}

/// How many submissions the portal counts.
pub fn received(visitor: &Visitor) -> u64 {
    let health: Value = serde_json::from_str(&visitor.open("/sante").body).expect("/sante answers in JSON");
    health["submissions"]["received"].as_u64().expect("/sante counts submissions")
}

/// The text of the page that shows the mail to the moderators with that reference, once it is in
/// the mailbox.
fn wait_for_mail(visitor: &Visitor, reference: &str) -> String {
    wait_for_mail_saying(visitor, reference, "Nouveau post-it")
}

/// The same of the mail that says something.
fn wait_for_mail_saying(visitor: &Visitor, reference: &str, words: &str) -> String {
    until("the mail is in the mailbox", || {
        let mailbox = visitor.open("/_courrier/");
        html::links(&mailbox.body)
            .into_iter()
            .filter(|link| link.starts_with("/_courrier/") && link != "/_courrier/")
            .map(|link| html::text(&visitor.open(&link).body))
            .find(|mail| mail.contains(reference) && mail.contains(words))
    })
}
