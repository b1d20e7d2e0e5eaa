//! A story's numbers: every observation, and the view over them.
//!
//! Per metric the newest webhook counts, else the last snapshot. -1 is Meta's word for a number below 5
//! that it keeps to itself (meta-webhooks.md §4.4): it is shown as `suppressed`. What is absent stays absent.

use std::collections::BTreeMap;

use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::Listing;
use super::auth::Reader;
use super::objects::{ObjectParams, listed};
use super::page::{Page, PageParams};
use super::params::Params;
use super::{Problem, State};
use crate::domain::facts::SUPPRESSED;
use crate::domain::{EventId, Timestamp};
use crate::store::{ObjectFilter, StoryRow};

/// A number, or that Meta suppresses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Metric)]
pub enum MetricView {
    /// As Meta counts.
    Number(i64),
    /// Below 5, and therefore not told.
    Suppressed(SuppressedView),
}

/// The word `suppressed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Suppressed)]
#[serde(rename_all = "lowercase")]
pub enum SuppressedView {
    /// Below 5, and therefore not told.
    Suppressed,
}

impl From<i64> for MetricView {
    fn from(number: i64) -> Self {
        if number == SUPPRESSED {
            Self::Suppressed(SuppressedView::Suppressed)
        } else {
            Self::Number(number)
        }
    }
}

/// One observation of a story's numbers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StoryObservation)]
pub struct ObservationView {
    /// The event that brought it.
    #[schema(value_type = uuid::Uuid)]
    event_id: EventId,
    /// The story.
    media_id: String,
    /// `webhook` or `snapshot`.
    source: String,
    /// When it was observed.
    #[schema(value_type = String, format = DateTime)]
    observed_at: Timestamp,
    /// Number by metric.
    metrics: BTreeMap<String, MetricView>,
}

impl From<StoryRow> for ObservationView {
    fn from(row: StoryRow) -> Self {
        Self {
            metrics: metrics(&row),
            event_id: row.event_id,
            media_id: row.media_id,
            source: row.source,
            observed_at: row.observed_at,
        }
    }
}

fn metrics(row: &StoryRow) -> BTreeMap<String, MetricView> {
    let stored: BTreeMap<String, i64> = serde_json::from_str(&row.metrics).unwrap_or_default();
    stored
        .into_iter()
        .map(|(name, number)| (name, number.into()))
        .collect()
}

/// A story's numbers as they stand, and how they came to be.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StoryInsights)]
pub struct StoryView {
    /// The story.
    media_id: String,
    /// Meta's id of the account.
    account_id: String,
    /// Its kind of media, once read.
    media_type: Option<String>,
    /// Its address on Instagram, once read.
    permalink: Option<String>,
    /// When it was published, once read.
    #[schema(value_type = Option<String>, format = DateTime)]
    published_at: Option<Timestamp>,
    /// Number by metric: per metric the newest webhook's, else the last snapshot's.
    metrics: BTreeMap<String, MetricView>,
    /// When the newest of them was observed.
    #[schema(value_type = Option<String>, format = DateTime)]
    observed_at: Option<Timestamp>,
    /// Every observation, oldest first.
    history: Vec<ObservationView>,
}

/// The observations are in the order of time.
impl From<Vec<StoryRow>> for StoryView {
    fn from(rows: Vec<StoryRow>) -> Self {
        let mut view = Self {
            media_id: String::new(),
            account_id: String::new(),
            media_type: None,
            permalink: None,
            published_at: None,
            metrics: latest(&rows),
            observed_at: rows.iter().map(|row| row.observed_at).max(),
            history: Vec::with_capacity(rows.len()),
        };
        for mut row in rows {
            view.media_id.clone_from(&row.media_id);
            view.account_id = std::mem::take(&mut row.account_id);
            view.media_type = row.media_type.take();
            view.permalink = row.media_permalink.take();
            view.published_at = row.media_published_at;
            view.history.push(row.into());
        }
        view
    }
}

/// Snapshots first, webhooks over them: a webhook's numbers are the final ones.
fn latest(rows: &[StoryRow]) -> BTreeMap<String, MetricView> {
    let (webhooks, snapshots): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.source == "webhook");
    snapshots.into_iter().chain(webhooks).flat_map(metrics).collect()
}

/// Lists stories with their numbers, the story first seen last comes first.
#[utoipa::path(
    tag = "objects",
    operation_id = "list_story_insights",
    params(ObjectParams, PageParams),
    responses((status = 200, description = "A page", body = Page<StoryView>), Listing)
)]
#[get("")]
pub async fn list(
    caller: Reader,
    Params(params): Params<ObjectParams>,
    state: Data<State>,
) -> Result<Json<Page<StoryView>>, Problem> {
    let read = async |filter: ObjectFilter, page| state.store.stories(&filter, page).await;
    let page = listed((&state, &caller), params, read, |rows| first_seen(rows)).await?;
    Ok(Json(page))
}

/// The place of a story in the list: its first event.
fn first_seen(rows: &[StoryRow]) -> uuid::Uuid {
    rows.iter()
        .map(|row| row.event_id.uuid())
        .min()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(second: i64, source: &str, metrics: &str) -> StoryRow {
        let observed_at = Timestamp::from_seconds(second);
        StoryRow {
            event_id: EventId::at(observed_at),
            account_id: "17841400000000001".to_owned(),
            media_id: "18000000000000009".to_owned(),
            source: source.to_owned(),
            observed_at,
            metrics: metrics.to_owned(),
            media_type: None,
            media_permalink: None,
            media_published_at: None,
        }
    }

    #[test]
    fn per_metric_the_newest_webhook_counts_else_the_last_snapshot() {
        let rows = vec![
            row(1, "snapshot", r#"{"reach":5,"views":7}"#),
            row(2, "webhook", r#"{"reach":9}"#),
            row(3, "webhook", r#"{"reach":10,"replies":0}"#),
            row(4, "snapshot", r#"{"reach":99,"views":8}"#),
        ];
        let view = serde_json::to_value(StoryView::from(rows)).unwrap();
        assert_eq!(view["metrics"], json!({"reach": 10, "replies": 0, "views": 8}));
        assert_eq!(view["history"].as_array().unwrap().len(), 4);
        assert_eq!(view["observed_at"], "1970-01-01T00:00:04Z");
    }

    #[test]
    fn a_suppressed_number_is_a_word_and_an_absent_one_is_absent() {
        let view = serde_json::to_value(StoryView::from(vec![row(1, "webhook", r#"{"exits":-1}"#)])).unwrap();
        assert_eq!(view["metrics"], json!({"exits": "suppressed"}));
    }
}
