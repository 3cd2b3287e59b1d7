// Runs inside Thunderbird, with the rights of its main window: types into its dialogs, presses their buttons,
// reads what its calendar shows. Functions take one object and return what goes back as JSON.

const caldav = () => cal.manager.getCalendars().filter(one => one.type == "caldav");
const byTitle = title => caldav().find(one => one.name == title);
const windowOf = part =>
  [...Services.wm.getEnumerator(null)].find(one => one.location.href.includes(part) && one.document.readyState == "complete");
const CalEvent = () => ChromeUtils.importESModule("resource:///modules/CalEvent.sys.mjs").CalEvent;

// Presses a button of a dialog after this call has returned: what follows may keep its caller waiting. The timer is
// the dialog's own, because those of the window behind a modal dialog stand still.
function press(dialog, button) {
  dialog.ownerDocument.defaultView.setTimeout(() => dialog.getButton(button).click(), 0);
}

function type(document, id, text) {
  const field = document.getElementById(id);
  field.value = text;
  field.dispatchEvent(new document.defaultView.Event("input", { bubbles: true }));
}

// Whether the window has come up and the calendars are loaded.
function isReady() {
  return document.readyState == "complete" && !!window.cal?.manager && !!window.currentView;
}

// The calendar tab on the whole screen, with the week and nothing beside it.
function openCalendarTab() {
  window.moveTo(0, 0);
  window.resizeTo(window.screen.width, window.screen.height);
  document.getElementById("calendarButton").click();
  document.getElementById("today-pane-panel")?.setAttribute("collapsed", "true");
  document.getElementById("bottom-events-box")?.setAttribute("hidden", "true");
}

// "New calendar ...", "On the network", user name and address typed, "Find calendars".
function startWizard() {
  window.setTimeout(() => cal.window.openCalendarWizard(window), 0);
}
function typeAddress({ user, url }) {
  const wizard = windowOf("calendar-creation")?.document;
  const dialog = wizard?.getElementById("calendar-creation-dialog");
  if (!dialog?.getButton("accept")) {
    return false;
  }
  wizard.getElementById("calendar-type").value = "network";
  dialog.getButton("accept").click();
  type(wizard, "network-username-input", user);
  type(wizard, "network-location-input", url);
  press(dialog, "accept");
  return true;
}

// The box that asks for the password.
function typePassword({ password }) {
  const box = windowOf("commonDialog")?.document;
  if (!box?.querySelector("dialog")?.getButton("accept")) {
    return false;
  }
  box.getElementById("password1Textbox").value = password;
  press(box.querySelector("dialog"), "accept");
  return true;
}

// The list of calendars found, or null while it is not there. `accept` subscribes to those ticked.
function found() {
  const list = windowOf("calendar-creation")?.document.getElementById("network-calendar-list");
  const items = [...(list?.children ?? [])];
  return items.length
    ? items.map(one => ({
        title: one.calendar.name,
        url: one.calendar.uri.spec,
        color: one.calendar.getProperty("color"),
        readOnly: one.calendar.readOnly,
      }))
    : null;
}
function subscribe({ titles }) {
  const wizard = windowOf("calendar-creation").document;
  for (const one of wizard.getElementById("network-calendar-list").children) {
    one.querySelector(".calendar-selected").checked = titles.includes(one.calendar.name);
  }
  press(wizard.getElementById("calendar-creation-dialog"), "accept");
}

// The titles drawn in the week view, one for each box, with the time it is drawn at, sorted.
function drawn() {
  const view = window.currentView();
  const items = [...view.querySelectorAll("calendar-event-box, calendar-editable-item")];
  const boxes = items.filter(one => one.occurrence);
  return boxes
    .map(({ occurrence }) => {
      const start = occurrence.startDate.getInTimezone(cal.dtz.defaultTimezone);
      return `${start.icalString} ${occurrence.title}`;
    })
    .sort();
}

// Shows the week of a day, given as 20261125.
function showWeek({ day }) {
  window.switchToView("week");
  window.currentView().goToDay(cal.createDateTime(`${day}T000000Z`));
}

// The refresh button below the list of calendars.
function refresh() {
  caldav().forEach(one => one.refresh());
}
async function item({ title, uid }) {
  return (await byTitle(title).getItem(uid))?.icalString ?? null;
}

// The three edits go through the transaction manager, as every click in the window does.
async function add({ title, event }) {
  const calendar = byTitle(title);
  const made = new (CalEvent())(event);
  made.calendar = calendar;
  window.doTransaction("add", made, calendar, null, null);
}
async function rename({ title, uid, to }) {
  const calendar = byTitle(title);
  const before = await calendar.getItem(uid);
  const after = before.clone();
  after.title = to;
  window.doTransaction("modify", after, calendar, before, null);
}
// Moves one occurrence of a series, as dragging it in the week view does.
async function moveOccurrence({ title, uid, from, hours }) {
  const calendar = byTitle(title);
  const series = await calendar.getItem(uid);
  const before = series.recurrenceInfo.getOccurrenceFor(cal.createDateTime(from));
  const after = before.clone();
  const by = cal.createDuration(`PT${hours}H`);
  for (const name of ["startDate", "endDate"]) {
    const moved = after[name].clone();
    moved.addDuration(by);
    after[name] = moved;
  }
  window.doTransaction("modify", after, calendar, before, null);
}
async function remove({ title, uid }) {
  const calendar = byTitle(title);
  window.doTransaction("delete", await calendar.getItem(uid), calendar, null, null);
}

// What the conflict dialog says, or null while there is none; and the answer to it.
function conflict() {
  const box = windowOf("calendar-conflicts-dialog")?.document;
  const dialog = box?.querySelector("dialog");
  const text = box?.getElementById("conflicts-description")?.textContent;
  return text && dialog.getButton("accept").label ? { text, heading: box.title } : null;
}
function answerConflict({ button }) {
  press(windowOf("calendar-conflicts-dialog").document.querySelector("dialog"), button);
}

function readOnly({ title }) {
  return byTitle(title).readOnly;
}
