//! What is wrong with the configuration: all of it at once, without the values.

use std::fmt;

/// One fault: where it is, what is wrong, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The setting's name, or the file's when the file itself is at fault.
    pub key: String,
    /// Where its value came from: the environment, a file, or nowhere.
    pub origin: String,
    /// What is wrong, without the value.
    pub problem: String,
    /// What to do about it.
    pub fix: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}): {}; {}",
            self.key, self.origin, self.problem, self.fix
        )
    }
}

/// Every fault of a configuration; never empty.
#[derive(Debug, thiserror::Error)]
pub struct Faults(pub(super) Vec<Fault>);

impl Faults {
    /// The faults, in the order of the settings.
    pub fn list(&self) -> &[Fault] {
        &self.0
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration has {} fault(s):", self.0.len())?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}
