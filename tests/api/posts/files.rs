//! The files behind a post's addresses: what nobody can fetch, or Meta would not take, is refused before Meta is asked.

use std::net::TcpListener;
use std::sync::Arc;

use belino::app::App;
use belino::http::ServeOptions;
use belino::lifecycle::Lifecycle;
use image::{ImageFormat, RgbImage};
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::app::TestApp;
use crate::on_both;

on_both!(
    a_file_that_is_as_it_should_be_is_published_from_its_address,
    what_is_wrong_with_files_is_told_for_each_and_nothing_is_made,
    no_private_address_is_asked_for_anything,
);

pub(crate) fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let shades = RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([(x % 251) as u8, (y % 241) as u8, 90])
    });
    shades.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The same installation, which looks at files.
pub(super) async fn looking(app: &TestApp, at_private_ones: bool) -> TestApp {
    let mut config = (*app.config).clone();
    config.media_checks = true;
    config.allow_private_urls = at_private_ones;
    let parts = App::build(&config, app.clock.clone(), Lifecycle::new())
        .await
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    parts.listen(&config, listener, &ServeOptions::default()).unwrap();
    TestApp {
        base,
        config: Arc::new(config),
        parts: Arc::new(parts),
        ..app.clone()
    }
}

pub(super) async fn leave(app: TestApp) {
    app.parts.lifecycle.stop();
    app.parts.store.close().await;
}

async fn shop_window() -> MockServer {
    let server = MockServer::start().await;
    let good = picture(1_080, 1_080, ImageFormat::Jpeg);
    let files = [
        ("/good.jpg", "image/jpeg", good.clone()),
        ("/cut.jpg", "image/jpeg", good[..good.len() / 2].to_vec()),
        ("/really-a.jpg", "image/jpeg", picture(800, 800, ImageFormat::Png)),
        ("/tall.jpg", "image/jpeg", picture(400, 1_000, ImageFormat::Jpeg)),
        (
            "/login.jpg",
            "image/jpeg",
            b"<!doctype html><title>Log in</title><form></form>".to_vec(),
        ),
    ];
    for (at, kind, bytes) in files {
        let answer = ResponseTemplate::new(200).set_body_raw(bytes, kind);
        Mock::given(path(at)).respond_with(answer).mount(&server).await;
    }
    let away =
        ResponseTemplate::new(302).insert_header("location", "http://169.254.169.254/latest/meta-data");
    Mock::given(path("/away.jpg"))
        .respond_with(away)
        .mount(&server)
        .await;
    server
}

async fn a_file_that_is_as_it_should_be_is_published_from_its_address(app: TestApp) {
    app.publisher("facebook").await;
    app.meta_publishes(json!({ "republish": "duplicate" })).await;
    let (window, app) = (shop_window().await, looking(&app, true).await);
    let url = format!("{}/good.jpg", window.uri());
    let path = app
        .posted(json!({ "kind": "image", "media": [{ "url": url }] }))
        .await;
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], app.seen().await.len()),
        (&json!("published"), 1),
        "{post}"
    );
    leave(app).await;
}

async fn what_is_wrong_with_files_is_told_for_each_and_nothing_is_made(app: TestApp) {
    app.publisher("facebook").await;
    let (window, app) = (shop_window().await, looking(&app, true).await);
    let calls = app.meta.calls().await;
    let names = ["good", "cut", "really-a", "tall", "login", "missing"];
    let media: Vec<Value> = names
        .iter()
        .map(|name| json!({ "url": format!("{}/{name}.jpg", window.uri()) }))
        .collect();
    let refused = app.ask(json!({ "kind": "carousel", "media": media })).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["code"]),
        (422, &json!("invalid-post")),
        "{refused:?}"
    );
    let faults: Vec<_> = refused.body["faults"].as_array().unwrap().iter().collect();
    let pointers: Vec<_> = faults
        .iter()
        .map(|fault| fault["pointer"].as_str().unwrap())
        .collect();
    let told = format!("{faults:#?}");
    for at in 1..names.len() {
        assert!(
            pointers.contains(&format!("/media/{at}/url").as_str()),
            "{at}: {told}"
        );
    }
    assert!(!pointers.contains(&"/media/0/url"), "{told}");
    for code in ["media-cut-off", "media-is-a-page", "url-not-found"] {
        assert!(faults.iter().any(|fault| fault["code"] == code), "{code}: {told}");
    }
    assert_eq!(app.meta.calls().await, calls);
    leave(app).await;
}

async fn no_private_address_is_asked_for_anything(app: TestApp) {
    app.publisher("facebook").await;
    let (window, app) = (shop_window().await, looking(&app, false).await);
    let port = window.address().port();
    for host in [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "127.1",
        "10.0.0.8",
    ] {
        let url = format!("http://{host}:{port}/good.jpg");
        let refused = app
            .ask(json!({ "kind": "image", "media": [{ "url": url }] }))
            .await;
        assert_eq!(
            (refused.status.as_u16(), &refused.body["faults"][0]["code"]),
            (422, &json!("url-not-public")),
            "{host}: {refused:?}"
        );
    }
    assert_eq!(window.received_requests().await.unwrap().len(), 0);
    leave(app).await;
}
