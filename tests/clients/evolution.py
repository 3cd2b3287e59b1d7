"""Drives Evolution Data Server, the calendar engine of GNOME Calendar and Evolution, through its own library.

One JSON line per call on stdin, one per answer on stdout. Everything goes the way the desktop's programs go: the
engine's own discovery, its source registry and calendar factory on the session bus, its own cache and CalDAV code.
"""

import json
import sys

import gi

gi.require_version("EDataServer", "1.2")
gi.require_version("ECal", "2.0")
from gi.repository import ECal, EDataServer, GLib, ICalGLib  # noqa: E402

registry = EDataServer.SourceRegistry.new_sync(None)
calendar = None


def address_of(source, url, user):
    """Writes where a source lives and who signs in there."""
    uri = GLib.Uri.parse(url, GLib.UriFlags.NONE)
    login = source.get_extension(EDataServer.SOURCE_EXTENSION_AUTHENTICATION)
    login.set_method("plain/password")
    login.set_host(uri.get_host())
    login.set_port(uri.get_port())
    login.set_user(user)
    source.get_extension(EDataServer.SOURCE_EXTENSION_WEBDAV_BACKEND).set_uri(uri)


def discover(url, user, password):
    """What the "new calendar" dialog finds when somebody types the address."""
    source = EDataServer.Source.new(None, None)
    address_of(source, url, user)
    login = EDataServer.NamedParameters.new()
    login.set("username", user)
    login.set("password", password)
    wanted = EDataServer.WebDAVDiscoverSupports.EVENTS | EDataServer.WebDAVDiscoverSupports.TASKS
    found = EDataServer.webdav_discover_sources_sync(source, url, wanted, login, None)
    return [
        {
            "href": one.href,
            "name": one.display_name,
            "color": one.color,
            "events": bool(one.supports & EDataServer.WebDAVDiscoverSupports.EVENTS),
            "tasks": bool(one.supports & EDataServer.WebDAVDiscoverSupports.TASKS),
        }
        for one in found.out_discovered_sources
    ]


def subscribe(href, user, password):
    """Adds a found calendar, signs in and opens it."""
    global calendar
    source = EDataServer.Source.new(None, None)
    source.set_parent("caldav-stub")
    source.set_display_name("Ward")
    source.get_extension(EDataServer.SOURCE_EXTENSION_CALENDAR).set_backend_name("caldav")
    address_of(source, href, user)
    registry.commit_source_sync(source, None)
    source = registry.ref_source(source.get_uid())
    source.store_password_sync(password, False, None)
    calendar = ECal.Client.connect_sync(source, ECal.ClientSourceType.EVENTS, 1, None)


def is_readonly():
    """Whether it offers to edit; until the first sign-in has worked, nothing is offered."""
    calendar.retrieve_properties_sync(None)
    return calendar.is_readonly()


def refresh():
    """The refresh button."""
    calendar.refresh_sync(None)


def components():
    """What the calendar shows: every master and every changed occurrence."""
    return [one.get_as_string() for one in calendar.get_object_list_as_comps_sync("#t", None).out_ecalcomps]


def create(component):
    return calendar.create_object_sync(
        ICalGLib.Component.new_from_string(component), ECal.OperationFlags.NONE, None
    ).out_uid


def modify(component, which):
    """`which` is ALL for a whole series or THIS for one occurrence."""
    calendar.modify_object_sync(
        ICalGLib.Component.new_from_string(component),
        getattr(ECal.ObjModType, which),
        ECal.OperationFlags.NONE,
        None,
    )


def remove(uid, recurrence_id=None, which="ALL"):
    calendar.remove_object_sync(
        uid, recurrence_id, getattr(ECal.ObjModType, which), ECal.OperationFlags.NONE, None
    )


for line in sys.stdin:
    function, arguments = json.loads(line)
    try:
        answer = {"ok": globals()[function](**arguments)}
    except GLib.Error as error:
        answer = {"error": error.message}
    except Exception as error:  # whatever it is, the test shall show it
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
