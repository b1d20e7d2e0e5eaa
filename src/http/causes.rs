//! Which problem each error of the other rooms becomes.

use super::{Kind, Problem};
use crate::assets::{AssetError, ShelfError};
use crate::connect::{ConnectError, ReadError};
use crate::domain::Timestamp;
use crate::domain::post::Fault;
use crate::effects::{EffectError, Hindrance, UploadError};
use crate::ingest::LedgerError;
use crate::lifecycle::CutOff;
use crate::store::StoreError;

const EXPIRED: &str = "after: entries behind this cursor were removed after the time that the feed is kept for \
    (BELINO_KEEP_FEED); read the lists anew (/api/comments, /api/mentions, /api/messages, /api/story-insights), then \
    follow from the oldest entry that is left, without `after`";

const NO_FILE: &str = "there is no such file, or its name has expired";

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(what) => Kind::NotFound.because(format!("there is no such {what}")),
            StoreError::Erased(what) => Kind::Erased.because(format!("the {what} was erased")),
            // The one rule that a request can run into: an account has one workspace.
            StoreError::Conflict(rule) => Kind::AccountUnavailable.because(rule),
            StoreError::CursorExpired => Kind::CursorExpired.because(EXPIRED),
            StoreError::Unavailable(_) => Kind::StoreUnavailable
                .because("the database does not answer")
                .caused_by(error),
            StoreError::Data(_)
            | StoreError::LeaseLost
            | StoreError::Corrupt(_)
            | StoreError::NewerSchema { .. }
            | StoreError::Migration(_) => Kind::Internal.because("the log has the cause").caused_by(error),
        }
    }
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Full => Kind::Overloaded.because("too many deliveries wait to be kept"),
            LedgerError::TooSlow => Kind::Overloaded.because("the delivery was not kept in time"),
            LedgerError::Unavailable => Kind::StoreUnavailable
                .because("the delivery could not be kept")
                .caused_by(error),
        }
    }
}

impl From<ConnectError> for Problem {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Refused { message, .. } => Kind::RefusedByMeta.because(message),
            ConnectError::AccountNeeded => Kind::InvalidBody.because(format!("account: {error}")),
            ConnectError::WrongAccount { expected, found } => Kind::WrongAccount.because(format!(
                "the token speaks for the account {found}, not for {expected}"
            )),
            ConnectError::MissingScope(scope) => {
                Kind::MissingScope.because(format!("the token lacks the permission {scope}"))
            }
            ConnectError::NotConfigured(_) => Kind::NotConfigured.because(error.to_string()),
            ConnectError::TokenEnded => Kind::RefusedByMeta.because(error.to_string()),
            ConnectError::Unavailable(why) => Kind::MetaUnavailable.because(why),
            ConnectError::Resting(_) => Kind::Throttled.because(error.to_string()),
            ConnectError::Keyring(_) => Kind::Internal
                .because("the token could not be sealed")
                .caused_by(error),
            ConnectError::Store(error) => error.into(),
        }
    }
}

impl From<EffectError> for Problem {
    fn from(error: EffectError) -> Self {
        match error {
            EffectError::Invalid(faults) => {
                let said = faults
                    .iter()
                    .map(|fault| format!("{} {}", fault.pointer, fault.message));
                let detail = said.collect::<Vec<_>>().join("; ");
                Kind::InvalidPost.because(detail).with_faults(faults)
            }
            EffectError::Hindered(hindrance) => kind_of(hindrance)
                .because(hindrance.to_string())
                .with_faults(vec![hindrance.fault()]),
            EffectError::KeyReused => Kind::KeyReused.because(error.to_string()),
            EffectError::WrongState(..) => Kind::WrongState.because(error.to_string()),
            EffectError::Busy => Kind::Busy.because(error.to_string()),
            EffectError::Store(error) => error.into(),
        }
    }
}

