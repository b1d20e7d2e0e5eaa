//! How lists page: `limit`, `after`, and `{"data": […], "next": …}`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::params::Query;
use super::{Kind, Problem};
use crate::store::PageRequest;

const DEFAULT_LIMIT: i64 = 50;
const LARGEST_LIMIT: i64 = 200;

/// One page of a list.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Where the next page begins: to be given as `after`; null if there is none.
    pub next: Option<String>,
}

/// Which page of a list.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described by this; `page_of` reads it")]
pub struct PageParams {
    /// Most rows.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
    /// `next` of the page before.
    after: Option<String>,
}

/// The page that a query asks for.
pub fn page_of(query: &mut Query) -> Result<PageRequest, Problem> {
    let after = query.text("after")?.as_deref().map(read_cursor).transpose()?;
    Ok(PageRequest {
        after,
        limit: limit_of(query)?,
    })
}

/// Most rows that a query asks for.
pub fn limit_of(query: &mut Query) -> Result<i64, Problem> {
    let limit = query
        .value("limit", "expected a number from 1 to 200")?
        .unwrap_or(DEFAULT_LIMIT);
    if (1..=LARGEST_LIMIT).contains(&limit) {
        Ok(limit)
    } else {
        Err(Problem::parameter("limit", "expected a number from 1 to 200"))
    }
}

impl PageRequest {
    /// The same page with one row more, which tells whether there is a next one.
    const fn and_one(self) -> Self {
        Self {
            limit: self.limit + 1,
            ..self
        }
    }
}

/// Reads a page with one row more than asked for, and makes the answer of it.
pub async fn paged<R, V, F>(
    page: PageRequest,
    read: impl FnOnce(PageRequest) -> F,
    id: impl Fn(&R) -> Uuid,
) -> Result<Page<V>, Problem>
where
    V: From<R>,
    F: Future<Output = Result<Vec<R>, crate::store::StoreError>>,
{
    let mut rows = read(page.and_one()).await?;
    let wanted = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let next = rows.last().filter(|_| more).map(|row| write_cursor(id(row)));
    let data = rows.into_iter().map(V::from).collect();
    Ok(Page { data, next })
}

impl<T> Page<T> {
    /// A list that has one page only.
    pub const fn whole(data: Vec<T>) -> Self {
        Self { data, next: None }
    }
}

fn write_cursor(id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(id.as_bytes())
}

fn read_cursor(text: &str) -> Result<Uuid, Problem> {
    URL_SAFE_NO_PAD
        .decode(text)
        .ok()
        .and_then(|bytes| Uuid::from_slice(&bytes).ok())
        .ok_or_else(|| Kind::InvalidCursor.because("after: give back `next` of the page before, unchanged"))
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use futures_util::FutureExt;
    use proptest::prelude::*;

    use super::*;

    fn asked(query: &str) -> Result<PageRequest, Problem> {
        page_of(&mut Query::parse(query).unwrap())
    }

    #[test]
    fn a_cursor_survives_its_text() {
        for id in [Uuid::nil(), Uuid::max(), Uuid::from_u128(0x0198_0000_1234)] {
            assert_eq!(read_cursor(&write_cursor(id)).unwrap(), id);
        }
    }

    #[test]
    fn a_text_that_is_no_cursor_is_refused_by_its_own_code() {
        for text in ["", "x", "AAAA", "not base64!", "AAAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(
                read_cursor(text).unwrap_err().kind(),
                Kind::InvalidCursor,
                "{text}"
            );
        }
    }

    #[test]
    fn a_page_has_fifty_rows_unless_asked_and_never_more_than_two_hundred() {
        assert_eq!(asked("").unwrap().limit, 50);
        assert_eq!(asked("limit=200").unwrap().limit, 200);
        for query in ["limit=0", "limit=201", "limit=-1", "limit=many", "limit="] {
            assert_eq!(
                asked(query).unwrap_err().kind(),
                Kind::InvalidParameter,
                "{query}"
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

        #[test]
        fn every_id_is_a_cursor_and_every_cursor_is_one_ids(id in any::<u128>().prop_map(Uuid::from_u128)) {
            prop_assert_eq!(read_cursor(&write_cursor(id)).unwrap(), id);
        }

        #[test]
        fn any_text_is_the_one_cursor_of_an_id_or_refused(text in "(.{0,30}|[A-Za-z0-9_-]{22})") {
            match read_cursor(&text) {
                Ok(id) => prop_assert_eq!(write_cursor(id), text),
                Err(problem) => prop_assert_eq!(problem.kind(), Kind::InvalidCursor),
            }
        }

        #[test]
        fn any_query_asks_for_a_page_or_is_refused(query in "(limit|after|x|)(=|)(.{0,8}|[0-9-]{0,4}|[A-Z]{22})(&.{0,12}|)") {
            match Query::parse(&query).and_then(|mut query| page_of(&mut query)) {
                Ok(page) => prop_assert!((1..=LARGEST_LIMIT).contains(&page.limit)),
                Err(problem) => {
                    prop_assert!([Kind::InvalidCursor, Kind::InvalidParameter].contains(&problem.kind()));
                }
            }
        }

        #[test]
        fn pages_of_any_size_together_are_the_list(rows in 0_u128..300, limit in 1..=LARGEST_LIMIT) {
            let list: Vec<Uuid> = (0..rows).rev().map(Uuid::from_u128).collect();
            let (mut walked, mut after, mut pages) = (Vec::new(), None, 0);
            loop {
                let below = |page: PageRequest| {
                    let rest = list.iter().filter(move |id| page.after.is_none_or(|after| **id < after));
                    ready(Ok(rest.take(usize::try_from(page.limit).unwrap()).copied().collect()))
                };
                let page: Page<Uuid> = paged(PageRequest { after, limit }, below, |id| *id)
                    .now_or_never()
                    .unwrap()
                    .unwrap();
                walked.extend(page.data);
                pages += 1;
                let Some(next) = page.next else { break };
                after = Some(read_cursor(&next).unwrap());
            }
            prop_assert_eq!(&walked, &list);
            prop_assert_eq!(pages, list.len().div_ceil(usize::try_from(limit).unwrap()).max(1));
        }
    }

    #[tokio::test]
    async fn there_is_a_next_page_only_if_there_is_a_row_for_it() {
        let rows = |n: usize| {
            move |page: PageRequest| async move {
                let limit = usize::try_from(page.limit).unwrap();
                Ok((1..=n.min(limit) as u128)
                    .map(Uuid::from_u128)
                    .collect::<Vec<_>>())
            }
        };
        let page = PageRequest {
            after: None,
            limit: 2,
        };
        let exact: Page<Uuid> = paged(page, rows(2), |id| *id).await.unwrap();
        assert_eq!((exact.data.len(), exact.next), (2, None));
        let more: Page<Uuid> = paged(page, rows(3), |id| *id).await.unwrap();
        assert_eq!(
            (more.data.len(), more.next),
            (2, Some(write_cursor(Uuid::from_u128(2))))
        );
    }
}
