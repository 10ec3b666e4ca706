//! One pass over a stylesheet: addresses are resolved, comments and indentation go.
//!
//! It knows just enough of CSS never to mistake one thing for another (strings, comments,
//! escapes, `url()`), and changes nothing that could change the meaning. A brace or a quote that
//! is not closed is refused: joined with the next stylesheets, it would swallow them.

use std::ops::Range;

use crate::diagnostic::Diagnostics;
use crate::source::SourceFile;

/// What is wrong with an address, for a diagnostic.
pub struct Fault {
    pub code: &'static str,
    pub message: String,
    pub help: String,
}

/// Appends a stylesheet to `output`. `resolve` says what to write instead of an address, or
/// `None` to leave it.
pub fn append(
    output: &mut String,
    sheet: &SourceFile,
    diagnostics: &Diagnostics,
    resolve: impl Fn(&str) -> Result<Option<String>, Fault>,
) {
    let mut pass = Pass { text: &sheet.text, at: 0, output, open_braces: Vec::new(), sheet, diagnostics };
    while let Some(next) = pass.peek() {
        match next {
            _ if pass.rest().starts_with("/*") => pass.comment(),
            '"' | '\'' => {
                let start = pass.at;
                pass.string();
                pass.output.push_str(&pass.text[start..pass.at]);
            }
            '\\' => pass.copy(1 + pass.text[pass.at + 1..].chars().next().map_or(0, char::len_utf8)),
            '{' => {
                pass.open_braces.push(pass.at);
                pass.copy(1);
            }
            '}' => {
                if pass.open_braces.pop().is_none() {
                    pass.fault(pass.at..pass.at + 1, "style-accolade", "cette accolade ne ferme rien", "retirez-la");
                }
                pass.copy(1);
            }
            '@' if pass.is_word("@import") => {
                pass.fault(
                    pass.at..pass.at + "@import".len(),
                    "style-import",
                    "« @import » n’a pas d’effet ici : les feuilles du thème sont réunies en une seule",
                    "mettez la feuille dans « styles » : elles y sont lues dans l’ordre de leurs noms",
                );
                pass.copy(1);
            }
            'u' | 'U' if pass.is_word("url") && pass.rest()["url".len()..].starts_with('(') => pass.url(&resolve),
            '\n' | '\r' | '\u{c}' => pass.line_end(),
            other => pass.copy(other.len_utf8() + plain_length(&pass.rest()[other.len_utf8()..])),
        }
    }
    for at in std::mem::take(&mut pass.open_braces) {
        pass.fault(at..at + 1, "style-accolade", "cette accolade n’est pas fermée", "ajoutez « } » après la règle");
    }
    pass.line_end();
}

struct Pass<'a> {
    text: &'a str,
    at: usize,
    output: &'a mut String,
    open_braces: Vec<usize>,
    sheet: &'a SourceFile,
    diagnostics: &'a Diagnostics,
}

impl Pass<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn copy(&mut self, length: usize) {
        self.output.push_str(&self.text[self.at..self.at + length]);
        self.at += length;
    }

    fn fault(&self, range: Range<usize>, code: &'static str, message: &str, help: &str) {
        self.diagnostics.add(self.sheet.error(range, code, message).help(help));
    }

    /// Whether `word` stands here, in any case, and is not a part of a longer name.
    fn is_word(&self, word: &str) -> bool {
        let before = self.text[..self.at].chars().next_back();
        let rest = self.rest().as_bytes();
        before.is_none_or(|c| !is_name(c))
            && rest.len() >= word.len()
            && rest[..word.len()].eq_ignore_ascii_case(word.as_bytes())
            && self.rest()[word.len()..].chars().next().is_none_or(|c| !is_name(c))
    }

    /// Drops a comment, apart from `/*! … */`, by which licences ask to be kept.
    fn comment(&mut self) {
        let length = self.rest()[2..].find("*/").map_or(self.rest().len(), |end| end + 4);
        if self.rest().starts_with("/*!") {
            return self.copy(length);
        }
        let after = self.rest()[length..].chars().next();
        if self.output.chars().next_back().is_some_and(is_name) && after.is_some_and(is_name) {
            // Two names would become one.
            self.output.push_str("/**/");
        }
        self.at += length;
    }

    /// Passes over a string, and gives where its inside stands, unless it is not closed.
    fn string(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        let quote = self.text.as_bytes()[start];
        let mut escaped = false;
        for (at, byte) in self.text.bytes().enumerate().skip(start + 1) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'\n' => break,
                _ if byte == quote => {
                    self.at = at + 1;
                    return Some(start + 1..at);
                }
                _ => {}
            }
        }
        self.at = self.text[start..].find('\n').map_or(self.text.len(), |end| start + end);
        self.fault(start..self.at, "style-guillemet", "ce guillemet n’est pas fermé", "fermez-le sur la même ligne");
        None
    }

    fn url(&mut self, resolve: impl Fn(&str) -> Result<Option<String>, Fault>) {
        let start = self.at;
        self.at += "url(".len();
        self.skip_blanks();
        let address = if let Some('"' | '\'') = self.peek() {
            let Some(inside) = self.string() else { return };
            inside
        } else {
            let from = self.at;
            self.at += self.rest().find([')', '\n']).unwrap_or(self.rest().len());
            from..from + self.text[from..self.at].trim_end().len()
        };
        self.skip_blanks();
        if self.peek() != Some(')') {
            self.fault(start..address.end, "style-parenthese", "cette parenthèse n’est pas fermée", "ajoutez « ) »");
            return;
        }
        self.at += 1;
        match resolve(&self.text[address.clone()]) {
            Ok(Some(url)) => {
                self.output.push_str("url(\"");
                self.output.push_str(&url);
                self.output.push_str("\")");
            }
            Ok(None) => self.output.push_str(&self.text[start..self.at]),
            Err(fault) => self.fault(address, fault.code, &fault.message, &fault.help),
        }
    }

    fn skip_blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// Ends a line of the output, without the blanks around and without empty lines.
    fn line_end(&mut self) {
        self.skip_blanks();
        self.output.truncate(self.output.trim_end().len());
        if !self.output.is_empty() {
            self.output.push('\n');
        }
    }
}

