//! The end of uploads: after their time, or when their owner says so; never while a post needs them.

use std::convert::Infallible;
use std::time::Duration;

use belino::domain::{Keep, Retention};
use bytes::Bytes;
use futures_util::stream;
use image::ImageFormat;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::files::picture;
use super::film::Film;
use super::uploads::{DAY, SEALING, faults, name_of, post_of};
use crate::app::{Answer, INSTAGRAM_SECRET, OPERATOR, TestApp};
use crate::callbacks::DELETE;
use crate::on_both;

on_both!(
    an_upload_ends_after_its_time_and_its_bytes_with_the_last_one,
    what_a_post_needs_stays_until_meta_cannot_ask_for_it_any_more,
    an_upload_is_removed_by_its_owner_but_not_while_a_post_needs_it,
    a_post_that_is_changed_needs_what_it_is_made_of_now,
    uploads_are_listed_with_their_ends,
    no_post_is_made_of_an_upload_that_ends_meanwhile,
    what_is_uploaded_again_keeps_its_bytes,
    a_file_that_nobody_kept_is_found_and_removed,
    an_erased_account_takes_along_what_only_its_posts_were_made_of,
);

const UPLOADS: &str = "/api/instagram/media-uploads";

/// Uploads are kept for two days.
fn retention() -> Retention {
    Retention {
        uploads: Keep::For(DAY * 2),
        ..Retention::default()
    }
}

impl TestApp {
    /// Removes uploads after their time, and says how many.
    async fn retire(&self) -> u64 {
        let store = &self.parts.store;
        let retired = store.remove_due(&retention(), |_| {}).await.unwrap();
        self.clear().await;
        retired.uploads
    }

    async fn clear(&self) {
        self.parts.effects.uploads().clear().await.unwrap();
    }

    async fn jpeg(&self) -> Value {
        self.uploaded(picture(800, 800, ImageFormat::Jpeg)).await
    }

    /// Another picture.
    async fn png(&self) -> Value {
        self.uploaded(picture(900, 900, ImageFormat::Png)).await
    }

    async fn remove(&self, upload: &Value) -> Answer {
        self.remove_as(OPERATOR, upload).await
    }

    async fn remove_as(&self, key: &str, upload: &Value) -> Answer {
        let request = self
            .http
            .delete(format!("{}{}", self.base, path_of(upload)))
            .bearer_auth(key);
        Answer::of(request.send().await.unwrap()).await
    }

    async fn is_there(&self, upload: &Value) -> bool {
        let status = self.get(&path_of(upload)).await.status;
        assert!([StatusCode::OK, StatusCode::NOT_FOUND].contains(&status));
        status == StatusCode::OK
    }

    /// Whether Meta gets its bytes.
    async fn is_given(&self, upload: &Value) -> bool {
        let name = name_of(upload, &SEALING, self.in_an_hour());
        self.fetch(&name, &[]).await.status() == StatusCode::OK
    }
}

fn path_of(upload: &Value) -> String {
    format!("{UPLOADS}/{}", upload["id"].as_str().unwrap())
}

