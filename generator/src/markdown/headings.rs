//! Headings: their anchors, their order.

use std::collections::HashMap;
use std::ops::Range;

use super::escape::escape_attribute;
use super::report::{Report, quoted};
use crate::slug::slugify;

/// Reports a paragraph of which the dashes of a rule below make a heading.
pub(super) fn check_underlined(body: &str, range: &Range<usize>, report: &Report) {
    const LONGEST: usize = 120;
    let text = body[range.clone()].trim();
    let Some((words, rule)) = text.rsplit_once('\n').filter(|_| !text.starts_with('#')) else { return };
    let words = words.trim_end();
    let is_text = words.contains('\n') || words.ends_with(['.', ';', ',', '…']) || words.chars().count() > LONGEST;
    if is_text && rule.trim_start_matches(['>', ' ']).starts_with('-') {
        report.warning(
            range.start..range.start + words.lines().next().unwrap_or_default().len(),
            "titre-par-tirets",
            "les tirets du dessous font un titre de tout ce paragraphe",
            "laissez une ligne vide avant les tirets",
        );
    }
}

/// Reports a paragraph that begins with `#Titre`, without the space that makes a title of it; `#mot`
/// and `#DeuxMots` are words that one looks for elsewhere, `#3` is a number.
pub(super) fn check_lost(body: &str, paragraph: &Range<usize>, report: &Report) {
    let Some(rest) = body[paragraph.clone()].strip_prefix('#') else { return };
    let line = rest.lines().next().unwrap_or_default().trim_end();
    let mut letters = line.chars();
    let is_word = letters.next().is_some_and(char::is_uppercase)
        && letters.take_while(|c| !c.is_whitespace()).all(|c| !c.is_uppercase() && !c.is_ascii_digit());
    let is_last = body[paragraph.end..].trim().is_empty();
    let is_sentence = line.ends_with(['.', ',', ';', '…']);
    if is_word && !is_last && !is_sentence && !line.contains('#') {
        report.warning(
            paragraph.start..paragraph.start + 1 + line.len(),
            "markdown-litteral",
            "cette ligne n’est pas un titre : son « # » sera lu tel quel",
            format!("mettez une espace après, et deux signes sous le titre de la page : ## {}", quoted(line)),
        );
    }
}

/// Gives each heading an anchor of its own.
#[derive(Default)]
pub(super) struct Anchors {
    taken: HashMap<String, Taken>,
}

/// An anchor that no other heading may have.
struct Taken {
    /// The last number tried after it.
    tried: usize,
    /// Whether a heading has it as the author wrote it.
    explicit: bool,
}

impl Taken {
    const FREE: Self = Self { tried: 1, explicit: false };
}

impl Anchors {
    /// Sets aside the anchors that the author wrote (`{#id}`), wherever they stand, so that a
    /// heading before them does not take one.
    pub fn reserving(body: &str) -> Self {
        let mut anchors = Self::default();
        let bytes = body.as_bytes();
        for at in memchr::memchr_iter(b'{', bytes).filter(|at| bytes.get(at + 1) == Some(&b'#')) {
            let rest = &body[at + 2..];
            let end = rest.bytes().take(MAX_ANCHOR).position(|byte| matches!(byte, b'}' | b' ' | b'\n'));
            if let Some(end) = end.filter(|end| *end > 0) {
                anchors.taken.insert(rest[..end].to_owned(), Taken::FREE);
            }
        }
        anchors
    }

    /// The anchor of a heading: its words as an address, numbered when they are taken.
    pub fn of_text(&mut self, text: &str) -> String {
        let mut slug = slugify(text);
        if slug.is_empty() {
            slug.push_str("section");
        }
        let Some(taken) = self.taken.get(&slug) else {
            self.taken.insert(slug.clone(), Taken::FREE);
            return slug;
        };
        let mut number = taken.tried;
        let id = loop {
            number += 1;
            let id = format!("{slug}-{number}");
            if !self.taken.contains_key(&id) {
                break id;
            }
        };
        self.taken.entry(slug).and_modify(|taken| taken.tried = number);
        self.taken.insert(id.clone(), Taken::FREE);
        id
    }

    /// The anchor that the author wrote, if it can serve and is not used twice.
    pub fn explicit(&mut self, id: &str, range: &Range<usize>, report: &Report) -> Option<String> {
        let slug = slugify(id);
        if slug != id {
            let help = if slug.is_empty() {
                "écrivez des lettres sans accent, des chiffres et des traits d’union".to_owned()
            } else {
                format!("écrivez {{#{slug}}}")
            };
            report.error(range.clone(), "ancre", format!("« {} » ne peut pas servir d’ancre", quoted(id)), help);
            return None;
        }
        let taken = self.taken.entry(slug).or_insert(Taken::FREE);
        if std::mem::replace(&mut taken.explicit, true) {
            report.error(
                range.clone(),
                "ancre-en-double",
                format!("l’ancre « {id} » est déjà celle d’un autre titre"),
                "donnez à chacun la sienne, ou retirez-en une : elle sera tirée du titre",
            );
            return None;
        }
        Some(id.to_owned())
    }
}

/// Longer ones are no anchors.
const MAX_ANCHOR: usize = 200;

/// The anchor that was meant by the braces at the end of a heading: « {#Mon ancre} ».
pub(super) fn meant_anchor(heading: &str) -> String {
    let inside = heading.rsplit_once("{#").and_then(|(_, rest)| rest.split_once('}'));
    inside.map(|(inside, _)| slugify(inside)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| "mon-ancre".to_owned())
}

/// Checks that a heading follows the one before it, and gives the level it will have.
pub(super) fn checked_level(level: u8, before: u8, range: &Range<usize>, report: &Report) -> u8 {
    if level == 1 {
        report.warning(
            range.clone(),
            "titre-niveau-1",
            "ce titre est de niveau 1, comme celui de la page : il sera affiché au niveau 2",
            "écrivez ce titre avec « ## », ou retirez-le s’il répète le titre de la page",
        );
        return 2;
    }
    if level > before + 1 {
        let signs = "#".repeat(usize::from(before) + 1);
        report.warning(
            range.clone(),
            "titre-saut",
            format!("ce titre de niveau {level} saute un niveau"),
            format!("écrivez-le avec « {signs} » : qui écoute la page croirait qu’il manque un titre"),
        );
    }
    level
}

/// Whether a heading has no text at all.
pub(super) fn is_blank(heading: &str) -> bool {
    heading.bytes().all(|byte| byte == b'#' || byte.is_ascii_whitespace())
}

/// Writes the start of a heading.
pub(super) fn write_start(level: u8, id: &str, out: &mut String) {
    out.push_str("<h");
    out.push(char::from(b'0' + level));
    out.push_str(" id=\"");
    escape_attribute(id, out);
    out.push_str("\">");
}

/// Writes the end of a heading.
pub(super) fn write_end(level: u8, out: &mut String) {
    out.push_str("</h");
    out.push(char::from(b'0' + level));
    out.push_str(">\n");
}
