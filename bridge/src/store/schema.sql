-- Version 4, made by the migrations. Do not edit.

CREATE TABLE accounts (
  id INTEGER PRIMARY KEY,
  -- What the doctor calls it, and types after --account.
  name TEXT NOT NULL UNIQUE,
  provider TEXT NOT NULL,
  -- The entry of providers.toml it was made from.
  preset TEXT NOT NULL,
  -- Where signing in starts; the secret lies in `secrets`.
  address TEXT NOT NULL,
  user TEXT NOT NULL,
  -- What signing in found (JSON of the provider's own making), so that it need not be found again each time.
  found TEXT,
  created INTEGER NOT NULL,
  -- The last round that reached the provider.
  checked INTEGER,
  failures INTEGER NOT NULL DEFAULT 0,
  retry_at INTEGER,
  -- Why it does not work (a code), since when, and whether only the doctor can mend it.
  problem TEXT,
  problem_since INTEGER,
  needs_user INTEGER NOT NULL DEFAULT 0 CHECK (needs_user IN (0, 1))
) STRICT;

CREATE TABLE bases (
  collection INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  -- NULL: to be read before anything is written over it.
  etag TEXT,
  -- NULL: the same octets as the object here.
  octets BLOB, said BLOB,
  PRIMARY KEY (collection, name)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX bases_by_remote ON bases (collection, remote_id);

CREATE INDEX bases_said ON bases (collection) WHERE said IS NOT NULL;

CREATE INDEX bases_unread ON bases (collection) WHERE etag IS NULL;

CREATE TABLE bodies (
  object INTEGER PRIMARY KEY REFERENCES objects (id) ON DELETE CASCADE,
  octets BLOB NOT NULL
) STRICT;

CREATE TABLE calendars (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('local', 'pharmadoc', 'remote', 'everything')),
  display_name TEXT NOT NULL,
  components TEXT NOT NULL,
  access TEXT NOT NULL CHECK (access IN ('read-write', 'read-only')),
  -- The default zone for floating and all-day times: an IANA name, or the VTIMEZONE as the client gave it.
  tzid TEXT,
  zone_object BLOB,
  -- The latest change (the ctag); deletions up to `retained_from` are forgotten.
  seq INTEGER NOT NULL,
  retained_from INTEGER NOT NULL,
  created INTEGER NOT NULL
) STRICT;

CREATE TABLE clients (
  login TEXT PRIMARY KEY,
  label TEXT NOT NULL,
  view TEXT NOT NULL CHECK (view IN ('all', 'busy', 'pharmadoc')),
  access TEXT NOT NULL CHECK (access IN ('read-write', 'read-only')),
  password TEXT NOT NULL,
  ics_token TEXT NOT NULL UNIQUE,
  created INTEGER NOT NULL,
  last_used INTEGER,
  revoked INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE collections (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  remote_id TEXT NOT NULL,
  -- The copy here; NULL when the doctor did not choose it.
  calendar INTEGER UNIQUE REFERENCES calendars (id) ON DELETE SET NULL,
  display_name TEXT NOT NULL,
  color TEXT,
  components TEXT NOT NULL,
  access TEXT NOT NULL CHECK (access IN ('read-write', 'read-only')),
  -- Whether its events take the doctor's time.
  busy INTEGER NOT NULL CHECK (busy IN (0, 1)),
  -- The provider's mark of all of it (ctag or sync token) up to which the copy is complete.
  version TEXT,
  -- Where the next changes begin.
  token TEXT,
  -- The last complete listing, and the last time the copy was known to be current.
  listed INTEGER,
  checked INTEGER,
  -- Since when the provider no longer lists it.
  vanished INTEGER,
  failures INTEGER NOT NULL DEFAULT 0,
  retry_at INTEGER,
  problem TEXT,
  problem_since INTEGER, visits INTEGER NOT NULL DEFAULT 0 CHECK (visits IN (0, 1)), compared INTEGER, entries INTEGER, differing INTEGER,
  UNIQUE (account, remote_id)
) STRICT;

CREATE TABLE conflicts (
  id INTEGER PRIMARY KEY,
  calendar INTEGER NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  uid TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('fields', 'edit-beat-deletion', 'deletion-beat-edit')),
  winner TEXT NOT NULL CHECK (winner IN ('local', 'remote')),
  -- The names of the fields, between commas.
  fields TEXT NOT NULL,
  -- The whole version that lost; NULL when a deletion lost.
  lost BLOB,
  at INTEGER NOT NULL,
  restored INTEGER
) STRICT;

CREATE INDEX conflicts_by_time ON conflicts (at);

CREATE TABLE held_deletions (
  collection INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
  remote_id TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (collection, remote_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE integrations (
  -- The Idempotency-Key of the announcement, kept before it is sent.
  key TEXT PRIMARY KEY,
  account INTEGER UNIQUE REFERENCES accounts (id) ON DELETE SET NULL,
  -- What PharmaDOC calls it; NULL until it has answered.
  id TEXT UNIQUE
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
  calendar INTEGER NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  seq INTEGER NOT NULL,
  change TEXT NOT NULL CHECK (change IN ('stored', 'deleted')),
  at INTEGER NOT NULL,
  PRIMARY KEY (calendar, name)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX journal_by_calendar ON journal (calendar, seq);

CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE objects (
  id INTEGER PRIMARY KEY,
  calendar INTEGER NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  uid TEXT NOT NULL,
  kind TEXT NOT NULL,
  etag TEXT NOT NULL,
  size INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  created INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  -- When the index of a series must reach further ahead; NULL when it says all it can.
  index_due INTEGER,
  -- 1 when the index depends on the calendar's default zone.
  zone_dependent INTEGER NOT NULL CHECK (zone_dependent IN (0, 1)),
  UNIQUE (calendar, name),
  UNIQUE (calendar, uid)
) STRICT;

CREATE INDEX objects_by_calendar ON objects (calendar);

CREATE INDEX objects_by_due ON objects (index_due) WHERE index_due IS NOT NULL;

CREATE INDEX objects_by_zone ON objects (calendar) WHERE zone_dependent = 1;

CREATE TABLE occurrences (
  calendar INTEGER NOT NULL,
  class INTEGER NOT NULL,
  start INTEGER NOT NULL,
  object INTEGER NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
  end INTEGER NOT NULL,
  exact INTEGER NOT NULL CHECK (exact IN (0, 1)),
  PRIMARY KEY (calendar, class, start, object, end)
) STRICT, WITHOUT ROWID;

CREATE INDEX occurrences_by_object ON occurrences (object, exact);

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  collection INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  -- Where it goes; of a new object chosen and stored before the first octet is sent.
  remote_id TEXT,
  noted INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'held', 'conflict', 'set-aside')),
  -- What was sent without a known outcome: 'put' (then the octets) or 'delete'. 'look': nothing, but something is there.
  sent TEXT CHECK (sent IN ('put', 'delete', 'look')),
  sent_octets BLOB,
  -- Rounds lost to another writer, and failures in a row.
  rounds INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  retry_at INTEGER,
  problem TEXT,
  UNIQUE (collection, name)
) STRICT;

CREATE INDEX outbox_by_remote ON outbox (collection, remote_id) WHERE remote_id IS NOT NULL;

CREATE INDEX outbox_by_retry ON outbox (retry_at) WHERE retry_at IS NOT NULL;

CREATE TABLE properties (
  id INTEGER PRIMARY KEY,
  calendar INTEGER REFERENCES calendars (id) ON DELETE CASCADE,
  login TEXT NOT NULL,
  namespace TEXT NOT NULL,
  name TEXT NOT NULL,
  xml TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX properties_by_name ON properties (ifnull(calendar, 0), login, namespace, name);

CREATE TABLE recent_deletions (
  id INTEGER PRIMARY KEY,
  collection INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE refreshes (
  account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  day INTEGER NOT NULL,
  succeeded INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE secrets (
  owner TEXT NOT NULL,
  field TEXT NOT NULL,
  sealed BLOB NOT NULL,
  changed INTEGER NOT NULL,
  PRIMARY KEY (owner, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE set_aside (
  collection INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
  remote_id TEXT NOT NULL,
  etag TEXT,
  uid TEXT,
  problem TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (collection, remote_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE watches (
  -- The Idempotency-Key of the channel's request, kept before it is sent.
  key TEXT PRIMARY KEY,
  integration TEXT NOT NULL REFERENCES integrations (key) ON DELETE CASCADE,
  -- A calendar at the provider; empty: all of the account.
  target TEXT NOT NULL,
  -- PharmaDOC's channel; NULL until it has answered.
  channel TEXT UNIQUE,
  -- The provider's name of its side; NULL until it has answered.
  watch TEXT,
  -- When another takes its place.
  due INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX watches_by_integration ON watches (integration);
