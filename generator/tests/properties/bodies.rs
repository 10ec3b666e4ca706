//! Any text makes a page that is sound, and faults that stand where they say.

use proptest::prelude::*;

use super::cases::{CASES, cases};
use super::sound_body;

/// What the checks of a body look at, in pieces that are near to each other.
fn body() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[a-zé ]{0,5}",
        2 => "[-*_~`<>#|&!:;\"'«»{}()\\[\\]\\\\^=@/\n\r\t\u{a0}\u{200b}\u{ad}\u{202e}ÃÂ© 0-9]{1,5}",
        3 => proptest::sample::select(PIECES).prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

const PIECES: &[&str] = &[
    "\n\n",
    "\n> ",
    "\n- [ ] ",
    "\n## ",
    "\n##",
    "\n1. ",
    "\n    ",
    "\n```\n",
    "[^1]",
    "\n[^1]: ",
    "](a.md)",
    "](a b)",
    "[",
    "![",
    "](https://exemple.fr/a.png)",
    "](javascript:x)",
    "**",
    "__",
    "\n**Un titre**\n\n",
    "<details>\n",
    "\n</details>\n",
    "<summary>",
    "</summary>",
    "<sub>",
    "</sub>",
    "<b>",
    "</b>",
    "<nom>",
    "</nom>",
    "<truc onclick=x>",
    "\n<div>\n",
    "</div>",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<abbr title='",
    "'>",
    "\n| a | b |\n|-|-|\n",
    "\n| a | b | c |\n",
    "\n> [!NOTE]\n> ",
    "{#a}",
    "&lt;",
    "etablissement:x",
    "<https://exemple.fr>",
    "https://exemple.fr",
    "jean.martin@chu.test",
    "<jean.martin@chu.test>",
    "2 55 08 14 168 025 38",
    "TODO",
    "[à compléter]",
    "cafÃ©",
    "lâ€™",
    "\u{fffd}",
    "\n<<<<<<< a\n",
    "\n=======\n",
    "\n>>>>>>> b\n",
    "\n:::\n",
    "\n::: faire\n",
    "\n: ",
    "🙂\u{200d}",
    "e\u{301}",
];

proptest! {
    #![proptest_config(cases(CASES))]

    #[test]
    fn whatever_is_written_makes_a_sound_page(body in body()) {
        sound_body::check(&body);
    }

    #[test]
    fn any_text_makes_a_sound_page(body in any::<String>()) {
        sound_body::check(&body);
    }
}
