//! What names a person: an address of one's own, the number of a patient.
//!
//! A page is read by everybody and kept by git for ever. An address of a service, or an invented
//! one, harms nobody.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::Prose;
use crate::guard;
use crate::markdown::{Report, quoted};
use crate::scan;
use crate::slug::fold;

/// Shorter numbers are no patient's.
const DIGITS: usize = 6;
/// Longer ones are a table of figures.
const MOST_DIGITS: usize = 30;
/// Those of a social security number; shorter ones say nothing unless something is said of them.
const UNANNOUNCED: usize = 13;
/// How much of the text before a number says what it is.
const REACH: usize = 110;

/// Reports what names a person in the prose of a body.
pub(super) fn check(body: &str, prose: &[Prose], report: &Report) {
    let bytes = body.as_bytes();
    for piece in prose.iter().take_while(|_| !report.is_full()) {
        let mut at = piece.range.start;
        let end = piece.range.end.min(bytes.len());
        while let Some(found) = scan::first(&bytes[at.min(end)..end], digit_or_at) {
            at += found;
            if report.is_full() {
                return;
            }
            if bytes[at] == b'@' {
                if !piece.in_link {
                    check_mail_at(body, at, piece, report);
                }
                at += 1;
            } else {
                let (length, digits) = number(&bytes[at..end]);
                if (DIGITS..=MOST_DIGITS).contains(&digits) {
                    check_number(body, at..at + length, digits, piece, report);
                }
                at += length;
            }
        }
    }
}

/// A digit or an at sign.
#[inline]
fn digit_or_at(eight: u64) -> u64 {
    scan::ascii_between(eight, b'0', b'9') | scan::equal(eight, b'@')
}

/// The length in bytes of the number at the start of a text, and how many digits it has.
fn number(bytes: &[u8]) -> (usize, usize) {
    let (mut length, mut digits) = (0, 0);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'0'..=b'9' => {
                digits += 1;
                at += 1;
                length = at;
            }
            // Corsica.
            b'A' | b'B' if digits == 6 => at += 1,
            b' ' | b'.' | b'-' | 0xc2 | 0xa0 | 0xe2 | 0x80 | 0xaf if at < length + 3 => at += 1,
            _ => break,
        }
    }
    (length, digits)
}

fn check_number(body: &str, range: Range<usize>, digits: usize, piece: &Prose, report: &Report) {
    let start = body.floor_char_boundary(range.start.saturating_sub(REACH)).max(piece.range.start);
    let before = &body[start..range.start];
    if digits < UNANNOUNCED && !ANNOUNCED.as_ref().is_some_and(|words| words.is_match(before)) {
        return;
    }
    let end = body.ceil_char_boundary((range.end + 40).min(piece.range.end).max(range.end));
    for finding in guard::identifiers(&body[start..end]) {
        let found = start + finding.range.start..start + finding.range.end;
        if found.start < range.end && range.start < found.end {
            report.warning(
                found,
                "donnee-personnelle",
                format!("ce passage ressemble à {}", finding.kind.label()),
                "retirez-le : une page est lue par tous, et git en garde chaque version",
            );
        }
    }
}

/// What goes before the number of a patient, as far as the guard knows. The automaton that is made soonest: it reads
/// [`REACH`] bytes at a time, in the few texts that have such a number.
static ANNOUNCED: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = [
        "ipp",
        "iep",
        "nda",
        "nip",
        "dossier",
        "jour",
        "patient",
        "passage",
        "hospitalisation",
        "admission",
        "venue",
        "pisode",
        "tiquette",
        "cu",
        "nir",
        "ss",
    ];
    let kind = Some(AhoCorasickKind::NoncontiguousNFA);
    AhoCorasick::builder().ascii_case_insensitive(true).kind(kind).build(words).ok()
});

fn check_mail_at(body: &str, at: usize, piece: &Prose, report: &Report) {
    const LONGEST: usize = 64;
    let bytes = body.as_bytes();
    let belongs = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+');
    let before = bytes[piece.range.start..at].iter().rev().take(LONGEST).take_while(belongs).count();
    let after = bytes[at + 1..].iter().take(LONGEST).take_while(belongs).count();
    let address = body[at - before..=at + after].trim_end_matches(['.', '-']);
    check_mail(address, &(at - before..at - before + address.len()), report);
}

