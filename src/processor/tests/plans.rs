//! Every event of a slice is in exactly one step of its plan.

use std::collections::BTreeSet;

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::domain::{EventId, Field, State, Timestamp};
use crate::processor::plan::{Step, pages, plan, plan_rest};
use crate::store::WorkItem;

fn media() -> impl Strategy<Value = String> {
    "[mn]"
}

fn work() -> impl Strategy<Value = Vec<WorkItem>> {
    let field = prop_oneof![
        4 => Just(Field::Comments),
        1 => select(vec![Field::LiveComments, Field::Mentions, Field::StoryInsights]),
    ];
    let item = (
        field,
        option::weighted(0.9, media()),
        option::of("[pq]"),
        prop::bool::weighted(0.1),
    );
    vec(item, 0..40).prop_map(|items| {
        (0..)
            .zip(items)
            .map(|(number, (field, media_id, parent_id, paid))| WorkItem {
                id: EventId::at(Timestamp::from_seconds(number)),
                field,
                state: State::Pending,
                object_id: Some(number.to_string()),
                media_id,
                parent_id,
                paid,
                attempts: 0,
                received_at: Timestamp::from_seconds(0),
            })
            .collect()
    })
}

fn of(step: &Step) -> Vec<&WorkItem> {
    match step {
        Step::Walk {
            comments, replies, ..
        } => comments.iter().chain(replies).collect(),
        Step::Replies { replies, .. } => replies.iter().collect(),
        Step::Comment(item) | Step::Mention(item) | Step::Story(item) => vec![item],
    }
}

fn ids<'a>(items: impl IntoIterator<Item = &'a WorkItem>) -> Vec<EventId> {
    let mut ids: Vec<_> = items.into_iter().map(|item| item.id).collect();
    ids.sort();
    ids
}

/// Whether the step's first call may read all of its events.
fn fits(step: &Step, busy: &BTreeSet<String>) -> bool {
    match step {
        Step::Walk {
            media,
            comments,
            replies,
        } => {
            let here = |item: &WorkItem| pages(item) && item.media_id.as_ref() == Some(media);
            let answers = |item: &WorkItem| here(item) && item.parent_id.is_some();
            let own = |item: &WorkItem| here(item) && item.parent_id.is_none();
            busy.contains(media)
                && !comments.is_empty()
                && comments.iter().all(own)
                && replies.iter().all(answers)
        }
        Step::Replies { parent, replies } => {
            let here = |item: &WorkItem| pages(item) && item.parent_id.as_ref() == Some(parent);
            replies.len() > 1 && replies.iter().all(here)
        }
        Step::Comment(item) => matches!(item.field, Field::Comments | Field::LiveComments),
        Step::Mention(item) => item.field == Field::Mentions,
        Step::Story(item) => item.field == Field::StoryInsights,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn every_event_is_in_exactly_one_step_that_can_read_it(work in work(), busy in btree_set(media(), 0..3)) {
        let all = ids(&work);
        let steps = plan(work, &busy);
        prop_assert_eq!(ids(steps.iter().flat_map(of)), all);
        for step in &steps {
            prop_assert!(fits(step, &busy), "{:?}", step);
        }
    }

    #[test]
    fn what_walks_leave_over_is_in_exactly_one_step_that_is_no_walk_of_a_media(work in work()) {
        let left: Vec<WorkItem> = work.into_iter().filter(pages).collect();
        let all = ids(&left);
        let steps = plan_rest(left);
        prop_assert_eq!(ids(steps.iter().flat_map(of)), all);
        for step in &steps {
            prop_assert!(fits(step, &BTreeSet::new()), "{:?}", step);
        }
    }
}
