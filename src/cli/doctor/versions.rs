//! The versions of the Graph API that calls name, and when Meta ends them.

use std::time::Duration;

use super::code::Code;
use super::finding::Finding;
use crate::config::Config;
use crate::domain::Timestamp;
use crate::domain::facts::GRAPH_VERSIONS;

/// From so long before a version's end on it is time to move.
const NOTICE: Duration = Duration::from_hours(24 * 90);

/// Looks at both hosts' versions.
pub(super) fn look(config: &Config, now: Timestamp) -> [Finding; 2] {
    let graph = &config.graph;
    [
        judge("BELINO_GRAPH_VERSION", &graph.facebook.version, now),
        judge("BELINO_INSTAGRAM_GRAPH_VERSION", &graph.instagram.version, now),
    ]
}

fn judge(key: &str, name: &str, now: Timestamp) -> Finding {
    let Some(version) = GRAPH_VERSIONS.iter().find(|version| version.name == name) else {
        return Code::VersionUnknown.found(format!("{key} is {name}, which Belino does not know"));
    };
    let Some(ends) = version.ends else {
        return Finding::passed("versions", format!("{key} {name} has no end yet"));
    };
    let day = ends.to_string();
    let day = day.split('T').next().unwrap_or_default();
    if ends <= now {
        Code::VersionEnded.found(format!("{key} {name} ended on {day}"))
    } else if ends <= now + NOTICE {
        let days = ends.since(now).as_secs() / 86_400;
        Code::VersionEnding.found(format!("{key} {name} ends on {day}, in {days} days"))
    } else {
        Finding::passed("versions", format!("{key} {name} lasts until {day}"))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::long_before("2026-11-22T00:00:00Z", "v22.0", None)]
    #[case::in_the_last_ninety_days("2027-02-20T00:00:00Z", "v22.0", Some("graph-version-ending"))]
    #[case::on_the_last_day("2027-05-20T00:00:00Z", "v22.0", Some("graph-version-ended"))]
    #[case::without_an_end("2040-01-01T00:00:00Z", "v26.0", None)]
    #[case::unheard_of("2026-11-22T00:00:00Z", "v99.0", Some("graph-version-unknown"))]
    fn a_version_is_told_of_ninety_days_before_its_end(
        #[case] now: &str,
        #[case] name: &str,
        #[case] code: Option<&str>,
    ) {
        assert_eq!(judge("KEY", name, now.parse().unwrap()).code, code);
    }
}
