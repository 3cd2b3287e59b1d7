#![no_main]

use companion_fuzz::{cost, xml};

libfuzzer_sys::fuzz_target!(|data: &[u8]| cost::within(cost::LIMIT, xml::run, data));
