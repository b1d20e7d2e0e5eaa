//! One ordered fault, as it is written in a control request.

use serde::{Deserialize, Serialize};

use super::Subject;
use crate::domain::Login;
use crate::sandbox::world::Id;

/// An order.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Rule {
    #[serde(rename = "match")]
    pub(crate) matches: Matches,
    pub(crate) what: What,
    /// So many that match pass unharmed first.
    pub(crate) after: u64,
    /// From 0 to 1, by the seed.
    pub(crate) chance: f64,
    /// Then it is used up; none: for ever.
    pub(crate) times: Option<u64>,
}

/// Which calls or notifications; what is not said matches all.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Matches {
    /// The beginning of the path behind the version, as `/me` or `/178…/comments`.
    pub(crate) path: Option<String>,
    /// The last part of a path of two, as `comments`.
    pub(crate) edge: Option<String>,
    /// What the path's first part names: `account`, `media`, `container`, `comment` or `other`.
    pub(crate) node: Option<String>,
    /// Whose token speaks: `page`, `user` or `account`.
    pub(crate) token: Option<String>,
    /// The account that it is about.
    pub(crate) account: Option<Id>,
    pub(crate) method: Option<String>,
    pub(crate) login: Option<Login>,
    /// A webhook field.
    pub(crate) field: Option<String>,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum What {
    /// A call is answered late; other faults come on top.
    LatencyMs(u64),
    /// A call is answered with this error.
    Error {
        code: i64,
        #[serde(default)]
        subcode: Option<i64>,
        #[serde(default)]
        http: Option<u16>,
        #[serde(default)]
        message: Option<String>,
        /// The call is done first; what it answered is lost.
        #[serde(default)]
        after: bool,
    },
    /// A call is done at once and answered late; other faults come on top.
    LateAnswerMs(u64),
    /// A container is made whose processing ends with this subcode.
    ContainerError(i64),
    /// A container is made that lives for so many seconds.
    ContainerExpiresSeconds(u64),
    /// A container is made that is processed for so many seconds.
    ContainerTakesSeconds(u64),
    /// A call meets an empty budget.
    Throttle,
    /// A call is held before it does anything, until the order is taken back, and is never answered.
    Hang,
    /// A call is done at once, and held until the order is taken back: then it is answered.
    HoldAnswer,
    /// A call is answered 200 with what is no JSON.
    Garbage,
    /// A call is answered 200 with nothing.
    Empty,
    /// The connection is cut before the call does anything.
    DropConnection,
    /// The call is done, then the connection is cut.
    AnswerLost,
    /// The call is done, then answered with what is no JSON, as by a proxy.
    AnswerGarbled { http: u16 },
    /// A notification is sent twice.
    Duplicate,
    /// A notification's updates are turned round, and later ones overtake it.
    Reorder,
    /// A notification waits.
    DelayMs(u64),
    /// A notification is never sent.
    Drop,
    /// A notification's signature is of something else.
    BadSignature,
    /// A notification is signed with the secret of another app.
    OtherSecret,
    /// A notification's body is cut off behind the signature.
    Truncated,
}

impl What {
    /// Whether it says what is answered, and not when, or what becomes of a container.
    pub(crate) const fn is_an_answer(&self) -> bool {
        let is_of_time = matches!(
            self,
            Self::LatencyMs(_) | Self::LateAnswerMs(_) | Self::HoldAnswer
        );
        !is_of_time && !self.is_of_containers()
    }

    /// Whether this call can meet it: a container's fate is for those who make one.
    pub(crate) fn fits(&self, subject: &Subject<'_>) -> bool {
        !self.is_of_containers() || (subject.method == "POST" && subject.edge == "media")
    }

    const fn is_of_containers(&self) -> bool {
        matches!(
            self,
            Self::ContainerError(_) | Self::ContainerExpiresSeconds(_) | Self::ContainerTakesSeconds(_)
        )
    }

    /// Whether it befalls notifications, not calls.
    pub(crate) const fn is_of_webhooks(&self) -> bool {
        matches!(
            self,
            Self::Duplicate
                | Self::Reorder
                | Self::DelayMs(_)
                | Self::Drop
                | Self::BadSignature
                | Self::OtherSecret
                | Self::Truncated
        )
    }
}

impl Matches {
    /// Whether the order is for this one.
    pub(crate) fn takes(&self, subject: &Subject<'_>) -> bool {
        let same = |wanted: &Option<String>, is: &str| {
            wanted
                .as_ref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(is))
        };
        self.path
            .as_ref()
            .is_none_or(|path| subject.path.starts_with(path.as_str()))
            && same(&self.edge, subject.edge)
            && same(&self.node, subject.node)
            && same(&self.token, subject.token)
            && same(&self.method, subject.method)
            && self
                .account
                .is_none_or(|account| subject.accounts.contains(&account))
            && self.login.is_none_or(|login| login == subject.login)
            && self
                .field
                .as_ref()
                .is_none_or(|field| subject.fields.contains(&field.as_str()))
    }
}
