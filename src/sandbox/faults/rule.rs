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
    },
    /// A call meets an empty budget.
    Throttle,
    /// A call is never answered.
    Hang,
    /// A call is answered 200 with what is no JSON.
    Garbage,
    /// A call is answered 200 with nothing.
    Empty,
    /// The connection is cut before the call does anything.
    DropConnection,
    /// The call is done, then the connection is cut.
    AnswerLost,
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
