//! What an editor is warned of in a text that a parser finds nothing wrong with.
//!
//! Each check looks for the few bytes that give its fault away, over the whole text at once
//! ([`signs`]), and only then reads around them. Code, addresses and attributes are no
//! [`Prose`] and are left alone. What is found depends on the text and on nothing else.

mod any_of;
pub(crate) mod conflict;
mod identity;
pub mod left_in;
mod literal;
pub(crate) mod shape;
pub(crate) mod signs;
mod unseen;

use std::ops::Range;

pub(crate) use self::identity::check_mail;

use self::signs::Sign;
use crate::markdown::{Report, quoted};

/// A piece of a body that readers see as words.
#[derive(Clone, Debug)]
pub(crate) struct Prose {
    /// Bytes of the body.
    pub range: Range<usize>,
    /// Whether it is the text of a link.
    pub in_link: bool,
}

/// Reports what is suspicious in the prose of a body; `prose` is in the order of the body.
pub(crate) fn check(body: &str, signs: &[Sign], prose: &[Prose], report: &Report) {
    let mut literal = literal::Literal::default();
    let mut unseen = unseen::Unseen::default();
    for (sign, piece) in within(signs.iter(), |sign| sign.range.start, prose) {
        if report.is_full() {
            return;
        }
        match sign.kind {
            signs::Kind::Markup => literal.check(body, &sign.range, piece, report),
            signs::Kind::Unseen => unseen.check(body, &sign.range, report),
            signs::Kind::Garbled => unseen.check_garbled(body, &sign.range, report),
            signs::Kind::Conflict => {}
        }
    }
    unseen.finish(report);
    for (range, _) in within(left_in::find(body), |range| range.start, prose).take_while(|_| !report.is_full()) {
        let text = quoted(&body[range.clone()]);
        report.warning(
            range,
            "texte-a-completer",
            format!("« {text} » attend encore son texte"),
            "complétez ce passage, ou retirez-le : il serait publié tel quel",
        );
    }
    identity::check(body, prose, report);
}

/// The signs of a head that are worth a look in its values, with their places in the file.
pub(crate) fn unseen_in(file: &str, head: Range<usize>) -> Vec<Sign> {
    let mut signs = signs::of(file.get(head.clone()).unwrap_or_default());
    signs.retain(|sign| matches!(sign.kind, signs::Kind::Unseen | signs::Kind::Garbled));
    for sign in &mut signs {
        sign.range = head.start + sign.range.start..head.start + sign.range.end;
    }
    signs
}

/// Reports what is suspicious in a value of a head, which stands at the bytes `range` of a file;
/// `signs` are those of the [whole head](unseen_in).
pub(crate) fn check_value(file: &str, range: Range<usize>, signs: &[Sign], report: &Report) {
    let mut unseen = unseen::Unseen::default();
    for sign in signs.iter().filter(|sign| range.contains(&sign.range.start)) {
        match sign.kind {
            signs::Kind::Unseen => unseen.check(file, &sign.range, report),
            signs::Kind::Garbled => unseen.check_garbled(file, &sign.range, report),
            signs::Kind::Markup | signs::Kind::Conflict => {}
        }
    }
    unseen.finish(report);
    if file.get(range.clone()).is_some() {
        identity::check(file, &[Prose { range, in_link: false }], report);
    }
}

/// What stands in prose, with its piece. Both come in the order of the body.
fn within<T>(
    found: impl Iterator<Item = T>,
    start: impl Fn(&T) -> usize,
    prose: &[Prose],
) -> impl Iterator<Item = (T, &Prose)> {
    let mut rest = prose;
    found.filter_map(move |one| {
        let at = start(&one);
        while rest.first().is_some_and(|piece| piece.range.end <= at) {
            rest = &rest[1..];
        }
        rest.first().filter(|piece| piece.range.start <= at).map(|piece| (one, piece))
    })
}
