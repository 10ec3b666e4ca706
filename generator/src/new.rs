//! `generator new`: the start of a page of each kind, with its keys explained.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::content::Holds;
use crate::schema::Subject;
use crate::shape::Form;
use crate::slug::slugify;
use crate::yaml::{self, Value};

/// Writes the start of a page and gives its path. `path` is from the content folder, with or
/// without `.md`; its folders are made.
///
/// # Errors
/// Fails when the page exists already or cannot be written.
pub fn create(content: &Path, holds: Holds, path: &str, title: &str, today: Date) -> anyhow::Result<PathBuf> {
    let stem = path.strip_suffix(".md").unwrap_or(path).trim_matches('/');
    let parts: Vec<String> = stem.split('/').map(slugify).collect();
    if parts.iter().any(String::is_empty) {
        bail!("« {path} » n’est pas un chemin de page : écrivez par exemple savoir/ma-page");
    }
    let name = if holds == Holds::Space {
        format!("{}/_index.md", parts.join("/"))
    } else {
        format!("{}.md", parts.join("/"))
    };
    let file = content.join(name);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("création du dossier « {} »", folder.display()))?;
    }
    let mut page = match std::fs::File::create_new(&file) {
        Err(fault) if fault.kind() == std::io::ErrorKind::AlreadyExists => {
            bail!("« {} » existe déjà : choisissez un autre nom, ou ouvrez ce fichier", file.display())
        }
        made => made.with_context(|| format!("création de « {} »", file.display()))?,
    };
    std::io::Write::write_all(&mut page, skeleton(holds, title, today).as_bytes())
        .with_context(|| format!("écriture de « {} »", file.display()))?;
    Ok(file)
}

/// The text of a new page. It builds as it is, and each line says what it is for.
pub fn skeleton(holds: Holds, title: &str, today: Date) -> String {
    let subject = Subject::Page(holds);
    let shape = subject.shape();
    let mut head = String::from("---\n");
    for line in lines(holds) {
        let form = shape.key(line.key).map(|key| &key.form);
        let comment = comment(subject, &line, form).map(|comment| format!(" # {comment}")).unwrap_or_default();
        let (later, key) = (if line.later { "# " } else { "" }, line.key);
        if let Some(block) = line.block(form) {
            let _ = writeln!(head, "{later}{key}:{comment}\n{later}{}", block.join(&format!("\n{later}")));
            continue;
        }
        let value = match (key, form) {
            ("titre", _) => format!("\"{}\"", title.replace('\\', "\\\\").replace('"', "\\\"")),
            // A page is read over again within the year.
            ("revoir_avant", _) => today.saturating_add(1.year()).to_string(),
            (_, Some(Form::Date)) => today.to_string(),
            (_, Some(Form::DateTime)) => format!("{today} {}", line.time().unwrap_or("14h00")),
            _ => line.example.to_owned(),
        };
        let _ = writeln!(head, "{later}{key}: {value}{comment}");
    }
    format!("{head}---\n{}", body(holds))
}

fn comment(subject: Subject, line: &Line, form: Option<&Form>) -> Option<String> {
    match (line.key, form) {
        ("titre" | "resume", _) => None,
        ("brouillon", _) => Some("retirez cette ligne pour publier".to_owned()),
        (_, Some(Form::Choice(words))) => {
            let others: Vec<_> = words.iter().copied().filter(|word| *word != line.example).collect();
            Some(format!("ou {}", others.join(", ")))
        }
        _ => subject.word_on(line.key).map(|word| word.what.to_owned()),
    }
}

/// One key at the head of a new page.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// The key.
    pub key: &'static str,
    /// The value that stands there until its author writes another.
    pub example: &'static str,
    /// Whether it stands there as a comment: useful on some pages, wrong on the others.
    pub later: bool,
}

impl Line {
    /// The lines under the key, where its value is easier to fill in when each part has a line.
    pub fn block(&self, form: Option<&Form>) -> Option<Vec<String>> {
        match form? {
            Form::Maps(_) => {
                let item = self.example.strip_prefix('[')?.strip_suffix(']')?;
                Some(vec![format!("  - {item}")])
            }
            Form::Map(_) => {
                let Value::Map(entries) = yaml::parse_example(self.example)? else { return None };
                let line = |entry: &yaml::Entry| match &entry.value.value {
                    Value::Scalar(value) => Some(format!("  {}: {value}", entry.key)),
                    _ => None,
                };
                entries.iter().map(line).collect()
            }
            _ => None,
        }
    }

    /// The time of day in the example, when it has one.
    pub fn time(&self) -> Option<&'static str> {
        self.example.split_once(' ').map(|(_, time)| time)
    }
}

