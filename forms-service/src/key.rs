//! The secret of this installation, and the signed key that every served form carries.
//!
//! The secret lies in the data folder, not in the database: a copy of the database signs nothing.
//! A form's key says which sheet of paper a post was written on: the same key with the same
//! content is the same submission, however often the button was pressed. It proves nothing about
//! who posts, and is never written to a log.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;

use crate::secret::Secret;

/// The file of the data folder that holds the secret.
pub const FILE: &str = "cle";

/// How long a served form stays good to send without a check page: a form left open on a ward's
/// computer over a long weekend still goes through.
pub const FORM_KEY_LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How far the clock may have been set back since the form was served.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(5);

/// The secret from which everything signed derives. It has no `Debug`, so that it is never printed.
pub struct SigningKey([u8; 32]);

impl SigningKey {
    /// Reads the secret of the data folder, or makes one on the first start.
    ///
    /// # Errors
    /// Fails, in French for the operator, when others than its owner may read the file, when it
    /// does not hold a key, or when it can be neither read nor written.
    pub fn load_or_create(data: &Path) -> anyhow::Result<Self> {
        let path = data.join(FILE);
        if path.try_exists().with_context(|| format!("lecture de la clé « {} »", path.display()))? {
            return Self::load(&path);
        }
        let new: [u8; 32] = rand::random();
        write_whole(&path, &URL_SAFE_NO_PAD.encode(new))
            .with_context(|| format!("création de la clé « {} »", path.display()))?;
        Ok(Self(new))
    }

    /// Reads the secret of the data folder, and makes none: what was signed with the one that is
    /// missing would only look forged.
    ///
    /// # Errors
    /// Says in French that there is none, or as [`load_or_create`](Self::load_or_create).
    pub fn of(data: &Path) -> anyhow::Result<Self> {
        Self::load(&data.join(FILE))
    }

    fn load(path: &Path) -> anyhow::Result<Self> {
        let text = Secret::read(path)?;
        let decoded = URL_SAFE_NO_PAD.decode(text.reveal()).ok().and_then(|bytes| bytes.try_into().ok());
        match decoded {
            Some(bytes) => Ok(Self(bytes)),
            None => bail!(
                "le fichier « {} » ne contient pas une clé : reprenez-le d’une sauvegarde, ou supprimez-le pour en créer une nouvelle",
                path.display()
            ),
        }
    }

    /// A secret for tests.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A key for one served form, signed for that form alone.
    pub fn issue_form_key(&self, form_id: &str, now: Timestamp) -> String {
        let mut body = [0; 24];
        body[..16].copy_from_slice(&rand::random::<[u8; 16]>());
        body[16..].copy_from_slice(&now.as_millisecond().to_be_bytes());
        let signature = self.mac("form", &[form_id.as_bytes(), &body]).finalize().into_bytes();
        format!("{}.{}", URL_SAFE_NO_PAD.encode(body), URL_SAFE_NO_PAD.encode(signature))
    }

    /// Reads a key back: `None` when we did not sign it for this form, or when it is too old.
    pub fn read_form_key(&self, form_id: &str, text: &str, now: Timestamp) -> Option<FormKey> {
        let (body, signature) = text.split_once('.')?;
        let body: [u8; 24] = URL_SAFE_NO_PAD.decode(body).ok()?.try_into().ok()?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.mac("form", &[form_id.as_bytes(), &body]).verify_slice(&signature).ok()?;
        let (id, issued_at) = body.split_at(16);
        let issued_at = Timestamp::from_millisecond(i64::from_be_bytes(issued_at.try_into().ok()?)).ok()?;
        let age = now.duration_since(issued_at);
        (age >= -CLOCK_SLACK && age <= FORM_KEY_LIFETIME).then(|| FormKey { id: URL_SAFE_NO_PAD.encode(id), issued_at })
    }

    /// Signs `parts` for one purpose.
    pub fn sign(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        self.mac(purpose, parts).finalize().into_bytes().into()
    }

    /// Every purpose signs apart: a signature made for one thing is worth nothing for another.
    fn mac(&self, purpose: &str, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
            // The length goes first, so that no two lists of parts sign the same bytes.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

/// Writes the secret beside its place and renames it there, so that a machine that stops in
/// mid-write leaves no half key behind. Whoever calls holds the data folder's lock.
fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let beside = path.with_extension("nouvelle");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

/// A form's key that we signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormKey {
    /// The random part, which the database keeps.
    pub id: String,
    /// When the form was served.
    pub issued_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn noon() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_form_key_is_good_for_its_form_and_for_a_week() {
        let secret = SigningKey::from_bytes([7; 32]);
        let key = secret.issue_form_key("post-it", noon());

        let read = secret.read_form_key("post-it", &key, noon()).unwrap();
        assert_eq!(read.issued_at, noon());
        assert_eq!(secret.read_form_key("post-it", &key, noon()), Some(read));
        assert!(secret.read_form_key("post-it", &key, noon() + FORM_KEY_LIFETIME).is_some());
        assert_eq!(secret.read_form_key("contact", &key, noon()), None);
        assert_eq!(
            secret.read_form_key("post-it", &key, noon() + FORM_KEY_LIFETIME + SignedDuration::from_secs(1)),
            None
        );
        assert_eq!(SigningKey::from_bytes([8; 32]).read_form_key("post-it", &key, noon()), None);
    }

    #[test]
    fn a_key_that_was_tampered_with_is_not_ours() {
        let secret = SigningKey::from_bytes([7; 32]);
        let key = secret.issue_form_key("post-it", noon());
        let other = secret.issue_form_key("post-it", noon());
        let (body, _) = key.split_once('.').unwrap();
        let (_, signature) = other.split_once('.').unwrap();
        for text in ["", ".", "abc", "é.é", &format!("{body}."), &format!("{body}.{signature}")] {
            assert_eq!(secret.read_form_key("post-it", text, noon()), None, "{text}");
        }
    }

    #[test]
    fn the_secret_is_made_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let first = SigningKey::load_or_create(folder.path()).unwrap();
        let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);

        let second = SigningKey::load_or_create(folder.path()).unwrap();
        let key = first.issue_form_key("post-it", noon());
        assert!(second.read_form_key("post-it", &key, noon()).is_some());
    }

    #[test]
    fn a_secret_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        SigningKey::load_or_create(folder.path()).ok().unwrap();
        fs::set_permissions(folder.path().join(FILE), fs::Permissions::from_mode(0o644)).unwrap();
        assert!(SigningKey::load_or_create(folder.path()).is_err());
    }
}
