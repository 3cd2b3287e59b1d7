//! How clients notice changes: `sync-token` (RFC 6578 section 4), the older `getctag` of `CalendarServer`, and the
//! reports that say more (RFC 3253 section 3.1.5).

use bridge_core::dav::{Name, XmlWriter};

use super::{Live, Value};
use crate::feed::subject::{Place, Subject};

pub(super) const TABLE: &[Live] = &[
    Live::named(Name::dav("sync-token"), sync_token),
    Live::named(Name::calendar_server("getctag"), getctag),
    Live::named(Name::dav("supported-report-set"), supported_report_set),
];

fn sync_token<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    let calendar = subject.calendar()?;
    Some(Value::text(calendar.sync_token().as_str().to_owned()))
}

fn getctag<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    let calendar = subject.calendar()?;
    Some(Value::text(calendar.ctag()))
}

const EVERYWHERE: [Name; 3] = [
    Name::dav("expand-property"),
    Name::dav("principal-property-search"),
    Name::dav("principal-search-property-set"),
];
const CALENDAR: [Name; 4] = [
    Name::caldav("calendar-query"),
    Name::caldav("calendar-multiget"),
    Name::caldav("free-busy-query"),
    Name::dav("sync-collection"),
];

fn supported_report_set<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    let mut reports: Vec<Name> = Vec::new();
    match subject.place {
        Place::Calendar(_) => reports.extend(CALENDAR),
        Place::Object(..) => reports.extend(CALENDAR.into_iter().take(2)),
        Place::Site(_) | Place::Principal | Place::Home(_) => {}
    }
    reports.extend(EVERYWHERE);
    Some(Value::xml(move |xml| {
        for report in &reports {
            supported(xml, report);
        }
    }))
}

fn supported(xml: &mut XmlWriter, report: &Name) {
    xml.tag(&Name::dav("supported-report"), |xml| {
        xml.tag(&Name::dav("report"), |xml| xml.empty(report));
    });
}
