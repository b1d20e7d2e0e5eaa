//! The vector of meta-webhooks.md §7, what may differ, and what is refused.

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use rstest::rstest;

use super::{SignedRequest, SignedRequestError};
use crate::domain::{AppSecret, Timestamp};
use crate::webhook::signature::{Secrets, sign};

const SECRET: &str = "example-app-secret-0001";
const VECTOR: &str = "fBv3Yb2mSkZebz1pvxeq6gAGcUKz8Js_J8Bn0kNdxFs.eyJ1c2VyX2lkIjoiMTc4NDE0MDAwMDAwMDAwMDEiLCJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsImlzc3VlZF9hdCI6MTc2MDAwMDAwMH0";
const PLAIN: &str = r#"{"user_id":"17","algorithm":"HMAC-SHA256"}"#;

fn secrets(list: &[(&str, &str)]) -> Secrets {
    let labelled = list
        .iter()
        .map(|(label, text)| ((*label).to_owned(), AppSecret::new(*text)));
    Secrets::new(labelled.collect()).unwrap()
}

fn ours() -> Secrets {
    secrets(&[
        ("instagram", "another"),
        ("facebook", SECRET),
        ("previous-1", "old"),
    ])
}

fn signed_by(secret: &str, payload: &str) -> String {
    let payload = URL_SAFE_NO_PAD.encode(payload);
    let code = sign(&AppSecret::new(secret), payload.as_bytes());
    let code = hex::decode(code.trim_start_matches("sha256=")).unwrap();
    format!("{}.{payload}", URL_SAFE_NO_PAD.encode(code))
}

fn labels(request: &SignedRequest) -> Vec<&str> {
    request.signed_by.iter().map(|label| &**label).collect()
}

#[test]
fn the_vector_of_the_reference_opens() {
    let opened = SignedRequest::open(VECTOR, &ours()).unwrap();
    assert_eq!(opened.user_id, "17841400000000001");
    assert_eq!(opened.issued_at, Some(Timestamp::from_seconds(1_760_000_000)));
    assert_eq!(labels(&opened), ["facebook"]);
}

#[test]
fn every_secret_is_tried_and_all_that_fit_are_named() {
    for (secret, label) in [
        ("another", "instagram"),
        (SECRET, "facebook"),
        ("old", "previous-1"),
    ] {
        let opened = SignedRequest::open(&signed_by(secret, PLAIN), &ours()).unwrap();
        assert_eq!(labels(&opened), [label]);
    }
    let shared = secrets(&[("instagram", SECRET), ("facebook", SECRET)]);
    let opened = SignedRequest::open(&signed_by(SECRET, PLAIN), &shared).unwrap();
    assert_eq!(labels(&opened), ["instagram", "facebook"]);
}

#[rstest]
#[case::a_number(r#"{"user_id":17841400000000001,"algorithm":"HMAC-SHA256"}"#)]
#[case::more_keys(
    r#"{"algorithm":"hmac-sha256","expires":0,"user":{"country":"de"},"user_id":"17841400000000001"}"#
)]
#[case::the_last_of_equal_keys(r#"{"user_id":"1","user_id":"17841400000000001","algorithm":"HMAC-SHA256"}"#)]
fn an_id_is_read_however_it_is_written(#[case] payload: &str) {
    let opened = SignedRequest::open(&signed_by(SECRET, payload), &ours()).unwrap();
    assert_eq!(
        (opened.user_id.as_str(), opened.issued_at),
        ("17841400000000001", None)
    );
}

#[test]
fn padding_is_no_fault() {
    let payload = URL_SAFE.encode(r#"{"user_id":"178","algorithm":"HMAC-SHA256"}"#);
    assert!(payload.ends_with('='), "{payload}");
    let code = sign(&AppSecret::new(SECRET), payload.as_bytes());
    let code = hex::decode(code.trim_start_matches("sha256=")).unwrap();
    let text = format!("{}.{payload}", URL_SAFE.encode(code));
    assert_eq!(SignedRequest::open(&text, &ours()).unwrap().user_id, "178");
}

#[rstest]
#[case::nothing("", SignedRequestError::Form)]
#[case::no_dot("abc", SignedRequestError::Form)]
#[case::not_base64("a+b/.abc", SignedRequestError::Encoding)]
#[case::no_signature(".eyJ9", SignedRequestError::Length(0))]
#[case::a_short_signature("AAAA.eyJ9", SignedRequestError::Length(3))]
#[case::somebody_elses_signature(
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.eyJ9",
    SignedRequestError::Signature
)]
fn what_is_no_signed_request_says_what_is_wrong(#[case] text: &str, #[case] wrong: SignedRequestError) {
    assert_eq!(SignedRequest::open(text, &ours()), Err(wrong));
}

#[rstest]
#[case::no_json("user_id", SignedRequestError::Payload)]
#[case::a_list("[]", SignedRequestError::Payload)]
#[case::no_algorithm(r#"{"user_id":"1"}"#, SignedRequestError::Algorithm)]
#[case::another_algorithm(r#"{"user_id":"1","algorithm":"none"}"#, SignedRequestError::Algorithm)]
#[case::nobody(r#"{"algorithm":"HMAC-SHA256"}"#, SignedRequestError::User)]
#[case::null(r#"{"user_id":null,"algorithm":"HMAC-SHA256"}"#, SignedRequestError::User)]
#[case::no_id(r#"{"user_id":"a b","algorithm":"HMAC-SHA256"}"#, SignedRequestError::User)]
#[case::negative(r#"{"user_id":-1,"algorithm":"HMAC-SHA256"}"#, SignedRequestError::User)]
fn a_signed_payload_of_another_shape_is_refused(#[case] payload: &str, #[case] wrong: SignedRequestError) {
    assert_eq!(
        SignedRequest::open(&signed_by(SECRET, payload), &ours()),
        Err(wrong)
    );
}

#[test]
fn a_strangers_secret_signs_nothing() {
    let text = signed_by("strange", PLAIN);
    assert_eq!(
        SignedRequest::open(&text, &ours()),
        Err(SignedRequestError::Signature)
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn no_text_makes_it_panic_and_none_but_a_signed_one_opens(text in "[A-Za-z0-9_=.\\-]{0,120}|\\PC{0,60}") {
        prop_assert!(SignedRequest::open(&text, &ours()).is_err());
    }

    #[test]
    fn whoever_is_signed_for_is_read(id in "[0-9]{1,20}", at in 0_i64..4_000_000_000) {
        let payload = format!(r#"{{"user_id":"{id}","algorithm":"HMAC-SHA256","issued_at":{at}}}"#);
        let opened = SignedRequest::open(&signed_by(SECRET, &payload), &ours()).unwrap();
        prop_assert_eq!(opened.user_id, id);
        prop_assert_eq!(opened.issued_at, Some(Timestamp::from_seconds(at)));
    }

    #[test]
    fn a_changed_character_is_refused(place in any::<prop::sample::Index>(), letter in "[A-Za-z0-9_-]") {
        let mut text = VECTOR.to_owned();
        let at = place.index(text.len());
        prop_assume!(text.get(at..=at) != Some(letter.as_str()));
        text.replace_range(at..=at, &letter);
        prop_assert!(SignedRequest::open(&text, &ours()).is_err());
    }
}
