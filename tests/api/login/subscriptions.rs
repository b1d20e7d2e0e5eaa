//! What an account is subscribed to when a person has connected it.

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::exchange::{LOGINS, person};
use crate::on_both;

on_both!(a_name_that_meta_takes_no_longer_costs_only_itself);

/// The fields that an account, or its Page, is subscribed to, as Meta tells them.
async fn subscribed(app: &TestApp, login: &str, account: &Value) -> Vec<String> {
    let tokens = &account["tokens"];
    let (token, subject) = if login == "facebook" {
        (&tokens["facebook"]["page"], &account["page_id"])
    } else {
        (&tokens["instagram"], &account["id"])
    };
    let (base, subject) = (&app.meta.base, subject.as_str().unwrap());
    let address = format!("{base}/graph.{login}.com/v25.0/{subject}/subscribed_apps");
    let token = token["access_token"].as_str().unwrap();
    let answer = app.http.get(address).bearer_auth(token).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    let fields = answer["data"][0]["subscribed_fields"].as_array();
    let fields = fields
        .unwrap_or_else(|| panic!("not subscribed: {answer}"))
        .iter();
    fields.map(|field| field.as_str().unwrap().to_owned()).collect()
}

async fn a_name_that_meta_takes_no_longer_costs_only_itself(app: TestApp) {
    for (login, gone) in [
        ("instagram", &["standby", "comments"][..]),
        ("facebook", &["feed"]),
        ("facebook", &["name"]),
    ] {
        app.meta.post("settings", json!({ "dropped_fields": gone })).await;
        let wanted = json!({ "username": format!("{login}.{}", gone[0]), "logins": LOGINS, "subscribe": [] });
        let account = app.meta.post("accounts", wanted).await;
        let done = app.log_in(login, &[("as", person(login, &account))]).await;
        assert_eq!(done.body["result"], "connected", "{done:?}");
        let wanted = login
            .parse::<belino::domain::Login>()
            .unwrap()
            .subscribed_fields();
        let left: Vec<&str> = wanted
            .iter()
            .copied()
            .filter(|name| !gone.contains(name))
            .collect();
        assert_eq!(left.len(), wanted.len() - gone.len());
        assert_eq!(subscribed(&app, login, &account).await, left);
    }
    let status = app.get("/api/instagram/status").await.body;
    let accounts = status["accounts"].as_array().unwrap();
    assert!(accounts.iter().all(|one| one["state"] == "active"), "{status}");
}
