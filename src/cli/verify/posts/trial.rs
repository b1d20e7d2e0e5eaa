//! Round after round of all cases, and what came of them.

use super::case::{Case, Way};
use super::desk::Desk;
use super::judge::Tally;
use super::row::PostLine;
use super::ways::{Suffered, suffered};
use crate::cli::verify::bed::Bed;
use crate::cli::verify::row::{Stop, Verdict};
use crate::cli::verify::trials::Plan;

/// Posts of a case at the same time.
const AT_ONCE: usize = 2;
/// So often others are asked for until all meet what they are to meet.
const TRIES: usize = 3;

/// What is known of a case.
struct Known {
    case: Case,
    tally: Tally,
    faults: Vec<String>,
}

/// Tries all cases on a store; a line for each.
pub(in crate::cli::verify) async fn carried_through(
    store: &'static str,
    bed: &mut Bed,
    plan: &Plan,
) -> Vec<PostLine> {
    let known = |case| Known {
        case,
        tally: Tally::default(),
        faults: Vec::new(),
    };
    let mut all: Vec<Known> = Case::all().map(known).collect();
    let stopped = rounds(&mut all, bed, plan).await.err().map(Verdict::from);
    let line = |known: Known| {
        let verdict = match &stopped {
            Some(Verdict::Failed(why)) => Verdict::Failed(why.clone()),
            _ if !known.faults.is_empty() => Verdict::Failed(known.faults.join("; ")),
            Some(untried) if known.tally.posts == 0 => untried.clone(),
            _ => Verdict::Passed,
        };
        PostLine::of(store, known.case, known.tally, verdict)
    };
    all.into_iter().map(line).collect()
}

/// What is said where nothing was tried.
pub(in crate::cli::verify) fn untried(store: &'static str, why: &str) -> PostLine {
    PostLine::untried(store, Verdict::NotTested(why.to_owned()))
}

async fn rounds(all: &mut [Known], bed: &mut Bed, plan: &Plan) -> Result<(), Stop> {
    let at_once = plan.posts.clamp(1, AT_ONCE);
    let mut desk = Desk::set_up(bed, plan.seed, at_once).await?;
    for _ in 0..plan.posts.div_ceil(at_once) {
        for way in Way::ALL {
            met(all, &mut desk, way).await?;
        }
    }
    Ok(())
}

/// Has posts meet all mishaps of a way: others, until all do. Those that did not count only if something is wrong with them.
async fn met(all: &mut [Known], desk: &mut Desk<'_>, way: Way) -> Result<(), Stop> {
    for _ in 0..TRIES {
        let Suffered { stands, all_met } = suffered(desk, way).await?;
        for stand in stands {
            let feed = desk.bed.meta.feed(&stand.asked.account).await?;
            if let Some(known) = all.iter_mut().find(|known| known.case == stand.asked.case) {
                let mut aside = Tally::default();
                let tally = if all_met { &mut known.tally } else { &mut aside };
                known.faults.extend(tally.count(&stand, &feed));
            }
        }
        if all_met {
            return Ok(());
        }
    }
    Err(Stop::NotTested(
        "this machine is too slow: Meta's callers gave up before all calls were held".to_owned(),
    ))
}
