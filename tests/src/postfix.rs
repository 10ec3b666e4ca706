//! Debian's own Postfix as the hospital's relay: STARTTLS or nothing, and one mailbox for all.
//!
//! It is an instance apart: its configuration, its queue and its mailbox are in a temporary
//! folder, it listens on a loopback port, and it passes nothing on. Postfix starts as root only,
//! and takes on the account `postfix` for what it does.

use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::chown;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::authority::Authority;
use crate::daemon::{Daemon, free_port, is_root, open_folder};
use crate::until;

/// The account that owns delivered mails: Postfix delivers nothing as root.
const NOBODY: u32 = 65534;

/// The services of `master.cf`, but for the one that listens. What passes mails on is left out.
const SERVICES: &str = "\
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
proxymap  unix  -       -       n       -       -       proxymap
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
virtual   unix  -       n       n       -       -       virtual
anvil     unix  -       -       n       -       1       anvil
postlog   unix-dgram n  -       n       -       1       postlogd
";

/// A running relay.
pub struct Postfix {
    port: u16,
    // Before the folder: it ends before its files go.
    daemon: Daemon,
    folder: TempDir,
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // What was started is a script, and Postfix would survive it.
        let stopped = command(&self.folder).arg("stop").output();
        if !stopped.is_ok_and(|stopped| stopped.status.success()) {
            eprintln!("a Postfix was not stopped:\n{}", self.log());
        }
    }
}

impl Postfix {
    /// Starts a relay that shows a certificate of `authority`, and waits until it answers.
    ///
    /// # Panics
    /// When this is not root.
    pub fn start(authority: &Authority) -> Self {
        assert!(is_root(), "Postfix starts as root only: run this journey as root");
        let folder = open_folder("postfix-");
        let port = free_port();
        let path = |name: &str| folder.path().join(name);
        for name in ["conf", "queue", "data", "mail"] {
            fs::create_dir(path(name)).expect("the temporary folder can be written");
        }
        chown(path("mail"), Some(NOBODY), Some(NOBODY)).expect("root gives folders away");
        let (account, _) = account_of_postfix();
        chown(path("data"), Some(account), None).expect("root gives folders away");
        authority.certify(&["127.0.0.1"], &path("certificate.pem"), &path("key.pem"));
        fs::write(path("conf/main.cf"), main_cf(&folder)).expect("the temporary folder can be written");
        let listener = format!("127.0.0.1:{port} inet n - n - - smtpd\n");
        fs::write(path("conf/master.cf"), listener + SERVICES).expect("the temporary folder can be written");

        let mut program = command(&folder);
        program.arg("start-fg");
        let mut relay = Self { port, daemon: Daemon::start(program, &path("errors")), folder };
        until("Postfix answers", || {
            assert!(relay.daemon.ended().is_none(), "Postfix stopped at once:\n{}", relay.log());
            TcpStream::connect(("127.0.0.1", port)).ok()
        });
        relay
    }

    /// The port it listens on, at 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits until `count` mails in all were delivered, and gives where each is, in no order.
    pub fn wait_for(&self, count: usize) -> Vec<PathBuf> {
        let mailbox = self.folder.path().join("mail/all/new");
        until("Postfix has delivered", || {
            let mails: Vec<_> = fs::read_dir(&mailbox).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
            (mails.len() >= count).then_some(mails)
        })
    }

    /// What Postfix says it did.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default() + &self.daemon.log()
    }
}

/// The command that rules this very instance.
fn command(folder: &TempDir) -> Command {
    let mut postfix = Command::new("/usr/sbin/postfix");
    postfix.arg("-c").arg(folder.path().join("conf"));
    postfix
}

fn main_cf(folder: &TempDir) -> String {
    let folder = folder.path().display();
    format!(
        "compatibility_level = 3.6\n\
         queue_directory = {folder}/queue\n\
         data_directory = {folder}/data\n\
         maillog_file = {folder}/log\n\
         maillog_file_prefixes = {folder}\n\
         mail_owner = postfix\n\
         setgid_group = postdrop\n\
         myhostname = relais.exemple.fr\n\
         mydestination =\n\
         inet_interfaces = 127.0.0.1\n\
         inet_protocols = ipv4\n\
         mynetworks = 127.0.0.0/8\n\
         disable_dns_lookups = yes\n\
         smtpd_peername_lookup = no\n\
         alias_maps =\n\
         smtpd_tls_security_level = encrypt\n\
         smtpd_tls_cert_file = {folder}/certificate.pem\n\
         smtpd_tls_key_file = {folder}/key.pem\n\
         smtpd_tls_loglevel = 1\n\
         smtpd_relay_restrictions = reject_unauth_destination\n\
         virtual_mailbox_domains = exemple.fr\n\
         virtual_mailbox_base = {folder}/mail\n\
         virtual_mailbox_maps = static:all/\n\
         virtual_minimum_uid = 1\n\
         virtual_uid_maps = static:{NOBODY}\n\
         virtual_gid_maps = static:{NOBODY}\n"
    )
}

/// The numbers of the account that Debian's package makes.
fn account_of_postfix() -> (u32, u32) {
    let accounts = fs::read_to_string("/etc/passwd").expect("every system has accounts");
    let line = accounts.lines().find(|line| line.starts_with("postfix:")).expect("tests/run installs Postfix");
    let mut numbers = line.split(':').skip(2).map_while(|number| number.parse().ok());
    (numbers.next().expect("a number"), numbers.next().expect("a number"))
}
