//! Workspaces and API keys.

use belino::domain::ApiKeyId;
use belino::store::{NewApiKey, Scope, StoreError};

use crate::database::TestDb;

crate::on_both![
    a_key_is_found_by_its_visible_part,
    a_workspace_is_made_with_its_first_key,
    an_operators_key_has_no_workspace,
    a_revoked_key_is_found_no_more,
    two_keys_never_share_their_visible_part,
    a_workspace_key_without_workspace_is_refused,
];

fn new(workspace: Option<&str>, scope: Scope, prefix: &str) -> NewApiKey {
    NewApiKey {
        workspace: workspace.map(str::to_owned),
        name: "ci".to_owned(),
        scope,
        prefix: prefix.to_owned(),
        hash: vec![9; 32],
    }
}

async fn a_key_is_found_by_its_visible_part(db: TestDb) {
    for (scope, prefix) in [(Scope::Read, "r"), (Scope::Write, "w"), (Scope::Admin, "a")] {
        let id = db
            .store
            .create_key(new(Some("shop"), scope, prefix))
            .await
            .unwrap();
        let key = db.store.key(prefix).await.unwrap().unwrap();
        assert_eq!((key.id, key.scope, key.prefix.as_str()), (id, scope, prefix));
        assert_eq!(
            (key.name.as_str(), key.workspace.as_deref()),
            ("ci", Some("shop"))
        );
        assert_eq!(
            (key.hash, key.created_at, key.revoked_at),
            (vec![9; 32], db.now(), None)
        );
    }
    assert!(db.store.key("unknown").await.unwrap().is_none());
}

async fn a_workspace_is_made_with_its_first_key(db: TestDb) {
    assert_eq!(db.store.workspace("shop").await.unwrap(), None);
    db.store
        .create_key(new(Some("shop"), Scope::Read, "r"))
        .await
        .unwrap();
    let workspace = db.store.workspace("shop").await.unwrap();
    assert!(workspace.is_some());
    db.store
        .create_key(new(Some("shop"), Scope::Read, "s"))
        .await
        .unwrap();
    let keys = db.store.keys().await.unwrap();
    assert_eq!(keys.len(), 2);
    assert!(keys.iter().all(|key| key.workspace_id == workspace));
}

async fn an_operators_key_has_no_workspace(db: TestDb) {
    db.store
        .create_key(new(None, Scope::Operator, "o"))
        .await
        .unwrap();
    let key = db.store.key("o").await.unwrap().unwrap();
    assert_eq!(
        (key.scope, key.workspace_id, key.workspace),
        (Scope::Operator, None, None)
    );
}

async fn a_revoked_key_is_found_no_more(db: TestDb) {
    let id = db
        .store
        .create_key(new(Some("shop"), Scope::Read, "r"))
        .await
        .unwrap();
    db.store.revoke_key(id).await.unwrap();
    let revoked = db.now();
    db.clock.advance(crate::database::LEASE);
    db.store.revoke_key(id).await.unwrap();
    assert!(db.store.key("r").await.unwrap().is_none());
    assert_eq!(db.store.keys().await.unwrap()[0].revoked_at, Some(revoked));
    let unknown = db.store.revoke_key(ApiKeyId::at(db.now())).await.unwrap_err();
    assert!(matches!(unknown, StoreError::NotFound("key")), "{unknown:?}");
}

async fn two_keys_never_share_their_visible_part(db: TestDb) {
    db.store
        .create_key(new(Some("shop"), Scope::Read, "r"))
        .await
        .unwrap();
    let error = db
        .store
        .create_key(new(Some("other"), Scope::Read, "r"))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Data(_)), "{error:?}");
    assert_eq!(
        db.store.workspace("other").await.unwrap(),
        None,
        "nothing of it was kept"
    );
}

async fn a_workspace_key_without_workspace_is_refused(db: TestDb) {
    for (workspace, scope) in [(None, Scope::Read), (Some("shop"), Scope::Operator)] {
        let error = db.store.create_key(new(workspace, scope, "x")).await.unwrap_err();
        assert!(matches!(error, StoreError::Data(_)), "{error:?}");
    }
}
