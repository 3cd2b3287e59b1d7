//! REPORTs: the examples of the standards, and what must be refused with which precondition.

use chrono::{TimeZone, Utc};

use crate::dav::{
    CalendarQuery, Collation, CompTest, Comps, DavError, Match, Name, ParamTest, Precondition,
    PropFind, PropTest, Props, QueryZone, Recurrence, Report, SearchTest, SyncLevel, TextMatch,
    Value, ValueTest, parse_report,
};
use crate::ids::{Href, SyncToken};
use crate::time::{Instant, Span, TimeRange};

fn day(year: i32, month: u32, day: u32) -> Instant {
    Utc.with_ymd_and_hms(year, month, day, 0, 0, 0)
        .single()
        .expect("a date")
}

fn report(root: &str, inside: &str) -> Result<Report, DavError> {
    let xmlns = "xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'";
    parse_report(format!("<{root} {xmlns}>{inside}</{root}>").as_bytes())
}

fn query(inside: &str) -> Result<CalendarQuery, DavError> {
    match report("C:calendar-query", inside)? {
        Report::CalendarQuery(query) => Ok(query),
        other => panic!("{other:?}"),
    }
}

fn filter(inside: &str) -> Result<CompTest, DavError> {
    query(&format!(
        "<C:filter><C:comp-filter name='VCALENDAR'>{inside}</C:comp-filter></C:filter>"
    ))
    .map(|query| query.filter.calendar.test)
}

fn data(inside: &str) -> Result<crate::dav::CalendarData, DavError> {
    query(&format!(
        "<D:prop><D:getetag/>{inside}</D:prop><C:filter><C:comp-filter name='VCALENDAR'/></C:filter>"
    ))
    .map(|query| query.request.data.expect("calendar-data was asked for"))
}

#[test]
fn the_query_of_section_7_8_1() {
    let query = query(
        "<D:prop><D:getetag/><C:calendar-data><C:comp name='VCALENDAR'><C:prop name='VERSION'/>
           <C:comp name='VEVENT'><C:prop name='SUMMARY'/><C:prop name='UID' novalue='yes'/></C:comp>
           <C:comp name='VTIMEZONE'/></C:comp></C:calendar-data></D:prop>
         <C:filter><C:comp-filter name='VCALENDAR'><C:comp-filter name='VEVENT'>
           <C:time-range start='20060104T000000Z' end='20060105T000000Z'/>
         </C:comp-filter></C:comp-filter></C:filter>",
    )
    .expect("a query");
    assert_eq!(
        query.request.props,
        PropFind::Prop(vec![Name::dav("getetag"), Name::caldav("calendar-data")])
    );
    let selection = query
        .request
        .data
        .and_then(|data| data.selection)
        .expect("a selection");
    let Comps::Some(comps) = &selection.comps else {
        panic!("{selection:?}")
    };
    let Props::Some(props) = &comps[0].props else {
        panic!("{selection:?}")
    };
    assert_eq!(
        (props[1].name.as_str(), props[1].value),
        ("UID", Value::Omitted)
    );
    assert_eq!(
        (&comps[0].comps, &comps[1].comps),
        (&Comps::Some(vec![]), &Comps::All)
    );
    let CompTest::Matches { comps, .. } = query.filter.calendar.test else {
        panic!()
    };
    let CompTest::Matches { time_range, .. } = &comps[0].test else {
        panic!()
    };
    assert_eq!(
        *time_range,
        Some(TimeRange::new(day(2006, 1, 4), day(2006, 1, 5)))
    );
}

#[test]
fn filters_of_every_kind() {
    let test = filter(
        "<C:comp-filter name='vtodo'>
           <C:prop-filter name='COMPLETED'><C:is-not-defined/></C:prop-filter>
           <C:prop-filter name='STATUS'>
             <C:text-match negate-condition='yes' collation='i;octet'>CANCELLED</C:text-match></C:prop-filter>
           <C:prop-filter name='DUE'><C:time-range start='20060106T000000Z'/></C:prop-filter>
           <C:prop-filter name='attendee'><C:text-match>mailto:a@b.c</C:text-match>
             <C:param-filter name='partstat'><C:text-match>NEEDS-ACTION</C:text-match></C:param-filter>
             <C:param-filter name='ROLE'/>
             <C:param-filter name='RSVP'><C:is-not-defined/></C:param-filter></C:prop-filter>
           <C:comp-filter name='VALARM'><C:is-not-defined/></C:comp-filter>
         </C:comp-filter>",
    )
    .expect("a filter");
    let CompTest::Matches { comps, .. } = test else {
        panic!()
    };
    assert_eq!(comps[0].name, "VTODO");
    let CompTest::Matches { props, comps, .. } = &comps[0].test else {
        panic!()
    };
    assert_eq!(comps[0].test, CompTest::IsNotDefined);
    assert_eq!(props[0].test, PropTest::IsNotDefined);
    let cancelled = TextMatch::new("CANCELLED", Collation::Octet, Match::ContainsNot);
    assert_eq!(
        props[1].test,
        PropTest::Matches {
            value: Some(ValueTest::Text(cancelled)),
            params: vec![]
        }
    );
    let open_ended = TimeRange {
        start: Some(day(2006, 1, 6)),
        end: None,
    };
    assert_eq!(
        props[2].test,
        PropTest::Matches {
            value: Some(ValueTest::TimeRange(open_ended)),
            params: vec![]
        }
    );
    let PropTest::Matches { params, .. } = &props[3].test else {
        panic!()
    };
    assert_eq!(
        (props[3].name.as_str(), params[0].name.as_str()),
        ("ATTENDEE", "PARTSTAT")
    );
    assert!(matches!(params[0].test, ParamTest::Text(_)));
    assert_eq!(
        (&params[1].test, &params[2].test),
        (&ParamTest::IsDefined, &ParamTest::IsNotDefined)
    );
}

