//! What Meta counts in a caption (graph-publishing.md §5).

/// The length in UTF-16 units: Meta does not say what it counts, and of what it may count this is the most.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Words that begin with `#`.
pub(super) fn hashtags(text: &str) -> usize {
    marked(text, '#', |c| c.is_alphanumeric() || c == '_')
}

/// User names that begin with `@`; an address of mail has none.
pub(super) fn mentions(text: &str) -> usize {
    marked(text, '@', |c| c.is_ascii_alphanumeric() || "._".contains(c))
}

/// How often the mark stands before a word and not behind one.
fn marked(text: &str, mark: char, in_word: impl Fn(char) -> bool) -> usize {
    let mut before = None;
    let mut found = 0;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let opens = letter == mark && !before.is_some_and(|c: char| c.is_alphanumeric() || c == '_');
        if opens && letters.peek().is_some_and(|next| in_word(*next)) {
            found += 1;
        }
        before = Some(letter);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_words_with_a_mark_before_them() {
        assert_eq!(hashtags("#one #two,#three ## # #日本 a#four"), 4);
        assert_eq!(mentions("@ann @b.c (@d_e) ann@example.org @ @@"), 3);
        assert_eq!(length("a😀é"), 4);
    }
}
