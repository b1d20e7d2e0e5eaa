//! Every refusal: one table, answered as `application/problem+json` (RFC 9457).

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};

use crate::domain::post::Fault;

/// What the body of a problem says.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// `urn:belino:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "urn:belino:problem:not-found")]
    kind: String,
    /// The same for every problem of this code.
    #[schema(value_type = String)]
    title: &'a str,
    /// The HTTP status.
    status: u16,
    /// Stable: what programs decide by.
    #[schema(value_type = String)]
    code: &'a str,
    /// What is wrong this time.
    #[schema(value_type = String)]
    detail: &'a str,
    /// Each rule that is broken, where several can be.
    #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
    #[schema(value_type = Option<Vec<FaultBody>>)]
    faults: &'a [Fault],
}

/// A rule that is broken.
#[derive(utoipa::ToSchema)]
#[schema(as = Fault)]
#[expect(dead_code, reason = "only described by this; a fault is written as it is")]
pub struct FaultBody {
    /// Where, as `/media/2/alt_text`.
    pointer: String,
    /// Stable: what programs decide by.
    code: String,
    /// What is wrong, with the bound.
    message: String,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $status:ident, $code:literal, $title:literal;)*) => {
        /// A kind of refusal. One without its row does not compile.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind { $($(#[$doc])* $kind,)* }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// Its status, stable code and title.
            pub const fn row(self) -> (StatusCode, &'static str, &'static str) {
                match self { $(Self::$kind => (StatusCode::$status, $code, $title),)* }
            }
        }
    };
}