/// Reports a mail address that seems to be somebody's own.
pub(crate) fn check_mail(address: &str, range: &Range<usize>, report: &Report) {
    if is_personal(address) {
        report.warning(
            range.clone(),
            "adresse-personnelle",
            format!("« {} » ressemble à l’adresse d’une personne", quoted(address)),
            "donnez celle d’un service, ou un formulaire : une page est lue par tous, et git en garde chaque version",
        );
    }
}

/// Whose mailbox it is shows in its name: `prenom.nom` is a person's, `accueil.urgences` is not.
fn is_personal(address: &str) -> bool {
    let Some((name, domain)) = address.split_once('@') else { return false };
    let domain = domain.to_ascii_lowercase();
    if domain.split('.').any(|part| OF_EXAMPLES.contains(&part)) || !domain.contains('.') {
        return false;
    }
    let name = fold(name);
    let words: Vec<&str> = name.split(['.', '-', '_', '+']).filter(|word| !word.is_empty()).collect();
    let is_service =
        |word: &&str| OF_SERVICES.iter().any(|start| word.starts_with(start)) || OF_SERVICES_WHOLE.contains(word);
    let is_placeholder = |word: &&str| matches!(*word, "prenom" | "nom" | "xxx" | "votre" | "adresse" | "exemple");
    if words.iter().any(|word| is_service(word) || is_placeholder(word)) {
        return false;
    }
    OF_PEOPLE.contains(&domain.as_str()) || is_full_name(&name)
}

/// `jeanne.martin`, `martin.jeanne`, `j.martin`, `marie-jeanne_martin`.
fn is_full_name(name: &str) -> bool {
    let Some((first, last)) = name.split_once(['.', '_']) else { return false };
    let is_name = |word: &str| word.chars().all(|c| c.is_alphabetic() || c == '-');
    let given = |word: &str| word.split('-').any(|part| FIRST_NAMES.contains(&part));
    let long = |word: &str| word.chars().count() > 3;
    is_name(first)
        && is_name(last)
        && !last.is_empty()
        && (given(first) || given(last) || (long(first) && long(last)) || (first.len() == 1 && long(last)))
}

/// First names of many people: another name is short beside them.
const FIRST_NAMES: &[&str] = &[
    "adele",
    "adrien",
    "agnes",
    "alain",
    "alex",
    "alexandra",
    "alexandre",
    "alice",
    "aline",
    "amelie",
    "amina",
    "ana",
    "andre",
    "anna",
    "anne",
    "antoine",
    "arnaud",
    "arthur",
    "audrey",
    "aurelie",
    "axel",
    "benoit",
    "bernard",
    "brigitte",
    "bruno",
    "camille",
    "carine",
    "carole",
    "caroline",
    "catherine",
    "cecile",
    "celine",
    "chantal",
    "charles",
    "chloe",
    "christian",
    "christine",
    "christophe",
    "claire",
    "clara",
    "claude",
    "clement",
    "corinne",
    "damien",
    "daniel",
    "david",
    "denis",
    "didier",
    "dominique",
    "edith",
    "elena",
    "elise",
    "elodie",
    "emilie",
    "emma",
    "emmanuel",
    "eric",
    "estelle",
    "eva",
    "eve",
    "fabien",
    "fabrice",
    "fanny",
    "fatima",
    "florence",
    "florian",
    "francis",
    "francois",
    "francoise",
    "frederic",
    "gael",
    "genevieve",
    "gerard",
    "gilles",
    "guillaume",
    "guy",
    "helene",
    "henri",
    "hugo",
    "ines",
    "isabelle",
    "jacques",
    "jean",
    "jeanne",
    "jerome",
    "joel",
    "jose",
    "julie",
    "julien",
    "karim",
    "karine",
    "laetitia",
    "laura",
    "laure",
    "laurence",
    "laurent",
    "lea",
    "leo",
    "leila",
    "lina",
    "lise",
    "louis",
    "louise",
    "luc",
    "lucas",
    "lucie",
    "ludovic",
    "manon",
    "marc",
    "marie",
    "marine",
    "marion",
    "martin",
    "martine",
    "mathieu",
    "mathilde",
    "max",
    "maxime",
    "mehdi",
    "michel",
    "michele",
    "mohamed",
    "monique",
    "morgane",
    "muriel",
    "nadia",
    "nadine",
    "nathalie",
    "nicolas",
    "nicole",
    "nina",
    "noemie",
    "nora",
    "odile",
    "olivier",
    "pascal",
    "pascale",
    "patricia",
    "patrick",
    "paul",
    "pauline",
    "philippe",
    "pierre",
    "rachid",
    "remi",
    "rene",
    "robert",
    "romain",
    "rosa",
    "sabine",
    "samia",
    "samir",
    "sandra",
    "sandrine",
    "sara",
    "sarah",
    "sebastien",
    "serge",
    "severine",
    "simon",
    "sofia",
    "sonia",
    "sophie",
    "stephane",
    "stephanie",
    "sylvain",
    "sylvie",
    "theo",
    "thierry",
    "thomas",
    "valerie",
    "veronique",
    "victor",
    "vincent",
    "virginie",
    "william",
    "xavier",
    "yann",
    "yasmine",
    "yves",
    "zoe",
];

