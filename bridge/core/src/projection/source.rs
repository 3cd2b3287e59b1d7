//! What a provider said about one object, octet for octet.

use std::fmt;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use crate::ids::{RemoteEtag, RemoteId};

/// What a provider said about one object: its main part, and what it says about single occurrences. The order in which
/// the parts arrived leaves no trace.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    parts: Vec<Part>,
}

/// One part: an event as the provider knows it, with a version of its own.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The provider's id of the part.
    pub id: RemoteId,
    /// The provider's mark of this version of the part.
    pub etag: RemoteEtag,
    /// What it is a part of.
    pub role: Role,
    /// The JSON.
    pub body: Body,
}

/// What a part stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The single event, or the series.
    Main,
    /// An occurrence that differs from its series.
    Exception,
    /// An occurrence that does not take place.
    Cancelled,
}

/// A JSON value with the octets it came with: member order, unknown members and the spelling of numbers included.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Body(Box<RawValue>);

/// Octets that are no source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what was stored of the provider's answer cannot be read")]
pub struct BadSource;

impl Body {
    /// Takes JSON text as it is.
    ///
    /// # Errors
    /// [`BadSource`] when it is not one JSON value.
    pub fn new(json: &str) -> Result<Self, BadSource> {
        let raw = RawValue::from_string(json.trim().to_owned());
        raw.map(Self).map_err(|_| BadSource)
    }

    /// A body around a value that was cut out of an answer.
    pub fn of(raw: Box<RawValue>) -> Self {
        Self(raw)
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// The JSON as a provider's own type.
    ///
    /// # Errors
    /// [`BadSource`] when it has another shape.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, BadSource> {
        serde_json::from_str(self.as_str()).map_err(|_| BadSource)
    }
}

impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Body {}

impl Source {
    /// A source of these parts. Of two with the same id the later one stands.
    pub fn new(parts: impl IntoIterator<Item = Part>) -> Self {
        let mut source = Self::default();
        for part in parts {
            source.put(part);
        }
        source
    }

    /// Takes in a part: a new one, or another version of one that is there.
    pub fn put(&mut self, part: Part) {
        self.remove(&part.id);
        let key = |part: &Part| (part.role, part.id.clone());
        let at = self.parts.partition_point(|old| key(old) < key(&part));
        self.parts.insert(at, part);
    }

    /// Forgets a part and says whether it was there.
    pub fn remove(&mut self, id: &RemoteId) -> bool {
        let before = self.parts.len();
        self.parts.retain(|part| part.id != *id);
        self.parts.len() < before
    }

    /// All parts: the main one first, the others by role and id.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The single event or the series; none in an object of which only occurrences may be seen.
    pub fn main(&self) -> Option<&Part> {
        self.of(Role::Main).next()
    }

    /// The parts of one role, by id.
    pub fn of(&self, role: Role) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(move |part| part.role == role)
    }

    /// A mark of this version: differs whenever the id or version of any part does.
    pub fn version(&self) -> RemoteEtag {
        let mut digest = Sha256::new();
        for part in &self.parts {
            for text in [part.id.as_str(), part.etag.as_str()] {
                digest.update(text.len().to_be_bytes());
                digest.update(text.as_bytes());
            }
        }
        RemoteEtag::new(format!("\"{:x}\"", digest.finalize()))
    }

    /// The octets to store.
    pub fn to_bytes(&self) -> Vec<u8> {
        // A list of texts can always be written.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads stored octets.
    ///
    /// # Errors
    /// [`BadSource`] when they are none.
    pub fn from_bytes(octets: &[u8]) -> Result<Self, BadSource> {
        serde_json::from_slice(octets).map_err(|_| BadSource)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.parts).finish()
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the content.
        write!(f, "{:?}({}, {})", self.role, self.id, self.etag)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(id: &str, etag: &str, role: Role, json: &str) -> Part {
        Part {
            id: RemoteId::new(id),
            etag: RemoteEtag::new(etag),
            role,
            body: Body::new(json).unwrap(),
        }
    }

    #[test]
    fn p_1_a_source_comes_back_from_its_octets_as_the_provider_wrote_it() {
        let odd = "{\"z\": 1.50,\n \"a\":\"\\u00fc\",\"new\":{\"y\":[],\"x\":1e3}}";
        let source = Source::new([part("m", "\"1\"", Role::Main, odd)]);
        let again = Source::from_bytes(&source.to_bytes()).unwrap();
        assert_eq!(again, source);
        assert_eq!(again.main().unwrap().body.as_str(), odd);
        assert_eq!(Source::from_bytes(b"{"), Err(BadSource));
    }

    #[test]
    fn p_2_the_order_of_arrival_leaves_no_trace() {
        let main = part("m", "1", Role::Main, "{}");
        let first = part("m_1", "1", Role::Exception, "{}");
        let gone = part("m_2", "1", Role::Cancelled, "{}");
        let early = Source::new([gone.clone(), first.clone(), main.clone()]);
        let late = Source::new([main, part("m_1", "0", Role::Cancelled, "{}"), gone, first]);
        assert_eq!(early.to_bytes(), late.to_bytes());
        assert_eq!(early.version(), late.version());
    }

    #[test]
    fn p_3_each_version_of_each_part_makes_another_version_of_the_object() {
        let version = |parts: &[(&str, &str)]| {
            let part = |(id, etag): &(&str, &str)| part(id, etag, Role::Exception, "{}");
            Source::new(parts.iter().map(part)).version()
        };
        let versions = [
            version(&[]),
            version(&[("a", "1")]),
            version(&[("a", "2")]),
            version(&[("a1", "")]),
            version(&[("a", "1"), ("b", "1")]),
        ];
        for (at, one) in versions.iter().enumerate() {
            assert!(!versions[at + 1..].contains(one), "{at}");
        }
    }
}
