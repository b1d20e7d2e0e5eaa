//! Effects, whatever their kind: what is written to Instagram, and where it stands.

use super::words::words;

words! {
    /// What is written to Instagram.
    EffectKind, "post",
    /// A post, as followers see it.
    Post = "post",
}

words! {
    /// Where an effect stands.
    EffectState, "draft, scheduled, preparing, ready, sending, uncertain, done, failed, cancelled",
    /// Prepared at Meta, and sent when somebody says so.
    Draft = "draft",
    /// To be begun in time for when it is wanted.
    Scheduled = "scheduled",
    /// What it needs is being made, and nobody can see any of it.
    Preparing = "preparing",
    /// Prepared; it is sent when its time has come.
    Ready = "ready",
    /// Meta is being told.
    Sending = "sending",
    /// Meta was told, and nobody knows what came of it.
    Uncertain = "uncertain",
    /// People can see it.
    Done = "done",
    /// Given up; nothing of it can be seen.
    Failed = "failed",
    /// Called off; nothing of it can be seen.
    Cancelled = "cancelled",
}

impl EffectState {
    /// It will not change any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }

    /// Meta may have been told: from now on nobody may change it or call it off.
    pub const fn may_be_visible(self) -> bool {
        matches!(self, Self::Sending | Self::Uncertain | Self::Done)
    }
}

impl EffectKind {
    /// What followers of the feed are told when an effect of this kind is asked for.
    pub const fn asked_for(self, state: EffectState) -> &'static str {
        match (self, state) {
            (Self::Post, EffectState::Draft) => "post.draft",
            (Self::Post, _) => "post.scheduled",
        }
    }

    /// What they are told when nothing more happens to one until a person decides.
    pub const fn undecided(self) -> &'static str {
        match self {
            Self::Post => "post.undecided",
        }
    }

    /// What they are told when it comes to a state. What passes within moments is no news.
    pub const fn news(self, state: EffectState) -> Option<&'static str> {
        match (self, state) {
            (Self::Post, EffectState::Uncertain) => Some("post.uncertain"),
            (Self::Post, EffectState::Done) => Some("post.published"),
            (Self::Post, EffectState::Failed) => Some("post.failed"),
            (Self::Post, EffectState::Cancelled) => Some("post.cancelled"),
            (
                Self::Post,
                EffectState::Draft
                | EffectState::Scheduled
                | EffectState::Preparing
                | EffectState::Ready
                | EffectState::Sending,
            ) => None,
        }
    }
}
