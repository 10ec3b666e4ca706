//! The portal under test: the program, and the folder that outlives it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use forms_service::key::SigningKey;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

/// How long anything may take before a test gives up: a loaded machine is slow, and nothing
/// passes or fails by being quick.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// The form that is sent.
const FORM: &str = "post-it";

/// A portal's folder: content, configuration, data.
pub struct Portal {
    folder: TempDir,
    data: PathBuf,
    content: PathBuf,
}

impl Portal {
    /// A portal whose mails go to the relay on `mail_port`, with its data in `data`, or beside
    /// the rest.
    pub fn new(mail_port: u16, data: Option<&Path>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("annuaire.yaml"), "portail: {moderateurs: [moderation@exemple.fr]}\n")
            .unwrap();
        // One address sends everything here, and a storm of it is what is tried. A disk is full
        // when it is full: the floor is tried elsewhere.
        let config = format!(
            "expediteur: Portail <portail@exemple.fr>\nadresse_de_secours: secours@exemple.fr\n\
             smtp: {{hote: 127.0.0.1, port: {mail_port}, chiffrement: aucun}}\n\
             limites: {{par_client_par_minute: 1000000, total_par_minute: 1000000}}\n\
             espace_libre_minimum_mo: 0\n"
        );
        std::fs::write(folder.path().join("service.yaml"), config).unwrap();
        let data = data.map_or_else(|| folder.path().join("donnees"), Path::to_owned);
        let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/content");
        Self { folder, data, content }
    }

    /// A portal that publishes: into a content folder of its own, or into a repository.
    pub fn that_publishes(mail_port: u16, has_git: bool) -> Self {
        let mut portal = Self::new(mail_port, None);
        let copy = portal.folder.path().join("content");
        copy_folder(&portal.content, &copy);
        portal.content = copy;
        if has_git {
            portal.git(&["init", "--quiet", "--initial-branch=main"]);
            portal.git(&["add", "content"]);
            portal.git(&["commit", "--quiet", "--message", "first"]);
            portal.git(&["clone", "--quiet", "--bare", ".", "depot.git"]);
            std::fs::remove_dir_all(&portal.content).unwrap();
            portal.content = portal.data.join("depot/content");
            let config = portal.folder.path().join("service.yaml");
            let keys = std::fs::read_to_string(&config).unwrap();
            std::fs::write(config, format!("{keys}depot: {{distant: depot.git}}\n")).unwrap();
        }
        portal
    }

    /// Where the content is, or the service's own clone of it.
    pub fn content(&self) -> &Path {
        &self.content
    }

    /// Where the site is written.
    pub fn output(&self) -> PathBuf {
        self.folder.path().join("public")
    }

    /// git, in the portal's folder.
    pub fn git(&self, arguments: &[&str]) -> String {
        let git = Command::new("git")
            .current_dir(self.folder.path())
            .args(["-c", "user.name=Camille", "-c", "user.email=camille@exemple.fr", "-c", "commit.gpgSign=false"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env_remove("GIT_DIR")
            .output()
            .unwrap();
        assert!(git.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&git.stderr));
        String::from_utf8(git.stdout).unwrap()
    }

    /// The database of a portal that does not run.
    pub fn database(&self) -> PathBuf {
        self.data.join("portail.sqlite")
    }

    /// Starts the program. `crash_at` names the point at which it dies, and how often that point
    /// is passed before.
    pub fn start(&self, crash_at: Option<&str>) -> Running {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_forms-service"));
        command
            .current_dir(self.folder.path())
            .args(["--listen", "127.0.0.1:0", "--config", "service.yaml", "--output", "public", "--content"])
            .arg(&self.content)
            .arg("--theme")
            .arg(here.join("../themes/anime"))
            .arg("--data")
            .arg(&self.data)
            .env("RUST_LOG", std::env::var("PORTAIL_LOG").unwrap_or_else(|_| "off".to_owned()))
            .env_remove("FORMS_SERVICE_CRASH_AT")
            .stdout(Stdio::piped());
        if let Some(point) = crash_at {
            command.env("FORMS_SERVICE_CRASH_AT", point);
        }
        let started = Instant::now();
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Ended whatever becomes of the test, so it is wrapped before anything can fail.
        let mut running = Running { child, address: ([127, 0, 0, 1], 0).into(), ready: started, took: Duration::ZERO };
        let welcome = lines.map_while(Result::ok).find_map(|line| {
            let (_, address) = line.split_once("répond sur ")?;
            address.trim_end_matches('.').parse().ok()
        });
        running.address = welcome.unwrap_or_else(|| panic!("the program did not start: {:?}", running.child.wait()));
        running.ready = Instant::now();
        running.took = running.ready - started;
        running
    }

    /// Keys for sheets that were served ten seconds ago, so that nobody seems to type too fast.
    /// Signed with the portal's own secret: opening a page for each would say nothing more.
    pub fn sheets(&self) -> Sheets {
        Sheets(SigningKey::load_or_create(&self.data).unwrap())
    }
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}

/// Signs sheets.
pub struct Sheets(SigningKey);

impl Sheets {
    pub fn next(&self) -> String {
        self.0.issue_form_key(FORM, Timestamp::now() - SignedDuration::from_secs(10))
    }
}

/// The program while it runs.
pub struct Running {
    child: Child,
    pub address: SocketAddr,
    /// When it said that it answers.
    pub ready: Instant,
    /// How long it took to say so.
    pub took: Duration,
}

impl Running {
    /// Waits until the program has ended by itself.
    pub fn ended(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "the program still runs");
            std::thread::park_timeout(Duration::from_millis(2));
        }
    }

    /// Tells it to stop, and waits until it has.
    pub fn stop(mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        assert_eq!(self.ended().code(), Some(0));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
