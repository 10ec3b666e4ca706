//! Links in mails: who holds one may do one thing, with one version of one submission, for a time.
//!
//! A link names a row of the outbox and bears our signature over what that row says: purpose,
//! submission, version, recipient and end. Where there were several keys, it says which. Neither the database nor a copy of it holds a usable
//! link, a retry words the same one, and a link that was made before something changed is worth
//! nothing after it. Mail scanners open every link they meet: what opening one shows changes
//! nothing, whatever the method but POST.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use lettre::Address;

use crate::id::{MailId, SubmissionId};
use crate::key::{KeyId, SigningKey};

/// How long a link works: longer than a summer leave, short enough that an old mailbox opens
/// nothing.
pub const LINK_LIFETIME: SignedDuration = SignedDuration::from_hours(35 * 24);

/// How long the page of what waits for somebody stays open: it shows much, and is asked for again
/// in a moment.
pub const ACCESS_LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// How many bytes of the signature a link bears: 128 bits, so that it fits on a line of a mail.
const SIGNATURE: usize = 16;

/// What a link is for. Its number stands in the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To confirm that the recipient sent what was sent with that address.
    ConfirmAddress = 1,
    /// To read what was sent, and to decide about it.
    Decide = 2,
    /// To take away what is published.
    Stop = 3,
    /// To answer what those who decide ask.
    Answer = 4,
    /// To see everything that waits for one person.
    Access = 5,
}

impl Purpose {
    /// The folder of the service below which such links stand.
    pub fn folder(self) -> &'static str {
        match self {
            Self::ConfirmAddress => "/suivi/confirmer/",
            Self::Decide => "/moderation/decider/",
            Self::Stop => "/moderation/retirer/",
            Self::Answer => "/suivi/completer/",
            Self::Access => "/moderation/espace/",
        }
    }

    /// Whether whoever posts to such a link acts in a role, and not as an author.
    pub fn is_of_whoever_decides(self) -> bool {
        matches!(self, Self::Decide | Self::Stop | Self::Access)
    }

    /// How long such a link works.
    fn lifetime(self) -> SignedDuration {
        match self {
            Self::Access => ACCESS_LIFETIME,
            _ => LINK_LIFETIME,
        }
    }
}

/// What a link says, as the outbox row that it was made from says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkClaims {
    /// The outbox row.
    pub mail: MailId,
    /// The submission; `None` when the mail is about none.
    pub submission: Option<SubmissionId>,
    /// The version of the submission when the mail was queued.
    pub version: i64,
    /// To whom the mail went.
    pub recipient: Address,
    /// When the mail was queued.
    pub queued_at: Timestamp,
}

/// Why a link leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// We did not make it, or not for this.
    #[error("the link does not carry our signature")]
    Forged,
    /// It was ours, and is too old.
    #[error("the link has expired")]
    Expired,
}

impl LinkClaims {
    /// The path of the link, which is never stored nor logged.
    pub fn path(&self, purpose: Purpose, key: &SigningKey) -> String {
        let id = key.signed_at(self.queued_at);
        let mut token = vec![purpose as u8];
        token.extend(self.mail.as_bytes());
        // The key that signed at some moment is one of those that are there.
        token.extend(self.signature(purpose, key, id).unwrap_or_default());
        token.extend(id.bytes().into_iter().flatten());
        format!("{}{}", purpose.folder(), URL_SAFE_NO_PAD.encode(token))
    }

    /// Whether `token` is the link of these claims for that purpose, and still works.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub fn check(&self, purpose: Purpose, token: &Token, key: &SigningKey, now: Timestamp) -> Result<(), LinkError> {
        let Some(ours) = self.signature(purpose, key, token.key) else { return Err(LinkError::Forged) };
        if token.purpose != purpose as u8 || !bool::from(subtle::ConstantTimeEq::ct_eq(&ours[..], &token.signature[..]))
        {
            return Err(LinkError::Forged);
        }
        if now.duration_since(self.queued_at) > purpose.lifetime() { Err(LinkError::Expired) } else { Ok(()) }
    }

    fn signature(&self, purpose: Purpose, key: &SigningKey, id: KeyId) -> Option<[u8; SIGNATURE]> {
        let whole = key.sign(
            id,
            "link",
            &[
                &[purpose as u8],
                self.mail.as_bytes(),
                self.submission.as_ref().map_or(&[], |id| id.as_bytes().as_slice()),
                &self.version.to_be_bytes(),
                self.recipient.to_string().as_bytes(),
                &self.queued_at.as_millisecond().to_be_bytes(),
            ],
        )?;
        let mut short = [0; SIGNATURE];
        short.copy_from_slice(&whole[..SIGNATURE]);
        Some(short)
    }
}

