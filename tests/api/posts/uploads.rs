//! Files that are uploaded, named in posts, and fetched by Meta from where nobody else finds them.

use std::time::Duration;

use belino::assets::{NameKey, SignedName};
use belino::domain::Timestamp;
use image::ImageFormat;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::files::picture;
use super::film::Film;
use crate::app::{Answer, OPERATOR, TestApp};
use crate::on_both;
use crate::wire::problem;

on_both!(
    what_was_uploaded_is_published_and_meta_fetches_it_here,
    an_address_that_meta_got_holds_for_a_day,
    what_is_no_picture_or_film_is_not_taken_and_leaves_nothing,
    a_file_is_given_by_its_signed_name_only_and_as_long_as_that_holds,
    a_part_of_a_file_is_given_where_it_is_asked_for,
    a_file_is_described_without_being_given,
    an_upload_is_its_workspaces_and_must_fit_the_post,
);

pub(super) const DAY: Duration = Duration::from_hours(24);
/// The key that seals tokens in these tests.
pub(super) const SEALING: [u8; 32] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
    29, 30, 31,
];

impl TestApp {
    pub(super) async fn upload_as(&self, key: &str, query: &str, bytes: Vec<u8>) -> Answer {
        let request = self
            .http
            .post(format!("{}/api/instagram/media-uploads{query}", self.base));
        // What the header says is not believed.
        let request = request.bearer_auth(key).header("content-type", "text/html");
        Answer::of(request.body(bytes).send().await.unwrap()).await
    }

    /// Uploads for the workspace of the account; gives the answer's body.
    pub(crate) async fn uploaded(&self, bytes: Vec<u8>) -> Value {
        let key = self.key("shop", "write").await;
        let answer = self.upload_as(&key, "", bytes).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        answer.body
    }

    /// Files on the shelf.
    pub(super) fn on_shelf(&self) -> usize {
        let entries = std::fs::read_dir(self.uploads.path()).into_iter().flatten();
        entries
            .filter(|entry| entry.as_ref().unwrap().file_type().unwrap().is_file())
            .count()
    }

    pub(super) async fn fetch(&self, name: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = self.http.get(format!("{}/media-files/{name}", self.base));
        for (header, value) in headers {
            request = request.header(*header, *value);
        }
        request.send().await.unwrap()
    }

    pub(super) fn in_an_hour(&self) -> Timestamp {
        self.clock.now() + Duration::from_hours(1)
    }
}

pub(super) fn name_of(upload: &Value, key: &[u8], expires: Timestamp) -> String {
    let id: Uuid = upload["id"].as_str().unwrap().parse().unwrap();
    SignedName::make(&NameKey::derive(key), id, expires)
}

pub(super) fn post_of(kind: &str, uploads: &[&Value]) -> Value {
    let media: Vec<_> = uploads
        .iter()
        .map(|upload| json!({ "upload_id": upload["id"] }))
        .collect();
    json!({ "kind": kind, "media": media })
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map(|value| value.to_str().unwrap())
        .unwrap_or_default()
}

pub(super) fn faults(answer: &Answer) -> Vec<(&str, &str)> {
    let faults = answer.body["faults"].as_array().into_iter().flatten();
    faults
        .map(|fault| {
            (
                fault["pointer"].as_str().unwrap(),
                fault["code"].as_str().unwrap(),
            )
        })
        .collect()
}

