//! Films that were uploaded and are brought to Meta, which has nothing to fetch then.

use std::time::Duration;

use image::ImageFormat;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::desk::image;
use super::files::picture;
use super::film::Film;
use crate::app::TestApp;
use crate::on_both;

on_both!(
    a_film_that_was_uploaded_is_brought_and_not_fetched,
    by_instagram_login_it_is_fetched,
    bringing_goes_on_where_it_ended,
    what_cannot_be_brought_is_offered_at_its_address,
    a_film_that_is_lost_fails_its_post,
    of_a_film_that_was_brought_followers_see_the_cover,
    while_a_film_is_brought_the_accounts_other_posts_go_on,
);

/// A publisher at a Meta that looks into every file.
async fn publisher(app: &TestApp, login: &str) {
    app.publisher(login).await;
    app.meta_publishes(json!({ "fetch_media": true, "republish": "duplicate" }))
        .await;
}

async fn film(app: &TestApp) -> Value {
    let film = app.uploaded(Film::default().write()).await;
    json!({ "upload_id": film["id"] })
}

fn steps(post: &Value) -> Vec<(&str, &str)> {
    let steps = post["steps"].as_array().unwrap().iter();
    steps
        .map(|step| (step["step"].as_str().unwrap(), step["outcome"].as_str().unwrap()))
        .collect()
}

/// Where followers' files came from: null where they were brought.
async fn sources(app: &TestApp) -> Vec<Value> {
    let seen = app.seen().await;
    seen.iter()
        .map(|post| post["details"]["source"].clone())
        .collect()
}

async fn a_film_that_was_uploaded_is_brought_and_not_fetched(app: TestApp) {
    publisher(&app, "facebook").await;
    let picture = app.uploaded(picture(800, 800, ImageFormat::Jpeg)).await;
    for (kind, media) in [
        ("reel", vec![film(&app).await]),
        ("story", vec![film(&app).await]),
        (
            "carousel",
            vec![
                film(&app).await,
                json!({ "upload_id": picture["id"] }),
                film(&app).await,
            ],
        ),
    ] {
        let films = media
            .iter()
            .filter(|one| one["upload_id"] != picture["id"])
            .count();
        let path = app.posted(json!({ "kind": kind, "media": media })).await;
        let post = app.rest(&path).await;
        assert_eq!(post["state"], "published", "{post}");
        let brought = steps(&post)
            .into_iter()
            .filter(|step| *step == ("upload", "done"));
        assert_eq!(brought.count(), films, "{post}");
        assert_eq!(sources(&app).await[0], Value::Null);
    }
    assert_eq!(app.seen().await.len(), 3);
}

async fn by_instagram_login_it_is_fetched(app: TestApp) {
    publisher(&app, "instagram").await;
    let path = app
        .posted(json!({ "kind": "reel", "media": [film(&app).await] }))
        .await;
    let post = app.rest(&path).await;
    assert_eq!(post["state"], "published", "{post}");
    assert!(steps(&post).iter().all(|(step, _)| *step != "upload"), "{post}");
    assert_ne!(sources(&app).await, [Value::Null]);
}

/// A refusal that passes, a line that breaks, an answer that is lost when all had come.
async fn bringing_goes_on_where_it_ended(app: TestApp) {
    publisher(&app, "facebook").await;
    for (what, tries) in [
        (json!({ "error": { "code": 2 } }), 2),
        (json!("drop_connection"), 2),
        (json!("answer_lost"), 1),
    ] {
        let fault = json!({ "match": { "edge": "upload" }, "what": what, "times": 1 });
        app.meta.post("faults", fault).await;
        let path = app
            .posted(json!({ "kind": "reel", "media": [film(&app).await] }))
            .await;
        let post = app.rest(&path).await;
        assert_eq!(post["state"], "published", "{what}: {post}");
        let uploads = steps(&post).into_iter().filter(|(step, _)| *step == "upload");
        assert_eq!(uploads.count(), tries, "{what}: {post}");
        let made = steps(&post)
            .into_iter()
            .filter(|(step, _)| *step == "create-container");
        assert_eq!(made.count(), 1, "{what}: {post}");
    }
    assert_eq!(app.seen().await.len(), 3);
}

async fn what_cannot_be_brought_is_offered_at_its_address(app: TestApp) {
    publisher(&app, "facebook").await;
    for (error, times) in [(json!({ "code": 100 }), 1), (json!({ "code": 2 }), 3)] {
        let fault = json!({ "match": { "edge": "upload" }, "what": { "error": error }, "times": times });
        app.meta.post("faults", fault).await;
        let path = app
            .posted(json!({ "kind": "reel", "media": [film(&app).await] }))
            .await;
        let post = app.rest(&path).await;
        assert_eq!(post["state"], "published", "{post}");
        let uploads = steps(&post).into_iter().filter(|(step, _)| *step == "upload");
        assert_eq!(uploads.count(), times, "{post}");
        assert_ne!(sources(&app).await[0], Value::Null);
    }
}

async fn a_film_that_is_lost_fails_its_post(app: TestApp) {
    publisher(&app, "facebook").await;
    let path = app
        .posted(json!({ "kind": "reel", "media": [film(&app).await] }))
        .await;
    for entry in std::fs::read_dir(app.uploads.path()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], &post["reason"]["code"]),
        (&json!("failed"), &json!("upload-lost")),
        "{post}"
    );
    assert!(app.seen().await.is_empty());
}

async fn of_a_film_that_was_brought_followers_see_the_cover(app: TestApp) {
    publisher(&app, "facebook").await;
    let cover = app.uploaded(picture(720, 1_280, ImageFormat::Jpeg)).await;
    let reel = json!({ "kind": "reel", "media": [film(&app).await], "cover_upload_id": cover["id"] });
    let path = app.posted(reel).await;
    let post = app.rest(&path).await;
    assert_eq!(post["state"], "published", "{post}");
    let page = format!("{}/sandbox/feed/bakery/page", app.meta.base);
    let page = app.http.get(page).send().await.unwrap().text().await.unwrap();
    let seen = format!("<img loading=\"lazy\" alt=\"\" src=\"{}/media-files/", app.base);
    assert!(page.contains(&seen), "{page}");
}

async fn while_a_film_is_brought_the_accounts_other_posts_go_on(app: TestApp) {
    publisher(&app, "facebook").await;
    app.meta_publishes(json!({ "fetch_media": false })).await;
    let slow = json!({ "match": { "edge": "upload" }, "what": "hang", "times": 1 });
    app.meta.post("faults", slow).await;
    let large = app
        .posted(json!({ "kind": "reel", "caption": "Large", "media": [film(&app).await] }))
        .await;
    let effects = app.parts.effects.clone();
    let mut bringing = JoinSet::new();
    bringing.spawn(async move { effects.work_once().await });
    while app.meta.get("faults").await["data"][0]["struck"] == 0 {
        tokio::task::yield_now().await;
    }
    let path = app.posted(image("Small")).await;
    let small = app.rest(&path).await;
    assert_eq!(small["state"], "published", "{small}");
    assert_eq!(app.get(&large).await.body["state"], "preparing");
    // Whoever brings it is gone; another one goes on when the lease has ended.
    bringing.shutdown().await;
    app.clock.advance(Duration::from_mins(2));
    let post = app.rest(&large).await;
    assert_eq!(
        (&post["state"], app.seen().await.len()),
        (&json!("published"), 2),
        "{post}"
    );
}
