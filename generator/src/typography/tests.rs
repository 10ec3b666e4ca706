use proptest::prelude::*;

use super::*;

/// What is typed, and what is read; `~` stands for the no-break space.
const CASES: &[(&str, &str)] = &[
    // Nothing to do.
    ("", ""),
    (" ", " "),
    ("Bonjour", "Bonjour"),
    ("Le cœur, l’œuvre et l’été.", "Le cœur, l’œuvre et l’été."),
    ("un deux  trois", "un deux  trois"),
    // High punctuation: an ordinary space becomes a no-break one.
    ("Bonjour !", "Bonjour~!"),
    ("Vraiment ?", "Vraiment~?"),
    ("un ; deux", "un~; deux"),
    ("Deux accords : le vôtre", "Deux accords~: le vôtre"),
    ("Quoi ?! Non !!!", "Quoi~?! Non~!!!"),
    ("Deux  espaces  !", "Deux  espaces~!"),
    ("déjà juste~! et~?", "déjà juste~! et~?"),
    ("fine\u{202f}!", "fine~!"),
    ("milieu\u{202f}fine", "milieu~fine"),
    ("mêlées \u{202f} !", "mêlées~!"),
    ("une ligne\n! une autre", "une ligne~! une autre"),
    ("un paragraphe\n\n! un autre", "un paragraphe\n\n! un autre"),
    ("Accords :\n- un", "Accords~:\n- un"),
    // … and is put where it was forgotten, when that is safe.
    ("Bonjour!", "Bonjour~!"),
    ("Vraiment?", "Vraiment~?"),
    ("un; deux", "un~; deux"),
    ("Durée: 20 min", "Durée~: 20~min"),
    ("(Vraiment?)", "(Vraiment~?)"),
    ("Étape 3: cocher", "Étape 3~: cocher"),
    ("50 %!", "50~%~!"),
    ("etc.; puis", "etc.~; puis"),
    // Not sentences.
    ("! au début", "! au début"),
    (": au début", ": au début"),
    ("a;b", "a;b"),
    ("Quoi?Oui", "Quoi?Oui"),
    ("a::b", "a::b"),
    ("std :: vec", "std :: vec"),
    ("une émoticône :smile: ici", "une émoticône :smile: ici"),
    ("clé:valeur", "clé:valeur"),
    ("formulaire:contact", "formulaire:contact"),
    ("de 14:30 à 15:00", "de 14:30 à 15:00"),
    ("un ratio de 1:4", "un ratio de 1:4"),
    ("C:\\Temp", "C:\\Temp"),
    ("(!)", "(!)"),
    ("a != b", "a != b"),
    ("l’entité &nbsp; et &#160; aussi", "l’entité &nbsp; et &#160; aussi"),
    // Addresses.
    ("voir https://exemple.fr/a?b=1;c:d!e ici !", "voir https://exemple.fr/a?b=1;c:d!e ici~!"),
    ("https://exemple.fr/l'été...", "https://exemple.fr/l'été..."),
    ("« https://exemple.fr/?a »", "«~https://exemple.fr/?a~»"),
    ("index.php?id=3", "index.php?id=3"),
    ("mailto:a@exemple.fr", "mailto:a@exemple.fr"),
    // Guillemets.
    ("« mot »", "«~mot~»"),
    ("«mot»", "«~mot~»"),
    ("« mot», dit-elle", "«~mot~», dit-elle"),
    ("«~déjà~»", "«~déjà~»"),
    ("«  deux espaces  »", "«~deux espaces~»"),
    ("« coupé\nen deux\n»", "«~coupé\nen deux~»"),
    ("« Quoi ? »", "«~Quoi~?~»"),
    ("il dit : « oui »", "il dit~: «~oui~»"),
    ("« un » « deux »", "«~un~» «~deux~»"),
    ("»", "»"),
    ("«", "«"),
    ("« »", "«~»"),
    ("les « a», « b »", "les «~a~», «~b~»"),
    // Straight quotes.
    ("\"mot\"", "«~mot~»"),
    ("il dit \"oui\" et \"non\".", "il dit «~oui~» et «~non~»."),
    ("(\"mot\")", "(«~mot~»)"),
    ("\"Vraiment ?\"", "«~Vraiment~?~»"),
    ("\"Vraiment?\"", "«~Vraiment~?~»"),
    ("l'\"équipe\"", "l’«~équipe~»"),
    ("un écran de 24\"", "un écran de 24\""),
    ("24\" x 12\"", "24\" x 12\""),
    ("un \"mot", "un \"mot"),
    ("\" mot \"", "\" mot \""),
    ("a\"b\"c", "a\"b\"c"),
    ("\"\"", "\"\""),
    ("un \"mot\" de 24\"", "un \"mot\" de 24\""),
    ("déjà “mot”", "déjà “mot”"),
    // Apostrophes.
    ("l'équipe", "l’équipe"),
    ("aujourd'hui, jusqu'à l'été", "aujourd’hui, jusqu’à l’été"),
    ("L'ÉQUIPE QU'ELLE", "L’ÉQUIPE QU’ELLE"),
    ("rock'n'roll", "rock’n’roll"),
    ("d'1 heure", "d’1 heure"),
    ("l'« équipe »", "l’«~équipe~»"),
    ("les 'mots'", "les 'mots'"),
    ("5'10", "5'10"),
    ("déjà l’été", "déjà l’été"),
    // Ellipses.
    ("et puis...", "et puis…"),
    ("...bref", "…bref"),
    ("Quoi... ?", "Quoi…~?"),
    ("Quoi...?", "Quoi…~?"),
    ("[...]", "[…]"),
    ("a..b", "a..b"),
    ("........", "........"),
    ("/usr/.../bin", "/usr/.../bin"),
    // Dashes.
    ("un mot - un autre", "un mot – un autre"),
    ("« mot » - suite", "«~mot~» – suite"),
    ("bien-être", "bien-être"),
    ("- élément", "- élément"),
    ("a\n- b", "a\n- b"),
    ("5 - 3", "5 - 3"),
    ("page 5 - suite", "page 5 – suite"),
    ("a -- b", "a -- b"),
    ("a – b", "a – b"),
    ("un -5", "un -5"),
    // Hours.
    ("à 14h30", "à 14~h~30"),
    ("à 14 h 30", "à 14~h~30"),
    ("14h", "14~h"),
    ("de 14h à 15h", "de 14~h à 15~h"),
    ("de 14h-15h30", "de 14~h-15~h~30"),
    ("24h/24", "24~h/24"),
    ("2h30min", "2~h~30~min"),
    ("en 12h, pas plus", "en 12~h, pas plus"),
    ("14h75", "14h75"),
    ("14h3", "14h3"),
    ("12 heures", "12 heures"),
    ("A14h30", "A14h30"),
    ("à 9h précises", "à 9~h précises"),
    // Units.
    ("20 min", "20~min"),
    ("20min", "20~min"),
    ("10 €", "10~€"),
    ("10€", "10~€"),
    ("50 %", "50~%"),
    ("50%", "50~%"),
    ("3 kg", "3~kg"),
    ("1,5 km/h", "1,5~km/h"),
    ("37,5°C", "37,5~°C"),
    ("12 m²", "12~m²"),
    ("46 personnes", "46 personnes"),
    ("3 minutes", "3 minutes"),
    ("la 4G", "la 4G"),
    ("3 l'un", "3 l’un"),
    ("a%20b", "a%20b"),
    ("10%20", "10%20"),
    // Numbers.
    ("6000", "6000"),
    ("10 000 €", "10~000~€"),
    ("1 234 567", "1~234~567"),
    ("le 2 2026", "le 2 2026"),
    ("01 23 45 67 89", "01 23 45 67 89"),
    ("n°5", "n°~5"),
    ("n° 5", "n°~5"),
    ("N°12", "N°~12"),
    ("n°~5", "n°~5"),
    ("bon°5", "bon°5"),
    ("le n° du service", "le n° du service"),
];

