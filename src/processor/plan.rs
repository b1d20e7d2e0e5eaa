//! Which calls a slice of work needs, chosen by cost: a pure function of what waits.
//!
//! A page of a media's comments brings 50 for one call, so two comments that wait on one media are worth a
//! walk. What the pages did not bring is read one by one. Never more than n + 1 calls for n events.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::Field;
use crate::store::WorkItem;

/// One piece of work: the calls it makes settle these events, and perhaps others.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Walk a media's comments, newest first; with the replies under them if any reply waits.
    Walk {
        media: String,
        comments: Vec<WorkItem>,
        replies: Vec<WorkItem>,
    },
    /// Walk a comment's replies.
    Replies { parent: String, replies: Vec<WorkItem> },
    /// Read one comment.
    Comment(WorkItem),
    /// Read what a mention is about.
    Mention(WorkItem),
    /// Read a story while it exists.
    Story(WorkItem),
}

/// Plans a slice. `busy` are the media on which at least two events wait, in the slice or not.
pub(super) fn plan(work: Vec<WorkItem>, busy: &BTreeSet<String>) -> Vec<Step> {
    let mut first = Vec::new();
    let mut lone = Vec::new();
    let mut walks: BTreeMap<String, (Vec<WorkItem>, Vec<WorkItem>)> = BTreeMap::new();
    for item in work {
        match item.field {
            // A story vanishes: it goes first.
            Field::StoryInsights => first.push(Step::Story(item)),
            Field::Mentions => lone.push(Step::Mention(item)),
            _ => match walkable(&item, busy) {
                Some(media) if item.parent_id.is_some() => walks.entry(media).or_default().1.push(item),
                Some(media) => walks.entry(media).or_default().0.push(item),
                None => lone.push(Step::Comment(item)),
            },
        }
    }
    let mut replies = Vec::new();
    for (media, (comments, answers)) in walks {
        if comments.is_empty() {
            // A walk of the media is not expected to bring replies alone.
            replies.extend(answers);
        } else {
            first.push(Step::Walk {
                media,
                comments,
                replies: answers,
            });
        }
    }
    first.extend(plan_rest(replies));
    first.extend(lone);
    first
}

/// Plans what the walks of media left over: replies by parent, the rest one by one.
pub(super) fn plan_rest(left: Vec<WorkItem>) -> Vec<Step> {
    let mut parents: BTreeMap<String, Vec<WorkItem>> = BTreeMap::new();
    let mut steps = Vec::new();
    for item in left {
        match item.parent_id.clone().filter(|_| pages(&item)) {
            Some(parent) => parents.entry(parent).or_default().push(item),
            None => steps.push(Step::Comment(item)),
        }
    }
    for (parent, mut replies) in parents {
        match replies.pop() {
            Some(only) if replies.is_empty() => steps.push(Step::Comment(only)),
            Some(last) => {
                replies.push(last);
                steps.push(Step::Replies { parent, replies });
            }
            None => {}
        }
    }
    steps
}

/// Comments on ads and on broadcasts do not stand in the pages of a media
/// (graph-comments-and-messages.md §1).
pub(super) fn pages(item: &WorkItem) -> bool {
    !item.paid && item.field == Field::Comments
}

fn walkable(item: &WorkItem, busy: &BTreeSet<String>) -> Option<String> {
    item.media_id
        .clone()
        .filter(|media| pages(item) && busy.contains(media))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{EventId, State, Timestamp};

    fn item(number: u32, field: Field, media: &str, parent: Option<&str>) -> WorkItem {
        WorkItem {
            id: EventId::at(Timestamp::from_seconds(i64::from(number))),
            field,
            state: State::Pending,
            object_id: Some(format!("c{number}")),
            media_id: Some(media.to_owned()),
            parent_id: parent.map(ToOwned::to_owned),
            paid: false,
            attempts: 0,
            received_at: Timestamp::from_seconds(0),
        }
    }

    fn shape(steps: &[Step]) -> Vec<String> {
        steps
            .iter()
            .map(|step| match step {
                Step::Walk {
                    media,
                    comments,
                    replies,
                } => {
                    format!("walk {media} {}+{}", comments.len(), replies.len())
                }
                Step::Replies { parent, replies } => format!("replies {parent} {}", replies.len()),
                Step::Comment(item) => format!("comment {}", item.object_id.as_deref().unwrap_or("")),
                Step::Mention(_) => "mention".to_owned(),
                Step::Story(_) => "story".to_owned(),
            })
            .collect()
    }

    fn busy(media: &[&str]) -> BTreeSet<String> {
        media.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_lone_comment_is_read_alone() {
        let work = vec![item(1, Field::Comments, "m", None)];
        assert_eq!(shape(&plan(work, &busy(&[]))), ["comment c1"]);
    }

    #[test]
    fn comments_on_a_busy_media_are_walked_with_the_replies_that_wait_there() {
        let work = vec![
            item(1, Field::Comments, "m", None),
            item(2, Field::Comments, "n", None),
            item(3, Field::Comments, "m", Some("p")),
            item(4, Field::Comments, "m", None),
        ];
        assert_eq!(shape(&plan(work, &busy(&["m"]))), ["walk m 2+1", "comment c2"]);
    }

    #[test]
    fn one_comment_of_the_slice_is_walked_when_others_wait_outside_it() {
        let work = vec![item(1, Field::Comments, "m", None)];
        assert_eq!(shape(&plan(work, &busy(&["m"]))), ["walk m 1+0"]);
    }

    #[test]
    fn replies_alone_are_read_by_parent_and_never_expected_from_the_media() {
        let work = vec![
            item(1, Field::Comments, "m", Some("p")),
            item(2, Field::Comments, "m", Some("p")),
            item(3, Field::Comments, "m", Some("q")),
        ];
        assert_eq!(shape(&plan(work, &busy(&["m"]))), ["replies p 2", "comment c3"]);
    }

    #[test]
    fn ads_and_broadcasts_are_read_one_by_one_and_stories_go_first() {
        let mut paid = item(1, Field::Comments, "m", None);
        paid.paid = true;
        let work = vec![
            paid,
            item(2, Field::LiveComments, "m", None),
            item(3, Field::Mentions, "m", None),
            item(4, Field::StoryInsights, "s", None),
        ];
        assert_eq!(
            shape(&plan(work, &busy(&["m"]))),
            ["story", "comment c1", "comment c2", "mention"]
        );
    }

    #[test]
    fn what_a_walk_left_over_is_read_by_parent_or_alone() {
        let left = vec![
            item(1, Field::Comments, "m", None),
            item(2, Field::Comments, "m", Some("p")),
            item(3, Field::Comments, "m", Some("p")),
            item(4, Field::Comments, "m", Some("q")),
        ];
        assert_eq!(
            shape(&plan_rest(left)),
            ["comment c1", "replies p 2", "comment c4"]
        );
    }
}
