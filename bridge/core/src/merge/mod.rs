//! Three-way merge of calendar objects, field by field.
