//! Any bytes as the body of a delivery.
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| belino_fuzz::unpack(body));
