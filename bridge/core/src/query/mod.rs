//! Evaluation of calendar-query (RFC 4791 sections 7.8 and 9).

pub(crate) mod timerange;
