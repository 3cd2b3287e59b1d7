// Made from bridge/src/companion by its test `typescript`; not edited by hand.

export type Access = "read-write" | "read-only";

export type AccountCalendar = { 
/**
 * Its number, which requests name.
 */
id: number, 
/**
 * What it is called here.
 */
displayName: string, 
/**
 * What its provider calls it.
 */
providerName: string, 
/**
 * Its colour here as `#rrggbb`.
 */
color: string | null, 
/**
 * Whether the provider lets us change it.
 */
access: Access, 
/**
 * Whether there is a copy here.
 */
chosen: boolean, 
/**
 * The name of the copy in the feed's addresses.
 */
name: string | null, 
/**
 * Whether its events take the doctor's time.
 */
busy: boolean, 
/**
 * Whether visits are written into it.
 */
visits: boolean, 
/**
 * The age of the data: when the copy was last known to be current, in RFC 3339.
 */
checkedAt: string | null, 
/**
 * What is wrong with it.
 */
problem: Trouble | null, 
/**
 * Changes made here that the provider does not have yet.
 */
waiting: number, 
/**
 * Entries that cannot be taken over or sent; they stay where they are.
 */
setAside: number, 
/**
 * Entries with details that the provider has no form for; those stay on this computer.
 */
keptHere: number, 
/**
 * How both sides compared; `null` before the first time.
 */
compared: Compared | null, };

export type AccountEntry = { 
/**
 * Its number, which requests name.
 */
id: number, 
/**
 * What the doctor calls it.
 */
name: string, 
/**
 * What people call the kind: iCloud, Nextcloud.
 */
provider: string, 
/**
 * The user name there.
 */
user: string, 
/**
 * Whether the doctor signs in in the browser, and not with a password.
 */
inBrowser: boolean, 
/**
 * How it is.
 */
state: AccountState, 
/**
 * The age of the data: when the oldest of its chosen calendars was last known to be current, in RFC 3339.
 * `null` as long as one of them has not been read once.
 */
checkedAt: string | null, 
/**
 * When it is tried again, in RFC 3339.
 */
retryAt: string | null, 
/**
 * What is wrong with it.
 */
problem: Trouble | null, 
/**
 * Changes made here that the provider does not have yet.
 */
waiting: number, 
/**
 * How often the permission was renewed lately; `null` where the account has a password.
 */
refreshes: Refreshes | null, 
/**
 * What it offers.
 */
calendars: Array<AccountCalendar>, };

export type AccountRequest = { 
/**
 * The kind, one of the presets.
 */
preset: string, 
/**
 * The server: an address, a host or a mail address; nothing where the preset knows it.
 */
address: string | null, 
/**
 * The user name there.
 */
user: string, 
/**
 * The password; for many providers one made for this app alone.
 */
password: string, 
/**
 * What the doctor calls it; the provider and the user name, when nothing is said.
 */
name: string | null, };

export type AccountState = "ok" | "syncing" | "retrying" | "needs-you";

export type Agenda = { 
/**
 * The first day in the zone of this computer, like `2026-12-24`.
 */
from: string, 
/**
 * The zone of this computer, like `Europe/Berlin`.
 */
timeZone: string | null, 
/**
 * In the order of their times.
 */
entries: Array<AgendaEntry>, };

export type AgendaEntry = { 
/**
 * The beginning in RFC 3339; a day, like `2026-12-24`, when it lasts all day.
 */
start: string, 
/**
 * The end, not included, in the form of the beginning.
 */
end: string, 
/**
 * Whether it lasts whole days.
 */
allDay: boolean, 
/**
 * Its title.
 */
title: string, 
/**
 * Where it takes place.
 */
location: string | null, 
/**
 * The calendar, as people call it.
 */
calendar: string, 
/**
 * The colour of the calendar as `#rrggbb`.
 */
color: string | null, 
/**
 * Its UID, the same for every occurrence.
 */
uid: string, };

export type AgendaRange = { 
/**
 * The first day, like `2026-12-24`; today, when nothing is said.
 */
from: string | null, 
/**
 * How many days, 1 to 62.
 */
days: number, };

export type CalendarChange = { "busy": boolean } | { "visits": boolean } | { "name": string } | { "color": string } | { "move": Direction };

export type CalendarEntry = { 
/**
 * Its name in the address.
 */
name: string, 
/**
 * What people call it.
 */
displayName: string, 
/**
 * Its colour as `#rrggbb`, where an app has given it one.
 */
color: string | null, 
/**
 * Where its events come from.
 */
kind: CalendarKind, 
/**
 * Whether apps may change it.
 */
access: Access, };

export type CalendarKind = "local" | "pharmadoc" | "remote" | "everything";

export type Compared = { 
/**
 * When, in RFC 3339.
 */
at: string, 
/**
 * How many entries the provider has.
 */
entries: number, 
/**
 * How many of either side the other has not, or in another version.
 */
differing: number, };

