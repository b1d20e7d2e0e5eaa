//! What Meta counts in a caption (graph-publishing.md §5).

/// The length in UTF-16 units: Meta does not say what it counts, and of what it may count this is the most.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Each `#` before a letter: also within a word (`#one#two`), as Meta does not say where one begins. Emoji are letters here.
pub(super) fn hashtags(text: &str) -> usize {
    let in_word = |c: char| c.is_alphanumeric() || c == '_' || !(c.is_ascii() || c.is_whitespace());
    let next = text.chars().skip(1);
    text.chars()
        .zip(next)
        .filter(|(mark, next)| *mark == '#' && in_word(*next))
        .count()
}

/// User names that begin with `@`; an address of mail has none.
pub(super) fn mentions(text: &str) -> usize {
    let in_name = |c: char| c.is_ascii_alphanumeric() || "._".contains(c);
    let mut before = None;
    let mut found = 0;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let opens = letter == '@' && !before.is_some_and(|c: char| c.is_alphanumeric() || c == '_');
        if opens && letters.peek().is_some_and(|next| in_name(*next)) {
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
        assert_eq!(hashtags("#one #two,#three ## # #日本 a#four"), 5);
        assert_eq!(hashtags("#one#two #🥐 #a-#b 🥐#c"), 6);
        assert_eq!(mentions("@ann @b.c (@d_e) ann@example.org @ @@"), 3);
        assert_eq!(length("a😀é"), 4);
    }
}
