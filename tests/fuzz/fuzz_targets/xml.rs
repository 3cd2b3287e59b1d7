#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| companion_fuzz::xml::run(data));
