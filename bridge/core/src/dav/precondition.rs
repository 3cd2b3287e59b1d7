//! Pre- and postconditions that have an XML name: the body of `DAV:error` (RFC 4918 section 16).

use super::name::Name;
use crate::ids::Href;

/// A condition that a request broke, with what the answer must say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precondition {
    // RFC 4918 section 16
    /// A lock token in `If` does not belong to this URL.
    LockTokenMatchesRequestUri,
    /// The lock token that a locked resource asks for is missing.
    LockTokenSubmitted(Vec<Href>),
    /// Another lock is in the way.
    NoConflictingLock(Vec<Href>),
    /// The XML refers to something outside itself.
    NoExternalEntities,
    /// A COPY or MOVE could not keep live properties alive.
    PreservedLiveProperties,
    /// PROPFIND with `Depth: infinity` is not answered.
    PropfindFiniteDepth,
    /// The property is computed and cannot be set.
    CannotModifyProtectedProperty,
    // RFC 3744
    /// The signed-in name lacks these privileges on these resources (section 7.1.1).
    NeedPrivileges(Vec<(Href, Privilege)>),
    /// The answer would be too long (section 5.8.1... and RFC 6578 section 3.6).
    NumberOfMatchesWithinLimits,
    /// The principal is not known (section 8.1.1).
    RecognizedPrincipal,
    // RFC 3253
    /// There is no such report here (section 3.6).
    SupportedReport,
    /// Something is there already (MKCALENDAR, MKCOL).
    ResourceMustBeNull,
    // RFC 4791
    /// A calendar cannot be made there, or not moved there.
    CalendarCollectionLocationOk,
    /// The body is not valid for its media type.
    ValidCalendarData,
    /// The media type or version is not supported.
    SupportedCalendarData,
    /// The object breaks the rules of section 4.1 (one UID, one kind, no METHOD).
    ValidCalendarObjectResource,
    /// This calendar does not take components of this kind.
    SupportedCalendarComponent,
    /// Another object of the calendar has this UID already.
    NoUidConflict(Option<Href>),
    /// The object is larger than this many octets.
    MaxResourceSize(u64),
    /// A date lies before the first one accepted.
    MinDateTime,
    /// A date lies after the last one accepted.
    MaxDateTime,
    /// The series has more occurrences than accepted.
    MaxInstances(u32),
    /// An occurrence has more attendees than accepted.
    MaxAttendeesPerInstance(u32),
    /// The filter is not valid.
    ValidFilter,
    /// The filter asks for something that cannot be asked here.
    SupportedFilter,
    /// The collation is not known.
    SupportedCollation,
    /// The new calendar could not be set up as asked (section 5.3.1.2).
    InitializeCalendarCollection,
    // RFC 5689
    /// A collection of this type cannot be made.
    ValidResourcetype,
    // RFC 6578
    /// The token is unknown or too old: start anew.
    ValidSyncToken,
    /// `sync-level` infinite is not offered here.
    SyncTraversalSupported,
    // RFC 7809
    /// The zone's name is not known.
    ValidTimezone,
    // RFC 4331
    /// The store is full.
    SufficientDiskSpace,
    /// The share of this name is used up.
    QuotaNotExceeded,
}

/// A privilege of RFC 3744 section 3 or RFC 4791 section 6.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Privilege {
    /// Read content and properties.
    Read,
    /// All the writing privileges together.
    Write,
    /// Set properties.
    WriteProperties,
    /// Change existing objects.
    WriteContent,
    /// Add members to a collection.
    Bind,
    /// Remove members from a collection.
    Unbind,
    /// Remove locks of others.
    Unlock,
    /// Read who may do what.
    ReadAcl,
    /// Read one's own privileges.
    ReadCurrentUserPrivilegeSet,
    /// Change who may do what.
    WriteAcl,
    /// Ask for free and busy times.
    ReadFreeBusy,
    /// Everything.
    All,
}

impl Privilege {
    /// Its XML name.
    pub const fn name(self) -> Name {
        match self {
            Self::Read => Name::dav("read"),
            Self::Write => Name::dav("write"),
            Self::WriteProperties => Name::dav("write-properties"),
            Self::WriteContent => Name::dav("write-content"),
            Self::Bind => Name::dav("bind"),
            Self::Unbind => Name::dav("unbind"),
            Self::Unlock => Name::dav("unlock"),
            Self::ReadAcl => Name::dav("read-acl"),
            Self::ReadCurrentUserPrivilegeSet => Name::dav("read-current-user-privilege-set"),
            Self::WriteAcl => Name::dav("write-acl"),
            Self::ReadFreeBusy => Name::caldav("read-free-busy"),
            Self::All => Name::dav("all"),
        }
    }
}

