//! Deliveries that were refused: the doctor says why, as the list of what is in quarantine does.

use std::collections::BTreeMap;
use std::io::Write;

use belino::domain::AppSecret;
use belino::webhook::signature::sign;
use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::Client;
use serde_json::Value;

use super::ward::{INSTAGRAM_SECRET, Report, served};
use crate::home::{Home, OPERATOR, Running, SECRET, VERIFY_TOKEN};

const BODY: &str = r#"{"object":"instagram","entry":[{"id":"17841400000000001","time":1760000000,"changes":[{"field":"comments","value":{"id":"18000000000000001","text":"caf\u00e9 \/ 50\u0025"}}]}]}"#;
const PREVIOUS: &str = "app-secret-of-last-year";
const REPLACED: &str = "app-secret-in-a-file";

/// A delivery as something makes it: who signed what, and what arrived under which header.
struct Sent {
    cause: &'static str,
    key: String,
    signed: Vec<u8>,
    arrived: Vec<u8>,
    header: fn(String) -> Vec<(&'static str, String)>,
}

fn usual(signature: String) -> Vec<(&'static str, String)> {
    vec![("x-hub-signature-256", signature)]
}

impl Sent {
    /// Signed with the right secret, changed on its way.
    fn changed(cause: &'static str, arrived: impl Into<Vec<u8>>) -> Self {
        Self {
            cause,
            key: SECRET.to_owned(),
            signed: BODY.into(),
            arrived: arrived.into(),
            header: usual,
        }
    }

    /// Signed with this key.
    fn keyed(cause: &'static str, key: impl Into<String>) -> Self {
        let key = key.into();
        Self {
            key,
            ..Self::changed(cause, BODY)
        }
    }

    fn under(cause: &'static str, header: fn(String) -> Vec<(&'static str, String)>) -> Self {
        Self {
            header,
            ..Self::changed(cause, BODY)
        }
    }

    async fn post(&self, client: &Client, service: &Running) {
        let mut request = client.post(format!("{}/api/instagram/webhook", service.address));
        for (name, value) in (self.header)(sign(&AppSecret::new(self.key.as_str()), &self.signed)) {
            request = request.header(name, value);
        }
        let status = request.body(self.arrived.clone()).send().await.unwrap().status();
        assert_eq!(status.as_u16() / 100, 4, "{} was taken", self.cause);
    }
}