async fn what_was_uploaded_is_published_and_meta_fetches_it_here(app: TestApp) {
    app.publisher("facebook").await;
    app.meta_publishes(json!({ "fetch_media": true, "republish": "duplicate" }))
        .await;
    let bytes = picture(1_080, 1_080, ImageFormat::Jpeg);
    let jpeg = app.uploaded(bytes.clone()).await;
    assert_eq!(
        jpeg,
        json!({ "id": jpeg["id"], "media_type": "image", "content_type": "image/jpeg", "bytes": bytes.len(),
            "width": 1_080, "height": 1_080, "created_at": app.clock.now(), "expires_at": app.clock.now() + DAY * 30,
            "needed_by": [], "warnings": [] })
    );
    let png = app.uploaded(picture(900, 800, ImageFormat::Png)).await;
    assert_eq!(
        (&png["content_type"], &png["width"]),
        (&json!("image/jpeg"), &json!(900))
    );
    let film = app.uploaded(Film::default().write()).await;
    assert_eq!(
        (&film["media_type"], &film["content_type"], &film["duration_ms"]),
        (&json!("video"), &json!("video/mp4"), &json!(10_000)),
        "{film}"
    );
    let again = app.uploaded(bytes).await;
    assert_ne!(again["id"], jpeg["id"]);
    assert_eq!(app.on_shelf(), 3, "equal bytes are kept once, and no PNG");
    for post in [
        post_of("image", &[&jpeg]),
        post_of("reel", &[&film]),
        post_of("story", &[&png]),
        post_of("carousel", &[&png, &again]),
    ] {
        let path = app.posted(post.clone()).await;
        let done = app.rest(&path).await;
        assert_eq!(done["state"], "published", "{done}");
        assert_eq!(
            done["intent"]["media"][0]["upload_id"],
            post["media"][0]["upload_id"]
        );
        assert_eq!(
            done["intent"]["media"][0]["url"],
            Value::Null,
            "no address is kept"
        );
    }
    assert_eq!(app.seen().await.len(), 4);
    let draft = app.posted(json!({ "kind": "image", "draft": true, "media": [{ "upload_id": jpeg["id"] }] }));
    let path = draft.await;
    let changed = app.patch(&path, json!({ "caption": "Fresh" })).await;
    assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
    assert_eq!(
        changed.body["intent"]["media"],
        json!([{ "upload_id": jpeg["id"], "media_type": "image" }])
    );
}

async fn an_address_that_meta_got_holds_for_a_day(app: TestApp) {
    app.publisher("facebook").await;
    app.meta_publishes(json!({ "fetch_media": true, "republish": "duplicate" }))
        .await;
    let bytes = picture(800, 800, ImageFormat::Jpeg);
    let jpeg = app.uploaded(bytes.clone()).await;
    let path = app.posted(post_of("image", &[&jpeg])).await;
    let asked_at = app.clock.now();
    app.rest(&path).await;
    let page = format!("{}/sandbox/feed/bakery/page", app.meta.base);
    let page = app.http.get(page).send().await.unwrap().text().await.unwrap();
    let (_, behind) = page
        .split_once(&format!("src=\"{}/media-files/", app.base))
        .unwrap();
    let (name, _) = behind.split_once('"').unwrap();
    let given = app.fetch(name, &[]).await;
    assert_eq!(given.bytes().await.unwrap(), bytes);
    app.clock
        .advance((asked_at + DAY - Duration::from_secs(1)).since(app.clock.now()));
    assert_eq!(app.fetch(name, &[]).await.status(), StatusCode::OK);
    app.clock.advance(Duration::from_secs(1));
    problem(app.fetch(name, &[]).await, 404, "not-found").await;
}

