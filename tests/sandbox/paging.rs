//! Pages: complete, newest first, whatever happens between them.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::Rig;

fn ids(page: &Value) -> Vec<String> {
    let data = page["data"].as_array().unwrap();
    data.iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn every_comment_is_on_one_page_though_others_come_and_go_meanwhile() {
    let rig = Rig::start().await;
    let (account, post) = rig.account_with_post().await;
    let token = &account["tokens"]["facebook"]["page"]["access_token"];
    let media = post["id"].as_str().unwrap();
    let bulk = rig
        .make(
            "comments",
            json!({ "count": 230, "spread_seconds": 86_400, "announce": false }),
        )
        .await;
    let wanted: HashSet<String> = bulk["ids"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_str().unwrap().to_owned())
        .collect();

    let (mut seen, mut after, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = rig
            .facebook(
                token,
                &format!("{media}/comments?fields=id&limit=500&after={after}"),
            )
            .await
            .body;
        pages += 1;
        let got = ids(&page);
        assert!(got.len() <= 50, "Meta gives at most 50");
        rig.clock.advance(Duration::from_secs(5));
        rig.make("comments", json!({ "text": "new", "announce": false }))
            .await;
        rig.delete(&format!("/sandbox/comments/{}", got.last().unwrap()))
            .await;
        seen.extend(got);
        if page["paging"]["next"].is_null() {
            break;
        }
        page["paging"]["cursors"]["after"]
            .as_str()
            .unwrap()
            .clone_into(&mut after);
    }
    assert_eq!((pages, seen.len()), (5, 230));
    assert_eq!(seen.into_iter().collect::<HashSet<_>>(), wanted);
}

#[tokio::test]
async fn a_link_to_the_next_page_works_as_it_is_and_holds_the_token() {
    let rig = Rig::start().await;
    let (account, post) = rig.account_with_post().await;
    let token = account["tokens"]["instagram"]["access_token"].as_str().unwrap();
    rig.make(
        "comments",
        json!({ "count": 3, "spread_seconds": 30, "announce": false }),
    )
    .await;
    let media = post["id"].as_str().unwrap();
    let first = rig
        .look(&format!(
            "/graph.instagram.com/v26.0/{media}/comments?limit=2&fields=id,from{{id}}&access_token={token}"
        ))
        .await;
    let next = first.body["paging"]["next"].as_str().unwrap();
    assert!(next.starts_with(&rig.url("/graph.instagram.com/v26.0/")) && next.contains(token));
    let second = rig.look(next.strip_prefix(&rig.url("")).unwrap()).await;
    assert_eq!(second.body["data"].as_array().unwrap().len(), 1);
    assert!(second.body["data"][0]["from"]["id"].is_string());
    assert!(second.body["paging"]["next"].is_null());
    let back = second.body["paging"]["previous"].as_str().unwrap();
    let back = rig.look(back.strip_prefix(&rig.url("")).unwrap()).await;
    assert_eq!(ids(&back.body), ids(&first.body));
}

#[tokio::test]
async fn tags_give_cursors_without_links_and_end_with_an_empty_page() {
    let rig = Rig::start().await;
    let (account, _) = rig.account_with_post().await;
    rig.make(
        "media",
        json!({ "stranger": "theo", "tagged": ["harbourbakery"] }),
    )
    .await;
    let token = &account["tokens"]["instagram"]["access_token"];
    let page = rig.instagram(token, "me/tags?limit=1&fields=id,username").await;
    assert_eq!(page.body["data"][0]["username"], "theo");
    assert!(page.body["paging"]["next"].is_null());
    let after = page.body["paging"]["cursors"]["after"].as_str().unwrap();
    let page = rig.instagram(token, &format!("me/tags?after={after}")).await;
    assert_eq!(page.body, json!({ "data": [] }));
}

#[tokio::test]
async fn stories_leave_their_list_after_a_day_and_ads_and_broadcasts_are_in_none() {
    let rig = Rig::start().await;
    let (account, _) = rig.account_with_post().await;
    let token = &account["tokens"]["instagram"]["access_token"];
    let story = rig.make("stories", json!({})).await;
    let live = rig.make("media", json!({ "media_product_type": "LIVE" })).await;
    rig.make("media", json!({ "media_product_type": "AD" })).await;
    rig.make("media", json!({ "children": 3 })).await;
    assert_eq!(
        ids(&rig.instagram(token, "me/stories").await.body),
        [story["id"].as_str().unwrap()]
    );
    assert_eq!(
        rig.instagram(token, "me/media").await.body["data"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let live = live["id"].as_str().unwrap();
    assert_eq!(
        rig.instagram(token, &format!("{live}/comments")).await.body["error"]["error_subcode"],
        33
    );
    rig.clock.advance(Duration::from_hours(24));
    assert_eq!(
        rig.instagram(token, "me/stories").await.body,
        json!({ "data": [] })
    );
}
