use bridge_core::time::Instant;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};

use super::{Door, Graph};

const ROOT: &str = "https://graph.example/v1.0";

struct Client {
    graph: Graph,
    now: Instant,
}

impl Client {
    fn new() -> Self {
        let mut graph = Graph::new("anna@praxis.example", Door::of(["good"]));
        graph.add_calendar("c", "Ward", true);
        Self {
            graph,
            now: "2026-11-20T08:00:00Z".parse().unwrap(),
        }
    }

    fn send(
        &mut self,
        line: &str,
        if_match: Option<&str>,
        body: Option<&Value>,
    ) -> Response<Bytes> {
        let (method, url) = line.split_once(' ').unwrap();
        let url = match url.strip_prefix('/') {
            Some(path) => format!("{ROOT}/{path}"),
            None => url.to_owned(),
        };
        let mut request = Request::builder()
            .method(method)
            .uri(url)
            .header("authorization", "Bearer good")
            .header("prefer", "IdType=\"ImmutableId\", odata.maxpagesize=3");
        if let Some(etag) = if_match {
            request = request.header("if-match", etag);
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        self.graph
            .handle(&request.body(body.into()).unwrap(), self.now)
    }

    fn ask(&mut self, line: &str, body: Option<&Value>) -> (u16, Value) {
        read(&self.send(line, None, body))
    }

    /// Every entry of a round, and where the next one begins.
    fn round(&mut self, first: &str) -> (Vec<Value>, String) {
        let (mut line, mut entries) = (first.to_owned(), Vec::new());
        loop {
            let (status, page) = self.ask(&line, None);
            assert_eq!(status, 200, "{page}");
            entries.extend(page["value"].as_array().unwrap().clone());
            let Some(next) = page["@odata.nextLink"].as_str() else {
                let done = page["@odata.deltaLink"].as_str().unwrap();
                return (entries, format!("GET {done}"));
            };
            line = format!("GET {next}");
        }
    }
}

fn read(answer: &Response<Bytes>) -> (u16, Value) {
    let body = serde_json::from_slice(answer.body()).unwrap_or_default();
    (answer.status().as_u16(), body)
}

fn rounds() -> Value {
    let time = |hour| json!({"dateTime": format!("2026-11-23T{hour}:00:00"), "timeZone": "W. Europe Standard Time"});
    json!({"subject": "Round", "start": time("09"), "end": time("10"), "transactionId": "t",
        "recurrence": {"pattern": {"type": "daily", "interval": 1},
            "range": {"type": "numbered", "startDate": "2026-11-23", "numberOfOccurrences": 4}}})
}

const VIEW: &str = "GET /me/calendars/c/calendarView/delta?startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z";

#[test]
fn one_transaction_is_one_event_and_times_are_answered_in_utc() {
    let mut client = Client::new();
    let made = client.ask("POST /me/calendars/c/events", Some(&rounds()));
    let again = client.ask("POST /me/calendars/c/events", Some(&rounds()));
    assert_eq!((made.0, &made), (201, &again));
    let event = made.1;
    assert_eq!(event["start"]["dateTime"], "2026-11-23T08:00:00.0000000");
    assert_eq!(event["originalStartTimeZone"], "W. Europe Standard Time");
    assert_eq!(event["type"], "seriesMaster");
}

#[test]
fn a_round_tells_occurrences_exceptions_and_what_is_gone() {
    let mut client = Client::new();
    let (_, series) = client.ask("POST /me/calendars/c/events", Some(&rounds()));
    let (entries, link) = client.round(VIEW);
    assert_eq!(entries.len(), 5);
    let (nothing, _) = client.round(&link);
    assert!(nothing.is_empty());

    let id = series["id"].as_str().unwrap();
    let (first, second) = (entries[0].clone(), entries[1].clone());
    let first = format!("/me/events/{}", first["id"].as_str().unwrap());
    let patch = json!({"subject": "Early round"});
    assert_eq!(client.ask(&format!("PATCH {first}"), Some(&patch)).0, 200);
    let second = second["id"].as_str().unwrap();
    let gone = client.send(&format!("DELETE /me/events/{second}"), None, None);
    assert_eq!(gone.status(), 204);
    let (entries, _) = client.round(&link);
    let removed = entries.iter().find(|one| one["id"] == second).unwrap();
    assert_eq!(removed["@removed"]["reason"], "deleted");
    assert!(entries.iter().any(|one| one["subject"] == "Early round"));
    let get = format!(
        "GET /me/calendars/c/events/{id}?$select=cancelledOccurrences&$expand=exceptionOccurrences"
    );
    let (_, now) = client.ask(&get, None);
    assert_eq!(
        now["cancelledOccurrences"],
        json!([format!("OID.{id}.2026-11-24")])
    );
    assert_eq!(now["exceptionOccurrences"][0]["type"], "exception");

    // Exchange forgets them when the series takes place at other times.
    let later = json!({"start": {"dateTime": "2026-11-23T12:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2026-11-23T13:00:00", "timeZone": "UTC"}});
    client.ask(&format!("PATCH /me/events/{id}"), Some(&later));
    let (_, now) = client.ask(&get, None);
    assert_eq!(now["cancelledOccurrences"], json!([]));
    assert_eq!(now["exceptionOccurrences"], json!([]));
}

#[test]
fn an_old_version_is_refused_and_old_tokens_are_gone() {
    let mut client = Client::new();
    let (_, event) = client.ask("POST /me/calendars/c/events", Some(&rounds()));
    let change = format!("PATCH /me/events/{}", event["id"].as_str().unwrap());
    let etag = event["@odata.etag"].as_str();
    let patch = json!({"subject": "x"});
    assert_eq!(client.send(&change, etag, Some(&patch)).status(), 200);
    let (status, refused) = read(&client.send(&change, etag, Some(&patch)));
    assert_eq!(
        (status, &refused["error"]["code"]),
        (412, &json!("ErrorIrresolvableConflict"))
    );
    let (_, link) = client.round(VIEW);
    client.graph.reset_tokens("c");
    let (status, refused) = client.ask(&link, None);
    assert_eq!(
        (status, &refused["error"]["code"]),
        (410, &json!("SyncStateNotFound"))
    );
    let mangled = "GET /me/calendars/c/calendarView/delta?$deltatoken=x";
    assert_eq!(client.ask(mangled, None).0, 400);
    assert!(client.graph.violations.is_empty());
}

#[test]
fn what_does_not_fit_the_contract_is_kept_in_both_directions() {
    let mut client = Client::new();
    let mut event = rounds();
    event["showAs"] = json!("away");
    client.ask("POST /me/calendars/c/events", Some(&event));
    let kept = &client.graph.violations;
    assert!(
        matches!(&kept[..], [sent, said] if sent.contains("showAs") && said == sent),
        "{kept:?}"
    );
}
