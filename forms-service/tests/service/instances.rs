//! Two instances that share one `PostgreSQL`: the work is done once.

use std::collections::BTreeSet;

use forms_service::config::{Config, Depot, parse};
use forms_service::outbox::{Delivery, HORIZON};
use forms_service::publish::publisher::{Did, Publisher};
use forms_service::publish::workspace::Workspace;
use forms_service::store::transitions::{Acted, CONFIRM_WITHIN};
use futures_util::future::{join_all, try_join_all};
use jiff::SignedDuration;

use crate::support::{Service, spawn_service};

/// Conversations that each instance holds at once.
const CONVERSATIONS: usize = 4;

/// Two instances on one database; `None`, and a word about it, without a server to try it on.
async fn two_instances() -> Option<(Service, Service)> {
    let first = spawn_service().await;
    let Some(second) = first.second().await else {
        eprintln!("SKIPPED: two instances need a PostgreSQL, FORMS_SERVICE_TEST_POSTGRES=postgres://…");
        return None;
    };
    Some((first, second))
}

async fn deliver_all(service: &Service) {
    while service.deliver().await != Delivery::Idle {}
}

#[tokio::test]
async fn two_instances_share_two_hundred_mails_and_send_none_twice() {
    let Some((first, second)) = two_instances().await else { return };
    for note in 0..50 {
        first.post_note("geriatrie", &format!("Merci {note}")).await;
        second.post_note("geriatrie", &format!("Bravo {note}")).await;
    }

    let conversations = [&first, &second].into_iter().cycle().take(2 * CONVERSATIONS);
    join_all(conversations.map(deliver_all)).await;

    let sent = first.mails.sent();
    let different: BTreeSet<_> = sent.iter().map(|mail| mail.id).collect();
    assert_eq!((sent.len(), different.len()), (200, 200));
    let counts = second.app.store.count_mails().await.unwrap();
    assert_eq!((counts.sent, counts.waiting, counts.set_aside), (200, 0, 0));
}

#[tokio::test]
async fn one_sheet_handed_to_both_is_one_submission() {
    let Some((first, second)) = two_instances().await else { return };
    for round in 0..10 {
        let key = first.key("post-it").await;
        let message = format!("Merci {round}");
        let post = [("_cle", key.as_str()), ("espace", "geriatrie"), ("message", message.as_str())];
        let clicks = [&first, &second].into_iter().cycle().take(20);

        let answers = join_all(clicks.map(|service| service.post("/formulaires/post-it/", &post))).await;

        let references: BTreeSet<_> = answers.iter().map(crate::support::Answer::reference).collect();
        assert_eq!(references.len(), 1);
    }
    assert_eq!(first.stored().await, 10);
    assert_eq!(second.app.store.count_mails().await.unwrap().waiting, 20);
}

#[tokio::test]
async fn what_is_due_is_acted_on_once() {
    let Some((first, second)) = two_instances().await else { return };
    for _ in 0..10 {
        first.propose().await;
        second.propose().await;
    }
    first.app.clock.advance(CONFIRM_WITHIN);

    let act = |service: &Service| {
        let (store, fallback, now) = (service.app.store.clone(), service.app.fallback.clone(), service.now());
        async move { store.act_on_next_due(&fallback, now).await }
    };
    let mut forwarded = Vec::new();
    // Of two that look at the same row one comes too late, and looks again.
    for _ in 0..20 {
        let keepers = [&first, &second].into_iter().cycle().take(6);
        forwarded.extend(try_join_all(keepers.map(act)).await.unwrap().into_iter().flatten());
    }

    assert!(forwarded.iter().all(|(_, acted)| *acted == Acted::Forwarded));
    let different: BTreeSet<_> = forwarded.iter().map(|(id, _)| *id).collect();
    assert_eq!((forwarded.len(), different.len()), (20, 20));
}

#[tokio::test]
async fn an_instance_that_starts_frees_its_own_leases_and_nobody_elses() {
    let Some((first, second)) = two_instances().await else { return };
    first.post_note("accueil", "Merci").await;
    let lease = first.app.store.lease_next_mail(first.now(), HORIZON).await.unwrap().unwrap();

    let second = second.restart().await;
    assert_eq!(second.app.store.free_leases().await.unwrap(), 0);
    assert_eq!(second.deliver().await, Delivery::Idle);

    assert!(first.app.store.report_sent(lease, first.now()).await.unwrap());
}

