//! A conversation with a mail server: protected or not held at all, and one for each mail, so that
//! a silence or a broken line in one is nothing to the next.
//!
//! lettre speaks the protocol; the commands are given here one by one, because what the server
//! answers to RCPT means something else than the same words to MAIL or to the mail itself.

use std::error::Error as _;
use std::time::Duration;

use anyhow::Context;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as From, Quit, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};

use super::line::{CONNECT_TIMEOUT, Line};
use super::{SEND_TIMEOUT, SendError};
use crate::config::{Encryption, SmtpConfig};
use crate::crash;
use crate::mail::message::Mail;

/// How long the farewell to a server may take; the outcome is known by then.
const QUIT_TIMEOUT: Duration = Duration::from_secs(2);

/// The answer that asks for the mail itself.
const START_MAIL_INPUT: u16 = 354;

/// A mail server, and how to talk to it.
pub struct Smtp {
    config: SmtpConfig,
    tls: TlsParameters,
    hello: ClientId,
}

impl Smtp {
    /// Prepares conversations with the configured server.
    ///
    /// # Errors
    /// Fails when the authority's certificate is none.
    pub fn new(config: SmtpConfig) -> anyhow::Result<Self> {
        let mut tls = TlsParameters::builder(config.host.clone());
        if let Some(pem) = &config.authority {
            let certificate = Certificate::from_pem(pem);
            tls = tls.add_root_certificate(certificate.context("« autorite_fichier » n’est pas un certificat PEM")?);
        }
        let tls = tls.build().context("préparation de TLS pour le serveur de courrier")?;
        Ok(Self { config, tls, hello: ClientId::default() })
    }

    pub(super) async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let mut connection = self.connect().await?;
        let handed_over = self.converse(&mut connection, mail).await;
        // The outcome is known: a farewell that hangs must neither make a delivered mail a
        // failure, nor hide why another was refused.
        let outcome = handed_over.clone();
        tokio::spawn(async move { farewell(connection, &outcome).await });
        handed_over
    }

    /// Talks to the server as far as one can without a mail: name, port, protection, certificate,
    /// account.
    ///
    /// # Errors
    /// Says at which step it failed.
    pub async fn probe(&self) -> Result<(), SendError> {
        let talk = async {
            let mut connection = self.connect().await?;
            let secured = self.secure(&mut connection).await;
            farewell(connection, &secured).await;
            secured
        };
        tokio::time::timeout(SEND_TIMEOUT, talk).await.unwrap_or_else(|_| Err(SendError::timeout()))
    }

    /// Up to the server's first list of what it can do.
    async fn connect(&self) -> Result<AsyncSmtpConnection, SendError> {
        let SmtpConfig { host, port, encryption, .. } = &self.config;
        let connection = if *encryption == Encryption::Tls {
            let address = (host.as_str(), *port);
            let tls = Some(self.tls.clone());
            AsyncSmtpConnection::connect_tokio1(address, Some(CONNECT_TIMEOUT), &self.hello, tls, None).await
        } else {
            let line = Line::connect(host, *port).await;
            let line = line.map_err(|error| SendError::at("connecting", format!("connecting: {error}")))?;
            AsyncSmtpConnection::connect_with_transport(Box::new(line), &self.hello).await
        };
        connection.map_err(failed("connecting"))
    }

    async fn converse(&self, connection: &mut AsyncSmtpConnection, mail: &Mail) -> Result<(), SendError> {
        self.secure(connection).await?;
        hand_over(connection, mail).await
    }

    /// Nothing of ours is said before the line is protected and the account known.
    async fn secure(&self, connection: &mut AsyncSmtpConnection) -> Result<(), SendError> {
        if self.config.encryption == Encryption::Starttls {
            connection.starttls(self.tls.clone(), &self.hello).await.map_err(failed("STARTTLS"))?;
        }
        if self.config.encryption != Encryption::Aucun && !connection.is_encrypted() {
            return Err(SendError::at("STARTTLS", "STARTTLS: the line is in clear".to_owned()));
        }
        if let Some((user, password)) = &self.config.credentials {
            let credentials = Credentials::new(user.clone(), password.reveal().to_owned());
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            connection.auth(&mechanisms, &credentials).await.map_err(failed("authentication"))?;
        }
        Ok(())
    }
}

/// Takes leave of a server, if there still is a line to it: a TLS handshake that fails takes the
/// line with it, and lettre does not bear being asked for more.
async fn farewell(mut connection: AsyncSmtpConnection, outcome: &Result<(), SendError>) {
    if !outcome.as_ref().is_err_and(|error| error.step == "STARTTLS") {
        let _ = tokio::time::timeout(QUIT_TIMEOUT, connection.command(Quit)).await;
    }
}

