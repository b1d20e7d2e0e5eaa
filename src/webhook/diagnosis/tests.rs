//! Every cause, made on purpose: what was signed, what arrived, and what is to be said of it.

use std::io::Write;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use hmac::{Hmac, KeyInit, Mac};
use rstest::rstest;
use serde_json::json;

use super::{Budget, Cause, Diagnosis, KEPT_OF_BODY, Refused, Suspects, diagnose};
use crate::domain::AppSecret;
use crate::webhook::signature::sign;

const SECRET: &str = "example-app-secret-0001";
const OTHER: &str = "example-app-secret-0002";
const PREVIOUS: &str = "example-app-secret-0000";
const TOKEN: &str = "a-verify-token";
const BODY: &str = r#"{"object":"instagram","entry":[{"id":"17841400000000001","time":1760000000,"changes":[{"field":"comments","value":{"id":"18000000000000001","text":"caf\u00e9 \/ 50\u0025 \u0040you \u003C3 \ud83d\ude00 \"x\" \\ \n","from":{"id":"9000000000000001","username":"someone"},"media":{"id":"18000000000000002","media_product_type":"FEED"}}}]}]}"#;

fn suspects() -> Suspects {
    let secrets = [
        ("facebook", SECRET),
        ("instagram", OTHER),
        ("previous-1", PREVIOUS),
    ];
    let secrets = secrets.map(|(label, secret)| (label.to_owned(), AppSecret::new(secret)));
    let mut suspects = Suspects::of(&secrets);
    suspects.add_replaced("FACEBOOK_APP_SECRET in .env".to_owned(), "replaced");
    suspects.add_verify_token(TOKEN);
    suspects
}

fn under(secret: &str, body: &[u8]) -> String {
    sign(&AppSecret::new(secret), body)
}

fn asked(headers: &serde_json::Value, body: &[u8]) -> Diagnosis {
    let headers = headers.to_string();
    let refused = Refused {
        reason: "bad-signature",
        headers: headers.as_bytes(),
        body,
        body_bytes: i64::try_from(body.len()).unwrap(),
    };
    diagnose(&refused, &suspects(), &mut Budget::of(64 << 20))
}

/// What is said of a body that was signed in one form and arrived in another.
fn came(signed: &[u8], arrived: &[u8]) -> Diagnosis {
    asked(&json!({ "x-hub-signature-256": under(SECRET, signed) }), arrived)
}

fn parsed() -> serde_json::Value {
    serde_json::from_str(BODY).unwrap()
}

/// With a blank behind commas and colons, all else as Python writes it.
fn as_python() -> String {
    let spaced = BODY.replace("\":", "\": ").replace(",\"", ", \"");
    spaced
        .replace("\\/", "/")
        .replace("\\u0025", "%")
        .replace("\\u0040", "@")
        .replace("\\u003C", "<")
}

fn as_javascript() -> String {
    let plain = BODY
        .replace("\\/", "/")
        .replace("\\u0025", "%")
        .replace("\\u0040", "@")
        .replace("\\u003C", "<");
    plain.replace("\\u00e9", "é").replace("\\ud83d\\ude00", "😀")
}

fn sorted() -> String {
    fn order(value: serde_json::Value) -> serde_json::Value {
        match value {
            serde_json::Value::Object(members) => {
                let sorted: std::collections::BTreeMap<_, _> = members.into_iter().collect();
                sorted
                    .into_iter()
                    .map(|(name, value)| (name, order(value)))
                    .collect()
            }
            serde_json::Value::Array(items) => items.into_iter().map(order).collect(),
            other => other,
        }
    }
    order(parsed()).to_string()
}

#[rstest]
#[case::as_javascript_writes_it(as_javascript(), Cause::EscapesChanged)]
#[case::with_upper_case_digits(BODY.replace("\\u00e9", "\\u00E9").replace("ud83d\\ude00", "uD83D\\uDE00"), Cause::EscapesChanged)]
#[case::with_bare_slashes(BODY.replace("\\/", "/"), Cause::EscapesChanged)]
#[case::with_other_lower_case(BODY.replace("\\u003C", "\\u003c"), Cause::EscapesChanged)]
#[case::as_python_writes_it(as_python(), Cause::JsonRewritten)]
#[case::in_lines(serde_json::to_string_pretty(&parsed()).unwrap(), Cause::JsonRewritten)]
#[case::in_lines_with_an_end(format!("{}\n", serde_json::to_string_pretty(&parsed()).unwrap()), Cause::JsonRewritten)]
#[case::sorted(sorted(), Cause::JsonRewritten)]
#[case::with_a_line_end(format!("{BODY}\n"), Cause::LineEndAdded)]
#[case::with_a_line_end_of_windows(format!("{BODY}\r\n"), Cause::LineEndAdded)]
#[case::with_blanks_around(format!("  {BODY} \n"), Cause::LineEndAdded)]
#[case::with_a_mark(format!("\u{feff}{BODY}"), Cause::ByteOrderMark)]
fn a_body_that_was_changed_is_traced_to_its_change(#[case] arrived: String, #[case] cause: Cause) {
    let found = came(BODY.as_bytes(), arrived.as_bytes());
    assert_eq!((found.cause, found.proven), (cause, true), "{found:?}");
}

