//! Lists with commas, as permissions are stored.

/// The words of a list with commas.
pub(super) fn listed(list: &str) -> Vec<String> {
    let words = list.split(',').filter(|word| !word.is_empty());
    words.map(ToOwned::to_owned).collect()
}
