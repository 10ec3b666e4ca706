//! `portail.yaml`: the portal's name, address, menus and source documents.
//!
//! Without that file a folder builds with the defaults given here.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::diagnostic::Diagnostics;
use crate::fields::{self, Fields, Spanned};
use crate::shape::Form;
use crate::source::SourceFile;

/// Where the settings stand in the content folder.
pub const SETTINGS_FILE: &str = "portail.yaml";

/// The key of [`Settings::communication_review`]; a space's own page may have it too.
pub const COMMUNICATION_REVIEW: &str = "relecture_communication";

/// The version of the content's format that this program reads.
const FORMAT: i64 = 1;

/// The settings of a portal.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The file they come from, for faults that only the whole site shows.
    pub source: Option<SourceFile>,
    /// `nom`.
    pub name: String,
    /// `devise`: the sentence under the name.
    pub tagline: Option<String>,
    /// `adresse`: scheme and host without a final slash, the only base of links in mails, feeds
    /// and redirects.
    pub url: String,
    /// `langue`: a BCP 47 tag for `<html lang>`.
    pub language: String,
    /// `fuseau`: the zone in which dates are read and shown.
    pub time_zone: TimeZone,
    /// `menu`: content paths of the main menu.
    pub menu: Vec<Spanned<String>>,
    /// `pied`: content paths of the footer.
    pub footer: Vec<Spanned<String>>,
    /// `relecture_communication`: whether the communication office reads what will be seen outside
    /// the hospital before it is published; a space may say otherwise.
    pub communication_review: bool,
    /// Whether an error in the file was reported: what it lists may then not be all that was meant.
    pub is_at_fault: bool,
    /// `documents`: what `sources:` of a page may name, with the title that readers see.
    pub documents: BTreeMap<String, String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            source: None,
            name: "Portail".to_owned(),
            tagline: None,
            url: "http://127.0.0.1:8080".to_owned(),
            language: "fr".to_owned(),
            time_zone: TimeZone::UTC,
            menu: Vec::new(),
            footer: Vec::new(),
            communication_review: true,
            is_at_fault: false,
            documents: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// Reads the settings; the defaults stand in for what is absent or at fault.
    pub fn parse(source: Option<&SourceFile>, diagnostics: &Diagnostics) -> Self {
        let Some(source) = source else { return Self::default() };
        let (settings, is_at_fault) = fields::of_file(source, diagnostics, Self::take);
        Self { is_at_fault, ..settings }
    }

    /// Takes the keys of the settings.
    pub(crate) fn take(fields: Fields<'_>) -> Self {
        let fallback = Self::default();
        fields.describe("format", || Form::Exactly(FORMAT));
        if let Some(format) = fields.integer("format").filter(|format| *format != FORMAT) {
            let range = fields.node("format").map_or(0..0, |node| node.range.clone());
            fields.fault(
                &range,
                "format",
                &format!("ce contenu est au format {format}, ce programme lit le format {FORMAT}"),
                "prenez la version du programme qui va avec ce contenu",
            );
        }
        let settings = Self {
            source: Some(fields.source().clone()),
            name: fields.required_text("nom").unwrap_or(fallback.name),
            tagline: fields.text("devise"),
            url: base_address(&fields).unwrap_or(fallback.url),
            language: fields.text("langue").unwrap_or(fallback.language),
            time_zone: time_zone(&fields).unwrap_or(fallback.time_zone),
            menu: fields.texts("menu"),
            footer: fields.texts("pied"),
            communication_review: fields.boolean(COMMUNICATION_REVIEW, true),
            is_at_fault: false,
            documents: documents(&fields),
        };
        fields.finish();
        settings
    }
}

fn base_address(fields: &Fields<'_>) -> Option<String> {
    fields.describe("adresse", || Form::Address);
    let written = fields.spanned_text("adresse")?;
    let url = url::Url::parse(&written.value)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none());
    if url.is_none() {
        fields.fault(
            &written.range,
            "adresse",
            "l’adresse du portail doit être celle d’un site entier",
            "écrivez-la ainsi : https://portail.exemple.fr",
        );
    }
    url.map(|url| url.as_str().trim_end_matches('/').to_owned())
}

fn time_zone(fields: &Fields<'_>) -> Option<TimeZone> {
    let written = fields.spanned_text("fuseau")?;
    let zone = TimeZone::get(&written.value).ok();
    if zone.is_none() {
        fields.fault(&written.range, "fuseau", "ce fuseau horaire n’existe pas", "écrivez par exemple Europe/Paris");
    }
    zone
}

fn documents(fields: &Fields<'_>) -> BTreeMap<String, String> {
    let Some(documents) = fields.map("documents") else { return BTreeMap::new() };
    documents
        .rest()
        .filter_map(|entry| Some((entry.key.clone(), documents.scalar(&entry.value, &entry.key)?.to_owned())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Settings, Vec<&'static str>) {
        let diagnostics = Diagnostics::new();
        let settings = Settings::parse(Some(&SourceFile::new(SETTINGS_FILE, text)), &diagnostics);
        (settings, diagnostics.into_sorted().iter().map(|d| d.code).collect())
    }

    #[test]
    fn the_address_loses_its_slash_and_may_have_no_path() {
        assert_eq!(parse("nom: A\nadresse: https://portail.exemple.fr/").0.url, "https://portail.exemple.fr");
        assert_eq!(parse("nom: A\nadresse: https://exemple.fr/portail").1, ["adresse"]);
        assert_eq!(parse("nom: A\nadresse: portail").1, ["adresse"]);
    }

    #[test]
    fn what_is_seen_outside_is_read_by_the_communication_office_unless_it_is_said() {
        assert!(Settings::default().communication_review);
        assert!(parse("nom: A").0.communication_review);
        assert!(!parse("nom: A\nrelecture_communication: non").0.communication_review);
        assert_eq!(parse("nom: A\nrelecture_communication: parfois").1, ["type"]);
    }

    #[test]
    fn a_misspelt_name_is_said_once() {
        assert_eq!(parse("nmo: A").1, ["cle-inconnue"]);
    }
}
