//! The file of the data folder that holds the keys.
//!
//! One key a line, `number:base64`, the one that signs first. After it, a key says when it stopped
//! signing, and the word `registre` once it serves the register alone. A file from before keys had
//! numbers is one bare line. It is read and written whole, for its owner only.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use super::{FILE, Key, KeyId, SigningKey};
use crate::link::LINK_LIFETIME;
use crate::secret::Secret;

/// The word of a key that serves the register alone.
const FOR_REGISTER: &str = "registre";

/// What became of the keys when those that nobody needs were retired.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retired {
    /// They verify nothing but rows of the register from now on.
    pub retired: Vec<KeyId>,
    /// They still verify links, and since when they do not sign; `None` when the service that signs
    /// with them was not started again.
    pub kept: Vec<(KeyId, Option<Timestamp>)>,
}

impl SigningKey {
    /// Reads the keys of the data folder, or makes one on the first start.
    ///
    /// # Errors
    /// Fails, in French for the operator, when others than its owner may read the file, when it
    /// does not hold a key, or when it can be neither read nor written.
    pub fn load_or_create(data: &Path) -> anyhow::Result<Self> {
        let path = data.join(FILE);
        if path.try_exists().with_context(|| format!("lecture de la clé « {} »", path.display()))? {
            return load(&path);
        }
        let new = Self::from_bytes(rand::random());
        write(&path, &new).with_context(|| format!("création de la clé « {} »", path.display()))?;
        Ok(new)
    }

    /// The same, for the service that starts: what it signs from now on is signed with the first
    /// key, and the file notes when the others stopped. Whoever calls holds the data folder's lock.
    ///
    /// # Errors
    /// As [`load_or_create`](Self::load_or_create).
    pub fn take_up(data: &Path, now: Timestamp) -> anyhow::Result<Self> {
        let mut ring = Self::load_or_create(data)?;
        let mut is_changed = false;
        for key in ring.keys.iter_mut().skip(1).filter(|key| key.stopped_at.is_none()) {
            key.stopped_at = Some(now);
            is_changed = true;
        }
        if is_changed {
            let path = data.join(FILE);
            write(&path, &ring).with_context(|| format!("écriture de la clé « {} »", path.display()))?;
        }
        Ok(ring)
    }

    /// Reads the keys of the data folder, and makes none: what was signed with one that is missing
    /// would only look forged.
    ///
    /// # Errors
    /// Says in French that there is none, or as [`load_or_create`](Self::load_or_create).
    pub fn of(data: &Path) -> anyhow::Result<Self> {
        load(&data.join(FILE))
    }

    /// Puts a new key first, which signs from the next start of the service on. The others go on
    /// verifying what they signed.
    ///
    /// # Errors
    /// Says in French that there is no key, or fails when the file cannot be written.
    pub fn rotate(data: &Path) -> anyhow::Result<KeyId> {
        let mut ring = Self::of(data)?;
        let last = ring.keys.iter().map(|key| key.id.0).max().unwrap_or_default();
        let id = KeyId(last.checked_add(1).context("il n’y a plus de numéro pour une nouvelle clé")?);
        ring.keys.insert(0, Key { id, secret: rand::random(), stopped_at: None, is_for_register: false });
        rewrite(data, &ring)?;
        Ok(id)
    }

    /// Has the keys that no link can need any more serve the register alone; with `at_once`, all but
    /// the one that signs.
    ///
    /// # Errors
    /// As [`rotate`](Self::rotate).
    pub fn retire(data: &Path, at_once: bool, now: Timestamp) -> anyhow::Result<Retired> {
        let mut ring = Self::of(data)?;
        let mut done = Retired::default();
        for key in ring.keys.iter_mut().skip(1).filter(|key| !key.is_for_register) {
            let is_over = key.stopped_at.is_some_and(|stopped| now.duration_since(stopped) > LINK_LIFETIME);
            if is_over || at_once {
                key.is_for_register = true;
                key.stopped_at = key.stopped_at.or(Some(now));
                done.retired.push(key.id);
            } else {
                done.kept.push((key.id, key.stopped_at));
            }
        }
        if !done.retired.is_empty() {
            rewrite(data, &ring)?;
        }
        Ok(done)
    }
}

