//! A table that a French Excel opens with a double click, and that commands it nothing.
//!
//! UTF-8 with a byte order mark (else accents break), semicolons (what its French setting
//! separates by), and every cell in quotes. Opened with another separator, a text may still be cut
//! into cells at a comma, a tab or a line end: so none of its pieces begins a formula either.

use std::io::{self, Write};

use ::csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What begins a formula, in wide characters too.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// What a file of cells may be separated by, whoever opens it.
const SEPARATORS: [char; 6] = [';', ',', '\t', '|', '\n', '\r'];

/// A table that is being written.
pub(crate) struct Table<W: Write>(Writer<W>);

impl<W: Write> Table<W> {
    pub(crate) fn new(mut to: W) -> io::Result<Self> {
        to.write_all(BYTE_ORDER_MARK)?;
        let writer = WriterBuilder::new()
            .delimiter(b';')
            .quote_style(QuoteStyle::Always)
            .terminator(Terminator::CRLF)
            .from_writer(to);
        Ok(Self(writer))
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) -> anyhow::Result<()> {
        Ok(self.0.write_record(cells.into_iter().map(|cell| cell_of(cell.as_ref())))?)
    }

    pub(crate) fn finish(self) -> anyhow::Result<W> {
        self.0.into_inner().map_err(|error| anyhow::anyhow!("{}", error.error()))
    }
}

/// A text for a cell. What a spreadsheet would run as a formula, at the start of the cell or where
/// another separator would begin one, gets an apostrophe before it, which makes it a text.
fn cell_of(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control() || "\n\r\t".contains(*c)).collect();
    let mut cell = String::with_capacity(text.len());
    if text.starts_with(['\t', '\r', '\n']) {
        cell.push('\'');
    }
    for piece in text.split_inclusive(SEPARATORS) {
        if begins_formula(piece) {
            cell.push('\'');
        }
        cell.push_str(piece);
    }
    cell
}

/// Whether a formula stands at the start; blanks and quotes that some spreadsheets pass over do
/// not hide it.
fn begins_formula(text: &str) -> bool {
    let is_passed_over = |c: char| {
        c.is_whitespace() || "\"'`’‘“”«».".contains(c) || ('\u{200b}'..='\u{200f}').contains(&c) || c == '\u{feff}'
    };
    text.trim_start_matches(is_passed_over).starts_with(FORMULA)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for text in [
            "=1+1",
            "+33 1 23",
            "-2",
            "@SOMME(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "  =1",
            "\u{a0}=1",
            "\"=1+1\"",
            "'=1",
            "« =1 »",
            "＝1",
            "\0=1",
            "\u{feff}=1",
        ] {
            assert!(cell_of(text).starts_with('\''), "{text:?}");
        }
        for text in ["", "Merci", "1+1=2", "a@exemple.fr", "« Merci »", "2026-11-22"] {
            assert_eq!(cell_of(text), text);
        }
    }

    #[test]
    fn no_piece_of_a_cell_is_a_formula_under_another_separator() {
        for (text, cell) in [
            ("x,=1+1,", "x,'=1+1,"),
            (";=1", ";'=1"),
            ("a\tb\t @SOMME(A1)", "a\tb\t' @SOMME(A1)"),
            ("une liste\n- deux", "une liste\n'- deux"),
            ("oui|=1", "oui|'=1"),
            ("8 h, ou 9 h ; au choix", "8 h, ou 9 h ; au choix"),
        ] {
            assert_eq!(cell_of(text), cell, "{text:?}");
        }
    }

    #[test]
    fn a_table_opens_in_a_french_excel() {
        let mut table = Table::new(Vec::new()).unwrap();
        table.row(["Référence", "Message"]).unwrap();
        table.row(["K7M2Q9XB01", "l’équipe ; \"merci\"\nà tous,=1+1"]).unwrap();
        let text = String::from_utf8(table.finish().unwrap()).unwrap();
        assert_eq!(
            text,
            "\u{feff}\"Référence\";\"Message\"\r\n\"K7M2Q9XB01\";\"l’équipe ; \"\"merci\"\"\nà tous,'=1+1\"\r\n"
        );
    }
}
