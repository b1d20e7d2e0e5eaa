//! What is to be published, from a file or from words.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Map, Value, json};

use crate::cli::Failure;
use crate::cli::failure::io;
use crate::domain::post::PostKind;
use crate::http::NewPost;

/// A post's description is far shorter.
const LONGEST: u64 = 256 * 1024;

/// What a file says itself.
const IN_WORDS: [&str; 11] = [
    "account",
    "kind",
    "media",
    "caption",
    "first_comment",
    "at",
    "draft",
    "trial",
    "ai_generated",
    "sponsor",
    "paid_partnership",
];

/// A post, as JSON like the API takes it, or in words.
#[derive(Debug, Args)]
pub struct Asked {
    /// The workspace; needed where there are several
    #[arg(long)]
    pub workspace: Option<String>,
    /// The account's id at Meta; needed where several are connected
    #[arg(long)]
    account: Option<String>,
    /// Read the post as JSON from this file, or from standard input with `-`
    #[arg(long, value_name = "FILE", conflicts_with_all = IN_WORDS)]
    file: Option<PathBuf>,
    /// image, reel, carousel or story
    #[arg(long, required_unless_present = "file")]
    kind: Option<PostKind>,
    /// An image or video, as a file or an address; once for each file of a carousel
    #[arg(long, value_name = "FILE_OR_URL", required_unless_present = "file")]
    media: Vec<String>,
    /// A reel's cover, as a file or an address
    #[arg(long, value_name = "FILE_OR_URL", conflicts_with = "file")]
    cover: Option<String>,
    /// The text beneath
    #[arg(long)]
    caption: Option<String>,
    /// A comment that the account makes beneath it at once
    #[arg(long)]
    first_comment: Option<String>,
    /// When it is published, as 2026-12-01T09:00:00+01:00
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Prepare it, and publish it when `belino post publish` says so
    #[arg(long)]
    draft: bool,
    /// A reel that is shown first to people who do not follow; `MANUAL` or `SS_PERFORMANCE`: who decides
    #[arg(long, value_name = "STRATEGY")]
    trial: Option<String>,
    /// Tell that it was made by a machine
    #[arg(long)]
    ai_generated: bool,
    /// Id of a brand that pays for it (Facebook Login); at most twice
    #[arg(long, value_name = "ID")]
    sponsor: Vec<String>,
    /// Tell that somebody pays for it (Facebook Login)
    #[arg(long)]
    paid_partnership: bool,
    /// A name of yours: asked for again under it, it is the same post
    #[arg(long, value_name = "NAME")]
    pub key: Option<String>,
}

impl Asked {
    /// The post that is asked for.
    pub fn post(&self) -> Result<NewPost, Failure> {
        let value = match &self.file {
            Some(path) => read(path)?,
            None => self.in_words(),
        };
        serde_json::from_value(value).map_err(|error| Failure::Usage(format!("that is no post: {error}")))
    }

    /// Whether it names files of this machine where it does not name addresses.
    pub const fn names_files(&self) -> bool {
        self.file.is_none()
    }

    fn in_words(&self) -> Value {
        let media = |url: &String| {
            let path = url.split(['?', '#']).next().unwrap_or_default();
            let extension = Path::new(path).extension().unwrap_or_default();
            let video = ["mp4", "mov"]
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known));
            if video {
                json!({ "url": url, "media_type": "video" })
            } else {
                json!({ "url": url })
            }
        };
        let mut post = Map::new();
        post.insert("kind".to_owned(), json!(self.kind));
        post.insert("media".to_owned(), self.media.iter().map(media).collect());
        let words = [
            ("account", &self.account),
            ("caption", &self.caption),
            ("cover_url", &self.cover),
            ("first_comment", &self.first_comment),
            ("publish_at", &self.at),
        ];
        for (name, value) in words {
            if let Some(value) = value {
                post.insert(name.to_owned(), json!(value));
            }
        }
        if let Some(strategy) = &self.trial {
            let trial = json!({ "graduation_strategy": strategy });
            post.insert("trial".to_owned(), trial);
        }
        if !self.sponsor.is_empty() {
            post.insert("branded_content_sponsor_ids".to_owned(), json!(self.sponsor));
        }
        let said = [
            ("draft", self.draft),
            ("is_ai_generated", self.ai_generated),
            ("is_paid_partnership", self.paid_partnership),
        ];
        for (name, _) in said.into_iter().filter(|(_, said)| *said) {
            post.insert(name.to_owned(), json!(true));
        }
        Value::Object(post)
    }
}

fn read(path: &PathBuf) -> Result<Value, Failure> {
    let failed = || io(format!("could not read {}", path.display()));
    let mut text = String::new();
    if path.as_os_str() == "-" {
        std::io::stdin()
            .take(LONGEST)
            .read_to_string(&mut text)
            .map_err(failed())?;
    } else {
        let file = std::fs::File::open(path).map_err(failed())?;
        file.take(LONGEST).read_to_string(&mut text).map_err(failed())?;
    }
    serde_json::from_str(&text)
        .map_err(|error| Failure::Usage(format!("{} is no JSON: {error}", path.display())))
}
