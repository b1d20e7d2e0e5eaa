//! The crawler: media are fetched from their addresses and judged by their bytes.

use std::time::Duration;

use serde_json::json;

use crate::support::{Files, Publisher, film, id, picture, refusal};

async fn publisher() -> (Files, Publisher) {
    (Files::start(), Publisher::start_with(json!({})).await)
}

#[tokio::test]
async fn good_media_are_fetched_as_metas_crawler_fetches_them() {
    let (files, by) = publisher().await;
    let image = files.put("a.jpg", "image/jpeg", picture(1_080, 1_350));
    let moved = files.redirect("moved.jpg", "/a.jpg");
    let video = files.put("a.mp4", "video/mp4", film(20));
    let tall = files.put("tall.jpg", "image/jpeg", picture(1_080, 1_920));
    for fields in [
        &[("image_url", &*image)][..],
        &[("image_url", &moved)],
        &[("image_url", &tall), ("media_type", "STORIES")],
        &[("video_url", &video), ("media_type", "STORIES")],
        &[
            ("video_url", &video),
            ("media_type", "REELS"),
            ("cover_url", &tall),
            ("thumb_offset", "20000"),
        ],
        &[
            ("video_url", &video),
            ("media_type", "VIDEO"),
            ("is_carousel_item", "true"),
        ],
    ] {
        let made = by.create(fields).await;
        assert_eq!(made.status, 200, "{fields:?}: {}", made.body);
    }
    let agents = files.agents();
    assert_eq!(agents.len(), 8);
    assert!(
        agents
            .iter()
            .all(|agent| agent.starts_with("facebookexternalhit/1.1"))
    );
}

#[tokio::test]
async fn media_that_cannot_be_published_are_refused_with_their_code() {
    let (files, by) = publisher().await;
    let image = |name, bytes| files.put(name, "image/jpeg", bytes);
    let mut cut = picture(1_080, 1_080);
    cut.truncate(10);
    let mut huge = picture(1_080, 1_080);
    huge.splice(2..2, vec![0; 8 << 20]);
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\0\0\0\x04\0\x08\x02".to_vec();
    let login = b"<!doctype html><title>Log in</title>".to_vec();
    let (long, short) = (film(61), film(2));
    let (wide, tall) = (picture(2_000, 1_000), picture(1_080, 1_920));
    let around = files.redirect("around", "/around");
    for (media, url, code, subcode) in [
        ("image", files.missing(), 9_004, 2_207_052),
        ("image", "http://127.0.0.1:1/a.jpg".to_owned(), 9_004, 2_207_052),
        ("image", files.put("login", "text/html", login), 9_004, 2_207_052),
        ("image", around, 9_004, 2_207_052),
        ("image", image("png.jpg", png), 36_001, 2_207_005),
        ("image", image("cut.jpg", cut), 36_001, 2_207_005),
        ("image", image("huge.jpg", huge), 36_000, 2_207_004),
        ("image", image("wide.jpg", wide), 36_003, 2_207_009),
        ("image", image("tall.jpg", tall), 36_003, 2_207_009),
        ("reel", image("film.jpg", picture(9, 16)), 352, 2_207_026),
        ("reel", files.put("short.mp4", "video/mp4", short), 352, 2_207_026),
        ("story", files.put("long.mp4", "video/mp4", long), 352, 2_207_026),
    ] {
        let refused = match media {
            "image" => by.create(&[("image_url", &url)]).await,
            "reel" => by.create(&[("media_type", "REELS"), ("video_url", &url)]).await,
            _ => by.create(&[("media_type", "STORIES"), ("video_url", &url)]).await,
        };
        assert_eq!(
            refusal(&refused),
            (code, Some(subcode)),
            "{url}: {}",
            refused.body
        );
    }
    let video = files.put("a.mp4", "video/mp4", film(20));
    let late = [
        ("media_type", "REELS"),
        ("video_url", &*video),
        ("thumb_offset", "20001"),
    ];
    assert_eq!(refusal(&by.create(&late).await), (1, Some(2_207_057)));
    let cover = files.put("cover.png", "image/png", b"\x89PNG\r\n\x1a\n".to_vec());
    let faceless = [
        ("media_type", "REELS"),
        ("video_url", &*video),
        ("cover_url", &*cover),
    ];
    assert_eq!(refusal(&by.create(&faceless).await), (36_001, Some(2_207_005)));
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let files = Files::start();
    let by = Publisher::start_with(json!({ "fetch_timeout_ms": 100 })).await;
    let refused = by.create(&[("image_url", &files.silence("a.jpg"))]).await;
    assert_eq!(refusal(&refused), (-2, Some(2_207_003)));
}

#[tokio::test]
async fn faults_of_media_can_be_told_by_the_container_in_place_of_its_making() {
    let files = Files::start();
    let by = Publisher::start_with(json!({ "media_faults": "in_processing" })).await;
    let url = files.put("a.mp4", "video/mp4", picture(9, 16));
    let reel = [("media_type", "REELS"), ("video_url", &*url)];
    let container = id(&by.create(&reel).await);
    by.rig.clock.advance(Duration::from_mins(1));
    let read = by.status(&container).await;
    assert_eq!(read["status_code"], "ERROR");
    assert!(read["status"].as_str().unwrap().contains("2207026"));
}
