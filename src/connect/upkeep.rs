//! What keeps connections alive: renewals, looks and forecasts, again and again until told to stop.

use std::error::Error;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Connector;
use crate::chance::chance;
use crate::store::StoreError;

/// Between two rounds; up to half as long again, so that processes do not go round in step.
const ROUND: Duration = Duration::from_secs(20);

impl Connector {
    /// Renews tokens, looks at connections, tells of ends to come and destroys what nobody chose from in time, until told
    /// to stop. A slow look holds up no renewal.
    pub async fn keep_alive(self, stop: CancellationToken) {
        let tokens = async {
            loop {
                heed(self.renew_due(&stop).await, "renew tokens");
                heed(self.forecast().await, "foresee the ends of connections");
                heed(
                    self.store.forget_sessions().await,
                    "destroy the tokens of choices that have ended",
                );
                if !self.pause(&stop).await {
                    break;
                }
            }
        };
        let looks = async {
            loop {
                heed(self.look_due(&stop).await, "look at connections");
                if !self.pause(&stop).await {
                    break;
                }
            }
        };
        tokio::join!(tokens, looks);
    }

    /// Waits for the next round, which comes at once when somebody has connected; false: there is none.
    async fn pause(&self, stop: &CancellationToken) -> bool {
        tokio::select! {
            () = tokio::time::sleep(ROUND.mul_f64(1.0 + chance() / 2.0)) => {}
            () = self.hurry.notified() => {}
            () = stop.cancelled() => {}
        }
        !stop.is_cancelled()
    }
}

fn heed<T>(outcome: Result<T, StoreError>, what: &str) {
    if let Err(error) = outcome {
        tracing::error!(error = &error as &dyn Error, "could not {what}");
    }
}
