//! Driving real calendar apps, headless, the way a person would.
//!
//! Every app runs with a home folder, message bus and display of its own ([`desktop`]), against the real server.
//! What another device of the same doctor does and sees is played by [`colleague`]: plain requests that share no
//! code with the server. Waiting happens in [`patience`] alone.

pub mod bus;
pub mod colleague;
pub mod desktop;
pub mod evolution;
pub mod marionette;
pub mod patience;
pub mod present;
pub mod script;
pub mod text;
pub mod thunderbird;
pub mod vdirsyncer;
