//! `/docs`: the description shown, and tried.

use crate::app::OPERATOR;
use crate::browser::{Browser, in_a_browser};

const LISTING: &str = "#operations-deliveries-list_deliveries";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_lists_every_operation_under_its_tag_and_stays_at_home() {
    in_a_browser(lists_everything).await;
}

async fn lists_everything(browser: Browser) {
    browser.open("/docs").await;
    browser.see(LISTING).await;
    assert_eq!(browser.title().await, "Belino's API");
    let described = browser.description().await;
    let operations: usize = described["paths"]
        .as_object()
        .unwrap()
        .values()
        .map(|path| path.as_object().unwrap().len())
        .sum();
    assert_eq!(browser.texts(".opblock-summary-path").await.len(), operations);
    let tags: Vec<&str> = described["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    assert_eq!(browser.texts(".opblock-tag a").await, tags);
    assert_eq!(browser.complaints().await, Vec::<serde_json::Value>::new());
    assert_eq!(browser.asked_elsewhere().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operation_is_tried_out_with_a_key() {
    in_a_browser(tries_one).await;
}

async fn tries_one(browser: Browser) {
    browser.open("/docs/").await;
    browser.click(".auth-wrapper .authorize").await;
    let key = browser.see(".auth-container input").await;
    key.send_keys(OPERATOR).await.unwrap();
    browser.click(".auth-container button[type=submit]").await;
    browser.click(".modal-ux .btn-done").await;
    browser
        .click(&format!("{LISTING} .opblock-summary-control"))
        .await;
    browser.click(&format!("{LISTING} .try-out__btn")).await;
    browser.click(&format!("{LISTING} .execute")).await;
    browser
        .see(&format!("{LISTING} .live-responses-table .response"))
        .await;
    let status = format!("{LISTING} .live-responses-table .response .response-col_status");
    assert_eq!(browser.texts(&status).await, ["200"]);
    let body = format!("{LISTING} .live-responses-table .highlight-code code");
    browser.see(&body).await;
    let body: serde_json::Value = serde_json::from_str(&browser.texts(&body).await.concat()).unwrap();
    assert_eq!(body, serde_json::json!({ "data": [], "next": null }));
    assert_eq!(browser.complaints().await, Vec::<serde_json::Value>::new());
    assert_eq!(browser.asked_elsewhere().await, Vec::<String>::new());
}
