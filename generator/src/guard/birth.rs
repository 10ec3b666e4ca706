//! Dates of birth: announced by a word, or right beside a name.
//!
//! A date alone is an event, a delivery, a deadline. Beside a name and without any word, only a
//! year before 2020 counts: what people announce here happens later, and patients that are
//! younger are rarely named without « né le ».

use super::finding::FindingKind;
use super::reading::Reading;
use super::rule::{Passage, Rule};
use super::words::{DATE, FULL_NAME, MONTHS, TITLED};

/// What may be born without being anybody.
const THINGS: &str = r"\b(?:projets?|groupes?|idees?|associations?|activites?|ateliers?|services?|portail|espaces?|chorale|initiatives?|demarches?|clubs?|amicale|equipes?|fresque|tiers-lieu|lieu|collectifs?|tournoi|hopital|etablissement|jardin|charte|reseau|journal|festival|concours|fete|rendez-vous|tradition|reve|envie)\b[^.!?]{0,45}";

/// The rules of dates.
pub(super) fn rules() -> Vec<Rule> {
    let rule = |find: &str| Rule::new(FindingKind::BirthDate, find);
    let day = r"(?:lundi |mardi |mercredi |jeudi |vendredi |samedi |dimanche )?";
    vec![
        rule(&format!(r"\b(?:nee?s?|ne\(e\)) ?:? ?(?:le |en )?:? ?{day}(?P<it>{DATE})")).unless_preceded(THINGS),
        rule(&format!(r"\bnee?s? en (?:(?:{MONTHS}) )?(?P<it>(?:19|20|')?[0-9]{{2}})\b"))
            .unless_preceded(THINGS)
            .if_near(&format!(r"\b(?:patiente?|residente?|monsieur|dame|hospitalisee?)\b|{TITLED}")),
        rule(&format!(
            r"\b(?:ddn\b|d\.d\.n\.?|(?:date|annee) (?:de )?naiss(?:ance|\.)?)[^0-9\n]{{0,30}}?(?P<it>{DATE})"
        )),
        rule(&format!(r"\bnaiss(?:ance|\.)? ?:? ?(?:le )?(?P<it>{DATE})")),
    ]
}

/// Adds the dates that stand beside a name.
pub(super) fn find_beside_names(beside: &Rule, reading: &Reading, found: &mut Vec<Passage>) {
    let first = found.len();
    beside.find(reading, found);
    let mut at = first;
    while at < found.len() {
        if is_long_ago(&reading.text()[found[at].range.clone()]) {
            at += 1;
        } else {
            found.swap_remove(at);
        }
    }
}

/// A name and a date with nothing between them but a comma, a dash or a parenthesis.
pub(super) fn beside_names() -> Rule {
    Rule::new(FindingKind::BirthDate, &format!(r"(?:{TITLED}|{FULL_NAME})(?: ?, ?| ?\( ?| ?: ?| - | )(?P<it>{DATE})"))
}

/// Whether the year of a date lies before 2020; two digits mean the last century from 30 on.
fn is_long_ago(date: &str) -> bool {
    let digits: Vec<&str> = date.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let year = digits.iter().find(|part| part.len() == 4).or(digits.last());
    match year.and_then(|year| Some((year.len(), year.parse::<u16>().ok()?))) {
        Some((4, year)) => year < 2020,
        Some((2, year)) => year >= 30,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{assert_clean, assert_found};

    #[test]
    fn an_announced_date_of_birth_is_found() {
        assert_found(&[
            ("née le 03/07/1939", "naissance: 03/07/1939"),
            ("Né(e) le : 3.7.39", "naissance: 3.7.39"),
            ("DDN : 1946-05-30", "naissance: 1946-05-30"),
            ("date de naissance du monsieur : 1er mars 1951", "naissance: 1er mars 1951"),
            ("Monsieur Tell, né en 1938", "naissance: 1938"),
        ]);
    }

    #[test]
    fn a_date_beside_a_name_is_one_when_it_is_old() {
        assert_found(&[
            ("Mme Colin (18/04/1933)", "naissance: 18/04/1933"),
            ("Jean MOREL 02-11-40", "naissance: 02-11-40"),
            ("DUPUIS Anne, 2 mai 1961", "naissance: 2 mai 1961"),
        ]);
        assert_clean(&["Mme Colin (18/04/2026)", "Jean MOREL 02-11-26", "Marie Dubois, le 12/03/1955"]);
    }

    #[test]
    fn a_date_alone_or_of_a_thing_is_an_event() {
        assert_clean(&[
            "Fête le 12/03/2026",
            "Le projet est né le 5 octobre 2021",
            "L’association, née le 3 mai 2017",
            "Date de naissance non demandée",
            "Je suis née en 1980 et j’adore le tango",
            "il ne le 12 pas",
        ]);
    }
}
