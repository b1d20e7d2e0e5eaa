//! One fingerprint for all the ways in which the same JSON can be written.

use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::json::{self, Object};

/// Levels below this are hashed as they were written: it bounds both the stack and the time, and nothing
/// that Meta sends comes near.
const DEEPEST: usize = 32;

/// SHA-256 of a value without its whitespace, its keys sorted, its texts decoded, its numbers as written.
pub(super) fn hash(value: &RawValue) -> [u8; 32] {
    let mut canonical = String::with_capacity(value.get().len());
    write(value, 0, &mut canonical);
    Sha256::digest(canonical).into()
}

fn write(value: &RawValue, depth: usize, to: &mut String) {
    let source = value.get();
    match source.as_bytes().first() {
        Some(b'{') if depth < DEEPEST => write_object(value, depth, to),
        Some(b'[') if depth < DEEPEST => write_list(value, depth, to),
        Some(b'"') => write_text(&json::text(value).unwrap_or_default(), to),
        _ => to.push_str(source),
    }
}

fn write_object(value: &RawValue, depth: usize, to: &mut String) {
    let mut before = '{';
    if let Some(object) = Object::read(value) {
        for (name, member) in object.members() {
            to.push(before);
            write_text(name, to);
            to.push(':');
            write(member, depth + 1, to);
            before = ',';
        }
    }
    to.push_str(if before == '{' { "{}" } else { "}" });
}

fn write_list(value: &RawValue, depth: usize, to: &mut String) {
    to.push('[');
    for (position, element) in json::list(value).unwrap_or_default().into_iter().enumerate() {
        if position > 0 {
            to.push(',');
        }
        write(element, depth + 1, to);
    }
    to.push(']');
}

fn write_text(text: &str, to: &mut String) {
    let plain = !text
        .bytes()
        .any(|byte| byte < b' ' || byte == b'"' || byte == b'\\');
    if plain {
        to.push('"');
        to.push_str(text);
        to.push('"');
    } else {
        to.push_str(&serde_json::Value::from(text).to_string());
    }
}
