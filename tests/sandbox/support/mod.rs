//! A sandbox on a free port with a clock that stands still, and a receiver for its webhooks.

mod form;
mod login;
mod receiver;
mod rig;

pub(crate) use form::Form;
pub(crate) use login::{
    FACEBOOK_DIALOG, FACEBOOK_EXCHANGE, FACEBOOK_SCOPE, INSTAGRAM_DIALOG, INSTAGRAM_EXCHANGE,
    INSTAGRAM_SCOPE, REDIRECT, error, location, param,
};
pub(crate) use receiver::{Received, Receiver};
pub(crate) use rig::{FACEBOOK_SECRET, INSTAGRAM_SECRET, Reply, Rig, VERIFY_TOKEN, hmac_hex, now};
