//! Any bytes as a signature header, a line feed, and the body it came with.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| belino_fuzz::signature(input));
