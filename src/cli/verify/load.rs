//! The load: many senders in a closed loop, to whichever service runs, each answer written into the book.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use reqwest::{Client, StatusCode, header};
use tokio::sync::watch;

use super::book::{self, Book, Sent};
use super::payload::Delivery;
use crate::domain::AppSecret;
use crate::webhook::signature;

/// POSTs under way at the same time.
const AT_ONCE: usize = 16;
/// Who was refused comes with the next one after this: else a bad second would refuse the whole load.
const REFUSED: Duration = Duration::from_millis(200);

/// Sends deliveries as Meta would, but never twice by itself. Cheap to clone.
#[derive(Clone)]
pub(super) struct Load {
    pub(super) http: Client,
    pub(super) secret: AppSecret,
    /// The services that run.
    pub(super) targets: watch::Receiver<Vec<SocketAddr>>,
    pub(super) book: Book,
}

impl Load {
    /// Sends all of them; while no service runs it waits.
    pub(super) async fn send(&self, deliveries: &[Delivery]) {
        stream::iter(deliveries.iter().enumerate())
            .map(|(nth, delivery)| self.one(nth, delivery))
            .buffer_unordered(AT_ONCE)
            .for_each(|()| std::future::ready(()))
            .await;
    }

    async fn one(&self, nth: usize, delivery: &Delivery) {
        let Some(to) = self.target(nth).await else {
            return;
        };
        let request = self
            .http
            .post(format!("http://{to}/api/instagram/webhook"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(
                "X-Hub-Signature-256",
                signature::sign(&self.secret, &delivery.body),
            )
            .body(delivery.body.to_vec());
        let answer = request.send().await;
        let acknowledged = answer.is_ok_and(|answer| answer.status() == StatusCode::OK);
        self.book.note(Sent {
            hash: book::hash(&delivery.body),
            comments: delivery.comments.clone(),
            acknowledged,
        });
        if !acknowledged {
            tokio::time::sleep(REFUSED).await;
        }
    }

    /// One of those that run, in turn.
    async fn target(&self, nth: usize) -> Option<SocketAddr> {
        let mut targets = self.targets.clone();
        let running = targets.wait_for(|running| !running.is_empty()).await.ok()?;
        running.get(nth % running.len()).copied()
    }
}
