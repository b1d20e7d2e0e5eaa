//! Graph, on both hosts by path: who asks, what may be read, what it costs, and what is answered.

mod app_subscriptions;
mod authority;
mod debug;
mod edges;
mod exchange;
mod hold;
mod locate;
mod nodes;
mod permissions;
mod publish;
mod renewal;
mod request;
mod routes;
mod serve;
mod subscriptions;

pub(crate) use request::VERSIONS;
pub(crate) use serve::serve;
