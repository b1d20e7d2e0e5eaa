//! What a person agreed to in a dialog, as the code stands for it, and where an app may be answered.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Holder, Id, World};
use crate::domain::{Login, Timestamp};

/// An authorization code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) text: String,
    pub(crate) login: Login,
    /// The app that asked, and the address that it was sent to: both must be said again.
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) grant: Grant,
    pub(crate) expires_at: Timestamp,
    pub(crate) used: bool,
}

/// What was granted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) holder: Holder,
    pub(crate) scopes: Vec<String>,
    pub(crate) declined: Vec<String>,
    /// The Pages that were ticked; none: all, also those to come.
    pub(crate) ticked: Option<BTreeSet<Id>>,
    /// Accounts that were left out, though their Pages were ticked.
    #[serde(default)]
    pub(crate) left_out: BTreeSet<Id>,
    /// For a business's own system user: its token has no date.
    pub(crate) lasting: bool,
}

/// What an app registered with Meta for one login product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Registration {
    /// The only addresses that a dialog answers to; none: every loopback one.
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) deauthorize_url: Option<Url>,
    pub(crate) data_deletion_url: Option<Url>,
}

impl World {
    pub(super) fn add_code(&mut self, code: Code) {
        self.codes.insert(code.text.clone(), code);
    }

    /// What an app registered for a login.
    pub(crate) fn registration(&self, login: Login) -> Registration {
        self.apps.get(&login).cloned().unwrap_or_default()
    }
}