export type ConflictEntry = { 
/**
 * Its number, which requests name.
 */
id: number, 
/**
 * What happened.
 */
kind: ConflictKind, 
/**
 * The calendar, as people call it.
 */
calendar: string, 
/**
 * The title of the entry.
 */
title: string, 
/**
 * When the entry takes place, in RFC 3339, or as a day when it has no time.
 */
start: string | null, 
/**
 * Whose version was kept.
 */
winner: Side, 
/**
 * What differed, in words: title, time, place.
 */
lost: Array<string>, 
/**
 * When it happened, in RFC 3339.
 */
at: string, 
/**
 * Whether the version that lost can be had again.
 */
restorable: boolean, 
/**
 * When it was had again, in RFC 3339.
 */
restoredAt: string | null, };

export type ConflictKind = "fields" | "edit-beat-deletion" | "deletion-beat-edit";

export type Decisions = { 
/**
 * Versions that lost, the latest first.
 */
conflicts: Array<ConflictEntry>, 
/**
 * Deletions that wait.
 */
deletions: Array<HeldDeletions>, };

export type DeletionsDecision = "agree" | "restore";

export type Direction = "up" | "down";

export type FeedState = { "state": "serving", 
/**
 * Plain http.
 */
http: string | null, 
/**
 * The same over TLS.
 */
https: string | null, } | { "state": "stopped", 
/**
 * Why, and what to do.
 */
problem: Problem, };

export type HeldDeletions = { 
/**
 * The calendar of the account they belong to.
 */
collection: number, 
/**
 * The account, as the doctor calls it.
 */
account: string, 
/**
 * The calendar, as people call it.
 */
calendar: string, 
/**
 * Where the entries were deleted; on the other side they are still there.
 */
deleted: Side, 
/**
 * How many.
 */
count: number, 
/**
 * The titles of the first few.
 */
titles: Array<string>, 
/**
 * Since when, in RFC 3339.
 */
since: string, };

export type KeyPlace = "keychain" | "file" | "passphrase" | "unknown";

export type LoginEntry = { 
/**
 * Its user name.
 */
login: string, 
/**
 * What the person calls it.
 */
label: string, 
/**
 * How much it sees.
 */
view: View, 
/**
 * Whether it may change anything.
 */
access: Access, 
/**
 * When it was connected, in RFC 3339.
 */
created: string, 
/**
 * When it last signed in, in RFC 3339.
 */
lastUsed: string | null, };

export type LoginRequest = { 
/**
 * What the person calls it.
 */
label: string, 
/**
 * How much it sees.
 */
view: View, 
/**
 * Whether it may change anything.
 */
access: Access, };

export type NewLogin = { 
/**
 * The user name.
 */
login: string, 
/**
 * What the person calls the app.
 */
label: string, 
/**
 * The password.
 */
password: string, 
/**
 * The address for apps that only subscribe; whoever knows it can read.
 */
subscription: string | null, };

export type Overview = { 
/**
 * Where the feed is, or why it is not.
 */
feed: FeedState, 
/**
 * The apps that may sign in.
 */
logins: Array<LoginEntry>, 
/**
 * What they find.
 */
calendars: Array<CalendarEntry>, 
/**
 * The accounts that are synced.
 */
accounts: Array<AccountEntry>, 
/**
 * How many things wait for a look of the doctor; `decisions` tells them.
 */
waitingDecisions: number, 
/**
 * Where the doctor signs in at the moment, as long as a sign-in in the browser is under way.
 */
connecting: string | null, 
/**
 * How everything is, in one sign and one line.
 */
standing: Standing, 
/**
 * The folder of the data.
 */
folder: string, 
/**
 * Where its key is kept.
 */
keyPlace: KeyPlace, 
/**
 * The version of the program.
 */
version: string, };

export type PresetEntry = { 
/**
 * What a request calls it.
 */
id: string, 
/**
 * What people call it.
 */
label: string, 
/**
 * Whether the doctor signs in in the browser, and not with a user name and a password.
 */
inBrowser: boolean, 
/**
 * Whether the address of the server must be typed.
 */
needsAddress: boolean, 
/**
 * What to know before: that an app password is needed, and where to make it.
 */
hint: string | null, 
/**
 * The page that says more.
 */
help: string | null, };

export type Problem = { 
/**
 * What the interface may act on.
 */
code: ProblemCode, 
/**
 * What happened and what to do.
 */
message: string, };

export type ProblemCode = "keychain" | "port" | "database" | "login" | "address" | "password" | "account" | "already-connected" | "not-registered" | "denied" | "unticked" | "timed-out" | "cancelled" | "config" | "internal";

export type Refreshes = { 
/**
 * Those that worked.
 */
succeeded: number, 
/**
 * All of them.
 */
tried: number, };

export type Side = "here" | "provider";

export type Sign = "fine" | "needs-you" | "syncing";

export type Standing = { 
/**
 * In one sign.
 */
sign: Sign, 
/**
 * In one line.
 */
words: string, };

export type StillGone = { 
/**
 * The title of the entry.
 */
title: string, 
/**
 * Why, for the person at the screen.
 */
why: string, };

export type Tag = "feed" | "accounts" | "agenda" | "conflicts";

export type Trouble = { 
/**
 * What a face may act on: with `password-refused` and `permission-withdrawn` it offers the field for a new password,
 * or the browser.
 */
code: string, 
/**
 * What happened.
 */
message: string, 
/**
 * What to do.
 */
fix: string, 
/**
 * Since when, in RFC 3339.
 */
since: string, };

export type View = "all" | "busy" | "pharmadoc";
