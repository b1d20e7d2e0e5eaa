//! Every file of `fixtures/webhooks` through the real server: what unpacking leaves in the database is what
//! stands beside it in `NAME.expect.json`. What an earlier file brought is not an event again, but a sighting.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::app::{OPERATOR, TestApp};
use crate::on_both;

on_both!(every_fixture_becomes_what_stands_beside_it);

const ACCOUNTS: [&str; 2] = ["17841400000000001", "17841400000000002"];

/// What makes an item the same as another.
type Identity = [String; 3];

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/webhooks");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.retain(|file| !file.to_string_lossy().ends_with(".expect.json"));
    files.sort();
    files
}

async fn connect_accounts(app: &TestApp) {
    let key = app.key("shop", "admin").await;
    for (n, id) in ACCOUNTS.iter().enumerate() {
        let wanted = json!({ "instagram_id": id, "username": format!("account{n}"), "logins": ["facebook"] });
        let account = app.meta.post("accounts", wanted).await;
        app.connect_as(&key, &account).await;
    }
}

async fn every_fixture_becomes_what_stands_beside_it(app: TestApp) {
    connect_accounts(&app).await;
    let (mut seen, mut differences) = (BTreeSet::new(), Vec::new());
    let files = fixtures();
    assert!(files.len() >= 100, "only {} fixtures", files.len());
    for file in files {
        let expected: Value =
            serde_json::from_slice(&fs::read(file.with_extension("expect.json")).unwrap()).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let body = fs::read(&file).unwrap();
        assert_eq!(app.deliver(&body).await.status(), 200, "{name}");
        while app.parts.unpacker.step().await.unwrap() > 0 {}
        let mut found = Vec::new();
        compare(&app, &expected, &mut seen, &mut found).await;
        differences.extend(
            found
                .into_iter()
                .map(|difference| format!("{name}: {difference}")),
        );
    }
    assert!(
        differences.is_empty(),
        "{} differences:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

/// The newest delivery against its expectation.
async fn compare(app: &TestApp, expected: &Value, seen: &mut BTreeSet<Identity>, found: &mut Vec<String>) {
    let delivery = &app.list("/api/deliveries?limit=1").await[0];
    if delivery["state"] != expected["delivery"] {
        found.push(format!(
            "became {} for {}",
            delivery["state"], expected["delivery"]
        ));
        return;
    }
    if let Some(begins) = expected["reason"].as_str()
        && !delivery["reason"]
            .as_str()
            .unwrap_or_default()
            .starts_with(begins)
    {
        found.push(format!("{} is not {begins}", delivery["reason"]));
    }
    let id = delivery["id"].as_str().unwrap();
    let story = app.get(&format!("/api/deliveries/{id}")).await.body;
    let mut events = story["events"].as_array().unwrap().iter();
    for (position, item) in expected["events"].as_array().unwrap().iter().enumerate() {
        let key = item["key"].as_str().unwrap().replace("{delivery}", id);
        let text = |name: &str| item[name].as_str().unwrap().to_owned();
        if !seen.insert([text("entry_id"), text("field"), key.clone()]) {
            continue;
        }
        let Some(event) = events.next() else {
            found.push(format!("no event for item {position}, {key}"));
            continue;
        };
        let event = whole(app, event["id"].as_str().unwrap()).await;
        differ(item, &key, &event, found);
    }
    found.extend(events.map(|event| format!("unexpected {event}")));
}

/// An event's story but for its payload, which may have characters that no text can hold.
async fn whole(app: &TestApp, id: &str) -> BTreeMap<String, Value> {
    let request = app.http.get(format!("{}/api/events/{id}", app.base));
    let text = request
        .bearer_auth(OPERATOR)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(&text).unwrap();
    members
        .into_iter()
        .filter(|(name, _)| name != "payload" && name != "sightings")
        .map(|(name, raw)| (name, serde_json::from_str(raw.get()).unwrap()))
        .collect()
}

fn differ(item: &Value, key: &str, event: &BTreeMap<String, Value>, found: &mut Vec<String>) {
    let mut check = |name: &str, is: &Value, expected: &Value| {
        if is != expected {
            found.push(format!("{key}: {name} is {is} for {expected}"));
        }
    };
    check("key", &event["key"], &json!(key));
    for name in ["field", "outcome", "sent_at", "occurred_at"] {
        check(name, &event[name], &item[name]);
    }
    let nobodys = !ACCOUNTS.contains(&item["entry_id"].as_str().unwrap());
    if nobodys && item["state"] == "pending" {
        check("state", &event["state"], &json!("parked"));
        check("reason", &event["reason"]["code"], &json!("unknown-account"));
    } else {
        check("state", &event["state"], &item["state"]);
    }
    if let Some(reason) = item.get("reason") {
        check("reason", &event["reason"]["message"], reason);
    }
    let enrichment = &event["enrichment"];
    // What an event of another kind wrote about the object first, stays.
    if enrichment["event_id"] != event["id"] {
        return;
    }
    for (name, is) in written(&event["field"], enrichment) {
        check(name, &is, &item["content"][name]);
    }
}

/// What unpacking wrote of an item, under the names of the expectations.
fn written(field: &Value, enrichment: &Value) -> Vec<(&'static str, Value)> {
    let at = |path: &str| enrichment.pointer(path).cloned().unwrap_or_default();
    match field.as_str().unwrap() {
        "comments" | "live_comments" => vec![
            ("id", at("/id")),
            ("text", at("/text")),
            ("from_id", at("/from_id")),
            ("from_username", at("/username")),
            ("parent_id", at("/parent_id")),
            ("ad_id", at("/ad_id")),
            ("media_id", at("/media/id")),
        ],
        "mentions" => vec![("media_id", at("/media_id")), ("comment_id", at("/comment_id"))],
        "story_insights" => vec![
            ("media_id", at("/media_id")),
            ("metrics", numbers(&at("/metrics"))),
        ],
        "messages" => vec![
            ("mid", at("/id")),
            ("text", at("/text")),
            ("sender_id", at("/sender_id")),
            ("recipient_id", at("/recipient_id")),
        ],
        _ => Vec::new(),
    }
}

/// The API writes a word for what Meta suppresses.
fn numbers(metrics: &Value) -> Value {
    let Some(metrics) = metrics.as_object() else {
        return Value::Null;
    };
    metrics
        .iter()
        .map(|(name, value)| {
            let number = if value == "suppressed" {
                json!(-1)
            } else {
                value.clone()
            };
            (name.clone(), number)
        })
        .collect()
}
