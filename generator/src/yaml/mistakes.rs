//! The mistakes that hands make in a line of YAML, and what to write instead.
//!
//! Recognised from the line alone, best guess first; whether one is the mistake indeed,
//! [`mend`](super::mend) finds out. All ranges are bytes of the text, not of the file.

use std::ops::Range;

use super::{NO_BREAK, Value};
use crate::diagnostic::nearest;

/// A mistake in a line, and the same line without it.
pub(super) struct Mistake {
    /// What is shown.
    pub place: Range<usize>,
    pub code: &'static str,
    pub message: String,
    pub help: String,
    /// What is written over the text, each of the same length as what it replaces.
    over: Vec<(Range<usize>, String)>,
    /// The value that was meant, when what is written over it is not.
    pub meant: Option<(Range<usize>, Value)>,
    /// Whether something is opened and never closed: the parser then complains anywhere below.
    pub open_ended: bool,
    /// The key that was meant, and how many bytes its line is moved to the left by; to the right, below zero.
    pub moved: Option<(String, isize)>,
}

impl Mistake {
    /// The text without this mistake.
    pub fn written_over(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (range, over) in &self.over {
            debug_assert_eq!(range.len(), over.len(), "what is written over must keep every place");
            text.replace_range(range.clone(), over);
        }
        text
    }
}

/// The lines of a text from the one that holds `at` up to the first, without their ends.
pub(super) fn lines_up_from(text: &str, at: usize) -> Vec<Range<usize>> {
    /// Further up nothing is looked for.
    const LINES: usize = 400;
    let mut lines = Vec::new();
    let mut end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    while lines.len() < LINES {
        let start = text[..end].rfind('\n').map_or(0, |before| before + 1);
        if !text[start..end].trim().is_empty() {
            lines.push(start..start + text[start..end].trim_end_matches('\r').len());
        }
        if start == 0 {
            break;
        }
        end = start - 1;
    }
    lines
}

/// The line after the one that holds `at`, without its end.
pub(super) fn line_below(text: &str, at: usize) -> Option<Range<usize>> {
    let start = at + text[at..].find('\n')? + 1;
    let line = text[start..].lines().next()?;
    Some(start..start + line.len())
}

/// What may be wrong with a line, likeliest first.
pub(super) fn of(text: &str, line: Range<usize>) -> Vec<Mistake> {
    if let Some(found) = text_without_indent(text, &line) {
        return vec![found];
    }
    if let Some(found) = indentation(text, &line) {
        return vec![found];
    }
    if let Some(found) = bold_key(text, &line) {
        return vec![found];
    }
    let Some(parts) = Parts::of(text, &line) else {
        if let Some(found) = Parts::of_item(text, &line).and_then(|parts| value(text, &parts)) {
            return vec![found];
        }
        return without_colon(text, &line).into_iter().collect();
    };
    let indent = [too_far_right(text, &line, &parts), too_far_left(text, &line, &parts)];
    let found = [colon(text, &parts), value(text, &parts), second_colon(text, &parts)];
    found.into_iter().chain(indent).flatten().collect()
}

/// A key with its value, as YAML wants it when the value could be misread: cut short when long.
pub(crate) fn quoted(key: &str, value: &str) -> String {
    const SHOWN: usize = 80;
    let inner = french_quotes(value).replace('\\', "\\\\");
    let dots = if inner.chars().count() > SHOWN { "…" } else { "" };
    let inner: String = inner.chars().take(SHOWN).collect();
    let key = key.trim();
    if key.is_empty() { format!("\"{inner}{dots}\"") } else { format!("{key}: \"{inner}{dots}\"") }
}

/// A text whose straight quotation marks became French ones, by pairs.
fn french_quotes(text: &str) -> String {
    let mut open = false;
    let mut french = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '"' {
            open = !open;
            french.push_str(if open { "«\u{a0}" } else { "\u{a0}»" });
        } else {
            french.push(c);
        }
    }
    french
}

/// Signs that look like a colon.
const LIKE_COLONS: [char; 4] = ['：', '﹕', '∶', '꞉'];

/// A line cut at its first colon, or at what looks like one.
struct Parts {
    key: Range<usize>,
    colon: Range<usize>,
    gap: Range<usize>,
    value: Range<usize>,
}

