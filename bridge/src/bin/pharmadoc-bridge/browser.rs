//! Showing the doctor the address to sign in at.

use std::env;
use std::process::{Command, Stdio};

use url::Url;

use crate::arguments::Browser;
use crate::output;

/// Opens it in `$BROWSER` or the system's browser, or prints it: where that is wanted, and where no browser opens.
pub(crate) fn show(address: &Url, how: Browser) {
    if !how.no_browser && opens(address) {
        output::note("sign in in the browser that opens; to cancel, press Ctrl-C");
        return;
    }
    output::note(format_args!("sign in at this address: {address}"));
}

fn opens(address: &Url) -> bool {
    match env::var_os("BROWSER").filter(|browser| !browser.is_empty()) {
        // It may live as long as its window; nobody waits for it.
        Some(browser) => Command::new(browser)
            .arg(address.as_str())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .is_ok(),
        None => open::that_detached(address.as_str()).is_ok(),
    }
}
