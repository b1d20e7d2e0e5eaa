//! A new encryption key takes over.

use belino::connect::{Keyring, check, rotate_encryption};

use crate::app::TestApp;
use crate::on_both;

on_both!(a_new_key_takes_over_and_the_old_one_may_go);

async fn a_new_key_takes_over_and_the_old_one_may_go(app: TestApp) {
    app.meta.account("bakery").await;
    app.log_in("instagram", &[]).await;
    app.log_in("facebook", &[]).await;
    let store = &app.parts.store;
    let old: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap());
    let new = [7_u8; 32];
    let both = Keyring::new([("new", &new), ("test", &old)]).unwrap();
    let only_new = Keyring::new([("new", &new)]).unwrap();
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
