use std::convert::Infallible;
use std::io;
use std::path::Path;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use tokio::io::AsyncReadExt;

use super::files::jpeg;
use super::film::Film;
use crate::assets::{Digest, Removal, Shelf, ShelfError, Stored};

const PLENTY: u64 = 1 << 20;

fn chunks(bytes: &[u8]) -> impl Stream<Item = Result<Bytes, Infallible>> + use<> {
    let parts: Vec<_> = bytes
        .chunks(7)
        .map(|part| Ok(Bytes::copy_from_slice(part)))
        .collect();
    stream::iter(parts)
}

async fn shelf(folder: &Path) -> Shelf {
    Shelf::open(folder).await.unwrap()
}

async fn put<E>(
    shelf: &Shelf,
    stream: impl Stream<Item = Result<Bytes, E>>,
    most: u64,
) -> Result<Stored, ShelfError>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let written = shelf.write(stream, most).await?;
    shelf.place(written).await
}

fn files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .filter(|entry| entry.as_ref().unwrap().file_type().unwrap().is_file())
        .count()
}

fn incoming(folder: &Path) -> usize {
    std::fs::read_dir(folder.join("incoming")).unwrap().count()
}

fn written(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder.join("incoming")).unwrap();
    entries
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum()
}

#[expect(
    clippy::unused_async,
    reason = "the shelf asks a database, which takes a while"
)]
async fn answer(needed: bool) -> Result<bool, ShelfError> {
    Ok(needed)
}

#[tokio::test]
async fn a_file_is_kept_under_the_hash_of_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = shelf(folder.path()).await;
    let stored = put(&shelf, chunks(b"abc"), 3).await.unwrap();
    assert_eq!(
        stored.digest.to_string(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_eq!(stored.bytes, 3);
    let mut opened = shelf.read(stored.digest).await.unwrap();
    let mut text = String::new();
    opened.file.read_to_string(&mut text).await.unwrap();
    assert_eq!(
        (text.as_str(), opened.bytes, opened.content_type),
        ("abc", 3, "application/octet-stream")
    );
    assert_eq!(files(folder.path()), 1);
    assert_eq!(incoming(folder.path()), 0);
}

#[tokio::test]
async fn a_file_is_served_as_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = shelf(folder.path()).await;
    let film = Film::default;
    for (bytes, content_type) in [
        (jpeg(8, 8), "image/jpeg"),
        (film().write(), "video/mp4"),
        (
            Film {
                brand: *b"qt  ",
                ..film()
            }
            .write(),
            "video/quicktime",
        ),
        (b"<html>".to_vec(), "application/octet-stream"),
        (Vec::new(), "application/octet-stream"),
    ] {
        let stored = put(&shelf, chunks(&bytes), PLENTY).await.unwrap();
        assert_eq!(
            shelf.read(stored.digest).await.unwrap().content_type,
            content_type
        );
    }
}

#[tokio::test]
async fn nothing_is_left_of_a_file_that_is_too_long_or_breaks_off() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = shelf(folder.path()).await;
    assert!(matches!(
        put(&shelf, chunks(b"abcd"), 3).await,
        Err(ShelfError::TooLarge(3))
    ));
    let broken = stream::iter([Ok(Bytes::from_static(b"ab")), Err(io::Error::other("gone"))]);
    assert!(matches!(put(&shelf, broken, 3).await, Err(ShelfError::Broken(_))));
    assert_eq!(files(folder.path()), 0);
    assert_eq!(incoming(folder.path()), 0);
}

#[tokio::test]
async fn an_upload_that_is_given_up_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = shelf(folder.path()).await;
    let endless = chunks(b"abc").chain(stream::pending());
    let mut upload = Box::pin(put(&shelf, endless, PLENTY));
    while written(folder.path()) < 3 {
        assert!(futures_util::poll!(&mut upload).is_pending());
        tokio::task::yield_now().await;
    }
    drop(upload);
    assert_eq!(incoming(folder.path()), 0);
}

#[tokio::test]
async fn leftovers_are_swept_and_what_somebody_writes_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let first = shelf(folder.path()).await;
    std::fs::write(folder.path().join("incoming/left"), b"half").unwrap();
    let writing = std::fs::File::create(folder.path().join("incoming/writing")).unwrap();
    writing.try_lock().unwrap();
    let kept = put(&first, chunks(b"abc"), 3).await.unwrap();
    let second = shelf(folder.path()).await;
    assert_eq!((second.sweep().await.unwrap(), incoming(folder.path())), (1, 1));
    assert!(second.read(kept.digest).await.is_ok());
}

