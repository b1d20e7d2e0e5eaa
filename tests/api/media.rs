//! Recent media, read from Meta while the caller waits.

use std::time::Duration;

use reqwest::Response;
use serde_json::{Value, json};

use crate::app::{OPERATOR, TestApp};
use crate::on_both;
use crate::scene::id;

on_both!(
    recent_media_are_paged_from_the_newest_on,
    the_account_is_the_one_that_is_named_or_the_only_one,
    a_page_that_cannot_be_asked_for_is_refused,
    while_a_quota_rests_nothing_is_asked,
    the_other_login_reads_on_while_ones_quota_rests,
    a_token_that_has_ended_is_found_out_once_and_told,
    a_restricted_account_is_told_so,
    a_permission_that_is_missing_is_named,
    an_account_without_the_permission_for_comments_has_its_media_read,
    a_meta_that_does_not_answer_is_told,
);

const MEDIA: &str = "/api/instagram/media";

impl TestApp {
    async fn asked(&self, path: &str) -> Response {
        let request = self.http.get(format!("{}{path}", self.base));
        request.bearer_auth(OPERATOR).send().await.unwrap()
    }
}

/// Of a problem: its status, when to come again, and its code.
async fn refusal(answer: Response) -> (u16, Option<u64>, String) {
    let wait = answer.headers().get("retry-after");
    let wait = wait.map(|value| value.to_str().unwrap().parse().unwrap());
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    (status, wait, body["code"].as_str().unwrap().to_owned())
}

fn ids(page: &Value) -> Vec<Value> {
    let data = page["data"].as_array().unwrap().iter();
    data.map(|media| media["id"].clone()).collect()
}

async fn recent_media_are_paged_from_the_newest_on(app: TestApp) {
    for login in ["facebook", "instagram"] {
        let account = app.shop(&format!("bakery.{login}"), &[login]).await;
        let mut newest = Vec::new();
        for _ in 0..3 {
            newest.insert(0, app.media(&account).await);
            app.clock.advance(Duration::from_mins(1));
        }
        let noted = async || {
            app.get("/api/summary").await.body["calls"]["made"]
                .as_u64()
                .unwrap()
        };
        let before = noted().await;
        let path = format!("{MEDIA}?account={}&limit=2", id(&account));
        let first = app.get(&path).await.body;
        assert_eq!(ids(&first), newest[..2]);
        let shown = &first["data"][0];
        assert_eq!(shown["media_type"], "IMAGE");
        assert!(
            shown["permalink"].as_str().unwrap().starts_with("https://"),
            "{shown}"
        );
        assert!(shown["published_at"].as_str().unwrap().ends_with('Z'), "{shown}");
        let next = first["next"].as_str().unwrap();
        let second = app.get(&format!("{path}&after={next}")).await.body;
        assert_eq!(
            (ids(&second), &second["next"]),
            (newest[2..].to_vec(), &Value::Null)
        );
        assert_eq!(noted().await - before, 2, "both calls are noted");
    }
}

async fn the_account_is_the_one_that_is_named_or_the_only_one(app: TestApp) {
    assert_eq!(
        refusal(app.asked(MEDIA).await).await,
        (409, None, "not-connected".to_owned())
    );
    let account = app.shop("bakery", &["instagram"]).await;
    app.media(&account).await;
    assert_eq!(app.list(MEDIA).await.len(), 1);
    let other = app.tenant("rival").await;
    assert_eq!(app.list_as(&other.key, MEDIA).await.len(), 0);
    let several = app.get(MEDIA).await;
    assert!(
        several.body["detail"].as_str().unwrap().starts_with("account: "),
        "{several:?}"
    );
    let named = format!("{MEDIA}?account={}", id(&account));
    assert_eq!(app.list(&named).await.len(), 1);
    let foreign = app.get_as(&other.key, &named).await;
    assert_eq!(
        (foreign.status.as_u16(), &foreign.body["code"]),
        (404, &json!("not-found"))
    );
    app.disconnect(&app.connection_of(&account, "instagram").await)
        .await;
    assert_eq!(refusal(app.asked(&named).await).await.2, "not-connected");
}

async fn a_page_that_cannot_be_asked_for_is_refused(app: TestApp) {
    app.shop("bakery", &["facebook"]).await;
    for limit in ["0", "51", "-1", "many", "", "300"] {
        let answer = app.asked(&format!("{MEDIA}?limit={limit}")).await;
        assert_eq!(
            refusal(answer).await,
            (400, None, "invalid-parameter".to_owned()),
            "{limit}"
        );
    }
    let before = app.meta.calls().await;
    for cursor in ["", "%20", "%C3%A4", &"x".repeat(1_001)] {
        let answer = app.asked(&format!("{MEDIA}?after={cursor}")).await;
        assert_eq!(
            refusal(answer).await,
            (400, None, "invalid-cursor".to_owned()),
            "{cursor}"
        );
    }
    assert_eq!(app.meta.calls().await, before, "what is none is not asked for");
    let made_up = refusal(app.asked(&format!("{MEDIA}?after=made-up")).await).await;
    assert_eq!(made_up, (400, None, "invalid-cursor".to_owned()));
    assert_eq!(app.meta.calls().await, before + 1);
}