impl Precondition {
    /// Its XML name.
    pub const fn name(&self) -> Name {
        match self {
            Self::LockTokenMatchesRequestUri => Name::dav("lock-token-matches-request-uri"),
            Self::LockTokenSubmitted(_) => Name::dav("lock-token-submitted"),
            Self::NoConflictingLock(_) => Name::dav("no-conflicting-lock"),
            Self::NoExternalEntities => Name::dav("no-external-entities"),
            Self::PreservedLiveProperties => Name::dav("preserved-live-properties"),
            Self::PropfindFiniteDepth => Name::dav("propfind-finite-depth"),
            Self::CannotModifyProtectedProperty => Name::dav("cannot-modify-protected-property"),
            Self::NeedPrivileges(_) => Name::dav("need-privileges"),
            Self::NumberOfMatchesWithinLimits => Name::dav("number-of-matches-within-limits"),
            Self::RecognizedPrincipal => Name::dav("recognized-principal"),
            Self::SupportedReport => Name::dav("supported-report"),
            Self::ResourceMustBeNull => Name::dav("resource-must-be-null"),
            Self::CalendarCollectionLocationOk => Name::caldav("calendar-collection-location-ok"),
            Self::ValidCalendarData => Name::caldav("valid-calendar-data"),
            Self::SupportedCalendarData => Name::caldav("supported-calendar-data"),
            Self::ValidCalendarObjectResource => Name::caldav("valid-calendar-object-resource"),
            Self::SupportedCalendarComponent => Name::caldav("supported-calendar-component"),
            Self::NoUidConflict(_) => Name::caldav("no-uid-conflict"),
            Self::MaxResourceSize(_) => Name::caldav("max-resource-size"),
            Self::MinDateTime => Name::caldav("min-date-time"),
            Self::MaxDateTime => Name::caldav("max-date-time"),
            Self::MaxInstances(_) => Name::caldav("max-instances"),
            Self::MaxAttendeesPerInstance(_) => Name::caldav("max-attendees-per-instance"),
            Self::ValidFilter => Name::caldav("valid-filter"),
            Self::SupportedFilter => Name::caldav("supported-filter"),
            Self::SupportedCollation => Name::caldav("supported-collation"),
            Self::InitializeCalendarCollection => Name::caldav("initialize-calendar-collection"),
            Self::ValidResourcetype => Name::dav("valid-resourcetype"),
            Self::ValidSyncToken => Name::dav("valid-sync-token"),
            Self::SyncTraversalSupported => Name::dav("sync-traversal-supported"),
            Self::ValidTimezone => Name::caldav("valid-timezone"),
            Self::SufficientDiskSpace => Name::dav("sufficient-disk-space"),
            Self::QuotaNotExceeded => Name::dav("quota-not-exceeded"),
        }
    }

    /// The status code that goes with it: 403 when repeating is of no use, 409 when the user can clear it away
    /// (RFC 4918 section 16), and the few that are fixed elsewhere.
    pub const fn status(&self) -> u16 {
        match self {
            Self::LockTokenMatchesRequestUri
            | Self::NoUidConflict(_)
            | Self::PreservedLiveProperties
            | Self::InitializeCalendarCollection => 409,
            Self::LockTokenSubmitted(_) | Self::NoConflictingLock(_) => 423,
            Self::ResourceMustBeNull => 405,
            Self::NumberOfMatchesWithinLimits
            | Self::SufficientDiskSpace
            | Self::QuotaNotExceeded => 507,
            Self::NoExternalEntities
            | Self::PropfindFiniteDepth
            | Self::CannotModifyProtectedProperty
            | Self::NeedPrivileges(_)
            | Self::RecognizedPrincipal
            | Self::SupportedReport
            | Self::CalendarCollectionLocationOk
            | Self::ValidCalendarData
            | Self::SupportedCalendarData
            | Self::ValidCalendarObjectResource
            | Self::SupportedCalendarComponent
            | Self::MaxResourceSize(_)
            | Self::MinDateTime
            | Self::MaxDateTime
            | Self::MaxInstances(_)
            | Self::MaxAttendeesPerInstance(_)
            | Self::ValidFilter
            | Self::SupportedFilter
            | Self::SupportedCollation
            | Self::ValidResourcetype
            | Self::ValidSyncToken
            | Self::SyncTraversalSupported
            | Self::ValidTimezone => 403,
        }
    }
}
