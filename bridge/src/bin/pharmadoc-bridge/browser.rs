//! Showing the doctor the address to sign in at.

use bridge::browser::{Browser as _, SystemBrowser};
use url::Url;

use crate::arguments::Browser;
use crate::output;

/// Opens it in `$BROWSER` or the system's browser, or prints it: where that is wanted, and where no browser opens.
pub(crate) fn show(address: &Url, how: Browser) {
    if !how.no_browser && SystemBrowser.open(address).is_ok() {
        output::note("sign in in the browser that opens; to cancel, press Ctrl-C");
        return;
    }
    output::note(format_args!("sign in at this address: {address}"));
}
