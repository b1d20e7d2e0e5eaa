//! Kinds of posts and the states that a post can be in.

use crate::domain::EffectState;
use crate::domain::words::words;

words! {
    /// What kind of post it is.
    PostKind, "image, reel, carousel, story",
    /// One image in the feed.
    Image = "image",
    /// One video among the reels.
    Reel = "reel",
    /// Several images and videos in the feed.
    Carousel = "carousel",
    /// One image or video for a day.
    Story = "story",
}

impl PostKind {
    /// What its files are, where it takes one type only.
    pub const fn takes(self) -> Option<MediaType> {
        match self {
            Self::Image => Some(MediaType::Image),
            Self::Reel => Some(MediaType::Video),
            Self::Carousel | Self::Story => None,
        }
    }
}

words! {
    /// What a file is.
    MediaType, "image, video",
    /// A still picture.
    Image = "image",
    /// Moving pictures.
    Video = "video",
}

words! {
    /// Where a post stands, as it is told: the state of its effect.
    PostState, "draft, scheduled, preparing, ready, publishing, uncertain, published, failed, cancelled",
    /// Prepared at Meta, and published when somebody says so.
    Draft = "draft",
    /// To be prepared in time for its publication.
    Scheduled = "scheduled",
    /// Meta is fetching and processing its media.
    Preparing = "preparing",
    /// Prepared; it is published when its time has come.
    Ready = "ready",
    /// Meta is being told to publish it.
    Publishing = "publishing",
    /// Meta was told to publish it, and nobody knows whether it did.
    Uncertain = "uncertain",
    /// People can see it.
    Published = "published",
    /// Given up; nothing of it can be seen.
    Failed = "failed",
    /// Called off; nothing of it can be seen.
    Cancelled = "cancelled",
}

impl From<EffectState> for PostState {
    fn from(state: EffectState) -> Self {
        match state {
            EffectState::Draft => Self::Draft,
            EffectState::Scheduled => Self::Scheduled,
            EffectState::Preparing => Self::Preparing,
            EffectState::Ready => Self::Ready,
            EffectState::Sending => Self::Publishing,
            EffectState::Uncertain => Self::Uncertain,
            EffectState::Done => Self::Published,
            EffectState::Failed => Self::Failed,
            EffectState::Cancelled => Self::Cancelled,
        }
    }
}

impl From<PostState> for EffectState {
    fn from(state: PostState) -> Self {
        match state {
            PostState::Draft => Self::Draft,
            PostState::Scheduled => Self::Scheduled,
            PostState::Preparing => Self::Preparing,
            PostState::Ready => Self::Ready,
            PostState::Publishing => Self::Sending,
            PostState::Uncertain => Self::Uncertain,
            PostState::Published => Self::Done,
            PostState::Failed => Self::Failed,
            PostState::Cancelled => Self::Cancelled,
        }
    }
}

words! {
    /// What happens to a post that the account's quota of the day has no room for.
    WhenFull, "wait, fail",
    /// It waits until there is room.
    Wait = "wait",
    /// It fails at once.
    Fail = "fail",
}

/// How a trial reel comes to be shown to everybody, in Meta's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Graduation {
    /// The account says so in the app.
    Manual,
    /// Meta does it if the reel does well.
    SsPerformance,
}
