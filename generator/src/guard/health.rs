//! The health of those who work here: one's own, and a colleague's.
//!
//! Saying « je » gives most of it away: « j’ai une sciatique », « mon arrêt », « je suis sous
//! antidépresseurs ». Of others: « Julie est en arrêt maladie », « son cancer », « bon
//! rétablissement ». Health as a subject is what this portal is for and must pass: prevention,
//! workshops, a health week, what to do when somebody is ill.
//!
//! Decided: « mon dos » alone says nothing (« mon dos dit merci aux étirements »), with a pain it
//! does; « mes lombaires » always does, since only those that hurt have a name. « nos dos » and
//! « votre arrêt » address everybody.

use super::finding::FindingKind;
use super::rule::Rule;

/// Illnesses and what is done about them: enough with « j’ai une… », « mon… ».
const ILLNESS: &str = r"(?:mastectomie|hysterectomie|arythmie|amputation|chirurgie|anemie|thrombose|ulcere|crohn|colopathie|rhumatismes?|zona|lupus|cirrhose|pancreatite|appendicite|insuffisance (?:renale|cardiaque|respiratoire)|stent|pontage|sevrage|overdose|troubles? (?:bipolaires?|anxieux|alimentaires?|du sommeil|musculo\w{0,3}|cardiaques?|psy\w{0,10}|de l'humeur)|maux de (?:dos|tete)|algodystrophie|nevralgies?|paralysie|hemiplegie|mal de dos|douleurs? (?:chroniques?|articulaires?|lombaires?|cervicales?)|cancers?|tumeurs?|metastases?|leucemie|lymphome|melanome|chimio\w{0,12}|radiotherapie|rayons|depression|burn ?-?out|bipolarite|schizophrenie|anorexie|boulimie|alcoolisme|addictions?|diabete|epilepsie|asthme|endometriose|sclerose|fibromyalgie|parkinson|alzheimer|avc|infarctus|hernies?|sciatique|lumbago|lombalgies?|dorsalgies?|cervicalgies?|tendinites?|canal carpien|arthrose|arthrite|polyarthrite|scoliose|spondylarthrite|migraines?|insomnies?|hypertension|vih|sida|hepatite|covid(?: long)?|grippe|gastro|angine|bronchite|pneumonie|fausse couche|grossesse|ivg|fiv|pma|menopause|tentative de suicide|maladie|pathologie|handicap|invalidite|rqth|fractures?|entorse|luxation|prothese|hospitalisation|convalescence|reeducation|malaise|crises? (?:d'angoisse|d'epilepsie|de panique)|angoisses?|anxiete|phobies?|eczema|psoriasis|allergies?|apnees? du sommeil|thyroide|kyste|fibrome|nodule|phlebite|embolie|greffe|pacemaker|acouphenes?|vertiges?|varices|glaucome|cataracte|autisme|tdah|surdite|problemes? cardiaques?|problemes? de sante|soucis? de sante|ennuis? de sante|etat de sante|arret maladie|arret de travail|arrets? maladie|accident de travail|accident du travail|mi-temps therapeutique|temps partiel therapeutique|longue maladie|conge (?:de )?maladie|inaptitude|appareils? auditifs?|epuisement professionnel|surmenage|idees noires|pensees suicidaires|stress post-traumatique|toc\b|problemes? d'alcool|problemes? psy\w{0,10}|mammographie|coloscopie|biopsie|irm|infiltrations?|prise de sang|attelle|platre|bequilles)";

