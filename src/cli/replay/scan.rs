//! Finds the values in a JSON text without changing a byte of it.
//!
//! Only places are told: which keys lead to a value, and which bytes it is. A text that is no JSON gives
//! some places or none; it is sent all the same.

use std::ops::Range;

/// A string's inside or a bare word or number, and the keys that lead to it, lists left out.
pub(super) struct Value<'a> {
    pub(super) keys: Vec<&'a [u8]>,
    pub(super) place: Range<usize>,
}

/// An open object or list; an object's key stands until the comma behind its value.
struct Open<'a> {
    object: bool,
    key: Option<&'a [u8]>,
}

/// Every value in the text, in order.
pub(super) fn values(text: &[u8]) -> Vec<Value<'_>> {
    let mut found = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'{' | b'[' => open.push(Open {
                object: byte == b'{',
                key: None,
            }),
            b'}' | b']' => drop(open.pop()),
            b',' => {
                if let Some(inner) = open.last_mut() {
                    inner.key = None;
                }
            }
            b'"' => {
                let end = end_of_string(text, at);
                let inside = text.get(at..end).unwrap_or_default();
                match open.last_mut() {
                    Some(inner) if inner.object && inner.key.is_none() => inner.key = Some(inside),
                    _ => found.push(Value {
                        keys: keys(&open),
                        place: at..end,
                    }),
                }
                at = end + 1;
            }
            b':' | b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => {
                at = end_of_word(text, at);
                found.push(Value {
                    keys: keys(&open),
                    place: start..at,
                });
            }
        }
    }
    found
}

fn keys<'a>(open: &[Open<'a>]) -> Vec<&'a [u8]> {
    open.iter().filter_map(|inner| inner.key).collect()
}

/// The closing quote's place: one that no backslash escapes.
fn end_of_string(text: &[u8], mut at: usize) -> usize {
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}

fn end_of_word(text: &[u8], start: usize) -> usize {
    let ends = |byte: &u8| b",:]}[{\" \t\r\n".contains(byte);
    let rest = text.get(start..).unwrap_or_default();
    start + rest.iter().position(ends).unwrap_or(rest.len())
}
