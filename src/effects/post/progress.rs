//! How far a post is: kept with it after every step, so that whoever goes on with it knows.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::domain::{Login, Timestamp};
use crate::effects::doubt::Doubt;
use crate::effects::pace::CONTAINER_LIFE;
use crate::effects::turn::Progress;
use crate::graph::MadeContainer;

/// How far a post is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct PostProgress {
    /// The login product whose connection it was begun with: containers are seen by that one only.
    pub(super) login: Option<Login>,
    /// The children of a carousel.
    pub(super) parts: Vec<Part>,
    /// What is published.
    pub(super) whole: Part,
    /// How often Meta was told to publish this container.
    pub(super) sends: u32,
    /// When Meta was told so first.
    pub(super) first_sent_at: Option<Timestamp>,
    /// What is known of a publication whose answer was lost.
    pub(super) doubt: Doubt,
    /// A person wants it though it is late, or it is late for having had to wait for the quota of the day.
    pub(super) late_is_fine: bool,
    /// A person has looked, and it is not on the profile.
    pub(super) is_not_there: bool,
    /// When it was wanted, before a person said that it is to be published now.
    pub(super) wanted_at: Option<Timestamp>,
    /// What is done once it is published.
    pub(super) after: After,
}

impl Progress for PostProgress {
    fn login(&mut self) -> &mut Option<Login> {
        &mut self.login
    }

    fn late_is_fine(&self) -> bool {
        self.late_is_fine
    }
}

/// One container, on its way to being finished.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Part {
    /// Meta's id of it; none: it is to be made.
    pub(super) container: Option<String>,
    /// Where its film is still to be brought.
    pub(super) upload_to: Option<Url>,
    /// When it was made.
    pub(super) made_at: Option<Timestamp>,
    /// Meta has processed it.
    pub(super) finished: bool,
    /// How often it was looked at.
    pub(super) looks: u32,
    /// Tries to make it, or to bring its film, that failed.
    pub(super) tries: u32,
    /// How often it was built, the present one included.
    pub(super) builds: u32,
    /// Nothing is to be done with it before this.
    pub(super) not_before: Option<Timestamp>,
}

impl Part {
    /// A new container takes its place.
    pub(super) fn made(&mut self, made: MadeContainer, now: Timestamp, look_at: Timestamp) {
        *self = Self {
            container: Some(made.id),
            upload_to: made.upload_to,
            made_at: Some(now),
            builds: self.builds + 1,
            not_before: Some(look_at),
            ..Self::default()
        };
    }

    /// It is to be made anew.
    pub(super) fn lost(&mut self) {
        *self = Self {
            builds: self.builds,
            ..Self::default()
        };
    }

    /// Meta is about to forget it.
    pub(super) fn is_old(&self, now: Timestamp) -> bool {
        self.made_at.is_some_and(|made| now.since(made) > CONTAINER_LIFE)
    }

    /// Something can be done with it now.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.not_before.is_none_or(|at| at <= now)
    }
}

/// What is done once a post is published. None of it turns it into a failure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct After {
    /// Tries to read where it is seen.
    pub(super) permalink_tries: u32,
    /// Whether people may comment was said, or cannot be.
    pub(super) comments_switched: bool,
    /// Tries to say so.
    pub(super) switch_tries: u32,
    /// The account's own first comment.
    pub(super) comment: FirstComment,
}

/// How far the account's own first comment is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct FirstComment {
    /// It is done, or given up.
    pub(super) over: bool,
    /// Meta's id of it.
    pub(super) id: Option<String>,
    /// When it was sent last, while it is not known what came of that.
    pub(super) sent_at: Option<Timestamp>,
    /// How often it was sent.
    pub(super) sends: u32,
    /// It was looked for before it was sent.
    pub(super) is_not_there: bool,
    /// What is known of one whose answer was lost.
    pub(super) doubt: Doubt,
    /// Nothing is to be done about it before this.
    pub(super) not_before: Option<Timestamp>,
}
