//! The table of cases, and the laws that hold over generated edits.

use proptest::prelude::*;

use super::*;

/// An event whose fields are these.
fn event(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:u\r\n".to_owned();
    for (name, value) in fields {
        text.extend([name, ":", value, "\r\n"]);
    }
    text.push_str("END:VEVENT\r\nEND:VCALENDAR\r\n");
    text.into_bytes()
}

fn titled(title: &str, stamp: &str) -> Vec<u8> {
    event(&[("DTSTAMP", stamp), ("SUMMARY", title)])
}

const EARLY: &str = "20260101T000000Z";
const LATE: &str = "20260202T000000Z";

fn of(base: Option<&[u8]>, local: Option<&[u8]>, remote: Option<&[u8]>) -> Decision {
    decide(Copies {
        base,
        local,
        remote,
    })
}

fn stores(octets: &[u8]) -> Here {
    Here::Store(Redacted::new(octets.to_vec()))
}

#[test]
fn one_sided_changes_go_to_the_other_side() {
    let [old, new] = ["old", "new"].map(|title| titled(title, EARLY));
    let (old, new) = (Some(&old[..]), Some(&new[..]));
    let cases = [
        (None, None, None, Here::Keep, There::Keep),
        (old, None, None, Here::Keep, There::Keep),
        (None, new, None, Here::Keep, There::Put),
        (None, None, new, stores(new.unwrap()), There::Keep),
        (old, old, old, Here::Keep, There::Keep),
        (old, new, old, Here::Keep, There::Put),
        (old, old, new, stores(new.unwrap()), There::Keep),
        (old, new, new, Here::Keep, There::Keep),
        (None, new, new, Here::Keep, There::Keep),
        (old, old, None, Here::Remove, There::Keep),
        (old, None, old, Here::Keep, There::Delete),
    ];
    for (number, (base, local, remote, here, there)) in cases.into_iter().enumerate() {
        let expected = Decision::new(here, there);
        assert_eq!(of(base, local, remote), expected, "case {number}");
    }
}

#[test]
fn l1_an_own_write_that_comes_back_changes_nothing() {
    let ours = titled("ours", LATE);
    let decision = of(Some(&ours), Some(&ours), Some(&ours));
    assert_eq!(decision, Decision::new(Here::Keep, There::Keep));
}

#[test]
fn d6_different_fields_merge_and_the_same_field_goes_to_the_later_version() {
    let base = event(&[("DTSTAMP", EARLY), ("SUMMARY", "a"), ("LOCATION", "b")]);
    let local = event(&[("DTSTAMP", EARLY), ("SUMMARY", "A"), ("LOCATION", "b")]);
    let remote = event(&[("DTSTAMP", EARLY), ("SUMMARY", "a"), ("LOCATION", "B")]);
    let merged = of(Some(&base), Some(&local), Some(&remote));
    let both = event(&[("DTSTAMP", EARLY), ("SUMMARY", "A"), ("LOCATION", "B")]);
    assert_eq!(merged, Decision::new(stores(&both), There::Put));

    for (ours, theirs, winner) in [
        (LATE, EARLY, Side::Local),
        (EARLY, LATE, Side::Remote),
        (LATE, LATE, Side::Remote),
    ] {
        let (local, remote) = (titled("ours", ours), titled("theirs", theirs));
        let decision = of(Some(&titled("old", EARLY)), Some(&local), Some(&remote));
        let lost = if winner == Side::Local { remote } else { local };
        let expected = [Lost {
            kind: LostKind::Fields,
            winner,
            fields: vec!["SUMMARY".to_owned()],
            version: Some(Redacted::new(lost)),
        }];
        assert_eq!(decision.lost, expected);
    }
}

#[test]
fn d6_last_modified_counts_more_than_the_stamp() {
    let version = |title, modified| {
        let fields = [
            ("DTSTAMP", EARLY),
            ("LAST-MODIFIED", modified),
            ("SUMMARY", title),
        ];
        event(&fields)
    };
    let (local, remote) = (version("ours", LATE), titled("theirs", "20260115T000000Z"));
    let decision = of(Some(&titled("old", EARLY)), Some(&local), Some(&remote));
    assert_eq!(
        decision.lost.first().map(|lost| lost.winner),
        Some(Side::Local)
    );
}

#[test]
fn d5_an_edit_beats_a_deletion_on_either_side() {
    let (base, edited) = (titled("old", EARLY), titled("new", LATE));
    let there = of(Some(&base), Some(&edited), None);
    let expected = Decision::new(Here::Keep, There::Put).losing(beaten_deletion(Side::Local));
    assert_eq!(there, expected);
    let here = of(Some(&base), None, Some(&edited));
    let expected =
        Decision::new(stores(&edited), There::Keep).losing(beaten_deletion(Side::Remote));
    assert_eq!(here, expected);
}

#[test]
fn d5_new_stamps_alone_are_no_edit() {
    let (base, touched) = (titled("old", EARLY), titled("old", LATE));
    assert_eq!(of(Some(&base), Some(&touched), None).here, Here::Remove);
    let here = of(Some(&base), None, Some(&touched));
    assert_eq!((here.here, here.there), (Here::Keep, There::Delete));
}

