//! The vectors of meta-webhooks.md §2.1, and what a header may look like.

mod properties;

use rstest::rstest;

use super::{HubSignature, Secrets, SecretsError, SignatureError, sign};
use crate::domain::AppSecret;

const SECRET: &str = "example-app-secret-0001";
const WIRE: &str = r#"{"object":"instagram","entry":[{"id":"17841400000000001","time":1760000000,"changes":[{"field":"comments","value":{"id":"18000000000000001","text":"caf\u00e9 \/ 50\u0025 \u0040you \u003C3","from":{"id":"9000000000000001","username":"someone"},"media":{"id":"18000000000000002","media_product_type":"FEED"}}}]}]}"#;
const WIRE_SIGNATURE: &str = "sha256=249c0c7c628c274f3a09ef4721d6ceac40b4bfb4d757b88744db813133ab4d1f";

fn secrets(list: &[(&str, &str)]) -> Result<Secrets, SecretsError> {
    let labelled = list
        .iter()
        .map(|(label, text)| ((*label).to_owned(), AppSecret::new(*text)));
    Secrets::new(labelled.collect())
}

fn parsed(header: &str) -> HubSignature {
    HubSignature::parse(header.as_bytes()).unwrap()
}

#[test]
fn the_bytes_on_the_wire_verify() {
    assert_eq!(WIRE.len(), 311);
    let secrets = secrets(&[("instagram", SECRET)]).unwrap();
    assert_eq!(
        secrets
            .verify(WIRE.as_bytes(), &parsed(WIRE_SIGNATURE))
            .map(|label| &**label),
        Some("instagram")
    );
}

#[rstest]
#[case::as_utf8(
    r#"{"object":"instagram","entry":[{"id":"17841400000000001","time":1760000000,"changes":[{"field":"comments","value":{"id":"18000000000000001","text":"café / 50% @you <3","from":{"id":"9000000000000001","username":"someone"},"media":{"id":"18000000000000002","media_product_type":"FEED"}}}]}]}"#,
    "sha256=3c901ca008975a5644cedb90f6f8b4ae3a22f9558f3456584fe1a1d03cc06de8"
)]
#[case::with_escapes_for_letters_only(
    r#"{"object":"instagram","entry":[{"id":"17841400000000001","time":1760000000,"changes":[{"field":"comments","value":{"id":"18000000000000001","text":"caf\u00e9 / 50% @you <3","from":{"id":"9000000000000001","username":"someone"},"media":{"id":"18000000000000002","media_product_type":"FEED"}}}]}]}"#,
    "sha256=2789886ebe683a781a84a54a2a4f7aa8b2612143efde5ea95a064ce3625c0033"
)]
fn a_body_written_again_is_refused(#[case] rewritten: &str, #[case] its_own: &str) {
    let secrets = secrets(&[("instagram", SECRET)]).unwrap();
    assert_eq!(sign(&AppSecret::new(SECRET), rewritten.as_bytes()), its_own);
    assert_eq!(
        secrets.verify(rewritten.as_bytes(), &parsed(WIRE_SIGNATURE)),
        None
    );
    assert_eq!(secrets.verify(WIRE.as_bytes(), &parsed(its_own)), None);
}

#[test]
fn what_we_sign_is_what_meta_signs() {
    assert_eq!(sign(&AppSecret::new(SECRET), WIRE.as_bytes()), WIRE_SIGNATURE);
}

#[test]
fn upper_case_digits_name_the_same_signature() {
    let upper = format!("sha256={}", WIRE_SIGNATURE["sha256=".len()..].to_uppercase());
    let secrets = secrets(&[("instagram", SECRET)]).unwrap();
    assert_eq!(
        secrets
            .verify(WIRE.as_bytes(), &parsed(&upper))
            .map(|label| &**label),
        Some("instagram")
    );
}

#[test]
fn every_secret_is_tried_and_the_one_that_fits_is_named() {
    let secrets = secrets(&[
        ("facebook", "another"),
        ("instagram", SECRET),
        ("previous", "old"),
    ])
    .unwrap();
    for (secret, label) in [
        ("another", Some("facebook")),
        (SECRET, Some("instagram")),
        ("old", Some("previous")),
        ("strange", None),
    ] {
        let signature = parsed(&sign(&AppSecret::new(secret), b"body"));
        let signed_by = secrets.verify(b"body", &signature).map(|label| &**label);
        assert_eq!(signed_by, label, "{secret}");
    }
}

#[test]
fn a_signature_holds_for_its_body_alone() {
    let secrets = secrets(&[("instagram", SECRET)]).unwrap();
    let signature = parsed(&sign(&AppSecret::new(SECRET), b"body"));
    assert_eq!(secrets.verify(b"bodY", &signature), None);
    assert_eq!(secrets.verify(b"", &signature), None);
}

#[rstest]
#[case::nothing("", SignatureError::Prefix)]
#[case::sha1("sha1=087fadf2efcc301c40d832a02bee874ff35a84b2", SignatureError::Prefix)]
#[case::digits_alone(
    "249c0c7c628c274f3a09ef4721d6ceac40b4bfb4d757b88744db813133ab4d1f",
    SignatureError::Prefix
)]
#[case::prefix_alone("sha256=", SignatureError::Length(0))]
#[case::too_short("sha256=249c", SignatureError::Length(4))]
#[case::space_before(
    " sha256=249c0c7c628c274f3a09ef4721d6ceac40b4bfb4d757b88744db813133ab4d1f",
    SignatureError::Prefix
)]
#[case::space_after(
    "sha256=249c0c7c628c274f3a09ef4721d6ceac40b4bfb4d757b88744db813133ab4d1f ",
    SignatureError::Length(65)
)]
#[case::not_hex(
    "sha256=zz9c0c7c628c274f3a09ef4721d6ceac40b4bfb4d757b88744db813133ab4d1f",
    SignatureError::NotHex
)]
#[case::space_within(
    "sha256= 49c0c7c628c274f3a09ef4721d6ceac40b4bfb4d757b88744db813133ab4d1f",
    SignatureError::NotHex
)]
fn a_header_of_another_form_says_what_is_wrong(#[case] header: &str, #[case] wrong: SignatureError) {
    assert_eq!(HubSignature::parse(header.as_bytes()).unwrap_err(), wrong);
}

#[test]
fn a_header_of_arbitrary_bytes_is_refused() {
    assert_eq!(
        HubSignature::parse(&[0xff; 71]).unwrap_err(),
        SignatureError::Prefix
    );
}

#[test]
fn a_list_that_anybody_or_nobody_could_sign_for_is_refused() {
    assert_eq!(secrets(&[]).unwrap_err(), SecretsError::None);
    for blank in ["", "  "] {
        let refused = secrets(&[("facebook", SECRET), ("instagram", blank)]).unwrap_err();
        assert_eq!(refused, SecretsError::Empty("instagram".to_owned()));
    }
}

#[test]
fn secrets_and_signatures_do_not_show_themselves() {
    let secrets = secrets(&[("instagram", SECRET)]).unwrap();
    assert_eq!(
        format!("{secrets:?} {:?}", parsed(WIRE_SIGNATURE)),
        r#"Secrets["instagram"] HubSignature(…)"#
    );
}
