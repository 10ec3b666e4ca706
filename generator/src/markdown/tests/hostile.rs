//! Bodies made to hurt. Each would take hours, or the whole stack, if the work on it grew faster
//! than its length.

use proptest::prelude::*;

use super::*;

#[test]
fn deep_blocks_are_refused_at_their_line() {
    assert_eq!(faults(&format!("a\n\n{}a\n", "> ".repeat(20_000))), ["E 3:1 profondeur"]);
    assert_eq!(faults(&format!("{}a\n", "- ".repeat(20_000))), ["E 1:1 profondeur"]);
    assert_eq!(faults(&format!("{}a\n", "1. ".repeat(20_000))), ["E 1:1 profondeur"]);
    let stairs = (0..2_000).map(|depth| "  ".repeat(depth) + "- a\n").collect::<String>();
    assert_eq!(faults(&format!("{stairs}{}", "\n".repeat(100_000))), ["E 65:1 profondeur"]);
}

#[test]
fn deep_inline_elements_lose_their_tags_and_keep_their_text() {
    let body = format!("{}a{}\n", "*a **b ".repeat(10_000), " b** a*".repeat(10_000));
    let (rendered, faults) = read(&body);
    assert!(faults.iter().any(|fault| fault.code == "profondeur"));
    assert!(rendered.lead.matches("<em>").count() < 200);
    assert_eq!(rendered.lead.matches("<em>").count(), rendered.lead.matches("</em>").count());
}

#[test]
fn what_is_deep_but_reasonable_passes() {
    assert_eq!(faults(&format!("{}a\n", "> ".repeat(20))), Vec::<String>::new());
    let code = format!("```\n{}- a\n```\n", " ".repeat(100));
    assert_eq!(faults(&code), Vec::<String>::new());
}

#[test]
fn a_hundred_thousand_bytes_of_each_sign_are_read() {
    for sign in [
        "[",
        "]",
        "![",
        "[a](",
        "[a][",
        "[^a]",
        "[^",
        "](",
        "*",
        "**a",
        "_a ",
        "~",
        "`",
        "<",
        "<a",
        "<!--",
        "<!",
        "<?",
        "<b>",
        "&",
        "&amp;",
        "\\",
        "|",
        "a|",
        "«",
        "\"",
        "{#",
        "## a\n",
        "## a {#x}\n",
        "- [ ] a\n",
        "- []\n",
        "[a]: b\n",
        "[^a]: b\n\n",
        "<details>\n",
        "</details>\n",
        "<sub>",
        "[a] (b.md)",
        "|a|\n|-|\n",
        "a\n|-\n",
        "> [!X]\n",
        "[!NOTE] ",
        "[NOTE] ",
        "> [NOTE]\n",
        "• a\n",
        "-a\n",
        "(a.md)[b] ",
        "(a.md)[",
        "a\n---\n",
        "<form><input>",
        "[a](www.b)",
        "![](a)",
        "[a](javascript:b)",
        "<https://exemple.fr> ",
        "a  \n",
        "\t",
        "\u{a0}",
        "\u{202f}!",
        "<script>",
        "<abbr title=\"",
        "<summary>a",
        "é[^a",
        "***a",
        ":::\n",
        "::: faire\n",
        "::: faire\n- a\n:::\n::: ne-pas-faire\n- a\n:::\n",
        "::: video\n[a](b)\n\n",
        "- ::: faire\n",
        "    :::\n",
        "> ::: faire\n\n",
        "a\n: b\n",
        "a\n:b\n",
        ": ",
        ":",
    ] {
        let body = sign.repeat(100_000 / sign.len());
        let (document, _) = parse_text(&body);
        render_as_written(&document);
    }
}

#[test]
fn a_million_bytes_are_read_and_no_more() {
    let paragraph = "Un *mot*, [la charte](a.md), « ceci » : `code`[^1] à 14h30 !\n\n- [ ] tâche\n\n";
    let body = format!("{}[^1]: note\n", paragraph.repeat(990_000 / paragraph.len()));
    let (rendered, faults) = read(&body);
    assert_eq!(faults, []);
    assert!(rendered.html().len() > body.len());

    for long in [body.repeat(2), "é".repeat(600_000), "[a][b]\n".repeat(700_000)] {
        let (document, faults) = parse_text(&long);
        assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["texte-trop-long"]);
        assert!(document.is_unread);
    }
}