kinds! {
    /// A query or path parameter is wrong; the detail names it.
    InvalidParameter = BAD_REQUEST, "invalid-parameter", "A parameter is not valid";
    /// `after` is no cursor of this list.
    InvalidCursor = BAD_REQUEST, "invalid-cursor", "The cursor is not one of this list";
    /// The body is wrong; the detail names the member.
    InvalidBody = BAD_REQUEST, "invalid-body", "The body is not valid";
    /// A callback of Meta's that none of our secrets signed, or of another form.
    BadSignedRequest = BAD_REQUEST, "bad-signed-request", "The signed request is not valid";
    /// A delivery without `X-Hub-Signature-256`.
    MissingSignature = UNAUTHORIZED, "missing-signature", "The signature is missing";
    /// A delivery that none of our secrets signed.
    BadSignature = UNAUTHORIZED, "bad-signature", "The signature does not match";
    /// No `Authorization: Bearer KEY`.
    MissingKey = UNAUTHORIZED, "missing-key", "The API key is missing";
    /// The key is unknown or revoked.
    BadKey = UNAUTHORIZED, "bad-key", "The API key is not valid";
    /// The key may not do this.
    Forbidden = FORBIDDEN, "forbidden", "The API key does not permit this";
    /// The verify token or the mode of a subscription request is wrong.
    WrongVerifyToken = FORBIDDEN, "wrong-verify-token", "The verify token or mode is wrong";
    /// No such route or row.
    NotFound = NOT_FOUND, "not-found", "No such resource";
    /// The route knows other methods.
    MethodNotAllowed = METHOD_NOT_ALLOWED, "method-not-allowed", "The resource has no such method";
    /// The body did not come in time.
    SlowBody = REQUEST_TIMEOUT, "slow-body", "The body took too long to arrive";
    /// The workspace has no account of this id.
    UnknownAccount = CONFLICT, "unknown-account", "There is no such account";
    /// The account has no connection.
    NotConnected = CONFLICT, "not-connected", "The account is not connected";
    /// None of its connections works.
    NeedsReconnect = CONFLICT, "needs-reconnect", "The account must be connected again";
    /// Meta wants the person to do something first.
    Restricted = CONFLICT, "restricted", "Meta restricts the account";
    /// The account belongs to another workspace.
    AccountUnavailable = CONFLICT, "account-unavailable", "The account cannot be connected here";
    /// There is nothing that processing the event again could do.
    NothingToRetry = CONFLICT, "nothing-to-retry", "The event cannot be processed again";
    /// The feed was removed beyond the follower's cursor.
    CursorExpired = GONE, "cursor-expired", "The feed no longer reaches back to the cursor";
    /// It was there, and was erased at a person's request.
    Erased = GONE, "erased", "It was erased at a person's request";
    /// The body is larger than is taken.
    TooLarge = PAYLOAD_TOO_LARGE, "too-large", "The body is too large";
    /// The file ends before the part that is asked for.
    NoSuchRange = RANGE_NOT_SATISFIABLE, "no-such-range", "The file has no such part";
    /// Meta refused the token; the detail is Meta's words.
    RefusedByMeta = UNPROCESSABLE_ENTITY, "refused-by-meta", "Meta refused the token";
    /// The token speaks for another account.
    WrongAccount = UNPROCESSABLE_ENTITY, "wrong-account", "The token speaks for another account";
    /// The token lacks a permission.
    MissingScope = UNPROCESSABLE_ENTITY, "missing-scope", "The token lacks a permission";
    /// The post breaks rules; `faults` has them all.
    InvalidPost = UNPROCESSABLE_ENTITY, "invalid-post", "The post breaks rules";
    /// What was uploaded cannot be published; `faults` says why.
    InvalidMedia = UNPROCESSABLE_ENTITY, "invalid-media", "The file cannot be published";
    /// Something else was asked for under the same name before.
    KeyReused = UNPROCESSABLE_ENTITY, "idempotency-key-reused", "The Idempotency-Key was used for something else";
    /// What is asked for is not possible where it stands.
    WrongState = CONFLICT, "wrong-state", "That is not possible in this state";
    /// A post that is not over is made of it; the detail names the posts.
    UploadNeeded = CONFLICT, "upload-needed", "A post needs the upload";
    /// It changes faster than the change could be made.
    Busy = CONFLICT, "busy", "It is being worked on; try again";
    /// What is asked for needs a setting that is not there.
    NotConfigured = CONFLICT, "not-configured", "A setting is missing";
    /// The key follows the feed too often already.
    TooManyStreams = TOO_MANY_REQUESTS, "too-many-streams", "The key has too many open streams";
    /// Meta's limits are used up.
    Throttled = TOO_MANY_REQUESTS, "throttled", "Meta's limits are used up";
    /// A fault of ours.
    Internal = INTERNAL_SERVER_ERROR, "internal", "Something went wrong here";
    /// More deliveries come than can be kept, or more followers than can be served.
    Overloaded = SERVICE_UNAVAILABLE, "overloaded", "Too much to do; try again later";
    /// The database does not answer.
    StoreUnavailable = SERVICE_UNAVAILABLE, "store-unavailable", "The store is not available";
    /// Meta does not answer.
    MetaUnavailable = SERVICE_UNAVAILABLE, "meta-unavailable", "Meta is not available";
    /// The service cannot take deliveries now.
    NotReady = SERVICE_UNAVAILABLE, "not-ready", "The service is not ready";
}

impl Kind {
    /// After how many seconds trying again makes sense.
    pub(super) const fn retry_after(self) -> Option<u32> {
        match self {
            Self::Overloaded => Some(2),
            Self::NotReady | Self::StoreUnavailable => Some(5),
            Self::TooManyStreams => Some(10),
            Self::MetaUnavailable => Some(30),
            Self::Throttled => Some(600),
            _ => None,
        }
    }

    /// Whether a key, or a better one, would help.
    pub(super) const fn asks_for_key(self) -> bool {
        matches!(self, Self::MissingKey | Self::BadKey)
    }

    /// What its answer looks like.
    pub(super) fn example(self) -> serde_json::Value {
        let (status, code, title) = self.row();
        serde_json::json!(ProblemBody {
            kind: urn(code),
            title,
            status: status.as_u16(),
            code,
            detail: "what is wrong this time",
            faults: &[],
        })
    }

    /// Why it is refused, this time.
    pub fn because(self, detail: impl Into<Cow<'static, str>>) -> Problem {
        Problem {
            kind: self,
            detail: detail.into(),
            faults: Vec::new(),
            allow: None,
            retry_after: self.retry_after(),
            source: None,
        }
    }
}

/// A refusal, ready to be answered.
#[derive(Debug)]
pub struct Problem {
    kind: Kind,
    detail: Cow<'static, str>,
    faults: Vec<Fault>,
    allow: Option<String>,
    retry_after: Option<u32>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Problem {
    /// A parameter, and what is wrong with it.
    pub fn parameter(name: &str, wrong: impl fmt::Display) -> Self {
        Kind::InvalidParameter.because(format!("{name}: {wrong}"))
    }

    /// What kind it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Keeps the cause for the log; it is never answered.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(cause));
        self
    }

