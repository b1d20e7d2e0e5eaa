//! A line per file as soon as its last copy is answered, progress on long runs, and a summary.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::files::Body;
use super::send::Sent;
use crate::cli::{Failure, line};

/// Fewer copies than these need no progress bar.
const LONG_RUN: usize = 50;

pub(super) struct Report {
    files: Vec<File>,
    times: usize,
    accepted: usize,
    start: Instant,
    bar: ProgressBar,
}

struct File {
    name: String,
    answers: BTreeMap<String, usize>,
    took: Vec<Duration>,
}

impl Report {
    pub(super) fn new(bodies: &[Body], times: usize) -> Self {
        let file = |body: &Body| File {
            name: body.name.clone(),
            answers: BTreeMap::new(),
            took: Vec::new(),
        };
        let total = bodies.len().saturating_mul(times);
        Self {
            files: bodies.iter().map(file).collect(),
            times,
            accepted: 0,
            start: Instant::now(),
            bar: if total >= LONG_RUN {
                progress(total)
            } else {
                ProgressBar::hidden()
            },
        }
    }

    pub(super) fn add(&mut self, file: usize, sent: Sent) -> Result<(), Failure> {
        self.bar.inc(1);
        self.accepted += usize::from(sent.answer.as_ref().is_ok_and(reqwest::StatusCode::is_success));
        let Some(file) = self.files.get_mut(file) else {
            return Ok(());
        };
        let answer = sent
            .answer
            .map_or_else(|reason| reason, |status| status.as_u16().to_string());
        *file.answers.entry(answer).or_default() += 1;
        file.took.push(sent.took);
        if file.took.len() < self.times {
            return Ok(());
        }
        let text = file.line();
        self.bar.suspend(|| line(&text))
    }

    /// The summary; a failure if a copy was not accepted.
    pub(super) fn finish(self) -> Result<(), Failure> {
        self.bar.finish_and_clear();
        let sent = self.files.iter().map(|file| file.took.len()).sum::<usize>();
        let seconds = self.start.elapsed().as_secs_f64();
        line(&format!("{} of {sent} accepted in {seconds:.1} s", self.accepted))?;
        if self.accepted == sent {
            Ok(())
        } else {
            Err(Failure::Unsuccessful(format!(
                "{} of {sent} not accepted",
                sent - self.accepted
            )))
        }
    }
}

impl File {
    /// `comments.json  200  12 ms`, or of many copies `comments.json  200 ×98, 503 ×2  4 ms (at most 31 ms)`.
    fn line(&mut self) -> String {
        self.took.sort();
        let median = self.took.get(self.took.len() / 2).map_or(0, Duration::as_millis);
        let longest = self.took.last().map_or(0, Duration::as_millis);
        let one = self.took.len() == 1;
        let answers: Vec<String> = (self.answers.iter())
            .map(|(answer, count)| {
                if one {
                    answer.clone()
                } else {
                    format!("{answer} ×{count}")
                }
            })
            .collect();
        let most = if one {
            String::new()
        } else {
            format!(" (at most {longest} ms)")
        };
        format!("{}  {}  {median} ms{most}", self.name, answers.join(", "))
    }
}

fn progress(total: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {per_sec} {eta}");
    let bar = ProgressBar::new(u64::try_from(total).unwrap_or(u64::MAX));
    bar.with_style(style.expect("the template is well-formed"))
}
