//! The states of an event and what each means.

use std::fmt;
use std::str::FromStr;

use super::UnknownWord;
use super::words::words;

words! {
    /// Where an event stands. Always: all events = pending + waiting + parked + done + dead.
    State, "pending, waiting, parked, done, dead",
    /// To be processed as soon as its lane is claimed.
    Pending = "pending",
    /// To be tried again at a known time.
    Waiting = "waiting",
    /// Held until something named has changed.
    Parked = "parked",
    /// Finished, with an outcome.
    Done = "done",
    /// Given up, with the reason.
    Dead = "dead",
}

words! {
    /// How a done event ended.
    Outcome, "enriched, stored, gone, test",
    /// Completed with what Graph says of it.
    Enriched = "enriched",
    /// Kept as it came; nothing (more) to ask Graph for.
    Stored = "stored",
    /// The object no longer exists at Meta.
    Gone = "gone",
    /// One of the dashboard's test notifications.
    Test = "test",
}

/// What a parked event or lane waits for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParkedOn {
    /// The account is not connected to any workspace.
    UnknownAccount,
    /// The connection's token no longer works: the person must connect again.
    Reconnect,
    /// Meta restricts the account: the person must do what the Instagram app asks of them first.
    Restricted,
    /// A permission is missing.
    Scope(String),
    /// This one object is not open to the connection, while others like it are.
    ForbiddenObject,
    /// The item could not be read.
    Unreadable,
    /// Meta answered an error that Belino does not know, several times.
    UnknownError,
}

impl ParkedOn {
    /// What to do about it, in a sentence for the person who reads it.
    pub fn fix(&self) -> String {
        match self {
            Self::UnknownAccount => "connect the account: belino connections add".to_owned(),
            Self::Reconnect => {
                "connect the account again: its token was revoked or has expired".to_owned()
            }
            Self::Restricted => "open the Instagram app as the account and do what it asks; Belino looks by itself whether that helped".to_owned(),
            Self::Scope(scope) => format!("grant the permission {scope} and connect the account again"),
            Self::ForbiddenObject => {
                "the connection may not read this object, though it may read others: let somebody \
                                who may connect the account, then retry the event"
                    .to_owned()
            }
            Self::Unreadable => "look at the payload; it is kept as it came".to_owned(),
            Self::UnknownError => "look at the attempts, then retry the event".to_owned(),
        }
    }
}

impl fmt::Display for ParkedOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownAccount => f.write_str("unknown-account"),
            Self::Reconnect => f.write_str("reconnect"),
            Self::Restricted => f.write_str("restricted"),
            Self::Scope(scope) => write!(f, "scope:{scope}"),
            Self::ForbiddenObject => f.write_str("forbidden-object"),
            Self::Unreadable => f.write_str("unreadable"),
            Self::UnknownError => f.write_str("unknown-error"),
        }
    }
}

impl FromStr for ParkedOn {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "unknown-account" => Ok(Self::UnknownAccount),
            "reconnect" => Ok(Self::Reconnect),
            "restricted" => Ok(Self::Restricted),
            "forbidden-object" => Ok(Self::ForbiddenObject),
            "unreadable" => Ok(Self::Unreadable),
            "unknown-error" => Ok(Self::UnknownError),
            other => match other.strip_prefix("scope:") {
                Some(scope) => Ok(Self::Scope(scope.to_owned())),
                None => Err(UnknownWord(
                    other.to_owned(),
                    "unknown-account, reconnect, restricted, scope:…, forbidden-object, unreadable, unknown-error",
                )),
            },
        }
    }
}

impl TryFrom<String> for ParkedOn {
    type Error = UnknownWord;

    fn try_from(word: String) -> Result<Self, UnknownWord> {
        word.parse()
    }
}
