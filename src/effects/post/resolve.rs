//! Settling a doubt: what Instagram shows of the container and of the account's latest posts decides.

use std::time::Duration;

use super::turn::PostTurn;
use crate::domain::post::{MediaType, PostIntent, PostKind};
use crate::domain::{EffectState, Timestamp};
use crate::effects::doubt::{Evidence, Ruling, rule};
use crate::effects::follow::{Follow, after_making, sentence_of};
use crate::effects::pace::HINDERED;
use crate::graph::{Access, Call, ContainerState, Graph, GraphError, PublishedMedia};
use crate::store::{EndedStep, StoreError};

/// Posts that are looked through: more than an account may publish while a doubt lasts.
const LATEST: &str = "50";
/// Meta's clock may be behind ours by so much.
pub(super) const CLOCKS_APART: Duration = Duration::from_mins(1);
/// So often a post that is certain to be there is looked for.
const LOOKS_FOR_ID: u32 = 5;

impl PostTurn<'_> {
    pub(super) async fn resolve(&mut self) -> Result<(), StoreError> {
        let Some(access) = self.access().await? else {
            return Ok(());
        };
        let container = self.progress.whole.container.clone().unwrap_or_default();
        let step = self.begin(&[("look", container.clone())]).await?;
        let id = &container;
        let ask = async move |graph: Graph, by: Access| graph.container(&by, id).await;
        let state = self.read(&access, ask).await;
        let since = self
            .progress
            .first_sent_at
            .or(self.stands.sent_at)
            .unwrap_or_default()
            - CLOCKS_APART;
        let matches = self.matches(&access, since).await?;
        let unlikely = self.could_be_anything().await?;
        let seen = told(&state, &matches);
        let call_id = Some(Call::of(&state).id);
        let hindered = hindrance(&state).or_else(|| matches.as_ref().err().and_then(as_hindrance));
        let ruling = if hindered.is_none() {
            Some(self.ruled(state.map(|answer| answer.body), matches, unlikely))
        } else {
            None
        };
        let number = step.first().copied().unwrap_or_default();
        let ended = EndedStep {
            number,
            outcome: "done",
            message: Some(seen),
            call_id,
        };
        if let Some(Ruling::Done(id)) = &ruling {
            self.is_published(Some(id.clone()).filter(|id| !id.is_empty()));
        }
        self.end(vec![ended]).await?;
        match (ruling, hindered) {
            (Some(ruling), _) => self.follow_ruling(ruling).await,
            (None, why) => {
                let message = why.unwrap_or_default();
                self.hold("not-to-be-seen".to_owned(), message, Some(self.now() + HINDERED))
                    .await
            }
        }
    }

    async fn follow_ruling(&mut self, ruling: Ruling) -> Result<(), StoreError> {
        match ruling {
            Ruling::Done(_) => Ok(()),
            Ruling::Look(at) => self.give_back(Some(at)).await,
            Ruling::SendAgain => {
                self.stands.state = EffectState::Ready;
                self.stands.reason = None;
                self.end(Vec::new()).await
            }
            Ruling::Person(code, message) => {
                self.stands.reason = Some((
                    code.to_owned(),
                    format!("{message}; look at the profile, then resolve it"),
                ));
                self.give_back(None).await
            }
        }
    }

    /// The account's posts since then that could be this one and are nobody else's.
    pub(super) async fn matches(
        &self,
        access: &Access,
        since: Timestamp,
    ) -> Result<Result<Vec<String>, GraphError>, StoreError> {
        let stories = self.intent.kind == PostKind::Story;
        let ask = |graph: Graph, by: Access| async move { graph.latest(&by, stories, LATEST).await };
        let latest = self.read(access, ask).await;
        let posts = match latest {
            Ok(answer) => answer.body,
            Err(error) => return Ok(Err(error)),
        };
        let ours = posts
            .into_iter()
            .filter(|post| could_be(&self.intent, post, since));
        let mut ids: Vec<String> = ours.map(|post| post.id).collect();
        let taken = self.effects.store.results_of_others(self.effect(), &ids).await?;
        ids.retain(|id| !taken.contains(id));
        Ok(Ok(ids))
    }

    /// Whether a match alone says little: it has no words, or another post with the same ones is in doubt as well.
    async fn could_be_anything(&self) -> Result<bool, StoreError> {
        if self.intent.kind == PostKind::Story || words(self.intent.caption.as_deref()).next().is_none() {
            return Ok(true);
        }
        let others = self.effects.store.in_doubt_beside(self.effect()).await?;
        let mut others = others
            .iter()
            .filter_map(|intent| serde_json::from_str(intent).ok());
        Ok(others.any(|other: PostIntent| {
            other.kind == self.intent.kind
                && words(other.caption.as_deref()).eq(words(self.intent.caption.as_deref()))
        }))
    }

    /// An empty id with `Done`: it is published, and nobody knows as which.
    fn ruled(
        &mut self,
        container: Result<ContainerState, GraphError>,
        matches: Result<Vec<String>, GraphError>,
        unlikely: bool,
    ) -> Ruling {
        let (sends, now) = (self.progress.sends, self.now());
        let doubt = &mut self.progress.doubt;
        let evidence = match matches {
            Ok(mut ids) => match (ids.len(), ids.pop()) {
                (1, Some(id)) => Evidence::One(id),
                (0, _) => Evidence::Nothing,
                (count, _) => Evidence::Several(count),
            },
            Err(error) => Evidence::Blind(error.message),
        };
        match (container, evidence) {
            (Ok(ContainerState::Published), one @ Evidence::One(_)) => rule(doubt, one, sends, now),
            (_, Evidence::One(id)) if unlikely => rule(doubt, Evidence::Unlikely(id), sends, now),
            (_, one @ Evidence::One(_)) => rule(doubt, one, sends, now),
            // It is there for certain; only its id is not known.
            (Ok(ContainerState::Published), Evidence::Several(_)) => Ruling::Done(String::new()),
            (Ok(ContainerState::Published), _) if doubt.blind >= LOOKS_FOR_ID => Ruling::Done(String::new()),
            (Ok(ContainerState::Published), _) => rule(
                doubt,
                Evidence::Blind("it is published and not listed yet".to_owned()),
                sends,
                now,
            ),
            // What has failed or expired cannot be sent again: it is a person's to say that it was not published.
            (Ok(ContainerState::Failed(_) | ContainerState::Expired), evidence) => {
                match rule(doubt, evidence, sends, now) {
                    Ruling::SendAgain => Ruling::Person(
                        "container-gone",
                        "the container is gone, and the post is not to be seen".to_owned(),
                    ),
                    ruling => ruling,
                }
            }
            (Ok(ContainerState::InProgress), Evidence::Nothing) => rule(
                doubt,
                Evidence::Blind("the container is being processed".to_owned()),
                sends,
                now,
            ),
            (Err(error), Evidence::Nothing) => rule(doubt, Evidence::Blind(error.message), sends, now),
            (_, evidence) => rule(doubt, evidence, sends, now),
        }
    }
}

