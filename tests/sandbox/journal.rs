//! A sandbox that is started again finds its world, and sends what nobody acknowledged.

use serde_json::json;

use crate::support::{FACEBOOK_SECRET, REDIRECT, Receiver, Rig, VERIFY_TOKEN};

#[tokio::test]
async fn after_a_restart_the_world_is_the_same_and_what_was_not_acknowledged_is_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("sandbox.jsonl");
    let receiver = Receiver::start();
    let rig = Rig::start_with(|config| config.journal = Some(journal.clone())).await;
    rig.make(
        "callback",
        json!({ "url": receiver.url, "verify_token": VERIFY_TOKEN }),
    )
    .await;
    let (account, _) = rig.account_with_post().await;
    rig.make("comments", json!({ "text": "acknowledged" })).await;
    rig.make("deliveries/send", json!({})).await;
    assert_eq!(receiver.take().len(), 1);
    let second = rig.make("comments", json!({ "text": "not yet" })).await;
    receiver.answer(503);
    rig.make("deliveries/send", json!({})).await;
    receiver.take();
    rig.stop().await;
    // A kill can leave half a line behind.
    let mut text = std::fs::read_to_string(&journal).unwrap();
    text.push_str("{\"comment_del");
    std::fs::write(&journal, text).unwrap();

    receiver.answer(200);
    let rig = Rig::start_with(|config| config.journal = Some(journal.clone())).await;
    rig.make("deliveries/send", json!({})).await;
    let told = receiver.take();
    assert_eq!(told.len(), 1);
    assert_eq!(
        told[0].json()["entry"][0]["changes"][0]["value"]["id"],
        second["id"]
    );
    let token = &account["tokens"]["instagram"]["access_token"];
    let read = rig.instagram(token, second["id"].as_str().unwrap()).await;
    assert_eq!(read.body["text"], "not yet");
    let third = rig.make("comments", json!({})).await;
    assert_ne!(third["id"], second["id"]);
    rig.stop().await;

    let rig = Rig::start_with(|config| config.journal = Some(journal.clone())).await;
    assert_eq!(
        rig.instagram(token, third["id"].as_str().unwrap()).await.status,
        200
    );
    rig.make("deliveries/send", json!({})).await;
    assert_eq!(receiver.take().len(), 1, "only the third");
}

#[tokio::test]
async fn a_reset_forgets_everything_and_begins_with_the_same_ids() {
    let rig = Rig::start().await;
    let (first, post) = rig.account_with_post().await;
    assert_eq!(rig.post("/sandbox/reset", json!({})).await.status, 204);
    assert_eq!(rig.look("/sandbox/accounts").await.body, json!({ "data": [] }));
    let (again, post_again) = rig.account_with_post().await;
    assert_eq!((first, post), (again, post_again));
}

#[tokio::test]
async fn a_journal_that_outgrew_its_world_is_put_anew_and_gives_the_same_world() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("sandbox.jsonl");
    let receiver = Receiver::start();
    let rig = Rig::start_with(|config| config.journal = Some(journal.clone())).await;
    rig.make(
        "callback",
        json!({ "url": receiver.url, "verify_token": VERIFY_TOKEN }),
    )
    .await;
    let (account, _) = rig.account_with_post().await;
    let token = &account["tokens"]["instagram"]["access_token"];
    rig.make("stories", json!({})).await;
    let comment = rig.make("comments", json!({ "text": "Is there rye?" })).await;
    rig.make(
        "comments",
        json!({ "text": "There is.", "parent_id": comment["id"] }),
    )
    .await;
    rig.make("messages", json!({ "text": "Hello" })).await;
    rig.make("mentions", json!({ "text": "@harbourbakery" })).await;
    rig.make(
        "comments",
        json!({ "count": 4_000, "announce": false, "text": "x".repeat(400) }),
    )
    .await;
    rig.make("settings", json!({ "account_calls": 4_800 })).await;

    let answered = format!(
        "{}?fields=text,replies{{id,text}}",
        comment["id"].as_str().unwrap()
    );
    let talk = "me/conversations?platform=instagram&fields=id,messages{id,message}";
    let looks = async |rig: &Rig| {
        [
            rig.look("/sandbox/accounts").await.body,
            rig.look("/sandbox/feed/harbourbakery").await.body,
            rig.look("/sandbox/settings").await.body,
            rig.instagram(token, &answered).await.body,
            rig.instagram(token, talk).await.body["data"].clone(),
        ]
    };
    let before = looks(&rig).await;
    rig.stop().await;
    let kept = std::fs::read_to_string(&journal).unwrap();
    assert!(kept.starts_with("{\"world\":"), "{}", &kept[..80]);

    let rig = Rig::start_with(|config| config.journal = Some(journal.clone())).await;
    for (found, expected) in looks(&rig).await.into_iter().zip(before) {
        assert!(found == expected, "{found:.500} is not {expected:.500}");
    }
    rig.make("deliveries/send", json!({})).await;
    let told = receiver.take();
    let updates: usize = told.iter().map(|one| updates_in(&one.json())).sum();
    assert_eq!(updates, UNACKNOWLEDGED);
    let next = rig.make("comments", json!({})).await;
    assert_ne!(next["id"], comment["id"]);
}

