//! The Facebook app's own subscriptions: set with a live handshake, and in force from then on.

use serde_json::{Value, json};

use crate::support::{FACEBOOK_SECRET, Receiver, Rig, VERIFY_TOKEN, error};

const PATH: &str = "/graph.facebook.com/v25.0/900100/subscriptions";

fn app() -> String {
    format!("900100|{FACEBOOK_SECRET}")
}

async fn subscribe(rig: &Rig, url: &str, verify_token: &str, fields: &str) -> Value {
    let app = app();
    let form = [
        ("object", "instagram"),
        ("callback_url", url),
        ("verify_token", verify_token),
        ("fields", fields),
        ("include_values", "true"),
        ("access_token", &app),
    ];
    rig.form(PATH, &form).await.body
}

async fn list(rig: &Rig) -> Value {
    rig.query(PATH, &[("access_token", &app())]).await.body["data"].clone()
}

#[tokio::test]
async fn an_app_subscribes_itself_and_is_told_of_those_fields_alone() {
    let receiver = Receiver::start();
    let rig = Rig::start().await;
    rig.account_with_post().await;
    assert_eq!(list(&rig).await, json!([]));
    let answer = subscribe(&rig, &receiver.url, VERIFY_TOKEN, "mentions, comments").await;
    assert_eq!(answer, json!({ "success": true }));
    assert_eq!(
        list(&rig).await,
        json!([{
            "object": "instagram",
            "callback_url": receiver.url,
            "active": true,
            "fields": [{ "name": "mentions", "version": "v25.0" }, { "name": "comments", "version": "v25.0" }],
        }])
    );
    let told = async || {
        rig.make("comments", json!({})).await;
        rig.make("messages", json!({ "text": "Hello" })).await;
        rig.make("deliveries/send", json!({})).await;
        receiver.take().len()
    };
    assert_eq!(told().await, 1, "the comment");
    subscribe(&rig, &receiver.url, VERIFY_TOKEN, "messages,comments").await;
    assert_eq!(told().await, 2);
    let one = format!("{PATH}?object=instagram&fields=comments&access_token=900100%7C{FACEBOOK_SECRET}");
    rig.delete(&one).await;
    assert_eq!(told().await, 1, "the message");
    let all = format!("{PATH}?object=instagram&access_token=900100%7C{FACEBOOK_SECRET}");
    assert_eq!(rig.delete(&all).await.body, json!({ "success": true }));
    assert_eq!((list(&rig).await, told().await), (json!([]), 0));
}

#[tokio::test]
async fn what_cannot_be_subscribed_changes_nothing() {
    let receiver = Receiver::start();
    let rig = Rig::start().await;
    let (account, _) = rig.account_with_post().await;
    subscribe(&rig, &receiver.url, VERIFY_TOKEN, "comments").await;
    let before = list(&rig).await;
    let wrong_token = subscribe(&rig, &receiver.url, "wrong", "mentions").await;
    assert_eq!(error(&wrong_token), (Some(2_200), None));
    let silent = subscribe(&rig, "http://127.0.0.1:9/webhook", VERIFY_TOKEN, "mentions").await;
    assert_eq!(error(&silent), (Some(2_200), None));
    let unknown = subscribe(&rig, &receiver.url, VERIFY_TOKEN, "mentions,message_echoes").await;
    assert_eq!(error(&unknown), (Some(100), None));
    assert!(
        unknown["error"]["message"]
            .as_str()
            .unwrap()
            .contains("message_echoes")
    );
    let user = account["tokens"]["facebook"]["user"]["access_token"]
        .as_str()
        .unwrap();
    let by_person = rig.query(PATH, &[("access_token", user)]).await;
    assert_eq!(error(&by_person.body), (Some(15), None));
    let other_app = "/graph.facebook.com/v25.0/900200/subscriptions";
    let of_another = rig.query(other_app, &[("access_token", &app())]).await;
    assert_eq!(error(&of_another.body), (Some(100), Some(33)));
    rig.make(
        "settings",
        json!({ "oauth": { "instagram_subscriptions": "unsupported" } }),
    )
    .await;
    let unsupported = subscribe(&rig, &receiver.url, VERIFY_TOKEN, "mentions").await;
    assert_eq!(error(&unsupported), (Some(100), None));
    assert_eq!(list(&rig).await, before);
}

#[tokio::test]
async fn a_page_tells_which_app_is_subscribed() {
    let rig = Rig::start().await;
    let account = rig.make("accounts", json!({})).await;
    let page = &account["tokens"]["facebook"]["page"]["access_token"];
    let listed = rig.facebook(page, "me/subscribed_apps").await.body["data"][0].clone();
    assert_eq!(
        (&listed["id"], &listed["subscribed_fields"]),
        (&json!("900100"), &json!(["feed"]))
    );
    for name in ["name", "link", "category"] {
        assert!(listed[name].is_string(), "{listed}");
    }
}
