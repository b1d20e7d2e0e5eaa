//! A story's numbers: every observation kept, the event finished as soon as the media is known.

use belino::domain::{Outcome, State};
use belino::store::{ObjectFilter, PageRequest, Settlement};

use crate::database::{PAGE, TestDb, finishing};
use crate::payloads::story;

crate::on_both![
    the_numbers_are_safe_before_any_call,
    a_story_whose_media_is_known_is_done_at_once,
    media_of_another_account_does_not_count_as_known,
    every_observation_of_a_story_is_kept,
    stories_page_by_the_first_time_they_were_seen,
    the_observation_of_an_event_is_found,
];

async fn the_numbers_are_safe_before_any_call(db: TestDb) {
    db.connect("1").await;
    assert_eq!(db.deliver(&story("1", "s1", 5)).await.pending, 1);
    let stories = db.store.stories(&ObjectFilter::default(), PAGE).await.unwrap();
    let row = &stories[0][0];
    assert_eq!((row.media_id.as_str(), row.account_id.as_str()), ("s1", "1"));
    assert_eq!(
        (row.source.as_str(), row.event_id),
        ("webhook", db.event().await.id)
    );
    let metrics: serde_json::Value = serde_json::from_str(&row.metrics).unwrap();
    assert_eq!(metrics, serde_json::json!({"reach": 5, "exits": -1}));
    assert_eq!((row.media_type.as_deref(), row.media_published_at), (None, None));
    assert_eq!(db.finish_all().await.len(), 1);
}

/// Settles what is due with the media of the story `s1`.
async fn learn_media(db: &TestDb) {
    let (lane, work) = db.claim_work().await;
    let settlement = Settlement {
        media: vec![crate::comments::media(db, "s1")],
        ..finishing(work)
    };
    db.settle(&lane, settlement).await.unwrap();
    db.release(&lane).await;
}

async fn a_story_whose_media_is_known_is_done_at_once(db: TestDb) {
    db.connect("1").await;
    db.deliver(&story("1", "s1", 5)).await;
    learn_media(&db).await;
    let report = db.deliver(&story("1", "s1", 6)).await;
    assert_eq!((report.events, report.pending), (1, 0));
    let event = &db.events().await[0];
    assert_eq!(
        (event.state, event.outcome),
        (State::Done, Some(Outcome::Enriched))
    );
    assert_eq!((event.done_at, event.due_at), (Some(db.now()), None));
    assert_eq!(db.claim().await, None);
    let stories = db.store.stories(&ObjectFilter::default(), PAGE).await.unwrap();
    assert_eq!(stories[0][1].media_type.as_deref(), Some("IMAGE"));
    assert!(stories[0][1].media_permalink.is_some());
}

async fn media_of_another_account_does_not_count_as_known(db: TestDb) {
    db.connect("1").await;
    db.deliver(&story("1", "s1", 5)).await;
    learn_media(&db).await;
    db.connect("2").await;
    assert_eq!(db.deliver(&story("2", "s1", 5)).await.pending, 1);
    assert_eq!(db.finish_all().await.len(), 1);
}

async fn every_observation_of_a_story_is_kept(db: TestDb) {
    db.connect("1").await;
    for reach in [5, 7, 6] {
        db.deliver(&story("1", "s1", reach)).await;
    }
    let stories = db.store.stories(&ObjectFilter::default(), PAGE).await.unwrap();
    assert_eq!(stories.len(), 1);
    let reach = |row: &belino::store::StoryRow| -> i64 {
        let metrics: serde_json::Value = serde_json::from_str(&row.metrics).unwrap();
        metrics["reach"].as_i64().unwrap()
    };
    assert_eq!(stories[0].iter().map(reach).collect::<Vec<_>>(), [5, 7, 6]);
}

async fn stories_page_by_the_first_time_they_were_seen(db: TestDb) {
    db.connect("1").await;
    db.connect("2").await;
    for (account, media, reach) in [("1", "s1", 1), ("1", "s2", 1), ("2", "s2", 1), ("1", "s1", 2)] {
        db.deliver(&story(account, media, reach)).await;
    }
    let all = ObjectFilter::default();
    let list = async |filter: &ObjectFilter, page| -> Vec<(String, String, usize)> {
        let stories = db.store.stories(filter, page).await.unwrap();
        let name = |story: &Vec<belino::store::StoryRow>| {
            (
                story[0].account_id.clone(),
                story[0].media_id.clone(),
                story.len(),
            )
        };
        stories.iter().map(name).collect()
    };
    let named = |account: &str, media: &str, n| (account.to_owned(), media.to_owned(), n);
    let everything = [named("2", "s2", 1), named("1", "s2", 1), named("1", "s1", 2)];
    assert_eq!(list(&all, PAGE).await, everything);
    let after = db.store.stories(&all, PAGE).await.unwrap()[1][0].event_id;
    let page = PageRequest {
        after: Some(after.uuid()),
        limit: 5,
    };
    assert_eq!(list(&all, page).await, everything[2..]);
    let media = ObjectFilter {
        media: Some("s2".to_owned()),
        ..ObjectFilter::default()
    };
    assert_eq!(list(&media, PAGE).await, everything[..2]);
    let account = ObjectFilter {
        account: Some(db.account("1").await),
        ..ObjectFilter::default()
    };
    assert_eq!(list(&account, PAGE).await, everything[1..]);
}

async fn the_observation_of_an_event_is_found(db: TestDb) {
    db.connect("1").await;
    db.deliver(&story("1", "s1", 5)).await;
    let event = db.event().await.id;
    let found = db.store.story_observation(event).await.unwrap().unwrap();
    assert_eq!((found.event_id, found.media_id.as_str()), (event, "s1"));
    let nobody = belino::domain::EventId::at(db.now());
    assert!(db.store.story_observation(nobody).await.unwrap().is_none());
}
