//! Meta's own callbacks: an app removed, a deletion asked for, each told with a signed request.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use url::form_urlencoded;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{FACEBOOK_SECRET, INSTAGRAM_SECRET, Rig, error, hmac_hex, now};

/// An app that answers both callbacks; the sandbox knows their addresses.
async fn app_of(rig: &Rig) -> MockServer {
    let app = MockServer::start().await;
    let deleted = json!({ "url": "http://127.0.0.1/deletion?id=a1", "confirmation_code": "a1" });
    for (at, answer) in [
        ("/deauthorize", ResponseTemplate::new(200)),
        ("/deletion", ResponseTemplate::new(200).set_body_json(deleted)),
    ] {
        let mock = Mock::given(method("POST")).and(path(at)).respond_with(answer);
        mock.mount(&app).await;
    }
    let addresses = json!({
        "deauthorize_url": format!("{}/deauthorize", app.uri()),
        "data_deletion_url": format!("{}/deletion", app.uri()),
    });
    rig.make("apps", addresses).await;
    app
}

/// The payload of the last request, whose signature is checked without the sandbox.
async fn payload(app: &MockServer, secret: &str) -> Value {
    let last = app.received_requests().await.unwrap().pop().unwrap();
    assert_eq!(last.headers["content-type"], "application/x-www-form-urlencoded");
    let fields: Vec<(String, String)> = form_urlencoded::parse(&last.body).into_owned().collect();
    let [(name, signed)] = fields.as_slice() else {
        panic!("one field, not {fields:?}")
    };
    assert_eq!(name, "signed_request");
    let (signature, payload) = signed.split_once('.').unwrap();
    let mac = URL_SAFE_NO_PAD.decode(signature).unwrap();
    assert_eq!(hex::encode(mac), hmac_hex(secret, payload.as_bytes()));
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn who_removes_the_app_ends_their_tokens_and_the_app_is_told() {
    let rig = Rig::start().await;
    let app = app_of(&rig).await;
    let account = rig.make("accounts", json!({ "username": "bakery" })).await;
    let told = rig
        .make(
            "deauthorize",
            json!({ "account": "bakery", "login": "instagram" }),
        )
        .await;
    assert_eq!(
        (&told["status"], &told["user_id"]),
        (&json!(200), &account["app_scoped_id"])
    );
    assert_eq!(
        payload(&app, INSTAGRAM_SECRET).await,
        json!({
            "algorithm": "HMAC-SHA256", "issued_at": now().seconds(), "user_id": account["app_scoped_id"],
        })
    );
    let token = |kind: &str| account["tokens"]["facebook"][kind]["access_token"].clone();
    let instagram = &account["tokens"]["instagram"]["access_token"];
    assert_eq!(
        error(&rig.instagram(instagram, "me").await.body),
        (Some(190), Some(458))
    );
    assert_eq!(
        rig.facebook(&token("page"), "me").await.status,
        200,
        "the other login's app"
    );

    rig.make(
        "deauthorize",
        json!({ "facebook_user": account["facebook_user_id"] }),
    )
    .await;
    let said = payload(&app, FACEBOOK_SECRET).await;
    assert_eq!(said["user_id"], account["facebook_user_id"]);
    for dead in [token("user"), token("page")] {
        assert_eq!(
            error(&rig.facebook(&dead, "me").await.body),
            (Some(190), Some(458))
        );
    }
    let seen = rig.make("accounts/bakery", json!({})).await;
    assert_eq!(seen["subscribed"], json!([]));
}

#[tokio::test]
async fn a_deletion_tells_what_the_app_answered() {
    let rig = Rig::start().await;
    let app = app_of(&rig).await;
    let account = rig.make("accounts", json!({ "username": "bakery" })).await;
    let asked = json!({ "account": "bakery", "login": "facebook" });
    let told = rig.make("data-deletion", asked).await;
    assert_eq!(
        (&told["url"], &told["confirmation_code"], &told["status"]),
        (
            &json!("http://127.0.0.1/deletion?id=a1"),
            &json!("a1"),
            &json!(200)
        )
    );
    assert_eq!(
        payload(&app, FACEBOOK_SECRET).await["user_id"],
        account["facebook_user_id"]
    );
    let user = &account["tokens"]["facebook"]["user"]["access_token"];
    assert_eq!(
        error(&rig.facebook(user, "me").await.body),
        (Some(190), Some(458))
    );
}

#[tokio::test]
async fn the_id_may_be_a_number_or_the_accounts_own_and_the_secret_a_wrong_one() {
    let rig = Rig::start().await;
    let app = app_of(&rig).await;
    let account = rig.make("accounts", json!({ "username": "bakery" })).await;
    let manners = json!({ "signed_user_id": "number", "signed_instagram_id": "account" });
    rig.make("settings", json!({ "oauth": manners })).await;
    let asked = json!({ "account": "bakery", "login": "instagram", "secret": "of somebody else" });
    rig.make("deauthorize", asked).await;
    let said = payload(&app, "of somebody else").await;
    assert_eq!(said["user_id"].to_string(), account["id"].as_str().unwrap());
}

#[tokio::test]
async fn without_an_address_or_an_answer_the_tokens_die_all_the_same() {
    let rig = Rig::start().await;
    let account = rig.make("accounts", json!({ "username": "bakery" })).await;
    let asked = json!({ "account": "bakery", "login": "instagram" });
    let told = rig.make("deauthorize", asked.clone()).await;
    assert_eq!(
        (&told["callback_url"], &told["status"]),
        (&Value::Null, &Value::Null)
    );
    let instagram = &account["tokens"]["instagram"]["access_token"];
    assert_eq!(
        error(&rig.instagram(instagram, "me").await.body),
        (Some(190), Some(458))
    );
    rig.make(
        "apps",
        json!({ "login": "instagram", "data_deletion_url": "http://127.0.0.1:9/" }),
    )
    .await;
    let told = rig.make("data-deletion", asked).await;
    assert!(
        told["error"].is_string() && told["confirmation_code"].is_null(),
        "{told}"
    );
    assert_eq!(
        rig.post("/sandbox/deauthorize", json!({ "account": "bakery" }))
            .await
            .status,
        400
    );
}
