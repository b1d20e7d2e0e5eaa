//! Containers from their making to their end: states, sentences, limits, and who may have one.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{FACEBOOK, INSTAGRAM, Publisher, Rig, id, refusal};

const IMAGE: [(&str, &str); 1] = [("image_url", "https://files.example/a.jpg")];
const REEL: [(&str, &str); 2] = [
    ("media_type", "REELS"),
    ("video_url", "https://files.example/a.mp4"),
];

#[tokio::test]
async fn a_container_is_processed_finished_published_or_expires() {
    let by = Publisher::start().await;
    let published = id(&by.create(&IMAGE).await);
    let forgotten = id(&by.create(&REEL).await);
    assert_eq!(by.status(&published).await["status_code"], "IN_PROGRESS");
    assert_eq!(refusal(&by.publish(&published).await), (9_007, Some(2_207_027)));
    by.rig.clock.advance(Duration::from_secs(2));
    assert_eq!(by.status(&published).await["status_code"], "FINISHED");
    let reel = by.status(&forgotten).await;
    assert_eq!(reel["status_code"], "IN_PROGRESS", "a video takes longer");
    assert_eq!(reel["copyright_check_status"]["status"], "in_progress");
    assert_eq!(reel["video_status"]["processing_phase"]["status"], "in_progress");
    by.rig.clock.advance(Duration::from_secs(8));
    let reel = by.status(&forgotten).await;
    assert_eq!(reel["status_code"], "FINISHED");
    assert_eq!(
        reel["copyright_check_status"],
        json!({ "status": "completed", "matches_found": false })
    );
    id(&by.publish(&published).await);
    let read = by.status(&published).await;
    assert_eq!(read["status_code"], "PUBLISHED");
    assert!(read["status"].as_str().unwrap().starts_with("Published: "));
    assert!(read["video_status"].is_null());
    by.rig.clock.advance(Duration::from_hours(24));
    assert_eq!(by.status(&forgotten).await["status_code"], "EXPIRED");
    assert_eq!(by.status(&published).await["status_code"], "PUBLISHED");
    assert_eq!(refusal(&by.publish(&forgotten).await), (-2, Some(2_207_020)));
}

#[tokio::test]
async fn every_failure_can_be_ordered_and_is_told_in_either_form() {
    let by = Publisher::start().await;
    for subcode in [2_207_026, 2_207_053, 2_207_082, 2_207_085] {
        by.fault(json!({ "container_error": subcode })).await;
        let container = id(&by.create(&REEL).await);
        assert_eq!(by.status(&container).await["status_code"], "IN_PROGRESS");
        by.rig.clock.advance(Duration::from_secs(10));
        let read = by.status(&container).await;
        assert_eq!(read["status_code"], "ERROR");
        let sentence = read["status"].as_str().unwrap();
        assert!(sentence.starts_with("Error: ") && sentence.ends_with(&subcode.to_string()));
        assert_eq!(refusal(&by.publish(&container).await), (24, Some(2_207_008)));
        let told = json!({ "fetch_media": false, "failed_status": "sentence" });
        by.rig.make("settings", json!({ "publishing": told })).await;
        let read = by.status(&container).await;
        assert_eq!(
            (&read["status_code"], &read["status"]),
            (&json!(""), &json!(sentence))
        );
        by.rig
            .make("settings", json!({ "publishing": { "fetch_media": false } }))
            .await;
    }
}

#[tokio::test]
async fn a_container_can_be_ordered_to_take_long_or_to_expire_early() {
    let by = Publisher::start().await;
    by.fault(json!({ "container_takes_seconds": 300 })).await;
    let slow = id(&by.create(&IMAGE).await);
    by.fault(json!({ "container_expires_seconds": 30 })).await;
    let short = id(&by.create(&IMAGE).await);
    by.rig.clock.advance(Duration::from_secs(29));
    assert_eq!(by.status(&short).await["status_code"], "FINISHED");
    by.rig.clock.advance(Duration::from_secs(1));
    assert_eq!(by.status(&short).await["status_code"], "EXPIRED");
    assert_eq!(by.status(&slow).await["status_code"], "IN_PROGRESS");
    by.rig.clock.advance(Duration::from_secs(270));
    assert_eq!(by.status(&slow).await["status_code"], "FINISHED");
}

