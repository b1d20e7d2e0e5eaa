//! Bringing a film's bytes to Meta, where it is not to fetch them (graph-publishing.md §4).

use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;
use tokio::fs::File;
use url::Url;

use super::oauth::Success;
use super::request::{Cargo, Request};
use super::{Access, Answer, Graph, GraphError, lenient};

/// Where Meta takes films.
const HOST: &str = "rupload.facebook.com";
/// Every call takes this long besides.
const AT_LEAST: Duration = Duration::from_secs(30);
/// A line that carries less than this in a second is too slow: 512 KiB.
const SLOWEST: u64 = 512 << 10;

/// A film that is brought.
#[derive(Debug)]
pub struct Film {
    /// At the byte that is brought first.
    pub file: File,
    /// Which one that is.
    pub offset: u64,
    /// How many bytes the whole film has.
    pub bytes: u64,
}

impl Film {
    /// How long bringing a film of so many bytes may take.
    pub const fn patience(bytes: u64) -> Duration {
        AT_LEAST.saturating_add(Duration::from_secs(bytes / SLOWEST))
    }
}

/// How much of a film Meta has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brought {
    /// All of it.
    pub complete: bool,
    /// The bytes that came.
    pub bytes: u64,
}

#[derive(Deserialize)]
struct Container {
    #[serde(default, deserialize_with = "lenient::object")]
    video_status: Option<VideoStatus>,
}

#[derive(Deserialize)]
struct VideoStatus {
    #[serde(default, deserialize_with = "lenient::object")]
    uploading_phase: Option<Phase>,
}

#[derive(Deserialize)]
struct Phase {
    #[serde(default, deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient::count")]
    bytes_transferred: Option<i64>,
}

impl From<Container> for Brought {
    fn from(container: Container) -> Self {
        let phase = container.video_status.and_then(|status| status.uploading_phase);
        let transferred = phase.as_ref().and_then(|phase| phase.bytes_transferred);
        Self {
            complete: phase.is_some_and(|phase| phase.status.as_deref() == Some("complete")),
            bytes: transferred
                .and_then(|bytes| u64::try_from(bytes).ok())
                .unwrap_or(0),
        }
    }
}

impl Graph {
    /// Brings a film to the address that its container came with. Nobody sees it until the container is published, so
    /// it may be repeated from where it ended: [`Graph::brought`] tells.
    pub async fn bring(&self, access: &Access, to: &Url, film: Film) -> Result<Answer<()>, GraphError> {
        let patience = Film::patience(film.bytes - film.offset.min(film.bytes));
        let request = Request::form_to("upload", to)
            .by(Method::POST)
            .carrying(Cargo(film))
            .within(patience);
        Ok(self.send::<Success>(access, request).await?.map(drop))
    }

    /// Reads how much of a film Meta has.
    pub async fn brought(&self, access: &Access, container: &str) -> Result<Answer<Brought>, GraphError> {
        let request = Request::node("upload_status", container).with("fields", "id,video_status");
        Ok(self.send::<Container>(access, request).await?.map(Into::into))
    }

    /// Whether the token may go to this address: Meta's own host for films, or whoever stands for Meta here.
    pub(super) fn may_be_brought_to(&self, address: &Url) -> bool {
        let meta =
            address.scheme() == "https" && address.host_str() == Some(HOST) && address.port().is_none();
        meta || address.origin() == self.facebook_url().origin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brought(json: &str) -> Brought {
        serde_json::from_str::<Container>(json).unwrap().into()
    }

    #[test]
    fn what_meta_does_not_tell_has_not_come() {
        let nothing = Brought {
            complete: false,
            bytes: 0,
        };
        for json in [
            "{}",
            r#"{"video_status":null}"#,
            r#"{"video_status":{"uploading_phase":{"status":"not_started"}}}"#,
            r#"{"video_status":{"uploading_phase":{"bytes_transferred":-1}}}"#,
        ] {
            assert_eq!(brought(json), nothing, "{json}");
        }
        let half =
            r#"{"video_status":{"uploading_phase":{"status":"in_progress","bytes_transferred":"50"}}}"#;
        assert_eq!(brought(half).bytes, 50);
        let all = r#"{"video_status":{"uploading_phase":{"status":"complete"}}}"#;
        assert!(brought(all).complete);
    }

    #[test]
    fn a_large_film_may_take_minutes() {
        assert_eq!(Film::patience(0), AT_LEAST);
        assert_eq!(Film::patience(300 << 20), Duration::from_secs(630));
    }
}
