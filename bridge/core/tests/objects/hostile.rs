//! Input made to break a reader: it is read, quickly, and comes back.

use bridge_core::ical::{
    CalendarObject, Component, ComponentSet, Limits, ProblemKind, check_storable, redact,
};

/// Visits everything, as a consumer would.
fn walk(component: &Component<'_>) -> usize {
    let params = component.properties().map(|property| {
        property.text().len()
            + property
                .params()
                .map(|param| param.values().count())
                .sum::<usize>()
    });
    params.sum::<usize>()
        + component
            .children()
            .map(|child| walk(&child))
            .sum::<usize>()
}

fn read(name: &str, octets: &[u8]) {
    let object = CalendarObject::read(octets);
    assert!(object.octets() == octets, "{name}");
    assert!(object.problems().len() <= 256, "{name}");
    object.roots().map(|root| walk(&root)).sum::<usize>();
    assert!(format!("{object:?}").len() < 200, "{name}");
    let copy = object.clone().into_owned();
    assert!(copy.into_bytes() == octets, "{name}");
    drop(redact::busy_only(&object, b"salt"));
    drop(check_storable(octets, ComponentSet::ALL, Limits::default()));
}

#[test]
fn hostile_input_is_read_and_comes_back() {
    let (mega, ten_mega) = (256 * 1024, 10 * 1024 * 1024);
    for (name, octets) in [
        ("depth", "BEGIN:A\r\n".repeat(100_000).into_bytes()),
        (
            "depth, closed",
            ["BEGIN:A\r\n".repeat(100_000), "END:A\r\n".repeat(100_000)]
                .concat()
                .into(),
        ),
        ("ends", "END:A\r\n".repeat(50_000).into_bytes()),
        (
            "open and strange ends",
            ["BEGIN:A\n".repeat(31), "END:B\n".repeat(50_000)]
                .concat()
                .into(),
        ),
        ("siblings", "BEGIN:A\nEND:A\n".repeat(50_000).into_bytes()),
        (
            "one long line",
            [b"SUMMARY:".to_vec(), vec![b'x'; ten_mega]].concat(),
        ),
        ("one long name", vec![b'x'; ten_mega]),
        (
            "folds",
            [b"X:".to_vec(), b"\r\n ".repeat(mega / 3)].concat(),
        ),
        (
            "parameters",
            [b"X".to_vec(), b";a=b".repeat(mega / 4), b":1".to_vec()].concat(),
        ),
        (
            "values",
            [b"X;a=".to_vec(), b",".repeat(mega / 4), b":1".to_vec()].concat(),
        ),
        (
            "quotes",
            [b"X;a=".to_vec(), b"\"".repeat(mega + 1), b":1".to_vec()].concat(),
        ),
        (
            "soft breaks",
            [b"X;QUOTED-PRINTABLE:".to_vec(), b"a=\n".repeat(mega / 3)].concat(),
        ),
        ("backslashes", [b"X:".to_vec(), vec![b'\\'; mega]].concat()),
        ("nothing but NUL", vec![0; mega]),
        ("nothing but carriage returns", vec![b'\r'; mega]),
        ("nothing but line feeds", vec![b'\n'; mega]),
        ("nothing but spaces", vec![b' '; mega]),
        ("nothing but colons", b":\n".repeat(mega / 2)),
        ("nothing but 0xFF", vec![0xFF; mega]),
        ("byte order marks", b"\xEF\xBB\xBF".repeat(1000)),
        (
            "UTF-16",
            "BEGIN:VCALENDAR"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
        ),
        (
            "a web page",
            b"<!DOCTYPE html><html><body>Sign in</body></html>".to_vec(),
        ),
        ("one octet", b"\n".to_vec()),
    ] {
        read(name, &octets);
    }
}

#[test]
fn nesting_is_read_only_so_deep() {
    let octets = [
        "BEGIN:A\n".repeat(100_000),
        "END:A\n".repeat(100_000),
        "X:1\n".into(),
    ]
    .concat();
    let object = CalendarObject::read(octets.as_bytes());
    let kinds: Vec<_> = object
        .problems()
        .iter()
        .map(|problem| problem.kind)
        .collect();
    assert!(kinds.contains(&ProblemKind::TooDeep));
    assert!(
        !kinds.contains(&ProblemKind::MissingEnd),
        "every BEGIN has its END"
    );
    let mut depth = 0;
    let mut component = object.roots().next();
    while let Some(next) = component {
        depth += 1;
        component = next.children().next();
    }
    assert_eq!(depth, 32);
}

#[test]
fn neither_debug_nor_messages_show_content() {
    let octets =
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:secret\r\nSUMMARY;CN=secret:secret\r\nsecret\r\n\
        BEGIN:secret\r\nEND:VEVENT\r\nEND:secret\r\nEND:VCALENDAR\r\n";
    let object = CalendarObject::read(octets);
    let properties: Vec<_> = object
        .components()
        .flat_map(|component| component.properties())
        .collect();
    let params: Vec<Vec<_>> = properties
        .iter()
        .map(|property| property.params().collect())
        .collect();
    let refusal = check_storable(octets, ComponentSet::ALL, Limits::default()).unwrap_err();
    let shown = format!(
        "{object:?}{:?}{:?}{:?}{:?}{refusal:?}{refusal}",
        object.components().collect::<Vec<_>>(),
        properties,
        params,
        object
            .problems()
            .iter()
            .map(|problem| format!("{problem:?}{problem}"))
            .collect::<Vec<_>>(),
    );
    assert!(!shown.contains("secret"), "{shown}");
}
