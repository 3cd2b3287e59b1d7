//! The other side of [`super`]: what a client asks a CalDAV server, and what the answers say.
//!
//! Requests are values; answers become typed values. Tolerant of what real servers send, and strict where guessing
//! could lose an entry: an answer is whole or it is no answer, and an object the answer does not speak of clearly is
//! "there, in an unknown version", never gone.
//!
//! Left out on purpose: sending, signing in, following redirects, and what to ask next (the provider does that).

mod address;
mod discovery;
mod etag;
mod objects;
mod request;

pub use address::{collection_id, id_of_url, is_below, resolve, url_of};
pub use discovery::{Calendar, Principal, parse_calendars, parse_principal};
pub use etag::{is_weak, strong, tolerant_etag};
pub use objects::{Changes, Got, Itself, parse_changes, parse_look, parse_objects, plain_object};
pub use request::{
    BadRequest, changes, delete, get, list_calendars, list_versions, look, multiget, principal,
    put_new, put_over, redirect,
};
