//! The words of the keys that a kind of page has beside those of every page.

use super::{Word, word};

pub(super) const SECTION: &[Word] = &[
    word(
        "contient",
        "Ce que le dossier contient",
        "Le genre des autres fichiers de ce dossier ; sans cette clé, ce sont des pages.",
        "guide",
    ),
    word(
        "entree",
        "Partie du portail",
        "La partie qui commence ici, et donc sa couleur ; les sous-dossiers en héritent.",
        "savoir",
    ),
    word(
        "sans_date",
        "Titre des projets sans année",
        "Dans un dossier de projets : le titre au-dessus de ceux qui n’ont pas d’année.",
        "Et aussi",
    ),
];

pub(super) const GUIDE: &[Word] = &[
    word("public", "Public", "À qui s’adresse le guide.", "Toute personne du service"),
    word("duree", "Durée", "Le temps qu’il demande.", "Cinq minutes par semaine"),
    word("a_imprimer", "À imprimer", "Ce qu’il faut avoir sur papier.", "[\"Ce guide\", \"Une feuille par semaine\"]"),
];

pub(super) const CHARTER: &[Word] = &[
    word(
        "etend",
        "Charte de base",
        "Le chemin, depuis ce fichier, de la charte que celle-ci complète.",
        "../../../savoir-faire/chartes/bienveillance.md",
    ),
    word("signataires", "Signataires", "Qui signe cette charte.", "Les personnes qui travaillent dans le service"),
    word(
        "versions",
        "Versions",
        "Les versions qui ont été en vigueur, la plus ancienne en premier. « check » vous donne la ligne à ajouter.",
        "[{version: 18811cce, date: 2026-11-22}]",
    ),
    word("versions.version", "Version", "L’empreinte du texte, telle que « check » la donne.", "18811cce"),
    word("versions.date", "En vigueur depuis", "Le jour où cette version est entrée en vigueur.", "2026-11-22"),
];

pub(super) const INGREDIENT: &[Word] = &[
    word("categorie", "Catégorie", "L’une des cinq catégories des ingrédients inspirants.", "collectifs"),
    word(
        "solutions",
        "Solutions essayées",
        "Ce qui a été essayé, une phrase par solution.",
        "[\"Une pause commune, deux fois par semaine\"]",
    ),
    word("fiches_actions", "Fiches actions", "Les fiches actions qui le montrent.", "[\"Café d’équipe, 2025\"]"),
];

pub(super) const PROJECT: &[Word] = &[
    word("porteur", "Porteur", "L’organisation qui porte le projet.", "Un centre hospitalier"),
    word("themes", "Thèmes", "De quoi il s’agit ; la fresque se filtre par thème.", "[Bien-être au travail]"),
    word("region", "Région", "La région où il a lieu.", "Occitanie"),
    word("branche", "Branche", "La branche de la fonction publique.", "Fonction publique hospitalière"),
    word("statut", "Avancement", "Où en est le projet.", "en-cours"),
    word("annee", "Année", "L’année du projet, si vous n’avez pas de dates précises.", "2026"),
    word("debut", "Début", "Le jour où il commence.", "2026-01-12"),
    word("fin", "Fin", "Le jour où il finit.", "2026-12-18"),
    word(
        "buts",
        "Buts",
        "Ce qu’il veut obtenir, une phrase par but.",
        "[\"Faire circuler les remerciements entre métiers\"]",
    ),
    word(
        "evenements",
        "Moments du projet",
        "Ses moments datés.",
        "[{date: 2026-06-05, titre: Premier bilan, lieu: Salle de réunion}]",
    ),
    word("evenements.date", "Date", "Le jour de ce moment.", "2026-06-05"),
    word("evenements.titre", "Titre", "Ce qui se passe ce jour-là.", "Premier bilan"),
    word("evenements.lieu", "Lieu", "Où cela se passe.", "Salle de réunion"),
    word("resultats", "Résultats", "Ce qu’il a donné.", "Quarante mots recueillis en cinq mois."),
    word("contact", "Contact", "La fonction à qui s’adresser, jamais un nom ni une adresse.", "La cadre de proximité"),
];

pub(super) const SPACE: &[Word] = &[
    word("service", "Service", "Le nom du service ; sans cette clé, le titre de la page.", "Gériatrie"),
    word(
        "etablissement",
        "Établissement",
        "L’établissement ou le site, s’il y en a plusieurs.",
        "Hôpital de la Colline",
    ),
    word("phrase_du_jour", "Phrase du jour", "La phrase en haut de l’espace.", "Un merci par relève."),
    word("theme_du_mois", "Thème du mois", "Le thème du mois dans le service.", "La pause partagée"),
    word(
        "moderation",
        "Relecture des post-its",
        "« avant » : rien ne paraît sans accord. « apres » : ce dont personne ne doute paraît tout de suite, et se retire d’un clic.",
        "avant",
    ),
    word(
        "relecture_communication",
        "Relecture par la communication",
        "« non » : ce qui arrive ici n’est pas relu par le service communication, même si l’espace est public.",
        "oui",
    ),
];

