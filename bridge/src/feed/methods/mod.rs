//! One file per method (RFC 9110, RFC 4918, RFC 4791).

pub(super) mod copy_move;
pub(super) mod delete;
pub(super) mod get;
pub(super) mod make;
pub(super) mod options;
pub(super) mod propfind;
pub(super) mod proppatch;
pub(super) mod put;
