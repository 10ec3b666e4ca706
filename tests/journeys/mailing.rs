//! What is sent reaches a moderator's mailbox by SMTP, whatever happens on the way.

use journeys::{MailServer, Portal, Site};

use crate::posting::{POST_IT, reference, thanks};

/// Who holds which role. No mail server of the world knows these.
pub const DIRECTORY: &str = "\
portail:
  moderateurs: [moderation.portail@exemple.fr]
espaces:
  hematologie-soins-intensifs:
    moderateurs: [moderation.hematologie@exemple.fr]
    cadre: [cadre.hematologie@exemple.fr]
  geriatrie:
    moderateurs: [premiere.moderation.geriatrie@exemple.fr, seconde.moderation.geriatrie@exemple.fr]
    cadre: [cadre.geriatrie@exemple.fr]
";

/// Where a page of the portal says it was written: its public address.
pub const OURS: &[(&str, &str)] = &[("Origin", "https://portail.exemple.fr")];

#[test]
fn each_moderator_of_the_space_gets_what_the_form_said() {
    let server = MailServer::start();
    let portal = Portal::mailing_through(server.port(), DIRECTORY);
    let visitor = portal.visitor();

    let reference = reference(&thanks(&visitor, &visitor.send_saying("post-it", POST_IT, OURS)));

    let mut deliveries = server.wait_for(3);
    deliveries.sort_by_key(|delivery| delivery.to.clone());
    let receipt = deliveries.iter().position(|delivery| delivery.to == ["prenom.nom@exemple.fr"]);
    let receipt = deliveries.remove(receipt.expect("the sender gets a receipt")).letter();
    assert!(receipt.text.contains(&reference) && !receipt.text.contains("Merci à l’équipe"), "{}", receipt.source);
    let to: Vec<_> = deliveries.iter().flat_map(|delivery| delivery.to.iter().map(String::as_str)).collect();
    assert_eq!(to, ["premiere.moderation.geriatrie@exemple.fr", "seconde.moderation.geriatrie@exemple.fr"]);
    for delivery in &deliveries {
        let letter = delivery.letter();
        assert_eq!(delivery.from, "portail@exemple.fr");
        assert_eq!(letter.from, ("Anime ton CHU".to_owned(), "portail@exemple.fr".to_owned()));
        assert_eq!(letter.to, delivery.to);
        assert_eq!(letter.reply_to.as_deref(), Some("prenom.nom@exemple.fr"));
        assert_eq!(letter.subject, "Nouveau post-it pour Gériatrie");
        assert!(letter.html.contains("<html") && !letter.text.contains('<'), "{}", letter.source);
        for said in ["Merci à l’équipe de nuit : tout était prêt !", "L’équipe du matin", "Bleu", &reference] {
            assert!(letter.text.contains(said), "the text does not say « {said} »:\n{}", letter.text);
            assert!(letter.html.contains(said), "the HTML does not say « {said} »:\n{}", letter.html);
        }
        assert!(letter.text.contains("https://portail.exemple.fr"), "no link to the portal:\n{}", letter.text);
    }
    assert_ne!(deliveries[0].letter().message_id, deliveries[1].letter().message_id);
    assert!(portal.stop().success());
    assert_eq!(server.deliveries().len(), 3, "a mail came twice");
}

#[test]
fn without_an_address_there_is_nobody_to_answer_to() {
    let server = MailServer::start();
    let portal = Portal::mailing_through(server.port(), DIRECTORY);
    let visitor = portal.visitor();
    let message = "La page de l’aide a une faute.\r\nAu troisième paragraphe.";

    thanks(&visitor, &visitor.send_saying("contact", &[("sujet", "erreur"), ("message", message)], OURS));

    let delivery = &server.wait_for(1)[0];
    let letter = delivery.letter();
    assert_eq!(delivery.to, ["moderation.portail@exemple.fr"]);
    assert_eq!(letter.reply_to, None);
    // It belongs to a thread all the same: that is `In-Reply-To`.
    let says_where = letter.source.lines().any(|line| line.to_lowercase().starts_with("reply-to"));
    assert!(!says_where, "{}", letter.source);
    assert!(letter.text.replace("\r\n", "\n").contains(&message.replace("\r\n", "\n")), "{}", letter.text);
}

#[test]
fn a_submission_survives_a_portal_that_dies_and_is_mailed_by_the_next() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let portal = Portal::mailing_through(silent.local_addr().unwrap().port(), DIRECTORY);
    let visitor = portal.visitor();
    let reference = reference(&thanks(&visitor, &visitor.send_saying("post-it", POST_IT, OURS)));
    // The attempt is under way: the server was called, and says nothing.
    let _called = silent.accept().unwrap();

    let site: Site = portal.kill();

    let server = MailServer::start();
    let portal = Portal::mailing_from(site, server.port());
    for delivery in server.wait_for(3) {
        assert!(delivery.letter().text.contains(&reference));
    }
    assert!(portal.stop().success());
}