impl Parts {
    fn of(text: &str, line: &Range<usize>) -> Option<Self> {
        const LONGEST_KEY: usize = 60;
        let written = &text[line.clone()];
        let mut start = line.start + (written.len() - written.trim_start().len());
        while text[start..line.end].starts_with("- ") {
            start += 2;
            start += text[start..line.end].len() - text[start..line.end].trim_start().len();
        }
        let rest = &text[start..line.end];
        let at = rest.find(|c: char| c == ':' || LIKE_COLONS.contains(&c))?;
        let key = rest[..at].trim_end();
        let is_word =
            |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '\'' | '’' | ' ') || NO_BREAK.contains(&c);
        if key.is_empty()
            || key.len() > LONGEST_KEY
            || !key.chars().all(is_word)
            || !key.starts_with(char::is_alphabetic)
        {
            return None;
        }
        let colon = start + at..start + at + rest[at..].chars().next().map_or(1, char::len_utf8);
        let after = &text[colon.end..line.end];
        let gap = colon.end..colon.end + (after.len() - after.trim_start().len());
        let value = gap.end..gap.end + text[gap.end..line.end].trim_end().len();
        Some(Self { key: start..start + key.len(), colon, gap, value })
    }

    /// An item of a list that has a value and no key.
    fn of_item(text: &str, line: &Range<usize>) -> Option<Self> {
        let written = &text[line.clone()];
        let start = line.start + (written.len() - written.trim_start().len());
        let item = text[start..line.end].strip_prefix("- ")?.trim_start();
        let at = line.end - item.len();
        (!item.is_empty()).then(|| Self {
            key: at..at,
            colon: at..at,
            gap: at..at,
            value: at..at + item.trim_end().len(),
        })
    }

    /// The line as it should be, with its value between quotation marks.
    fn quoted(&self, text: &str, value: &str) -> String {
        quoted(text[self.key.clone()].trim_matches(NO_BREAK), value)
    }

    /// The line as it should be.
    fn plain(&self, text: &str) -> String {
        const SHOWN: usize = 80;
        let value: String = text[self.value.clone()].chars().take(SHOWN).collect();
        format!("{}: {value}", text[self.key.clone()].trim_matches(NO_BREAK))
    }

    /// A mistake in the value: something harmless is written over it.
    fn in_value(
        &self,
        place: Range<usize>,
        code: &'static str,
        message: String,
        help: String,
        meant: Value,
    ) -> Mistake {
        let over = vec![(self.value.clone(), "x".repeat(self.value.len()))];
        Mistake {
            place,
            code,
            message,
            help,
            over,
            meant: Some((self.value.clone(), meant)),
            open_ended: false,
            moved: None,
        }
    }
}

/// Tabs and no-break spaces before the first word of a line: YAML only counts plain spaces.
fn indentation(text: &str, line: &Range<usize>) -> Option<Mistake> {
    let lead = |line: &str| line.len() - line.trim_start().len();
    let own = &text[line.start..line.start + lead(&text[line.clone()])];
    let at = own.find(|c: char| c != ' ')?;
    let sign = own[at..].chars().next()?;
    let (code, message) = if sign == '\t' {
        ("yaml-tabulation", "une tabulation commence cette ligne")
    } else {
        ("yaml-espace-insecable", "une espace insécable commence cette ligne")
    };
    let place = line.start + at..line.start + at + sign.len_utf8();
    // Before a key that belongs as far left as the one above, it is all that is wrong.
    if let Some(moved) = Parts::of(text, line).and_then(|parts| too_far_right(text, line, &parts)) {
        return Some(Mistake { place, code, message: message.to_owned(), ..moved });
    }
    // Whoever pressed the key once did so on every line: all are mended, one is told.
    let mut over = Vec::new();
    let mut start = 0;
    for each in text.split_inclusive('\n') {
        let blank = lead(each.trim_end());
        over.push((start..start + blank, " ".repeat(blank)));
        start += each.len();
    }
    let help = "remplacez-la par deux espaces ordinaires, ici et aux autres lignes".to_owned();
    Some(Mistake { place, code, message: message.to_owned(), help, over, meant: None, open_ended: false, moved: None })
}

