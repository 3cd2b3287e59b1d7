//! A small client of Marionette, the remote control of Mozilla's programs: `length:JSON` frames over TCP.
//!
//! Only what a test of Thunderbird needs: a session, scripts with the rights of the program's own windows, and
//! the port file. Protocol: firefox-source-docs, "Marionette protocol".

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::patience::{PATIENCE, until};

/// Wraps a script so that it may use `await`, and so that what it throws arrives as text.
const ASYNC: (&str, &str) = (
    "const done = arguments[arguments.length - 1]; (async (...args) => {",
    "})(...arguments).then(ok => done({ok: ok ?? null}), e => done({error: `${e} ${e?.stack ?? ''}`}));",
);

/// A session with the program.
#[derive(Debug)]
pub struct Marionette {
    stream: BufReader<TcpStream>,
    last: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Ok(Value),
    Error(String),
}

impl Marionette {
    /// Waits for a program started with `--marionette` and `marionette.port` 0 to write down its port, and opens
    /// a session in which scripts run with the rights of the program itself.
    ///
    /// # Errors
    /// When the program does not come up or refuses.
    pub fn connect(profile: &Path) -> Result<Self> {
        let file = profile.join("MarionetteActivePort");
        let stream = until("the program to listen", || {
            let port = std::fs::read_to_string(&file)
                .ok()
                .and_then(|text| text.trim().parse().ok());
            Ok(port.and_then(|port: u16| TcpStream::connect(("127.0.0.1", port)).ok()))
        })?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut session = Self {
            stream: BufReader::new(stream),
            last: 0,
        };
        session.read()?; // its greeting
        let ignore =
            json!({"capabilities": {"alwaysMatch": {"unhandledPromptBehavior": "ignore"}}});
        session.send("WebDriver:NewSession", &ignore)?;
        session.send("Marionette:SetContext", &json!({"value": "chrome"}))?;
        Ok(session)
    }

    /// Calls a function that `library` defines (a file of scripts) in the main window of the program.
    ///
    /// # Errors
    /// What the function threw, or the connection is gone.
    pub fn call<T: DeserializeOwned>(
        &mut self,
        library: &str,
        function: &str,
        argument: &Value,
    ) -> Result<T> {
        let script = format!(
            "{}{library}\nreturn await {function}(args[0]);\n{}",
            ASYNC.0, ASYNC.1
        );
        let call = json!({"script": script, "args": [argument], "newSandbox": true});
        let answer = self.send("WebDriver:ExecuteAsyncScript", &call)?;
        let value = answer.get("value").cloned().unwrap_or_default();
        match serde_json::from_value(value)? {
            Outcome::Ok(value) => serde_json::from_value(value).context("an unexpected answer"),
            Outcome::Error(what) => bail!("{function}: {what}"),
        }
    }

    fn send(&mut self, command: &str, parameters: &Value) -> Result<Value> {
        self.last += 1;
        let message = serde_json::to_vec(&(0, self.last, command, parameters))?;
        let stream = self.stream.get_mut();
        stream.write_all(format!("{}:", message.len()).as_bytes())?;
        stream.write_all(&message)?;
        let (_, id, error, result): (u32, u32, Value, Value) =
            serde_json::from_value(self.read()?)?;
        if id != self.last || !error.is_null() {
            bail!("{command}: {error}");
        }
        Ok(result)
    }

    fn read(&mut self) -> Result<Value> {
        let mut length = Vec::new();
        self.stream.read_until(b':', &mut length)?;
        let length = std::str::from_utf8(&length)?.trim_end_matches(':').parse();
        let mut message = vec![0; length.context("no length before the message")?];
        self.stream.read_exact(&mut message)?;
        Ok(serde_json::from_slice(&message)?)
    }
}
