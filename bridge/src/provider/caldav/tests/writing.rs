//! Writes: always conditional, and honest about what nobody knows.

use bridge_core::ids::{RemoteEtag, RemoteId};

use super::script::{Script, account, answer, page};
use crate::http::{HttpError, HttpFailure};
use crate::provider::{CalendarProvider as _, ErrorKind, ProviderError, Sent, Stored};

const EVENT: &[u8] = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";

type Answer = Result<http::Response<Vec<u8>>, HttpError>;

async fn create(response: Answer) -> Result<Stored, ProviderError> {
    let (ward, id) = places();
    account(&Script::new([response]))
        .create(&ward, &id, EVENT)
        .await
}

fn places() -> (RemoteId, RemoteId) {
    (
        RemoteId::new("/cal/ward/"),
        RemoteId::new("/cal/ward/a%40b.ics"),
    )
}

#[tokio::test]
async fn every_write_has_a_condition() {
    let script = Script::new([
        answer(201, &[], ""),
        answer(204, &[], ""),
        answer(204, &[], ""),
    ]);
    let (account, (ward, id)) = (account(&script), places());
    account.create(&ward, &id, EVENT).await.unwrap();
    account
        .update(&ward, &id, EVENT, &RemoteEtag::new("\"1\""))
        .await
        .unwrap();
    account
        .delete(&ward, &id, &RemoteEtag::new("\"2\""))
        .await
        .unwrap();
    assert_eq!(
        script.asked(),
        [
            "PUT https://dav.example/cal/ward/a%40b.ics",
            "PUT https://dav.example/cal/ward/a%40b.ics",
            "DELETE https://dav.example/cal/ward/a%40b.ics",
        ]
    );
    assert_eq!(script.sent("if-none-match"), ["*", "", ""]);
    assert_eq!(script.sent("if-match"), ["", "\"1\"", "\"2\""]);
    assert_eq!(
        script.sent("content-type")[0],
        "text/calendar; charset=utf-8"
    );
}

#[tokio::test]
async fn an_object_without_a_version_is_never_written() {
    let script = Script::new([]);
    let (account, (ward, id)) = (account(&script), places());
    let none = RemoteEtag::new("");
    let update = account.update(&ward, &id, EVENT, &none).await.unwrap_err();
    let delete = account.delete(&ward, &id, &none).await.unwrap_err();
    assert_eq!(
        (update.kind, delete.kind),
        (ErrorKind::Unsupported, ErrorKind::Unsupported)
    );
}

#[tokio::test]
async fn only_a_strong_version_promises_the_octets() {
    for (value, expected) in [("\"1\"", Some("\"1\"")), ("W/\"1\"", None), ("", None)] {
        let stored = create(answer(201, &[("ETag", value)], "")).await.unwrap();
        assert_eq!(stored.etag, expected.map(RemoteEtag::new));
    }
}