fn packed() -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(BODY.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn misfortunes() -> Vec<Sent> {
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(BODY).unwrap()).unwrap();
    let signed = |cause, signed: String| Sent {
        signed: signed.into_bytes(),
        ..Sent::changed(cause, BODY)
    };
    vec![
        Sent::keyed("other-product-secret", INSTAGRAM_SECRET),
        Sent::keyed("previous-secret", PREVIOUS),
        Sent::keyed("overridden-secret", REPLACED),
        Sent::keyed("misspelt-secret", format!("{SECRET}\n")),
        Sent::keyed("verify-token-as-secret", VERIFY_TOKEN),
        Sent::keyed("unknown-secret", "of-another-app"),
        Sent::under("sha1-only", |_| vec![("x-hub-signature", "sha1=00".to_owned())]),
        Sent::under("signature-missing", |_| Vec::new()),
        Sent::under("signature-prefix", |signature| {
            usual(signature.replace("sha256=", ""))
        }),
        Sent::under("signature-twice", |signature| {
            [usual(signature.clone()), usual(signature)].concat()
        }),
        Sent::under("signature-malformed", |_| usual("sha256=".to_owned())),
        Sent::changed("json-rewritten", pretty),
        Sent::changed("escapes-changed", BODY.replace("\\/", "/")),
        Sent::changed("line-end-added", format!("{BODY}\n")),
        signed("line-end-trimmed", format!("{BODY}\n")),
        Sent::changed("byte-order-mark", format!("\u{feff}{BODY}")),
        Sent::changed("compressed", packed()),
        Sent {
            signed: packed(),
            ..Sent::changed("decompressed", BODY)
        },
        Sent::changed("truncated", &BODY.as_bytes()[..120]),
        Sent::changed("body-empty", ""),
        Sent::changed("too-large", vec![b' '; 5_000]),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_misfortune_of_a_delivery_is_named_with_its_cure() {
    let mut home = Home::configured();
    home.set("BELINO_MAX_BODY_BYTES", "4096");
    let service = served(&mut home);
    let client = belino::net::client(&belino::net::Settings::default()).unwrap();
    let all = misfortunes();
    for sent in &all {
        sent.post(&client, &service).await;
    }
    let url = format!("{}/api/instagram/webhook", service.address);
    let wrong = [
        ("hub.mode", "subscribe"),
        ("hub.verify_token", "mistyped"),
        ("hub.challenge", "1"),
    ];
    assert_eq!(client.get(&url).query(&wrong).send().await.unwrap().status(), 403);
    let count = format!("\"quarantined\":{}", all.len() + 1);
    service
        .until("/api/summary", |_, text| text.contains(&count))
        .await;

    the_list_tells_what_the_service_can_know(&service).await;
    std::fs::write(
        home.path().join(".env"),
        format!("FACEBOOK_APP_SECRET={REPLACED}\n"),
    )
    .unwrap();
    home.set("INSTAGRAM_APP_SECRET", INSTAGRAM_SECRET);
    home.set("BELINO_PREVIOUS_APP_SECRETS", PREVIOUS);
    let report = Report::offline(&home);
    assert_eq!(report.code, 1);
    for cause in all.iter().map(|sent| sent.cause).chain(["wrong-verify-token"]) {
        let named = report.named(cause);
        assert_eq!(named["check"], "refusals");
        assert!(
            named["what"]
                .as_str()
                .unwrap()
                .starts_with("refused 1 times in 36 hours"),
            "{named}"
        );
    }
    for secret in [
        SECRET,
        INSTAGRAM_SECRET,
        PREVIOUS,
        REPLACED,
        VERIFY_TOKEN,
        "mistyped",
    ] {
        assert!(!report.done.out.contains(secret), "{}", report.done.out);
    }
}

/// The service knows neither the secrets that it was not given nor those that were replaced.
async fn the_list_tells_what_the_service_can_know(service: &Running) {
    let answer = service
        .get(OPERATOR, "/api/deliveries?state=quarantined&limit=200")
        .await;
    let listed: Value = answer.json().await.unwrap();
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for row in listed["data"].as_array().unwrap() {
        let diagnosis = &row["diagnosis"];
        assert!(
            diagnosis["fix"].is_string() && diagnosis["proven"].is_boolean(),
            "{row}"
        );
        *codes.entry(diagnosis["code"].as_str().unwrap()).or_default() += 1;
    }
    assert_eq!(codes["unknown-secret"], 4);
    assert_eq!(
        (
            codes["json-rewritten"],
            codes["wrong-verify-token"],
            codes["misspelt-secret"]
        ),
        (1, 1, 1)
    );
    let one = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["diagnosis"]["code"] == "decompressed");
    let path = format!("/api/deliveries/{}", one.unwrap()["id"].as_str().unwrap());
    let story: Value = service.get(OPERATOR, &path).await.json().await.unwrap();
    assert_eq!(
        (&story["diagnosis"]["code"], &story["diagnosis"]["proven"]),
        (&"decompressed".into(), &true.into())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_whose_end_never_came_is_kept_and_told() {
    use std::io::Read;
    use std::net::{Shutdown, TcpStream};

    let mut home = Home::configured();
    let service = served(&mut home);
    let mut socket = TcpStream::connect(service.address.trim_start_matches("http://")).unwrap();
    let signature = sign(&AppSecret::new(SECRET), BODY.as_bytes());
    let head = format!(
        "POST /api/instagram/webhook HTTP/1.1\r\nhost: x\r\nx-hub-signature-256: {signature}\r\ncontent-length: {}\r\n\r\n{}",
        BODY.len(),
        &BODY[..100]
    );
    socket.write_all(head.as_bytes()).unwrap();
    socket.shutdown(Shutdown::Write).unwrap();
    // It may be answered, or not.
    socket.read_to_end(&mut Vec::new()).ok();
    service
        .until("/api/summary", |_, text| text.contains("\"quarantined\":1"))
        .await;
    let what = Report::offline(&home).named("truncated")["what"].clone();
    assert!(
        what.as_str()
            .unwrap()
            .contains(&format!("100 of {} bytes came", BODY.len())),
        "{what}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn posts_of_strangers_are_no_fault() {
    let mut home = Home::configured();
    let service = served(&mut home);
    let client = belino::net::client(&belino::net::Settings::default()).unwrap();
    let url = format!("{}/api/instagram/webhook", service.address);
    client.post(&url).body("user=admin").send().await.unwrap();
    service
        .until("/api/summary", |_, text| text.contains("\"quarantined\":1"))
        .await;
    let report = Report::online(&home);
    let strangers = |finding: &Value| finding["check"] == "refusals" && finding["level"] == "passed";
    assert!(report.findings.iter().any(strangers), "{:?}", report.done);
}
