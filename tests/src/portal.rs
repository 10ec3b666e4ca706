//! The real program, serving a copy of the content on a loopback address of its own.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use rustix::process::{Pid, Signal, kill_process};

use crate::{Site, Visitor, programs, until};

/// A portal that runs until [`stop`](Self::stop), or until the value goes away.
pub struct Portal {
    /// The content it serves.
    pub site: Site,
    address: String,
    program: Running,
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
        Self::mailing_from(site, smtp_port)
    }

    /// The same, from a folder where a portal ran before.
    pub fn mailing_from(site: Site, smtp_port: u16) -> Self {
        Self::configured(site, smtp_port, "")
    }

    /// The same, with more keys in its configuration.
    pub fn configured(site: Site, smtp_port: u16, more: &str) -> Self {
        site.write(
            "service.yaml",
            &format!(
                "expediteur: Anime ton CHU <portail@exemple.fr>\n\
                 adresse_de_secours: secours@exemple.fr\n\
                 smtp: {{hote: 127.0.0.1, port: {smtp_port}, chiffrement: aucun}}\n\
                 {more}"
            ),
        );
        Self::start(site, &["--config", "service.yaml"])
    }

    /// Starts the program in the folder of `site` and waits until it is in good health.
    pub fn start(site: Site, arguments: &[&str]) -> Self {
        // The kernel chooses the port, so that journeys never fight for one.
        let words = [&["--listen", "127.0.0.1:0"], arguments].concat();
        let mut program = Running::start(programs::forms_service(), &site, &words);
        let address = program.address();
        let portal = Self { site, address, program };
        until("the portal is in good health", || {
            Some(portal.visitor().open("/sante")).filter(|answer| answer.status == 200)
        });
        portal
    }

    /// Runs the program where it is to refuse to serve, until it ends: its exit status, and what
    /// it said.
    pub fn refusing_to_start(site: &Site, arguments: &[&str]) -> (ExitStatus, String) {
        let mut program = Running::start(programs::forms_service(), site, arguments);
        let status = until("the portal refuses to start", || program.ended());
        (status, program.finish())
    }

    /// `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Everything the program printed so far.
    pub fn said(&self) -> String {
        self.program.said()
    }

    /// Somebody with a browser open on this portal.
    pub fn visitor(&self) -> Visitor {
        Visitor::of(&self.address)
    }

    /// Asks the program to end, as a service manager does, and waits for it.
    pub fn stop(mut self) -> ExitStatus {
        let id = i32::try_from(self.program.child.id()).ok().and_then(Pid::from_raw);
        kill_process(id.expect("a program has an id"), Signal::TERM).expect("our own program can be told to end");
        until("the portal ends", || self.program.ended())
    }

    /// Ends the program as a power cut does, and gives the folder it leaves.
    pub fn kill(self) -> Site {
        drop(self.program);
        self.site
    }
}

/// The process and what it prints.
pub(crate) struct Running {
    child: Child,
    said: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

impl Running {
    /// Starts a program in the folder of `site`.
    pub(crate) fn start(mut program: Command, site: &Site, arguments: &[&str]) -> Self {
        let mut child = program
            .args(arguments)
            .current_dir(site.path(""))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let said = Arc::new(Mutex::new(String::new()));
        let readers = vec![
            keep_what_is_said(child.stdout.take().expect("piped"), &said),
            keep_what_is_said(child.stderr.take().expect("piped"), &said),
        ];
        Self { child, said, readers }
    }

    /// Where it answers, once it says so.
    pub(crate) fn address(&mut self) -> String {
        until("the program says where it answers", || {
            assert!(self.ended().is_none(), "the program stopped at once");
            address_in(&self.said())
        })
    }

    fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a program can be asked whether it ended")
    }

    fn said(&self) -> String {
        self.said.lock().expect("no reader panics").clone()
    }

    /// Everything that was said by a program that ended.
    fn finish(mut self) -> String {
        for reader in self.readers.drain(..) {
            reader.join().expect("no reader panics");
        }
        self.said()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail when it has already ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("-- what the program said:\n{}", self.said());
        }
    }
}

/// The address in the words with which the program greets.
fn address_in(said: &str) -> Option<String> {
    let (_, after) = said.split_once("127.0.0.1:")?;
    let (port, _) = after.split_once(|c: char| !c.is_ascii_digit())?;
    Some(format!("http://127.0.0.1:{port}"))
}

fn keep_what_is_said(from: impl Read + Send + 'static, said: &Arc<Mutex<String>>) -> JoinHandle<()> {
    let said = Arc::clone(said);
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let mut said = said.lock().expect("no reader panics");
            said.push_str(&line);
            said.push('\n');
        }
    })
}