pub(super) const ACTIVITY: &[Word] = &[
    word("statut", "Statut", "Où en est l’activité ; « active » si vous ne dites rien.", "active"),
    word("duree", "Durée", "Le temps qu’elle prend.", "10 minutes"),
    word(
        "programmation",
        "Programmation",
        "Comment elle s’accorde au travail du service.",
        "Après la relève, si le service est calme",
    ),
    word(
        "creneaux",
        "Créneaux de la semaine",
        "Un élément par créneau, chaque semaine à la même heure.",
        "[{jour: lundi, de: 14h00, a: 14h20, lieu: Salle de pause, places: 6}]",
    ),
    word("creneaux.jour", "Jour", "Le jour de la semaine.", "lundi"),
    word("creneaux.de", "De", "L’heure où le créneau commence.", "14h00"),
    word("creneaux.a", "À", "L’heure où il finit.", "14h20"),
    word("creneaux.lieu", "Lieu", "Où il a lieu, si ce n’est pas le lieu de l’activité.", "Salle de pause"),
    word("creneaux.places", "Places", "Combien de personnes peuvent venir.", "6"),
    word("responsable", "Responsable", "Qui en répond : une fonction, jamais un nom.", "La cadre de proximité"),
    word("coordination", "Coordination", "Qui l’organise : une fonction.", "L’aide-soignante référente bienveillance"),
    word(
        "personne_qualifiee",
        "Personne qualifiée",
        "Qui la conduit : une fonction et sa formation.",
        "Le kinésithérapeute du service",
    ),
    word("moyens", "Moyens", "Ce qu’il lui faut.", "{lieu: Salle de pause, materiel: Aucun, budget: Aucun}"),
    word("moyens.lieu", "Lieu", "Où elle a lieu.", "Salle de pause"),
    word("moyens.materiel", "Matériel", "Ce dont on se sert.", "Aucun"),
    word("moyens.budget", "Budget", "Ce qu’elle coûte.", "Aucun"),
    word(
        "vigilance",
        "Points de vigilance",
        "Ce à quoi veiller, dans chacune des six catégories.",
        "{temps_de_travail: Deux personnes restent auprès des patients.}",
    ),
    word(
        "vigilance.temps_de_travail",
        "Temps de travail",
        "Comment le service tourne pendant l’activité.",
        "Deux personnes restent auprès des patients.",
    ),
    word(
        "vigilance.formation_competences",
        "Formation et compétences",
        "Ce qu’il faut savoir faire, et qui le montre.",
        "Les gestes sont montrés par la personne qualifiée.",
    ),
    word(
        "vigilance.moyens_ressources",
        "Moyens et ressources",
        "Ce qui peut manquer.",
        "Si la salle est prise, on annule.",
    ),
    word("vigilance.regles_cadre", "Règles et cadre", "Les règles à ne pas oublier.", "Le couloir reste libre."),
    word("vigilance.usage_numerique", "Usage du numérique", "Photos, messages, réseaux.", "Aucune photo."),
    word(
        "vigilance.risques_sociaux",
        "Risques sociaux",
        "Que personne ne soit forcé, jugé ou mis à l’écart.",
        "On vient si on veut.",
    ),
    word(
        "cadre",
        "Règles et cadre",
        "Les règles que l’on suit ensemble.",
        "Participation libre ; une sonnette, et l’on s’arrête.",
    ),
    word(
        "retours",
        "Retours",
        "Comment on recueille les avis, et ce qu’ils ont dit.",
        "Une feuille de mots anonymes, lue au bilan du mois.",
    ),
];

pub(super) const POST: &[Word] = &[
    word("nature", "Nature", "Ce que c’est ; « information » si vous ne dites rien.", "bon-plan"),
    word("auteur", "Auteur", "Une fonction ou un groupe, jamais un nom.", "L’équipe de l’après-midi"),
];

pub(super) const NOTE: &[Word] = &[
    word("couleur", "Couleur", "La couleur du papier ; « jaune » si vous ne dites rien.", "peche"),
    word(
        "signature",
        "Signature",
        "Qui signe : une équipe, une fonction. Sans elle, le post-it est anonyme.",
        "L’équipe de nuit",
    ),
];

pub(super) const EVENT: &[Word] = &[
    word(
        "debut",
        "Début",
        "Le jour et l’heure où il commence ; le jour seul s’il dure toute la journée.",
        "2026-12-03 14h00",
    ),
    word("fin", "Fin", "Le jour et l’heure où il finit.", "2026-12-03 15h00"),
    word("lieu", "Lieu", "Où il a lieu.", "Salle de réunion"),
    word(
        "recurrence",
        "Récurrence",
        "S’il revient, à quel rythme et jusqu’à quand.",
        "{chaque: mois, jusqu_au: 2027-06-30}",
    ),
    word("recurrence.chaque", "Rythme", "Chaque semaine ou chaque mois.", "mois"),
    word(
        "recurrence.jusqu_au",
        "Jusqu’au",
        "Le dernier jour, compris. Sans lui, l’événement revient toujours.",
        "2027-06-30",
    ),
];

pub(super) const RESOURCE: &[Word] = &[
    word("nature", "Nature", "Ce que c’est ; « document » si vous ne dites rien.", "livre"),
    word(
        "detenteur",
        "Détenteur",
        "Où le trouver : un lieu, une fonction, un service.",
        "La salle de repos du deuxième étage",
    ),
    word("theme", "Thème", "De quoi il parle.", "Écoute"),
    word("lien", "Lien", "Son adresse sur le web, entière.", "https://www.exemple.fr/guide"),
];
