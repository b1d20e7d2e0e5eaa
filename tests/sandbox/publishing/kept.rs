//! A sandbox that is started again finds its containers, uploads, posts and quotas.

use std::time::Duration;

use serde_json::json;

use crate::support::{FACEBOOK, Publisher, Rig, film, id, refusal};

const IMAGE: [(&str, &str); 1] = [("image_url", "https://files.example/a.jpg")];

#[tokio::test]
async fn publishing_outlives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("sandbox.jsonl");
    let start = || Rig::start_with(|config| config.journal = Some(journal.clone()));
    let by = Publisher::on(start().await, json!({ "fetch_media": false, "quota_total": 2 })).await;
    let media = by
        .posted(&[IMAGE[0], ("caption", "Bread"), ("alt_text", "A loaf")])
        .await;
    let fields = [("comment_enabled", "false")];
    by.rig.write(FACEBOOK, &by.token, &media, &fields).await;
    let open = by.finished(&IMAGE).await;
    by.fault(json!({ "container_error": 2_207_026 })).await;
    let failed = by.finished(&IMAGE).await;
    let half = [("media_type", "REELS"), ("upload_type", "resumable")];
    let half = by.create(&half).await;
    let (bytes, uri) = (film(20), half.body["uri"].as_str().unwrap());
    let headers = [("offset", "0"), ("file_size", "1000")];
    by.rig.upload(&by.token, uri, &headers, bytes).await;

    let looks = async |by: &Publisher| {
        [
            by.feed().await,
            by.rig.look("/sandbox/containers").await.body,
            by.rig.look("/sandbox/settings").await.body,
            by.status(&failed).await,
            by.status(&id(&half)).await,
            by.read(&by.path("content_publishing_limit")).await,
            by.read(&by.path("media?fields=id,caption,alt_text,is_comment_enabled"))
                .await,
        ]
    };
    let before = looks(&by).await;
    let Publisher { rig, account, token } = by;
    let now = rig.clock.now();
    rig.stop().await;
    let by = Publisher {
        rig: start().await,
        account,
        token,
    };
    by.rig.clock.set(now);
    assert_eq!(looks(&by).await, before);
    assert_eq!(before[3]["status_code"], "ERROR");
    let again = id(&by.publish(&open).await);
    assert_ne!(again, media);
    let third = by.finished(&IMAGE).await;
    assert!(![&open, &failed, &id(&half)].contains(&&third));
    by.rig.clock.advance(Duration::from_mins(1));
    assert_eq!(refusal(&by.publish(&third).await), (9, Some(2_207_042)));
}