#[tokio::test]
async fn the_same_bytes_are_kept_once() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = shelf(folder.path()).await;
    let (one, other) = tokio::join!(put(&shelf, chunks(b"abc"), 3), put(&shelf, chunks(b"abc"), 3));
    assert_eq!(one.unwrap().digest, other.unwrap().digest);
    assert_eq!(files(folder.path()), 1);
}

#[tokio::test]
async fn a_file_is_removed_when_nothing_needs_it() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = shelf(folder.path()).await;
    let digest = put(&shelf, chunks(b"abc"), 3).await.unwrap().digest;
    let remove = async |needed| shelf.remove_unless(digest, answer(needed)).await.unwrap();
    assert_eq!(remove(true).await, Removal::Needed);
    assert!(shelf.read(digest).await.is_ok());
    assert_eq!(remove(false).await, Removal::Gone);
    assert!(matches!(shelf.read(digest).await, Err(ShelfError::NotFound)));
    assert_eq!(remove(false).await, Removal::Gone);
}

#[tokio::test]
async fn a_file_that_was_just_stored_stays_while_anybody_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let (mine, theirs) = (shelf(folder.path()).await, shelf(folder.path()).await);
    let one = put(&mine, chunks(b"abc"), 3).await.unwrap();
    let again = put(&theirs, chunks(b"abc"), 3).await.unwrap();
    assert_eq!(incoming(folder.path()), 0);
    let digest = one.digest;
    let remove = async |shelf: &Shelf| shelf.remove_unless(digest, answer(false)).await.unwrap();
    drop(one);
    assert_eq!(remove(&mine).await, Removal::Held);
    drop(again);
    assert_eq!(remove(&mine).await, Removal::Gone);
    let one = put(&mine, chunks(b"abc"), 3).await.unwrap();
    assert_eq!(remove(&theirs).await, Removal::Held);
    drop(one);
    assert_eq!(remove(&theirs).await, Removal::Gone);
}

#[tokio::test]
async fn nothing_is_removed_while_the_shelf_is_kept_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (mine, theirs) = (shelf(folder.path()).await, shelf(folder.path()).await);
    let digest = put(&mine, chunks(b"abc"), 3).await.unwrap().digest;
    let whole = theirs.keep_whole().await.unwrap();
    let held = mine.remove_unless(digest, answer(false)).await.unwrap();
    assert_eq!(held, Removal::Held);
    drop(put(&mine, chunks(b"def"), 3).await.unwrap());
    drop(whole);
    let gone = mine.remove_unless(digest, answer(false)).await.unwrap();
    assert_eq!(gone, Removal::Gone);
}

#[tokio::test]
async fn a_damaged_file_is_not_copied_and_is_whole_again_once_it_is_stored_again() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = shelf(folder.path()).await;
    let digest = put(&shelf, chunks(b"abc"), 3).await.unwrap().digest;
    let copy = async |name: &str| {
        shelf
            .copy(digest, folder.path().join("incoming").join(name))
            .await
    };
    assert_eq!(copy("first").await.unwrap(), 3);
    std::fs::write(shelf.path(digest), b"abd").unwrap();
    assert!(matches!(copy("second").await, Err(ShelfError::Damaged)));
    drop(put(&shelf, chunks(b"abc"), 3).await.unwrap());
    assert_eq!(copy("third").await.unwrap(), 3);
    assert_eq!(
        std::fs::read(folder.path().join("incoming/third")).unwrap(),
        b"abc"
    );
    std::fs::remove_file(shelf.path(digest)).unwrap();
    assert!(matches!(copy("fourth").await, Err(ShelfError::NotFound)));
}

#[tokio::test]
async fn a_question_that_fails_removes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = shelf(folder.path()).await;
    let digest = put(&shelf, chunks(b"abc"), 3).await.unwrap().digest;
    let failing = async { Err(ShelfError::Full) };
    assert!(shelf.remove_unless(digest, failing).await.is_err());
    assert!(shelf.read(digest).await.is_ok());
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_what_was_uploaded() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("media");
    let shelf = shelf(&folder).await;
    let stored = put(&shelf, chunks(b"abc"), 3).await.unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&shelf.path(stored.digest))), (0o700, 0o600));
}

#[test]
fn a_digest_has_one_text() {
    let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(text.parse::<Digest>().unwrap().to_string(), text);
    for bad in [
        "",
        "ba78",
        &text.to_uppercase(),
        "../incoming",
        &text.replace('b', "g"),
    ] {
        assert!(bad.parse::<Digest>().is_err(), "{bad}");
    }
}
