//! One thing that a file has against a rule.

use std::fmt;

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// Meta's rules forbid it: the post is not tried.
    Fault,
    /// It works, but perhaps not as meant.
    Warning,
}

/// What is wrong with a file, measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetFault {
    /// A word for programs, which never changes.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What was measured, and the bound.
    pub message: String,
    /// What to do.
    pub fix: String,
}

impl AssetFault {
    /// Something forbidden.
    pub(super) fn fault(code: &'static str, message: String, fix: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Fault,
            message,
            fix: fix.into(),
        }
    }

    /// Something to know.
    pub(super) fn warning(code: &'static str, message: String, fix: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Warning,
            message,
            fix: fix.into(),
        }
    }

    /// Whether the post must not be tried.
    pub fn is_fault(&self) -> bool {
        self.severity == Severity::Fault
    }
}

impl fmt::Display for AssetFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.message, self.fix)
    }
}