/// What is journalled of a look.
fn told(
    container: &Result<crate::graph::Answer<ContainerState>, GraphError>,
    matches: &Result<Vec<String>, GraphError>,
) -> String {
    let container = match container {
        Ok(answer) => format!("{:?}", answer.body),
        Err(error) => error.message.clone(),
    };
    match matches {
        Ok(ids) if ids.is_empty() => format!("container {container}; no post like it"),
        Ok(ids) => format!("container {container}; posts like it: {}", ids.join(", ")),
        Err(error) => format!(
            "container {container}; the posts could not be read: {}",
            error.message
        ),
    }
}

/// The account cannot be asked: that says nothing of the post, and is not counted.
fn hindrance<T>(outcome: &Result<T, GraphError>) -> Option<String> {
    outcome.as_ref().err().and_then(as_hindrance)
}

fn as_hindrance(error: &GraphError) -> Option<String> {
    (after_making(error) == Follow::Hold).then(|| sentence_of(error))
}

/// Whether a post that followers see could be the one that is wanted: of its kind, with its caption, and not older.
fn could_be(intent: &PostIntent, post: &PublishedMedia, since: Timestamp) -> bool {
    let same = |told: &Option<String>, wanted: &str| {
        told.as_deref()
            .is_none_or(|told| told.eq_ignore_ascii_case(wanted))
    };
    let (media_type, product) = match intent.kind {
        PostKind::Image => ("IMAGE", "FEED"),
        PostKind::Carousel => ("CAROUSEL_ALBUM", "FEED"),
        PostKind::Reel => ("VIDEO", "REELS"),
        PostKind::Story => match intent.media.first().map(|one| one.media_type) {
            Some(MediaType::Video) => ("VIDEO", "STORY"),
            _ => ("IMAGE", "STORY"),
        },
    };
    post.timestamp.is_some_and(|at| at >= since)
        && same(&post.media_type, media_type)
        && same(&post.media_product_type, product)
        && (intent.kind == PostKind::Story
            || words(post.caption.as_deref()).eq(words(intent.caption.as_deref())))
}

/// Meta may keep other spaces and line breaks than it was given.
pub(super) fn words(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.unwrap_or_default().split_whitespace()
}
