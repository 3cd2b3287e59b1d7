//! Whether a write whose answer was lost was carried out, told by what the provider says now.

use super::{Kept, compare::lines};
use crate::ical::{CalendarObject, Component, RecurrenceId};

/// Alarms are spelt by each provider in its own way, so they tell nothing.
const ALARM: &str = "VALARM";

/// What providers say of every event without being asked.
const OWN_WORDS: [&str; 5] = ["ORGANIZER", "STATUS", "TRANSP", "CLASS", "URL"];

/// A write that was carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// What of it has no form there.
    pub kept: Vec<Kept>,
    /// Whether somebody else changed the object since.
    pub is_touched: bool,
}

/// A write without a known outcome, and what was known before it.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// What both sides agreed on before; none for a new object.
    pub agreed: Option<&'a [u8]>,
    /// What the provider said before; none for a new object.
    pub said: Option<&'a [u8]>,
    /// What was sent.
    pub sent: &'a [u8],
}

impl Attempt<'_> {
    /// What became of it, when `says`, what the provider says now, is what it would make of the text that was sent and of no
    /// other; otherwise nothing: it was not carried out, or somebody changed the same fields since.
    ///
    /// Providers leave out what they have no form for and add words of their own, so the fields that were sent are looked at
    /// one by one. A field that only others can have written does not speak against it.
    pub fn carried_out(&self, says: &[u8]) -> Option<Done> {
        let mut done = Done::default();
        if self.sent == says {
            return Some(done);
        }
        let agreed = self.agreed.map(CalendarObject::read);
        let said = self.said.map(CalendarObject::read);
        let (sent, says) = (CalendarObject::read(self.sent), CalendarObject::read(says));
        let mut is_seen = false;
        for subject in sent.subjects() {
            let occurrence = subject.recurrence_id();
            let event = Event {
                agreed: agreed.as_ref().and_then(|all| find(all, &occurrence)),
                said: said.as_ref().and_then(|all| find(all, &occurrence)),
                sent: subject,
                says: find(&says, &occurrence)?,
            };
            is_seen |= event.look(&mut done)?;
        }
        // An occurrence that is there and was not sent was taken out by the write, or is somebody's since.
        let is_strange = |one: &Component<'_>| find(&sent, &one.recurrence_id()).is_none();
        let is_whole = !says.subjects().any(|one| is_strange(&one));
        (is_seen && is_whole).then_some(done)
    }

    /// Whether `says` is all or a part of the text that was sent, in the provider's words: what a creation leaves that broke
    /// off between its parts.
    pub fn is_all_of(&self, says: &[u8]) -> bool {
        let (sent, says) = (CalendarObject::read(self.sent), CalendarObject::read(says));
        let said = self.said.map(CalendarObject::read);
        let mut done = Done::default();
        let is_sent = says.subjects().all(|subject| {
            let occurrence = subject.recurrence_id();
            let event = find(&sent, &occurrence).map(|sent| Event {
                agreed: None,
                said: said.as_ref().and_then(|all| find(all, &occurrence)),
                sent,
                says: subject,
            });
            event.is_some_and(|event| event.look(&mut done).is_some())
        });
        is_sent && !done.is_touched
    }
}

#[expect(clippy::ref_option, reason = "it is how an event says it")]
fn find<'o>(
    object: &'o CalendarObject<'_>,
    occurrence: &Option<RecurrenceId>,
) -> Option<Component<'o>> {
    let mut all = object.subjects();
    all.find(|one| one.recurrence_id() == *occurrence)
}

/// One event in all four texts.
struct Event<'o> {
    agreed: Option<Component<'o>>,
    said: Option<Component<'o>>,
    sent: Component<'o>,
    says: Component<'o>,
}

impl Event<'_> {
    /// Whether something shows that it was carried out; nothing when something shows that it was not.
    fn look(&self, done: &mut Done) -> Option<bool> {
        let [agreed, said, sent, says] = [
            lines(self.agreed.as_ref()),
            lines(self.said.as_ref()),
            lines(Some(&self.sent)),
            lines(Some(&self.says)),
        ];
        let is_new = self.agreed.is_none();
        let (mut is_seen, mut is_doubtful) = (is_new, false);
        for name in sent.keys().chain(says.keys()).filter(|name| *name != ALARM) {
            let [agreed, said, sent, says] =
                [&agreed, &said, &sent, &says].map(|lines| lines.get(name));
            let was_changed = agreed != sent;
            match (sent, says) {
                _ if sent == says => is_seen |= was_changed && said != says,
                // What was there before and is not any more, somebody took away.
                (Some(_), None) if said.is_none() => done.kept.push(Kept {
                    property: name.clone(),
                    occurrence: self.sent.recurrence_id(),
                }),
                // The old words, or somebody else's.
                (Some(_), Some(_)) => {
                    is_doubtful |= was_changed;
                    done.is_touched = true;
                }
                (Some(_), None) => done.is_touched = true,
                // What nobody sent is the provider's own, or cannot be taken away there.
                (None, _) => done.is_touched |= said.is_none() && !is_own_word(name),
            }
        }
        let is_against = is_doubtful && (is_new || !is_seen);
        (!is_against).then_some(is_seen)
    }
}