async fn while_a_quota_rests_nothing_is_asked(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    app.fault(json!("throttle"), json!({ "account": id(&account) }), None)
        .await;
    let (status, wait, code) = refusal(app.asked(MEDIA).await).await;
    assert_eq!((status, code.as_str()), (429, "throttled"));
    assert!(
        (300..=331).contains(&wait.unwrap()),
        "{wait:?}: as Meta says, or a little later"
    );
    let before = app.meta.calls().await;
    app.clock.advance(Duration::from_secs(299));
    let (status, wait, _) = refusal(app.asked(MEDIA).await).await;
    assert!(status == 429 && wait.unwrap() <= 32, "{wait:?}");
    app.lone_comments(&account, 1).await;
    app.take_in().await;
    assert_eq!(app.meta.calls().await, before, "nor by processing");
    app.meta.delete("faults").await;
    app.clock.advance(Duration::from_secs(32));
    assert_eq!(app.list(MEDIA).await.len(), 1);
}

async fn the_other_login_reads_on_while_ones_quota_rests(app: TestApp) {
    let account = app.shop("bakery", &["facebook", "instagram"]).await;
    app.media(&account).await;
    let full = json!({ "error": { "code": 4 } });
    app.fault(full, json!({ "login": "facebook" }), Some(1)).await;
    let logins = async |before: u64| {
        let calls = app.calls_after(before).await;
        calls
            .iter()
            .map(|call| call["login"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let before = app.meta.calls().await;
    assert_eq!(app.list(MEDIA).await.len(), 1);
    assert_eq!(logins(before).await, ["facebook", "instagram"]);
    let before = app.meta.calls().await;
    assert_eq!(app.list(MEDIA).await.len(), 1);
    assert_eq!(logins(before).await, ["instagram"], "the app rests");
}

async fn a_token_that_has_ended_is_found_out_once_and_told(app: TestApp) {
    let account = app.shop("bakery", &["instagram"]).await;
    app.token(&account["tokens"]["instagram"], json!({ "state": "revoked" }))
        .await;
    let before = app.meta.calls().await;
    let named = format!("{MEDIA}?account={}", id(&account));
    for _ in 0..2 {
        let refused = refusal(app.asked(&named).await).await;
        assert_eq!(refused, (409, None, "needs-reconnect".to_owned()));
    }
    assert_eq!(app.meta.calls().await, before + 1);
    assert_eq!(refusal(app.asked(MEDIA).await).await.2, "not-connected");
    let status = app.get("/api/instagram/status").await.body;
    assert_eq!(status["accounts"][0]["state"], "needs_reconnect");
}

async fn a_restricted_account_is_told_so(app: TestApp) {
    let account = app.shop("bakery", &["instagram"]).await;
    let restricted = json!({ "error": { "code": 25, "subcode": 2_207_050 } });
    app.fault(restricted, json!({ "account": id(&account) }), None)
        .await;
    let named = format!("{MEDIA}?account={}", id(&account));
    let before = app.meta.calls().await;
    for _ in 0..2 {
        let refused = refusal(app.asked(&named).await).await;
        assert_eq!(refused, (409, None, "restricted".to_owned()));
    }
    assert_eq!(app.meta.calls().await, before + 1);
    let status = app.get("/api/instagram/status").await.body;
    assert_eq!(status["accounts"][0]["state"], "restricted");
}

async fn a_permission_that_is_missing_is_named(app: TestApp) {
    let account = app.shop("bakery", &["instagram"]).await;
    let scopes = json!({ "scopes": ["instagram_business_manage_comments"] });
    app.token(&account["tokens"]["instagram"], scopes).await;
    let answer = app.get(MEDIA).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["code"]),
        (422, &json!("missing-scope"))
    );
    let detail = answer.body["detail"].as_str().unwrap();
    assert!(detail.contains("instagram_business_basic"), "{detail}");
}

async fn an_account_without_the_permission_for_comments_has_its_media_read(app: TestApp) {
    let account = app.shop("bakery", &["instagram"]).await;
    let scopes = json!({ "scopes": ["instagram_business_basic"] });
    app.token(&account["tokens"]["instagram"], scopes).await;
    app.lone_comments(&account, 1).await;
    app.take_in().await;
    assert_eq!(app.only_connection().await["state"], "missing_scopes");
    let named = format!("{MEDIA}?account={}", id(&account));
    assert_eq!(app.list(&named).await.len(), 1);
}

async fn a_meta_that_does_not_answer_is_told(app: TestApp) {
    app.shop("bakery", &["facebook"]).await;
    app.fault(json!("drop_connection"), json!({}), None).await;
    let refused = refusal(app.asked(MEDIA).await).await;
    assert_eq!(refused, (503, Some(30), "meta-unavailable".to_owned()));
}
