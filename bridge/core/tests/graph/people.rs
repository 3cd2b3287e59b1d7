use bridge_core::{
    graph,
    projection::{Act, Answer, Notify},
};
use serde_json::json;

use crate::{CONGRESS, INVITATION, SERIES, edited, kept, patch, source, text, with};

#[test]
fn g_23_a_list_of_guests_keeps_what_graph_says_of_each() {
    let plan = edited(&source(SERIES), "ROLE=OPT-PARTICIPANT;", "").unwrap();
    let anna = &patch(&plan)["attendees"][0];
    assert_eq!(anna["type"], "required");
    assert_eq!(
        anna["emailAddress"],
        json!({"name": "Anna Huber", "address": "Anna@praxis.example"})
    );
    assert_eq!(anna["proposedNewTime"]["start"]["timeZone"], "UTC");
    assert!(anna.get("status").is_none(), "answers are not ours");
    assert_eq!(plan.writes[0].notify, Notify::Guests);
    let silent =
        "SCHEDULE-AGENT=CLIENT;ROLE=OPT-PARTICIPANT:mailto:new@praxis.example\r\nATTENDEE;";
    let plan = edited(&source(SERIES), "ATTENDEE;", &format!("ATTENDEE;{silent}")).unwrap();
    assert_eq!(
        (plan.writes.len(), &kept(&plan)[..]),
        (0, &["ATTENDEE"][..]),
        "Exchange would mail"
    );
}

#[test]
fn g_24_the_own_answer_is_an_action() {
    for (partstat, answer) in [
        ("ACCEPTED", Answer::Accepted),
        ("DECLINED", Answer::Declined),
        ("TENTATIVE", Answer::Tentative),
    ] {
        let to = format!("PARTSTAT={partstat}:mailto:Doctor");
        let plan = edited(
            &source(INVITATION),
            "PARTSTAT=NEEDS-ACTION:mailto:Doctor",
            &to,
        )
        .unwrap();
        assert!(plan.kept_here.is_empty());
        let [write] = &plan.writes[..] else {
            panic!("{plan:?}")
        };
        let is_answer = matches!(&write.act, Act::Respond { answer: said, fields, .. }
            if *said == answer && fields.is_empty());
        assert!(is_answer, "{write:?}");
    }
    let accepted = with(INVITATION, |event| {
        event["responseStatus"]["response"] = json!("accepted");
    });
    assert!(text(&accepted).contains("PARTSTAT=ACCEPTED:mailto:Doctor"));
    let undone = edited(
        &accepted,
        "PARTSTAT=ACCEPTED:mailto:Doctor",
        "PARTSTAT=NEEDS-ACTION:mailto:Doctor",
    )
    .unwrap();
    assert_eq!(
        (undone.writes.len(), &kept(&undone)[..]),
        (0, &["ATTENDEE"][..])
    );
    let by_list = with(INVITATION, |event| event["attendees"] = json!([]));
    assert!(text(&by_list).contains("ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:doctor@praxis.example"));
}

#[test]
fn g_31_calling_off_is_an_action_where_others_are_invited() {
    let act = |event: &str| {
        let plan = edited(&source(event), "STATUS:CONFIRMED", "STATUS:CANCELLED").unwrap();
        (
            plan.writes.len(),
            plan.writes[0].act.clone(),
            plan.writes[0].notify,
        )
    };
    assert_eq!(act(SERIES), (1, Act::Cancel, Notify::Guests));
    assert_eq!(act(CONGRESS), (1, Act::Delete, Notify::Nobody));
    let gone = graph::remove(&source(SERIES));
    assert!(
        matches!(&gone.writes[..], [write] if write.act == Act::Delete && write.notify == Notify::Guests)
    );
}
