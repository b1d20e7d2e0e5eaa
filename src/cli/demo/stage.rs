//! What stands when the curtain rises: an account with posts, connected to a workspace; and two that a person may connect.

use serde_json::{Value, json};

use crate::app::App;
use crate::cli::Failure;
use crate::cli::meta::{Meta, text};
use crate::connect::{self, ConnectRequest};
use crate::domain::{AccessToken, ApiKeyText, Login};
use crate::store::{NewApiKey, Scope};

/// The demo's tenant.
const WORKSPACE: &str = "demo";
/// The account that is connected from the start.
const USERNAME: &str = "harbourbakery";

/// The account, its posts, and a key to look at them.
pub(super) struct Stage {
    pub(super) account: String,
    pub(super) username: String,
    pub(super) hot: String,
    pub(super) posts: Vec<String>,
    pub(super) key: String,
}

/// Sets the stage, or finds it as it was left.
pub(super) async fn set(meta: &Meta, app: &App) -> Result<Stage, Failure> {
    let mut accounts = meta.accounts().await?.into_iter();
    let account = match accounts.find(|account| text(account, "/username").as_deref() == Some(USERNAME)) {
        Some(account) => account,
        None => seed(meta).await?,
    };
    let missing = || Failure::Unsuccessful("the sandbox's account has no id".to_owned());
    let id = text(&account, "/id").ok_or_else(missing)?;
    let posts = meta.posts(&id).await?;
    let key = key(app).await?;
    connect(app, &account, &id).await?;
    Ok(Stage {
        hot: posts.first().cloned().unwrap_or_default(),
        username: text(&account, "/username").unwrap_or_default(),
        account: id,
        posts,
        key,
    })
}

async fn seed(meta: &Meta) -> Result<Value, Failure> {
    let account = json!({
        "username": USERNAME, "name": "Harbour Bakery", "biography": "Bread at six, every day.",
        "logins": ["facebook", "instagram"], "subscribe": ["facebook"], "followers_count": 4812,
    });
    let account = meta.make("accounts", account).await?;
    let id = text(&account, "/id");
    for (product, caption) in [
        ("REELS", "How the rye gets its crust"),
        ("FEED", "New: cardamom knots, from Saturday \u{1f968}"),
        ("FEED", "We are hiring: a baker who likes mornings"),
        ("FEED", "The new loaf is here. Who wants the first one?"),
    ] {
        let post =
            json!({ "account": id, "media_product_type": product, "caption": caption, "like_count": 120 });
        meta.make("media", post).await?;
    }
    // One person manages both of these, so that there is something to choose.
    let cafe = json!({ "username": "harbourcafe", "name": "Harbour Café" });
    let cafe = meta.make("accounts", cafe).await?;
    let school = json!({
        "username": "harbourschool", "name": "Harbour Baking School", "facebook_user_id": text(&cafe, "/facebook_user_id"),
    });
    meta.make("accounts", school).await?;
    Ok(account)
}

/// A fresh key at each start: only its hash is stored.
async fn key(app: &App) -> Result<String, Failure> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random).expect("the system gives random bytes");
    let key = ApiKeyText::generate(&random);
    for old in app.store.keys().await? {
        if old.workspace.as_deref() == Some(WORKSPACE) && old.revoked_at.is_none() {
            app.store.revoke_key(old.id).await?;
        }
    }
    let new = NewApiKey {
        workspace: Some(WORKSPACE.to_owned()),
        name: "demo".to_owned(),
        scope: Scope::Admin,
        prefix: key.prefix().to_owned(),
        hash: key.hash().to_vec(),
    };
    app.store.create_key(new).await?;
    Ok(key.expose().to_owned())
}

async fn connect(app: &App, account: &Value, id: &str) -> Result<(), Failure> {
    let workspace = app
        .store
        .workspace(WORKSPACE)
        .await?
        .expect("its key was just made");
    if !app.store.connections(Some(workspace)).await?.is_empty() {
        return Ok(());
    }
    let token = text(account, "/tokens/facebook/user/access_token").unwrap_or_default();
    let request = ConnectRequest {
        workspace,
        login: Login::Facebook,
        instagram_id: Some(id.to_owned()),
        token: AccessToken::new(token),
        page_id: text(account, "/page_id"),
    };
    connect::connect(&app.store, &app.graph, &app.keyring, request).await?;
    Ok(())
}
