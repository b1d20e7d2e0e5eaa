//! Settings: what is at fault, as the service says it, and what is allowed and looks wrong all the same.

use std::net::{IpAddr, Ipv4Addr};

use secrecy::ExposeSecret;
use url::{Host, Origin, Url};

use super::code::Code;
use super::command::Patient;
use super::finding::Finding;
use crate::config::{Config, Fault, Faults, GraphApp};
use crate::domain::{AppSecret, Keep, META_REPEATS};

const SHORTEST_VERIFY_TOKEN: usize = 16;
const SHORTEST_ADMIN_KEY: usize = 20;
/// How Meta's access tokens begin (graph-oauth.md §3).
const TOKENS: [&str; 3] = ["EAA", "IGAA", "IGQ"];
const TOKEN_LENGTH: usize = 40;

/// Looks at every setting.
pub(super) fn look(patient: &Patient) -> Vec<Finding> {
    let faults = patient.faults.as_ref().map(Faults::list).unwrap_or_default();
    let mut findings: Vec<Finding> = faults.iter().map(invalid).collect();
    findings.extend(patient.replaced.iter().map(|replaced| {
        let (key, origin, by) = (&replaced.key, &replaced.origin, &replaced.by);
        Code::SettingReplaced.found(format!(
            "{key} stands in {origin} and, otherwise, in {by}, which wins"
        ))
    }));
    let config = &patient.config;
    findings.extend(addresses(config));
    findings.extend(secrets(config));
    findings.extend(apps(config));
    findings.extend(words(config));
    findings.extend(graph(config));
    if findings.is_empty() {
        findings.push(Finding::passed("settings", "every setting is usable"));
    }
    findings
}

fn invalid(fault: &Fault) -> Finding {
    let mut finding =
        Code::SettingInvalid.found(format!("{} ({}): {}", fault.key, fault.origin, fault.problem));
    finding.fix = Some(fault.fix.clone());
    finding
}

fn addresses(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let url = &config.public_url;
    if is_inside(url) {
        findings.push(Code::PublicUrlLoopback.found(format!(
            "BELINO_PUBLIC_URL leads to this machine or its own network: {url}"
        )));
    } else if url.scheme() == "http" {
        findings.push(Code::PublicUrlPlain.found(format!("BELINO_PUBLIC_URL is plain http: {url}")));
    }
    let listen = config.listen;
    if !listen.ip().is_loopback() && url.scheme() == "http" {
        findings.push(Code::ListenOpen.found(format!(
            "BELINO_LISTEN takes plain http from other machines ({listen}), and no https is in front"
        )));
    }
    findings
}

/// Whether nobody outside reaches it.
fn is_inside(url: &Url) -> bool {
    let v4 = |ip: Ipv4Addr| ip.is_loopback() || ip.is_private() || ip.is_unspecified() || ip.is_link_local();
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => v4(ip),
        Some(Host::Ipv6(ip)) => match ip.to_canonical() {
            IpAddr::V4(ip) => v4(ip),
            IpAddr::V6(ip) => {
                ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local()
            }
        },
        None => true,
    }
}

