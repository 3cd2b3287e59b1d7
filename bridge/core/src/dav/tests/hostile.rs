//! Bodies that are torn, huge or mean. Each has its own clear answer, and none takes long: the big ones would
//! not end within a test run if anything here were quadratic.

use std::fmt::Write as _;

use crate::dav::{DavError, Precondition, parse_propfind, parse_report};

fn refusal(body: impl AsRef<[u8]>) -> DavError {
    parse_propfind(body.as_ref()).expect_err("this body must be refused")
}

fn propfind(inside: &str) -> String {
    format!("<propfind xmlns='DAV:'><prop>{inside}</prop></propfind>")
}

#[test]
fn torn_and_ill_formed_bodies() {
    for body in [
        "<",
        "<propfind",
        "<propfind xmlns='DAV:'>",
        "<propfind xmlns='DAV:'><prop></propfind>",
        "<propfind xmlns='DAV:'><prop/></propfind>x",
        "<propfind xmlns='DAV:'><prop/></propfind><a/>",
        "<propfind xmlns='DAV:'><prop/></propfind>&amp;",
        "<propfind xmlns='DAV:'><prop/></propfind><![CDATA[]]>",
        "x<propfind xmlns='DAV:'><prop/></propfind>",
        "<D:propfind><D:prop/></D:propfind>",
        "<propfind xmlns='DAV:'><prop><a a='1' a='2'/></prop></propfind>",
        "<propfind xmlns='DAV:'><prop><a xmlns:x='u' xmlns:y='u' x:a='1' y:a='2'/></prop></propfind>",
        "<propfind xmlns='DAV:'><prop><a a='<'/></prop></propfind>",
        "<propfind xmlns='DAV:'><prop><a xmlns:x=''/></prop></propfind>",
        "<propfind xmlns='DAV:'><prop><x:a/></prop></propfind>",
        "<propfind xmlns='DAV:'><prop><a:b:c xmlns:a='u'/></prop></propfind>",
        "<propfind xmlns='DAV:'><prop><1/></prop></propfind>",
        "<propfind xmlns='DAV:'><prop><a\">/></prop></propfind>",
        "<propfind xmlns='DAV:'><prop>&#0;</prop></propfind>",
        "<propfind xmlns='DAV:'><prop>&#x1F;</prop></propfind>",
        "<propfind xmlns='DAV:'><prop><a b='&#8;'/></prop></propfind>",
        "<propfind xmlns='DAV:'><prop>&#xD800;</prop></propfind>",
        "<propfind xmlns='DAV:'><prop>\u{1}</prop></propfind>",
        "<propfind xmlns='DAV:'><prop>&</prop></propfind>",
        "<?xml version='1.1'?><propfind xmlns='DAV:'><prop/></propfind>",
    ] {
        assert!(
            matches!(refusal(body), DavError::NotWellFormed(_)),
            "{body}"
        );
    }
}

#[test]
fn other_encodings() {
    assert_eq!(refusal(b"\xFF\xFE<\0p\0"), DavError::Encoding);
    assert_eq!(refusal(b"\xFE\xFF\0<\0p"), DavError::Encoding);
    assert_eq!(refusal(b"\0<\0p"), DavError::Encoding);
    let latin1 =
        "<?xml version='1.0' encoding='ISO-8859-1'?><propfind xmlns='DAV:'><prop/></propfind>";
    assert_eq!(refusal(latin1), DavError::Encoding);
    assert_eq!(
        refusal(b"<propfind xmlns='DAV:'>\xE4"),
        DavError::NotUtf8(23)
    );
    let marked =
        "\u{FEFF}<?xml version='1.0' encoding='UTF-8'?><propfind xmlns='DAV:'><prop/></propfind>";
    assert!(parse_propfind(marked.as_bytes()).is_ok());
}

#[test]
fn document_types_and_entities() {
    let laughs = "<!DOCTYPE lolz [<!ENTITY lol 'lol'><!ENTITY lol2 '&lol;&lol;&lol;'>]><propfind>&lol2;</propfind>";
    assert_eq!(refusal(laughs), DavError::Doctype);
    let file =
        "<?xml version='1.0'?><!DOCTYPE p [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><p>&x;</p>";
    assert_eq!(refusal(file), DavError::Doctype);
    assert!(matches!(refusal(propfind("&nbsp;")), DavError::Entity(_)));
    assert!(matches!(
        refusal(propfind("<a b='&nbsp;'/>")),
        DavError::Entity(_)
    ));
    assert_eq!(
        refusal(laughs).precondition(),
        Some(&Precondition::NoExternalEntities)
    );
}

