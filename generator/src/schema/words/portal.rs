//! The words of the keys of `portail.yaml` and `etablissement.yaml`.

use super::{Word, word};

pub(super) const SETTINGS: &[Word] = &[
    word("format", "Format", "La version du format du contenu. Ne la changez pas.", "1"),
    word("nom", "Nom du portail", "Le nom en haut de chaque page.", "Anime ton CHU"),
    word("devise", "Devise", "La phrase sous le nom.", "Prendre soin de ceux qui soignent"),
    word(
        "adresse",
        "Adresse du portail",
        "La base des liens dans les courriels et les flux, sans rien après le nom du site.",
        "https://portail.exemple.fr",
    ),
    word("langue", "Langue", "La langue des pages.", "fr"),
    word("fuseau", "Fuseau horaire", "Le fuseau des dates et des heures.", "Europe/Paris"),
    word(
        "menu",
        "Menu",
        "Les pages du menu, dans l’ordre : leur chemin dans le contenu.",
        "[savoir/_index.md, faire/_index.md]",
    ),
    word("pied", "Bas de page", "Les pages du bas de page, dans l’ordre.", "[aide.md, contact.md]"),
    word(
        "relecture_communication",
        "Relecture par la communication",
        "« oui » si vous ne dites rien : ce qui se lira hors de l’hôpital passe par le service communication.",
        "oui",
    ),
    word(
        "documents",
        "Documents cités",
        "Ce que « sources » d’une page peut nommer : un nom court, et le titre que les lecteurs voient.",
        "{tiers-lieu: \"« Un tiers-lieu au bénéfice des cadres de santé », 2025\"}",
    ),
];

pub(super) const ESTABLISHMENT: &[Word] = &[
    word("nom", "Nom", "Le nom officiel de l’établissement.", "Centre hospitalier d’Exemple"),
    word(
        "adresse_postale",
        "Adresse postale",
        "L’adresse complète, sur une ligne.",
        "\"1 rue de l’Exemple, 00000 Exempleville\"",
    ),
    word("telephone", "Téléphone", "Le numéro du standard.", "01 99 00 00 00"),
    word(
        "directeur_publication",
        "Direction de la publication",
        "La fonction de la personne responsable de ce qui est publié.",
        "La direction générale",
    ),
    word(
        "hebergeur",
        "Hébergeur",
        "Qui héberge le portail : nom, adresse, téléphone.",
        "\"Service informatique, 1 rue de l’Exemple, 00000 Exempleville\"",
    ),
    word(
        "courriel_contact",
        "Courriel de contact",
        "L’adresse collective de l’équipe du portail.",
        "portail@exemple.fr",
    ),
    word(
        "dpo",
        "Délégué à la protection des données",
        "La fonction et le service.",
        "Délégué à la protection des données de l’établissement",
    ),
    word("dpo_courriel", "Courriel du délégué", "L’adresse où lui écrire.", "dpo@exemple.fr"),
    word(
        "communication",
        "Service communication",
        "Le nom du service et comment le joindre.",
        "\"Service communication, communication@exemple.fr\"",
    ),
    word(
        "service_informatique",
        "Service informatique",
        "Le nom du service et comment le joindre.",
        "\"Service informatique, assistance@exemple.fr\"",
    ),
    word(
        "medecine_du_travail",
        "Médecine du travail",
        "Le nom du service et comment le joindre.",
        "\"Service de santé au travail, 01 99 00 00 04\"",
    ),
    word(
        "referent_accessibilite",
        "Référent accessibilité",
        "La fonction et comment la joindre.",
        "\"Référent accessibilité, accessibilite@exemple.fr\"",
    ),
    word(
        "date_declaration_accessibilite",
        "Déclaration d’accessibilité",
        "Le jour où elle a été établie, en toutes lettres.",
        "22 novembre 2026",
    ),
];