fn products(config: &Config) -> [(&'static str, &GraphApp); 2] {
    [
        ("INSTAGRAM", &config.graph.instagram),
        ("FACEBOOK", &config.graph.facebook),
    ]
}

fn secrets(config: &Config) -> Vec<Finding> {
    let ids: Vec<&str> = products(config)
        .into_iter()
        .filter_map(|(_, app)| app.app_id.as_deref())
        .collect();
    let mut findings = Vec::new();
    for (name, app) in products(config) {
        let Some(secret) = app.app_secret.as_ref().map(AppSecret::expose) else {
            continue;
        };
        let key = format!("{name}_APP_SECRET");
        if ids.contains(&secret) {
            findings.push(Code::SecretIsId.found(format!("{key} is an app's id")));
        } else if secret.len() > TOKEN_LENGTH && TOKENS.iter().any(|begin| secret.starts_with(begin)) {
            findings.push(Code::SecretIsToken.found(format!("{key} looks like an access token")));
        } else if is_quoted(secret) {
            findings.push(Code::SecretQuoted.found(format!("{key} stands in quotes")));
        }
    }
    let previous = |label: &str| label.starts_with("previous");
    for (label, secret) in config.secrets.iter().filter(|(label, _)| previous(label)) {
        let mut others = config.secrets.iter().filter(|(label, _)| !previous(label));
        if let Some((current, _)) = others.find(|(_, other)| other.expose() == secret.expose()) {
            findings.push(Code::PreviousIsCurrent.found(format!(
                "BELINO_PREVIOUS_APP_SECRETS: `{label}` is the current `{current}`"
            )));
        }
    }
    findings
}

fn is_quoted(text: &str) -> bool {
    let inner = |quote| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
    inner('"') || inner('\'')
}

fn apps(config: &Config) -> Vec<Finding> {
    let (instagram, facebook) = (&config.graph.instagram, &config.graph.facebook);
    let mut findings = Vec::new();
    if let (Some(one), Some(other)) = (&instagram.app_secret, &facebook.app_secret)
        && one.expose() == other.expose()
    {
        findings.push(Code::SecretsEqual.found("INSTAGRAM_APP_SECRET and FACEBOOK_APP_SECRET are the same"));
    }
    if instagram.app_id.is_some() && instagram.app_id == facebook.app_id {
        findings.push(Code::AppIdsEqual.found("INSTAGRAM_APP_ID and FACEBOOK_APP_ID are the same"));
    }
    for (name, app) in products(config) {
        if app.app_secret.is_some() && app.app_id.is_none() {
            findings.push(
                Code::AppIdMissing.found(format!("{name}_APP_SECRET is set, and {name}_APP_ID is not")),
            );
        }
    }
    findings
}

fn words(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(token) = config.verify_token.as_ref().map(ExposeSecret::expose_secret) {
        if let Some((label, _)) = config.secrets.iter().find(|(_, secret)| secret.expose() == token) {
            findings.push(
                Code::VerifyTokenIsSecret.found(format!("INSTAGRAM_VERIFY_TOKEN is the `{label}` secret")),
            );
        } else if token.len() < SHORTEST_VERIFY_TOKEN {
            let length = token.len();
            findings.push(
                Code::VerifyTokenShort.found(format!("INSTAGRAM_VERIFY_TOKEN has {length} characters")),
            );
        }
    }
    if let Some(key) = config.admin_key.as_ref().map(ExposeSecret::expose_secret)
        && key.len() < SHORTEST_ADMIN_KEY
    {
        findings.push(Code::AdminKeyShort.found(format!("BELINO_ADMIN_KEY has {} characters", key.len())));
    }
    let stay = config.retention.events_stay();
    if stay < Keep::For(META_REPEATS) {
        findings.push(Code::KeepShort.found(format!(
            "events are kept for {stay} (BELINO_KEEP_BODIES, BELINO_KEEP_EVENTS)"
        )));
    }
    for key in config.encryption_keys.iter().flatten() {
        let bytes = key.expose();
        if bytes.iter().all(|byte| bytes.first() == Some(byte)) {
            findings.push(Code::EncryptionKeyWeak.found(format!(
                "BELINO_ENCRYPTION_KEYS: `{}` is one byte, repeated",
                key.id()
            )));
        }
    }
    findings
}

fn graph(config: &Config) -> Vec<Finding> {
    let (facebook, instagram) = (&config.graph.facebook, &config.graph.instagram);
    let hosts = [
        ("BELINO_FACEBOOK_GRAPH_URL", &facebook.url, "graph.facebook.com"),
        (
            "BELINO_INSTAGRAM_GRAPH_URL",
            &instagram.url,
            "graph.instagram.com",
        ),
        (
            "BELINO_FACEBOOK_DIALOG_URL",
            &facebook.dialog_url,
            "www.facebook.com",
        ),
        (
            "BELINO_INSTAGRAM_AUTHORIZE_URL",
            &instagram.dialog_url,
            "www.instagram.com",
        ),
        (
            "BELINO_INSTAGRAM_TOKEN_URL",
            &instagram.token_url,
            "api.instagram.com",
        ),
    ];
    let elsewhere = hosts
        .iter()
        .filter(|(_, url, metas)| url.host_str() != Some(metas));
    let elsewhere = elsewhere.map(|(key, url, _)| {
        let code = if url.scheme() == "http" && !is_inside(url) {
            Code::GraphPlain
        } else {
            Code::GraphElsewhere
        };
        code.found(format!("{key} is {url}"))
    });
    let origins = config.return_origins.iter().map(Origin::ascii_serialization);
    let plain = origins
        .filter(|origin| Url::parse(origin).is_ok_and(|url| url.scheme() == "http" && !is_inside(&url)));
    let plain = plain.map(|origin| Code::ReturnPlain.found(format!("BELINO_RETURN_ORIGINS has {origin}")));
    elsewhere.chain(plain).collect()
}
