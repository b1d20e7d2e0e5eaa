//! One function per kind of value: text in, a valid value or what is wrong with it out.

use std::net::SocketAddr;
use std::time::Duration;

use secrecy::SecretString;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use url::Url;

use super::LogFormat;
use crate::domain::facts::OLDEST_GRAPH_VERSION;
use crate::domain::{AppSecret, Keep, KeepError};

const GRACE: std::ops::RangeInclusive<Duration> = Duration::from_mins(1)..=Duration::from_hours(7 * 24);
const BODY_BYTES: std::ops::RangeInclusive<usize> = 1_024..=64 * 1_024 * 1_024;

/// Why a text is no value of its kind, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}; {fix}")]
pub struct Wrong {
    pub(super) problem: String,
    pub(super) fix: String,
}

impl Wrong {
    pub(super) fn new(problem: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            fix: fix.into(),
        }
    }
}

pub(super) fn listen(text: &str) -> Result<SocketAddr, Wrong> {
    text.parse().map_err(|_| {
        Wrong::new(
            "is no address",
            "write an IP address and a port, as 127.0.0.1:8080 or [::]:8080",
        )
    })
}

/// On or off.
pub(super) fn switch(text: &str) -> Result<bool, Wrong> {
    match text {
        "on" | "true" => Ok(true),
        "off" | "false" => Ok(false),
        _ => Err(Wrong::new("is neither on nor off", "write on or off")),
    }
}

/// How late a post may be.
pub(super) fn grace(text: &str) -> Result<Duration, Wrong> {
    let read = text
        .parse::<jiff::SignedDuration>()
        .ok()
        .and_then(|read| Duration::try_from(read).ok());
    read.filter(|grace| GRACE.contains(grace)).ok_or_else(|| {
        Wrong::new(
            "is no time from a minute to a week",
            "write a number with its unit, as 30m, 1h or 12h",
        )
    })
}

/// A base URL: paths are put behind it, so it has no query, fragment or user.
pub(super) fn base_url(text: &str) -> Result<Url, Wrong> {
    let form = "write http(s)://host, without user, query or fragment";
    let url = Url::parse(text).map_err(|error| Wrong::new(format!("is no URL: {error}"), form))?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if plain {
        Ok(url)
    } else {
        Err(Wrong::new("is no base URL", form))
    }
}

/// Origins, separated by commas: scheme, host and port, and nothing behind them.
pub(super) fn origins(text: &str) -> Result<Vec<url::Origin>, Wrong> {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    items
        .map(|item| {
            let url = base_url(item)?;
            if url.path() == "/" {
                Ok(url.origin())
            } else {
                Err(Wrong::new("is no origin", "write http(s)://host, without a path"))
            }
        })
        .collect()
}

/// A version of the Graph API, as `v25.0`.
pub(super) fn graph_version(text: &str) -> Result<String, Wrong> {
    let numbers = text.strip_prefix('v').and_then(|rest| rest.split_once('.'));
    let version = numbers.and_then(|(major, minor)| Some((number(major)?, number(minor)?)));
    let (oldest, _) = OLDEST_GRAPH_VERSION;
    match version {
        None => Err(Wrong::new("is no version", "write it as v25.0")),
        Some(version) if version < OLDEST_GRAPH_VERSION => Err(Wrong::new(
            "is older than Belino speaks",
            format!("use v{oldest}.0 or later"),
        )),
        Some((major, minor)) => Ok(format!("v{major}.{minor}")),
    }
}

fn number(digits: &str) -> Option<u32> {
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse().ok())?
}

pub(super) fn app_id(text: &str) -> Result<String, Wrong> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err(Wrong::new(
            "is no app id",
            "copy the number from the app's page in Meta's App Dashboard",
        ))
    }
}

/// The id of a configuration of Facebook Login for Business.
pub(super) fn config_id(text: &str) -> Result<String, Wrong> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err(Wrong::new(
            "is no configuration's id",
            "copy the number from Facebook Login for Business > Configurations in Meta's App Dashboard",
        ))
    }
}

pub(super) fn app_secret(text: &str) -> Result<AppSecret, Wrong> {
    printable(text).map(AppSecret::new)
}

pub(super) fn secret(text: &str) -> Result<SecretString, Wrong> {
    printable(text).map(SecretString::from)
}

fn printable(text: &str) -> Result<&str, Wrong> {
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(text)
    } else {
        Err(Wrong::new(
            "has blanks or characters outside ASCII",
            "copy it again, without what stands around it",
        ))
    }
}

/// Earlier app secrets, separated by commas; blanks around them are no part of them.
pub(super) fn app_secrets(text: &str) -> Result<Vec<AppSecret>, Wrong> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(app_secret)
        .collect()
}

/// A size: bytes, or with `KiB` or `MiB` behind the number.
pub(super) fn body_bytes(text: &str) -> Result<usize, Wrong> {
    let (digits, unit) = match (text.strip_suffix("KiB"), text.strip_suffix("MiB")) {
        (Some(digits), _) => (digits, 1_024),
        (_, Some(digits)) => (digits, 1_024 * 1_024),
        _ => (text, 1),
    };
    let size = digits
        .trim()
        .parse::<usize>()
        .ok()
        .and_then(|count| count.checked_mul(unit));
    match size {
        None => Err(Wrong::new("is no size", "write a number of bytes, or as 8 MiB")),
        Some(size) if BODY_BYTES.contains(&size) => Ok(size),
        Some(_) => Err(Wrong::new("is out of range", "choose between 1 KiB and 64 MiB")),
    }
}

/// How long something is kept: a number and its unit, or `forever`.
pub(super) fn keep(text: &str) -> Result<Keep, Wrong> {
    text.parse().map_err(|error: KeepError| {
        let fix = match error {
            KeepError::Form => "write a number with s, m, h, d or w behind it, as 30d or 12h; or forever",
            KeepError::Range => "choose between 1s and 36600d, or write forever",
        };
        Wrong::new(error.to_string(), fix)
    })
}

/// A filter as `EnvFilter` reads it, but for a lone word that is no level: there it would read a misspelt
/// level as a module's name, and log nothing.
pub(super) fn log_filter(text: &str) -> Result<String, Wrong> {
    let plausible = |part: &str| part.contains('=') || part.trim().parse::<LevelFilter>().is_ok();
    if text.split(',').all(plausible) && EnvFilter::try_new(text).is_ok() {
        Ok(text.to_owned())
    } else {
        Err(Wrong::new(
            "is no log filter",
            "write a level, or as info,belino::graph=debug",
        ))
    }
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, Wrong> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(Wrong::new("is no log format", "write text or json")),
    }
}
