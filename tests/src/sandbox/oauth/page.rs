//! The page to sign in at, and where the browser goes from there.

use bytes::Bytes;
use http::{Response, StatusCode, header};
use url::Url;

use super::{Consent, Form, OAuth, answer};

/// What the page carries from the request to the decision.
const CARRIED: [&str; 7] = [
    "client_id",
    "redirect_uri",
    "state",
    "scope",
    "code_challenge",
    "nonce",
    "response_mode",
];

impl OAuth {
    /// The page, for a request that can be answered at all.
    pub(super) fn show(&self, asked: &Form) -> Response<Bytes> {
        match self.fault(asked) {
            Some(fault) => page(StatusCode::BAD_REQUEST, &format!("<p>{fault}</p>")),
            None => page(StatusCode::OK, &self.form(asked, "")),
        }
    }

    /// What was decided on it.
    pub(super) fn decide(&mut self, filled: &Form) -> Response<Bytes> {
        let said = |name: &str| filled.get(name).cloned().unwrap_or_default();
        let Ok(back) = Url::parse(&said("redirect_uri")) else {
            return page(StatusCode::BAD_REQUEST, "<p>redirect_uri_mismatch</p>");
        };
        let go = |name, value: &str| {
            let brought = [(name, value), ("state", &said("state"))];
            match said("response_mode").as_str() {
                "form_post" => post(&back, brought),
                _ => redirect(back.clone(), brought),
            }
        };
        if said("decision") == "deny" {
            return go("error", "access_denied");
        }
        if said("user") != self.user.address || said("password") != self.user.password {
            return page(StatusCode::OK, &self.form(filled, "<p>Wrong password.</p>"));
        }
        let code = self.next("4/code");
        let consent = Consent {
            challenge: said("code_challenge"),
            redirect: said("redirect_uri"),
            scope: said("scope"),
            nonce: filled.get("nonce").cloned(),
        };
        self.codes.insert(code.clone(), consent);
        go("code", &code)
    }

    /// Why the request cannot be answered; then the browser is sent nowhere (RFC 6749 section 4.1.2.1).
    fn fault(&self, asked: &Form) -> Option<&'static str> {
        let is = |name: &str, wanted: &str| asked.get(name).is_some_and(|said| said == wanted);
        let redirect = asked.get("redirect_uri").and_then(|at| Url::parse(at).ok());
        let is_loopback = |at: &Url| matches!(at.host_str(), Some("127.0.0.1" | "localhost"));
        if !is("client_id", &self.client.id) {
            return Some("invalid_client");
        }
        if !redirect.is_some_and(|at| is_loopback(&at)) {
            return Some("redirect_uri_mismatch");
        }
        if !is("response_type", "code") || !is("code_challenge_method", "S256") {
            return Some("invalid_request");
        }
        (!asked.contains_key("state")).then_some("invalid_request")
    }

    fn form(&self, asked: &Form, note: &str) -> String {
        let carried = CARRIED
            .iter()
            .filter_map(|name| Some((name, asked.get(*name)?)));
        let hidden: String = carried.map(|(name, value)| hidden(name, value)).collect();
        let expected = asked.get("login_hint").unwrap_or(&self.user.address);
        format!(
            "{note}<form method=\"post\">\n{hidden}\
             <label>Address <input name=\"user\" value=\"{}\"></label>\n\
             <label>Password <input name=\"password\" type=\"password\"></label>\n\
             <button name=\"decision\" value=\"allow\">Allow</button>\n\
             <button name=\"decision\" value=\"deny\">Deny</button>\n</form>",
            escaped(expected)
        )
    }
}

fn page(status: StatusCode, inner: &str) -> Response<Bytes> {
    let body = format!("<!doctype html>\n<title>Sandbox</title>\n<h1>Sign in</h1>\n{inner}\n");
    answer(status, "text/html; charset=utf-8", body)
}

/// The browser is sent back with what it brings in the address.
fn redirect(mut to: Url, brought: [(&str, &str); 2]) -> Response<Bytes> {
    to.query_pairs_mut().extend_pairs(brought);
    let mut response = answer(StatusCode::SEE_OTHER, "text/plain", String::new());
    if let Ok(to) = to.as_str().parse() {
        response.headers_mut().insert(header::LOCATION, to);
    }
    response
}

/// The browser posts what it brings (OAuth 2.0 Form Post Response Mode).
fn post(to: &Url, brought: [(&str, &str); 2]) -> Response<Bytes> {
    let inputs = brought.map(|(name, value)| hidden(name, value)).concat();
    let to = escaped(to.as_str());
    let form = format!("<form method=\"post\" action=\"{to}\">\n{inputs}</form>");
    let script = "<script>document.forms[0].submit()</script>";
    page(StatusCode::OK, &(form + script))
}

fn hidden(name: &str, value: &str) -> String {
    let value = escaped(value);
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">\n")
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('"', "&quot;")
}
