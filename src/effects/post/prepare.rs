//! Preparing: containers are made, and looked at until Meta has processed what is in them. Nobody sees any of it, so
//! whatever fails here may be done again.

use std::time::Duration;

use futures_util::{StreamExt, stream};

use super::parameters::{of_child, of_whole};
use super::progress::Part;
use super::turn::PostTurn;
use crate::domain::EffectState;
use crate::domain::post::MediaType;
use crate::effects::follow::{Follow, after_making, code_of, sentence_of, subcode_in};
use crate::effects::pace::{self, BUILDS, TRIES};
use crate::effects::turn::ended_step;
use crate::graph::{Access, Answer, Call, ContainerState, Graph, GraphError, MadeContainer, fix_of};
use crate::store::StoreError;

/// Containers of one post that are made or looked at at once.
const AT_ONCE: usize = 4;
/// Containers that an account may make in a moving day (graph-publishing.md §7).
const CONTAINERS_A_DAY: i64 = 400;
const DAY: Duration = Duration::from_hours(24);
/// When there is room for more again is not known; it is looked again after this.
const NO_ROOM: Duration = Duration::from_hours(1);

/// Which of a post's containers.
#[derive(Clone, Copy)]
pub(super) enum Which {
    Child(usize),
    Whole,
}

type Outcome<T> = (Which, Result<Answer<T>, GraphError>);
/// What ends a turn, with why.
type End = (Follow, String, String);