/// A key in bold, as a word processor or a chat copies it: `**titre :** Les enjeux`.
fn bold_key(text: &str, line: &Range<usize>) -> Option<Mistake> {
    let written = &text[line.clone()];
    let (key, value) = written.strip_prefix("**")?.split_once(':')?;
    let key = key.trim_end_matches(['*', ' ', '\u{a0}']);
    let value = value.trim_start_matches(['*', ' ', '\u{a0}']).trim_end();
    if key.is_empty() || value.is_empty() || !key.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let at = line.end - (written.len() - written.trim_end().len()) - value.len();
    let over = format!("{key}: x");
    let over = format!("{over}{}", " ".repeat(line.len() - over.len()));
    Some(Mistake {
        place: line.start..line.start + 2,
        code: "yaml-signe",
        message: "un en-tête ne prend pas de mise en forme".to_owned(),
        help: format!("écrivez « {key}: {value} »"),
        over: vec![(line.clone(), over)],
        meant: Some((at..at + value.len(), Value::Scalar(value.to_owned()))),
        open_ended: false,
        moved: None,
    })
}

/// What stands where a colon and a space should.
fn colon(text: &str, parts: &Parts) -> Option<Mistake> {
    let help = format!("écrivez « {} »", parts.plain(text));
    let mistake = |place: Range<usize>, code, message: &str, over, meant| {
        let (message, help) = (message.to_owned(), help.clone());
        Some(Mistake { place, code, message, help, over, meant, open_ended: false, moved: None })
    };
    if parts.colon.len() > 1 {
        let over = vec![(parts.colon.clone(), format!(":{}", " ".repeat(parts.colon.len() - 1)))];
        let message = "ce signe ressemble à un deux-points et n’en est pas un";
        return mistake(parts.colon.clone(), "yaml-deux-points", message, over, None);
    }
    let value = &text[parts.value.clone()];
    if text[parts.gap.clone()].starts_with(NO_BREAK) {
        let over = vec![(parts.gap.clone(), " ".repeat(parts.gap.len()))];
        let end = text.ceil_char_boundary(parts.gap.start + 1);
        let message = "l’espace qui suit les deux-points est insécable, et YAML ne la voit pas";
        return mistake(parts.gap.start..end, "yaml-espace-insecable", message, over, None);
    }
    if parts.gap.is_empty() && !value.is_empty() && !value.starts_with("//") {
        let over = vec![(parts.value.clone(), format!(" {}", "x".repeat(value.len() - 1)))];
        let meant = Some((parts.value.clone(), Value::Scalar(value.trim_matches(['"', '\'']).to_owned())));
        let message = "il manque une espace après les deux-points";
        return mistake(parts.colon.clone(), "yaml-espace", message, over, meant);
    }
    None
}

/// A value that begins with a sign which means something else to YAML.
fn value(text: &str, parts: &Parts) -> Option<Mistake> {
    let value = &text[parts.value.clone()];
    let first = value.chars().next()?;
    match first {
        '"' | '\'' => quotes(text, parts, first),
        '[' | '{' => brackets(text, parts, first),
        '*' | '&' | '!' | '@' | '%' | '`' | ',' | ']' | '}' => Some(sign(text, parts)),
        '|' | '>' if value[1..].contains(char::is_alphabetic) => Some(sign(text, parts)),
        '-' | '?' if value[1..].starts_with(' ') => Some(sign(text, parts)),
        _ => None,
    }
}

fn sign(text: &str, parts: &Parts) -> Mistake {
    let value = &text[parts.value.clone()];
    let first = value.chars().next().unwrap_or_default();
    let help = match without_stars(value) {
        Some(words) => format!("écrivez {} (un en-tête ne prend pas de mise en forme)", parts.quoted(text, words)),
        None => format!("écrivez {}", parts.quoted(text, value)),
    };
    parts.in_value(
        parts.value.start..parts.value.start + first.len_utf8(),
        "yaml-signe",
        format!("une valeur ne commence par « {first} » qu’entre guillemets"),
        help,
        Value::Scalar(value.to_owned()),
    )
}

/// The words of a value that is wholly in bold or in italics.
fn without_stars(value: &str) -> Option<&str> {
    let stars = value.bytes().take_while(|byte| *byte == b'*').count();
    let words = value.get(stars..)?.strip_suffix(&value[..stars])?;
    ((1..=3).contains(&stars) && !words.trim().is_empty() && !words.contains('*')).then_some(words)
}

