//! Calls that are held on order: whoever ordered it sees that they are, and says when they go on.

use std::time::Duration;

use crate::sandbox::faults::{Strike, What};
use crate::sandbox::meta::Meta;

/// A call that is held is let go after this.
const LONGEST: Duration = Duration::from_mins(5);

/// Holds a call as long as it is ordered so, in real time.
pub(crate) async fn hold(meta: &Meta, strikes: &[Strike], what: &What) {
    for strike in strikes.iter().filter(|strike| strike.what == *what) {
        let _held = Held::of(meta, strike.order);
        tokio::select! {
            () = strike.taken_back.cancelled() => {}
            () = tokio::time::sleep(LONGEST) => {}
            () = meta.stop.cancelled() => return,
        }
    }
}

/// Counts a call as held, until it goes: also with a caller that leaves.
struct Held<'a> {
    meta: &'a Meta,
    order: u64,
}

impl<'a> Held<'a> {
    fn of(meta: &'a Meta, order: u64) -> Self {
        meta.faults().holds(order);
        Self { meta, order }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.meta.faults().held(self.order);
    }
}
