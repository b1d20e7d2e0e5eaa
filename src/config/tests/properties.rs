//! What holds for every text that a setting may have.

use proptest::collection::btree_map;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// What no value that a fault speaks of may show.
const SECRET: &str = "hunter2";

/// Texts that are nearly right for one setting or another, and any others.
fn text() -> impl Strategy<Value = String> {
    let nearly = select(vec![
        "127.0.0.1:0",
        "[::1]:80",
        "[fe80::1%3]:80",
        "https://host/path/",
        "http://[::1]:9",
        "http://me:pw@host",
        "sqlite://a.db",
        "postgres://me:pw@host/db",
        "v22.0",
        "v99999999999.0",
        "12345",
        "8 MiB",
        "info,belino=debug",
        "[span{field=1}]=off",
        "json",
        "k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
        ",,",
        ":",
    ]);
    prop_oneof![
        4 => nearly.prop_map(str::to_owned),
        2 => r"[a-z0-9.:/@\[\]%,=_\-{}? ]{0,24}",
        1 => any::<String>(),
    ]
}

fn key() -> impl Strategy<Value = &'static str> {
    select(KEYS.to_vec())
}

fn purpose() -> impl Strategy<Value = Purpose> {
    select(vec![Purpose::Command, Purpose::Service])
}

/// Texts around the secret, as any setting's value.
fn telling() -> impl Strategy<Value = String> {
    (text(), text()).prop_map(|(before, after)| format!("{before}{SECRET}{after}"))
}

/// From a file of that name and text.
fn from_file(name: &str, text: &str) -> Settings {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    let mut settings = Settings::default();
    match name {
        ".env" => settings.add_dotenv(&path),
        _ => settings.add_file(&path, true),
    }
    settings
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn any_texts_are_a_configuration_or_faults_that_name_their_settings(
        texts in btree_map(key(), text(), 0..8),
        purpose in purpose(),
    ) {
        let pairs: Vec<_> = texts.iter().map(|(key, text)| (*key, text.as_str())).collect();
        if let Err(faults) = Config::of(settings(&pairs), purpose) {
            prop_assert!(!faults.list().is_empty());
            for fault in faults.list() {
                prop_assert!(KEYS.contains(&fault.key.as_str()), "{}", fault);
                prop_assert!(texts.contains_key(fault.key.as_str()) || fault.origin == "not set", "{}", fault);
                prop_assert!(!fault.problem.is_empty() && !fault.fix.is_empty(), "{}", fault);
            }
        }
    }

    #[test]
    fn a_wrong_setting_is_wrong_whatever_stands_beside_it(
        texts in btree_map(key(), text(), 1..8),
    ) {
        let pairs: Vec<_> = texts.iter().map(|(key, text)| (*key, text.as_str())).collect();
        let alone = |pair: &(&'static str, &str)| command(std::slice::from_ref(pair)).is_err();
        let mut wrong: Vec<_> = pairs.iter().filter(|pair| alone(pair)).map(|(key, _)| *key).collect();
        let mut told = match command(&pairs) {
            Ok(_) => Vec::new(),
            Err(faults) => faulty_keys(&faults).into_iter().map(str::to_owned).collect(),
        };
        wrong.sort_unstable();
        told.sort();
        prop_assert_eq!(told, wrong);
    }

    #[test]
    fn no_fault_shows_a_value(texts in btree_map(key(), telling(), 1..8)) {
        let pairs: Vec<_> = texts.iter().map(|(key, text)| (*key, text.as_str())).collect();
        if let Err(faults) = command(&pairs) {
            prop_assert!(!faults.to_string().contains(SECRET), "{}", faults);
        }
    }

    #[test]
    fn no_configuration_shows_a_secret(text in "[!-+.-~]{0,12}") {
        let pairs = ["INSTAGRAM_APP_SECRET", "FACEBOOK_APP_SECRET", "BELINO_PREVIOUS_APP_SECRETS", "INSTAGRAM_VERIFY_TOKEN", "BELINO_ADMIN_KEY"];
        let text = format!("{SECRET}{text}");
        let config = command(&pairs.map(|key| (key, text.as_str()))).unwrap();
        let shown = format!("{config:?}");
        prop_assert!(!shown.contains(SECRET), "{}", shown);
    }

    #[test]
    fn the_last_source_that_says_something_wins(
        sources in prop::collection::vec(prop::option::of(1_024_usize..9_999), 1..4),
    ) {
        let mut settings = Settings::default();
        for source in &sources {
            let text = source.map_or_else(|| " ".to_owned(), |size| size.to_string());
            settings.set("BELINO_MAX_BODY_BYTES", &text, "test");
        }
        let expected = sources.into_iter().flatten().next_back().unwrap_or(8 << 20);
        prop_assert_eq!(Config::of(settings, Purpose::Command).unwrap().max_body_bytes, expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    #[test]
    fn a_setting_is_the_same_in_a_file_as_in_the_environment(key in key(), text in text()) {
        let quoted = toml::Value::from(text.as_str());
        let in_file = Config::of(from_file("belino.toml", &format!("{key} = {quoted}\n")), Purpose::Command);
        let in_environment = command(&[(key, &text)]);
        match (in_file, in_environment) {
            (Ok(one), Ok(other)) => {
                let [one, other] = [one, other].map(|config| format!("{config:?}"));
                prop_assert_eq!(one, other);
            }
            (Err(one), Err(other)) => prop_assert_eq!(&one.list()[0].problem, &other.list()[0].problem),
            (one, other) => prop_assert!(false, "{:?} and {:?}", one.err(), other.err()),
        }
    }

    #[test]
    fn no_broken_file_shows_a_value(
        name in select(vec![".env", "belino.toml"]),
        key in key(),
        broken in select(vec!["", "'", "\"", "\"\"\"", "'''", "[", "{", "0x", "1e", "2026-", "+", "\\", "$"]),
        before in "[ -~]{0,6}",
        after in "[ -~]{0,12}",
    ) {
        let text = format!("BELINO_LOG=\"info\"\n{key}={broken}{before}{SECRET}{after}\n");
        if let Err(faults) = Config::of(from_file(name, &text), Purpose::Command) {
            prop_assert!(!faults.to_string().contains(SECRET), "{}", faults);
        }
    }
}
