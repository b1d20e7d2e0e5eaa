//! What is to be done about a post next: a pure function of where it stands, how far it is, and the time.

use super::progress::{Part, PostProgress};
use crate::domain::post::{PostIntent, PostKind};
use crate::domain::{EffectState, Timestamp};
use crate::effects::pace::{self, Pace};

/// The next thing to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing before this.
    Wait(Timestamp),
    /// Nothing, until a person does something.
    Rest,
    /// It is late: a person is asked.
    Ask,
    /// These children's containers are made.
    MakeParts(Vec<usize>),
    /// These children's containers are looked at.
    LookAtParts(Vec<usize>),
    /// The film of this child's container is brought to Meta.
    BringPart(usize),
    /// The container that is published is made.
    MakeWhole,
    /// Its film is brought to Meta.
    BringWhole,
    /// It is looked at.
    LookAtWhole,
    /// All is prepared.
    Prepared,
    /// What was prepared is too old.
    Rebuild,
    /// Meta is told to publish it.
    Publish,
    /// Somebody told Meta to publish it and is gone: nobody knows what came of it.
    Doubt,
    /// What Instagram shows is looked at.
    Resolve,
    /// What follows a publication.
    After,
}

/// What a post is planned by.
pub(super) struct Situation<'a> {
    pub(super) state: EffectState,
    pub(super) intent: &'a PostIntent,
    pub(super) progress: &'a PostProgress,
    pub(super) publish_at: Option<Timestamp>,
    pub(super) sent_at: Option<Timestamp>,
    pub(super) pace: Pace,
}

/// When something is first to be done about a new post.
pub(in crate::effects) fn first_due(
    intent: &PostIntent,
    publish_at: Option<Timestamp>,
    now: Timestamp,
) -> Timestamp {
    publish_at.map_or(now, |at| pace::prepare_at(at, intent.has_video()).max(now))
}

/// The next thing to be done about a post that nobody else works on.
pub(super) fn next(of: &Situation<'_>, now: Timestamp) -> Next {
    match of.state {
        EffectState::Scheduled => scheduled(of, now),
        EffectState::Draft if of.progress.whole.finished => Next::Rest,
        EffectState::Preparing | EffectState::Draft => prepare(of, now),
        EffectState::Ready => ready(of, now),
        EffectState::Sending => Next::Doubt,
        EffectState::Uncertain => match of.sent_at.map(pace::first_look) {
            Some(first) if first > now => Next::Wait(first),
            _ => Next::Resolve,
        },
        EffectState::Done => Next::After,
        EffectState::Failed | EffectState::Cancelled => Next::Rest,
    }
}

fn scheduled(of: &Situation<'_>, now: Timestamp) -> Next {
    if is_late(of, now) {
        return Next::Ask;
    }
    match first_due(of.intent, of.publish_at, now) {
        due if due > now => Next::Wait(due),
        _ => prepare(of, now),
    }
}

fn is_late(of: &Situation<'_>, now: Timestamp) -> bool {
    let late = |at: Timestamp| now.since(at) > of.pace.grace;
    !of.progress.late_is_fine && of.publish_at.is_some_and(late)
}

fn prepare(of: &Situation<'_>, now: Timestamp) -> Next {
    let parts = &of.progress.parts;
    if parts.iter().any(|part| part.is_old(now)) {
        return Next::Rebuild;
    }
    if of.intent.kind == PostKind::Carousel {
        // Before its first step a carousel has no parts yet: all are to be made.
        let children = (0..of.intent.media.len()).map(|at| (at, parts.get(at)));
        let missing = |part: Option<&Part>| part.is_none_or(|part| part.container.is_none());
        let (to_make, made): (Vec<_>, Vec<_>) = children.partition(|(_, part)| missing(*part));
        let due = |part: Option<&Part>| part.is_none_or(|part| part.is_due(now));
        let now_due: Vec<usize> = to_make
            .iter()
            .filter(|(_, part)| due(*part))
            .map(|(at, _)| *at)
            .collect();
        if !now_due.is_empty() {
            return Next::MakeParts(now_due);
        }
        let unfinished: Vec<_> = made
            .iter()
            .filter(|(_, part)| part.is_some_and(|part| !part.finished))
            .collect();
        let is_brought = |part: Option<&Part>| part.is_none_or(|part| part.upload_to.is_none());
        let (to_look, to_bring): (Vec<_>, Vec<_>) = unfinished
            .iter()
            .filter(|(_, part)| due(*part))
            .copied()
            .partition(|(_, part)| is_brought(*part));
        if let Some((at, _)) = to_bring.first() {
            return Next::BringPart(*at);
        }
        if !to_look.is_empty() {
            return Next::LookAtParts(to_look.into_iter().map(|(at, _)| at).collect());
        }
        let waits = to_make.iter().chain(unfinished);
        if let Some(until) = waits
            .filter_map(|(_, part)| part.and_then(|part| part.not_before))
            .min()
        {
            return Next::Wait(until);
        }
    }
    whole(&of.progress.whole, now)
}

fn whole(whole: &Part, now: Timestamp) -> Next {
    match (&whole.container, whole.finished, whole.not_before) {
        (_, true, _) => Next::Prepared,
        (_, _, Some(at)) if at > now => Next::Wait(at),
        (None, ..) => Next::MakeWhole,
        (Some(_), ..) if whole.upload_to.is_some() => Next::BringWhole,
        (Some(_), ..) => Next::LookAtWhole,
    }
}