/// The other way round: somebody signs what a library writes, and sends what Meta would.
#[rstest]
#[case::as_javascript_writes_it(as_javascript(), Cause::EscapesChanged)]
#[case::as_python_writes_it(as_python(), Cause::JsonRewritten)]
#[case::in_lines(BODY.replace("\\/", "/").replace(",\"", ",\n\""), Cause::UnknownSecret)]
#[case::with_a_line_end(format!("{BODY}\n"), Cause::LineEndTrimmed)]
#[case::with_a_line_end_of_windows(format!("{BODY}\r\n"), Cause::LineEndTrimmed)]
#[case::with_a_mark(format!("\u{feff}{BODY}"), Cause::ByteOrderMark)]
fn a_signature_of_another_form_is_traced_to_the_form(#[case] signed: String, #[case] cause: Cause) {
    let found = came(signed.as_bytes(), BODY.as_bytes());
    assert_eq!(
        (found.cause, found.proven),
        (cause, cause != Cause::UnknownSecret),
        "{found:?}"
    );
}

#[rstest]
#[case::lf_to_crlf(b"{\n}\n", b"{\r\n}\r\n", Cause::LineEndsChanged)]
#[case::crlf_to_lf(b"{\r\n}\r\n", b"{\n}\n", Cause::LineEndsChanged)]
#[case::latin_to_utf8(b"{\"a\":\"caf\xe9\"}", "{\"a\":\"café\"}".as_bytes(), Cause::CharacterSet)]
#[case::utf8_to_latin("{\"a\":\"café\"}".as_bytes(), b"{\"a\":\"caf\xe9\"}", Cause::CharacterSet)]
#[case::taken_for_latin("{\"a\":\"café\"}".as_bytes(), "{\"a\":\"cafÃ©\"}".as_bytes(), Cause::CharacterSet)]
fn bytes_that_were_taken_for_text_are_traced(
    #[case] signed: &[u8],
    #[case] arrived: &[u8],
    #[case] cause: Cause,
) {
    assert_eq!(came(signed, arrived).cause, cause);
}

