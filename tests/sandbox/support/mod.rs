//! A sandbox on a free port with a clock that stands still, and a receiver for its webhooks.

mod receiver;
mod rig;

pub(crate) use receiver::{Received, Receiver};
pub(crate) use rig::{FACEBOOK_SECRET, INSTAGRAM_SECRET, Reply, Rig, VERIFY_TOKEN, hmac_hex, now};
