//! What a link may be: which schemes, which labels. Where it leads is the site's business.

use std::ops::Range;

use pulldown_cmark::{BrokenLink, LinkType};

use super::LinkKind;
use super::component::alert_of;
use super::meant::{self, between_quotes, is_telephone, looks_like_an_address, of_another_tool, without_spaces};
use super::report::{Report, quoted};
use crate::diagnostic::nearest;
use crate::slug::{fold, slugify};

/// Checks a target and gives it without the spaces around; `None` when it cannot be followed.
pub(super) fn checked_target(kind: LinkKind, target: &str, range: &Range<usize>, report: &Report) -> Option<String> {
    let target = target.trim();
    let fault = |code, message: String, help: &str| {
        report.error(range.clone(), code, message, help);
        None
    };
    if target.is_empty() {
        return fault(
            "lien-sans-adresse",
            "il n’y a pas d’adresse entre les parenthèses".to_owned(),
            "indiquez où mène le lien, par exemple (../aide.md)",
        );
    }
    if target.chars().any(|c| c.is_control() || is_unseen(c)) {
        return fault(
            "lien-interdit",
            "l’adresse contient un caractère invisible".to_owned(),
            "effacez l’adresse et tapez-la à nouveau",
        );
    }
    if let Some((message, help)) = spoilt(target) {
        report.error(range.clone(), "lien-interdit", message, help);
        return None;
    }
    if kind == LinkKind::Link && is_on_this_computer(target) {
        report.warning(
            range.clone(),
            "lien-local",
            "cette adresse n’existe que sur votre poste : chez les autres, elle n’ouvrira rien",
            "pour une page du portail, écrivez son chemin depuis ce fichier, par exemple ../aide.md",
        );
    }
    match (scheme(target), kind) {
        (None, _) => Some(target.to_owned()),
        (Some("http" | "https"), LinkKind::Image) => {
            report.warning(
                range.clone(),
                "image-ailleurs",
                "cette image est sur un autre site : un lien vers elle sera affiché à sa place",
                "enregistrez-la à côté de la page et donnez son chemin, par exemple (affiche.png)",
            );
            Some(target.to_owned())
        }
        (Some(_), LinkKind::Image) => fault(
            "image-ailleurs",
            "cette image n’est pas dans le dossier de contenu".to_owned(),
            "enregistrez-la à côté de la page et donnez son chemin, par exemple (affiche.png)",
        ),
        (Some(scheme), LinkKind::Link) => match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" | "mailto" | "tel" | "formulaire" | "etablissement" => {
                meant::check_filter(target, range, report);
                Some(target.to_owned())
            }
            "javascript" | "vbscript" | "data" => fault(
                "lien-interdit",
                "un lien ne peut pas contenir de programme".to_owned(),
                "donnez l’adresse d’une page",
            ),
            "file" => fault(
                "lien-interdit",
                "ce fichier est sur un poste : personne d’autre ne peut l’ouvrir".to_owned(),
                "déposez le fichier dans le dossier de contenu et donnez son chemin depuis cette page",
            ),
            other => {
                let help = match nearest(other, ACCEPTED) {
                    Some(near) => format!("vouliez-vous dire « {near}: » ?"),
                    None => format!("utilisez {}: ou le chemin d’une page", ACCEPTED.join(":, ")),
                };
                fault("lien-interdit", format!("les liens « {other}: » ne sont pas acceptés"), &help)
            }
        },
    }
}

/// What may stand before `:` in a link.
const ACCEPTED: [&str; 5] = ["https", "mailto", "tel", "formulaire", "etablissement"];

/// Whether a target is a file of one computer, or of the network of the hospital.
pub(crate) fn is_local(target: &str) -> bool {
    target.starts_with('\\') || is_drive(target)
}

/// What is said of one that [is](is_local).
pub(crate) fn local(target: &str) -> (String, &'static str) {
    (
        format!(
            "« {} » est un fichier d’un poste ou du réseau interne : personne d’autre ne peut l’ouvrir",
            quoted(target)
        ),
        "déposez le fichier dans le dossier de contenu et donnez son chemin depuis cette page",
    )
}