#[test]
fn filters_that_are_not_valid() {
    for inside in [
        "<C:comp-filter/>",
        "<C:comp-filter name=''/>",
        "<C:text-match>x</C:text-match>",
        "<C:comp-filter name='VEVENT'><C:is-not-defined/><C:prop-filter name='UID'/></C:comp-filter>",
        "<C:comp-filter name='VEVENT'><C:time-range/></C:comp-filter>",
        "<C:comp-filter name='VEVENT'><C:time-range start='20060104'/></C:comp-filter>",
        "<C:comp-filter name='VEVENT'><C:time-range start='20060104T000000'/></C:comp-filter>",
        "<C:comp-filter name='VEVENT'><C:time-range start='20061304T000000Z'/></C:comp-filter>",
        "<C:comp-filter name='VEVENT'><C:time-range start='20060104T000000Z' end='20060104T000000Z'/></C:comp-filter>",
        "<C:comp-filter name='VEVENT'><C:time-range start='20060104T000000Z'/><C:time-range end='20060104T000000Z'/></C:comp-filter>",
        "<C:prop-filter name='X'><C:text-match>a</C:text-match><C:text-match>b</C:text-match></C:prop-filter>",
        "<C:prop-filter name='X'><C:text-match negate-condition='maybe'>a</C:text-match></C:prop-filter>",
        "<C:prop-filter name='X'><C:param-filter name='P'><C:is-not-defined/><C:text-match/></C:param-filter></C:prop-filter>",
    ] {
        let expected = DavError::Precondition(Precondition::ValidFilter);
        assert_eq!(filter(inside), Err(expected), "{inside}");
    }
    for inside in [
        "",
        "<C:filter/>",
        "<C:filter><C:comp-filter name='VEVENT'/></C:filter>",
        "<C:filter><C:comp-filter name='VCALENDAR'/><C:comp-filter name='VCALENDAR'/></C:filter>",
    ] {
        assert_eq!(
            query(inside),
            Err(DavError::Precondition(Precondition::ValidFilter)),
            "{inside}"
        );
    }
}

#[test]
fn filters_that_are_not_supported() {
    let foreign = "<x xmlns='urn:x'/>";
    assert_eq!(
        filter(foreign),
        Err(DavError::Precondition(Precondition::SupportedFilter))
    );
    let collation = "<C:prop-filter name='X'><C:text-match collation='i;klingon'/></C:prop-filter>";
    assert_eq!(
        filter(collation),
        Err(DavError::Precondition(Precondition::SupportedCollation))
    );
}

#[test]
fn calendar_data_of_every_kind() {
    let range = "start='20060103T000000Z' end='20060105T000000Z'";
    let span = Span {
        start: day(2006, 1, 3),
        end: day(2006, 1, 5),
    };
    assert!(data("<C:calendar-data/>").expect("all").is_verbatim());
    let expanded = data(&format!(
        "<C:calendar-data><C:expand {range}/></C:calendar-data>"
    ));
    assert_eq!(
        expanded.map(|data| data.recurrence),
        Ok(Recurrence::Expand(span))
    );
    let limited = data(&format!(
        "<C:calendar-data content-type='text/calendar' version='2.0'>
           <C:limit-recurrence-set {range}/><C:limit-freebusy-set {range}/></C:calendar-data>"
    ))
    .expect("limits");
    assert_eq!(limited.recurrence, Recurrence::LimitSet(span));
    assert_eq!(limited.limit_freebusy, Some(span));
}

#[test]
fn calendar_data_that_is_refused() {
    for attributes in ["content-type='application/calendar+json'", "version='3.0'"] {
        assert_eq!(
            data(&format!("<C:calendar-data {attributes}/>")),
            Err(DavError::Precondition(Precondition::SupportedCalendarData))
        );
    }
    let range = "start='20060103T000000Z' end='20060105T000000Z'";
    for inside in [
        "<C:expand start='20060103T000000Z'/>".to_owned(),
        format!("<C:expand {range}/><C:limit-recurrence-set {range}/>"),
        "<C:comp/>".to_owned(),
    ] {
        let refused = data(&format!("<C:calendar-data>{inside}</C:calendar-data>"));
        assert!(
            matches!(refused, Err(DavError::Malformed { .. })),
            "{inside}"
        );
    }
}

