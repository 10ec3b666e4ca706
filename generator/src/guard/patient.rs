//! Patients that are named, or told apart by their age.
//!
//! A name with a title is most often a colleague's, and thanking colleagues is what this place is
//! for. It becomes a patient's when the sentence tells a patient's state (« opéré », « à jeun »),
//! when care stands right beside it (« la toilette de Mme X »), or when care is told in a
//! sentence that speaks of no work. « Le patient Jean D. » needs nothing more.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::finding::FindingKind;
use super::reading::Reading;
use super::rule::{Passage, Rule, expression};
use super::words::TITLED;

/// What only happens to patients.
const STATE: &str = r"hospitalisee?|re?operee?|operee?|perfusee?|transfusee?|sondee?|intubee?|extubee?|dialysee?|diabetique|decedee?|est morte?\b|mourante?|deces\b|fin de vie|soins palliatifs|a jeun|residente?\b|demente?\b|desorientee?|confuse?\b|grabataire|alitee?|fugue\b|(?:a|ete|est|avait) (?:re|encore )?(?:chute|tombee?)\b|sous (?:oxygene|o2|morphine|scope|antibio|insuline|contention|perf|anticoagul|chimio)|transferee? (?:en|au|a)|transferee?\b|en (?:reanimation|rea\b|usc\b|ssr\b|had\b|chimio|isolement|rechute|remission|phase terminale)|fievre\b|(?:sort|revient|remonte|descend|est) (?:du|au) bloc\b|nous a quittee?s(?: ce | cette | hier| dans | apres | paisib| au petit|[,.!;]|$)|s'est eteinte?|entouree? des siens|sous sedation|amputee?|platree?|ventilee?|stomisee?|tracheo\w{0,6}|greffee?|a accouche (?:hier|cette|ce |dans|d'une? (?:petit|beau|belle|fille|garcon)|a [0-9]|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|par)|cesarienne|peridurale|perd la memoire|pertes? de memoire|fausse route|desature|convuls|hemorragie|(?:refuse|ne veut (?:pas|plus)|ne prend (?:pas|plus)) (?:de (?:manger|boire|s'alimenter|se laver|prendre)|(?:manger|boire|se lever|se laver)|(?:ses|son|sa|le|la|les|tout) ?(?:medicaments?|traitement|soins?|toilette|repas|douche|insuline))|ne mange (?:pas|plus|rien)|n'a (?:pas|rien) (?:mange|bu|urine)|escarres?\b|alzheimer|parkinson|leucemie|metastases?|tumeur|embolie|septicemie|est (?:constipee?|agitee?|incontinente?)";

/// Care that is given to patients, and talked about at work as well.
const CARE: &str = r"pneumopathie|pneumonie|appendicite|occlusion|sepsis|covid|hypoglycemie|hyperglycemie|diabete|insuline|sa toilette|perfusions?|perf\b|sonde\b|pansements?|chimio\w{0,12}|dialyse|toilette\b|transfusion|insuline|glycemie|dextro|scanner|irm\b|biopsie|prise de sang|bilan sanguin|medicaments?|morphine|antibiotiques?|anesthesie|fracture|cancer|avc\b|infarctus|prothese|stomie|catheter|picc|couches?\b|constip\w{0,6}|vomi\w{0,6}|nausees?|selles\b|urines?\b|douleurs?\b|ehpad|chutes?\b|sa chambre|son lit\b|brancard\b";

/// Work, and what is held at work.
const WORK: &str = r"\b(?:atelier|formation|formatrice|formateur|anim\w{1,6}|present\w{1,8}|conference|staff|reunion|organis\w{1,6}|cadre|infirmiere?s?|infirmier|ide\b|aide-soignante?|aide soignante?|docteur|dr|pr|medecin|interne|externe|collegues?|service technique|lingerie|pharmacie|secretaire|direct(?:eur|rice|ion)|cheffe?|responsable|referente?|psychologue|kine\w{0,14}|dieteticienne|brancardiere?|gardien|benevoles?|intervena\w{1,4}|retraite|diplome|pot|stand|nouvelle? (?:secretaire|pompe|materiel)|demonstration|prepare|expert\w{0,3}|explique\w{0,3}|prevention|conseils?)\b";

