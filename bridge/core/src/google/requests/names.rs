//! The id of an object here, and the id of its event at Google.
//!
//! A new event takes an id of ours (`[a-v0-9]{5,1024}`, `events.insert`), chosen before anything is sent, so that a lost
//! answer is repaired by looking. It is the object's name, letter by letter in base 32 (RFC 4648 section 7), behind a
//! prefix; so the name can be read off a listing without a table. An event that was made elsewhere is named by its own id
//! behind a tilde, which no name of ours has.

use crate::ids::RemoteId;

const PREFIX: &str = "pdc";
const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
/// The longest id that Google takes.
const LONGEST: usize = 1024;

/// The id of the object that an event of this id is the main part of.
pub fn object_id(calendar: &RemoteId, event: &RemoteId) -> RemoteId {
    let calendar = calendar.as_str();
    match name_of(event.as_str()) {
        Some(name) => RemoteId::new(format!("{calendar}/{name}")),
        None => RemoteId::new(format!("{calendar}/~{event}")),
    }
}

/// The id of the event that is the main part of this object. None for an object of another calendar, and for a name that
/// is longer than Google takes.
pub fn event_id(calendar: &RemoteId, object: &RemoteId) -> Option<RemoteId> {
    let calendar = calendar.as_str().trim_end_matches('/');
    let name = object.as_str().strip_prefix(calendar)?.strip_prefix('/')?;
    if let Some(own) = name.strip_prefix('~') {
        return (!own.is_empty()).then(|| RemoteId::new(own));
    }
    let id = encode(name);
    (!name.is_empty() && id.len() <= LONGEST).then(|| RemoteId::new(id))
}

fn name_of(event: &str) -> Option<String> {
    let name = String::from_utf8(decode(event.strip_prefix(PREFIX)?)?).ok()?;
    // Anything else would lead back to another event.
    let is_ours = !name.is_empty() && !name.starts_with('~') && encode(&name) == event;
    is_ours.then_some(name)
}

fn encode(name: &str) -> String {
    let mut id = String::from(PREFIX);
    let (mut bits, mut held) = (0_u32, 0_u32);
    let mut digit = |bits: u32| {
        let at = usize::try_from(bits & 31).unwrap_or_default();
        id.extend(DIGITS.get(at).map(|digit| char::from(*digit)));
    };
    for byte in name.bytes() {
        bits = (bits << 8) | u32::from(byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            digit(bits >> held);
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        digit(bits << (5 - held));
    }
    id
}

fn decode(digits: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(digits.len() * 5 / 8);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for digit in digits.bytes() {
        let value = DIGITS.iter().position(|known| *known == digit)?;
        bits = (bits << 5) | u32::try_from(value).ok()?;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    Some(bytes)
}
