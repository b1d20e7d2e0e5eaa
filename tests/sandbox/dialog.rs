//! The dialogs' pages: walked as a browser walks them, and what keeps them from being shown.

use serde_json::{Value, json};

use crate::support::{
    FACEBOOK_DIALOG, FACEBOOK_SCOPE, Form, INSTAGRAM_DIALOG, INSTAGRAM_SCOPE, REDIRECT, Reply, Rig, location,
    param,
};

const FACEBOOK: [(&str, &str); 5] = [
    ("client_id", "900100"),
    ("redirect_uri", REDIRECT),
    ("response_type", "code"),
    ("scope", FACEBOOK_SCOPE),
    ("state", "a&b=<c>"),
];

const INSTAGRAM: [(&str, &str); 5] = [
    ("client_id", "900200"),
    ("redirect_uri", REDIRECT),
    ("response_type", "code"),
    ("scope", INSTAGRAM_SCOPE),
    ("state", "s"),
];

/// The page of a reply.
fn page(reply: &Reply) -> &str {
    assert_eq!(
        (reply.status, reply.headers["content-type"].to_str().unwrap()),
        (200, "text/html; charset=utf-8"),
        "{}",
        reply.body
    );
    reply.body.as_str().unwrap()
}

/// Sends a form as its method says.
async fn send(rig: &Rig, form: &Form, button: &[(&str, &str)]) -> Reply {
    let sent = form.sent(button);
    let fields: Vec<(&str, &str)> = sent
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    match form.method.as_str() {
        "get" => rig.query(&form.action, &fields).await,
        "post" => rig.form(&form.action, &fields).await,
        other => panic!("a form is sent by get or post, not {other}"),
    }
}

#[tokio::test]
async fn a_person_walks_through_facebooks_dialog_and_comes_back_with_a_code() {
    let rig = Rig::start().await;
    rig.make("users", json!({ "name": "Nobody's <owner>" })).await;
    let account = rig.make("accounts", json!({ "username": "bakery" })).await;
    let owner = account["facebook_user_id"].as_str().unwrap();
    let (first, second) = (
        account["page_id"].as_str().unwrap(),
        rig.make("pages", json!({ "name": "Second", "facebook_user_id": owner }))
            .await,
    );
    let second = second["id"].as_str().unwrap();

    let who = rig.query(FACEBOOK_DIALOG, &FACEBOOK).await;
    assert!(page(&who).contains("Nobody&#39;s &lt;owner&gt;"), "{}", who.body);
    let mut form = Form::of(page(&who));
    assert_eq!((form.method.as_str(), form.values("as").len()), ("get", 2));
    form.tick("as", owner, true);

    let grant = send(&rig, &form, &[]).await;
    let mut form = Form::of(page(&grant));
    assert_eq!(form.method, "post");
    let asked: Vec<&str> = FACEBOOK_SCOPE.split(',').collect();
    assert_eq!(form.values("permission"), asked);
    assert_eq!(form.values("page").len(), 2);
    form.tick("permission", "instagram_manage_comments", false);
    form.tick("page", second, false);

    let back = location(&send(&rig, &form, &[("action", "continue")]).await);
    assert!(back.as_str().starts_with(REDIRECT));
    assert_eq!(param(&back, "state").as_deref(), Some("a&b=<c>"));
    assert_eq!(back.fragment(), Some("_=_"));
    let code = param(&back, "code").unwrap();
    let token = rig.exchange_on_facebook(&code).await.body["access_token"].clone();
    let pages = rig.facebook(&token, "me/accounts?fields=id").await;
    assert_eq!(pages.body["data"], json!([{ "id": first }]));
    let permissions = rig.facebook(&token, "me/permissions").await.body["data"].clone();
    assert_eq!(
        permissions.as_array().unwrap().last(),
        Some(&json!({ "permission": "instagram_manage_comments", "status": "declined" }))
    );
}

#[tokio::test]
async fn a_person_walks_through_instagrams_dialog_whose_first_permission_cannot_be_declined() {
    let rig = Rig::start().await;
    let account = rig
        .make(
            "accounts",
            json!({ "username": "bakery", "logins": ["instagram"] }),
        )
        .await;
    let shown = rig.query(INSTAGRAM_DIALOG, &INSTAGRAM).await;
    let mut form = Form::of(page(&shown));
    form.tick("permission", "instagram_business_manage_comments", false);
    let back = location(&send(&rig, &form, &[("action", "continue")]).await);
    assert_eq!(back.fragment(), Some("_"));
    let code = param(&back, "code").unwrap();
    let answer = rig.exchange_on_instagram(&code).await.body;
    assert_eq!(answer["permissions"], json!(["instagram_business_basic"]));
    let me = rig.instagram(&answer["access_token"], "me?fields=user_id").await;
    assert_eq!(me.body["user_id"], account["id"]);
}

