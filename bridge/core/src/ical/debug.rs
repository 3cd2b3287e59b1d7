//! `Debug` without content: numbers and the hash of the UID.

use std::fmt;

use sha2::{Digest, Sha256};

use super::{CalendarObject, Component, Param, Property, text::hexadecimal};

impl fmt::Debug for CalendarObject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let uid = self.uid().map(|uid| fingerprint(uid.as_str()));
        f.debug_struct("CalendarObject")
            .field("uid_hash", &uid)
            .field("octets", &self.octets().len())
            .field("problems", &self.problems().len())
            .finish()
    }
}

impl fmt::Debug for Component<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Component")
            .field("kind", &self.kind())
            .field("line", &self.line())
            .finish()
    }
}

impl fmt::Debug for Property<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Property")
            .field("line", &self.line())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Param<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Param").finish_non_exhaustive()
    }
}

/// The first eight octets of the hash, in hexadecimal.
fn fingerprint(text: &str) -> String {
    hexadecimal(Sha256::digest(text.as_bytes()).iter().take(8))
}
