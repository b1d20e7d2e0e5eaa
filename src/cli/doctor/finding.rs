//! What a look found: well, to be watched, or at fault.

use serde::Serialize;

use super::code::Code;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    /// As it should be.
    Passed,
    /// Not looked at; the sentence says why.
    Skipped,
    /// It works, and may not for long, or for everybody.
    Warning,
    /// It does not work.
    Fault,
}

impl Level {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Skipped => "skipped",
            Self::Warning => "warning",
            Self::Fault => "fault",
        }
    }
}

/// One line of the report.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Finding {
    /// What was looked at.
    pub(super) check: &'static str,
    /// How bad it is.
    pub(super) level: Level,
    /// Stable; none where nothing is wrong.
    pub(super) code: Option<&'static str>,
    /// What was found.
    pub(super) what: String,
    /// Why it matters.
    pub(super) why: Option<String>,
    /// What to do.
    pub(super) fix: Option<String>,
}

impl Finding {
    /// All is well.
    pub(super) fn passed(check: &'static str, what: impl Into<String>) -> Self {
        Self::quiet(check, Level::Passed, what.into())
    }

    /// It was not looked at.
    pub(super) fn skipped(check: &'static str, what: impl Into<String>) -> Self {
        Self::quiet(check, Level::Skipped, what.into())
    }

    fn quiet(check: &'static str, level: Level, what: String) -> Self {
        Self {
            check,
            level,
            code: None,
            what,
            why: None,
            fix: None,
        }
    }
}

impl Code {
    /// This, found here.
    pub(super) fn found(self, what: impl Into<String>) -> Finding {
        let row = self.row();
        Finding {
            check: row.check,
            level: row.level,
            code: Some(row.code),
            what: what.into(),
            why: Some(row.why.to_owned()),
            fix: Some(row.fix.to_owned()),
        }
    }
}