/// The content of the tests in a bare repository.
pub fn repository(service: &Service) -> Depot {
    let folder = service.folder();
    let git = |arguments: &[&str]| {
        let mut command = std::process::Command::new("git");
        command.args(["-c", "user.name=Portail", "-c", "user.email=portail@exemple.fr", "-C"]);
        assert!(command.arg(folder).args(arguments).output().unwrap().status.success(), "{arguments:?}");
    };
    std::fs::create_dir(folder.join("edition")).unwrap();
    crate::support::copy(&folder.join("content"), &folder.join("edition/content"));
    git(&["init", "--quiet", "--initial-branch=main", "edition"]);
    git(&["-C", "edition", "add", "."]);
    git(&["-C", "edition", "commit", "--quiet", "--message=Premier"]);
    git(&["clone", "--quiet", "--bare", "edition", "forge.git"]);
    let file = parse("depot: {distant: forge.git, auteur: Portail <portail@exemple.fr>}\n").unwrap();
    Config::check(file, folder).unwrap().depot.unwrap()
}

fn publisher(service: &Service, depot: &Depot) -> Publisher {
    service.publisher_into(Workspace::clone_of(depot, service.folder()).unwrap())
}

#[tokio::test]
async fn a_task_that_takes_long_is_not_begun_by_another_instance() {
    let Some((first, second)) = two_instances().await else { return };
    let depot = repository(&first);
    let (one, other) = (publisher(&first, &depot), publisher(&second, &depot));
    first.post_note("geriatrie", "Merci à l’équipe de nuit").await;
    first.deliver_all().await;
    first.post(&first.decision_link("jour@exemple.fr"), &[("_decision", "approuver")]).await;
    let now = first.now();
    // The disk does not answer: whoever has the lease waits for it.
    let (go_on, stuck) = std::sync::mpsc::channel::<()>();
    let workspace = one.workspace.clone();
    let (holds, held) = tokio::sync::oneshot::channel();
    let disk = std::thread::spawn(move || {
        let _task = workspace.begin();
        holds.send(()).unwrap();
        stuck.recv().unwrap();
    });
    held.await.unwrap();
    let slow = tokio::spawn({
        let one = one.clone();
        async move {
            // Whoever looks below whether the lease is taken holds it for a moment.
            loop {
                match one.publish_next(now).await.unwrap() {
                    Did::Nothing => tokio::task::yield_now().await,
                    did => return did,
                }
            }
        }
    });
    while second.app.store.lease_publisher(now).await.unwrap() {
        second.app.store.free_publisher().await.unwrap();
        tokio::task::yield_now().await;
    }

    // In steps that are short beside the five seconds that whoever waits for the database gives it.
    let step = SignedDuration::from_secs(1);
    for number in 1..=450 {
        tokio::time::pause();
        tokio::time::advance(step.unsigned_abs()).await;
        tokio::time::resume();
        let then = now + step * number;
        assert_eq!(other.publish_next(then).await.unwrap(), Did::Nothing, "after {number} steps");
        // A neighbour's clock is a little behind, or what it was told the time is a while ago.
        let before = then - SignedDuration::from_secs(40);
        assert_eq!(other.publish_next(before).await.unwrap(), Did::Nothing, "after {number} steps");
    }

    go_on.send(()).unwrap();
    assert!(matches!(slow.await.unwrap(), Did::Published(_)));
    disk.join().unwrap();
    assert!(second.app.store.lease_publisher(now).await.unwrap(), "the lease was given back");
}

#[tokio::test]
async fn of_two_instances_one_publishes_and_the_other_shows_the_same_commit() {
    let Some((first, second)) = two_instances().await else { return };
    let depot = repository(&first);
    let (one, other) = (publisher(&first, &depot), publisher(&second, &depot));
    first.post_note("geriatrie", "Merci à l’équipe de nuit").await;
    first.deliver_all().await;
    first.post(&first.decision_link("jour@exemple.fr"), &[("_decision", "approuver")]).await;

    let now = first.now();
    let (mine, theirs) = futures_util::future::join(one.publish_next(now), other.publish_next(now)).await;
    let did = [mine.unwrap(), theirs.unwrap()];
    assert_eq!(did.iter().filter(|did| matches!(did, Did::Published(_))).count(), 1, "{did:?}");
    assert_eq!(did.iter().filter(|did| **did == Did::Nothing).count(), 1, "{did:?}");
    for (publisher, did) in [&one, &other].into_iter().zip(&did) {
        if matches!(did, Did::Published(_)) {
            publisher.follow_up(now).await;
        }
    }
    one.catch_up(now).await.unwrap();
    other.catch_up(now).await.unwrap();

    let url = first.app.store.publications().await.unwrap().remove(0).url.unwrap();
    let shown = [&first, &second].map(|service| service.app.progress.shown());
    assert!(shown[0].is_some() && shown[0] == shown[1], "{shown:?}");
    for service in [&first, &second] {
        assert!(service.get(&url).await.body.contains("équipe de nuit"));
    }
}
