//! Who owns what and what the one who asks may do with it: the read side of RFC 3744, and the truth about it. A
//! client shows a calendar as read-only when `write-content` is not among the privileges.

use bridge_core::dav::{Name, Privilege, XmlWriter};

use super::{Live, Value};
use crate::feed::{
    session::Rights,
    subject::{Place, Subject},
};

pub(super) const TABLE: &[Live] = &[
    Live::named(Name::dav("owner"), owner),
    Live::named(
        Name::dav("current-user-privilege-set"),
        current_user_privilege_set,
    ),
    Live::named(
        Name::dav("supported-privilege-set"),
        supported_privilege_set,
    ),
];

/// Everything can be read by whoever sees it. Everybody may also keep notes of their own on it (colour, order), but
/// `write-properties` is not announced for that: Thunderbird takes it for leave to edit the events.
const READER: [Privilege; 3] = [
    Privilege::Read,
    Privilege::ReadFreeBusy,
    Privilege::ReadCurrentUserPrivilegeSet,
];
const WRITER: [Privilege; 5] = [
    Privilege::Write,
    Privilege::WriteProperties,
    Privilege::WriteContent,
    Privilege::Bind,
    Privilege::Unbind,
];

fn owner<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    match subject.place {
        Place::Home(_) | Place::Calendar(_) | Place::Object(..) => {
            Some(Value::href(subject.principal()))
        }
        Place::Site(_) | Place::Principal => None,
    }
}

/// The privileges that the session has on the resource.
fn privileges(subject: &Subject<'_>) -> Vec<Privilege> {
    let session = subject.scene.session;
    let rights = match subject.place {
        Place::Site(_) | Place::Principal => Rights::Read,
        Place::Home(_) => session.home_rights(),
        Place::Calendar(calendar) | Place::Object(calendar, _) => calendar.rights,
    };
    let mut privileges = READER.to_vec();
    if rights == Rights::Write {
        privileges.extend(WRITER);
    }
    privileges
}

fn current_user_privilege_set<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    let privileges = privileges(subject);
    Some(Value::xml(move |xml| {
        for privilege in &privileges {
            xml.tag(&Name::dav("privilege"), |xml| xml.empty(&privilege.name()));
        }
    }))
}

/// The tree of privileges (RFC 3744 section 5.3): `write` is the four that change something together.
fn supported_privilege_set<'a>(_subject: &'a Subject<'a>) -> Option<Value<'a>> {
    Some(Value::xml(|xml| {
        supported(xml, Privilege::All, "Everything", |xml| {
            supported(xml, Privilege::Read, "Read", |xml| {
                leaf(xml, Privilege::ReadFreeBusy, "Read free and busy times");
            });
            leaf(
                xml,
                Privilege::ReadCurrentUserPrivilegeSet,
                "Read own privileges",
            );
            supported(xml, Privilege::Write, "Write", |xml| {
                leaf(xml, Privilege::WriteContent, "Change objects");
                leaf(xml, Privilege::WriteProperties, "Change properties");
                leaf(xml, Privilege::Bind, "Add objects");
                leaf(xml, Privilege::Unbind, "Remove objects");
            });
        });
    }))
}

fn leaf(xml: &mut XmlWriter, privilege: Privilege, description: &str) {
    supported(xml, privilege, description, |_| {});
}

fn supported(
    xml: &mut XmlWriter,
    privilege: Privilege,
    description: &str,
    inside: impl FnOnce(&mut XmlWriter),
) {
    xml.tag(&Name::dav("supported-privilege"), |xml| {
        xml.tag(&Name::dav("privilege"), |xml| xml.empty(&privilege.name()));
        xml.text_tag(&Name::dav("description"), description);
        inside(xml);
    });
}