fn shown(text: &str) -> String {
    text.replace('\u{a0}', "~")
}

fn typeset(text: &str) -> String {
    shown(&french_text(&text.replace('~', "\u{a0}")))
}

#[test]
fn what_is_typed_becomes_what_is_read() {
    let wrong: Vec<_> = CASES
        .iter()
        .filter(|(typed, read)| typeset(typed) != *read)
        .map(|(typed, read)| format!("{typed:?}: {:?} and not {read:?}", typeset(typed)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_second_pass_over_the_cases_changes_nothing() {
    for (_, read) in CASES {
        assert_eq!(typeset(read), *read);
    }
}

/// One sentence in pieces, as Markdown cuts it.
fn in_pieces(pieces: &[&str]) -> Vec<String> {
    let mut typographer = Typographer::default();
    let mut written = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let after = if at + 1 == pieces.len() { After::End } else { After::More };
        let mut out = String::new();
        typographer.write::<true>(piece, after, &mut out);
        written.push(shown(&out));
    }
    written
}

#[test]
fn a_sentence_keeps_its_typography_across_emphasis() {
    assert_eq!(in_pieces(&["l'", "équipe", " !"]), ["l’", "équipe", "~!"]);
    assert_eq!(in_pieces(&["« ", "mot", " »"]), ["«~", "mot", "~»"]);
    assert_eq!(in_pieces(&["«", "mot", "»"]), ["«~", "mot", "~»"]);
    assert_eq!(in_pieces(&["Durée", " : 20 min"]), ["Durée", "~: 20~min"]);
    assert_eq!(in_pieces(&["Durée", ": 20 min"]), ["Durée", "~: 20~min"]);
    assert_eq!(in_pieces(&["mot", " - ", "suite"]), ["mot", " – ", "suite"]);
    assert_eq!(in_pieces(&["\"", "mot", "\""]), ["\"", "mot", "\""]);
    assert_eq!(in_pieces(&["", " ! a"]), ["", " ! a"]);
}

#[test]
fn a_new_paragraph_forgets_the_last_one() {
    let mut typographer = Typographer::default();
    let mut out = String::new();
    typographer.write::<true>("fin", After::End, &mut out);
    typographer.restart();
    typographer.write::<true>(" ! début", After::End, &mut out);
    assert_eq!(out, "fin ! début");
}

#[test]
fn signs_of_markup_are_escaped_in_html_and_only_there() {
    assert_eq!(in_pieces(&["a < b & c > d"]), ["a &lt; b &amp; c &gt; d"]);
    assert_eq!(in_pieces(&["https://exemple.fr/?a&b"]), ["https://exemple.fr/?a&amp;b"]);
    assert_eq!(in_pieces(&["&nbsp; <b>!"]), ["&amp;nbsp; &lt;b&gt;!"]);
    assert_eq!(typeset("a < b & c"), "a < b & c");
}

#[test]
fn a_hundred_thousand_signs_take_no_longer_each_than_one() {
    for sign in ["!", " !", "«", "»", "\"", "'", "a;", "a:", "5h", "1 000 ", "n°5", " - ", "...", "://", ")", "a'«\" "]
    {
        let long = sign.repeat(100_000);
        assert!(french_text(&long).len() >= long.len() / 3);
    }
}

/// The letters of a text, without what typography may change.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !"'’\"«».…-–".contains(*c)).collect()
}

fn typed_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(" ".to_owned()),
        Just("\u{a0}".to_owned()),
        Just("\u{202f}".to_owned()),
        Just("\n".to_owned()),
        "[!?;:'’\".…«»–&%€°/()-]",
        "[0-9]{1,4}",
        prop_oneof![Just("h"), Just("min"), Just("n°"), Just("kg"), Just("://"), Just("l"), Just("qu"), Just("...")]
            .prop_map(str::to_owned),
        "[a-zéœ]{1,3}",
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_second_pass_changes_nothing(text in typed_text()) {
        let once = french_text(&text);
        prop_assert_eq!(shown(&french_text(&once)), shown(&once));
    }

    #[test]
    fn no_letter_is_lost_or_added(text in prop_oneof![typed_text(), any::<String>()]) {
        let read = french_text(&text);
        prop_assert_eq!(letters(&read), letters(&text));
        let has_narrow_space = read.contains('\u{202f}');
        prop_assert!(!has_narrow_space);
    }

    #[test]
    fn pieces_lose_no_letter_either(pieces in proptest::collection::vec(typed_text(), 1..5)) {
        let mut typographer = Typographer::default();
        let mut read = String::new();
        for piece in &pieces {
            typographer.write::<false>(piece, After::More, &mut read);
        }
        prop_assert_eq!(letters(&read), letters(&pieces.concat()));
    }
}
