//! The test bed: one database, the services on it, Meta's accounts that are connected to it, and the book.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::account::{self, Account};
use super::audit::{Found, Seen};
use super::book::Book;
use super::cluster::Cluster;
use super::load::Load;
use super::payload::{Comment, Delivery};
use super::process::Process;
use super::row::{Figures, Verdict};
use super::scratch::secret;
use super::service::Api;
use super::time::Time;
use crate::cli::Failure;
use crate::cli::meta::Meta;
use crate::domain::AppSecret;
use crate::net;

/// How a service is started: it goes by the bed's time.
const SERVE: &str = "exec \"$0\" serve --time-moved time";
/// Where the bed's time stands.
const TIME: &str = "time";
/// Large enough that no budget fills by itself: what Meta limits is ordered where it is tried.
const NO_LIMIT: u64 = 1_000_000_000_000;
const WORKSPACE: &str = "verify";
const ACCOUNTS: usize = 4;
/// No sender waits longer for an answer: what comes later was not acknowledged.
const ANSWERED: Duration = Duration::from_secs(6);
/// Whoever asks waits longer: a slow machine is no fault.
const ASKED: Duration = Duration::from_mins(1);
/// A service that was just started is ready by then.
const READY: Duration = Duration::from_mins(1);
/// A killed process's lanes are taken over after a minute; backlogs and Meta's rests come on top.
pub(super) const SETTLED: Duration = Duration::from_mins(8);
/// A lease is a minute long.
const PAST_A_LEASE: u64 = 61;
const LOOKED_AT: Duration = Duration::from_millis(50);

/// Where trials are made.
/// It ends in the order of its fields: the services before what they stand on.
pub(super) struct Bed {
    services: Vec<(SocketAddr, Process)>,
    _sandbox: Process,
    pub(super) meta: Meta,
    pub(super) accounts: Vec<Account>,
    pub(super) load: Load,
    pub(super) cluster: Option<Cluster>,
    pub(super) folder: PathBuf,
    /// Several processes may be at its database.
    pub(super) shared: bool,
    pub(super) time: Time,
    program: PathBuf,
    settings: Vec<(&'static str, String)>,
    targets: watch::Sender<Vec<SocketAddr>>,
    pub(super) api: Api,
    seen: Seen,
    started: usize,
}

/// What the bed is made of.
pub(super) struct Parts<'a> {
    pub(super) program: &'a Path,
    pub(super) folder: PathBuf,
    pub(super) database: String,
    pub(super) cluster: Option<Cluster>,
    pub(super) shared: bool,
}

impl Bed {
    /// A service on an empty database, with its accounts connected.
    pub(super) async fn make(parts: Parts<'_>) -> Result<Self, Failure> {
        std::fs::create_dir_all(&parts.folder).map_err(crate::cli::failure::io(format!(
            "could not make {}",
            parts.folder.display()
        )))?;
        let client = |timeout| {
            net::client(&net::Settings {
                timeout,
                ..net::Settings::default()
            })
        };
        let mut sandbox = play_meta(parts.program, &parts.folder)?;
        let at = sandbox.address().await?;
        let meta = Meta::new(format!("http://{at}"))?;
        meta.make(
            "settings",
            json!({ "account_calls": NO_LIMIT, "app_calls": NO_LIMIT }),
        )
        .await?;
        let (key, app_secret) = (secret(), secret());
        let (targets, running) = watch::channel(Vec::new());
        let mut bed = Self {
            time: Time::new(meta.clone(), parts.folder.join(TIME)),
            meta,
            accounts: Vec::new(),
            load: Load {
                http: client(ANSWERED)?,
                secret: AppSecret::new(app_secret.clone()),
                targets: running,
                book: Book::default(),
            },
            cluster: parts.cluster,
            folder: parts.folder,
            shared: parts.shared,
            services: Vec::new(),
            _sandbox: sandbox,
            program: parts.program.to_owned(),
            settings: settings(parts.database, at, &key, app_secret),
            targets,
            api: Api::new(client(ASKED)?, key),
            seen: Seen::default(),
            started: 0,
        };
        bed.start().await?;
        bed.api.make_workspace(bed.at()?, WORKSPACE).await?;
        for _ in 0..ACCOUNTS {
            let account = bed.open_account().await?;
            bed.accounts.push(account);
        }
        Ok(bed)
    }