fn load(path: &Path) -> anyhow::Result<SigningKey> {
    let text = Secret::read(path)?;
    let keys: Option<Vec<Key>> = text.reveal().lines().map(read_key).collect();
    let Some(keys) = keys.filter(|keys| are_sound(keys)) else {
        bail!(
            "le fichier « {} » ne contient pas une clé : reprenez-le d’une sauvegarde, ou supprimez-le pour en créer une nouvelle",
            path.display()
        )
    };
    Ok(SigningKey { keys })
}

/// Whether the first key signs, and no two have one number.
fn are_sound(keys: &[Key]) -> bool {
    let has_twin = |at: usize| keys[..at].iter().any(|other| other.id == keys[at].id);
    keys.first().is_some_and(|first| first.stopped_at.is_none() && !first.is_for_register)
        && !(0..keys.len()).any(has_twin)
}

fn read_key(line: &str) -> Option<Key> {
    let mut words = line.split(' ');
    let (id, secret) = match words.next()?.split_once(':') {
        Some((id, secret)) => (KeyId::parse(id)?, secret),
        None => (KeyId::default(), line),
    };
    let secret = URL_SAFE_NO_PAD.decode(secret.split(' ').next()?).ok()?.try_into().ok()?;
    let stopped_at = words.next().map(str::parse).transpose().ok()?;
    let is_for_register = match words.next() {
        None => false,
        Some(FOR_REGISTER) => true,
        Some(_) => return None,
    };
    words.next().is_none().then_some(Key { id, secret, stopped_at, is_for_register })
}

fn write_key(key: &Key) -> String {
    let mut line = format!("{}:{}", key.id, URL_SAFE_NO_PAD.encode(key.secret));
    if let Some(stopped) = key.stopped_at {
        line.extend([" ", &stopped.to_string()]);
    }
    if key.is_for_register {
        line.extend([" ", FOR_REGISTER]);
    }
    line
}

fn rewrite(data: &Path, ring: &SigningKey) -> anyhow::Result<()> {
    let path = data.join(FILE);
    ensure!(path.exists(), "le dossier « {} » n’a pas de clé", data.display());
    write(&path, ring).with_context(|| format!("écriture de la clé « {} »", path.display()))
}