/// A function said right after a name: a colleague, unless a state says otherwise.
const FUNCTION: &str = r"^(?:,| -| \(|:)? ?(?:notre |la |le |l'|une? |nouvelle |nouveau |du |de la |de l'|des |aux? )?(?:cadre|infirmi|ide\b|as\b|aide|docteur|medecin|interne|externe|collegue|service|lingerie|pharmacie|secretaire|direct|cheffe?|responsable|referent|psychologue|kine|diet|brancardi|gardien|garage|benevole|secretariat|accueil|restauration|cuisine|drh|rh\b|labo|bloc\b|standard|informatique|amicale|syndicat|formatrice|formateur|faisant fonction)";

/// Words with a capital that are no name after « patient ».
const NOT_A_NAME: &str = r"^(?:est|a|de|du|des|la|le|les|et|en|qui|au|aux|ne|sur|pour|dans|par|avec|sans|ou|traceur|expert|partenaire|relais|zero|il|elle|on|tres|mais|sa|son|ses|a|merci|je|nous|vous)$";

static STATES: LazyLock<Regex> = LazyLock::new(|| expression(&format!(r"\b(?:{STATE})")));
static CARES: LazyLock<Regex> = LazyLock::new(|| expression(&format!(r"\b(?:{CARE})")));
static WORKS: LazyLock<Regex> = LazyLock::new(|| expression(WORK));
static FUNCTIONS: LazyLock<Regex> = LazyLock::new(|| expression(FUNCTION));
static THANKED: LazyLock<Regex> = LazyLock::new(|| {
    expression(r"\b(?:merci|mercis|bravo|felicitations?|bienvenue|chapeau)(?: \w{1,12})? (?:a|pour) $")
});
static PATIENT: LazyLock<Regex> = LazyLock::new(|| expression(r"\bpatiente?\b"));
/// « être patient » is a virtue, « un patient » is anybody.
static NOBODY_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"\b(?:ete|etre|soyez|sois|si|tres|plus|aussi|assez|tellement|reste[rz]?|peu|trop|montree?|bien|chaque|tout|aucune?|(?:qu'|^|[^t] )une?|parcours|accueil|autour du|centre du) $",
    )
});
static NOBODY_AFTER: LazyLock<Regex> =
    LazyLock::new(|| expression(r"^(?:-| (?:avec|traceur|expert|partenaire|relais|au centre))"));
/// Care right before a name, that nobody gives a colleague.
static BODY_CARE_OF: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"\b(?:entree|sortie|deces|transfert|admission|hospitalisation|toilette|pansement|perfusion|perf|sonde|douche|scanner|irm|escarre|fievre|dialyse|chimio|fin de vie|prise de sang|glycemie|insuline|pilulier|dentier|operation|chambre) (?:\w{1,10} )?(?:de|d'|a) $",
    )
});
/// Care right before a name, or what a colleague has too.
static CARE_OF: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"\b(?:entree|sortie|deces|transfert|admission|hospitalisation|operation|intervention|toilette|pansement|perfusion|perf|sonde|douche|lever|coucher|traitement|scanner|irm|dossier|regime|plateau|repas|chambre|lit|change|escarre|chute|fievre|dialyse|chimio|fin de vie|famille|sonnette|prise de sang|glycemie|insuline|pilulier|bilan|tension|dentier|fauteuil) (?:\w{1,10} )?(?:de|du|d'|a|pour|chez) $",
    )
});
/// What a patient does, right after the name.
static DOES: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^,? (?:qui )?(?:nous )?(?:sort|sortira|rentre|est sortie?|est rentree?|va sortir|peut sortir|doit sortir|part|est partie?) (?:demain|aujourd'hui|hier|ce (?:matin|soir|midi)|cet apres-midi|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|vers [0-9]|a [0-9]|a domicile|chez (?:elle|lui)|en (?:ehpad|ssr|had|maison de|rea|convalescence|moyen sejour)|au bloc|d'hopital|de (?:rea|l'hopital))",
    )
});
static LEAVES_WORK: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^,? (?:part|rentre|est partie?|est rentree?) (?:demain|aujourd'hui|hier|ce |cet |lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|vers|a [0-9])",
    )
});
static AGED: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^ ?,? ?\(? ?(?:agee? de )?[0-9]{1,3} ?ans\b(?: (?:de )?(?:service|carriere|metier|maison|anciennete))?",
    )
});
static CAREER: LazyLock<Regex> = LazyLock::new(|| expression(r"(?:service|carriere|metier|maison|anciennete)$"));
static ROOM_NEAR: LazyLock<Regex> =
    LazyLock::new(|| expression(r"\b(?:chambre|chb|ch\.?|lit|box) ?(?:n ?[°o] ?)?[0-9]{1,4}\b"));
