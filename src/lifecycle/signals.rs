//! The wishes to stop: the operating system's signals, or those that a test sends.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;

/// A source of wishes to stop.
pub struct Signals(Source);

enum Source {
    System { interrupt: Signal, terminate: Signal },
    Sent(mpsc::UnboundedReceiver<()>),
}

impl Signals {
    /// Listens to SIGINT and SIGTERM from now on.
    pub fn system() -> std::io::Result<Self> {
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(Self(Source::System { interrupt, terminate }))
    }

    /// Signals that come from the sender.
    pub fn sent() -> (mpsc::UnboundedSender<()>, Self) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (sender, Self(Source::Sent(receiver)))
    }

    /// Waits for the next one; for ever, once there can be none. Dropping the wait loses no signal.
    pub async fn next(&mut self) {
        let came = match &mut self.0 {
            Source::System { interrupt, terminate } => tokio::select! {
                came = interrupt.recv() => came,
                came = terminate.recv() => came,
            },
            Source::Sent(receiver) => receiver.recv().await,
        };
        if came.is_none() {
            std::future::pending::<()>().await;
        }
    }
}
