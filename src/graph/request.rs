//! What is asked for: an object, perhaps an edge of it, and the parameters.

use std::time::Duration;

use reqwest::Method;
use url::Url;

use super::Film;

/// A call, before it has a host and a token.
#[derive(Debug)]
pub(super) struct Request<'a> {
    /// A fixed name for logs and metrics.
    pub(super) name: &'static str,
    /// A POST carries its parameters as a form, the others in the query.
    pub(super) method: Method,
    /// The parameters hold what the call is permitted by: no token goes with it beside them.
    pub(super) carries_its_right: bool,
    /// How long it may take, if longer than usual.
    pub(super) patience: Option<Duration>,
    place: Place<'a>,
    node: &'a str,
    edge: Option<&'static str>,
    pub(super) parameters: Vec<(&'static str, &'a str)>,
    /// What is brought in place of parameters.
    pub(super) cargo: Option<Cargo>,
}

/// A film on its way: its bytes are the body, and headers tell the rest.
#[derive(Debug)]
pub(super) struct Cargo(pub(super) Film);

/// Where an object stands.
#[derive(Debug)]
enum Place<'a> {
    /// Behind the host and its version.
    Versioned,
    /// Behind the host: the token endpoints of Instagram (graph-oauth.md §0).
    Unversioned,
    /// A whole address of its own.
    At(&'a Url),
}

impl<'a> Request<'a> {
    /// An object by its id.
    pub(super) const fn node(name: &'static str, node: &'a str) -> Self {
        Self {
            name,
            method: Method::GET,
            carries_its_right: false,
            patience: None,
            place: Place::Versioned,
            node,
            edge: None,
            parameters: Vec::new(),
            cargo: None,
        }
    }

    /// An edge of an object; the edge is the name.
    pub(super) fn edge(node: &'a str, edge: &'static str) -> Self {
        Self {
            edge: Some(edge),
            ..Self::node(edge, node)
        }
    }

    /// A token endpoint without a version, permitted by what its parameters hold.
    pub(super) fn token_endpoint(name: &'static str) -> Self {
        Self {
            carries_its_right: true,
            place: Place::Unversioned,
            ..Self::node(name, name)
        }
    }

    /// A form posted to a token endpoint by its whole address, permitted by what it holds.
    pub(super) fn form_to(name: &'static str, address: &'a Url) -> Self {
        Self {
            method: Method::POST,
            carries_its_right: true,
            place: Place::At(address),
            ..Self::node(name, name)
        }
    }

    /// By another method than GET.
    pub(super) fn by(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Brings a film.
    pub(super) fn carrying(mut self, cargo: Cargo) -> Self {
        self.cargo = Some(cargo);
        self
    }

    /// May take so long.
    pub(super) const fn within(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// Gives it another name than its edge's.
    pub(super) const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Adds a parameter.
    pub(super) fn with(mut self, name: &'static str, value: &'a str) -> Self {
        self.parameters.push((name, value));
        self
    }

    /// Adds a parameter if there is a value for it.
    pub(super) fn with_some(self, name: &'static str, value: Option<&'a str>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The path for the record: no version, no query.
    pub(super) fn path(&self) -> String {
        match self.edge {
            Some(edge) => format!("/{}/{edge}", self.node),
            None => format!("/{}", self.node),
        }
    }

    /// The whole address. Ids are encoded, so one with odd characters stays one segment. A base without a
    /// path to extend is refused when the call is sent.
    pub(super) fn address(&self, base: &Url, version: &str) -> Url {
        let (mut url, version) = match self.place {
            Place::At(address) => return address.clone(),
            Place::Versioned => (base.clone(), Some(version)),
            Place::Unversioned => (base.clone(), None),
        };
        if let Ok(mut segments) = url.path_segments_mut() {
            segments
                .pop_if_empty()
                .extend(version)
                .push(self.node)
                .extend(self.edge);
        }
        if self.method != Method::POST {
            url.query_pairs_mut().extend_pairs(&self.parameters);
        }
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_extends_the_base() {
        let request = Request::edge("17/../9?x", "comments")
            .with("fields", "id,text")
            .with_some("after", None);
        for base in ["http://127.0.0.1:8090/meta", "http://127.0.0.1:8090/meta/"] {
            let url = request.address(&base.parse().unwrap(), "v25.0");
            assert_eq!(
                url.as_str(),
                "http://127.0.0.1:8090/meta/v25.0/17%2F..%2F9%3Fx/comments?fields=id%2Ctext"
            );
        }
    }
}