/// A comment, its answer, a message and a mention, for the one login that is subscribed.
const UNACKNOWLEDGED: usize = 4;

fn updates_in(notification: &serde_json::Value) -> usize {
    let entries = notification["entry"].as_array().unwrap();
    let length = |list: &serde_json::Value| list.as_array().map_or(0, Vec::len);
    entries
        .iter()
        .map(|entry| length(&entry["changes"]) + length(&entry["messaging"]))
        .sum()
}

#[tokio::test]
async fn after_a_restart_people_pages_grants_codes_and_addresses_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("sandbox.jsonl");
    let receiver = Receiver::start();
    let start = async || Rig::start_with(|config| config.journal = Some(journal.clone())).await;
    let rig = start().await;
    let (account, _) = rig.account_with_post().await;
    let user = account["facebook_user_id"].as_str().unwrap();
    rig.make("users", json!({ "name": "Lonely" })).await;
    let bare = rig.make("pages", json!({ "facebook_user_id": user })).await;
    let role = json!({ "facebook_user_id": user, "tasks": ["MANAGE"] });
    rig.make(&format!("pages/{}", bare["id"].as_str().unwrap()), role)
        .await;
    let addresses = json!({
        "redirect_uris": [REDIRECT],
        "deauthorize_url": "http://127.0.0.1:9/d",
        "data_deletion_url": "http://127.0.0.1:9/e",
    });
    rig.make("apps", addresses).await;
    rig.make("settings", json!({ "oauth": { "success": "text" } }))
        .await;
    let app = format!("900100|{FACEBOOK_SECRET}");
    let subscriptions = "/graph.facebook.com/v25.0/900100/subscriptions";
    let wanted = [
        ("object", "instagram"),
        ("callback_url", receiver.url.as_str()),
        ("verify_token", VERIFY_TOKEN),
        ("fields", "comments"),
        ("access_token", app.as_str()),
    ];
    rig.form(subscriptions, &wanted).await;
    let ticked = [("as", user), ("page", account["page_id"].as_str().unwrap())];
    let token = rig.log_in_on_facebook(&ticked).await;
    let void = rig.instagram_code(&[]).await;
    rig.make(
        "accounts/harbourbakery",
        json!({ "account_type": "Media_Creator" }),
    )
    .await;
    rig.make(
        "deauthorize",
        json!({ "account": "harbourbakery", "login": "instagram" }),
    )
    .await;
    let (spent, open) = (rig.instagram_code(&[]).await, rig.instagram_code(&[]).await);
    rig.exchange_on_instagram(&spent).await;

    let looks = async |rig: &Rig| {
        let mut seen = Vec::new();
        for path in ["users", "pages", "apps", "tokens", "settings", "accounts"] {
            seen.push(rig.look(&format!("/sandbox/{path}")).await.body);
        }
        seen.push(
            rig.query(subscriptions, &[("access_token", &app)]).await.body["data"][0]["fields"].clone(),
        );
        seen.push(rig.facebook(&token, "me/accounts").await.body);
        seen
    };
    let before = looks(&rig).await;
    rig.stop().await;
    let rig = start().await;
    assert_eq!(looks(&rig).await, before);
    for gone in [&spent, &void] {
        assert_eq!(rig.exchange_on_instagram(gone).await.status, 400);
    }
    assert_eq!(rig.exchange_on_instagram(&open).await.status, 200);
}