/// Illnesses that are no figure of speech and no agenda: enough with « son… », « il a un… ».
const GRAVE: &str = r"(?:mastectomie|hysterectomie|arythmie|amputation|chirurgie|anemie|thrombose|ulcere|crohn|colopathie|rhumatismes?|zona|lupus|cirrhose|pancreatite|appendicite|insuffisance (?:renale|cardiaque|respiratoire)|stent|pontage|sevrage|overdose|troubles? (?:bipolaires?|anxieux|alimentaires?|du sommeil|musculo\w{0,3}|cardiaques?|psy\w{0,10}|de l'humeur)|maux de (?:dos|tete)|algodystrophie|nevralgies?|paralysie|hemiplegie|hypertension|cancers?|tumeurs?|metastases?|leucemie|lymphome|melanome|chimio\w{0,12}|radiotherapie|depression|burn ?-?out|bipolarite|schizophrenie|anorexie|boulimie|alcoolisme|diabete|epilepsie|asthme|endometriose|sclerose en plaques|fibromyalgie|parkinson|alzheimer|avc|infarctus|hernies?(?: discale)?|sciatique|lumbago|lombalgie|tendinite|canal carpien|arthrose|polyarthrite|migraines|vih|sida|hepatite|covid|grippe|gastro|pneumonie|fausse couche|grossesse|ivg|fiv|pma|tentative de suicide|maladie|invalidite|rqth|fracture|entorse|prothese|hospitalisation|convalescence|malaise|crises? (?:d'angoisse|d'epilepsie|de panique)|embolie|phlebite|acouphenes|problemes? cardiaques?|(?:problemes?|soucis?|ennuis?) de sante|etat de sante|arrets? maladie|arret de travail|accident du? travail|mi-temps therapeutique|longue maladie|conge maladie|fievre|idees noires|pensees suicidaires|problemes? d'alcool|problemes? psy\w{0,10}|epuisement professionnel)";

/// Medicines whose name tells the illness.
const MEDICINE: &str = r"(?:anti-?depresseurs?|anxiolytiques?|somniferes?|neuroleptiques?|insuline|cortisone|morphine|methadone|lithium|xanax|prozac|lexomil|seresta|tramadol|valium|ritaline|calmants?|psychotropes?|codeine|antibiotiques?|levothyrox|ventoline|anti-?douleurs?|antalgiques?|anticoagulants?|betabloquants?|chimio\w{0,12}|traitement (?:lourd|pour|contre|medical|hormonal)|medicaments? (?:pour|contre))";

/// What one is, after « je suis », « elle est ».
const CONDITION: &str = r"(?:en (?:long |plein )?arret(?: maladie| de travail)?|en (?:accident (?:de|du) travail|longue maladie|conge (?:de )?(?:longue )?maladie|conge longue duree|clm\b|cld\b|depression|plein burn|burn|chimio|remission|convalescence|reeducation|cure\b|rechute|invalidite|mi-temps therapeutique|temps partiel therapeutique)|de longue maladie|d'arret(?: maladie)?|de depression|de burn|d'une? (?:cancer|avc|fausse couche|depression|operation|burn|hospitalisation|cure)|enceinte|hospitalisee?|depressi(?:f|ve)|dyslexique|dyspraxique|cardiaque|hypertendue?|insomniaque|anorexique|boulimique|coeliaque|en menopause|menopausee|trisomique|psychotique|suicidaire|diabetique|epileptique|asthmatique|migraineuse|seropositi(?:f|ve)|bipolaire|schizophrene|autiste|alcoolique|toxicomane|handicapee?|malentendante?|malvoyante?|dialysee?|greffee?|cancereuse?|atteinte? (?:de |d'|du )|sous (?:traitement|medicaments?|MEDICINE)|positi(?:f|ve) au|en invalidite|inapte|arretee? (?:depuis|jusqu|pour|par|apres|suite|a cause|[0-9]|un|une|deux|trois|quinze)|mise? en arret|en psychiatrie|en rea\b|en reanimation|dans le coma|aux urgences|en fauteuil roulant|sourde?|aveugle|appareillee?|souffrante?|alitee?|immobilisee?|platree?|en attente de greffe|alcoolo|addict (?:a|au) |au bord du suicide|a l'hopital (?:depuis|apres|pour|suite)|suivie? (?:par|en) (?:une? |mon |ma )?(?:psy|addicto|cardio|onco|neuro|hopital de jour)|tombee? malade)";

