//! `belino openapi`: prints the API's description.

use super::{Failure, line};
use crate::http;

/// Does it.
pub fn run() -> Result<(), Failure> {
    line(&http::openapi())
}
