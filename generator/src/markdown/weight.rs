//! What there is to load behind a link: « (PDF, 240 Ko) ».

use std::fmt::Write as _;

use super::escape::escape_text;

/// Writes the type and the weight of a file after the words of its link.
pub(super) fn write(url: &str, size_bytes: u64, out: &mut String) {
    out.push_str(" <span class=\"bloc__poids\">(");
    if let Some((_, ending)) = url.rsplit_once('.').filter(|(_, ending)| !ending.contains('/')) {
        escape_text(&ending.to_uppercase(), out);
        out.push_str(", ");
    }
    write_size(size_bytes, out);
    out.push_str(")</span>");
}

/// In the units that file managers show in French; never less than there is.
fn write_size(bytes: u64, out: &mut String) {
    let (thousands, tenths) = (bytes.div_ceil(1_000), bytes.div_ceil(100_000));
    let _ = if bytes < 1_000 {
        write!(out, "{bytes}\u{a0}{}", if bytes < 2 { "octet" } else { "octets" })
    } else if thousands < 1_000 {
        write!(out, "{thousands}\u{a0}Ko")
    } else if tenths < 100 {
        write!(out, "{},{}\u{a0}Mo", tenths / 10, tenths % 10)
    } else {
        write!(out, "{}\u{a0}Mo", thousands.div_ceil(1_000))
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_weighed_in_the_units_that_readers_know() {
        for (bytes, shown) in [
            (0, "0 octet"),
            (1, "1 octet"),
            (999, "999 octets"),
            (1_000, "1 Ko"),
            (239_001, "240 Ko"),
            (999_999, "1,0 Mo"),
            (1_000_000, "1,0 Mo"),
            (1_240_000, "1,3 Mo"),
            (9_990_000, "10 Mo"),
            (12_000_001, "13 Mo"),
        ] {
            let mut out = String::new();
            write_size(bytes, &mut out);
            assert_eq!(out.replace('\u{a0}', " "), shown);
        }
    }

    #[test]
    fn its_type_is_the_end_of_its_name() {
        let shown = |url| {
            let mut out = String::new();
            write(url, 5, &mut out);
            out.replace('\u{a0}', " ")
        };
        assert_eq!(shown("/a.b/affiche.pdf"), " <span class=\"bloc__poids\">(PDF, 5 octets)</span>");
        assert_eq!(shown("/a.b/affiche"), " <span class=\"bloc__poids\">(5 octets)</span>");
    }
}
