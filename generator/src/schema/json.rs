//! A shape as JSON Schema draft-07, the one that VS Code's YAML support reads best.

use serde_json::{Map, Value, json};

use super::Subject;
use crate::fields::{NO, YES};
use crate::shape::{Form, Key, Shape};
use crate::yaml;

/// A word or a number: what our reader takes as text, since a title may well be « 2026 ».
const TEXT: [&str; 3] = ["string", "number", "boolean"];

/// `14h30`, `14 h 30`, `14h`, `14:30`.
const TIME: &str = r"([01]?[0-9]|2[0-3])\s*[hH:]\s*([0-5]?[0-9])?(\s*:[0-9\s]*)?";
const DATE: &str = "[0-9]{4}-[0-9]{2}-[0-9]{2}";

/// The schema of a subject.
pub(super) fn schema(subject: Subject) -> Value {
    let mut schema = object(subject, &subject.shape(), "");
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    schema["title"] = json!(subject.title());
    schema["description"] =
        json!(format!("Les clés de : {}, {}.", subject.title().to_lowercase(), subject.files().replace('`', "")));
    schema
}

fn object(subject: Subject, shape: &Shape, path: &str) -> Value {
    let mut properties = Map::new();
    let mut rules = Vec::new();
    let mut required = Vec::new();
    for key in &shape.keys {
        let path = format!("{path}{}", key.name);
        for alias in &key.aliases {
            let mut double = value(subject, key, &path);
            double["description"] = json!(format!("Le nom anglais de « {} », accepté aussi.", key.name));
            // Understood by VS Code: the French name is the one to propose.
            double["doNotSuggest"] = json!(true);
            properties.insert((*alias).to_owned(), double);
            rules.push(json!({ "not": { "required": [key.name, alias] } }));
        }
        properties.insert(key.name.to_owned(), described(subject, key, &path));
        if key.required {
            if key.aliases.is_empty() {
                required.push(key.name);
            } else {
                let names = std::iter::once(key.name).chain(key.aliases.iter().copied());
                let any: Vec<_> = names.map(|name| json!({ "required": [name] })).collect();
                rules.push(json!({ "anyOf": any }));
            }
        }
    }
    rules.extend(by_type(shape));
    let mut object = json!({ "type": "object", "properties": properties, "additionalProperties": shape.free });
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    if !rules.is_empty() {
        object["allOf"] = json!(rules);
    }
    object
}

/// What each word of `type:` asks for and leaves out.
fn by_type(shape: &Shape) -> Vec<Value> {
    let Some(Form::Choice(words)) = shape.key("type").map(|key| &key.form) else { return Vec::new() };
    let rules = words.iter().filter_map(|word| {
        let barred = |key: &&Key| !key.only_with.is_empty() && !key.only_with.contains(word);
        let barred: Map<_, _> =
            shape.keys.iter().filter(barred).map(|key| (key.name.to_owned(), json!(false))).collect();
        let required: Vec<_> =
            shape.keys.iter().filter(|key| key.required_with.contains(word)).map(|key| key.name).collect();
        let mut then = json!({});
        if !barred.is_empty() {
            then["properties"] = json!(barred);
        }
        if !required.is_empty() {
            then["required"] = json!(required);
        }
        let is_word = json!({ "properties": { "type": { "const": word } }, "required": ["type"] });
        (then != json!({})).then(|| json!({ "if": is_word, "then": then }))
    });
    rules.collect()
}

/// The value of a key, with what is said of it.
fn described(subject: Subject, key: &Key, path: &str) -> Value {
    let mut schema = value(subject, key, path);
    if let Some(word) = subject.word_on(path) {
        schema["title"] = json!(word.title);
        schema["description"] = json!(word.what);
        schema["examples"] = json!([example(word.example, &key.form)]);
    }
    schema
}

