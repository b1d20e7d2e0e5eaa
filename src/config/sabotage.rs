//! Faults that are built in on purpose, to see that tests notice them. No build has them that nobody asked for them.

/// The variable that orders one: `ack-before-commit`, or `publish-again` what was published without an answer.
pub const SABOTAGE: &str = "BELINO_FAULT";

/// The fault that is ordered.
#[expect(clippy::disallowed_methods, reason = "this is where the environment comes in")]
pub fn sabotage() -> Option<String> {
    std::env::var(SABOTAGE).ok()
}

/// Whether this fault is ordered.
pub fn is_sabotaged_by(what: &str) -> bool {
    sabotage().is_some_and(|ordered| ordered == what)
}