/// Sender, recipient, mail: done when the server answered for it.
async fn hand_over(connection: &mut AsyncSmtpConnection, mail: &Mail) -> Result<(), SendError> {
    let sender = From::new(Some(mail.sender.clone()), parameters(connection, mail)?);
    completed("MAIL", connection.command(sender).await)?;
    completed("RCPT", connection.command(Rcpt::new(mail.recipient.clone(), Vec::new())).await)?;
    let answer = connection.command(Data).await.map_err(failed("DATA"))?;
    if !answer.has_code(START_MAIL_INPUT) {
        // Whoever did not ask for the mail would read its lines as commands.
        return Err(SendError::at("DATA", format!("DATA: the server answered {}", answer.code())));
    }
    crash::point("mid-smtp");
    completed("the mail itself", connection.message(&mail.raw).await)
}

/// What the server has to be told beforehand of addresses and texts that are not ASCII.
fn parameters(connection: &AsyncSmtpConnection, mail: &Mail) -> Result<Vec<MailParameter>, SendError> {
    let ascii = |address: &lettre::Address| AsRef::<str>::as_ref(address).is_ascii();
    let mut parameters = Vec::new();
    let mut needs = |extension, name: &str, parameter| {
        if !connection.server_info().supports_feature(extension) {
            return Err(SendError::at("MAIL", format!("MAIL: the server does not know {name}")));
        }
        parameters.push(parameter);
        Ok(())
    };
    if !ascii(&mail.sender) || !ascii(&mail.recipient) {
        needs(Extension::SmtpUtfEight, "SMTPUTF8", MailParameter::SmtpUtfEight)?;
    }
    if !mail.raw.is_ascii() {
        needs(Extension::EightBitMime, "8BITMIME", MailParameter::Body(MailBodyParameter::EightBitMime))?;
    }
    Ok(parameters)
}

/// Only 2xx says that something was done; lettre lets 3xx pass too.
fn completed(step: &'static str, answer: Result<Response, Error>) -> Result<(), SendError> {
    let answer = answer.map_err(failed(step))?;
    match answer.code().severity {
        Severity::PositiveCompletion => Ok(()),
        _ => Err(SendError::at(step, format!("{step}: the server answered {}", answer.code()))),
    }
}

fn failed(step: &'static str) -> impl Fn(Error) -> SendError {
    move |error| {
        let code = error.status().map(Into::into);
        let said = error.source().map(ToString::to_string).unwrap_or_default();
        SendError {
            step,
            code,
            refused_recipient: step == "RCPT" && code.is_some_and(|code| knows_no_such_recipient(code, &said)),
            detail: format!("{step}: {error}"),
        }
    }
}

/// Whether an answer to RCPT is about the recipient. Many servers keep for this moment what they
/// have against the client or the sender (Postfix does so unless told otherwise): an operator
/// mends that, and the recipient would be wronged.
fn knows_no_such_recipient(code: u16, said: &str) -> bool {
    let enhanced = said.split_whitespace().next().unwrap_or_default();
    let mut parts = enhanced.split('.').map(str::parse::<u16>);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        // 5.1.7 and 5.1.8 are about the sender's address; 5.2.2 is a mailbox that is full.
        (Some(Ok(5)), Some(Ok(subject)), Some(Ok(detail)), None) => match subject {
            1 => !matches!(detail, 7 | 8),
            2 => detail != 2,
            0 => is_about_a_mailbox(code),
            _ => false,
        },
        _ => is_about_a_mailbox(code),
    }
}

/// The codes that RFC 5321 gives to a mailbox which is not there, not here, or misnamed.
fn is_about_a_mailbox(code: u16) -> bool {
    matches!(code, 550 | 551 | 553)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_is_refused_only_by_what_is_said_of_the_recipient() {
        for (code, said) in [
            (550, "5.1.1 <x@exemple.fr>: Recipient address rejected: User unknown"),
            (550, "5.1.10 RecipientNotFound"),
            (554, "5.1.2 no such domain"),
            (550, "5.2.1 mailbox disabled"),
            (550, "5.0.0 no"),
            (550, "no such user"),
            (551, "user not local"),
            (553, ""),
        ] {
            assert!(knows_no_such_recipient(code, said), "{code} {said}");
        }
        for (code, said) in [
            (554, "5.7.1 <client>: Client host rejected: Access denied"),
            (550, "5.7.1 relaying denied"),
            (550, "5.1.8 <portail@exemple.fr>: Sender address rejected: Domain not found"),
            (552, "5.2.2 over quota"),
            (530, "5.7.0 Must issue a STARTTLS command first"),
            (530, "authentication required"),
            (503, "5.5.1 bad sequence"),
            (554, "transaction failed"),
            (501, "syntax"),
        ] {
            assert!(!knows_no_such_recipient(code, said), "{code} {said}");
        }
    }
}
