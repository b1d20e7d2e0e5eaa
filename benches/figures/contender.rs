//! Who receives: the bare peer, Belino in its forms, or what one would otherwise write.

use std::net::SocketAddr;

use anyhow::{Context, ensure};

use crate::bare::Bare;
use crate::cluster::Cluster;
use crate::express::Express;
use crate::installation::Installation;
use crate::load::Outcome;
use crate::process::{cpu_seconds, resident_bytes, with_children};
use crate::sandbox::Sandbox;
use crate::service::{Role, Service};

/// What is measured in a row of the table.
#[derive(Clone, Copy)]
pub enum Contender {
    /// So many processes that read the body and answer 200.
    Bare(usize),
    /// One process on its own file.
    Sqlite(Role),
    /// So many processes on one database.
    Postgres(Role, usize),
    /// So many receiving processes on one database, with four times as many senders.
    Crowded(usize),
    /// Verifies and inserts a row for each request.
    Express,
}

/// Senders at the same time.
const CONNECTIONS: usize = 64;

/// What they have in common.
pub struct Ground {
    /// Meta.
    pub sandbox: Sandbox,
    /// The server, if any contender needs one.
    pub cluster: Option<Cluster>,
}

/// A contender that runs.
pub enum Running {
    /// The bare peer's processes.
    Bare(Vec<Bare>),
    /// Belino's processes and what they work on, which goes with them.
    Belino {
        services: Vec<Service>,
        _installation: Installation,
    },
    /// The Express receiver.
    Express(Express),
}

impl Contender {
    /// How many send to it at the same time.
    pub const fn connections(self) -> usize {
        match self {
            Self::Crowded(_) => 4 * CONNECTIONS,
            _ => CONNECTIONS,
        }
    }

    /// As it is called in the table.
    pub fn name(self) -> String {
        let role = |role: Role| match role {
            Role::Both => ", processing what comes",
            Role::Receive => ", `--role receive`",
        };
        match self {
            Self::Bare(1) => "bare: reads the body, answers 200".to_owned(),
            Self::Bare(processes) => format!("bare, {processes} processes"),
            Self::Sqlite(as_role) => format!("Belino on SQLite{}", role(as_role)),
            Self::Postgres(as_role, 1) => format!("Belino on PostgreSQL{}", role(as_role)),
            Self::Postgres(as_role, processes) => {
                format!("Belino on PostgreSQL{}, {processes} processes", role(as_role))
            }
            Self::Crowded(processes) => format!(
                "{}, {} connections",
                Self::Postgres(Role::Receive, processes).name(),
                self.connections()
            ),
            Self::Express => "Express and `pg`: verifies, inserts a row, answers 200".to_owned(),
        }
    }

    /// Starts it, on a new database.
    pub async fn start(self, ground: &Ground) -> anyhow::Result<Running> {
        let cluster = || ground.cluster.as_ref().context("no PostgreSQL was started");
        let (role, processes, cluster) = match self {
            Self::Bare(processes) => {
                let mut peers = Vec::new();
                for _ in 0..processes {
                    peers.push(Bare::start().await?);
                }
                return Ok(Running::Bare(peers));
            }
            Self::Express => return Ok(Running::Express(Express::start(cluster()?).await?)),
            Self::Sqlite(role) => (role, 1, None),
            Self::Postgres(role, processes) => (role, processes, Some(cluster()?)),
            Self::Crowded(processes) => (Role::Receive, processes, Some(cluster()?)),
        };
        let installation = Installation::connected(&ground.sandbox, cluster)?;
        let mut services = Vec::new();
        for _ in 0..processes {
            services.push(Service::start(&installation, role).await?);
        }
        Ok(Running::Belino {
            services,
            _installation: installation,
        })
    }
}

impl Running {
    /// Where it listens.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        match self {
            Self::Bare(peers) => peers.iter().map(|peer| peer.addr).collect(),
            Self::Belino { services, .. } => services.iter().map(|service| service.addr).collect(),
            Self::Express(express) => vec![express.addr],
        }
    }

    /// Processor seconds that its processes have used, without a database server's.
    pub fn cpu_seconds(&self) -> anyhow::Result<f64> {
        self.processes().into_iter().map(cpu_seconds).sum()
    }

    /// Memory of all its processes, likewise.
    pub fn resident_bytes(&self) -> anyhow::Result<u64> {
        self.processes().into_iter().map(resident_bytes).sum()
    }

    fn processes(&self) -> Vec<u32> {
        match self {
            Self::Bare(peers) => peers.iter().map(|peer| peer.process.id()).collect(),
            Self::Belino { services, .. } => services.iter().map(|service| service.process.id()).collect(),
            Self::Express(express) => with_children(express.process.id()),
        }
    }

    /// An error unless everything acknowledged is stored, where that can be asked.
    pub async fn check(&self, outcome: &Outcome) -> anyhow::Result<()> {
        let Self::Belino { services, .. } = self else {
            return Ok(());
        };
        let service = services.first().context("a service runs")?;
        let (stored, accepted) = (service.summary().await?.received, outcome.accepted as u64);
        // What was refused may have been kept all the same, when only its answer was late.
        ensure!(
            stored >= accepted && (stored == accepted || outcome.refused > 0),
            "{accepted} deliveries were acknowledged, {stored} are stored"
        );
        Ok(())
    }
}
