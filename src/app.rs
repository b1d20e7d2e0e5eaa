//! Builds the parts, wires them, starts and stops them.

use std::net::TcpListener;
use std::time::Duration;

use secrecy::ExposeSecret;
use url::Url;

use crate::assets::NameKey;
use crate::clock::Clock;
use crate::config::{Config, DatabaseUrl};
use crate::connect::{Connector, Keyring, Logins};
use crate::domain::{Keep, Login, META_REPEATS, Retention};
use crate::effects::{Effects, Files, Pace, Uploads};
use crate::graph::{Graph, GraphConfig, LoginApp};
use crate::ingest::{Bells, Ledger, Quarantine, Unpacker};
use crate::lifecycle::Lifecycle;
use crate::net;
use crate::processor::Processor;
use crate::store::Store;
use crate::webhook::diagnosis::Suspects;
use crate::webhook::signature::Secrets;
use crate::{http, telemetry};

mod error;
mod keys;

pub use error::AppError;
use keys::encryption_keys;
pub use keys::{key_path, keyring};

/// The longest that one call to Graph may take.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// The webhook's route.
const CALLBACK: [&str; 3] = ["api", "instagram", "webhook"];
/// How often samples are sorted into the histograms' buckets.
const METRICS_SORTED: Duration = Duration::from_secs(5);
/// Connections to one Graph host that are kept open.
const CALLS_AT_ONCE: usize = 64;

/// The wired parts. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// What lasts.
    pub store: Store,
    /// Meta.
    pub graph: Graph,
    /// The keys that seal tokens.
    pub keyring: Keyring,
    /// Connects accounts by logging in.
    pub connector: Connector,
    /// Publishes posts.
    pub effects: Effects,
    /// Where deliveries go.
    pub ledger: Ledger,
    /// Where refused ones go.
    pub quarantine: Quarantine,
    /// From deliveries to events.
    pub unpacker: Unpacker,
    /// From events to what they become.
    pub processor: Processor,
    /// The wake-ups within the process.
    pub bells: Bells,
    /// What runs.
    pub lifecycle: Lifecycle,
    /// The time.
    pub clock: Clock,
}

/// Opens the store that the configuration names and brings its schema up to date.
pub async fn open_store(config: &Config, clock: Clock) -> Result<Store, AppError> {
    let store = Store::open(&database_url(&config.database), clock).await?;
    store.migrate().await?;
    Ok(store)
}

/// The client for the Graph API, as configured.
pub fn graph(config: &Config, clock: Clock) -> Result<Graph, AppError> {
    let (facebook, instagram) = (&config.graph.facebook, &config.graph.instagram);
    let settings = net::Settings {
        timeout: CALL_TIMEOUT,
        idle_per_host: CALLS_AT_ONCE,
        ..net::Settings::default()
    };
    let graph = GraphConfig {
        facebook_url: facebook.url.clone(),
        instagram_url: instagram.url.clone(),
        facebook_version: facebook.version.clone(),
        instagram_version: instagram.version.clone(),
        facebook_app_secret: facebook.app_secret.clone(),
        instagram_app_secret: instagram.app_secret.clone(),
        instagram_proof: false,
        timeout: CALL_TIMEOUT,
    };
    Ok(Graph::new(net::client(&settings)?, graph, clock))
}

/// What connects accounts and looks at them, as configured.
pub fn connector(store: &Store, config: &Config, clock: Clock) -> Result<Connector, AppError> {
    Ok(Connector::new(
        store.clone(),
        graph(config, clock)?,
        keyring(config)?,
        logins(config),
    ))
}

/// What publishes, as configured.
pub fn effects(store: &Store, config: &Config, clock: Clock) -> Result<Effects, AppError> {
    effects_of(config, store.clone(), graph(config, clock)?, keyring(config)?)
}

fn effects_of(config: &Config, store: Store, graph: Graph, keyring: Keyring) -> Result<Effects, AppError> {
    let pace = Pace {
        grace: config.post_grace,
    };
    let files = if config.media_checks {
        Files::checked(config.allow_private_urls)?
    } else {
        Files::unchecked()
    };
    let uploads = uploads(config, &store)?;
    Ok(Effects::new(store, graph, keyring, pace, files, uploads))
}

