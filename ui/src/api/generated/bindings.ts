// Made from bridge/src/companion by its test `typescript`; not edited by hand.

export type Access = "read-write" | "read-only";

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

export type Problem = { 
/**
 * What the interface may act on.
 */
code: ProblemCode, 
/**
 * What happened and what to do.
 */
message: string, };

export type ProblemCode = "keychain" | "port" | "database" | "login" | "config" | "internal";

export type View = "all" | "busy" | "pharmadoc";
