//! Showing the doctor a page in the browser.

use std::process::{Child, Command, Stdio};
use std::{env, io, thread};

use url::Url;

/// Where pages are shown.
pub trait Browser {
    /// Opens the page.
    ///
    /// # Errors
    /// When no browser opens; then the doctor has to be told the address.
    fn open(&self, address: &Url) -> io::Result<()>;
}

/// The program that `$BROWSER` names, or the system's browser.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemBrowser;

impl Browser for SystemBrowser {
    fn open(&self, address: &Url) -> io::Result<()> {
        match env::var_os("BROWSER").filter(|browser| !browser.is_empty()) {
            Some(browser) => Command::new(browser)
                .arg(address.as_str())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .spawn()
                .map(leave_alone),
            None => open::that_detached(address.as_str()),
        }
    }
}

/// It may live as long as its window. Nobody waits for it but a thread, so that nothing of it is left when it ends.
fn leave_alone(mut browser: Child) {
    thread::spawn(move || drop(browser.wait()));
}
