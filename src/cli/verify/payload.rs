//! Notifications of comments as Meta writes them: its order of keys, its escaping.

use std::fmt::Write as _;
use std::sync::Arc;

/// What people say, as Meta writes it on the wire.
const SAYINGS: [&str; 4] = [
    r"save one for me please! \ud83c\udf5e",
    r"Sch\u00f6n gemacht, gr\u00fc\u00dfe aus K\u00f6ln! Wann gibt es das wieder?",
    r"how much is it \/ do you ship to Portugal?",
    r"\u0040theo 50\u0025 off \u003C3",
];

/// A comment that the sandbox knows.
#[derive(Clone)]
pub(super) struct Comment {
    pub(super) id: String,
    pub(super) media: String,
    pub(super) account: String,
}

/// A notification, ready to be signed and sent as often as one likes.
#[derive(Clone)]
pub(super) struct Delivery {
    pub(super) body: Arc<[u8]>,
    pub(super) comments: Arc<[String]>,
    told: Arc<[Comment]>,
}

impl Delivery {
    /// Of comments in this order, an entry for each, dated `time` in seconds.
    pub(super) fn of(comments: &[Comment], time: i64) -> Self {
        let mut body = String::from(r#"{"object":"instagram","entry":["#);
        for (nth, comment) in comments.iter().enumerate() {
            if nth > 0 {
                body.push(',');
            }
            entry(&mut body, comment, time);
        }
        body.push_str("]}");
        Self {
            body: body.into_bytes().into(),
            comments: comments.iter().map(|comment| comment.id.clone()).collect(),
            told: comments.into(),
        }
    }

    /// What several told, in one and the other way round.
    pub(super) fn together(several: &[Self], time: i64) -> Self {
        let all: Vec<Comment> = several
            .iter()
            .rev()
            .flat_map(|one| one.told.iter().cloned())
            .collect();
        Self::of(&all, time)
    }
}

fn entry(body: &mut String, comment: &Comment, time: i64) {
    let Comment { id, media, account } = comment;
    let nth = id.bytes().map(usize::from).sum::<usize>() % SAYINGS.len();
    let saying = SAYINGS.get(nth).copied().unwrap_or_default();
    write!(
        body,
        r#"{{"id":"{account}","time":{time},"changes":[{{"field":"comments","value":{{"from":{{"id":"1000000000000001","username":"ann.b"}},"media":{{"id":"{media}","media_product_type":"FEED"}},"id":"{id}","text":"{saying}"}}}}]}}"#,
    )
    .expect("a String takes everything");
}