fn quotes(text: &str, parts: &Parts, mark: char) -> Option<Mistake> {
    let value = &text[parts.value.clone()];
    let inner = &value[1..];
    let marks: Vec<usize> = inner
        .match_indices(mark)
        .map(|(at, _)| at)
        .filter(|at| mark == '\'' || !inner[..*at].ends_with('\\'))
        .collect();
    let Some(last) = marks.last() else {
        let meant = Value::Scalar(inner.to_owned());
        let message = "les guillemets ouverts ici ne sont pas refermés".to_owned();
        let help = format!("ajoutez « {mark} » à la fin de la valeur");
        let found = parts.in_value(parts.value.clone(), "yaml-guillemets", message, help, meant);
        return Some(Mistake { open_ended: true, ..found });
    };
    let closed_at_the_end = last + 1 == inner.len();
    if closed_at_the_end && marks.len() == 1 {
        return backslash(text, parts, mark);
    }
    if let ([closing], ending @ ("," | ";" | ".")) = (marks.as_slice(), inner[last + 1..].trim()) {
        let at = parts.value.end - ending.len();
        let message = format!("« {ending} » suit le guillemet qui referme la valeur");
        let words = &inner[..*closing];
        let help = format!("retirez ce signe : {}", parts.quoted(text, words));
        return Some(parts.in_value(
            at..parts.value.end,
            "yaml-guillemets",
            message,
            help,
            Value::Scalar(words.to_owned()),
        ));
    }
    let words = if closed_at_the_end { &inner[..*last] } else { value };
    // Where YAML takes the value to be over.
    let at = parts.value.start + 1 + marks[0];
    let message = match (mark, closed_at_the_end) {
        ('\'', true) => "cette apostrophe referme le guillemet simple du début".to_owned(),
        (_, true) => "ce guillemet referme celui du début, et la valeur continue".to_owned(),
        (_, false) => "la valeur continue après ce guillemet, qui la referme".to_owned(),
    };
    Some(parts.in_value(
        at..at + 1,
        "yaml-guillemets",
        message,
        format!("écrivez {}", parts.quoted(text, words)),
        Value::Scalar(words.to_owned()),
    ))
}

/// A backslash between straight quotation marks, where it announces a sign of its own.
fn backslash(text: &str, parts: &Parts, mark: char) -> Option<Mistake> {
    const ANNOUNCED: &str = "0abtnvfre \"/\\N_LPxuU";
    let value = &text[parts.value.clone()];
    if mark == '\'' {
        return None;
    }
    let mut letters = value.char_indices();
    let mut at = None;
    while let Some((place, letter)) = letters.next() {
        if letter == '\\' {
            let (_, next) = letters.next()?;
            // Of « \x », « \u » and « \U », digits must follow.
            let is_number = !"xuU".contains(next) || value[place + 2..].starts_with(|c: char| c.is_ascii_hexdigit());
            if !ANNOUNCED.contains(next) || !is_number {
                at = Some(place);
                break;
            }
        }
    }
    let place = parts.value.start + at?;
    let words = &value[1..value.len() - 1];
    Some(parts.in_value(
        place..place + 1,
        "yaml-signe",
        "entre guillemets, « \\ » annonce un signe spécial, et celui-ci n’existe pas".to_owned(),
        format!("écrivez la barre deux fois : {}", parts.quoted(text, words)),
        Value::Scalar(words.to_owned()),
    ))
}