/// The uploaded files, as configured. Their names are signed with what seals tokens.
fn uploads(config: &Config, store: &Store) -> Result<Uploads, AppError> {
    let keys = encryption_keys(config)?;
    let keys = keys.iter().map(|key| NameKey::derive(key.expose())).collect();
    let (folder, public_url) = (config.uploads.clone(), config.public_url.clone());
    let keep = config.retention.uploads;
    Ok(Uploads::new(store.clone(), folder, public_url, keys, keep))
}

/// The app of a login product, if it has an id and a secret.
pub fn login_app(config: &Config, login: Login) -> Option<LoginApp> {
    let app = match login {
        Login::Facebook => &config.graph.facebook,
        Login::Instagram => &config.graph.instagram,
    };
    Some(LoginApp {
        login,
        id: app.app_id.clone()?,
        secret: app.app_secret.clone()?,
        config_id: app.config_id.clone(),
        dialog_url: app.dialog_url.clone(),
        token_url: app.token_url.clone(),
    })
}

/// Where Meta is to deliver: the webhook's route behind the public address.
pub fn callback(config: &Config) -> Url {
    let mut url = config.public_url.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(CALLBACK);
    }
    url
}

/// The login products that have an app with id and secret, and where browsers may be sent.
fn logins(config: &Config) -> Logins {
    let apps = Login::ALL
        .into_iter()
        .filter_map(|login| login_app(config, login));
    Logins::new(
        apps.collect(),
        config.public_url.clone(),
        config.return_origins.clone(),
    )
}

/// What may have signed a delivery that was refused: the configured secrets, and the verify token by mistake.
pub fn suspects(config: &Config) -> Suspects {
    let mut suspects = Suspects::of(&config.secrets);
    if let Some(token) = &config.verify_token {
        suspects.add_verify_token(token.expose_secret());
    }
    suspects
}

impl App {
    /// Builds the parts and starts the writers of the ledger and the quarantine.
    pub async fn build(config: &Config, clock: Clock, lifecycle: Lifecycle) -> Result<Self, AppError> {
        let store = open_store(config, clock.clone()).await?;
        let graph = graph(config, clock.clone())?;
        let keyring = keyring(config)?;
        let connector = Connector::new(store.clone(), graph.clone(), keyring.clone(), logins(config));
        let effects = effects_of(config, store.clone(), graph.clone(), keyring.clone())?;
        let bells = Bells::default();
        let (ledger, ledger_writer) = Ledger::new(store.clone(), bells.clone());
        let (quarantine, quarantine_writer) = Quarantine::new(store.clone());
        let stop = lifecycle.stop_token();
        lifecycle
            .spawn_apart("ledger", ledger_writer.run(stop.clone()))
            .map_err(AppError::Thread)?;
        lifecycle.spawn("quarantine", quarantine_writer.run(stop.clone()));
        let unpacker = Unpacker::new(store.clone(), bells.clone());
        let processor = Processor::new(store.clone(), graph.clone(), keyring.clone(), bells.clone(), stop);
        Ok(Self {
            store,
            graph,
            keyring,
            connector,
            effects,
            ledger,
            quarantine,
            unpacker,
            processor,
            bells,
            lifecycle,
            clock,
        })
    }

    /// Starts unpacking and processing.
    pub fn process(&self) {
        self.lifecycle
            .spawn("unpack", self.unpacker.clone().run(self.lifecycle.stop_token()));
        self.lifecycle.spawn("process", self.processor.clone().run());
        let stop = self.lifecycle.stop_token();
        self.lifecycle
            .spawn("connections", self.connector.clone().keep_alive(stop.clone()));
        self.lifecycle.spawn("effects", self.effects.clone().run(stop));
    }

