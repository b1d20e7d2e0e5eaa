//! Pages of an edge, and where the next one begins. Cursors only: `paging.next` carries the token.

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer};
use serde_json::value::RawValue;

use super::lenient;

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it. An item without an id is nobody's and is left out.
    pub data: Vec<T>,
    /// The cursor of the next page; none at the end. It perishes: never store it.
    pub after: Option<String>,
}

/// An edge as Meta sends it, alone or expanded inside an object.
#[derive(Debug, Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub(super) struct Edge<T> {
    #[serde(default = "Vec::new", deserialize_with = "items")]
    data: Vec<T>,
    #[serde(default, deserialize_with = "lenient::object")]
    paging: Option<Paging>,
}

#[derive(Debug, Deserialize)]
struct Paging {
    #[serde(default, deserialize_with = "lenient::object")]
    cursors: Option<Cursors>,
    #[serde(default, deserialize_with = "lenient::text")]
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Cursors {
    #[serde(default, deserialize_with = "lenient::text")]
    after: Option<String>,
}

fn items<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let items = Vec::<&RawValue>::deserialize(from)?;
    Ok(items
        .into_iter()
        .filter_map(|item| serde_json::from_str(item.get()).ok())
        .collect())
}

impl<T> Edge<T> {
    /// Of an edge asked for by itself: it ends where `next` is absent, not where a page is short or empty
    /// (graph-oauth.md §4). A cursor that stands still ends it, too.
    pub(super) fn alone(self, asked: Option<&str>) -> Page<T> {
        let more = self.paging.as_ref().is_some_and(|paging| paging.next.is_some());
        let after = self
            .cursor()
            .filter(|after| more && Some(after.as_str()) != asked);
        Page {
            data: self.data,
            after,
        }
    }

    /// Of an edge expanded inside an object: it has no `next`, so the cursor leads on until it is absent
    /// or a page is empty (graph-oauth.md §4).
    pub(super) fn expanded(self) -> Page<T> {
        let after = self.cursor().filter(|_| !self.data.is_empty());
        Page {
            data: self.data,
            after,
        }
    }

    fn cursor(&self) -> Option<String> {
        self.paging
            .as_ref()?
            .cursors
            .as_ref()?
            .after
            .clone()
            .filter(|after| !after.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::Comment;
    use super::*;

    const FULL: &str =
        r#"{"data":[{"id":"1"}],"paging":{"cursors":{"before":"a","after":"b"},"next":"https://x"}}"#;
    const LAST: &str = r#"{"data":[{"id":"1"}],"paging":{"cursors":{"before":"a","after":"b"}}}"#;
    const EMPTY: &str = r#"{"data":[],"paging":{"cursors":{"after":"b"},"next":"https://x"}}"#;
    const BARE: &str = r#"{"data":[{"id":"1"}]}"#;

    fn edge(json: &str) -> Edge<Comment> {
        serde_json::from_str(json).unwrap()
    }

    #[rstest]
    #[case(FULL, None, Some("b"))]
    #[case(FULL, Some("a"), Some("b"))]
    #[case(FULL, Some("b"), None)]
    #[case(LAST, None, None)]
    #[case(EMPTY, None, Some("b"))]
    #[case(BARE, None, None)]
    fn an_edge_alone_ends_without_next(
        #[case] json: &str,
        #[case] asked: Option<&str>,
        #[case] after: Option<&str>,
    ) {
        assert_eq!(edge(json).alone(asked).after.as_deref(), after);
    }

    #[rstest]
    #[case(FULL, Some("b"))]
    #[case(LAST, Some("b"))]
    #[case(EMPTY, None)]
    #[case(BARE, None)]
    fn an_expanded_edge_ends_without_cursor(#[case] json: &str, #[case] after: Option<&str>) {
        assert_eq!(edge(json).expanded().after.as_deref(), after);
    }

    #[test]
    fn one_bad_item_does_not_cost_the_page() {
        let page = edge(r#"{"data":[null,{"text":"x"},{"id":2}],"paging":[]}"#).alone(None);
        assert_eq!(
            page.data
                .iter()
                .map(|comment| comment.id.as_str())
                .collect::<Vec<_>>(),
            ["2"]
        );
    }
}
