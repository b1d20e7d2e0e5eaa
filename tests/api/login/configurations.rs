//! Facebook Login for Business: a saved configuration says what is asked for.

use std::net::TcpListener;
use std::sync::Arc;

use belino::app::App;
use belino::http::ServeOptions;
use belino::lifecycle::Lifecycle;
use serde_json::{Value, json};
use url::Url;

use crate::app::{Answer, TestApp};
use crate::dialog::parameter;
use crate::on_both;

on_both!(
    a_dialog_is_opened_with_the_configuration_in_place_of_permissions,
    a_configuration_that_gives_less_than_is_needed_is_told,
);

const CONFIGURATION: &str = "550100000000001";

/// The same installation with a configuration, which at Meta asks for these permissions.
async fn configured(app: &TestApp, permissions: Value) -> TestApp {
    let saved = json!({ CONFIGURATION: { "permissions": permissions, "system_user": true } });
    app.meta
        .post("settings", json!({ "oauth": { "configurations": saved } }))
        .await;
    let mut config = (*app.config).clone();
    config.graph.facebook.config_id = Some(CONFIGURATION.to_owned());
    let parts = App::build(&config, app.clock.clone(), Lifecycle::new())
        .await
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    parts.listen(&config, listener, &ServeOptions::default()).unwrap();
    TestApp {
        base,
        config: Arc::new(config),
        parts,
        ..app.clone()
    }
}

async fn leave(app: TestApp) {
    app.parts.lifecycle.stop();
    app.parts.store.close().await;
}

/// Logs in by the dialog with every permission that the configuration has.
async fn log_in(app: &TestApp, permissions: &Value) -> (Url, Answer) {
    let dialog = app.dialog("facebook", "").await;
    let answers: Vec<(&str, &str)> = permissions
        .as_array()
        .unwrap()
        .iter()
        .map(|permission| ("permission", permission.as_str().unwrap()))
        .collect();
    let led_to = app.answer(&dialog, &answers).await;
    let answer = Answer::of(app.call_back(&led_to, "application/json").await).await;
    (dialog, answer)
}

async fn a_dialog_is_opened_with_the_configuration_in_place_of_permissions(app: TestApp) {
    let account = app.meta.account("bakery").await;
    let all = json!(belino::domain::Login::Facebook.permissions());
    let app = configured(&app, all.clone()).await;
    let (dialog, done) = log_in(&app, &all).await;
    assert_eq!(parameter(&dialog, "config_id").as_deref(), Some(CONFIGURATION));
    assert_eq!(parameter(&dialog, "scope"), None);
    assert_eq!(done.body["result"], "connected", "{done:?}");
    assert_eq!(
        (&done.body["account_id"], &done.body["missing_scopes"]),
        (&account["id"], &json!([]))
    );
    let connection = app.only_connection().await;
    assert_eq!(connection["token_expires_at"], json!(null), "a system user's");

    let key = app.key("shop", "admin").await;
    let scopes = "scopes=instagram_manage_comments";
    let path = format!("/api/instagram/authorize?login=facebook&{scopes}");
    let refused = app.get_as(&key, &path).await;
    assert_eq!(refused.body["code"], "invalid-parameter", "{refused:?}");
    let detail = refused.body["detail"].as_str().unwrap();
    assert!(
        detail.starts_with("scopes: ") && detail.contains("BELINO_FACEBOOK_CONFIG_ID"),
        "{detail}"
    );
    let other = app
        .dialog("instagram", "&scopes=instagram_business_manage_comments")
        .await;
    assert_eq!(parameter(&other, "config_id"), None, "Instagram Login has none");
    assert!(parameter(&other, "scope").is_some());
    leave(app).await;
}

async fn a_configuration_that_gives_less_than_is_needed_is_told(app: TestApp) {
    app.meta.account("bakery").await;
    let few = json!(["instagram_basic", "pages_show_list", "pages_read_engagement"]);
    let app = configured(&app, few.clone()).await;
    let (_, done) = log_in(&app, &few).await;
    assert_eq!(done.body["result"], "connected", "{done:?}");
    let status = app.get("/api/instagram/status").await.body;
    let account = &status["accounts"][0];
    assert_eq!(account["state"], "missing_scopes", "{account}");
    let message = account["findings"][0]["message"].as_str().unwrap();
    assert!(message.contains("instagram_manage_comments"), "{message}");
    assert!(
        !message.contains("instagram_content_publish"),
        "it was not asked for: {message}"
    );
    leave(app).await;
}