/// Words that soften or date a state: at most two of them.
const ADVERBS: &str = r"(?:(?:aussi|encore|toujours|actuellement|malheureusement|deja|de nouveau|a nouveau|moi-meme|tres|gravement|un peu|donc|en fait|bien|vraiment|souvent|pas mal|meme|ete|depuis (?:peu|hier|lundi|mardi|mercredi|jeudi|vendredi|\w{1,5} (?:jours?|semaines?|mois|ans?))|enfin|certes|juste|plutot|completement|quasi) ){0,2}";

/// Talk of health that is about nobody.
const SUBJECT: &str = r"\b(?:prevention|prevenir|ateliers?\b|conferences?|semaine d|journee|sensibilis|formations?\b|depistage|informations?\b|campagne|colloque|webinaire|affiches?\b|guide\b|fiche\b|brochure|groupe de parole|permanence|education therapeutique|octobre rose|sante au travail|comment |que faire|qu'est-ce|procedure|en general|debat|film\b|articles?\b|lutte contre|recherche contre|contre (?:le|la) |risques? |droits? |demarches? |declarer|quand on|si on|lorsqu)";

/// Somebody in general: « si un collègue est en arrêt ».
const ANYBODY_BEFORE: &str = r"\b(?:(?:quand|si|lorsqu'?e?|des qu'?e?|qu'|qui|pour) ?(?:une?|on|l'on|quelqu'un|vous|chacune?|tout|les|des)\b[^.!?,;]{0,40}|\bon (?:ne )?|\btout le monde |\bchacune? |\bpersonne (?:ne |n')|\b(?:tram|bus|machine|ascenseur|ligne|activite|chantier|serveur|imprimante|chaudiere|lave-vaisselle|cafetiere|production|appareil|robot|moteur)[^.!?,;]{0,40})";

/// Names with a capital that are no person's.
const NOT_SOMEBODY: &str = r"(?-i:\b(?:Agente?|Salariee?|Collegue|Personnel|Machine|Service|Femme|Personne|Quand|Une?|Si|Noel|Paques|Toute?|On|Etre)\b)";

const BODY: &str = r"(?:dos|lombaires|cervicales|vertebres|epaules?|genoux?|poignets?|hanches?|nuque|cou|jambes?|pieds?|bras|mains?|coudes?|chevilles?|ventre|reins?|seins?|bassin|menisque|ligaments?|coccyx|clavicule|femur|tibia|col du femur|doigts?|cote|cotes|talon|mollet)";

/// The rules of health.
pub(super) fn rules() -> Vec<Rule> {
    let mut rules = own();
    rules.extend(of_others());
    rules.extend(in_general());
    rules
}

fn rule(find: &str) -> Rule {
    Rule::new(FindingKind::Health, &with_words(find))
}

/// Puts the lists of words where an expression names them.
fn with_words(find: &str) -> String {
    let find = find.replace("CONDITION", CONDITION).replace("ADVERBS", ADVERBS);
    let find = find.replace(r"\bj'", r"\b(?:j' ?|j )").replace("j' ?)(?:ai|", "j' ?|j )(?:ai|");
    find.replace("ILLNESS", ILLNESS).replace("GRAVE", GRAVE).replace("MEDICINE", MEDICINE).replace("BODY", BODY)
}

