//! After the publication: where it is seen, whether people may comment, the account's own first comment. Nothing of it
//! turns a published post into a failure.

use std::time::Duration;

use super::resolve::{CLOCKS_APART, words};
use super::turn::PostTurn;
use crate::domain::Timestamp;
use crate::effects::doubt::{Doubt, Evidence, Ruling, rule};
use crate::effects::follow::{Follow, after_making, after_publishing, code_of, sentence_of};
use crate::effects::pace::{self, SPARE};
use crate::effects::turn::ended_step;
use crate::graph::{Access, Call, Comment, Graph, PUBLISH_PATIENCE};
use crate::store::StoreError;

/// Tries of each.
const TRIES: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_secs(15);
/// Pages of comments that are looked through; what followers wrote since would fill more.
const PAGES: usize = 20;

impl PostTurn<'_> {
    /// First the account's own comment, then whether others may.
    pub(super) async fn after(&mut self) -> Result<(), StoreError> {
        let Some(media) = self.stands.result_id.clone() else {
            return self.without_id().await;
        };
        let Some(access) = self.access().await? else {
            return Ok(());
        };
        let now = self.now();
        let after = &self.progress.after;
        let wants_switch = self.intent.comments_enabled.filter(|_| !after.comments_switched);
        let comment = self.intent.first_comment.clone().filter(|_| !after.comment.over);
        let comment_due = after.comment.not_before.is_none_or(|at| at <= now);
        if self.stands.permalink.is_none() && after.permalink_tries < TRIES {
            self.read_permalink(&access, &media).await
        } else if let Some(text) = comment {
            if !comment_due {
                let at = after.comment.not_before;
                return self.give_back(at).await;
            }
            self.comment(&access, &media, &text).await
        } else if let Some(allowed) = wants_switch {
            self.switch_comments(&access, &media, allowed).await
        } else {
            self.give_back(None).await
        }
    }

    /// Published, and nobody knows as which media: nothing more can be done to it.
    async fn without_id(&mut self) -> Result<(), StoreError> {
        if self.stands.reason.is_none() {
            let message = "it is published, and which of the account's posts it is cannot be told".to_owned();
            self.stands.reason = Some(("media-id-unknown".to_owned(), message));
        }
        self.give_back(None).await
    }

    async fn read_permalink(&mut self, access: &Access, media: &str) -> Result<(), StoreError> {
        let ask = async move |graph: Graph, by: Access| graph.media(&by, media).await;
        let read = self.read(access, ask).await;
        self.stands.permalink = read.ok().and_then(|answer| answer.body.permalink);
        if self.stands.permalink.is_some() {
            return self.end(Vec::new()).await;
        }
        let tries = self.progress.after.permalink_tries;
        self.progress.after.permalink_tries += 1;
        self.pause(tries).await
    }

    /// Saying it twice does no harm: it converges.
    async fn switch_comments(
        &mut self,
        access: &Access,
        media: &str,
        allowed: bool,
    ) -> Result<(), StoreError> {
        let numbers = self.begin(&[("switch-comments", media.to_owned())]).await?;
        let said = self.effects.graph.allow_comments(access, media, allowed).await;
        self.note(access, Call::of(&said)).await;
        let ended = ended_step(numbers.first().copied().unwrap_or_default(), &said, None);
        let tries = self.progress.after.switch_tries;
        self.progress.after.switch_tries += 1;
        match said {
            Ok(_) => self.progress.after.comments_switched = true,
            Err(error) if after_making(&error) == Follow::GiveUp || tries + 1 >= TRIES => {
                self.progress.after.comments_switched = true;
                self.stands.reason = Some(("comments-not-switched".to_owned(), sentence_of(&error)));
            }
            Err(_) => {}
        }
        self.end(vec![ended]).await?;
        if self.progress.after.comments_switched {
            return Ok(());
        }
        self.pause(tries).await
    }

    async fn comment(&mut self, access: &Access, media: &str, text: &str) -> Result<(), StoreError> {
        if self.progress.after.comment.sent_at.is_some() {
            return self.look_for_comment(access, media, text).await;
        }
        if self.may_be_commented() {
            return self.look_before_comment(access, media, text).await;
        }
        let now = self.now();
        let comment = &mut self.progress.after.comment;
        comment.sent_at = Some(now);
        comment.sends += 1;
        // Met again without an answer it is looked for, when what came of it is to be seen.
        comment.not_before = Some(pace::first_look(now));
        let sends = comment.sends;
        let numbers = self.begin(&[("comment", media.to_owned())]).await?;
        if self.now() + PUBLISH_PATIENCE + SPARE > self.lease_until {
            self.leave();
            return Ok(());
        }
        let said = self.effects.graph.comment_on(access, media, text).await;
        self.note(access, Call::of(&said)).await;
        let id = said.as_ref().ok().map(|answer| answer.body.clone());
        let mut ended = ended_step(numbers.first().copied().unwrap_or_default(), &said, id);
        let mut due = None;
        match said {
            Ok(answer) => self.commented(answer.body),
            Err(error) => match after_publishing(&error, sends) {
                Follow::Doubt => {
                    ended.outcome = "unclear";
                    due = self.progress.after.comment.not_before;
                }
                Follow::Hold if sends < TRIES => {
                    self.progress.after.comment.sent_at = None;
                    self.progress.after.comment.not_before = Some(now + pace::HINDERED);
                    due = self.progress.after.comment.not_before;
                }
                _ => self.no_comment(&code_of(&error), &sentence_of(&error)),
            },
        }
        self.end(vec![ended]).await?;
        match due {
            Some(at) => self.give_back(Some(at)).await,
            None => Ok(()),
        }
    }

    /// It was published before this process began: another copy of the database may know of a comment.
    fn may_be_commented(&self) -> bool {
        let before = self.stands.sent_at.is_some_and(|at| at < self.effects.since);
        before && self.progress.after.comment.sends == 0 && !self.progress.after.comment.is_not_there
    }

    async fn look_before_comment(
        &mut self,
        access: &Access,
        media: &str,
        text: &str,
    ) -> Result<(), StoreError> {
        let since = self.stands.sent_at.unwrap_or_default() - CLOCKS_APART;
        match self.comment_that_is_there(access, media, text, since).await {
            Evidence::One(id) => self.commented(id),
            Evidence::Nothing => self.progress.after.comment.is_not_there = true,
            _ => self.progress.after.comment.not_before = Some(self.now() + pace::HINDERED),
        }
        self.end(Vec::new()).await
    }

    /// Whether a comment whose answer was lost is there.
    async fn look_for_comment(&mut self, access: &Access, media: &str, text: &str) -> Result<(), StoreError> {
        let since = self.progress.after.comment.sent_at.unwrap_or_default() - CLOCKS_APART;
        let evidence = self.comment_that_is_there(access, media, text, since).await;
        let now = self.now();
        let comment = &mut self.progress.after.comment;
        match rule(&mut comment.doubt, evidence, comment.sends, now) {
            Ruling::Done(id) => self.commented(id),
            Ruling::SendAgain => {
                comment.sent_at = None;
                comment.not_before = None;
            }
            Ruling::Look(at) => comment.not_before = Some(at),
            Ruling::Person(code, message) => self.no_comment(code, &message),
        }
        self.end(Vec::new()).await
    }

    /// The account's own comment beneath the post, the newest comments first. Of equal ones by the same hand either will do.
    async fn comment_that_is_there(
        &self,
        access: &Access,
        media: &str,
        text: &str,
        since: Timestamp,
    ) -> Evidence {
        let mut after = None;
        for _ in 0..PAGES {
            let graph = &self.effects.graph;
            let page = graph.comments_page(access, media, after.as_deref(), false).await;
            self.note(access, Call::of(&page)).await;
            let page = match page {
                Err(error) => return Evidence::Blind(error.message),
                Ok(answer) => answer.body,
            };
            let account = &self.effect().account_id;
            let ours = page.data.iter().find(|one| is_ours(one, account, text, since));
            if let Some(ours) = ours {
                return Evidence::One(ours.id.clone());
            }
            let older = |one: &Comment| one.timestamp.is_some_and(|at| at < since);
            if page.after.is_none() || page.data.last().is_some_and(older) {
                return Evidence::Nothing;
            }
            after = page.after;
        }
        Evidence::Blind("too many comments were written since".to_owned())
    }

    fn commented(&mut self, id: String) {
        let comment = &mut self.progress.after.comment;
        comment.over = true;
        comment.id = Some(id);
        comment.sent_at = None;
        comment.doubt = Doubt::default();
    }

    fn no_comment(&mut self, code: &str, message: &str) {
        self.progress.after.comment.over = true;
        self.stands.reason = Some(("first-comment-failed".to_owned(), format!("{code}: {message}")));
    }

    async fn pause(&mut self, tries: u32) -> Result<(), StoreError> {
        let at = self.now() + FIRST_PAUSE * (1 << tries.min(6));
        self.give_back(Some(at)).await
    }
}

/// A comment by the account itself with this text, not older than this.
fn is_ours(comment: &Comment, account: &str, text: &str, since: Timestamp) -> bool {
    // An author's id is one of messaging's; only the account itself is told its own beside it.
    let by_us = comment
        .from
        .as_ref()
        .is_none_or(|author| author.id == account || author.self_ig_scoped_id.is_some());
    let same = words(comment.text.as_deref()).eq(words(Some(text)));
    by_us && same && comment.timestamp.is_none_or(|at| at >= since)
}
