//! The ways in which calls are cut off: by killing the process, by stopping it beyond its lease, by Meta's answer.

use std::time::Duration;

use serde_json::Value;

use super::asked::Asked;
use super::case::Way;
use super::desk::{Desk, failed};
use crate::cli::Failure;

/// How long a call is held before the process is killed, at the most.
const HELD_MS: u64 = 60;

/// A post when nothing more was done about it, and later.
pub(super) struct Stand {
    pub(super) asked: Asked,
    pub(super) at_rest: Value,
    /// When whoever stood still had gone on, too.
    pub(super) in_the_end: Value,
}

/// What came of posts of a way.
pub(super) struct Suffered {
    pub(super) stands: Vec<Stand>,
    /// All met the mishap that they were to meet, for which a machine can be too slow.
    pub(super) all_met: bool,
}

/// Posts when nothing more was done about them, and in the end; and whether all met the mishap.
type Both = (Vec<Value>, Vec<Value>, bool);

/// Has posts meet all mishaps of a way; gives them as they are in the end.
pub(super) async fn suffered(desk: &mut Desk<'_>, way: Way) -> Result<Suffered, Failure> {
    let asked = desk.ask(way).await?;
    let (at_rest, in_the_end, all_met) = match way {
        Way::Kill => kill(desk, &asked).await?,
        Way::Stop => stop(desk, &asked).await?,
        Way::Answer => answer(desk, &asked).await?,
    };
    let both = at_rest.into_iter().zip(in_the_end);
    let stands = asked.into_iter().zip(both);
    let stand = |(asked, (at_rest, in_the_end))| Stand {
        asked,
        at_rest,
        in_the_end,
    };
    Ok(Suffered {
        stands: stands.map(stand).collect(),
        all_met,
    })
}

/// Some calls were made too late, or not at all: the posts are seen through all the same.
async fn missed(desk: &mut Desk<'_>, asked: &[Asked]) -> Result<Both, Failure> {
    desk.bed.meta.calm().await?;
    let posts = desk.rested(asked).await?;
    Ok((posts.clone(), posts, false))
}

/// All calls are held; the process is killed, another one is started.
async fn kill(desk: &mut Desk<'_>, asked: &[Asked]) -> Result<Both, Failure> {
    if !desk.held(asked).await? {
        return missed(desk, asked).await;
    }
    let held = Duration::from_millis(desk.chance.below(HELD_MS));
    tokio::time::sleep(held).await;
    desk.bed.kill()?;
    desk.bed.meta.calm().await?;
    desk.start().await?;
    desk.pass_a_lease().await?;
    let posts = desk.rested(asked).await?;
    Ok((posts.clone(), posts, true))
}

/// All calls are held; the process stands still beyond its lease. Where several may be at a database another one takes
/// over; alone, it takes over from itself. When all is done, what was held is answered.
async fn stop(desk: &mut Desk<'_>, asked: &[Asked]) -> Result<Both, Failure> {
    if !desk.held(asked).await? {
        return missed(desk, asked).await;
    }
    desk.bed.signal_first("STOP")?;
    if desk.bed.shared {
        desk.start().await?;
    }
    desk.pass_a_lease().await?;
    if !desk.bed.shared {
        desk.bed.signal_first("CONT")?;
    }
    let at_rest = desk.rested(asked).await?;
    let held_on = desk.every(asked, "/held").await?;
    desk.bed.meta.calm().await?;
    if desk.bed.shared {
        desk.bed.signal_first("CONT")?;
    }
    // It is answered late, and writes what it would before it ends.
    desk.bed.stop_first().await?;
    if !desk.bed.shared {
        desk.start().await?;
    }
    let in_the_end = desk.rested(asked).await?;
    Ok((at_rest, in_the_end, held_on))
}

/// Each call is done, and what Meta says of it is lost or wrong.
async fn answer(desk: &mut Desk<'_>, asked: &[Asked]) -> Result<Both, Failure> {
    let posts = desk.rested(asked).await?;
    if !desk.every(asked, "/struck").await? {
        return Err(failed("not every call that was to be cut off was made"));
    }
    desk.bed.meta.calm().await?;
    Ok((posts.clone(), posts, true))
}
