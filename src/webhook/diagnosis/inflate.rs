//! Bodies that were packed or unpacked after they were signed.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::GzBuilder;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use flate2::write::ZlibEncoder;

use super::Cause;

const GZIP: &[u8] = &[0x1f, 0x8b];
/// The most that is unpacked.
const LARGEST: u64 = 1 << 20;
/// What usual programs pack with.
const LEVELS: [u32; 3] = [6, 9, 1];
/// What they say of the system they run on: Unix, unknown, FAT.
const SYSTEMS: [u8; 3] = [3, 255, 0];

/// The body as it may have been signed. Unpacking is certain. Packing is a guess: programs differ in what they
/// write, so that only the usual forms are tried.
pub(super) fn undone(body: &[u8]) -> Vec<(Cause, String, Vec<u8>)> {
    if !is_packed(body) {
        return packed(body);
    }
    let unpacked = if body.starts_with(GZIP) {
        all(MultiGzDecoder::new(body))
    } else {
        all(ZlibDecoder::new(body))
    };
    let form = |bytes| (Cause::Compressed, "unpacked it matches".to_owned(), bytes);
    unpacked.map(form).into_iter().collect()
}

/// Whether the bytes begin as gzip or zlib do.
pub(super) fn is_packed(body: &[u8]) -> bool {
    body.starts_with(GZIP) || matches!(body, [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..])
}

fn all(from: impl Read) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(LARGEST).read_to_end(&mut bytes).ok()?;
    (!bytes.is_empty()).then_some(bytes)
}

fn packed(body: &[u8]) -> Vec<(Cause, String, Vec<u8>)> {
    let mut forms = Vec::new();
    let mut add = |name: &str, packed: std::io::Result<Vec<u8>>| {
        // Writing into memory does not fail.
        forms.extend(
            packed
                .ok()
                .map(|bytes| (Cause::Decompressed, name.to_owned(), bytes)),
        );
    };
    for level in LEVELS.map(Compression::new) {
        for system in SYSTEMS {
            let builder = GzBuilder::new().operating_system(system);
            let mut encoder = builder.write(Vec::new(), level);
            add("gzip", encoder.write_all(body).and_then(|()| encoder.finish()));
        }
        let mut encoder = ZlibEncoder::new(Vec::new(), level);
        add("deflate", encoder.write_all(body).and_then(|()| encoder.finish()));
    }
    forms
}
