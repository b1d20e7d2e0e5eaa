//! Calls to Graph, made for a lane's events or for none.

use belino::domain::CallId;
use belino::store::{CallRecord, PoolUse, Settlement};

use crate::database::TestDb;
use crate::settle::call;

crate::on_both![
    calls_are_kept_and_counted,
    calls_that_no_lane_made_are_kept_where_they_have_an_account_and_counted_all_the_same,
];

async fn calls_are_kept_and_counted(db: TestDb) {
    db.connect("1").await;
    let lane = db.claim().await.unwrap();
    let mut failed = call(&db);
    failed.status = None;
    failed.class = Some("retry".to_owned());
    let ok = call(&db);
    let settlement = Settlement {
        calls: vec![failed.clone(), ok.clone()],
        ..Settlement::default()
    };
    db.settle(&lane, settlement).await.unwrap();
    db.release(&lane).await;
    let rows = db
        .store
        .calls([ok.id, failed.id, CallId::at(db.now())])
        .await
        .unwrap();
    assert_eq!(
        rows.iter().map(|row| row.id).collect::<Vec<_>>(),
        [failed.id, ok.id]
    );
    assert_eq!((rows[0].status, rows[0].class.as_deref()), (None, Some("retry")));
    assert_eq!((rows[1].status, rows[1].class.as_deref()), (Some(200), None));
    assert_eq!(
        (rows[1].method.as_str(), rows[1].path.as_str()),
        ("GET", "/media/comments")
    );
    assert_eq!(
        (rows[1].duration_us, rows[1].settled, rows[1].at),
        (1_500, 2, db.now())
    );
    assert_eq!(db.store.summary(None).await.unwrap().counters["graph.calls"], 2);
}

async fn calls_that_no_lane_made_are_kept_where_they_have_an_account_and_counted_all_the_same(db: TestDb) {
    let account = db.connect("1").await.account_key;
    let (known, unknown) = (call(&db), call(&db));
    let told = |usage| {
        vec![PoolUse {
            key: "account:1".to_owned(),
            usage: Some(usage),
            rest_until: None,
        }]
    };
    let note = async |account, call: &CallRecord, usage| {
        let calls = std::slice::from_ref(call);
        db.store.note_calls(account, calls, told(usage)).await.unwrap();
    };
    note(Some(account), &known, 10).await;
    note(None, &unknown, 20).await;
    let kept = db.store.calls([known.id, unknown.id]).await.unwrap();
    assert_eq!(kept.iter().map(|row| row.id).collect::<Vec<_>>(), [known.id]);
    let counters = db.store.summary(None).await.unwrap().counters;
    assert_eq!(counters["graph.calls"], 2);
    assert_eq!(db.store.all_pools().await.unwrap()[0].usage, 20);
}
