//! The `Authorization` header of RFC 7617.

use base64::{Engine, engine::general_purpose::STANDARD};
use bridge_core::ids::Login;
use http::{HeaderMap, header};
use zeroize::Zeroizing;

/// What a client claims to be.
pub(super) struct Credentials {
    pub(super) login: Login,
    pub(super) password: Zeroizing<String>,
}

/// What a request says about who sent it.
pub(super) enum Claim {
    /// Nothing: the first request of most clients, and no failure.
    None,
    /// Something that is no name and password in UTF-8.
    Malformed,
    /// A name and a password.
    Basic(Credentials),
}

/// Reads the claim of a request.
pub(super) fn claim(headers: &HeaderMap) -> Claim {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (None, _) => Claim::None,
        (Some(value), None) => value
            .to_str()
            .ok()
            .and_then(parse)
            .map_or(Claim::Malformed, Claim::Basic),
        (Some(_), Some(_)) => Claim::Malformed,
    }
}

fn parse(value: &str) -> Option<Credentials> {
    let (scheme, token) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let octets = Zeroizing::new(STANDARD.decode(token.trim()).ok()?);
    let (login, password) = std::str::from_utf8(&octets).ok()?.split_once(':')?;
    Some(Credentials {
        login: Login::new(login),
        password: Zeroizing::new(password.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Option<(String, String)> {
        parse(value).map(|found| (found.login.to_string(), found.password.to_string()))
    }

    #[test]
    fn name_and_password_are_split_at_the_first_colon() {
        let sent = format!("Basic {}", STANDARD.encode("räuber:a:b"));
        assert_eq!(read(&sent), Some(("räuber".into(), "a:b".into())));
    }

    #[test]
    fn anything_else_is_malformed() {
        let no_colon = format!("Basic {}", STANDARD.encode("name"));
        let latin_1 = format!("Basic {}", STANDARD.encode([b'n', 0xe4, b':', b'x']));
        for value in ["Bearer abc", "Basic", "Basic !!!", &no_colon, &latin_1] {
            assert_eq!(read(value), None, "{value}");
        }
    }
}
