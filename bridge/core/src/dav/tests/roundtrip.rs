//! Whatever is printed is read back as the same tree.

use proptest::prelude::*;

use crate::dav::read::{Limits, read};
use crate::dav::{
    APPLE, CALDAV, DAV, Element, Name, Node, PropFind, XML, XmlWriter, parse_propfind,
};

fn name() -> impl Strategy<Value = Name> {
    let ns = prop_oneof![
        Just(DAV),
        Just(CALDAV),
        Just(APPLE),
        Just(""),
        Just("urn:x"),
        Just("http://e/?a=1&b='<\">"),
    ];
    (ns, "[a-zA-Z_é][a-zA-Z0-9._é-]{0,5}").prop_map(|(ns, local)| Name::new(ns, &local))
}

/// Text of characters XML can carry; never empty, because an empty text is no text.
fn text() -> impl Strategy<Value = String> {
    "[ -~\t\r\n\u{80}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]{1,12}"
}

fn element() -> impl Strategy<Value = Element> {
    let leaf =
        (name(), attributes(), prop::option::of(text())).prop_map(|(name, attributes, text)| {
            Element {
                name,
                attributes,
                children: text.into_iter().map(Node::Text).collect(),
            }
        });
    leaf.prop_recursive(5, 40, 5, |inner| {
        (
            name(),
            attributes(),
            prop::collection::vec((prop::option::of(text()), inner), 0..5),
        )
            .prop_map(|(name, attributes, nodes)| {
                let children = nodes.into_iter().flat_map(|(text, element)| {
                    text.map(Node::Text)
                        .into_iter()
                        .chain([Node::Element(element)])
                });
                Element {
                    name,
                    attributes,
                    children: children.collect(),
                }
            })
    })
}

fn attributes() -> impl Strategy<Value = Vec<(Name, String)>> {
    let lang = prop::option::of("[a-z]{2}".prop_map(|lang| (Name::known(XML, "lang"), lang)));
    (prop::collection::btree_map(name(), text(), 0..3), lang)
        .prop_map(|(attributes, lang)| attributes.into_iter().chain(lang).collect())
}

fn printed(element: &Element) -> Vec<u8> {
    XmlWriter::document(&Name::dav("prop"), |xml| xml.element(element))
}

proptest! {
    #[test]
    fn print_then_read_is_the_same_tree(tree in element()) {
        let read = read(&printed(&tree), Limits::REQUEST).expect("what is printed can be read");
        prop_assert_eq!(read.children.first(), Some(&Node::Element(tree)));
    }

    #[test]
    fn any_octets_can_be_answered(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        let body = XmlWriter::document(&Name::dav("prop"), |xml| {
            xml.octets(&octets);
            xml.text_tag(&Name::new(&String::from_utf8_lossy(&octets), "x"), "y");
        });
        let read = read(&body, Limits::REQUEST);
        prop_assert!(read.is_ok(), "{:?}", read);
    }

    #[test]
    fn text_that_xml_carries_survives(text in text()) {
        let body = XmlWriter::document(&Name::dav("prop"), |xml| xml.octets(text.as_bytes()));
        let read = read(&body, Limits::REQUEST).expect("what is printed can be read");
        prop_assert_eq!(read.text(), text);
    }

    #[test]
    fn names_asked_for_arrive(names in prop::collection::vec(name(), 0..20)) {
        let body = XmlWriter::document(&Name::dav("propfind"), |xml| {
            xml.tag(&Name::dav("prop"), |xml| names.iter().for_each(|name| xml.empty(name)));
        });
        prop_assert_eq!(parse_propfind(&body), Ok(PropFind::Prop(names)));
    }

    #[test]
    fn nothing_panics(body in ".{0,200}", octets in prop::collection::vec(any::<u8>(), 0..100)) {
        drop(parse_propfind(body.as_bytes()));
        drop(parse_propfind(&octets));
        let xml = format!("<propfind xmlns='DAV:'>{body}</propfind>");
        drop(parse_propfind(xml.as_bytes()));
    }
}
