//! Comments that the sandbox knows, in the order in which they are told.

use crate::sandbox::Sandbox;

/// A comment's ids.
#[derive(Clone, Copy)]
pub struct Comment {
    /// Its own.
    pub id: u64,
    /// What it is on.
    pub media: u64,
    /// What it answers.
    pub parent: Option<u64>,
}

/// So many posts are talked about at the same time.
const BUSY_AT_ONCE: usize = 20;

/// Makes `posts` posts with `each` comments, which the sandbox tells nobody. They come in waves: twenty posts
/// at a time take turns, then the next twenty.
pub async fn make(sandbox: &Sandbox, posts: usize, each: usize) -> anyhow::Result<Vec<Comment>> {
    let mut comments = Vec::with_capacity(posts * each);
    let mut left = posts;
    while left > 0 {
        let wave = left.min(BUSY_AT_ONCE);
        left -= wave;
        let mut threads = Vec::with_capacity(wave);
        for _ in 0..wave {
            let media = sandbox.post().await?;
            let ids = sandbox.comments(media, each).await?;
            threads.push((media, ids.into_iter()));
        }
        for _ in 0..each {
            for (media, ids) in &mut threads {
                comments.extend(ids.next().map(|id| Comment {
                    id,
                    media: *media,
                    parent: None,
                }));
            }
        }
    }
    anyhow::ensure!(comments.len() == posts * each, "the sandbox told every id");
    Ok(comments)
}
