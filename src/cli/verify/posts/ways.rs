//! The ways in which calls are cut off: by killing the process, by stopping it beyond its lease, by Meta's answer.

use std::time::Duration;

use serde_json::Value;

use super::asked::Asked;
use super::case::Way;
use super::desk::{Desk, failed};
use crate::cli::Failure;

/// A process that is answered late has written by then what it would.
const WRITTEN: Duration = Duration::from_secs(1);
/// How long a call is held before the process is killed, at the most.
const HELD_MS: u64 = 60;

/// A post when nothing more was done about it, and later.
pub(super) struct Stand {
    pub(super) asked: Asked,
    pub(super) at_rest: Value,
    /// When whoever stood still had gone on, too.
    pub(super) in_the_end: Value,
}

/// Has posts meet all mishaps of a way; gives them as they are in the end.
pub(super) async fn suffered(desk: &mut Desk<'_>, way: Way) -> Result<Vec<Stand>, Failure> {
    let asked = desk.ask(way).await?;
    let (at_rest, in_the_end) = match way {
        Way::Kill => same(kill(desk, &asked).await?),
        Way::Stop => stop(desk, &asked).await?,
        Way::Answer => same(answer(desk, &asked).await?),
    };
    let both = at_rest.into_iter().zip(in_the_end);
    let stands = asked.into_iter().zip(both);
    Ok(stands
        .map(|(asked, (at_rest, in_the_end))| Stand {
            asked,
            at_rest,
            in_the_end,
        })
        .collect())
}

fn same(posts: Vec<Value>) -> (Vec<Value>, Vec<Value>) {
    (posts.clone(), posts)
}

/// All calls are held; the process is killed, another one is started.
async fn kill(desk: &mut Desk<'_>, asked: &[Asked]) -> Result<Vec<Value>, Failure> {
    desk.held(asked).await?;
    let held = Duration::from_millis(desk.chance.below(HELD_MS));
    tokio::time::sleep(held).await;
    desk.bed.kill()?;
    desk.bed.meta.calm().await?;
    desk.start().await?;
    desk.pass_a_lease().await?;
    desk.rested(asked).await
}

/// All calls are held; the process stands still beyond its lease. Where several may be at a database another one takes
/// over; alone, it takes over from itself. When all is done, what was held is answered.
async fn stop(desk: &mut Desk<'_>, asked: &[Asked]) -> Result<(Vec<Value>, Vec<Value>), Failure> {
    desk.held(asked).await?;
    desk.bed.signal_first("STOP")?;
    if desk.shared {
        desk.start().await?;
    }
    desk.pass_a_lease().await?;
    if !desk.shared {
        desk.bed.signal_first("CONT")?;
    }
    let at_rest = desk.rested(asked).await?;
    if !desk.every(asked, "/held").await? {
        return Err(failed("a call was not held until others had done its work"));
    }
    desk.bed.meta.calm().await?;
    if desk.shared {
        desk.bed.signal_first("CONT")?;
    }
    tokio::time::sleep(WRITTEN).await;
    let in_the_end = desk.rested(asked).await?;
    desk.bed.leave_one().await?;
    Ok((at_rest, in_the_end))
}

/// Each call is done, and what Meta says of it is lost or wrong.
async fn answer(desk: &mut Desk<'_>, asked: &[Asked]) -> Result<Vec<Value>, Failure> {
    let posts = desk.rested(asked).await?;
    if !desk.every(asked, "/struck").await? {
        return Err(failed("not every call that was to be cut off was made"));
    }
    desk.bed.meta.calm().await?;
    Ok(posts)
}