/// One's own, or that of the one who is spoken to.
fn own() -> Vec<Rule> {
    let transport = r" (?:de |du |d')?(?:bus|tram\w{0,3}|metro|car\b|train|navette|prefere)";
    let laughter = r" (?:de (?:ce|cette|ces|rire|jalousie|voir|leur|savoir|devoir|stress)|d'|a l'idee|rien que)";
    let pain = r"\b(?:souffr|douleur|douloureu|fait (?:tres |trop |si |encore )?mal|font (?:tres |trop |si |encore )?mal|mal (?:a|au|aux) |bloque|coince|opere|casse|lache|abime|en vrac|en compote|en miettes|fractur|infiltration|prothese|ne suit plus|ne tien\w{1,3} plus|hors service|blesse)";
    let adjective = r"(?:propre |petite? |grosse? |ancien(?:ne)? |longue? |premiere? |deuxieme |nouvelle |vieille |fichue? |sacree? |gros(?:ses)? )?";
    vec![
        rule(&format!(r"\b(?:mon|ma|mes|ton|ta|tes) {adjective}ILLNESS\b")),
        rule(r"\b(?:mon|ton|mes|tes) (?:long |dernier |nouvel )?arrets?\b").unless_followed(transport),
        rule(r"\b(?:mon|ma|ton|ta) (?:psy|psychiatre|psychologue|psychotherapeute|generaliste|oncologue|cardiologue|neurologue|addictologue|rhumatologue|gyneco\w{0,5}|medecin traitant|sage-femme|chirurgien\w{0,2})\b"),
        rule(r"\b(?:mon|ma|ton|ta) (?:operation|intervention|traitement|reprise) (?:a |en )?(?:chirurgicale|medicale?|mi-temps|apres|du BODY|de la BODY|de l'BODY|des BODY|a coeur|cardiaque|pour|contre)"),
        rule(r"\b(?:depuis|avant|apres|pour) (?:mon|ton) operation\b"),
        rule(r"\b(?:mes|tes) (?:medicaments|analyses (?:de sang|medicales)|examens medicaux|seances? de (?:kine|rayons|chimio|dialyse))\b"),
        rule(r"\b(?:medecin|docteur|generaliste|chirurgien\w{0,2}|medecin du travail|kine|psy\w{0,9})(?: \w{1,12}){0,2} (?:m'a|m'interdit|me deconseille|m'arrete|me prescrit|m'oblige|refuse que je)\b")
            .unless_followed(r" (?:dit (?:merci|bonjour|bravo)|appris|prete|aidee?|remercie|fait (?:rire|sourire|confiance)|encouragee?|offert|invitee?)"),
        rule(r"\bma (?:tension|glycemie|thyroide|vue|memoire) (?:\w{1,9} ){0,2}(?:trop|joue|baisse|monte|me |haute|basse|flanche)"),
        rule(r"\bILLNESS\b[^.!?]{0,30} (?:pour moi|chez moi)\b|\bILLNESS, j'en ai\b"),
        rule(r"\bj'ai (?:arrete|lache|quitte) (?:l'alcool|de boire|la drogue|le cannabis|la coke)|\bje (?:ne )?(?:bois|me drogue) plus\b"),
        rule(r"\bje marche avec (?:une canne|des bequilles|un deambulateur)|\b(?:depuis|apres|suite a|avant|pendant) (?:mon|ton|son) accident\b"),
        rule(r"\bje (?:vais|dois|viens d') ?accoucher\b|\bje vais (?:me faire )?(?:operer|hospitaliser|avorter)\b"),
        rule(r"\bj'attends (?:un bebe|un heureux evenement|des jumeaux|un enfant)\b"),
        rule(r"\b(?:mes|tes) (?:lombaires|cervicales|vertebres|disques|somniferes|antidepresseurs|anxiolytiques|crises)\b"),
        rule(r"\b(?:mon|ma|mes|ton|ta|tes) (?:pauvres? |vieux |vieille )?BODY\b").if_near(pain),
        rule(r"\bj'(?:ai|avais|aurai) (?:encore |toujours |souvent |tres |trop |tellement |si |un peu |eu |vraiment ){0,2}mal (?:(?:aux? |a la |a l'|a mon |a ma |a mes )[a-z]{1,15}|partout)\b")
            .unless_followed(r" de "),
        rule(r"\b(?:je|j') ?(?:suis|reste|serai|serais|etais|sors|rentre|reviens?|revien|pars|repars|reprends|etais|ai ete|avais ete|tombe) ADVERBSCONDITION"),
        rule(r"\b(?:je|j') ?(?:suis|reste|serai|etais|ai ete|tombe) ADVERBS(?:malade|operee?|allergique|cardiaque)\b")
            .unless_followed(&format!(r"{laughter}| aux? (?:reunions?|lundis?|conflits?|changements?)")),
        rule(r"\bj'(?:ai|avais|aurai|ai eu|ai fait|ai subi|avais fait) (?:encore |toujours |deja |aussi |malheureusement |eu |fait |subi |moi-meme ){0,2}(?:une? |le |la |l'|des |du |de la |de l'|de l')?(?:grosse? |petite? |gros |debut de |forte |vilaine |sale |deuxieme |nouvelle |sacre |double )?ILLNESS\b"),
        rule(r"\bj'ai (?:de la |beaucoup de |39 de |eu de la )?fievre\b"),
        rule(r"\bje (?:fais|faisais|refais|souffre|souffrais|sors|me remets|me releve|guerris|crains|traine|soigne|combats) (?:de |d'|du |de la |des |une? |d'une? |de l'|encore une? |encore d'une? |toujours de )?(?:grosse |petite |gros |vilaine |severe |legere )?(?:ILLNESS|douleurs|mal de dos)\b"),
        rule(r"\bje (?:prends|suis) (?:toujours |encore |depuis \w{1,9} )?(?:des|un|mes|du|sous|de la) MEDICINE"),
        rule(r"\bon m'a (?:diagnostique|opere|hospitalise|greffe|pose un|retire|enleve)\w{0,2}\b").unless_followed(r" (?:de |du )?(?:planning|projet|ma place|poste)"),
        rule(r"\bon m'a (?:trouve|detecte|decouvert|annonce) (?:une? |le |la |mon )?ILLNESS\b"),
        rule(r"\bje me (?:suis (?:fait (?:operer|hospitaliser)|casse|fracture|foule|tordu|blesse|bloque le dos|fait mal)|fais (?:operer|hospitaliser|suivre)|drogue)\w{0,2}\b"),
        rule(r"\bme (?:faire|fera|ferai) (?:operer|hospitaliser|soigner)\b"),
        rule(r"\bje (?:vois|consulte|revois) (?:regulierement )?(?:une?|mon|ma) (?:psy\w{0,9}|addictologue|cardiologue|oncologue|neurologue|rhumatologue)"),
        rule(r"\bje (?:bois trop|ne dors plus|fais des crises|pense (?:au|a mon) suicide|veux mourir|veux en finir)"),
        // Without « je », at the head of a sentence.
        rule(r"(?:^|[.!?\n] ?|\bactuellement |\betant |\bmoi,? )(?P<it>malade|enceinte|hospitalisee?|operee?|diabetique|asthmatique|epileptique|en (?:arret|mi-temps therapeutique|convalescence|depression|longue maladie|invalidite))\b")
            .unless_followed(laughter)
            .if_near(r"\b(?:je|j'|me|m'|moi|mon|ma)\b"),
    ]
}