/// What is said of a target that leads nowhere as it is written.
fn spoilt(target: &str) -> Option<(String, String)> {
    if let Some(bare) = between_quotes(target) {
        let help = format!("écrivez-la sans guillemets : ({})", quoted(bare));
        return Some(("l’adresse est entre guillemets".to_owned(), help));
    }
    if is_local(target) {
        let (message, help) = local(target);
        return Some((message, help.to_owned()));
    }
    if target.contains('\\') {
        let help = format!("écrivez-le avec des barres « / » : {}", quoted(&target.replace('\\', "/")));
        return Some(("le chemin contient une barre inversée « \\ »".to_owned(), help));
    }
    if target.starts_with("//") {
        let help = "commencez-la par « https:// », ou par une seule barre pour une page du portail".to_owned();
        return Some((format!("l’adresse « {} » est incomplète", quoted(target)), help));
    }
    incomplete(target)
}

/// What is said of an address of the web, of a mailbox or of a telephone that a slip made useless.
fn incomplete(target: &str) -> Option<(String, String)> {
    let (message, help) = match target.split_once(':') {
        None if target.starts_with("www.") => {
            let shown = quoted(target);
            (format!("« {shown} » est pris pour un fichier du portail"), format!("écrivez https://{shown}"))
        }
        None if target.starts_with("http//") || target.starts_with("https//") => {
            let rest = quoted(target.split_once("//").map_or(target, |(_, rest)| rest));
            (format!("il manque « : » dans l’adresse « {} »", quoted(target)), format!("écrivez https://{rest}"))
        }
        None if is_telephone(target) => (
            format!("« {} » est pris pour un fichier du portail", quoted(target)),
            format!("écrivez tel:{}", without_spaces(target)),
        ),
        None if is_mailbox(target) => {
            let shown = quoted(target);
            (format!("« {shown} » est pris pour un fichier du portail"), format!("écrivez mailto:{shown}"))
        }
        Some(("http" | "https" | "HTTP" | "HTTPS" | "Http" | "Https", rest)) => {
            let host = rest.trim_start_matches('/');
            if rest.starts_with("//") && !host.is_empty() {
                return None;
            }
            let host = if host.is_empty() { "…".to_owned() } else { quoted(host) };
            (format!("l’adresse « {} » est incomplète", quoted(target)), format!("écrivez https://{host}"))
        }
        Some(("mailto", mailbox)) if !is_mailbox(mailbox.split('?').next().unwrap_or_default()) => (
            format!("l’adresse électronique « {} » est incomplète", quoted(target)),
            "écrivez par exemple mailto:accueil@exemple.fr".to_owned(),
        ),
        Some(("tel", number)) if !number.contains(|c: char| c.is_ascii_digit()) => (
            format!("« {} » ne contient aucun numéro", quoted(target)),
            "écrivez par exemple tel:+33199000000".to_owned(),
        ),
        _ => return None,
    };
    Some((message, help))
}

/// Whether a target is an address of mail, or several.
fn is_mailbox(target: &str) -> bool {
    let is_page = |domain: &str| domain.rsplit('.').next().is_some_and(|ending| ending.eq_ignore_ascii_case("md"));
    let parts = target.split_once('@').filter(|_| !target.contains('/'));
    parts.is_some_and(|(name, domain)| !name.is_empty() && domain.len() > 1 && !is_page(domain))
}

/// Whether an address of the web leads to the computer of whoever reads it.
fn is_on_this_computer(target: &str) -> bool {
    let rest = target.strip_prefix("http://").or_else(|| target.strip_prefix("https://")).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "0.0.0.0")
}

/// The part before `:` when the target has one in the place of a scheme.
pub(super) fn scheme(target: &str) -> Option<&str> {
    let (scheme, _) = target.split_once(':')?;
    let shaped = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    shaped.then_some(scheme)
}

