//! The configuration as valid values: a field per thing that a part asks for.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::reader::Reader;
use super::{DatabaseUrl, EncryptionKey, Faults, Settings, encryption, parse};
use crate::domain::facts::DEFAULT_GRAPH_VERSION;
use crate::domain::{AppSecret, Retention};

const DEFAULT_DATABASE: &str = "belino.db";
const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8_080);
/// Who planned a post for the morning does not want it in the evening.
const DEFAULT_POST_GRACE: Duration = Duration::from_hours(1);
const DEFAULT_BODY_BYTES: usize = 8 * 1_024 * 1_024;

/// What the configuration is read for: what must be there depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A command that does its work and ends; nothing is required.
    Command,
    /// The service: it cannot judge a delivery without an app secret, nor subscribe without a verify token.
    Service,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// A JSON object per line.
    Json,
}

/// Everything that can be configured, valid. Its `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the database is.
    pub database: DatabaseUrl,
    /// The address that the service binds.
    pub listen: SocketAddr,
    /// What Meta and browsers reach.
    pub public_url: Url,
    /// The app secrets that may sign a delivery, each with its label: `instagram`, `facebook`, `previous-1`, ….
    pub secrets: Vec<(String, AppSecret)>,
    /// What `hub.verify_token` must be.
    pub verify_token: Option<SecretString>,
    /// The Graph API's hosts, versions and apps.
    pub graph: GraphSettings,
    /// Where a browser may be sent when a person has connected an account, as origins.
    pub return_origins: Vec<url::Origin>,
    /// The keys that seal tokens, the sealing one first; none means a key file beside the SQLite database.
    pub encryption_keys: Option<Vec<EncryptionKey>>,
    /// An operator's API key that is there from the start.
    pub admin_key: Option<SecretString>,
    /// How long what is finished is kept.
    pub retention: Retention,
    /// A post that is later than this is not published without a person's word.
    pub post_grace: Duration,
    /// Whether the files of a post are looked at before Meta is asked.
    pub media_checks: bool,
    /// Whether they may be at private addresses.
    pub allow_private_urls: bool,
    /// The folder of uploaded files.
    pub uploads: PathBuf,
    /// The largest webhook body that is taken.
    pub max_body_bytes: usize,
    /// What is logged, as a filter.
    pub log: String,
    /// How log lines are written.
    pub log_format: LogFormat,
}

/// The Graph API, by login product.
#[derive(Clone, Debug)]
pub struct GraphSettings {
    /// `graph.facebook.com` and the Facebook Login app.
    pub facebook: GraphApp,
    /// `graph.instagram.com` and the Instagram Login app.
    pub instagram: GraphApp,
}

/// One host of the Graph API and the app that calls it.
#[derive(Clone, Debug)]
pub struct GraphApp {
    /// The host's base URL.
    pub url: Url,
    /// The version that calls name, as `v25.0`.
    pub version: String,
    /// The app's id.
    pub app_id: Option<String>,
    /// The app's secret.
    pub app_secret: Option<AppSecret>,
    /// The saved configuration that the dialog is opened with, in place of permissions: Facebook Login for Business.
    pub config_id: Option<String>,
    /// The dialog in which people log in.
    pub dialog_url: Url,
    /// Where the dialog's code becomes a token.
    pub token_url: Url,
}

impl Config {
    /// Reads this process's configuration, or says everything that is wrong with it.
    pub fn load(file: Option<&Path>, purpose: Purpose) -> Result<Self, Faults> {
        Self::of(Settings::gather(file), purpose)
    }

    /// Judges settings from anywhere: what `load` does without touching files or the environment.
    pub fn of(settings: Settings, purpose: Purpose) -> Result<Self, Faults> {
        match Self::judge(settings, purpose) {
            (config, None) => Ok(config),
            (_, Some(faults)) => Err(faults),
        }
    }

    /// The same, with every setting that is at fault as if it were not set: to look at the rest all the same.
    pub fn judge(settings: Settings, purpose: Purpose) -> (Self, Option<Faults>) {
        let mut reader = Reader::new(settings);
        if purpose == Purpose::Service {
            require_service_settings(&mut reader);
        }
        let listen = reader
            .read("BELINO_LISTEN", parse::listen)
            .unwrap_or(DEFAULT_LISTEN);
        let graph = graph(&mut reader);
        let database = (reader.read("DATABASE_URL", str::parse))
            .unwrap_or_else(|| DatabaseUrl::Sqlite(PathBuf::from(DEFAULT_DATABASE)));
        let uploads = reader.read("BELINO_UPLOADS", |text| Ok(PathBuf::from(text)));
        let config = Self {
            uploads: uploads.unwrap_or_else(|| uploads_beside(&database)),
            database,
            listen,
            public_url: (reader.read("BELINO_PUBLIC_URL", parse::base_url)).unwrap_or_else(|| url_of(listen)),
            secrets: secrets(&mut reader, &graph),
            graph,
            return_origins: (reader.read("BELINO_RETURN_ORIGINS", parse::origins)).unwrap_or_default(),
            verify_token: reader.read("INSTAGRAM_VERIFY_TOKEN", parse::secret),
            encryption_keys: reader.read("BELINO_ENCRYPTION_KEYS", encryption::keys),
            admin_key: reader.read("BELINO_ADMIN_KEY", parse::secret),
            retention: retention(&mut reader),
            post_grace: (reader.read("BELINO_POST_GRACE", parse::grace)).unwrap_or(DEFAULT_POST_GRACE),
            media_checks: (reader.read("BELINO_MEDIA_CHECKS", parse::switch)).unwrap_or(true),
            allow_private_urls: (reader.read("BELINO_ALLOW_PRIVATE_URLS", parse::switch)).unwrap_or(false),
            max_body_bytes: (reader.read("BELINO_MAX_BODY_BYTES", parse::body_bytes))
                .unwrap_or(DEFAULT_BODY_BYTES),
            log: reader
                .read("BELINO_LOG", parse::log_filter)
                .unwrap_or_else(|| "info".to_owned()),
            log_format: reader
                .read("BELINO_LOG_FORMAT", parse::log_format)
                .unwrap_or(LogFormat::Text),
        };
        (config, reader.finish())
    }
}

