//! A new encryption key takes over.

use belino::connect::{Connector, Keyring, check, rotate_encryption};
use serde_json::json;

use crate::app::TestApp;
use crate::on_both;

on_both!(
    a_new_key_takes_over_and_the_old_one_may_go,
    an_open_choice_goes_on_under_the_new_key,
);

/// With the new key before the one that sealed until now, and with the new one alone.
fn keyrings() -> [Keyring; 2] {
    let old: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap());
    let new = [7_u8; 32];
    let both = Keyring::new([("new", &new), ("test", &old)]).unwrap();
    [both, Keyring::new([("new", &new)]).unwrap()]
}

async fn a_new_key_takes_over_and_the_old_one_may_go(app: TestApp) {
    app.meta.account("bakery").await;
    app.log_in("instagram", &[]).await;
    app.log_in("facebook", &[]).await;
    let store = &app.parts.store;
    let [both, only_new] = keyrings();
    let blind = rotate_encryption(store, &only_new).await.unwrap();
    assert_eq!(
        (blind.resealed, blind.failed.len()),
        (0, 2),
        "without the old key nothing opens"
    );
    let report = rotate_encryption(store, &both).await.unwrap();
    assert_eq!((report.resealed, report.already, report.failed.len()), (2, 0, 0));
    let again = rotate_encryption(store, &both).await.unwrap();
    assert_eq!((again.resealed, again.already), (0, 2));
    for connection in store.connections(None).await.unwrap() {
        assert_eq!(
            connection.user_token.is_some(),
            connection.user_key_id.as_deref() == Some("new")
        );
        let report = check(store, &app.parts.graph, &only_new, &connection)
            .await
            .unwrap();
        assert!(report.works, "{report:?}");
    }
}

async fn an_open_choice_goes_on_under_the_new_key(app: TestApp) {
    let first = app.meta.account("bakery").await;
    let more = json!({ "username": "cafe", "facebook_user_id": first["facebook_user_id"] });
    app.meta.post("accounts", more).await;
    let offered = app.log_in("facebook", &[]).await;
    let session = offered.body["session"].as_str().unwrap();
    let (parts, [both, only_new]) = (&app.parts, keyrings());
    let report = rotate_encryption(&parts.store, &both).await.unwrap();
    assert_eq!((report.choices, report.failed.len()), (1, 0));
    let again = rotate_encryption(&parts.store, &both).await.unwrap();
    assert_eq!(again.choices, 0);
    let logins = parts.connector.logins().clone();
    let connector = Connector::new(parts.store.clone(), parts.graph.clone(), only_new, logins);
    let page = first["page_id"].as_str().unwrap();
    let chosen = connector.choose(session, None, page).await.unwrap();
    assert_eq!(chosen.account_id, first["id"].as_str().unwrap());
}