#[test]
fn faults_of_one_kind_beyond_fifty_are_only_counted() {
    let (_, found) = read(&"<b>a\n\n![](m.png)\n\n".repeat(1_000));
    assert_eq!(found.len(), 102);
    let last =
        |code: &str| found.iter().rfind(|fault| fault.code == code).map(|fault| (fault.severity, &*fault.message));
    let counted = "et 950 autres fois dans ce fichier";
    assert_eq!(last("html"), Some((Severity::Error, counted)));
    assert_eq!(last("image-sans-texte"), Some((Severity::Warning, counted)));
    let place = found.iter().rfind(|fault| fault.code == "html").and_then(|fault| fault.location.as_ref());
    assert_eq!(place.map(|place| (place.line, place.column)), Some((201, 1)));
}

#[test]
fn a_long_line_is_read() {
    assert_eq!(faults(&"mot ".repeat(75_000)), Vec::<String>::new());
}

#[test]
fn a_file_of_faults_or_of_titles_alone_is_not_read_to_its_end() {
    let found = faults(&"![](m.png)\n\n".repeat(20_000));
    assert_eq!(found.len(), 52);
    assert_eq!(found[51], "E 20001:1 trop-de-fautes");
    assert_eq!(faults(&"TODO\n\n".repeat(20_000)).last().map(String::as_str), Some("E 20001:1 trop-de-fautes"));
    assert_eq!(faults(&"## a\n\n".repeat(20_000)), ["E 10001:1 titres-trop-nombreux"]);
    let (document, _) = parse_text(&"## a\n\n".repeat(20_000));
    assert!(document.is_unread);
}

fn markdown() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zé ]{0,4}",
        "[-*_~`<>#|&!:;\"'«»{}()\\[\\]\\\\^=\n\r\t 0-9]{1,4}",
        prop_oneof![
            Just("\n\n"),
            Just("\n> "),
            Just("\n- [ ] "),
            Just("\n## "),
            Just("\n1. "),
            Just("[^1]"),
            Just("\n[^1]: "),
            Just("](a.md)"),
            Just("!["),
            Just(" \"t\")"),
            Just("<details>\n"),
            Just("\n</details>\n"),
            Just("<summary>"),
            Just("</summary>"),
            Just("<sub>"),
            Just("</sub>"),
            Just("<!--"),
            Just("-->"),
            Just("<script>"),
            Just("</script>"),
            Just("<abbr title='"),
            Just("'>"),
            Just("\n| a | b |\n|-|-|\n"),
            Just("\n> [!NOTE]\n> "),
            Just("\n:::\n"),
            Just("\n::: faire\n"),
            Just("\n::: ne-pas-faire\n- "),
            Just("\n  ::: video\n"),
            Just("\n> ::: telecharger x\n"),
            Just("\n: "),
            Just("\n:x"),
            Just("\n    "),
            Just("\n```\n"),
            Just("{#a}"),
            Just("&lt;"),
            Just("etablissement:x"),
        ]
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Whether every `<` of the HTML starts a tag that we write, and every tag is closed in order.
fn fault_of(html: &str) -> Option<String> {
    const TAGS: &str = " p h2 h3 h4 h5 h6 blockquote div pre code ul ol li table thead tbody tr th td em strong del a \
                         section dl dt dd span sup sub abbr kbd mark details summary figure figcaption ";
    let mut open: Vec<&str> = Vec::new();
    for piece in html.split('<').skip(1) {
        let Some((tag, _)) = piece.split_once('>') else { return Some(format!("« <{piece} » never ends")) };
        let name = tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap_or_default();
        if matches!(name, "br" | "hr" | "img") {
            continue;
        }
        if !TAGS.contains(&format!(" {name} ")) {
            return Some(format!("<{tag}> is not ours"));
        }
        if !tag.starts_with('/') {
            open.push(name);
        } else if open.pop() != Some(name) {
            return Some(format!("<{tag}> closes nothing"));
        }
    }
    open.pop().map(|name| format!("<{name}> is not closed"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_gives_sound_html(body in markdown()) {
        let (rendered, _) = read(&body);
        let pieces = [&rendered.lead, &rendered.footnotes].into_iter().chain(rendered.sections.iter().flat_map(|s| [&s.title, &s.body]));
        for piece in pieces {
            prop_assert_eq!(fault_of(piece), None, "{}", piece);
        }
    }

    #[test]
    fn any_text_is_read(body in any::<String>()) {
        read(&body);
    }
}
