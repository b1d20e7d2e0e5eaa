//! The borders of a login: odd names, many Pages, answers that nobody of Meta's gave, and what lies on the way.

use reqwest::header::{CACHE_CONTROL, HeaderMap, REFERRER_POLICY};
use serde_json::{Value, json};
use url::Url;

use crate::app::{Answer, TestApp};
use crate::dialog::parameter;
use crate::on_both;

on_both!(
    many_pages_that_cannot_be_connected_are_told_in_a_few_words,
    what_can_be_connected_is_offered_first_and_under_any_name,
    an_address_that_is_none_of_metas_is_told_to_people_in_words,
    a_tail_that_meta_puts_behind_the_address_is_no_part_of_it,
    what_facebooks_dialog_calls_by_other_names_is_told,
    an_unknown_permission_is_refused_with_those_there_are,
    nothing_on_the_way_keeps_what_opens_a_login_or_a_choice,
);

async fn somebody(app: &TestApp) -> Value {
    app.meta.post("users", json!({ "name": "Ada" })).await["id"].clone()
}

async fn bare_page(app: &TestApp, person: &Value, name: &str) {
    let page = json!({ "name": name, "facebook_user_id": person });
    app.meta.post("pages", page).await;
}

async fn many_pages_that_cannot_be_connected_are_told_in_a_few_words(app: TestApp) {
    let person = somebody(&app).await;
    for n in 0..30 {
        bare_page(&app, &person, &format!("Page {n}")).await;
    }
    let account = json!({ "username": "cafe", "facebook_user_id": person });
    let account = app.meta.post("accounts", account).await;
    let role = json!({ "facebook_user_id": person, "tasks": ["MESSAGING"] });
    let page = format!("pages/{}", account["page_id"].as_str().unwrap());
    app.meta.post(&page, role).await;
    let refused = app.log_in("facebook", &[("as", person.as_str().unwrap())]).await;
    let told = |part: &str| refused.body[part].as_str().unwrap();
    assert_eq!(
        told("code"),
        "missing-task",
        "what is mended most easily: {refused:?}"
    );
    assert!(told("message").contains(" and 27 more: "), "{refused:?}");
    assert!(told("message").len() < 400, "{refused:?}");
    assert!(told("fix").contains("MODERATE"), "{refused:?}");
    assert!(told("fix").contains("a professional one"), "{refused:?}");
}

async fn what_can_be_connected_is_offered_first_and_under_any_name(app: TestApp) {
    let person = somebody(&app).await;
    bare_page(&app, &person, "  ").await;
    for (username, name) in [
        ("cafe", "<b>Caf\u{e9}</b> \u{202e}olleH"),
        ("deli", "\u{645}\u{642}\u{647}\u{649}"),
    ] {
        let account = json!({ "username": username, "name": name, "facebook_user_id": person });
        app.meta.post("accounts", account).await;
    }
    let offered = app.log_in("facebook", &[("as", person.as_str().unwrap())]).await;
    let session = offered.body["session"].as_str().unwrap();
    let shown = app
        .get(&format!("/api/instagram/connect-sessions/{session}"))
        .await;
    let candidates = shown.body["candidates"].as_array().unwrap();
    let names: Vec<&Value> = candidates.iter().map(|one| &one["username"]).collect();
    assert_eq!(names, [&json!("cafe"), &json!("deli"), &json!(null)]);
    let nameless = &candidates[2];
    assert_eq!(nameless["page_name"], json!(null), "blanks are no name");
    let page = app.http.get(format!("{}/connect/{session}", app.base));
    let html = page.send().await.unwrap().text().await.unwrap();
    assert!(html.contains("<bdi>"), "a name's direction ends with it: {html}");
    assert!(!html.contains("<b>"), "{html}");
    assert!(html.contains(nameless["page_id"].as_str().unwrap()), "{html}");
    assert!(html.contains("linked to the Page (1)"), "{html}");
    assert!(html.contains("<bdi>shop</bdi>"), "whose workspace it is: {html}");
}

