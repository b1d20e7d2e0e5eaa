//! A signature header and a body: only the one true signature passes.

use belino::domain::AppSecret;
use belino::webhook::signature::{HubSignature, Secrets, sign};

const LABEL: &str = "instagram";

/// Checks a header and the body behind the first line feed.
pub fn signature(input: &[u8]) {
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    let (header, body) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let secret = AppSecret::new("the secret of the fuzz targets");
    let secrets = Secrets::new(vec![(LABEL.to_owned(), secret.clone())]).expect("one secret is enough");
    let honest = sign(&secret, body);

    let claimed = HubSignature::parse(header);
    assert_eq!(claimed.is_ok(), well_formed(header), "a header is its form");
    if let Ok(claimed) = claimed {
        let same = header.eq_ignore_ascii_case(honest.as_bytes());
        assert_eq!(
            secrets.verify(body, &claimed).is_some(),
            same,
            "one signature is true"
        );
    }

    let signature = HubSignature::parse(honest.as_bytes()).expect("what we write we read");
    let label = secrets.verify(body, &signature).map(|label| &**label);
    assert_eq!(label, Some(LABEL), "what we sign is true");
    let other = Secrets::new(vec![(LABEL.to_owned(), AppSecret::new("another"))]).expect("one is enough");
    assert!(
        other.verify(body, &signature).is_none(),
        "under its own secret only"
    );
    assert!(
        secrets.verify(&altered(body, header), &signature).is_none(),
        "for its own body only"
    );
}

/// What a header is by its description: `sha256=` and 64 hexadecimal digits.
fn well_formed(header: &[u8]) -> bool {
    std::str::from_utf8(header)
        .ok()
        .and_then(|text| text.strip_prefix("sha256="))
        .is_some_and(|digits| digits.len() == 64 && digits.chars().all(|digit| digit.is_ascii_hexdigit()))
}

/// The body with one bit flipped, which one the header says; an empty one gets a byte.
fn altered(body: &[u8], header: &[u8]) -> Vec<u8> {
    let mut altered = body.to_vec();
    let chosen = header.iter().fold(0_usize, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(usize::from(*byte))
    });
    let place = (chosen / 8).checked_rem(body.len()).unwrap_or_default();
    match altered.get_mut(place) {
        Some(byte) => *byte ^= 1 << (chosen % 8),
        None => altered.push(0),
    }
    altered
}