async fn what_is_no_picture_or_film_is_not_taken_and_leaves_nothing(app: TestApp) {
    let (writer, reader) = (app.key("shop", "write").await, app.key("shop", "read").await);
    let jpeg = picture(800, 800, ImageFormat::Jpeg);
    for (bytes, code) in [
        (
            b"<!doctype html><title>Log in</title>".to_vec(),
            "media-is-a-page",
        ),
        (Vec::new(), "media-empty"),
        (vec![1; 64], "media-unknown-format"),
        (jpeg[..jpeg.len() / 2].to_vec(), "media-cut-off"),
    ] {
        let refused = app.upload_as(&writer, "", bytes).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.body["code"]),
            (422, &json!("invalid-media"))
        );
        assert_eq!(faults(&refused), [("", code)]);
    }
    assert_eq!(app.on_shelf(), 0);
    let small = app.upload_as(&reader, "", jpeg.clone()).await;
    assert_eq!(small.status, StatusCode::FORBIDDEN, "{small:?}");
    let nobodys = app.upload_as(OPERATOR, "", jpeg.clone()).await;
    assert_eq!(nobodys.body["code"], "invalid-parameter", "{nobodys:?}");
    let named = app.upload_as(OPERATOR, "?workspace=shop", jpeg).await;
    assert_eq!(named.status, StatusCode::CREATED, "{named:?}");
    let head = format!(
        "POST /api/instagram/media-uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {writer}\r\n\
         Content-Length: 314572801\r\n\r\nabc"
    );
    let answer = app.raw(head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(
        answer.contains("too-large") && answer.contains("314572800 bytes"),
        "{answer}"
    );
    let head = head.replace("314572801", "300");
    let cut = app.raw(head.as_bytes()).await;
    assert!(!cut.contains("HTTP/1.1 2"), "{cut}");
    assert_eq!(app.on_shelf(), 1);
    let rests = std::fs::read_dir(app.uploads.path().join("incoming")).unwrap();
    assert_eq!(rests.count(), 0);
}

async fn a_file_is_given_by_its_signed_name_only_and_as_long_as_that_holds(app: TestApp) {
    let bytes = picture(800, 800, ImageFormat::Jpeg);
    let upload = app.uploaded(bytes.clone()).await;
    let name = name_of(&upload, &SEALING, app.in_an_hour());
    let given = app.fetch(&name, &[]).await;
    assert_eq!(given.status(), StatusCode::OK, "{given:?}");
    for (header_name, value) in [
        ("content-type", "image/jpeg"),
        ("content-length", bytes.len().to_string().as_str()),
        ("accept-ranges", "bytes"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private"),
    ] {
        assert_eq!(header(&given, header_name), value, "{header_name}");
    }
    assert_eq!(given.bytes().await.unwrap(), bytes);
    let mut changed = name.clone();
    let flipped = if changed.starts_with('A') { "B" } else { "A" };
    changed.replace_range(..1, flipped);
    let unknown = json!({ "id": Uuid::nil().to_string() });
    for forged in [
        changed.as_str(),
        upload["id"].as_str().unwrap(),
        "x",
        &name_of(&upload, &[7; 32], app.in_an_hour()),
        &name_of(&unknown, &SEALING, app.in_an_hour()),
    ] {
        problem(app.fetch(forged, &[]).await, 404, "not-found").await;
    }
    app.clock.advance(Duration::from_hours(1));
    problem(app.fetch(&name, &[]).await, 404, "not-found").await;
}

async fn a_part_of_a_file_is_given_where_it_is_asked_for(app: TestApp) {
    let bytes = picture(1_000, 1_000, ImageFormat::Jpeg);
    let upload = app.uploaded(bytes.clone()).await;
    let name = name_of(&upload, &SEALING, app.in_an_hour());
    let all = bytes.len();
    for (range, first, last) in [
        ("bytes=0-0".to_owned(), 0, 0),
        ("bytes=2-11".to_owned(), 2, 11),
        ("bytes=100-".to_owned(), 100, all - 1),
        ("bytes=-7".to_owned(), all - 7, all - 1),
        (format!("bytes=5-{}", all * 2), 5, all - 1),
    ] {
        let part = app.fetch(&name, &[("range", &range)]).await;
        assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT, "{range}");
        assert_eq!(
            header(&part, "content-range"),
            format!("bytes {first}-{last}/{all}"),
            "{range}"
        );
        assert_eq!(
            header(&part, "content-length"),
            (last - first + 1).to_string(),
            "{range}"
        );
        assert_eq!(part.bytes().await.unwrap(), bytes[first..=last], "{range}");
    }
    for headers in [
        &[("range", "bytes=0-1,4-5")][..],
        &[("range", "pages=1-2")],
        &[("range", "bytes=0-1"), ("if-range", "\"a-version\"")],
    ] {
        let whole = app.fetch(&name, headers).await;
        assert_eq!(whole.status(), StatusCode::OK, "{headers:?}");
        assert_eq!(whole.bytes().await.unwrap().len(), all, "{headers:?}");
    }
    let beyond = app.fetch(&name, &[("range", &format!("bytes={all}-"))]).await;
    assert_eq!(header(&beyond, "content-range"), format!("bytes */{all}"));
    problem(beyond, 416, "no-such-range").await;
}

