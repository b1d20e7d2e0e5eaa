//! What no fault of Meta's can bring about: a handler that breaks.

use std::time::Duration;

use bytes::Bytes;
use url::Url;

use crate::clock::Clock;
use crate::domain::retry::UNKNOWN_TRIES;
use crate::domain::{ConnectionId, DeliveryId, Login, State, Timestamp, WorkerId};
use crate::graph::{Graph, GraphConfig};
use crate::ingest::{Bells, Unpacker};
use crate::processor::decide::Decider;
use crate::processor::memory::Memory;
use crate::processor::sink::Sink;
use crate::processor::slice::guarded;
use crate::processor::worker::LEASE;
use crate::store::{Append, EventFilter, NewApiKey, NewConnection, PageRequest, Release, Scope, Store};

const COMMENT: &[u8] = br#"{"object":"instagram","entry":[{"id":"17841400000000001","time":1795000000,"changes":[
    {"field":"comments","value":{"id":"17900000000000001","text":"hello","media":{"id":"18000000000000001"}}}]}]}"#;

/// A graph that nobody answers: no test here calls it.
fn graph(clock: &Clock) -> Graph {
    crate::net::install_crypto();
    let nowhere = Url::parse("http://127.0.0.1:9/").unwrap();
    let config = GraphConfig {
        facebook_url: nowhere.clone(),
        instagram_url: nowhere,
        facebook_version: "v25.0".to_owned(),
        instagram_version: "v25.0".to_owned(),
        facebook_app_secret: None,
        instagram_app_secret: None,
        instagram_proof: false,
        timeout: Duration::from_secs(1),
    };
    let http = crate::net::client(&crate::net::Settings::default()).unwrap();
    Graph::new(http, config, clock.clone())
}

/// A store with one comment of a connected account.
async fn store(folder: &std::path::Path, clock: &Clock) -> Store {
    let url = format!("sqlite://{}", folder.join("belino.db").display());
    let store = Store::open(&url, clock.clone()).await.unwrap();
    store.migrate().await.unwrap();
    let now = clock.now();
    let key = NewApiKey {
        workspace: Some("shop".to_owned()),
        name: "test".to_owned(),
        scope: Scope::Admin,
        hash: vec![1; 32],
        prefix: "test".to_owned(),
    };
    store.create_key(key).await.unwrap();
    let workspace = store.workspace("shop").await.unwrap().unwrap();
    let connection = NewConnection {
        id: ConnectionId::at(now),
        workspace,
        login: Login::Facebook,
        instagram_id: "17841400000000001".to_owned(),
        username: None,
        name: None,
        account_type: None,
        app_scoped_id: None,
        page_id: None,
        facebook_user_id: None,
        scopes: Vec::new(),
        key_id: "test".to_owned(),
        token: vec![1],
        expires_at: None,
        user_token: None,
        asked: Vec::new(),
        data_access_expires_at: None,
        renew_at: None,
    };
    store.connect(connection).await.unwrap();
    let append = Append {
        id: DeliveryId::numbered(now),
        received_at: now,
        signed_by: "facebook".into(),
        headers: b"{}".to_vec(),
        body: Bytes::from_static(COMMENT),
    };
    store.append(&[append]).await.unwrap();
    Unpacker::new(store.clone(), Bells::default())
        .step()
        .await
        .unwrap();
    store
}

#[tokio::test]
async fn a_handler_that_breaks_is_a_failed_try_and_at_last_a_parked_event() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::manual(Timestamp::from_seconds(1_795_000_000));
    let (store, graph, memory) = (store(folder.path(), &clock).await, graph(&clock), Memory::new());
    let bells = Bells::default();
    let page = PageRequest {
        after: None,
        limit: 10,
    };
    let mut states = Vec::new();
    for _ in 0..UNKNOWN_TRIES {
        let holder = WorkerId::at(clock.now());
        let lane = store.claim_lane(holder, LEASE).await.unwrap().unwrap();
        let work = store.due_work(lane.account_key, 10).await.unwrap();
        assert_eq!(work.len(), 1);
        let sink = Sink::new(&store, &lane, &memory, &bells);
        let decider = Decider::new(&store, &graph, &sink);
        let broken = async { panic!("a fault of ours") };
        let left = guarded(&decider, work, broken).await.unwrap();
        assert!(left.is_empty(), "nothing is tried a second time in the slice");
        sink.close().await.unwrap();
        let next = store.next_work(lane.account_key).await.unwrap();
        store.release_lane(&lane, Release::Idle(next)).await.unwrap();
        let events = store.events(&EventFilter::default(), page).await.unwrap();
        states.push((events[0].state, events[0].attempts));
        clock.advance(Duration::from_mins(5));
    }
    let waiting = |attempts| (State::Waiting, attempts);
    assert_eq!(states, [waiting(1), waiting(2), waiting(3), (State::Parked, 4)]);
    let event = store
        .events(&EventFilter::default(), page)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(event.reason_code.as_deref(), Some("unknown-error"));
    let attempts = store.attempts(event.id).await.unwrap();
    assert!(
        attempts
            .iter()
            .all(|attempt| attempt.class == "panic" && attempt.call_id.is_none())
    );
    assert!(store.counts_are_true().await.unwrap());
}
