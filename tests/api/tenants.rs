//! Several workspaces on one installation.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

/// A workspace with one connected account.
pub(crate) struct Tenant {
    /// The account's id.
    pub(crate) account: String,
    /// A key that may do everything in the workspace.
    pub(crate) key: String,
}

impl TestApp {
    /// A workspace with a new account, connected by Facebook Login.
    pub(crate) async fn tenant(&self, workspace: &str) -> Tenant {
        let wanted =
            json!({ "username": format!("{workspace}.official"), "logins": ["facebook", "instagram"] });
        let account = self.meta.post("accounts", wanted).await;
        let key = self.key(workspace, "admin").await;
        self.connect_as(&key, &account).await;
        let account = account["id"].as_str().unwrap().to_owned();
        Tenant { account, key }
    }

    /// Connects an account of Meta's by Facebook Login.
    pub(crate) async fn connect_as(&self, key: &str, account: &Value) {
        let wanted = json!({
            "login": "facebook", "account": account["id"], "page_id": account["page_id"],
            "token": account["tokens"]["facebook"]["user"]["access_token"],
        });
        let answer = self.post_as(key, "/api/instagram/connections", wanted).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    }

    pub(crate) async fn delete_as(&self, key: &str, path: &str) -> Answer {
        let request = self.http.delete(format!("{}{path}", self.base)).bearer_auth(key);
        Answer::of(request.send().await.unwrap()).await
    }

    /// The rows of a list's first page, as this key sees them.
    pub(crate) async fn list_as(&self, key: &str, path: &str) -> Vec<Value> {
        let answer = self.get_as(key, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        answer.body["data"].as_array().unwrap().clone()
    }
}