#[test]
fn depth_of_a_hundred_thousand() {
    let deep = "<a>".repeat(100_000) + &"</a>".repeat(100_000);
    assert_eq!(refusal(deep), DavError::TooDeep(64));
    let allowed = propfind(&("<a>".repeat(62) + &"</a>".repeat(62)));
    assert!(parse_propfind(allowed.as_bytes()).is_ok());
    let one_more = propfind(&("<a>".repeat(63) + &"</a>".repeat(63)));
    assert_eq!(refusal(one_more), DavError::TooDeep(64));
}

#[test]
fn counts() {
    assert!(parse_propfind(propfind(&"<a/>".repeat(1_998)).as_bytes()).is_ok());
    let limit = |body: String| match refusal(body) {
        DavError::TooMany { what, limit } => (what, limit),
        other => panic!("{other:?}"),
    };
    assert_eq!(limit(propfind(&"<a/>".repeat(1_999))), ("elements", 2_000));
    let mut attributes = String::new();
    let mut namespaces = String::new();
    for number in 0..200_000 {
        write!(attributes, " a{number}=''").expect("a string");
        write!(namespaces, " xmlns:a{number}='u'").expect("a string");
    }
    assert_eq!(
        limit(propfind(&format!("<a{attributes}/>"))),
        ("attributes on one element", 64)
    );
    assert_eq!(
        limit(propfind(&format!("<a{namespaces}/>"))),
        ("namespaces", 128)
    );
    let spread = "<a b='' c='' d=''/>".repeat(1_500);
    assert_eq!(limit(propfind(&spread)), ("attributes", 4_000));
    let long = "u".repeat(1_000_000);
    assert_eq!(
        limit(propfind(&format!("<a xmlns='{long}'/>"))).0,
        "octets in a namespace"
    );
}

/// A property is kept as XML: what was written must be readable again, however it had to be spelt.
#[test]
fn the_name_of_a_namespace_is_measured_by_what_it_means() {
    let accepts =
        |value: &str| parse_propfind(propfind(&format!("<a xmlns='{value}'/>")).as_bytes());
    assert!(accepts(&"&#13;".repeat(1_024)).is_ok());
    assert!(accepts(&"&#13;".repeat(1_025)).is_err());
    assert!(accepts(&format!("&#{}13;", "0".repeat(1_000_000))).is_err());
    assert!(accepts("a&#1;b").is_err());
    assert_eq!(accepts("a\r\nb"), accepts("a b"), "XML 1.0 section 3.3.3");
}

#[test]
fn megabytes_in_one_place() {
    let long = "x".repeat(10_000_000);
    assert!(parse_propfind(propfind(&format!("<a b='{long}'/>")).as_bytes()).is_ok());
    assert!(parse_propfind(propfind(&long).as_bytes()).is_ok());
    assert!(parse_propfind(propfind(&format!("<!--{long}--><a/>")).as_bytes()).is_ok());
    let pieces = "x<!---->&amp;".repeat(100_000);
    let references = "&amp;".repeat(100_000);
    assert!(parse_propfind(propfind(&format!("<a b='{references}'/>")).as_bytes()).is_ok());
    assert!(parse_propfind(propfind(&pieces).as_bytes()).is_ok());
    assert!(matches!(
        refusal(format!("<propfind a='{long}")),
        DavError::NotWellFormed(_)
    ));
    assert!(matches!(
        refusal("<".repeat(1_000_000)),
        DavError::NotWellFormed(_)
    ));
    assert!(matches!(
        refusal("<!--".repeat(1_000_000)),
        DavError::NotWellFormed(_)
    ));
}

#[test]
fn hrefs_of_a_multiget_count_apart() {
    let hrefs = "<D:href>/a.ics</D:href>".repeat(40_000);
    let multiget = |inside: &str| {
        format!(
            "<C:calendar-multiget xmlns:C='urn:ietf:params:xml:ns:caldav' xmlns:D='DAV:'>{inside}</C:calendar-multiget>"
        )
    };
    assert!(parse_report(multiget(&hrefs).as_bytes()).is_ok());
    let nested = multiget(&format!("<D:prop>{hrefs}</D:prop>"));
    assert!(matches!(
        parse_report(nested.as_bytes()),
        Err(DavError::TooMany {
            what: "elements",
            ..
        })
    ));
}

#[test]
fn messages_show_no_content() {
    let body = propfind("<a>Mrs Secret</b>");
    assert!(!refusal(body).to_string().contains("Secret"));
}
