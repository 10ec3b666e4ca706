//! Any text that was approved, as a file of the content: its head says the same to two YAML parsers
//! that share no line, its page the same to our own types, its body shows what was typed and no
//! markup.

use generator::content::{Activity, Charter, Kind, Note, Post, Project, Resource, Slot, Space};
use generator::dates::WEEKDAYS;
use generator::diagnostic::Diagnostics;
use generator::form::AnswerValue;
use generator::form::clean::{clean, clean_line};
use generator::form::definition::PublishedKind;
use generator::form::publication::Draft;
use generator::front_matter::split;
use generator::markdown::escape_text;
use generator::parse::{ParsedPage, parse};
use generator::publish::{self, Destination, NewFile};
use generator::source::SourceFile;
use generator::typography::french_text;
use generator::yaml::{Node, Value};
use jiff::civil::time;
use libyaml_safer::{EventData, Parser};
use proptest::prelude::*;
use proptest::sample::select;

use super::cases::{CASES, cases};
use super::html::tags;

/// What YAML or Markdown does something about, or what reads otherwise than it looks.
#[rustfmt::skip]
const PIECES: [&str; 118] = [
    // YAML
    "\"", "'", "\\", "\n", ": ", ":", "#", " # ", "- ", "---", "\n---\n", "\n...\n", "...", "? ", "| ", "> ", "%", "@", "&a ", "*a ",
    "!t ", "[", "]", "{", "}", ", ", "~", "null", "oui", "\\n", "\\u0041", "\"\n", "titre: x", "\nbrouillon: oui", "2026-11-22",
    // Markdown
    "*", "**", "_", "__", "`", "```", "\n```\n", "~~~", "~~", "# ", "\n## ", "\n===", "\n---", "\n- ", "\n+ ", "\n* ", "1. ", "\n2) ",
    "\n- [ ] ", "> ", "\n> ", "> [!NOTE]\n", "    ", "\n    code", "\t", "  \n", "\\\n", "\n\n", "[a](b)", "[a]: b", "\n[a]: /b\n", "[a]",
    "![", "](", "[^1]", "\n[^1]: ", "<", ">", "<b>", "</p>", "<!--", "-->", "<?", "<https://exemple.fr>", "<script>alert(1)</script>",
    "https://exemple.fr/a?b=c&d", "javascript:alert(1)", "&", "&amp;", "&#60;", "&lt", "|", "a|b\n-|-\n", "\n|--|", "\n:--", ":::", "$", "{#id}",
    "{{ x }}", "{% raw %}", "^", "==", "!", "a_b", "\n1",
    // Looks
    "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}", "\u{a0}", "\u{202f}", "\u{3000}", "\u{200b}", "\u{feff}", "\u{202e}", "\u{301}", "🌻", "\u{fffe}",
    "\u{10ffff}", "é", "• ", "Merci à l'équipe ",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => select(&PIECES[..]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[a-z0-9 .]{1,8}",
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// A text as an answer holds it, which is never empty.
fn answer() -> impl Strategy<Value = String> {
    text().prop_map(|text| clean(&text)).prop_filter("an empty answer is none", |text| !text.is_empty())
}

fn line() -> impl Strategy<Value = String> {
    text().prop_map(|text| clean_line(&text)).prop_filter("an empty answer is none", |text| !text.is_empty())
}

fn publish(kind: PublishedKind, front_matter: &[(&str, AnswerValue)], body: &str) -> NewFile {
    let front_matter = front_matter.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    let draft = Draft { kind, folder: "dossier".to_owned(), space: None, front_matter, body: body.to_owned() };
    let to = Destination {
        space_folder: None,
        date: jiff::civil::date(2026, 11, 22),
        id: "k3v9q2",
        taken: &|_| false,
        base_charter: None,
    };
    let mut files = publish::page(&draft, &to).files;
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].path, "dossier/2026-11-22-k3v9q2.md");
    files.remove(0)
}

/// Warnings about what somebody wrote, however it is marked up.
const ABOUT_WORDS: [&str; 8] = [
    "accents-abimes",
    "adresse-personnelle",
    "adresse-sans-lien",
    "caractere-bidirectionnel",
    "caractere-invisible",
    "donnee-personnelle",
    // A bullet that is a sign like others: Markdown has no list there.
    "liste-perdue",
    "texte-a-completer",
];

/// The page that a site makes of the file, without a word of complaint.
fn parsed(file: &NewFile, holds: &str) -> std::sync::Arc<ParsedPage> {
    let index = SourceFile::new("dossier/_index.md", format!("---\ntitre: Dossier\ncontient: {holds}\n---\n"));
    let diagnostics = Diagnostics::new();
    let pages = parse(vec![index, SourceFile::new(&file.path, file.text.as_str())], "Portail", &diagnostics).pages;
    // What was typed is text: its words may be worth a warning, its signs are none of Markdown.
    let faults = diagnostics.into_sorted();
    assert!(faults.iter().all(|fault| ABOUT_WORDS.contains(&fault.code)), "{faults:#?}\n{}", file.text);
    pages.into_iter().find(|page| *page.source.path == *file.path).unwrap()
}

