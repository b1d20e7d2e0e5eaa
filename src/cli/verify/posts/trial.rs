//! Round after round of all cases, and what came of them.

use super::case::{Case, Way};
use super::desk::Desk;
use super::judge::Tally;
use super::row::PostLine;
use super::ways::suffered;
use crate::cli::Failure;
use crate::cli::verify::bed::Bed;
use crate::cli::verify::row::Verdict;
use crate::cli::verify::trials::Plan;

/// Posts of a case at the same time.
const AT_ONCE: usize = 2;

/// What is known of a case.
struct Known {
    case: Case,
    tally: Tally,
    faults: Vec<String>,
}

/// Tries all cases on a store; a line for each.
pub(in crate::cli::verify) async fn carried_through(
    store: &'static str,
    shared: bool,
    bed: &mut Bed,
    plan: &Plan,
) -> Vec<PostLine> {
    let known = |case| Known {
        case,
        tally: Tally::default(),
        faults: Vec::new(),
    };
    let mut all: Vec<Known> = Case::all().map(known).collect();
    let ended = rounds(&mut all, shared, bed, plan).await;
    let line = |known: Known| {
        let verdict = match &ended {
            Err(failure) => Verdict::Failed(failure.to_string()),
            Ok(()) if known.faults.is_empty() => Verdict::Passed,
            Ok(()) => Verdict::Failed(known.faults.join("; ")),
        };
        PostLine::of(store, known.case, known.tally, verdict)
    };
    all.into_iter().map(line).collect()
}

/// What is said where nothing was tried.
pub(in crate::cli::verify) fn untried(store: &'static str, why: &str) -> PostLine {
    PostLine::untried(store, Verdict::NotTested(why.to_owned()))
}

async fn rounds(all: &mut [Known], shared: bool, bed: &mut Bed, plan: &Plan) -> Result<(), Failure> {
    let at_once = plan.posts.clamp(1, AT_ONCE);
    let mut desk = Desk::set_up(bed, shared, plan.seed, at_once).await?;
    for _ in 0..plan.posts.div_ceil(at_once) {
        for way in Way::ALL {
            for stand in suffered(&mut desk, way).await? {
                let feed = desk.bed.meta.feed(&stand.asked.account).await?;
                if let Some(known) = all.iter_mut().find(|known| known.case == stand.asked.case) {
                    known.faults.extend(known.tally.count(&stand, &feed));
                }
            }
        }
    }
    Ok(())
}
