//! Codes and tokens: traded once, made longer while they live, dead when they are.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    FACEBOOK_EXCHANGE, FACEBOOK_SECRET, INSTAGRAM_EXCHANGE, INSTAGRAM_SECRET, REDIRECT, Rig, error,
};

const DAY: Duration = Duration::from_hours(24);

async fn rig() -> (Rig, Value) {
    let rig = Rig::start().await;
    let account = rig.make("accounts", json!({ "username": "bakery" })).await;
    (rig, account)
}

#[tokio::test]
async fn a_code_of_instagrams_is_good_once() {
    let (rig, account) = rig().await;
    let code = rig.instagram_code(&[]).await;
    let first = rig.exchange_on_instagram(&code).await;
    assert_eq!(first.status, 200);
    assert_eq!(
        first.body["user_id"].to_string(),
        account["app_scoped_id"].as_str().unwrap(),
        "a number"
    );
    let again = rig.exchange_on_instagram(&code).await;
    assert_eq!(again.status, 400);
    assert_eq!(
        again.body,
        json!({ "error_type": "OAuthException", "code": 400, "error_message": "code unknown or used before" })
    );
}

#[tokio::test]
async fn a_code_of_instagrams_lives_for_an_hour() {
    let (rig, _) = rig().await;
    let [living, dead] = [rig.instagram_code(&[]).await, rig.instagram_code(&[]).await];
    rig.clock.advance(Duration::from_mins(59));
    assert_eq!(rig.exchange_on_instagram(&living).await.status, 200);
    rig.clock.advance(Duration::from_mins(1));
    let refused = rig.exchange_on_instagram(&dead).await;
    assert_eq!(
        refused.body["error_message"],
        "This authorization code has expired"
    );
}

#[tokio::test]
async fn instagrams_answer_comes_in_each_known_shape() {
    let (rig, account) = rig().await;
    rig.make(
        "settings",
        json!({ "oauth": {
            "instagram_code_answer": "wrapped", "instagram_permissions": "text", "instagram_user_id": "text",
        } }),
    )
    .await;
    let code = rig.instagram_code(&[]).await;
    let answer = rig.exchange_on_instagram(&code).await.body;
    let inner = &answer["data"][0];
    assert_eq!(inner["user_id"], account["app_scoped_id"]);
    assert_eq!(
        inner["permissions"],
        "instagram_business_basic,instagram_business_manage_comments"
    );
    assert_eq!(rig.instagram(&inner["access_token"], "me").await.status, 200);
}

#[tokio::test]
async fn instagram_exchanges_for_the_right_app_secret_address_and_method_only() {
    let (rig, _) = rig().await;
    let code = rig.instagram_code(&[]).await;
    let right = [
        ("client_id", "900200"),
        ("client_secret", INSTAGRAM_SECRET),
        ("grant_type", "authorization_code"),
        ("redirect_uri", REDIRECT),
        ("code", code.as_str()),
    ];
    for (name, wrong) in [
        ("client_id", "900100"),
        ("client_secret", FACEBOOK_SECRET),
        ("grant_type", "password"),
        ("redirect_uri", "http://127.0.0.1:9/callback/"),
        ("code", "AQinvented"),
        ("code", ""),
    ] {
        let others = right.iter().copied().filter(|(key, _)| *key != name);
        let fields: Vec<(&str, &str)> = others.chain([(name, wrong)]).collect();
        let refused = rig.form(INSTAGRAM_EXCHANGE, &fields).await;
        assert_eq!(refused.status, 400, "{name}");
        assert_eq!(
            refused.body["error_type"], "OAuthException",
            "{name}: {}",
            refused.body
        );
    }
    assert_eq!(
        rig.query(INSTAGRAM_EXCHANGE, &right).await.status,
        400,
        "only by POST"
    );
    assert_eq!(rig.form(INSTAGRAM_EXCHANGE, &right).await.status, 200);
}

#[tokio::test]
async fn a_code_of_facebooks_is_good_once_by_get_or_post() {
    let (rig, _) = rig().await;
    let code = rig.facebook_code(&[]).await;
    let right = [
        ("client_id", "900100"),
        ("client_secret", FACEBOOK_SECRET),
        ("redirect_uri", REDIRECT),
        ("code", code.as_str()),
    ];
    for (name, wrong, expected) in [
        ("client_id", "900200", (Some(101), None)),
        ("client_secret", INSTAGRAM_SECRET, (Some(1), None)),
        (
            "redirect_uri",
            "http://localhost:9/callback",
            (Some(100), Some(36_008)),
        ),
        ("code", "AQinvented", (Some(100), None)),
    ] {
        let others = right.iter().copied().filter(|(key, _)| *key != name);
        let fields: Vec<(&str, &str)> = others.chain([(name, wrong)]).collect();
        let refused = rig.form(FACEBOOK_EXCHANGE, &fields).await;
        assert_eq!((refused.status, error(&refused.body)), (400, expected), "{name}");
    }
    let answer = rig.query(FACEBOOK_EXCHANGE, &right).await.body;
    assert_eq!(
        (&answer["token_type"], &answer["expires_in"]),
        (&json!("bearer"), &json!(5_100))
    );
    let again = rig.exchange_on_facebook(&code).await;
    assert_eq!(error(&again.body), (Some(100), Some(36_009)));

    let late = rig.facebook_code(&[]).await;
    rig.clock.advance(Duration::from_mins(10));
    assert_eq!(
        error(&rig.exchange_on_facebook(&late).await.body),
        (Some(100), Some(36_007))
    );
}

