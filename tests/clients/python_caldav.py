"""Drives python-caldav, the library of many scripts and home automations.

One JSON line per call on stdin, one per answer on stdout.
"""

import datetime
import json
import sys

import caldav
from caldav.lib import error

principal = None
calendar = None
token = None


def when(text):
    return datetime.datetime.fromisoformat(text)


def connect(url, user, password, verify):
    """Signs in with nothing but the address somebody typed; `verify` is True or a file with the authority."""
    global principal
    client = caldav.DAVClient(url=url, username=user, password=password, ssl_verify_cert=verify)
    principal = client.principal()
    return sorted(one.get_display_name() for one in principal.calendars())


def make_calendar(name, title):
    global calendar
    calendar = principal.make_calendar(name=title, cal_id=name)
    return str(calendar.url)


def open_calendar(title):
    global calendar
    calendar = next(one for one in principal.calendars() if one.get_display_name() == title)
    return calendar.get_supported_components()


def save(object):
    return str(calendar.save_event(object).url)


def save_todo(object):
    return str(calendar.save_todo(object).url)


def titles():
    return sorted(str(one.icalendar_component["SUMMARY"]) for one in calendar.events())


def occurrences(start, end):
    """Expanded by the server, and asked for that way."""
    found = calendar.search(
        start=when(start), end=when(end), event=True, server_expand=True, split_expanded=True
    )
    shown = [one.icalendar_component for one in found]
    return sorted(f"{one['DTSTART'].dt.astimezone(datetime.UTC):%Y-%m-%dT%H:%MZ} {one['SUMMARY']}" for one in shown)


def rename(uid, title):
    one = calendar.event_by_uid(uid)
    one.icalendar_component["SUMMARY"] = title
    one.save()


def complete(uid):
    calendar.todo_by_uid(uid).complete()


def open_todos():
    return sorted(str(one.icalendar_component["SUMMARY"]) for one in calendar.todos())


def delete(uid):
    calendar.event_by_uid(uid).delete()


def busy(start, end):
    """The busy times, as the server tells them."""
    answer = calendar.freebusy_request(when(start), when(end))
    periods = []
    for component in answer.icalendar_instance.walk("VFREEBUSY"):
        found = component.get("FREEBUSY", [])
        for line in found if isinstance(found, list) else [found]:
            periods += [line] if not hasattr(line, "dts") else line.dts
    shown = [getattr(one, "dt", one) for one in periods]
    return sorted(f"{start:%Y-%m-%dT%H:%MZ}" for start, *_ in shown)


def remember():
    """Keeps the sync token of now."""
    global token
    token = calendar.objects_by_sync_token(load_objects=False).sync_token


def changed():
    """The names of what changed since `remember`."""
    global token
    delta = calendar.objects_by_sync_token(sync_token=token, load_objects=False)
    token = delta.sync_token
    return sorted(str(one.url).rsplit("/", 1)[-1] for one in delta)


def remove_calendar():
    calendar.delete()


for line in sys.stdin:
    function, arguments = json.loads(line)
    try:
        answer = {"ok": globals()[function](**arguments)}
    except error.DAVError as refused:
        answer = {"error": f"{type(refused).__name__} {refused.reason} {refused.url}"}
    except Exception as other:  # whatever it is, the test shall show it
        answer = {"error": repr(other)}
    print(json.dumps(answer), flush=True)
