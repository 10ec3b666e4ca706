//! `check-config`: everything that is missing, at once, and nothing changed by looking.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use forms_service::cli::Command;
use forms_service::commands::{self, Outcome};
use tempfile::TempDir;

use super::cli;
use crate::smtp::authority::Authority;
use crate::smtp::server::Server;
use crate::support::{content, copy, spawn_service};

/// A hospital that is about to open its portal.
struct Hospital {
    folder: TempDir,
}

impl Hospital {
    fn new(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&content(), &folder.path().join("content"));
        let hospital = Self { folder };
        hospital.write("service.yaml", config);
        let portal = fs::read_to_string(content().join("portail.yaml")).unwrap();
        hospital.write("content/portail.yaml", portal.replace("portail.exemple.fr", "portail.chu.test"));
        hospital.write(
            "annuaire.yaml",
            "portail: {moderateurs: [m@chu.test]}\n\
             espaces: {geriatrie: {moderateurs: [g@chu.test], cadre: [c@chu.test]}, \
             accueil: {moderateurs: [a@chu.test], cadre: [b@chu.test]}}\n",
        );
        fs::create_dir(hospital.path().join("donnees")).unwrap();
        hospital.protect("donnees", 0o700);
        hospital
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path().join(name), text).unwrap();
    }

    fn protect(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    async fn check(&self, words: &[&str]) -> Outcome {
        self.check_folder(&self.path().join("donnees"), words).await
    }

    async fn check_folder(&self, data: &Path, words: &[&str]) -> Outcome {
        let path = |name: &str| self.path().join(name).to_str().unwrap().to_owned();
        let (config, data, content) = (path("service.yaml"), data.to_str().unwrap(), path("content"));
        let theme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../themes/anime");
        let mut all = vec!["check-config", "--config", &config, "--data", data, "--content", &content];
        all.extend(["--theme", theme.to_str().unwrap()]);
        all.extend(words);
        let cli = cli(&all);
        let Some(Command::CheckConfig(args)) = cli.command else { panic!("check-config") };
        commands::check_config(&cli.common, &args, "2026-11-22T12:00:00Z".parse().unwrap()).await.unwrap()
    }
}

const ADDRESSES: &str =
    "expediteur: Portail <portail@chu.test>\nadresse_de_secours: direction@chu.test\ndomaines: [chu.test]\n";

fn production(server: &Server) -> String {
    format!(
        "{ADDRESSES}smtp: {{hote: 127.0.0.1, port: {}, utilisateur: portail, mot_de_passe_fichier: secret, \
         autorite_fichier: autorite.pem}}\nespace_libre_minimum_mo: 1\n",
        server.port
    )
}

async fn ready() -> (Hospital, Server) {
    let authority = Authority::new();
    let server = Server::start(&[], Some(authority.certify("127.0.0.1"))).await;
    let hospital = Hospital::new(&production(&server));
    hospital.write("secret", "tournesol\n");
    hospital.protect("secret", 0o600);
    hospital.write("autorite.pem", &authority.pem);
    (hospital, server)
}

#[tokio::test]
async fn a_hospital_that_is_ready_is_told_so_and_nothing_is_changed_or_sent() {
    let (hospital, server) = ready().await;

    let Outcome { text, code } = hospital.check(&[]).await;

    assert_eq!(code, 0, "{text}");
    assert!(text.contains("la ligne et le compte sont bons") && text.contains("Rien ne manque"), "{text}");
    assert!(text.contains("la base est encore vide"), "{text}");
    let heard = server.heard();
    assert!(heard.protected.iter().any(|line| line.starts_with("AUTH")) && heard.taken.is_empty(), "{heard:?}");
    assert_eq!(fs::read_dir(hospital.path().join("donnees")).unwrap().count(), 0);
    assert!(!text.contains("tournesol"));
}

#[tokio::test]
async fn a_test_mail_leaves_when_it_is_asked_for() {
    let (hospital, server) = ready().await;

    let Outcome { text, code } = hospital.check(&["--envoyer-a", "informatique@chu.test"]).await;

    assert_eq!(code, 0, "{text}");
    let taken = server.heard().taken;
    assert_eq!(taken.len(), 1, "{text}");
    assert!(taken[0].recipient.contains("informatique@chu.test"));
}

