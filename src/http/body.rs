//! A JSON body of the internal API: bounded, read whole, validated.

use std::pin::Pin;

use actix_web::web::Payload;
use actix_web::{FromRequest, HttpRequest, dev};
use garde::Validate;
use serde::de::DeserializeOwned;

use super::{Kind, Problem};

/// The largest body that the API takes; it has no large ones.
const LARGEST: usize = 64 * 1_024;

/// A longer value is no word that somebody mistyped.
const LONGEST_WORD: usize = 24;

/// A body, valid.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + Validate<Context = ()> + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let payload = Payload::from_request(request, payload);
        Box::pin(async move {
            let payload = payload.await.map_err(|_| unread())?;
            let bytes = payload
                .to_bytes_limited(LARGEST)
                .await
                .map_err(|_| Kind::TooLarge.because(format!("a body here has at most {LARGEST} bytes")))?
                .map_err(|_| unread())?;
            read(&bytes).map(Self)
        })
    }
}

fn unread() -> Problem {
    Kind::InvalidBody.because("the body did not arrive whole")
}

fn read<T: DeserializeOwned + Validate<Context = ()>>(bytes: &[u8]) -> Result<T, Problem> {
    let value: T = serde_json::from_slice(bytes)
        .map_err(|error| Kind::InvalidBody.because(without_tokens(&error.to_string())))?;
    value.validate().map_err(|report| {
        let faults: Vec<String> = report
            .iter()
            .map(|(path, fault)| format!("{path}: {fault}"))
            .collect();
        Kind::InvalidBody.because(faults.join("; "))
    })?;
    Ok(value)
}

/// What serde says of a body, without a long value at fault: it may be a token in the wrong place, and is answered and
/// logged.
fn without_tokens(said: &str) -> String {
    for (kind, from, to) in [
        ("string", " \"", "\", expected"),
        ("unknown variant", " `", "`, expected"),
        ("unknown field", " `", "`, expected"),
    ] {
        let split = said
            .split_once(&format!("{kind}{from}"))
            .and_then(|(before, rest)| Some((before, rest.rsplit_once(to)?)));
        if let Some((before, (value, behind))) = split
            && value.len() > LONGEST_WORD
        {
            return format!("{before}{kind}, expected{behind}");
        }
    }
    said.to_owned()
}

/// For a text that people read and databases keep: a NUL, for one, is refused by one of the two.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "garde passes the context by reference"
)]
pub fn printable(text: &str, (): &()) -> garde::Result {
    if text.chars().any(char::is_control) || text.trim() != text {
        return Err(garde::Error::new("has control characters, or spaces at an end"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Named {
        #[garde(length(min = 1, max = 3))]
        name: String,
    }

    const LONG: &[u8] = b"\"a-token, \\\", expected or not, in the wrong place\"";

    #[test]
    fn a_refusal_names_the_member_and_no_token() {
        assert_eq!(read::<Named>(br#"{"name":"abc"}"#).unwrap().name, "abc");
        for (body, part) in [
            (&br#"{"name":""}"#[..], "name: length is lower than 1"),
            (br#"{"nam":"a"}"#, "unknown field `nam`"),
            (b"{}", "missing field `name`"),
            (b"\"abc\"", "invalid type: string \"abc\", expected struct"),
            (LONG, "invalid type: string, expected struct"),
            (b"", "EOF"),
            (b"\xff", "expected value"),
        ] {
            let problem = read::<Named>(body).unwrap_err();
            assert_eq!(problem.kind(), Kind::InvalidBody);
            assert!(problem.to_string().contains(part), "{problem}");
            assert!(!problem.to_string().contains("token"), "{problem}");
        }
    }
}
