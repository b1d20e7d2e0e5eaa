//! Bringing the film of a container to Meta: what was uploaded here need not be fetched from here. Nobody sees any of
//! it, so whatever fails may be done again; what cannot be brought is offered at its address. It may take minutes, in
//! which the account's other posts go on.

use std::io::SeekFrom;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncSeekExt;
use url::Url;

use super::parameters::Way;
use super::prepare::Which;
use super::turn::PostTurn;
use crate::assets::{Opened, ShelfError};
use crate::domain::post::{MediaType, PostMedia};
use crate::domain::{Login, UploadId};
use crate::effects::UploadError;
use crate::effects::follow::{Follow, after_making, code_of, sentence_of};
use crate::effects::pace::{self, LEASE, SPARE, TRIES};
use crate::effects::turn::ended_step;
use crate::graph::{Access, Call, Film, GraphError};
use crate::store::StoreError;

/// How long until there may be a place for another film.
const NO_PLACE: Duration = Duration::from_secs(5);

impl PostTurn<'_> {
    /// How Meta gets a file: a film that was uploaded is brought at first, by the only login that can
    /// (graph-publishing.md §4).
    pub(super) fn way(&self, access: &Access, which: Which) -> Way {
        let builds = match which {
            Which::Child(at) => self.progress.parts.get(at).map_or(0, |part| part.builds),
            Which::Whole => self.progress.whole.builds,
        };
        let can = access.login == Login::Facebook && builds == 0;
        if can && self.media(which).is_some_and(is_own_film) {
            Way::Brought
        } else {
            Way::Fetched
        }
    }

    fn media(&self, which: Which) -> Option<&PostMedia> {
        match (which, &*self.intent.media) {
            (Which::Child(at), media) => media.get(at),
            (Which::Whole, [one]) => Some(one),
            (Which::Whole, _) => None,
        }
    }

    /// Brings the film, from where an earlier try ended.
    pub(super) async fn bring(&mut self, which: Which) -> Result<(), StoreError> {
        let Ok(_place) = Arc::clone(&self.effects.films).try_acquire_owned() else {
            return self.give_back(Some(self.now() + NO_PLACE)).await;
        };
        let Some(access) = self.access().await? else {
            return Ok(());
        };
        let upload = self.media(which).and_then(|media| media.upload_id);
        let Some((upload, to, tries)) = upload.and_then(|upload| self.next_try(which, upload)) else {
            return self.is_brought(which).await;
        };
        let mut offset = 0;
        if tries > 0 {
            let told = self.effects.graph.brought(&access, &self.id(which)).await;
            self.note(&access, Call::of(&told)).await;
            match told {
                Ok(answer) if answer.body.complete => return self.is_brought(which).await,
                Ok(answer) => offset = answer.body.bytes,
                Err(error) => return self.not_brought(which, &error).await,
            }
        }
        let film = match film(self.effects.uploads.file(upload).await, offset).await {
            Ok(film) => film,
            Err(error) => return self.fail("upload-lost".to_owned(), error.to_string()).await,
        };
        let lease = LEASE.max(Film::patience(film.bytes) + SPARE);
        let step = [("upload", self.named(which))];
        let numbers = self.begin_apart(lease, &step).await?;
        let outcome = self.effects.graph.bring(&access, &to, film).await;
        self.note(&access, Call::of(&outcome)).await;
        let number = numbers.first().copied().unwrap_or_default();
        self.end(vec![ended_step(number, &outcome, None)]).await?;
        match outcome {
            Ok(_) => self.is_brought(which).await,
            Err(error) => self.not_brought(which, &error).await,
        }
    }

    /// What is brought where, after how many tries: this one is counted.
    fn next_try(&mut self, which: Which, upload: UploadId) -> Option<(UploadId, Url, u32)> {
        let part = self.part(which)?;
        let tries = part.tries;
        part.tries += 1;
        Some((upload, part.upload_to.clone()?, tries))
    }

    async fn is_brought(&mut self, which: Which) -> Result<(), StoreError> {
        let now = self.now();
        if let Some(part) = self.part(which) {
            part.upload_to = None;
            part.tries = 0;
            part.not_before = Some(now + pace::poll_after(0));
        }
        self.give_back(Some(now)).await
    }

    async fn not_brought(&mut self, which: Which, error: &GraphError) -> Result<(), StoreError> {
        let now = self.now();
        let (code, message) = (code_of(error), sentence_of(error));
        let follow = after_making(error);
        let end = match self.part(which) {
            Some(_) if follow == Follow::Hold => Some((Follow::Hold, code, message)),
            Some(part) if follow == Follow::Again && part.tries < TRIES => {
                part.not_before = Some(now + pace::try_after(part.tries));
                None
            }
            _ => self.build_again(which, &code, &message),
        };
        match end {
            Some(end) => self.follow(Some(end)).await,
            None => self.give_back(Some(now)).await,
        }
    }
}

fn is_own_film(media: &PostMedia) -> bool {
    media.upload_id.is_some() && media.media_type == MediaType::Video
}

async fn film(opened: Result<Opened, UploadError>, offset: u64) -> Result<Film, UploadError> {
    let mut opened = opened?;
    opened
        .file
        .seek(SeekFrom::Start(offset))
        .await
        .map_err(ShelfError::from)?;
    Ok(Film {
        file: opened.file,
        offset,
        bytes: opened.bytes,
    })
}
