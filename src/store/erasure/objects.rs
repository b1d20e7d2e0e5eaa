//! Removing what an account's events became, and its media.

use super::super::db::Sql;
use super::super::{Store, StoreError, uploads};
use super::counts::{self, COMMENTS, MEDIA, MENTIONS, MESSAGES, POSTS, STORIES, UPLOADS};
use super::step::{Erasing, Work, move_on};

macro_rules! some {
    ($table:literal, $key:literal, $list:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE (",
            $key,
            ") IN (SELECT ",
            $key,
            " FROM ",
            $table,
            " WHERE account_key ",
            $list,
            " LIMIT $2)"
        )
    };
}

macro_rules! first {
    ($table:literal, $key:literal) => {
        Sql {
            sqlite: some!($table, $key, "IN (SELECT unhex(value) FROM json_each($1))"),
            postgres: some!($table, $key, "= ANY($1)"),
        }
    };
}

/// What is counted as which, and how a slice of it is removed.
const OBJECTS: [(&str, Sql); 6] = [
    (COMMENTS, first!("comments", "account_key, id")),
    (MENTIONS, first!("mentions", "account_key, media_id, comment_id")),
    (MESSAGES, first!("messages", "account_key, mid")),
    (STORIES, first!("story_observations", "event_id")),
    (MEDIA, first!("media", "account_key, id")),
    (POSTS, first!("effects", "id")),
];

impl Store {
    /// Removes a slice of the accounts' objects; before their posts the uploads that only those were made of.
    pub(super) async fn erase_objects(&self, work: &Work) -> Result<Erasing, StoreError> {
        let Some(mut tx) = self.begin_slice(work).await? else {
            return Ok(Erasing::Slice);
        };
        let now = self.clock.now();
        let removed = uploads::end_of_accounts(&mut tx, &work.accounts, self.erased_at_once(), now).await?;
        if removed > 0 {
            counts::add(&mut tx, work.id, UPLOADS, removed).await?;
            tx.commit().await?;
            return Ok(Erasing::Slice);
        }
        for (kind, statement) in OBJECTS {
            let query = tx.query(statement).bind(work.account_list());
            let removed = query.bind(self.erased_at_once()).execute().await?;
            if removed > 0 {
                counts::add(&mut tx, work.id, kind, removed).await?;
                tx.commit().await?;
                return Ok(Erasing::Slice);
            }
        }
        move_on(&mut tx, work, None).await?;
        tx.commit().await?;
        Ok(Erasing::Slice)
    }
}
