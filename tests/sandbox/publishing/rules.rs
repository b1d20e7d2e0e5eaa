//! Each rule of the table of parameters, broken alone.

use serde_json::json;

use crate::support::{INSTAGRAM, Publisher, Rig, id, refusal};

const IMAGE: (&str, &str) = ("image_url", "https://files.example/a.jpg");
const VIDEO: (&str, &str) = ("video_url", "https://files.example/a.mp4");
const ITEM: (&str, &str) = ("is_carousel_item", "true");
const REEL: (&str, &str) = ("media_type", "REELS");
const STORY: (&str, &str) = ("media_type", "STORIES");

#[tokio::test]
async fn what_fits_the_table_is_taken() {
    let by = Publisher::start().await;
    let alt = "x".repeat(1_000);
    let caption = "x".repeat(2_200);
    for fields in [
        &[IMAGE, ("media_type", "IMAGE"), ("caption", &caption)][..],
        &[
            IMAGE,
            ("alt_text", &alt),
            ("location_id", "123"),
            ("is_ai_generated", "true"),
        ],
        &[IMAGE, ("user_tags", r#"[{"username":"ann","x":0,"y":1.0}]"#)],
        &[IMAGE, ("product_tags", r#"[{"product_id":"1","x":0.5,"y":0.5}]"#)],
        &[IMAGE, ("collaborators", r#"["ann","ben","cleo"]"#)],
        &[
            IMAGE,
            ("branded_content_sponsor_ids", "1,2"),
            ("is_paid_partnership", "true"),
        ],
        &[IMAGE, ITEM, ("caption", "passed over"), ("alt_text", "Bread")],
        &[VIDEO, ITEM, ("media_type", "VIDEO"), ("thumb_offset", "1000")],
        &[
            VIDEO,
            REEL,
            ("cover_url", "https://files.example/c.jpg"),
            ("share_to_feed", "false"),
        ],
        &[
            VIDEO,
            REEL,
            ("audio_name", "Crust"),
            ("user_tags", r#"[{"username":"ann"}]"#),
        ],
        &[
            VIDEO,
            REEL,
            ("trial_params", r#"{"graduation_strategy":"MANUAL"}"#),
        ],
        &[VIDEO, REEL, ("audio_configuration", r#"{"audio_id":"5"}"#)],
        &[VIDEO, REEL, ("product_tags", r#"[{"product_id":"1"}]"#)],
        &[IMAGE, STORY, ("user_tags", r#"[{"username":"ann"}]"#)],
        &[VIDEO, STORY, ("caption", "passed over")],
    ] {
        let made = by.create(fields).await;
        assert_eq!(made.status, 200, "{fields:?}: {}", made.body);
        assert!(id(&made).starts_with("179"));
    }
}

#[tokio::test]
async fn each_parameter_that_breaks_its_rule_is_refused_with_its_code() {
    let by = Publisher::start().await;
    let tags = |count: usize| {
        format!(
            "[{}]",
            vec![r#"{"username":"a","x":0.1,"y":0.1}"#; count].join(",")
        )
    };
    let products = |count: usize| {
        format!(
            "[{}]",
            vec![r#"{"product_id":"1","x":0.1,"y":0.1}"#; count].join(",")
        )
    };
    let long = "x".repeat(2_201);
    let (hashtags, mentions) = ("#a ".repeat(31), "@a ".repeat(21));
    for (fields, code, subcode) in [
        (&[IMAGE, ("caption", &*long)][..], 36_004, Some(2_207_010)),
        (&[IMAGE, ("caption", &hashtags)], 36_004, Some(2_207_010)),
        (&[VIDEO, REEL, ("caption", &mentions)], 36_004, Some(2_207_010)),
        (&[IMAGE, ("media_type", "POSTER")], 100, Some(2_207_023)),
        (&[VIDEO, ("media_type", "VIDEO")], 100, Some(2_207_023)),
        (&[VIDEO, REEL, ITEM], 100, None),
        (&[], 100, None),
        (&[REEL], 100, None),
        (&[STORY], 100, None),
        (&[STORY, IMAGE, VIDEO], 100, None),
        (&[VIDEO], 100, None),
        (&[IMAGE, ("is_carousel_item", "perhaps")], 100, None),
        (
            &[("image_url", "https://files.example/b\u{e4}.jpg")],
            9_004,
            Some(2_207_052),
        ),
        (
            &[("image_url", "ftp://files.example/a.jpg")],
            9_004,
            Some(2_207_052),
        ),
        (&[IMAGE, ("alt_text", &"x".repeat(1_001))], 100, None),
        (&[VIDEO, REEL, ("alt_text", "Bread")], 100, None),
        (&[IMAGE, ("collaborators", r#"["a","b","c","d"]"#)], 100, None),
        (&[IMAGE, STORY, ("collaborators", r#"["a"]"#)], 100, None),
        (&[IMAGE, ITEM, ("collaborators", r#"["a"]"#)], 100, None),
        (&[IMAGE, ("user_tags", r#"[{"username":"ann"}]"#)], 100, None),
        (
            &[IMAGE, ("user_tags", r#"[{"username":"ann","x":1.1,"y":0}]"#)],
            100,
            None,
        ),
        (&[IMAGE, ("user_tags", "ann")], 100, None),
        (&[IMAGE, ("user_tags", &tags(21))], 100, Some(2_207_040)),
        (
            &[VIDEO, ITEM, ("media_type", "VIDEO"), ("user_tags", &tags(1))],
            100,
            None,
        ),
        (
            &[IMAGE, ("product_tags", r#"[{"product_id":"1"}]"#)],
            100,
            Some(2_207_036),
        ),
        (
            &[VIDEO, REEL, ("product_tags", &products(1))],
            100,
            Some(2_207_035),
        ),
        (
            &[VIDEO, REEL, ("product_tags", r#"[{"product_id":"loaf"}]"#)],
            100,
            Some(2_207_037),
        ),
        (&[IMAGE, ("product_tags", &products(6))], 100, None),
        (&[IMAGE, STORY, ("product_tags", &products(1))], 100, None),
        (&[IMAGE, ("location_id", "the harbour")], 100, None),
        (&[IMAGE, STORY, ("location_id", "123")], 100, None),
        (&[IMAGE, ("cover_url", "https://files.example/c.jpg")], 100, None),
        (&[VIDEO, REEL, ("thumb_offset", "-1")], 1, Some(2_207_057)),
        (&[VIDEO, REEL, ("thumb_offset", "soon")], 100, None),
        (
            &[VIDEO, REEL, ("trial_params", r#"{"graduation_strategy":"LUCK"}"#)],
            100,
            None,
        ),
        (&[VIDEO, REEL, ("audio_configuration", "5")], 100, None),
        (&[IMAGE, ("share_to_feed", "true")], 100, None),
        (&[IMAGE, ITEM, ("is_ai_generated", "true")], 100, None),
        (&[IMAGE, ("branded_content_sponsor_ids", "1,2,3")], 100, None),
        (&[VIDEO, REEL, ("upload_type", "resumable")], 100, None),
        (&[IMAGE, ("children", "1,2")], 100, None),
    ] {
        let refused = by.create(fields).await;
        assert_eq!(refused.status, 400, "{fields:?}: {}", refused.body);
        assert_eq!(refusal(&refused), (code, subcode), "{fields:?}: {}", refused.body);
    }
    assert_eq!(
        by.rig.look("/sandbox/containers").await.body,
        json!({ "data": [] })
    );
}

#[tokio::test]
async fn a_carousel_takes_two_to_ten_items_that_are_ready() {
    let by = Publisher::start().await;
    let mut items = Vec::new();
    for _ in 0..11 {
        items.push(id(&by.create(&[IMAGE, ITEM]).await));
    }
    let carousel = async |children: &str| {
        by.create(&[("media_type", "CAROUSEL"), ("children", children)])
            .await
    };
    assert_eq!(
        refusal(&carousel(&items[..2].join(",")).await),
        (9_007, Some(2_207_027)),
        "they are not ready yet"
    );
    by.rig.clock.advance(std::time::Duration::from_mins(1));
    let post = by.finished(&[IMAGE]).await;
    for (children, refused) in [
        (items[0].clone(), (100, Some(2_207_028))),
        (items.join(","), (100, Some(2_207_028))),
        (format!("{},{}", items[0], items[0]), (100, None)),
        (format!("{},17960000000000000", items[0]), (24, Some(2_207_006))),
        (format!("{},{post}", items[0]), (100, None)),
    ] {
        assert_eq!(refusal(&carousel(&children).await), refused, "{children}");
    }
    let tagged = [
        ("media_type", "CAROUSEL"),
        ("children", &*items[..2].join(",")),
        ("user_tags", r#"[{"username":"ann","x":0,"y":0}]"#),
    ];
    assert_eq!(refusal(&by.create(&tagged).await).0, 100);
    assert_eq!(carousel(&items[..10].join(",")).await.status, 200);
    assert_eq!(carousel(&json!(items[..2]).to_string()).await.status, 200);
    assert_eq!(
        refusal(&by.publish(&items[0]).await),
        (100, None),
        "an item is no post"
    );
}

#[tokio::test]
async fn some_parameters_are_of_facebook_login_only() {
    let rig = Rig::start().await;
    rig.make("settings", json!({ "publishing": { "fetch_media": false } }))
        .await;
    let account = rig.make("accounts", json!({ "logins": ["instagram"] })).await;
    let token = &account["tokens"]["instagram"]["access_token"];
    let create = async |fields: &[(&str, &str)]| rig.write(INSTAGRAM, token, "me/media", fields).await;
    for fields in [
        &[REEL, ("upload_type", "resumable")][..],
        &[IMAGE, ("is_paid_partnership", "true")],
        &[VIDEO, REEL, ("audio_configuration", r#"{"audio_id":"5"}"#)],
    ] {
        assert_eq!(refusal(&create(fields).await), (100, None), "{fields:?}");
    }
    assert_eq!(
        create(&[IMAGE, ("collaborators", r#"["ann"]"#)]).await.status,
        200
    );
}
