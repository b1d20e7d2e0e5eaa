//! The Graph API client: a method per thing we want, typed in and out.
//!
//! One private `send` signs, bounds and measures every call and classes every error; what to do about
//! an error is the caller's business, so nothing is repeated here. No token stands in a URL or a log.

mod access;
mod account;
mod bring;
mod call;
mod class;
mod client;
mod comment;
mod error;
mod exchange;
mod lenient;
mod media;
mod mentions;
mod oauth;
mod page;
mod publish;
mod request;
mod said;
mod table;
#[cfg(test)]
mod tests;
mod usage;

pub use crate::domain::Class;
pub use access::Access;
pub use account::{Me, Permission, Profile};
pub use bring::{Brought, Film};
pub use call::{Answer, Call};
pub use class::fix_of;
pub use client::{Graph, GraphConfig};
pub use comment::{Author, Comment};
pub use error::GraphError;
pub use media::{Media, MediaWithComments};
pub use oauth::{
    AppSubscription, Business, Inspection, LinkedAccount, LoginApp, ManagedPage, Ownership, TokenGrant,
};
pub use page::Page;
pub use publish::{ContainerState, MadeContainer, PUBLISH_PATIENCE, PublishedMedia, PublishingLimit};
pub use usage::{BusinessUsage, PoolUsage, Usage};
