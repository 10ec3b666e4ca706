//! The hospital's relay is a real one, and a mail is read by somebody else's program.

use journeys::authority::Authority;
use journeys::postfix::Postfix;
use journeys::{Letter, Portal, Site, second_reader};

use crate::mailing::{DIRECTORY, OURS};
use crate::posting::thanks;

/// Ten thousand characters and more, as somebody writes who has a lot to say: accents, an emoji,
/// lines that a mail must not take for its own, and one that no line of a mail can hold.
fn long_message() -> String {
    let paragraph = "À l’équipe de nuit : « merci » ! Œuvre, cœur, naïveté, 12 €. 🌻👩🏽‍⚕️\r\n.\r\nFrom ici\r\n..fin\r\n";
    format!("{}{}\r\nFin.", paragraph.repeat(60), "é".repeat(5000))
}

#[test]
fn postfix_takes_the_mails_under_starttls_and_python_reads_in_them_what_was_written() {
    let authority = Authority::new();
    let relay = Postfix::start(&authority);
    let portal = mailing_through(&relay, authority.pem());
    let visitor = portal.visitor();
    let message = long_message();
    let post = [("sujet", "erreur"), ("message", message.as_str()), ("courriel", "prenom.nom@exemple.fr")];

    thanks(&visitor, &visitor.send_saying("contact", &post, OURS));

    let mails = relay.wait_for(3);
    assert!(relay.log().contains("TLS connection established from"), "{}", relay.log());
    let mut recipients = Vec::new();
    for path in &mails {
        let seen = second_reader::read(path);
        let ours = Letter::parse(&std::fs::read(path).unwrap());
        assert_eq!(seen["faults"], serde_json::json!([]), "{}", ours.source);
        assert_eq!(seen["from"], serde_json::json!([["Anime ton CHU – équipe 🌻", "portail@exemple.fr"]]));
        assert_eq!(seen["return_path"], "<portail@exemple.fr>");
        assert!(seen["received"].as_str().unwrap().contains("ESMTPS"), "{}", seen["received"]);
        assert_eq!(
            (&seen["subject"], &seen["message_id"]),
            (&ours.subject.clone().into(), &ours.message_id.clone().into())
        );
        assert!(!seen["subject"].as_str().unwrap().is_ascii(), "a subject that puts the decoder to the test");
        for (kind, mine) in [("text", &ours.text), ("html", &ours.html)] {
            let theirs = seen[kind].as_str().unwrap().replace("\r\n", "\n");
            assert_eq!(theirs.trim_end(), mine.replace("\r\n", "\n").trim_end(), "{kind}");
        }
        // The receipt goes to an address that anybody may have typed: it holds nothing they wrote.
        let is_receipt = seen["delivered_to"] == "prenom.nom@exemple.fr";
        let text = seen["text"].as_str().unwrap().replace("\r\n", "\n");
        assert_eq!(text.contains(&message.replace("\r\n", "\n")), !is_receipt, "what was written, in:\n{text}");
        assert_eq!(seen["html"].as_str().unwrap().contains(&"é".repeat(5000)), !is_receipt);
        assert_eq!(seen["reply_to"] == serde_json::json!(["prenom.nom@exemple.fr"]), !is_receipt);
        recipients.push(seen["delivered_to"].as_str().unwrap().to_owned());
        assert_eq!(seen["to"], serde_json::json!([recipients.last().unwrap()]));
    }
    recipients.sort();
    assert_eq!(recipients, ["autre@exemple.fr", "moderation.portail@exemple.fr", "prenom.nom@exemple.fr"]);
    assert!(portal.stop().success());
    assert_eq!(relay.wait_for(3).len(), 3, "a mail came twice");
}

/// A relay that the hospital's authority does not vouch for is told nothing.
#[test]
fn postfix_gets_no_mail_when_its_certificate_is_not_trusted() {
    let relay = Postfix::start(&Authority::new());
    let portal = mailing_through(&relay, Authority::new().pem());
    let visitor = portal.visitor();

    thanks(&visitor, &visitor.send_saying("contact", &[("sujet", "autre"), ("message", "Bonjour à vous.")], OURS));

    journeys::until("the portal says that the mail waits", || portal.said().contains("did not leave").then_some(()));
    assert!(!relay.log().contains("from=<portail@exemple.fr>"), "{}", relay.log());
    assert!(portal.visitor().open("/sante").body.contains("\"waiting\":2"));
}

/// A portal that speaks STARTTLS to the relay, whose contact form takes long messages, and which
/// bears a name that no header can hold as it is.
fn mailing_through(relay: &Postfix, authority: &str) -> Portal {
    let site = Site::of_the_checkout();
    let form = site.read("content/formulaires/contact.yaml");
    let longer = form.replace("longueur_max: 3000", "longueur_max: 20000");
    assert_ne!(form, longer, "the message of the contact form has another length now");
    let titled = longer.replacen("objet: \"", "objet: \"L’œuvre 🌻 ", 1);
    site.write("content/formulaires/contact.yaml", &titled);
    site.write("annuaire.yaml", &DIRECTORY.replacen("[moderation.portail", "[autre@exemple.fr, moderation.portail", 1));
    site.write("autorite.pem", authority);
    let smtp =
        format!("{{hote: 127.0.0.1, port: {}, chiffrement: starttls, autorite_fichier: autorite.pem}}", relay.port());
    site.write(
        "service.yaml",
        &format!(
            "expediteur: Anime ton CHU – équipe 🌻 <portail@exemple.fr>\n\
             adresse_de_secours: secours@exemple.fr\n\
             smtp: {smtp}\n"
        ),
    );
    Portal::start(site, &["--config", "service.yaml"])
}