fn ready(of: &Situation<'_>, now: Timestamp) -> Next {
    let whole = &of.progress.whole;
    if whole.is_old(now) {
        return Next::Rebuild;
    }
    if is_late(of, now) {
        return Next::Ask;
    }
    match of
        .publish_at
        .filter(|at| *at > now)
        .or(whole.not_before.filter(|at| *at > now))
    {
        Some(at) => Next::Wait(at),
        None => Next::Publish,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::graph::MadeContainer;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn in_minutes(minutes: u64) -> Timestamp {
        NOW + Duration::from_mins(minutes)
    }

    fn made(finished: bool, look_at: Timestamp) -> Part {
        let mut part = Part::default();
        let container = MadeContainer {
            id: "1".to_owned(),
            upload_to: None,
        };
        part.made(container, NOW, look_at);
        part.finished = finished;
        part
    }

    fn plan(
        state: EffectState,
        kind: &str,
        progress: &PostProgress,
        publish_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Next {
        let media_type = if kind == "reel" { "video" } else { "image" };
        let media = vec![
            json!({ "url": "https://x/1", "media_type": media_type });
            if kind == "carousel" { 3 } else { 1 }
        ];
        let intent: PostIntent = serde_json::from_value(json!({ "kind": kind, "media": media })).unwrap();
        let pace = Pace {
            grace: Duration::from_hours(1),
        };
        let situation = Situation {
            state,
            intent: &intent,
            progress,
            publish_at,
            sent_at: Some(NOW),
            pace,
        };
        next(&situation, now)
    }

    #[test]
    fn a_scheduled_post_is_prepared_ahead_and_published_on_time() {
        let nothing = PostProgress::default();
        let at = Some(in_minutes(120));
        assert_eq!(
            plan(EffectState::Scheduled, "image", &nothing, at, NOW),
            Next::Wait(in_minutes(110))
        );
        assert_eq!(
            plan(EffectState::Scheduled, "reel", &nothing, at, NOW),
            Next::Wait(in_minutes(60))
        );
        assert_eq!(
            plan(EffectState::Scheduled, "image", &nothing, at, in_minutes(110)),
            Next::MakeWhole
        );
        let ready = PostProgress {
            whole: made(true, NOW),
            ..PostProgress::default()
        };
        assert_eq!(
            plan(EffectState::Preparing, "image", &ready, at, in_minutes(111)),
            Next::Prepared
        );
        assert_eq!(
            plan(EffectState::Ready, "image", &ready, at, in_minutes(111)),
            Next::Wait(in_minutes(120))
        );
        assert_eq!(
            plan(EffectState::Ready, "image", &ready, at, in_minutes(120)),
            Next::Publish
        );
        assert_eq!(
            plan(EffectState::Ready, "image", &ready, at, in_minutes(180)),
            Next::Publish
        );
        assert_eq!(
            plan(EffectState::Ready, "image", &ready, at, in_minutes(181)),
            Next::Ask
        );
        let wanted = PostProgress {
            late_is_fine: true,
            ..ready
        };
        assert_eq!(
            plan(EffectState::Ready, "image", &wanted, at, in_minutes(181)),
            Next::Publish
        );
        assert_eq!(
            plan(EffectState::Ready, "image", &wanted, None, in_minutes(24 * 60)),
            Next::Rebuild
        );
    }

    #[test]
    fn a_carousel_waits_for_all_its_children() {
        let nothing = PostProgress::default();
        let at = |progress: &PostProgress, now| plan(EffectState::Preparing, "carousel", progress, None, now);
        assert_eq!(at(&nothing, NOW), Next::MakeParts(vec![0, 1, 2]));
        let later = in_minutes(1);
        let mut progress = PostProgress {
            parts: vec![made(true, NOW), made(false, later), Part::default()],
            ..nothing
        };
        assert_eq!(at(&progress, NOW), Next::MakeParts(vec![2]));
        progress.parts[2] = made(false, in_minutes(2));
        assert_eq!(at(&progress, NOW), Next::Wait(later));
        assert_eq!(at(&progress, later), Next::LookAtParts(vec![1]));
        progress.parts[2].upload_to = Some("https://x/".parse().unwrap());
        assert_eq!(at(&progress, in_minutes(2)), Next::BringPart(2));
        progress.parts[1].finished = true;
        progress.parts[2].finished = true;
        assert_eq!(at(&progress, later), Next::MakeWhole);
    }

    #[test]
    fn a_publication_without_an_answer_is_doubted_and_looked_at_in_time() {
        let progress = PostProgress::default();
        assert_eq!(
            plan(EffectState::Sending, "image", &progress, None, NOW),
            Next::Doubt
        );
        let first = pace::first_look(NOW);
        assert_eq!(
            plan(EffectState::Uncertain, "image", &progress, None, NOW),
            Next::Wait(first)
        );
        assert_eq!(
            plan(EffectState::Uncertain, "image", &progress, None, first),
            Next::Resolve
        );
    }

    #[test]
    fn a_finished_draft_waits_for_a_word() {
        let finished = PostProgress {
            whole: made(true, NOW),
            ..PostProgress::default()
        };
        assert_eq!(
            plan(EffectState::Draft, "image", &finished, None, NOW),
            Next::Rest
        );
        assert_eq!(
            plan(EffectState::Draft, "image", &PostProgress::default(), None, NOW),
            Next::MakeWhole
        );
        for state in [EffectState::Failed, EffectState::Cancelled] {
            assert_eq!(plan(state, "image", &finished, None, NOW), Next::Rest);
        }
    }
}
