//! What Meta calls when a person withdraws: access ends, data go, and a page tells how far that is.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use belino::store::Erasing;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, FACEBOOK_SECRET, INSTAGRAM_SECRET, OLDER_SECRET, TestApp};
use crate::on_both;
use crate::wire::{problem, signature};

on_both!(
    what_meta_did_not_sign_changes_nothing,
    deauthorizing_by_facebook_login_ends_what_that_person_gave,
    deauthorizing_by_instagram_login_leaves_the_other_login_at_work,
    a_previous_secret_tells_no_login_and_both_are_looked_at,
    an_old_request_sent_again_does_not_end_what_was_connected_since,
    the_page_of_a_deletion_is_plain_and_says_how_far_it_is,
    what_came_of_callbacks_is_counted,
);

pub(crate) const DEAUTHORIZE: &str = "/api/instagram/deauthorize";
pub(crate) const DELETE: &str = "/api/instagram/data-deletion";

/// A signed request as Meta makes it.
fn request_of(secret: &str, payload: &Value) -> String {
    let payload = URL_SAFE_NO_PAD.encode(payload.to_string());
    let code = hex::decode(signature(secret, &payload).trim_start_matches("sha256=")).unwrap();
    format!("{}.{payload}", URL_SAFE_NO_PAD.encode(code))
}

impl TestApp {
    pub(crate) async fn call_back_with(&self, path: &str, form: String) -> Response {
        let request = self.http.post(format!("{}{path}", self.base));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(form).send().await.unwrap()
    }

    /// Meta says that this person withdraws, now.
    pub(crate) async fn withdraw(&self, path: &str, secret: &str, person: &Value) -> Answer {
        let issued_at = self.clock.now().seconds();
        let payload = json!({ "algorithm": "HMAC-SHA256", "user_id": person, "issued_at": issued_at });
        self.send_request(path, &request_of(secret, &payload)).await
    }

    pub(crate) async fn send_request(&self, path: &str, request: &str) -> Answer {
        let form = format!("signed_request={request}");
        Answer::of(self.call_back_with(path, form).await).await
    }

    /// Erases all that may be erased; tells in how many slices.
    pub(crate) async fn erase_all(&self) -> usize {
        self.clock.advance(Duration::from_secs(6));
        let mut slices = 0;
        while self.parts.store.erase_slice().await.unwrap() == Erasing::Slice {
            slices += 1;
        }
        slices
    }

    pub(crate) async fn progress(&self, receipt: &Answer) -> Value {
        let code = receipt.body["confirmation_code"].as_str().unwrap();
        let request = self.http.get(format!("{}{DELETE}/{code}", self.base));
        let answer = Answer::of(request.header("accept", "application/json").send().await.unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        answer.body
    }

    pub(crate) async fn connections(&self) -> Vec<Value> {
        self.list("/api/instagram/connections").await
    }
}

async fn what_meta_did_not_sign_changes_nothing(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let payload = json!({ "algorithm": "HMAC-SHA256", "user_id": account["facebook_user_id"] });
    let signed = request_of(FACEBOOK_SECRET, &payload);
    let (code, rest) = signed.split_once('.').unwrap();
    let other = json!({ "algorithm": "none", "user_id": account["facebook_user_id"] });
    for path in [DEAUTHORIZE, DELETE] {
        for form in [
            String::new(),
            "signed_request=".to_owned(),
            format!("signed={signed}"),
            format!("signed_request={signed}&signed_request={signed}"),
            format!("signed_request={}", request_of("strange", &payload)),
            format!("signed_request={}", request_of(FACEBOOK_SECRET, &other)),
            format!("signed_request={code}"),
            format!("signed_request={code}.{rest}x"),
        ] {
            problem(app.call_back_with(path, form).await, 400, "bad-signed-request").await;
        }
        let huge = format!("signed_request={}", "x".repeat(70_000));
        problem(app.call_back_with(path, huge).await, 413, "too-large").await;
        let got = app.http.get(format!("{}{path}", app.base)).send().await.unwrap();
        problem(got, 405, "method-not-allowed").await;
    }
    assert_eq!(app.connections().await.len(), 1);
    assert_eq!(app.erase_all().await, 0);
}

async fn deauthorizing_by_facebook_login_ends_what_that_person_gave(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let other = app.shop("brewery", &["facebook"]).await;
    let media = app.media(&account).await;
    app.comment(&account, &media).await;
    app.take_in().await;
    let person = &account["facebook_user_id"];
    for _ in 0..2 {
        let answer = app.withdraw(DEAUTHORIZE, FACEBOOK_SECRET, person).await;
        assert_eq!((answer.status, answer.body), (StatusCode::OK, json!("")));
    }
    let left = app.connections().await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["account_id"], other["id"]);
    assert_eq!(app.list("/api/comments").await.len(), 1, "the history stays");
    app.comment(&account, &media).await;
    app.take_in().await;
    let counts = app.counts().await;
    assert_eq!((&counts["done"], &counts["parked"]), (&json!(1), &json!(1)));
    let told = app.until("/api/feed?limit=100", |page| {
        let told = page["data"].as_array().unwrap();
        told.iter().any(|entry| entry["kind"] == "account.disconnected")
    });
    let told = told.await["data"].as_array().unwrap().clone();
    let ended: Vec<&Value> = told
        .iter()
        .filter(|entry| entry["kind"] == "account.disconnected")
        .collect();
    assert_eq!(ended.len(), 1, "said once");
    assert_eq!(
        (&ended[0]["account_id"], &ended[0]["object_id"]),
        (&account["id"], &json!("deauthorized"))
    );
}

