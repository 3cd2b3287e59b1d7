//! Multi-status answers and error bodies as they go over the wire.

use crate::dav::{
    DAV, Element, MultiStatus, Name, Precondition, Privilege, Verbosity, error_body, parse_error,
    parse_multistatus,
};
use crate::ids::{Href, SyncToken};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:multistatus xmlns:D=\"DAV:\" \
    xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:CS=\"http://calendarserver.org/ns/\" \
    xmlns:A=\"http://apple.com/ns/ical/\">";

fn answer(verbosity: Verbosity, fill: impl FnOnce(&mut MultiStatus)) -> String {
    let mut answer = MultiStatus::new(verbosity);
    fill(&mut answer);
    let text = String::from_utf8(answer.finish()).expect("UTF-8");
    let inside = text
        .strip_prefix(HEAD)
        .and_then(|rest| rest.strip_suffix("</D:multistatus>"));
    inside.expect("a multistatus").to_owned()
}

fn mixed(answer: &mut MultiStatus) {
    answer.response(&Href::new("/a/"), |response| {
        response.missing(&Name::new("urn:x", "one"));
        response.found_text(&Name::dav("displayname"), "A & B");
        response.refused(
            &Name::dav("getetag"),
            403,
            Some(Precondition::CannotModifyProtectedProperty),
        );
        response.missing(&Name::caldav("two"));
        response.found_empty(&Name::dav("resourcetype"));
    });
}

#[test]
fn properties_are_grouped_by_status() {
    assert_eq!(
        answer(Verbosity::Full, mixed),
        "<D:response><D:href>/a/</D:href>\
         <D:propstat><D:prop><D:displayname>A &amp; B</D:displayname><D:resourcetype/></D:prop>\
         <D:status>HTTP/1.1 200 OK</D:status></D:propstat>\
         <D:propstat><D:prop><one xmlns=\"urn:x\"/><C:two/></D:prop>\
         <D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>\
         <D:propstat><D:prop><D:getetag/></D:prop><D:status>HTTP/1.1 403 Forbidden</D:status>\
         <D:error><D:cannot-modify-protected-property/></D:error></D:propstat></D:response>\n"
    );
}

#[test]
fn a_minimal_answer_leaves_out_what_is_missing_and_nothing_else() {
    let text = answer(Verbosity::Minimal, mixed);
    assert!(!text.contains("404"));
    assert!(text.contains("403"));
    let nothing = answer(Verbosity::Minimal, |answer| {
        answer.response(&Href::new("/a"), |response| {
            response.missing(&Name::dav("x"));
        });
    });
    assert_eq!(
        nothing,
        "<D:response><D:href>/a</D:href><D:propstat><D:prop></D:prop>\
         <D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>\n"
    );
}

#[test]
fn members_that_are_gone_and_the_token() {
    let text = answer(Verbosity::Full, |answer| {
        answer.status(&Href::new("/a%40.ics"), 404);
        answer.failure(
            &Href::new("/a/"),
            &Precondition::NumberOfMatchesWithinLimits,
        );
        answer.sync_token(&SyncToken::new("urn:t:1"));
    });
    assert_eq!(
        text,
        "<D:response><D:href>/a%40.ics</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>\n\
         <D:response><D:href>/a/</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status>\
         <D:error><D:number-of-matches-within-limits/></D:error></D:response>\n\
         <D:sync-token>urn:t:1</D:sync-token>"
    );
}

#[test]
fn dead_properties_and_octets_are_safe() {
    let text = answer(Verbosity::Full, |answer| {
        answer.response(&Href::new("/"), |response| {
            let mut tree = Element::with_text(Name::new("urn:x", "note"), "a\u{1}<");
            tree.attributes.push((Name::new("", "kind"), "\"".into()));
            response.found_raw(|xml| xml.element(&tree));
            response.found(&Name::caldav("calendar-data"), |xml| {
                xml.octets(b"X:\xFF\r\n");
            });
        });
    });
    assert!(text.contains("<note xmlns=\"urn:x\" kind=\"&quot;\">a\u{FFFD}&lt;</note>"));
    assert!(text.contains("<C:calendar-data>X:\u{FFFD}&#13;\n</C:calendar-data>"));
}

#[test]
fn errors_carry_what_their_precondition_needs() {
    let body = |why: Precondition| {
        let text = String::from_utf8(error_body(&why)).expect("UTF-8");
        let (_, rest) = text.split_once("/ical/\">").expect("a root");
        rest.strip_suffix("</D:error>")
            .expect("an error")
            .to_owned()
    };
    assert_eq!(
        body(Precondition::NoUidConflict(Some(Href::new("/x.ics")))),
        "<C:no-uid-conflict><D:href>/x.ics</D:href></C:no-uid-conflict>"
    );
    assert_eq!(body(Precondition::ValidSyncToken), "<D:valid-sync-token/>");
    assert_eq!(
        body(Precondition::MaxResourceSize(10)),
        "<C:max-resource-size>10</C:max-resource-size>"
    );
    assert_eq!(
        body(Precondition::NeedPrivileges(vec![(
            Href::new("/c/"),
            Privilege::Bind
        )])),
        "<D:need-privileges><D:resource><D:href>/c/</D:href><D:privilege><D:bind/></D:privilege>\
         </D:resource></D:need-privileges>"
    );
}

#[test]
fn what_is_written_is_read_back() {
    let mut written = MultiStatus::new(Verbosity::Full);
    mixed(&mut written);
    written.status(&Href::new("/a/gone.ics"), 404);
    written.failure(
        &Href::new("/a/"),
        &Precondition::NumberOfMatchesWithinLimits,
    );
    written.sync_token(&SyncToken::new("urn:t:1"));
    let read = parse_multistatus(&written.finish()).expect("a multistatus");
    assert_eq!(read.sync_token, Some(SyncToken::new("urn:t:1")));
    let [first, gone, cut] = read.members.as_slice() else {
        panic!("{read:?}")
    };
    assert_eq!(
        first.property(DAV, "displayname").map(Element::text),
        Some("A & B".into())
    );
    assert_eq!(first.refused.len(), 3);
    assert!(gone.is_gone() && !first.is_gone());
    assert_eq!(cut.status, Some(507));
    assert_eq!(
        cut.conditions,
        [Name::dav("number-of-matches-within-limits")]
    );
}

#[test]
fn odd_answers_of_other_servers_are_read() {
    let odd = "<multistatus xmlns='DAV:'><response/><response><href> /a </href><href>/b</href>
        <status>HTTP/1.1 404</status></response>
        <response><href>/c</href><propstat><prop><getetag>\"1\"</getetag></prop></propstat></response>
        <x xmlns='urn:x'/></multistatus>";
    let read = parse_multistatus(odd.as_bytes()).expect("a multistatus");
    let hrefs: Vec<_> = read
        .members
        .iter()
        .map(|member| member.href.as_str())
        .collect();
    assert_eq!(hrefs, ["/a", "/b", "/c"]);
    assert!(read.members[1].is_gone());
    assert!(read.members[2].property(DAV, "getetag").is_some());
    assert!(parse_multistatus(b"<html/>").is_err());
    assert!(parse_multistatus(b"<!DOCTYPE html><html></html>").is_err());
    assert_eq!(
        parse_error(&error_body(&Precondition::ValidSyncToken)),
        [Name::dav("valid-sync-token")]
    );
    assert_eq!(parse_error(b"not found"), []);
}
