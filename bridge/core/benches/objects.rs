//! How fast calendar text is read, written, edited, checked and merged.
//!
//! `cargo bench -p bridge-core --bench objects`

use std::hint::black_box;

use bridge_core::{
    ical::{CalendarObject, ComponentSet, Limits, check_storable, redact},
    merge::{Side, three_way},
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// One event as busy people have them: zone, rule, attendees, folded text, an alarm.
fn event(number: usize) -> String {
    let (day, hour) = (number % 28 + 1, number % 10 + 8);
    format!(
        "BEGIN:VEVENT\r\nUID:{number}@bench.example\r\nDTSTAMP:20260101T080000Z\r\n\
         DTSTART;TZID=Europe/Berlin:202603{day:02}T{hour:02}0000\r\n\
         DTEND;TZID=Europe/Berlin:202603{day:02}T{hour:02}4500\r\n\
         RRULE:FREQ=WEEKLY;COUNT=10\r\nSUMMARY:Besprechung Nummer {number} über Größe\r\n\
         DESCRIPTION:A text that goes on for longer than one physical line may be\\, so \r\n that it has to be folded\r\n\
         ATTENDEE;CN=\"Weiß, Jo\";PARTSTAT=ACCEPTED:mailto:jo{number}@bench.example\r\n\
         BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\n\
         END:VEVENT\r\n"
    )
}

fn calendar(events: usize) -> String {
    let mut text = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n");
    for number in 0..events {
        text.push_str(&event(number));
    }
    text.push_str("END:VCALENDAR\r\n");
    text
}

/// What a consumer looks at in every event.
fn visit(object: &CalendarObject<'_>) -> usize {
    let mut seen = 0;
    for component in object.components() {
        for property in component.properties() {
            seen += property.value().len() + property.params().count();
        }
        seen += component.children().count();
    }
    seen
}

fn whole_files(criterion: &mut Criterion) {
    let octets = calendar(3_800).into_bytes();
    let mut group = criterion.benchmark_group("whole file");
    group.throughput(Throughput::Bytes(octets.len() as u64));
    group.bench_function("read and write", |bench| {
        bench.iter(|| CalendarObject::read(black_box(&octets)).to_bytes());
    });
    group.bench_function("read and visit every property", |bench| {
        bench.iter(|| visit(&CalendarObject::read(black_box(&octets))));
    });
    group.bench_function("busy only", |bench| {
        bench.iter(|| redact::busy_only(&CalendarObject::read(black_box(&octets)), b"salt"));
    });
    group.finish();
}

fn single_objects(criterion: &mut Criterion) {
    let text = calendar(1);
    let octets = text.as_bytes();
    let mut group = criterion.benchmark_group("one object");
    group.throughput(Throughput::Bytes(octets.len() as u64));
    group.bench_function("check for PUT", |bench| {
        let limits = Limits::default();
        bench.iter(|| check_storable(black_box(octets), ComponentSet::ALL, limits));
    });
    group.bench_function("set the title", |bench| {
        bench.iter(|| {
            let mut object = CalendarObject::read(black_box(octets));
            let at = object.master().map(|event| event.id());
            let set = at.map(|at| object.set_text(at, "SUMMARY", "A new title"));
            assert_eq!(set, Some(Ok(())));
            object.into_bytes()
        });
    });
    let local = text.replace("Besprechung", "Termin").into_bytes();
    let remote = text.replace("COUNT=10", "COUNT=12").into_bytes();
    group.bench_function("merge three ways", |bench| {
        bench.iter(|| three_way(black_box(octets), &local, &remote, Side::Remote));
    });
    group.finish();
}

criterion_group!(benches, whole_files, single_objects);
criterion_main!(benches);
