//! Rules in pairs: whatever two of them a post breaks, both are told in one answer, and nothing is made.

use futures_util::{StreamExt, stream};
use image::ImageFormat;
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::breakers::{Breaker, excluded};
use super::broken::all;
use super::files::{leave, looking, picture};
use super::film::Film;
use crate::app::TestApp;
use crate::on_both;

on_both!(every_two_rules_that_are_broken_together_are_told_together);

/// Requests at once.
const HANDS: usize = 8;

/// Files, each as its name says.
async fn window() -> MockServer {
    let server = MockServer::start().await;
    let good = picture(320, 320, ImageFormat::Jpeg);
    let film = |seconds| {
        Film {
            seconds,
            ..Film::default()
        }
        .write()
    };
    let files = [
        ("/good.jpg", good.clone()),
        ("/cut.jpg", good[..good.len() / 2].to_vec()),
        ("/really-a.jpg", picture(320, 320, ImageFormat::Png)),
        ("/tall.jpg", picture(320, 1_000, ImageFormat::Jpeg)),
        (
            "/login.jpg",
            b"<!doctype html><title>Log in</title><form></form>".to_vec(),
        ),
        ("/good.mp4", film(10)),
        ("/short.mp4", film(1)),
    ];
    for (at, bytes) in files {
        let answer = ResponseTemplate::new(200).set_body_raw(bytes, "application/octet-stream");
        Mock::given(path(at)).respond_with(answer).mount(&server).await;
    }
    server
}

/// A post of this kind that breaks nothing.
fn plain(kind: char, window: &str, account: &str) -> Value {
    let image = json!({ "url": format!("{window}/good.jpg") });
    let film = json!({ "url": format!("{window}/good.mp4"), "media_type": "video" });
    let (kind, media) = match kind {
        'I' => ("image", vec![image]),
        'R' => ("reel", vec![film]),
        'C' => ("carousel", vec![image.clone(), image, film]),
        _ => ("story", vec![image]),
    };
    json!({ "kind": kind, "account": account, "media": media })
}

/// Accounts of one workspace: one that can publish, one without the permission, one of the other login.
async fn accounts(app: &TestApp) -> [String; 3] {
    let good = app.publisher("facebook").await;
    let made = app.meta.account("school").await;
    let bare = [
        ("as", made["id"].as_str().unwrap()),
        ("permission", "instagram_business_basic"),
    ];
    app.log_in("instagram", &bare).await;
    let other = app.meta.account("garden").await;
    app.log_in("instagram", &[("as", other["id"].as_str().unwrap())])
        .await;
    let id = |account: Value| account["id"].as_str().unwrap().to_owned();
    [good, id(made), id(other)]
}

/// A pair on the first kind of post that can break both.
fn paired(one: &Breaker, other: &Breaker, plain: impl Fn(char) -> Value) -> Option<Value> {
    if excluded(one, other).is_some() {
        return None;
    }
    let kind = one.kinds.chars().find(|kind| other.kinds.contains(*kind))?;
    let mut post = plain(kind);
    (one.breaks)(&mut post);
    (other.breaks)(&mut post);
    Some(post)
}

async fn every_two_rules_that_are_broken_together_are_told_together(app: TestApp) {
    let [good, bare, other] = accounts(&app).await;
    let (window, app) = (window().await, looking(&app, true).await);
    let breakers = all(&window.uri(), &bare, &other);
    for kind in "IRCS".chars() {
        let mut draft = plain(kind, &window.uri(), &good);
        draft["publish_at"] = json!((app.clock.now() + std::time::Duration::from_hours(9)).to_string());
        let taken = app.posted(draft).await;
        app.post(&format!("{taken}/cancel"), json!({})).await;
    }
    let (calls, posts) = (app.meta.calls().await, app.list("/api/instagram/posts").await);
    let mut pairs = Vec::new();
    for (nth, one) in breakers.iter().enumerate() {
        for other in &breakers[nth + 1..] {
            if let Some(post) = paired(one, other, |kind| plain(kind, &window.uri(), &good)) {
                pairs.push((one, other, post));
            }
        }
    }
    let tried = pairs.len();
    assert!(tried > 500, "{tried}");
    let asked = stream::iter(pairs).map(|(one, other, post)| {
        let app = &app;
        async move { (one, other, app.ask(post).await) }
    });
    let mut answers = asked.buffer_unordered(HANDS);
    while let Some((one, other, answer)) = answers.next().await {
        let said = format!("{} and {}: {answer:?}", one.name, other.name);
        assert_eq!(
            (answer.status.as_u16(), &answer.body["code"]),
            (422, &json!("invalid-post")),
            "{said}"
        );
        let faults = answer.body["faults"].as_array().unwrap();
        for broken in [one, other] {
            let told = |fault: &Value| fault["pointer"] == broken.pointer && fault["code"] == broken.code;
            assert!(faults.iter().any(told), "{} is not told: {said}", broken.name);
        }
    }
    assert_eq!(app.meta.calls().await, calls, "nothing was made at Meta");
    assert_eq!(
        app.list("/api/instagram/posts").await,
        posts,
        "nothing was stored"
    );
    drop(answers);
    leave(app).await;
}