fn gzip() -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(BODY.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn zlib() -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(BODY.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_body_that_was_packed_or_unpacked_on_its_way_is_traced() {
    for (signed, arrived, cause) in [
        (BODY.as_bytes(), gzip().as_slice(), Cause::Compressed),
        (BODY.as_bytes(), &zlib(), Cause::Compressed),
        (&gzip(), BODY.as_bytes(), Cause::Decompressed),
        (&zlib(), BODY.as_bytes(), Cause::Decompressed),
    ] {
        let found = came(signed, arrived);
        assert_eq!((found.cause, found.proven), (cause, true), "{found:?}");
    }
    let headers =
        json!({ "x-hub-signature-256": under(SECRET, b"packed by others"), "content-encoding": "gzip" });
    let found = asked(&headers, BODY.as_bytes());
    assert_eq!((found.cause, found.proven), (Cause::Decompressed, false));
}

#[rstest]
#[case::of_the_other_product(OTHER, Cause::OtherProductsSecret, "the `instagram` secret")]
#[case::from_before(PREVIOUS, Cause::PreviousSecret, "the `previous-1` secret")]
#[case::replaced("replaced", Cause::OverriddenSecret, "FACEBOOK_APP_SECRET in .env")]
#[case::with_a_line_end(&format!("{SECRET}\n"), Cause::MisspeltSecret, "the `facebook` secret with a line's end")]
#[case::with_a_blank(&format!("{SECRET} "), Cause::MisspeltSecret, "the `facebook` secret with a blank behind it")]
#[case::in_quotes(&format!("\"{SECRET}\""), Cause::MisspeltSecret, "the `facebook` secret in double quotes")]
#[case::in_upper_case(&SECRET.to_uppercase(), Cause::MisspeltSecret, "the `facebook` secret in upper case")]
#[case::the_verify_token(TOKEN, Cause::VerifyTokenAsSecret, "the verify token")]
fn a_body_that_another_key_signs_names_the_key(#[case] key: &str, #[case] cause: Cause, #[case] which: &str) {
    let found = asked(
        &json!({ "x-hub-signature-256": under(key, BODY.as_bytes()) }),
        BODY.as_bytes(),
    );
    assert_eq!(
        found,
        Diagnosis {
            cause,
            proven: true,
            detail: Some(which.to_owned())
        }
    );
}

fn sha1(secret: &str) -> String {
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(BODY.as_bytes());
    format!("sha1={}", hex::encode(mac.finalize().into_bytes()))
}

#[test]
fn a_signature_of_sha_1_alone_is_told_and_whether_it_is_true() {
    for (secret, proven) in [(SECRET, true), ("strange", false)] {
        let found = asked(&json!({ "x-hub-signature": sha1(secret) }), BODY.as_bytes());
        assert_eq!((found.cause, found.proven), (Cause::Sha1Only, proven));
    }
}

#[test]
fn a_header_that_was_written_otherwise_is_told() {
    let signature = under(SECRET, BODY.as_bytes());
    let digits = signature.strip_prefix("sha256=").unwrap();
    let encoded = {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(hex::decode(digits).unwrap())
    };
    for (value, cause, proven) in [
        (digits.to_owned(), Cause::SignaturePrefix, true),
        (format!("SHA256={digits}"), Cause::SignaturePrefix, true),
        (signature.to_uppercase(), Cause::SignaturePrefix, true),
        (format!("sha-256={digits}"), Cause::SignaturePrefix, true),
        (format!("\"{signature}\""), Cause::SignatureWrapped, true),
        (format!("{signature} "), Cause::SignatureWrapped, true),
        (format!("sha256={encoded}"), Cause::SignatureBase64, true),
        (encoded, Cause::SignatureBase64, true),
        (format!("{signature}, {signature}"), Cause::SignatureTwice, true),
        (
            format!("sha256={}, {signature}", "0".repeat(64)),
            Cause::SignatureTwice,
            true,
        ),
        (digits.replace(|_| true, "0"), Cause::SignaturePrefix, false),
        ("sha256=none".to_owned(), Cause::SignatureMalformed, false),
    ] {
        let found = asked(&json!({ "x-hub-signature-256": value }), BODY.as_bytes());
        assert_eq!((found.cause, found.proven), (cause, proven), "{value}");
    }
}

#[rstest]
#[case::no_signature(None, BODY.as_bytes(), Cause::SignatureMissing)]
#[case::a_strangers_post(None, b"login=admin", Cause::NotMetas)]
#[case::nobodys_secret(Some("strange"), BODY.as_bytes(), Cause::UnknownSecret)]
#[case::a_strangers_signature(Some("strange"), b"{}", Cause::NotMetas)]
#[case::cut_off(Some(SECRET), &BODY.as_bytes()[..200], Cause::Truncated)]
#[case::nothing_left(Some(SECRET), b"", Cause::BodyEmpty)]
fn what_cannot_be_proven_is_guessed(#[case] secret: Option<&str>, #[case] body: &[u8], #[case] cause: Cause) {
    let headers = secret.map_or(
        json!({}),
        |secret| json!({ "x-hub-signature-256": under(secret, BODY.as_bytes()) }),
    );
    let found = asked(&headers, body);
    assert_eq!((found.cause, found.proven), (cause, false));
}

#[test]
fn what_the_receiver_says_is_heeded() {
    let headers = json!({ "x-hub-signature-256": under(SECRET, BODY.as_bytes()) }).to_string();
    let long = vec![b'x'; KEPT_OF_BODY];
    let told = |reason, body: &[u8], body_bytes| {
        let refused = Refused {
            reason,
            headers: headers.as_bytes(),
            body,
            body_bytes,
        };
        diagnose(&refused, &suspects(), &mut Budget::of(1 << 20)).cause
    };
    assert_eq!(told("too-large", b"", 9_000_000), Cause::TooLarge);
    assert_eq!(told("wrong-verify-token", b"", 0), Cause::WrongVerifyToken);
    assert_eq!(
        told("invalid-body", &BODY.as_bytes()[..100], 400),
        Cause::Truncated
    );
    assert_eq!(told("bad-signature", &long, 100_000), Cause::KeptInPart);
}

#[test]
fn a_search_ends_with_its_budget_and_says_so() {
    let headers = json!({ "x-hub-signature-256": under("strange", b"") }).to_string();
    let refused = Refused {
        reason: "bad-signature",
        headers: headers.as_bytes(),
        body: BODY.as_bytes(),
        body_bytes: i64::try_from(BODY.len()).unwrap(),
    };
    let mut budget = Budget::of(10_000);
    assert_eq!(
        diagnose(&refused, &suspects(), &mut budget).cause,
        Cause::NotSearched
    );
    assert_eq!(
        diagnose(&refused, &suspects(), &mut budget).cause,
        Cause::NotSearched
    );
}

#[test]
fn suspects_do_not_show_themselves() {
    let shown = format!("{:?}", suspects());
    assert!(
        shown.contains("the `facebook` secret") && !shown.contains(SECRET),
        "{shown}"
    );
}
