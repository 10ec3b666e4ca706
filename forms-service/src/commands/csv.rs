//! A table that a French Excel opens with a double click, and that commands it nothing.
//!
//! UTF-8 with a byte order mark (else accents break), semicolons (what its French setting
//! separates by), and every cell in quotes, so that a comma or a tab in a text never makes another
//! cell when the file is opened with another separator.

use std::io::{self, Write};

use ::csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What begins a formula, in wide characters too.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A table that is being written.
pub(super) struct Table<W: Write>(Writer<W>);

impl<W: Write> Table<W> {
    pub(super) fn new(mut to: W) -> io::Result<Self> {
        to.write_all(BYTE_ORDER_MARK)?;
        let writer = WriterBuilder::new()
            .delimiter(b';')
            .quote_style(QuoteStyle::Always)
            .terminator(Terminator::CRLF)
            .from_writer(to);
        Ok(Self(writer))
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) -> anyhow::Result<()> {
        Ok(self.0.write_record(cells.into_iter().map(|cell| cell_of(cell.as_ref())))?)
    }

    pub(super) fn finish(self) -> anyhow::Result<W> {
        self.0.into_inner().map_err(|error| anyhow::anyhow!("{}", error.error()))
    }
}

/// A text for a cell. What a spreadsheet would run as a formula gets an apostrophe before it,
/// which makes it a text; blanks and quotes that some of them pass over do not hide it.
fn cell_of(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control() || "\n\r\t".contains(*c)).collect();
    let is_passed_over = |c: char| {
        c.is_whitespace() || "\"'`’‘“”«».;,".contains(c) || ('\u{200b}'..='\u{200f}').contains(&c) || c == '\u{feff}'
    };
    let begins_formula = text.trim_start_matches(is_passed_over).starts_with(FORMULA);
    if begins_formula || text.starts_with(['\t', '\r', '\n']) { format!("'{text}") } else { text }
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
            ";=1",
        ] {
            assert!(cell_of(text).starts_with('\''), "{text:?}");
        }
        for text in ["", "Merci", "1+1=2", "a@exemple.fr", "« Merci »", "2026-11-22"] {
            assert_eq!(cell_of(text), text);
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
            "\u{feff}\"Référence\";\"Message\"\r\n\"K7M2Q9XB01\";\"l’équipe ; \"\"merci\"\"\nà tous,=1+1\"\r\n"
        );
    }
}