    /// Says which rules are broken.
    #[must_use]
    pub fn with_faults(mut self, faults: Vec<Fault>) -> Self {
        self.faults = faults;
        self
    }

    /// Says when trying again makes sense, where that is known better than for the kind.
    #[must_use]
    pub fn again_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(
            u32::try_from(wait.as_secs())
                .unwrap_or(u32::MAX)
                .saturating_add(1),
        );
        self
    }

    /// Says which methods the resource has.
    #[must_use]
    pub fn allowing(mut self, methods: String) -> Self {
        self.allow = Some(methods);
        self
    }

    /// A problem is logged where it stops: here, if somebody should know of it.
    fn log(&self) {
        let (status, code, _) = self.kind.row();
        let cause = self.source.as_deref().map(|cause| cause as &dyn Error);
        match self.kind {
            Kind::Overloaded | Kind::NotReady | Kind::MetaUnavailable => {
                tracing::warn!(
                    problem.code = code,
                    error = cause,
                    "answered {status}: {}",
                    self.detail
                );
            }
            _ if status.is_server_error() => {
                tracing::error!(
                    problem.code = code,
                    error = cause,
                    "answered {status}: {}",
                    self.detail
                );
            }
            _ => tracing::debug!(problem.code = code, "answered {status}: {}", self.detail),
        }
    }
}

fn urn(code: &str) -> String {
    format!("urn:belino:problem:{code}")
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.row().1, self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind.row().0
    }

    fn error_response(&self) -> HttpResponse {
        self.log();
        let (status, code, title) = self.kind.row();
        let body = ProblemBody {
            kind: urn(code),
            title,
            status: status.as_u16(),
            code,
            detail: &self.detail,
            faults: &self.faults,
        };
        let mut response = HttpResponse::build(status);
        response.insert_header((CONTENT_TYPE, "application/problem+json"));
        if let Some(seconds) = self.retry_after {
            response.insert_header((RETRY_AFTER, seconds));
        }
        if self.kind.asks_for_key() {
            response.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"belino\""));
        }
        if let Some(methods) = &self.allow {
            response.insert_header((ALLOW, methods.as_str()));
        }
        response.body(serde_json::to_vec(&body).expect("texts and a number are JSON"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use actix_web::body::to_bytes;

    use super::*;

    #[test]
    fn every_kind_has_a_code_of_its_own_and_an_error_status() {
        let codes: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.row().1).collect();
        assert_eq!(codes.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            let (status, code, title) = kind.row();
            assert!(status.is_client_error() || status.is_server_error(), "{code}");
            assert!(
                code.bytes().all(|c| c.is_ascii_lowercase() || c == b'-'),
                "{code}"
            );
            assert!(!title.is_empty() && !title.ends_with('.'), "{code}");
            let passes = [StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS];
            assert_eq!(passes.contains(&status), kind.retry_after().is_some(), "{code}");
        }
    }

    #[actix_web::test]
    async fn a_problem_is_answered_as_rfc_9457_says_and_hides_its_cause() {
        let problem = Kind::StoreUnavailable
            .because("later")
            .caused_by(std::io::Error::other("password"));
        let response = problem.error_response();
        assert_eq!(response.status(), 503);
        assert_eq!(
            response.headers().get(CONTENT_TYPE).unwrap(),
            "application/problem+json"
        );
        assert_eq!(response.headers().get(RETRY_AFTER).unwrap(), "5");
        let body = to_bytes(response.into_body()).await.unwrap();
        assert_eq!(
            std::str::from_utf8(&body).unwrap(),
            r#"{"type":"urn:belino:problem:store-unavailable","title":"The store is not available","status":503,"code":"store-unavailable","detail":"later"}"#
        );
    }

    #[test]
    fn a_refused_method_names_those_that_work() {
        let response = Kind::MethodNotAllowed
            .because("no")
            .allowing("GET, POST".to_owned())
            .error_response();
        assert_eq!(response.headers().get(ALLOW).unwrap(), "GET, POST");
    }
}
