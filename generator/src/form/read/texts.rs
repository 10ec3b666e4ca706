//! Reads what a form tells people: the notice, the confirmation and the mail.

use crate::fields::{Fields, Spanned};
use crate::form::definition::{Confirmation, MailWording, Notice};

use super::{in_french, list_of_words, required_map, required_spanned, required_words};

pub(super) fn notice(fields: &Fields<'_>) -> Notice<Spanned<String>> {
    fields.describe_required("notice");
    let Some(map) = fields.map("notice") else {
        fields.fault(
            &fields.range(),
            "notice-absente",
            "ce formulaire ne dit pas aux gens ce que deviennent leurs données (RGPD, article 13)",
            "ajoutez « notice: » avec responsable, finalite, base_legale, destinataires, conservation, droits et contact",
        );
        let none = || Spanned { value: String::new(), range: fields.range() };
        return Notice {
            controller: none(),
            purpose: none(),
            legal_basis: none(),
            recipients: none(),
            retention: none(),
            rights: none(),
            contact: none(),
        };
    };
    let notice = Notice {
        controller: required_spanned(&map, "responsable"),
        purpose: required_spanned(&map, "finalite"),
        legal_basis: required_spanned(&map, "base_legale"),
        recipients: required_spanned(&map, "destinataires"),
        retention: required_spanned(&map, "conservation"),
        rights: required_spanned(&map, "droits"),
        contact: required_spanned(&map, "contact"),
    };
    map.finish();
    notice
}

pub(super) fn confirmation(fields: &Fields<'_>) -> Confirmation {
    let Some(map) = required_map(fields, "confirmation") else {
        let text = Spanned { value: String::new(), range: fields.range() };
        return Confirmation { title: String::new(), text, next: Vec::new() };
    };
    let confirmation = Confirmation {
        title: required_words(&map, "titre"),
        text: required_spanned(&map, "texte"),
        next: list_of_words(&map, "suites"),
    };
    map.finish();
    confirmation
}

pub(super) fn mail(fields: &Fields<'_>) -> MailWording {
    let Some(map) = required_map(fields, "courriel") else {
        let none = || Spanned { value: String::new(), range: fields.range() };
        return MailWording { subject: none(), introduction: none(), next: Vec::new() };
    };
    let mail = MailWording {
        subject: in_french(required_spanned(&map, "objet")),
        introduction: in_french(required_spanned(&map, "introduction")),
        next: list_of_words(&map, "suites"),
    };
    map.finish();
    mail
}
