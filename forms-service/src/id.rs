//! The internal names of submissions and mails: `UUIDv7`, so that they sort by age.
//!
//! They stand in tables, logs and `Message-ID`s; what a person reads is a
//! [`Reference`](crate::reference::Reference).

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// A new name, whose first half is `now` in milliseconds.
            pub fn new(now: Timestamp) -> Self {
                Self(new_v7(now))
            }

            /// Its sixteen bytes.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// Reads [`as_bytes`](Self::as_bytes) back.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    };
}

id! {
    /// Names one stored submission.
    SubmissionId
}

id! {
    /// Names one row of the outbox: one mail to one recipient.
    MailId
}

id! {
    /// Names one row of the trace.
    TraceId
}

fn new_v7(now: Timestamp) -> Uuid {
    let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &rand::random()).into_uuid()
}
