//! The values of `form.html`: a form as it stands in the page.

use serde::Serialize;

use crate::form::definition::Notice;

/// What `form.html` receives as `form`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches of one template")]
pub struct FormView {
    /// The form's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// One or two sentences.
    pub summary: Option<String>,
    /// HTML.
    pub introduction: String,
    /// Where it is sent.
    pub action: String,
    /// `post`
    pub method: &'static str,
    /// Goes into the hidden `_version`.
    pub digest: String,
    /// Goes into the hidden `_cle`; none in the page that the generator builds.
    pub key: Option<String>,
    /// Whether a check page follows.
    pub confirm: bool,
    /// What the button says.
    pub button: String,
    /// Whether it may be sent at present.
    pub open: bool,
    /// Always false: no form takes a file.
    pub multipart: bool,
    /// What is to be mended, in the order of the form.
    pub errors: Vec<ErrorView>,
    /// The questions; the last one is the trap (`honeypot`).
    pub groups: Vec<GroupView>,
    /// HTML of the notice of article 13 RGPD.
    pub notice: Notice<String>,
    /// The form changed while it was being filled in.
    pub outdated: bool,
}

/// One line of the error summary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ErrorView {
    /// What the line links to.
    pub field_id: String,
    /// The sentence of the definition.
    pub message: String,
}

/// Fields that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupView {
    /// The legend.
    pub title: Option<String>,
    /// What helps with all of its fields.
    pub hint: Option<String>,
    /// Its fields.
    pub fields: Vec<FieldView>,
}

/// A question as it stands in the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldView {
    /// What its value is sent as.
    pub name: String,
    /// Id of the control, or of its first option.
    pub id: String,
    /// The component: `text`, `textarea`, `email`, `tel`, `date`, `time`, `number`, `select`,
    /// `radio`, `checkboxes`, `checkbox`, `space`, `page` or `color`.
    pub kind: &'static str,
    /// The question.
    pub label: String,
    /// What helps to answer, under the id `<id>-aide`.
    pub hint: Option<String>,
    /// Whether it must be answered whatever else is.
    pub required: bool,
    /// When it depends on another answer: what to say in place of « (obligatoire) » or
    /// « (facultatif) ».
    pub condition: Option<String>,
    /// What was typed; empty for boxes, whose options say it.
    pub value: String,
    /// What the value stands for, when it is an address: the page's title.
    pub shown: Option<String>,
    /// The answers of a closed question, without the empty one of a `select`.
    pub options: Vec<OptionView>,
    /// What is wrong, under the id `<id>-erreur`.
    pub error: Option<String>,
    /// Ids of the hint and the error, as far as they are there.
    pub described_by: String,
    /// In characters, a line end counting one. For a counter: a `maxlength` would cut what is
    /// pasted without a word.
    pub max_length: Option<usize>,
    /// In characters.
    pub min_length: Option<usize>,
    /// Height in lines.
    pub rows: Option<usize>,
    /// Token of the attribute of that name.
    pub autocomplete: Option<&'static str>,
    /// Token of the attribute of that name.
    pub inputmode: Option<&'static str>,
    /// To be hidden from people, screen readers included.
    pub honeypot: bool,
}

/// One answer of a closed question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OptionView {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// What helps to choose it.
    pub hint: Option<String>,
    /// What it is listed under, in a list of several spaces.
    pub group: Option<String>,
    /// Whether it is chosen.
    pub checked: bool,
    /// Id of its control.
    pub id: String,
}