#[tokio::test]
async fn page_tokens_die_with_a_short_lived_token_and_have_no_date_beside_a_long_lived_one() {
    let (rig, account) = rig().await;
    let short = rig.log_in_on_facebook(&[]).await;
    let lengthened = rig.lengthen(&short).await.body;
    assert_eq!(lengthened["expires_in"], 5_184_000);
    let long = lengthened["access_token"].clone();
    let page = async |user: &Value| {
        let pages = rig.facebook(user, "me/accounts?fields=id,access_token").await;
        assert_eq!(pages.body["data"][0]["id"], account["page_id"], "{}", pages.body);
        pages.body["data"][0]["access_token"].clone()
    };
    let (beside_short, beside_long) = (page(&short).await, page(&long).await);
    assert_ne!(rig.debug(&beside_short).await["expires_at"], 0);
    assert_eq!(rig.debug(&beside_long).await["expires_at"], 0);
    rig.clock.advance(Duration::from_hours(2));
    for dead in [&short, &beside_short] {
        assert_eq!(
            error(&rig.facebook(dead, "me").await.body),
            (Some(190), Some(463))
        );
    }
    assert_eq!(error(&rig.lengthen(&short).await.body), (Some(190), Some(463)));
    assert_eq!(rig.facebook(&long, "me").await.status, 200);
    rig.clock.advance(60 * DAY);
    assert_eq!(
        error(&rig.facebook(&long, "me").await.body),
        (Some(190), Some(463))
    );
    assert_eq!(error(&rig.lengthen(&long).await.body), (Some(190), Some(463)));
    assert_eq!(rig.facebook(&beside_long, "me").await.status, 200);
}

#[tokio::test]
async fn a_long_lived_token_is_given_anew_with_the_old_date_unless_the_settings_say_otherwise() {
    let (rig, _) = rig().await;
    let short = rig.log_in_on_facebook(&[]).await;
    let long = rig.lengthen(&short).await.body["access_token"].clone();
    rig.clock.advance(50 * DAY);
    let again = rig.lengthen(&long).await.body;
    assert_eq!(again["expires_in"], 10 * 86_400);
    assert_ne!(again["access_token"], long);
    rig.make(
        "settings",
        json!({ "oauth": { "facebook_long_again": "later_date" } }),
    )
    .await;
    let later = rig.lengthen(&again["access_token"]).await.body;
    assert_eq!(later["expires_in"], 5_184_000);
}

#[tokio::test]
async fn only_a_user_token_of_facebooks_and_the_right_secret_make_a_long_lived_one() {
    let (rig, account) = rig().await;
    let page = &account["tokens"]["facebook"]["page"]["access_token"];
    assert_eq!(error(&rig.lengthen(page).await.body), (Some(100), None));
    let instagram = &account["tokens"]["instagram"]["access_token"];
    assert_eq!(error(&rig.lengthen(instagram).await.body), (Some(190), None));
    let form = [
        ("grant_type", "fb_exchange_token"),
        ("client_id", "900100"),
        ("client_secret", "wrong"),
        ("fb_exchange_token", "any"),
    ];
    let refused = rig.form(FACEBOOK_EXCHANGE, &form).await;
    assert_eq!((refused.status, error(&refused.body)), (400, (Some(1), None)));
}

#[tokio::test]
async fn expires_in_may_be_missing() {
    let (rig, _) = rig().await;
    rig.make("settings", json!({ "oauth": { "facebook_expires_in": "never" } }))
        .await;
    let code = rig.facebook_code(&[]).await;
    let short = rig.exchange_on_facebook(&code).await.body;
    let long = rig.lengthen(&short["access_token"]).await.body;
    for answer in [short, long] {
        assert!(
            answer["access_token"].is_string() && answer.get("expires_in").is_none(),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn an_instagram_token_goes_from_short_to_long_and_on_until_it_was_left_alone_for_sixty_days() {
    let (rig, _) = rig().await;
    let code = rig.instagram_code(&[]).await;
    let short = rig.exchange_on_instagram(&code).await.body["access_token"].clone();
    let exchange = format!("access_token?grant_type=ig_exchange_token&client_secret={INSTAGRAM_SECRET}");
    let refresh = "refresh_access_token?grant_type=ig_refresh_token";
    let host = "graph.instagram.com";
    let wrong = rig
        .graph(
            host,
            &short,
            "access_token?grant_type=ig_exchange_token&client_secret=no",
        )
        .await;
    assert_eq!(wrong.status, 400);
    let long = rig.graph(host, &short, &exchange).await.body["access_token"].clone();
    rig.clock.advance(Duration::from_hours(1));
    let dead = rig.graph(host, &short, &exchange).await;
    assert_eq!(error(&dead.body), (Some(190), Some(463)));
    rig.clock.advance(59 * DAY);
    let renewed = rig.graph(host, &long, refresh).await.body["access_token"].clone();
    rig.clock.advance(60 * DAY);
    let dead = rig.graph(host, &renewed, refresh).await;
    assert_eq!(error(&dead.body), (Some(190), Some(463)));
}