#[test]
fn zones_of_queries() {
    let filter = "<C:filter><C:comp-filter name='VCALENDAR'/></C:filter>";
    let zone = |inside: &str| query(&format!("{filter}{inside}")).map(|query| query.zone);
    assert_eq!(zone(""), Ok(None));
    assert_eq!(
        zone("<C:timezone>BEGIN:VCALENDAR&#13;\nEND:VCALENDAR</C:timezone>"),
        Ok(Some(QueryZone::Definition(
            "BEGIN:VCALENDAR\r\nEND:VCALENDAR".into()
        )))
    );
    let named = "<C:timezone-id> Europe/Berlin </C:timezone-id>";
    assert_eq!(zone(named), Ok(Some(QueryZone::Id("Europe/Berlin".into()))));
    assert!(zone(&format!("<C:timezone/>{named}")).is_err());
}

#[test]
fn multiget_lists_hrefs_as_they_are_spelt() {
    let read = report(
        "C:calendar-multiget",
        "<D:prop><D:getetag/></D:prop><D:href> /a%40b/c.ics\n</D:href><D:href>http://h/d</D:href>",
    );
    let Ok(Report::CalendarMultiget(multiget)) = read else {
        panic!("{read:?}")
    };
    assert_eq!(
        multiget.hrefs,
        [Href::new("/a%40b/c.ics"), Href::new("http://h/d")]
    );
    assert_eq!(multiget.request.data, None);
    assert!(report("C:calendar-multiget", "<D:prop/>").is_err());
}

#[test]
fn sync_collection_with_and_without_its_parts() {
    let sync = |inside: &str| match report("D:sync-collection", inside)? {
        Report::SyncCollection(sync) => Ok(sync),
        other => panic!("{other:?}"),
    };
    let first = sync("<D:sync-token/><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop>");
    let first = first.expect("a first synchronisation");
    assert_eq!(
        (first.token, first.level, first.limit),
        (None, SyncLevel::One, None)
    );
    let next = sync(
        "<D:sync-token>urn:x:5</D:sync-token><D:sync-level>infinite</D:sync-level>
         <D:limit><D:nresults>10</D:nresults></D:limit><D:prop/>",
    )
    .expect("a next one");
    assert_eq!(next.token, Some(SyncToken::new("urn:x:5")));
    assert_eq!((next.level, next.limit), (SyncLevel::Infinite, Some(10)));
    for wrong in [
        "<D:sync-level>2</D:sync-level>",
        "<D:limit/>",
        "<D:limit><D:nresults>0</D:nresults></D:limit>",
        "<D:limit><D:nresults>-1</D:nresults></D:limit>",
    ] {
        assert!(
            matches!(sync(wrong), Err(DavError::Malformed { .. })),
            "{wrong}"
        );
    }
}

#[test]
fn free_busy_needs_a_range() {
    let range = "<C:time-range start='20060104T000000Z' end='20060105T000000Z'/>";
    assert_eq!(
        report("C:free-busy-query", range),
        Ok(Report::FreeBusyQuery(TimeRange::new(
            day(2006, 1, 4),
            day(2006, 1, 5)
        )))
    );
    assert!(matches!(
        report("C:free-busy-query", ""),
        Err(DavError::Malformed { .. })
    ));
}

#[test]
fn reports_about_principals() {
    let read = report(
        "D:expand-property",
        "<D:property name='calendar-home-set' namespace='urn:ietf:params:xml:ns:caldav'>
           <D:property name='displayname'/></D:property><D:property/><D:property name='a b'/>",
    );
    let Ok(Report::ExpandProperty(properties)) = read else {
        panic!("{read:?}")
    };
    assert_eq!(properties.len(), 1);
    assert_eq!(properties[0].name, Name::caldav("calendar-home-set"));
    assert_eq!(properties[0].inner[0].name, Name::dav("displayname"));

    let read = report(
        "D:principal-property-search",
        "<D:property-search><D:prop><D:displayname/></D:prop><D:match>anna</D:match></D:property-search>
         <D:prop><D:displayname/></D:prop>",
    );
    let Ok(Report::PrincipalPropertySearch(search)) = read else {
        panic!("{read:?}")
    };
    assert_eq!(
        (search.searches[0].text.as_str(), search.test),
        ("anna", SearchTest::AllOf)
    );
    assert!(report("D:principal-property-search", "").is_err());
    assert_eq!(
        report("D:principal-search-property-set", ""),
        Ok(Report::PrincipalSearchPropertySet)
    );
    assert_eq!(
        report("D:version-tree", "<D:prop/>"),
        Ok(Report::Unknown(Name::dav("version-tree")))
    );
    assert_eq!(parse_report(b""), Err(DavError::Empty));
}
