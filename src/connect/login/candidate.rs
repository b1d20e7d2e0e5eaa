//! A Page that a person shared, and why its account cannot be connected.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::TASKS_TO_READ;
use crate::graph::ManagedPage;

/// A Page that the person shared, and whether its account can be connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The Page's id.
    pub page_id: String,
    /// Its name.
    pub page_name: Option<String>,
    /// The professional account's id.
    pub account_id: Option<String>,
    /// Its user name.
    pub username: Option<String>,
    /// Why it cannot be connected.
    pub hindrance: Option<Hindrance>,
}

/// Why the account of a Page cannot be connected, what is mended most easily first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hindrance {
    /// The Page was ticked in the dialog, and its account was not.
    NotTicked,
    /// The person may do nothing on the Page that reaches its account.
    MissingTask,
    /// No professional account is linked to the Page.
    NoProfessionalAccount,
}

impl Hindrance {
    /// All of them, what is mended most easily first.
    pub const ALL: [Self; 3] = [Self::NotTicked, Self::MissingTask, Self::NoProfessionalAccount];

    /// Stable: what programs decide by.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoProfessionalAccount => "no-professional-account",
            Self::MissingTask => "missing-task",
            Self::NotTicked => "not-ticked",
        }
    }

    /// The same for people.
    pub const fn message(self) -> &'static str {
        match self {
            Self::NoProfessionalAccount => "no professional Instagram account is linked to the Page",
            Self::MissingTask => "the person has no task on the Page that reaches its Instagram account",
            Self::NotTicked => "the Page was ticked in the dialog, and its Instagram account was not",
        }
    }

    /// What to do.
    pub const fn fix(self) -> &'static str {
        match self {
            Self::NoProfessionalAccount => {
                "Switch the Instagram account to a professional one, link it to the Page in the Page's settings, then begin again."
            }
            Self::MissingTask => {
                "Somebody who manages the Page must give the person a task on it, as MANAGE or MODERATE, or log in instead."
            }
            Self::NotTicked => {
                "Begin again, edit what was chosen before, and tick the Instagram account as well."
            }
        }
    }
}

impl Candidate {
    /// What the Page is called by.
    pub fn page(&self) -> &str {
        self.page_name.as_deref().unwrap_or(&self.page_id)
    }
}

/// As people look for them: those that can be connected first, then by how easily that is mended.
pub(super) fn ordered(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by_key(|candidate| candidate.hindrance);
    candidates
}

/// A Page as a person sees it when they choose. `ticked` are the accounts that reading was permitted for; none: all.
pub(super) fn candidate(page: &ManagedPage, ticked: Option<&BTreeSet<String>>) -> Candidate {
    let account = page.account.as_ref();
    Candidate {
        page_id: page.id.clone(),
        page_name: page.name.clone().filter(|name| !name.trim().is_empty()),
        account_id: account.map(|account| account.id.clone()),
        username: account.and_then(|account| account.username.clone()),
        hindrance: match account {
            None => Some(Hindrance::NoProfessionalAccount),
            Some(_) if !reaches(page) => Some(Hindrance::MissingTask),
            Some(account) if ticked.is_some_and(|ticked| !ticked.contains(&account.id)) => {
                Some(Hindrance::NotTicked)
            }
            Some(_) => None,
        },
    }
}

/// Whether a task is told that reaches the account; where Meta tells none, it is not known to be missing.
fn reaches(page: &ManagedPage) -> bool {
    let reaching = |task: &String| TASKS_TO_READ.contains(&task.as_str());
    page.tasks.is_empty() || page.tasks.iter().any(reaching)
}