/// How much of a text is copied as it stands: what lies before anything that [`append`] looks at.
fn plain_length(text: &str) -> usize {
    let begins = |byte: u8| {
        matches!(byte, b'/' | b'"' | b'\'' | b'\\' | b'{' | b'}' | b'@' | b'u' | b'U' | b'\n' | b'\r' | b'\x0c')
    };
    text.bytes().position(begins).unwrap_or(text.len())
}

/// Whether a character can be part of a CSS name.
fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_' || !c.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(text: &str) -> (String, Vec<&'static str>) {
        let diagnostics = Diagnostics::new();
        let mut output = String::new();
        append(&mut output, &SourceFile::new("a.css", text), &diagnostics, |written| Ok(Some(format!("/{written}"))));
        (output, diagnostics.into_sorted().into_iter().map(|fault| fault.code).collect())
    }

    fn clean(text: &str) -> String {
        let (output, faults) = pass(text);
        assert_eq!(faults, [""; 0], "{text}");
        output
    }

    #[test]
    fn comments_and_indentation_go_and_the_meaning_stays() {
        assert_eq!(clean("/* a */\n\n.a {\r\n  color: red; /* b */\r\n}\n\n"), ".a {\ncolor: red;\n}\n");
        assert_eq!(clean(".a/* x */.b {}"), ".a.b {}\n");
        assert_eq!(clean("a/* x */b {}"), "a/**/b {}\n");
        assert_eq!(clean("/*! OFL */\na {}"), "/*! OFL */\na {}\n");
        assert_eq!(clean("a,\r b,\x0c c {}"), "a,\nb,\nc {}\n");
    }

    #[test]
    fn a_string_is_kept_as_it_is() {
        assert_eq!(clean("a { content: \"/* } url(x) \\\" \" }"), "a { content: \"/* } url(x) \\\" \" }\n");
        assert_eq!(clean("a { content: '« » \\\n  b' }"), "a { content: '« » \\\n  b' }\n");
    }

    #[test]
    fn an_address_is_resolved_however_it_is_written() {
        assert_eq!(clean("a { b: URL(x.png), url( \"y.png\" ) }"), "a { b: url(\"/x.png\"), url(\"/y.png\") }\n");
        assert_eq!(clean("a { b: my-url(x.png) url-prefix(y) }"), "a { b: my-url(x.png) url-prefix(y) }\n");
    }

    #[test]
    fn what_is_not_closed_is_refused() {
        assert_eq!(pass("a { b {").1, ["style-accolade", "style-accolade"]);
        assert_eq!(pass("a { } }").1, ["style-accolade"]);
        assert_eq!(pass("a { b: 'c }\n}").1, ["style-guillemet"]);
        assert_eq!(pass("a { b: url(c }\n}").1, ["style-parenthese"]);
        assert_eq!(pass(".a\\{b { }").1, [""; 0]);
        assert_eq!(pass("a { b: url(\"é\n) }").1, ["style-guillemet"]);
    }

    #[test]
    fn an_import_is_refused() {
        assert_eq!(pass("@import \"b.css\";").1, ["style-import"]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[a{}()/*'\"\\\\\\n@url é!]{0,40}") {
            pass(&text);
        }
    }
}