/// Somebody else's.
fn of_others() -> Vec<Rule> {
    let infinitive = r"\b(?:avec|gerer|prevenir|comprendre|annoncer|accepter|apprivoiser|surveiller|declarer|eviter|soigner|traiter|connaitre|de|a) ";
    let laughter = r" (?:de (?:ce|cette|ces|rire|jalousie|voir|leur|savoir)|d')";
    let generic = format!("(?:{ANYBODY_BEFORE}|{NOT_SOMEBODY} )");
    let other = |find: &str| rule(find).of_another();
    vec![
        other(r"\b(?:est|etait|sera|serait|reste|revient|sort|part|rentre|a ete|soit|demeure|repart|retombe|tombe) ADVERBSCONDITION").unless_preceded(&generic),
        other(r"\b(?:est|a ete|vient d'etre|va etre|sera) (?:re)?operee?\b").unless_preceded(&generic),
        other(r"\b(?:attend|attendait) (?:un bebe|un heureux evenement|des jumeaux|son (?:premier|deuxieme|troisieme|bebe))\b").unless_preceded(&generic),
        other(r"\b(?:va|doit|devrait) (?:bientot )?accoucher\b").unless_preceded(&generic),
        other(r"\b(?:replonge|retombee?|tombee?|sombre|sombree?) dans (?:l'alcool|la depression|la drogue|l'addiction)").unless_preceded(&generic),
        other(r"\b(?:ses (?:crises|medicaments|antidepresseurs|anxiolytiques)|dans sa depression)\b").unless_preceded(infinitive).unless_near(SUBJECT),
        other(r"(?-i:\b[A-Z][a-z'-]{1,20}) a (?:des|un gros|un) (?:problemes? (?:d'alcool|psy\w{0,10}|de sante|cardiaques?)|soucis? de sante)"),
        other(r"\b(?:est|etait|reste|tombe) ADVERBSmalade\b").unless_preceded(&generic).unless_followed(laughter),
        other(r"(?P<it>(?-i:\b[A-Z][a-z'-]{1,20}),? CONDITION)\b")
            .unless_preceded(r"\b(?:une?|quand|si) ")
            .unless_shown(&format!("{NOT_SOMEBODY}.*")),
        other(r"\b(?:a|ait|avait|aura|fait|faisait|refait|subit|vient de faire|a fait|a eu|a subi|a attrape|vient d'avoir) (?:encore |toujours |deja |malheureusement )?(?:une? |le |la |l'|du |de la |de l'|des |deux )?(?:grosse? |petite? |gros |debut de |double |nouvelle )?GRAVE\b")
            .unless_preceded(&generic)
            .unless_near(SUBJECT),
        other(r"\b(?:souffre|souffrait|se remet|se releve|guerit|atteinte?) (?:de |d'|du |de la |des |d'une? |de l'|de son |de sa )(?:GRAVE|douleurs)\b")
            .unless_preceded(&generic)
            .unless_near(SUBJECT),
        other(r"\b(?:(?:s'est|se sont|vient de se|va se|se|te|doit se) (?:fait|faire|fais|fera) (?:operer|hospitaliser)|s'est (?:casse|fracture|foule|tordu|demis|bloque)\w{0,2} (?:le |la |les |l'|une? |deux )BODY|s'est blessee?|s'est suicidee?)\b").unless_preceded(&generic),
        other(r"\b(?:se bat|lutte|combat|bataille|luttait|se battait)(?: \w{1,12}){0,2} (?:contre )?(?:son |sa |la |le |une? )GRAVE\b").unless_near(r"\bassociation"),
        other(r"\b(?:son|sa|ses) (?:propre |grosse |nouvelle |premiere |deuxieme |longue )?GRAVE\b").unless_preceded(infinitive).unless_near(SUBJECT),
        other(r"\b(?:son|sa) (?:operation|intervention) (?:chirurgicale|du BODY|de la BODY|de l'BODY|des BODY|a coeur ouvert|cardiaque)"),
        other(r"\b(?:depuis|pendant|apres|durant|suite a|avec) son (?:long )?arret\b").unless_followed(r" (?:de |du |d')?(?:bus|tram|metro|train|car\b)"),
        other(r"\b(?:operation|chimio|cancer|maladie|depression|hospitalisation|accident|grossesse|arret(?: maladie)?|burn ?-?out|convalescence) (?:de |d')(?P<it>(?-i:[A-Z][a-z'-]{1,20})|notre (?:collegue|cadre|chere?)|ma (?:collegue|cadre)|mon (?:collegue|cadre))\b")
            .unless_preceded(r"\b(?:une|quelle) ")
            .unless_shown(NOT_SOMEBODY),
        other(r"\b(?:perdu|perdre|perd) (?:son|leur|mon|le|un|notre) (?:bebe|enfant a naitre)\b"),
        other(r"\b(?:prend|prenait|est sous) (?:encore |toujours )?(?:des |un |ses |du |de la )?MEDICINE").unless_preceded(&generic),
        other(r"\b(?:il|elle|(?-i:[A-Z][a-z'-]{1,20})) (?:boit (?:trop|depuis|en cachette|au travail|beaucoup)|se drogue|ne va pas bien dans sa tete)"),
        other(r"\b(?:bon|prompt|rapide|meilleur) retablissement|\b(?:bonne|prompte) (?:guerison|convalescence)|\b(?:retablis|remets|soigne)-toi\b|\b(?:soignez|retablissez)-vous\b"),
    ]
}

