//! PROPFIND, PROPPATCH, MKCALENDAR and MKCOL as the standards and the clients write them.

use crate::dav::{
    DAV, DavError, Element, MkCol, Name, PropChange, PropFind, component_set, parse_mkcalendar,
    parse_mkcol, parse_propfind, parse_proppatch, resource_types,
};

#[test]
fn no_body_asks_for_everything() {
    let everything = Ok(PropFind::AllProp { include: vec![] });
    assert_eq!(parse_propfind(b""), everything);
    assert_eq!(parse_propfind(b" \r\n"), everything);
    assert_eq!(
        parse_propfind(b"<D:propfind xmlns:D='DAV:'><D:allprop/></D:propfind>"),
        everything
    );
}

#[test]
fn the_three_kinds_of_propfind() {
    let included =
        b"<propfind xmlns='DAV:'><allprop/><include><supported-report-set/></include></propfind>";
    assert_eq!(
        parse_propfind(included),
        Ok(PropFind::AllProp {
            include: vec![Name::dav("supported-report-set")]
        })
    );
    assert_eq!(
        parse_propfind(b"<propfind xmlns='DAV:'><propname/></propfind>"),
        Ok(PropFind::PropName)
    );
    let named = b"<A:propfind xmlns:A='DAV:'>
      <A:prop><B:getctag xmlns:B='http://calendarserver.org/ns/'/><A:getetag/><x xmlns=''/></A:prop>
    </A:propfind>";
    assert_eq!(
        parse_propfind(named),
        Ok(PropFind::Prop(vec![
            Name::calendar_server("getctag"),
            Name::dav("getetag"),
            Name::new("", "x")
        ]))
    );
}

#[test]
fn a_propfind_about_something_else_is_refused() {
    assert_eq!(
        parse_propfind(b"<propertyupdate xmlns='DAV:'/>"),
        Err(DavError::UnexpectedRoot(Name::dav("propertyupdate")))
    );
    assert_eq!(
        parse_propfind(b"<propfind/>"),
        Err(DavError::UnexpectedRoot(Name::new("", "propfind")))
    );
    let nothing = parse_propfind(b"<propfind xmlns='DAV:'><other/></propfind>");
    assert!(matches!(nothing, Err(DavError::Malformed { .. })));
}

#[test]
fn a_proppatch_keeps_order_and_language() {
    let body = "<D:propertyupdate xmlns:D='DAV:' xmlns:Z='urn:z' xml:lang='en'>
      <D:set><D:prop xml:lang='de'><Z:a>Ä</Z:a><Z:b xml:lang='fr'/></D:prop></D:set>
      <D:remove><D:prop><Z:a/></D:prop></D:remove>
      <D:set><D:prop><Z:c> kept <D:x/> as it is </Z:c></D:prop></D:set>
    </D:propertyupdate>";
    let patch = parse_proppatch(body.as_bytes()).expect("a PROPPATCH");
    let names: Vec<_> = patch
        .changes
        .iter()
        .map(|change| change.name().local())
        .collect();
    assert_eq!(names, ["a", "b", "a", "c"]);
    let langs: Vec<_> = patch
        .changes
        .iter()
        .map(|change| match change {
            PropChange::Set(element) => element.lang(),
            PropChange::Remove(_) => None,
        })
        .collect();
    assert_eq!(langs, [Some("de"), Some("fr"), None, Some("en")]);
    let PropChange::Set(c) = &patch.changes[3] else {
        panic!("the last change sets")
    };
    assert_eq!(c.text(), " kept  as it is ");
    assert_eq!(c.elements().count(), 1);
}

#[test]
fn a_proppatch_must_change_something() {
    for body in [
        "<propertyupdate xmlns='DAV:'/>",
        "<propertyupdate xmlns='DAV:'><set><prop/></set></propertyupdate>",
    ] {
        assert!(matches!(
            parse_proppatch(body.as_bytes()),
            Err(DavError::Malformed { .. })
        ));
    }
    assert_eq!(parse_proppatch(b""), Err(DavError::Empty));
}

#[test]
fn collections_are_made_with_properties() {
    assert!(parse_mkcalendar(b"").expect("no body").set.is_empty());
    let calendar = parse_mkcalendar(
        b"<C:mkcalendar xmlns:C='urn:ietf:params:xml:ns:caldav' xmlns:D='DAV:'><D:set><D:prop>
            <D:displayname>Tasks</D:displayname>
            <C:supported-calendar-component-set><C:comp name='vtodo'/></C:supported-calendar-component-set>
          </D:prop></D:set></C:mkcalendar>",
    )
    .expect("a MKCALENDAR");
    assert_eq!(calendar.set.len(), 2);
    assert_eq!(component_set(&calendar.set[1]), ["VTODO"]);

    assert_eq!(parse_mkcol(b""), Ok(MkCol::Plain));
    let extended = parse_mkcol(
        b"<mkcol xmlns='DAV:'><set><prop><resourcetype><collection/>
          <calendar xmlns='urn:ietf:params:xml:ns:caldav'/></resourcetype></prop></set></mkcol>",
    );
    let Ok(MkCol::Extended { set }) = extended else {
        panic!("{extended:?}")
    };
    assert_eq!(
        resource_types(&set[0]),
        [Name::dav("collection"), Name::caldav("calendar")]
    );
}

#[test]
fn debug_hides_text() {
    let element = Element::with_text(Name::known(DAV, "displayname"), "Mrs Secret");
    assert!(!format!("{element:?}").contains("Secret"));
}