/// Whether a target that was accepted leads to a file of the content that is no page.
pub(super) fn is_file(target: &str) -> bool {
    let path = target.split(['#', '?']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    scheme(target).is_none()
        && name.rsplit_once('.').is_some_and(|(_, ending)| !ending.is_empty() && !ending.eq_ignore_ascii_case("md"))
}

/// Characters without a width, which a copy of an address may bring along.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// `C:\dossier`, `H:/dossier`.
fn is_drive(target: &str) -> bool {
    let bytes = target.as_bytes();
    bytes.len() > 1 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':'
}

/// Reports a link whose words do not say where it leads.
pub(super) fn check_label(label: &str, target: &str, range: &Range<usize>, report: &Report) {
    const VAGUE: &[&str] = &[
        "ici",
        "la",
        "par ici",
        "cliquez",
        "cliquez ici",
        "cliquez la",
        "cliquer ici",
        "cliquez sur ce lien",
        "clic",
        "lien",
        "ce lien",
        "le lien",
        "suivez ce lien",
        "en savoir plus",
        "en savoir davantage",
        "savoir plus",
        "pour en savoir plus",
        "plus d'informations",
        "plus d'infos",
        "plus de details",
        "lire la suite",
        "la suite",
        "suite",
        "voir",
        "voir ici",
        "voir plus",
        "voir le lien",
        "lire",
        "lire plus",
        "cette page",
        "ce document",
        "telecharger",
        "telecharger ici",
        "details",
        "here",
        "click here",
        "read more",
    ];
    if label.trim().is_empty() {
        report.error(
            range.clone(),
            "lien-sans-texte",
            "ce lien n’a pas de texte",
            "écrivez entre les crochets où il mène, par exemple [la charte](…)",
        );
        return;
    }
    if label.starts_with("http://") || label.starts_with("https://") {
        report.warning(
            range.clone(),
            "lien-adresse",
            "ce lien a son adresse pour texte : elle serait lue lettre à lettre",
            "écrivez [le nom de la page](adresse)",
        );
        return;
    }
    // Most labels are longer than any vague one, with its punctuation.
    if label.len() > 26 {
        return;
    }
    let folded = fold(label);
    let words = folded.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
    let words: Vec<_> = words.collect();
    let name = target.rsplit(['/', '#']).next().unwrap_or_default();
    // In a glossary, the word « lien » leads to what a link is.
    let names_target = name.trim_end_matches(".md") == slugify(label);
    if !names_target && VAGUE.contains(&words.join(" ").as_str()) {
        report.warning(
            range.clone(),
            "lien-vague",
            format!("« {} » ne dit pas où mène le lien", quoted(label)),
            "nommez la page : qui parcourt les liens d’une page les lit sans la phrase autour",
        );
    }
}

/// Reports the text alternative of an image, if it is not one.
pub(super) fn check_alternative(alternative: &str, target: &str, range: &Range<usize>, report: &Report) {
    const EXTENSIONS: [&str; 7] = [".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif"];
    // What cameras, telephones and computers call a picture.
    const OF_DEVICES: [&str; 8] =
        ["img_", "img-", "dsc", "pxl_", "p10", "capture d'ecran", "screenshot", "whatsapp image"];
    if alternative.trim().is_empty() {
        report.warning(
            range.clone(),
            "image-sans-texte",
            "cette image n’a pas de texte de remplacement",
            "écrivez entre les crochets ce qu’elle montre, ou « décoratif » si elle n’apprend rien",
        );
        return;
    }
    let folded = fold(alternative.trim());
    let has_number = folded.contains(|c: char| c.is_ascii_digit());
    let file = fold(target.rsplit('/').next().unwrap_or_default());
    let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem);
    let is_stem = folded == stem && (has_number || stem.contains(['_', '-']));
    // « Capture d’écran de l’étape 1 » says what it shows.
    let is_number = |rest: &str| rest.chars().filter(|c| c.is_alphabetic()).count() < 5;
    let rest = OF_DEVICES.iter().find_map(|start| folded.strip_prefix(start));
    let is_of_a_device = has_number && rest.is_some_and(is_number);
    if is_stem || is_of_a_device || EXTENSIONS.iter().any(|extension| folded.ends_with(extension)) {
        report.warning(
            range.clone(),
            "image-sans-texte",
            format!("« {} » est un nom de fichier, pas un texte de remplacement", quoted(alternative)),
            "écrivez ce que l’image montre à qui ne la voit pas",
        );
    }
}

/// Reports `[texte][repère]` without a definition, `[!…]` that is no known alert, and
/// `[texte] (adresse)`, which is no link.
pub(super) fn report_broken(body: &str, broken: &BrokenLink<'_>, report: &Report) {
    let name = broken.reference.as_ref();
    let shown = quoted(name);
    let range = broken.span.clone();
    match broken.link_type {
        LinkType::Shortcut => {
            let alert = name.strip_prefix('!');
            let alert = alert.filter(|word| word.chars().all(|c| c.is_alphabetic() || c == ' ') && word.trim() != "");
            if let Some(word) = alert {
                let (message, help) = lost_alert(body, &range, word);
                report.error(range, "encart-inconnu", message, help);
            } else if ALERTS.contains(&name) && is_alone_in_quote(body, &range) {
                report.error(
                    range,
                    "encart-inconnu",
                    format!("il manque « ! » devant « {name} » : ce ne sera pas un encart"),
                    format!("écrivez « > [!{name}] »"),
                );
            } else if name.starts_with("http://") || name.starts_with("https://") {
                report.warning(
                    range,
                    "adresse-sans-lien",
                    "cette adresse entre crochets n’est pas un lien",
                    format!("écrivez [le nom de la page]({shown})"),
                );
            } else if let Some(target) = target_after_space(&body[range.end..]) {
                let (mark, message) = if body[range.clone()].starts_with('!') {
                    ("!", "une espace sépare le texte de l’image de son adresse : elle ne sera pas affichée")
                } else {
                    ("", "une espace sépare le texte du lien de son adresse : ce n’est pas un lien")
                };
                let help = format!("écrivez {mark}[{shown}]({target}), sans espace entre les deux");
                report.warning(range.start..range.end + 1, "lien-espace", message, help);
            } else if let Some((message, help)) = of_another_tool(body, broken) {
                report.warning(range, "commande-ailleurs", message, help);
            }
        }
        _ if looks_like_an_address(name) => {
            let words = quoted(body[range.clone()].split("][").next().unwrap_or_default());
            report.error(
                range,
                "reference-inconnue",
                "l’adresse est entre crochets, là où il faut des parenthèses",
                format!("écrivez {words}]({shown})"),
            );
        }
        _ => report.error(
            range,
            "reference-inconnue",
            format!("le repère « {shown} » n’est défini nulle part"),
            format!("ajoutez une ligne « [{shown}]: adresse », ou écrivez l’adresse entre parenthèses"),
        ),
    }
}

