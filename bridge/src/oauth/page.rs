//! What the browser shows when it comes back. No script, nothing from elsewhere, nothing of what it brought.

/// What there is to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// It worked.
    Done,
    /// The doctor said no.
    Denied,
    /// The provider did not do it.
    Failed,
}

impl Page {
    pub(super) fn html(self) -> String {
        let (title, text) = match self {
            Self::Done => (
                "You are signed in",
                "You can close this page and go back to the PharmaDOC Companion.",
            ),
            Self::Denied => (
                "Nothing was connected",
                "You did not give the permission. Go back to the PharmaDOC Companion to try again.",
            ),
            Self::Failed => (
                "It did not work",
                "The provider did not sign you in. Go back to the PharmaDOC Companion: it says what to do.",
            ),
        };
        format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
             <style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem;\
             color-scheme:light dark}}</style><h1>{title}</h1><p>{text}</p></html>"
        )
    }
}
