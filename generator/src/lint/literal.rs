//! Markdown that stayed literal: readers would see its signs.

use std::ops::Range;

use super::Prose;
use crate::markdown::{
    Report, between_quotes, is_local, is_telephone, local, looks_like_an_address, quoted, without_spaces,
};
use crate::slug::slugify;

/// Further apart than that, two signs do not belong together.
const REACH: usize = 300;

/// What was seen so far of one body.
#[derive(Default)]
pub(super) struct Literal {
    /// Up to where the text was read already.
    done: usize,
}

impl Literal {
    /// Reports a sign of Markdown that stands in prose.
    pub fn check(&mut self, body: &str, sign: &Range<usize>, piece: &Prose, report: &Report) {
        if sign.start < self.done || is_escaped(body, sign.start) {
            return;
        }
        match &body[sign.clone()] {
            "**" => self.stars(body, sign, piece, report),
            "](" => self.lost_link(body, sign, piece, report),
            "<!--" => report.error(
                sign.clone(),
                "html-commentaire",
                "ce commentaire n’est pas fermé dans son paragraphe",
                "fermez-le avec « --> » avant la ligne vide, ou mettez-le seul sur ses lignes",
            ),
            "##" => lost_title(body, sign, report),
            ")[" => self.reversed_link(body, sign, piece, report),
            "http://" | "https://" => self.bare_address(body, sign, piece, report),
            marker => lost_marker(body, marker, sign, report),
        }
    }

    /// `**` that made nothing bold. Those of « 2**3 » and of a note « ** hors taxes » are text.
    fn stars(&mut self, body: &str, sign: &Range<usize>, piece: &Prose, report: &Report) {
        let start = sign.start - body[..sign.start].bytes().rev().take(4).take_while(|byte| *byte == b'*').count();
        let length = body[start..].bytes().take_while(|byte| *byte == b'*').count();
        self.done = start + length;
        if length > 3 {
            return;
        }
        let rest = &body[start + length..piece.range.end.max(start + length)];
        let before = body[..start].chars().next_back();
        let after = body[start + length..].chars().next();
        let partner = rest[..rest.floor_char_boundary(REACH)].find("**").filter(|at| !rest[..*at].contains("\n\n"));
        let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let range = match partner {
            Some(at) => start..start + length + at + rest[at..].bytes().take_while(|byte| *byte == b'*').count(),
            None if !is_space(after) && (is_space(before) || before.is_some_and(|c| !c.is_alphanumeric())) => {
                start..start + length
            }
            None => return,
        };
        self.done = range.end;
        // A sign within the stars and a letter without: such stars open or close nothing.
        let is_tight = partner.is_some_and(|at| rest[..at].trim() == &rest[..at]);
        let help = if is_tight {
            "laissez une espace entre les étoiles et le mot qui les touche au-dehors, ou sortez du gras le signe qui \
             les touche au-dedans"
        } else {
            "écrivez **gras** sans espace à l’intérieur des étoiles, ou « \\*\\* » pour les montrer"
        };
        let message = "ces étoiles ne mettent rien en gras : elles seront lues telles quelles";
        report.warning(range, "markdown-litteral", message, help);
    }

    /// `[texte](adresse)` that the parser did not take for a link.
    fn lost_link(&mut self, body: &str, sign: &Range<usize>, piece: &Prose, report: &Report) {
        let floor = body.ceil_char_boundary(piece.range.start.max(sign.start.saturating_sub(REACH)));
        let start = body[floor..sign.start].rfind('[').map_or(sign.start, |at| floor + at);
        let rest = &body[sign.end..];
        let rest = &rest[..rest.floor_char_boundary(REACH)];
        let line = rest.find('\n').unwrap_or(rest.len());
        let close = rest[..line].find(')');
        let end = sign.end + close.map_or(0, |at| at + 1);
        self.done = end;
        let target = close.map(|at| rest[..at].trim());
        if let Some(target) = target.filter(|target| is_local(target)) {
            let (message, help) = local(target);
            report.error(start..end, "lien-interdit", message, help);
            return;
        }
        let help = match target {
            Some(target) if target.contains(char::is_whitespace) && target.starts_with("tel:") => {
                let number: String = target.chars().filter(|c| !c.is_whitespace()).collect();
                format!("écrivez le numéro sans espace : ({})", quoted(&number))
            }
            Some(target) if is_telephone(target) => {
                format!("écrivez le numéro sans espace, après « tel: » : (tel:{})", without_spaces(target))
            }
            Some(target) if target.starts_with("mailto:") => {
                let address: String = target.chars().filter(|c| !c.is_whitespace()).collect();
                format!("écrivez l’adresse sans espace : ({})", quoted(&address))
            }
            Some(target) if between_quotes(target).is_some() => {
                let bare = between_quotes(target).unwrap_or_default();
                format!("écrivez l’adresse sans guillemets : ({})", quoted(bare))
            }
            Some(target) if anchor_with_space(target).is_some() => {
                format!("écrivez l’ancre sans espace : ({})", quoted(&anchor_with_space(target).unwrap_or_default()))
            }
            Some(target) if size_after(target).is_some() => {
                let path = size_after(target).unwrap_or_default();
                format!("écrivez ({}) : la taille d’une image vient du portail", quoted(path))
            }
            Some(target) if target.contains(char::is_whitespace) && !target.contains('"') => {
                format!("l’adresse contient une espace : écrivez-la entre chevrons, (<{}>)", quoted(target))
            }
            Some(_) => "écrivez [texte](adresse), sans espace ni guillemet perdu dans l’adresse".to_owned(),
            None => "fermez la parenthèse : [texte](adresse)".to_owned(),
        };
        report.warning(
            start..end,
            "markdown-litteral",
            "ce lien n’en est pas un : ses crochets et son adresse seront lus tels quels",
            help,
        );
    }

