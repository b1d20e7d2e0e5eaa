//! A client of the feed's stream, as browsers and libraries are: frames out of bytes as they come.

use std::net::TcpListener;
use std::time::Duration;

use belino::http::{ServeOptions, StreamOptions};
use reqwest::Response;
use serde_json::Value;

use crate::app::{OPERATOR, TestApp};

/// The longest that a case follows.
const PATIENCE: Duration = Duration::from_mins(1);

/// A frame of a stream.
#[derive(Debug, PartialEq)]
pub(crate) enum Frame {
    /// After how many milliseconds to come again.
    Retry(u64),
    /// A sign of life, and how far was looked.
    Alive(String),
    /// An event.
    Told(Told),
}

/// An event of a stream; `data` as it came.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) id: String,
    pub(crate) event: String,
    pub(crate) data: String,
}

impl Told {
    /// The event's data as a value.
    pub(crate) fn row(&self) -> Value {
        serde_json::from_str(&self.data).unwrap()
    }
}

/// An open stream.
pub(crate) struct Follower {
    response: Response,
    text: String,
}

impl Follower {
    pub(crate) fn of(response: Response) -> Self {
        assert_eq!(response.status(), 200, "{response:?}");
        Self {
            response,
            text: String::new(),
        }
    }

    /// The next frame; none when the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let frame: String = self.text.drain(..end + 2).collect();
                return Some(parse(frame.trim_end()));
            }
            let bytes = self.response.chunk().await.unwrap()?;
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    /// The next events.
    pub(crate) async fn told(&mut self, count: usize) -> Vec<Told> {
        let mut told = Vec::new();
        while told.len() < count {
            let frame = self.next().await.expect("the stream goes on");
            told.extend(event(frame));
        }
        told
    }

    /// The events that come before the stream's end.
    pub(crate) async fn ended(mut self) -> Vec<Told> {
        let mut told = Vec::new();
        while let Some(frame) = self.next().await {
            told.extend(event(frame));
        }
        told
    }

    /// Waits for so many signs of life, with no event among them.
    pub(crate) async fn silent_for(&mut self, heartbeats: usize) {
        for _ in 0..heartbeats {
            assert!(matches!(self.next().await, Some(Frame::Alive(_))));
        }
    }

    /// Waits for a sign of life that is this far, with no event before it.
    pub(crate) async fn looked_as_far_as(&mut self, id: &str) {
        loop {
            match self.next().await {
                Some(Frame::Alive(far)) if far == id => return,
                Some(Frame::Alive(_) | Frame::Retry(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

fn event(frame: Frame) -> Option<Told> {
    match frame {
        Frame::Told(told) => Some(told),
        Frame::Retry(_) | Frame::Alive(_) => None,
    }
}

/// A frame without the empty line that ends it.
pub(crate) fn parse(frame: &str) -> Frame {
    let lines: Vec<&str> = frame.split('\n').collect();
    match lines.as_slice() {
        [": keep-alive", id] => Frame::Alive(id.strip_prefix("id: ").unwrap().to_owned()),
        [one] => Frame::Retry(one.strip_prefix("retry: ").unwrap().parse().unwrap()),
        [id, event, data] => Frame::Told(Told {
            id: id.strip_prefix("id: ").unwrap().to_owned(),
            event: event.strip_prefix("event: ").unwrap().to_owned(),
            data: data.strip_prefix("data: ").unwrap().to_owned(),
        }),
        _ => panic!("no frame of ours: {frame:?}"),
    }
}

impl TestApp {
    /// The same service behind another address, where streams are served so.
    pub(crate) fn streaming(&self, streams: StreamOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let options = ServeOptions {
            streams,
            ..ServeOptions::default()
        };
        self.parts.listen(&self.config, listener, &options).unwrap();
        Self { base, ..self.clone() }
    }

    /// Asks for a stream.
    pub(crate) async fn asking(&self, key: &str, query: &str, last: Option<&str>) -> Response {
        let address = format!("{}/api/feed/stream{query}", self.base);
        let mut request = self.http.get(address).bearer_auth(key).timeout(PATIENCE);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        request.send().await.unwrap()
    }

    /// Follows as an operator.
    pub(crate) async fn follow(&self, query: &str) -> Follower {
        Follower::of(self.asking(OPERATOR, query, None).await)
    }

    /// Comes again as an operator who saw this last.
    pub(crate) async fn follow_after(&self, query: &str, last: &str) -> Follower {
        Follower::of(self.asking(OPERATOR, query, Some(last)).await)
    }
}
