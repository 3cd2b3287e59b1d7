//! principal-property-search and principal-search-property-set (RFC 3744 sections 9.4 and 9.5). macOS asks both while
//! an account is set up. There is one principal to be found: the one who asks.

use bridge_core::dav::{
    MultiStatus, Name, PrincipalPropertySearch, PropertySearch, SearchTest, XmlWriter,
};
use http::StatusCode;

use crate::feed::{
    answer::{self, Answer, Refusal},
    props::Selection,
    request::Request,
    subject::{Place, Subject},
};

/// What principals can be searched by, and how people call it.
const SEARCHABLE: [(Name, &str); 3] = [
    (Name::dav("displayname"), "Name"),
    (
        Name::caldav("calendar-user-address-set"),
        "Calendar address",
    ),
    (Name::calendar_server("email-address-set"), "E-mail address"),
];

/// principal-property-search.
pub(super) fn search(
    request: &Request<'_>,
    search: &PrincipalPropertySearch,
) -> Result<Answer, Refusal> {
    let hit = |one: &PropertySearch| is_hit(request, one);
    let found = match search.test {
        SearchTest::AllOf => search.searches.iter().all(hit),
        SearchTest::AnyOf => search.searches.iter().any(hit),
    };
    let mut answer = MultiStatus::new(request.verbosity()?);
    if found {
        let scene = request.scene();
        let subject = Subject {
            scene: &scene,
            place: Place::Principal,
        };
        Selection::new(&search.props).respond(&mut answer, &subject, None);
    }
    Ok(answer::multi_status(answer.finish()))
}

/// Whether one of the properties contains the text, whatever its case.
fn is_hit(request: &Request<'_>, search: &PropertySearch) -> bool {
    let text = search.text.trim().to_lowercase();
    let contains = |value: &str| value.to_lowercase().contains(&text);
    search.props.iter().any(|name| match name.local() {
        "displayname" => contains(request.session.login.as_str()),
        "calendar-user-address-set" | "email-address-set" => request
            .feed
            .addresses
            .iter()
            .any(|address| contains(address)),
        _ => false,
    })
}

/// principal-search-property-set.
pub(super) fn searchable() -> Answer {
    let body = XmlWriter::document(&Name::dav("principal-search-property-set"), |xml| {
        for (name, description) in &SEARCHABLE {
            xml.tag(&Name::dav("principal-search-property"), |xml| {
                xml.tag(&Name::dav("prop"), |xml| xml.empty(name));
                xml.tag_with(&Name::dav("description"), &[("xml:lang", "en")], |xml| {
                    xml.text(description);
                });
            });
        }
    });
    answer::xml(StatusCode::OK, body)
}
