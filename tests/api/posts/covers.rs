//! A reel's cover that was uploaded.

use image::ImageFormat;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::files::picture;
use super::film::Film;
use super::uploads::faults;
use crate::app::TestApp;
use crate::on_both;

on_both!(
    an_uploaded_cover_is_published_with_its_reel,
    a_cover_is_checked_and_given_once,
);

fn reel(film: &Value, cover: &Value) -> Value {
    json!({ "kind": "reel", "media": [{ "upload_id": film["id"] }], "cover_upload_id": cover["id"] })
}

/// The covers that followers see.
async fn posters(app: &TestApp) -> Vec<String> {
    let page = format!("{}/sandbox/feed/bakery/page", app.meta.base);
    let page = app.http.get(page).send().await.unwrap().text().await.unwrap();
    let found = page.split("poster=\"").skip(1);
    found
        .map(|rest| rest.split_once('"').unwrap().0.to_owned())
        .collect()
}

async fn an_uploaded_cover_is_published_with_its_reel(app: TestApp) {
    // By this login Meta fetches the film, too, and the page of the feed has something to show.
    app.publisher("instagram").await;
    app.meta_publishes(json!({ "fetch_media": true })).await;
    let film = app.uploaded(Film::default().write()).await;
    let cover = app.uploaded(picture(720, 1_280, ImageFormat::Png)).await;
    let path = app.posted(reel(&film, &cover)).await;
    let done = app.rest(&path).await;
    assert_eq!(done["state"], "published", "{done}");
    assert_eq!(done["intent"]["cover_upload_id"], cover["id"]);
    assert_eq!(done["intent"]["cover_url"], Value::Null, "no address is kept");
    let seen = posters(&app).await;
    assert!(
        seen.len() == 1 && seen[0].starts_with(&format!("{}/media-files/", app.base)),
        "{seen:?}"
    );
    let given = app.http.get(&seen[0]).send().await.unwrap();
    assert_eq!(given.headers()["content-type"], "image/jpeg");
    let bytes = given.bytes().await.unwrap().len();
    assert_eq!(json!(bytes), cover["bytes"]);
}

async fn a_cover_is_checked_and_given_once(app: TestApp) {
    app.publisher("facebook").await;
    let film = app.uploaded(Film::default().write()).await;
    let cover = app.uploaded(picture(720, 1_280, ImageFormat::Jpeg)).await;
    let key = app.key("rival", "write").await;
    let foreign = app
        .upload_as(&key, "", picture(720, 1_280, ImageFormat::Jpeg))
        .await
        .body;
    let calls = app.meta.calls().await;
    for (cover, code) in [(&film, "image-needed"), (&foreign, "upload")] {
        let refused = app.ask(reel(&film, cover)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{refused:?}");
        assert_eq!(faults(&refused), [("/cover_upload_id", code)]);
    }
    let mut both = reel(&film, &cover);
    both["cover_url"] = json!("https://cdn.example.org/cover.jpg");
    let refused = app.ask(both).await;
    assert_eq!(faults(&refused), [("/cover_url", "cover")]);
    let square = app.uploaded(picture(800, 800, ImageFormat::Jpeg)).await;
    let mut image = json!({ "kind": "image", "media": [{ "upload_id": square["id"] }] });
    image["cover_upload_id"] = cover["id"].clone();
    let refused = app.ask(image).await;
    assert_eq!(faults(&refused), [("/cover_upload_id", "reels-only")]);
    assert_eq!(app.meta.calls().await, calls);
    let mut draft = reel(&film, &Value::Null);
    draft["draft"] = json!(true);
    draft["cover_url"] = json!("https://cdn.example.org/cover.jpg");
    let path = app.posted(draft).await;
    let change = json!({ "cover_url": null, "cover_upload_id": cover["id"] });
    let changed = app.patch(&path, change).await;
    assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
    assert_eq!(changed.body["intent"]["cover_upload_id"], cover["id"]);
    let again = app
        .patch(&path, json!({ "cover_url": "https://cdn.example.org/c.jpg" }))
        .await;
    assert_eq!(faults(&again), [("/cover_url", "cover")]);
    let none = app.patch(&path, json!({ "cover_upload_id": film["id"] })).await;
    assert_eq!(faults(&none), [("/cover_upload_id", "image-needed")]);
}
