//! The words against the keys, the examples against the readers, the schema against both.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::*;
use crate::front_matter;
use crate::shape::Form;
use crate::yaml;

/// The paths of all keys of a shape, `moyens.lieu` included.
fn paths(shape: &Shape, below: &str) -> Vec<String> {
    let mut all = Vec::new();
    for key in &shape.keys {
        let path = format!("{below}{}", key.name);
        if let Form::Map(inner) | Form::Maps(inner) = &key.form {
            all.extend(paths(inner, &format!("{path}.")));
        }
        all.push(path);
    }
    all
}

fn words_on(words: &[Word]) -> BTreeSet<String> {
    words.iter().map(|word| word.key.to_owned()).collect()
}

#[test]
fn every_key_has_its_words_and_no_word_is_without_its_key() {
    assert_eq!(words_on(words::COMMON), paths(&common_shape(), "").into_iter().collect(), "every page");
    for subject in Subject::all() {
        let keys: BTreeSet<_> = paths(&subject.own_shape(), "").into_iter().collect();
        assert_eq!(words_on(subject.words()), keys, "{}", subject.word());
        assert_eq!(subject.words().len(), keys.len(), "{}: a key is described twice", subject.word());
    }
    for word in Subject::all().iter().flat_map(|subject| subject.words()).chain(words::COMMON) {
        assert!(!word.title.is_empty() && !word.example.is_empty(), "{}", word.key);
        assert!(word.what.ends_with('.'), "« {} » is no sentence", word.what);
    }
}

#[test]
fn what_the_readers_ask_for_is_all_that_a_shape_has() {
    let activity = Subject::Page(Holds::Activity).shape();
    let Some(Form::Maps(slots)) = activity.key("creneaux").map(|key| &key.form) else { panic!("no slots") };
    assert_eq!(slots.keys.iter().filter(|key| key.required).map(|key| key.name).collect::<Vec<_>>(), ["jour", "de"]);
    assert!(activity.key("titre").unwrap().required);
    assert!(!Subject::Page(Holds::Note).shape().key("titre").unwrap().required);
    assert_eq!(activity.key("titre").unwrap().aliases, ["title"]);
    let form = Subject::Form.shape();
    for name in ["titre", "bouton", "groupes", "conservation", "notice", "confirmation", "courriel", "destinataires"] {
        assert!(form.key(name).unwrap().required, "{name}");
    }
    let Some(Form::Maps(groups)) = form.key("groupes").map(|key| &key.form) else { panic!("no groups") };
    let Some(Form::Maps(fields)) = groups.key("champs").map(|key| &key.form) else { panic!("no fields") };
    assert_eq!(fields.key("longueur_max").unwrap().required_with, ["texte", "texte-long"]);
    assert_eq!(fields.key("options").unwrap().required_with, ["choix", "liste", "choix-multiple", "couleur"]);
    assert_eq!(fields.key("tient").unwrap().only_with, ["courriel"]);
    assert!(fields.key("etiquette").unwrap().required && fields.key("etiquette").unwrap().only_with.is_empty());
}

/// What the readers of a subject say of a text of its keys.
fn faults(subject: Subject, yaml: &str) -> Vec<String> {
    let source = SourceFile::new("essai.yaml", yaml);
    let diagnostics = Diagnostics::new();
    let Some(node) = yaml::parse(&source, 0..yaml.len(), &diagnostics) else { panic!("{yaml}") };
    let fields = Fields::new(&source, &node, &diagnostics);
    match subject {
        Subject::Settings => drop(Settings::take(fields)),
        Subject::Establishment => drop(Establishment::take(fields)),
        Subject::Form => drop(crate::form::read::take(fields)),
        Subject::Section => {
            Meta::take(&fields, true);
            Section::take(&fields);
            fields.finish();
        }
        Subject::Page(holds) => {
            Meta::take(&fields, holds != Holds::Note);
            Kind::take(holds, &fields);
            fields.finish();
        }
    }
    diagnostics.into_sorted().iter().map(ToString::to_string).collect()
}

