//! `belino doctor`: each misconfiguration, made on purpose, is named by its own code.

mod callback;
mod connections;
mod postgres;
mod proxy;
mod refusals;
mod settings;
mod store;
mod subscriptions;
mod ward;

pub(crate) use ward::with_sandbox;
