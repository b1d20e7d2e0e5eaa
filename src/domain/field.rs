//! The webhook fields (meta-webhooks.md §4). The set is open: an unknown name is kept as it is.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// The name under which Meta sends an item.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $($(#[$doc])* $variant,)*
            /// A name Belino has no handler for: its events are stored as they came.
            Other(Box<str>),
        }

        impl Field {
            /// Meta's name.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Other(name) => name,
                }
            }
        }

        impl From<&str> for Field {
            fn from(name: &str) -> Self {
                match name {
                    $($name => Self::$variant,)*
                    other => Self::Other(other.into()),
                }
            }
        }
    };
}

fields! {
    /// A comment on media of the account.
    Comments = "comments",
    /// A comment on a running broadcast.
    LiveComments = "live_comments",
    /// The account was mentioned in a comment or caption.
    Mentions = "mentions",
    /// The final numbers of a story.
    StoryInsights = "story_insights",
    /// A direct message, its echo or its deletion.
    Messages = "messages",
    /// A message's text was changed.
    MessageEdit = "message_edit",
    /// A reaction to a message, given or taken back.
    MessageReactions = "message_reactions",
    /// A button was pressed.
    MessagingPostbacks = "messaging_postbacks",
    /// A message was read.
    MessagingSeen = "messaging_seen",
    /// A conversation was opened from a link or an ad.
    MessagingReferral = "messaging_referral",
    /// A person opted in.
    MessagingOptins = "messaging_optins",
    /// A thread went to or from another app.
    MessagingHandover = "messaging_handover",
    /// Meta warned of a policy.
    MessagingPolicyEnforcement = "messaging_policy_enforcement",
    /// An item of a thread that another app owns.
    Standby = "standby",
    /// Names of fields that changed, without values.
    ChangedFields = "changed_fields",
}

impl From<String> for Field {
    fn from(name: String) -> Self {
        Self::from(name.as_str())
    }
}

impl FromStr for Field {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Self::from(name))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self::from(String::deserialize(from)?.as_str()))
    }
}
