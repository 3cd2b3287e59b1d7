//! The real app, driven as a person drives it: through its window, by WebDriver.
//!
//! `WebKitWebDriver` (Debian's `webkit2gtk-driver`) starts the app that `COMPANION_APP` names. The desktop around it
//! is whatever this process lives in; `cargo xtask test` gives a private one with an unlocked keychain. Where
//! something is missing the test says so and passes, unless `COMPANION_MUST=1` promises that nothing is.

use std::env;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use companion_tests::http::{Connection, Credentials, Request};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Longer than any part takes on a busy machine; nothing waits for it when all is well.
const PATIENCE: Duration = Duration::from_mins(2);
/// How often something is looked at that cannot tell by itself.
const GLANCE: Duration = Duration::from_millis(50);

#[tokio::test]
async fn the_window_shows_where_the_feed_is_and_lets_an_app_in() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let desk = Desk::open(&app, Keychain::AsItIs).await?;

    let address = desk
        .text_of("[role=group][aria-label='Address'] [data-testid=value]")
        .await?;
    let feed = FeedAt::parse(&address)?;
    assert_eq!(
        feed.status(None).await?,
        401,
        "without a password nothing is told"
    );

    desk.click("//button[contains(., 'Connect an app')]")
        .await?;
    desk.click("//button[contains(., 'Make a password')]")
        .await?;
    let name = desk
        .text_of("[role=group][aria-label='User name'] [data-testid=value]")
        .await?;
    let password = desk
        .text_of("[role=group][aria-label='Password'] [data-testid=value]")
        .await?;
    assert_eq!(name, "thunderbird");
    assert_eq!(
        feed.status(Some((&name, &password))).await?,
        207,
        "the new login is let in"
    );
    assert_eq!(feed.status(Some((&name, "guess"))).await?, 401);

    desk.click("//button[contains(., 'Done')]").await?;
    desk.click("//button[@aria-label='End access of Thunderbird']")
        .await?;
    desk.click("//div[@role='dialog']//button[contains(., 'End access')]")
        .await?;
    desk.text_of("//p[contains(., 'No app is connected yet')]")
        .await?;
    assert_eq!(
        feed.status(Some((&name, &password))).await?,
        401,
        "its access has ended"
    );
    desk.close().await
}

#[tokio::test]
async fn the_page_is_styled_and_forbids_foreign_code() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let desk = Desk::open(&app, Keychain::AsItIs).await?;
    desk.text_of("//h1[contains(., 'PharmaDOC Companion')]")
        .await?;

    // The style engine's rules carry the nonce; were they refused, the bar would be without a line under it.
    let line = "return getComputedStyle(document.querySelector('header')).borderBottomWidth";
    assert_eq!(desk.run(line).await?, "1px");
    let foreign = "const s = document.createElement('script'); s.textContent = 'window.evil = 1'; \
                   document.body.append(s); return window.evil ? 'ran' : 'refused'";
    assert_eq!(desk.run(foreign).await?, "refused");
    let outside = "window.location.href = 'https://example.com/'; return 'asked'";
    assert_eq!(desk.run(outside).await?, "asked");
    let place = desk.run("return window.location.protocol").await?;
    assert_eq!(place, "tauri:", "the window stays on its own page");
    desk.close().await
}

#[tokio::test]
async fn without_a_keychain_the_window_says_so_and_what_to_do() -> Result<()> {
    let Some(app) = app()? else { return Ok(()) };
    let desk = Desk::open(&app, Keychain::Missing).await?;
    let said = desk.text_of("[role=alert]").await?;
    assert!(said.contains("keychain"), "{said}");
    assert!(said.contains("--key-file"), "{said}");
    desk.text_of("//*[@role='status'][contains(., 'Stopped')]")
        .await?;
    desk.close().await
}

