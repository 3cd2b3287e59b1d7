#![no_main]

use companion_fuzz::{cost, expansion};

libfuzzer_sys::fuzz_target!(|data: &[u8]| cost::within(cost::LIMIT, expansion::run, data));
