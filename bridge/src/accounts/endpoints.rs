//! `--endpoints FILE`: addresses in place of the providers' own, for tests, demonstrations and servers on premises. The
//! file has the shape of the sandbox's ready line; what we have no use for yet is ignored.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use url::Url;

/// What stands in the file.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    /// Certificates in PEM that are trusted beside those of the system.
    pub authority: Option<Vec<u8>>,
    /// Where every CalDAV provider with an address of its own is.
    pub caldav: Option<Url>,
    /// Google.
    pub google: Option<GoogleEndpoints>,
    /// Microsoft.
    pub microsoft: Option<MicrosoftEndpoints>,
    /// Where the doctor signs in to PharmaDOC.
    pub supabase: Option<SupabaseEndpoints>,
    /// PharmaDOC.
    pub pharmadoc: Option<PharmadocEndpoints>,
}

/// The Supabase project of PharmaDOC.
#[derive(Clone, Debug, Deserialize)]
pub struct SupabaseEndpoints {
    /// Where it is.
    pub url: Url,
    /// Its publishable key.
    pub anon_key: String,
}

/// Where PharmaDOC is.
#[derive(Clone, Debug, Deserialize)]
pub struct PharmadocEndpoints {
    /// Its API.
    pub api: Url,
}

/// Where Google is, and what we are called there.
#[derive(Clone, Debug, Deserialize)]
pub struct GoogleEndpoints {
    /// Where the browser is sent.
    pub auth_uri: Url,
    /// Where codes become tokens.
    pub token_uri: Url,
    /// Where tokens are revoked.
    pub revoke_uri: Url,
    /// Where Calendar v3 is, with its version.
    pub api: Url,
    /// What we are called.
    pub client_id: String,
    /// What desktop programs are given with it; no secret.
    pub client_secret: Option<String>,
}

/// Where Microsoft is, and what we are called there.
#[derive(Clone, Debug, Deserialize)]
pub struct MicrosoftEndpoints {
    /// Below this the doctor signs in.
    pub authority: Url,
    /// Where Graph is, with its version.
    pub graph: Url,
    /// What we are called.
    pub client_id: String,
}

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the endpoints file {file}: {problem}")]
pub struct EndpointsError {
    /// The file.
    pub file: String,
    /// What is wrong.
    pub problem: String,
}

#[derive(Deserialize)]
struct Line {
    ca_file: Option<PathBuf>,
    caldav: Option<Caldav>,
    google: Option<GoogleEndpoints>,
    microsoft: Option<MicrosoftEndpoints>,
    supabase: Option<SupabaseEndpoints>,
    pharmadoc: Option<PharmadocEndpoints>,
}

#[derive(Deserialize)]
struct Caldav {
    url: Url,
}

impl Endpoints {
    /// Reads the file, and the authority that it names.
    ///
    /// # Errors
    /// [`EndpointsError`] names the file and what is wrong.
    pub fn read(file: &Path) -> Result<Self, EndpointsError> {
        let wrong = |file: &Path, problem: &dyn std::fmt::Display| EndpointsError {
            file: file.display().to_string(),
            problem: problem.to_string(),
        };
        let text = fs::read_to_string(file).map_err(|error| wrong(file, &error))?;
        let line: Line = serde_json::from_str(&text).map_err(|error| {
            let said = format!(
                "it must hold one JSON object, like the ready line of the sandbox ({error})"
            );
            wrong(file, &said)
        })?;
        let authority = line
            .ca_file
            .map(|named| {
                // A relative name is meant beside the file.
                let named = file.parent().unwrap_or(Path::new("")).join(named);
                fs::read(&named).map_err(|error| wrong(&named, &error))
            })
            .transpose()?;
        Ok(Self {
            authority,
            caldav: line.caldav.map(|caldav| caldav.url),
            google: line.google,
            microsoft: line.microsoft,
            supabase: line.supabase,
            pharmadoc: line.pharmadoc,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_line_of_the_sandbox_is_read_and_a_mistake_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("endpoints.json");
        fs::write(folder.path().join("ca.pem"), "PEM").unwrap();
        let text = r#"{"ready":true,"ca_file":"ca.pem","caldav":{"url":"https://localhost:1/","user":"u"}}"#;
        fs::write(&file, text).unwrap();
        let endpoints = Endpoints::read(&file).unwrap();
        assert_eq!(endpoints.authority.as_deref(), Some(&b"PEM"[..]));
        assert_eq!(endpoints.caldav.unwrap().as_str(), "https://localhost:1/");

        for wrong in [
            "[]",
            "{\"caldav\":{\"url\":\"nowhere\"}}",
            "{\"ca_file\":\"none.pem\"}",
        ] {
            fs::write(&file, wrong).unwrap();
            let said = Endpoints::read(&file).unwrap_err().to_string();
            assert!(
                said.contains("endpoints.json") || said.contains("none.pem"),
                "{said}"
            );
        }
    }
}
