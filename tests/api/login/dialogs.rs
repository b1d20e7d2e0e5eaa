//! From the dialog to a connection for which events arrive.

use serde_json::json;

use crate::app::{FACEBOOK_APP, INSTAGRAM_APP, TestApp};
use crate::dialog::{led_to, parameter};
use crate::on_both;

on_both!(
    a_person_connects_by_instagram_and_comments_arrive,
    a_person_connects_the_only_page_by_facebook,
    the_account_is_null_until_it_is_connected_and_named_where_there_are_several,
    a_person_with_several_pages_chooses_one_and_then_another,
    a_browser_is_shown_a_page_or_led_back,
    what_was_not_permitted_is_named,
    what_was_declined_is_asked_for_again,
);

async fn a_person_connects_by_instagram_and_comments_arrive(app: TestApp) {
    let account = app.meta.account("bakery").await;
    let dialog = app.dialog("instagram", "").await;
    assert_eq!(parameter(&dialog, "client_id").as_deref(), Some(INSTAGRAM_APP));
    let done = app.log_in("instagram", &[]).await;
    assert_eq!(done.status, 200, "{done:?}");
    assert_eq!(done.body["result"], "connected");
    assert_eq!(done.body["account_id"], account["id"]);
    assert_eq!(done.body["username"], "bakery");
    assert_eq!(done.body["missing_scopes"], json!([]));
    let connection = app.only_connection().await;
    assert_eq!(
        (&connection["login"], &connection["state"]),
        (&json!("instagram"), &json!("active"))
    );
    let ends = connection["token_expires_at"].as_str().unwrap();
    let in_60_days = app.clock.now() + std::time::Duration::from_hours(60 * 24);
    assert_eq!(ends, in_60_days.to_string());
    let media = app.meta.post("media", json!({ "account": "bakery" })).await;
    let comment = json!({ "media_id": media["id"], "text": "Fresh?" });
    app.meta.post("comments", comment).await;
    app.take_in().await;
    let comments = app.list("/api/comments").await;
    assert!(
        comments.iter().any(|comment| comment["text"] == "Fresh?"),
        "{comments:?}"
    );
}

async fn a_person_connects_the_only_page_by_facebook(app: TestApp) {
    let account = app.meta.account("bakery").await;
    let dialog = app.dialog("facebook", "").await;
    assert_eq!(parameter(&dialog, "client_id").as_deref(), Some(FACEBOOK_APP));
    let done = app.log_in("facebook", &[]).await;
    assert_eq!(
        (done.status.as_u16(), &done.body["result"]),
        (200, &json!("connected")),
        "{done:?}"
    );
    assert_eq!(done.body["account_id"], account["id"]);
    let connection = app.only_connection().await;
    assert_eq!(connection["page_id"], account["page_id"]);
    assert_eq!(connection["state"], "active");
    let checked = app.get("/api/instagram/status").await;
    assert_eq!(checked.body["connected"], true);
}

