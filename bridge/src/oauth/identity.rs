//! Who signed in, from the ID token (`OpenID` Connect Core 1.0 section 2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// Who signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The provider's own name for them, which never changes.
    pub subject: String,
    /// What they call themselves: a mail address, if the provider tells one.
    pub address: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    email: Option<String>,
    preferred_username: Option<String>,
}

impl Person {
    /// Reads an ID token that came from the token endpoint itself. Its signature is not checked: the connection vouches for
    /// it (section 3.1.3.7, rule 6).
    pub fn of(id_token: &str) -> Option<Self> {
        let claims = id_token.split('.').nth(1)?;
        let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
        let claims: Claims = serde_json::from_slice(&claims).ok()?;
        Some(Self {
            subject: claims.sub,
            address: claims.email.or(claims.preferred_username),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_claims_are_read_and_anything_else_is_nobody() {
        let token = |claims: &str| format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(claims));
        let person = Person::of(&token(r#"{"sub":"7","email":"a@b.example","aud":["x"]}"#));
        let expected = Person {
            subject: "7".to_owned(),
            address: Some("a@b.example".to_owned()),
        };
        assert_eq!(person, Some(expected));
        let person = Person::of(&token(r#"{"sub":"7","preferred_username":"c@d.example"}"#));
        assert_eq!(
            person.and_then(|person| person.address).as_deref(),
            Some("c@d.example")
        );
        for odd in ["", "a.b", "e30.!!.x", &token("{}"), &token("[]")] {
            assert_eq!(Person::of(odd), None, "{odd}");
        }
    }
}
