//! Logins without a browser: the dialog's form posted, the code taken from the address it leads to, and exchanged.

use serde_json::{Value, json};
use url::Url;

use super::rig::{FACEBOOK_SECRET, INSTAGRAM_SECRET, Reply, Rig};

/// Where the dialogs lead back to.
pub(crate) const REDIRECT: &str = "http://127.0.0.1:9/callback";

pub(crate) const FACEBOOK_DIALOG: &str = "/www.facebook.com/v25.0/dialog/oauth";
pub(crate) const INSTAGRAM_DIALOG: &str = "/www.instagram.com/oauth/authorize";
pub(crate) const FACEBOOK_EXCHANGE: &str = "/graph.facebook.com/v25.0/oauth/access_token";
pub(crate) const INSTAGRAM_EXCHANGE: &str = "/api.instagram.com/oauth/access_token";

/// What an account's person grants in the tests, unless they say otherwise.
pub(crate) const FACEBOOK_SCOPE: &str = "pages_show_list,pages_read_engagement,pages_manage_metadata,\
instagram_basic,instagram_manage_comments";
pub(crate) const INSTAGRAM_SCOPE: &str = "instagram_business_basic,instagram_business_manage_comments";

impl Rig {
    /// Posts Facebook's dialog with everything asked for ticked, but with `answers` of the test.
    pub(crate) async fn agree_on_facebook(&self, answers: &[(&str, &str)]) -> Reply {
        let said = [
            ("client_id", "900100"),
            ("redirect_uri", REDIRECT),
            ("state", "s"),
            ("scope", FACEBOOK_SCOPE),
        ];
        self.agree(FACEBOOK_DIALOG, &said, FACEBOOK_SCOPE, answers).await
    }

    /// The same with Instagram's.
    pub(crate) async fn agree_on_instagram(&self, answers: &[(&str, &str)]) -> Reply {
        let said = [
            ("client_id", "900200"),
            ("redirect_uri", REDIRECT),
            ("state", "s"),
            ("scope", INSTAGRAM_SCOPE),
        ];
        self.agree(INSTAGRAM_DIALOG, &said, INSTAGRAM_SCOPE, answers)
            .await
    }

    async fn agree(&self, path: &str, said: &[(&str, &str)], scope: &str, answers: &[(&str, &str)]) -> Reply {
        let answered = |name: &str| answers.iter().any(|(key, _)| *key == name);
        let mut form: Vec<(&str, &str)> = said
            .iter()
            .copied()
            .filter(|(name, _)| !answered(name))
            .chain(answers.iter().copied())
            .collect();
        if !answered("permission") {
            form.extend(scope.split(',').map(|name| ("permission", name)));
        }
        if !answered("page") {
            form.push(("page", "all"));
        }
        if !answered("action") {
            form.push(("action", "continue"));
        }
        self.form(path, &form).await
    }

    /// A code from Facebook's dialog.
    pub(crate) async fn facebook_code(&self, answers: &[(&str, &str)]) -> String {
        code(&self.agree_on_facebook(answers).await)
    }

    /// A code from Instagram's dialog.
    pub(crate) async fn instagram_code(&self, answers: &[(&str, &str)]) -> String {
        code(&self.agree_on_instagram(answers).await)
    }

    /// Exchanges a code of Facebook's.
    pub(crate) async fn exchange_on_facebook(&self, code: &str) -> Reply {
        let form = [
            ("client_id", "900100"),
            ("client_secret", FACEBOOK_SECRET),
            ("redirect_uri", REDIRECT),
            ("code", code),
        ];
        self.form(FACEBOOK_EXCHANGE, &form).await
    }

    /// Exchanges a code of Instagram's.
    pub(crate) async fn exchange_on_instagram(&self, code: &str) -> Reply {
        let form = [
            ("client_id", "900200"),
            ("client_secret", INSTAGRAM_SECRET),
            ("grant_type", "authorization_code"),
            ("redirect_uri", REDIRECT),
            ("code", code),
        ];
        self.form(INSTAGRAM_EXCHANGE, &form).await
    }

    /// Makes a Facebook user's token long-lived.
    pub(crate) async fn lengthen(&self, token: &Value) -> Reply {
        let form = [
            ("grant_type", "fb_exchange_token"),
            ("client_id", "900100"),
            ("client_secret", FACEBOOK_SECRET),
            ("fb_exchange_token", token.as_str().unwrap()),
        ];
        self.form(FACEBOOK_EXCHANGE, &form).await
    }

    /// A short-lived user token by Facebook's dialog.
    pub(crate) async fn log_in_on_facebook(&self, answers: &[(&str, &str)]) -> Value {
        let code = self.facebook_code(answers).await;
        self.exchange_on_facebook(&code).await.body["access_token"].clone()
    }

    /// What `debug_token` says of a token of Facebook's.
    pub(crate) async fn debug(&self, token: &Value) -> Value {
        let app = json!(format!("900100|{FACEBOOK_SECRET}"));
        let path = format!("debug_token?input_token={}", token.as_str().unwrap());
        self.facebook(&app, &path).await.body["data"].clone()
    }
}

/// Where a redirect leads.
pub(crate) fn location(reply: &Reply) -> Url {
    assert_eq!(reply.status, 302, "{}", reply.body);
    reply.headers["location"].to_str().unwrap().parse().unwrap()
}

/// A parameter of an address.
pub(crate) fn param(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs().into_owned();
    pairs.find(|(key, _)| key == name).map(|(_, value)| value)
}

/// Code and subcode of an error of Graph's.
pub(crate) fn error(body: &Value) -> (Option<i64>, Option<i64>) {
    let error = &body["error"];
    (error["code"].as_i64(), error["error_subcode"].as_i64())
}

fn code(reply: &Reply) -> String {
    param(&location(reply), "code").unwrap()
}