#[test]
fn all_examples_of_a_kind_together_are_a_page_without_a_fault() {
    for subject in Subject::all().into_iter().filter(|subject| *subject != Subject::Form) {
        let own = subject.words().iter().map(|word| word.key).collect::<Vec<_>>();
        let common = words::COMMON.iter().filter(|word| subject.is_page() && !own.contains(&word.key));
        let top = subject.words().iter().chain(common).filter(|word| !word.key.contains('.'));
        let text = top.map(|word| format!("{}: {}\n", word.key, word.example)).collect::<Vec<_>>().concat();
        assert_eq!(faults(subject, &text), [""; 0], "{}\n{text}", subject.word());
        let schema = subject.json_schema();
        assert_eq!(refusals(&schema, &data(&text)), [""; 0], "{}", subject.word());
    }
}

#[test]
fn each_example_is_what_its_schema_asks_for() {
    fn walk(schema: &Value, path: &str) {
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}{name}");
            for example in schema["examples"].as_array().into_iter().flatten() {
                assert_eq!(refusals(schema, example), [""; 0], "{path}");
            }
            walk(schema, &format!("{path}."));
            walk(&schema["items"], &format!("{path}."));
        }
    }
    for subject in Subject::all() {
        walk(&subject.json_schema(), &format!("{}: ", subject.word()));
    }
}

/// A text of keys as a YAML reader of an editor sees it.
fn data(yaml: &str) -> Value {
    let source = SourceFile::new("essai.yaml", yaml);
    let node = yaml::parse(&source, 0..yaml.len(), &Diagnostics::new()).unwrap();
    plain(&source.text, &node)
}

fn plain(text: &str, node: &yaml::Node) -> Value {
    match &node.value {
        yaml::Value::Null => Value::Null,
        yaml::Value::Scalar(scalar) => {
            let is_plain = text.get(node.range.clone()).is_some_and(|written| written.trim_end() == scalar.trim_end());
            match scalar.as_str() {
                "true" if is_plain => json!(true),
                "false" if is_plain => json!(false),
                scalar => match scalar.parse::<i64>() {
                    Ok(number) if is_plain && number.to_string() == scalar => json!(number),
                    _ => json!(scalar),
                },
            }
        }
        yaml::Value::List(items) => items.iter().map(|item| plain(text, item)).collect(),
        yaml::Value::Map(entries) => {
            entries.iter().map(|entry| (entry.key.clone(), plain(text, &entry.value))).collect()
        }
    }
}

/// As much of JSON Schema as ours uses: where a value is not what the schema asks for.
fn refusals(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    refuse(schema, value, "", &mut found);
    found
}

fn allows(schema: &Value, value: &Value) -> bool {
    refusals(schema, value).is_empty()
}

fn refuse(schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    const KNOWN: [&str; 20] = [
        "$schema",
        "title",
        "description",
        "examples",
        "doNotSuggest",
        "type",
        "enum",
        "const",
        "pattern",
        "minimum",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "minItems",
        "anyOf",
        "allOf",
        "not",
        "if",
        "then",
    ];
    let Value::Object(rules) = schema else {
        if schema == &json!(false) {
            found.push(format!("{path}: not allowed here"));
        }
        return;
    };
    for (name, rule) in rules {
        assert!(KNOWN.contains(&name.as_str()), "this test does not know « {name} »");
        let sound = match name.as_str() {
            "type" => {
                let types: Vec<_> = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
                types.iter().any(|name| is_of(value, name.as_str().unwrap()))
            }
            "enum" => rule.as_array().unwrap().contains(value),
            "const" => rule == value,
            "pattern" => {
                value.as_str().is_none_or(|text| regex::Regex::new(rule.as_str().unwrap()).unwrap().is_match(text))
            }
            "minimum" => value.as_i64().is_none_or(|number| number >= rule.as_i64().unwrap()),
            "minItems" => value.as_array().is_none_or(|list| list.len() as u64 >= rule.as_u64().unwrap()),
            "anyOf" => rule.as_array().unwrap().iter().any(|schema| allows(schema, value)),
            "not" => !allows(rule, value),
            _ => true,
        };
        if !sound {
            found.push(format!("{path}: {name} {rule}"));
        }
    }
    for schema in rules.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        refuse(schema, value, path, found);
    }
    if rules.get("if").is_some_and(|schema| allows(schema, value)) {
        refuse(&rules["then"], value, path, found);
    }
    for item in value.as_array().into_iter().flatten().filter(|_| rules.contains_key("items")) {
        refuse(&rules["items"], item, &format!("{path}[]"), found);
    }
    let Value::Object(entries) = value else { return };
    for name in rules.get("required").and_then(Value::as_array).into_iter().flatten() {
        if !entries.contains_key(name.as_str().unwrap()) {
            found.push(format!("{path}: {name} is missing"));
        }
    }
    for (name, value) in entries {
        match schema["properties"].get(name) {
            Some(schema) => refuse(schema, value, &format!("{path}/{name}"), found),
            None if rules.get("additionalProperties") == Some(&json!(false)) => {
                found.push(format!("{path}: {name} is unknown"));
            }
            None => {}
        }
    }
}

