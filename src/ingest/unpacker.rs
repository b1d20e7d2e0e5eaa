//! Unpacking: received deliveries become events.
//!
//! Reading happens outside any transaction; writing in chunks of bounded size. A delivery that fails
//! three times is set aside as unreadable, and the next one goes on.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio_util::sync::CancellationToken;

use super::Bells;
use crate::domain::DeliveryId;
use crate::store::{ParsedDelivery, ReceivedDelivery, Store, StoreError, UnpackReport};
use crate::webhook;

/// Deliveries read at once: of Meta's largest, some 20 MiB.
const DELIVERIES: i64 = 64;
/// How often a transaction that lost against another is run again.
const CONTENTION_TRIES: usize = 5;

/// Turns received deliveries into events. Cheap to clone.
#[derive(Clone)]
pub struct Unpacker {
    store: Store,
    bells: Bells,
}

/// A delivery that cannot be read at all.
struct Panicked;

impl Unpacker {
    /// An unpacker of this store's deliveries.
    pub const fn new(store: Store, bells: Bells) -> Self {
        Self { store, bells }
    }

    /// Unpacks until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.step().await {
                Ok(0) => {
                    tokio::select! {
                        () = self.bells.deliveries() => {}
                        () = stop.cancelled() => {}
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "could not unpack deliveries"
                    );
                    self.bells.deliveries().await;
                }
            }
        }
    }

    /// Unpacks the oldest received deliveries; tells how many deliveries, or parts of them, it wrote.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let deliveries = self.store.received(DELIVERIES).await?;
        let mut written = 0;
        // Whoever leaves a part out leaves the rest out, too: the last part must not complete the delivery.
        let mut left_out = BTreeSet::new();
        for mut chunk in chunks(deliveries.into_iter().map(read), self.store.events_at_once()) {
            chunk.retain(|part| !left_out.contains(&part.id));
            let parts = chunk.len();
            let mut missing = match self.write(&chunk).await {
                Ok(report) => self.tell(report),
                Err(StoreError::Data(error)) => {
                    tracing::warn!(error = %error, "could not store a chunk; storing its deliveries one by one");
                    self.write_one_by_one(chunk).await?
                }
                Err(error) => return Err(error),
            };
            written += parts.saturating_sub(missing.len());
            left_out.append(&mut missing);
        }
        Ok(written)
    }

    async fn write(&self, chunk: &[ParsedDelivery]) -> Result<UnpackReport, StoreError> {
        let mut tries = 1;
        loop {
            match self.store.unpack(chunk).await {
                Err(error) if error.is_contention() && tries < CONTENTION_TRIES => tries += 1,
                result => return result,
            }
        }
    }

    /// Gives the deliveries of which something is missing now.
    async fn write_one_by_one(&self, chunk: Vec<ParsedDelivery>) -> Result<BTreeSet<DeliveryId>, StoreError> {
        let mut left_out = BTreeSet::new();
        for delivery in chunk {
            let id = delivery.id;
            match self.write(std::slice::from_ref(&delivery)).await {
                Ok(report) => left_out.append(&mut self.tell(report)),
                Err(StoreError::Data(error)) => {
                    tracing::error!(error = %error, delivery.id = %id, "could not store delivery {id}");
                    self.store
                        .unpack_failed(&[id], "its events could not be stored")
                        .await?;
                    left_out.insert(id);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(left_out)
    }

    fn tell(&self, report: UnpackReport) -> BTreeSet<DeliveryId> {
        metrics::counter!("belino_events_stored_total").increment(report.events as u64);
        metrics::counter!("belino_events_repeated_total").increment(report.repeats as u64);
        if report.events > 0 {
            self.bells.ring_feed();
        }
        if report.pending > 0 {
            self.bells.ring_lanes();
        }
        report.left_out
    }
}

/// Reads a delivery. A panic of the reader is a delivery that cannot be read, with everything kept.
pub fn read(delivery: ReceivedDelivery) -> ParsedDelivery {
    let ReceivedDelivery {
        id,
        received_at,
        body,
        ..
    } = delivery;
    let items = match catch_unwind(AssertUnwindSafe(|| webhook::unpack(id, &body))).map_err(|_| Panicked) {
        Ok(Ok(items)) => Ok(items),
        Ok(Err(unreadable)) => Err(unreadable.reason),
        Err(Panicked) => Err("reading it failed in an unforeseen way".to_owned()),
    };
    ParsedDelivery {
        id,
        received_at,
        items,
        complete: true,
    }
}

/// Packs deliveries into chunks of at most so many events; one that is larger than a chunk is cut into parts.
fn chunks(deliveries: impl Iterator<Item = ParsedDelivery>, most: usize) -> Vec<Vec<ParsedDelivery>> {
    let mut chunks: Vec<Vec<ParsedDelivery>> = Vec::new();
    let mut room = 0;
    for part in deliveries.flat_map(|delivery| parts(delivery, most)) {
        let size = part.items.as_ref().map_or(1, |items| items.len().max(1));
        if size > room || chunks.is_empty() {
            chunks.push(Vec::new());
            room = most;
        }
        room = room.saturating_sub(size);
        chunks.last_mut().expect("just pushed").push(part);
    }
    chunks
}

fn parts(delivery: ParsedDelivery, most: usize) -> Vec<ParsedDelivery> {
    let ParsedDelivery {
        id,
        received_at,
        items,
        ..
    } = delivery;
    let Ok(items) = items else {
        return vec![ParsedDelivery {
            id,
            received_at,
            items,
            complete: true,
        }];
    };
    let mut rest = items;
    let mut parts = Vec::new();
    while rest.len() > most {
        let tail = rest.split_off(most);
        let part = std::mem::replace(&mut rest, tail);
        parts.push(ParsedDelivery {
            id,
            received_at,
            items: Ok(part),
            complete: false,
        });
    }
    parts.push(ParsedDelivery {
        id,
        received_at,
        items: Ok(rest),
        complete: true,
    });
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    fn delivery(items: usize) -> ParsedDelivery {
        let at = Timestamp::from_seconds(1_700_000_000);
        let id = DeliveryId::at(at);
        let changes = vec![r#"{"field":"x","value":{}}"#; items].join(",");
        let body = format!(r#"{{"entry":[{{"id":"1","time":1,"changes":[{changes}]}}]}}"#);
        read(ReceivedDelivery {
            id,
            received_at: at,
            body: body.into_bytes(),
            tries: 0,
        })
    }

    #[test]
    fn no_chunk_is_too_large_and_only_the_last_part_completes_a_delivery() {
        let chunks = chunks([50, 30, 150, 0, 1].map(delivery).into_iter(), 64);
        let shape: Vec<Vec<(usize, bool)>> = chunks
            .iter()
            .map(|chunk| {
                chunk
                    .iter()
                    .map(|d| (d.items.as_ref().unwrap().len(), d.complete))
                    .collect()
            })
            .collect();
        let expected: [&[(usize, bool)]; 5] = [
            &[(50, true)],
            &[(30, true)],
            &[(64, false)],
            &[(64, false)],
            &[(22, true), (0, true), (1, true)],
        ];
        assert_eq!(shape, expected);
    }
}
