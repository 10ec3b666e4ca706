//! The register of signatures: who accepted which version of which charter, and when.
//!
//! A signature enters it in the transaction that confirms the signer's address, and is never
//! changed: [`chain`] says how each row is bound to the one before, [`verify`] finds what somebody
//! changed all the same, [`standing`] who is to sign a charter again. When the submission is
//! forgotten, the row loses the person and keeps its place.

use std::collections::HashMap;

use generator::diagnostic::Diagnostics;
use generator::form::{AnswerValue, FormDefinition};
use generator::source::SourceFile;

use crate::id::SubmissionId;
use crate::key::SigningKey;
use crate::site::Portal;
use crate::store::Store;
use crate::store::retention::KeptDefinition;
use crate::store::submissions::Stored;

pub mod chain;
pub mod standing;
pub mod verify;

/// What somebody signed, on its way to the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The submission.
    pub submission: SubmissionId,
    /// Its reference.
    pub reference: String,
    /// Slug of the charter: `bienveillance`, `geriatrie/charte-du-service`.
    pub charter: String,
    /// The version that was read.
    pub version: String,
    /// Title of the charter at that time.
    pub title: String,
    /// Who signed.
    pub name: String,
    /// The address that they confirmed.
    pub address: String,
    /// Slug of their space, if they chose one.
    pub space: Option<String>,
}

impl Signature {
    /// What `stored` signs; `None` when its form signs nothing.
    pub fn of(definition: &FormDefinition, stored: &Stored) -> Option<Self> {
        let answer = stored.submission.answer(&definition.signed_charter()?.name)?;
        let AnswerValue::Text(key) = &answer.value else { return None };
        let (charter, version) = key.rsplit_once('@')?;
        let title = answer.shown.split_once(&format!(", version {version}")).map_or(&*answer.shown, |(title, _)| title);
        Some(Self {
            submission: stored.id,
            reference: stored.reference.to_string(),
            charter: charter.to_owned(),
            version: version.to_owned(),
            title: title.to_owned(),
            name: name(definition, stored),
            address: stored.sender.as_ref().map(|sender| sender.address.to_string())?,
            space: stored.submission.space.clone(),
        })
    }
}

/// The answer that is the signer's name: the form says which by what a browser fills in there.
fn name(definition: &FormDefinition, stored: &Stored) -> String {
    let field = definition.fields().find(|field| field.autocomplete == Some("name"));
    let answer = field.and_then(|field| stored.submission.answer(&field.name));
    answer.map(|answer| answer.shown.clone()).unwrap_or_default()
}

/// A signature and the key that seals it: what the register takes.
#[derive(Clone, Copy)]
pub struct Inscription<'a> {
    /// What is entered.
    pub signature: &'a Signature,
    /// Seals the row. It never enters the database.
    pub key: &'a SigningKey,
}

/// The forms that sign a charter, in each version from which something is kept.
#[derive(Debug, Default)]
pub struct SigningForms(HashMap<(String, String), FormDefinition>);

impl SigningForms {
    /// Reads kept definitions; one that cannot be read any more is taken as the form is in `portal`
    /// now, if there is one.
    pub fn among(kept: &[KeptDefinition], portal: Option<&Portal>) -> Self {
        let signing = kept.iter().filter_map(|one| {
            let source = SourceFile::new(&format!("formulaires/{}.yaml", one.form_id), one.yaml.clone());
            let definition = FormDefinition::parse(&source, &Diagnostics::new())
                .or_else(|| portal?.form(&one.form_id).map(|form| form.definition.clone()))?;
            definition.signed_charter()?;
            Some(((one.form_id.clone(), one.digest.clone()), definition))
        });
        Self(signing.collect())
    }

    /// Whether that version of a form signs a charter.
    pub fn has(&self, form_id: &str, digest: &str) -> bool {
        self.0.contains_key(&(form_id.to_owned(), digest.to_owned()))
    }

    /// What a submission signs.
    pub fn signature(&self, stored: &Stored) -> Option<Signature> {
        let key = (stored.submission.form_id.clone(), stored.submission.digest.clone());
        Signature::of(self.0.get(&key)?, stored)
    }

    /// Whether none signs anything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Enters what was confirmed without being in the register, in the order of confirmation: the
/// signatures from before there was one. Gives how many; done again, it enters nothing.
///
/// # Errors
/// Fails when the database does; then nothing is entered.
pub async fn enter_earlier(store: &Store, portal: &Portal, key: &SigningKey) -> anyhow::Result<u64> {
    let forms = SigningForms::among(&store.kept_definitions().await?, Some(portal));
    if forms.is_empty() {
        return Ok(0);
    }
    let entered = store.enter_earlier(&forms, key).await?;
    if entered > 0 {
        tracing::warn!("{entered} confirmed signatures were not in the register, and were entered");
    }
    Ok(entered)
}