#[tokio::test]
async fn who_cancels_comes_back_without_a_code() {
    let rig = Rig::start().await;
    for (path, said) in [(FACEBOOK_DIALOG, FACEBOOK), (INSTAGRAM_DIALOG, INSTAGRAM)] {
        // Nobody is there yet: cancelling is all that can be done.
        let form = Form::of(page(&rig.query(path, &said).await));
        let sent = form.sent(&[("action", "cancel")]);
        let fields: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (&**name, &**value)).collect();
        let back = location(&rig.form(&form.action, &fields).await);
        assert_eq!(param(&back, "error").as_deref(), Some("access_denied"));
        assert_eq!(param(&back, "error_reason").as_deref(), Some("user_denied"));
        assert!(param(&back, "error_description").is_some());
        assert_eq!(param(&back, "state").as_deref(), Some(said[4].1));
        assert_eq!(param(&back, "code"), None);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_shown_and_leads_nowhere() {
    let rig = Rig::start().await;
    rig.make("accounts", json!({})).await;
    for (path, field, value, title) in [
        (FACEBOOK_DIALOG, "client_id", "900200", "Invalid App ID"),
        (INSTAGRAM_DIALOG, "client_id", "900100", "Invalid App ID"),
        (
            FACEBOOK_DIALOG,
            "redirect_uri",
            "https://evil.example/",
            "URL blocked",
        ),
        (
            FACEBOOK_DIALOG,
            "redirect_uri",
            "javascript:alert(1)",
            "URL blocked",
        ),
        (FACEBOOK_DIALOG, "redirect_uri", "", "URL blocked"),
        (FACEBOOK_DIALOG, "response_type", "token", "Invalid parameter"),
        (
            FACEBOOK_DIALOG,
            "scope",
            "instagram_business_basic",
            "Invalid scope",
        ),
        (INSTAGRAM_DIALOG, "scope", "business_basic", "Invalid scope"),
        (
            INSTAGRAM_DIALOG,
            "scope",
            "instagram_business_manage_comments",
            "Invalid scope",
        ),
        (FACEBOOK_DIALOG, "config_id", "12", "Invalid parameter"),
        (FACEBOOK_DIALOG, "as", "12", "Nobody"),
        (
            "/www.facebook.com/v21.0/dialog/oauth",
            "state",
            "s",
            "Unknown version",
        ),
    ] {
        let said = if path == INSTAGRAM_DIALOG {
            INSTAGRAM
        } else {
            FACEBOOK
        };
        let others = said.iter().copied().filter(|(name, _)| *name != field);
        let mut fields: Vec<(&str, &str)> = others.chain([(field, value)]).collect();
        let shown = rig.query(path, &fields).await;
        fields.push(("action", "continue"));
        for reply in [shown, rig.form(path, &fields).await] {
            assert_eq!(reply.status, 400, "{field}={value}");
            assert!(!reply.headers.contains_key("location"));
            let text = reply.body.as_str().unwrap();
            assert!(
                text.contains(&format!("<h1>{title}</h1>")),
                "{field}={value}: {text}"
            );
        }
    }
}

#[tokio::test]
async fn nothing_that_anybody_wrote_becomes_markup() {
    let rig = Rig::start().await;
    let evil = "\"><script>alert(1)</script>";
    rig.make("pages", json!({ "name": evil })).await;
    let fields: Vec<(&str, &str)> = FACEBOOK[..4]
        .iter()
        .copied()
        .chain([("state", evil), (evil, evil)])
        .collect();
    let shown = rig.query(FACEBOOK_DIALOG, &fields).await;
    assert!(!page(&shown).contains("<script"), "{}", shown.body);
    assert_eq!(Form::of(page(&shown)).values("state"), [evil]);
    let policy = shown.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let fields: Vec<(&str, &str)> = FACEBOOK.iter().copied().chain([("as", evil)]).collect();
    let refused = rig.query(FACEBOOK_DIALOG, &fields).await;
    assert!(!refused.body.as_str().unwrap().contains("<script"));
}

#[tokio::test]
async fn once_an_app_registered_an_address_only_that_very_one_is_answered() {
    let rig = Rig::start().await;
    rig.make("accounts", json!({})).await;
    let own = "https://shop.example/callback";
    rig.make("apps", json!({ "login": "facebook", "redirect_uris": [own] }))
        .await;
    let back = rig.agree_on_facebook(&[("redirect_uri", own)]).await;
    assert!(location(&back).as_str().starts_with(own));
    for other in [
        REDIRECT,
        "https://shop.example/callback/",
        "https://shop.example/callback?a=b",
    ] {
        assert_eq!(
            rig.agree_on_facebook(&[("redirect_uri", other)]).await.status,
            400
        );
    }
    assert_eq!(
        rig.agree_on_instagram(&[]).await.status,
        302,
        "the other login's app"
    );
}

#[tokio::test]
async fn a_permission_that_was_declined_is_asked_for_again_only_by_a_rerequest() {
    let rig = Rig::start().await;
    let account = rig.make("accounts", json!({})).await;
    let declining = [("permission", "pages_show_list")];
    rig.clock.advance(std::time::Duration::from_secs(1));
    rig.log_in_on_facebook(&declining).await;
    let user = account["facebook_user_id"].as_str().unwrap();
    let shown = async |extra: &[(&str, &str)]| -> Vec<String> {
        let fields: Vec<(&str, &str)> = FACEBOOK
            .iter()
            .chain(extra)
            .copied()
            .chain([("as", user)])
            .collect();
        let reply = rig.query(FACEBOOK_DIALOG, &fields).await;
        let form = Form::of(page(&reply));
        form.values("permission").into_iter().map(str::to_owned).collect()
    };
    assert_eq!(shown(&[]).await, ["pages_show_list"]);
    assert_eq!(shown(&[("auth_type", "rerequest")]).await.len(), 5);
    let stubborn = rig.log_in_on_facebook(&[]).await;
    assert!(is_declined(
        &rig.facebook(&stubborn, "me/permissions").await.body,
        "instagram_basic"
    ));
    let again = rig.log_in_on_facebook(&[("auth_type", "rerequest")]).await;
    assert!(!is_declined(
        &rig.facebook(&again, "me/permissions").await.body,
        "instagram_basic"
    ));
}

fn is_declined(body: &Value, name: &str) -> bool {
    let all = body["data"].as_array().unwrap();
    all.contains(&json!({ "permission": name, "status": "declined" }))
}

#[tokio::test]
async fn login_for_business_grants_all_or_nothing_where_the_settings_say_so() {
    let rig = Rig::start().await;
    rig.make("accounts", json!({})).await;
    rig.make("settings", json!({ "oauth": { "facebook_partial": "nothing" } }))
        .await;
    let token = rig.log_in_on_facebook(&[("permission", "pages_show_list")]).await;
    assert_eq!(rig.debug(&token).await["scopes"], json!([]));
    let token = rig.log_in_on_facebook(&[("auth_type", "rerequest")]).await;
    assert_eq!(rig.debug(&token).await["scopes"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn a_saved_configuration_stands_in_the_place_of_a_scope() {
    let rig = Rig::start().await;
    rig.make("accounts", json!({})).await;
    let saved = json!({ "7": { "permissions": ["pages_show_list"], "system_user": true } });
    rig.make("settings", json!({ "oauth": { "configurations": saved } }))
        .await;
    let code = rig.facebook_code(&[("scope", ""), ("config_id", "7")]).await;
    let answer = rig.exchange_on_facebook(&code).await.body;
    assert!(answer.get("expires_in").is_none(), "{answer}");
    let said = rig.debug(&answer["access_token"]).await;
    assert_eq!(
        (&said["expires_at"], &said["scopes"]),
        (&json!(0), &json!(["pages_show_list"]))
    );
    assert_eq!(
        rig.agree_on_facebook(&[("scope", ""), ("config_id", "8")])
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn instagram_login_refuses_a_personal_account() {
    let rig = Rig::start().await;
    rig.make(
        "accounts",
        json!({ "username": "me", "account_type": "Personal" }),
    )
    .await;
    let refused = rig.agree_on_instagram(&[("as", "me")]).await;
    assert_eq!(refused.status, 400);
    assert!(
        refused
            .body
            .as_str()
            .unwrap()
            .contains("A professional account is needed")
    );
    rig.make("accounts/me", json!({ "account_type": "Media_Creator" }))
        .await;
    assert_eq!(rig.agree_on_instagram(&[("as", "me")]).await.status, 302);
}
