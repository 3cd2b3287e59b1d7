//! A strict authorization server in memory: PKCE, codes that work once, rotation, and the end of the grant when a refresh
//! token is used twice.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Request, Response};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::http::{Http, HttpError, HttpFailure};
use crate::oauth::{Authority, Client};
use crate::secrets::Sensitive;

/// What happens to a request to the token endpoint.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// The server never sees it.
    Offline,
    /// It is done, and the answer is lost.
    Lost,
    /// It is done, and the answer breaks off.
    Torn,
    /// It is answered with this, and not done.
    Says(u16, &'static str),
}

#[derive(Default)]
struct State {
    codes: BTreeMap<String, Consent>,
    refresh: Vec<String>,
    used: Vec<String>,
    issued: u32,
    refreshes: u32,
    revoked: Vec<String>,
    faults: VecDeque<Fault>,
    granted: Option<String>,
}

/// What the browser asked for.
#[derive(Clone)]
struct Consent {
    challenge: String,
    redirect: String,
    scope: String,
}

/// The server.
pub(super) struct Server {
    state: Mutex<State>,
    /// Whether each refresh gives a new refresh token and ends the old one.
    rotates: bool,
}

pub(super) fn google() -> Authority {
    let client = Client {
        id: "us".to_owned(),
        secret: Some(Sensitive::new("not-so-secret".to_owned())),
    };
    let at = [
        "https://a.example/auth",
        "https://a.example/token",
        "https://a.example/revoke",
    ];
    Authority::google(at, client).unwrap()
}

pub(super) fn microsoft() -> Authority {
    let client = Client {
        id: "us".to_owned(),
        secret: None,
    };
    Authority::microsoft("https://a.example/common/", client).unwrap()
}

impl Server {
    pub(super) fn new(rotates: bool) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State::default()),
            rotates,
        })
    }

    pub(super) fn fault(&self, fault: Fault) {
        self.state.lock().unwrap().faults.push_back(fault);
    }

    /// The doctor unticks everything but this.
    pub(super) fn grants_only(&self, scope: &str) {
        self.state.lock().unwrap().granted = Some(scope.to_owned());
    }

    /// The doctor withdraws the permission.
    pub(super) fn withdraw(&self) {
        self.state.lock().unwrap().refresh.clear();
    }

    pub(super) fn refreshes(&self) -> u32 {
        self.state.lock().unwrap().refreshes
    }

    pub(super) fn revoked(&self) -> Vec<String> {
        self.state.lock().unwrap().revoked.clone()
    }

    /// The doctor agrees on the page at this address; where the browser goes then.
    pub(super) fn agree(&self, page: &Url) -> Url {
        let asked: BTreeMap<String, String> = page.query_pairs().into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["code_challenge_method"], "S256");
        let mut state = self.state.lock().unwrap();
        let code = format!("code/{}", state.codes.len());
        let request = Consent {
            challenge: asked["code_challenge"].clone(),
            redirect: asked["redirect_uri"].clone(),
            scope: asked["scope"].clone(),
        };
        state.codes.insert(code.clone(), request);
        let mut back = Url::parse(&asked["redirect_uri"]).unwrap();
        back.query_pairs_mut()
            .append_pair("state", &asked["state"])
            .append_pair("code", &code);
        back
    }
}

impl State {
    fn token(&mut self, form: &BTreeMap<String, String>, rotates: bool) -> (u16, String) {
        assert_eq!(form["client_id"], "us");
        match form["grant_type"].as_str() {
            "authorization_code" => self.first(form),
            "refresh_token" => self.next(form, rotates),
            other => panic!("{other}"),
        }
    }

    fn first(&mut self, form: &BTreeMap<String, String>) -> (u16, String) {
        let digest = Sha256::digest(form["code_verifier"].as_bytes());
        let challenge = URL_SAFE_NO_PAD.encode(digest);
        let Some(request) = self.codes.remove(&form["code"]) else {
            return refusal("invalid_grant");
        };
        if request.challenge != challenge || request.redirect != form["redirect_uri"] {
            return refusal("invalid_grant");
        }
        let scope = self.granted.clone().unwrap_or(request.scope);
        self.issue(Some(&scope), true)
    }

    fn next(&mut self, form: &BTreeMap<String, String>, rotates: bool) -> (u16, String) {
        let token = &form["refresh_token"];
        if self.used.contains(token) {
            // Stolen, for all anybody knows.
            self.refresh.clear();
        }
        if !self.refresh.contains(token) {
            return refusal("invalid_grant");
        }
        self.refreshes += 1;
        if rotates {
            self.refresh.retain(|one| one != token);
            self.used.push(token.clone());
        }
        self.issue(None, rotates)
    }

    fn issue(&mut self, scope: Option<&str>, with_refresh: bool) -> (u16, String) {
        self.issued += 1;
        let claims = URL_SAFE_NO_PAD.encode(r#"{"sub":"7","email":"doctor@practice.example"}"#);
        let mut answer = serde_json::json!({
            "access_token": format!("access-{}", self.issued),
            "token_type": "Bearer",
            "expires_in": 3_600,
            "id_token": format!("e30.{claims}.sig"),
        });
        if let Some(scope) = scope {
            answer["scope"] = scope.into();
        }
        if with_refresh {
            let token = format!("refresh-{}", self.issued);
            answer["refresh_token"] = token.clone().into();
            self.refresh.push(token);
        }
        (200, answer.to_string())
    }
}

fn refusal(name: &str) -> (u16, String) {
    let text = format!(r#"{{"error":"{name}","error_description":"of the doctor"}}"#);
    (400, text)
}

#[async_trait]
impl Http for Server {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        // As a network does: others run meanwhile.
        tokio::task::yield_now().await;
        let form = url::form_urlencoded::parse(request.body()).into_owned();
        let form: BTreeMap<String, String> = form.collect();
        let mut state = self.state.lock().unwrap();
        let fault = state.faults.pop_front();
        match fault {
            Some(Fault::Offline) => {
                return Err(HttpError::new(HttpFailure::Unreachable, "as told"));
            }
            Some(Fault::Says(status, text)) => return Ok(answer(status, text)),
            Some(Fault::Lost | Fault::Torn) | None => {}
        }
        if request.uri().path() == "/revoke" {
            assert_eq!(form["client_id"], "us");
            state.revoked.push(form["token"].clone());
            return Ok(answer(200, ""));
        }
        let (status, text) = state.token(&form, self.rotates);
        match fault {
            Some(Fault::Lost) => Err(HttpError::new(HttpFailure::Broken, "as told")),
            Some(Fault::Torn) => Ok(answer(status, &text[..text.len() / 2])),
            _ => Ok(answer(status, &text)),
        }
    }
}

fn answer(status: u16, text: &str) -> Response<Vec<u8>> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(text.as_bytes().to_vec())
        .unwrap()
}
