//! What the server tells about itself (`OpenID` Connect Discovery 1.0) and about who signed in (Core 1.0 section 2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bridge_core::time::Instant;
use bytes::Bytes;
use http::{Response, StatusCode, Uri};
use serde_json::{Value, json};

use super::{LIFE, OAuth, answer, origin};

/// The person in the directory.
const PERSON: &str = "00000000-0000-0000-0a11-c0ffee000001";

impl OAuth {
    /// The addresses of the server, where people belong to a directory: below the one that is asked for.
    pub(super) fn configuration(&self, at: &Uri) -> Response<Bytes> {
        let asked = at.path().split_once("/v2.0/.well-known/");
        let (Some(_), Some((asked, _))) = (self.directory, asked) else {
            return answer(StatusCode::NOT_FOUND, "text/plain", "not here".to_owned());
        };
        let origin = origin(at);
        let below = format!("{origin}{asked}");
        let told = json!({
            "authorization_endpoint": format!("{below}/oauth2/v2.0/authorize"),
            "token_endpoint": format!("{below}/oauth2/v2.0/token"),
            "jwks_uri": format!("{below}/discovery/v2.0/keys"),
            "issuer": format!("{origin}/{{tenantid}}/v2.0"),
            "response_modes_supported": ["query", "form_post"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
        });
        answer(StatusCode::OK, "application/json", told.to_string())
    }

    /// Who signed in. Nobody signs it: it comes from the token endpoint itself.
    pub(super) fn id_token(&self, origin: &str, nonce: Option<&str>, now: Instant) -> String {
        let address = &self.user.address;
        let (begin, end) = (now.timestamp(), (now + LIFE).timestamp());
        let mut claims = json!({"sub": format!("of-{address}"), "email": address, "aud": self.client.id,
            "iat": begin, "exp": end});
        let own = match self.directory {
            None => {
                json!({"iss": "https://accounts.google.com", "azp": self.client.id, "email_verified": true})
            }
            Some(directory) => {
                json!({"iss": format!("{origin}/{directory}/v2.0"), "ver": "2.0", "nbf": begin,
                "tid": directory, "oid": PERSON, "name": "Anna", "preferred_username": address})
            }
        };
        let nonce = nonce.map(|nonce| json!({ "nonce": nonce }));
        if let Some(claims) = claims.as_object_mut() {
            let more = [Some(own), nonce].into_iter().flatten();
            let more = more.filter_map(|more| more.as_object().cloned());
            claims.extend(more.flatten());
        }
        format!("e30.{}.unsigned", spelt(&claims))
    }

    /// Who signed in in which directory, in Microsoft's own form.
    pub(super) fn client_info(&self) -> Option<String> {
        let directory = self.directory?;
        Some(spelt(&json!({"uid": PERSON, "utid": directory})))
    }
}

fn spelt(claims: &Value) -> String {
    URL_SAFE_NO_PAD.encode(claims.to_string())
}
