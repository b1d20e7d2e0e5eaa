//! Connections: an account's access under one login product, its tokens sealed.

mod connect;
mod ending;
mod forecast;
mod health;
mod looks;
mod model;
mod renewal;

pub use ending::StillUsed;
pub(super) use ending::end;
pub(super) use health::{blame, park_without_connection};
pub use looks::Seen;
pub use model::{Connection, ConnectionState, NewConnection};
pub use renewal::{Renewed, Sealed};