fn draft_of(upload: &Value) -> Value {
    json!({ "kind": "image", "draft": true, "media": [{ "upload_id": upload["id"] }] })
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

async fn an_upload_ends_after_its_time_and_its_bytes_with_the_last_one(app: TestApp) {
    let one = app.jpeg().await;
    app.clock.advance(DAY);
    let other = app.jpeg().await;
    app.clock.advance(DAY);
    assert_eq!(app.retire().await, 0);
    app.clock.advance(Duration::from_secs(1));
    let due = app.parts.store.due(&retention()).await.unwrap().uploads;
    assert_eq!((due.rows, due.bytes), (1, one["bytes"].as_u64()));
    assert_eq!(app.retire().await, 1);
    assert!(!app.is_there(&one).await && !app.is_given(&one).await);
    assert!(app.is_there(&other).await && app.is_given(&other).await);
    app.clock.advance(DAY);
    assert_eq!((app.retire().await, app.on_shelf()), (1, 0));
    assert!(!app.is_there(&other).await && !app.is_given(&other).await);
    let metrics = app.get("/metrics").await.body;
    let told = "belino_retired_total{kind=\"uploads\"} 2";
    assert!(metrics.as_str().unwrap().contains(told));
    app.publisher("facebook").await;
    let calls = app.meta.calls().await;
    let refused = app.ask(post_of("image", &[&one])).await;
    assert_eq!(faults(&refused), [("/media/0/upload_id", "upload")]);
    assert_eq!(app.meta.calls().await, calls);
}

async fn what_a_post_needs_stays_until_meta_cannot_ask_for_it_any_more(app: TestApp) {
    app.publisher("facebook").await;
    app.meta_publishes(json!({ "fetch_media": true })).await;
    let (one, other) = (app.jpeg().await, app.png().await);
    let film = app.uploaded(Film::default().write()).await;
    let mut planned = post_of("reel", &[&film]);
    planned["publish_at"] = json!(app.clock.now() + DAY * 5);
    planned["cover_upload_id"] = other["id"].clone();
    let planned = app.posted(planned).await;
    let draft = app.posted(draft_of(&one)).await;
    app.rest(&draft).await;
    app.clock.advance(DAY * 4);
    assert_eq!((app.retire().await, app.on_shelf()), (0, 3));
    let published = app.post(&format!("{draft}/publish"), json!({})).await;
    assert_eq!(published.status, StatusCode::OK, "{published:?}");
    let done = app.rest(&draft).await;
    assert_eq!((&done["state"], app.retire().await), (&json!("published"), 0));
    app.clock.advance(DAY);
    let done = app.rest(&planned).await;
    assert_eq!(done["state"], "published", "{done}");
    assert_eq!(app.seen().await.len(), 2);
    assert_eq!(app.retire().await, 1, "the draft's was published a day ago");
    assert!(!app.is_there(&one).await);
    assert!(app.is_given(&film).await && app.is_given(&other).await);
    app.clock.advance(DAY + Duration::from_secs(1));
    assert_eq!((app.retire().await, app.on_shelf()), (2, 0));
}

async fn an_upload_is_removed_by_its_owner_but_not_while_a_post_needs_it(app: TestApp) {
    app.publisher("facebook").await;
    let (one, again) = (app.jpeg().await, app.jpeg().await);
    let (reader, rival) = (app.key("shop", "read").await, app.key("rival", "write").await);
    assert_eq!(app.remove_as(&reader, &one).await.status, StatusCode::FORBIDDEN);
    assert_eq!(app.remove_as(&rival, &one).await.status, StatusCode::NOT_FOUND);
    let path = app.posted(draft_of(&one)).await;
    let refused = app.remove(&one).await;
    assert_eq!(
        (refused.status, &refused.body["code"]),
        (StatusCode::CONFLICT, &json!("upload-needed"))
    );
    assert!(refused.body["detail"].as_str().unwrap().contains(id_of(&path)));
    assert_eq!(
        app.get(&path_of(&one)).await.body["needed_by"],
        json!([id_of(&path)])
    );
    app.post(&format!("{path}/cancel"), json!({})).await;
    assert_eq!(app.get(&path_of(&one)).await.body["needed_by"], json!([]));
    let removed = app.remove(&one).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT, "{removed:?}");
    assert!(!app.is_there(&one).await && !app.is_given(&one).await);
    assert!(app.is_given(&again).await, "the same bytes are another's, too");
    assert_eq!(app.remove(&again).await.status, StatusCode::NO_CONTENT);
    assert_eq!(app.on_shelf(), 0);
    assert_eq!(app.remove(&again).await.body["code"], "not-found");
}

async fn a_post_that_is_changed_needs_what_it_is_made_of_now(app: TestApp) {
    app.publisher("facebook").await;
    let (one, other) = (app.jpeg().await, app.png().await);
    let path = app.posted(draft_of(&one)).await;
    let media = json!({ "media": [{ "upload_id": other["id"] }] });
    assert_eq!(app.patch(&path, media).await.status, StatusCode::OK);
    assert_eq!(
        app.patch(&path, json!({ "caption": "Fresh" })).await.status,
        StatusCode::OK
    );
    assert_eq!(app.remove(&one).await.status, StatusCode::NO_CONTENT);
    assert_eq!(app.remove(&other).await.status, StatusCode::CONFLICT);
    let media = json!({ "media": [{ "upload_id": one["id"] }] });
    let refused = app.patch(&path, media).await;
    assert_eq!(faults(&refused), [("/media/0/upload_id", "upload")]);
}