    /// Serves the API and the webhook on a listener that is bound already.
    pub fn listen(
        &self,
        config: &Config,
        listener: TcpListener,
        options: &http::ServeOptions,
    ) -> Result<(), AppError> {
        let state = http::State::new(http::Parts {
            store: self.store.clone(),
            ledger: self.ledger.clone(),
            quarantine: self.quarantine.clone(),
            secrets: Secrets::new(config.secrets.clone())?,
            suspects: suspects(config),
            verify_token: config.verify_token.clone().ok_or(AppError::VerifyTokenNeeded)?,
            max_body_bytes: config.max_body_bytes,
            public_url: config.public_url.clone(),
            admin_key: config.admin_key.clone(),
            graph: self.graph.clone(),
            keyring: self.keyring.clone(),
            connector: self.connector.clone(),
            effects: self.effects.clone(),
            bells: self.bells.clone(),
            lifecycle: self.lifecycle.clone(),
            streams: options.streams,
            metrics: telemetry::install_metrics(),
        });
        let watching = state.clone().watch_feed(self.lifecycle.stop_token());
        let server = http::serve(state, listener, options).map_err(AppError::Listen)?;
        self.lifecycle.spawn("feed", watching);
        let (handle, stop) = (server.handle(), self.lifecycle.stop_token());
        self.lifecycle.spawn("http", async move {
            let stopped = async {
                stop.cancelled().await;
                handle.stop(true).await;
            };
            let (outcome, ()) = tokio::join!(server, stopped);
            if let Err(error) = outcome {
                tracing::error!(error = %error, "the server broke off");
            }
        });
        Ok(())
    }

    /// Starts what keeps the database in shape.
    pub fn maintain(&self, retention: Retention) {
        self.keep_within(retention);
        let (store, stop) = (self.store.clone(), self.lifecycle.stop_token());
        let (metrics, stopped) = (telemetry::install_metrics(), stop.clone());
        self.lifecycle.spawn("metrics", async move {
            let mut tick = tokio::time::interval(METRICS_SORTED);
            // Samples pile up until they are sorted into their buckets, asked for or not.
            while !stopped.is_cancelled() {
                metrics.run_upkeep();
                tokio::select! {
                    _ = tick.tick() => {}
                    () = stopped.cancelled() => {}
                }
            }
        });
        let (erasing, stopped) = (self.store.clone(), stop.clone());
        self.lifecycle.spawn("erasure", async move {
            tokio::select! {
                () = erasing.keep_erasing() => {}
                () = stopped.cancelled() => {}
            }
        });
        self.lifecycle.spawn("maintain", async move {
            let (log, clock, leases) = (store.keep_log_short(), store.heed_clock(), store.keep_time());
            tokio::select! {
                ((), (), ()) = async { tokio::join!(log, clock, leases) } => {}
                () = stop.cancelled() => {}
            }
        });
    }
}

impl App {
    /// Starts removing what was kept for its time, and says what that is.
    fn keep_within(&self, retention: Retention) {
        let Retention {
            bodies,
            events,
            feed,
            uploads,
        } = retention;
        tracing::info!(%bodies, %events, %feed, %uploads,
            "keeps deliveries for {bodies}, events for {events}, the feed for {feed}, uploads for {uploads}");
        let stay = retention.events_stay();
        if stay > events {
            tracing::warn!(%stay, "events stay for {stay}, as long as the deliveries that tell of them");
        }
        if stay < Keep::For(META_REPEATS) {
            tracing::warn!(%stay, "Meta repeats deliveries for 36 hours: after {stay} a repeated item is a new event");
        }
        let (store, stop) = (self.store.clone(), self.lifecycle.stop_token());
        let (uploads, stopped) = (self.effects.uploads().clone(), stop.clone());
        self.lifecycle.spawn("retention", async move {
            tokio::select! {
                () = store.keep_within(retention) => {}
                () = stop.cancelled() => {}
            }
        });
        self.lifecycle.spawn("shelf", async move {
            tokio::select! {
                () = uploads.keep_clear() => {}
                () = stopped.cancelled() => {}
            }
        });
    }
}

/// The database's address as its driver reads it; for a server with its password.
pub fn database_url(database: &DatabaseUrl) -> String {
    match database {
        DatabaseUrl::Sqlite(path) => format!("sqlite://{}", path.display()),
        DatabaseUrl::Postgres(url) => url.expose_secret().to_owned(),
    }
}