#[test]
fn d5_a_cancellation_beats_an_edit_and_the_edit_is_kept_in_the_log() {
    let base = titled("old", EARLY);
    let cancelled = event(&[
        ("DTSTAMP", LATE),
        ("SUMMARY", "old"),
        ("STATUS", "cancelled"),
    ]);
    let here = of(Some(&base), None, Some(&cancelled));
    assert_eq!((&here.here, here.there), (&Here::Keep, There::Delete));
    assert_eq!(here.lost, [beaten_edit(Side::Local, &cancelled)]);
    let there = of(Some(&base), Some(&cancelled), None);
    assert_eq!((&there.here, there.there), (&Here::Remove, There::Keep));
    assert_eq!(there.lost, [beaten_edit(Side::Remote, &cancelled)]);
    // Edited here, cancelled there: both are in the result.
    let edited = titled("new", EARLY);
    let Here::Store(merged) = of(Some(&base), Some(&edited), Some(&cancelled)).here else {
        panic!("a merge");
    };
    let merged = String::from_utf8(merged.into_revealed()).unwrap();
    assert!(merged.contains("SUMMARY:new") && merged.contains("STATUS:cancelled"));
}

#[test]
fn d2_two_objects_made_apart_under_one_uid_become_one() {
    let (local, remote) = (titled("ours", EARLY), titled("theirs", LATE));
    let decision = of(None, Some(&local), Some(&remote));
    assert_eq!(decision.here, stores(&remote));
    assert_eq!(decision.there, There::Keep);
    assert_eq!(decision.lost.len(), 1);
}

/// A side's version: none, or the event with some fields set.
fn version() -> impl Strategy<Value = Option<Vec<u8>>> {
    let field = |name: &'static str| {
        proptest::option::of(0..4_u8)
            .prop_map(move |value| (name, value.map(|v| format!("{name} {v}"))))
    };
    let fields = (
        proptest::sample::select(vec![EARLY, LATE]),
        field("SUMMARY"),
        field("LOCATION"),
        field("DESCRIPTION"),
        proptest::bool::weighted(0.1),
    );
    let event = fields.prop_map(|(stamp, one, two, three, cancelled)| {
        let mut fields = vec![("DTSTAMP", stamp.to_owned())];
        fields.extend(
            [one, two, three]
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        fields.extend(cancelled.then(|| ("STATUS", "CANCELLED".to_owned())));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        event(&fields)
    });
    proptest::option::weighted(0.8, event)
}

/// Both sides after the decision was carried out.
fn carried_out(
    decision: &Decision,
    local: Option<&[u8]>,
    remote: Option<&[u8]>,
) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let here = match &decision.here {
        Here::Keep => local.map(<[u8]>::to_vec),
        Here::Store(octets) => Some(octets.reveal().clone()),
        Here::Remove => None,
    };
    let there = match decision.there {
        There::Keep => remote.map(<[u8]>::to_vec),
        There::Put => here.clone(),
        There::Delete => None,
    };
    (here, there)
}

fn lines(octets: Option<&[u8]>) -> Vec<String> {
    let text = String::from_utf8_lossy(octets.unwrap_or_default()).into_owned();
    text.lines().map(str::to_owned).collect()
}

proptest! {
    #[test]
    fn both_sides_are_equal_afterwards_and_nothing_is_left_to_do(
        base in version(), local in version(), remote in version()
    ) {
        let decision = of(base.as_deref(), local.as_deref(), remote.as_deref());
        let (here, there) = carried_out(&decision, local.as_deref(), remote.as_deref());
        prop_assert_eq!(&here, &there);
        let again = of(there.as_deref(), here.as_deref(), there.as_deref());
        prop_assert_eq!(again, Decision::new(Here::Keep, There::Keep));
    }

    #[test]
    fn a_decision_cut_short_after_its_first_half_ends_the_same(
        base in version(), local in version(), remote in version()
    ) {
        // Done here, remembered as the base, not yet sent: what the outbox does later is still the same.
        let decision = of(base.as_deref(), local.as_deref(), remote.as_deref());
        let (here, there) = carried_out(&decision, local.as_deref(), remote.as_deref());
        let later = of(remote.as_deref(), here.as_deref(), remote.as_deref());
        let (here_later, there_later) = carried_out(&later, here.as_deref(), remote.as_deref());
        prop_assert_eq!((here_later, there_later), (here, there));
        prop_assert!(later.lost.is_empty());
    }

    #[test]
    fn every_line_that_a_side_wrote_is_in_the_result_or_in_the_log(
        base in version(), local in version(), remote in version()
    ) {
        let decision = of(base.as_deref(), local.as_deref(), remote.as_deref());
        let (here, _) = carried_out(&decision, local.as_deref(), remote.as_deref());
        let mut kept = lines(here.as_deref());
        for lost in &decision.lost {
            kept.extend(lines(lost.version.as_ref().map(|version| version.reveal().as_slice())));
        }
        let before = lines(base.as_deref());
        for written in lines(local.as_deref()).into_iter().chain(lines(remote.as_deref())) {
            let new = !before.contains(&written) && !written.starts_with("DTSTAMP");
            prop_assert!(!new || kept.contains(&written), "{}", written);
        }
    }

    #[test]
    fn two_devices_and_their_server_come_to_rest_on_one_version(
        base in version(), one in version(), two in version()
    ) {
        // The first writes, the second meets that, the first reads the outcome.
        let first = of(base.as_deref(), one.as_deref(), base.as_deref());
        let (one, server) = carried_out(&first, one.as_deref(), base.as_deref());
        let second = of(base.as_deref(), two.as_deref(), server.as_deref());
        let seen_by_first = server.clone();
        let (two, server) = carried_out(&second, two.as_deref(), server.as_deref());
        let third = of(seen_by_first.as_deref(), one.as_deref(), server.as_deref());
        let (one, server) = carried_out(&third, one.as_deref(), server.as_deref());
        prop_assert_eq!(&one, &server);
        prop_assert_eq!(&two, &server);
    }
}
