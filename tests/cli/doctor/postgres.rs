//! A PostgreSQL server that is set for tests: fast, and not to be trusted with anybody's deliveries.

use super::ward::Report;
use crate::home::Home;
use crate::postgres::database;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_acknowledges_early_and_keys_that_are_missing_are_told() {
    let migrate = async |url: String| {
        let mut home = Home::configured();
        home.set("DATABASE_URL", &url);
        home.good(&["migrate"]);
    };
    let Some(server) = database("doctor", migrate).await else {
        return;
    };
    let mut home = Home::configured();
    home.set("DATABASE_URL", &server.url());
    let report = Report::offline(&home);
    for code in [
        "commits-not-durable",
        "full-page-writes-off",
        "encryption-keys-missing",
    ] {
        report.named(code);
    }
    let passed: Vec<&str> = report
        .findings
        .iter()
        .filter_map(|finding| finding["what"].as_str())
        .collect();
    for what in ["a commit went through", "this clock is with the database's"] {
        assert!(passed.contains(&what), "{passed:?}");
    }
    let mut unknown = Home::configured();
    unknown.set("DATABASE_URL", &server.url().replace("/t_", "/no_such_"));
    Report::offline(&unknown).named("database-refused");
}