fn is_of(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        name => panic!("no type of JSON is called {name}"),
    }
}

#[test]
fn the_schema_refuses_what_the_readers_refuse_and_nothing_else() {
    let page = |holds| Subject::Page(holds);
    let wrong = [
        (page(Holds::Page), "tittre: A"),
        (page(Holds::Page), "resume: sans titre"),
        (page(Holds::Page), "titre: A\netiquettes: seule"),
        (page(Holds::Page), "titre: A\nbrouillon: peut-être"),
        (page(Holds::Page), "titre: A\nordre: dix"),
        (page(Holds::Page), "titre: A\ndate: 31/12/2026"),
        (page(Holds::Page), "titre: A\ntitle: B"),
        (page(Holds::Page), "titre: A\ndiffusion: secrète"),
        (page(Holds::Page), "titre:\n  a: b"),
        (page(Holds::Page), "titre: A\ncouleur: jaune"),
        (page(Holds::Guide), "titre: A\na_imprimer: une affiche"),
        (page(Holds::Charter), "titre: A\nversions: [{version: abcd}]"),
        (page(Holds::Ingredient), "titre: A"),
        (page(Holds::Project), "titre: A\nannee: -3"),
        (page(Holds::Activity), "titre: A\ncreneaux: [{jour: lundi}]"),
        (page(Holds::Activity), "titre: A\ncreneaux: [{jour: lune, de: 14h}]"),
        (page(Holds::Activity), "titre: A\ncreneaux: [{jour: lundi, de: 25h}]"),
        (page(Holds::Activity), "titre: A\ncreneaux: [{jour: lundi, de: 14h, places: -1}]"),
        (page(Holds::Activity), "titre: A\nmoyens: {lieux: ici}"),
        (page(Holds::Activity), "titre: A\nmoyens: une salle"),
        (page(Holds::Event), "titre: A"),
        (page(Holds::Event), "titre: A\ndebut: demain"),
        (page(Holds::Event), "titre: A\ndebut: 2026-12-03\nrecurrence: {jusqu_au: 2027-01-01}"),
        (page(Holds::Resource), "titre: A\nlien: www.exemple.fr"),
        (Subject::Section, "titre: A\ncontient: guides"),
        (Subject::Settings, "nmo: A"),
        (Subject::Settings, "nom: A\nformat: 2"),
        (Subject::Settings, "nom: A\nadresse: portail"),
        (Subject::Establishment, "nom: {exmple: A}"),
    ];
    for (subject, yaml) in wrong {
        assert_ne!(faults(subject, yaml), [""; 0], "the reader takes: {yaml}");
        assert!(!allows(&subject.json_schema(), &data(yaml)), "the schema takes: {yaml}");
    }
    let right = [
        (page(Holds::Page), "title: A\ndraft: true\ntags:\nweight: 3"),
        (page(Holds::Page), "titre: 2026\nbrouillon: NON\nordre: \"10 000\"\ndate: 2026-11-22"),
        (page(Holds::Note), "couleur:"),
        (page(Holds::Activity), "titre: A\nmoyens:\ncreneaux: [{jour: lundi, de: 8h, a: 8 h 30, places: 4}]"),
        (page(Holds::Event), "titre: A\ndebut: 2026-12-03T14:30\nfin: 2026-12-03 15h"),
        (Subject::Settings, "nom: A\nformat: 1\ndocuments: {un: Un titre}\nrelecture_communication: vrai"),
    ];
    for (subject, yaml) in right {
        assert_eq!(faults(subject, yaml), [""; 0], "{yaml}");
        assert_eq!(refusals(&subject.json_schema(), &data(yaml)), [""; 0], "{yaml}");
    }
}

