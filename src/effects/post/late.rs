//! A post that is late, and not yet sent as far as is known here: whether it is to be seen already. A database that was put back
//! from a copy, or a second service on another one, knows nothing of what was published since.

use std::time::Duration;

use super::resolve::CLOCKS_APART;
use super::turn::PostTurn;
use crate::domain::{EffectState, Timestamp};
use crate::effects::follow::sentence_of;
use crate::effects::pace::HINDERED;
use crate::graph::{Access, ContainerState, Graph};
use crate::store::StoreError;

/// A service that runs publishes what is scheduled sooner than this.
const SCHEDULED: Duration = Duration::from_mins(1);
/// The same for what is published at once, as soon as Meta has processed it.
const AT_ONCE: Duration = Duration::from_mins(15);

impl PostTurn<'_> {
    /// Looks whether a late post is there already. True: it may be, and is not published now.
    pub(super) async fn is_there_already(&mut self, access: &Access) -> Result<bool, StoreError> {
        let Some(since) = self.late_since() else {
            return Ok(false);
        };
        let container = self.progress.whole.container.clone().unwrap_or_default();
        let id = &container;
        let ask = async move |graph: Graph, by: Access| graph.container(&by, id).await;
        let state = self.read(access, ask).await;
        if state.is_ok_and(|answer| answer.body == ContainerState::Published) {
            self.stands.sent_at = Some(since);
            self.doubted(
                "published-elsewhere".to_owned(),
                "its container was published by somebody else".to_owned(),
            );
            self.give_back(Some(self.now())).await?;
            return Ok(true);
        }
        match self.matches(access, since - CLOCKS_APART).await? {
            Ok(ids) if ids.is_empty() => Ok(false),
            Ok(ids) => self.seen_already(since, &ids).await.map(|()| true),
            Err(error) => {
                let until = self.now() + HINDERED;
                self.hold("not-to-be-seen".to_owned(), sentence_of(&error), Some(until))
                    .await?;
                Ok(true)
            }
        }
    }

    /// Since when it was wanted, if that is so long ago that it may have been published from elsewhere.
    fn late_since(&self) -> Option<Timestamp> {
        let effect = self.effect();
        let (wanted, usual) = match effect.publish_at {
            Some(at) => (at, SCHEDULED),
            None => (effect.created_at, AT_ONCE),
        };
        let late = self.now().since(wanted) > usual;
        (late && self.progress.sends == 0 && !self.progress.late_is_fine).then_some(wanted)
    }

    /// Asks a person whether what is seen is this one.
    async fn seen_already(&mut self, since: Timestamp, ids: &[String]) -> Result<(), StoreError> {
        let message = format!(
            "it was to be published at {since}, and a post like it is on the profile since then ({}); cancel this one if that \
             is it, else publish it now",
            ids.join(", ")
        );
        self.stands.state = EffectState::Scheduled;
        self.stands.reason = Some(("seen-already".to_owned(), message));
        self.give_back(None).await
    }
}
