//! `belino subscriptions`: where Meta delivers what the Facebook app hears of, and which fields those are.

use clap::Subcommand;
use secrecy::ExposeSecret;
use serde::Serialize;

use super::{Failure, Row, line, rows};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::connect::{AppLook, look_at_app, subscribe_app};
use crate::domain::Login;
use crate::graph::{AppSubscription, Graph, GraphError, LoginApp};

/// Meta's code for an address that did not give the challenge back.
const UNVERIFIED: i64 = 2_200;
/// Meta's code for a parameter that it does not take.
const BAD_PARAMETER: i64 = 100;

/// What to do with the app's subscriptions.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List what the Facebook app is subscribed to
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Subscribe the Facebook app to everything that Belino reads, with this service as its callback
    Sync {
        /// Only tell what would be changed
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Serialize)]
struct SubscriptionRow {
    object: String,
    callback_url: Option<String>,
    active: Option<bool>,
    fields: Vec<String>,
}

impl Row for SubscriptionRow {
    const HEADS: &'static [&'static str] = &["OBJECT", "CALLBACK", "ACTIVE", "FIELDS"];

    fn cells(&self) -> Vec<String> {
        let active = match self.active {
            Some(true) => "yes",
            Some(false) => "no",
            None => "–",
        };
        vec![
            self.object.clone(),
            self.callback_url.clone().unwrap_or_else(|| "–".to_owned()),
            active.to_owned(),
            self.fields.join(", "),
        ]
    }
}

impl From<AppSubscription> for SubscriptionRow {
    fn from(found: AppSubscription) -> Self {
        Self {
            object: found.object,
            callback_url: found.callback_url,
            active: found.active,
            fields: found.fields,
        }
    }
}

/// Does it.
pub async fn run(action: Action, config: &Config) -> Result<(), Failure> {
    let facebook = app::login_app(config, Login::Facebook).ok_or_else(|| {
        Failure::Usage("FACEBOOK_APP_ID and FACEBOOK_APP_SECRET: an app is subscribed by itself".to_owned())
    })?;
    let graph = app::graph(config, Clock::system())?;
    match action {
        Action::List { json } => {
            let found = graph
                .app_subscriptions(&facebook)
                .await
                .map_err(|error| told(&error))?;
            let found: Vec<SubscriptionRow> = found.body.into_iter().map(Into::into).collect();
            rows(&found, json)
        }
        Action::Sync { dry_run } => sync(config, &graph, &facebook, dry_run).await,
    }
}

async fn sync(config: &Config, graph: &Graph, facebook: &LoginApp, dry_run: bool) -> Result<(), Failure> {
    let callback = app::callback(config);
    let verify_token = config
        .verify_token
        .as_ref()
        .ok_or_else(|| Failure::Usage("INSTAGRAM_VERIFY_TOKEN: Meta asks the callback for it".to_owned()))?;
    // A Meta that is reached by plain http is a sandbox, which may deliver by it, too.
    if callback.scheme() == "http" && config.graph.facebook.url.scheme() == "https" {
        return Err(Failure::Usage(format!(
            "BELINO_PUBLIC_URL: Meta calls https addresses only, and {callback} is none"
        )));
    }
    let look = look_at_app(graph, facebook, callback)
        .await
        .map_err(|error| told(&error))?;
    line(&was(&look))?;
    if look.is_right() {
        return line("is:  as it should be");
    }
    let wanted = format!("{}: {}", look.callback, look.wanted().join(", "));
    if dry_run {
        return line(&format!("would be: {wanted}"));
    }
    let left_out = subscribe_app(graph, facebook, &look, verify_token.expose_secret())
        .await
        .map_err(|error| told(&error))?;
    let now = look_at_app(graph, facebook, look.callback.clone())
        .await
        .map_err(|error| told(&error))?;
    line(&is(&now))?;
    if left_out.is_empty() {
        return Ok(());
    }
    line(&format!(
        "left out, as Meta does not know them: {}",
        left_out.join(", ")
    ))
}

fn was(look: &AppLook) -> String {
    match &look.found {
        None => "was: not subscribed".to_owned(),
        Some(found) => format!("was: {}", described(found)),
    }
}

fn is(look: &AppLook) -> String {
    match &look.found {
        None => "is:  not subscribed, though Meta said so".to_owned(),
        Some(found) => format!("is:  {}", described(found)),
    }
}

fn described(found: &AppSubscription) -> String {
    let callback = found.callback_url.as_deref().unwrap_or("no address");
    let state = if found.active == Some(false) {
        " (not active)"
    } else {
        ""
    };
    format!("{callback}{state}: {}", found.fields.join(", "))
}

/// What Meta refuses, with what to do.
fn told(error: &GraphError) -> Failure {
    let said = &error.message;
    Failure::Unsuccessful(match error.code {
        Some(UNVERIFIED) => format!(
            "Meta asked the callback for its challenge and did not get it: {said}\nstart the service with the same \
             INSTAGRAM_VERIFY_TOKEN, and let BELINO_PUBLIC_URL lead to it from outside; belino doctor tries both"
        ),
        Some(BAD_PARAMETER) if said.contains("object") => format!(
            "Meta does not let the app subscribe itself to instagram: {said}\nsubscribe it in the App Dashboard, under \
             Webhooks > Instagram"
        ),
        _ => format!("{}: {said}", error.meaning()),
    })
}
