//! One error as Graph answers it.

use super::catalogue;
use crate::domain::Login;
use crate::sandbox::JournalError;
use crate::sandbox::json::Json;

impl From<JournalError> for GraphFault {
    /// The caller learns no more of our disk than of Meta's.
    fn from(error: JournalError) -> Self {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "the sandbox's journal cannot be written"
        );
        Self::of(2, None)
    }
}

/// An error answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GraphFault {
    pub(crate) http: u16,
    pub(crate) code: i64,
    pub(crate) subcode: Option<i64>,
    pub(crate) message: String,
    /// Named by the host that answers, unless the cause has a name of its own.
    kind: Option<&'static str>,
}

impl GraphFault {
    /// An error with Meta's words for its code and subcode, HTTP 400 unless Meta is known to say otherwise.
    pub(crate) fn of(code: i64, subcode: Option<i64>) -> Self {
        let (http, message) = catalogue::words(code, subcode);
        Self {
            http,
            code,
            subcode,
            message: message.to_owned(),
            kind: None,
        }
    }

    /// An error with words of its own.
    pub(crate) fn saying(code: i64, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            ..Self::of(code, None)
        }
    }

    /// The object is deleted, not ours, or never was: the three cannot be told apart (100/33).
    pub(crate) fn no_such_object(id: &str) -> Self {
        Self {
            kind: Some("GraphMethodException"),
            message: format!(
                "Unsupported get request. Object with ID '{id}' does not exist, cannot be loaded due to \
                 missing permissions, or does not support this operation. Please read the Graph API \
                 documentation at https://developers.facebook.com/docs/graph-api"
            ),
            ..Self::of(100, Some(33))
        }
    }

    /// The node has no such method, or does not exist.
    pub(crate) fn unsupported(method: &str, node: &str) -> Self {
        let mut fault = Self::no_such_object(node);
        let method = method.to_ascii_lowercase();
        fault.message = fault.message.replace(
            "Unsupported get request",
            &format!("Unsupported {method} request"),
        );
        fault
    }

    /// A field that the node does not have: the whole request fails.
    pub(crate) fn no_such_field(field: &str, node: &str) -> Self {
        Self::saying(
            100,
            format!("(#100) Tried accessing nonexisting field ({field}) on node type ({node})"),
        )
    }

    /// A parameter that cannot be used.
    pub(crate) fn bad_parameter(why: &str) -> Self {
        Self::saying(100, format!("(#100) {why}"))
    }

    /// The token cannot be read at all: invented, or of the other host.
    pub(crate) fn unreadable_token() -> Self {
        Self::of(190, None)
    }

    /// A permission was not granted.
    pub(crate) fn missing_permission() -> Self {
        Self::of(10, None)
    }

    /// A path that names nothing.
    pub(crate) fn unknown_path(path: &str) -> Self {
        Self::saying(2_500, format!("Unknown path components: {path}"))
    }

    /// Sets the status, as a fault that was ordered may.
    pub(crate) fn with_http(mut self, http: u16) -> Self {
        self.http = http;
        self
    }

    /// Sets words that tell more than the catalogue's.
    pub(crate) fn with_words(mut self, words: impl Into<String>) -> Self {
        self.message = words.into();
        self
    }

    /// Sets the type that Meta gives for this cause.
    pub(crate) fn of_kind(mut self, kind: &'static str) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Writes the answer's body.
    pub(crate) fn write(&self, json: &mut Json, login: Login, trace: &str) {
        json.object(|json| {
            json.key("error").object(|json| {
                json.key("message").text(&self.message);
                json.key("type").text(self.kind(login));
                json.key("code").number(self.code);
                if let Some(subcode) = self.subcode {
                    json.key("error_subcode").number(subcode);
                }
                if let Some(transient) = catalogue::is_transient(self.code) {
                    json.key("is_transient").flag(transient);
                }
                if let Some((title, words)) = catalogue::user_words(self.subcode) {
                    json.key("error_user_title").text(title);
                    json.key("error_user_msg").text(words);
                }
                json.key("fbtrace_id").text(trace);
            });
        });
    }

    /// Writes it as `api.instagram.com` does (graph-oauth.md §2.2): the code is the status.
    pub(crate) fn write_of_codes(&self, json: &mut Json) {
        json.object(|json| {
            json.key("error_type").text(self.kind.unwrap_or("OAuthException"));
            json.key("code").number(i64::from(self.http));
            json.key("error_message").text(&self.message);
        });
    }

    /// Writes it as `rupload.facebook.com` does (graph-publishing.md §4).
    pub(crate) fn write_of_uploads(&self, json: &mut Json) {
        json.object(|json| {
            json.key("debug_info").object(|json| {
                let retriable = catalogue::is_transient(self.code).unwrap_or(false);
                json.key("retriable").flag(retriable);
                json.key("type")
                    .text(self.kind.unwrap_or("ProcessingFailedError"));
                json.key("message").text(&self.message);
            });
        });
    }

    /// The same cause has another type on the other host; tokens and throttles have the same on both.
    fn kind(&self, login: Login) -> &'static str {
        match (login, self.kind) {
            (Login::Instagram, _) if self.code == 100 => "IGApiException",
            (_, Some(kind)) => kind,
            (_, None) => "OAuthException",
        }
    }
}
