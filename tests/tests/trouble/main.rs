//! The real server in trouble: a full disk, keys that do not fit, a taken port, a keychain that is locked or missing,
//! strangers guessing passwords, sixteen writers at one object, clients that vanish. Each gets its own clear answer,
//! reads go on, and nothing that was acknowledged is lost.

mod disk;
mod keychain;
mod start;
mod writers;