#[tokio::test]
async fn everything_that_is_missing_is_told_at_once() {
    let hospital = Hospital::new(
        "adresse_de_secours: personne\ndomaines: [\"@chu.test\"]\nsmtp: {hote: smtp.chu.test, utilisateur: x, mot_de_passe_fichier: secret}\n",
    );
    hospital.write("secret", "tournesol\n");
    hospital.protect("secret", 0o644);
    hospital.protect("donnees", 0o755);
    hospital.write("donnees/cle", "x");
    hospital.protect("donnees/cle", 0o644);
    hospital.write("content/formulaires/post-it.yaml", "titre: x\n");

    let Outcome { text, code } = hospital.check(&[]).await;

    assert_eq!(code, 1, "{text}");
    for said in [
        "il manque « expediteur: »",
        "« personne » n’est pas une adresse",
        "« domaines »",
        "secret » est lisible par d’autres",
        "cle » est lisible par d’autres",
        "est ouvert à d’autres que son propriétaire",
        "le contenu a des fautes",
        "7 points à régler",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[tokio::test]
async fn what_is_left_of_the_examples_is_named() {
    let (hospital, server) = ready().await;
    let config =
        production(&server).replace("direction@chu.test", "portail@chu.test").replace("domaines: [chu.test]\n", "");
    hospital.write("service.yaml", config);
    hospital.write("content/portail.yaml", fs::read(content().join("portail.yaml")).unwrap());
    hospital.write("annuaire.yaml", "portail: {communication: [c@exemple.fr]}\n");

    let Outcome { text, code } = hospital.check(&[]).await;

    assert_eq!(code, 1, "{text}");
    for said in [
        "à corriger : « adresse: https://portail.exemple.fr »",
        "à corriger : le portail n’a pas de modérateur",
        "à corriger : le rôle communication (portail) est tenu par une adresse d’exemple",
        "à vérifier : « adresse_de_secours » et « expediteur » sont la même boîte",
        "à vérifier : « domaines: » est vide",
        "à vérifier : l’espace « geriatrie » n’a personne pour : moderateurs, cadre",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[tokio::test]
async fn a_server_a_disk_or_a_database_that_fails_is_the_machines_fault() {
    let (hospital, server) = ready().await;
    let config = production(&server).replace("espace_libre_minimum_mo: 1", "espace_libre_minimum_mo: 900000000");
    drop(server);
    hospital.write("service.yaml", config);
    hospital.write("donnees/portail.sqlite", "pas une base du tout, mais assez long pour que cela se voie".repeat(100));

    let Outcome { text, code } = hospital.check(&[]).await;

    assert_eq!(code, 2, "{text}");
    for said in ["à rétablir : la base", "à rétablir : il reste", "à rétablir : le serveur de courrier 127.0.0.1"]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_told() {
    let (hospital, _server) = ready().await;
    hospital.write("autorite.pem", Authority::new().pem);
    let Outcome { text, code } = hospital.check(&[]).await;
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("à rétablir : le serveur de courrier"), "{text}");
}

/// Looking at the database that a service uses says who holds the roles there.
#[tokio::test]
async fn the_roles_of_a_running_service_are_those_of_its_database() {
    let service = spawn_service().await;
    let hospital = Hospital::new("");
    fs::set_permissions(service.folder(), fs::Permissions::from_mode(0o700)).unwrap();
    if let Some(address) = &service.location().postgres {
        hospital.write("postgresql", address.reveal());
        hospital.protect("postgresql", 0o600);
        hospital.write("service.yaml", "base: {postgresql_fichier: postgresql}\n");
    }
    let Outcome { text, code } = hospital.check_folder(service.folder(), &[]).await;
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("l’espace « accueil » n’a personne pour : moderateurs, cadre"), "{text}");
    assert!(!text.contains("geriatrie"), "{text}");
}
