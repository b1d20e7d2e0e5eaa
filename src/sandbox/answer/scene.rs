//! Who reads what, when, and where links lead: what every writer needs to know.

use crate::domain::{Login, Timestamp};
use crate::sandbox::world::{Token, World};

/// The surroundings of one answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) world: &'a World,
    pub(crate) login: Login,
    /// The token that asks.
    pub(crate) token: &'a Token,
    pub(crate) now: Timestamp,
    /// The app's id.
    pub(crate) app: &'a str,
    /// Address, host folder and version, as the caller wrote them.
    pub(crate) base: &'a str,
}
