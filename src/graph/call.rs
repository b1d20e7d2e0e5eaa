//! The record of a call: what was asked of whom, how it went, what it used.

use std::time::Duration;

use super::{Class, GraphError, Usage};
use crate::domain::{CallId, Login, Timestamp};

/// One call, good or failed.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its id.
    pub id: CallId,
    /// The login product, and with it the host.
    pub login: Login,
    /// What was asked for: a fixed name, as `comments`.
    pub edge: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path, without version, query and token.
    pub path: String,
    /// The HTTP status; none if there was no answer.
    pub status: Option<u16>,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, body included.
    pub duration: Duration,
    /// What the answer said about quotas.
    pub usage: Usage,
    /// The class of its error; none if it went well.
    pub class: Option<Class>,
}

impl Call {
    /// The record of a call, good or failed.
    pub fn of<T>(outcome: &Result<Answer<T>, GraphError>) -> &Self {
        match outcome {
            Ok(answer) => &answer.call,
            Err(error) => &error.call,
        }
    }

    /// Counts the call and leaves a line for whoever debugs; errors are logged where they stop.
    pub(super) fn record(&self) {
        let class = self.class.map_or("ok", Class::as_str);
        let host = self.login.as_str();
        metrics::counter!("belino_graph_calls_total", "host" => host, "edge" => self.edge, "class" => class)
            .increment(1);
        metrics::histogram!("belino_graph_call_seconds", "host" => host, "edge" => self.edge)
            .record(self.duration.as_secs_f64());
        tracing::debug!(
            call.id = %self.id,
            http.status = self.status,
            call.class = class,
            duration_ms = self.duration.as_secs_f64() * 1_000.0,
            usage_percent = self.usage.highest(),
            "called {}",
            self.edge,
        );
    }
}

/// What a good call brought.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    /// The content.
    pub body: T,
    /// The call's record.
    pub call: Call,
}

impl<T> Answer<T> {
    /// The same call with its content turned into another form.
    pub(super) fn map<U>(self, turn: impl FnOnce(T) -> U) -> Answer<U> {
        Answer {
            body: turn(self.body),
            call: self.call,
        }
    }
}