fn is_own_word(name: &str) -> bool {
    OWN_WORDS.contains(&name) || name.starts_with("X-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(lines: &str) -> Vec<u8> {
        format!(
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261203T090000Z\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
        )
        .into_bytes()
    }

    fn kept(attempt: &[Option<&str>; 3], says: &str) -> Option<Vec<String>> {
        let [agreed, said, sent] = attempt.map(|text| text.map(object));
        let attempt = Attempt {
            agreed: agreed.as_deref(),
            said: said.as_deref(),
            sent: &sent.unwrap(),
        };
        let done = attempt.carried_out(&object(says))?;
        Some(done.kept.into_iter().map(|one| one.property).collect())
    }

    #[test]
    fn p_66_a_new_object_is_known_again_in_the_words_of_the_provider() {
        let new = [None, None, Some("SUMMARY:a\r\nX-OURS:1\r\nDTSTAMP:1\r\n")];
        let says = "SUMMARY:a\r\nORGANIZER:mailto:a@b.example\r\nDTSTAMP:2\r\n";
        assert_eq!(kept(&new, says), Some(vec!["X-OURS".to_owned()]));
        assert_eq!(kept(&new, "SUMMARY:b\r\n"), None);
    }

    #[test]
    fn p_66_a_change_was_carried_out_when_the_provider_says_it() {
        let edit = [
            "SUMMARY:a\r\nX-OURS:1\r\n",
            "SUMMARY:a\r\n",
            "SUMMARY:b\r\nX-OURS:1\r\n",
        ];
        let edit = edit.map(Some);
        assert_eq!(
            kept(&edit, "SUMMARY:b\r\n"),
            Some(vec!["X-OURS".to_owned()])
        );
        let and_others = "SUMMARY:b\r\nLOCATION:there\r\n";
        assert!(kept(&edit, and_others).is_some());
        // A calendar app takes away what only the provider can say, and it stays.
        let bare = ["SUMMARY:a\r\nORGANIZER:mailto:a@b.example\r\n"; 2].map(Some);
        let bare = [bare[0], bare[1], Some("SUMMARY:b\r\n")];
        assert!(kept(&bare, "SUMMARY:b\r\nORGANIZER:mailto:a@b.example\r\n").is_some());
        for not in ["SUMMARY:a\r\n", "SUMMARY:c\r\n", ""] {
            assert_eq!(kept(&edit, not), None, "{not}");
        }
        let removal = ["SUMMARY:a\r\nLOCATION:l\r\n"; 2].map(Some);
        let removal = [removal[0], removal[1], Some("SUMMARY:a\r\n")];
        assert_eq!(kept(&removal, "SUMMARY:a\r\nLOCATION:l\r\n"), None);
    }

    #[test]
    fn p_66_nothing_changed_that_the_provider_has_a_word_for_shows_nothing() {
        let edit = [
            "SUMMARY:a\r\n",
            "SUMMARY:a\r\n",
            "SUMMARY:a\r\nX-OURS:1\r\n",
        ]
        .map(Some);
        assert_eq!(kept(&edit, "SUMMARY:a\r\n"), None);
    }

    #[test]
    fn p_66_the_words_of_the_provider_are_nobodys_edit() {
        let sent = object("SUMMARY:a\r\n");
        let attempt = Attempt {
            agreed: None,
            said: None,
            sent: &sent,
        };
        let is_touched = |says: &str| {
            let done = attempt.carried_out(&object(says)).unwrap();
            done.is_touched
        };
        assert!(!is_touched(
            "SUMMARY:a\r\nORGANIZER:mailto:a@b.example\r\nTRANSP:OPAQUE\r\nX-A:1\r\n"
        ));
        assert!(is_touched("SUMMARY:a\r\nLOCATION:there\r\n"));
    }

    #[test]
    fn p_66_half_a_series_is_still_ours() {
        let moved = "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID:20261203T090000Z\r\nSUMMARY:b\r\n";
        let sent = object(&format!("SUMMARY:a\r\n{moved}"));
        let attempt = Attempt {
            agreed: None,
            said: None,
            sent: &sent,
        };
        let half = object("SUMMARY:a\r\nORGANIZER:mailto:a@b.example\r\n");
        assert!(attempt.carried_out(&half).is_none() && attempt.is_all_of(&half));
        assert!(!attempt.is_all_of(&object("SUMMARY:a\r\nLOCATION:theirs\r\n")));
        assert!(!attempt.is_all_of(&object("SUMMARY:c\r\n")));
    }
}
