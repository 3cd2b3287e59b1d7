//! Who is asking, once the password was right: the name, what it sees, what it may change.

use bridge_core::ids::Login;

use crate::store::{
    calendars::{Access, Calendar, CalendarKind},
    clients::{Client, View},
};

/// A client app that has signed in, or holds the address of a subscription.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) login: Login,
    pub(super) view: View,
    access: Access,
}

/// What a session may do with one calendar, or with its home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rights {
    /// See it, and keep notes of one's own about it (colour, order).
    Read,
    /// Change it.
    Write,
}

impl Session {
    /// The session of a client whose password was right.
    pub(super) fn of(client: Client) -> Self {
        Self {
            login: client.login,
            view: client.view,
            access: client.access,
        }
    }

    /// Whether it sees what an event is about, and not only when it is.
    pub(super) fn sees_content(&self) -> bool {
        self.view != View::Busy
    }

    /// Whether this session sees the calendar at all.
    pub(super) fn sees(&self, calendar: &Calendar) -> bool {
        match self.view {
            View::All | View::Busy => true,
            View::PharmaDoc => calendar.kind == CalendarKind::PharmaDoc,
        }
    }

    /// What it may do with the calendar. Who sees only busy times never writes: it would write them back over the
    /// events they were made from.
    pub(super) fn rights(&self, calendar: &Calendar) -> Rights {
        let writable = match calendar.kind {
            CalendarKind::Local | CalendarKind::Remote => calendar.access,
            CalendarKind::PharmaDoc | CalendarKind::Everything => Access::ReadOnly,
        };
        match (writable, self.home_rights()) {
            (Access::ReadWrite, rights) => rights,
            (Access::ReadOnly, _) => Rights::Read,
        }
    }

    /// Whether it may make and remove calendars.
    pub(super) fn home_rights(&self) -> Rights {
        match (self.access, self.view) {
            (Access::ReadWrite, View::All) => Rights::Write,
            (Access::ReadWrite, View::Busy | View::PharmaDoc) | (Access::ReadOnly, _) => {
                Rights::Read
            }
        }
    }
}
