//! No token, secret, code or state of a run lies anywhere in the open.

use sqlx::{Connection, PgConnection, Row};

use crate::app::TestApp;
use crate::on_both;
use crate::run::Run;
use crate::secrets::in_the_open;

on_both!(no_token_code_or_state_lies_in_the_open);

async fn no_token_code_or_state_lies_in_the_open(app: TestApp) {
    let mut run = Run::begun(&app).await;
    assert!(run.secrets.len() > 40, "{}", run.secrets.len());
    assert_closed(&app, &run).await;
    let known = "bakery".to_owned();
    let stored = stored(&app).await;
    assert!(
        in_the_open(&stored, &[known]).is_some(),
        "what is stored was read"
    );
    run.end(&app).await;
    assert_closed(&app, &run).await;
}

async fn assert_closed(app: &TestApp, run: &Run) {
    assert_eq!(in_the_open(run.shown.as_bytes(), &run.secrets), None, "shown");
    let stored = stored(app).await;
    for secrets in [&run.secrets, &run.private] {
        assert_eq!(in_the_open(&stored, secrets), None, "stored");
    }
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
