//! Meta's quota of posts of a moving day (graph-publishing.md §7): asked before a publication, and where it is used up the posts
//! are spread over the places that become free.

use std::time::Duration;

use super::turn::PostTurn;
use crate::domain::post::WhenFull;
use crate::domain::{EffectState, Timestamp};
use crate::effects::pace;
use crate::graph::{Access, Call};
use crate::store::StoreError;

/// The window in which posts are counted.
const WINDOW: Duration = Duration::from_hours(24);
/// Meta's answer is believed for so long, our own posts since then taken off.
const BELIEVED: Duration = Duration::from_mins(10);
/// The same of one that leaves nothing.
const NOTHING_BELIEVED: Duration = Duration::from_mins(1);
/// Where Meta tells no total.
const LEAST_TOTAL: i64 = 50;
/// When there is room again is not known: other programs have used it up.
const UNKNOWN_ROOM: Duration = Duration::from_hours(1);
/// Why a post waits.
const FULL: &str = "quota-full";

impl PostTurn<'_> {
    /// Posts that the quota of the day leaves, if that is known: Meta has the last word when it publishes.
    pub(super) async fn left(&self, access: &Access) -> Result<Option<i64>, StoreError> {
        let account = self.effect().account_key;
        if let Some(known) = self.effects.store.quota(account).await? {
            let believed = if known.left() > 0 {
                BELIEVED
            } else {
                NOTHING_BELIEVED
            };
            if self.now().since(known.told_at) < believed {
                return Ok(Some(known.left()));
            }
        }
        let told = self.effects.graph.publishing_limit(access).await;
        self.note(access, Call::of(&told)).await;
        let Ok(answer) = told else {
            return Ok(None);
        };
        let (used, allowed) = (answer.body.used, answer.body.total.unwrap_or(LEAST_TOTAL));
        self.effects.store.keep_quota(account, used, allowed).await?;
        Ok(Some((allowed - used).max(0)))
    }

    /// The quota of the day is used up: it fails, or waits for a place of its own.
    pub(super) async fn full(&mut self) -> Result<(), StoreError> {
        let frees = self.frees_at().await?;
        let message =
            format!("the account's posts of the day are used up; there is room again at about {frees}");
        if self.effect().when_full == WhenFull::Fail {
            return self.fail(FULL.to_owned(), message).await;
        }
        self.stands.state = EffectState::Ready;
        self.stands.reason = Some((FULL.to_owned(), message));
        self.progress.late_is_fine = true;
        self.give_back(Some(frees)).await
    }

    async fn frees_at(&self) -> Result<Timestamp, StoreError> {
        let now = self.now();
        let place = self
            .effects
            .store
            .place_frees_at(self.effect(), FULL, WINDOW)
            .await?;
        Ok(place.unwrap_or(now + UNKNOWN_ROOM).max(now + pace::HINDERED))
    }
}
