//! What followers see, beside what the service says.

use serde::Serialize;
use serde_json::Value;

use super::asked::comment_on;
use super::ways::Stand;
use crate::cli::meta::text;

/// What came of posts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Tally {
    pub(super) posts: usize,
    /// Seen once, and `published`.
    pub(super) once: usize,
    /// Not seen, and `failed`.
    pub(super) absent: usize,
    /// `uncertain`, and not seen twice: a person decides.
    pub(super) unclear: usize,
    /// Seen twice, or the first comment is.
    pub(super) twice: usize,
    /// What is said of it is not so.
    pub(super) wrong: usize,
}

impl Tally {
    /// Counts a post; says what is wrong with it.
    pub(super) fn count(&mut self, stand: &Stand, feed: &[Value]) -> Option<String> {
        let caption = &stand.asked.caption;
        let seen = of_text(feed, "caption", caption);
        let comments: Vec<usize> = seen.iter().map(|post| comments(post, caption)).collect();
        let (seen, said_most) = (seen.len(), comments.iter().copied().max().unwrap_or_default());
        let state = text(&stand.in_the_end, "/state").unwrap_or_default();
        let explained = text(&stand.in_the_end, "/reason/code").is_some();
        self.posts += 1;
        let told = match (state.as_str(), seen) {
            (_, 2..) => {
                self.twice += 1;
                format!("is seen {seen} times")
            }
            _ if said_most > 1 => {
                self.twice += 1;
                format!("has its first comment {said_most} times")
            }
            _ if stand.at_rest != stand.in_the_end => {
                self.wrong += 1;
                "was changed by a process that had stood still".to_owned()
            }
            ("published", 1) if said_most == 0 && !explained => {
                self.wrong += 1;
                "lacks its first comment, and nothing says so".to_owned()
            }
            ("published", 1) => {
                self.once += 1;
                return None;
            }
            ("failed", 0) => {
                self.absent += 1;
                return None;
            }
            ("uncertain", _) => {
                self.unclear += 1;
                return None;
            }
            (state, seen) => {
                self.wrong += 1;
                format!("is {state} and seen {seen} times")
            }
        };
        Some(format!("`{caption}` {told}"))
    }
}

fn of_text<'v>(rows: &'v [Value], name: &str, wanted: &str) -> Vec<&'v Value> {
    let is = |row: &&Value| row.get(name).and_then(Value::as_str) == Some(wanted);
    rows.iter().filter(is).collect()
}

/// How often the first comment stands beneath a post.
fn comments(post: &Value, caption: &str) -> usize {
    let comments = post.get("comments").and_then(Value::as_array);
    comments.map_or(0, |all| of_text(all, "text", &comment_on(caption)).len())
}
