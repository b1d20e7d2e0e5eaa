//! The ways in which calls are cut off: by killing the process, by stopping it beyond its lease, by Meta's answer.

use std::time::Duration;

use serde_json::Value;

use super::asked::Asked;
use super::case::Way;
use super::desk::{Desk, failed};
use crate::cli::Failure;
use crate::cli::verify::row::Stop;

/// So often posts are asked for until all meet what they are to meet, which a machine can be too slow for.
const TRIES: usize = 3;
/// How long a call is held before the process is killed, at the most.
const HELD_MS: u64 = 60;

/// A post when nothing more was done about it, and later.
pub(super) struct Stand {
    pub(super) asked: Asked,
    pub(super) at_rest: Value,
    /// When whoever stood still had gone on, too.
    pub(super) in_the_end: Value,
}

/// Posts when nothing more was done about them, and in the end; none if not all of them met the mishap.
type Met = Option<(Vec<Value>, Vec<Value>)>;

/// Has posts meet all mishaps of a way; gives them as they are in the end.
pub(super) async fn suffered(desk: &mut Desk<'_>, way: Way) -> Result<Vec<Stand>, Stop> {
    for _ in 0..TRIES {
        let asked = desk.ask(way).await?;
        let met = match way {
            Way::Kill => kill(desk, &asked).await?,
            Way::Stop => stop(desk, &asked).await?,
            Way::Answer => answer(desk, &asked).await?,
        };
        if let Some((at_rest, in_the_end)) = met {
            return Ok(stands(asked, at_rest, in_the_end));
        }
        desk.bed.meta.calm().await?;
        desk.rested(&asked).await?;
    }
    Err(Stop::NotTested(
        "this machine is too slow: Meta's callers gave up before all calls were held".to_owned(),
    ))
}

fn stands(asked: Vec<Asked>, at_rest: Vec<Value>, in_the_end: Vec<Value>) -> Vec<Stand> {
    let both = at_rest.into_iter().zip(in_the_end);
    let stands = asked.into_iter().zip(both);
    stands
        .map(|(asked, (at_rest, in_the_end))| Stand {
            asked,
            at_rest,
            in_the_end,
        })
        .collect()
}

/// All calls are held; the process is killed, another one is started.
async fn kill(desk: &mut Desk<'_>, asked: &[Asked]) -> Result<Met, Failure> {
    if !desk.held(asked).await? {
        return Ok(None);
    }
    let held = Duration::from_millis(desk.chance.below(HELD_MS));
    tokio::time::sleep(held).await;
    desk.bed.kill()?;
    desk.bed.meta.calm().await?;
    desk.start().await?;
    desk.pass_a_lease().await?;
    let posts = desk.rested(asked).await?;
    Ok(Some((posts.clone(), posts)))
}

/// All calls are held; the process stands still beyond its lease. Where several may be at a database another one takes
/// over; alone, it takes over from itself. When all is done, what was held is answered.
async fn stop(desk: &mut Desk<'_>, asked: &[Asked]) -> Result<Met, Failure> {
    if !desk.held(asked).await? {
        return Ok(None);
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
    Ok(held_on.then_some((at_rest, in_the_end)))
}

/// Each call is done, and what Meta says of it is lost or wrong.
async fn answer(desk: &mut Desk<'_>, asked: &[Asked]) -> Result<Met, Failure> {
    let posts = desk.rested(asked).await?;
    if !desk.every(asked, "/struck").await? {
        return Err(failed("not every call that was to be cut off was made"));
    }
    desk.bed.meta.calm().await?;
    Ok(Some((posts.clone(), posts)))
}
