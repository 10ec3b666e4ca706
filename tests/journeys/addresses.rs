//! Who moderates is nobody's business but the service's.

use journeys::{MailServer, Portal};

use crate::mailing::DIRECTORY;
use crate::posting::POST_IT;
use crate::reading::sitemap;

#[test]
fn no_address_of_the_directory_is_in_a_file_or_an_answer() {
    let server = MailServer::start();
    let portal = Portal::mailing_through(server.port(), DIRECTORY);
    let visitor = portal.visitor();
    let addresses: Vec<_> = DIRECTORY.split(['[', ']', ',']).map(str::trim).filter(|word| word.contains('@')).collect();
    assert_eq!(addresses.len(), 6);
    let clean = |text: &str, place: &str| {
        for address in &addresses {
            assert!(!text.contains(address), "{address} stands in {place}");
        }
    };

    let sent = visitor.send_saying("post-it", POST_IT, &[("Origin", "https://portail.exemple.fr")]);
    let refused = visitor.send_saying("post-it", &[], &[("Origin", "https://portail.exemple.fr")]);
    server.wait_for(2);
    let mut answers = vec![(sent.location(), visitor.open(&sent.location())), ("a refusal".to_owned(), refused)];
    for path in
        sitemap(&visitor).into_iter().chain(["/sante", "/atom.xml", "/_courrier/", "/nulle-part/"].map(Into::into))
    {
        let answer = visitor.open(&path);
        answers.push((path, answer));
    }

    for (place, answer) in &answers {
        clean(&answer.body, place);
        clean(&format!("{:?}", answer.headers), place);
    }
    for (path, bytes) in portal.site.files("public") {
        clean(&String::from_utf8_lossy(&bytes), &path);
    }
    clean(&portal.said(), "the log");
}
