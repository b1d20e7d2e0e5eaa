//! Facts of Meta's, as data in one place, each with its source.

use std::time::Duration;

/// Most comments that one page of a media's or a comment's edge holds (graph-limits-and-errors.md §3).
pub const COMMENTS_PER_PAGE: usize = 50;

/// Most updates that one webhook notification holds (meta-webhooks.md §5).
pub const UPDATES_PER_DELIVERY: usize = 1_000;

/// Values of `entry.time` from here on are milliseconds, below it seconds (meta-webhooks.md §3).
pub const MILLISECONDS_FROM: i64 = 100_000_000_000;

/// The id under which the dashboard's test notifications come (meta-webhooks.md §3.2).
pub const TEST_ENTRY_ID: &str = "0";

/// What stands for a metric that Meta suppresses for privacy: below 5 (meta-webhooks.md §4.4).
pub const SUPPRESSED: i64 = -1;

/// How long Meta goes on redelivering a notification that was not answered 200 (meta-webhooks.md §5).
pub const REDELIVERY_WINDOW: Duration = Duration::from_hours(36);

/// A story is visible for this long (graph-insights-and-reports.md).
pub const STORY_LIFETIME: Duration = Duration::from_hours(24);

/// The oldest Graph API version that Belino speaks to (graph-oauth.md §0).
pub const OLDEST_GRAPH_VERSION: (u32, u32) = (22, 0);

/// The Graph API version unless configured (graph-oauth.md §0).
pub const DEFAULT_GRAPH_VERSION: &str = "v25.0";
