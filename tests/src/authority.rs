//! An authority that certifies servers for the length of a journey, as a hospital's own does.

use std::fs;
use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

/// Signs certificates; its own is what a client is told to trust.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// A new one, known to nobody yet.
    #[expect(clippy::new_without_default, reason = "a key drawn at random is no default")]
    pub fn new() -> Self {
        let mut params = CertificateParams::new([]).expect("no name is a bad name");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key is drawn");
        let pem = params.self_signed(&key).expect("a certificate is signed").pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// What a client is to trust, in PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Writes the certificate and the key of a server by these names or addresses.
    pub fn certify(&self, names: &[&str], certificate: &Path, key: &Path) {
        let pair = KeyPair::generate().expect("a key is drawn");
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let params = CertificateParams::new(names).expect("names of servers");
        let signed = params.signed_by(&pair, &self.issuer).expect("a certificate is signed");
        fs::write(certificate, signed.pem()).expect("the folder can be written");
        fs::write(key, pair.serialize_pem()).expect("the folder can be written");
    }
}
