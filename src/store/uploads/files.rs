//! What may lie on the shelf without an upload: noted before a file gets there, so that nothing that is cut off leaves one
//! that nobody knows of. A look that finds the file needed, or removes it, ends the note.

use std::time::Duration;

use crate::assets::Digest;
use crate::domain::Timestamp;
use crate::store::{Store, StoreError};

/// Whoever puts a file on the shelf says whose it is long before this.
const UPLOADING_TAKES: Duration = Duration::from_hours(1);

/// A file that is to be looked at on the shelf.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct ShelfLook {
    /// Its name.
    #[sqlx(try_from = "String")]
    pub digest: Digest,
    /// When.
    pub look_at: Timestamp,
}

const NOTE: &str = "INSERT INTO shelf_looks (digest, look_at) VALUES ($1, $2)
    ON CONFLICT (digest) DO UPDATE SET look_at = excluded.look_at";
const DUE: &str =
    "SELECT digest, look_at FROM shelf_looks WHERE look_at <= $1 ORDER BY look_at, digest LIMIT $2";
/// Unless it was noted again meanwhile.
const DONE: &str = "DELETE FROM shelf_looks WHERE digest = $1 AND look_at = $2";
const NEEDED: &str = "SELECT COUNT(*) FROM uploads WHERE digest = ";

impl Store {
    /// Notes that a file is about to get onto the shelf.
    pub async fn expect_file(&self, digest: Digest) -> Result<(), StoreError> {
        let look_at = self.clock.now() + UPLOADING_TAKES;
        let mut tx = self.db.begin().await?;
        let note = tx.query(NOTE).bind(digest.to_string()).bind(look_at);
        note.execute().await?;
        Ok(tx.commit().await?)
    }

    /// Files that are to be looked at now, the longest due first; so many at most.
    pub async fn shelf_looks(&self, most: i64) -> Result<Vec<ShelfLook>, StoreError> {
        let query = self.db.query(DUE).bind(self.clock.now()).bind(most);
        Ok(query.all().await?)
    }

    /// The file was looked at, and nothing more is to be done about it.
    pub async fn shelf_looked(&self, look: ShelfLook) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let done = tx.query(DONE).bind(look.digest.to_string()).bind(look.look_at);
        done.execute().await?;
        Ok(tx.commit().await?)
    }

    /// Whether these bytes are anybody's upload.
    pub async fn upload_is_needed(&self, digest: Digest) -> Result<bool, StoreError> {
        let query = self.db.query(NEEDED).push_bind("", digest.to_string());
        let (count,): (i64,) = query.one().await?;
        Ok(count > 0)
    }
}
