//! What is said to an editor of each key: its name in words, what it does, an example.
//!
//! Only words stand here. Which keys there are, and the form of their values, comes from the code
//! that reads them. Nested keys are written with a dot, `moyens.lieu`.

mod form;
mod pages;
mod portal;

use super::Subject;
use crate::content::Holds;

/// What is said of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// The key, nested ones as `moyens.lieu`.
    pub key: &'static str,
    /// A few words.
    pub title: &'static str,
    /// What it does, in a sentence or two.
    pub what: &'static str,
    /// A value as one would write it in YAML after the colon.
    pub example: &'static str,
}

const fn word(key: &'static str, title: &'static str, what: &'static str, example: &'static str) -> Word {
    Word { key, title, what, example }
}

/// What is said of the keys of a subject that are not those of every page.
pub(super) fn of(subject: Subject) -> &'static [Word] {
    match subject {
        Subject::Page(Holds::Page) => &[],
        Subject::Page(Holds::Guide) => pages::GUIDE,
        Subject::Page(Holds::Charter) => pages::CHARTER,
        Subject::Page(Holds::Ingredient) => pages::INGREDIENT,
        Subject::Page(Holds::Project) => pages::PROJECT,
        Subject::Page(Holds::Space) => pages::SPACE,
        Subject::Page(Holds::Activity) => pages::ACTIVITY,
        Subject::Page(Holds::Post) => pages::POST,
        Subject::Page(Holds::Note) => pages::NOTE,
        Subject::Page(Holds::Event) => pages::EVENT,
        Subject::Page(Holds::Resource) => pages::RESOURCE,
        Subject::Section => pages::SECTION,
        Subject::Settings => portal::SETTINGS,
        Subject::Establishment => portal::ESTABLISHMENT,
        Subject::Form => form::FORM,
    }
}

/// The keys of every page.
pub(super) const COMMON: &[Word] = &[
    word(
        "titre",
        "Titre",
        "Le titre de la page. Il paraît en haut de la page et dans l’onglet du navigateur. Facultatif pour un post-it.",
        "Dire merci",
    ),
    word("titre_court", "Titre court", "Un titre bref, pour les menus, les cartes et le fil d’Ariane.", "Merci"),
    word(
        "resume",
        "Résumé",
        "Une ou deux phrases qui disent ce que l’on trouve dans la page. Elles paraissent en tête de page et sur les cartes.",
        "Deux minutes pour remercier quelqu’un de précis.",
    ),
    word("date", "Date", "La date affichée. Les publications et les post-its sont rangés par elle.", "2026-11-22"),
    word("mis_a_jour", "Mise à jour", "Le jour de la dernière mise à jour du texte.", "2026-11-22"),
    word(
        "etiquettes",
        "Étiquettes",
        "Des mots pour retrouver la page. Reprenez ceux qui existent déjà.",
        "[bienveillance, équipe]",
    ),
    word("brouillon", "Brouillon", "Avec « oui », la page est vérifiée mais n’est pas publiée.", "oui"),
    word(
        "slug",
        "Fin de l’adresse",
        "La dernière partie de l’adresse de la page, au lieu du nom du fichier.",
        "dire-merci",
    ),
    word(
        "alias",
        "Anciennes adresses",
        "Les adresses que la page avait avant : elles mènent ici.",
        "[/savoir/ancien-nom/]",
    ),
    word(
        "ordre",
        "Place dans le dossier",
        "Du plus petit au plus grand. Sans ce nombre, la page vient après celles qui en ont un.",
        "10",
    ),
    word("publie_le", "Paraît le", "Le premier jour où la page paraît.", "2026-12-01"),
    word("expire_le", "Expire le", "Le premier jour où la page ne paraît plus.", "2027-12-01"),
    word("relu_le", "Relue le", "Le jour où vous avez relu la page ; le site l’affiche.", "2026-11-22"),
    word(
        "revoir_avant",
        "À revoir avant",
        "Le jour de la prochaine relecture ; s’il est passé, le site le signale aux lecteurs.",
        "2027-11-22",
    ),
    word(
        "diffusion",
        "Qui la voit",
        "« interne » la retire du site public ; sans cette clé, elle suit son dossier.",
        "interne",
    ),
    word(
        "sources",
        "Sources",
        "Les documents d’où viennent les faits, par leur nom sous « documents » de portail.yaml.",
        "[tiers-lieu]",
    ),
    word(
        "formulaires",
        "Formulaires",
        "Les formulaires proposés en bas de la page, par le nom de leur fichier.",
        "[contact]",
    ),
    word(
        "a_faire_relire_par",
        "À faire relire par",
        "Affiche un bandeau qui dit qui doit encore relire la page. Une fonction ou un service, pas un nom.",
        "le service communication",
    ),
];
