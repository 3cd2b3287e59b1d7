//! The examples of RFC 5545 section 3.8.5.3, each in our own words: rule, first instances, how many there are.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use bridge_core::{
    ical::CalendarObject,
    recur::{self, Limits},
    time::TimeRange,
    tz::Zone,
};

/// The local starts of the first instances of a series in New York, compared with `expected` as far as that goes;
/// `total` is the number of all instances, none for an endless series.
fn check(start: &str, rule: &str, expected: &str, total: impl Into<Option<usize>>) {
    check_with(start, &format!("RRULE:{rule}"), expected, total);
}

fn check_with(start: &str, lines: &str, expected: &str, total: impl Into<Option<usize>>) {
    let text = format!(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;TZID=America/New_York:{start}\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"
    );
    let object = CalendarObject::read(text.as_bytes());
    let expansion = recur::expand(&object, TimeRange::ALL, &Zone::Utc, Limits::default());
    let got: Vec<_> = expansion
        .occurrences
        .iter()
        .map(|occurrence| occurrence.local_start.format("%Y%m%dT%H%M").to_string())
        .collect();
    let expected: Vec<String> = expected
        .split_whitespace()
        .map(|at| {
            if at.contains('T') {
                at.to_owned()
            } else {
                format!("{at}T0900")
            }
        })
        .collect();
    assert_eq!(
        got.iter().take(expected.len()).collect::<Vec<_>>(),
        expected.iter().collect::<Vec<_>>(),
        "{lines}"
    );
    match total.into() {
        Some(total) => {
            assert_eq!(got.len(), total, "{lines}");
            assert_eq!(expansion.truncated, None, "{lines}");
        }
        None => assert_eq!(got.len(), Limits::default().instances, "{lines}"),
    }
}

const START: &str = "19970902T090000";

#[test]
fn daily() {
    check(
        START,
        "FREQ=DAILY;COUNT=10",
        "19970902 19970903 19970904",
        10,
    );
    check(
        START,
        "FREQ=DAILY;UNTIL=19971224T000000Z",
        "19970902 19970903",
        113,
    );
    check(
        START,
        "FREQ=DAILY;INTERVAL=2",
        "19970902 19970904 19970906",
        None,
    );
    check(
        START,
        "FREQ=DAILY;INTERVAL=10;COUNT=5",
        "19970902 19970912 19970922 19971002 19971012",
        5,
    );
    let every_day_of_january = "19980101 19980102 19980103";
    check(
        "19980101T090000",
        "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        every_day_of_january,
        93,
    );
    check(
        "19980101T090000",
        "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1",
        every_day_of_january,
        93,
    );
}

#[test]
fn weekly() {
    check(
        START,
        "FREQ=WEEKLY;COUNT=10",
        "19970902 19970909 19970916",
        10,
    );
    check(
        START,
        "FREQ=WEEKLY;UNTIL=19971224T000000Z",
        "19970902 19970909",
        17,
    );
    check(
        START,
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        "19970902 19970916 19970930",
        None,
    );
    let tuesdays_and_thursdays =
        "19970902 19970904 19970909 19970911 19970916 19970918 19970923 19970925 19970930 19971002";
    check(
        START,
        "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
        tuesdays_and_thursdays,
        10,
    );
    check(
        START,
        "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
        tuesdays_and_thursdays,
        10,
    );
    check(
        "19970901T090000",
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        "19970901 19970903 19970905 19970915 19970917 19970919 19970929",
        25,
    );
    check(
        START,
        "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
        "19970902 19970904 19970916 19970918",
        8,
    );
    let start = "19970805T090000";
    check(
        start,
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        "19970805 19970810 19970819 19970824",
        4,
    );
    check(
        start,
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        "19970805 19970817 19970819 19970831",
        4,
    );
}

#[test]
fn monthly() {
    check(
        "19970905T090000",
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        "19970905 19971003 19971107 19971205",
        10,
    );
    check(
        "19970905T090000",
        "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR",
        "19970905 19971003 19971107 19971205",
        4,
    );
    check(
        "19970907T090000",
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "19970907 19970928 19971102 19971130 19980104 19980125",
        10,
    );
    check(
        "19970922T090000",
        "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
        "19970922 19971020 19971117 19971222 19980119 19980216",
        6,
    );
    check(
        "19970928T090000",
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        "19970928 19971029 19971128 19971229 19980129 19980226",
        None,
    );
    check(
        START,
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        "19970902 19970915 19971002 19971015",
        10,
    );
    check(
        "19970930T090000",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        "19970930 19971001 19971031 19971101",
        10,
    );
    check(
        "19970910T090000",
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "19970910 19970911 19970912 19970913 19970914 19970915 19990310",
        10,
    );
    check(
        START,
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        "19970902 19970909 19970916 19970923 19970930 19971104",
        None,
    );
    check(
        "19970913T090000",
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "19970913 19971011 19971108 19971213",
        None,
    );
    check(
        "19970904T090000",
        "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
        "19970904 19971007 19971106",
        3,
    );
    check(
        "19970929T090000",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "19970929 19971030 19971127 19971230",
        None,
    );
    check(
        "20070115T090000",
        "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        "20070115 20070130 20070215 20070315 20070330",
        5,
    );
}

/// Friday the 13th: the start is taken out, because it is no such day but counts as the first instance.
#[test]
fn friday_the_thirteenth() {
    let lines =
        "EXDATE;TZID=America/New_York:19970902T090000\nRRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13";
    check_with(
        START,
        lines,
        "19980213 19980313 19981113 19990813 20001013",
        None,
    );
}

#[test]
fn yearly() {
    check(
        "19970610T090000",
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        "19970610 19970710 19980610 19980710",
        10,
    );
    check(
        "19970310T090000",
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        "19970310 19990110 19990210 19990310",
        10,
    );
    check(
        "19970101T090000",
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        "19970101 19970410 19970719 20000101 20000409 20000718",
        10,
    );
    check(
        "19970519T090000",
        "FREQ=YEARLY;BYDAY=20MO",
        "19970519 19980518 19990517",
        None,
    );
    check(
        "19970512T090000",
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        "19970512 19980511 19990517",
        None,
    );
    check(
        "19970313T090000",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        "19970313 19970320 19970327 19980305",
        None,
    );
    check(
        "19970605T090000",
        "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        "19970605 19970612 19970619 19970626 19970703",
        None,
    );
    // Election day in the United States: the first Tuesday after a Monday of November, every four years.
    check(
        "19961105T090000",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "19961105 20001107 20041102",
        None,
    );
}

#[test]
fn within_a_day() {
    check(
        START,
        "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z",
        "19970902T0900 19970902T1200",
        2,
    );
    check(
        START,
        "FREQ=MINUTELY;INTERVAL=15;COUNT=6",
        "19970902T0900 19970902T0915 19970902T0930 19970902T0945 19970902T1000 19970902T1015",
        6,
    );
    check(
        START,
        "FREQ=MINUTELY;INTERVAL=90;COUNT=4",
        "19970902T0900 19970902T1030 19970902T1200 19970902T1330",
        4,
    );
    let every_twenty_minutes = "19970902T0900 19970902T0920 19970902T0940 19970902T1000";
    check(
        START,
        "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40",
        every_twenty_minutes,
        None,
    );
    check(
        START,
        "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
        every_twenty_minutes,
        None,
    );
}
