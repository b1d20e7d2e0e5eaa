//! How long things take, and how long they are waited for.

use std::time::Duration;

use crate::domain::Timestamp;
use crate::graph::PUBLISH_PATIENCE;

/// How long an effect is worked on before somebody else may take it; renewed with each step. More than a call may take.
pub(super) const LEASE: Duration = Duration::from_mins(1);
/// No call begins with less of the lease left than it may take, and this.
pub(super) const SPARE: Duration = Duration::from_secs(5);
/// A container dies after a day (graph-publishing.md §3); one that is nearly so old is built anew.
pub(super) const CONTAINER_LIFE: Duration = Duration::from_hours(23);
/// Waits between two looks at a container, in seconds; the last one from then on (graph-publishing.md §3).
const POLLS: [u64; 7] = [2, 3, 5, 10, 20, 30, 60];
/// Images that take longer are given up: nothing of them can be seen.
const IMAGES_TAKE: Duration = Duration::from_mins(5);
/// The same for videos.
const VIDEOS_TAKE: Duration = Duration::from_hours(1);
/// So long ahead of its time an image is prepared.
const IMAGE_AHEAD: Duration = Duration::from_mins(10);
/// The same for a video.
const VIDEO_AHEAD: Duration = Duration::from_hours(1);
/// What hinders a post that is not ours to cure is looked at again after this.
pub(super) const HINDERED: Duration = Duration::from_mins(5);
/// A failed try to make a container is followed by another after this, doubled with each.
const TRY_AGAIN: Duration = Duration::from_secs(5);
/// So often a container is tried to be made (graph-publishing.md §6).
pub(super) const TRIES: u32 = 3;
/// So often a container that failed is built.
pub(super) const BUILDS: u32 = 2;

/// What an installation decides about time.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// A post that is later than this is not published without a person's word.
    pub grace: Duration,
}

/// How long until a container is looked at again, after so many looks.
pub(super) fn poll_after(looks: u32) -> Duration {
    let at = usize::try_from(looks).unwrap_or(usize::MAX);
    Duration::from_secs(POLLS.get(at).copied().unwrap_or(60))
}

/// How long Meta may take to process it.
pub(super) const fn processing_takes(video: bool) -> Duration {
    if video { VIDEOS_TAKE } else { IMAGES_TAKE }
}

/// When something that is to be seen at this time is prepared.
pub(super) fn prepare_at(publish_at: Timestamp, video: bool) -> Timestamp {
    publish_at - if video { VIDEO_AHEAD } else { IMAGE_AHEAD }
}

/// How long until the next try, after so many.
pub(super) fn try_after(tries: u32) -> Duration {
    TRY_AGAIN * (1 << tries.min(6))
}

/// When it is known what came of a call that began then: it is over, and what it did is to be seen.
pub(super) fn first_look(sent_at: Timestamp) -> Timestamp {
    sent_at + PUBLISH_PATIENCE + Duration::from_mins(1)
}
