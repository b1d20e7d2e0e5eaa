//! What is known of Meta's quotas.

use std::time::Duration;

use belino::domain::Timestamp;
use belino::store::{Pool, PoolUse, Settlement};

use crate::database::TestDb;

crate::on_both![
    a_pool_is_as_it_was_last_told,
    a_rest_only_ever_grows,
    pools_are_found_by_their_keys,
];

async fn tell(db: &TestDb, news: Vec<PoolUse>) {
    let lane = db.claim().await.unwrap();
    let settlement = Settlement {
        pools: news,
        ..Settlement::default()
    };
    db.settle(&lane, settlement).await.unwrap();
    db.store
        .release_lane(&lane, belino::store::Release::More)
        .await
        .unwrap();
}

fn news(key: &str, usage: Option<i64>, rest_until: Option<Timestamp>) -> PoolUse {
    PoolUse {
        key: key.to_owned(),
        usage,
        rest_until,
    }
}

fn pool(key: &str, usage: i64, rest_until: Option<Timestamp>) -> Pool {
    Pool {
        key: key.to_owned(),
        usage,
        rest_until,
    }
}

async fn a_pool_is_as_it_was_last_told(db: TestDb) {
    db.connect("1").await;
    for (told, usage) in [(None, 0), (Some(40), 40), (Some(30), 30), (None, 30)] {
        tell(&db, vec![news("account:1", told, None)]).await;
        assert_eq!(
            db.store.all_pools().await.unwrap(),
            [pool("account:1", usage, None)]
        );
    }
}

async fn a_rest_only_ever_grows(db: TestDb) {
    db.connect("1").await;
    let at = |seconds| db.now() + Duration::from_secs(seconds);
    for (told, expected) in [
        (None, None),
        (Some(at(10)), Some(at(10))),
        (Some(at(5)), Some(at(10))),
        (None, Some(at(10))),
        (Some(at(20)), Some(at(20))),
    ] {
        tell(&db, vec![news("account:1", None, told)]).await;
        assert_eq!(db.store.all_pools().await.unwrap()[0].rest_until, expected);
    }
}

async fn pools_are_found_by_their_keys(db: TestDb) {
    db.connect("1").await;
    let told = ["user:1", "account:1", "page:1", "account:1"];
    tell(
        &db,
        told.into_iter().map(|key| news(key, Some(7), None)).collect(),
    )
    .await;
    let keys = ["page:1".to_owned(), "page:2".to_owned()];
    assert_eq!(
        db.store.pools(keys.to_vec()).await.unwrap(),
        [pool("page:1", 7, None)]
    );
    assert!(db.store.pools(Vec::new()).await.unwrap().is_empty());
    assert_eq!(db.store.all_pools().await.unwrap().len(), 3);
}
