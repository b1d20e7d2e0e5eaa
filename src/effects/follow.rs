//! What follows an error of Meta's, while nothing can be seen yet and when something may be (graph-publishing.md §6).

use crate::domain::{Class, PoolKind};
use crate::graph::GraphError;

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Follow {
    /// The same once more, after a pause.
    Again,
    /// A new container.
    Rebuild,
    /// It has to wait for Meta's limits, or for a person to cure the account.
    Hold,
    /// The quota of the day is used up.
    Full,
    /// The container was not ready: it is looked at further.
    NotReady,
    /// It would fail for ever.
    GiveUp,
    /// Nobody knows whether it was done.
    Doubt,
}

/// Subcodes by which Meta says that the container was not published for it (graph-publishing.md §6, rule 3).
const NOT_READY: i64 = 2_207_027;
const NO_CONTAINER: [i64; 2] = [2_207_008, 2_207_020];
/// The same thing was posted before: this one, perhaps.
const DUPLICATE: i64 = 506;

/// After a container was not made: nothing can be seen, whatever happened.
pub(super) fn after_making(error: &GraphError) -> Follow {
    match error.class() {
        Class::Retry | Class::Unknown | Class::Recreate => Follow::Again,
        Class::Wait(_) | Class::Reauth | Class::User | Class::Perm => Follow::Hold,
        Class::Blocked | Class::Bad | Class::NoData | Class::Gone | Class::GoneSuspected => Follow::GiveUp,
    }
}

/// After Meta was told to publish a container, for the how-manieth time. A plain refusal is believed the first time; after
/// a second one the container may be gone because it was published.
pub(super) fn after_publishing(error: &GraphError, sends: u32) -> Follow {
    let unclear = error.call.status.is_none_or(|status| status >= 500) || error.code == Some(DUPLICATE);
    if sends > 1 || unclear {
        return Follow::Doubt;
    }
    match (error.subcode, error.class()) {
        (Some(NOT_READY), _) => Follow::NotReady,
        (Some(subcode), _) if NO_CONTAINER.contains(&subcode) => Follow::Rebuild,
        (_, Class::Wait(PoolKind::Publishing)) => Follow::Full,
        (_, Class::Wait(_) | Class::Reauth | Class::User | Class::Perm) => Follow::Hold,
        (_, Class::Bad) => Follow::GiveUp,
        _ => Follow::Doubt,
    }
}

/// The subcode in a container's sentence, as `Error: Media upload has failed with error code 2207082`.
pub(super) fn subcode_in(status: &str) -> Option<i64> {
    let words = status.split(|c: char| !c.is_ascii_digit());
    words
        .filter(|word| word.len() == 7 && word.starts_with("2207"))
        .find_map(|word| word.parse().ok())
}

/// The stable code of what Meta said.
pub(super) fn code_of(error: &GraphError) -> String {
    match (error.subcode, error.code) {
        (Some(subcode), _) => format!("meta-{subcode}"),
        (None, Some(code)) => format!("meta-{code}"),
        (None, None) => "meta-unreachable".to_owned(),
    }
}

/// What Meta said, for people: what it means, Meta's words, and what to do.
pub(super) fn sentence_of(error: &GraphError) -> String {
    let said = format!("{}: {}", error.meaning(), error.message);
    match error.fix() {
        Some(fix) => format!("{said}. {fix}"),
        None => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_containers_sentence_may_hold_a_subcode() {
        assert_eq!(
            subcode_in("Error: Media upload has failed with error code 2207082"),
            Some(2_207_082)
        );
        assert_eq!(
            subcode_in("Error: could not download the media (17900000000000001)"),
            None
        );
        assert_eq!(subcode_in(""), None);
    }
}
