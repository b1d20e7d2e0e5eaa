//! A sandbox on a free port with a clock that stands still, a receiver for its webhooks, and a server of files that it
//! may publish.

mod files;
mod form;
mod login;
mod publisher;
mod receiver;
mod rig;

pub(crate) use files::{Files, film, picture};
pub(crate) use form::Form;
pub(crate) use login::{
    FACEBOOK_DIALOG, FACEBOOK_EXCHANGE, FACEBOOK_SCOPE, INSTAGRAM_DIALOG, INSTAGRAM_EXCHANGE,
    INSTAGRAM_SCOPE, REDIRECT, error, location, param,
};
pub(crate) use publisher::{FACEBOOK, INSTAGRAM, Publisher, id, refusal};
pub(crate) use receiver::{Received, Receiver};
pub(crate) use rig::{FACEBOOK_SECRET, INSTAGRAM_SECRET, Reply, Rig, VERIFY_TOKEN, hmac_hex, now};
