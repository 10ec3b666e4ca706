//! The register of signatures: each enters once, and what is changed afterwards shows.

use forms_service::register::chain::{fingerprint, read_fingerprint};
use forms_service::register::verify::{Broken, Proof, Whole, Why, compare, verify};
use forms_service::register::{self, Signature};
use forms_service::store::submissions::State;
use forms_service::store::transitions::CONFIRM_WITHIN;
use futures_util::future::join_all;
use jiff::SignedDuration;

use crate::confirming::link;
use crate::support::{Service, changed_portal, spawn_service};

/// The version of the charter of the tests.
const VERSION: &str = "7a4d29b1";

impl Service {
    /// Signs the charter, and gives the link that confirms.
    pub async fn sign(&self, name: &str, address: &str, space: &str) -> String {
        let charter = self.app.site.portal().choices().charters[0].key();
        let post = [("charte", charter.as_str()), ("nom", name), ("espace", space), ("courriel", address)];
        self.fill_in("signature", &post).await;
        link(self.mails_to(address).await.last().unwrap(), "/suivi/confirmer/")
    }

    pub async fn confirm(&self, link: &str) {
        assert_eq!(self.post(link, &[("_oui", "oui")]).await.status, 200);
    }

    /// Signs and confirms, in one name after the other.
    pub async fn sign_and_confirm(&self, names: &[&str]) {
        for name in names {
            let link = self.sign(name, &format!("{}@exemple.fr", name.to_lowercase()), "geriatrie").await;
            self.confirm(&link).await;
        }
    }

    pub async fn verify(&self) -> Result<Whole, Broken> {
        verify(&self.app.store.register().await.unwrap(), &self.app.key)
    }

