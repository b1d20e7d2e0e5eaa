use proptest::prelude::*;
use uuid::Uuid;

use crate::assets::{NameError, NameKey, SignedName};
use crate::domain::Timestamp;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

#[test]
fn a_name_holds_until_its_second() {
    let (key, upload) = (NameKey::derive(b"secret"), Uuid::from_u128(7));
    let name = SignedName::make(&key, upload, at(1_000));
    assert_eq!(SignedName::verify(&key, &name, at(999)), Ok(upload));
    assert_eq!(
        SignedName::verify(&key, &name, at(1_000)),
        Err(NameError::Expired)
    );
}

#[test]
fn a_name_without_its_key_says_nothing_of_having_expired() {
    let name = SignedName::make(&NameKey::derive(b"one"), Uuid::from_u128(7), at(1_000));
    let other = NameKey::derive(b"other");
    assert_eq!(
        SignedName::verify(&other, &name, at(2_000)),
        Err(NameError::Unknown)
    );
}

#[test]
fn texts_that_are_no_names_are_unknown() {
    let key = NameKey::derive(b"secret");
    for text in [
        "",
        "a",
        "..",
        "../../etc/passwd",
        "ü",
        &"A".repeat(75),
        &"A".repeat(10_000),
    ] {
        assert_eq!(
            SignedName::verify(&key, text, at(0)),
            Err(NameError::Unknown),
            "{text}"
        );
    }
}

proptest! {
    #[test]
    fn every_name_is_verified_and_fits_into_a_path(secret: Vec<u8>, id: u128, seconds in 0_i64..i64::MAX / 1_000_000) {
        let (key, upload) = (NameKey::derive(&secret), Uuid::from_u128(id));
        let name = SignedName::make(&key, upload, at(seconds));
        prop_assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        prop_assert_eq!(SignedName::verify(&key, &name, at(seconds - 1)), Ok(upload));
        prop_assert_eq!(SignedName::verify(&key, &name, at(seconds)), Err(NameError::Expired));
    }

    #[test]
    fn a_name_with_any_other_letter_is_unknown(id: u128, at_letter in 0_usize..75, letter in "[A-Za-z0-9_-]") {
        let key = NameKey::derive(b"secret");
        let name = SignedName::make(&key, Uuid::from_u128(id), at(1_000));
        let mut other = name.clone();
        other.replace_range(at_letter..=at_letter, &letter);
        prop_assume!(other != name);
        prop_assert_eq!(SignedName::verify(&key, &other, at(0)), Err(NameError::Unknown));
    }
}
