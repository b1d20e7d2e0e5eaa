//! Webhooks: escaped, signed, batched, and sent again by Meta's rules.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    FACEBOOK_SECRET, INSTAGRAM_SECRET, Received, Receiver, Rig, VERIFY_TOKEN, hmac_hex, now,
};

/// A sandbox that tells `receiver`, with one account and one post.
async fn telling(receiver: &Receiver) -> (Rig, Value, Value) {
    let rig = Rig::start_telling(&receiver.url).await;
    let (account, post) = rig.account_with_post().await;
    (rig, account, post)
}

async fn send(rig: &Rig) -> Value {
    rig.make("deliveries/send", json!({})).await
}

fn signed_with(received: &Received, secret: &str) -> bool {
    received.header("x-hub-signature-256") == format!("sha256={}", hmac_hex(secret, &received.body))
}

#[tokio::test]
async fn a_comment_is_told_in_metas_shape_and_escaping_signed_over_the_very_bytes() {
    let receiver = Receiver::start();
    let (rig, account, post) = telling(&receiver).await;
    let text = "caf\u{e9} / 50% @you <3 \u{1f35e}";
    let comment = rig
        .make("comments", json!({ "text": text, "username": "ann.b" }))
        .await;
    send(&rig).await;
    let told = receiver.take();
    assert_eq!(told.len(), 1);
    let wire = std::str::from_utf8(&told[0].body).unwrap();
    assert!(wire.is_ascii());
    assert!(
        wire.contains(r#""text":"caf\u00e9 \/ 50\u0025 \u0040you \u003C3 \ud83c\udf5e""#),
        "{wire}"
    );
    assert!(signed_with(&told[0], FACEBOOK_SECRET));
    assert_eq!(told[0].header("content-type"), "application/json");
    assert!(told[0].header("user-agent").starts_with("facebookplatform/1.0"));
    assert_eq!(
        told[0].json(),
        json!({ "object": "instagram", "entry": [{
            "id": account["id"], "time": now().seconds(),
            "changes": [{ "field": "comments", "value": {
                "id": comment["id"], "from": { "id": comment["from"]["id"], "username": "ann.b" },
                "media": { "id": post["id"], "media_product_type": "FEED" }, "text": text,
            } }],
        }] })
    );
}

#[tokio::test]
async fn each_app_is_told_with_its_own_secret() {
    let receiver = Receiver::start();
    let rig = Rig::start_telling(&receiver.url).await;
    rig.make("accounts", json!({ "subscribe": ["facebook", "instagram"] }))
        .await;
    rig.make("media", json!({})).await;
    rig.make("comments", json!({})).await;
    send(&rig).await;
    let told = receiver.take();
    assert_eq!(told.len(), 2);
    assert!(signed_with(&told[0], FACEBOOK_SECRET) && signed_with(&told[1], INSTAGRAM_SECRET));
}

#[tokio::test]
async fn what_piles_up_goes_together_with_one_entry_per_account() {
    let receiver = Receiver::start();
    let (rig, _, post) = telling(&receiver).await;
    let other = rig.make("accounts", json!({})).await;
    let others = rig.make("media", json!({ "account": other["id"] })).await;
    rig.make("comments", json!({ "media_id": post["id"], "count": 1_200 }))
        .await;
    rig.make("comments", json!({ "media_id": others["id"], "count": 3 }))
        .await;
    send(&rig).await;
    let told = receiver.take();
    let counts = |received: &Received| -> Vec<usize> {
        let read = received.json();
        let entries = read["entry"].as_array().unwrap();
        entries
            .iter()
            .map(|entry| entry["changes"].as_array().unwrap().len())
            .collect()
    };
    assert_eq!(
        told.iter().map(counts).collect::<Vec<_>>(),
        vec![vec![1_000], vec![200, 3]]
    );
    rig.make("settings", json!({ "updates_per_delivery": 1 })).await;
    rig.make("comments", json!({ "media_id": post["id"], "count": 3 }))
        .await;
    send(&rig).await;
    assert_eq!(receiver.take().len(), 3);
}

#[tokio::test]
async fn a_refused_notification_comes_again_byte_for_byte_ever_more_rarely_for_36_hours() {
    let receiver = Receiver::start();
    let (rig, ..) = telling(&receiver).await;
    receiver.answer(500);
    rig.make("comments", json!({})).await;
    send(&rig).await;
    let first = receiver.take();
    assert_eq!(first.len(), 2, "at once, and immediately again");
    assert_eq!(first[0].body, first[1].body);
    let mut passed = 0;
    for at in [60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400, 129_600] {
        rig.clock.advance(Duration::from_secs(at - passed - 1));
        send(&rig).await;
        assert_eq!(receiver.take().len(), 0, "too early for {at}");
        rig.clock.advance(Duration::from_secs(1));
        send(&rig).await;
        assert_eq!(receiver.take().len(), 1, "due at {at}");
        passed = at;
    }
    let log = rig.look("/sandbox/deliveries?limit=1").await.body;
    assert_eq!(
        (&log["totals"]["given_up"], &log["updates_unacknowledged"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(log["data"][0]["outcome"], "given_up");
}

#[tokio::test]
async fn a_notification_that_is_taken_in_the_end_is_settled() {
    let receiver = Receiver::start();
    let (rig, ..) = telling(&receiver).await;
    receiver.answer(503);
    rig.make("comments", json!({})).await;
    assert_eq!(send(&rig).await["updates_unacknowledged"], 1);
    receiver.answer(200);
    rig.clock.advance(Duration::from_mins(1));
    assert_eq!(send(&rig).await["updates_unacknowledged"], 0);
    rig.clock.advance(Duration::from_hours(36));
    receiver.take();
    send(&rig).await;
    assert_eq!(receiver.take().len(), 0);
}

#[tokio::test]
async fn after_an_hour_of_refused_messages_the_account_is_unsubscribed() {
    let receiver = Receiver::start();
    let (rig, account, _) = telling(&receiver).await;
    let message = rig.make("messages", json!({ "text": "hello" })).await;
    let mid = message["mid"].as_str().unwrap();
    rig.make(&format!("messages/{mid}/edit"), json!({ "text": "hallo" }))
        .await;
    rig.delete(&format!("/sandbox/messages/{mid}")).await;
    send(&rig).await;
    let read = receiver.take()[0].json();
    let items = &read["entry"][0]["messaging"];
    assert_eq!(read["entry"][0]["time"], now().micros() / 1_000);
    assert_eq!(
        (&items[0]["message"]["text"], &items[0]["recipient"]["id"]),
        (&json!("hello"), &account["id"])
    );
    assert_eq!(
        items[1]["message_edit"],
        json!({ "mid": mid, "text": "hallo", "num_edit": "1" })
    );
    assert_eq!(items[2]["message"], json!({ "mid": mid, "is_deleted": true }));

    receiver.answer(500);
    rig.make("messages", json!({ "text": "lost" })).await;
    for minutes in [0, 1, 4, 10, 15, 30] {
        rig.clock.advance(Duration::from_mins(minutes));
        send(&rig).await;
    }
    let accounts = rig.look("/sandbox/accounts").await.body;
    assert_eq!(accounts["data"][0]["subscribed"], json!([]));
}

#[tokio::test]
async fn a_storys_numbers_come_an_hour_after_its_day_and_the_small_ones_are_suppressed() {
    let receiver = Receiver::start();
    let (rig, _, _) = telling(&receiver).await;
    let story = rig
        .make(
            "stories",
            json!({ "insights": { "reach": 44, "exits": 3, "replies": 0 } }),
        )
        .await;
    rig.clock.advance(Duration::from_hours(24));
    send(&rig).await;
    assert_eq!(receiver.take().len(), 0);
    rig.clock.advance(Duration::from_hours(1));
    send(&rig).await;
    let value = json!({ "media_id": story["id"], "reach": 44, "exits": -1, "replies": 0 });
    assert_eq!(
        receiver.take()[0].json()["entry"][0]["changes"][0],
        json!({ "field": "story_insights", "value": value })
    );

    let second = rig.make("stories", json!({})).await;
    let path = format!("stories/{}/expire", second["id"].as_str().unwrap());
    rig.make(&path, json!({ "at_once": true, "insights": { "reach": 9 } }))
        .await;
    send(&rig).await;
    assert_eq!(
        receiver.take()[0].json()["entry"][0]["changes"][0]["value"]["reach"],
        9
    );
    assert_eq!(rig.post(&format!("/sandbox/{path}"), json!({})).await.status, 404);
}

#[tokio::test]
async fn webhooks_can_be_doubled_dropped_delayed_cut_and_wrongly_signed() {
    let receiver = Receiver::start();
    let (rig, ..) = telling(&receiver).await;
    let one = async |what: Value| {
        rig.make(
            "faults",
            json!({ "match": { "field": "comments" }, "what": what, "times": 1 }),
        )
        .await;
        rig.make("comments", json!({})).await;
        send(&rig).await;
        receiver.take()
    };
    let doubled = one(json!("duplicate")).await;
    assert_eq!((doubled.len(), &doubled[0].body), (2, &doubled[1].body));
    assert_eq!(one(json!("drop")).await.len(), 0);
    assert!(!signed_with(
        &one(json!("bad_signature")).await[0],
        FACEBOOK_SECRET
    ));
    assert!(signed_with(
        &one(json!("other_secret")).await[0],
        INSTAGRAM_SECRET
    ));
    let cut = one(json!("truncated")).await;
    assert!(serde_json::from_slice::<Value>(&cut[0].body).is_err());
    assert_eq!(one(json!({ "delay_ms": 5_000 })).await.len(), 0);
    rig.clock.advance(Duration::from_secs(5));
    send(&rig).await;
    assert_eq!(receiver.take().len(), 1);
}

#[tokio::test]
async fn a_reordered_notification_is_turned_round_and_overtaken() {
    let receiver = Receiver::start();
    let (rig, ..) = telling(&receiver).await;
    rig.make("faults", json!({ "what": "reorder", "times": 1 })).await;
    let first = rig.make("comments", json!({ "count": 2 })).await;
    send(&rig).await;
    let later = rig.make("comments", json!({})).await;
    send(&rig).await;
    rig.clock.advance(Duration::from_secs(1));
    send(&rig).await;
    let ids: Vec<Value> = receiver
        .take()
        .iter()
        .flat_map(|received| received.json()["entry"][0]["changes"].as_array().unwrap().clone())
        .map(|change| change["value"]["id"].clone())
        .collect();
    assert_eq!(
        ids,
        [&later["id"], &first["ids"][1], &first["ids"][0]].map(Clone::clone)
    );
}

#[tokio::test]
async fn a_callback_is_taken_only_when_it_gives_the_challenge_back() {
    let receiver = Receiver::start();
    let rig = Rig::start().await;
    let wrong = json!({ "url": receiver.url, "verify_token": "guess" });
    let reply = rig.post("/sandbox/callback", wrong).await;
    assert_eq!(
        (reply.status, &reply.body["code"]),
        (400, &json!("handshake-failed"))
    );
    let right = json!({ "login": "instagram", "url": receiver.url, "verify_token": VERIFY_TOKEN, "secret": "another" });
    rig.make("callback", right).await;
    rig.make("accounts", json!({ "subscribe": ["facebook", "instagram"] }))
        .await;
    rig.make("media", json!({})).await;
    rig.make("comments", json!({})).await;
    send(&rig).await;
    let told = receiver.take();
    assert_eq!(told.len(), 1);
    assert!(signed_with(&told[0], "another"));
}

#[tokio::test]
async fn unasked_webhooks_go_out_by_themselves() {
    let receiver = Receiver::start();
    let rig = Rig::start_with(|config| config.auto_deliver = true).await;
    rig.make(
        "callback",
        json!({ "url": receiver.url, "verify_token": VERIFY_TOKEN }),
    )
    .await;
    rig.account_with_post().await;
    rig.make("comments", json!({ "count": 2_500 })).await;
    assert_eq!(send(&rig).await["updates_unacknowledged"], 0);
    let told = receiver.take();
    let updates = |received: &Received| received.json()["entry"][0]["changes"].as_array().unwrap().len();
    assert_eq!(told.iter().map(updates).sum::<usize>(), 2_500);
}

#[tokio::test]
async fn comments_on_ads_and_broadcasts_are_told_and_read_singly_but_listed_nowhere() {
    let receiver = Receiver::start();
    let (rig, account, post) = telling(&receiver).await;
    let ad = rig
        .make(
            "media",
            json!({ "media_product_type": "AD", "original_media_id": post["id"] }),
        )
        .await;
    let live = rig.make("media", json!({ "media_product_type": "LIVE" })).await;
    let on_ad = json!({ "media_id": ad["id"], "ad_id": "120000000000001", "ad_title": "Spring" });
    let on_ad = rig.make("comments", on_ad).await;
    let on_live = rig.make("comments", json!({ "media_id": live["id"] })).await;
    send(&rig).await;
    let told = receiver.take()[0].json();
    let changes = &told["entry"][0]["changes"];
    assert_eq!(
        changes[0]["value"]["media"],
        json!({ "id": ad["id"], "media_product_type": "AD", "ad_id": "120000000000001", "ad_title": "Spring",
                "original_media_id": post["id"] })
    );
    assert_eq!(
        (&changes[1]["field"], &changes[1]["value"]["id"]),
        (&json!("live_comments"), &on_live["id"])
    );

    let token = &account["tokens"]["facebook"]["user"]["access_token"];
    let listed = rig
        .facebook(token, &format!("{}/comments", ad["id"].as_str().unwrap()))
        .await;
    assert_eq!(listed.body, json!({ "data": [] }));
    assert_eq!(
        rig.facebook(token, on_ad["id"].as_str().unwrap()).await.status,
        200
    );
    let on_live = on_live["id"].as_str().unwrap();
    assert_eq!(rig.facebook(token, on_live).await.status, 200);
    rig.clock.advance(Duration::from_hours(4));
    assert_eq!(
        rig.facebook(token, on_live).await.body["error"]["error_subcode"],
        33,
        "the broadcast is over"
    );
}

#[tokio::test]
async fn conversations_list_every_message_but_tell_only_the_newest() {
    let rig = Rig::start().await;
    let (account, _) = rig.account_with_post().await;
    let mut mids = Vec::new();
    for text in 0..25 {
        rig.clock.advance(Duration::from_secs(1));
        mids.push(
            rig.make(
                "messages",
                json!({ "text": text.to_string(), "echo": text % 2 == 1 }),
            )
            .await["mid"]
                .clone(),
        );
    }
    let token = &account["tokens"]["instagram"]["access_token"];
    let listed = rig
        .instagram(
            token,
            "me/conversations?fields=id,messages.limit(30){id,message,from{id}}",
        )
        .await;
    let messages = listed.body["data"][0]["messages"]["data"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!((messages.len(), &messages[0]["message"]), (25, &json!("24")));
    assert!(messages[19]["message"].is_string() && messages[20]["message"].is_null());
    assert_eq!(
        messages[1]["from"]["id"], account["id"],
        "an echo is from the account"
    );
    assert_eq!(rig.instagram(token, mids[24].as_str().unwrap()).await.status, 200);
    assert_eq!(
        rig.instagram(token, mids[0].as_str().unwrap()).await.body["error"]["error_subcode"],
        33
    );
}