#[tokio::test]
async fn an_account_has_so_many_containers_in_a_rolling_day() {
    let by = Publisher::start_with(json!({ "fetch_media": false, "containers_per_day": 2 })).await;
    by.create(&IMAGE).await;
    by.rig.clock.advance(Duration::from_hours(12));
    by.create(&IMAGE).await;
    let refused = by.create(&IMAGE).await;
    assert_eq!(refusal(&refused), (9, Some(2_207_042)));
    let words = refused.body["error"]["message"].as_str().unwrap();
    assert!(words.contains("containers"), "{words}");
    by.rig.clock.advance(Duration::from_hours(12));
    assert_eq!(by.create(&IMAGE).await.status, 200);
    assert_eq!(by.create(&IMAGE).await.status, 400);
    let kept = by
        .rig
        .look("/sandbox/containers?account=harbourbakery")
        .await
        .body;
    let states: Vec<&Value> = kept["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["status_code"])
        .collect();
    assert_eq!(states, ["IN_PROGRESS", "FINISHED", "EXPIRED"], "newest first");
}

#[tokio::test]
async fn publishing_needs_the_permission_and_a_task_on_the_page() {
    let rig = Rig::start().await;
    rig.make("settings", json!({ "publishing": { "fetch_media": false } }))
        .await;
    for (username, more) in [
        ("moderator", json!({ "tasks": ["MODERATE", "ANALYZE"] })),
        ("creator", json!({ "tasks": ["CREATE_CONTENT"] })),
        (
            "reader",
            json!({ "scopes": ["instagram_basic", "pages_read_engagement", "instagram_business_basic"] }),
        ),
    ] {
        let mut wanted = more;
        wanted["username"] = json!(username);
        let account = rig.make("accounts", wanted).await;
        let path = format!("{}/media", account["id"].as_str().unwrap());
        let page = &account["tokens"]["facebook"]["page"]["access_token"];
        let made = rig.write(FACEBOOK, page, &path, &IMAGE).await;
        let own = &account["tokens"]["instagram"]["access_token"];
        let by_instagram = rig.write(INSTAGRAM, own, "me/media", &IMAGE).await;
        match username {
            "moderator" => assert_eq!(refusal(&made), (200, None)),
            "creator" => assert_eq!((made.status, by_instagram.status), (200, 200)),
            _ => assert_eq!([refusal(&made), refusal(&by_instagram)], [(10, None); 2]),
        }
    }
    let reader = rig.look("/sandbox/accounts").await.body["data"][0].clone();
    let stranger = rig.make("accounts", json!({})).await;
    let theirs = format!("{}/media", stranger["id"].as_str().unwrap());
    let token = &reader["tokens"]["facebook"]["page"]["access_token"];
    assert_eq!(
        refusal(&rig.write(FACEBOOK, token, &theirs, &IMAGE).await),
        (100, Some(33))
    );
}

#[tokio::test]
async fn a_container_is_its_owners_alone() {
    let by = Publisher::start().await;
    let container = by.finished(&IMAGE).await;
    let other = by.rig.make("accounts", json!({ "username": "other" })).await;
    let token = &other["tokens"]["facebook"]["page"]["access_token"];
    assert_eq!(
        refusal(&by.rig.facebook(token, &container).await),
        (100, Some(33))
    );
    let publish = format!("{}/media_publish", other["id"].as_str().unwrap());
    let fields = [("creation_id", &*container)];
    let refused = by.rig.write(FACEBOOK, token, &publish, &fields).await;
    assert_eq!(refusal(&refused), (24, Some(2_207_008)));
    assert_eq!(
        refusal(&by.publish("17960000000000000").await),
        (24, Some(2_207_008))
    );
    let unknown = by
        .rig
        .facebook(&by.token, &format!("{container}?fields=caption"))
        .await;
    assert_eq!(refusal(&unknown), (100, None));
}
