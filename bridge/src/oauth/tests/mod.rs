mod authority;
mod refreshing;
mod signing_in;