    /// `(adresse)[texte]`, the two the wrong way round.
    fn reversed_link(&mut self, body: &str, sign: &Range<usize>, piece: &Prose, report: &Report) {
        let floor = body.ceil_char_boundary(piece.range.start.max(sign.start.saturating_sub(REACH)));
        let Some(start) = body[floor..sign.start].rfind('(').map(|at| floor + at) else { return };
        let target = &body[start + 1..sign.start];
        let rest = &body[sign.end..];
        let rest = &rest[..rest.floor_char_boundary(REACH)];
        let Some(close) = rest.find([']', '\n']).filter(|at| rest[*at..].starts_with(']')) else { return };
        let (words, address) = match (looks_like_an_address(target), looks_like_an_address(&rest[..close])) {
            (true, _) => (&rest[..close], target),
            (false, true) => (target, &rest[..close]),
            (false, false) => return,
        };
        self.done = sign.end + close + 1;
        let mark = if body[..start].ends_with('!') { "!" } else { "" };
        report.warning(
            start - mark.len()..self.done,
            "markdown-litteral",
            "ce lien n’en est pas un : ses parenthèses et ses crochets sont échangés",
            format!("écrivez {mark}[{}]({})", quoted(words), quoted(address)),
        );
    }

    /// An address in the middle of a sentence: here it is text, where a forge makes a link of it.
    fn bare_address(&mut self, body: &str, sign: &Range<usize>, piece: &Prose, report: &Report) {
        let rest = &body[sign.end..piece.range.end.max(sign.end)];
        let rest = &rest[..rest.floor_char_boundary(REACH)];
        let end = rest.find(|c: char| c.is_whitespace() || "<>\"«»“”[]".contains(c)).unwrap_or(rest.len());
        let has_bracket = rest[..end].contains('(');
        let ends = |c: char| ".,;:!?…*_'’".contains(c) || (c == ')' && !has_bracket);
        let address = rest[..end].trim_end_matches(ends);
        self.done = sign.end + address.len();
        let joined = body[..sign.start].ends_with(|c: char| c.is_alphanumeric() || "/=[".contains(c));
        if piece.in_link || joined || !address.starts_with(char::is_alphanumeric) || !address.contains('.') {
            return;
        }
        let range = sign.start..self.done;
        let shown = quoted(&body[range.clone()]);
        report.warning(
            range,
            "adresse-sans-lien",
            "cette adresse ne sera pas un lien",
            format!("écrivez [le nom de la page]({shown}), ou `{shown}` pour montrer l’adresse elle-même"),
        );
    }
}

/// `##Titre`: without its space, the line is a paragraph.
/// The address whose anchor was written with spaces, as the title that it is made of.
fn anchor_with_space(target: &str) -> Option<String> {
    let (path, anchor) = target.split_once('#')?;
    let path = path.trim_end();
    let is_apart = target.contains(char::is_whitespace) && !path.contains(char::is_whitespace);
    is_apart.then(|| format!("{path}#{}", slugify(anchor)))
}

/// The address before the size of an image: `photo.png =200x100`.
fn size_after(target: &str) -> Option<&str> {
    let (path, size) = target.rsplit_once(" =")?;
    (!size.is_empty() && size.bytes().all(|byte| byte.is_ascii_digit() || byte == b'x')).then(|| path.trim_end())
}

fn lost_title(body: &str, sign: &Range<usize>, report: &Report) {
    let length = body[sign.start..].bytes().take(8).take_while(|byte| *byte == b'#').count();
    if !starts_line(body, sign.start) || length > 6 {
        return;
    }
    let rest = &body[sign.start + length..];
    let words = rest[..rest.find('\n').unwrap_or(rest.len())].trim();
    if words.starts_with(char::is_alphanumeric) || rest.starts_with('\u{a0}') {
        report.warning(
            sign.start..sign.start + length + rest.find('\n').unwrap_or(rest.len()),
            "markdown-litteral",
            "cette ligne n’est pas un titre : ses « # » seront lus tels quels",
            format!("mettez une espace ordinaire après eux : {} {}", "#".repeat(length), quoted(words)),
        );
    }
}

/// `#`, `-` or `*` with a no-break space: a slip of the keyboard on some computers.
fn lost_marker(body: &str, marker: &str, sign: &Range<usize>, report: &Report) {
    if !starts_line(body, sign.start) {
        return;
    }
    let what = if marker.starts_with('#') { "un titre" } else { "un élément de liste" };
    report.warning(
        sign.clone(),
        "markdown-litteral",
        format!("cette ligne n’est pas {what} : une espace insécable suit le signe"),
        format!("remplacez-la par une espace ordinaire : « {} texte »", &marker[..1]),
    );
}

/// Whether only spaces and the signs of quotes stand before `at` on its line.
fn starts_line(body: &str, at: usize) -> bool {
    let before = body[..at].bytes().rev().take(REACH).take_while(|byte| *byte != b'\n');
    before.into_iter().all(|byte| matches!(byte, b' ' | b'\t' | b'>'))
}

fn is_escaped(body: &str, at: usize) -> bool {
    body[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}
