//! Accounts and the ids they go by.

use belino::domain::AccountKey;

use crate::database::TestDb;
use crate::payloads::comment;

crate::on_both![
    an_account_is_found_by_its_key_and_by_every_id,
    a_workspace_has_its_accounts_and_nobody_elses,
];

async fn an_account_is_found_by_its_key_and_by_every_id(db: TestDb) {
    let mut new = db.connection("1784").await;
    new.page_id = Some("77".to_owned());
    db.store.connect(new.clone()).await.unwrap();
    let account = db.store.account_by_id("1784").await.unwrap().unwrap();
    assert_eq!(account.instagram_id, "1784");
    assert_eq!(account.username, new.username);
    assert_eq!(db.store.account_by_id("77").await.unwrap(), Some(account.clone()));
    assert_eq!(db.store.account(account.key).await.unwrap(), Some(account));
    assert_eq!(db.store.account_by_id("78").await.unwrap(), None);
    assert_eq!(db.store.account(AccountKey::NOBODY).await.unwrap(), None);
}

async fn a_workspace_has_its_accounts_and_nobody_elses(db: TestDb) {
    db.deliver(&comment("999", "c1", "hi")).await;
    let one = db.connect("1").await.account_key;
    let mut new = db.connection("2").await;
    new.workspace = db.workspace("two").await;
    let two = new.workspace;
    db.store.connect(new).await.unwrap();
    let keys = async |workspace| -> Vec<AccountKey> {
        let accounts = db.store.accounts(workspace).await.unwrap();
        accounts.iter().map(|account| account.key).collect()
    };
    let other = db.account("2").await;
    assert_eq!(keys(None).await, [one, other]);
    assert_eq!(keys(Some(two)).await, [other]);
    assert_eq!(db.store.account_ids(one).await.unwrap(), ["1"]);
}
