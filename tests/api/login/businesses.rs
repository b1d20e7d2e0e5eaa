//! Pages that a person reaches through a business portfolio, which are not listed among their own.

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::on_both;

on_both!(
    a_page_in_a_portfolio_is_found_and_connected,
    pages_of_several_portfolios_are_offered_and_one_is_chosen,
    without_the_permission_no_portfolio_is_looked_into,
    who_has_a_page_of_their_own_is_asked_for_no_portfolio,
    a_portfolio_that_cannot_be_read_now_is_no_word_of_having_none,
);

impl TestApp {
    async fn put_into_portfolio(&self, account: &Value, ownership: &str) {
        let path = format!("pages/{}/portfolio", account["page_id"].as_str().unwrap());
        self.meta.post(&path, json!({ "ownership": ownership })).await;
    }

    /// The paths of the calls that ask for Pages.
    async fn asked_for(&self, before: u64) -> Vec<String> {
        let calls = self.calls_after(before).await;
        let paths = calls.iter().map(|call| call["path"].as_str().unwrap().to_owned());
        paths
            .filter(|path| path.contains("pages") || path.contains("businesses"))
            .collect()
    }
}

async fn a_page_in_a_portfolio_is_found_and_connected(app: TestApp) {
    for ownership in ["owned", "client"] {
        let account = app.meta.account(&format!("bakery.{ownership}")).await;
        app.put_into_portfolio(&account, ownership).await;
        let person = account["facebook_user_id"].as_str().unwrap();
        let done = app.log_in("facebook", &[("as", person)]).await;
        assert_eq!(
            (&done.body["result"], &done.body["account_id"]),
            (&json!("connected"), &account["id"]),
            "{done:?}"
        );
        let media = app.media(&account).await;
        app.comment(&account, &media).await;
    }
    app.take_in().await;
    assert_eq!(app.counts().await["done"], 2, "by the Pages' own tokens");
}

async fn pages_of_several_portfolios_are_offered_and_one_is_chosen(app: TestApp) {
    let first = app.meta.account("bakery").await;
    let person = first["facebook_user_id"].as_str().unwrap();
    let more = json!({ "username": "cafe", "facebook_user_id": person });
    let second = app.meta.post("accounts", more).await;
    app.put_into_portfolio(&first, "owned").await;
    app.put_into_portfolio(&second, "client").await;
    let bare = json!({ "name": "Bare", "facebook_user_id": person });
    app.meta.post("pages", bare).await;
    let offered = app.log_in("facebook", &[("as", person)]).await;
    assert_eq!(offered.body["result"], "choose", "{offered:?}");
    let session = offered.body["session"].as_str().unwrap();
    let path = format!("/api/instagram/connect-sessions/{session}");
    let candidates = app.get(&path).await.body["candidates"].clone();
    let mut names: Vec<_> = candidates
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["username"].as_str().unwrap_or("none"))
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["bakery", "cafe", "none"]);
    let choice = json!({ "page_id": second["page_id"] });
    let chosen = app.post(&format!("{path}/choose"), choice).await;
    assert_eq!(chosen.body["account_id"], second["id"], "{chosen:?}");
}

async fn without_the_permission_no_portfolio_is_looked_into(app: TestApp) {
    let account = app.meta.account("bakery").await;
    app.put_into_portfolio(&account, "owned").await;
    let before = app.meta.calls().await;
    let granted = ["instagram_basic", "pages_show_list", "pages_read_engagement"];
    let granted = granted.map(|scope| ("permission", scope));
    let refused = app.log_in("facebook", &granted).await;
    assert_eq!(refused.body["code"], "no-pages", "{refused:?}");
    assert!(app.asked_for(before).await.is_empty());
}

async fn who_has_a_page_of_their_own_is_asked_for_no_portfolio(app: TestApp) {
    let first = app.meta.account("bakery").await;
    let person = first["facebook_user_id"].as_str().unwrap();
    let more = json!({ "username": "cafe", "facebook_user_id": person });
    let second = app.meta.post("accounts", more).await;
    app.put_into_portfolio(&second, "owned").await;
    let before = app.meta.calls().await;
    let done = app.log_in("facebook", &[("as", person)]).await;
    assert_eq!(done.body["account_id"], first["id"], "{done:?}");
    assert!(app.asked_for(before).await.is_empty());
}

async fn a_portfolio_that_cannot_be_read_now_is_no_word_of_having_none(app: TestApp) {
    let account = app.meta.account("bakery").await;
    app.put_into_portfolio(&account, "owned").await;
    let broken = json!({ "error": { "code": 2 } });
    app.fault(broken, json!({ "edge": "owned_pages" }), Some(1)).await;
    let person = [("as", account["facebook_user_id"].as_str().unwrap())];
    let failed = app.log_in("facebook", &person).await;
    assert_eq!(
        (failed.status.as_u16(), &failed.body["code"]),
        (503, &json!("meta-unavailable")),
        "{failed:?}"
    );
    let refused = json!({ "error": { "code": 10 } });
    app.fault(refused, json!({ "edge": "businesses" }), Some(1)).await;
    let none = app.log_in("facebook", &person).await;
    assert_eq!(none.body["code"], "no-pages", "{none:?}");
    let done = app.log_in("facebook", &person).await;
    assert_eq!(done.body["account_id"], account["id"], "{done:?}");
}
