//! What is said to an editor of each key: its name in words, what it does, an example.
//!
//! Only words stand here. Which keys there are, and the form of their values, comes from the code
//! that reads them. Nested keys are written with a dot, `moyens.lieu`.

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
        Subject::Page(Holds::Guide) => GUIDE,
        Subject::Page(Holds::Charter) => CHARTER,
        Subject::Page(Holds::Ingredient) => INGREDIENT,
        Subject::Page(Holds::Project) => PROJECT,
        Subject::Page(Holds::Space) => SPACE,
        Subject::Page(Holds::Activity) => ACTIVITY,
        Subject::Page(Holds::Post) => POST,
        Subject::Page(Holds::Note) => NOTE,
        Subject::Page(Holds::Event) => EVENT,
        Subject::Page(Holds::Resource) => RESOURCE,
        Subject::Section => SECTION,
        Subject::Settings => SETTINGS,
        Subject::Establishment => ESTABLISHMENT,
        Subject::Form => FORM,
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

const SECTION: &[Word] = &[
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

const GUIDE: &[Word] = &[
    word("public", "Public", "À qui s’adresse le guide.", "Toute personne du service"),
    word("duree", "Durée", "Le temps qu’il demande.", "Cinq minutes par semaine"),
    word("a_imprimer", "À imprimer", "Ce qu’il faut avoir sur papier.", "[\"Ce guide\", \"Une feuille par semaine\"]"),
];

const CHARTER: &[Word] = &[
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

const INGREDIENT: &[Word] = &[
    word("categorie", "Catégorie", "L’une des cinq catégories des ingrédients inspirants.", "collectifs"),
    word(
        "solutions",
        "Solutions essayées",
        "Ce qui a été essayé, une phrase par solution.",
        "[\"Une pause commune, deux fois par semaine\"]",
    ),
    word("fiches_actions", "Fiches actions", "Les fiches actions qui le montrent.", "[\"Café d’équipe, 2025\"]"),
];

const PROJECT: &[Word] = &[
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

const SPACE: &[Word] = &[
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

const ACTIVITY: &[Word] = &[
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

const POST: &[Word] = &[
    word("nature", "Nature", "Ce que c’est ; « information » si vous ne dites rien.", "bon-plan"),
    word("auteur", "Auteur", "Une fonction ou un groupe, jamais un nom.", "L’équipe de l’après-midi"),
];

const NOTE: &[Word] = &[
    word("couleur", "Couleur", "La couleur du papier ; « jaune » si vous ne dites rien.", "peche"),
    word(
        "signature",
        "Signature",
        "Qui signe : une équipe, une fonction. Sans elle, le post-it est anonyme.",
        "L’équipe de nuit",
    ),
];

const EVENT: &[Word] = &[
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

const RESOURCE: &[Word] = &[
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

const SETTINGS: &[Word] = &[
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

const ESTABLISHMENT: &[Word] = &[
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

const FORM: &[Word] = &[
    word("titre", "Titre", "Le titre du formulaire.", "Proposer une idée"),
    word("resume", "Résumé", "Une phrase, sur la carte du formulaire.", "Une idée pour mieux travailler ensemble."),
    word("introduction", "Introduction", "Le texte du haut, en Markdown.", "Deux phrases suffisent."),
    word(
        "destinataires",
        "Destinataires",
        "Qui est prévenu à l’arrivée : un rôle, ou plusieurs entre crochets.",
        "[moderateurs, cadre]",
    ),
    word(
        "portee",
        "Portée",
        "« espace » : ceux de l’espace choisi dans le formulaire. « portail » : ceux du portail.",
        "portail",
    ),
    word(
        "verification",
        "Relecture avant l’envoi",
        "« oui » si vous ne dites rien : une page pour relire avant d’envoyer.",
        "oui",
    ),
    word("bouton", "Bouton", "Ce qui est écrit sur le bouton d’envoi.", "Envoyer mon idée"),
    word(
        "lien",
        "Texte du lien",
        "Le texte du lien vers le formulaire sur la page concernée ; sinon, le titre.",
        "Signer cette charte",
    ),
    word("ouvert", "Ouvert", "« non » ferme le formulaire ; sa page le dit.", "oui"),
    word(
        "groupes",
        "Groupes de questions",
        "Les questions, par groupes.",
        "[{champs: [{nom: idee, type: texte, etiquette: Votre idée, longueur_max: 80, erreurs: {trop_long: \"80 caractères au plus.\"}}]}]",
    ),
    word("groupes.titre", "Titre du groupe", "Le titre au-dessus des questions du groupe.", "Vous"),
    word("groupes.aide", "Aide du groupe", "Ce qui aide à répondre à toutes ses questions.", "Rien n’est obligatoire."),
    word(
        "groupes.champs",
        "Questions",
        "Les questions du groupe, dans l’ordre.",
        "[{nom: idee, type: texte, etiquette: Votre idée, longueur_max: 80, erreurs: {trop_long: \"80 caractères au plus.\"}}]",
    ),
    word(
        "groupes.champs.nom",
        "Nom du champ",
        "Un nom pour la machine : minuscules sans accent, chiffres, traits d’union.",
        "idee",
    ),
    word(
        "groupes.champs.type",
        "Type",
        "Ce que l’on répond. Les réglages et les phrases d’erreur en dépendent.",
        "texte-long",
    ),
    word("groupes.champs.etiquette", "Question", "La question, telle qu’on la lit.", "Votre idée"),
    word(
        "groupes.champs.intitule",
        "Nom dans le courriel",
        "Comment le courriel nomme la réponse ; sinon, la question.",
        "Idée",
    ),
    word(
        "groupes.champs.aide",
        "Aide",
        "Ce qui aide à répondre, sous la question.",
        "\"Par exemple : « Un tableau pour échanger nos jours. »\"",
    ),
    word("groupes.champs.obligatoire", "Obligatoire", "Avec « oui », il faut répondre.", "oui"),
    word(
        "groupes.champs.si",
        "Seulement si",
        "Un autre champ, placé avant, et la valeur avec laquelle la question est posée.",
        "{reponse: oui}",
    ),
    word("groupes.champs.remplissage", "Remplissage", "Ce que le navigateur peut proposer de lui-même.", "email"),
    word(
        "groupes.champs.erreurs",
        "Phrases d’erreur",
        "Une phrase pour chaque faute possible, qui dit comment bien répondre.",
        "{vide: Écrivez votre idée.}",
    ),
    word(
        "groupes.champs.erreurs.vide",
        "Rien n’est écrit",
        "La question est obligatoire et la réponse manque.",
        "Écrivez votre idée.",
    ),
    word(
        "groupes.champs.erreurs.trop_long",
        "Trop long",
        "La réponse dépasse « longueur_max ».",
        "\"Raccourcissez : 500 caractères au plus.\"",
    ),
    word(
        "groupes.champs.erreurs.trop_court",
        "Trop court",
        "La réponse n’atteint pas « longueur_min ».",
        "Dites-en un peu plus.",
    ),
    word(
        "groupes.champs.erreurs.format",
        "Mal écrit",
        "La réponse n’a pas la forme attendue.",
        "\"Vérifiez l’adresse : elle s’écrit comme prenom.nom@exemple.fr.\"",
    ),
    word(
        "groupes.champs.erreurs.domaine",
        "Adresse personnelle",
        "L’adresse n’est pas professionnelle.",
        "Écrivez votre adresse professionnelle.",
    ),
    word(
        "groupes.champs.erreurs.trop_petit",
        "Trop petit",
        "Le nombre est plus petit que « minimum ».",
        "Écrivez un nombre à partir de 1.",
    ),
    word(
        "groupes.champs.erreurs.trop_grand",
        "Trop grand",
        "Le nombre est plus grand que « maximum ».",
        "Écrivez un nombre jusqu’à 20.",
    ),
    word(
        "groupes.champs.erreurs.inconnu",
        "Choix inconnu",
        "La réponse n’est pas dans la liste.",
        "Choisissez dans la liste.",
    ),
    word(
        "groupes.champs.erreurs.perimee",
        "Charte changée",
        "La charte a changé pendant que l’on signait.",
        "La charte vient de changer. Relisez-la, puis signez.",
    ),
    word("groupes.champs.longueur_min", "Longueur minimale", "Le plus petit nombre de caractères.", "10"),
    word("groupes.champs.longueur_max", "Longueur maximale", "Le plus grand nombre de caractères.", "500"),
    word("groupes.champs.lignes", "Lignes", "La hauteur du cadre, en lignes.", "5"),
    word(
        "groupes.champs.adresse_de_reponse",
        "Adresse de réponse",
        "Avec « oui », on répond à cette adresse, et un accusé de réception y part.",
        "oui",
    ),
    word(
        "groupes.champs.professionnelle",
        "Adresse professionnelle",
        "Avec « oui », l’adresse doit finir par un domaine de l’établissement.",
        "oui",
    ),
    word(
        "groupes.champs.si_non_confirmee",
        "Si l’adresse n’est pas confirmée",
        "Un lien est envoyé à l’adresse ; ce qui arrive si personne ne l’ouvre.",
        "transmettre",
    ),
    word(
        "groupes.champs.tient",
        "Rôle tenu",
        "Le rôle que cette adresse tiendra dans l’espace que le formulaire ouvre.",
        "cadre",
    ),
    word("groupes.champs.minimum", "Minimum", "Le plus petit nombre accepté.", "1"),
    word("groupes.champs.maximum", "Maximum", "Le plus grand nombre accepté.", "20"),
    word(
        "groupes.champs.options",
        "Choix",
        "Les réponses possibles.",
        "[{valeur: oui, libelle: Oui}, {valeur: non, libelle: Non}]",
    ),
    word("groupes.champs.options.valeur", "Valeur", "Le mot que la machine garde.", "oui"),
    word("groupes.champs.options.libelle", "Libellé", "Ce qu’on lit.", "Oui"),
    word("groupes.champs.options.aide", "Aide", "Une précision sous le choix.", "Nous vous répondrons par courriel."),
    word(
        "conservation",
        "Conservation",
        "Combien de temps l’envoi est gardé, compté de sa réception. Le service efface d’après elle.",
        "{recue: 6 mois, quarantaine: 1 mois, caduque: 1 mois}",
    ),
    word("conservation.recue", "Ce qui est arrivé", "En jours, mois ou ans.", "6 mois"),
    word("conservation.quarantaine", "Ce qui est mis à part", "En jours, mois ou ans.", "1 mois"),
    word("conservation.caduque", "Adresse jamais confirmée", "En jours, mois ou ans.", "1 mois"),
    word(
        "notice",
        "Information RGPD",
        "Ce que l’on dit aux gens de leurs données ; les sept clés sont obligatoires.",
        "{responsable: \"[Nom](etablissement:nom)\", finalite: Lire votre idée., base_legale: Intérêt public., destinataires: L’équipe du portail., conservation: \"Effacées au plus tard {recue} après réception.\", droits: Consulter et corriger., contact: \"[Le délégué](etablissement:dpo_courriel)\"}",
    ),
    word(
        "notice.responsable",
        "Responsable",
        "Qui répond des données.",
        "\"[Nom de l’établissement](etablissement:nom).\"",
    ),
    word("notice.finalite", "But", "À quoi elles servent.", "Lire votre idée et vous répondre."),
    word(
        "notice.base_legale",
        "Base légale",
        "Ce qui l’autorise.",
        "La mission d’intérêt public de l’établissement (RGPD, article 6.1.e).",
    ),
    word("notice.destinataires", "Qui les lit", "Qui reçoit l’envoi.", "L’équipe du portail."),
    word(
        "notice.conservation",
        "Durée",
        "Combien de temps ; écrivez {recue}, {quarantaine} ou {caduque} à la place des durées.",
        "\"Effacées au plus tard {recue} après leur réception.\"",
    ),
    word(
        "notice.droits",
        "Droits",
        "Ce que l’on peut demander.",
        "\"Vous pouvez consulter, corriger, effacer ces données.\"",
    ),
    word(
        "notice.contact",
        "Contact",
        "À qui s’adresser, la CNIL comprise.",
        "\"[Le délégué à la protection des données](etablissement:dpo_courriel) ; sinon la CNIL.\"",
    ),
    word(
        "confirmation",
        "Page de confirmation",
        "Ce qu’on lit une fois l’envoi reçu.",
        "{titre: Votre idée est arrivée, texte: Merci.}",
    ),
    word("confirmation.titre", "Titre", "Le titre de la page.", "Votre idée est arrivée"),
    word(
        "confirmation.texte",
        "Texte",
        "Le texte de la page, en Markdown.",
        "Merci. Gardez la référence pour en reparler.",
    ),
    word(
        "confirmation.suites",
        "Suites",
        "Ce qui va se passer, une phrase par étape.",
        "[\"L’équipe du portail la lit, les jours ouvrés.\"]",
    ),
    word(
        "courriel",
        "Courriel",
        "Le courriel à ceux qui décident ; {espace} et {reference} y sont remplacés.",
        "{objet: \"Une idée, référence {reference}\", introduction: Quelqu’un propose une idée.}",
    ),
    word("courriel.objet", "Objet", "L’objet du courriel.", "\"Une idée pour le portail, référence {reference}\""),
    word("courriel.introduction", "Introduction", "La phrase qui l’ouvre.", "Quelqu’un propose une idée."),
    word(
        "courriel.suites",
        "À faire",
        "Ce que le lecteur a à faire, une phrase par étape.",
        "[\"Répondez à ce courriel si une adresse a été laissée.\"]",
    ),
    word(
        "circuit",
        "Circuit",
        "Qui décide, l’un après l’autre ; sans lui, le premier des destinataires.",
        "[moderateurs, cadre]",
    ),
    word(
        "en_cas_de_doute",
        "En cas de doute",
        "À qui celui qui décide peut passer la main : un rôle qui n’est pas dans le circuit.",
        "cadre",
    ),
    word(
        "publication",
        "Publication",
        "La page que l’accord fait paraître ; sans elle, approuver veut dire « traité ».",
        "{contient: publication, dossier: publications, champs: {titre: titre, corps: texte}}",
    ),
    word("publication.contient", "Genre", "Le genre de la page.", "publication"),
    word(
        "publication.dossier",
        "Dossier",
        "Où elle va : dans l’espace choisi si la portée est « espace », sinon dans le contenu.",
        "publications",
    ),
    word(
        "publication.champs",
        "Champs publiés",
        "À gauche une clé du genre (« corps » pour le texte), à droite le nom d’un champ du formulaire.",
        "{titre: titre, corps: texte}",
    ),
    word(
        "exemples",
        "Exemples",
        "Des envois, et les fautes attendues ; « check » les essaie tous.",
        "[{nom: envoyé vide, envoi: {}, fautes: {idee: vide}}]",
    ),
    word("exemples.nom", "Nom", "Ce que l’exemple montre.", "envoyé vide"),
    word(
        "exemples.envoi",
        "Envoi",
        "Les réponses : le nom d’un champ et sa valeur.",
        "{idee: Un tableau pour échanger nos jours.}",
    ),
    word("exemples.fautes", "Fautes attendues", "Le nom d’un champ et le nom de sa faute.", "{idee: vide}"),
];