/// The end of a link's path, taken apart and not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    purpose: u8,
    /// The outbox row that it names.
    pub mail: MailId,
    signature: [u8; SIGNATURE],
    key: KeyId,
}

impl Token {
    /// Takes a token apart; `None` when it is none. Whatever a mail reader slipped in is forgiven:
    /// line ends, marks of quotation, a full stop at the end.
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (purpose, rest) = bytes.split_first()?;
        let (mail, rest) = rest.split_at_checked(16)?;
        let (signature, key) = rest.split_at_checked(SIGNATURE)?;
        Some(Self {
            purpose: *purpose,
            mail: MailId::from_bytes(mail.try_into().ok()?),
            signature: signature.try_into().ok()?,
            key: KeyId::from_bytes(key)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> LinkClaims {
        LinkClaims {
            mail: "019ab000-0000-7000-8000-000000000001".parse().unwrap(),
            submission: Some("019ab000-0000-7000-8000-000000000002".parse().unwrap()),
            version: 1,
            recipient: "prenom.nom@exemple.fr".parse().unwrap(),
            queued_at: "2026-11-22T12:00:00Z".parse().unwrap(),
        }
    }

    fn token(claims: &LinkClaims, purpose: Purpose) -> Token {
        let path = claims.path(purpose, &SigningKey::from_bytes([7; 32]));
        Token::parse(path.strip_prefix(purpose.folder()).unwrap()).unwrap()
    }

    fn check(claims: &LinkClaims, token: &Token, days: i64) -> Result<(), LinkError> {
        let now = claims.queued_at + SignedDuration::from_hours(24 * days);
        claims.check(Purpose::ConfirmAddress, token, &SigningKey::from_bytes([7; 32]), now)
    }

    #[test]
    fn a_link_works_for_what_it_was_made_for_and_for_35_days() {
        let link = token(&claims(), Purpose::ConfirmAddress);
        assert_eq!(check(&claims(), &link, 0), Ok(()));
        assert_eq!(check(&claims(), &link, 35), Ok(()));
        assert_eq!(check(&claims(), &link, 36), Err(LinkError::Expired));
        assert_eq!(check(&claims(), &token(&claims(), Purpose::Decide), 0), Err(LinkError::Forged));
    }

    #[test]
    fn a_link_is_worth_nothing_for_anything_else() {
        let link = token(&claims(), Purpose::ConfirmAddress);
        for other in [
            LinkClaims { version: 2, ..claims() },
            LinkClaims { submission: Some("019ab000-0000-7000-8000-000000000003".parse().unwrap()), ..claims() },
            LinkClaims { submission: None, ..claims() },
            LinkClaims { mail: "019ab000-0000-7000-8000-000000000003".parse().unwrap(), ..claims() },
            LinkClaims { recipient: "autre@exemple.fr".parse().unwrap(), ..claims() },
            LinkClaims { queued_at: "2026-11-23T12:00:00Z".parse().unwrap(), ..claims() },
        ] {
            assert_eq!(check(&other, &link, 0), Err(LinkError::Forged), "{other:?}");
        }
        let other_key = SigningKey::from_bytes([8; 32]);
        let now = claims().queued_at;
        assert_eq!(claims().check(Purpose::ConfirmAddress, &link, &other_key, now), Err(LinkError::Forged));
    }

    #[test]
    fn a_link_fits_on_a_line_and_survives_being_broken() {
        let path = claims().path(Purpose::ConfirmAddress, &SigningKey::from_bytes([7; 32]));
        assert!(path.len() < 70, "{path}");
        let text = path.strip_prefix("/suivi/confirmer/").unwrap();
        for broken in [
            format!("{}\r\n {}", &text[..20], &text[20..]),
            format!("{}\r\n> {}", &text[..20], &text[20..]),
            format!("{text}."),
            format!("<{text}>"),
        ] {
            assert_eq!(Token::parse(&broken), Token::parse(text), "{broken}");
        }
        for text in ["", "é", "abc", &text[1..], &format!("{text}A")] {
            assert_eq!(Token::parse(text), None, "{text}");
        }
    }
}
