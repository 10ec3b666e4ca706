//! The posts that a definition gives of itself travel the road of every post.
//!
//! They are the tests of a form, run by `generator check`, and need to know which spaces the
//! site has: so they come after the pages.

use crate::diagnostic::Diagnostics;

use super::definition::{CharterChoice, Choices, Example, FaultKind, FormDefinition};
use super::post::RawPost;
use super::validate::{Rejected, validate};

impl Example {
    /// The post that a browser would send of this example. A charter's `@en-vigueur` becomes the
    /// version in force: an example must not grow wrong when a charter is mended.
    pub fn post(&self, choices: &Choices) -> RawPost {
        let pairs = self.values.iter().flat_map(|(name, values)| {
            values.iter().map(|value| (name.value.clone(), in_force(value, choices).unwrap_or_else(|| value.clone())))
        });
        RawPost::from_pairs(pairs)
    }
}

fn in_force(value: &str, choices: &Choices) -> Option<String> {
    choices.charter(value.strip_suffix("@en-vigueur")?).map(CharterChoice::key)
}

/// Runs every example through the validation; each fault more or less than it says is an error
/// at its place. The choices are those of [`Choices::for_examples`].
pub fn check(definition: &FormDefinition, choices: &Choices, diagnostics: &Diagnostics) {
    for example in &definition.examples {
        let found = match validate(definition, &example.post(choices), choices) {
            // An example says no version, so it is never outdated.
            Ok(_) | Err(Rejected::Outdated) => Vec::new(),
            Err(Rejected::Faults(faults)) => faults.into_iter().map(|fault| (fault.field, fault.kind)).collect(),
            Err(Rejected::UnknownFields(names)) => {
                let message =
                    format!("cet exemple donne plusieurs réponses à une seule question : {}", names.join(", "));
                let help = "gardez une seule réponse par question ; seul un choix multiple en prend plusieurs";
                let place = example.name.range.clone();
                diagnostics.add(definition.source.error(place, "exemple", message).help(help));
                continue;
            }
        };
        compare(definition, example, &found, diagnostics);
    }
}

fn compare(definition: &FormDefinition, example: &Example, found: &[(String, FaultKind)], diagnostics: &Diagnostics) {
    let expected: Vec<(&str, FaultKind)> =
        example.faults.iter().map(|(field, kind)| (field.value.as_str(), *kind)).collect();
    for (field, kind) in found.iter().filter(|(field, kind)| !expected.contains(&(field, *kind))) {
        let message =
            format!("dans cet exemple, « {field} » a la faute « {} », que « fautes » ne dit pas", kind.word());
        let place = example.values.iter().find(|(name, _)| name.value == *field).map(|(name, _)| name.range.clone());
        let place = place.unwrap_or_else(|| example.name.range.clone());
        let help = "corrigez la réponse, ou ajoutez la faute sous « fautes »";
        diagnostics.add(definition.source.error(place, "exemple", message).help(help));
    }
    for (field, kind) in &example.faults {
        if !found.contains(&(field.value.clone(), *kind)) {
            let message = format!("dans cet exemple, « {} » n’a pas la faute « {} »", field.value, kind.word());
            let help = "corrigez la réponse, ou retirez la faute de « fautes »";
            diagnostics.add(definition.source.error(field.range.clone(), "exemple", message).help(help));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::fixture;

    fn run(yaml: &str) -> Vec<String> {
        let (definition, faults) = fixture::parse(yaml);
        assert_eq!(faults, Vec::<String>::new());
        let diagnostics = Diagnostics::new();
        check(&definition.unwrap(), &fixture::choices(), &diagnostics);
        diagnostics.into_sorted().into_iter().map(|d| d.message.to_string()).collect()
    }

    #[test]
    fn an_example_has_its_faults_and_no_other() {
        assert_eq!(run(fixture::YAML), Vec::<String>::new());
        assert_eq!(run(fixture::VISIT), Vec::<String>::new());
    }

    #[test]
    fn a_fault_more_or_less_is_told() {
        let more =
            fixture::YAML.replace("espace: geriatrie, signature: anonyme", "espace: urgences, signature: anonyme");
        assert_eq!(
            run(&more),
            [
                "dans cet exemple, «\u{a0}espace\u{a0}» a la faute «\u{a0}inconnu\u{a0}», que «\u{a0}fautes\u{a0}» ne dit pas"
            ]
        );
        let less = fixture::YAML.replace("geriatrie, signature: signe}", "geriatrie, signature: signe, nom: Camille}");
        assert_eq!(run(&less), ["dans cet exemple, «\u{a0}nom\u{a0}» n’a pas la faute «\u{a0}vide\u{a0}»"]);
    }

    #[test]
    fn the_version_in_force_is_written_without_its_digits() {
        let written = fixture::VISIT.replace("base@en-vigueur", "autre@en-vigueur");
        assert_eq!(
            run(&written),
            [
                "dans cet exemple, «\u{a0}charte\u{a0}» a la faute «\u{a0}inconnu\u{a0}», que «\u{a0}fautes\u{a0}» ne dit pas"
            ]
        );
    }

    #[test]
    fn two_answers_to_one_question_are_told() {
        let twice = fixture::YAML.replace("signature: anonyme}\n", "signature: [anonyme, signe]}\n");
        assert!(run(&twice)[0].contains("plusieurs réponses"));
    }
}
