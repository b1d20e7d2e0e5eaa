//! The form that Meta posts: one signed request, checked before anything is done.

use actix_web::HttpRequest;
use actix_web::web::Payload;

use crate::domain::Login;
use crate::http::webhook::{Unread, read_body};
use crate::http::{Kind, Problem, State};
use crate::store::Person;
use crate::webhook::signed_request::SignedRequest;

/// The largest form that is taken: Meta's have a few hundred bytes.
const LARGEST: usize = 64 * 1_024;
const FIELD: &str = "signed_request";

/// The forms of Meta's callbacks, for the description.
#[derive(utoipa::ToSchema)]
#[schema(as = SignedRequest)]
#[expect(dead_code, reason = "only describes the form, which is read by hand")]
pub struct SignedForm {
    /// base64url(HMAC-SHA256 of what follows the dot), a dot, base64url(JSON with `algorithm` and `user_id`).
    signed_request: String,
}

/// Whom the callback is about. What is refused is counted.
pub async fn person(
    request: &HttpRequest,
    payload: Payload,
    state: &State,
    kind: &'static str,
) -> Result<Person, Problem> {
    let read = match read_body(request, payload, LARGEST).await {
        Ok(body) => open(&body, state),
        Err(unread) => Err(unread_problem(unread)),
    };
    read.inspect_err(|_| count(kind, "refused"))
}

/// Counts a callback by what came of it.
pub fn count(kind: &'static str, outcome: &'static str) {
    metrics::counter!("belino_callbacks_total", "kind" => kind, "outcome" => outcome).increment(1);
}

fn open(body: &[u8], state: &State) -> Result<Person, Problem> {
    let mut values = url::form_urlencoded::parse(body).filter(|(name, _)| name == FIELD);
    let (_, text) = values
        .next()
        .ok_or_else(|| Kind::BadSignedRequest.because("the form has no field signed_request"))?;
    if values.next().is_some() {
        return Err(Kind::BadSignedRequest.because("the form has more than one signed_request"));
    }
    let signed = SignedRequest::open(&text, &state.reception.secrets)
        .map_err(|error| Kind::BadSignedRequest.because(error.to_string()))?;
    Ok(Person {
        login: login(&signed),
        id: signed.user_id,
        signed_at: signed.issued_at,
    })
}

/// The login product, if the secrets that signed belong to just one: of a previous one it is not known.
fn login(signed: &SignedRequest) -> Option<Login> {
    let mut logins = signed.signed_by.iter().map(|label| label.parse::<Login>().ok());
    let first = logins.next().flatten()?;
    logins.all(|login| login == Some(first)).then_some(first)
}

fn unread_problem(unread: Unread) -> Problem {
    match unread {
        Unread::TooLarge(_) => Kind::TooLarge.because(format!("a form has at most {LARGEST} bytes here")),
        Unread::Slow => Kind::SlowBody.because("the body did not arrive within ten seconds"),
        Unread::Broken(error, _) => Kind::InvalidBody
            .because("the body did not arrive whole")
            .caused_by(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed_by(labels: &[&str]) -> Option<Login> {
        login(&SignedRequest {
            signed_by: labels.iter().map(|label| (*label).into()).collect(),
            user_id: "1".to_owned(),
            issued_at: None,
        })
    }

    #[test]
    fn the_login_is_that_of_the_secret_unless_that_says_nothing() {
        for (labels, expected) in [
            (&["facebook"][..], Some(Login::Facebook)),
            (&["instagram"], Some(Login::Instagram)),
            (&["instagram", "instagram"], Some(Login::Instagram)),
            (&["instagram", "facebook"], None),
            (&["facebook", "previous-1"], None),
            (&["previous-1"], None),
        ] {
            assert_eq!(signed_by(labels), expected, "{labels:?}");
        }
    }
}