    /// One more account at Meta, connected to the service.
    pub(super) async fn open_account(&self) -> Result<Account, Failure> {
        let account = Account::open(&self.meta).await?;
        self.connect(&account.token).await?;
        Ok(account)
    }

    /// Starts one more service and waits until it is ready.
    pub(super) async fn start(&mut self) -> Result<(), Failure> {
        self.start_by(SERVE).await
    }

    /// Starts a service by a line of the shell, in which `$0` is the program.
    pub(super) async fn start_by(&mut self, script: &str) -> Result<(), Failure> {
        self.started += 1;
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", script])
            .arg(&self.program)
            .current_dir(&self.folder)
            .env_clear()
            .envs(self.settings.iter().map(|(name, value)| (*name, value)));
        #[cfg(feature = "faults-for-tests")]
        command.envs(crate::config::sabotage().map(|what| (crate::config::SABOTAGE, what)));
        let log = self.folder.join(format!("service-{}.log", self.started));
        let mut process = Process::start(&mut command, log)?;
        let at = process.address().await?;
        let began = Instant::now();
        while !self.api.is_ready(at).await {
            if began.elapsed() > READY {
                return Err(Failure::Unsuccessful(
                    "a service that was started did not become ready".to_owned(),
                ));
            }
            tokio::time::sleep(LOOKED_AT).await;
        }
        self.services.push((at, process));
        self.announce();
        Ok(())
    }

    /// Kills the service that was started last with SIGKILL, and starts it again.
    pub(super) async fn kill_and_restart(&mut self) -> Result<(), Failure> {
        self.kill_and_restart_by(SERVE).await
    }

    /// The same, started again by a line of the shell.
    pub(super) async fn kill_and_restart_by(&mut self, script: &str) -> Result<(), Failure> {
        self.kill()?;
        self.start_by(script).await
    }

    /// Kills the service that was started last with SIGKILL.
    pub(super) fn kill(&mut self) -> Result<(), Failure> {
        if let Some((_, process)) = self.services.pop() {
            process.kill()?;
        }
        self.announce();
        Ok(())
    }

    /// Stops the service that was started first, as an operator would: what it has at hand it finishes before.
    pub(super) async fn stop_first(&mut self) -> Result<(), Failure> {
        if self.services.is_empty() {
            return Ok(());
        }
        let (_, process) = self.services.remove(0);
        self.announce();
        process.stop().await
    }

    /// Lets the leases end of whoever is no more, at once.
    pub(super) async fn pass_a_lease(&mut self) -> Result<(), Failure> {
        self.time.pass(PAST_A_LEASE).await
    }

    /// Stops all but the first service, as an operator would.
    pub(super) async fn leave_one(&mut self) -> Result<(), Failure> {
        while self.services.len() > 1 {
            if let Some((_, process)) = self.services.pop() {
                self.announce();
                process.stop().await?;
            }
        }
        Ok(())
    }

    /// Sends a signal to the service that was started last.
    pub(super) fn signal(&self, name: &str) -> Result<(), Failure> {
        self.services
            .last()
            .map_or(Ok(()), |(_, process)| process.signal(name))
    }

    /// Sends a signal to the service that was started first.
    pub(super) fn signal_first(&self, name: &str) -> Result<(), Failure> {
        self.services
            .first()
            .map_or(Ok(()), |(_, process)| process.signal(name))
    }

    /// How often the service that was started last has said this.
    pub(super) fn said(&self, word: &str) -> Result<usize, Failure> {
        self.services
            .last()
            .map_or(Ok(0), |(_, process)| process.said(word))
    }

    /// The number of the process of the service that was started last.
    pub(super) fn process(&self) -> Option<u32> {
        self.services.last().map(|(_, process)| process.id())
    }

    /// Connects an account by its token, or connects it again.
    pub(super) async fn connect(&self, token: &str) -> Result<(), Failure> {
        self.api.connect(self.at()?, WORKSPACE, token).await
    }

    /// Has people write comments to these accounts: notifications of one to three each, dated so long ago.
    pub(super) async fn written(
        &self,
        to: &[Account],
        deliveries: usize,
        ago: Duration,
    ) -> Result<Vec<Delivery>, Failure> {
        let time = (self.time.now() - ago).seconds();
        let each = deliveries.div_ceil(to.len().max(1) * account::POSTS) * 2;
        let mut threads = Vec::new();
        for account in to {
            for post in &account.posts {
                threads.push(account.comments(&self.meta, post, each).await?.into_iter());
            }
        }
        let mut all =
            (0..each).flat_map(|_| threads.iter_mut().filter_map(Iterator::next).collect::<Vec<_>>());
        let mut made = Vec::with_capacity(deliveries);
        for size in [1, 2, 3].into_iter().cycle().take(deliveries) {
            let part: Vec<Comment> = all.by_ref().take(size).collect();
            if !part.is_empty() {
                made.push(Delivery::of(&part, time));
            }
        }
        Ok(made)
    }

