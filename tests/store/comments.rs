//! Comments, mentions and media: the payload first, completed by Graph, never made older.

use std::time::Duration;

use belino::domain::{EventId, Timestamp};
use belino::store::{CommentFound, MediaRow, MentionFound, ObjectFilter, Settlement};

use crate::database::{PAGE, TestDb};
use crate::payloads::{changes, comment, comment_on, mention};

crate::on_both![
    a_comment_stands_with_what_the_payload_knows,
    graph_completes_a_comment_and_takes_nothing_away,
    an_older_read_never_overwrites_a_newer_one,
    a_comment_read_twice_in_one_settlement_is_written_once,
    comments_page_by_account_media_and_workspace,
    media_are_kept_as_last_read,
    a_mention_is_completed_by_its_event,
    a_mention_in_a_caption_has_no_comment,
    a_comment_that_is_gone_keeps_what_is_known_of_it,
    the_mention_of_an_event_is_found,
];

pub(crate) fn media(db: &TestDb, id: &str) -> MediaRow {
    MediaRow {
        id: id.to_owned(),
        media_type: Some("IMAGE".to_owned()),
        media_product_type: Some("FEED".to_owned()),
        caption: Some("sea".to_owned()),
        permalink: Some("https://instagram.com/p/1".to_owned()),
        username: Some("user.1".to_owned()),
        published_at: Some(db.now()),
        like_count: Some(3),
        comments_count: Some(4),
        raw: "{}".to_owned(),
        fetched_at: db.now(),
    }
}

fn found(id: &str, event_id: EventId, fetched_at: Timestamp) -> CommentFound {
    CommentFound {
        id: id.to_owned(),
        event_id,
        live: false,
        media_id: None,
        parent_id: None,
        text: None,
        from_id: None,
        username: None,
        created_at: None,
        like_count: None,
        hidden: None,
        fetched_at,
    }
}

/// Settles in whatever lane is due.
async fn write(db: &TestDb, settlement: Settlement) {
    let lane = db.claim().await.unwrap();
    db.settle(&lane, settlement).await.unwrap();
    db.store
        .release_lane(&lane, belino::store::Release::More)
        .await
        .unwrap();
}

async fn a_comment_stands_with_what_the_payload_knows(db: TestDb) {
    let account = db.connect("1").await.account_key;
    let mut change = comment_on("m1", "c1", "hi");
    change["value"]["parent_id"] = "c0".into();
    change["value"]["media"]["ad_id"] = "a1".into();
    change["field"] = "live_comments".into();
    db.deliver(&changes("1", &[change])).await;
    let comment = db.store.comment(account, "c1").await.unwrap().unwrap();
    assert_eq!(
        (comment.text.as_deref(), comment.from_id.as_deref()),
        (Some("hi"), Some("500"))
    );
    assert_eq!(
        (comment.username.as_deref(), comment.account_id.as_str()),
        (Some("ana"), "1")
    );
    assert_eq!(
        (comment.media_id.as_deref(), comment.parent_id.as_deref()),
        (Some("m1"), Some("c0"))
    );
    assert_eq!((comment.live, comment.ad_id.as_deref()), (true, Some("a1")));
    assert_eq!(
        (comment.hidden, comment.fetched_at, comment.media_fetched_at),
        (None, None, None)
    );
    assert_eq!(comment.event_id, db.event().await.id);
    assert!(db.store.comment(account, "c2").await.unwrap().is_none());
}

async fn graph_completes_a_comment_and_takes_nothing_away(db: TestDb) {
    let account = db.connect("1").await.account_key;
    db.deliver(&changes("1", &[comment_on("m1", "c1", "hi")])).await;
    let mut found = found("c1", db.event().await.id, db.now());
    found.like_count = Some(2);
    found.hidden = Some(true);
    found.created_at = Some(db.now());
    let settlement = Settlement {
        comments: vec![found],
        media: vec![media(&db, "m1")],
        ..Settlement::default()
    };
    write(&db, settlement).await;
    let comment = db.store.comment(account, "c1").await.unwrap().unwrap();
    assert_eq!(
        (comment.text.as_deref(), comment.username.as_deref()),
        (Some("hi"), Some("ana"))
    );
    assert_eq!((comment.like_count, comment.hidden), (Some(2), Some(true)));
    assert_eq!(
        (comment.created_at, comment.fetched_at),
        (Some(db.now()), Some(db.now()))
    );
    assert_eq!(
        (comment.media_like_count, comment.media_comments_count),
        (Some(3), Some(4))
    );
    assert_eq!(comment.media_caption.as_deref(), Some("sea"));
    assert_eq!(comment.media_fetched_at, Some(db.now()));
}

