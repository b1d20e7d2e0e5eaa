//! The machine's clock steps, while events wait for their next try.

use std::time::{Duration, Instant};

use serde_json::json;

use super::trial::NOW;
use crate::cli::Failure;
use crate::cli::failure::io;
use crate::cli::verify::bed::Bed;
use crate::cli::verify::row::Stop;

const DELIVERIES: usize = 80;
/// Calls that fail after each step: what waits for its next try is dated by the clock as it goes then.
const FAILURES: u32 = 3;
/// Where the clock goes, in seconds beside the machine's.
const STEPS: [i64; 5] = [3_600, 0, -3_600, 3_600, 0];
/// The service has noticed a step by then; it looks once a second.
const NOTICED: Duration = Duration::from_mins(1);
const LOOKED_AT: Duration = Duration::from_millis(50);
/// What it says then.
const STEPPED: &str = "the clock stepped";

/// Sets the clock forward, back, further back, forward, and right again.
pub(super) async fn steps(bed: &mut Bed) -> Result<(), Stop> {
    let file = bed.folder.join("clock");
    bed.kill_and_restart_by("exec \"$0\" serve --clock-beside clock --time-moved time")
        .await?;
    for seconds in STEPS {
        let before = bed.said(STEPPED)?;
        std::fs::write(&file, seconds.to_string()).map_err(io("could not move the clock"))?;
        let began = Instant::now();
        while bed.said(STEPPED)? == before {
            if began.elapsed() > NOTICED {
                return Err(Failure::Unsuccessful("a step of the clock was not noticed".to_owned()).into());
            }
            tokio::time::sleep(LOOKED_AT).await;
        }
        let failing = json!({ "error": { "code": 2, "http": 500 } });
        bed.meta.fault(failing, json!({}), FAILURES).await?;
        let deliveries = bed.written(&bed.accounts, DELIVERIES, NOW).await?;
        bed.load.send(&deliveries).await;
    }
    Ok(())
}
