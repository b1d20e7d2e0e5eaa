//! Words that belong to one room, and words that belong nowhere.

use crate::source::{Source, bare, lines_with};

/// What is named, and who may name it.
const PLACES: [(&str, &[&str]); 14] = [
    ("sqlx", &["store"]),
    ("rusqlite", &["store"]),
    ("actix_web", &["http", "dashboard", "sandbox"]),
    ("actix_rt", &["http", "dashboard", "sandbox"]),
    ("utoipa_actix_web", &["http"]),
    ("Client::builder", &["net", "sandbox"]),
    ("ClientBuilder", &["net", "sandbox"]),
    ("reqwest::Client::new", &["net", "sandbox"]),
    ("reqwest::get", &[]),
    ("std::env", &["config"]),
    ("env::var", &["config"]),
    ("env::vars", &["config"]),
    ("env::var_os", &["config"]),
    ("anyhow", &["main", "app"]),
];

/// What `domain` names of sqlx: derives that let its types be stored, and nothing that does it.
const DERIVES: [&str; 3] = ["sqlx::Type", "sqlx::FromRow", "#[sqlx("];

/// What production code never says.
const NEVER: [&str; 6] = [
    ".unwrap()",
    "todo!",
    "unimplemented!",
    "dbg!",
    "tokio::spawn",
    "thread::sleep",
];

/// What no code says, tests included.
const NOWHERE: [&str; 4] = ["#[allow(", "#![allow(", "#[ignore", "unsafe"];

/// A fault for each thing that is named outside its rooms.
pub(crate) fn out_of_place(source: &Source) -> Vec<String> {
    let mut code = source.code();
    if source.room() == "domain" {
        for derive in DERIVES {
            code = code.replace(derive, "");
        }
    }
    let elsewhere = PLACES.iter().filter(|(_, rooms)| !rooms.contains(&source.room()));
    elsewhere
        .flat_map(|(what, _)| faults(source, &code, what, "does not belong into this room"))
        .collect()
}

/// A fault for each thing that is left undone or silenced.
pub(crate) fn forbidden(source: &Source) -> Vec<String> {
    let production = source.code();
    let all = bare(&source.text);
    let never = NEVER
        .iter()
        .flat_map(|what| faults(source, &production, what, "has no place in production"));
    let nowhere = NOWHERE
        .iter()
        .flat_map(|what| faults(source, &all, what, "has no place anywhere"));
    never.chain(nowhere).collect()
}

fn faults(source: &Source, code: &str, what: &str, why: &str) -> Vec<String> {
    lines_with(code, what)
        .map(|line| format!("{}:{line}: {what} {why}", source.path))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::sample;

    #[test]
    fn a_thing_is_named_in_its_room_only() {
        for (path, text, count) in [
            ("src/store/a.rs", "use sqlx::Pool;", 0),
            ("src/http/a.rs", "use sqlx::Pool;", 1),
            (
                "src/domain/a.rs",
                "#[derive(sqlx::Type)]\n#[sqlx(transparent)]",
                0,
            ),
            ("src/domain/a.rs", "use sqlx::query;", 1),
            ("src/graph/a.rs", "reqwest::Client::builder()", 1),
            ("src/net/a.rs", "reqwest::Client::builder()", 0),
            ("src/cli/a.rs", "use actix_web::web;", 1),
            ("src/cli/a.rs", "std::env::args()", 1),
            ("src/cli/a.rs", "env!(\"CARGO_PKG_VERSION\")", 0),
            ("src/config/a.rs", "std::env::var(KEY)", 0),
            ("src/graph/a.rs", "// as sqlx does", 0),
            ("src/store/a.rs", "anyhow::bail!()", 1),
        ] {
            assert_eq!(
                out_of_place(&sample(path, text)).len().min(1),
                count,
                "{path}: {text}"
            );
        }
    }

    #[test]
    fn what_is_left_undone_or_silenced_is_a_fault() {
        for (path, text, count) in [
            ("src/net/a.rs", "let a = b.unwrap();", 1),
            ("src/net/tests.rs", "let a = b.unwrap();", 0),
            ("src/net/a.rs", "let a = b.unwrap_or(1);", 0),
            ("src/net/a.rs", "todo!()", 1),
            ("src/net/a.rs", "#[allow(dead_code)]", 1),
            ("src/net/a.rs", "#[expect(dead_code, reason = \"r\")]", 0),
            ("tests/a.rs", "#[ignore]\nfn a() {}", 1),
            ("tests/a.rs", "#[ignore = \"slow\"]", 1),
            ("tests/a.rs", "let text = \"#[ignore]\";", 0),
        ] {
            assert_eq!(forbidden(&sample(path, text)).len(), count, "{path}: {text}");
        }
    }
}