/// Uploads lie beside a database that is a file.
fn uploads_beside(database: &DatabaseUrl) -> PathBuf {
    match database {
        DatabaseUrl::Sqlite(path) => path.with_file_name("uploads"),
        DatabaseUrl::Postgres(_) => PathBuf::from("belino-uploads"),
    }
}

fn require_service_settings(reader: &mut Reader) {
    if !reader.is_set("INSTAGRAM_APP_SECRET") && !reader.is_set("FACEBOOK_APP_SECRET") {
        reader.missing(
            "INSTAGRAM_APP_SECRET",
            "no app secret, so that no delivery could be verified",
            "set it or FACEBOOK_APP_SECRET to the secret shown in Meta's App Dashboard",
        );
    }
    if !reader.is_set("INSTAGRAM_VERIFY_TOKEN") {
        reader.missing(
            "INSTAGRAM_VERIFY_TOKEN",
            "no verify token, so that Meta's subscription request could not be answered",
            "set it to a random word, and type the same one into Meta's App Dashboard",
        );
    }
}

fn graph(reader: &mut Reader) -> GraphSettings {
    let version = reader.read("BELINO_GRAPH_VERSION", parse::graph_version);
    let version = version.unwrap_or_else(|| DEFAULT_GRAPH_VERSION.to_owned());
    let instagram_version = reader.read("BELINO_INSTAGRAM_GRAPH_VERSION", parse::graph_version);
    let facebook_url = (reader.read("BELINO_FACEBOOK_GRAPH_URL", parse::base_url))
        .unwrap_or_else(|| known_url("https://graph.facebook.com"));
    let mut address = |key, default: &str| {
        let given = reader.read(key, parse::base_url);
        given.unwrap_or_else(|| known_url(default))
    };
    let instagram_dialog = address(
        "BELINO_INSTAGRAM_AUTHORIZE_URL",
        "https://www.instagram.com/oauth/authorize",
    );
    let instagram_token = address(
        "BELINO_INSTAGRAM_TOKEN_URL",
        "https://api.instagram.com/oauth/access_token",
    );
    let facebook_dialog = address(
        "BELINO_FACEBOOK_DIALOG_URL",
        &format!("https://www.facebook.com/{version}/dialog/oauth"),
    );
    GraphSettings {
        instagram: GraphApp {
            url: (reader.read("BELINO_INSTAGRAM_GRAPH_URL", parse::base_url))
                .unwrap_or_else(|| known_url("https://graph.instagram.com")),
            version: instagram_version.unwrap_or_else(|| version.clone()),
            app_id: reader.read("INSTAGRAM_APP_ID", parse::app_id),
            app_secret: reader.read("INSTAGRAM_APP_SECRET", parse::app_secret),
            config_id: None,
            dialog_url: instagram_dialog,
            token_url: instagram_token,
        },
        facebook: GraphApp {
            token_url: below(&facebook_url, [&*version, "oauth", "access_token"]),
            dialog_url: facebook_dialog,
            url: facebook_url,
            version,
            app_id: reader.read("FACEBOOK_APP_ID", parse::app_id),
            app_secret: reader.read("FACEBOOK_APP_SECRET", parse::app_secret),
            config_id: reader.read("BELINO_FACEBOOK_CONFIG_ID", parse::config_id),
        },
    }
}

fn retention(reader: &mut Reader) -> Retention {
    let default = Retention::default();
    let mut keep = |key, otherwise| reader.read(key, parse::keep).unwrap_or(otherwise);
    Retention {
        bodies: keep("BELINO_KEEP_BODIES", default.bodies),
        events: keep("BELINO_KEEP_EVENTS", default.events),
        feed: keep("BELINO_KEEP_FEED", default.feed),
        uploads: keep("BELINO_KEEP_UPLOADS", default.uploads),
    }
}

fn secrets(reader: &mut Reader, graph: &GraphSettings) -> Vec<(String, AppSecret)> {
    let current = [
        ("instagram", &graph.instagram.app_secret),
        ("facebook", &graph.facebook.app_secret),
    ];
    let current = current
        .into_iter()
        .filter_map(|(label, secret)| Some((label.to_owned(), secret.clone()?)));
    let previous = reader
        .read("BELINO_PREVIOUS_APP_SECRETS", parse::app_secrets)
        .unwrap_or_default();
    let previous = (1..)
        .zip(previous)
        .map(|(number, secret): (usize, _)| (format!("previous-{number}"), secret));
    current.chain(previous).collect()
}

/// Without the zone of an IPv6 address, as `%3`: it means something on this machine only, and no URL may have one.
fn url_of(listen: SocketAddr) -> Url {
    known_url(&format!("http://{}", SocketAddr::new(listen.ip(), listen.port())))
}

fn below<const N: usize>(base: &Url, segments: [&str; N]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

fn known_url(text: &str) -> Url {
    Url::parse(text).expect("a URL of our own making is one")
}
