-- Whether visits are written into a calendar.
ALTER TABLE collections ADD COLUMN visits INTEGER NOT NULL DEFAULT 0 CHECK (visits IN (0, 1));
-- How both sides compared when everything was last listed and read: when, of how many entries, how many differed.
ALTER TABLE collections ADD COLUMN compared INTEGER;
ALTER TABLE collections ADD COLUMN entries INTEGER;
ALTER TABLE collections ADD COLUMN differing INTEGER;

-- What has no form at its provider and is kept here is told to the doctor, so it has to be counted.
CREATE INDEX bases_said ON bases (collection) WHERE said IS NOT NULL;

-- How often tokens were refreshed and how often that failed, by day (days since 1970-01-01).
CREATE TABLE refreshes (
  account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  day INTEGER NOT NULL,
  succeeded INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account, day)
) STRICT, WITHOUT ROWID;

-- The accounts as PharmaDOC knows them, so that it can pass on a provider's nudges. Without an account: to be taken back.
CREATE TABLE integrations (
  -- The Idempotency-Key of the announcement, kept before it is sent.
  key TEXT PRIMARY KEY,
  account INTEGER UNIQUE REFERENCES accounts (id) ON DELETE SET NULL,
  -- What PharmaDOC calls it; NULL until it has answered.
  id TEXT UNIQUE
) STRICT, WITHOUT ROWID;

-- What a provider tells PharmaDOC of when it changes.
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