static LOWER_CASE: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"\b(?P<it>(?-i:m\.|mme\.?|mr\.?|mlle|monsieur|madame|Mme|Mr|Monsieur|Madame) (?-i:[a-z][a-z'-]{2,25}))\b",
    )
});
/// « le monsieur chante »: no name follows.
static ARTICLE: LazyLock<Regex> =
    LazyLock::new(|| expression(r"\b(?:le|la|un|une|ce|cette|petit|petite|vieux|ma|mon) $"));
static COMMON_WORD: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r" (?:la|le|les|de|des|du|d'\w{0,9}|l'\w{1,20}|qui|et|est|ou|on|pour|dans|avec|votre|vos|merci|bonjour|voudrait|tout|toute|tous|chante|dort|je|vous|nous|a|va|veut|demande|sans|agee?|tres|trop|en|au|aux|sur|que|ne|n'\w{1,10}|hospitalisee?|operee?|directrice|directeur|maire)$",
    )
});
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"\b(?-i:[Pp]atiente?|[Rr]esidente?|[Mm]alade)(?: :| nommee?|,)? (?P<it>(?:(?-i:Mr|Mme|M)\.? )?(?-i:\b[A-Z][A-Za-z'-]{0,30}\.?(?: ?\b[A-Z][A-Za-z'-]{0,30}\.?)?))",
    )
});
static NOT_NAMES: LazyLock<Regex> = LazyLock::new(|| expression(NOT_A_NAME));
static NAMED: LazyLock<Regex> = LazyLock::new(|| expression(TITLED));

/// Rules that need no judgement.
pub(super) fn rules() -> Vec<Rule> {
    let rule = |find: &str| Rule::new(FindingKind::Patient, find);
    let initials = r"(?-i:\b[A-Z]\. ?[A-Z]\.)";
    vec![
        // Told apart by age.
        rule(r"\b(?:patiente?|residente?|malade) (?:hospitalisee? )?(?:de|agee? de|,) ?[0-9]{1,3} ?(?:ans|mois|jours)\b"),
        rule(r"\b(?:monsieur|dame|homme|femme|enfant|garcon|fillette|bebe|nourrisson|mamie|papi) (?:de|agee? de|,) ?[0-9]{1,3} ?(?:ans|mois|jours)\b")
            .if_near(&format!(r"\b(?:{STATE}|{CARE})")),
        rule(&format!(r"(?P<it>{initials}),? ?\(?(?:agee? de )?[0-9]{{1,3}} ?ans\b")),
        rule(&format!(r"(?P<it>{initials}),? (?:est |a ete )?(?:{STATE})")),
        rule(r"\bnee?s? a [0-9]{2} (?:semaines|sa)\b|\bgrande? prematuree?\b"),
        rule(r"\b(?:petite?|bebe|enfant) (?P<it>(?-i:[A-Z][a-z'-]{1,20}))\b,? (?:\w{1,12} ){0,2}(?:hospitalisee?|operee?|perfusee?|decedee?|transferee?)"),
        rule(&format!(r"\b(?P<it>(?-i:[A-Z][a-z'-]{{1,20}} [A-Z]\.)),? (?:est |a ete |etait )?(?:{STATE})")),
    ]
}

/// Adds the names with a title that stand for a patient.
pub(super) fn find_named(reading: &Reading, found: &mut Vec<Passage>) {
    let add = |range: Range<usize>, found: &mut Vec<Passage>| {
        found.push(Passage { kind: FindingKind::Patient, range, of_another: false });
    };
    for called in CALLED.captures_iter(reading.text()) {
        let name = called.name("it").filter(|name| !NOT_NAMES.is_match(name.as_str()));
        let is_person = called.get(0).is_some_and(|whole| !NOBODY_BEFORE.is_match(reading.before(&whole.range())));
        if let Some(name) = name.filter(|_| is_person) {
            add(name.range(), found);
        }
    }
    for name in NAMED.find_iter(reading.text()) {
        if is_patient(reading, &name.range()) {
            add(name.range(), found);
        }
    }
    for name in LOWER_CASE.find_iter(reading.text()) {
        if !ARTICLE.is_match(reading.before(&name.range()))
            && !COMMON_WORD.is_match(name.as_str())
            && is_patient(reading, &name.range())
        {
            add(name.range(), found);
        }
    }
}

