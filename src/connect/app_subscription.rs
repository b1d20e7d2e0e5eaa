//! The Facebook app's own subscription (meta-webhooks.md §6): compared with what Belino wants, and set.
//!
//! Without it Meta tells nothing of an account that is connected by Facebook Login, whatever its Page is subscribed to.

use url::Url;

use super::subscription::left_after;
use crate::domain::Login;
use crate::graph::{AppSubscription, Graph, GraphError, LoginApp};

/// The kind of object whose webhooks Belino takes.
const OBJECT: &str = "instagram";

/// How the app is subscribed, beside what is wanted.
#[derive(Clone, Debug)]
pub struct AppLook {
    /// Its subscription as it is; none: it has none.
    pub found: Option<AppSubscription>,
    /// Where its webhooks are to go.
    pub callback: Url,
}

impl AppLook {
    /// Where the webhooks go, if not to this callback.
    pub fn elsewhere(&self) -> Option<&str> {
        let found = self.found.as_ref()?.callback_url.as_deref().unwrap_or_default();
        (found != self.callback.as_str()).then_some(found)
    }

    /// Fields that Belino reads and the app does not listen to.
    pub fn missing(&self) -> Vec<&'static str> {
        let listens = self.listens();
        let wanted = Login::Instagram.subscribed_fields().iter().copied();
        wanted.filter(|field| !listens.contains(field)).collect()
    }

    /// Meta says of a subscription that it does not send.
    pub fn is_inactive(&self) -> bool {
        self.found
            .as_ref()
            .is_some_and(|found| found.active == Some(false))
    }

    /// There is nothing to be changed.
    pub fn is_right(&self) -> bool {
        let sends = self.found.is_some() && !self.is_inactive();
        sends && self.elsewhere().is_none() && self.missing().is_empty()
    }

    /// What the app is to listen to: what it does already, and what Belino reads.
    pub fn wanted(&self) -> Vec<&str> {
        self.listens().into_iter().chain(self.missing()).collect()
    }

    fn listens(&self) -> Vec<&str> {
        let found = self.found.iter().flat_map(|found| &found.fields);
        found.map(String::as_str).collect()
    }
}

/// Looks how the app is subscribed.
pub async fn look_at_app(graph: &Graph, app: &LoginApp, callback: Url) -> Result<AppLook, GraphError> {
    let subscriptions = graph.app_subscriptions(app).await?.body;
    let found = subscriptions.into_iter().find(|one| one.object == OBJECT);
    Ok(AppLook { found, callback })
}

/// Subscribes the app as is wanted. Gives the fields that Meta does not know, which were left out.
pub async fn subscribe_app<'f>(
    graph: &Graph,
    app: &LoginApp,
    look: &'f AppLook,
    verify_token: &str,
) -> Result<Vec<&'f str>, GraphError> {
    let wanted = look.wanted();
    let mut fields = wanted.clone();
    let to = (OBJECT, look.callback.as_str());
    while let Err(error) = graph.subscribe_app(app, to, verify_token, &fields).await {
        fields = left_after(&fields, &error).ok_or(error)?;
    }
    Ok(wanted
        .into_iter()
        .filter(|field| !fields.contains(field))
        .collect())
}
