//! The Facebook app's own subscription: listed and set by `belino subscriptions`, and looked at by the doctor.

use serde_json::{Value, json};

use super::ward::{INSTAGRAM_SECRET, Report, nobody, served, with_sandbox};
use crate::home::{Done, Home, SECRET, VERIFY_TOKEN};

/// What the app is subscribed to.
fn listed(home: &Home) -> Vec<Value> {
    serde_json::from_str(&home.good(&["subscriptions", "list", "--json"])).unwrap()
}

/// A command that changed nothing, by its exit code and what it said.
#[track_caller]
fn refused(home: &Home, code: i32, word: &str) {
    let done = home.run(&["subscriptions", "sync"]);
    assert_eq!(done.code, code, "{done:?}");
    assert!(done.err.contains(word), "{done:?}");
    told_no_secret(&done);
}

fn told_no_secret(done: &Done) {
    for secret in [SECRET, INSTAGRAM_SECRET, VERIFY_TOKEN] {
        assert!(
            !done.out.contains(secret) && !done.err.contains(secret),
            "{done:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_app_is_subscribed_to_what_belino_reads_and_told_where() {
    let (mut home, sandbox) = with_sandbox();
    let _first = served(&mut home);
    assert!(listed(&home).is_empty());
    Report::online(&home).named("app-not-subscribed");
    let tried = home.good(&["subscriptions", "sync", "--dry-run"]);
    assert!(tried.starts_with("was: not subscribed\nwould be: "), "{tried}");
    assert!(listed(&home).is_empty(), "a dry run changes nothing");

    let done = home.run(&["subscriptions", "sync"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.out.contains("\nis:  http"), "{done:?}");
    told_no_secret(&done);
    let now = listed(&home);
    let callback = |service: &str| format!("{service}/api/instagram/webhook");
    let first = now[0]["callback_url"].as_str().unwrap().to_owned();
    assert_eq!((now.len(), &now[0]["active"]), (1, &json!(true)));
    for field in ["comments", "mentions", "story_insights", "messages"] {
        assert!(
            now[0]["fields"].as_array().unwrap().contains(&json!(field)),
            "{field}"
        );
    }
    let again = home.good(&["subscriptions", "sync"]);
    assert!(again.ends_with("is:  as it should be\n"), "{again}");
    let report = Report::online(&home);
    assert!(
        !report.codes().iter().any(|code| code.starts_with("app-")),
        "{:?}",
        report.done
    );

    // What somebody else subscribed stays, and the service moves.
    let second = served(&mut home);
    assert_ne!(callback(&second.address), first);
    Report::online(&home).named("app-subscribed-elsewhere");
    let moved = home.good(&["subscriptions", "sync"]);
    assert!(moved.contains(&format!("was: {first}")), "{moved}");
    assert_eq!(listed(&home)[0]["callback_url"], callback(&second.address));
    sandbox.delete("/sandbox/callback").await;
    assert!(listed(&home).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_field_that_meta_does_not_know_costs_only_itself() {
    let (mut home, sandbox) = with_sandbox();
    let _service = served(&mut home);
    let message = "(#100) Param fields[standby] must be one of {comments, mentions}";
    let fault = json!({
        "what": { "error": { "code": 100, "message": message } },
        "match": { "edge": "subscriptions", "method": "POST" }, "times": 1,
    });
    sandbox.post("/sandbox/faults", fault).await;
    let done = home.good(&["subscriptions", "sync"]);
    assert!(
        done.contains("left out, as Meta does not know them: standby"),
        "{done}"
    );
    let now = listed(&home);
    let fields = now[0]["fields"].as_array().unwrap();
    assert!(
        fields.contains(&json!("comments")) && !fields.contains(&json!("standby")),
        "{fields:?}"
    );
    let report = Report::online(&home);
    let what = report.named("app-fields-not-subscribed")["what"]
        .as_str()
        .unwrap();
    assert!(what.ends_with("listen to standby"), "{what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_keeps_an_app_from_being_subscribed_is_told() {
    let (mut home, sandbox) = with_sandbox();
    let (_taken, nobody) = nobody();
    home.set("BELINO_PUBLIC_URL", &nobody);
    refused(&home, 1, "did not get it");
    let _service = served(&mut home);
    let unsupported = json!({ "oauth": { "instagram_subscriptions": "unsupported" } });
    sandbox.post("/sandbox/settings", unsupported).await;
    refused(&home, 1, "App Dashboard");
    home.set("FACEBOOK_APP_SECRET", "the-secret-of-nobody");
    refused(&home, 1, "token");
    home.set("BELINO_FACEBOOK_GRAPH_URL", "https://graph.facebook.com");
    refused(&home, 64, "BELINO_PUBLIC_URL");
    let mut bare = Home::configured();
    refused(&bare, 64, "FACEBOOK_APP_ID");
    bare.set("FACEBOOK_APP_ID", "900100000000001");
    bare.set("INSTAGRAM_VERIFY_TOKEN", "");
    refused(&bare, 64, "INSTAGRAM_VERIFY_TOKEN");
}
