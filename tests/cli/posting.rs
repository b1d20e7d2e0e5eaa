//! Publishing from a shell: every kind, with and without a service beside it, until it is seen where it says.

use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::commands::{connect, with_sandbox};
use crate::home::{Done, Home, OPERATOR, Running};

/// A home with a connected account, whose Meta is a sandbox.
async fn desk() -> (Home, Running) {
    let (mut home, sandbox) = with_sandbox();
    home.set("BELINO_ALLOW_PRIVATE_URLS", "on");
    connect(&home, &sandbox).await;
    let quick = json!({ "publishing": { "image_seconds": 0, "video_seconds": 0, "carousel_seconds": 0 } });
    sandbox.post("/sandbox/settings", quick).await;
    (home, sandbox)
}

fn create(home: &Home, words: &[&str]) -> Done {
    home.run(&[&["post", "create"], words].concat())
}

/// The id that `create` says first.
fn id_of(out: &str) -> &str {
    let first = out.lines().next().unwrap_or_else(|| panic!("it said nothing"));
    first.strip_prefix("post ").unwrap_or_else(|| panic!("{out}"))
}

/// It was seen through: its last line says where it is.
#[track_caller]
fn is_published(done: &Done) {
    assert_eq!(done.code, 0, "{done:?}");
    let last = done.out.lines().last().unwrap();
    assert!(last.starts_with("published: https://"), "{done:?}");
    assert!(
        !done.out.lines().any(|line| line == "published"),
        "not before it is known where: {done:?}"
    );
}

async fn seen(sandbox: &Running) -> Vec<Value> {
    let feed: Value = sandbox
        .get("", "/sandbox/feed/bakery?limit=100")
        .await
        .json()
        .await
        .unwrap();
    let list = |name: &str| feed[name].as_array().unwrap().clone();
    [list("posts"), list("stories")].concat()
}

