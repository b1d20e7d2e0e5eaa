mod properties;

use secrecy::ExposeSecret;

use super::*;
use crate::domain::Retention;

fn settings(pairs: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::default();
    for (key, text) in pairs {
        settings.set(key, text, "test");
    }
    settings
}

fn command(pairs: &[(&str, &str)]) -> Result<Config, Faults> {
    Config::of(settings(pairs), Purpose::Command)
}

fn faulty_keys(faults: &Faults) -> Vec<&str> {
    faults.list().iter().map(|fault| fault.key.as_str()).collect()
}

#[test]
fn nothing_set_gives_the_defaults() {
    let config = command(&[]).unwrap();
    assert_eq!(config.database.to_string(), "sqlite://belino.db");
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.public_url.as_str(), "http://127.0.0.1:8080/");
    assert_eq!(config.graph.facebook.url.as_str(), "https://graph.facebook.com/");
    assert_eq!(
        config.graph.instagram.url.as_str(),
        "https://graph.instagram.com/"
    );
    assert_eq!(
        (&*config.graph.facebook.version, &*config.graph.instagram.version),
        ("v25.0", "v25.0")
    );
    assert_eq!(config.max_body_bytes, 8 << 20);
    assert_eq!(config.uploads.to_str(), Some("uploads"));
    assert_eq!((&*config.log, config.log_format), ("info", LogFormat::Text));
    assert!(config.secrets.is_empty() && config.encryption_keys.is_none() && config.admin_key.is_none());
}

#[test]
fn uploads_lie_beside_a_database_that_is_a_file() {
    for (settings, folder) in [
        (
            &[("DATABASE_URL", "sqlite:///var/lib/x/belino.db")][..],
            "/var/lib/x/uploads",
        ),
        (
            &[("DATABASE_URL", "postgres://db.example/hooks")],
            "belino-uploads",
        ),
        (&[("BELINO_UPLOADS", "/srv/files")], "/srv/files"),
    ] {
        assert_eq!(command(settings).unwrap().uploads.to_str(), Some(folder));
    }
}

#[test]
fn the_public_url_follows_the_address_and_the_instagram_version_follows_the_version() {
    let config = command(&[
        ("BELINO_LISTEN", "127.0.0.2:9000"),
        ("BELINO_GRAPH_VERSION", "v26.0"),
    ])
    .unwrap();
    assert_eq!(config.public_url.as_str(), "http://127.0.0.2:9000/");
    assert_eq!(config.graph.instagram.version, "v26.0");
}

#[test]
fn the_public_url_of_an_address_with_a_zone_has_none() {
    let config = command(&[("BELINO_LISTEN", "[fe80::1%3]:9000")]).unwrap();
    assert_eq!(config.listen.to_string(), "[fe80::1%3]:9000");
    assert_eq!(config.public_url.as_str(), "http://[fe80::1]:9000/");
}

#[test]
fn every_fault_is_reported_at_once_and_no_value_is_shown() {
    let faults = command(&[
        ("DATABASE_URL", "mysql://hunter2@h/d"),
        ("BELINO_LISTEN", "hunter2"),
        ("BELINO_PUBLIC_URL", "ftp://hunter2"),
        ("INSTAGRAM_APP_ID", "hunter2"),
        ("FACEBOOK_APP_SECRET", "hunter2 ä"),
        ("BELINO_FACEBOOK_CONFIG_ID", "hunter2"),
        ("BELINO_PREVIOUS_APP_SECRETS", "fine,hunter2 x"),
        ("BELINO_GRAPH_VERSION", "hunter2"),
        ("BELINO_INSTAGRAM_GRAPH_VERSION", "v21.0"),
        ("BELINO_FACEBOOK_GRAPH_URL", "https://me:hunter2@host"),
        ("BELINO_ENCRYPTION_KEYS", "k1:hunter2"),
        ("BELINO_MAX_BODY_BYTES", "hunter2"),
        ("BELINO_LOG", "hunter2=hunter2=hunter2"),
        ("BELINO_LOG_FORMAT", "hunter2"),
    ])
    .unwrap_err();
    assert_eq!(faults.list().len(), 14, "{faults}");
    assert!(!faults.to_string().contains("hunter2"), "{faults}");
    assert!(
        faults
            .list()
            .iter()
            .all(|fault| fault.origin == "test" && !fault.fix.is_empty())
    );
}

