//! The HTML part of a mail, made ready for a browser whose policy forbids inline styles.
//!
//! Mail readers drop style sheets, so our mails carry `style="…"` attributes; our pages forbid
//! them. The preview moves each into a sheet that one random nonce allows, and nothing else.

use std::fmt::Write;

/// The page, and the policy that goes with it: it may show its colours, and do nothing at all.
pub fn preview(html: &str) -> (String, String) {
    let nonce = format!("{:032x}", rand::random::<u128>());
    let policy = format!(
        "sandbox; default-src 'none'; style-src 'nonce-{nonce}'; frame-ancestors 'self'; base-uri 'none'; \
         form-action 'none'"
    );
    (with_sheet(html, &nonce), policy)
}

/// What a person wrote cannot pass for an attribute here: the template escaped its quotes.
fn with_sheet(html: &str, nonce: &str) -> String {
    const ATTRIBUTE: &str = " style=\"";
    let (mut page, mut sheet) = (String::with_capacity(html.len()), String::new());
    let mut rest = html;
    let mut number = 0;
    while let Some((before, after)) = rest.split_once(ATTRIBUTE) {
        let Some((style, after)) = after.split_once('"') else { break };
        number += 1;
        // Writing to a String never fails.
        let _ = write!(page, "{before} data-style=\"{number}\"");
        let _ = write!(sheet, "[data-style=\"{number}\"]{{{style}}}");
        rest = after;
    }
    page.push_str(rest);
    page.replacen("</head>", &format!("<style nonce=\"{nonce}\">{sheet}</style></head>"), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_moves_into_the_sheet() {
        let html = "<head></head><p style=\"color:red\">Merci</p><b class=\"x\" style=\"margin:0\">style=&quot;</b>";
        assert_eq!(
            with_sheet(html, "abc"),
            "<head><style nonce=\"abc\">[data-style=\"1\"]{color:red}[data-style=\"2\"]{margin:0}</style></head>\
             <p data-style=\"1\">Merci</p><b class=\"x\" data-style=\"2\">style=&quot;</b>"
        );
    }

    #[test]
    fn each_preview_has_a_nonce_of_its_own() {
        let (page, policy) = preview("<head></head>");
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        assert!(page.contains(&format!("nonce=\"{nonce}\"")));
        assert_ne!(preview("<head></head>").1, policy);
    }
}
