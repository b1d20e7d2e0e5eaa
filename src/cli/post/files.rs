//! Files of this machine that a post names: uploaded first, as over HTTP. The same file is one upload, so that a post that
//! is asked for again under its name is the same post.

use std::io;

use bytes::Bytes;
use futures_util::{Stream, stream};
use tokio::fs::File;
use tokio::io::AsyncReadExt;

use crate::cli::Failure;
use crate::domain::{UploadId, WorkspaceId};
use crate::effects::{UploadError, Uploads};
use crate::http::NewPost;

/// Read at once.
const PIECE: u64 = 256 << 10;

/// The same post, with an upload in the place of each file.
pub async fn uploaded(
    uploads: &Uploads,
    workspace: WorkspaceId,
    mut post: NewPost,
) -> Result<NewPost, Failure> {
    for one in &mut post.media {
        if let Some(path) = one.url.take_if(|url| is_path(url)) {
            one.upload_id = Some(upload(uploads, workspace, &path).await?);
        }
    }
    if let Some(path) = post.cover_url.take_if(|url| is_path(url)) {
        post.cover_upload_id = Some(upload(uploads, workspace, &path).await?);
    }
    Ok(post)
}

fn is_path(text: &str) -> bool {
    !text.contains("://")
}

async fn upload(uploads: &Uploads, workspace: WorkspaceId, path: &str) -> Result<UploadId, Failure> {
    let refused = |error: UploadError| match error {
        UploadError::Refused(error) => Failure::Usage(format!("{path}: {error} ({})", error.code())),
        UploadError::Shelf(error) => Failure::Usage(format!("{path}: {error}")),
        error => error.into(),
    };
    let file = File::open(path).await;
    let file = file.map_err(|error| Failure::Usage(format!("could not read {path}: {error}")))?;
    let stored = uploads.receive(pieces(file)).await.map_err(refused)?;
    let taken = uploads.keep_once(workspace, stored).await.map_err(refused)?;
    Ok(taken.kept.upload.id)
}

fn pieces(file: File) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(file, async |mut file| {
        let mut piece = Vec::new();
        (&mut file).take(PIECE).read_to_end(&mut piece).await?;
        Ok((!piece.is_empty()).then(|| (Bytes::from(piece), file)))
    })
}
