//! Captions: 2,200 characters, 30 hashtags, 20 mentions (graph-publishing.md §2, §5).

use crate::sandbox::errors::GraphFault;

/// Characters, counted as UTF-16 counts them.
const LENGTH: usize = 2_200;
const HASHTAGS: usize = 30;
const MENTIONS: usize = 20;

/// A caption is within all three bounds.
pub(super) fn must_fit(caption: &str) -> Result<(), GraphFault> {
    let fits = caption.encode_utf16().count() <= LENGTH
        && marked(caption, '#') <= HASHTAGS
        && marked(caption, '@') <= MENTIONS;
    if fits {
        Ok(())
    } else {
        Err(GraphFault::of(36_004, Some(2_207_010)))
    }
}

/// How many words begin with a mark. An `@` behind a letter belongs to an address; a `#` ends the word before it.
fn marked(caption: &str, mark: char) -> usize {
    let mut before = ' ';
    let mut letters = caption.chars().peekable();
    let mut count = 0;
    while let Some(letter) = letters.next() {
        let opens = letter == mark && (mark == '#' || !is_of_word(before));
        count += usize::from(opens && letters.peek().copied().is_some_and(is_of_word));
        before = letter;
    }
    count
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_holds_to_the_very_end() {
        for (caption, fits) in [
            ("x".repeat(2_200), true),
            ("x".repeat(2_201), false),
            ("\u{1f35e}".repeat(1_100), true),
            ("\u{1f35e}".repeat(1_101), false),
            ("#a ".repeat(30), true),
            ("#a#b".repeat(31), false),
            ("#a ".repeat(31), false),
            ("@a ".repeat(20), true),
            ("@a ".repeat(21), false),
            ("a@b.c # @ ".repeat(60), true),
        ] {
            assert_eq!(must_fit(&caption).is_ok(), fits, "{caption:.20}");
        }
    }
}
