//! From what was typed into one field to its answer: the rules of each kind.

use crate::dates;

use super::answer::AnswerValue;
use super::clean::{clean, clean_line};
use super::definition::{Choices, FaultKind, Field, FieldKind, Length, Opt};
use super::slots;

/// The longest address that mail servers take.
const MAX_EMAIL: usize = 254;

/// A value with what a person reads of it.
pub(super) type Read = (AnswerValue, String);

/// Reads what was sent for `field`; `None` when the question was left open, which only an
/// optional one may be.
pub(super) fn read(field: &Field, sent: &[&str], choices: &Choices) -> Result<Option<Read>, FaultKind> {
    if let FieldKind::Checkboxes(options) = &field.kind {
        return several(options, sent, field.required);
    }
    let first = sent.first().copied().unwrap_or_default();
    if field.kind == FieldKind::Checkbox {
        return ticked(first, field.required).map(Some);
    }
    let text = if matches!(field.kind, FieldKind::LongText { .. } | FieldKind::Slots { .. }) {
        clean(first)
    } else {
        clean_line(first)
    };
    if text.is_empty() {
        return if field.required { Err(FaultKind::Empty) } else { Ok(None) };
    }
    one(&field.kind, text, choices).map(Some)
}

fn one(kind: &FieldKind, text: String, choices: &Choices) -> Result<Read, FaultKind> {
    match kind {
        FieldKind::Text(length) | FieldKind::LongText { length, .. } => {
            check_length(&text, *length)?;
            Ok(as_typed(text))
        }
        FieldKind::Email(rules) if is_email(&text) => {
            if rules.professional && !choices.is_professional(&text) {
                Err(FaultKind::Domain)
            } else {
                Ok(as_typed(text))
            }
        }
        FieldKind::Slots { .. } => {
            let (lines, shown) = slots::read(&text).ok_or(FaultKind::Format)?;
            Ok((AnswerValue::Text(lines), shown))
        }
        FieldKind::Phone if is_phone(&text) => Ok(as_typed(text)),
        FieldKind::Date => {
            let date = dates::read_date(&text).ok_or(FaultKind::Format)?;
            Ok((AnswerValue::Text(date.to_string()), dates::long_date(date)))
        }
        FieldKind::Time => {
            let time = dates::parse_time(&text).map_err(|_| FaultKind::Format)?;
            Ok((AnswerValue::Text(time.strftime("%H:%M").to_string()), dates::french_time(time)))
        }
        FieldKind::Number { minimum, maximum } => number(&text, *minimum, *maximum),
        FieldKind::Radios(options) | FieldKind::Select(options) | FieldKind::Color(options) => {
            let chosen = options.iter().find(|option| option.value == text).ok_or(FaultKind::Unknown)?;
            Ok((AnswerValue::Text(text), chosen.label.clone()))
        }
        FieldKind::Space | FieldKind::Slot | FieldKind::Activity => {
            let offers = choices.offers(kind);
            let chosen = offers.iter().find(|offer| offer.key == text).ok_or(FaultKind::Unknown)?;
            Ok((AnswerValue::Text(chosen.key.to_owned()), chosen.title.to_owned()))
        }
        FieldKind::Charter => charter(text, choices),
        FieldKind::Page => {
            let page = path_of(&text).and_then(|path| choices.page(&path)).ok_or(FaultKind::Unknown)?;
            Ok((AnswerValue::Text(page.path.clone()), format!("{} ({})", page.title, page.path)))
        }
        FieldKind::Email(_) | FieldKind::Phone | FieldKind::Checkboxes(_) | FieldKind::Checkbox => {
            Err(FaultKind::Format)
        }
    }
}

/// Only the version in force can be chosen: whoever read another one has not read this one.
fn charter(text: String, choices: &Choices) -> Result<Read, FaultKind> {
    let (slug, version) = text.rsplit_once('@').ok_or(FaultKind::Unknown)?;
    let charter = choices.charter(slug).ok_or(FaultKind::Unknown)?;
    if charter.version != version {
        return Err(FaultKind::Superseded);
    }
    let shown = charter.shown();
    Ok((AnswerValue::Text(text), shown))
}

/// The address of a page from the root with both slashes, also when it was copied whole out of
/// a browser. Whose host it was does not matter: the path is looked up among our own.
pub(super) fn path_of(text: &str) -> Option<String> {
    let after_host = ["https://", "http://"].into_iter().find_map(|scheme| text.strip_prefix(scheme));
    let path = match after_host {
        Some(rest) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => text,
    };
    let path = path.split(['?', '#']).next()?;
    let inner = path.strip_suffix("index.html").unwrap_or(path).trim_matches('/');
    if !path.starts_with('/') {
        return None;
    }
    Some(if inner.is_empty() { "/".to_owned() } else { format!("/{inner}/") })
}

fn as_typed(text: String) -> Read {
    (AnswerValue::Text(text.clone()), text)
}

