//! Logins that connect nothing, each with its reason and what to do.

use std::time::Duration;

use serde_json::json;
use url::Url;

use crate::app::{Answer, TestApp};
use crate::dialog::parameter;
use crate::on_both;

on_both!(
    an_answer_is_good_once_in_its_time_and_for_what_was_begun_here,
    a_person_who_cancels_is_told_so,
    a_code_that_meta_refuses_connects_nothing,
    who_shares_nothing_that_can_be_connected_is_told_why,
    a_person_without_a_task_on_the_page_is_told_so,
    an_account_that_was_not_ticked_is_told_so,
    browsers_are_sent_to_configured_origins_only,
    an_account_of_another_workspace_is_not_taken,
);

async fn code_of(app: &TestApp, url: &Url) -> (u16, String) {
    let answer = Answer::of(app.call_back(url, "application/json").await).await;
    assert_eq!(answer.body["result"], "failed", "{answer:?}");
    assert!(!answer.body["fix"].as_str().unwrap().is_empty());
    (
        answer.status.as_u16(),
        answer.body["code"].as_str().unwrap().to_owned(),
    )
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

async fn an_answer_is_good_once_in_its_time_and_for_what_was_begun_here(app: TestApp) {
    app.meta.account("bakery").await;
    let dialog = app.dialog("instagram", "").await;
    let at = app.answer(&dialog, &[]).await;
    app.call_back(&at, "application/json").await;
    assert_eq!(code_of(&app, &at).await, refused(400, "used-state"));
    let dialog = app.dialog("instagram", "").await;
    let late = app.answer(&dialog, &[]).await;
    app.clock.advance(Duration::from_mins(10));
    assert_eq!(code_of(&app, &late).await, refused(400, "expired-state"));
    for state in ["", "made-up", &"x".repeat(4_000)] {
        let mut foreign = late.clone();
        foreign
            .query_pairs_mut()
            .clear()
            .append_pair("state", state)
            .append_pair("code", "c");
        assert_eq!(code_of(&app, &foreign).await, refused(400, "unknown-state"));
    }
    let mut stateless = late.clone();
    stateless.set_query(Some("code=c"));
    assert_eq!(code_of(&app, &stateless).await, refused(400, "unknown-state"));
    assert_eq!(app.list("/api/instagram/connections").await.len(), 1);
}

async fn a_person_who_cancels_is_told_so(app: TestApp) {
    app.meta.account("bakery").await;
    for login in ["facebook", "instagram"] {
        let done = app.log_in(login, &[("action", "cancel")]).await;
        assert_eq!(
            (done.status.as_u16(), &done.body["code"]),
            (422, &json!("cancelled"))
        );
    }
    let dialog = app.dialog("facebook", "").await;
    let at = app.answer(&dialog, &[("action", "cancel")]).await;
    let page = app.call_back(&at, "text/html").await;
    assert_eq!(page.status(), 422);
    assert!(page.text().await.unwrap().contains("The login was cancelled"));
}

async fn a_code_that_meta_refuses_connects_nothing(app: TestApp) {
    app.meta.account("bakery").await;
    for login in ["facebook", "instagram"] {
        let dialog = app.dialog(login, "").await;
        let mut url = dialog.clone();
        let state = parameter(&dialog, "state").unwrap();
        url.query_pairs_mut()
            .clear()
            .append_pair("state", &state)
            .append_pair("code", "made-up");
        assert_eq!(code_of(&app, &url).await, refused(422, "refused-by-meta"));
    }
    assert!(app.list("/api/instagram/connections").await.is_empty());
}

async fn who_shares_nothing_that_can_be_connected_is_told_why(app: TestApp) {
    let page = app.meta.post("pages", json!({ "name": "Bare" })).await;
    let user = page["roles"][0]["facebook_user_id"].as_str().unwrap();
    let bare = app.log_in("facebook", &[("as", user)]).await;
    assert_eq!(
        (bare.status.as_u16(), &bare.body["code"]),
        (422, &json!("no-professional-account")),
        "{bare:?}"
    );
    assert!(bare.body["message"].as_str().unwrap().contains("Bare"));
    let lonely = app.meta.post("users", json!({ "name": "Lonely" })).await;
    let none = app
        .log_in("facebook", &[("as", lonely["id"].as_str().unwrap())])
        .await;
    assert_eq!(
        (none.status.as_u16(), &none.body["code"]),
        (422, &json!("no-pages")),
        "{none:?}"
    );
}

async fn a_person_without_a_task_on_the_page_is_told_so(app: TestApp) {
    let account = app.meta.account("bakery").await;
    let person = account["facebook_user_id"].as_str().unwrap();
    let may = async |tasks: &[&str]| {
        let role = json!({ "facebook_user_id": person, "tasks": tasks });
        let path = format!("pages/{}", account["page_id"].as_str().unwrap());
        app.meta.post(&path, role).await
    };
    let page = may(&["MESSAGING"]).await;
    let refused = app.log_in("facebook", &[("as", person)]).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["code"]),
        (422, &json!("missing-task")),
        "{refused:?}"
    );
    let told = |part: &str| refused.body[part].as_str().unwrap().to_owned();
    assert!(
        told("message").contains(page["name"].as_str().unwrap()),
        "{refused:?}"
    );
    assert!(told("fix").contains("MODERATE"), "{refused:?}");

    // Beside Pages that can be connected it is shown, and cannot be chosen.
    for name in ["cafe", "deli"] {
        let more = json!({ "username": name, "facebook_user_id": person });
        app.meta.post("accounts", more).await;
    }
    let offered = app.log_in("facebook", &[("as", person)]).await;
    let path = format!(
        "/api/instagram/connect-sessions/{}",
        offered.body["session"].as_str().unwrap()
    );
    let session = app.get(&path).await;
    let candidates = session.body["candidates"].as_array().unwrap();
    let problems: Vec<_> = candidates
        .iter()
        .map(|one| one["problem"]["code"].clone())
        .collect();
    assert_eq!(problems, [json!(null), json!(null), json!("missing-task")]);
    let choice = json!({ "page_id": account["page_id"] });
    let refused = app.post(&format!("{path}/choose"), choice.clone()).await;
    assert_eq!(refused.body["code"], "not-among-candidates", "{refused:?}");
    may(&["MODERATE"]).await;
    let chosen = app.post(&format!("{path}/choose"), choice).await;
    assert_eq!(chosen.body["account_id"], account["id"], "{chosen:?}");
}

