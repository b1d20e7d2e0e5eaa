//! Looking for secrets where none may be.

use std::collections::BTreeMap;

/// The first of the secrets that lies in the open, as it is or in hex.
pub(crate) fn in_the_open(shown: &[u8], secrets: &[String]) -> Option<String> {
    let shown = String::from_utf8_lossy(shown);
    let mut by_beginning = BTreeMap::<String, Vec<String>>::new();
    for form in secrets
        .iter()
        .flat_map(|secret| [secret.clone(), hex::encode(secret)])
    {
        by_beginning
            .entry(form.chars().take(6).collect())
            .or_default()
            .push(form);
    }
    by_beginning.iter().find_map(|(beginning, forms)| {
        shown.match_indices(beginning).find_map(|(at, _)| {
            let mut forms = forms.iter();
            forms.find(|form| shown[at..].starts_with(*form)).cloned()
        })
    })
}
