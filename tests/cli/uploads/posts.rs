//! Files of this machine in a post from the shell.

use image::ImageFormat;
use serde_json::Value;

use super::film::Film;
use super::shop::{Shop, picture};
use crate::home::OPERATOR;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reel_and_its_cover_are_published_from_files() {
    let shop = Shop::open().await;
    let file = |name: &str, bytes: &[u8]| std::fs::write(shop.home.path().join(name), bytes).unwrap();
    file("film.mp4", &Film::default().write());
    file("cover.png", &picture(720, 1_280, ImageFormat::Png));
    file("page.jpg", b"<!doctype html><title>Log in</title>");
    let service = shop.quiet();
    let words = |key: &'static str, media: &'static str, cover: &'static str| {
        [
            "post", "create", "--kind", "reel", "--key", key, "--media", media, "--cover", cover,
        ]
    };
    let done = shop.run(&words("monday", "film.mp4", "cover.png")).await;
    assert!(done.code == 0 && done.out.contains("published"), "{done:?}");
    let again = shop.run(&words("monday", "film.mp4", "cover.png")).await;
    assert_eq!(again.code, 0, "{again:?}");
    assert_eq!(again.out.lines().next(), done.out.lines().next(), "the same post");
    let seen = shop.seen().await;
    assert_eq!(
        (seen.len(), &seen[0]["media_product_type"]),
        (1, &Value::from("REELS"))
    );
    let uploads = service.get(OPERATOR, "/api/instagram/media-uploads").await;
    let uploads: Value = uploads.json().await.unwrap();
    assert_eq!(uploads["data"].as_array().unwrap().len(), 2, "{uploads}");
    for (media, cover, said) in [
        ("film.mp4", "page.jpg", "media-is-a-page"),
        ("film.mp4", "film.mp4", "image-needed"),
        ("none.mp4", "cover.png", "none.mp4"),
    ] {
        let refused = shop.run(&words("tuesday", media, cover)).await;
        assert_eq!(refused.code, 64, "{refused:?}");
        assert!(refused.err.contains(said), "{said}: {refused:?}");
    }
}