async fn deauthorizing_by_instagram_login_leaves_the_other_login_at_work(app: TestApp) {
    let account = app.shop("bakery", &["facebook", "instagram"]).await;
    let person = account["app_scoped_id"].as_str().unwrap().parse::<u64>().unwrap();
    let answer = app.withdraw(DEAUTHORIZE, INSTAGRAM_SECRET, &json!(person)).await;
    assert_eq!(answer.status, StatusCode::OK);
    let left = app.connections().await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["login"], "facebook");
    let media = app.media(&account).await;
    app.comment(&account, &media).await;
    app.take_in().await;
    assert_eq!(app.counts().await["done"], 1);
}

async fn a_previous_secret_tells_no_login_and_both_are_looked_at(app: TestApp) {
    let account = app.shop("bakery", &["facebook", "instagram"]).await;
    app.withdraw(DEAUTHORIZE, OLDER_SECRET, &account["id"]).await;
    assert_eq!(app.connections().await.len(), 1);
    app.withdraw(DEAUTHORIZE, OLDER_SECRET, &account["facebook_user_id"])
        .await;
    assert!(app.connections().await.is_empty());
    let unknown = app.withdraw(DEAUTHORIZE, OLDER_SECRET, &json!("12345")).await;
    assert_eq!(unknown.status, StatusCode::OK, "nobody known is no fault");
}

async fn an_old_request_sent_again_does_not_end_what_was_connected_since(app: TestApp) {
    let account = app.shop("bakery", &["instagram"]).await;
    let payload = json!({
        "algorithm": "HMAC-SHA256", "user_id": account["id"], "issued_at": app.clock.now().seconds(),
    });
    let request = request_of(INSTAGRAM_SECRET, &payload);
    app.send_request(DEAUTHORIZE, &request).await;
    assert!(app.connections().await.is_empty());
    app.clock.advance(Duration::from_hours(1));
    app.connect("shop", "instagram", &account).await;
    app.send_request(DEAUTHORIZE, &request).await;
    app.send_request(DELETE, &request).await;
    app.erase_all().await;
    assert_eq!(app.connections().await.len(), 1);
}

async fn the_page_of_a_deletion_is_plain_and_says_how_far_it_is(app: TestApp) {
    let receipt = app.withdraw(DELETE, FACEBOOK_SECRET, &json!("1234567890")).await;
    let code = receipt.body["confirmation_code"].as_str().unwrap();
    let page = async |code: &str| {
        let request = app.http.get(format!("{}{DELETE}/{code}?fbclid=any", app.base));
        let answer = request.header("accept", "text/html,*/*").send().await.unwrap();
        let policy = answer.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(
            policy.starts_with("default-src 'none'; style-src 'sha256-"),
            "{policy}"
        );
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, text) = page(code).await;
    assert!(
        status == 200 && text.contains("It was received") && text.contains("0 of 11 steps"),
        "{text}"
    );
    assert!(text.contains("<html lang=\"en\">") && !text.contains("<script") && !text.contains("1234567890"));
    app.erase_all().await;
    let (status, text) = page(code).await;
    assert!(status == 200 && text.contains("It is done"), "{text}");
    for unknown in ["0123456789abcdef0123456789abcdef", "%3Cscript%3E", "a%2Fb"] {
        let (status, text) = page(unknown).await;
        assert!(
            status == 404 && text.contains("Unknown confirmation code"),
            "{unknown}: {text}"
        );
        let request = app.http.get(format!("{}{DELETE}/{unknown}", app.base));
        let answer = request.header("accept", "application/json").send().await.unwrap();
        problem(answer, 404, "not-found").await;
    }
    let posted = app
        .call_back_with(&format!("{DELETE}/{code}"), String::new())
        .await;
    problem(posted, 405, "method-not-allowed").await;
}

async fn what_came_of_callbacks_is_counted(app: TestApp) {
    app.send_request(DELETE, "nonsense").await;
    app.withdraw(DEAUTHORIZE, INSTAGRAM_SECRET, &json!("5")).await;
    let metrics = app.get("/metrics").await.body.as_str().unwrap().to_owned();
    for line in [
        "belino_callbacks_total{kind=\"data-deletion\",outcome=\"refused\"}",
        "belino_callbacks_total{kind=\"deauthorize\",outcome=\"unknown\"}",
    ] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
}
