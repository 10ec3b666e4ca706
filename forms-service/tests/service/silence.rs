//! A repository that takes the connection and says nothing: nobody waits for it.

use std::io::ErrorKind;

use axum::http::StatusCode;
use forms_service::config::{Config, Depot, parse};
use forms_service::publish::worker::PublishWorker;
use forms_service::publish::workspace::Workspace;
use forms_service::store::submissions::State;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::instances::repository;
use crate::support::{Service, patiently, spawn_service};

/// What is approved goes live, and what is to go goes, while the repository is still being asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_click_does_not_wait_for_a_repository_that_does_not_answer() {
    let service = spawn_service().await;
    let depot = repository(&service);
    // The clone is made while it answers.
    drop(Workspace::clone_of(&depot, service.folder()).unwrap());
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let workspace = Workspace::clone_of(&at(&silent, &service), service.folder()).unwrap();
    let (stop, stopped) = watch::channel(false);
    let worker = PublishWorker {
        publisher: service.publisher_into(workspace),
        clock: service.app.clock.clone(),
        bell: service.app.publish.clone(),
    };
    let worker = tokio::spawn(worker.run(stopped));
    let asked = patiently(silent.accept()).await.unwrap().0;
    let reference = service.post_note("geriatrie", "Merci à l’équipe de nuit").await;
    service.deliver_all().await;

    service.post(&service.decision_link("jour@exemple.fr"), &[("_decision", "approuver")]).await;
    patiently(async {
        while service.state(&reference).await != State::Published {
            tokio::task::yield_now().await;
        }
    })
    .await;

    assert!(heard(&asked).is_some(), "it was published only once the repository was given up");
    let url = service.app.store.publications().await.unwrap().remove(0).url.unwrap();
    assert_eq!(service.get(&url).await.status, StatusCode::OK);
    assert_eq!(service.app.progress.report().unpushed, 1, "it is seen that a commit waits to be sent");

    // The next conversation is about that commit.
    drop(asked);
    let offered = patiently(silent.accept()).await.unwrap().0;
    patiently(offered.readable()).await.unwrap();
    service.deliver_all().await;
    let link = service.links("cadre@exemple.fr", "/moderation/retirer/").pop().unwrap();
    service.post(&link, &[("_decision", "retirer"), ("_mots", "Un nom y est cité")]).await;
    patiently(async {
        while service.get(&url).await.status != StatusCode::GONE {
            tokio::task::yield_now().await;
        }
    })
    .await;

    let heard = heard(&offered).expect("it was taken away only once the repository was given up");
    assert!(heard.contains("git-receive-pack"), "{heard}");
    // git gives up once it finds nobody there any more.
    drop((offered, silent));
    stop.send_replace(true);
    patiently(worker).await.unwrap();
}

/// The same repository at another address.
fn at(silent: &TcpListener, service: &Service) -> Depot {
    let port = silent.local_addr().unwrap().port();
    let file =
        format!("depot: {{distant: \"http://127.0.0.1:{port}/portail.git\", auteur: Portail <portail@exemple.fr>}}\n");
    Config::check(parse(&file).unwrap(), service.folder()).unwrap().depot.unwrap()
}

/// What the other side said, if it still waits for an answer.
fn heard(conversation: &TcpStream) -> Option<String> {
    let mut heard = Vec::new();
    loop {
        match conversation.try_read_buf(&mut heard) {
            Ok(0) => return None,
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                return Some(String::from_utf8_lossy(&heard).into_owned());
            }
            Err(_) => return None,
        }
    }
}
