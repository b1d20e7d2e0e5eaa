//! The items of `messaging` and `standby` name no field: their keys tell it (meta-webhooks.md §4.3).

use super::json::Object;
use crate::domain::Field;

/// The list's own name, for items of a kind that Belino does not know.
const UNKNOWN: &str = "messaging";

static KINDS: [(&str, Field); 13] = [
    ("message", Field::Messages),
    ("reaction", Field::MessageReactions),
    ("postback", Field::MessagingPostbacks),
    ("read", Field::MessagingSeen),
    ("message_edit", Field::MessageEdit),
    ("referral", Field::MessagingReferral),
    ("optin", Field::MessagingOptins),
    ("pass_thread_control", Field::MessagingHandover),
    ("take_thread_control", Field::MessagingHandover),
    ("request_thread_control", Field::MessagingHandover),
    ("app_roles", Field::MessagingHandover),
    ("policy_enforcement", Field::MessagingPolicyEnforcement),
    // Messenger's reference writes it with a hyphen.
    ("policy-enforcement", Field::MessagingPolicyEnforcement),
];

/// The field of a messaging item.
pub(super) fn field(item: &Object<'_>) -> Field {
    KINDS
        .iter()
        .find(|(key, _)| item.get(key).is_some())
        .map_or_else(|| Field::from(UNKNOWN), |(_, field)| field.clone())
}
