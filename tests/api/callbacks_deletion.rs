//! What goes when a person asks for their data to be deleted, and what stays.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{FACEBOOK_SECRET, INSTAGRAM_SECRET, TestApp};
use crate::callbacks::DELETE;
use crate::on_both;
use crate::scene::id;
use crate::wire::{changes, comment, comment_change};

on_both!(
    a_deletion_is_answered_with_a_code_and_the_same_one_again,
    an_account_that_is_the_person_goes_with_everything_that_came_for_it,
    a_facebook_user_takes_their_access_along_and_leaves_the_accounts_history,
    whoever_connects_again_after_a_deletion_begins_anew,
);

const OTHER: &str = "17841400000009999";

async fn a_deletion_is_answered_with_a_code_and_the_same_one_again(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let person = &account["facebook_user_id"];
    let first = app.withdraw(DELETE, FACEBOOK_SECRET, person).await;
    assert_eq!(first.status, StatusCode::OK, "{first:?}");
    assert!(app.connections().await.is_empty(), "tokens go at once");
    let code = first.body["confirmation_code"].as_str().unwrap().to_owned();
    assert!(code.len() >= 20 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let base = app.config.public_url.as_str().trim_end_matches('/');
    assert_eq!(
        first.body,
        json!({ "url": format!("{base}{DELETE}/{code}"), "confirmation_code": code })
    );
    assert_eq!(
        app.withdraw(DELETE, FACEBOOK_SECRET, person).await.body,
        first.body
    );
    let other = app.withdraw(DELETE, FACEBOOK_SECRET, &json!("1234567890")).await;
    assert_ne!(other.body, first.body);
    app.erase_all().await;
    assert_eq!(app.progress(&first).await["state"], "done");
    assert_eq!(
        app.withdraw(DELETE, FACEBOOK_SECRET, person).await.body,
        first.body
    );
    app.clock.advance(Duration::from_hours(25));
    assert_ne!(
        app.withdraw(DELETE, FACEBOOK_SECRET, person).await.body,
        first.body
    );
    app.erase_all().await;
}

/// A delivery of two accounts, each with a comment.
fn of_two(one: &Value, other: &str) -> String {
    let entry = |account: &Value, comment: &str| json!({ "id": account, "time": 1_795_000_000, "changes": [comment_change(comment, "hello")] });
    let entries = [
        entry(one, "18000000000000071"),
        entry(&json!(other), "18000000000000072"),
    ];
    json!({ "object": "instagram", "entry": entries }).to_string()
}

async fn an_account_that_is_the_person_goes_with_everything_that_came_for_it(app: TestApp) {
    let account = app.shop("bakery", &["instagram"]).await;
    let media = app.media(&account).await;
    app.comments(&media, 70).await;
    app.take_in().await;
    let shared = of_two(&account["id"], OTHER);
    app.deliver(&shared).await;
    app.deliver(comment(OTHER, "18000000000000081", "of nobody yet"))
        .await;
    app.process_all().await;
    app.posting(shared.clone()).send().await.unwrap();
    app.until("/api/deliveries?state=quarantined", |page| {
        page["data"] != json!([])
    })
    .await;
    let receipt = app.withdraw(DELETE, INSTAGRAM_SECRET, &account["id"]).await;
    let progress = app.progress(&receipt).await;
    assert_eq!(
        (&progress["state"], &progress["removed"]["connections"]),
        (&json!("received"), &json!(1))
    );
    let key = app.key("shop", "read").await;
    assert_eq!(
        app.list_as(&key, "/api/comments").await.len(),
        0,
        "nobody sees it any more"
    );
    assert!(app.erase_all().await > 11);
    let progress = app.progress(&receipt).await;
    assert_eq!(
        (&progress["state"], &progress["steps_done"]),
        (&json!("done"), &progress["steps"])
    );
    assert_eq!(
        (
            &progress["removed"]["events"],
            &progress["removed"]["refused_deliveries"]
        ),
        (&json!(71), &json!(1))
    );
    let counts = app.counts().await;
    assert_eq!(
        (&counts["retired"], &counts["parked"], &counts["total"]),
        (&json!(71), &json!(2), &json!(73))
    );
    for path in [
        "comments",
        "events?field=comments",
        "deliveries",
        "feed",
        "instagram/status",
        "mentions",
    ] {
        let shown = app.get(&format!("/api/{path}")).await.body.to_string();
        for personal in [&account["id"], &account["app_scoped_id"], &account["username"]] {
            assert!(
                !shown.contains(personal.as_str().unwrap()),
                "{path} {personal}: {shown}"
            );
        }
    }
    only_the_others_bytes_are_left(&app, &account, &shared).await;
}

async fn only_the_others_bytes_are_left(app: &TestApp, account: &Value, shared: &str) {
    let mut redacted = 0;
    for delivery in app.ledger().await {
        let path = format!("/api/deliveries/{}", delivery["id"].as_str().unwrap());
        let story = app.get(&path).await.body;
        let body = app.get(&format!("{path}/body")).await;
        if delivery["redacted_at"] == Value::Null {
            assert_eq!(body.status, StatusCode::OK);
            assert!(!body.body.to_string().contains(id(account)));
            continue;
        }
        redacted += 1;
        assert_eq!(
            (body.status, &body.body["code"]),
            (StatusCode::GONE, &json!("erased"))
        );
        if story["body_bytes"] == shared.len() {
            let hash = <sha2::Sha256 as sha2::Digest>::digest(shared);
            assert_eq!(story["body_sha256"], hex::encode(hash));
            assert_eq!(
                story["events"].as_array().unwrap().len(),
                1,
                "the other's slice stays"
            );
        }
    }
    assert!(redacted >= 2, "{redacted}");
    // Neither Meta sending it again nor reading the ledger again brings anything back.
    app.deliver(shared).await;
    app.post("/api/replays", json!({ "from": "raw" })).await;
    app.process_all().await;
    app.erase_all().await;
    assert_eq!(app.counts().await["total"], 73);
    let again = &app.list("/api/deliveries").await[0];
    assert_ne!(again["redacted_at"], Value::Null, "its bytes go, too");
}

async fn a_facebook_user_takes_their_access_along_and_leaves_the_accounts_history(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    app.comment(&account, &media).await;
    app.take_in().await;
    let person = &account["facebook_user_id"];
    let of_them = json!({ "field": "comments", "value": {
        "id": "18000000000000091", "text": "by them", "from": { "id": person, "username": "a.person" },
        "media": { "id": media, "media_product_type": "FEED" },
    } });
    let of_others = comment_change("18000000000000092", "by another");
    let both = changes(id(&account), &[of_them, of_others]);
    app.deliver(&both).await;
    app.finish().await;
    assert_eq!(app.list("/api/comments").await.len(), 3);
    let receipt = app.withdraw(DELETE, FACEBOOK_SECRET, person).await;
    app.erase_all().await;
    let shown = app.list("/api/comments").await;
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert!(shown.iter().all(|comment| comment["id"] != "18000000000000091"));
    let removed = app.progress(&receipt).await["removed"].clone();
    let expected = json!({ "connections": 1, "events": 1, "comments": 1, "deliveries": 1 });
    assert_eq!(removed, expected);
    let status = app.get("/api/instagram/status").await.body;
    assert_eq!(status["accounts"][0]["account_id"], account["id"]);
    // What Meta sends again is known for what it is: one is erased, the other stands.
    app.deliver(&both).await;
    app.process_all().await;
    assert_eq!(app.list("/api/comments").await.len(), 2);
    assert_eq!(
        app.event(&json!("18000000000000092")).await["sightings"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    app.erase_all().await;
    let told = app
        .until("/api/feed?limit=200", |page| {
            page.to_string().contains("comment.erased")
        })
        .await;
    assert!(!told.to_string().contains(person.as_str().unwrap()), "{told}");
}

async fn whoever_connects_again_after_a_deletion_begins_anew(app: TestApp) {
    let account = app.shop("bakery", &["instagram"]).await;
    let first = app.withdraw(DELETE, INSTAGRAM_SECRET, &account["id"]).await;
    app.erase_all().await;
    app.deliver(comment(id(&account), "18000000000000061", "too early"))
        .await;
    app.process_all().await;
    assert_eq!(
        app.counts().await["total"],
        0,
        "nothing is kept of an erased account"
    );
    app.clock.advance(Duration::from_hours(1));
    app.connect("shop", "instagram", &account).await;
    let media = app.media(&account).await;
    app.comment(&account, &media).await;
    app.take_in().await;
    assert_eq!(app.counts().await["done"], 1);
    let second = app.withdraw(DELETE, INSTAGRAM_SECRET, &account["id"]).await;
    assert_ne!(first.body, second.body, "there is something to delete again");
    assert!(app.connections().await.is_empty());
    app.erase_all().await;
    assert_eq!(app.counts().await["retired"], 1);
    assert_eq!(app.list("/api/comments").await.len(), 0);
}
