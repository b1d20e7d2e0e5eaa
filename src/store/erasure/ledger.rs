//! Looking through what came, byte by byte, for the person's ids.

use super::super::db::{DeliveryIds, Sql, in_list};
use super::super::{Store, StoreError};
use super::counts::{self, REFUSED};
use super::redaction;
use super::stage::cut;
use super::step::{Erasing, Work, move_on, move_to};
use crate::domain::{DeliveryId, Timestamp};

/// Bodies looked at in one read.
const PAGE: i64 = 64;

#[derive(sqlx::FromRow)]
struct Came {
    id: DeliveryId,
    received_at: Timestamp,
    /// Only if one of the ids stands in it, perhaps within a longer one.
    body: Option<Vec<u8>>,
}

macro_rules! came {
    ($table:literal, $names:literal) => {
        concat!(
            "SELECT d.id, d.received_at, CASE WHEN EXISTS (",
            $names,
            ") THEN d.body END AS body
            FROM (SELECT id, received_at, body FROM ",
            $table,
            " WHERE id > $1 ORDER BY id LIMIT $3) AS d ORDER BY d.id"
        )
    };
}

macro_rules! in_table {
    ($table:literal) => {
        Sql {
            sqlite: came!(
                $table,
                "SELECT 1 FROM json_each($2) AS asked WHERE instr(d.body, CAST(asked.value AS BLOB)) > 0"
            ),
            postgres: came!(
                $table,
                "SELECT 1 FROM UNNEST($2::text[]) AS asked (id)
                    WHERE position(convert_to(asked.id, 'UTF8') IN d.body) > 0"
            ),
        }
    };
}

const IN_LEDGER: Sql = in_table!("deliveries");
const IN_QUARANTINE: Sql = in_table!("quarantine");

/// The oldest delivery that nobody has read.
const UNREAD: &str = "SELECT d.received_at FROM unpack_queue q CROSS JOIN deliveries d
    WHERE d.id = q.delivery_id ORDER BY q.delivery_id LIMIT 1";

impl Store {
    /// Goes on once everything has been read that came before the request.
    pub(super) async fn wait_for_reading(&self, work: &Work) -> Result<Erasing, StoreError> {
        if self.clock.now() <= work.until {
            return Ok(Erasing::Nothing);
        }
        let unread: Option<(Timestamp,)> = self.db.query(UNREAD).optional().await?;
        if unread.is_some_and(|(received_at,)| received_at <= work.until) {
            return Ok(Erasing::Nothing);
        }
        self.next_stage(work).await
    }

    /// Finds deliveries that name the person, up to the time of the request. What comes later is stopped when it is
    /// read.
    pub(super) async fn look_through_ledger(&self, work: &Work) -> Result<Erasing, StoreError> {
        let page = self.page(IN_LEDGER, work).await?;
        let beyond = page.first().is_none_or(|came| came.received_at > work.until);
        let asked = |came: &Came| came.received_at <= work.until && named(work, came);
        let cut = cut(page, self.events_at_once(), asked, |came| came.id);
        let Some(mut tx) = self.begin_slice(work).await? else {
            return Ok(Erasing::Slice);
        };
        let named = cut.rows.iter().map(|came| came.id).collect();
        redaction::queue(&mut tx, Some(work.id), named).await?;
        if beyond {
            move_on(&mut tx, work, None).await?;
        } else {
            move_to(&mut tx, work, &cut).await?;
        }
        tx.commit().await?;
        Ok(Erasing::Slice)
    }

    /// Removes a slice of refused deliveries that name the person.
    pub(super) async fn erase_refused(&self, work: &Work) -> Result<Erasing, StoreError> {
        let page = self.page(IN_QUARANTINE, work).await?;
        let cut = cut(
            page,
            self.events_at_once(),
            |came| named(work, came),
            |came| came.id,
        );
        let Some(mut tx) = self.begin_slice(work).await? else {
            return Ok(Erasing::Slice);
        };
        let query = tx.query(in_list!("DELETE FROM quarantine WHERE id", "$1", ""));
        let ids = DeliveryIds::of(cut.rows.iter().map(|came| came.id));
        let removed = query.bind(ids).execute().await?;
        counts::add(&mut tx, work.id, REFUSED, removed).await?;
        move_to(&mut tx, work, &cut).await?;
        tx.commit().await?;
        Ok(Erasing::Slice)
    }

    async fn page(&self, table: Sql, work: &Work) -> Result<Vec<Came>, StoreError> {
        let after = work.after(DeliveryId::from(uuid::Uuid::nil()))?;
        let query = self.db.query(table).bind(after).bind(work.id_list());
        Ok(query.bind(PAGE).all().await?)
    }
}

fn named(work: &Work, came: &Came) -> bool {
    came.body.as_deref().is_some_and(|body| work.names(body))
}