fn listed(home: &Home, state: &str) -> Vec<Value> {
    serde_json::from_str(&home.good(&["post", "list", "--state", state, "--json"])).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_is_published_from_a_shell_without_a_service() {
    let (home, sandbox) = desk().await;
    let (image, film) = (
        format!("{}/sandbox/sample.jpg", sandbox.address),
        format!("{}/sandbox/sample.mp4", sandbox.address),
    );
    let other = format!("{image}?n=2");
    let kinds: [(&[&str], &str); 5] = [
        (
            &["--kind", "image", "--media", &image, "--caption", "Bread"],
            "FEED",
        ),
        (
            &[
                "--kind",
                "reel",
                "--media",
                &film,
                "--trial",
                "MANUAL",
                "--ai-generated",
            ],
            "REELS",
        ),
        (
            &[
                "--kind", "carousel", "--media", &image, "--media", &other, "--media", &film,
            ],
            "FEED",
        ),
        (&["--kind", "story", "--media", &image], "STORY"),
        (&["--kind", "story", "--media", &film], "STORY"),
    ];
    for (nth, (words, product)) in kinds.into_iter().enumerate() {
        let done = create(&home, words);
        is_published(&done);
        assert_eq!(
            done.out.contains("(carousel-cropped)"),
            words.contains(&"carousel"),
            "{done:?}"
        );
        let seen = seen(&sandbox).await;
        assert_eq!(seen.len(), nth + 1, "{seen:?}");
        let media = listed(&home, "published")[0]["media_id"].clone();
        let ours = seen.iter().find(|one| one["id"] == media).unwrap();
        assert_eq!(ours["media_product_type"], product, "{ours}");
    }
    assert_eq!(listed(&home, "published").len(), kinds.len());
    let table = home.good(&["post", "list"]);
    assert!(table.contains("STATE") && table.contains("published"), "{table}");
    journals(&home);
}

/// The whole journal of the latest post, as a table and as JSON.
fn journals(home: &Home) {
    let latest = listed(home, "published")[0]["id"].as_str().unwrap().to_owned();
    let steps: Vec<Value> = serde_json::from_str(&home.good(&["post", "show", &latest, "--json"])).unwrap();
    let named: Vec<_> = steps.iter().map(|step| step["step"].as_str().unwrap()).collect();
    assert_eq!(named, ["create-container", "publish"]);
    assert!(steps.iter().all(|step| step["outcome"] == "done"), "{steps:?}");
    let table = home.good(&["post", "show", &latest]);
    assert!(table.contains("OUTCOME") && table.contains("publish"), "{table}");
    let unknown = home.run(&["post", "show", "01980000-0000-7000-8000-000000000000"]);
    assert_eq!(unknown.code, 1, "{unknown:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_a_service_the_shell_tells_where_it_is_and_waits_for_what_follows() {
    let (home, sandbox) = desk().await;
    let service = Home::start(home.belino(&["serve"]));
    let image = format!("{}/sandbox/sample.jpg", sandbox.address);
    for nth in 0..3 {
        let comment = format!("first of {nth}");
        let words = ["--kind", "image", "--media", &image, "--first-comment", &comment];
        is_published(&create(&home, &words));
        let seen = seen(&sandbox).await;
        assert_eq!(seen.len(), nth + 1);
        let said = seen
            .iter()
            .any(|one| one["comments"][0]["text"] == comment.as_str());
        assert!(said, "the comment is there when the shell ends: {seen:?}");
    }
    let asked = json!({ "kind": "image", "media": [{ "url": image }], "caption": "Once", "publish_at": "2031-01-01T01:00:00+01:00" });
    let over_http = named(&service, "once", &asked).await;
    let once = ["--kind", "image", "--media", &image, "--caption", "Once"];
    let with = |more: &[&str]| create(&home, &[&once, more].concat());
    let refused = with(&["--at", "2031-01-01T00:00:00Z"]);
    assert_eq!(refused.code, 64, "too far ahead: {refused:?}");
    assert_eq!(over_http["code"], "invalid-post", "{over_http}");
    let asked = json!({ "kind": "image", "media": [{ "url": image }], "caption": "Once", "draft": true });
    let over_http = named(&service, "once", &asked).await;
    let again = with(&["--draft", "--key", "once"]);
    assert_eq!(
        (again.code, json!(id_of(&again.out))),
        (0, over_http["id"].clone()),
        "{again:?}"
    );
    let other = with(&["--key", "once"]);
    assert_eq!(other.code, 1, "{other:?}");
    assert!(other.err.contains("Idempotency-Key"), "{other:?}");
    is_published(&home.run(&["post", "publish", id_of(&again.out)]));
    assert_eq!(service.stop(), Some(0));
}

async fn named(service: &Running, name: &str, post: &Value) -> Value {
    let client = belino::net::client(&belino::net::Settings::default()).unwrap();
    let request = client.post(format!("{}/api/instagram/posts", service.address));
    let request = request.bearer_auth(OPERATOR).header("idempotency-key", name);
    request.json(post).send().await.unwrap().json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_scheduled_is_left_to_the_service_and_called_off() {
    let (home, sandbox) = desk().await;
    let image = format!("{}/sandbox/sample.jpg", sandbox.address);
    let soon = belino::clock::Clock::system().now() + std::time::Duration::from_hours(2);
    let done = create(
        &home,
        &["--kind", "image", "--media", &image, "--at", &soon.to_string()],
    );
    assert_eq!(done.code, 0, "{done:?}");
    assert!(
        done.out.lines().last().unwrap().starts_with("scheduled for 2"),
        "{done:?}"
    );
    assert_eq!(listed(&home, "scheduled").len(), 1);
    let id = id_of(&done.out);
    let cancelled = home.run(&["post", "cancel", id]);
    assert_eq!(
        (cancelled.code, cancelled.out.lines().last()),
        (0, Some("cancelled")),
        "{cancelled:?}"
    );
    let again = home.run(&["post", "cancel", id]);
    assert_eq!(again.code, 1, "{again:?}");
    assert!(again.err.contains("cancelled"), "{again:?}");
    assert_eq!(home.run(&["post", "resolve", id]).code, 1);
    assert_eq!(seen(&sandbox).await.len(), 0);
}

/// A shell that sees a post through whose publication Meta answers with a fault; and the post.
async fn in_doubt(home: &Home, sandbox: &Running, caption: &str, done: bool) -> (Child, Value) {
    let broken = json!({ "error": { "code": 2, "http": 500, "after": done } });
    let fault = json!({ "match": { "edge": "media_publish" }, "what": broken, "times": 1 });
    sandbox.post("/sandbox/faults", fault).await;
    let image = format!("{}/sandbox/sample.jpg", sandbox.address);
    let words = [
        "post",
        "create",
        "--kind",
        "image",
        "--media",
        &image,
        "--caption",
        caption,
    ];
    let mut shell = home.belino(&words);
    let shell = shell
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let shell = shell.spawn().unwrap();
    let mut looks = std::iter::repeat_with(|| listed(home, "uncertain").pop());
    (shell, looks.find_map(|found| found).unwrap())
}

/// What is in doubt was sent so long ago that Meta is done with it.
async fn sent_long_ago(home: &Home) {
    let mut database = home.database().await;
    let statement = "UPDATE effects SET sent_at = sent_at - 120000000 WHERE state = 'uncertain'";
    sqlx::query(statement).execute(&mut database).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_doubt_is_told_and_a_persons_word_settles_it() {
    let (home, sandbox) = desk().await;
    let (shell, post) = in_doubt(&home, &sandbox, "It is there", true).await;
    let media = seen(&sandbox).await[0]["id"].as_str().unwrap().to_owned();
    let id = post["id"].as_str().unwrap();
    let resolved = home.run(&["post", "resolve", id, "--published", "--media", &media]);
    is_published(&resolved);
    let done: Done = shell.wait_with_output().unwrap().into();
    is_published(&done);
    assert!(done.out.contains("uncertain: "), "{done:?}");
    let (shell, post) = in_doubt(&home, &sandbox, "It is not", false).await;
    let id = post["id"].as_str().unwrap();
    let hasty = home.run(&["post", "resolve", id]);
    assert_eq!(hasty.code, 1, "{hasty:?}");
    assert!(hasty.err.contains("may still be publishing"), "{hasty:?}");
    sent_long_ago(&home).await;
    let resolved = home.run(&["post", "resolve", id]);
    assert_eq!(
        (resolved.code, resolved.out.lines().last()),
        (0, Some("cancelled")),
        "{resolved:?}"
    );
    let done: Done = shell.wait_with_output().unwrap().into();
    assert_eq!(
        (done.code, done.out.lines().last()),
        (0, Some("cancelled")),
        "{done:?}"
    );
    let (shell, post) = in_doubt(&home, &sandbox, "It is to be", false).await;
    let id = post["id"].as_str().unwrap();
    sent_long_ago(&home).await;
    is_published(&home.run(&["post", "resolve", id, "--again"]));
    is_published(&shell.wait_with_output().unwrap().into());
    let seen = seen(&sandbox).await;
    let captions: Vec<_> = seen.iter().map(|one| one["caption"].as_str().unwrap()).collect();
    assert_eq!(captions, ["It is to be", "It is there"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_is_told_a_line_each_and_nothing_is_made() {
    let (home, sandbox) = desk().await;
    let page = format!("{}/sandbox/feed/bakery/page", sandbox.address);
    let tags = "#a ".repeat(31);
    let wrong = create(
        &home,
        &[
            "--kind",
            "image",
            "--media",
            &page,
            "--caption",
            &tags,
            "--trial",
            "MANUAL",
        ],
    );
    assert_eq!((wrong.code, wrong.out.as_str()), (64, ""), "{wrong:?}");
    for code in ["(hashtags)", "(reels-only)", "(media-is-a-page)"] {
        assert_eq!(
            wrong.err.lines().filter(|line| line.ends_with(code)).count(),
            1,
            "{code}: {wrong:?}"
        );
    }
    let image = format!("{}/sandbox/sample.jpg", sandbox.address);
    let stranger = [
        "--kind",
        "image",
        "--media",
        &image,
        "--account",
        "17841400000099999",
    ];
    assert_eq!(create(&home, &stranger).code, 64);
    for words in [
        &["--kind", "poem", "--media", &image][..],
        &["--kind", "image"],
        &["--file", "nowhere.json", "--caption", "x"],
    ] {
        assert_eq!(create(&home, words).code, 64, "{words:?}");
    }
    let connection = home.good(&["connections", "list", "--json"]);
    let connection: Vec<Value> = serde_json::from_str(&connection).unwrap();
    home.good(&["connections", "remove", connection[0]["id"].as_str().unwrap()]);
    let parted = create(&home, &["--kind", "image", "--media", &image]);
    assert_eq!(parted.code, 1, "{parted:?}");
    assert!(parted.err.contains("not connected"), "{parted:?}");
    assert_eq!(home.good(&["post", "list", "--json"]).trim(), "[]");
    assert_eq!(seen(&sandbox).await.len(), 0);
}
