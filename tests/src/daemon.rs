//! A server of Debian's, run in a temporary folder and stopped with the value.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, getuid, kill_process};
use tempfile::TempDir;

use crate::until;

/// The process, and the file it writes its grievances to.
pub struct Daemon {
    child: Child,
    log: PathBuf,
}

impl Daemon {
    /// Starts a program that stays in the foreground.
    pub fn start(mut program: Command, log: &Path) -> Self {
        let errors = fs::File::options().create(true).append(true).open(log).expect("the folder can be written");
        let child = program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors).spawn();
        let child = child.unwrap_or_else(|error| {
            panic!("{} does not start ({error}): tests/run installs it", program.get_program().display())
        });
        Self { child, log: log.to_owned() }
    }

    /// How it ended, once it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a program can be asked whether it ended")
    }

    /// What it wrote so far.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Told to end, and not killed: it has children of its own to end.
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if self.ended().is_none() && id.is_some_and(|id| kill_process(id, Signal::TERM).is_ok()) {
            until("a server ends", || self.ended());
        }
        if std::thread::panicking() {
            eprintln!("-- {}:\n{}", self.log.display(), self.log());
        }
    }
}

/// A folder that servers which give up their rights can still enter.
pub fn open_folder(prefix: &str) -> TempDir {
    let folder = tempfile::Builder::new().prefix(prefix).tempdir().expect("a temporary folder");
    let_in(folder.path());
    folder
}

/// Lets every account enter a folder and read what it holds.
pub fn let_in(folder: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("our own folder");
}

/// Whether this is root, whose servers give up its rights as soon as they can.
pub fn is_root() -> bool {
    getuid().is_root()
}

/// A port that is free at this moment.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound socket has an address").port()
}