/// Words of a worker's file: about somebody unless the sentence speaks in general.
fn in_general() -> Vec<Rule> {
    vec![
        rule(r"\b(?:mi-temps therapeutique|temps partiel therapeutique|rqth|tentative de suicide|fausse couche)\b")
            .of_another()
            .unless_near(SUBJECT),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{assert_clean, assert_found};

    #[test]
    fn ones_own_health_is_found() {
        assert_found(&[
            ("mes lombaires", "sante: mes lombaires"),
            ("Mon arrêt", "sante: Mon arrêt"),
            ("mon burn-out", "sante: mon burn-out"),
            ("ma grossesse", "sante: ma grossesse"),
            ("je suis sous antidépresseurs", "sante: je suis sous antidépresseurs"),
            ("J’ai une sciatique", "sante: J’ai une sciatique"),
            ("j'ai mal au dos", "sante: j'ai mal au dos"),
            ("mon dos me fait souffrir", "sante: mon dos"),
            ("je souffre de migraines", "sante: je souffre de migraines"),
            ("je me suis cassé le bras", "sante: je me suis cassé"),
            ("Malade depuis hier, je reste au lit", "sante: Malade"),
            ("ta chimio", "sante: ta chimio"),
        ]);
    }

    #[test]
    fn a_colleagues_health_is_found() {
        assert_found(&[
            ("son cancer", "sante: son cancer"),
            ("Julie est en arrêt maladie", "sante: est en arrêt maladie"),
            ("Anne, en arrêt", "sante: Anne, en arrêt"),
            ("Karine a un cancer", "sante: a un cancer"),
            ("Luc est malade", "sante: est malade"),
            ("Bon rétablissement !", "sante: Bon rétablissement"),
            ("l’opération de Valérie", "sante: Valérie"),
            ("Elle s’est cassé le poignet", "sante: s’est cassé le poignet"),
        ]);
    }

    #[test]
    fn words_of_a_workers_file_are_found() {
        assert_found(&[("mi-temps thérapeutique", "sante: mi-temps thérapeutique"), ("RQTH", "sante: RQTH")]);
        assert_clean(&["Réunion d’information sur la RQTH", "Le mi-temps thérapeutique, comment ça marche ?"]);
    }

    #[test]
    fn health_as_a_subject_passes() {
        assert_clean(&[
            "prévention du burn-out",
            "atelier mal de dos",
            "semaine de la santé",
            "la santé au travail",
            "Mieux vivre avec son diabète",
            "Comment annoncer sa grossesse",
            "prends soin de ton dos",
            "Mon dos dit merci aux étirements",
            "Quand un agent est en arrêt maladie, le cadre revoit le planning",
            "Si vous êtes malade, prévenez",
            "on est malade de rire",
            "La maladie de Noël, c’est la fringale",
        ]);
    }

    #[test]
    fn other_stops_pass() {
        assert_clean(&["arrêt de bus", "on arrête", "mon arrêt de tram", "La machine est en arrêt", "sans arrêt"]);
    }

    #[test]
    fn the_name_of_a_patient_explains_what_is_said_of_them() {
        assert_found(&[("Mme Lacroix est diabétique et enceinte", "patient: Mme Lacroix")]);
    }
}