#[test]
fn the_service_needs_an_app_secret_and_a_verify_token_beside_all_else() {
    let faults = Config::of(settings(&[("BELINO_LISTEN", "x")]), Purpose::Service).unwrap_err();
    assert_eq!(
        faulty_keys(&faults),
        ["INSTAGRAM_APP_SECRET", "INSTAGRAM_VERIFY_TOKEN", "BELINO_LISTEN"]
    );
    let enough = settings(&[("FACEBOOK_APP_SECRET", "s"), ("INSTAGRAM_VERIFY_TOKEN", "t")]);
    assert!(Config::of(enough, Purpose::Service).is_ok());
}

#[test]
fn secrets_keep_their_order_and_labels() {
    let config = command(&[
        ("FACEBOOK_APP_SECRET", "f"),
        ("INSTAGRAM_APP_SECRET", "i"),
        ("BELINO_PREVIOUS_APP_SECRETS", "old, older"),
    ])
    .unwrap();
    let secrets: Vec<_> = config
        .secrets
        .iter()
        .map(|(label, secret)| (label.as_str(), secret.expose()))
        .collect();
    assert_eq!(
        secrets,
        [
            ("instagram", "i"),
            ("facebook", "f"),
            ("previous-1", "old"),
            ("previous-2", "older")
        ]
    );
    assert!(!format!("{config:?}").contains("older"));
}

#[rstest::rstest]
#[case("sqlite://data/belino.db", "sqlite://data/belino.db")]
#[case("sqlite:belino.db", "sqlite://belino.db")]
#[case("sqlite:///var/lib/belino.db", "sqlite:///var/lib/belino.db")]
#[case("postgres://me:pw@host/belino", "postgres://…")]
#[case("postgresql:///belino?host=/run/postgresql", "postgres://…")]
fn a_database_is_named_in_each_of_its_forms(#[case] text: &str, #[case] shown: &str) {
    let database: DatabaseUrl = text.parse().unwrap();
    assert_eq!(database.to_string(), shown);
    if let DatabaseUrl::Postgres(url) = &database {
        assert_eq!(url.expose_secret(), text);
        assert!(!format!("{database:?}").contains("pw"));
    }
}

#[rstest::rstest]
#[case("belino.db")]
#[case("sqlite:")]
#[case("sqlite://")]
#[case("sqlite::memory:")]
#[case("sqlite://belino.db?mode=ro")]
#[case("postgres://me:p w@host:port/x")]
#[case("mysql://host/x")]
fn any_other_database_is_refused(#[case] text: &str) {
    assert!(text.parse::<DatabaseUrl>().is_err());
}

#[rstest::rstest]
#[case("v22.0", true)]
#[case("v25.0", true)]
#[case("v100.1", true)]
#[case("v21.9", false)]
#[case("25.0", false)]
#[case("v25", false)]
#[case("v+25.0", false)]
#[case("v25.0/x", false)]
fn a_graph_version_is_v22_or_later(#[case] text: &str, #[case] accepted: bool) {
    assert_eq!(command(&[("BELINO_GRAPH_VERSION", text)]).is_ok(), accepted);
}

#[rstest::rstest]
#[case("1024", Some(1_024))]
#[case("8 MiB", Some(8 << 20))]
#[case("512KiB", Some(512 << 10))]
#[case("1023", None)]
#[case("65 MiB", None)]
#[case("99999999999999999999", None)]
#[case("-1", None)]
fn a_body_limit_is_a_size_in_range(#[case] text: &str, #[case] size: Option<usize>) {
    assert_eq!(
        command(&[("BELINO_MAX_BODY_BYTES", text)])
            .ok()
            .map(|config| config.max_body_bytes),
        size
    );
}

#[test]
fn what_is_finished_is_kept_as_long_as_it_is_said() {
    let default = command(&[]).unwrap().retention;
    let told = |of: Retention| [of.bodies, of.events, of.feed, of.uploads].map(|keep| keep.to_string());
    assert_eq!(told(default), ["30d", "forever", "14d", "30d"]);
    let set = command(&[
        ("BELINO_KEEP_BODIES", "12h"),
        ("BELINO_KEEP_EVENTS", "2w"),
        ("BELINO_KEEP_UPLOADS", "forever"),
    ]);
    assert_eq!(told(set.unwrap().retention), ["12h", "14d", "14d", "forever"]);
    let faults = command(&[("BELINO_KEEP_BODIES", "30"), ("BELINO_KEEP_FEED", "0d")]).unwrap_err();
    let text = faults.to_string();
    for said in [
        "BELINO_KEEP_BODIES",
        "as 30d or 12h",
        "BELINO_KEEP_FEED",
        "choose between",
    ] {
        assert!(text.contains(said), "{text}");
    }
}