/// Writes the keys beside their place and renames them there, so that a machine that stops in
/// mid-write leaves no half key behind.
fn write(path: &Path, ring: &SigningKey) -> std::io::Result<()> {
    let text = match &ring.keys[..] {
        // As an earlier version of this service reads it.
        [only] if only.id == KeyId::default() => URL_SAFE_NO_PAD.encode(only.secret),
        keys => keys.iter().map(write_key).collect::<Vec<_>>().join("\n") + "\n",
    };
    let beside = path.with_extension("nouvelle");
    // One that was left behind may be open to others.
    let _ = fs::remove_file(&beside);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    match path.parent() {
        Some(folder) => fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use jiff::SignedDuration;
    use tempfile::TempDir;

    use super::*;

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    fn noon() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    fn folder() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        SigningKey::load_or_create(folder.path()).unwrap();
        folder
    }

    fn mode(folder: &TempDir) -> u32 {
        fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn the_secret_is_made_once_and_for_its_owner_only() {
        let folder = folder();
        assert_eq!(mode(&folder), 0o600);
        let first = SigningKey::load_or_create(folder.path()).unwrap();
        let second = SigningKey::load_or_create(folder.path()).unwrap();
        let key = first.issue_form_key("post-it", noon());
        assert!(second.read_form_key("post-it", &key, noon()).is_some());
    }

    #[test]
    fn a_secret_that_others_may_read_is_refused() {
        let folder = folder();
        fs::set_permissions(folder.path().join(FILE), fs::Permissions::from_mode(0o644)).unwrap();
        assert!(SigningKey::load_or_create(folder.path()).is_err());
        assert!(SigningKey::rotate(folder.path()).is_err());
    }

    #[test]
    fn a_file_that_holds_no_key_is_refused_and_left_alone() {
        let folder = folder();
        let path = folder.path().join(FILE);
        let good = fs::read_to_string(&path).unwrap();
        for text in [
            String::new(),
            "abc".to_owned(),
            format!("x:{good}"),
            format!("0:{good}"),
            format!("01:{good}"),
            format!("1:{good}\n1:{good}"),
            format!("1:{good} 2026-11-22T12:00:00Z"),
            format!("1:{good}\n:{good} hier"),
            format!("1:{good}\n:{good} 2026-11-22T12:00:00Z liens"),
            format!("1:{good}\n\n:{good}"),
        ] {
            fs::write(&path, &text).unwrap();
            assert!(SigningKey::of(folder.path()).is_err(), "{text}");
            assert!(SigningKey::rotate(folder.path()).is_err(), "{text}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        fs::write(&path, format!("2:{good}\n:{good} 2026-11-22T12:00:00Z registre\n")).unwrap();
        assert!(SigningKey::of(folder.path()).is_ok());
    }

    #[test]
    fn a_new_key_signs_and_those_before_it_go_on_verifying() {
        let folder = folder();
        let before = SigningKey::load_or_create(folder.path()).unwrap();
        let old = before.issue_form_key("post-it", noon());

        assert_eq!(SigningKey::rotate(folder.path()).unwrap().to_string(), "1");
        assert_eq!(mode(&folder), 0o600);
        let after = SigningKey::take_up(folder.path(), noon()).unwrap();
        assert_eq!(mode(&folder), 0o600);
        let new = after.issue_form_key("post-it", noon());

        assert!(after.read_form_key("post-it", &old, noon()).is_some());
        assert!(after.read_form_key("post-it", &new, noon()).is_some());
        assert!(before.read_form_key("post-it", &new, noon()).is_none());
        assert!(new.ends_with(".1"), "{new}");
        assert_eq!(SigningKey::rotate(folder.path()).unwrap().to_string(), "2");
    }

    #[test]
    fn a_key_is_retired_once_no_link_can_need_it_and_stays_for_the_register() {
        let folder = folder();
        let before = SigningKey::load_or_create(folder.path()).unwrap();
        let old = before.issue_form_key("post-it", noon());
        let seal = before.seal("", "register", &[b"row"]).unwrap();
        SigningKey::rotate(folder.path()).unwrap();

        // As long as the service was not started again it signs with the old one.
        let retired = SigningKey::retire(folder.path(), false, noon() + DAY * 400).unwrap();
        assert_eq!(retired, Retired { retired: vec![], kept: vec![(KeyId(0), None)] });
        SigningKey::take_up(folder.path(), noon()).unwrap();
        let kept = Retired { retired: vec![], kept: vec![(KeyId(0), Some(noon()))] };
        assert_eq!(SigningKey::retire(folder.path(), false, noon() + DAY * 35).unwrap(), kept);
        let gone = Retired { retired: vec![KeyId(0)], kept: vec![] };
        assert_eq!(SigningKey::retire(folder.path(), false, noon() + DAY * 36).unwrap(), gone);
        assert_eq!(mode(&folder), 0o600);

        let after = SigningKey::of(folder.path()).unwrap();
        assert!(after.read_form_key("post-it", &old, noon()).is_none());
        assert_eq!(after.seal("", "register", &[b"row"]), Some(seal));
        assert_eq!(SigningKey::retire(folder.path(), false, noon() + DAY * 36).unwrap(), Retired::default());
        assert_eq!(SigningKey::rotate(folder.path()).unwrap().to_string(), "2");
    }

    #[test]
    fn a_key_that_somebody_may_have_read_is_retired_at_once() {
        let folder = folder();
        let before = SigningKey::load_or_create(folder.path()).unwrap();
        let old = before.issue_form_key("post-it", noon());
        SigningKey::rotate(folder.path()).unwrap();
        let retired = SigningKey::retire(folder.path(), true, noon()).unwrap();
        assert_eq!(retired.retired, [KeyId(0)]);
        assert!(SigningKey::of(folder.path()).unwrap().read_form_key("post-it", &old, noon()).is_none());
    }

    #[test]
    fn starting_again_notes_the_end_of_a_key_once() {
        let folder = folder();
        SigningKey::rotate(folder.path()).unwrap();
        SigningKey::take_up(folder.path(), noon()).unwrap();
        let noted = fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert!(noted.contains(" 2026-11-22T12:00:00Z"), "the end is noted");
        SigningKey::take_up(folder.path(), noon() + DAY).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join(FILE)).unwrap(), noted);
    }
}
