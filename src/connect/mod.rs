//! Connecting accounts: a token, given or come by a login, is verified against Graph, sealed and stored; and kept alive.
//!
//! Tokens leave this room only opened for a call, never for a log or an answer.

mod app_subscription;
mod calls;
mod check;
mod connector;
mod error;
mod findings;
mod forecast;
mod inquiry;
mod keyring;
mod live;
mod login;
mod logins;
mod look;
mod open;
mod parting;
mod random;
mod renewal;
mod rotation;
mod subscription;
mod upkeep;
mod verify;

pub use app_subscription::{AppLook, look_at_app, subscribe_app};
pub use calls::{call_record, pools_told, rest_of};
pub use check::{CheckReport, check};
pub use connector::Connector;
pub use error::ConnectError;
pub use findings::{Finding, FindingKind, account_findings, findings, missing, reconnect_by, silent};
pub use keyring::{Keyring, KeyringError};
pub use live::ReadError;
pub use login::{
    BeginError, Candidate, Connected, Dialog, DialogAnswer, DialogRequest, Finished, Hindrance, LoginError,
    LoginOutcome, Session,
};
pub use logins::Logins;
pub use look::LookOutcome;
pub use open::{open, open_user};
pub use parting::{AtMeta, Parting, part};
pub use rotation::{RotationReport, rotate_encryption};
pub use verify::{ConnectRequest, connect};