#[rstest::rstest]
#[case("warn", true)]
#[case("info,belino::graph=debug", true)]
#[case("off", true)]
#[case("inof", false)]
#[case("info,belino", false)]
#[case("belino=loud", false)]
fn a_log_filter_is_levels_or_modules_with_levels(#[case] text: &str, #[case] accepted: bool) {
    assert_eq!(command(&[("BELINO_LOG", text)]).is_ok(), accepted);
}

#[test]
fn encryption_keys_are_read_in_order_and_never_shown() {
    let text =
        "new:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=, old:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
    let keys = command(&[("BELINO_ENCRYPTION_KEYS", text)])
        .unwrap()
        .encryption_keys
        .unwrap();
    assert_eq!(
        keys.iter().map(EncryptionKey::id).collect::<Vec<_>>(),
        ["new", "old"]
    );
    assert_eq!(keys[0].expose(), &[1; 32]);
    assert_eq!(keys[1].expose(), &[2; 32]);
    assert!(!format!("{keys:?}").contains("1, 1"));
}

#[rstest::rstest]
#[case("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")]
#[case(":AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")]
#[case("k1:AQEB")]
#[case("k1:!")]
#[case("k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=,k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")]
fn an_encryption_key_without_id_or_of_another_length_is_refused(#[case] text: &str) {
    assert!(command(&[("BELINO_ENCRYPTION_KEYS", text)]).is_err());
}

#[test]
fn an_empty_value_is_an_unset_one() {
    let config = command(&[("BELINO_ADMIN_KEY", "  "), ("BELINO_LISTEN", "")]).unwrap();
    assert!(config.admin_key.is_none());
}

mod files {
    use super::*;

    fn from_file(text: &str) -> Result<Config, Faults> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("belino.toml");
        std::fs::write(&path, text).unwrap();
        let mut settings = Settings::default();
        settings.add_file(&path, true);
        Config::of(settings, Purpose::Command)
    }

    #[test]
    fn a_file_holds_the_same_keys_flat() {
        let config = from_file("BELINO_LISTEN = \"127.0.0.1:1\"\nBELINO_MAX_BODY_BYTES = 2048\n").unwrap();
        assert_eq!((config.listen.port(), config.max_body_bytes), (1, 2_048));
    }

    #[test]
    fn an_unknown_key_is_a_fault_that_names_its_neighbour() {
        let faults = from_file("BELINO_LISTEN_ON = \"x\"\nlisten = 1\nBELINO_LOG = true\n").unwrap_err();
        assert_eq!(faulty_keys(&faults), ["BELINO_LISTEN_ON", "BELINO_LOG", "listen"]);
        assert_eq!(faults.list()[0].fix, "did you mean BELINO_LISTEN?");
        assert_eq!(faults.list()[2].fix, "remove it");
    }

    #[test]
    fn broken_toml_is_located_without_being_quoted() {
        let faults = from_file("BELINO_LOG = \"info\"\nINSTAGRAM_APP_SECRET = hunter2\n").unwrap_err();
        assert!(faults.to_string().contains("line 2"), "{faults}");
        assert!(!faults.to_string().contains("hunter2"), "{faults}");
    }

    #[test]
    fn a_file_that_was_asked_for_must_be_there() {
        let mut settings = Settings::default();
        settings.add_file(std::path::Path::new("no-such.toml"), false);
        assert!(settings.faults.is_empty());
        settings.add_file(std::path::Path::new("no-such.toml"), true);
        assert_eq!(settings.faults.len(), 1);
    }

    #[test]
    fn a_dotenv_file_wins_over_the_toml_file_and_holds_others_names_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(
            &path,
            "POSTGRES_PASSWORD=x\nBELINO_LISTEN='127.0.0.1:2'\nBELINO_LOG=\n",
        )
        .unwrap();
        let mut settings = settings(&[("BELINO_LISTEN", "127.0.0.1:1"), ("BELINO_LOG", "warn")]);
        settings.add_dotenv(&path);
        let config = Config::of(settings, Purpose::Command).unwrap();
        assert_eq!((config.listen.port(), config.log.as_str()), (2, "warn"));
    }

    #[test]
    fn a_broken_dotenv_file_is_a_fault_that_quotes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, "BELINO_LOG=info\nINSTAGRAM_APP_SECRET='hunter2\n").unwrap();
        let mut settings = Settings::default();
        settings.add_dotenv(&path);
        let faults = Config::of(settings, Purpose::Command).unwrap_err();
        assert!(faults.to_string().contains("BELINO_LOG"), "{faults}");
        assert!(!faults.to_string().contains("hunter2"), "{faults}");
    }
}
