//! What each batch came to, kept beside its pages.

use std::collections::BTreeSet;

use phieu_model::batch::{BatchSummary, IncompleteSheet, KeptBatch, Outstanding, SheetsOfBatch};
use phieu_model::period::{Date, Period};
use phieu_model::serial::Serial;

use crate::Result;
use crate::db::{Connection, params, row};
use crate::error::Error;
use crate::office::date;
use crate::schema::BATCHES;
use crate::sheets::{self, parse_serial};
use crate::standing::{CONFLICT, WAITING, from_json, json};
use crate::store::{LayoutCache, Store};
use crate::words::Stamp;
use crate::write::{Action, Writer};

/// Serials that are named of those that have not come back.
const NAMED: u32 = 5;

fn sheets_of(conn: &Connection, layouts: &LayoutCache, serials: &BTreeSet<Serial>) -> Result<SheetsOfBatch> {
    let mut found = SheetsOfBatch::default();
    let mut printed_in = BTreeSet::new();
    for serial in serials {
        let Some(sheet) = sheets::sheet(conn, serial)? else { continue };
        printed_in.insert(Period::of(sheet.printed_on));
        let mut pages = conn.prepare_cached("SELECT DISTINCT page FROM readings WHERE serial = ?1")?;
        let read: BTreeSet<u8> =
            pages.query_map([serial.as_str()], |row| row.get(0))?.collect::<std::result::Result<_, _>>()?;
        let waiting: i64 = conn
            .prepare_cached("SELECT count(*) FROM effective WHERE serial = ?1 AND standing IN (?2, ?3)")?
            .query_row(params![serial.as_str(), WAITING, CONFLICT], |row| row.get(0))?;
        found.waiting += waiting.unsigned_abs();
        let layout = layouts.get(conn, &sheet.form, sheet.version)?;
        let missing: Vec<u8> = layout.pages.iter().map(|p| p.page).filter(|p| !read.contains(p)).collect();
        if missing.is_empty() {
            found.complete += 1;
        } else {
            found.incomplete.push(IncompleteSheet { serial: serial.clone(), missing });
        }
    }
    found.outstanding = printed_in.into_iter().map(|p| outstanding(conn, p)).collect::<Result<_>>()?;
    Ok(found)
}

/// The sheets printed in a quarter that have not come back.
fn outstanding(conn: &Connection, printed_in: Period) -> Result<Outstanding> {
    let period = printed_in.to_string();
    let (printed, not_seen): (i64, i64) = conn
        .prepare_cached(
            "SELECT count(*), count(*) FILTER (WHERE r.serial IS NULL) \
             FROM sheets s LEFT JOIN returned r ON r.serial = s.serial WHERE s.period = ?1",
        )?
        .query_row([&period], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut rows = conn.prepare_cached(
        "SELECT s.serial FROM sheets s LEFT JOIN returned r ON r.serial = s.serial \
         WHERE s.period = ?1 AND r.serial IS NULL ORDER BY s.running LIMIT ?2",
    )?;
    let mut rows = rows.query(params![period, NAMED])?;
    let mut first = Vec::new();
    while let Some(row) = rows.next()? {
        first.push(parse_serial(&row.get::<_, String>(0)?)?);
    }
    let (printed, not_seen) = (printed.unsigned_abs(), not_seen.unsigned_abs());
    Ok(Outstanding { printed_in, printed, not_seen, first })
}

fn end(w: &mut Writer, (received, engine): (Date, &str), summary: &BatchSummary) -> Result<()> {
    let id: i64 = w.conn().query_row("SELECT coalesce(max(id), 0) + 1 FROM batches", [], |row| row.get(0))?;
    let stamp = w.stamp();
    w.insert(
        &BATCHES,
        &row![id, stamp.at.to_string(), stamp.actor, received.to_string(), engine, json(summary)],
    )?;
    w.seal(Action::EndBatch)
}

fn kept(conn: &Connection) -> Result<Vec<KeptBatch>> {
    let mut rows =
        conn.prepare_cached("SELECT id, at, actor, received, engine, summary FROM batches ORDER BY id")?;
    let mut rows = rows.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let at: String = row.get(1)?;
        found.push(KeptBatch {
            id: row.get(0)?,
            at: at.parse().map_err(|_| Error::corrupt(format!("not a time: {at:?}")))?,
            actor: row.get(2)?,
            received: date(&row.get::<_, String>(3)?)?,
            engine: row.get(4)?,
            summary: from_json(&row.get::<_, String>(5)?)?,
        });
    }
    Ok(found)
}

impl Store {
    /// Keeps what a batch came to, together with what has become of its sheets, `serials`, and gives both back. A batch
    /// that was cut off has no such entry; its pages are stored all the same.
    pub fn end_batch(
        &mut self,
        (received, engine): (Date, &str),
        summary: BatchSummary,
        serials: &BTreeSet<Serial>,
        stamp: Stamp,
    ) -> Result<BatchSummary> {
        self.write(stamp, |w, layouts| {
            let summary = BatchSummary { sheets: sheets_of(w.conn(), layouts, serials)?, ..summary };
            end(w, (received, engine), &summary)?;
            Ok(summary)
        })
    }

    /// All batches that ended, oldest first.
    pub fn batches(&self) -> Result<Vec<KeptBatch>> {
        self.read(kept)
    }

    /// Pictures of which a reading is stored: those that the batches say they stored, and those of batches that were
    /// cut off.
    pub fn pictures_read(&self) -> Result<u64> {
        self.read(|conn| {
            let n: i64 =
                conn.query_row("SELECT count(*) FROM readings WHERE kind <> 'redecided'", [], |row| {
                    row.get(0)
                })?;
            Ok(n.unsigned_abs())
        })
    }
}