    /// The same statement for both databases.
    pub async fn meddle(&self, sql: &'static str) {
        self.tamper(sql, sql).await;
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with what verifying gives")]
fn whole(rows: usize, erased: usize) -> Result<Whole, Broken> {
    Ok(Whole { rows, erased })
}

fn broken(number: i64, why: Why) -> Result<Whole, Broken> {
    Err(Broken { number, why, before: usize::try_from(number - 1).unwrap() })
}

#[tokio::test]
async fn each_signature_follows_the_one_before_and_its_proof_says_where_it_stands() {
    let service = spawn_service().await;
    service.sign_and_confirm(&["Anna", "Basile", "Claire"]).await;

    assert_eq!(service.verify().await, whole(3, 0));
    let rows = service.app.store.register().await.unwrap();
    let found: Vec<_> = rows.iter().map(|found| (found.row.seq, found.row.person.name.as_deref())).collect();
    assert_eq!(found, [(1, Some("Anna")), (2, Some("Basile")), (3, Some("Claire"))]);
    let first = &rows[0].row;
    assert_eq!((first.charter.as_str(), first.version.as_str()), ("bienveillance", VERSION));
    assert_eq!(first.title, "Charte de bienveillance");
    assert_eq!(first.person.space.as_deref(), Some("geriatrie"));

    service.deliver_all().await;
    let proof = fingerprint(&rows[1].row.digest);
    // To whoever signed, and to whoever keeps the register.
    let mails = service.mails.sent();
    let proofs: Vec<_> = mails.iter().filter(|mail| mail.text.contains(&proof) && mail.html.contains(&proof)).collect();
    let mut told: Vec<_> = proofs.iter().map(|mail| mail.recipient.to_string()).collect();
    told.sort();
    assert_eq!(told, ["basile@exemple.fr", "moderation@exemple.fr"]);
    for mail in proofs {
        assert!(mail.text.contains("-- Numéro au registre --\n2\n"), "{}", mail.text);
    }
}

#[tokio::test]
async fn a_signature_that_is_confirmed_again_and_again_is_one_row() {
    let service = spawn_service().await;
    let link = service.sign("Anna", "anna@exemple.fr", "").await;
    assert_eq!(service.app.store.register().await.unwrap(), [], "nothing is signed before it is confirmed");

    join_all((0..20).map(|_| service.confirm(&link))).await;
    service.confirm(&link).await;

    assert_eq!(service.verify().await, whole(1, 0));
}

#[tokio::test]
async fn what_signs_nothing_enters_nothing() {
    let service = spawn_service().await;
    service.sign_up().await;
    let link = link(&service.mails_to("camille@exemple.fr").await[0], "/suivi/confirmer/");
    service.confirm(&link).await;
    assert_eq!(
        register::enter_earlier(&service.app.store, &service.app.site.portal(), &service.app.key).await.unwrap(),
        0
    );
    assert_eq!(service.app.store.register().await.unwrap(), []);
}

/// Of a signature that cannot be entered nothing is confirmed either: the link goes on working.
#[tokio::test]
async fn a_signature_is_never_confirmed_without_its_row() {
    let service = spawn_service().await;
    let link = service.sign("Anna", "anna@exemple.fr", "").await;
    service.meddle("ALTER TABLE register RENAME TO away").await;

    assert_eq!(service.post(&link, &[("_oui", "oui")]).await.status, 500);
    let stored = service.app.store.submissions().await.unwrap();
    assert_eq!(stored[0].state, State::Unconfirmed);

    service.meddle("ALTER TABLE away RENAME TO register").await;
    service.confirm(&link).await;
    assert_eq!(service.verify().await, whole(1, 0));
}

#[tokio::test]
async fn a_signature_that_was_forwarded_enters_when_its_address_is_confirmed_at_last() {
    let service = spawn_service().await;
    service.app.site.replace(changed_portal("formulaires/signature.yaml", |yaml| {
        yaml.replace("si_non_confirmee: abandonner", "si_non_confirmee: transmettre")
            .replace(" ; {caduque} sans confirmation", "")
    }));
    let link = service.sign("Anna", "anna@exemple.fr", "").await;
    service.app.clock.advance(CONFIRM_WITHIN);
    assert!(service.act().await.is_some());
    assert_eq!(service.app.store.register().await.unwrap(), []);

    join_all((0..5).map(|_| service.confirm(&link))).await;

    assert_eq!(service.verify().await, whole(1, 0));
}

#[tokio::test]
async fn whatever_is_changed_in_a_row_shows() {
    for (change, number, why) in [
        ("UPDATE register SET name = 'Autre' WHERE seq = 2", 2, Why::Altered),
        ("UPDATE register SET address = 'autre@exemple.fr' WHERE seq = 1", 1, Why::Altered),
        ("UPDATE register SET space = NULL WHERE seq = 3", 3, Why::Altered),
        ("UPDATE register SET reference = 'K7M2Q9XB01' WHERE seq = 3", 3, Why::Altered),
        ("UPDATE register SET version = '00000000' WHERE seq = 2", 2, Why::Altered),
        ("UPDATE register SET title = 'Autre' WHERE seq = 2", 2, Why::Altered),
        ("UPDATE register SET signed_at = signed_at + 1 WHERE seq = 2", 2, Why::Unsealed),
        ("UPDATE register SET submission_id = 'x' WHERE seq = 2", 2, Why::Unsealed),
        ("UPDATE register SET content_digest = digest WHERE seq = 2", 2, Why::Altered),
        ("UPDATE register SET digest = content_digest WHERE seq = 2", 2, Why::Unsealed),
        ("UPDATE register SET digest = (SELECT digest FROM register WHERE seq = 1) WHERE seq = 2", 2, Why::Unsealed),
        ("UPDATE register SET previous = '' WHERE seq = 2", 2, Why::Unsealed),
        ("UPDATE register SET key_id = 'x' WHERE seq = 2", 2, Why::UnknownKey),
        // A name, or a whole person, is emptied though nobody asked for it.
        ("UPDATE register SET name = NULL WHERE seq = 2", 2, Why::Emptied),
        (
            "UPDATE register SET reference = NULL, name = NULL, address = NULL, space = NULL, salt = NULL WHERE seq = 2",
            2,
            Why::Emptied,
        ),
        ("DELETE FROM register WHERE seq = 1", 1, Why::Missing),
        ("DELETE FROM register WHERE seq = 2", 2, Why::Missing),
    ] {
        let service = spawn_service().await;
        service.sign_and_confirm(&["Anna", "Basile", "Claire"]).await;
        assert_eq!(service.verify().await, whole(3, 0));

        service.meddle(change).await;

        assert_eq!(service.verify().await, broken(number, why), "{change}");
    }
}

#[tokio::test]
async fn rows_in_another_order_show() {
    let service = spawn_service().await;
    service.sign_and_confirm(&["Anna", "Basile", "Claire", "Driss"]).await;
    service.meddle("UPDATE register SET seq = seq + 10 WHERE seq IN (2, 3)").await;
    service.meddle("UPDATE register SET seq = 15 - seq WHERE seq IN (12, 13)").await;
    assert_eq!(service.verify().await, broken(2, Why::Moved { was: 3 }));

    // One is taken out, and those after it are numbered anew.
    let service = spawn_service().await;
    service.sign_and_confirm(&["Anna", "Basile", "Claire", "Driss"]).await;
    service.meddle("DELETE FROM register WHERE seq = 2").await;
    service.meddle("UPDATE register SET seq = seq - 1 WHERE seq = 3").await;
    service.meddle("UPDATE register SET seq = seq - 1 WHERE seq = 4").await;
    assert_eq!(service.verify().await, broken(2, Why::Moved { was: 3 }));
}

/// Rows that are sound by themselves, from two registers under one key: only the chain tells.
#[tokio::test]
async fn a_row_of_another_past_does_not_follow() {
    let service = spawn_service().await;
    service.sign_and_confirm(&["Anna", "Basile"]).await;
    let rows = service.app.store.register().await.unwrap();
    let stored = service.app.store.submissions().await.unwrap();
    let stored = service.app.store.submission(stored[0].id).await.unwrap().unwrap();
    let definition = service.app.site.portal().form("signature").unwrap().definition.clone();
    let signature = Signature::of(&definition, &stored).unwrap();
    let mut other = rows.clone();
    let after = Some((1, "0".repeat(64)));
    other[1].row = register::chain::Row::sealed(after, &signature, rows[1].row.signed_at, &service.app.key);

    assert_eq!(verify(&other, &service.app.key), broken(2, Why::DoesNotFollow));
    let other_key = forms_service::key::SigningKey::from_bytes([8; 32]);
    assert_eq!(verify(&rows, &other_key), broken(1, Why::Unsealed), "without the key nobody makes such a chain");
}

#[tokio::test]
async fn an_end_that_was_cut_off_shows_by_the_proof_that_was_mailed() {
    let service = spawn_service().await;
    service.sign_and_confirm(&["Anna", "Basile", "Claire"]).await;
    let rows = service.app.store.register().await.unwrap();
    let proof = |number: usize, of: usize| Proof {
        number: i64::try_from(number).unwrap(),
        fingerprint: read_fingerprint(&fingerprint(&rows[of - 1].row.digest)).unwrap(),
    };
    assert_eq!(compare(&rows, &proof(3, 3)), Ok(()));
    assert_eq!(compare(&rows, &proof(3, 2)).unwrap_err().why, Why::NotAsProved);

    service.meddle("DELETE FROM register WHERE seq = 3").await;

    assert_eq!(service.verify().await, whole(2, 0), "by itself the rest is whole");
    let cut = service.app.store.register().await.unwrap();
    assert_eq!(compare(&cut, &proof(3, 3)).unwrap_err().why, Why::Missing);
    assert_eq!(compare(&cut, &proof(2, 2)), Ok(()));
    // What is signed next takes the number, and not the digest.
    service.sign_and_confirm(&["Driss"]).await;
    assert_eq!(service.verify().await, whole(3, 0));
    let grown = service.app.store.register().await.unwrap();
    assert_eq!(compare(&grown, &proof(3, 3)).unwrap_err().why, Why::NotAsProved);
}

#[tokio::test]
async fn signatures_from_before_the_register_enter_once_in_the_order_of_confirmation() {
    let service = spawn_service().await;
    let late = service.sign("Anna", "anna@exemple.fr", "").await;
    service.sign_and_confirm(&["Basile"]).await;
    service.app.clock.advance(SignedDuration::from_hours(1));
    service.confirm(&late).await;
    service.sign("Claire", "claire@exemple.fr", "").await;
    let confirmed: Vec<_> =
        service.app.store.register().await.unwrap().iter().map(|found| found.row.signed_at).collect();
    service.meddle("DELETE FROM register").await;

    for entered in [2, 0] {
        let portal = service.app.site.portal();
        let found = register::enter_earlier(&service.app.store, &portal, &service.app.key).await.unwrap();
        assert_eq!(found, entered);
    }

    assert_eq!(service.verify().await, whole(2, 0));
    let rows = service.app.store.register().await.unwrap();
    let names: Vec<_> = rows.iter().map(|found| found.row.person.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["Basile", "Anna"]);
    assert_eq!(rows.iter().map(|found| found.row.signed_at).collect::<Vec<_>>(), confirmed);
}

#[tokio::test]
async fn two_instances_leave_no_gap_and_enter_nothing_twice() {
    let first = spawn_service().await;
    let Some(second) = first.second().await else {
        eprintln!("SKIPPED: two instances need a PostgreSQL, FORMS_SERVICE_TEST_POSTGRES=postgres://…");
        return;
    };
    let mut links = Vec::new();
    for number in 0..20 {
        links.push(first.sign(&format!("Nom {number}"), &format!("nom{number}@exemple.fr"), "").await);
    }

    // Each is confirmed at both at once.
    let both = links.iter().flat_map(|link| [first.confirm(link), second.confirm(link)]);
    join_all(both).await;

    assert_eq!(first.verify().await, whole(20, 0));
    assert_eq!(second.verify().await, whole(20, 0));

    first.meddle("DELETE FROM register").await;
    let enter = async |service: &Service| {
        register::enter_earlier(&service.app.store, &service.app.site.portal(), &service.app.key).await.unwrap()
    };
    let (one, other) = tokio::join!(enter(&first), enter(&second));
    assert_eq!(one + other, 20);
    assert_eq!(first.verify().await, whole(20, 0));
}