async fn an_account_that_was_not_ticked_is_told_so(app: TestApp) {
    let account = app.meta.account("bakery").await;
    let (id, person) = (
        account["id"].as_str().unwrap(),
        account["facebook_user_id"].as_str().unwrap(),
    );
    let without = [("as", person), ("leave_out", id)];
    let refused = app.log_in("facebook", &without).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["code"]),
        (422, &json!("not-ticked")),
        "{refused:?}"
    );
    assert!(
        refused.body["fix"]
            .as_str()
            .unwrap()
            .contains("tick the Instagram account"),
        "{refused:?}"
    );

    for name in ["cafe", "deli"] {
        let more = json!({ "username": name, "facebook_user_id": person });
        app.meta.post("accounts", more).await;
    }
    let offered = app.log_in("facebook", &without).await;
    let session = offered.body["session"].as_str().unwrap();
    let path = format!("/api/instagram/connect-sessions/{session}");
    let shown = app.get(&path).await;
    let problem = &shown.body["candidates"][2]["problem"];
    assert_eq!(problem["code"], "not-ticked", "{shown:?}");
    let page = app
        .http
        .get(format!("{}/connect/{session}", app.base))
        .send()
        .await;
    let html = page.unwrap().text().await.unwrap();
    assert!(html.contains("its Instagram account was not"), "{html}");
    let choice = json!({ "page_id": account["page_id"] });
    let refused = app.post(&format!("{path}/choose"), choice).await;
    assert_eq!(refused.body["code"], "not-among-candidates", "{refused:?}");
    assert!(app.list("/api/instagram/connections").await.is_empty());

    let with = app
        .log_in(
            "facebook",
            &[("as", person), ("page", account["page_id"].as_str().unwrap())],
        )
        .await;
    assert_eq!(with.body["account_id"], account["id"], "{with:?}");
}

async fn browsers_are_sent_to_configured_origins_only(app: TestApp) {
    let key = app.key("shop", "admin").await;
    for to in [
        "https://evil.example/",
        "https://shop.example.evil.example/",
        "http://shop.example/",
        "javascript:alert(1)",
        "//shop.example",
        "data:text/html,x",
    ] {
        let path = format!("/api/instagram/authorize?login=instagram&return_to={to}");
        let answer = app.get_as(&key, &path).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["code"]),
            (400, &json!("invalid-parameter")),
            "{to}"
        );
    }
    for wrong in ["", "?login=myspace", "?login=instagram&scopes=instagram_basic"] {
        let answer = app
            .get_as(&key, &format!("/api/instagram/authorize{wrong}"))
            .await;
        assert_eq!(answer.body["code"], "invalid-parameter", "{wrong}");
    }
}

async fn an_account_of_another_workspace_is_not_taken(app: TestApp) {
    app.meta.account("bakery").await;
    app.log_in("instagram", &[]).await;
    let key = app.key("elsewhere", "admin").await;
    let opened = app.get_as(&key, "/api/instagram/authorize?login=instagram").await;
    let dialog = opened.body["url"].as_str().unwrap().parse().unwrap();
    let at = app.answer(&dialog, &[]).await;
    assert_eq!(code_of(&app, &at).await, refused(409, "account-unavailable"));
    assert_eq!(
        app.get_as(&key, "/api/instagram/connections").await.body["data"],
        json!([])
    );
}
