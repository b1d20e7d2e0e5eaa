//! What Belino talks about: deliveries, events, accounts, ids, time, and what to do after an error.
//!
//! Pure values: no I/O, no async, no clock of their own. Every other room may use this one;
//! this one uses none of them.

mod account;
mod api_key;
mod class;
mod delivery_id;
mod effect;
mod event;
pub mod facts;
mod field;
mod ids;
mod keep;
pub mod pace;
mod permissions;
mod pool;
pub mod post;
pub mod retry;
mod secret;
#[cfg(test)]
mod tests;
mod time;
mod words;

pub use account::{Account, Login, Need};
pub use api_key::{ApiKeyError, ApiKeyText};
pub use class::Class;
pub use effect::{EffectKind, EffectState};
pub use event::{Outcome, ParkedOn, State};
pub use field::Field;
pub use ids::{
    AccountKey, ApiKeyId, CallId, ConnectionId, DeliveryId, EffectId, ErasureId, EventId, IdError, ReplayId,
    UploadId, WorkerId, WorkspaceId,
};
pub use keep::{ADDRESS_HOLDS, Keep, KeepError, META_REPEATS, Retention};
pub use permissions::{TASKS_FOR_COMMENTS, TASKS_TO_READ};
pub use pool::{PoolKey, PoolKind};
pub use secret::{AccessToken, AppSecret};
pub use time::{Timestamp, TimestampError};
pub use words::UnknownWord;
