//! The trials by name, and the frame that all share: act, let it settle, read everything back.

use std::time::Duration;

use super::{clock, file, graph, kills, lanes, processes, redelivery, server};
use crate::cli::verify::bed::Bed;
use crate::cli::verify::row::{Figures, Line, Stop, Verdict};

/// How much is tried.
pub(in crate::cli::verify) struct Plan {
    /// Kills under load.
    pub(in crate::cli::verify) kills: usize,
    /// Nothing that takes minutes.
    pub(in crate::cli::verify) quick: bool,
    /// Posts for each way of cutting a step off.
    pub(in crate::cli::verify) posts: usize,
    /// What chance goes by.
    pub(in crate::cli::verify) seed: u64,
}

/// A bad day.
#[derive(Clone, Copy)]
pub(in crate::cli::verify) enum Trial {
    Kills,
    Redelivery,
    Outage,
    Throttling,
    Revoked,
    DatabaseKilled,
    Processes(usize),
    Frozen,
    Locked,
    FullDisk,
    ReadOnly,
    FailingAccount,
    ClockSteps,
}

impl Trial {
    /// On one machine's file.
    pub(in crate::cli::verify) const ON_SQLITE: [Self; 10] = [
        Self::Kills,
        Self::Redelivery,
        Self::Outage,
        Self::Revoked,
        Self::Locked,
        Self::FullDisk,
        Self::ReadOnly,
        Self::FailingAccount,
        Self::Throttling,
        Self::ClockSteps,
    ];
    /// On a server.
    pub(in crate::cli::verify) const ON_POSTGRES: [Self; 11] = [
        Self::Kills,
        Self::Redelivery,
        Self::Outage,
        Self::Revoked,
        Self::DatabaseKilled,
        Self::Processes(2),
        Self::Processes(4),
        Self::FailingAccount,
        Self::Frozen,
        Self::Throttling,
        Self::ClockSteps,
    ];

    /// What is done, in words.
    pub(in crate::cli::verify) fn told(self, plan: &Plan) -> String {
        match self {
            Self::Kills => format!("SIGKILL under load, {} times", plan.kills),
            Self::Redelivery => {
                "the same bytes again, other batches, another order, dated 36 h back".to_owned()
            }
            Self::Outage => "Graph fails, hangs up, answers garbage".to_owned(),
            Self::Throttling => "Meta throttles (its rest takes 5 minutes)".to_owned(),
            Self::Revoked => "a token revoked, later connected again".to_owned(),
            Self::DatabaseKilled => {
                format!(
                    "the database crashed and restarted under load, {} times",
                    server::crashes(plan)
                )
            }
            Self::Processes(count) => format!("{count} processes on one database, one killed"),
            Self::Frozen => "one of two processes stopped for longer than its lease (75 s)".to_owned(),
            Self::Locked => "the file locked by another program for 6 s".to_owned(),
            Self::FullDisk => "no room on the disk for a while".to_owned(),
            Self::ReadOnly => "the file read-only for a while".to_owned(),
            Self::FailingAccount => "every read of one account fails, beside healthy ones".to_owned(),
            Self::ClockSteps => "the clock steps by an hour, to and fro, while calls fail".to_owned(),
        }
    }

    /// What a process held that broke off is taken over after a minute; Meta's rests are longer still.
    const fn takes_minutes(self) -> bool {
        !matches!(
            self,
            Self::Kills
                | Self::Redelivery
                | Self::Outage
                | Self::Revoked
                | Self::FailingAccount
                | Self::ClockSteps
        )
    }

    /// Carries it through and tells what came of it.
    pub(in crate::cli::verify) async fn line(self, store: &'static str, bed: &mut Bed, plan: &Plan) -> Line {
        let mark = bed.load.book.len();
        let done = self.told(plan);
        let (figures, verdict) = match self.carry_through(bed, plan, mark).await {
            Ok((figures, verdict)) => (Some(figures), verdict),
            Err(stop) => (None, Verdict::from(stop)),
        };
        Line {
            store,
            done,
            figures,
            verdict,
        }
    }

    /// All that was sent, once more in the end: what one trial kept another may have lost.
    pub(in crate::cli::verify) async fn all(store: &'static str, bed: &mut Bed) -> Line {
        let (figures, verdict) = match bed.audit_all().await {
            Ok((figures, verdict)) => (Some(figures), verdict),
            Err(failure) => (None, Verdict::Failed(failure.to_string())),
        };
        Line {
            store,
            done: ALL.to_owned(),
            figures,
            verdict,
        }
    }

    async fn carry_through(
        self,
        bed: &mut Bed,
        plan: &Plan,
        mark: usize,
    ) -> Result<(Figures, Verdict), Stop> {
        let acted = self.act(bed, plan).await;
        bed.meta.calm().await?;
        acted?;
        bed.settle().await?;
        Ok(bed.audit(mark).await?)
    }

    async fn act(self, bed: &mut Bed, plan: &Plan) -> Result<(), Stop> {
        if plan.quick && self.takes_minutes() {
            return Err(Stop::NotTested("left out by --quick".to_owned()));
        }
        match self {
            Self::Kills => kills::act(bed, plan).await,
            Self::Redelivery => redelivery::act(bed).await,
            Self::Outage => graph::outage(bed).await,
            Self::Throttling => graph::throttling(bed).await,
            Self::Revoked => graph::revoked(bed).await,
            Self::DatabaseKilled => server::crash(bed, plan).await,
            Self::Processes(count) => processes::several(bed, count).await,
            Self::Frozen => processes::frozen(bed).await,
            Self::Locked => file::locked(bed).await,
            Self::FullDisk => file::full_disk(bed).await,
            Self::ReadOnly => file::read_only(bed).await,
            Self::FailingAccount => lanes::failing_account(bed).await,
            Self::ClockSteps => clock::steps(bed).await,
        }
    }
}

/// What is done when all trials are over, in words.
const ALL: &str = "all of it read once more in the end";

/// Nothing is dated back.
pub(super) const NOW: Duration = Duration::ZERO;