/// Parts of the domains of invented addresses.
const OF_EXAMPLES: &[&str] = &["example", "exemple", "localhost", "domaine", "mondomaine"];

/// Where people have a mailbox of their own.
const OF_PEOPLE: &[&str] = &[
    "gmail.com",
    "hotmail.com",
    "hotmail.fr",
    "outlook.com",
    "outlook.fr",
    "live.fr",
    "yahoo.fr",
    "yahoo.com",
    "orange.fr",
    "wanadoo.fr",
    "free.fr",
    "sfr.fr",
    "laposte.net",
    "icloud.com",
    "proton.me",
    "protonmail.com",
];

/// What the name of a service's mailbox is made of, whole.
const OF_SERVICES_WHOLE: &[&str] = &[
    "aide", "bloc", "ch", "chu", "cpts", "cse", "cada", "dam", "dpo", "drh", "dsi", "dtn", "has", "ipp", "rh", "rgpd",
    "sos", "ssi", "usld", "web",
];

/// And what its words start with.
const OF_SERVICES: &[&str] = &[
    "abonn",
    "accessib",
    "accueil",
    "achat",
    "activit",
    "administ",
    "adminsys",
    "admission",
    "alert",
    "ambulat",
    "anesthes",
    "anim",
    "annuaire",
    "archiv",
    "ars",
    "assist",
    "atelier",
    "biblio",
    "bienv",
    "bureau",
    "cadre",
    "cancer",
    "cardio",
    "cellule",
    "centre",
    "chirurg",
    "comit",
    "commission",
    "communic",
    "compta",
    "contact",
    "consult",
    "coord",
    "courri",
    "crise",
    "delegu",
    "depart",
    "dialyse",
    "direct",
    "document",
    "ecole",
    "ehpad",
    "equip",
    "ethique",
    "factur",
    "form",
    "geriat",
    "gestion",
    "groupe",
    "handicap",
    "hopital",
    "hygien",
    "imager",
    "info",
    "inscri",
    "institut",
    "ifsi",
    "laborat",
    "lettre",
    "logist",
    "maison",
    "mater",
    "medec",
    "medic",
    "mission",
    "moder",
    "newsletter",
    "noreply",
    "numeri",
    "offre",
    "ouvert",
    "palliat",
    "pediat",
    "permanen",
    "pharma",
    "planning",
    "plateform",
    "pole",
    "portail",
    "presse",
    "prevent",
    "projet",
    "psy",
    "qualit",
    "qv",
    "radio",
    "recrut",
    "redac",
    "referent",
    "relation",
    "reply",
    "repondre",
    "reserv",
    "sante",
    "secret",
    "securit",
    "serv",
    "site",
    "social",
    "soin",
    "stag",
    "standard",
    "support",
    "syndic",
    "tech",
    "unite",
    "urgenc",
    "usager",
    "vigil",
    "webmaster",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_persons_when_its_words_are_names() {
        for name in ["jeanne.martin", "martin.jeanne", "j.martin", "Marie-Hélène.Roux", "zoe.li", "l_dupond"] {
            assert!(is_personal(&format!("{name}@chu.test")), "{name}");
        }
        for name in
            ["contact", "accueil.urgences", "com.dir", "prenom.nom", "lab-ia", "ne-pas-repondre", "rh.paie", "a"]
        {
            assert!(!is_personal(&format!("{name}@chu.test")), "{name}");
        }
        assert!(!is_personal("jeanne.martin@exemple.fr"));
        assert!(!is_personal("jeanne.martin@poste"));
        assert!(!is_personal("rien"));
    }

    #[test]
    fn a_mailbox_that_people_have_at_home_is_a_persons() {
        for provider in OF_PEOPLE {
            assert!(is_personal(&format!("lapin75@{provider}")), "{provider}");
            assert!(!is_personal(&format!("contact@{provider}")), "{provider}");
        }
    }
}
