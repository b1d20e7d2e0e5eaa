//! Settings that are wrong, or allowed and suspicious.

use rstest::rstest;

use super::ward::Report;
use crate::home::{Home, SECRET, VERIFY_TOKEN};

const WEAK: &str = "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const TOKEN: &str = "EAAGm0PX4ZCpsBAKZCZBkZCp0PX4ZCpsBAKZCZBkZCp0PX4ZCps";

#[rstest]
#[case::an_address_that_is_none("setting-invalid", &[("BELINO_LISTEN", "nowhere")])]
#[case::an_address_of_this_machine("public-url-loopback", &[("BELINO_PUBLIC_URL", "http://localhost:8080")])]
#[case::an_address_of_this_network("public-url-loopback", &[("BELINO_PUBLIC_URL", "https://192.168.1.7")])]
#[case::plain_http("public-url-plain", &[("BELINO_PUBLIC_URL", "http://hooks.example.org")])]
#[case::an_open_port("listen-open", &[("BELINO_LISTEN", "0.0.0.0:8080")])]
#[case::an_id_for_a_secret("secret-is-app-id", &[("FACEBOOK_APP_SECRET", "900100"), ("FACEBOOK_APP_ID", "900100")])]
#[case::a_token_for_a_secret("secret-is-token", &[("FACEBOOK_APP_SECRET", TOKEN)])]
#[case::a_secret_in_quotes("secret-quoted", &[("FACEBOOK_APP_SECRET", "'0123456789abcdef0123456789abcdef'")])]
#[case::one_secret_for_both("secrets-equal", &[("INSTAGRAM_APP_SECRET", SECRET)])]
#[case::a_rotation_half_done("previous-secret-current", &[("BELINO_PREVIOUS_APP_SECRETS", SECRET)])]
#[case::one_id_for_both("app-ids-equal", &[("INSTAGRAM_APP_ID", "900100"), ("FACEBOOK_APP_ID", "900100")])]
#[case::a_secret_without_its_id("app-id-missing", &[])]
#[case::a_short_verify_token("verify-token-short", &[("INSTAGRAM_VERIFY_TOKEN", "hello")])]
#[case::the_secret_for_a_verify_token("verify-token-is-secret", &[("INSTAGRAM_VERIFY_TOKEN", SECRET)])]
#[case::a_short_key("admin-key-short", &[("BELINO_ADMIN_KEY", "admin")])]
#[case::kept_too_short("keep-short", &[("BELINO_KEEP_BODIES", "1h"), ("BELINO_KEEP_EVENTS", "1h")])]
#[case::a_weak_key("encryption-key-weak", &[("BELINO_ENCRYPTION_KEYS", WEAK)])]
#[case::another_meta("graph-not-metas", &[("BELINO_FACEBOOK_GRAPH_URL", "https://graph.example.org")])]
#[case::another_meta_in_clear("graph-url-plain", &[("BELINO_INSTAGRAM_GRAPH_URL", "http://graph.example.org")])]
#[case::an_unknown_version("graph-version-unknown", &[("BELINO_GRAPH_VERSION", "v99.0")])]
fn a_setting_that_is_wrong_is_named(#[case] code: &str, #[case] settings: &[(&str, &str)]) {
    let mut home = Home::configured();
    home.set("BELINO_PUBLIC_URL", "https://hooks.example.org");
    if code == "listen-open" {
        home.set("BELINO_PUBLIC_URL", "http://hooks.example.org");
    }
    let before = Report::offline(&home);
    if !settings.is_empty() && code != "listen-open" {
        assert!(!before.codes().contains(code), "{code} without a reason");
    }
    for (key, value) in settings {
        home.set(key, value);
    }
    let report = Report::offline(&home);
    report.named(code);
    for secret in [SECRET, VERIFY_TOKEN, TOKEN, WEAK] {
        assert!(!report.done.out.contains(secret) && !report.done.err.contains(secret));
    }
    assert_eq!(home.path().read_dir().unwrap().count(), 0, "nothing was made");
}

#[test]
fn faults_of_the_configuration_are_all_named_and_the_rest_is_looked_at() {
    let mut home = Home::configured();
    for (key, value) in [
        ("DATABASE_URL", "mysql://localhost/belino"),
        ("BELINO_KEEP_FEED", "often"),
        ("BELINO_GRAPH_VERSION", "v3.0"),
    ] {
        home.set(key, value);
    }
    let report = Report::online(&home);
    assert_eq!(report.code, 64, "{:?}", report.done);
    for key in ["DATABASE_URL", "BELINO_KEEP_FEED", "BELINO_GRAPH_VERSION"] {
        let told = |finding: &serde_json::Value| {
            finding["code"] == "setting-invalid" && finding["what"].as_str().unwrap().contains(key)
        };
        assert!(report.findings.iter().any(told), "{key}");
        assert!(report.done.err.contains(key), "{key}");
    }
    assert!(
        report.codes().contains("callback-unreachable"),
        "{:?}",
        report.done
    );
}

#[test]
fn a_value_that_another_source_replaces_is_told_without_its_text() {
    let home = Home::configured();
    std::fs::write(home.path().join(".env"), "FACEBOOK_APP_SECRET=of-another-day\n").unwrap();
    let report = Report::offline(&home);
    let what = report.named("setting-replaced")["what"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        what.contains("FACEBOOK_APP_SECRET stands in .env") && what.contains("environment"),
        "{what}"
    );
    assert!(!report.done.out.contains("of-another-day"));
}

#[test]
fn people_get_a_line_for_each_with_why_and_fix() {
    let mut home = Home::configured();
    home.set("INSTAGRAM_VERIFY_TOKEN", "hello");
    let out = home.good(&["doctor", "--offline"]);
    for words in [
        "warning  settings: INSTAGRAM_VERIFY_TOKEN has 5 characters [verify-token-short]",
        "\n         why: it can be guessed",
        "\n         fix: choose at least 16 random characters",
        "passed   versions: BELINO_GRAPH_VERSION v25.0 lasts until 2028-07-29",
        "skipped  callback: ",
        " 0 faults\n",
    ] {
        assert!(out.contains(words), "{words:?} in {out}");
    }
}
