//! The calls between a dialog's answer and a connection, as orders for the sandbox's faults.

use serde_json::{Value, json};

/// The login products.
pub(crate) const LOGINS: [&str; 2] = ["facebook", "instagram"];

/// So many of the last calls are made for a connection that stands.
pub(crate) const FOR_THE_SUBSCRIPTION: usize = 2;

/// The calls that connecting makes, in their order: which one is meant, without what befalls it.
pub(crate) fn calls(login: &str) -> Vec<Value> {
    let path = |path: &str, after: u64| json!({ "match": { "login": login, "path": path }, "after": after });
    let edge =
        |edge: &str, method: &str| json!({ "match": { "login": login, "edge": edge, "method": method } });
    let mut calls = if login == "facebook" {
        vec![
            path("/oauth/access_token", 0),
            path("/oauth/access_token", 1),
            edge("permissions", "GET"),
            path("/debug_token", 0),
            edge("accounts", "GET"),
        ]
    } else {
        vec![
            path("/oauth/access_token", 0),
            path("/access_token", 0),
            path("/me", 0),
        ]
    };
    calls.extend(["POST", "GET"].map(|method| edge("subscribed_apps", method)));
    calls
}

/// The same with what befalls the call, once.
pub(crate) fn order(call: &Value, what: &Value) -> Value {
    let mut order = call.clone();
    order["what"] = what.clone();
    order["times"] = json!(1);
    order
}

/// Who answers the login's dialog to connect the account.
pub(crate) fn person<'a>(login: &str, account: &'a Value) -> &'a str {
    let who = if login == "facebook" {
        "facebook_user_id"
    } else {
        "id"
    };
    account[who].as_str().unwrap()
}