impl PostTurn<'_> {
    pub(super) async fn make_parts(&mut self, children: &[usize]) -> Result<(), StoreError> {
        self.progress
            .parts
            .resize_with(self.intent.media.len(), Part::default);
        self.make(children.iter().map(|at| Which::Child(*at)).collect())
            .await
    }

    pub(super) async fn make_whole(&mut self) -> Result<(), StoreError> {
        self.make(vec![Which::Whole]).await
    }

    async fn make(&mut self, wanted: Vec<Which>) -> Result<(), StoreError> {
        let Some(access) = self.access().await? else {
            return Ok(());
        };
        if !self.there_is_room(wanted.len()).await? {
            return Ok(());
        }
        if self.stands.state == EffectState::Scheduled {
            self.stands.state = EffectState::Preparing;
        }
        self.stands.reason = None;
        let steps: Vec<_> = wanted
            .iter()
            .map(|which| ("create-container", self.named(*which)))
            .collect();
        let numbers = self.begin(&steps).await?;
        let mut outcomes = self.made(&access, &wanted).await;
        let mut ended = Vec::new();
        for (number, (_, outcome)) in numbers.into_iter().zip(&outcomes) {
            self.note(&access, Call::of(outcome)).await;
            let id = outcome.as_ref().ok().map(|answer| answer.body.id.clone());
            ended.push(ended_step(number, outcome, id));
        }
        // What was made is kept before anything is decided about what was not.
        outcomes.sort_by_key(|(_, outcome)| outcome.is_err());
        let mut follow = None;
        for (which, outcome) in outcomes {
            match outcome {
                Ok(answer) => self.keep(which, answer.body),
                Err(error) => follow = follow.or(self.not_made(which, &error)),
            }
        }
        self.end(ended).await?;
        self.follow(follow).await
    }

    /// Asks for all at once, so many at a time, in the order in which they were journalled.
    async fn made(&self, access: &Access, wanted: &[Which]) -> Vec<Outcome<MadeContainer>> {
        let intent = self.effects.uploads.addressed(&self.intent);
        let parameters = |which: &Which| match which {
            Which::Child(at) => {
                let way = self.way(access, *which);
                let one = intent.media.get(*at);
                one.map(|one| of_child(one, way)).unwrap_or_default()
            }
            Which::Whole => of_whole(&intent, &self.children(), self.way(access, *which)),
        };
        let wanted: Vec<_> = wanted.iter().map(|which| (*which, parameters(which))).collect();
        let calls: Vec<_> = wanted
            .into_iter()
            .map(|(which, parameters)| {
                let (graph, access) = (self.effects.graph.clone(), access.clone());
                async move { (which, graph.create_container(&access, &parameters).await) }
            })
            .collect();
        stream::iter(calls).buffered(AT_ONCE).collect().await
    }

    fn children(&self) -> Vec<String> {
        self.progress
            .parts
            .iter()
            .filter_map(|part| part.container.clone())
            .collect()
    }

    fn keep(&mut self, which: Which, made: MadeContainer) {
        let now = self.now();
        let look_at = match made.upload_to {
            Some(_) => now,
            None => now + pace::poll_after(0),
        };
        if let Some(part) = self.part(which) {
            part.made(made, now, look_at);
        }
    }

    /// A container was not made. Gives what ends the turn for it, if it is not simply tried again.
    fn not_made(&mut self, which: Which, error: &GraphError) -> Option<End> {
        let now = self.now();
        let follow = after_making(error);
        let part = self.part(which)?;
        if follow == Follow::Again && part.tries + 1 < TRIES {
            part.not_before = Some(now + pace::try_after(part.tries));
            part.tries += 1;
            return None;
        }
        let follow = if follow == Follow::Again {
            Follow::GiveUp
        } else {
            follow
        };
        Some((follow, code_of(error), sentence_of(error)))
    }

    pub(super) async fn follow(&mut self, follow: Option<End>) -> Result<(), StoreError> {
        match follow {
            None => Ok(()),
            Some((Follow::Hold, code, message)) => self.hold(code, message, None).await,
            Some((_, code, message)) => self.fail(code, message).await,
        }
    }

    async fn there_is_room(&mut self, wanted: usize) -> Result<bool, StoreError> {
        let now = self.now();
        let account = self.effect().account_key;
        let made = self.effects.store.containers_since(account, now - DAY).await?;
        if made + i64::try_from(wanted).unwrap_or(i64::MAX) <= CONTAINERS_A_DAY {
            return Ok(true);
        }
        let message = format!("the account has made {made} containers in a day; {CONTAINERS_A_DAY} at most");
        self.hold("container-limit".to_owned(), message, Some(now + NO_ROOM))
            .await?;
        Ok(false)
    }

    pub(super) async fn look_at_parts(&mut self, children: &[usize]) -> Result<(), StoreError> {
        self.look_at(children.iter().map(|at| Which::Child(*at)).collect())
            .await
    }

    pub(super) async fn look_at_whole(&mut self) -> Result<(), StoreError> {
        self.look_at(vec![Which::Whole]).await
    }

    async fn look_at(&mut self, wanted: Vec<Which>) -> Result<(), StoreError> {
        let Some(access) = self.access().await? else {
            return Ok(());
        };
        let wanted: Vec<_> = wanted.into_iter().map(|which| (which, self.id(which))).collect();
        let seen = self.looked_at(&access, &wanted).await;
        let mut follow = None;
        for (which, outcome) in seen {
            let one = match outcome {
                Ok(answer) => self.seen(which, answer.body),
                Err(error) => self.unseen(which, &error),
            };
            follow = follow.or(one);
        }
        self.end(Vec::new()).await?;
        self.follow(follow).await
    }

    async fn looked_at(&self, access: &Access, wanted: &[(Which, String)]) -> Vec<Outcome<ContainerState>> {
        let looks: Vec<_> = wanted
            .iter()
            .map(|(which, id)| {
                let ask = async move |graph: Graph, by: Access| graph.container(&by, id).await;
                let look = self.read(access, ask);
                async move { (*which, look.await) }
            })
            .collect();
        stream::iter(looks).buffered(AT_ONCE).collect().await
    }

    fn seen(&mut self, which: Which, state: ContainerState) -> Option<End> {
        match state {
            ContainerState::Finished => {
                self.part(which)?.finished = true;
                None
            }
            ContainerState::InProgress => self.look_again(which),
            ContainerState::Expired => {
                self.build_again(which, "container-expired", "the container has expired")
            }
            // Nobody but a publication of ours makes it so, and none was begun.
            ContainerState::Published => Some((
                Follow::GiveUp,
                "published-elsewhere".to_owned(),
                "the container was published by somebody else".to_owned(),
            )),
            ContainerState::Failed(status) => {
                let subcode = subcode_in(&status);
                let code =
                    subcode.map_or_else(|| "media-refused".to_owned(), |subcode| format!("meta-{subcode}"));
                let fix = subcode
                    .and_then(fix_of)
                    .unwrap_or("Look whether the file is as Meta's media rules ask.");
                self.build_again(
                    which,
                    &code,
                    &format!("Meta could not process the media: {status}. {fix}"),
                )
            }
        }
    }

    /// A look that fails says nothing of the container.
    fn unseen(&mut self, which: Which, error: &GraphError) -> Option<End> {
        match after_making(error) {
            Follow::Hold => Some((Follow::Hold, code_of(error), sentence_of(error))),
            _ => self.look_again(which),
        }
    }

    fn look_again(&mut self, which: Which) -> Option<End> {
        let now = self.now();
        let video = self.is_video(which);
        let part = self.part(which)?;
        let since = part.made_at.unwrap_or(now);
        if now.since(since) > pace::processing_takes(video) {
            let message = format!("Meta has not processed the media since {since}");
            return Some((Follow::GiveUp, "processing-too-slow".to_owned(), message));
        }
        part.looks += 1;
        part.not_before = Some(now + pace::poll_after(part.looks));
        None
    }

    /// Only what failed is made again, and once.
    pub(super) fn build_again(&mut self, which: Which, code: &str, message: &str) -> Option<End> {
        let part = self.part(which)?;
        if part.builds >= BUILDS {
            return Some((Follow::GiveUp, code.to_owned(), message.to_owned()));
        }
        part.lost();
        None
    }

    pub(super) async fn prepared(&mut self) -> Result<(), StoreError> {
        if self.stands.state != EffectState::Draft {
            self.stands.state = EffectState::Ready;
        }
        self.end(Vec::new()).await
    }

    /// What was prepared lay too long: everything is made anew.
    pub(super) async fn rebuild(&mut self) -> Result<(), StoreError> {
        self.progress.parts.clear();
        self.progress.whole = Part::default();
        self.progress.sends = 0;
        // By whichever login is connected by now.
        self.progress.login = self.intent.login();
        if self.stands.state != EffectState::Draft {
            self.stands.state = EffectState::Preparing;
        }
        self.end(Vec::new()).await
    }

    fn is_video(&self, which: Which) -> bool {
        match which {
            Which::Child(at) => self
                .intent
                .media
                .get(at)
                .is_some_and(|one| one.media_type == MediaType::Video),
            Which::Whole => self.intent.has_video(),
        }
    }

    pub(super) fn part(&mut self, which: Which) -> Option<&mut Part> {
        match which {
            Which::Child(at) => self.progress.parts.get_mut(at),
            Which::Whole => Some(&mut self.progress.whole),
        }
    }

    pub(super) fn id(&self, which: Which) -> String {
        let part = match which {
            Which::Child(at) => self.progress.parts.get(at),
            Which::Whole => Some(&self.progress.whole),
        };
        part.and_then(|part| part.container.clone()).unwrap_or_default()
    }

    pub(super) fn named(&self, which: Which) -> String {
        match which {
            Which::Child(at) => format!("file {} of {}", at + 1, self.intent.media.len()),
            Which::Whole => self.intent.kind.to_string(),
        }
    }
}
