//! What a URL of this server means. Decoded once, here; nothing else ever looks at a path.
//!
//! A name that comes out is looked up in the database by value and never touches a file system. The slash at the end
//! of a collection is not insisted on: clients forget it. Answers always spell the one canonical way.

use bridge_core::{
    dav::path::{DavPath, PathEnd, PathError},
    ids::{CalendarName, Href, Login, ObjectName},
};

/// A place of the URL space; whether anything is there is another question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    /// `/`: what a person types.
    Root,
    /// `/.well-known/caldav` (RFC 6764 section 5).
    WellKnown,
    /// `/dav/`.
    Dav,
    /// `/dav/principals/`.
    Principals,
    /// `/dav/principals/{login}/`.
    Principal(Login),
    /// `/dav/calendars/`.
    Homes,
    /// `/dav/calendars/{login}/`.
    Home(Login),
    /// `/dav/calendars/{login}/{calendar}/`.
    Calendar(Login, CalendarName),
    /// `/dav/calendars/{login}/{calendar}/{object}`.
    Object(Login, CalendarName, ObjectName),
    /// `/ics/{token}.ics`: a whole view, for those that only subscribe.
    Subscription(String),
    /// Anything else.
    Unknown,
}

impl Resource {
    /// Reads the path of a request target; `*` is the server as a whole (RFC 9110 section 9.3.7).
    ///
    /// # Errors
    /// [`PathError`] for a path with tricks in it.
    pub(super) fn parse(path: &str) -> Result<Self, PathError> {
        if path == "*" {
            return Ok(Self::Root);
        }
        DavPath::parse(path).map(|path| Self::at(&path))
    }

    /// What is at a decoded path.
    pub(super) fn at(path: &DavPath) -> Self {
        let names: Vec<&str> = path.segments().iter().map(String::as_str).collect();
        match *names.as_slice() {
            [] => Self::Root,
            [".well-known", "caldav"] => Self::WellKnown,
            ["dav"] => Self::Dav,
            ["dav", "principals"] => Self::Principals,
            ["dav", "principals", login] => Self::Principal(Login::new(login)),
            ["dav", "calendars"] => Self::Homes,
            ["dav", "calendars", login] => Self::Home(Login::new(login)),
            ["dav", "calendars", login, calendar] => {
                Self::Calendar(Login::new(login), CalendarName::new(calendar))
            }
            ["dav", "calendars", login, calendar, object] if path.end() == PathEnd::Name => {
                Self::Object(
                    Login::new(login),
                    CalendarName::new(calendar),
                    ObjectName::new(object),
                )
            }
            ["ics", file] => file
                .strip_suffix(".ics")
                .map_or(Self::Unknown, |token| Self::Subscription(token.to_owned())),
            _ => Self::Unknown,
        }
    }

    /// The one spelling of its address in answers.
    pub(super) fn href(&self) -> Href {
        let slash = PathEnd::Slash;
        let path = match self {
            Self::Root | Self::Unknown => DavPath::from_segments::<&str>([], slash),
            Self::WellKnown => DavPath::from_segments([".well-known", "caldav"], PathEnd::Name),
            Self::Dav => DavPath::from_segments(["dav"], slash),
            Self::Principals => DavPath::from_segments(["dav", "principals"], slash),
            Self::Principal(login) => {
                DavPath::from_segments(["dav", "principals", login.as_str()], slash)
            }
            Self::Homes => DavPath::from_segments(["dav", "calendars"], slash),
            Self::Home(login) => {
                DavPath::from_segments(["dav", "calendars", login.as_str()], slash)
            }
            Self::Calendar(login, calendar) => DavPath::from_segments(
                ["dav", "calendars", login.as_str(), calendar.as_str()],
                slash,
            ),
            Self::Object(login, calendar, object) => DavPath::from_segments(
                [
                    "dav",
                    "calendars",
                    login.as_str(),
                    calendar.as_str(),
                    object.as_str(),
                ],
                PathEnd::Name,
            ),
            Self::Subscription(token) => {
                DavPath::from_segments(["ics".to_owned(), format!("{token}.ics")], PathEnd::Name)
            }
        };
        path.href()
    }

    /// The calendar that is there, or around the object there.
    pub(super) fn calendar_name(&self) -> Option<&CalendarName> {
        match self {
            Self::Calendar(_, name) | Self::Object(_, name, _) => Some(name),
            Self::Root
            | Self::WellKnown
            | Self::Dav
            | Self::Principals
            | Self::Principal(_)
            | Self::Homes
            | Self::Home(_)
            | Self::Subscription(_)
            | Self::Unknown => None,
        }
    }

    /// Whose place it is; nothing for those that belong to everybody.
    pub(super) fn login(&self) -> Option<&Login> {
        match self {
            Self::Principal(login)
            | Self::Home(login)
            | Self::Calendar(login, _)
            | Self::Object(login, _, _) => Some(login),
            Self::Root
            | Self::WellKnown
            | Self::Dav
            | Self::Principals
            | Self::Homes
            | Self::Subscription(_)
            | Self::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_found_again_under_its_own_address() {
        let login = || Login::new("a doctor@home");
        let calendar = || CalendarName::new("work & play");
        let places = [
            Resource::Root,
            Resource::WellKnown,
            Resource::Dav,
            Resource::Principals,
            Resource::Principal(login()),
            Resource::Homes,
            Resource::Home(login()),
            Resource::Calendar(login(), calendar()),
            Resource::Object(login(), calendar(), ObjectName::new("50%/ä.ics")),
            Resource::Subscription("abc".into()),
        ];
        for place in places {
            assert_eq!(Resource::parse(place.href().as_str()), Ok(place));
        }
    }

    #[test]
    fn an_object_lies_in_its_calendar() {
        for (path, calendar) in [
            ("/dav/calendars/x/work/", Some("work")),
            ("/dav/calendars/x/work/y.ics", Some("work")),
            ("/dav/calendars/x/", None),
        ] {
            let place = Resource::parse(path).unwrap();
            assert_eq!(place.calendar_name().map(CalendarName::as_str), calendar);
        }
    }

    #[test]
    fn a_missing_slash_makes_no_difference_to_a_collection() {
        for path in ["/dav", "/dav/principals/x", "/dav/calendars/x/work"] {
            assert_eq!(Resource::parse(path), Resource::parse(&format!("{path}/")));
        }
    }

    #[test]
    fn an_object_is_no_collection() {
        assert_eq!(
            Resource::parse("/dav/calendars/x/y/z.ics/"),
            Ok(Resource::Unknown)
        );
    }
}