async fn an_address_that_is_none_of_metas_is_told_to_people_in_words(app: TestApp) {
    app.meta.account("bakery").await;
    let dialog = app.dialog("instagram", "").await;
    let state = parameter(&dialog, "state").unwrap();
    let long = "c".repeat(5_000);
    for query in [
        format!("state={state}&state={state}&code=c"),
        format!("state={state}&code={long}"),
        format!("state={state}&code=%00"),
    ] {
        let address: Url = format!("http://here.example/?{query}").parse().unwrap();
        let page = app.call_back(&address, "text/html").await;
        assert_eq!(page.status(), 400);
        are_kept_by_nobody(page.headers());
        assert_eq!(page.headers()[REFERRER_POLICY], "no-referrer");
        let html = page.text().await.unwrap();
        assert!(html.contains("malformed-answer"), "{html}");
        let program = Answer::of(app.call_back(&address, "application/json").await).await;
        assert_eq!(
            (program.status.as_u16(), &program.body["code"]),
            (400, &json!("invalid-parameter"))
        );
    }
    let led_to = app.answer(&dialog, &[]).await;
    let done = Answer::of(app.call_back(&led_to, "application/json").await).await;
    assert_eq!(
        done.body["result"], "connected",
        "none of these was its answer: {done:?}"
    );
}

async fn a_tail_that_meta_puts_behind_the_address_is_no_part_of_it(app: TestApp) {
    app.meta.account("bakery").await;
    for (login, tail) in [("facebook", "%23_%3D_"), ("instagram", "%23_")] {
        for last in ["state", "code"] {
            let dialog = app.dialog(login, "").await;
            let led_to = app.answer(&dialog, &[]).await;
            let part = |name: &str| format!("{name}={}", parameter(&led_to, name).unwrap());
            let first = if last == "state" { "code" } else { "state" };
            let query = format!("{}&{}{tail}", part(first), part(last));
            let address: Url = format!("http://here.example/?{query}").parse().unwrap();
            let done = Answer::of(app.call_back(&address, "application/json").await).await;
            assert_eq!(done.body["result"], "connected", "{login} {last}: {done:?}");
        }
    }
}

async fn what_facebooks_dialog_calls_by_other_names_is_told(app: TestApp) {
    let dialog = app.dialog("facebook", "").await;
    let state = parameter(&dialog, "state").unwrap();
    let query = format!("error_code=1349048&error_message=Can%27t+load%0AURL&state={state}#_=_");
    let address: Url = format!("http://here.example/?{query}").parse().unwrap();
    let told = Answer::of(app.call_back(&address, "application/json").await).await;
    assert_eq!(
        (&told.body["code"], &told.body["message"]),
        (
            &json!("dialog-error"),
            &json!("Meta's dialog reports: Can't load URL")
        )
    );
}

async fn an_unknown_permission_is_refused_with_those_there_are(app: TestApp) {
    let key = app.key("shop", "admin").await;
    for (scopes, named) in [
        ("instagram_basic", "instagram_business_basic"),
        ("x%22%F0%9F%92%90", "instagram_business_manage_comments"),
    ] {
        let path = format!("/api/instagram/authorize?login=instagram&scopes={scopes}");
        let refused = app.get_as(&key, &path).await;
        assert_eq!(refused.status, 400);
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(
            detail.starts_with("scopes: ") && detail.contains(named),
            "{detail}"
        );
    }
}

fn are_kept_by_nobody(headers: &HeaderMap) {
    assert_eq!(headers[CACHE_CONTROL], "no-store");
}

async fn nothing_on_the_way_keeps_what_opens_a_login_or_a_choice(app: TestApp) {
    let first = app.meta.account("bakery").await;
    let more = json!({ "username": "cafe", "facebook_user_id": first["facebook_user_id"] });
    app.meta.post("accounts", more).await;
    let key = app.key("shop", "admin").await;
    let get = async |path: &str| {
        let request = app.http.get(format!("{}{path}", app.base)).bearer_auth(&key);
        let answer = request.send().await.unwrap();
        are_kept_by_nobody(answer.headers());
        Answer::of(answer).await
    };
    let more = "&return_to=https://shop.example/done";
    let opened = get(&format!("/api/instagram/authorize?login=facebook{more}")).await;
    let dialog: Url = opened.body["url"].as_str().unwrap().parse().unwrap();
    let led_to = app.answer(&dialog, &[]).await;
    let answer = app.call_back(&led_to, "application/json").await;
    are_kept_by_nobody(answer.headers());
    let offered = Answer::of(answer).await;
    let session = offered.body["session"].as_str().unwrap();
    get(&format!("/api/instagram/connect-sessions/{session}")).await;
    let page = app.http.get(format!("{}/connect/{session}", app.base));
    let page = page.send().await.unwrap();
    are_kept_by_nobody(page.headers());
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("form-action 'self' https://shop.example https:;"),
        "it may lead on to where people log in: {policy}"
    );
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
}
