//! What holds for every body, secret and header.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{HubSignature, Secrets, SignatureError, sign};
use crate::domain::AppSecret;

/// A secret of any characters, but for one of blanks alone, which is none.
fn secret() -> impl Strategy<Value = String> {
    any::<String>().prop_filter("a blank secret is refused", |text| !text.trim().is_empty())
}

fn secrets(texts: &[String]) -> Secrets {
    let labelled = (1..).zip(texts);
    Secrets::new(
        labelled
            .map(|(number, text)| (format!("{number}"), AppSecret::new(text.as_str())))
            .collect(),
    )
    .unwrap()
}

fn parsed(header: &str) -> HubSignature {
    HubSignature::parse(header.as_bytes()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn exactly_the_prefix_and_64_digits_are_a_header(
        prefix in "(sha256=|SHA256=|sha1=|sha256:| ?sha256=|)",
        digits in "([0-9a-f]{64}|[0-9A-Fa-f]{62,66}|[0-9a-g \t]{64}|\\PC{0,64})",
        after in "(|| |\n|,)",
    ) {
        let header = format!("{prefix}{digits}{after}");
        let well_formed = prefix == "sha256=" && after.is_empty() && digits.len() == 64
            && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        prop_assert_eq!(HubSignature::parse(header.as_bytes()).is_ok(), well_formed);
    }

    #[test]
    fn no_bytes_behind_the_prefix_make_it_panic(bytes in vec(any::<u8>(), 0..80)) {
        let header = [b"sha256=", bytes.as_slice()].concat();
        let refused = HubSignature::parse(&header).err();
        prop_assert_eq!(refused == Some(SignatureError::Length(bytes.len())), bytes.len() != 64);
    }

    #[test]
    fn what_was_signed_verifies_under_its_own_secret_and_no_other(
        body in vec(any::<u8>(), 0..300),
        texts in prop::collection::btree_set(secret(), 2..5),
        chosen in any::<prop::sample::Index>(),
    ) {
        let mut texts: Vec<String> = texts.into_iter().collect();
        // A key is filled up with NULs: texts that differ by those at their end alone are the same key.
        texts.dedup_by(|one, other| one.trim_end_matches('\0') == other.trim_end_matches('\0'));
        let signer = chosen.get(&texts).clone();
        let signature = parsed(&sign(&AppSecret::new(signer.as_str()), &body));
        let label = secrets(&texts).verify(&body, &signature).map(ToString::to_string);
        prop_assert_eq!(label, Some((chosen.index(texts.len()) + 1).to_string()));
        texts.retain(|text| *text != signer);
        if !texts.is_empty() {
            prop_assert!(secrets(&texts).verify(&body, &signature).is_none());
        }
    }

    #[test]
    fn a_flipped_bit_in_body_or_signature_is_refused(
        body in vec(any::<u8>(), 1..300),
        secret in secret(),
        place in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let secrets = secrets(std::slice::from_ref(&secret));
        let header = sign(&AppSecret::new(secret), &body);
        let mut other = body.clone();
        other[place.index(body.len())] ^= 1 << bit;
        prop_assert!(secrets.verify(&other, &parsed(&header)).is_none());
        let mut bytes = hex::decode(&header["sha256=".len()..]).unwrap();
        bytes[place.index(32)] ^= 1 << bit;
        let other = parsed(&format!("sha256={}", hex::encode(bytes)));
        prop_assert!(secrets.verify(&body, &other).is_none());
    }
}
