//! The real program, serving a copy of the content on a loopback address of its own.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};

use rustix::process::{Pid, Signal, kill_process};

use crate::{Site, Visitor, programs, until};

/// A portal that runs until [`stop`](Self::stop), or until the value goes away.
pub struct Portal {
    /// The content it serves.
    pub site: Site,
    child: Child,
    address: String,
    said: Arc<Mutex<String>>,
}

impl Portal {
    /// A demonstration, as `cargo run --release` starts it: no configuration at all.
    pub fn demonstration() -> Self {
        Self::start(Site::of_the_checkout(), &[])
    }

    /// A portal that mails for real, through the server at `smtp_port` of this machine, the roles
    /// being those of `directory`.
    pub fn mailing_through(smtp_port: u16, directory: &str) -> Self {
        let site = Site::of_the_checkout();
        site.write("annuaire.yaml", directory);
        site.write(
            "service.yaml",
            &format!(
                "expediteur: Anime ton CHU <portail@exemple.fr>\n\
                 adresse_de_secours: secours@exemple.fr\n\
                 smtp: {{hote: 127.0.0.1, port: {smtp_port}, chiffrement: aucun}}\n"
            ),
        );
        Self::start(site, &["--config", "service.yaml"])
    }

    /// Starts the program in the folder of `site` and waits until it is in good health.
    pub fn start(site: Site, arguments: &[&str]) -> Self {
        let mut child = spawn(&site, arguments);
        let said = Arc::new(Mutex::new(String::new()));
        keep_what_is_said(child.stdout.take().expect("piped"), &said);
        keep_what_is_said(child.stderr.take().expect("piped"), &said);

        let mut portal = Self { site, child, address: String::new(), said };
        portal.address = until("the portal says where it answers", || {
            if let Some(status) = portal.child.try_wait().expect("the program can be asked") {
                panic!("the portal stopped at once ({status})");
            }
            address_in(&portal.said())
        });
        until("the portal is in good health", || {
            Some(portal.visitor().open("/sante")).filter(|answer| answer.status == 200)
        });
        portal
    }

    /// Runs the program where it is expected to refuse to serve, until it ends.
    pub fn refusing_to_start(site: &Site, arguments: &[&str]) -> Output {
        let mut child = spawn(site, arguments);
        until("the portal refuses to start", || child.try_wait().expect("the program can be asked"));
        child.wait_with_output().expect("its output can be read")
    }

    /// `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Everything the program printed so far.
    pub fn said(&self) -> String {
        self.said.lock().expect("no reader panics").clone()
    }

    /// Somebody with a browser open on this portal.
    pub fn visitor(&self) -> Visitor {
        Visitor::of(&self.address)
    }

    /// Asks the program to end, as a service manager does, and waits for it.
    pub fn stop(mut self) -> ExitStatus {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a running program has an id");
        kill_process(pid, Signal::TERM).expect("our own program can be told to end");
        until("the portal ends", || self.child.try_wait().expect("the program can be asked"))
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("-- what the portal said:\n{}", self.said());
        }
        // Both fail when it has already ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the program on a port that the kernel chooses, so that journeys never fight for one.
fn spawn(site: &Site, arguments: &[&str]) -> Child {
    programs::forms_service()
        .args(["--listen", "127.0.0.1:0"])
        .args(arguments)
        .current_dir(site.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("forms-service starts")
}

/// The address in the words with which the program greets.
fn address_in(said: &str) -> Option<String> {
    let (_, after) = said.split_once("127.0.0.1:")?;
    let (port, _) = after.split_once(|c: char| !c.is_ascii_digit())?;
    Some(format!("http://127.0.0.1:{port}"))
}

fn keep_what_is_said(from: impl Read + Send + 'static, said: &Arc<Mutex<String>>) {
    let said = Arc::clone(said);
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let mut said = said.lock().expect("no reader panics");
            said.push_str(&line);
            said.push('\n');
        }
    });
}
