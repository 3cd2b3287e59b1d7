#![no_main]

use companion_fuzz::{cost, ics};

libfuzzer_sys::fuzz_target!(|data: &[u8]| cost::within(cost::LIMIT, ics::run, data));