fn text_value(text: &str) -> AnswerValue {
    AnswerValue::Text(text.to_owned())
}

/// A tree of YAML as either parser reads it.
#[derive(Debug, PartialEq)]
enum Tree {
    Scalar(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

fn by_ours(file: &NewFile) -> Tree {
    let source = SourceFile::new(&file.path, file.text.as_str());
    let diagnostics = Diagnostics::new();
    let head = split(&source, &diagnostics).unwrap();
    assert_eq!(diagnostics.into_sorted(), []);
    from_node(&head.fields)
}

fn from_node(node: &Node) -> Tree {
    match &node.value {
        Value::Null => Tree::Scalar("null".to_owned()),
        Value::Scalar(text) => Tree::Scalar(text.clone()),
        Value::List(items) => Tree::List(items.iter().map(from_node).collect()),
        Value::Map(entries) => {
            Tree::Map(entries.iter().map(|entry| (entry.key.clone(), from_node(&entry.value))).collect())
        }
    }
}

/// By libyaml, as its port to Rust reads it.
fn by_libyaml(file: &NewFile) -> Tree {
    let head = file.text.strip_prefix("---\n").unwrap();
    let head = &head[..=head.find("\n---\n").unwrap()];
    let mut bytes = head.as_bytes();
    let mut parser = Parser::new();
    parser.set_input_string(&mut bytes);
    let mut next = || parser.parse().unwrap_or_else(|fault| panic!("{fault}: {head}")).data;
    assert!(matches!(next(), EventData::StreamStart { .. }));
    assert!(matches!(next(), EventData::DocumentStart { .. }));
    let first = next();
    let tree = from_events(first, &mut next);
    assert!(matches!(next(), EventData::DocumentEnd { .. }));
    assert!(matches!(next(), EventData::StreamEnd));
    tree
}

fn from_events(event: EventData, next: &mut dyn FnMut() -> EventData) -> Tree {
    match event {
        EventData::Scalar { value, .. } => Tree::Scalar(value),
        EventData::SequenceStart { .. } => {
            let mut items = Vec::new();
            loop {
                match next() {
                    EventData::SequenceEnd => return Tree::List(items),
                    event => items.push(from_events(event, next)),
                }
            }
        }
        EventData::MappingStart { .. } => {
            let mut entries = Vec::new();
            loop {
                match next() {
                    EventData::MappingEnd => return Tree::Map(entries),
                    EventData::Scalar { value, .. } => {
                        let event = next();
                        entries.push((value, from_events(event, next)));
                    }
                    other => panic!("{other:?} is no key"),
                }
            }
        }
        other => panic!("{other:?} is no value"),
    }
}

fn scalar(text: &str) -> Tree {
    Tree::Scalar(text.to_owned())
}

/// The HTML that a text is to give: its paragraphs, its line ends, its characters with French
/// spacing, and nothing else.
fn html_of(text: &str) -> String {
    let mut html = String::new();
    let cleaned = clean(text);
    let lines: Vec<&str> = cleaned.lines().map(str::trim).collect();
    for paragraph in lines.split(|line| line.is_empty()).filter(|paragraph| !paragraph.is_empty()) {
        let lines: Vec<String> = paragraph
            .iter()
            .map(|line| {
                let mut escaped = String::new();
                escape_text(&french_text(line), &mut escaped);
                escaped
            })
            .collect();
        html.extend(["<p>", &lines.join("<br>\n"), "</p>\n"]);
    }
    html
}

fn check_body(page: &ParsedPage, typed: &str) {
    assert_eq!(page.body.links.len(), 0, "{typed:?}");
    let none = generator::markdown::Resolution::Broken;
    let html = page.body.render(|_| &none).html();
    assert_eq!(html, html_of(typed), "{typed:?}");
    assert!(tags(&html).iter().all(|tag| matches!(tag.name.as_str(), "p" | "/p" | "br")), "{html}");
}

proptest! {
    #![proptest_config(cases(CASES / 4))]

    #[test]
    fn a_note_is_the_one_that_was_approved(body in text(), signature in line()) {
        let file = publish(PublishedKind::Note, &[("couleur", text_value("vert")), ("signature", text_value(&signature))], &body);
        let tree = Tree::Map(vec![
            ("couleur".to_owned(), scalar("vert")),
            ("signature".to_owned(), scalar(&signature)),
            ("date".to_owned(), scalar("2026-11-22")),
        ]);
        prop_assert_eq!(&by_ours(&file), &tree);
        prop_assert_eq!(&by_libyaml(&file), &tree);

        let page = parsed(&file, "post-it");

        let Kind::Note(Note { signature: read, .. }) = &page.kind else { panic!("{:?}", page.kind) };
        prop_assert_eq!(read.as_ref(), Some(&signature));
        prop_assert_eq!(&page.meta.title, "");
        prop_assert_eq!(page.meta.date, Some(jiff::civil::date(2026, 11, 22)));
        check_body(&page, &body);
    }

    #[test]
    fn an_activity_holds_every_element_that_was_approved(name in line(), place in line(), point in answer(), body in text()) {
        let keys = [
            ("titre", text_value(&name)),
            ("moyens.lieu", text_value(&place)),
            ("vigilance.risques_sociaux", text_value(&point)),
            ("moyens.budget", text_value("Aucun")),
        ];
        let file = publish(PublishedKind::Activity, &keys, &body);
        let below = |pairs: &[(&str, &str)]| Tree::Map(pairs.iter().map(|(key, text)| ((*key).to_owned(), scalar(text))).collect());
        let tree = Tree::Map(vec![
            ("titre".to_owned(), scalar(&name)),
            ("moyens".to_owned(), below(&[("lieu", &place), ("budget", "Aucun")])),
            ("vigilance".to_owned(), below(&[("risques_sociaux", &point)])),
            ("date".to_owned(), scalar("2026-11-22")),
        ]);
        prop_assert_eq!(&by_ours(&file), &tree);
        prop_assert_eq!(&by_libyaml(&file), &tree);

        let page = parsed(&file, "activite");

        let Kind::Activity(Activity { means, vigilance, .. }) = &page.kind else { panic!("{:?}", page.kind) };
        prop_assert_eq!(&page.meta.title, &name);
        prop_assert_eq!((means.place.as_ref(), means.budget.as_deref()), (Some(&place), Some("Aucun")));
        prop_assert_eq!(vigilance[5].as_ref(), Some(&point));
        check_body(&page, &body);
    }

    #[test]
    fn a_list_has_the_items_that_were_approved(title in line(), goals in prop::collection::vec(line(), 1..4)) {
        let keys = [("titre", text_value(&title)), ("buts", AnswerValue::Several(goals.clone())), ("annee", AnswerValue::Number(2026))];
        let file = publish(PublishedKind::Project, &keys, "");
        let tree = Tree::Map(vec![
            ("titre".to_owned(), scalar(&title)),
            ("buts".to_owned(), Tree::List(goals.iter().map(|goal| scalar(goal)).collect())),
            ("annee".to_owned(), scalar("2026")),
            ("date".to_owned(), scalar("2026-11-22")),
        ]);
        prop_assert_eq!(&by_ours(&file), &tree);
        prop_assert_eq!(&by_libyaml(&file), &tree);

        let page = parsed(&file, "projet");

        let Kind::Project(Project { goals: read, year, .. }) = &page.kind else { panic!("{:?}", page.kind) };
        prop_assert_eq!((read, *year), (&goals, Some(2026)));
    }

    #[test]
    fn a_post_keeps_its_title_and_its_author(title in line(), author in line(), body in text()) {
        let keys = [("titre", text_value(&title)), ("nature", text_value("idee")), ("auteur", text_value(&author))];
        let page = parsed(&publish(PublishedKind::Post, &keys, &body), "publication");
        let Kind::Post(Post { author: read, .. }) = &page.kind else { panic!("{:?}", page.kind) };
        prop_assert_eq!((&page.meta.title, read.as_ref()), (&title, Some(&author)));
        check_body(&page, &body);
    }

    #[test]
    fn a_resource_keeps_who_holds_it_and_where_it_is(title in line(), holder in line(), theme in line(), path in "[a-z0-9/?=&#%.-]{0,20}") {
        let link = format!("https://exemple.fr/{path}");
        let keys = [("titre", &title), ("detenteur", &holder), ("theme", &theme), ("lien", &link)];
        let file = publish(PublishedKind::Resource, &keys.map(|(key, text)| (key, text_value(text))), "");
        prop_assert_eq!(by_ours(&file), by_libyaml(&file));

        let page = parsed(&file, "ressource");

        let Kind::Resource(Resource { holder: read, theme: also, link: leads, .. }) = &page.kind else { panic!("{:?}", page.kind) };
        prop_assert_eq!((&page.meta.title, read.as_ref(), also.as_ref(), leads.as_ref()), (&title, Some(&holder), Some(&theme), Some(&link)));
    }

    #[test]
    fn slots_are_those_that_were_typed(slots in prop::collection::vec((0..7usize, 0..23i8, 0..60i8, 1..1000usize), 1..5)) {
        let lines = slots.iter().map(|(day, hour, minute, seats)| {
            format!("{} {hour}h{minute:02}-{}h{minute:02}, {seats} places", WEEKDAYS[*day], hour + 1)
        });
        let typed = lines.collect::<Vec<_>>().join("\n");
        let file = publish(PublishedKind::Activity, &[("titre", text_value("Étirements")), ("creneaux", text_value(&typed))], "");
        prop_assert_eq!(by_ours(&file), by_libyaml(&file));

        let page = parsed(&file, "activite");

        let Kind::Activity(Activity { slots: read, .. }) = &page.kind else { panic!("{:?}", page.kind) };
        let slot = |(day, hour, minute, seats): &(usize, i8, i8, usize)| {
            Slot { weekday: *day, start: time(*hour, *minute, 0, 0), end: Some(time(hour + 1, *minute, 0, 0)), place: None, seats: Some(*seats) }
        };
        let mut expected: Vec<Slot> = slots.iter().map(slot).collect();
        expected.sort_by_key(|slot| (slot.weekday, slot.start));
        prop_assert_eq!(read, &expected);
    }

    /// Its pages are of our own text, with what was typed in some places of it.
    #[test]
    fn a_space_opens_whole_whatever_its_name(title in line(), establishment in line(), body in text()) {
        let keys = [("titre", &title), ("service", &title), ("etablissement", &establishment)];
        let front_matter = keys.map(|(key, text)| (key.to_owned(), text_value(text))).to_vec();
        let draft = Draft { kind: PublishedKind::Space, folder: "faire".to_owned(), space: None, front_matter, body: body.clone() };
        let opened = publish::page(&draft, &Destination { space_folder: None, date: jiff::civil::date(2026, 11, 22), id: "k3v9q2", taken: &|_| false, base_charter: Some("2a61637e") });
        prop_assert_eq!(opened.files.len(), 7);
        let ascii = |path: &str| path.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.'));
        for file in &opened.files {
            prop_assert!(ascii(&file.path) && !file.path.contains(".."), "{}", file.path);
            prop_assert_eq!(by_ours(file), by_libyaml(file));
        }
        let entrance = SourceFile::new("faire/_index.md", "---\ntitre: Faire\ncontient: espace\n---\n");
        let sources = opened.files.iter().map(|file| SourceFile::new(&file.path, file.text.as_str()));
        let diagnostics = Diagnostics::new();
        let pages = parse([entrance].into_iter().chain(sources).collect(), "Portail", &diagnostics).pages;
        let faults = diagnostics.into_sorted();
        prop_assert!(faults.iter().all(|fault| ABOUT_WORDS.contains(&fault.code)), "{faults:#?}");
        let page = |path: &str| pages.iter().find(|page| *page.source.path == *path).unwrap();

        let space = page(&opened.main);
        let Kind::Space(Space { department, establishment: read, .. }) = &space.kind else { panic!("{:?}", space.kind) };
        prop_assert_eq!((&space.meta.title, department.as_ref(), read.as_ref()), (&title, Some(&title), Some(&establishment)));
        let none = generator::markdown::Resolution::Broken;
        let html = space.body.render(|_| &none).html();
        prop_assert!(html.starts_with(&html_of(&body)), "{html}");

        let charter = opened.files.iter().find(|file| file.path.ends_with("/charte-du-service.md")).unwrap();
        let text = charter.text.splitn(3, "---\n").nth(2).unwrap();
        let charter = page(&charter.path);
        let Kind::Charter(Charter { versions, .. }) = &charter.kind else { panic!("{:?}", charter.kind) };
        prop_assert_eq!(&charter.meta.title, &format!("Charte du service {title}"));
        prop_assert_eq!(&versions[0].version, &Charter::version_of(&charter.meta.title, text, Some("2a61637e")));
    }

    /// What never passed through a form: control characters and overrides are dropped.
    #[test]
    fn no_character_at_all_breaks_a_file(characters in prop::collection::vec(any::<char>(), 0..40), low in "[\u{0}-\u{1f}\u{7f}-\u{9f}]{0,8}") {
        let text: String = characters.into_iter().collect::<String>() + &low + "fin";
        let file = publish(PublishedKind::Note, &[("signature", text_value(&text))], &text);
        prop_assert!(!file.text.contains(|c: char| c.is_control() && c != '\n'));
        prop_assert_eq!(by_ours(&file), by_libyaml(&file));
        check_body(&parsed(&file, "post-it"), &text);
    }
}

/// The pieces on their own, and each after a word on the line above.
#[test]
fn each_sign_reaches_the_page_as_it_was_typed() {
    for piece in PIECES {
        for text in
            [piece.to_owned(), format!("mot\n{piece}"), format!("mot\n\n{piece} mot"), format!("{piece}\n{piece}")]
        {
            let body = format!("{text}\nfin");
            check_body(&parsed(&publish(PublishedKind::Note, &[], &body), "post-it"), &body);
        }
    }
}
