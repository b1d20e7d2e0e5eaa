//! A call that failed: what Meta said, and what that asks for.

use super::class::{Row, Signs, classify};
use super::exchange::Fault;
use super::said::Said;
use super::{Access, Call, Class};

/// Meta's words are developer text without a bound; more than this tells nobody more.
const LONGEST_MESSAGE: usize = 1_000;

/// A failed call. Its record says when and what; `class` says what to do.
#[derive(Debug, thiserror::Error)]
#[error("the Graph API call `{}` failed: {message}", call.edge)]
pub struct GraphError {
    /// The call's record.
    pub call: Box<Call>,
    /// Meta's code.
    pub code: Option<i64>,
    /// Meta's subcode.
    pub subcode: Option<i64>,
    /// Meta's words, or ours where nobody answered; without the token.
    pub message: String,
    /// What Meta's support asks for.
    pub trace_id: Option<String>,
    row: &'static Row,
    #[source]
    cause: Option<reqwest::Error>,
}

impl GraphError {
    /// The action class.
    pub fn class(&self) -> Class {
        self.call.class.unwrap_or(Class::Unknown)
    }

    /// What this error means, for a person.
    pub fn meaning(&self) -> &'static str {
        self.row.meaning
    }

    /// What to do, where a person can do something about it.
    pub fn fix(&self) -> Option<&'static str> {
        self.row.fix
    }

    /// Classes a fault and enters the class into the call's record.
    pub(super) fn new(fault: Fault, mut call: Call, access: &Access) -> Self {
        let not_json = matches!(fault, Fault::NotJson);
        // A connection that broke within the body is no answer, whatever its status was.
        let status = if matches!(fault, Fault::Transport(_)) {
            None
        } else {
            call.status
        };
        let (said, cause) = split(fault);
        let row = classify(&Signs {
            status,
            not_json,
            code: said.code,
            subcode: said.subcode,
            kind: said.kind.as_deref(),
            transient: said.transient,
            message: &said.message,
        });
        tracing::debug!(
            error.code = said.code,
            error.subcode = said.subcode,
            error.trace_id = said.trace_id,
            error.reference = row.source,
            "{} failed: {}",
            call.edge,
            row.meaning,
        );
        call.class = Some(row.class);
        Self {
            call: Box::new(call),
            code: said.code,
            subcode: said.subcode,
            message: presentable(&said.message, access.token.expose()),
            row,
            trace_id: said.trace_id,
            cause,
        }
    }
}

fn split(fault: Fault) -> (Said, Option<reqwest::Error>) {
    let ours = |message: String| Said {
        message,
        ..Said::default()
    };
    match fault {
        Fault::Said(said) => (said, None),
        Fault::Transport(error) if error.is_timeout() => (ours("no answer in time".to_owned()), Some(error)),
        Fault::Transport(error) => (ours("no answer".to_owned()), Some(error)),
        Fault::NotJson => (ours("the answer is not JSON".to_owned()), None),
        Fault::TooLarge => (ours("the answer is too large or too deep".to_owned()), None),
        Fault::Silent => (ours("an error status without an error".to_owned()), None),
        Fault::Shape(error) => (ours(format!("the answer has an unknown shape: {error}")), None),
    }
}

/// Meta repeats a malformed token in its message.
fn presentable(message: &str, token: &str) -> String {
    let clean = if token.is_empty() {
        message.to_owned()
    } else {
        message.replace(token, "…")
    };
    clean
        .chars()
        .filter(|letter| *letter != '\0')
        .take(LONGEST_MESSAGE)
        .collect()
}