fn value(subject: Subject, key: &Key, path: &str) -> Value {
    let optional = !key.required;
    let below = format!("{path}.");
    match &key.form {
        Form::Any => json!({}),
        Form::Text if optional => typed(&TEXT, optional),
        // Something must be written, and not only spaces.
        Form::Text => json!({ "type": TEXT, "pattern": "\\S" }),
        Form::Texts => {
            let mut list = typed(&["array"], optional);
            list["items"] = typed(&TEXT, true);
            list
        }
        Form::YesNo => {
            let others = json!({ "type": "string", "pattern": any_case(YES.iter().chain(&NO)) });
            any(vec![json!({ "enum": [YES[0], NO[0]] }), json!({ "type": "boolean" }), others], optional)
        }
        Form::Integer => any(
            vec![json!({ "type": "integer" }), json!({ "type": "string", "pattern": "^\\s*[+-]?[0-9][0-9\\s]*$" })],
            optional,
        ),
        Form::Count => any(
            vec![
                json!({ "type": "integer", "minimum": 0 }),
                json!({ "type": "string", "pattern": "^\\s*[+]?[0-9][0-9\\s]*$" }),
            ],
            optional,
        ),
        Form::Date => pattern(&format!("^\\s*{DATE}\\s*$"), optional),
        Form::DateTime => pattern(&format!("^\\s*{DATE}([T ]\\s*{TIME})?\\s*$"), optional),
        Form::Time => pattern(&format!("^\\s*{TIME}\\s*$"), optional),
        Form::Duration => pattern("^\\s*0*[1-9][0-9]*\\s+(jours?|mois|ans?)\\s*$", optional),
        Form::Address => pattern("^\\s*[hH][tT][tT][pP][sS]?:", optional),
        Form::Exactly(number) => json!({ "enum": [number, number.to_string()] }),
        Form::Choice(words) => choice(words, optional),
        Form::Choices(words) => {
            let mut list = typed(&["array"], optional);
            list["items"] = choice(words, true);
            list
        }
        Form::ChoiceOrChoices(words) => {
            let list = json!({ "type": "array", "items": choice(words, true), "minItems": 1 });
            any(vec![choice(words, false), list], optional)
        }
        Form::TextOrExample => {
            let example = json!({
                "type": "object",
                "properties": { "exemple": { "type": TEXT, "description": "Une valeur d’exemple, à remplacer." } },
                "required": ["exemple"],
                "additionalProperties": false,
            });
            any(vec![json!({ "type": TEXT }), example], optional)
        }
        Form::Map(shape) => nullable(object(subject, shape, &below), optional),
        Form::Maps(shape) => {
            let mut list = typed(&["array"], optional);
            list["items"] = object(subject, shape, &below);
            if !optional {
                list["minItems"] = json!(1);
            }
            list
        }
    }
}

/// A key without a value is an absent one, where it may be absent.
fn typed(types: &[&str], optional: bool) -> Value {
    let mut types = types.to_vec();
    if optional {
        types.push("null");
    }
    json!({ "type": types })
}

fn pattern(pattern: &str, optional: bool) -> Value {
    let mut schema = typed(&["string"], optional);
    schema["pattern"] = json!(pattern);
    schema
}

fn choice(words: &[&str], optional: bool) -> Value {
    let mut words: Vec<Value> = words.iter().map(|word| json!(word)).collect();
    if optional {
        words.push(Value::Null);
    }
    json!({ "enum": words })
}

fn any(mut schemas: Vec<Value>, optional: bool) -> Value {
    if optional {
        schemas.push(json!({ "type": "null" }));
    }
    json!({ "anyOf": schemas })
}

fn nullable(mut object: Value, optional: bool) -> Value {
    if optional {
        object["type"] = json!(["object", "null"]);
    }
    object
}

/// These words in any mixture of capitals: the regular expressions of JSON Schema have no flag for it.
fn any_case<'a>(words: impl Iterator<Item = &'a &'static str>) -> String {
    let words: Vec<String> = words
        .map(|word| word.chars().map(|c| format!("[{c}{}]", c.to_ascii_uppercase())).collect::<Vec<_>>().concat())
        .collect();
    format!("^({})$", words.join("|"))
}

/// An example as the value that a reader of YAML would make of it.
fn example(text: &str, form: &Form) -> Value {
    match form {
        Form::Integer | Form::Count | Form::Exactly(_) => {
            text.parse::<i64>().map_or(json!(text), |number| json!(number))
        }
        _ => yaml::parse_example(text).map_or(json!(text), |value| plain(&value)),
    }
}

/// A value as JSON.
fn plain(value: &yaml::Value) -> Value {
    match value {
        yaml::Value::Null => Value::Null,
        yaml::Value::Scalar(text) => json!(text),
        yaml::Value::List(items) => items.iter().map(|item| plain(&item.value)).collect(),
        yaml::Value::Map(entries) => {
            entries.iter().map(|entry| (entry.key.clone(), plain(&entry.value.value))).collect()
        }
    }
}
