//! Any end of a link: ours is read back and believed, any other is not.

use forms_service::id::{MailId, SubmissionId};
use forms_service::key::SigningKey;
use forms_service::link::{LinkClaims, LinkError, Purpose, Token};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::cases::{CASES, cases};

fn claims() -> impl Strategy<Value = LinkClaims> {
    (any::<[u8; 16]>(), any::<[u8; 16]>(), any::<i64>(), "[a-z]{1,8}", 0..4_000_000_000_i64).prop_map(
        |(mail, submission, version, name, second)| LinkClaims {
            mail: MailId::from_bytes(mail),
            submission: Some(SubmissionId::from_bytes(submission)),
            version,
            recipient: format!("{name}@exemple.fr").parse().unwrap(),
            queued_at: Timestamp::from_second(second).unwrap(),
        },
    )
}

fn key() -> SigningKey {
    SigningKey::from_bytes([7; 32])
}

fn end(claims: &LinkClaims, purpose: Purpose) -> String {
    claims.path(purpose, &key()).strip_prefix(purpose.folder()).unwrap().to_owned()
}

proptest! {
    #![proptest_config(cases(CASES))]

    #[test]
    fn any_text_is_taken_apart_or_refused(text in prop_oneof![any::<String>(), "[A-Za-z0-9_=-]{40,50}"]) {
        let bytes = text.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect::<String>();
        if let Some(token) = Token::parse(&text) {
            prop_assert_eq!(Token::parse(&bytes), Some(token));
            // Three more name a key that is not the first of the installation.
            prop_assert!(matches!(bytes.len(), 44 | 47), "{bytes}");
        }
    }

    #[test]
    fn a_link_of_ours_is_read_back_however_a_mail_reader_breaks_it(
        claims in claims(),
        purpose in select(vec![Purpose::ConfirmAddress, Purpose::Decide, Purpose::Stop, Purpose::Answer, Purpose::Access]),
        breaks in prop::collection::vec((any::<Index>(), select(vec!["\r\n", " ", "\t"])), 0..4),
    ) {
        let mut text = end(&claims, purpose);
        for (at, space) in breaks {
            text.insert_str(at.index(text.len() + 1), space);
        }
        let token = Token::parse(&text).unwrap();
        prop_assert_eq!(token.mail, claims.mail);
        prop_assert_eq!(claims.check(purpose, &token, &key(), claims.queued_at), Ok(()));
    }

    #[test]
    fn a_link_with_any_character_changed_is_not_believed(claims in claims(), at in any::<Index>(), other in "[A-Za-z0-9_-]") {
        let text = end(&claims, Purpose::ConfirmAddress);
        let at = at.index(text.len());
        let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
        prop_assume!(changed != text);
        if let Some(token) = Token::parse(&changed) {
            let names_another_row = token.mail != claims.mail;
            let verdict = claims.check(Purpose::ConfirmAddress, &token, &key(), claims.queued_at);
            prop_assert!(names_another_row || verdict == Err(LinkError::Forged));
        }
    }
}
