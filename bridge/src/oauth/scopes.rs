//! What is asked for, and what was granted of it. The doctor may untick a permission at the provider, so what came back is
//! compared before an account counts as connected.

use std::collections::BTreeSet;

/// What a permission is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Seeing the calendars and their events.
    Read,
    /// Changing events.
    Write,
    /// Asking when others are free.
    FreeBusy,
    /// Making meetings, and asking how they went.
    Meetings,
}

/// The scopes of a provider.
#[derive(Debug)]
pub struct Scopes {
    /// Asked for in any case: who signs in, and a refresh token.
    pub basic: &'static [&'static str],
    /// For each purpose; a scope that includes another stands alone.
    read: &'static [&'static str],
    write: &'static [&'static str],
    free_busy: &'static [&'static str],
    meetings: &'static [&'static str],
    /// What the provider may leave out in front of a scope when it says what it granted.
    prefix: &'static str,
}

impl Scopes {
    /// Google's (<https://developers.google.com/identity/protocols/oauth2/scopes#calendar>).
    pub const GOOGLE: Self = Self {
        basic: &["openid", "email"],
        read: &[
            "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
            "https://www.googleapis.com/auth/calendar.events.readonly",
        ],
        write: &[
            "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
            "https://www.googleapis.com/auth/calendar.events",
        ],
        free_busy: &["https://www.googleapis.com/auth/calendar.freebusy"],
        meetings: &["https://www.googleapis.com/auth/meetings.space.readonly"],
        prefix: "https://www.googleapis.com/auth/",
    };

    /// Microsoft Graph's (<https://learn.microsoft.com/graph/permissions-reference>).
    pub const MICROSOFT: Self = Self {
        basic: &["openid", "profile", "email", "offline_access", "User.Read"],
        read: &["Calendars.Read"],
        write: &["Calendars.ReadWrite"],
        free_busy: &[],
        meetings: &["OnlineMeetings.ReadWrite"],
        prefix: "https://graph.microsoft.com/",
    };

    /// What these purposes need. Who may write may read.
    pub fn needed(&self, purposes: &BTreeSet<Purpose>) -> BTreeSet<&'static str> {
        let reads_only = !purposes.contains(&Purpose::Write);
        let of = |purpose: &Purpose| match purpose {
            Purpose::Read if reads_only => self.read,
            Purpose::Read => &[],
            Purpose::Write => self.write,
            Purpose::FreeBusy => self.free_busy,
            Purpose::Meetings => self.meetings,
        };
        purposes.iter().flat_map(of).copied().collect()
    }

    /// What of it was not granted. `granted` is the `scope` of the answer, separated by spaces; an answer without one grants
    /// what was asked for (RFC 6749 section 5.1).
    pub fn missing(&self, needed: &BTreeSet<&str>, granted: Option<&str>) -> BTreeSet<String> {
        let Some(granted) = granted else {
            return BTreeSet::new();
        };
        let plain = |scope: &str| {
            scope
                .strip_prefix(self.prefix)
                .unwrap_or(scope)
                .to_lowercase()
        };
        let granted: BTreeSet<String> = granted.split_whitespace().map(plain).collect();
        let missing = needed
            .iter()
            .filter(|scope| !granted.contains(&plain(scope)));
        missing.map(|scope| (*scope).to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_write_needs_no_second_scope_to_read() {
        let needed = Scopes::MICROSOFT.needed(&BTreeSet::from([Purpose::Read, Purpose::Write]));
        assert_eq!(needed, BTreeSet::from(["Calendars.ReadWrite"]));
        let needed = Scopes::GOOGLE.needed(&BTreeSet::from([Purpose::Read]));
        assert!(
            needed.iter().all(|scope| scope.ends_with(".readonly")),
            "{needed:?}"
        );
    }

    #[test]
    fn an_unticked_permission_is_noticed_in_every_spelling_of_the_others() {
        let needed = Scopes::GOOGLE.needed(&BTreeSet::from([Purpose::Write]));
        let granted = "openid https://www.googleapis.com/auth/calendar.calendarlist.readonly";
        let missing = Scopes::GOOGLE.missing(&needed, Some(granted));
        assert_eq!(
            missing,
            BTreeSet::from(["https://www.googleapis.com/auth/calendar.events".to_owned()])
        );
        let needed = Scopes::MICROSOFT.needed(&BTreeSet::from([Purpose::Write]));
        for granted in [
            "User.Read Calendars.ReadWrite",
            "https://graph.microsoft.com/calendars.readwrite openid",
        ] {
            assert_eq!(
                Scopes::MICROSOFT.missing(&needed, Some(granted)),
                BTreeSet::new()
            );
        }
        assert_eq!(Scopes::MICROSOFT.missing(&needed, None), BTreeSet::new());
    }
}
