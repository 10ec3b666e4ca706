//! Nothing that a repository, a clone or an account names is ever run.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use forms_service::publish::workspace::Pushed;

use crate::support::{Hospital, put, trap};

const HOOKS: [&str; 17] = [
    "applypatch-msg",
    "pre-applypatch",
    "post-applypatch",
    "pre-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "pre-rebase",
    "post-checkout",
    "post-rewrite",
    "pre-push",
    "pre-receive",
    "update",
    "post-receive",
    "post-update",
    "reference-transaction",
    "post-index-change",
];

/// Everything in a configuration that names a program, at `trap`.
fn programs(trap: &str) -> String {
    format!(
        "[core]\n\tfsmonitor = {trap}\n\tsshCommand = {trap}\n\teditor = {trap}\n\tpager = {trap}\n\taskPass = {trap}\n\
         \talternateRefsCommand = {trap}\n[diff]\n\texternal = {trap}\n[filter \"x\"]\n\tclean = {trap}\n\
         \tsmudge = {trap}\n\tprocess = {trap}\n\trequired = true\n[diff \"x\"]\n\tcommand = {trap}\n\ttextconv = {trap}\n\
         [merge \"x\"]\n\tdriver = {trap}\n[gpg]\n\tprogram = {trap}\n[commit]\n\tgpgSign = true\n\
         [credential]\n\thelper = {trap}\n[sequence]\n\teditor = {trap}\n[uploadpack]\n\tpackObjectsHook = {trap}\n\
         [receive]\n\tautogc = true\n[gc]\n\tauto = 1\n[rebase]\n\tautoStash = true\n"
    )
}

#[test]
fn no_hook_and_no_program_of_a_configuration_is_run() {
    let hospital = Hospital::new();
    let (trap_at, trace) = (hospital.path("piege"), hospital.path("trace"));
    trap(&trap_at, &trace);
    let hostile = hospital.path("hostile.config");
    fs::write(&hostile, programs(trap_at.to_str().unwrap())).unwrap();
    let include =
        format!("[include]\n\tpath = {0}\n[includeIf \"gitdir:/**\"]\n\tpath = {0}\n", hostile.to_str().unwrap());
    let editor = hospital.editor("camille");
    editor.publish("content/.gitattributes", "* filter=x diff=x merge=x text eol=crlf ident\n");
    editor.publish(".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = ext::sh -c true\n");

    let workspace = hospital.workspace();
    // In the repository, and in the clone itself, as whoever reached the data folder would.
    for own in [hospital.path("forge.git"), hospital.cloned(".git")] {
        for hook in HOOKS {
            trap(&own.join("hooks").join(hook), &trace);
        }
        let config = fs::read_to_string(own.join("config")).unwrap();
        fs::write(own.join("config"), config + &include).unwrap();
    }
    fs::write(hospital.cloned(".git/info/attributes"), "* filter=x diff=x merge=x\n").unwrap();
    drop(workspace);

    let workspace = hospital.workspace();
    let text = "l’un\nl’autre $Id$\n";
    let changes = [put("a.md", text)];
    workspace.apply(&changes).unwrap();
    workspace.undo(&changes).unwrap();
    workspace.apply(&changes).unwrap();
    workspace.commit(&changes, "a").unwrap().unwrap();
    // Somebody else's git obeys; only what ours runs counts.
    editor.publish("content/b.md", "b\n");
    fs::remove_file(&trace).unwrap();
    workspace.refresh().unwrap();
    assert_eq!(workspace.push().unwrap(), Pushed::Done);
    workspace.refresh().unwrap();

    assert!(!trace.exists(), "{}", fs::read_to_string(&trace).unwrap());
    assert_eq!(hospital.published("a.md").as_deref(), Some(text), "to the byte");
    assert_eq!(fs::read_to_string(workspace.content().join("a.md")).unwrap(), text);
    assert_eq!(workspace.commit(&changes, "a").unwrap(), None);
}

#[test]
fn the_accounts_own_configuration_is_not_read() {
    let hospital = Hospital::new();
    let home = hospital.path("compte");
    let trace = hospital.path("trace");
    trap(&hospital.path("piege"), &trace);
    fs::create_dir(&home).unwrap();
    fs::write(home.join(".gitconfig"), programs(hospital.path("piege").to_str().unwrap())).unwrap();
    fs::write(hospital.path("service.yaml"), "depot: {distant: forge.git}\n").unwrap();
    fs::set_permissions(hospital.path("donnees"), fs::Permissions::from_mode(0o700)).unwrap();
    // The program is asked, so that its environment is another's.
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_forms-service"))
        .current_dir(hospital.path(""))
        .args(["check-config", "--config", "service.yaml", "--data", "donnees"])
        .env("HOME", &home)
        .env("XDG_CONFIG_HOME", &home)
        .env("GIT_DIR", hospital.path("premier/.git"))
        .env("GIT_CONFIG_GLOBAL", home.join(".gitconfig"))
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "core.fsmonitor")
        .env("GIT_CONFIG_VALUE_0", hospital.path("piege"))
        .env("GIT_EXTERNAL_DIFF", hospital.path("piege"))
        .env("GIT_TRACE", &trace)
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("Le dépôt"), "{told}");
    assert!(!trace.exists(), "{}", fs::read_to_string(&trace).unwrap());
}
