//! How accounts are shown.

use serde_json::json;

use super::view::AccountView;
use crate::domain::{AccountKey, ConnectionId, Login, Timestamp};
use crate::store::{AccountProfile, AccountStanding, Connection, ConnectionState, Counts};

fn standing(parked_on: Option<&str>) -> AccountStanding {
    AccountStanding {
        key: AccountKey::NOBODY,
        instagram_id: "17841400000000001".to_owned(),
        profile: AccountProfile::default(),
        synced_at: None,
        usual_pause: Some(3_600_000_000),
        parked_on: parked_on.map(ToOwned::to_owned),
        rest_until: None,
        last_event_at: None,
        counts: Counts {
            pending: 2,
            waiting: 3,
            parked: 1,
            done: 9,
            dead: 0,
            retired: 0,
        },
    }
}

fn connection(login: Login, state: ConnectionState) -> Connection {
    let now = Timestamp::from_seconds(1_772_615_700);
    Connection {
        id: ConnectionId::at(now),
        account_key: AccountKey::NOBODY,
        login,
        state,
        state_reason: None,
        generation: 1,
        scopes: String::new(),
        page_id: None,
        facebook_user_id: None,
        key_id: "file".to_owned(),
        token: vec![1, 2, 3],
        user_key_id: None,
        user_token: None,
        asked: String::new(),
        subscribed: None,
        issued_at: Some(now),
        expires_at: Some(now),
        data_access_expires_at: None,
        renew_at: Some(now),
        renew_tries: 0,
        renew_error: None,
        tasks: None,
        looked_at: None,
        look_tries: 0,
        look_error: None,
        forecast_days: None,
        probe_tries: 0,
        updated_at: now,
    }
}

fn shown(standing: AccountStanding, connections: Vec<Connection>) -> serde_json::Value {
    serde_json::to_value(AccountView::new(
        standing,
        connections,
        Vec::new(),
        Timestamp::from_seconds(1_772_000_000),
    ))
    .unwrap()
}

#[test]
fn one_working_connection_makes_an_account_connected() {
    let connections = vec![
        connection(Login::Facebook, ConnectionState::NeedsReconnect),
        connection(Login::Instagram, ConnectionState::Active),
    ];
    let account = shown(standing(None), connections);
    assert_eq!(
        (&account["connected"], &account["state"]),
        (&json!(true), &json!("active"))
    );
    assert_eq!(account["token_expires_at"], "2026-03-04T09:15:00Z");
    assert_eq!(account["backlog"]["pending"], 2);
}

#[test]
fn an_account_without_connections_is_disconnected() {
    let account = shown(standing(Some("reconnect")), Vec::new());
    assert_eq!(
        (&account["connected"], &account["state"]),
        (&json!(false), &json!("disconnected"))
    );
    assert_eq!(
        (&account["backlog"]["parked"], &account["backlog"]["pending"]),
        (&json!(6), &json!(0))
    );
    assert_eq!(account["backlog"]["reason"]["code"], "reconnect");
}

#[test]
fn no_token_is_shown() {
    let account = shown(
        standing(None),
        vec![connection(Login::Instagram, ConnectionState::Active)],
    );
    let shown = account.to_string();
    assert!(
        !shown.contains("key_id") && !shown.contains("\"token\""),
        "{shown}"
    );
}

#[test]
fn one_working_connection_is_enough_but_what_is_said_of_the_account_counts() {
    let connections = || {
        vec![
            connection(Login::Facebook, ConnectionState::Restricted),
            connection(Login::Instagram, ConnectionState::Active),
        ]
    };
    let mut account = standing(None);
    account.last_event_at = Some(Timestamp::from_seconds(1_771_999_000));
    let codes = |shown: &serde_json::Value| {
        let findings = shown["findings"].as_array().unwrap().iter();
        findings
            .map(|finding| finding["code"].clone())
            .collect::<Vec<_>>()
    };
    let heard = shown(account.clone(), connections());
    assert_eq!(
        (&heard["state"], codes(&heard)),
        (&json!("active"), vec![json!("restricted")])
    );
    account.last_event_at = Some(Timestamp::from_seconds(1_771_990_000));
    let silent = shown(account.clone(), connections());
    assert_eq!(codes(&silent), ["restricted", "silent"]);
    assert_eq!(
        (&silent["state"], &silent["findings"][1]["login"]),
        (&json!("active"), &json!(null))
    );
    account.profile.account_type = Some("PERSONAL".to_owned());
    assert_eq!(shown(account, connections())["state"], "needs_reconnect");
}
