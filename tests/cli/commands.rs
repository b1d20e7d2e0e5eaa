//! Keys, connections and events from the command line.

use serde_json::{Value, json};

use crate::home::{Home, Running, SECRET};

const ACCOUNT: &str = "17841400000000001";
const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/webhooks/comments.json");

fn rows(json: &str) -> Vec<Value> {
    serde_json::from_str(json).unwrap()
}

/// A home whose Meta is a sandbox.
pub(crate) fn with_sandbox() -> (Home, Running) {
    let mut home = Home::configured();
    let sandbox = Home::start(home.belino(&["sandbox", "--listen", "127.0.0.1:0"]));
    let graph = format!("{}/graph.facebook.com", sandbox.address);
    home.set("BELINO_FACEBOOK_GRAPH_URL", &graph);
    (home, sandbox)
}

/// Connects the fixtures' account to a new workspace; gives the connection's id.
pub(crate) async fn connect(home: &Home, sandbox: &Running) -> String {
    home.good(&["keys", "create", "--workspace", "shop", "--name", "till"]);
    let wanted = json!({ "instagram_id": ACCOUNT, "username": "bakery", "logins": ["facebook"] });
    let account = sandbox.post("/sandbox/accounts", wanted).await;
    let token = account["tokens"]["facebook"]["user"]["access_token"]
        .as_str()
        .unwrap();
    let page = account["page_id"].to_string().replace('"', "");
    let words = [
        "connections",
        "add",
        "--workspace",
        "shop",
        "--login",
        "facebook",
        "--account",
        ACCOUNT,
        "--page",
        &page,
    ];
    let done = home.run_with(&words, &format!("{token}\n"));
    assert_eq!(
        (done.code, done.out.trim()),
        (0, "connected: 17841400000000001"),
        "{done:?}"
    );
    assert!(!done.err.contains(token) && !done.out.contains(token));
    let listed = rows(&home.good(&["connections", "list", "--json"]));
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0]["account_id"], &listed[0]["state"]),
        (&json!(ACCOUNT), &json!("active"))
    );
    listed[0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_key_is_made_listed_and_revoked() {
    let home = Home::configured();
    let words = [
        "keys",
        "create",
        "--workspace",
        "shop",
        "--name",
        "the till",
        "--scope",
        "write",
    ];
    let key = home.good(&words);
    let key = key.trim();
    assert!(key.starts_with("bel_") && key.len() == 56, "{key}");
    home.good(&["keys", "create", "--operator", "--name", "ops"]);
    let listed = home.good(&["keys", "list", "--json"]);
    assert!(!listed.contains(key), "shown once");
    let listed = rows(&listed);
    let told = |n: usize| (listed[n]["workspace"].clone(), listed[n]["scope"].clone());
    assert_eq!(told(0), (json!("shop"), json!("write")));
    assert_eq!(told(1), (Value::Null, json!("operator")));
    let table = home.good(&["keys", "list"]);
    assert!(
        table.contains("WORKSPACE") && table.contains("the till"),
        "{table}"
    );
    let id = listed[0]["id"].as_str().unwrap();
    assert!(home.good(&["keys", "revoke", id]).contains(id));
    let listed = rows(&home.good(&["keys", "list", "--json"]));
    assert!(!listed[0]["revoked_at"].is_null() && listed[1]["revoked_at"].is_null());
    let unknown = home.run(&["keys", "revoke", "01980000-0000-7000-8000-000000000000"]);
    assert_eq!(unknown.code, 1, "{unknown:?}");
    assert!(unknown.err.contains("no such key"), "{}", unknown.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_connected_checked_and_removed() {
    let (home, sandbox) = with_sandbox();
    let id = connect(&home, &sandbox).await;
    assert_eq!(home.run(&["connections", "verify", &id]).code, 0);
    let expired = json!({ "what": { "error": { "code": 190, "subcode": 463 } }, "times": 9 });
    sandbox.post("/sandbox/faults", expired).await;
    let checked = home.run(&["connections", "verify", &id]);
    assert_eq!(checked.code, 1, "{checked:?}");
    assert!(home.good(&["connections", "remove", &id]).contains(&id));
    let listed = rows(&home.good(&["connections", "list", "--json"]));
    assert!(listed.iter().all(|row| row["state"] != "active"), "{listed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_meta_refuses_connects_nothing() {
    let (home, _sandbox) = with_sandbox();
    home.good(&["keys", "create", "--workspace", "shop", "--name", "till"]);
    let words = [
        "connections",
        "add",
        "--workspace",
        "shop",
        "--login",
        "facebook",
        "--account",
        ACCOUNT,
    ];
    let refused = home.run_with(&words, "a-token-of-nobody");
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(!refused.err.contains("a-token-of-nobody"), "{}", refused.err);
    let empty = home.run_with(&words, " \n");
    assert_eq!(empty.code, 64, "{empty:?}");
    let nowhere = home.run_with(
        &[
            "connections",
            "add",
            "--workspace",
            "none",
            "--login",
            "instagram",
        ],
        "token",
    );
    assert_eq!(nowhere.code, 64, "{nowhere:?}");
    assert!(nowhere.err.contains("belino keys create"), "{}", nowhere.err);
    assert_eq!(home.good(&["connections", "list", "--json"]).trim(), "[]");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fixtures_are_replayed_into_a_service_and_its_events_are_shown_and_put_back() {
    let (home, sandbox) = with_sandbox();
    connect(&home, &sandbox).await;
    let service = Home::start(home.belino(&["serve"]));
    let to = format!("{}/api/instagram/webhook", service.address);
    let done = home.run(&["replay", FIXTURE, "--to", &to, "--secret", SECRET, "--times", "3"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.out.contains("3 of 3 accepted"), "{}", done.out);
    let forged = home.run(&["replay", FIXTURE, "--to", &to, "--secret", "another"]);
    assert_eq!(forged.code, 1, "{forged:?}");
    assert!(forged.out.contains("401"), "{}", forged.out);
    service
        .until("/api/summary", |_, text| text.contains("\"unpacked\":3"))
        .await;
    let listed = rows(&home.good(&["events", "list", "--field", "comments", "--json"]));
    assert_eq!(listed.len(), 1, "three deliveries of one comment");
    assert_eq!(listed[0]["account_id"], ACCOUNT);
    let id = listed[0]["id"].as_str().unwrap();
    let story: Value = serde_json::from_str(&home.good(&["events", "show", id])).unwrap();
    assert_eq!(
        (&story["signed_by"], &story["event"]["key"]),
        (&json!("facebook"), &json!("17900000000000001"))
    );
    assert_eq!(story["sightings"].as_array().unwrap().len(), 2);
    let said = home.good(&["events", "retry", "--account", ACCOUNT, "--dry-run"]);
    assert!(said.starts_with("1 events match"), "{said}");
    assert!(home.good(&["events", "retry", id, "--dry-run"]).contains(id));
    let said = home.good(&["events", "retry", "--dry-run"]);
    assert!(said.starts_with("1 events match"), "{said}");
    let refused = home.run(&["events", "retry"]);
    assert_eq!(refused.code, 64, "{refused:?}");
    assert!(refused.err.contains("--all for every event"), "{}", refused.err);
    let said = home.good(&["events", "retry", "--all"]);
    assert!(said.starts_with("put back"), "{said}");
    assert_eq!(
        home.good(&["events", "list", "--field", "messages", "--json"])
            .trim(),
        "[]"
    );
    let unknown = home.run(&["events", "show", "01980000-0000-7000-8000-000000000000"]);
    assert_eq!(unknown.code, 1, "{unknown:?}");
    assert_eq!(service.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fresh_ids_make_each_copy_an_event_of_its_own() {
    let home = Home::configured();
    let service = Home::start(home.belino(&["serve"]));
    let to = format!("{}/api/instagram/webhook", service.address);
    let words = [
        "replay",
        FIXTURE,
        "--to",
        &to,
        "--secret",
        SECRET,
        "--times",
        "20",
        "--fresh-ids",
        "--concurrency",
        "4",
    ];
    assert_eq!(home.run(&words).code, 0);
    service
        .until("/api/summary", |_, text| text.contains("\"unpacked\":20"))
        .await;
    let listed = rows(&home.good(&["events", "list", "--json", "--state", "parked"]));
    assert_eq!(listed.len(), 20);
    assert!(
        listed.iter().all(|row| row["reason"] == "unknown-account"),
        "{listed:?}"
    );
}
