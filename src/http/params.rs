//! The query string, read parameter by parameter, so that a refusal names the one that is wrong.
//!
//! A parameter that a route does not know is refused: a filter with a slip in its name must not
//! look like a list without that filter.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::Problem;

/// The parameters of a query that nobody has asked for yet.
#[derive(Debug, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Of the text after the question mark.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(text.as_bytes())
            .into_owned()
            .collect();
        for (at, (name, _)) in pairs.iter().enumerate() {
            if pairs.iter().skip(at + 1).any(|(other, _)| other == name) {
                return Err(Problem::parameter(name, "given more than once"));
            }
        }
        Ok(Self(pairs))
    }

    /// Takes a parameter as it stands.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, Problem> {
        let Some(at) = self.0.iter().position(|(other, _)| other == name) else {
            return Ok(None);
        };
        let (_, text) = self.0.swap_remove(at);
        if text.contains('\0') {
            return Err(Problem::parameter(name, "has a NUL character"));
        }
        Ok(Some(text))
    }

    /// Takes a parameter as a value; `expected` is what the refusal says.
    pub fn value<T: FromStr>(&mut self, name: &str, expected: &str) -> Result<Option<T>, Problem> {
        self.text(name)?
            .map(|text| text.parse().map_err(|_| Problem::parameter(name, expected)))
            .transpose()
    }

    /// Takes a parameter as a value whose error says what was expected.
    pub fn word<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str) -> Result<Option<T>, Problem> {
        self.text(name)?
            .map(|text| text.parse().map_err(|error| Problem::parameter(name, error)))
            .transpose()
    }

    /// Refuses what nobody has asked for.
    fn finish(mut self) -> Result<(), Problem> {
        match self.0.pop() {
            Some((name, _)) => Err(Problem::parameter(&name, "no such parameter here")),
            None => Ok(()),
        }
    }
}

/// What a route's query may say.
pub trait FromQuery: Sized {
    /// Takes its parameters.
    fn read(query: &mut Query) -> Result<Self, Problem>;
}

/// No parameters at all.
pub struct Nothing;

impl FromQuery for Nothing {
    fn read(_: &mut Query) -> Result<Self, Problem> {
        Ok(Self)
    }
}

/// A route's parameters, valid.
pub struct Params<T>(pub T);

impl<T: FromQuery> FromRequest for Params<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request.query_string()).map(Self))
    }
}

fn read<T: FromQuery>(text: &str) -> Result<T, Problem> {
    let mut query = Query::parse(text)?;
    // The workspace was read with the key.
    query.text("workspace")?;
    let params = T::read(&mut query)?;
    query.finish()?;
    Ok(params)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{State, Timestamp};

    #[derive(Debug)]
    struct Wanted {
        state: Option<State>,
        since: Option<Timestamp>,
    }

    impl FromQuery for Wanted {
        fn read(query: &mut Query) -> Result<Self, Problem> {
            Ok(Self {
                state: query.word("state")?,
                since: query.word("since")?,
            })
        }
    }

    #[test]
    fn parameters_are_decoded_and_the_workspace_is_left_to_the_key() {
        let wanted: Wanted =
            read("workspace=acme&state=parked&since=2026-11-21T08%3A30%3A00%2B01:00").unwrap();
        assert_eq!(wanted.state, Some(State::Parked));
        assert_eq!(wanted.since.unwrap().to_string(), "2026-11-21T07:30:00Z");
    }

    #[test]
    fn a_refusal_names_the_parameter_and_what_was_expected() {
        for (query, said) in [
            (
                "state=lost",
                "state: unknown word \"lost\"; expected one of: pending, waiting, parked, done, dead",
            ),
            (
                "since=yesterday",
                "since: not a time: expected RFC 3339, as 2026-11-21T08:30:00Z",
            ),
            ("stat=done", "stat: no such parameter here"),
            ("state=done&state=dead", "state: given more than once"),
            ("state=%00", "state: has a NUL character"),
        ] {
            let problem = read::<Wanted>(query).unwrap_err();
            assert_eq!(problem.to_string(), format!("invalid-parameter: {said}"));
        }
    }
}