fn brackets(text: &str, parts: &Parts, open: char) -> Option<Mistake> {
    let value = &text[parts.value.clone()];
    let close = if open == '[' { ']' } else { '}' };
    if open == '['
        && let Some(found) = quotes_in_list(text, parts)
    {
        return Some(found);
    }
    let end = matching(value, open, close);
    if let Some(at) = value.find(" #").filter(|at| open == '[' && end.is_none_or(|end| *at < end)) {
        let items: Vec<String> = items(value)
            .map(|item| if item.starts_with('#') { format!("\"{item}\"") } else { item.to_owned() })
            .collect();
        let place = parts.value.start + at + 1;
        return Some(parts.in_value(
            place..place + 1,
            "yaml-diese",
            "après une espace, « # » commence une remarque : la liste s’arrête là".to_owned(),
            format!("mettez ces mots entre guillemets : [{}]", items.join(", ")),
            list(value),
        ));
    }
    if let Some(end) = end {
        // What follows may be a remark.
        let goes_on = value[end..].chars().nth(1).is_some() && !value[end + 1..].trim_start().starts_with('#');
        return goes_on.then(|| sign(text, parts));
    }
    if text[parts.value.start..].contains(close) {
        return None;
    }
    let (message, help) = if open == '[' {
        ("le crochet ouvert ici n’est pas refermé", "ajoutez « ] » à la fin de la liste")
    } else {
        ("l’accolade ouverte ici n’est pas refermée", "ajoutez « } » à la fin, ou mettez la valeur entre guillemets")
    };
    let meant = if open == '[' { list(value) } else { Value::Scalar(value.to_owned()) };
    let found = parts.in_value(parts.value.clone(), "yaml", message.to_owned(), help.to_owned(), meant);
    Some(Mistake { open_ended: true, ..found })
}

/// An item between quotation marks that holds one of them: `['l'accueil', nuit]`.
fn quotes_in_list(text: &str, parts: &Parts) -> Option<Mistake> {
    let value = &text[parts.value.clone()];
    let closing = |item: &str| {
        let mark = item.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
        let inner = &item[1..];
        let at = inner.find(mark)?;
        (at + 1 < inner.len() && !inner[at + 1..].starts_with(mark)).then_some((mark, at + 1))
    };
    let mut start = 1;
    for piece in value[1..].split(',') {
        let item = piece.trim().trim_end_matches(']').trim_end();
        if let Some((mark, at)) = closing(item) {
            let at = parts.value.start + start + (piece.len() - piece.trim_start().len()) + at;
            let message = if mark == '"' {
                "ce guillemet referme celui du début, et la valeur continue"
            } else {
                "cette apostrophe referme le guillemet simple du début"
            };
            let wrap = |item: &str| if item.contains(['"', '\'']) { quoted("", item) } else { item.to_owned() };
            let items: Vec<String> = items(value).map(wrap).collect();
            let key = text[parts.key.clone()].trim_matches(NO_BREAK);
            let before = if key.is_empty() { String::new() } else { format!("{key}: ") };
            let help = format!("écrivez {before}[{}]", items.join(", "));
            return Some(parts.in_value(at..at + 1, "yaml-guillemets", message.to_owned(), help, list(value)));
        }
        start += piece.len() + 1;
    }
    None
}

fn items(value: &str) -> impl Iterator<Item = &str> {
    let inner = value.trim_matches(['[', ']']);
    inner.split(',').map(|item| item.trim().trim_matches(['"', '\''])).filter(|item| !item.is_empty())
}

/// The list that a value was meant to be; whoever puts it in its place says where its items stand.
fn list(value: &str) -> Value {
    Value::List(items(value).map(|item| super::Node { range: 0..0, value: Value::Scalar(item.to_owned()) }).collect())
}

