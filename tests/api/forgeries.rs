//! A flood of forgeries: each is refused, and honest deliveries are kept as ever.

use futures_util::{StreamExt, stream};
use serde_json::json;

use crate::app::TestApp;
use crate::on_both;
use crate::wire::comment;

on_both!(a_flood_of_forgeries_costs_no_honest_delivery);

const FORGERIES: usize = 2_000;
/// The most that the quarantine keeps.
const RING: u64 = 1_000;

async fn a_flood_of_forgeries_costs_no_honest_delivery(app: TestApp) {
    let body = comment("17841400000000001", "18000000000000001", "forged");
    let sending = (0..FORGERIES).map(|n| {
        let request = app
            .posting(body.clone())
            .header("x-hub-signature-256", format!("sha256={n:064x}"));
        async move { request.send().await.unwrap().status().as_u16() }
    });
    let refused = stream::iter(sending)
        .buffer_unordered(16)
        .filter(|status| std::future::ready(*status == 401))
        .count()
        .await;
    assert_eq!(refused, FORGERIES);
    let honest = comment("17841400000000001", "18000000000000001", "honest");
    assert_eq!(app.deliver(&honest).await.status(), 200);
    assert_eq!(app.all_bytes().await, [honest.into_bytes()]);
    every_forgery_is_accounted_for(&app).await;
}

async fn every_forgery_is_accounted_for(app: &TestApp) {
    let number = |summary: &serde_json::Value, name: &str| summary["deliveries"][name].as_u64().unwrap();
    let summary = app
        .until("/api/summary", |summary| {
            number(summary, "quarantined") + number(summary, "quarantine_dropped") == FORGERIES as u64
        })
        .await;
    let (kept, dropped) = (
        number(&summary, "quarantined"),
        number(&summary, "quarantine_dropped"),
    );
    // A queue's length at least; how many more, the machine's speed tells.
    assert!(kept >= 64, "kept {kept}, dropped {dropped}");
    assert_eq!(summary["deliveries"]["received"], 1);
    let (mut shown, mut after) = (0, String::new());
    loop {
        let path = format!("/api/deliveries?state=quarantined&limit=200{after}");
        let page = app.get(&path).await.body;
        shown += page["data"].as_array().unwrap().len() as u64;
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(shown, kept.min(RING));
    assert_eq!(app.list("/api/deliveries?state=received").await.len(), 1);
    let row = &app.list("/api/deliveries?state=quarantined").await[0];
    assert_eq!(row["reason"], json!("bad-signature"));
}
