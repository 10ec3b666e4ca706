//! The size that an SVG drawing gives itself: `width` and `height`, or the proportions of its
//! `viewBox`.
//!
//! Only the root tag is read, and no XML is understood beyond it.

/// Width and height in CSS pixels.
pub fn dimensions(bytes: &[u8]) -> Option<(u32, u32)> {
    let text = String::from_utf8_lossy(bytes);
    let tag = root_tag(text.trim_start_matches('\u{FEFF}'))?;
    let (mut width, mut height, mut view_box) = (None, None, None);
    for (name, value) in attributes(tag) {
        match name {
            "width" => width = pixels(value),
            "height" => height = pixels(value),
            "viewBox" => view_box = proportions(value),
            _ => {}
        }
    }
    let (width, height) = match (width, height, view_box) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (None, None, Some(size)) => size,
        _ => return None,
    };
    Some((whole(width)?, whole(height)?))
}

/// What stands in the first tag, if it is `<svg`, past the declaration, comments and doctype.
fn root_tag(text: &str) -> Option<&str> {
    let mut rest = text.trim_start();
    loop {
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<!") {
            // A doctype may hold declarations of its own between brackets.
            if rest.find('[').is_some_and(|bracket| rest.find('>').is_none_or(|end| bracket < end)) {
                "]>"
            } else {
                ">"
            }
        } else {
            let tag = rest.strip_prefix("<svg")?;
            return tag.starts_with(|c: char| c.is_whitespace() || c == '>' || c == '/').then_some(tag);
        };
        rest = rest[rest.find(end)? + end.len()..].trim_start();
    }
}

/// The attributes from here to the end of the tag.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = tag;
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('=').filter(|(name, _)| !name.contains('>'))?;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, next) = after[1..].split_once(quote)?;
        rest = next;
        Some((name.trim(), value))
    })
}

/// A length in CSS pixels; none when it depends on where the drawing stands (`100%`, `2em`).
fn pixels(length: &str) -> Option<f64> {
    let length = length.trim();
    let unit_at = length.find(|c: char| c.is_ascii_alphabetic() && c != 'e' || c == '%').unwrap_or(length.len());
    let (number, unit) = length.split_at(unit_at);
    let factor = match unit {
        "" | "px" => 1.0,
        "pt" => 96.0 / 72.0,
        "pc" => 16.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 96.0 / 25.4,
        _ => return None,
    };
    number.trim().parse::<f64>().ok().map(|number| number * factor).filter(|pixels| *pixels > 0.0)
}

fn proportions(view_box: &str) -> Option<(f64, f64)> {
    let mut numbers = view_box.split([' ', ',', '\t', '\n', '\r']).filter(|part| !part.is_empty()).skip(2);
    let (width, height) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    (width > 0.0 && height > 0.0).then_some((width, height))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked just before")]
fn whole(pixels: f64) -> Option<u32> {
    let rounded = pixels.round().max(1.0);
    (rounded <= 100_000.0).then_some(rounded as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(text: &str) -> Option<(u32, u32)> {
        dimensions(text.as_bytes())
    }

    #[test]
    fn a_drawing_says_its_size_in_several_ways() {
        assert_eq!(size(r#"<svg width="120" height="80.4"></svg>"#), Some((120, 80)));
        assert_eq!(size("<svg\n\twidth = '2cm'\n height='1in'>"), Some((76, 96)));
        assert_eq!(size(r#"<svg viewBox="0,0 24.0, 12"/>"#), Some((24, 12)));
        assert_eq!(size(r#"<svg width="100%" height="50px" viewBox="0 0 24 12">"#), Some((100, 50)));
        assert_eq!(size(r#"<svg width="1e2" viewBox="0 0 2 1">"#), Some((100, 50)));
        assert_eq!(size(r#"<svg stroke-width="3" viewBox="0 0 24 12">"#), Some((24, 12)));
    }

    #[test]
    fn what_precedes_the_root_is_passed_over() {
        let drawing = "\u{FEFF}<?xml version=\"1.0\"?>\n<!-- <svg width=\"9\" height=\"9\"> -->\n\
            <!DOCTYPE svg [ <!ENTITY a \"b>\"> ]>\n<svg width=\"3\" height=\"4\">";
        assert_eq!(size(drawing), Some((3, 4)));
        assert_eq!(
            size("<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x.dtd\"><svg width=\"3\" height=\"4\">"),
            Some((3, 4))
        );
    }

    #[test]
    fn what_gives_no_size_has_none() {
        for text in [
            "<svg>",
            "<svg width=\"10\">",
            "<svg width=\"2em\" height=\"2em\">",
            "<svg width=\"-1\" height=\"4\">",
            "<svg width=\"1e9\" height=\"4\">",
            "<svg viewBox=\"0 0 0 10\">",
            "<svgs width=\"1\" height=\"4\">",
            "<html><svg width=\"1\" height=\"4\">",
            "<svg><rect width=\"1\" height=\"4\"/></svg>",
            "<!-- <svg width=\"1\"",
            "<svg width=\"NaN\" height=\"inf\">",
        ] {
            assert_eq!(size(text), None, "{text}");
        }
    }
}
