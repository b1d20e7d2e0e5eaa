//! The subscription's handshake, as Meta asks for it.

use reqwest::Response;

use crate::app::{TestApp, VERIFY_TOKEN};
use crate::on_both;
use crate::wire::problem;

on_both!(
    the_challenge_comes_back_verbatim_as_plain_text,
    a_challenge_is_any_opaque_word,
    a_wrong_token_or_mode_is_refused,
    a_missing_parameter_is_named,
    what_could_be_a_page_is_not_sent_back,
);

async fn ask(app: &TestApp, query: &str) -> Response {
    let url = format!("{}/api/instagram/webhook?{query}", app.base);
    app.http.get(url).send().await.unwrap()
}

async fn subscribe(app: &TestApp, challenge: &str) -> Response {
    let query = format!("hub.mode=subscribe&hub.verify_token={VERIFY_TOKEN}&hub.challenge={challenge}");
    ask(app, &query).await
}

async fn the_challenge_comes_back_verbatim_as_plain_text(app: TestApp) {
    let answer = subscribe(&app, "1158201444").await;
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers().get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(answer.text().await.unwrap(), "1158201444");
}

async fn a_challenge_is_any_opaque_word(app: TestApp) {
    for challenge in ["CHALLENGE_ACCEPTED", "0042", "a-b.c", &"x".repeat(1_024)] {
        let answer = subscribe(&app, challenge).await;
        assert_eq!(answer.status(), 200, "{challenge}");
        assert_eq!(answer.text().await.unwrap(), challenge);
    }
}

async fn a_wrong_token_or_mode_is_refused(app: TestApp) {
    let token = VERIFY_TOKEN;
    let with_tail = format!("{token}x");
    let cut_short = &token[..token.len() - 1];
    for (mode, token) in [
        ("subscribe", "another-token"),
        ("subscribe", ""),
        ("subscribe", &with_tail),
        ("subscribe", cut_short),
        ("subscribe", &token.to_uppercase()),
        ("unsubscribe", token),
        ("", token),
    ] {
        let query = format!("hub.mode={mode}&hub.verify_token={token}&hub.challenge=1158201444");
        let body = problem(ask(&app, &query).await, 403, "wrong-verify-token").await;
        assert!(!body.to_string().contains("1158201444"), "{body}");
    }
}

async fn a_missing_parameter_is_named(app: TestApp) {
    let all = [
        ("hub.mode", "subscribe"),
        ("hub.verify_token", VERIFY_TOKEN),
        ("hub.challenge", "1"),
    ];
    for (missing, _) in all {
        let query: Vec<String> = all
            .iter()
            .filter(|(name, _)| *name != missing)
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let body = problem(ask(&app, &query.join("&")).await, 400, "invalid-parameter").await;
        assert_eq!(body["detail"], format!("{missing}: is missing"));
    }
}

async fn what_could_be_a_page_is_not_sent_back(app: TestApp) {
    for challenge in ["", "%3Cscript%3E", "a%20b", "%C3%A9", "a%0Ab", &"x".repeat(1_025)] {
        let body = problem(subscribe(&app, challenge).await, 400, "invalid-parameter").await;
        let detail = body["detail"].as_str().unwrap();
        assert!(
            detail.starts_with("hub.challenge: expected"),
            "{challenge}: {detail}"
        );
    }
}
