//! A backup has the uploads that its database names: a restored copy publishes what was scheduled.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use belino::clock::Clock;
use image::ImageFormat;
use serde_json::json;

use super::shop::{Shop, names, picture};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_copy_publishes_what_was_scheduled_with_an_upload() {
    let shop = Shop::open().await;
    let service = shop.quiet();
    let png = shop.upload(&service, picture(900, 900, ImageFormat::Png)).await;
    shop.upload(&service, picture(800, 800, ImageFormat::Jpeg)).await;
    let tomorrow = Clock::system().now() + Duration::from_hours(24);
    let post = json!({ "kind": "image", "publish_at": tomorrow, "media": [{ "upload_id": png["id"] }] });
    let post = shop.asked(&service, "/api/instagram/posts", post).await;
    let done = shop.run(&["backup", "copy.db"]).await;
    assert_eq!(done.code, 0, "{done:?}");
    for word in ["copy.db.uploads: 2 files", "BELINO_UPLOADS", "belino.key"] {
        assert!(done.out.contains(word), "{word}: {done:?}");
    }
    let copied = shop.home.path().join("copy.db.uploads");
    assert_eq!(copied.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(names(&copied).len(), 2);
    assert_eq!(service.stop(), Some(0));

    let shop = shop.restored("copy.db");
    let service = shop.busy();
    let path = format!("/api/instagram/posts/{}", post["id"].as_str().unwrap());
    shop.asked(&service, &format!("{path}/publish"), json!({})).await;
    service
        .until(&path, |_, text| text.contains("\"state\":\"published\""))
        .await;
    assert_eq!(shop.seen().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_shelf_has_lost_is_named_and_nothing_is_overwritten() {
    let shop = Shop::open().await;
    let service = shop.quiet();
    shop.upload(&service, picture(900, 900, ImageFormat::Png)).await;
    shop.upload(&service, picture(800, 800, ImageFormat::Jpeg)).await;
    let shelf = shop.home.path().join("uploads");
    let files = names(&shelf);
    let files: Vec<_> = files.iter().filter(|name| name.len() == 64).collect();
    assert_eq!(files.len(), 2);
    std::fs::write(shelf.join(files[0]), "rotten").unwrap();
    let done = shop.run(&["backup", "copy.db"]).await;
    assert!(done.code == 0 && done.out.contains(files[0].as_str()), "{done:?}");
    assert_eq!(
        &names(&shop.home.path().join("copy.db.uploads")),
        &[files[1].clone()]
    );
    std::fs::remove_file(shelf.join(files[1])).unwrap();
    let done = shop.run(&["backup", "other.db"]).await;
    assert!(done.code == 0 && done.out.contains(files[1].as_str()), "{done:?}");

    std::fs::create_dir(shop.home.path().join("late.db.uploads")).unwrap();
    let done = shop.run(&["backup", "late.db"]).await;
    assert_eq!(done.code, 64, "{done:?}");
    assert!(done.err.contains("late.db.uploads"), "{done:?}");
    let left = names(shop.home.path());
    assert!(
        !left
            .iter()
            .any(|name| name.starts_with("late.db") && name != "late.db.uploads"),
        "{left:?}"
    );
}