    /// Waits until nothing is to be done any more; gives up after a while, which the audit will then show.
    pub(super) async fn settle(&self) -> Result<(), Failure> {
        self.until(SETTLED, |summary| {
            [
                "/deliveries/waiting",
                "/events/pending",
                "/events/waiting",
                "/events/parked",
            ]
            .iter()
            .all(|place| count(summary, place) == 0)
        })
        .await
        .map(drop)
    }

    /// Waits until the sums are so; tells whether they became so in time.
    pub(super) async fn until(
        &self,
        patience: Duration,
        so: impl Fn(&Value) -> bool,
    ) -> Result<bool, Failure> {
        let began = Instant::now();
        while began.elapsed() < patience {
            if self
                .api
                .summary(self.at()?)
                .await
                .is_ok_and(|summary| so(&summary))
            {
                return Ok(true);
            }
            tokio::time::sleep(LOOKED_AT).await;
        }
        Ok(false)
    }

    /// Reads back what was not read before, and judges what was sent since `mark`.
    pub(super) async fn audit(&mut self, mark: usize) -> Result<(Figures, Verdict), Failure> {
        let found = Found::read(&self.api, self.at()?, &mut self.seen).await?;
        Ok(found.judge(&self.load.book.read(), mark))
    }

    /// Reads everything back, and judges everything that was sent.
    pub(super) async fn audit_all(&mut self) -> Result<(Figures, Verdict), Failure> {
        self.seen = Seen::default();
        self.audit(0).await
    }

    fn at(&self) -> Result<SocketAddr, Failure> {
        let first = self.services.first().map(|(at, _)| *at);
        first.ok_or_else(|| Failure::Unsuccessful("no service runs".to_owned()))
    }

    /// The address of the service that was started last.
    pub(super) fn newest(&self) -> Result<SocketAddr, Failure> {
        let last = self.services.last().map(|(at, _)| *at);
        last.ok_or_else(|| Failure::Unsuccessful("no service runs".to_owned()))
    }

    fn announce(&self) {
        self.targets
            .send_replace(self.services.iter().map(|(at, _)| *at).collect());
    }
}

/// A sum of the summary.
pub(super) fn count(summary: &Value, place: &str) -> u64 {
    summary.pointer(place).and_then(Value::as_u64).unwrap_or_default()
}

fn settings(
    database: String,
    sandbox: SocketAddr,
    key: &str,
    app_secret: String,
) -> Vec<(&'static str, String)> {
    let mut seal = [0_u8; 32];
    getrandom::fill(&mut seal).expect("the system gives random bytes");
    vec![
        ("DATABASE_URL", database),
        ("BELINO_LISTEN", "127.0.0.1:0".to_owned()),
        (
            "BELINO_FACEBOOK_GRAPH_URL",
            format!("http://{sandbox}/graph.facebook.com"),
        ),
        (
            "BELINO_INSTAGRAM_GRAPH_URL",
            format!("http://{sandbox}/graph.instagram.com"),
        ),
        ("INSTAGRAM_APP_ID", "900200000000001".to_owned()),
        ("INSTAGRAM_APP_SECRET", app_secret),
        ("INSTAGRAM_VERIFY_TOKEN", secret()),
        (
            "BELINO_ENCRYPTION_KEYS",
            format!("verify:{}", STANDARD.encode(seal)),
        ),
        ("BELINO_ADMIN_KEY", key.to_owned()),
        // Meta fetches nothing here, either.
        ("BELINO_MEDIA_CHECKS", "off".to_owned()),
        ("BELINO_LOG", "warn,belino::cli=info".to_owned()),
    ]
}

/// Meta of this bed's own: what goes wrong with it goes wrong nowhere else.
fn play_meta(program: &Path, folder: &Path) -> Result<Process, Failure> {
    let mut command = Command::new(program);
    command
        .args(["sandbox", "--listen", "127.0.0.1:0", "--moved-time"])
        .current_dir(folder)
        .env_clear();
    Process::start(&mut command, folder.join("sandbox.log"))
}
