//! What a test may turn on the simulated Meta: limits, proofs, and how webhooks are sent.

use serde::{Deserialize, Serialize};

use super::manners::Manners;
use super::publishing::Publishing;
use crate::domain::{Login, facts};

/// The knobs, kept in the journal like everything else that changes answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// Apps whose calls must carry `appsecret_proof`.
    pub(crate) require_proof: Vec<Login>,
    /// Calls per window and account (of Meta's 4,800 × impressions).
    pub(crate) account_calls: u64,
    /// Calls per window with an app token.
    pub(crate) app_calls: u64,
    /// Calls per window of a Facebook user on their own nodes.
    pub(crate) user_calls: u64,
    /// Calls per window on a Page's own nodes, and again on its conversations.
    pub(crate) page_calls: u64,
    /// The length of the rolling window.
    pub(crate) window_minutes: u64,
    /// Most updates in one notification.
    pub(crate) updates_per_delivery: usize,
    /// Notifications under way at the same time.
    pub(crate) deliveries_in_flight: usize,
    /// How long an answer to a notification may take.
    pub(crate) delivery_timeout_ms: u64,
    /// When a notification about objects is tried, in seconds after its first try; then it is dropped.
    pub(crate) retry_after_seconds: Vec<u64>,
    /// The same for messages, after which the account is unsubscribed.
    pub(crate) message_retry_after_seconds: Vec<u64>,
    /// The fields that each app listens to, whatever an account subscribed, unless the app said so itself.
    pub(crate) app_fields: Vec<String>,
    /// Names that `subscribed_fields` takes no longer.
    pub(crate) dropped_fields: Vec<String>,
    /// What the reference leaves open about logins.
    pub(crate) oauth: Manners,
    /// Times, limits and open questions of publishing.
    pub(crate) publishing: Publishing,
}

impl Default for Settings {
    fn default() -> Self {
        let last = facts::REDELIVERY_WINDOW.as_secs();
        Self {
            require_proof: Vec::new(),
            account_calls: 480_000,
            app_calls: 20_000,
            user_calls: 20_000,
            page_calls: 480_000,
            window_minutes: 24 * 60,
            updates_per_delivery: facts::UPDATES_PER_DELIVERY,
            deliveries_in_flight: 4,
            delivery_timeout_ms: 10_000,
            retry_after_seconds: vec![0, 60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400, last],
            message_retry_after_seconds: vec![0, 60, 300, 900, 1_800, 3_600],
            app_fields: INSTAGRAM_FIELDS.iter().map(|field| (*field).to_owned()).collect(),
            dropped_fields: Vec::new(),
            oauth: Manners::default(),
            publishing: Publishing::default(),
        }
    }
}

/// The names that `subscribed_fields` takes for an Instagram account (meta-webhooks.md §4.0).
pub(crate) const INSTAGRAM_FIELDS: &[&str] = &[
    "agent_messages",
    "messages",
    "messaging_postbacks",
    "messaging_seen",
    "messaging_handover",
    "messaging_referral",
    "messaging_optins",
    "message_reactions",
    "message_edit",
    "standby",
    "comments",
    "live_comments",
    "mentions",
    "story_insights",
    "creator_marketplace_projects",
    "creator_marketplace_invited_creator_onboarding",
    "delta",
    "story_reactions",
    "onboarding_welcome_message_series",
    "follow",
    "comment_poll_response",
    "story_poll_response",
    "share_to_story",
];

/// Some names that a Page's `subscribed_fields` takes: Page fields, not Instagram's (meta-webhooks.md §6).
pub(crate) const PAGE_FIELDS: &[&str] = &[
    "feed",
    "mention",
    "messages",
    "message_echoes",
    "message_edits",
    "message_reactions",
    "messaging_handovers",
    "messaging_optins",
    "messaging_postbacks",
    "messaging_referrals",
    "messaging_seen",
    "standby",
    "ratings",
    "name",
    "picture",
];
