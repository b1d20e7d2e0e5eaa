//! What works, and perhaps not as meant, is said with the post.

use image::ImageFormat;
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::desk::image;
use super::files::{leave, looking, picture};
use super::film::Film;
use crate::app::TestApp;
use crate::on_both;

on_both!(
    what_meta_does_to_files_is_said_and_kept,
    what_words_do_not_do_is_said_too,
    another_post_has_its_own_warnings,
    of_files_that_were_not_looked_at_nothing_is_said,
);

async fn window() -> MockServer {
    let server = MockServer::start().await;
    let film = |size| {
        Film {
            size,
            ..Film::default()
        }
        .write()
    };
    let files = [
        ("/square.jpg", picture(1_080, 1_080, ImageFormat::Jpeg)),
        ("/tall.jpg", picture(800, 1_000, ImageFormat::Jpeg)),
        ("/wide.jpg", picture(1_600, 1_600, ImageFormat::Jpeg)),
        ("/small.jpg", picture(200, 200, ImageFormat::Jpeg)),
        ("/screen.jpg", picture(1_080, 1_920, ImageFormat::Jpeg)),
        ("/square.mp4", film((1_080, 1_080))),
        ("/screen.mp4", film((1_080, 1_920))),
    ];
    for (at, bytes) in files {
        let answer = ResponseTemplate::new(200).set_body_raw(bytes, "application/octet-stream");
        Mock::given(path(at)).respond_with(answer).mount(&server).await;
    }
    server
}

fn post(kind: &str, window: &MockServer, names: &[&str]) -> Value {
    let media = names.iter().map(|name| {
        let media_type = if name.ends_with("mp4") { "video" } else { "image" };
        json!({ "url": format!("{}/{name}", window.uri()), "media_type": media_type })
    });
    json!({ "kind": kind, "media": media.collect::<Vec<_>>() })
}

fn said(post: &Value) -> Vec<(String, String)> {
    let warnings = post["warnings"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let said = warnings.inspect(|one| assert!(!text(&one["message"]).is_empty()));
    said.map(|one| (text(&one["pointer"]), text(&one["code"])))
        .collect()
}

fn told(pointer: &str, code: &str) -> (String, String) {
    (pointer.to_owned(), code.to_owned())
}

async fn what_meta_does_to_files_is_said_and_kept(app: TestApp) {
    app.publisher("facebook").await;
    let (window, app) = (window().await, looking(&app, true).await);
    let cropped = |at: usize| told(&format!("/media/{at}"), "carousel-cropped");
    let cases = [
        (post("image", &window, &["square.jpg"]), vec![]),
        (
            post("image", &window, &["wide.jpg"]),
            vec![told("/media/0/url", "image-too-wide")],
        ),
        (
            post("image", &window, &["small.jpg"]),
            vec![told("/media/0/url", "image-too-narrow")],
        ),
        (post("carousel", &window, &["square.jpg", "square.jpg"]), vec![]),
        (
            post(
                "carousel",
                &window,
                &["square.jpg", "tall.jpg", "square.mp4", "screen.mp4"],
            ),
            vec![cropped(1), cropped(3)],
        ),
        (post("reel", &window, &["screen.mp4"]), vec![]),
        (
            post("reel", &window, &["square.mp4"]),
            vec![told("/media/0/url", "video-ratio-advised")],
        ),
        (post("story", &window, &["screen.jpg"]), vec![]),
        (
            post("story", &window, &["square.jpg"]),
            vec![told("/media/0/url", "image-ratio-advised")],
        ),
        (
            post("story", &window, &["square.mp4"]),
            vec![told("/media/0/url", "video-ratio-advised")],
        ),
    ];
    for (wanted, warnings) in cases {
        let taken = app.ask(wanted).await;
        assert_eq!(
            (taken.status.as_u16(), said(&taken.body)),
            (202, warnings.clone()),
            "{taken:?}"
        );
        let kept = app
            .rest(&format!(
                "/api/instagram/posts/{}",
                taken.body["id"].as_str().unwrap()
            ))
            .await;
        assert_eq!(
            (&kept["state"], said(&kept)),
            (&json!("published"), warnings),
            "{kept}"
        );
    }
    leave(app).await;
}

async fn what_words_do_not_do_is_said_too(app: TestApp) {
    app.publisher("facebook").await;
    let mut story = json!({ "kind": "story", "media": [{ "url": "https://cdn.example.org/1.jpg" }] });
    story["caption"] = json!("Nobody reads this");
    let path = app.posted(story).await;
    let post = app.rest(&path).await;
    assert_eq!(said(&post), [told("/caption", "caption-not-shown")]);
    assert_eq!(
        (&post["state"], app.seen().await.len()),
        (&json!("published"), 1),
        "{post}"
    );
    let reel = json!({ "kind": "reel", "media": [{ "url": "https://cdn.example.org/1.mp4" }], "thumb_offset_ms": 5,
        "cover_url": "https://cdn.example.org/c.jpg" });
    let path = app.posted(reel).await;
    assert_eq!(
        said(&app.get(&path).await.body),
        [told("/thumb_offset_ms", "cover-wins")]
    );
}

async fn another_post_has_its_own_warnings(app: TestApp) {
    app.publisher("facebook").await;
    let (window, app) = (window().await, looking(&app, true).await);
    let mut draft = post("carousel", &window, &["square.jpg", "tall.jpg"]);
    draft["draft"] = json!(true);
    let path = app.posted(draft).await;
    assert_eq!(
        said(&app.get(&path).await.body),
        [told("/media/1", "carousel-cropped")]
    );
    let others = post("carousel", &window, &["tall.jpg", "tall.jpg"])["media"].clone();
    let changed = app.patch(&path, json!({ "media": others })).await;
    assert_eq!(
        (changed.status.as_u16(), said(&changed.body)),
        (200, vec![]),
        "{changed:?}"
    );
    app.post(&format!("{path}/publish"), json!({})).await;
    let done = app.rest(&path).await;
    assert_eq!(
        (&done["state"], said(&done)),
        (&json!("published"), vec![]),
        "{done}"
    );
    leave(app).await;
}

async fn of_files_that_were_not_looked_at_nothing_is_said(app: TestApp) {
    app.publisher("facebook").await;
    let path = app.posted(image("Unseen")).await;
    assert_eq!(said(&app.get(&path).await.body), []);
    let listed = app.list("/api/instagram/posts").await;
    assert_eq!(said(&listed[0]), []);
}