fn is_patient(reading: &Reading, name: &Range<usize>) -> bool {
    let (before, after, near) = (reading.before(name), reading.after(name), reading.near(name));
    if tells_patient(near) {
        return true;
    }
    if FUNCTIONS.is_match(after) {
        return false;
    }
    let works = WORKS.is_match(near) || THANKED.is_match(before);
    let leaves = DOES.is_match(after) && !LEAVES_WORK.is_match(after);
    let aged = AGED.find(after).is_some_and(|age| !CAREER.is_match(age.as_str()));
    if STATES.is_match(near) || leaves || aged || ROOM_NEAR.is_match(near) || BODY_CARE_OF.is_match(before) {
        return true;
    }
    !works && (CARE_OF.is_match(before) || CARES.is_match(near))
}

/// Whether « patient » stands there for a person.
fn tells_patient(near: &str) -> bool {
    PATIENT
        .find_iter(near)
        .any(|one| !NOBODY_BEFORE.is_match(&near[..one.start()]) && !NOBODY_AFTER.is_match(&near[one.end()..]))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{assert_clean, assert_found};

    #[test]
    fn a_name_with_a_patients_state_is_a_patient() {
        assert_found(&[
            ("M. Dupont a été opéré", "patient: M. Dupont"),
            ("Mme Martin, hospitalisée hier", "patient: Mme Martin"),
            ("Mme L. est diabétique", "patient: Mme L."),
            ("Décès de Monsieur de La Tour", "patient: Monsieur de La Tour"),
            ("mme petit est à jeun", "patient: mme petit"),
            ("M.\u{a0}Clément sort demain", "patient: M.\u{a0}Clément"),
            ("M. T., 81 ans", "patient: M. T."),
            ("Mme Berger, patiente depuis lundi", "patient: Mme Berger"),
        ]);
    }

    #[test]
    fn a_name_with_care_beside_it_is_a_patient() {
        assert_found(&[
            ("Toilette de Mme Carpentier à deux", "patient: Mme Carpentier"),
            ("Entrée de Mme Blanchard demain", "patient: Mme Blanchard"),
            ("la sonde de M. Giraud", "patient: M. Giraud"),
        ]);
    }

    #[test]
    fn who_is_called_a_patient_is_one() {
        assert_found(&[
            ("le patient Jean D. chante", "patient: Jean D."),
            ("La patiente Martinez", "patient: Martinez"),
            ("patient DURAND", "patient: DURAND"),
            ("Patiente de 34 ans", "patient: Patiente de 34 ans"),
            ("J.P., 67 ans", "patient: J.P."),
            ("Le petit Noah, hospitalisé", "patient: Noah"),
        ]);
    }

    #[test]
    fn colleagues_are_thanked_by_name() {
        assert_clean(&[
            "Merci à M. Dupont pour le chariot",
            "Mme Leroy, infirmière, a un diplôme en pansements",
            "M. Vial, brancardier, revient du bloc",
            "Mme Fabre anime l’atelier prévention des chutes",
            "Mme Durand organise la sortie au musée",
            "Mme Durand part lundi",
            "Le Dr Martin opère jusqu’à 18 h",
            "Bonne retraite à Mme Besson, 35 ans de service",
            "Merci à Mme Salles pour le pansement",
        ]);
    }

    #[test]
    fn patience_is_a_virtue_and_a_patient_is_anybody() {
        assert_clean(&[
            "M. Dupont a été très patient",
            "Mme Lambert, soyez patiente",
            "M. Petit s’arrête dès qu’un patient appelle",
            "le patient est au centre",
            "le patient Expert intervient jeudi",
            "bonjour madame merci pour la perfusion",
            "le monsieur attend sa perfusion",
            "Patient traceur : M. Petit l’explique",
        ]);
    }
}
