//! `generator new`: the start of a page of each kind, with its keys explained.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use jiff::civil::Date;

use crate::content::Holds;
use crate::slug::slugify;

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
    let mut page = std::fs::File::create_new(&file)
        .with_context(|| format!("« {} » existe déjà ou ne peut pas être créée", file.display()))?;
    std::io::Write::write_all(&mut page, skeleton(holds, title, today).as_bytes())
        .with_context(|| format!("écriture de « {} »", file.display()))?;
    Ok(file)
}

/// The text of a new page. It builds as it is.
pub fn skeleton(holds: Holds, title: &str, today: Date) -> String {
    let (keys, body) = parts_of(holds);
    let quoted = title.replace('\\', "\\\\").replace('"', "\\\"");
    let keys = keys.replace("AUJOURDHUI", &today.to_string());
    format!(
        "---\ntitre: \"{quoted}\"\nresume: Dites en une phrase ce que l’on trouve ici.\nbrouillon: oui # retirez cette ligne pour publier\n{keys}---\n{body}"
    )
}

fn parts_of(holds: Holds) -> (&'static str, &'static str) {
    match holds {
        Holds::Page => ("", "\nVotre texte, avec des intertitres « ## ».\n"),
        Holds::Guide => (
            "public: À qui s’adresse ce guide\nduree: Le temps qu’il demande\na_imprimer: []\n",
            "\nÀ quoi sert ce guide, en deux phrases.\n\n## Première étape\n\nCe qu’il faut faire.\n\n- [ ] Un point à vérifier\n\n## Deuxième étape\n\nLa suite.\n\n- [ ] Un autre point\n",
        ),
        Holds::Charter => (
            "signataires: Qui signe cette charte\n# etend: ../chartes/bienveillance.md\n",
            "\nPourquoi cette charte.\n\n## Premier article\n\nCe à quoi on s’engage.\n\n## Zone de hors-jeu\n\nCe qui n’est plus acceptable, et ce qui se passe alors.\n",
        ),
        Holds::Ingredient => (
            "categorie: usager # ou collectifs, organisation, territoire, institution\nsolutions:\n  - Une solution essayée\n",
            "\nCe que cet ingrédient apporte.\n",
        ),
        Holds::Project => (
            "porteur: L’organisation qui porte le projet\nthemes: []\n# region: Occitanie\n# annee: 2026\nstatut: en-cours # ou idee, realise, arrete\n",
            "\nCe que fait ce projet.\n",
        ),
        Holds::Space => (
            "service: Le nom du service\nphrase_du_jour: Une phrase pour commencer la journée\ntheme_du_mois: Le thème du mois\n",
            "\nBienvenue dans cet espace.\n",
        ),
        Holds::Activity => (
            "statut: active # ou proposee, suspendue, terminee\nduree: 20 minutes\nprogrammation: Comment elle s’accorde au travail du service\ncreneaux:\n  - {jour: lundi, de: 14h00, a: 14h20, places: 4}\nresponsable: Une fonction, jamais un nom\ncoordination: Une fonction\npersonne_qualifiee: Une fonction et sa formation\nmoyens:\n  lieu: Salle de pause\n  materiel: Rien de particulier\n  budget: Aucun\nvigilance:\n  temps_de_travail: Ce à quoi veiller\ncadre: Les règles à suivre\nretours: Comment on recueille les avis\n",
            "\nComment l’activité se déroule.\n",
        ),
        Holds::Post => (
            "date: AUJOURDHUI\nnature: information # ou article, idee, bon-plan\nauteur: Une fonction ou un groupe\n",
            "\nVotre texte.\n",
        ),
        Holds::Note => ("date: AUJOURDHUI\ncouleur: jaune # ou peche, vert, bleu\n", "\nQuelques mots.\n"),
        Holds::Event => (
            "debut: AUJOURDHUI 14h00\nfin: AUJOURDHUI 15h00\nlieu: Salle de pause\n# recurrence: {chaque: semaine, jusqu_au: 2027-06-30}\n",
            "\nCe qui se passe ce jour-là.\n",
        ),
        Holds::Resource => {
            ("nature: document # ou livre, lien, outil\ndetenteur: Qui le garde\n", "\nCe que l’on y trouve.\n")
        }
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
            let meta = Meta::take(&fields, true);
            let _ = Kind::take(*holds, &fields);
            fields.finish();
            crate::markdown::parse(&source, split.body, &diagnostics);
            assert_eq!(meta.title, "Dire \"merci\" : l’art", "{word}");
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
