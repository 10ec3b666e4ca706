//! What every page says of itself, whatever its kind.

use jiff::civil::Date;
use serde::Serialize;

use crate::fields::{Choice, Fields, Spanned};

/// Who a page is for: the hospital's own people, or everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Diffusion {
    /// Only in the hospital's own build.
    Interne,
    /// Also in the public build.
    Publique,
}

impl Choice for Diffusion {
    const ALL: &'static [(&'static str, Self)] = &[("interne", Self::Interne), ("publique", Self::Publique)];
}

/// The common keys. English doubles are accepted so that pages of other generators build.
#[derive(Clone, Debug, Default)]
pub struct Meta {
    /// `titre`; empty for a post-it without one.
    pub title: String,
    /// `titre_court`, for menus and cards.
    pub short_title: Option<String>,
    /// `resume`: one or two sentences.
    pub summary: Option<String>,
    /// `date`.
    pub date: Option<Date>,
    /// `mis_a_jour`.
    pub updated: Option<Date>,
    /// `etiquettes`.
    pub tags: Vec<Spanned<String>>,
    /// `brouillon`: not built unless asked for.
    pub draft: bool,
    /// `slug`: the last part of the address, instead of the file's name.
    pub slug: Option<Spanned<String>>,
    /// `alias`: old addresses that lead here.
    pub aliases: Vec<Spanned<String>>,
    /// `ordre` in the folder, small first.
    pub order: Option<i64>,
    /// `publie_le`: first day on which it shows.
    pub publish_on: Option<Date>,
    /// `expire_le`: first day on which it no longer shows.
    pub expire_on: Option<Date>,
    /// `relu_le`.
    pub reviewed_on: Option<Date>,
    /// `revoir_avant`.
    pub review_before: Option<Date>,
    /// `diffusion`; inherited from the folder when absent.
    pub diffusion: Option<Diffusion>,
    /// `sources`: ids of the documents listed in `portail.yaml`.
    pub sources: Vec<Spanned<String>>,
    /// `formulaires`: ids of forms offered at the end of the page.
    pub forms: Vec<Spanned<String>>,
    /// `a_faire_relire_par`: who must still read this over.
    pub to_review_by: Option<String>,
}

impl Meta {
    /// Takes the common keys; `title_required` is false for post-its.
    pub fn take(fields: &Fields<'_>, title_required: bool) -> Self {
        let title = if title_required { fields.required_text("titre|title") } else { fields.text("titre|title") };
        Self {
            title: title.unwrap_or_default(),
            short_title: fields.text("titre_court"),
            summary: fields.text("resume|description"),
            date: fields.date("date"),
            updated: fields.date("mis_a_jour|updated"),
            tags: fields.texts("etiquettes|tags"),
            draft: fields.boolean("brouillon|draft", false),
            slug: fields.spanned_text("slug"),
            aliases: fields.texts("alias|aliases"),
            order: fields.integer("ordre|weight"),
            publish_on: fields.date("publie_le"),
            expire_on: fields.date("expire_le|expires"),
            reviewed_on: fields.date("relu_le"),
            review_before: fields.date("revoir_avant"),
            diffusion: fields.choice("diffusion"),
            sources: fields.texts("sources"),
            forms: fields.texts("formulaires"),
            to_review_by: fields.text("a_faire_relire_par"),
        }
    }

    /// The title for menus and cards.
    pub fn menu_title(&self) -> &str {
        self.short_title.as_deref().unwrap_or(&self.title)
    }
}
