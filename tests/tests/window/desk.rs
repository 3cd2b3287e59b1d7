//! The window driven by `WebDriver`: `WebKitWebDriver` starts the app and clicks and types as a person does.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::browser::NotingBrowser;
use crate::patience::until;

/// What the app finds where the keychain should be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keychain {
    AsItIs,
    Missing,
}

/// A driver with the app in it, over a data folder of its own.
pub(crate) struct Desk {
    client: Client,
    driver: Driver,
    /// Removed last.
    _folder: TempDir,
}

impl Desk {
    pub(crate) async fn open(app: &Path, keychain: Keychain) -> Result<Self> {
        Self::open_with(app, keychain, &[]).await
    }

    /// With more words on the command line.
    pub(crate) async fn open_with(app: &Path, keychain: Keychain, words: &[&str]) -> Result<Self> {
        Self::over(Driver::start(keychain, None)?, app, words).await
    }

    /// With this browser on the computer.
    pub(crate) async fn open_beside(
        app: &Path,
        browser: &NotingBrowser,
        words: &[&str],
    ) -> Result<Self> {
        let driver = Driver::start(Keychain::AsItIs, Some(browser))?;
        Self::over(driver, app, words).await
    }

    async fn over(driver: Driver, app: &Path, words: &[&str]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        driver.is_up().await?;
        let place = ["--data-dir", folder.path().to_str().context("no text")?];
        let args = [&place, words].concat();
        let options = json!({ "binary": app, "args": args });
        let wanted = [("webkitgtk:browserOptions".to_owned(), options)];
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted.into_iter().collect())
            .connect(&format!("http://{}", driver.address))
            .await
            .context("the driver does not start the app")?;
        Ok(Self {
            client,
            driver,
            _folder: folder,
        })
    }

    /// The text of an element, by CSS or, when it begins with `//`, by `XPath`; waits until it is there and can be read: a
    /// dialog that is just opening has no text yet.
    pub(crate) async fn text_of(&self, selector: &str) -> Result<String> {
        until(&format!("{selector} does not appear"), || async {
            let text = self.client.find(locator(selector)).await?.text().await?;
            ensure!(!text.is_empty(), "it has no text");
            Ok(text)
        })
        .await
    }

    /// Clicks as soon as the element takes a click: a dialog that is just closing still covers the page.
    pub(crate) async fn click(&self, selector: &str) -> Result<()> {
        until(&format!("{selector} cannot be clicked"), || async {
            let element = self.client.find(locator(selector)).await?;
            ensure!(element.is_enabled().await?, "it is not enabled");
            Ok(element.click().await?)
        })
        .await
    }

    /// Types into the field with this label.
    pub(crate) async fn fill(&self, label: &str, text: &str) -> Result<()> {
        let field = format!("//label[contains(., '{label}')]/following-sibling::div//input");
        until(&format!("{label} takes no text"), || async {
            let element = self.client.find(locator(&field)).await?;
            Ok(element.send_keys(text).await?)
        })
        .await
    }

    /// Empties the field with this label.
    pub(crate) async fn clear(&self, label: &str) -> Result<()> {
        let field = format!("//label[contains(., '{label}')]/following-sibling::div//input");
        until(&format!("{label} cannot be emptied"), || async {
            let element = self.client.find(locator(&field)).await?;
            // As a person does: `clear` of WebDriver tells the page nothing.
            Ok(element.send_keys("\u{e009}a\u{e000}\u{e003}").await?)
        })
        .await
    }

    /// Waits until the text is on the page.
    pub(crate) async fn sees(&self, text: &str) -> Result<()> {
        let anywhere = format!("//*[@id='root' or @role='dialog'][contains(., '{text}')]");
        self.text_of(&anywhere).await.map(drop)
    }

    /// Waits until the text is no longer on the page.
    pub(crate) async fn lacks(&self, text: &str) -> Result<()> {
        let anywhere = format!("//*[@id='root'][contains(., '{text}')]");
        until(&format!("{text} stays on the page"), || async {
            let found = self.client.find_all(locator(&anywhere)).await?;
            ensure!(found.is_empty(), "it is there");
            Ok(())
        })
        .await
    }

    pub(crate) async fn run(&self, script: &str) -> Result<String> {
        let answer: Value = self.client.execute(script, Vec::new()).await?;
        Ok(answer.as_str().unwrap_or_default().to_owned())
    }

    pub(crate) async fn close(self) -> Result<()> {
        self.client.close().await?;
        drop(self.driver);
        Ok(())
    }
}

fn locator(selector: &str) -> Locator<'_> {
    if selector.starts_with("//") {
        Locator::XPath(selector)
    } else {
        Locator::Css(selector)
    }
}

/// `WebKitWebDriver` as a process; it ends, and the app with it, when this is dropped.
struct Driver {
    process: Child,
    address: SocketAddr,
}

impl Driver {
    fn start(keychain: Keychain, browser: Option<&NotingBrowser>) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new("WebKitWebDriver");
        command
            .arg(format!("--port={}", address.port()))
            .arg("--host=127.0.0.1")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        if let Some(browser) = browser {
            command.env("BROWSER", browser.program());
        }
        if keychain == Keychain::Missing {
            // A message bus that is not there takes the keychain with it.
            command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus");
        }
        let process = command.spawn().context("WebKitWebDriver does not start")?;
        Ok(Self { process, address })
    }

    async fn is_up(&self) -> Result<()> {
        until("WebKitWebDriver does not answer", || async {
            tokio::net::TcpStream::connect(self.address).await?;
            Ok(())
        })
        .await
    }
}

impl Drop for Driver {
    /// The app would outlive its driver, in the tray.
    fn drop(&mut self) {
        let driver = self.process.id().to_string();
        let apps = Command::new("pgrep").args(["-P", &driver]).output();
        drop(self.process.kill());
        drop(self.process.wait());
        let apps = apps.map(|found| found.stdout).unwrap_or_default();
        for app in String::from_utf8_lossy(&apps).lines() {
            let mut kill = Command::new("kill");
            // It may be ending already.
            drop(kill.args(["-KILL", app]).stderr(Stdio::null()).status());
        }
    }
}

/// The driver takes a number and cannot draw one; this one was free a moment ago.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
