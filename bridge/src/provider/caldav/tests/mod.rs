mod reading;
mod script;
mod signing_in;
mod writing;
