-- What a provider says of an object when it has no form for all of it; NULL: the text of the base.
ALTER TABLE bases ADD COLUMN said BLOB;
