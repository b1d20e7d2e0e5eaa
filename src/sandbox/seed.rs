//! Chance and look-alike randomness that one seed decides: the same requests give the same answers.

/// Mixes a number so that neighbours look unrelated (the finaliser of splitmix64).
pub(crate) const fn scatter(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A number that stands for the words, under a seed (FNV-1a, then mixed).
pub(crate) fn of_words(seed: u64, words: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ scatter(seed);
    for word in words {
        for byte in word.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    scatter(hash)
}

/// Whether the `turn`-th time of something comes out, at a chance from 0 to 1.
pub(crate) fn comes_out(seed: u64, of: u64, turn: u64, chance: f64) -> bool {
    let drawn = scatter(scatter(seed ^ scatter(of)) ^ turn) >> 12;
    // 52 bits fit a double exactly.
    #[expect(clippy::cast_precision_loss, reason = "52 bits fit")]
    let drawn = drawn as f64 / (1_u64 << 52) as f64;
    drawn < chance
}

/// `length` letters and digits that stand for the words, under a seed.
pub(crate) fn letters(seed: u64, words: &[&str], length: usize) -> String {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut state = of_words(seed, words);
    std::iter::repeat_with(|| {
        state = scatter(state);
        let at = usize::try_from(state % 62).unwrap_or(0);
        ALPHABET.get(at).map_or('A', |letter| char::from(*letter))
    })
    .take(length)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_is_the_same_for_the_same_seed_and_comes_out_as_often_as_asked() {
        let first: Vec<bool> = (0..10_000).map(|turn| comes_out(7, 1, turn, 0.3)).collect();
        let again: Vec<bool> = (0..10_000).map(|turn| comes_out(7, 1, turn, 0.3)).collect();
        assert_eq!(first, again);
        let came = first.iter().filter(|out| **out).count();
        assert!((2_700..3_300).contains(&came), "{came}");
        assert!((0..100).all(|turn| comes_out(7, 2, turn, 1.0)));
        assert!(!(0..100).any(|turn| comes_out(7, 2, turn, 0.0)));
    }
}
