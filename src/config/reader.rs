//! Turns texts into values and keeps a fault for each that is none.

use super::faults::{Fault, Faults};
use super::parse::Wrong;
use super::settings::Settings;

pub(super) struct Reader {
    settings: Settings,
    faults: Vec<Fault>,
}

impl Reader {
    pub(super) fn new(mut settings: Settings) -> Self {
        let faults = std::mem::take(&mut settings.faults);
        Self { settings, faults }
    }

    /// The value of a setting; none if it is not set, or wrong, which is then on the list.
    pub(super) fn read<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        let setting = self.settings.find(key)?;
        match parse(&setting.text) {
            Ok(value) => Some(value),
            Err(Wrong { problem, fix }) => {
                let origin = setting.origin.clone();
                self.faults.push(Fault {
                    key: key.to_owned(),
                    origin,
                    problem,
                    fix,
                });
                None
            }
        }
    }

    pub(super) fn is_set(&self, key: &str) -> bool {
        self.settings.find(key).is_some()
    }

    pub(super) fn missing(&mut self, key: &str, problem: &str, fix: &str) {
        let (key, origin) = (key.to_owned(), "not set".to_owned());
        self.faults.push(Fault {
            key,
            origin,
            problem: problem.to_owned(),
            fix: fix.to_owned(),
        });
    }

    pub(super) fn finish(self) -> Option<Faults> {
        (!self.faults.is_empty()).then_some(Faults(self.faults))
    }
}
