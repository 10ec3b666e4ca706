//! What no page of the portal sends is refused in French, and leaves nothing behind.

use journeys::{Answer, Portal, Visitor, html, visitor};

use crate::posting::{POST_IT, received};

const PATH: &str = "/formulaires/post-it/";
const LIMIT: usize = 64 * 1024;

#[test]
fn a_post_written_on_another_site_is_refused() {
    refused(403, |visitor| {
        let foreign = [("Origin", "https://ailleurs.exemple.fr")];
        visitor.post_saying(PATH, filled_in(visitor, &[]).as_bytes(), &foreign)
    });
    refused(403, |visitor| {
        let foreign = [("Sec-Fetch-Site", "cross-site")];
        visitor.post_saying(PATH, filled_in(visitor, &[]).as_bytes(), &foreign)
    });
}

#[test]
fn a_post_of_more_than_64_kib_is_refused_and_one_of_64_kib_is_read() {
    refused(413, |visitor| visitor.post_saying(PATH, of_length(visitor, LIMIT + 1).as_bytes(), OURS));

    // Read, judged too long for a post-it, and given back: 422 is not a refusal to read.
    let portal = Portal::demonstration();
    let visitor = portal.visitor();
    assert_eq!(visitor.post_saying(PATH, of_length(&visitor, LIMIT).as_bytes(), OURS).status, 422);
}

#[test]
fn a_form_that_does_not_exist_is_not_found() {
    refused(404, |visitor| visitor.post_saying("/formulaires/inconnu/", b"message=Merci", OURS));
    refused(404, |visitor| visitor.open("/formulaires/inconnu/"));
}

#[test]
fn an_answer_to_a_question_that_was_not_asked_is_refused() {
    refused(400, |visitor| visitor.post_saying(PATH, filled_in(visitor, &[("role", "moderateur")]).as_bytes(), OURS));
}

#[test]
fn a_post_that_is_no_form_is_refused() {
    refused(415, |visitor| visitor.post(PATH, b"{}", &[("Content-Type", "application/json"), OURS[0]]));
    refused(400, |visitor| visitor.post_saying(PATH, b"message=%FF%FE", OURS));
}

/// The browser vouches that the page is ours.
const OURS: &[(&str, &str)] = &[("Sec-Fetch-Site", "same-origin")];

/// Checks that what `send` sends gets a French page of that status, and that nothing was stored.
fn refused(status: u16, send: impl Fn(&Visitor) -> Answer) {
    let portal = Portal::demonstration();
    let visitor = portal.visitor();

    let answer = send(&visitor);

    assert_eq!(answer.status, status, "{}", html::text(&answer.body));
    assert!(answer.body.contains("lang=\"fr\""), "no French page: {}", answer.body);
    let heading = html::heading(&answer.body).expect("the page says what happened");
    assert!(!heading.is_empty() && html::title(&answer.body).contains(&heading), "{}", html::title(&answer.body));
    assert_eq!(received(&visitor), 0);
    let mailbox = html::text(&visitor.open("/_courrier/").body);
    assert!(mailbox.contains("Aucun courriel"), "{mailbox}");
}

/// A good post from a fresh form, with more fields if wanted, as it travels.
fn filled_in(visitor: &Visitor, more: &[(&str, &str)]) -> String {
    visitor::encode(&visitor.open(PATH), &[POST_IT, more].concat())
}

/// A post of exactly that many bytes: the last field, the address, is drawn out.
fn of_length(visitor: &Visitor, length: usize) -> String {
    let post = filled_in(visitor, &[]);
    let missing = length - post.len();
    post + &"a".repeat(missing)
}
