//! Newtypes for everything that identifies something, so that no two kinds of text are ever mixed up.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the text as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// The `UID` that all components of one calendar object share (RFC 5545 section 3.8.4.7).
    Uid
}

text_id! {
    /// A strong entity tag without its quotes (RFC 9110 section 8.8.3).
    Etag
}

text_id! {
    /// A URL path as it stands on the wire: absolute and percent-encoded (RFC 4918 section 8.3).
    Href
}

text_id! {
    /// The opaque token of RFC 6578, a URI in the wire's spelling.
    SyncToken
}

text_id! {
    /// The name of a calendar in its URL: one decoded path segment, chosen once and kept.
    CalendarName
}

text_id! {
    /// The name of an object in its URL: one decoded path segment, as the client chose it.
    ObjectName
}

text_id! {
    /// The name a client application signs in with.
    Login
}

text_id! {
    /// What a provider calls a calendar or an object of it: for CalDAV the [`Href`], absolute, without host, in one
    /// spelling; for others their `id`. Never shown to people.
    RemoteId
}

text_id! {
    /// A provider's mark of one version of an object, exactly as it gave it (for CalDAV with quotes and `W/`).
    RemoteEtag
}
