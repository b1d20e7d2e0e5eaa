//! Everything that lasts: the only room that names the database.
//!
//! A file per aggregate; each write is one transaction, prepared before it begins, and awaits nothing
//! but the database. Every statement runs on SQLite and on Postgres.

mod accounts;
mod adopt;
mod attempts;
mod comments;
mod connections;
mod counts;
mod db;
mod deliveries;
mod error;
mod events;
mod feed;
mod handle;
mod keys;
mod lanes;
mod ledger;
mod media;
mod mentions;
mod messages;
mod new_event;
mod objects;
mod page;
mod pools;
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
mod unpack;

pub use attempts::{AttemptRecord, CallRecord, CallRow};
pub use comments::{CommentFound, CommentRow};
pub use connections::{Connection, ConnectionState, NewConnection};
pub use counts::Counts;
pub use db::{Copied, copy};
pub use deliveries::{Delivery, DeliveryState, ReceivedDelivery};
pub use error::StoreError;
pub use events::{Event, EventDetail, EventFilter, WAITING_COUNTED, WorkItem};
pub use feed::{FeedCursor, FeedItem};
pub use handle::Store;
pub use keys::{ApiKey, NewApiKey, Scope};
pub use lanes::{Lane, Release};
pub use ledger::Append;
pub use media::MediaRow;
pub use mentions::{MentionFound, MentionRow};
pub use messages::MessageRow;
pub use objects::ObjectFilter;
pub use page::PageRequest;
pub use pools::{Pool, PoolUse};
pub use quarantine::{QuarantineRow, Quarantined};
pub use replays::{NewReplay, Replay, ReplaySource};
pub use retention::{Due, DueRows, Retired, Sweep};
pub use settle::{Failure, Settled, Settlement, Verdict};
pub use sightings::{Identity, Sighting, identity};
pub use standing::AccountStanding;
pub use stories::StoryRow;
pub use summary::{Lag, Summary};
pub use unpack::{ParsedDelivery, UnpackReport};
