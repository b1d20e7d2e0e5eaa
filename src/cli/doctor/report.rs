//! The report: a line per finding for people, an array for programs.

use super::finding::{Finding, Level};
use crate::cli::{Failure, line};

/// Prints every finding, and for people the sum.
pub(super) fn print(findings: &[Finding], json: bool) -> Result<(), Failure> {
    if json {
        let text = serde_json::to_string_pretty(findings).expect("a finding has text keys only");
        return line(&text);
    }
    for finding in findings {
        line(&text(finding))?;
    }
    line(&format!(
        "\n{} passed, {} skipped, {} warnings, {} faults",
        count(findings, Level::Passed),
        count(findings, Level::Skipped),
        count(findings, Level::Warning),
        count(findings, Level::Fault)
    ))
}

/// How many are so bad.
pub(super) fn count(findings: &[Finding], level: Level) -> usize {
    findings.iter().filter(|finding| finding.level == level).count()
}

fn text(finding: &Finding) -> String {
    let (level, check) = (finding.level.as_str(), finding.check);
    let Some(code) = finding.code else {
        return format!("{level:<8} {check}: {}", finding.what);
    };
    let reasons = [("why", &finding.why), ("fix", &finding.fix)];
    let reasons = reasons.into_iter().filter_map(|(name, reason)| {
        let reason = reason.as_ref()?;
        Some(format!("\n         {name}: {reason}"))
    });
    let reasons: String = reasons.collect();
    format!("{level:<8} {check}: {} [{code}]{reasons}", finding.what)
}
