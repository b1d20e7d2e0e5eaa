//! The page that tells a person how far the deletion is: plain HTML without scripts, forms or anything from elsewhere.

use std::fmt::Write;
use std::sync::LazyLock;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpResponse, mime};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::domain::Timestamp;
use crate::store::{Erasure, ErasureState};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

/// Nothing but this very style.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

/// What is shown of each kind that is counted.
const KINDS: [(&str, &str); 13] = [
    ("connections", "Connections with their access tokens"),
    ("events", "Notifications from Instagram"),
    ("comments", "Comments"),
    ("mentions", "Mentions"),
    ("messages", "Messages"),
    ("media", "Media"),
    ("posts", "Posts that were asked for here"),
    ("uploads", "Files that those posts were made of"),
    ("story_insights", "Figures of stories"),
    ("calls", "Records of requests to Instagram"),
    ("feed", "Entries of the history"),
    ("deliveries", "Raw records whose content was erased"),
    ("refused_deliveries", "Refused records"),
];

/// The page for an erasure, or the one that says that there is none.
pub fn answer(erasure: Option<&Erasure>) -> HttpResponse {
    let (status, title, content) = match erasure {
        Some(erasure) => (StatusCode::OK, "Deletion of your data", content(erasure)),
        None => (StatusCode::NOT_FOUND, "Unknown confirmation code", unknown()),
    };
    let page = PAGE
        .replace("{title}", title)
        .replace("{style}", STYLE)
        .replace("{content}", &content);
    HttpResponse::build(status)
        .content_type(mime::TEXT_HTML_UTF_8)
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((VARY, ACCEPT.as_str()))
        .body(page)
}

fn unknown() -> String {
    "<p>There is no deletion with this confirmation code. Please check that the address is complete: the code is \
        its last part.</p>"
        .to_owned()
}

fn content(erasure: &Erasure) -> String {
    let mut html = format!(
        "<p>{}</p>\n<p>Asked for on {}.</p>\n",
        sentence(erasure),
        time(erasure.requested_at)
    );
    if erasure.state != ErasureState::Done {
        let (done, all) = (erasure.stages_done, erasure.stages);
        write!(
            html,
            "<p><label for=\"steps\">{done} of {all} steps are done.</label></p>\n\
            <progress id=\"steps\" max=\"{all}\" value=\"{done}\">{done} of {all}</progress>\n\
            <p>Load this page again to see how far it is.</p>\n"
        )
        .expect("a String takes everything");
    }
    html.push_str(&removed(erasure));
    html.push_str("<p>Backup copies that were made before are not changed by this.</p>");
    html
}

fn sentence(erasure: &Erasure) -> String {
    match (erasure.state, erasure.finished_at) {
        (ErasureState::Done, Some(at)) => format!("It is done: everything was deleted by {}.", time(at)),
        (ErasureState::Done, None) => "It is done: everything was deleted.".to_owned(),
        (ErasureState::Running, _) => {
            "It is running. Access to your account has ended; your data are being deleted.".to_owned()
        }
        (ErasureState::Received, _) => {
            "It was received. Access to your account has ended; your data are about to be deleted.".to_owned()
        }
    }
}

fn removed(erasure: &Erasure) -> String {
    let heading = "<h2>What was deleted so far</h2>\n";
    let mut rows = String::new();
    for (kind, shown) in KINDS {
        let count = erasure.removed.iter().find(|(name, _)| name == kind);
        if let Some((_, count)) = count.filter(|(_, count)| *count > 0) {
            writeln!(rows, "<tr><th scope=\"row\">{shown}</th><td>{count}</td></tr>")
                .expect("a String takes everything");
        }
    }
    if rows.is_empty() {
        return format!("{heading}<p>Nothing.</p>\n");
    }
    format!(
        "{heading}<table>\n<thead><tr><th scope=\"col\">Kind</th><th scope=\"col\">Number</th></tr></thead>\n\
        <tbody>\n{rows}</tbody>\n</table>\n"
    )
}

/// To the second: nobody needs to know it better.
fn time(at: Timestamp) -> String {
    let at = Timestamp::from_seconds(at.seconds()).to_string();
    let shown = at.replace('T', " ").replace('Z', " UTC");
    format!("<time datetime=\"{at}\">{shown}</time>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn erasure(state: ErasureState, removed: &[(&str, i64)]) -> Erasure {
        Erasure {
            state,
            requested_at: Timestamp::from_micros(1_795_000_000_123_456),
            finished_at: None,
            stages_done: 3,
            stages: 11,
            removed: removed
                .iter()
                .map(|(kind, count)| ((*kind).to_owned(), *count))
                .collect(),
        }
    }

    #[test]
    fn the_page_says_how_far_it_is_and_what_was_deleted() {
        let html = content(&erasure(
            ErasureState::Running,
            &[("events", 12), ("comments", 0)],
        ));
        assert!(html.contains("3 of 11 steps"), "{html}");
        assert!(html.contains("<th scope=\"row\">Notifications from Instagram</th><td>12</td>"));
        assert!(!html.contains("Comments"), "{html}");
        assert!(
            html.contains("<time datetime=\"2026-11-18T11:06:40Z\">2026-11-18 11:06:40 UTC</time>"),
            "{html}"
        );
    }

    #[test]
    fn nothing_is_said_to_be_deleted_where_nothing_was() {
        let html = content(&erasure(ErasureState::Done, &[]));
        assert!(
            html.contains("<p>Nothing.</p>") && !html.contains("<progress"),
            "{html}"
        );
    }

    #[test]
    fn the_policy_names_the_style_that_is_in_the_page() {
        let page = PAGE.replace("{style}", STYLE);
        let style = page
            .split("<style>")
            .nth(1)
            .unwrap()
            .split("</style>")
            .next()
            .unwrap();
        let hash = STANDARD.encode(Sha256::digest(style));
        assert!(POLICY.contains(&format!("'sha256-{hash}'")));
    }
}
