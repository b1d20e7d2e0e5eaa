//! What is asked for: an object, perhaps an edge of it, and the query.

use url::Url;

/// A read, before it has a host and a token.
#[derive(Debug)]
pub(super) struct Request<'a> {
    /// A fixed name for logs and metrics.
    pub(super) name: &'static str,
    node: &'a str,
    edge: Option<&'static str>,
    query: Vec<(&'static str, &'a str)>,
}

impl<'a> Request<'a> {
    /// An object by its id.
    pub(super) const fn node(name: &'static str, node: &'a str) -> Self {
        Self {
            name,
            node,
            edge: None,
            query: Vec::new(),
        }
    }

    /// An edge of an object; the edge is the name.
    pub(super) const fn edge(node: &'a str, edge: &'static str) -> Self {
        Self {
            name: edge,
            node,
            edge: Some(edge),
            query: Vec::new(),
        }
    }

    /// Gives it another name than its edge's.
    pub(super) const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Adds a parameter.
    pub(super) fn with(mut self, name: &'static str, value: &'a str) -> Self {
        self.query.push((name, value));
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
        let mut url = base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments
                .pop_if_empty()
                .push(version)
                .push(self.node)
                .extend(self.edge);
        }
        url.query_pairs_mut().extend_pairs(&self.query);
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
