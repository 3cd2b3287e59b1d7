#![no_main]

use companion_fuzz::{cost, headers};

libfuzzer_sys::fuzz_target!(|data: &[u8]| cost::within(cost::LIMIT, headers::run, data));
