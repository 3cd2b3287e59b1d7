//! What is wrong, in words: for each code that the engine keeps, what happened and what to do. One table.

use crate::provider::{Preset, Service};
use crate::sync::problem::{CALENDAR_GONE, CONFLICT, OFFLINE, RATE_LIMITED, READ_ONLY};

/// Deletions wait for the doctor (rule D3).
pub(super) const HELD_DELETIONS: &str = "held-deletions";

/// What happened and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What happened.
    pub message: String,
    /// What to do.
    pub fix: String,
    /// Whether it goes on by itself or waits for the doctor.
    pub needs_doctor: bool,
}

const WAITS: &str = "It is tried again by itself; nothing is lost meanwhile.";

/// The words for a code. `preset` is what is known about the provider.
pub fn words(code: &str, preset: Option<&Preset>) -> Words {
    let by_itself = |message: &str, fix: &str| Words {
        message: message.to_owned(),
        fix: fix.to_owned(),
        needs_doctor: false,
    };
    let doctor = |message: &str, fix: &str| Words {
        needs_doctor: true,
        ..by_itself(message, fix)
    };
    match code {
        OFFLINE => by_itself(
            "The server cannot be reached.",
            "Check the network if this lasts. It is tried again by itself; nothing is lost meanwhile.",
        ),
        "interrupted" => by_itself("The connection broke.", WAITS),
        "not-trusted" => by_itself(
            "The server's certificate is not trusted, so nothing was sent.",
            "Check that this is the right network. If the server has a certificate authority of its own, install that \
             on this computer.",
        ),
        "password-refused" => refused(preset),
        "permission-withdrawn" => doctor(
            "The permission was withdrawn.",
            "Connect the account again.",
        ),
        RATE_LIMITED => by_itself("The server asks us to wait.", WAITS),
        "server-error" => by_itself("The server does not work at the moment.", WAITS),
        "not-found" | "not-caldav" => by_itself(
            "What answers there is no calendar server at the moment: a sign-in page of the network, or a server that \
             was moved.",
            "Open a web page to see whether the network wants you to sign in. If the server was moved, remove the \
             account and add it with the new address.",
        ),
        CALENDAR_GONE => doctor(
            "The provider does not have this calendar any more. The copy here stays.",
            "If it was removed on purpose, take it out of the choice; otherwise restore it at the provider.",
        ),
        "forbidden" => by_itself(
            "The server does not allow it.",
            "Check at the provider whether the calendar is still shared with you. It is tried again by itself.",
        ),
        READ_ONLY => doctor(
            "This calendar may only be read; changes made here are not sent.",
            "Ask its owner for the right to change it, or enter them in another calendar.",
        ),
        "full" => by_itself(
            "The account is full.",
            "Make room at the provider. Changes wait here and are sent then.",
        ),
        CONFLICT => doctor(
            "Others changed the same entry each time before ours arrived.",
            "Look at the entry and change it again if something is missing.",
        ),
        "refused" | "unsupported" => doctor(
            "The server refuses an entry as it is.",
            "Open the entry and simplify it, or enter it at the provider; then sync.",
        ),
        "uid-taken" => by_itself(
            "Two entries of the calendar have the same UID.",
            "Remove one of them at the provider.",
        ),
        "unreadable" | "too-large" => by_itself(
            "An entry of the provider cannot be taken over; it stays there.",
            "Open it at the provider and save it again.",
        ),
        "unreadable-answer" | "forgotten" | "not-delivered" => {
            by_itself("The server's answer cannot be read.", WAITS)
        }
        HELD_DELETIONS => doctor(
            "Many entries were deleted at once; this looks like an accident, so it waits.",
            "Decide whether the deletions are meant.",
        ),
        _ => by_itself("Something does not work.", WAITS),
    }
}

/// The sign-in is refused: a password, or what was given in the browser.
fn refused(preset: Option<&Preset>) -> Words {
    let (message, fix) = match preset.map(|preset| preset.service) {
        None | Some(Service::Caldav) => (
            "The server does not accept the password any more.",
            password_fix(preset),
        ),
        Some(Service::Google | Service::Microsoft) => (
            "The sign-in is not accepted any more.",
            "Connect the account again. Changes wait until then.".to_owned(),
        ),
    };
    Words {
        message: message.to_owned(),
        fix,
        needs_doctor: true,
    }
}

fn password_fix(preset: Option<&Preset>) -> String {
    match preset.and_then(|preset| preset.app_password.as_ref().map(|page| (preset, page))) {
        Some((preset, page)) => format!(
            "Make a new password for this app at {page} and give it here. {} takes no other. Changes wait until then.",
            preset.title
        ),
        None => "Give the new password. Changes wait until then.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::ErrorKind;
    use crate::store::set_aside::Reason;
    use crate::sync::problem::{Of, code};

    #[test]
    fn every_code_has_words_and_a_fix() {
        let failures = [Of::Account, Of::Calendar, Of::Object]
            .into_iter()
            .flat_map(|of| ErrorKind::ALL.iter().map(move |kind| code(*kind, of)));
        let reasons = Reason::ALL.iter().map(|reason| reason.as_str());
        let others = [CALENDAR_GONE, CONFLICT, OFFLINE, READ_ONLY, HELD_DELETIONS];
        let unknown = words("no such code", None);
        for code in failures.chain(reasons).chain(others) {
            let found = words(code, None);
            assert_ne!(found.message, unknown.message, "{code}");
            assert!(!found.fix.is_empty(), "{code}");
        }
    }

    #[test]
    fn where_there_is_no_password_none_is_asked_for() {
        let preset = Preset {
            service: Service::Google,
            ..Preset::default()
        };
        let said = words("password-refused", Some(&preset));
        assert!(said.needs_doctor);
        assert!(
            said.fix.starts_with("Connect the account again."),
            "{said:?}"
        );
        assert!(!said.message.contains("password"), "{said:?}");
    }

    #[test]
    fn where_only_app_passwords_work_the_fix_says_where_one_is_made() {
        let preset = Preset {
            title: "iCloud".to_owned(),
            app_password: "https://account.example/".parse().ok(),
            ..Preset::default()
        };
        let said = words("password-refused", Some(&preset));
        assert!(said.needs_doctor);
        assert!(said.fix.contains("https://account.example/"), "{said:?}");
        assert!(!words("password-refused", None).fix.contains("https"));
    }
}