/// The words of the alerts.
const ALERTS: [&str; 5] = ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"];

/// What is said of `[!word]` where it opens no alert.
fn lost_alert(body: &str, range: &Range<usize>, word: &str) -> (String, String) {
    let shown = quoted(word);
    let upper = word.trim().to_uppercase();
    let Some(known) = ALERTS.into_iter().find(|known| *known == upper) else {
        let near = alert_of(word.trim()).or_else(|| nearest(word, ALERTS));
        let help = match near {
            Some(near) => format!("écrivez « > [!{near}] », seul sur sa ligne"),
            None => "les encarts sont : [!NOTE], [!TIP], [!IMPORTANT], [!WARNING] et [!CAUTION]".to_owned(),
        };
        return (format!("« [!{shown}] » n’est pas un encart"), help);
    };
    if word != word.trim() {
        let message = format!("une espace sépare « ! » ou « ] » de « {known} » : ce ne sera pas un encart");
        return (message, format!("écrivez « > [!{known}] », seul sur sa ligne"));
    }
    let (before, after) = line_around(body, range);
    let quoted_before = before.trim_end().ends_with('>') && before.trim_matches([' ', '>']).is_empty();
    if !quoted_before {
        (
            format!("« [!{shown}] » n’ouvre un encart qu’au début d’une ligne, après « > »"),
            format!("écrivez « > [!{known}] » seul sur sa ligne, puis « > » devant chaque ligne du texte"),
        )
    } else if !after.trim().is_empty() {
        (
            format!("du texte suit « [!{shown}] » sur sa ligne : ce ne sera pas un encart"),
            format!("laissez « > [!{known}] » seul, et passez ce texte à la ligne suivante, après « > »"),
        )
    } else {
        (
            format!("« [!{shown}] » n’ouvre pas d’encart ici"),
            format!("écrivez « > [!{known}] » en première ligne, après une ligne vide"),
        )
    }
}

/// What stands on the line of a passage, before and after it, as far as it is worth reading.
fn line_around<'b>(body: &'b str, range: &Range<usize>) -> (&'b str, &'b str) {
    const REACH: usize = 200;
    let floor = body.floor_char_boundary(range.start.saturating_sub(REACH));
    let start = body[floor..range.start].rfind('\n').map_or(floor, |end| floor + end + 1);
    let after = &body[range.end..body.ceil_char_boundary((range.end + REACH).min(body.len()))];
    (&body[start..range.start], after.split('\n').next().unwrap_or_default())
}

/// Whether a passage is all of the first line of a quotation.
fn is_alone_in_quote(body: &str, range: &Range<usize>) -> bool {
    let (before, after) = line_around(body, range);
    let start = range.start - before.len();
    let is_first = || start == 0 || !line_around(body, &(start - 1..start)).0.trim_start().starts_with('>');
    before.trim() == ">" && after.trim().is_empty() && is_first()
}

/// The address in ` (adresse)`, when it looks like one.
fn target_after_space(rest: &str) -> Option<&str> {
    let rest = rest.strip_prefix(" (")?;
    let end = rest.bytes().take(300).position(|byte| matches!(byte, b')' | b' ' | b'\n'))?;
    let target = &rest[..end];
    let looks_like_one = looks_like_an_address(target) || scheme(target).is_some();
    (looks_like_one && rest[end..].starts_with(')')).then_some(target)
}
