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
    if sends > 1 || error.call.status.is_none_or(|status| status >= 500) {
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
    let fix = error.subcode.and_then(fix).unwrap_or_default();
    let said = format!("{}: {}", error.meaning, error.message);
    if fix.is_empty() {
        said
    } else {
        format!("{said}. {fix}")
    }
}

/// What to do about an error of publishing (graph-limits-and-errors.md §5.5).
pub(super) fn fix(subcode: i64) -> Option<&'static str> {
    Some(match subcode {
        2_207_003 => "Serve the file faster, or from nearer to Meta.",
        2_207_004 => "Make the image smaller than 8 MiB.",
        2_207_005 => "Give a JPEG.",
        2_207_009 => "Crop the image to between 4:5 and 1.91:1.",
        2_207_010 => "Shorten the caption to 2,200 letters, 30 hashtags and 20 mentions.",
        2_207_026 => "Give an MP4 or MOV with H.264 or HEVC.",
        2_207_028 => "Give 2 to 10 files.",
        2_207_035 => "Leave x and y out of tags on a video.",
        2_207_036 => "Give x and y for each tag on a photo.",
        2_207_037 => "Look whether the product is in a catalogue that the account may use.",
        2_207_040 => "Name at most 20 accounts.",
        2_207_050 => "Open the Instagram app as the account and do what it asks.",
        2_207_051 => "Stop publishing for some hours; Instagram takes it for spam.",
        2_207_052 => {
            "Look whether the address answers without a login from everywhere, and with the file itself."
        }
        2_207_057 => "Choose a thumbnail within the video.",
        2_207_081 => "Leave the trial out, or publish as an account that Instagram lets make trial reels.",
        2_207_053 | 2_207_082 => "Encode the video anew, as Meta's media rules ask.",
        _ => return None,
    })
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
