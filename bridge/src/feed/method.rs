//! The methods this server knows, as a closed list.

/// A method of HTTP, WebDAV (RFC 4918), CalDAV (RFC 4791) or versioning (RFC 3253, for REPORT).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Options,
    Get,
    Head,
    Put,
    Delete,
    PropFind,
    PropPatch,
    MkCol,
    MkCalendar,
    Copy,
    Move,
    Report,
}

impl Method {
    /// Every one of them, in the order of the `Allow` header.
    pub(super) const ALL: &'static [Self] = &[
        Self::Options,
        Self::Get,
        Self::Head,
        Self::Put,
        Self::Delete,
        Self::PropFind,
        Self::PropPatch,
        Self::MkCol,
        Self::MkCalendar,
        Self::Copy,
        Self::Move,
        Self::Report,
    ];

    /// The method of that name, if this server knows it.
    pub(super) fn of(method: &http::Method) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|known| known.name() == method.as_str())
    }

    /// Its name on the wire.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Options => "OPTIONS",
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::PropFind => "PROPFIND",
            Self::PropPatch => "PROPPATCH",
            Self::MkCol => "MKCOL",
            Self::MkCalendar => "MKCALENDAR",
            Self::Copy => "COPY",
            Self::Move => "MOVE",
            Self::Report => "REPORT",
        }
    }

    /// Several names as the value of an `Allow` header.
    pub(super) fn list(methods: &[Self]) -> String {
        let names: Vec<&str> = methods.iter().map(|method| method.name()).collect();
        names.join(", ")
    }
}
