//! What came with a request for a dialog: the query, then the posted form. A name may stand several times.

use url::form_urlencoded;

/// Names and values in their order.
#[derive(Clone, Debug)]
pub(super) struct Form(Vec<(String, String)>);

/// What the person says. The rest is what the app said, and is carried along.
const ANSWERS: [&str; 5] = ["as", "permission", "page", "leave_out", "action"];

impl Form {
    /// Of a query and a body.
    pub(super) fn read(query: &str, body: &[u8]) -> Self {
        let query = form_urlencoded::parse(query.as_bytes()).into_owned();
        let body = form_urlencoded::parse(body).into_owned();
        Self(query.chain(body).collect())
    }

    /// A value that is not empty: the last one of its name.
    pub(super) fn one(&self, name: &str) -> Option<&str> {
        self.all(name).filter(|value| !value.is_empty()).last()
    }

    /// Every value of a name.
    pub(super) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(key, _)| key == name);
        named.map(|(_, value)| value.as_str())
    }

    /// What the app said, each name once.
    pub(super) fn said_by_app(&self) -> Vec<(&str, &str)> {
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.retain(|name| !ANSWERS.contains(name));
        names
            .into_iter()
            .map(|name| (name, self.one(name).unwrap_or_default()))
            .collect()
    }
}