async fn a_file_is_described_without_being_given(app: TestApp) {
    let bytes = picture(800, 800, ImageFormat::Jpeg);
    let upload = app.uploaded(bytes.clone()).await;
    let name = name_of(&upload, &SEALING, app.in_an_hour());
    let given = app.fetch(&name, &[]).await;
    let measured = |name: &str| app.http.head(format!("{}/media-files/{name}", app.base));
    for range in ["", "bytes=0-0", "bytes=9999999-"] {
        let told = measured(&name).header("range", range).send().await.unwrap();
        assert_eq!(told.status(), StatusCode::OK, "{range}: {told:?}");
        for same in [
            "content-type",
            "content-length",
            "accept-ranges",
            "cache-control",
            "x-content-type-options",
        ] {
            assert_eq!(header(&told, same), header(&given, same), "{same}");
        }
        assert_eq!(told.bytes().await.unwrap().len(), 0);
    }
    let request = format!("HEAD /media-files/{name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let answer = app.raw(request.as_bytes()).await;
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    let forged = measured(upload["id"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(forged.status(), StatusCode::NOT_FOUND);
    app.clock.advance(Duration::from_hours(1));
    let expired = measured(&name).send().await.unwrap();
    assert_eq!(expired.status(), StatusCode::NOT_FOUND);
    assert_eq!(header(&expired, "content-type"), "application/problem+json");
    assert_eq!(expired.bytes().await.unwrap().len(), 0);
    let other = app.http.delete(format!("{}/media-files/{name}", app.base));
    let refused = other.send().await.unwrap();
    assert_eq!(header(&refused, "allow"), "GET, HEAD");
}

async fn an_upload_is_its_workspaces_and_must_fit_the_post(app: TestApp) {
    app.publisher("facebook").await;
    let calls = app.meta.calls().await;
    let mine = app.uploaded(picture(800, 800, ImageFormat::Jpeg)).await;
    let tall = app.uploaded(picture(400, 1_000, ImageFormat::Jpeg)).await;
    assert_eq!(tall["warnings"].as_array().unwrap().len(), 1, "{tall}");
    let key = app.key("rival", "write").await;
    let foreign = app
        .upload_as(&key, "", picture(800, 800, ImageFormat::Jpeg))
        .await
        .body;
    let gone = json!({ "id": Uuid::nil().to_string() });
    let refused = app.ask(post_of("carousel", &[&mine, &foreign, &gone])).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["code"]),
        (422, &json!("invalid-post"))
    );
    assert_eq!(
        faults(&refused),
        [("/media/1/upload_id", "upload"), ("/media/2/upload_id", "upload")]
    );
    let refused = app.ask(post_of("image", &[&tall])).await;
    assert_eq!(
        faults(&refused),
        [(
            "/media/0/upload_id",
            tall["warnings"][0]["code"].as_str().unwrap()
        )]
    );
    let refused = app.ask(post_of("reel", &[&mine])).await;
    assert_eq!(faults(&refused), [("/media/0/upload_id", "video-needed")]);
    let both = json!([{ "upload_id": mine["id"], "url": "https://cdn.example.org/1.jpg" }, {}]);
    let refused = app.ask(json!({ "kind": "carousel", "media": both })).await;
    assert_eq!(faults(&refused), [("/media/0", "url"), ("/media/1", "url")]);
    assert_eq!(app.meta.calls().await, calls);
}