impl From<UploadError> for Problem {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::Shelf(error) => error.into(),
            UploadError::Refused(error @ AssetError::Read(_)) => Kind::Internal
                .because("the file could not be read here")
                .caused_by(error),
            UploadError::Refused(error) => {
                let fault = Fault {
                    pointer: String::new(),
                    code: error.code(),
                    message: error.to_string(),
                };
                Kind::InvalidMedia
                    .because(fault.message.clone())
                    .with_faults(vec![fault])
            }
            UploadError::Needed(by) => {
                let posts: Vec<String> = by.iter().map(ToString::to_string).collect();
                Kind::UploadNeeded.because(format!(
                    "these posts are not over: {}; cancel them, or wait until they are published",
                    posts.join(", ")
                ))
            }
            // Who guesses names learns nothing of how near they were.
            UploadError::Name(_) => Kind::NotFound.because(NO_FILE),
            UploadError::Store(error) => error.into(),
        }
    }
}

impl From<ShelfError> for Problem {
    fn from(error: ShelfError) -> Self {
        match error {
            ShelfError::TooLarge(most) => Kind::TooLarge.because(format!("a file has at most {most} bytes")),
            ShelfError::Broken(cause) => {
                let cause = cause.downcast_ref::<std::io::Error>();
                if cause.is_some_and(|error| error.kind() == std::io::ErrorKind::TimedOut) {
                    Kind::SlowBody.because("the file stopped coming")
                } else {
                    Kind::InvalidBody.because("the file did not arrive whole")
                }
            }
            ShelfError::NotFound => Kind::NotFound.because(NO_FILE),
            ShelfError::Full => Kind::StoreUnavailable
                .because("there is no room for the file")
                .caused_by(error),
            ShelfError::Disk(_) | ShelfError::Damaged => Kind::Internal
                .because("the file could not be stored or read here")
                .caused_by(error),
        }
    }
}

impl Problem {
    /// Of a read that the caller waited for, by the time of its answer.
    pub(super) fn of_read(error: ReadError, now: Timestamp) -> Self {
        match error {
            ReadError::NotConnected => Kind::NotConnected.because(error.to_string()),
            ReadError::NeedsReconnect => Kind::NeedsReconnect.because(error.to_string()),
            ReadError::Restricted => Kind::Restricted.because(error.to_string()),
            ReadError::Resting(until) => Kind::Throttled
                .because(error.to_string())
                .again_after(until.since(now)),
            ReadError::Refused(_) => Kind::RefusedByMeta.because(error.to_string()),
            ReadError::Connect(error) => error.into(),
        }
    }
}

const fn kind_of(hindrance: Hindrance) -> Kind {
    match hindrance {
        Hindrance::UnknownAccount => Kind::UnknownAccount,
        Hindrance::AccountNotNamed => Kind::InvalidParameter,
        Hindrance::NotConnected => Kind::NotConnected,
        Hindrance::NeedsReconnect => Kind::NeedsReconnect,
        Hindrance::Restricted => Kind::Restricted,
        Hindrance::LacksScope(_) => Kind::MissingScope,
    }
}

impl From<CutOff> for Problem {
    fn from(error: CutOff) -> Self {
        Kind::Internal
            .because("the work was cut off; look whether it was done")
            .caused_by(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_store_is_told_without_its_cause() {
        let table = [
            (StoreError::NotFound("event"), Kind::NotFound),
            (
                StoreError::Conflict("the account belongs to another workspace"),
                Kind::AccountUnavailable,
            ),
            (StoreError::Erased("delivery's body"), Kind::Erased),
            (StoreError::CursorExpired, Kind::CursorExpired),
            (StoreError::LeaseLost, Kind::Internal),
            (StoreError::Corrupt("token"), Kind::Internal),
            (StoreError::NewerSchema { version: 9 }, Kind::Internal),
        ];
        for (error, kind) in table {
            assert_eq!(Problem::from(error).kind(), kind);
        }
    }

    #[test]
    fn a_full_or_slow_ledger_asks_to_come_again() {
        for (error, kind) in [
            (LedgerError::Full, Kind::Overloaded),
            (LedgerError::TooSlow, Kind::Overloaded),
            (LedgerError::Unavailable, Kind::StoreUnavailable),
        ] {
            assert_eq!(Problem::from(error).kind(), kind);
        }
    }

    #[test]
    fn metas_refusal_is_told_in_metas_words() {
        let refused = ConnectError::Refused {
            message: "Invalid OAuth access token".to_owned(),
            code: Some(190),
        };
        let problem = Problem::from(refused);
        assert_eq!(problem.kind(), Kind::RefusedByMeta);
        assert!(problem.to_string().contains("Invalid OAuth access token"));
    }
}
