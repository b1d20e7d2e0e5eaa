//! Everything that lasts: the only room that names the database.
//!
//! A file per aggregate; each write is one transaction, prepared before it begins, and awaits nothing
//! but the database. Every statement runs on SQLite and on Postgres.

mod accounts;
mod adopt;
mod attempts;
mod comments;
mod connect_sessions;
mod connections;
mod counts;
mod db;
mod deliveries;
mod effects;
mod erasure;
mod error;
mod events;
mod examine;
mod feed;
mod handle;
mod keys;
mod lanes;
mod ledger;
mod login_states;
mod media;
mod mentions;
mod messages;
mod new_event;
mod objects;
mod page;
mod pools;
mod profiles;
mod quarantine;
mod replays;
mod retention;
mod settle;
mod shared_time;
mod sightings;
mod standing;
mod steps;
mod stories;
mod summary;
mod trouble;
mod unpack;
mod uploads;

pub use attempts::{AttemptRecord, CallRecord, CallRow};
pub use comments::{CommentFound, CommentRow};
pub use connect_sessions::ConnectSession;
pub use connections::{Connection, ConnectionState, NewConnection, Renewed, Sealed, Seen, StillUsed};
pub use counts::Counts;
pub use db::{Copied, copy, files_named};
pub use deliveries::{Delivery, DeliveryState, ReceivedDelivery};
pub use effects::{
    Advance, Created, Effect, EffectChange, EffectFilter, EffectStep, EndedStep, NewEffect, Quota,
};
pub use erasure::{Erasing, Erasure, ErasureReceipt, ErasureState, Person};
pub use error::StoreError;
pub use events::{Event, EventDetail, EventFilter, WAITING_COUNTED, WorkItem};
pub use examine::{Schema, ServerSetting};
pub use feed::{FeedCursor, FeedItem};
pub use handle::Store;
pub use keys::{ApiKey, NewApiKey, Scope};
pub use lanes::{Lane, Release};
pub use ledger::Append;
pub use login_states::{LoginState, NewLoginState};
pub use media::MediaRow;
pub use mentions::{MentionFound, MentionRow};
pub use messages::MessageRow;
pub use objects::ObjectFilter;
pub use page::PageRequest;
pub use pools::{Pool, PoolUse};
pub use profiles::{AccountProfile, ProfileDay};
pub use quarantine::{QuarantineRow, Quarantined};
pub use replays::{NewReplay, Replay, ReplaySource};
pub use retention::{Due, DueRows, Retired, Sweep};
pub use settle::{Failure, Settled, Settlement, Verdict};
pub use sightings::{Identity, Sighting, identity};
pub use standing::{AccountStanding, FieldStanding};
pub use stories::StoryRow;
pub use summary::{Lag, Summary};
pub use trouble::Trouble;
pub use unpack::{ParsedDelivery, UnpackReport};
pub use uploads::{Ended, NewUpload, ShelfLook, Upload};
