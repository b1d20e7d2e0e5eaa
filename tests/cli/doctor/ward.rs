//! What the doctor found, and installations for it to look at.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tokio::net::TcpSocket;

use crate::home::{Done, Home, Running};

pub(super) const ACCOUNT: &str = "17841400000000001";
pub(super) const INSTAGRAM_SECRET: &str = "instagram-secret-of-the-command-line";
/// What is always found where Meta is a sandbox and the public address is this machine.
pub(super) const IN_THE_BOX: [&str; 2] = ["graph-not-metas", "public-url-loopback"];

/// A report.
pub(super) struct Report {
    pub(super) code: i32,
    pub(super) findings: Vec<Value>,
    pub(super) done: Done,
}

impl Report {
    /// Runs the doctor.
    pub(super) fn of(home: &Home, words: &[&str]) -> Self {
        let done = home.run(&[&["doctor", "--json"], words].concat());
        let findings = serde_json::from_str(&done.out).unwrap_or_else(|_| panic!("{done:?}"));
        Self {
            code: done.code,
            findings,
            done,
        }
    }

    pub(super) fn offline(home: &Home) -> Self {
        Self::of(home, &["--offline"])
    }

    pub(super) fn online(home: &Home) -> Self {
        Self::of(home, &[])
    }

    pub(super) fn codes(&self) -> BTreeSet<&str> {
        let codes = self
            .findings
            .iter()
            .filter_map(|finding| finding["code"].as_str());
        codes.collect()
    }

    /// The finding of this code, which has a reason and a cure.
    #[track_caller]
    pub(super) fn named(&self, code: &str) -> &Value {
        let found = self.findings.iter().find(|finding| finding["code"] == code);
        let found = found.unwrap_or_else(|| panic!("no {code} in {:#?}", self.findings));
        for part in ["what", "why", "fix"] {
            assert!(
                found[part].as_str().is_some_and(|text| !text.is_empty()),
                "{found}"
            );
        }
        let level = found["level"].as_str().unwrap();
        assert!(
            level == "warning" || self.code != 0,
            "{found} and the code {}",
            self.code
        );
        found
    }
}

/// An installation with both apps, whose Meta is a sandbox.
pub(crate) fn with_sandbox() -> (Home, Running) {
    let mut home = Home::configured();
    for (key, value) in [
        ("FACEBOOK_APP_ID", "900100000000001"),
        ("INSTAGRAM_APP_ID", "900200000000001"),
        ("INSTAGRAM_APP_SECRET", INSTAGRAM_SECRET),
    ] {
        home.set(key, value);
    }
    let sandbox = Home::start(home.belino(&["sandbox", "--listen", "127.0.0.1:0"]));
    for login in ["facebook", "instagram"] {
        let key = format!("BELINO_{}_GRAPH_URL", login.to_uppercase());
        home.set(&key, &format!("{}/graph.{login}.com", sandbox.address));
    }
    (home, sandbox)
}

/// An address at which nobody is, nor comes to be: it is taken, and not listened at.
pub(super) fn nobody() -> (TcpSocket, String) {
    let taken = TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = format!("http://{}", taken.local_addr().unwrap());
    (taken, address)
}

/// Starts the service, which from then on is what the public address leads to.
pub(super) fn served(home: &mut Home) -> Running {
    let service = Home::start(home.belino(&["serve"]));
    home.set("BELINO_PUBLIC_URL", &service.address);
    service
}

/// Connects the account by Facebook Login, with the person's token.
pub(super) async fn connect(home: &Home, sandbox: &Running) {
    let account = make(home, sandbox, "facebook").await;
    let token = &account["tokens"]["facebook"]["user"]["access_token"];
    let page = account["page_id"].to_string().replace('"', "");
    add(home, &["facebook", "--account", ACCOUNT, "--page", &page], token);
}

/// Connects the account by Instagram Login; gives the token.
pub(super) async fn connect_by_instagram(home: &Home, sandbox: &Running) -> String {
    let account = make(home, sandbox, "instagram").await;
    let token = &account["tokens"]["instagram"]["access_token"];
    add(home, &["instagram"], token);
    token.as_str().unwrap().to_owned()
}

async fn make(home: &Home, sandbox: &Running, login: &str) -> Value {
    home.good(&["keys", "create", "--workspace", "shop", "--name", "till"]);
    let wanted = json!({ "instagram_id": ACCOUNT, "username": "bakery", "logins": [login] });
    sandbox.post("/sandbox/accounts", wanted).await
}

fn add(home: &Home, login: &[&str], token: &Value) {
    let words = [&["connections", "add", "--workspace", "shop", "--login"], login].concat();
    let done = home.run_with(&words, token.as_str().unwrap());
    assert_eq!(done.code, 0, "{done:?}");
}
