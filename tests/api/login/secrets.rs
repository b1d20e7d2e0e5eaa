//! No token, code or state of a run lies anywhere in the open.

use serde_json::Value;
use sqlx::{Connection, PgConnection, Row};

use crate::app::{FACEBOOK_SECRET, INSTAGRAM_SECRET, TestApp};
use crate::dialog::parameter;
use crate::on_both;
use crate::secrets::in_the_open;

on_both!(no_token_code_or_state_lies_in_the_open);

async fn no_token_code_or_state_lies_in_the_open(app: TestApp) {
    let account = app.meta.account("bakery").await;
    let more = serde_json::json!({ "username": "cafe", "facebook_user_id": account["facebook_user_id"] });
    app.meta.post("accounts", more).await;
    let mut secrets = vec![FACEBOOK_SECRET.to_owned(), INSTAGRAM_SECRET.to_owned()];
    let mut shown = String::new();
    for login in ["instagram", "facebook"] {
        let dialog = app.dialog(login, "").await;
        let person = if login == "facebook" {
            "facebook_user_id"
        } else {
            "id"
        };
        let at = app
            .answer(&dialog, &[("as", account[person].as_str().unwrap())])
            .await;
        secrets.extend(["state", "code"].map(|name| parameter(&at, name).unwrap()));
        let page = app.call_back(&at, "application/json").await.text().await.unwrap();
        let answer: Value = serde_json::from_str(&page).unwrap();
        // The session's id is told to the person's browser, and kept as its hash.
        secrets.extend(answer["session"].as_str().map(ToOwned::to_owned));
        if let Some(session) = answer["session"].as_str() {
            let path = format!("/api/instagram/connect-sessions/{session}");
            shown += &app.get(&path).await.body.to_string();
            let choice = serde_json::json!({ "page_id": account["page_id"] });
            shown += &app.post(&format!("{path}/choose"), choice).await.body.to_string();
        }
    }
    app.clock.advance(std::time::Duration::from_hours(51 * 24));
    let stop = tokio_util::sync::CancellationToken::new();
    assert_eq!(app.parts.connector.renew_due(&stop).await.unwrap(), 1);
    let tokens = app.meta.get("tokens").await["data"].as_array().unwrap().clone();
    assert!(tokens.len() > 4, "{tokens:?}");
    secrets.extend(
        tokens
            .iter()
            .map(|token| token["access_token"].as_str().unwrap().to_owned()),
    );
    for path in [
        "/metrics",
        "/api/instagram/status",
        "/api/instagram/connections",
        "/api/summary",
        "/api/feed",
        "/api/keys",
        "/api/events",
        "/api/deliveries",
    ] {
        shown += &app.get(path).await.body.to_string();
    }
    assert_eq!(in_the_open(shown.as_bytes(), &secrets), None, "shown");
    let stored = stored(&app).await;
    assert_eq!(in_the_open(&stored, &secrets), None, "stored");
    let known = "bakery".to_owned();
    assert!(
        in_the_open(&stored, &[known]).is_some(),
        "what is stored was read"
    );
}

/// Every byte of SQLite's files; every row of every table on Postgres, as text.
pub(crate) async fn stored(app: &TestApp) -> Vec<u8> {
    if let Some(path) = app.database.strip_prefix("sqlite://") {
        let files = [path.to_owned(), format!("{path}-wal")];
        return files
            .iter()
            .flat_map(|file| std::fs::read(file).unwrap_or_default())
            .collect();
    }
    let mut server = PgConnection::connect(&app.database).await.unwrap();
    let tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'";
    let tables = sqlx::query(tables).fetch_all(&mut server).await.unwrap();
    let mut stored = String::new();
    for table in tables {
        let table: String = table.get(0);
        let rows = sqlx::AssertSqlSafe(format!("SELECT CAST(t AS TEXT) FROM \"{table}\" t"));
        for row in sqlx::query(rows).fetch_all(&mut server).await.unwrap() {
            stored += &row.get::<String, _>(0);
        }
    }
    stored.into_bytes()
}
