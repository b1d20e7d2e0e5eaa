//! What pages saved in a slice, and which further walks that allows.
//!
//! A walk bets each call that its page brings at least two events; a lost bet is one call too many. So a walk
//! begins only while all open bets could be lost and n events would still not cost more than n + 1 calls. It goes on
//! by a bet that its last page has paid for, and which nobody else may spend.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

#[derive(Default)]
pub(super) struct Savings {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    /// Events that pages brought, less the pages.
    saved: i64,
    /// Walks whose next page has not come.
    open: i64,
}

/// A walk that has begun, and asks for a page while the bet is open.
pub(super) struct Bet<'s> {
    savings: &'s Savings,
    open: bool,
}

impl Savings {
    /// Begins a walk, waiting for others where the answer depends on them; `None` if too much was lost.
    pub(super) async fn bet(&self) -> Option<Bet<'_>> {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            {
                let mut state = self.state();
                if state.saved >= state.open {
                    state.open += 1;
                    return Some(Bet {
                        savings: self,
                        open: true,
                    });
                }
                if state.open == 0 {
                    return None;
                }
            }
            changed.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bet<'_> {
    /// A page of the walk came and brought so many events. Whether the walk goes on is said at once, so that no
    /// other begins on what its next page may lose.
    pub(super) fn page(&mut self, brought: usize, goes_on: bool) {
        let mut state = self.savings.state();
        state.saved += i64::try_from(brought).unwrap_or(i64::MAX / 2) - 1;
        state.open += i64::from(goes_on) - i64::from(self.open);
        self.open = goes_on;
        drop(state);
        self.savings.changed.notify_waiters();
    }
}

/// A walk that broke off before its page came has lost its bet.
impl Drop for Bet<'_> {
    fn drop(&mut self) {
        if self.open {
            self.page(0, false);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_second_walk_waits_for_the_first_and_begins_once_that_paid() {
        let savings = Savings::default();
        let mut first = savings.bet().await.unwrap();
        let second = savings.bet();
        tokio::pin!(second);
        assert!(second.as_mut().now_or_never().is_none());
        first.page(3, false);
        assert!(second.now_or_never().unwrap().is_some());
        assert!(savings.bet().now_or_never().unwrap().is_some());
    }

    #[tokio::test]
    async fn after_a_lost_bet_no_walk_begins() {
        let savings = Savings::default();
        drop(savings.bet().await);
        assert!(savings.bet().await.is_none());
    }

    #[tokio::test]
    async fn what_pages_saved_may_be_lost_again() {
        let savings = Savings::default();
        savings.bet().await.unwrap().page(2, false);
        drop(savings.bet().await.unwrap());
        drop(savings.bet().await.unwrap());
        assert!(savings.bet().await.is_none());
    }

    #[tokio::test]
    async fn what_the_next_page_of_a_walk_may_lose_is_nobody_elses() {
        let savings = Savings::default();
        let mut first = savings.bet().await.unwrap();
        first.page(2, true);
        let _second = savings.bet().await.unwrap();
        let third = savings.bet();
        tokio::pin!(third);
        assert!(third.as_mut().now_or_never().is_none());
        first.page(0, false);
        assert!(
            third.as_mut().now_or_never().is_none(),
            "the second may still pay"
        );
    }
}
