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
        rule(r"\blit (?:cote )?(?:porte|fenetre|couloir)\b"),
        rule(r"\b(?:(?:la|le|du|au|en) )(?P<it>[0-9]{1,4} ?(?:cote )?(?:porte|fenetre|couloir)\b|(?-i:[0-9]{1,3} ?[PF]\b))")
            .unless_followed(r"-| (?:cles?|manteaux?|drapeau|bonheur|documents?|sur\b|ouverte)"),
        rule(&format!(r"\b(?:{people}) (?:de la|du|au|a la|en) (?P<it>(?:chambre )?{short})")).unless_followed(&date),
        rule(&format!(r"\b(?:{things}) (?:de|pour) la (?P<it>{short})")).unless_followed(&date),
        rule(&format!(r"\b(?:avec|chez|calmer|calme|rassurer|lever|laver|doucher|changer|piquer|perfuser|installer) (?P<it>la {short})"))
            .unless_followed(&date)
            .unless_preceded(r"\b(?:ligne|bus|tram|table) "),
        rule(&format!(r"\b(?P<it>l[ae] {short}),? (?:(?:qui|elle|il|nous|m'|t'|lui|encore|toujours) ){{0,2}}(?:(?:a|est|s'est|avait|etait|n'a|n'est) (?:encore |bien |mal |pas |re|re-)?(?:{did})|(?:{does}))\b")),
        rule(r"\bbox ?(?:n ?[°o] ?)?[0-9]{1,3}\b").if_near(&format!(r"\b(?:{care})")),
    ]
}
