//! How this Meta publishes: times, limits, and what it does where the reference leaves a behaviour open.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The knobs under `publishing` in the settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Publishing {
    /// Whether media are fetched from their addresses; else every address is taken as good.
    pub(crate) fetch_media: bool,
    /// How long a fetch may take, in real time.
    pub(crate) fetch_timeout_ms: u64,
    /// Where a fault of the media itself is told (graph-publishing.md §3, §6).
    pub(crate) media_faults: MediaFaults,
    /// How long an image is processed.
    pub(crate) image_seconds: u64,
    /// How long a video is processed.
    pub(crate) video_seconds: u64,
    /// How long a carousel is put together.
    pub(crate) carousel_seconds: u64,
    /// How long a container can be published (§3).
    pub(crate) container_hours: u64,
    /// Containers per account and rolling day (§7).
    pub(crate) containers_per_day: u64,
    /// Posts per account and rolling day (§7).
    pub(crate) quota_total: u64,
    /// What publishing a container once more does (§6).
    pub(crate) republish: Republish,
    /// How a container that failed tells it (§3).
    pub(crate) failed_status: FailedStatus,
    /// How long the API does not show yet what followers see: reads lag behind the write.
    pub(crate) lag_seconds: u64,
}

impl Default for Publishing {
    fn default() -> Self {
        Self {
            fetch_media: true,
            fetch_timeout_ms: 10_000,
            media_faults: MediaFaults::AtCreation,
            image_seconds: 2,
            video_seconds: 10,
            carousel_seconds: 2,
            container_hours: 24,
            containers_per_day: 400,
            quota_total: 100,
            republish: Republish::Refuse,
            failed_status: FailedStatus::Code,
            lag_seconds: 0,
        }
    }
}

impl Publishing {
    /// How long a container can be published.
    pub(crate) fn container_life(&self) -> Duration {
        Duration::from_hours(self.container_hours)
    }
}

/// Where a fault of the media itself is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MediaFaults {
    /// Creating the container fails.
    AtCreation,
    /// The container is made, and ends in `ERROR`.
    InProcessing,
}

/// What publishing a container once more does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Republish {
    /// 24/2207008, as if there were no such container: who believes that makes another one.
    Refuse,
    /// The media of the first time.
    SameId,
    /// A second post.
    Duplicate,
}

/// How a container that failed tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FailedStatus {
    /// `status_code` is `ERROR`.
    Code,
    /// `status_code` is empty; only the sentence says it.
    Sentence,
}