async fn a_person_with_several_pages_chooses_one_and_then_another(app: TestApp) {
    let first = app.meta.account("bakery").await;
    let user = first["facebook_user_id"].as_str().unwrap();
    let more = json!({ "username": "cafe", "facebook_user_id": user });
    let second = app.meta.post("accounts", more).await;
    let done = app.log_in("facebook", &[]).await;
    assert_eq!(
        (done.status.as_u16(), &done.body["result"]),
        (200, &json!("choose")),
        "{done:?}"
    );
    let session = done.body["session"].as_str().unwrap();
    let path = format!("/api/instagram/connect-sessions/{session}");
    let offered = app.get(&path).await;
    let candidates = offered.body["candidates"].as_array().unwrap();
    let names: Vec<_> = candidates
        .iter()
        .map(|one| one["username"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["bakery", "cafe"]);
    assert!(
        app.list("/api/instagram/connections").await.is_empty(),
        "nothing is connected before the choice"
    );
    let foreign = app.key("elsewhere", "admin").await;
    assert_eq!(app.get_as(&foreign, &path).await.status, 404);
    let choice = json!({ "page_id": second["page_id"] });
    let choose = format!("{path}/choose");
    assert_eq!(app.post_as(&foreign, &choose, choice.clone()).await.status, 404);
    let chosen = app.post(&choose, choice).await;
    assert_eq!(
        (chosen.status.as_u16(), &chosen.body["account_id"]),
        (200, &second["id"]),
        "{chosen:?}"
    );
    let page = format!("{}/connect/{session}", app.base);
    let html = app.http.get(&page).send().await.unwrap().text().await.unwrap();
    assert!(html.contains("@bakery") && html.contains("@cafe"), "{html}");
    for form in [
        &[("page", "1")][..],
        &[("page_id", "1")],
        &[("page_id", &"1".repeat(70_000))],
    ] {
        let shown = app.http.post(&page).form(form).send().await.unwrap();
        assert_eq!(shown.status(), 422);
        assert!(
            shown
                .text()
                .await
                .unwrap()
                .contains("The account cannot be chosen")
        );
    }
    let form = [("page_id", first["page_id"].as_str().unwrap())];
    let shown = app.http.post(&page).form(&form).send().await.unwrap();
    assert_eq!(shown.status(), 200);
    assert!(shown.text().await.unwrap().contains("@bakery is connected"));
    assert_eq!(app.list("/api/instagram/connections").await.len(), 2);
    app.clock.advance(std::time::Duration::from_mins(30));
    assert_eq!(app.get(&path).await.status, 404, "the session has ended");
}

async fn a_browser_is_shown_a_page_or_led_back(app: TestApp) {
    app.meta.account("bakery").await;
    let dialog = app.dialog("instagram", "").await;
    let at = app.answer(&dialog, &[]).await;
    let page = app.call_back(&at, "text/html").await;
    assert_eq!(page.status(), 200);
    assert!(
        page.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("default-src 'none'")
    );
    assert!(page.text().await.unwrap().contains("@bakery is connected"));
    let dialog = app
        .dialog("instagram", "&return_to=https://shop.example/settings?tab=2")
        .await;
    let at = app.answer(&dialog, &[]).await;
    let back = led_to(&app.call_back(&at, "text/html").await);
    assert_eq!(
        (back.host_str(), back.path()),
        (Some("shop.example"), "/settings")
    );
    assert_eq!(parameter(&back, "tab").as_deref(), Some("2"));
    assert_eq!(parameter(&back, "result").as_deref(), Some("connected"));
    assert_eq!(parameter(&back, "code"), None, "no code of Meta's leaves");
    let dialog = app
        .dialog("instagram", "&return_to=https://shop.example/settings")
        .await;
    let at = app.answer(&dialog, &[("action", "cancel")]).await;
    let back = led_to(&app.call_back(&at, "text/html").await);
    assert_eq!(parameter(&back, "code").as_deref(), Some("cancelled"));
}

async fn what_was_not_permitted_is_named(app: TestApp) {
    app.meta.account("bakery").await;
    let basic = [("permission", "instagram_business_basic")];
    let done = app.log_in("instagram", &basic).await;
    assert_eq!(done.body["result"], "connected", "{done:?}");
    let missing = done.body["missing_scopes"].as_array().unwrap();
    assert!(
        missing.contains(&json!("instagram_business_manage_comments")),
        "{missing:?}"
    );
    let status = app.get("/api/instagram/status").await;
    let account = &status.body["accounts"][0];
    assert_eq!(account["state"], "missing_scopes", "{account}");
    let codes: Vec<_> = account["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["code"].clone())
        .collect();
    assert_eq!(codes, ["missing-scopes", "partly-granted"]);
    let others = [("permission", "pages_show_list")];
    let refused = app.log_in("facebook", &others).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["code"]),
        (422, &json!("missing-scope")),
        "{refused:?}"
    );
}

async fn what_was_declined_is_asked_for_again(app: TestApp) {
    app.meta.account("bakery").await;
    for login in ["facebook", "instagram"] {
        let dialog = app.dialog(login, "").await;
        let asked = parameter(&dialog, "scope").unwrap();
        let (declined, granted) = asked
            .split(',')
            .collect::<Vec<_>>()
            .split_last()
            .map(|(last, rest)| (*last, rest.to_vec()))
            .unwrap();
        let ticked: Vec<_> = granted.iter().map(|name| ("permission", *name)).collect();
        // Meta goes by what was said last.
        app.clock.advance(std::time::Duration::from_secs(1));
        let partly = app.log_in(login, &ticked).await;
        assert_eq!(partly.body["missing_scopes"], json!([declined]), "{partly:?}");
        app.clock.advance(std::time::Duration::from_secs(1));
        let again = app.log_in(login, &[]).await;
        assert_eq!(again.body["missing_scopes"], json!([]), "{again:?}");
    }
}

async fn the_account_is_null_until_it_is_connected_and_named_where_there_are_several(app: TestApp) {
    let key = app.key("shop", "read").await;
    let one = async |query: &str| {
        let path = format!("/api/instagram/account{query}");
        app.get_as(&key, &path).await
    };
    assert_eq!(one("").await.body, json!(null));
    let mut ids = Vec::new();
    for name in ["bakery", "cafe"] {
        let account = app.meta.account(name).await;
        let id = account["id"].as_str().unwrap().to_owned();
        app.log_in("instagram", &[("as", &id)]).await;
        ids.push(id);
        if name == "bakery" {
            assert_eq!(one("").await.body["username"], "bakery");
        }
    }
    assert_eq!(one("").await.status, 400);
    assert_eq!(
        one(&format!("?account={}", ids[1])).await.body["username"],
        "cafe"
    );
    assert_eq!(one("?account=17").await.status, 404);
    assert_eq!(app.list("/api/instagram/accounts").await.len(), 2);
}
