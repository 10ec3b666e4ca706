//! Debian's nginx, with the configuration of the operator's guide.
//!
//! Debian's `nginx.conf` and the guide's files are taken as they stand. Only what belongs to a
//! machine is replaced: folders, ports, certificate, and the address of the service.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::authority::Authority;
use crate::daemon::{Daemon, free_port, is_root, let_in, open_folder};
use crate::{guide, until};

/// The name of the internal site in the guide.
pub const INTERNAL: &str = "portail.exemple.fr";

/// The name of the public site in the guide.
pub const PUBLIC: &str = "www.exemple.fr";

/// A running nginx.
pub struct Nginx {
    /// Where it speaks in clear.
    pub http: u16,
    /// Where it speaks TLS.
    pub https: u16,
    // Before the folder: it ends before its files go.
    _daemon: Daemon,
    folder: TempDir,
}

impl Nginx {
    /// Starts nginx before the service at `service`, `127.0.0.1:8080`, with the folders of the
    /// internal and of the public site.
    ///
    /// # Panics
    /// When the guide's configuration is refused, or warned of.
    pub fn start(service: &str, internal: &Path, public: &Path, authority: &Authority) -> Self {
        let folder = open_folder("nginx-");
        let (http, https) = (free_port(), free_port());
        let path = |name: &str| folder.path().join(name);
        for name in ["conf.d", "snippets", "sites-enabled", "log", "temp"] {
            fs::create_dir(path(name)).expect("the temporary folder can be written");
            let_in(&path(name));
        }
        authority.certify(&[INTERNAL, PUBLIC], &path("portail.pem"), &path("portail.key"));

        let here = folder.path().display().to_string();
        let stands_for = |text: &str| {
            text.replace("/var/lib/portail/public-externe;", &format!("{};", public.display()))
                .replace("/var/lib/portail/public;", &format!("{};", internal.display()))
                .replace("/etc/ssl/portail/", &format!("{here}/"))
                .replace("/var/log/nginx/", &format!("{here}/log/"))
                .replace("/run/nginx.pid", &format!("{here}/nginx.pid"))
                .replace("/etc/nginx/conf.d/", &format!("{here}/conf.d/"))
                .replace("/etc/nginx/sites-enabled/", &format!("{here}/sites-enabled/"))
                .replace("listen 80;", &format!("listen 127.0.0.1:{http};"))
                .replace("listen 443 ", &format!("listen 127.0.0.1:{https} "))
                .replace("http://127.0.0.1:8080;", &format!("http://{service};"))
        };
        let debians = fs::read_to_string("/etc/nginx/nginx.conf").expect("tests/run installs nginx");
        // Only root gives up rights it has.
        let debians = if is_root() { debians } else { debians.replace("user www-data;", "") };
        fs::write(path("nginx.conf"), stands_for(&debians)).expect("the temporary folder can be written");
        for (name, text) in guide::files("nginx", ".conf") {
            let name = name.strip_prefix("/etc/nginx/").unwrap_or_else(|| panic!("{name} is no file of nginx"));
            fs::write(path(name), stands_for(&text)).expect("the guide names a folder that nginx has");
        }
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {here}/temp/{kind};\n"))
            .concat();
        fs::write(path("conf.d/temp.conf"), temporary).expect("the temporary folder can be written");

        let nginx = || {
            let mut nginx = Command::new("/usr/sbin/nginx");
            nginx.arg("-c").arg(path("nginx.conf")).arg("-e").arg(path("log/start.log"));
            nginx
        };
        let checked = nginx().arg("-t").output().expect("tests/run installs nginx");
        let said = String::from_utf8_lossy(&checked.stderr);
        let newer = "the \"listen ... http2\" directive is deprecated";
        let warned = said.lines().any(|line| line.contains("[warn]") && !line.contains(newer));
        assert!(checked.status.success() && !warned, "nginx refuses the guide's configuration:\n{said}");
        let mut program = nginx();
        program.args(["-g", "daemon off;"]);
        let mut daemon = Daemon::start(program, &path("log/start.log"));
        until("nginx answers", || {
            assert!(daemon.ended().is_none(), "nginx stopped at once:\n{}", daemon.log());
            TcpStream::connect(("127.0.0.1", https)).ok()
        });
        Self { http, https, _daemon: daemon, folder }
    }

    /// Everything that was written into its logs so far.
    pub fn logs(&self) -> String {
        let folder = fs::read_dir(self.folder.path().join("log")).expect("our own folder");
        folder
            .map(|entry| fs::read(entry.expect("our own folder").path()).expect("our own file"))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .collect()
    }
}
