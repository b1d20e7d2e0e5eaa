//! Facts of Meta's, as data in one place, each with its source.

use std::time::Duration;

use super::Timestamp;

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

/// A version of the Graph API, and the day on which Meta ends it, once it has said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GraphVersion {
    /// Its name, as `v25.0`.
    pub name: &'static str,
    /// Midnight (UTC) of its last day, in seconds since 1970.
    pub ends: Option<Timestamp>,
}

/// The versions that Belino knows, the newest first (graph-oauth.md §0).
pub const GRAPH_VERSIONS: [GraphVersion; 5] = [
    version("v26.0", None),
    version("v25.0", Some(1_848_441_600)), // 2028-07-29
    version("v24.0", Some(1_834_444_800)), // 2028-02-18
    version("v23.0", Some(1_822_953_600)), // 2027-10-08
    version("v22.0", Some(1_810_771_200)), // 2027-05-20
];

const fn version(name: &'static str, ends: Option<i64>) -> GraphVersion {
    let ends = match ends {
        Some(seconds) => Some(Timestamp::from_seconds(seconds)),
        None => None,
    };
    GraphVersion { name, ends }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_end_on_the_days_that_meta_named() {
        let ends: Vec<_> = GRAPH_VERSIONS
            .iter()
            .map(|version| (version.name, version.ends.map(|at| at.to_string())))
            .collect();
        let day = |text: &str| Some(format!("{text}T00:00:00Z"));
        assert_eq!(
            ends,
            [
                ("v26.0", None),
                ("v25.0", day("2028-07-29")),
                ("v24.0", day("2028-02-18")),
                ("v23.0", day("2027-10-08")),
                ("v22.0", day("2027-05-20")),
            ]
        );
    }
}
