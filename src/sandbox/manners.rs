//! How this Meta does what the reference leaves open, or knows in two forms, about logins.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The knobs under `oauth` in the settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Manners {
    /// The answer to a code on `api.instagram.com` (graph-oauth.md §2.2).
    pub(crate) instagram_code_answer: Wrapping,
    /// Its `permissions`.
    pub(crate) instagram_permissions: Listing,
    /// Its `user_id`.
    pub(crate) instagram_user_id: Digits,
    /// Whether Facebook's answers say `expires_in` (§1.2).
    pub(crate) facebook_expires_in: Told,
    /// How long a code of Facebook's can be exchanged (§1.1).
    pub(crate) facebook_code_minutes: u64,
    /// How long a short-lived user token of Facebook's lives (§1.2).
    pub(crate) facebook_short_seconds: u64,
    /// What exchanging a long-lived user token of Facebook's gives (§1.3).
    pub(crate) facebook_long_again: LongAgain,
    /// What a person grants on Facebook who does not tick everything (§1.1).
    pub(crate) facebook_partial: Partial,
    /// Configurations of Facebook Login for Business, by id (§1.1).
    pub(crate) configurations: BTreeMap<String, Configuration>,
    /// How a success is answered where the samples disagree (§1.7, meta-webhooks.md §6).
    pub(crate) success: Success,
    /// Whether the app's own subscriptions take `object=instagram` (meta-webhooks.md §6).
    pub(crate) instagram_subscriptions: Support,
    /// `user_id` in a signed request (meta-webhooks.md §7).
    pub(crate) signed_user_id: Digits,
    /// Which id it is for Instagram Login.
    pub(crate) signed_instagram_id: SignedId,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            instagram_code_answer: Wrapping::Flat,
            instagram_permissions: Listing::Array,
            instagram_user_id: Digits::Number,
            facebook_expires_in: Told::Always,
            facebook_code_minutes: 10,
            facebook_short_seconds: 5_100,
            facebook_long_again: LongAgain::SameDate,
            facebook_partial: Partial::AsTicked,
            configurations: BTreeMap::new(),
            success: Success::Object,
            instagram_subscriptions: Support::Supported,
            signed_user_id: Digits::Text,
            signed_instagram_id: SignedId::AppScoped,
        }
    }
}

/// Whether an answer stands in `data[0]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wrapping {
    /// As integrators read it.
    Flat,
    /// As it is documented.
    Wrapped,
}

/// How several words are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Listing {
    Array,
    /// With commas between them.
    Text,
}

/// How an id is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Digits {
    Number,
    Text,
}

/// Whether something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Told {
    Always,
    Never,
}

/// What becomes of the date of a token that is long-lived already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LongAgain {
    SameDate,
    LaterDate,
}

/// What is granted when not everything was ticked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Partial {
    AsTicked,
    /// As Login for Business has it.
    Nothing,
}

/// A saved configuration of Login for Business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Configuration {
    pub(crate) permissions: Vec<String>,
    /// Gives a business's system user a token without a date, in place of the person's.
    #[serde(default)]
    pub(crate) system_user: bool,
}

/// How a success is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Success {
    /// `{"success":true}`
    Object,
    /// `true`
    True,
    /// `{"success":"true"}`
    Text,
}

impl Success {
    /// The body.
    pub(crate) fn body(self) -> Vec<u8> {
        let text = match self {
            Self::Object => r#"{"success":true}"#,
            Self::True => "true",
            Self::Text => r#"{"success":"true"}"#,
        };
        text.as_bytes().to_vec()
    }
}

/// Whether something exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Support {
    Supported,
    Unsupported,
}

/// Which of an account's ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SignedId {
    /// As the app names the account.
    AppScoped,
    /// The professional account's own.
    Account,
}