/// The keys at the head of a new page of a kind, with the examples of the reference.
pub fn lines(holds: Holds) -> Vec<Line> {
    let subject = Subject::Page(holds);
    let first: &[&str] = match holds {
        Holds::Note => &["brouillon"],
        _ => &["titre", "resume", "brouillon"],
    };
    let names = first.iter().chain(names_of(holds));
    let line = |name: &&'static str| {
        let (key, later) = name.strip_prefix('#').map_or((*name, false), |key| (key, true));
        // What stands in every page must not look like somebody's words.
        let blank = match key {
            "titre" => Some("Titre à écrire"),
            "resume" => Some("Dites en une phrase ce que l’on trouve ici."),
            _ => None,
        };
        subject.word_on(key).map(|word| Line { key, example: blank.unwrap_or(word.example), later })
    };
    names.filter_map(line).collect()
}

/// The keys of the kind that are worth a line; after a « # », those that only some pages need.
fn names_of(holds: Holds) -> &'static [&'static str] {
    match holds {
        Holds::Page => &["#etiquettes", "relu_le", "revoir_avant"],
        Holds::Guide => &["public", "duree", "a_imprimer"],
        Holds::Charter => &["signataires", "#etend"],
        Holds::Ingredient => &["categorie", "solutions", "#fiches_actions"],
        Holds::Project => &["porteur", "themes", "statut", "#region", "#annee", "#buts", "#resultats"],
        Holds::Space => &["service", "phrase_du_jour", "theme_du_mois"],
        Holds::Activity => &[
            "statut",
            "duree",
            "programmation",
            "creneaux",
            "responsable",
            "coordination",
            "personne_qualifiee",
            "moyens",
            "vigilance",
            "cadre",
            "retours",
        ],
        Holds::Post => &["date", "nature", "auteur"],
        Holds::Note => &["date", "couleur", "#signature"],
        Holds::Event => &["debut", "fin", "lieu", "#recurrence"],
        Holds::Resource => &["nature", "detenteur", "theme", "#lien"],
    }
}

/// The text of a new page.
pub fn body(holds: Holds) -> &'static str {
    match holds {
        Holds::Page => "\nVotre texte, avec des intertitres « ## ».\n",
        Holds::Guide => {
            "\nÀ quoi sert ce guide, en deux phrases.\n\n## Première étape\n\nCe qu’il faut faire.\n\n- [ ] Un point à vérifier\n\n## Deuxième étape\n\nLa suite.\n\n- [ ] Un autre point\n"
        }
        Holds::Charter => {
            "\nPourquoi cette charte.\n\n## Premier article\n\nCe à quoi on s’engage.\n\n## Zone de hors-jeu\n\nCe qui n’est plus acceptable, et ce qui se passe alors.\n"
        }
        Holds::Ingredient => "\nCe que cet ingrédient apporte.\n",
        Holds::Project => "\nCe que fait ce projet.\n",
        Holds::Space => "\nBienvenue dans cet espace.\n",
        Holds::Activity => "\nComment l’activité se déroule.\n",
        Holds::Post => "\nVotre texte.\n",
        Holds::Note => "\nQuelques mots.\n",
        Holds::Event => "\nCe qui se passe ce jour-là.\n",
        Holds::Resource => "\nCe que l’on y trouve.\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Kind, Meta};
    use crate::diagnostic::Diagnostics;
    use crate::fields::{Choice, Fields};
    use crate::source::SourceFile;

    #[test]
    fn every_skeleton_is_free_of_faults() {
        let today = jiff::civil::date(2026, 11, 22);
        for (word, holds) in Holds::ALL {
            let source = SourceFile::new("essai.md", skeleton(*holds, "Dire \"merci\" : l’art", today));
            let diagnostics = Diagnostics::new();
            let split = crate::front_matter::split(&source, &diagnostics).unwrap();
            let fields = Fields::new(&source, &split.fields, &diagnostics);
            let meta = Meta::take(&fields, *holds != Holds::Note);
            let _ = Kind::take(*holds, &fields);
            fields.finish();
            crate::markdown::parse(&source, split.body, &diagnostics);
            let title = if *holds == Holds::Note { "" } else { "Dire \"merci\" : l’art" };
            assert_eq!(meta.title, title, "{word}");
            assert_eq!(diagnostics.into_sorted(), [], "{word}");
        }
    }

    #[test]
    fn a_page_is_never_written_over() {
        let content = tempfile::tempdir().unwrap();
        let today = jiff::civil::date(2026, 11, 22);
        let file = create(content.path(), Holds::Page, "Savoir/Ma page.md", "Ma page", today).unwrap();
        assert!(file.ends_with("savoir/ma-page.md"));
        assert!(create(content.path(), Holds::Page, "savoir/ma-page", "Autre", today).is_err());
        assert!(create(content.path(), Holds::Page, "../dehors", "Autre", today).is_err());
    }
}
