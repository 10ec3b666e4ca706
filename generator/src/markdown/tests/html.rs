//! HTML of the author: what passes, and what never does.

use super::*;

#[test]
fn the_allowed_tags_pass_and_nothing_of_theirs_but_a_title() {
    assert_eq!(
        html("H<sub>2</sub>O, 1<sup>er</sup>, <kbd>Ctrl</kbd>, <mark>lu</mark>, a<br>b<BR/>c\n"),
        "<p>H<sub>2</sub>O, 1<sup>er</sup>, <kbd>Ctrl</kbd>, <mark>lu</mark>, a<br>b<br>c</p>\n"
    );
    assert_eq!(
        html("<abbr title='Direction des \"soins\" & co'>DS</abbr>\n"),
        "<p><abbr title=\"Direction des &quot;soins&quot; &amp; co\">DS</abbr></p>\n"
    );
}

#[test]
fn details_hold_markdown() {
    assert_eq!(
        html("<details>\n<summary>L'essentiel !</summary>\n\nUn *mot*.\n\n</details>\n\nAprès.\n"),
        "<details>\n<summary>L’essentiel~!</summary>\n<p>Un <em>mot</em>.</p>\n</details>\n<p>Après.</p>\n"
    );
}

#[test]
fn a_heading_within_details_does_not_split() {
    let (rendered, _) = read("<details>\n<summary>S</summary>\n\n## Dedans\n\n</details>\n\n## Dehors\n");
    assert_eq!(rendered.sections.len(), 1);
    assert!(rendered.lead.ends_with("<h2 id=\"dedans\">Dedans</h2>\n</details>\n"), "{}", rendered.lead);
}

#[test]
fn comments_vanish() {
    assert_eq!(html("a <!-- b --> c\n\n<!-- d\n\n## e -->\n\nf\n"), "<p>a  c</p>\n<p>f</p>\n");
    assert_eq!(html("- <!-- vide -->\n- a\n"), "<ul>\n<li>\n</li>\n<li>a</li>\n</ul>\n");
}

#[test]
fn what_is_refused_has_its_place_and_its_own_words() {
    for (body, expected) in [
        ("a <script>alert(1)</script>\n", "E 1:3 html-programme"),
        ("a\n\n<script>\nalert('<p>')\n</script>\n", "E 3:1 html-programme"),
        ("<style>p { color: red }</style>\n", "E 1:1 html-aspect"),
        ("<font color=red>\n", "E 1:1 html-aspect"),
        ("<form action=x>\n", "E 1:1 html-formulaire"),
        ("a <input>\n", "E 1:3 html-formulaire"),
        ("<iframe src=x>\n", "E 1:1 html-integration"),
        ("a <svg onload=x>\n", "E 1:3 html-integration"),
        ("a <b>\n", "E 1:3 html"),
        ("<div>\n", "E 1:1 html"),
        ("a <div onclick=x>\n", "E 1:3 html-programme"),
        ("a <truc onclick=x>\n", "E 1:3 html-programme"),
        ("a <?php x ?>\n", "E 1:3 html"),
        ("<!DOCTYPE html>\n", "E 1:1 html"),
        ("a <![CDATA[x]]>\n", "E 1:3 html"),
        ("a <br onclick=x>\n", "E 1:3 html-programme"),
        ("a <br class=x>\n", "E 1:3 html-attribut"),
        ("a <kbd\nonmouseover='x'>b</kbd>\n", "E 1:3 html-programme"),
        ("a <abbr title=\"x\" onclick=\"y\">b</abbr>\n", "E 1:3 html-attribut"),
        ("a <sub>b\n", "E 1:3 html-fermeture"),
        ("a </sub> b\n", "E 1:3 html-fermeture"),
        ("*a <sub>b* c</sub>\n", "E 1:4 html-fermeture"),
        ("a <details> b\n", "E 1:3 html-bloc"),
        ("a\n\n<!-- jamais fermé\n\nb\n", "E 3:1 html-commentaire"),
        ("> <details>\n> a\n\nb\n", "E 1:3 html-fermeture"),
    ] {
        let found = faults(body);
        assert!(found.contains(&expected.to_owned()), "{body:?}: {found:?}");
        let html = html_all_the_same(body);
        for forbidden in [
            "<script",
            "<style",
            "<font",
            "<form",
            "<input",
            "<iframe",
            "<svg",
            "<b>",
            "<div>",
            "<nom",
            "<?",
            "<!",
            "onclick",
            "onmouseover",
        ] {
            assert!(!html.contains(forbidden), "{body:?}: {html}");
        }
    }
}

#[test]
fn tags_are_closed_whatever_happens() {
    for body in [
        "<details>\n\na\n",
        "a <sub>b <sup>c\n",
        "- <kbd>a\n- b\n",
        "<details>\n<summary>\n\na\n",
        "| <sub>a | b |\n| - | - |\n",
    ] {
        let html = html_all_the_same(body);
        for name in ["details", "summary", "sub", "sup", "kbd"] {
            let (starts, ends) =
                (html.matches(&format!("<{name}>")).count(), html.matches(&format!("</{name}>")).count());
            assert_eq!(starts, ends, "{body:?}: {html}");
        }
    }
}

#[test]
fn text_stuck_to_a_block_is_shown_and_reported() {
    assert_eq!(
        faults("<details>\n<summary>S</summary>\nTexte *nu* & <b>gras</b>\n</details>\n"),
        ["W 3:1 html-texte", "E 3:14 html", "W 3:17 html-texte", "E 3:21 html",]
    );
    assert!(
        html_all_the_same("<details>\n<summary>S</summary>\nTexte *nu* & x\n</details>\n")
            .contains("Texte *nu* &amp; x")
    );
}

#[test]
fn a_fault_in_a_quoted_block_stands_on_its_line() {
    assert_eq!(
        faults("> <details>\n> <summary>S</summary>\n> <b>x</b>\n>\n> </details>\n"),
        ["E 3:3 html", "W 3:6 html-texte", "E 3:7 html"]
    );
}

#[test]
fn signs_of_markup_in_text_are_escaped() {
    assert_eq!(
        html("a < b > c & d &lt;script&gt; \\<b\\>\n"),
        "<p>a &lt; b &gt; c &amp; d &lt;script&gt; &lt;b&gt;</p>\n"
    );
    assert_eq!(html("![a\"onerror=x](m.png)\n").matches("alt=\"a&quot;onerror=x\"").count(), 1);
}