/// Where the bracket that `value` begins with is closed.
fn matching(value: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in value.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// A colon within the value.
fn second_colon(text: &str, parts: &Parts) -> Option<Mistake> {
    let value = &text[parts.value.clone()];
    if value.starts_with(['"', '\'', '[', '{']) {
        return None;
    }
    let at = value.find(": ").or_else(|| value.ends_with(':').then(|| value.len() - 1))?;
    let place = parts.value.start + at;
    Some(parts.in_value(
        place..place + 1,
        "yaml-deux-points",
        "un « : » suivi d’une espace dans la valeur fait croire à une seconde clé".to_owned(),
        format!("mettez la valeur entre guillemets : {}", parts.quoted(text, value)),
        Value::Scalar(value.to_owned()),
    ))
}

/// A key that starts further right than the one above, which has a value and holds nothing, or than all others,
/// being the first.
fn too_far_right(text: &str, line: &Range<usize>, parts: &Parts) -> Option<Mistake> {
    let above = text[..line.start].trim_end();
    let start = above.rfind('\n').map_or(0, |end| end + 1);
    let own = parts.key.start - line.start;
    let its = if above.is_empty() {
        0
    } else {
        let before = Parts::of(text, &(start..above.len())).filter(|before| !before.value.is_empty())?;
        before.key.start - start
    };
    if own <= its || text[line.clone()].trim_start().starts_with("- ") {
        return None;
    }
    // Blanks of several bytes may not be cut there.
    let indent = text.get(line.start..line.start + its)?;
    let moved = format!("{indent}{}{}", &text[parts.key.start..line.end], " ".repeat(own - its));
    let key = &text[parts.key.clone()];
    // A key that is misspelt as well is told here, once.
    let meant = nearest(key, USUAL_KEYS).filter(|_| its == 0).unwrap_or(key);
    Some(Mistake {
        place: parts.key.clone(),
        code: "yaml-alignement",
        message: format!(
            "cette ligne commence plus à droite que {}",
            if above.is_empty() { "les suivantes" } else { "celle du dessus" }
        ),
        help: format!("écrivez-la sans ce décalage : « {} »", parts.plain(text).replacen(key, meant, 1)),
        over: vec![(line.clone(), moved)],
        meant: None,
        open_ended: false,
        moved: Some((meant.to_owned(), (own - its).cast_signed())),
    })
}

/// A key that starts a little further left than the one above, and under no other: one space was forgotten.
fn too_far_left(text: &str, line: &Range<usize>, parts: &Parts) -> Option<Mistake> {
    let own = parts.key.start - line.start;
    // What belongs together with it: the lines above, up to the one that holds them.
    let mut its = None;
    for above in lines_up_from(text, line.start).into_iter().skip(1) {
        let written = &text[above.clone()];
        let lead = written.len() - written.trim_start().len();
        let key = Parts::of(text, &above).map(|parts| parts.key.start - above.start);
        if key == Some(own) || lead == own {
            return None;
        }
        its = key.filter(|key| *key > own).or(its);
        if lead < own {
            break;
        }
    }
    let its = its.filter(|_| own > 0)?;
    let key = &text[parts.key.clone()];
    // Its value is written shorter by as much as the line is moved; what was meant takes its place.
    let room = line.len().checked_sub(its + key.len() + 1)?;
    let over = format!(
        "{}{key}:{}",
        " ".repeat(its),
        if room > 1 { format!(" {}", "x".repeat(room - 1)) } else { " ".repeat(room) }
    );
    let value = &text[parts.value.clone()];
    let meant =
        if value.starts_with('[') { list(value) } else { Value::Scalar(value.trim_matches(['"', '\'']).to_owned()) };
    Some(Mistake {
        place: parts.key.clone(),
        code: "yaml-alignement",
        message: "cette ligne commence plus à gauche que celle du dessus, sans être sous une autre".to_owned(),
        help: format!("ajoutez-lui des espaces : {its} en tout avant « {} »", parts.plain(text)),
        over: vec![(line.clone(), over)],
        meant: Some((parts.value.clone(), meant)),
        open_ended: false,
        moved: Some((key.to_owned(), own.cast_signed() - its.cast_signed())),
    })
}

/// A text that starts below a key which announces it, `resume: |`, as far left as the key itself.
fn text_without_indent(text: &str, line: &Range<usize>) -> Option<Mistake> {
    let indent = |line: &Range<usize>| text[line.clone()].len() - text[line.clone()].trim_start().len();
    let is_key = |line: &Range<usize>| {
        let is_word = |key: &str| key.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        Parts::of(text, line).is_some_and(|parts| is_word(&text[parts.key]))
    };
    let above = lines_up_from(text, line.start).into_iter().nth(1)?;
    let key = Parts::of(text, &above)?;
    if !matches!(text[key.value.clone()].as_bytes(), [b'|' | b'>'] | [b'|' | b'>', b'-' | b'+']) || is_key(line) {
        return None;
    }
    if indent(line) > key.key.start - above.start {
        return None;
    }
    // All of its lines are one mistake.
    let mut over = vec![(key.value.clone(), "x".repeat(key.value.len()))];
    let mut next = Some(line.clone());
    while let Some(line) = next.filter(|line| !is_key(line)) {
        if !text[line.clone()].trim().is_empty() {
            over.push(as_remark(&line));
        }
        next = line_below(text, line.start);
    }
    let (place, key) = (line.start + indent(line)..line.end, &text[key.key]);
    let message = format!("ce texte n’est pas en retrait sous « {key} »");
    let help = "commencez chacune de ses lignes par deux espaces".to_owned();
    Some(Mistake { place, code: "yaml", message, help, over, meant: None, open_ended: false, moved: None })
}

/// A line without a colon.
fn without_colon(text: &str, line: &Range<usize>) -> Option<Mistake> {
    let written = text[line.clone()].trim();
    let start = line.start + (text[line.clone()].len() - text[line.clone()].trim_start().len());
    if let Some(item) = written.strip_prefix('-').filter(|item| item.starts_with(|c: char| c.is_alphanumeric())) {
        let over = (start..start + written.len(), format!("- {}", "x".repeat(item.len() - 1)));
        return Some(Mistake {
            place: start..start + 1,
            code: "yaml-espace",
            message: "il manque une espace après le tiret".to_owned(),
            help: format!("écrivez « - {item} »"),
            over: vec![over],
            meant: Some((start + 1..start + written.len(), Value::Scalar(item.to_owned()))),
            open_ended: false,
            moved: None,
        });
    }
    if written.is_empty() || written.starts_with(['-', '#']) || text[line.clone()].contains(':') {
        return None;
    }
    let place = start..start + written.len();
    if let Some((message, help)) = no_key_at_all(text, line, written) {
        let over = vec![as_remark(&place)];
        return Some(Mistake { place, code: "yaml", message, help, over, meant: None, open_ended: false, moved: None });
    }
    let word_end = written.find(|c: char| !(c.is_ascii_lowercase() || c == '_')).unwrap_or(written.len());
    let (key, rest) = written.split_at(word_end);
    let value = rest.trim_start_matches([' ', '=']);
    let is_key =
        !key.is_empty() && rest.starts_with([' ', '=']) && !value.is_empty() && rest.len() - value.len() < rest.len();
    let (help, over, meant) = if is_key {
        let at = place.end - value.len();
        let over = format!(":{}{}", " ".repeat(rest.len() - value.len()), "x".repeat(value.len() - 1));
        let meant = Value::Scalar(value.trim_matches(['"', '\'']).to_owned());
        (format!("écrivez « {key}: {value} »"), (start + word_end..place.end, over), Some((at..place.end, meant)))
    } else {
        let help = "chaque ligne s’écrit « cle: valeur », avec une espace après les deux-points".to_owned();
        (help, as_remark(&place), None)
    };
    let message = "il manque « : » entre la clé et sa valeur".to_owned();
    Some(Mistake { place, code: "yaml", message, help, over: vec![over], meant, open_ended: false, moved: None })
}

/// What makes a remark of a line, which the parser passes over.
fn as_remark(place: &Range<usize>) -> (Range<usize>, String) {
    (place.clone(), format!("#{}", "x".repeat(place.len() - 1)))
}

/// The keys that a head usually has.
pub(crate) const USUAL_KEYS: [&str; 16] = [
    "titre",
    "titre_court",
    "resume",
    "etiquettes",
    "date",
    "mis_a_jour",
    "ordre",
    "brouillon",
    "publie_le",
    "expire_le",
    "relu_le",
    "revoir_avant",
    "diffusion",
    "formulaires",
    "sources",
    "nom",
];

/// What is said of a line that was never meant as a key: a remark, or the rest of the value above.
fn no_key_at_all(text: &str, line: &Range<usize>, written: &str) -> Option<(String, String)> {
    if written.starts_with("<!--") || written.starts_with("//") {
        let message = "une remarque ne s’écrit pas ainsi dans un en-tête".to_owned();
        return Some((message, "commencez-la par « # », ou retirez-la".to_owned()));
    }
    let first = written.split_whitespace().next().unwrap_or_default();
    // A line that begins with a usual key lacks its colon.
    let is_sentence = written.contains(' ') && !written.contains('=') && nearest(first, USUAL_KEYS).is_none();
    let above = text[..line.start].trim_end();
    let above = above.rfind('\n').map_or(0, |end| end + 1)..above.len();
    let continues = Parts::of(text, &above).is_some_and(|above| !above.value.is_empty());
    (is_sentence && continues).then(|| {
        let message = "cette ligne n’a pas de clé : elle semble être la suite de celle du dessus".to_owned();
        (message, "mettez tout sur une seule ligne, ou commencez celle-ci par deux espaces".to_owned())
    })
}
