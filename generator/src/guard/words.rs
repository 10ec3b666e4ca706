//! Expressions that several rules share. All read folded text; capitals are asked for with
//! `(?-i:…)`.

/// The months, as they are written and shortened.
pub(super) const MONTHS: &str = r"janvier|janv\.?|fevrier|fevr?\.?|mars|avril|avr\.?|mai|juin|juillet|juil\.?|aout|septembre|sept\.?|octobre|oct\.?|novembre|nov\.?|decembre|dec\.?";

/// A day with its month and year.
pub(super) const DATE: &str = r"(?:\b[0-3]?[0-9] ?[/.-] ?[01]?[0-9] ?[/.-] ?(?:(?:19|20)[0-9]{2}|[0-9]{2})\b|\b(?:1er|[0-3]?[0-9]) (?:janvier|janv\.?|fevrier|fevr?\.?|mars|avril|avr\.?|mai|juin|juillet|juil\.?|aout|septembre|sept\.?|octobre|oct\.?|novembre|nov\.?|decembre|dec\.?) (?:19|20)?[0-9]{2}\b|\b(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]\b)";

/// « M. Dupont », « Mme de La Tour », « Mme L. », « Madame Anne Petit »: a title and a name with
/// a capital.
pub(super) const TITLED: &str = r"(?:\b(?-i:Mr|Mme|Mlle|MR|MME|MLLE|mme|mr|mlle|[Mm]onsieur|[Mm]adame|[Mm]ademoiselle|MONSIEUR|MADAME)\b\.?|\b(?-i:M)\b\.?) ?(?:(?:de|du|da|di|la|le|el|van|von|ben|dos|d'|l'|des) ?){0,2}(?-i:\b[A-Z][A-Za-z'-]{0,30}\b\.?(?: [A-Z][A-Za-z'-]{0,30}\b\.?)?)";

/// « DUPONT Jean », « Jean DUPONT »: how records write a name.
pub(super) const FULL_NAME: &str = r"(?-i:\b[A-Z]{2,25}(?:[ -][A-Z]{2,25})? [A-Z][a-z]{2,20}\b|\b[A-Z][a-z]{1,20}(?:-[A-Z][a-z]{1,20})? [A-Z]{2,25}\b)";
