//! The headers of a delivery that are kept, as a JSON object.

use actix_web::http::header::HeaderMap;

/// Kept by name, so that what a proxy adds (cookies, keys, addresses of people) is not. Of
/// `X-Forwarded-For` we keep nothing: whoever sends can write it, and it decides nothing.
const KEPT: [&str; 6] = [
    "content-type",
    "content-length",
    "content-encoding",
    "user-agent",
    "x-hub-signature-256",
    "x-hub-signature",
];

/// The longest value that is kept.
const LONGEST: usize = 512;

/// The kept headers as a JSON object; one that came twice has its values joined by a comma.
pub fn kept(headers: &HeaderMap) -> Vec<u8> {
    let mut json = Vec::with_capacity(320);
    json.push(b'{');
    for name in KEPT {
        let mut values = headers.get_all(name);
        let Some(first) = values.next() else { continue };
        if json.len() > 1 {
            json.push(b',');
        }
        json.push(b'"');
        json.extend_from_slice(name.as_bytes());
        json.extend_from_slice(b"\":\"");
        escape(&mut json, first.as_bytes());
        for value in values {
            json.extend_from_slice(b", ");
            escape(&mut json, value.as_bytes());
        }
        json.push(b'"');
    }
    json.push(b'}');
    json
}

/// A header's value is bytes; what is not printable ASCII becomes the character of that number.
fn escape(json: &mut Vec<u8>, value: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    for byte in value.iter().take(LONGEST) {
        match byte {
            b'"' | b'\\' => json.extend_from_slice(&[b'\\', *byte]),
            0x20..=0x7e => json.push(*byte),
            _ => {
                let digit = |half: u8| HEX.get(usize::from(half)).copied().unwrap_or(b'0');
                json.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(list: &[(&'static str, &[u8])]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in list {
            map.append(
                HeaderName::from_static(name),
                HeaderValue::from_bytes(value).unwrap(),
            );
        }
        map
    }

    #[test]
    fn only_named_headers_are_kept() {
        let map = headers(&[
            ("cookie", b"a=b"),
            ("x-forwarded-for", b"10.0.0.1"),
            ("user-agent", b"facebookexternalua"),
        ]);
        assert_eq!(kept(&map), br#"{"user-agent":"facebookexternalua"}"#);
        assert_eq!(kept(&HeaderMap::new()), b"{}");
    }

    #[test]
    fn whatever_a_header_holds_the_result_is_json() {
        let map = headers(&[
            ("user-agent", b"a\"b\\c\td\xff"),
            ("x-hub-signature-256", b"sha256=00"),
            ("x-hub-signature-256", b"sha256=11"),
            ("content-type", &[b'x'; 600]),
        ]);
        let json: serde_json::Value = serde_json::from_slice(&kept(&map)).unwrap();
        assert_eq!(json["user-agent"], "a\"b\\c\td\u{ff}");
        assert_eq!(json["x-hub-signature-256"], "sha256=00, sha256=11");
        assert_eq!(json["content-type"].as_str().unwrap().len(), 512);
    }
}
