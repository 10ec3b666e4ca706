//! A second opinion on a mail: Python's own `email` reads it, and says what it saw.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

const READER: &str = "
import email, email.policy, json, sys
mail = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)
part = lambda kind: mail.get_body(preferencelist=(kind,)).get_content()
faults = [repr(fault) for part in mail.walk() for fault in part.defects]
json.dump({
    'from': [[a.display_name, a.addr_spec] for a in mail['from'].addresses],
    'to': [a.addr_spec for a in mail['to'].addresses],
    'reply_to': [a.addr_spec for a in mail['reply-to'].addresses] if mail['reply-to'] else [],
    'subject': str(mail['subject']), 'message_id': str(mail['message-id']).strip('<>'),
    'delivered_to': str(mail['delivered-to']), 'return_path': str(mail['return-path']),
    'received': str(mail['received']), 'text': part('plain'), 'html': part('html'), 'faults': faults,
}, sys.stdout)
";

/// What Python sees in the mail of a file: an object with `from`, `to`, `subject`, `text`, `html`…
///
/// # Panics
/// When it cannot read it.
pub fn read(mail: &Path) -> Value {
    let python = Command::new("python3").args(["-I", "-c", READER]).arg(mail).output();
    let python = python.expect("tests/run installs python3");
    let said = String::from_utf8_lossy(&python.stderr);
    assert!(python.status.success(), "Python cannot read {}: {said}", mail.display());
    serde_json::from_slice(&python.stdout).expect("Python writes JSON")
}