async fn an_older_read_never_overwrites_a_newer_one(db: TestDb) {
    let account = db.connect("1").await.account_key;
    db.deliver(&comment("1", "c1", "hi")).await;
    let event = db.event().await.id;
    let older = db.now() - Duration::from_secs(1);
    for (text, at) in [("new", db.now()), ("old", older), ("newest", db.now())] {
        let mut comment = found("c1", event, at);
        comment.text = Some(text.to_owned());
        let mut media = media(&db, "m1");
        (media.caption, media.fetched_at) = (Some(text.to_owned()), at);
        let settlement = Settlement {
            comments: vec![comment],
            media: vec![media],
            ..Settlement::default()
        };
        write(&db, settlement).await;
        let expected = if text == "old" { "new" } else { text };
        let comment = db.store.comment(account, "c1").await.unwrap().unwrap();
        assert_eq!(comment.text.as_deref(), Some(expected));
        let media = db.store.media(account, "m1").await.unwrap().unwrap();
        assert_eq!(media.caption.as_deref(), Some(expected));
    }
}

async fn a_comment_read_twice_in_one_settlement_is_written_once(db: TestDb) {
    let account = db.connect("1").await.account_key;
    db.deliver(&comment("1", "c1", "hi")).await;
    let event = db.event().await.id;
    let mut newer = found("c1", event, db.now());
    newer.text = Some("newer".to_owned());
    let mut older = found("c1", event, db.now() - Duration::from_secs(1));
    older.text = Some("older".to_owned());
    let mut newer_media = media(&db, "m1");
    newer_media.caption = Some("newer".to_owned());
    let mut older_media = media(&db, "m1");
    older_media.fetched_at = db.now() - Duration::from_secs(1);
    let settlement = Settlement {
        comments: vec![newer, older],
        media: vec![newer_media, older_media],
        ..Settlement::default()
    };
    write(&db, settlement).await;
    let comment = db.store.comment(account, "c1").await.unwrap().unwrap();
    assert_eq!(comment.text.as_deref(), Some("newer"));
    let media = db.store.media(account, "m1").await.unwrap().unwrap();
    assert_eq!(media.caption.as_deref(), Some("newer"));
}

async fn comments_page_by_account_media_and_workspace(db: TestDb) {
    let one = db.connect("1").await;
    let mut foreign = db.connection("2").await;
    foreign.workspace = db.workspace("two").await;
    db.store.connect(foreign.clone()).await.unwrap();
    for (account, media, id) in [("1", "m1", "c1"), ("1", "m2", "c2"), ("2", "m1", "c3")] {
        db.deliver(&changes(account, &[comment_on(media, id, "hi")]))
            .await;
    }
    let list = async |filter: ObjectFilter| -> Vec<String> {
        let rows = db.store.comments(&filter, PAGE).await.unwrap();
        rows.into_iter().map(|row| row.id).collect()
    };
    let all = ObjectFilter::default();
    assert_eq!(list(all.clone()).await, ["c3", "c2", "c1"]);
    let media = Some("m1".to_owned());
    assert_eq!(list(ObjectFilter { media, ..all.clone() }).await, ["c3", "c1"]);
    let account = Some(one.account_key);
    assert_eq!(
        list(ObjectFilter {
            account,
            ..all.clone()
        })
        .await,
        ["c2", "c1"]
    );
    let workspace = Some(foreign.workspace);
    assert_eq!(
        list(ObjectFilter {
            workspace,
            ..all.clone()
        })
        .await,
        ["c3"]
    );
    let first = db.store.comments(&all, PAGE).await.unwrap().remove(0).event_id;
    let next = belino::store::PageRequest {
        after: Some(first.uuid()),
        limit: 1,
    };
    assert_eq!(db.store.comments(&all, next).await.unwrap()[0].id, "c2");
}