/// What stands after a snippet was put in and nothing was typed.
fn expanded(body: &Value) -> String {
    let lines: Vec<_> = body.as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    let text = lines.join("\n").replace("${CURRENT_YEAR}-${CURRENT_MONTH}-${CURRENT_DATE}", "2026-11-22");
    let choices = regex::Regex::new(r"\$\{\d+\|([^,|]*)[^}]*\|\}").unwrap().replace_all(&text, "$1").into_owned();
    let stops = regex::Regex::new(r"\$\{\d+:((?:\\.|[^}\\])*)\}").unwrap().replace_all(&choices, "$1").into_owned();
    stops.replace("\\}", "}").replace("\\$", "$").replace("\\\\", "\\")
}

#[test]
fn every_snippet_is_a_page_without_a_fault() {
    let snippets = snippets();
    for subject in Subject::all().into_iter().filter(|subject| subject.is_page()) {
        let text = expanded(&snippets[subject.title()]["body"]);
        assert!(!text.contains("${"), "{text}");
        assert_eq!(faults(subject, &head(&text)), [""; 0], "{text}");
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_default().replace("\r\n", "\n")
}

#[test]
fn the_portals_own_content_follows_its_schema() {
    let content = root().join("content");
    let loaded: Vec<_> = walkdir::WalkDir::new(&content).into_iter().filter_map(Result::ok).collect();
    let mut seen = 0;
    for entry in loaded.iter().filter(|entry| entry.file_type().is_file()) {
        let path = entry.path().strip_prefix(&content).unwrap().to_string_lossy().replace('\\', "/");
        let Ok(text) = fs::read_to_string(entry.path()) else { continue };
        let subject = match path.as_str() {
            "portail.yaml" => Subject::Settings,
            "etablissement.yaml" => Subject::Establishment,
            path if path.starts_with("formulaires/") => Subject::Form,
            path if path.ends_with("_index.md") => {
                let above = Path::new(path).parent().and_then(Path::parent).map(|folder| held(&content.join(folder)));
                if above == Some(Holds::Space) { Subject::Page(Holds::Space) } else { Subject::Section }
            }
            path if Path::new(path).extension().is_some_and(|extension| extension == "md") => {
                Subject::Page(held(entry.path().parent().unwrap()))
            }
            _ => continue,
        };
        let keys = if subject.is_page() { head(&text) } else { text };
        assert_eq!(refusals(&subject.json_schema(), &data(&keys)), [""; 0], "{path}");
        seen += 1;
    }
    assert!(seen > 80, "only {seen} files were seen");
}

fn head(text: &str) -> String {
    let source = SourceFile::new("page.md", text);
    let split = front_matter::split(&source, &Diagnostics::new()).unwrap();
    text[..split.body.start].trim_start_matches("---\n").trim_end().trim_end_matches("---").to_owned()
}

/// What the pages of a folder are.
fn held(folder: &Path) -> Holds {
    let index = fs::read_to_string(folder.join("_index.md")).unwrap_or_default();
    let word = index.lines().find_map(|line| line.strip_prefix("contient:")).map_or("page", str::trim);
    Holds::ALL.iter().find(|(known, _)| *known == word).map_or(Holds::Page, |(_, holds)| *holds)
}

/// Each committed file that is made from the code, with what the code makes of it.
fn made() -> Vec<(String, String)> {
    let pretty = |value: &Value| format!("{}\n", serde_json::to_string_pretty(value).unwrap());
    let mut files = vec![
        ("docs/reference-des-cles.md".to_owned(), reference()),
        (".vscode/portail.code-snippets".to_owned(), pretty(&snippets())),
    ];
    for subject in Subject::all() {
        files.push((format!(".vscode/schemas/{}.json", subject.word()), pretty(&subject.json_schema())));
    }
    files
}

/// `UPDATE_EXPECTED=1 cargo test -p generator --lib schema` rewrites them.
#[test]
fn the_committed_reference_schemas_and_snippets_are_those_of_the_code() {
    for (path, expected) in made() {
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            fs::create_dir_all(root().join(&path).parent().unwrap()).unwrap();
            fs::write(root().join(&path), &expected).unwrap();
        }
        assert!(
            read(&path) == expected,
            "« {path} » is not what the code gives: run UPDATE_EXPECTED=1 cargo test -p generator --lib schema"
        );
    }
    let kept: BTreeSet<_> = fs::read_dir(root().join(".vscode/schemas"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(kept, Subject::all().iter().map(|subject| format!("{}.json", subject.word())).collect());
}