async fn uploads_are_listed_with_their_ends(app: TestApp) {
    app.publisher("facebook").await;
    let film = app.uploaded(Film::default().write()).await;
    app.clock.advance(DAY);
    let (one, two) = (app.jpeg().await, app.png().await);
    let draft = app.posted(draft_of(&one)).await;
    let key = app.key("rival", "write").await;
    let foreign = app
        .upload_as(&key, "", picture(800, 800, ImageFormat::Jpeg))
        .await;
    let reader = app.key("shop", "read").await;
    let page = app.get_as(&reader, &format!("{UPLOADS}?limit=2")).await.body;
    let ids = |page: &Value| -> Vec<Value> {
        let rows = page["data"].as_array().unwrap().iter();
        rows.map(|row| row["id"].clone()).collect()
    };
    assert_eq!(ids(&page), [two["id"].clone(), one["id"].clone()]);
    assert_eq!(page["data"][1]["needed_by"], json!([id_of(&draft)]));
    let next = page["next"].as_str().unwrap();
    let rest = app
        .get_as(&reader, &format!("{UPLOADS}?limit=2&after={next}"))
        .await
        .body;
    assert_eq!(
        (ids(&rest), &rest["next"]),
        (vec![film["id"].clone()], &Value::Null)
    );
    let mut shown = film.clone();
    shown.as_object_mut().unwrap().remove("warnings");
    assert_eq!(rest["data"][0], shown);
    assert_eq!(app.get_as(&reader, &path_of(&film)).await.body, shown);
    assert_eq!(shown["expires_at"], json!(app.clock.now() + DAY * 29));
    let all = app.get(UPLOADS).await.body;
    assert_eq!(ids(&all)[0], foreign.body["id"]);
    let hidden = app.get_as(&reader, &path_of(&foreign.body)).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
}

async fn no_post_is_made_of_an_upload_that_ends_meanwhile(app: TestApp) {
    app.publisher("facebook").await;
    for round in 0..12 {
        let upload = app.jpeg().await;
        let (made, removed) = if round % 2 == 0 {
            let (made, removed) = tokio::join!(app.ask(draft_of(&upload)), app.remove(&upload));
            (made, removed.status == StatusCode::NO_CONTENT)
        } else {
            app.clock.advance(DAY * 3);
            let (made, removed) = tokio::join!(app.ask(draft_of(&upload)), app.retire());
            (made, removed > 0)
        };
        if made.status == StatusCode::ACCEPTED {
            assert!(app.is_given(&upload).await, "{round}: the post has its file");
            let path = format!(
                "/api/instagram/posts/{}/cancel",
                made.body["id"].as_str().unwrap()
            );
            app.post(&path, json!({})).await;
            app.remove(&upload).await;
        } else {
            assert_eq!(faults(&made)[0].1, "upload", "{round}: {made:?}");
            assert!(removed, "{round}");
        }
    }
    app.clear().await;
    assert_eq!(app.on_shelf(), 0);
}

async fn what_is_uploaded_again_keeps_its_bytes(app: TestApp) {
    let mut last = app.jpeg().await;
    for round in 0..12 {
        let (again, removed) = tokio::join!(app.jpeg(), app.remove(&last));
        assert_eq!(removed.status, StatusCode::NO_CONTENT, "{round}");
        app.clear().await;
        assert!(app.is_given(&again).await, "{round}");
        last = again;
    }
    app.remove(&last).await;
    assert_eq!(app.on_shelf(), 0);
}

async fn a_file_that_nobody_kept_is_found_and_removed(app: TestApp) {
    let kept = app.jpeg().await;
    let left = app.uploads.path().join("incoming/left");
    std::fs::write(&left, "half").unwrap();
    let whole = || stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"nobody's"))]);
    let uploads = app.parts.effects.uploads();
    let stored = uploads.receive(whole()).await.unwrap();
    app.clock.advance(Duration::from_hours(1));
    app.clear().await;
    assert!(!left.exists());
    assert_eq!(app.on_shelf(), 2, "who stores it may say yet whose it is");
    drop(stored);
    drop(uploads.receive(whole()).await.unwrap());
    app.clear().await;
    assert_eq!(app.on_shelf(), 2, "it has just come");
    app.clock.advance(Duration::from_hours(1));
    app.clear().await;
    assert_eq!(app.on_shelf(), 1);
    assert!(app.is_given(&kept).await);
}

async fn an_erased_account_takes_along_what_only_its_posts_were_made_of(app: TestApp) {
    let account = app.shop("bakery", &["instagram"]).await;
    let other = app.shop("cafe", &["facebook"]).await;
    app.meta_publishes(json!({ "fetch_media": false })).await;
    let (own, shared) = (app.jpeg().await, app.png().await);
    let unused = app.uploaded(Film::default().write()).await;
    for (account, upload) in [(&account, &own), (&account, &shared), (&other, &shared)] {
        let mut draft = draft_of(upload);
        draft["account"] = account["id"].clone();
        app.posted(draft).await;
    }
    let receipt = app.withdraw(DELETE, INSTAGRAM_SECRET, &account["id"]).await;
    app.erase_all().await;
    let progress = app.progress(&receipt).await;
    assert_eq!(progress["state"], "done", "{progress}");
    assert_eq!(
        (&progress["removed"]["posts"], &progress["removed"]["uploads"]),
        (&json!(2), &json!(1))
    );
    app.clock.advance(Duration::from_hours(1));
    app.clear().await;
    assert!(!app.is_there(&own).await);
    assert!(app.is_given(&shared).await && app.is_given(&unused).await);
    assert_eq!(app.on_shelf(), 2);
}
