//! Every reader of XML: no input may panic, and what was understood is written and read again as the same value.

use bridge_core::dav::{
    self, Element, MkCol, Name, PropChange, PropFind, XmlWriter, parse_error, parse_mkcalendar,
    parse_mkcol, parse_multistatus, parse_propfind, parse_proppatch, parse_report,
};

/// Feeds one body to every parser.
pub fn run(body: &[u8]) {
    if let Ok(PropFind::Prop(names)) = parse_propfind(body) {
        propfind_again(&names);
    }
    if let Ok(patch) = parse_proppatch(body) {
        for change in &patch.changes {
            proppatch_again(change);
        }
    }
    if let Ok(calendar) = parse_mkcalendar(body) {
        drop(format!("{calendar:?}"));
    }
    if let Ok(collection @ (MkCol::Plain | MkCol::Extended { .. })) = parse_mkcol(body) {
        drop(format!("{collection:?}"));
    }
    match parse_report(body) {
        Ok(report) => drop(format!("{report:?}")),
        Err(error) => {
            assert!((400..600).contains(&error.status()), "{error}");
            drop(error.precondition().map(dav::error_body));
        }
    }
    drop(parse_multistatus(body));
    drop(parse_error(body));
}

fn propfind_again(names: &[Name]) {
    let body = XmlWriter::document(&Name::dav("propfind"), |xml| {
        xml.tag(&Name::dav("prop"), |xml| {
            for name in names {
                xml.empty(name);
            }
        });
    });
    assert_eq!(parse_propfind(&body), Ok(PropFind::Prop(names.to_vec())));
}

fn proppatch_again(change: &PropChange) {
    let PropChange::Set(element) = change else {
        return;
    };
    let patch = parse_proppatch(&set(element)).expect("what was written can be read");
    assert_eq!(
        patch.changes.as_slice(),
        std::slice::from_ref(change),
        "a dead property changed on its way"
    );
}

fn set(element: &Element) -> Vec<u8> {
    XmlWriter::document(&Name::dav("propertyupdate"), |xml| {
        xml.tag(&Name::dav("set"), |xml| {
            xml.tag(&Name::dav("prop"), |xml| xml.element(element));
        });
    })
}
