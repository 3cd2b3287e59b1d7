-- The first shape of the database. Instants are microseconds since 1970-01-01T00:00:00Z.

-- Single values: the epoch that marks this database, the salt nobody is shown, the last sequence number, the chosen ports.
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;

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

-- The octets lie apart, so that listing ten thousand names does not read twenty megabytes.
CREATE TABLE bodies (
  object INTEGER PRIMARY KEY REFERENCES objects (id) ON DELETE CASCADE,
  octets BLOB NOT NULL
) STRICT;

-- One row per name ever used: its latest change. Deletions stay as tombstones until they are pruned.
CREATE TABLE journal (
  calendar INTEGER NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  seq INTEGER NOT NULL,
  change TEXT NOT NULL CHECK (change IN ('stored', 'deleted')),
  at INTEGER NOT NULL,
  PRIMARY KEY (calendar, name)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX journal_by_calendar ON journal (calendar, seq);

-- When each object takes place. `class` groups rows of similar length, so that a time range is a few short
-- walks over the key, however large the calendar is. `exact` = 0: some time in here, look at the object.
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

-- What clients set with PROPPATCH: on a calendar, or (calendar NULL) on the home; login '' means for everybody.
CREATE TABLE properties (
  id INTEGER PRIMARY KEY,
  calendar INTEGER REFERENCES calendars (id) ON DELETE CASCADE,
  login TEXT NOT NULL,
  namespace TEXT NOT NULL,
  name TEXT NOT NULL,
  xml TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX properties_by_name ON properties (ifnull(calendar, 0), login, namespace, name);

-- The apps that may read the feed.
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

-- Values sealed once more under their own key, bound to their row and field.
CREATE TABLE secrets (
  owner TEXT NOT NULL,
  field TEXT NOT NULL,
  sealed BLOB NOT NULL,
  changed INTEGER NOT NULL,
  PRIMARY KEY (owner, field)
) STRICT, WITHOUT ROWID;

INSERT INTO meta (name, value) VALUES ('seq', 0), ('epoch', lower(hex(randomblob(8)))),
  ('salt', lower(hex(randomblob(16))));