/// The app to drive, or `None` when this machine has none and need not.
fn app() -> Result<Option<PathBuf>> {
    let missing = match env::var_os("COMPANION_APP") {
        None => "COMPANION_APP names no app; `cargo xtask test window` builds it and sets it",
        Some(app) if !Path::new(&app).exists() => "the app that COMPANION_APP names is not there",
        Some(_) if !has_program("WebKitWebDriver") => {
            "WebKitWebDriver is missing (Debian: webkit2gtk-driver)"
        }
        Some(app) => return Ok(Some(app.into())),
    };
    if env::var_os("COMPANION_MUST").is_some_and(|must| must == "1") {
        bail!("{missing}");
    }
    say_not_run(missing);
    Ok(None)
}

#[expect(
    clippy::print_stderr,
    reason = "a test that did not run must be seen to have not run"
)]
fn say_not_run(missing: &str) {
    eprintln!("not run: {missing}");
}

fn has_program(name: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

/// What the app finds where the keychain should be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keychain {
    AsItIs,
    Missing,
}

/// A driver with the app in it, over a data folder of its own.
struct Desk {
    client: Client,
    driver: Driver,
    /// Removed last.
    _folder: TempDir,
}

impl Desk {
    async fn open(app: &Path, keychain: Keychain) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let driver = Driver::start(keychain)?;
        driver.is_up().await?;
        let options = json!({ "binary": app, "args": ["--data-dir", folder.path()] });
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

    /// The text of an element, by CSS or, when it begins with `//`, by `XPath`; waits until it is there.
    async fn text_of(&self, selector: &str) -> Result<String> {
        let waiting = self.client.wait().at_most(PATIENCE);
        let found = waiting.for_element(locator(selector)).await;
        let element = found.with_context(|| format!("{selector} does not appear"))?;
        Ok(element.text().await?)
    }

    /// Clicks as soon as the element takes a click: a dialog that is just closing still covers the page.
    async fn click(&self, selector: &str) -> Result<()> {
        until(&format!("{selector} cannot be clicked"), || async {
            let element = self.client.find(locator(selector)).await?;
            ensure!(element.is_enabled().await?, "it is not enabled");
            Ok(element.click().await?)
        })
        .await
    }

    async fn run(&self, script: &str) -> Result<String> {
        let answer: Value = self.client.execute(script, Vec::new()).await?;
        Ok(answer.as_str().unwrap_or_default().to_owned())
    }

    async fn close(self) -> Result<()> {
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

/// Tries again until it works; the last failure is told when it never does.
async fn until<T, F>(what: &str, mut attempt: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let mut glances = tokio::time::interval(GLANCE);
    let mut last = None;
    let trying = async {
        loop {
            glances.tick().await;
            match attempt().await {
                Ok(done) => return done,
                Err(failure) => last = Some(failure),
            }
        }
    };
    if let Ok(done) = tokio::time::timeout(PATIENCE, trying).await {
        return Ok(done);
    }
    let last = last.map_or_else(String::new, |failure| format!("{failure:#}"));
    bail!("{what}: {last}")
}

/// `WebKitWebDriver` as a process; it ends, and the app with it, when this is dropped.
struct Driver {
    process: Child,
    address: SocketAddr,
}

impl Driver {
    fn start(keychain: Keychain) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new("WebKitWebDriver");
        command
            .arg(format!("--port={}", address.port()))
            .arg("--host=127.0.0.1")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
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
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The driver takes a number and cannot draw one; this one was free a moment ago.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// The feed, asked as a calendar app asks.
#[derive(Clone, Copy)]
struct FeedAt(SocketAddr);

impl FeedAt {
    fn parse(address: &str) -> Result<Self> {
        let rest = address
            .strip_prefix("http://")
            .and_then(|rest| rest.strip_suffix('/'));
        let rest = rest.with_context(|| format!("{address} is not an address of the feed"))?;
        Ok(Self(rest.parse().with_context(|| rest.to_owned())?))
    }

    /// The status of the first question every client asks.
    async fn status(self, login: Option<(&str, &str)>) -> Result<u16> {
        let login = login.map(|(name, password)| Credentials {
            login: name.to_owned(),
            password: password.to_owned(),
        });
        let asked = tokio::task::spawn_blocking(move || {
            let mut connection = Connection::open(self.0, login.as_ref())?;
            connection.send(&Request::new("PROPFIND", "/dav/").header("Depth", "0"))
        });
        Ok(asked.await??.status)
    }
}
