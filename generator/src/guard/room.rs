//! Rooms and beds: in a ward they are a person's other name.
//!
//! « chambre 12 », « ch. 214 », « lit 3 », « la 12 porte » (the bed by the door), « la dame de la
//! 15 », « la 7 a chuté ». A meeting room, an office, a double room at the inn, a folding bed or
//! a chapter is nobody.

use super::finding::FindingKind;
use super::rule::Rule;
use super::words::MONTHS;

/// The rules of rooms.
pub(super) fn rules() -> Vec<Rule> {
    let rule = |find: &str| Rule::new(FindingKind::Room, find);
    let sign = r"(?:n ?[°o]\.? ?|numero |num\.? ?)?";
    let side = r"(?: ?(?:cote )?(?:porte|fenetre|couloir)\b)?";
    let number = r"[0-9]{1,4}(?: ?(?:bis|ter)\b|[A-Z]\b|\b)";
    let short = r"[0-9]{1,4}\b";
    let date = format!(
        r" ?(?:{MONTHS}|/|h\b|heures?\b|eme\b|%|ans\b|mois\b|euros?\b|€|minutes?\b|min\b|personnes?\b|places?\b)"
    );
    let capacity = r" ?(?:places?|personnes?|pers\b|couchages?|m2|euros?|eur\b|€|nuits?|lits?\b|pieces?\b|x\b|cm\b)";
    let people = r"monsieur|messieurs|dames?|madame|mamies?|mamys?|papis?|papys?|mr|mme|mlle|patiente?s?|residente?s?|petite?|grand-mere|grand-pere|famille|fille|fils|epouse|epoux|mari|femme|voisine?|bebe|maman|papa|copine|cheri|accompagnant|pensionnaire";
    let things = r"sonnette|toilette|pansement|perf|perfusion|sonde|plateau|repas|traitement|piluliers?|lunettes|dentier|fauteuil|appel|deambulateur|canne|appareil|prothese|bassin|urinal|pyjama|sieste|visiteurs?|visites?|scope|alarme|telecommande|tele|valise|bouquet|montre|alliance|tablette|porte|chaussons|robe de chambre|rideau|humeur|poche|catheter|cathe|constantes|douleurs?|sortie|entree|deces|bain|douche|lever|coucher|lit";
    let care = r"perfus|patient|hospitalis|oper|sonde|douleur|famille|chut|scope|toilette|pansement|sorti|deced|fievre|agit|confus";
    let did = r"chute|tombee?|sonne|vomi|dormi|pleure|fugue|crie|decedee?|morte?|sortie?|transferee?|operee?|agitee?|confuse?|perfusee?|a jeun|douloureuse?|desorientee?|reveillee?|endormie?|fini sa|perdue?|oublie|renverse|jete|arrache|refuse|demande|reclame|fait (?:tomber|un malaise|une|sa|son|dans)|mange|mal (?:dormi|au|aux)|remercie|embrasse|peur|soif|faim|froid|enleve|avale|eu (?:mal|peur|une|un|sa|son)";
    let does = r"sonne|pleure|crie|dort|chante|reclame|refuse|vomit|tousse|saigne|desature|rale|deambule|fugue|appelle|souffre|ronfle|s'ennuie";
    vec![
        rule(&format!(r"\b(?:chambres?|chbre|chbr|chb)\.? ?{sign}{number}{side}")).unless_followed(capacity),
        rule(&format!(r"\bch\.? ?{sign}{number}{side}"))
            .unless_followed(capacity)
            .unless_near(r"\b(?:chapitres?|livres?|lire|lecture|relire|roman|auteure?|pages?|editions?|p\. ?[0-9])\b"),
        rule(&format!(r"\blits? ?{sign}{number}{side}"))
            .unless_preceded(r"\b(?:il|elle|on|qui|je|tu|iel|ne|se|en|y) ")
            .unless_followed(&format!(
                r"{capacity}| ?(?:livres?|pages?|romans?|bd|poemes?|histoires?|chapitres?|articles?|journa|fois|minutes?|min\b|heures?|h\b|revues?|textes?|mots?)"
            )),
        rule(r"\bchambre (?:numero )?(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|quarante|cinquante|soixante|quatre-vingts?|cent)(?:[ -](?:et |deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|quarante|cinquante|soixante|cents?|une?)){0,4}\b")
            .unless_followed(capacity),
        rule(r"\blit (?:cote )?(?:porte|fenetre|couloir)\b"),
        rule(r"\b(?:(?:la|le|du|au|en) )(?P<it>[0-9]{1,4} ?(?:cote )?(?:porte|fenetre|couloir)\b|(?-i:[0-9]{1,3} ?[PF]\b))")
            .unless_followed(r"-| (?:cles?|manteaux?|drapeau|bonheur|documents?|sur\b|ouverte)"),
        rule(&format!(r"\b(?:{people}) (?:de la|du|au|a la|en) (?P<it>(?:chambre )?{short})")).unless_followed(&date),
        rule(&format!(r"\b(?:{things}) (?:de|pour) la (?P<it>{short})")).unless_followed(&date),
        rule(&format!(r"\b(?:avec|chez|calmer|calme|rassurer|lever|laver|doucher|changer|piquer|perfuser|installer) (?P<it>la {short})"))
            .unless_followed(&date)
            .unless_preceded(r"\b(?:ligne|bus|tram|table) "),
        rule(&format!(r"\b(?P<it>l[ae] {short}),? (?:(?:qui|elle|il|nous|m'|t'|lui|encore|toujours) ){{0,2}}(?:(?:a|est|s'est|avait|etait|n'a|n'est) (?:encore |bien |mal |pas |re|re-)?(?:{did})|(?:{does}))\b")),
        rule(&format!(r"\b(?P<it>la {short}) (?:(?:nous|vous|m'|t'|te|me) ?(?:a|adore|aime|remercie|embrasse|demande|salue|attend|regrette|fait|chante|dit|offre)|adore|aime|veut|voudrait|aimerait|s'est (?:levee|endormie|reveillee|calmee|perdue|assise|plainte|deshabillee|mise a))\b")),
        rule(r"\bbox ?(?:n ?[°o] ?)?[0-9]{1,3}\b").if_near(&format!(r"\b(?:{care})")),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{assert_clean, assert_found};

    #[test]
    fn a_room_or_a_bed_with_its_number_is_found() {
        assert_found(&[
            ("chambre 12", "chambre: chambre 12"),
            ("Merci pour la CHAMBRE N° 4 !", "chambre: CHAMBRE N° 4"),
            ("ch. 214", "chambre: ch. 214"),
            ("ch12 fenêtre", "chambre: ch12 fenêtre"),
            ("la chambre 22bis", "chambre: chambre 22bis"),
            ("lit 3", "chambre: lit 3"),
            ("lit n°2 porte", "chambre: lit n°2 porte"),
            ("lit fenêtre", "chambre: lit fenêtre"),
        ]);
    }

    #[test]
    fn a_number_that_stands_for_somebody_is_found() {
        assert_found(&[
            ("la 12 porte", "chambre: 12 porte"),
            ("le 8 côté fenêtre", "chambre: 8 côté fenêtre"),
            ("la 14F", "chambre: 14F"),
            ("la dame de la 15", "chambre: 15"),
            ("Monsieur du 27", "chambre: 27"),
            ("les lunettes de la 31", "chambre: 31"),
            ("restée avec la 9", "chambre: la 9"),
            ("La 7 a chuté", "chambre: La 7"),
            ("la 14, elle a sonné", "chambre: la 14"),
            ("Box 4, patient agité", "chambre: Box 4"),
        ]);
    }

    #[test]
    fn other_rooms_beds_and_numbers_are_nobody() {
        assert_clean(&[
            "salle 12",
            "bureau 214, porte 3",
            "chambre d’hôtes, 12 places",
            "chambre 2 personnes",
            "lit pliant",
            "lit 2 places",
            "elle lit 3 livres",
            "roman, ch. 3",
            "le 12 porte-manteaux",
            "la 12e édition",
            "la 14 est déjà prise",
            "la famille du 12 mars",
            "box internet",
            "la 5G",
        ]);
    }
}