async fn media_are_kept_as_last_read(db: TestDb) {
    let account = db.connect("1").await.account_key;
    let read = media(&db, "m1");
    let settlement = Settlement {
        media: vec![read.clone(), media(&db, "m2")],
        ..Settlement::default()
    };
    write(&db, settlement).await;
    assert_eq!(db.store.media(account, "m1").await.unwrap(), Some(read));
    let ids = ["m1".to_owned(), "m3".to_owned()];
    let known = db.store.media_read(account, ids).await.unwrap();
    assert_eq!(known, [("m1".to_owned(), db.now())]);
    let mut sparse = media(&db, "m1");
    (sparse.caption, sparse.like_count) = (None, Some(9));
    let settlement = Settlement {
        media: vec![sparse],
        ..Settlement::default()
    };
    write(&db, settlement).await;
    let kept = db.store.media(account, "m1").await.unwrap().unwrap();
    assert_eq!((kept.caption.as_deref(), kept.like_count), (Some("sea"), Some(9)));
}

fn said(event_id: EventId, text: &str, fetched_at: Timestamp) -> Settlement {
    let mention = MentionFound {
        event_id,
        text: Some(text.to_owned()),
        username: Some("ben".to_owned()),
        media_type: Some("VIDEO".to_owned()),
        permalink: None,
        created_at: None,
        like_count: Some(1),
        fetched_at,
    };
    Settlement {
        mentions: vec![mention],
        ..Settlement::default()
    }
}

async fn a_mention_is_completed_by_its_event(db: TestDb) {
    db.connect("1").await;
    db.deliver(&mention("1", "m1", Some("c1"))).await;
    let event = db.event().await.id;
    write(&db, said(event, "hey @user.1", db.now())).await;
    write(&db, said(event, "older", db.now() - Duration::from_secs(1))).await;
    let mentions = db.store.mentions(&ObjectFilter::default(), PAGE).await.unwrap();
    assert_eq!(mentions.len(), 1);
    let one = &mentions[0];
    assert_eq!((one.media_id.as_str(), one.comment_id.as_str()), ("m1", "c1"));
    assert_eq!((one.event_id, one.account_id.as_str()), (event, "1"));
    assert_eq!(
        (one.text.as_deref(), one.username.as_deref()),
        (Some("hey @user.1"), Some("ben"))
    );
    assert_eq!((one.like_count, one.fetched_at), (Some(1), Some(db.now())));
}

async fn a_mention_in_a_caption_has_no_comment(db: TestDb) {
    db.connect("1").await;
    db.deliver(&mention("1", "m1", None)).await;
    db.deliver(&mention("1", "m1", Some("c1"))).await;
    let filter = ObjectFilter {
        media: Some("m1".to_owned()),
        ..ObjectFilter::default()
    };
    let mentions = db.store.mentions(&filter, PAGE).await.unwrap();
    let comments: Vec<&str> = mentions.iter().map(|one| one.comment_id.as_str()).collect();
    assert_eq!(comments, ["c1", ""]);
    write(&db, said(mentions[1].event_id, "in the caption", db.now())).await;
    let mentions = db.store.mentions(&filter, PAGE).await.unwrap();
    assert_eq!(
        (mentions[0].text.as_deref(), mentions[1].text.as_deref()),
        (None, Some("in the caption"))
    );
}

async fn a_comment_that_is_gone_keeps_what_is_known_of_it(db: TestDb) {
    let account = db.connect("1").await.account_key;
    db.deliver(&comment("1", "c1", "hi")).await;
    let event = db.event().await.id;
    let gone = Settlement {
        gone: vec!["c1".to_owned(), "c9".to_owned()],
        ..Settlement::default()
    };
    write(&db, gone).await;
    let comment = db.store.comment(account, "c1").await.unwrap().unwrap();
    assert_eq!(
        (comment.gone_at, comment.text.as_deref()),
        (Some(db.now()), Some("hi"))
    );
    let back = Settlement {
        comments: vec![found("c1", event, db.now())],
        ..Settlement::default()
    };
    write(&db, back).await;
    let comment = db.store.comment(account, "c1").await.unwrap().unwrap();
    assert_eq!(comment.gone_at, None, "Graph has it after all");
}

async fn the_mention_of_an_event_is_found(db: TestDb) {
    db.connect("1").await;
    db.deliver(&mention("1", "m1", None)).await;
    let caption = db.event().await.id;
    db.deliver(&mention("1", "m1", Some("c1"))).await;
    let one = db.store.mention_of(caption).await.unwrap().unwrap();
    assert_eq!((one.media_id.as_str(), one.comment_id.as_str()), ("m1", ""));
    let other = db
        .store
        .mention_of(db.event_of("c1").await.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(other.comment_id, "c1");
    db.deliver(&comment("1", "c2", "hi")).await;
    assert!(
        db.store
            .mention_of(db.event_of("c2").await.id)
            .await
            .unwrap()
            .is_none()
    );
}