fn check_length(text: &str, length: Length) -> Result<(), FaultKind> {
    let count = text.chars().count();
    if count > length.maximum {
        Err(FaultKind::TooLong)
    } else if length.minimum.is_some_and(|minimum| count < minimum) {
        Err(FaultKind::TooShort)
    } else {
        Ok(())
    }
}

fn several(options: &[Opt], sent: &[&str], required: bool) -> Result<Option<Read>, FaultKind> {
    let sent: Vec<String> = sent.iter().map(|value| clean_line(value)).filter(|value| !value.is_empty()).collect();
    if sent.iter().any(|value| options.iter().all(|option| option.value != *value)) {
        return Err(FaultKind::Unknown);
    }
    // In the order of the form and each once, whatever the order and number in the post.
    let chosen: Vec<&Opt> = options.iter().filter(|option| sent.contains(&option.value)).collect();
    if chosen.is_empty() {
        return if required { Err(FaultKind::Empty) } else { Ok(None) };
    }
    let shown = chosen.iter().map(|option| option.label.as_str()).collect::<Vec<_>>().join(", ");
    Ok(Some((AnswerValue::Several(chosen.iter().map(|option| option.value.clone()).collect()), shown)))
}

/// A box that says anything else than it was ticked was not.
fn ticked(sent: &str, required: bool) -> Result<Read, FaultKind> {
    match matches!(sent.trim(), "oui" | "on") {
        true => Ok((AnswerValue::Ticked(true), "oui".to_owned())),
        false if required => Err(FaultKind::Empty),
        false => Ok((AnswerValue::Ticked(false), "non".to_owned())),
    }
}

fn number(text: &str, minimum: Option<i64>, maximum: Option<i64>) -> Result<Read, FaultKind> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let number: i64 = digits.parse().map_err(|_| FaultKind::Format)?;
    if minimum.is_some_and(|minimum| number < minimum) {
        Err(FaultKind::TooSmall)
    } else if maximum.is_some_and(|maximum| number > maximum) {
        Err(FaultKind::TooLarge)
    } else {
        Ok((AnswerValue::Number(number), number.to_string()))
    }
}

/// An address that any mail server takes: no quoting, no letter outside ASCII, a dot in the
/// domain. Whether somebody reads it, only writing to it tells.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let local_fits = !local.is_empty()
        && local.len() <= 64
        && local.split('.').all(|part| !part.is_empty())
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b));
    let label_fits = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.len() <= MAX_EMAIL
        && local_fits
        && domain.contains('.')
        && domain.split('.').all(label_fits)
        && !domain.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()))
}

/// 4 to 15 digits, as people space them; an internal number has four.
fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (4..=15).contains(&digits)
        && text.chars().count() <= 30
        && text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "+.-/()".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_people_have_are_taken() {
        for address in ["prenom.nom@exemple.fr", "l'equipe+nuit@chu.exemple.fr", "a@b-c.fr"] {
            assert!(is_email(address), "{address}");
        }
        let too_long = format!("a@{}.fr", "b.".repeat(130));
        for address in
            ["", "@", "a@b", "a b@exemple.fr", "a@@exemple.fr", "a@exemple.fr, b@exemple.fr", "prénom@exemple.fr"]
        {
            assert!(!is_email(address), "{address}");
        }
        for address in [".a@exemple.fr", "a@-b.fr", "a@exemplé.fr", "a@1.2.3.4", "a@b..fr", "a@exemple.fr.", &too_long]
        {
            assert!(!is_email(address), "{address}");
        }
    }

    #[test]
    fn an_internal_number_is_a_telephone_number() {
        for number in ["4512", "01 99 00 00 00", "+33 (0)1.99.00.00.00"] {
            assert!(is_phone(number), "{number}");
        }
        for number in ["12", "poste 4512", "0123456789012345"] {
            assert!(!is_phone(number), "{number}");
        }
    }

    #[test]
    fn a_visitor_may_write_a_date_the_french_way() {
        let none = Choices::default();
        for date in ["2026-12-31", "31/12/2026", "31 décembre 2026"] {
            let (value, shown) = one(&FieldKind::Date, date.to_owned(), &none).unwrap();
            assert_eq!(value, AnswerValue::Text("2026-12-31".to_owned()));
            assert_eq!(shown, "31 décembre 2026");
        }
        assert_eq!(one(&FieldKind::Date, "30 février 2026".to_owned(), &none), Err(FaultKind::Format));
        let (value, shown) = one(&FieldKind::Time, "9h05".to_owned(), &none).unwrap();
        assert_eq!((value, shown.as_str()), (AnswerValue::Text("09:05".to_owned()), "9\u{a0}h\u{a0}05"));
    }

    #[test]
    fn a_number_knows_its_limits() {
        assert_eq!(number("1 200", None, None), Ok((AnswerValue::Number(1200), "1200".to_owned())));
        assert_eq!(number("3", Some(4), Some(9)), Err(FaultKind::TooSmall));
        assert_eq!(number("10", Some(4), Some(9)), Err(FaultKind::TooLarge));
        assert_eq!(number("quatre", Some(4), Some(9)), Err(FaultKind::Format));
        assert_eq!(number("4,5", None, None), Err(FaultKind::Format));
    }
}
