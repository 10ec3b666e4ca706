//! Somebody forgets something, reads what is wrong, mends it and sends again.

use journeys::{Portal, html};

use crate::posting::{received, reference, thanks};

#[test]
fn a_faulty_post_comes_back_filled_in_with_what_is_wrong_and_can_be_mended() {
    let portal = Portal::demonstration();
    let visitor = portal.visitor();
    let path = "/formulaires/post-it/";

    let faulty = visitor.send(
        "post-it",
        &[("espace", "geriatrie"), ("message", "  "), ("signature", "signe"), ("courriel", "prenom.nom@exemple")],
    );

    assert_eq!(faulty.status, 422);
    assert!(html::title(&faulty.body).starts_with("Erreur"), "{}", html::title(&faulty.body));
    let summary = faulty.body.split("role=\"alert\"").nth(1).and_then(|rest| rest.split("</ul>").next()).unwrap();
    let targets = ["#champ-message", "#champ-couleur", "#champ-nom", "#champ-courriel"];
    assert_eq!(html::links(summary), targets);
    for target in targets {
        let field = format!("id=\"{}\"", &target[1..]);
        assert!(faulty.body.contains(&field), "the summary leads to no field {target}");
        let message = format!("id=\"{}-erreur\"", &target[1..]);
        assert!(faulty.body.contains(&message), "nothing is said beside {target}");
    }
    // What was right stays, what was wrong stays to be mended.
    assert!(faulty.body.contains("<option value=\"geriatrie\" selected>"));
    assert!(faulty.body.contains("value=\"prenom.nom@exemple\""));
    assert_eq!(received(&visitor), 0);

    let mended = [
        ("espace", "geriatrie"),
        ("message", "Merci !"),
        ("couleur", "vert"),
        ("signature", "signe"),
        ("nom", "L’équipe de nuit"),
        ("courriel", "prenom.nom@exemple.fr"),
    ];
    reference(&thanks(&visitor, &visitor.send_from(&faulty, path, &mended)));
    assert_eq!(received(&visitor), 1);
}
