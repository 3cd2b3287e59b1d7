//! expand-property (RFC 3253 section 3.8): properties, and in place of the hrefs in them the properties of what they
//! point at. macOS asks it of the principal. The request's own nesting bounds the answer.

use bridge_core::{
    dav::{Element, ExpandedProperty, MultiStatus, Name, Node, XmlWriter, path::parse_reference},
    ids::Href,
};

use crate::{
    feed::{
        answer::{self, Answer, Refusal},
        props::{self, Value},
        request::Request,
        resource::Resource,
        subject::{self, Subject},
    },
    store::ReadTx,
};

/// Answers with a multi-status about the resource at the address.
pub(super) fn answer(
    request: &Request<'_>,
    wanted: &[ExpandedProperty],
) -> Result<Answer, Refusal> {
    let mut answer = MultiStatus::new(request.verbosity()?);
    request.feed.store.read(|tx| {
        let properties =
            properties(tx, request, request.resource, wanted)?.ok_or_else(Refusal::not_found)?;
        answer.response(&request.href(), |response| {
            for (name, property) in &properties {
                match property {
                    Some(element) => response.found_raw(|xml| xml.element(element)),
                    None => response.missing(name),
                }
            }
        });
        Ok::<_, Refusal>(())
    })?;
    Ok(answer::multi_status(answer.finish()))
}

/// A property and its value, or nothing where the resource has no such property.
type Property<'w> = (&'w Name, Option<Element>);

/// The properties of a resource, or nothing where there is none.
fn properties<'w>(
    tx: &ReadTx<'_>,
    request: &Request<'_>,
    resource: &Resource,
    wanted: &'w [ExpandedProperty],
) -> Result<Option<Vec<Property<'w>>>, Refusal> {
    let scene = request.scene();
    let found = subject::at(tx, request.session, resource, |place| {
        let subject = Subject {
            scene: &scene,
            place,
        };
        wanted
            .iter()
            .map(|wanted| Ok((&wanted.name, property(tx, request, &subject, wanted)?)))
            .collect::<Result<Vec<_>, Refusal>>()
    })?;
    found.transpose()
}

fn property(
    tx: &ReadTx<'_>,
    request: &Request<'_>,
    subject: &Subject<'_>,
    wanted: &ExpandedProperty,
) -> Result<Option<Element>, Refusal> {
    let Some(live) = props::live(&wanted.name) else {
        let dead = subject.dead().iter().find(|dead| dead.name == wanted.name);
        return Ok(dead.cloned());
    };
    match live.value(subject) {
        Some(Value::Hrefs(hrefs)) if !wanted.inner.is_empty() => {
            let mut element = Element::new(live.name.clone());
            for href in &hrefs {
                element
                    .children
                    .push(Node::Element(expanded(tx, request, href, &wanted.inner)?));
            }
            Ok(Some(element))
        }
        Some(value) => Ok(Some(as_element(&live.name, value))),
        None => Ok(None),
    }
}

/// What an href points at as a response of its own; the href alone where that is not on this server.
fn expanded(
    tx: &ReadTx<'_>,
    request: &Request<'_>,
    href: &Href,
    wanted: &[ExpandedProperty],
) -> Result<Element, Refusal> {
    let link = Element::with_text(Name::dav("href"), href.as_str());
    let Ok((None, path)) = parse_reference(href.as_str()) else {
        return Ok(link);
    };
    let Some(properties) = properties(tx, request, &Resource::at(&path), wanted)? else {
        return Ok(link);
    };
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for (name, property) in properties {
        match property {
            Some(element) => found.push(element),
            None => missing.push(Element::new(name.clone())),
        }
    }
    let mut response = vec![link, propstat(found, "HTTP/1.1 200 OK")];
    if !missing.is_empty() {
        response.push(propstat(missing, "HTTP/1.1 404 Not Found"));
    }
    Ok(parent(Name::dav("response"), response))
}

fn propstat(properties: Vec<Element>, status: &str) -> Element {
    let prop = parent(Name::dav("prop"), properties);
    let status = Element::with_text(Name::dav("status"), status);
    parent(Name::dav("propstat"), vec![prop, status])
}

fn parent(name: Name, children: Vec<Element>) -> Element {
    let mut element = Element::new(name);
    element.children = children.into_iter().map(Node::Element).collect();
    element
}

/// A value as a tree, by way of its XML.
fn as_element(name: &Name, value: Value<'_>) -> Element {
    let xml = XmlWriter::document(&Name::dav("prop"), |xml| {
        xml.tag(name, |xml| value.write(xml));
    });
    std::str::from_utf8(&xml)
        .ok()
        .and_then(|xml| Element::from_xml(xml).ok())
        .unwrap_or_else(|| Element::new(name.clone()))
}
