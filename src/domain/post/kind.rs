//! Kinds of posts and the states that a post can be in.

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

words! {
    /// What a file is.
    MediaType, "image, video",
    /// A still picture.
    Image = "image",
    /// Moving pictures.
    Video = "video",
}

words! {
    /// Where a post stands.
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

impl PostState {
    /// It will not change any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Published | Self::Failed | Self::Cancelled)
    }

    /// Meta may have been told to publish it: from now on nobody may change or call it off.
    pub const fn may_be_visible(self) -> bool {
        matches!(self, Self::Publishing | Self::Uncertain | Self::Published)
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
