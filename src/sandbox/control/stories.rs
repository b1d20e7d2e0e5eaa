//! Stories: shown for a day, then their final numbers are told, once (meta-webhooks.md §4.4).

use std::collections::BTreeMap;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path};

use super::input::Input;
use super::problem::Problem;
use super::{media, view};
use crate::domain::{Timestamp, facts};
use crate::sandbox::meta::Meta;
use crate::sandbox::seed;
use crate::sandbox::world::{Change, Id, Media, Product};

/// The numbers come this long after the end.
const TOLD_AFTER: Duration = Duration::from_hours(1);

/// A story's final numbers, by metric.
type Numbers = BTreeMap<String, i64>;

/// How a story is ended by hand.
#[derive(Debug, Default)]
pub(crate) struct Ending {
    /// The numbers are told now, not an hour later.
    at_once: bool,
    insights: Option<Numbers>,
}

/// `POST /sandbox/stories`
pub(crate) async fn create(meta: Data<Meta>, body: Bytes) -> Result<HttpResponse, Problem> {
    let mut input = Input::read(&body)?;
    let insights: Option<Numbers> = input.optional("insights")?;
    let wanted = media::Wanted {
        product: Product::Story,
        ..media::Wanted::take(&mut input)?
    };
    input.done()?;
    let now = meta.now();
    let story = meta.change(|world| {
        let (_, mut story) = media::make(world, &wanted, now)?;
        story.insights = insights.unwrap_or_default();
        Ok::<_, Problem>((vec![Change::Media(Box::new(story.clone()))], story))
    })?;
    Ok(HttpResponse::Ok().json(view::media(&story)))
}

/// `POST /sandbox/stories/{id}/expire`: `at_once` tells the numbers now, `insights` sets them.
pub(crate) async fn expire(
    meta: Data<Meta>,
    name: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let mut input = Input::read(&body)?;
    let ending = Ending {
        at_once: input.or("at_once", false)?,
        insights: input.optional("insights")?,
    };
    input.done()?;
    let missing = || Problem::NotFound {
        what: "story",
        name: name.to_string(),
    };
    let id = name.parse().map_err(|_| missing())?;
    let story = expire_story(&meta, id, Some(ending))?;
    Ok(HttpResponse::Ok().json(view::media(&story)))
}

/// Ends a story: by hand now, or when its day was over.
pub(crate) fn expire_story(meta: &Meta, id: Id, ending: Option<Ending>) -> Result<Media, Problem> {
    let now = meta.now();
    meta.change(|world| {
        let living = |media: &&Media| media.product == Product::Story && media.expired_at.is_none();
        let story = world.media.get(&id).map(|record| &record.media).filter(living);
        let mut story = story.cloned().ok_or_else(|| Problem::NotFound {
            what: "living story",
            name: id.to_string(),
        })?;
        let at = ending
            .as_ref()
            .map_or(story.timestamp + facts::STORY_LIFETIME, |_| now);
        let ending = ending.unwrap_or_default();
        story.insights = suppressed(ending.insights.unwrap_or_else(|| numbers(meta.seed, &story)));
        story.expired_at = Some(at);
        let change = Change::StoryExpired {
            id,
            at,
            tell_at: told_at(at, ending.at_once),
            insights: story.insights.clone(),
        };
        Ok((vec![change], story))
    })
}

fn told_at(end: Timestamp, at_once: bool) -> Timestamp {
    if at_once { end } else { end + TOLD_AFTER }
}

/// The numbers it was given, or some that look right.
fn numbers(seed: u64, story: &Media) -> Numbers {
    if !story.insights.is_empty() {
        return story.insights.clone();
    }
    let drawn = |metric: &str, below: u64| {
        let number = seed::of_words(seed, &[metric, &story.id.to_string()]) % below;
        (metric.to_owned(), i64::try_from(number).unwrap_or(0))
    };
    [
        drawn("impressions", 900),
        drawn("reach", 700),
        drawn("taps_forward", 80),
        drawn("taps_back", 40),
        drawn("exits", 30),
        drawn("replies", 12),
    ]
    .into()
}

/// What is above nothing and below 5 is suppressed.
fn suppressed(numbers: Numbers) -> Numbers {
    let shown = |number| {
        if (1..5).contains(&number) {
            facts::SUPPRESSED
        } else {
            number
        }
    };
    numbers
        .into_iter()
        .map(|(metric, number)| (metric, shown(number)))
        .collect()
}