#[tokio::test]
async fn a_weak_version_is_sent_strong_and_as_given_only_while_it_is_still_the_one() {
    let object = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";
    let (ward, id) = places();
    let weak = RemoteEtag::new("W/\"1\"");
    let still = answer(200, &[("ETag", "W/\"1\"")], object);
    let script = Script::new([answer(412, &[], ""), still, answer(204, &[], "")]);
    account(&script)
        .update(&ward, &id, EVENT, &weak)
        .await
        .unwrap();
    assert_eq!(script.sent("if-match"), ["\"1\"", "", "W/\"1\""]);

    let other = answer(200, &[("ETag", "W/\"2\"")], object);
    let script = Script::new([answer(412, &[], ""), other]);
    let lost = account(&script)
        .update(&ward, &id, EVENT, &weak)
        .await
        .unwrap_err();
    assert_eq!(lost.kind, ErrorKind::PreconditionFailed);
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let error = |ns: &str, name: &str| {
        format!("<D:error xmlns:D=\"DAV:\" xmlns:X=\"{ns}\"><X:{name}/></D:error>")
    };
    let caldav = "urn:ietf:params:xml:ns:caldav";
    let uid = error(caldav, "no-uid-conflict");
    let invalid = error(caldav, "valid-calendar-data");
    let quota = error("DAV:", "quota-not-exceeded");
    let sabre = "<d:error xmlns:d=\"DAV:\"><s:message xmlns:s=\"urn:s\">Calendar object with uid already exists in \
                 this calendar collection.</s:message></d:error>";
    for (status, body, kind) in [
        (412, "", ErrorKind::PreconditionFailed),
        (409, uid.as_str(), ErrorKind::UidTaken),
        (403, uid.as_str(), ErrorKind::UidTaken),
        (400, sabre, ErrorKind::UidTaken),
        (403, invalid.as_str(), ErrorKind::InvalidRequest),
        (403, "", ErrorKind::Forbidden),
        (403, quota.as_str(), ErrorKind::Full),
        (507, "", ErrorKind::Full),
        (400, "", ErrorKind::InvalidRequest),
        (409, "", ErrorKind::InvalidRequest),
        (413, "", ErrorKind::InvalidRequest),
        (415, "", ErrorKind::InvalidRequest),
        (405, "", ErrorKind::Unsupported),
        (404, "", ErrorKind::NotFound),
        (410, "", ErrorKind::Gone),
        (401, "", ErrorKind::Unauthenticated),
        (423, "", ErrorKind::Unavailable),
        (429, "", ErrorKind::RateLimited),
    ] {
        let refused = create(answer(status, &[], body)).await.unwrap_err();
        assert_eq!(
            (refused.kind, refused.sent),
            (kind, Sent::No),
            "{status} {body}"
        );
    }
}

#[tokio::test]
async fn what_may_have_happened_is_said() {
    let broken = |failure| Err(HttpError::new(failure, ""));
    for (response, kind, sent) in [
        (broken(HttpFailure::NoAddress), ErrorKind::Offline, Sent::No),
        (
            broken(HttpFailure::Unreachable),
            ErrorKind::Offline,
            Sent::No,
        ),
        (
            broken(HttpFailure::Untrusted),
            ErrorKind::Untrusted,
            Sent::No,
        ),
        (
            broken(HttpFailure::TimedOut),
            ErrorKind::Interrupted,
            Sent::Unknown,
        ),
        (
            broken(HttpFailure::Broken),
            ErrorKind::Interrupted,
            Sent::Unknown,
        ),
        (answer(500, &[], ""), ErrorKind::Unavailable, Sent::Unknown),
        (answer(502, &[], ""), ErrorKind::Unavailable, Sent::Unknown),
        (answer(504, &[], ""), ErrorKind::Unavailable, Sent::Unknown),
        (answer(501, &[], ""), ErrorKind::Unsupported, Sent::No),
        (page(200), ErrorKind::UnreadableAnswer, Sent::Unknown),
        (
            answer(202, &[], ""),
            ErrorKind::UnreadableAnswer,
            Sent::Unknown,
        ),
    ] {
        let failed = create(response.clone()).await.unwrap_err();
        assert_eq!((failed.kind, failed.sent), (kind, sent), "{response:?}");
    }
}

#[tokio::test]
async fn a_write_that_is_sent_elsewhere_keeps_method_body_and_condition() {
    let script = Script::new([
        answer(
            308,
            &[("Location", "https://p7.dav.example/cal/ward/a%40b.ics")],
            "",
        ),
        answer(201, &[], ""),
    ]);
    let (ward, id) = places();
    account(&script).create(&ward, &id, EVENT).await.unwrap();
    assert_eq!(
        script.asked()[1],
        "PUT https://p7.dav.example/cal/ward/a%40b.ics"
    );
    assert_eq!(script.sent("if-none-match"), ["*", "*"]);
    assert!(
        script
            .sent("authorization")
            .iter()
            .all(|value| value.starts_with("Basic "))
    );
}
