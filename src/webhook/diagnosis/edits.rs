//! Small changes of a body's bytes: line ends, byte order marks, character sets.

use super::Cause;

const MARK: &[u8] = b"\xef\xbb\xbf";

/// Undoes each change that something may have made: the cause, and the body as it may have been signed.
pub(super) fn undone(body: &[u8]) -> Vec<(Cause, String, Vec<u8>)> {
    let mut forms = Vec::new();
    let mut add = |cause, how: &str, bytes: Vec<u8>| forms.push((cause, how.to_owned(), bytes));
    add(
        Cause::LineEndAdded,
        "its last line's end was added",
        without_last(body).to_vec(),
    );
    add(
        Cause::LineEndAdded,
        "blanks were added around it",
        body.trim_ascii().to_vec(),
    );
    for (how, end) in [("LF", "\n"), ("CRLF", "\r\n"), ("a blank", " ")] {
        let how = format!("{how} was removed from its end");
        add(Cause::LineEndTrimmed, &how, [body, end.as_bytes()].concat());
    }
    add(Cause::LineEndsChanged, "LF became CRLF", to_lf(body));
    add(Cause::LineEndsChanged, "CRLF became LF", to_crlf(body));
    match body.strip_prefix(MARK) {
        Some(rest) => add(Cause::ByteOrderMark, "it was added", rest.to_vec()),
        None => add(Cause::ByteOrderMark, "it was removed", [MARK, body].concat()),
    }
    if let Some(bytes) = to_latin(body) {
        add(Cause::CharacterSet, "Latin-1 became UTF-8", bytes);
    }
    add(Cause::CharacterSet, "UTF-8 became Latin-1", from_latin(body));
    forms
}

fn without_last(body: &[u8]) -> &[u8] {
    let body = body.strip_suffix(b"\n").unwrap_or(body);
    body.strip_suffix(b"\r").unwrap_or(body)
}

fn to_lf(body: &[u8]) -> Vec<u8> {
    let mut bytes = body.to_vec();
    let mut before = body.iter().skip(1).copied();
    // A CR goes where an LF follows.
    bytes.retain(|byte| !(before.next() == Some(b'\n') && *byte == b'\r'));
    bytes
}

fn to_crlf(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len());
    for byte in to_lf(body) {
        if byte == b'\n' {
            bytes.push(b'\r');
        }
        bytes.push(byte);
    }
    bytes
}

/// A byte per character, where each fits into one.
fn to_latin(body: &[u8]) -> Option<Vec<u8>> {
    let text = str::from_utf8(body).ok()?;
    text.chars()
        .map(|letter| u8::try_from(u32::from(letter)).ok())
        .collect()
}

/// A character per byte.
fn from_latin(body: &[u8]) -> Vec<u8> {
    body.iter()
        .map(|byte| char::from(*byte))
        .collect::<String>()
        .into_bytes()
}
