//! A model of the walks of a slice: what they cost together, however they overlap.

use futures_util::future::join_all;
use futures_util::{FutureExt, StreamExt, stream};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::processor::savings::Savings;

/// A walk in a model of a slice.
#[derive(Clone, Debug)]
struct Walked {
    /// What each of its pages would bring, and how long that takes.
    pages: Vec<(usize, usize)>,
    /// Events that no page brings.
    buried: usize,
    /// The page that fails, if it comes so far.
    fails: Option<usize>,
}

impl Walked {
    fn events(&self) -> usize {
        self.buried + self.pages.iter().map(|(brought, _)| brought).sum::<usize>()
    }

    /// Walks as `walk` does; gives the calls it took until each event was read.
    async fn perform(&self, savings: &Savings) -> usize {
        let Some(mut bet) = savings.bet().await else {
            return self.events();
        };
        let (mut calls, mut read) = (0, 0);
        for (at, (brought, turns)) in self.pages.iter().enumerate() {
            calls += 1;
            for _ in 0..*turns {
                tokio::task::yield_now().await;
            }
            if self.fails == Some(at) {
                break;
            }
            read += brought;
            let goes_on = *brought >= 2 && at + 1 < self.pages.len() && read < self.events();
            bet.page(*brought, goes_on);
            if !goes_on {
                break;
            }
        }
        drop(bet);
        calls + self.events() - read
    }
}

fn walked() -> impl Strategy<Value = Walked> {
    let brought = prop_oneof![3 => 0_usize..3, 1 => 3_usize..50];
    let pages = vec((brought, 0_usize..4), 1..5);
    (pages, 0_usize..4, proptest::option::weighted(0.2, 0_usize..4))
        .prop_map(|(pages, buried, fails)| Walked { pages, buried, fails })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn however_walks_overlap_and_fail_n_events_cost_no_more_than_one_call_more(
        walks in vec(walked(), 1..12),
        at_once in 1_usize..6,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let savings = Savings::default();
        let calls = runtime.block_on(async {
            let walking = stream::iter(&walks).map(|walk| walk.perform(&savings).boxed_local());
            walking.buffer_unordered(at_once).fold(0, |sum, calls| async move { sum + calls }).await
        });
        let events: usize = walks.iter().map(Walked::events).sum();
        prop_assert!(calls <= events + 1, "{} calls for {} events", calls, events);
    }

    #[test]
    fn no_walk_waits_for_ever(walks in vec(walked(), 1..20)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let savings = Savings::default();
        let all = runtime.block_on(join_all(walks.iter().map(|walk| walk.perform(&savings))));
        prop_assert_eq!(all.len(), walks.len());
    }
}
