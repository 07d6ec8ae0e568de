//! The ledger of printed sheets and the layouts they were printed from.

use std::sync::Arc;

use phieu_model::doubtful::AnswerId;
use phieu_model::layout::{Fingerprint, Layout};
use phieu_model::period::{Date, Period};
use phieu_model::serial::{MAX_RUNNING_NUMBER, Serial};
use phieu_model::template::Question;

use crate::Result;
use crate::db::{Connection, OptionalExtension, row};
use crate::error::Error;
use crate::office::{date, unknown_unit};
use crate::schema::{LAYOUTS, SHEETS};
use crate::store::{LayoutCache, Store};
use crate::words::{PrintOrder, SheetRecord, Stamp};
use crate::write::{Action, Cell, Writer};

impl LayoutCache {
    /// The layout of a printed form version.
    pub(crate) fn get(&self, conn: &Connection, form: &str, version: u16) -> Result<Arc<Layout>> {
        let key = (form.to_owned(), version);
        if let Some(layout) = self.0.borrow().get(&key) {
            return Ok(layout.clone());
        }
        let found: Option<([u8; 32], String)> = conn
            .query_row(
                "SELECT fingerprint, json FROM layouts WHERE form = ?1 AND version = ?2",
                (form, version),
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let (fingerprint, json) =
            found.ok_or_else(|| Error::UnknownForm { form: form.to_owned(), version })?;
        let layout = Arc::new(parse_layout(fingerprint, &json)?);
        self.0.borrow_mut().insert(key, layout.clone());
        Ok(layout)
    }
}

/// The layout's JSON is what its fingerprint is taken of, byte for byte.
fn parse_layout(fingerprint: [u8; 32], json: &str) -> Result<Layout> {
    if *blake3::hash(json.as_bytes()).as_bytes() != fingerprint {
        return Err(Error::corrupt(format!("layout {} is not the one printed", Fingerprint(fingerprint))));
    }
    serde_json::from_str(json).map_err(|e| Error::corrupt(format!("a layout cannot be read: {e}")))
}

/// Enters the layout, or finds it entered already. Not into the cache: the
/// transaction may still be undone.
fn register_layout(w: &mut Writer, layout: &Layout) -> Result<()> {
    let given = layout.fingerprint();
    let stored: Option<[u8; 32]> = w
        .conn()
        .query_row(
            "SELECT fingerprint FROM layouts WHERE form = ?1 AND version = ?2",
            (&layout.form, layout.version),
            |row| row.get(0),
        )
        .optional()?;
    match stored.map(Fingerprint) {
        Some(stored) if stored == given => Ok(()),
        Some(stored) => {
            Err(Error::LayoutChanged { form: layout.form.clone(), version: layout.version, stored, given })
        }
        None => {
            let json = serde_json::to_string(layout).expect("a layout holds only finite numbers and strings");
            // Read back before anything is printed from it: afterwards it would be too late.
            if parse_layout(given.0, &json)?.fingerprint() != given {
                return Err(Error::bug(format!("layout {given} does not come back as it was written")));
            }
            w.insert(&LAYOUTS, &row![&*layout.form, layout.version, &given.0[..], json])
        }
    }
}

fn register(w: &mut Writer, order: &PrintOrder) -> Result<Vec<Serial>> {
    if order.salts.is_empty() {
        return Ok(Vec::new());
    }
    let conn = w.conn();
    let name_of = |sql: &str, key: &str| conn.query_row(sql, [key], |row| row.get::<_, String>(0)).optional();
    let Some(unit_name) = name_of("SELECT name FROM units WHERE id = ?1", order.unit)? else {
        return Err(unknown_unit(conn, order.unit)?);
    };
    let procedure_name = name_of("SELECT name FROM procedures WHERE code = ?1", order.procedure)?
        .ok_or_else(|| Error::UnknownProcedure { code: order.procedure.to_owned() })?;
    register_layout(w, order.layout)?;

    let period = Period::of(order.printed_on);
    // Sheets are never deleted, so the ledger itself knows the last number used.
    let last: u32 = conn.query_row(
        "SELECT coalesce(max(running), 0) FROM sheets WHERE period = ?1",
        [period.to_string()],
        |row| row.get(0),
    )?;
    let batch: u32 =
        conn.query_row("SELECT coalesce(max(batch), 0) + 1 FROM sheets", [], |row| row.get(0))?;
    let no_numbers = || Error::NoNumbersLeft {
        period,
        asked: u32::try_from(order.salts.len()).unwrap_or(u32::MAX),
        left: MAX_RUNNING_NUMBER.saturating_sub(last),
    };
    let form = &order.layout.form;
    let mut serials = Vec::with_capacity(order.salts.len());
    for (running, &salt) in (last + 1..).zip(order.salts) {
        let serial = Serial::new(period, running, salt).ok_or_else(no_numbers)?;
        w.insert(
            &SHEETS,
            &row![
                serial.as_str(),
                period.to_string(),
                running,
                &**form,
                order.layout.version,
                order.unit,
                &*unit_name,
                order.procedure,
                &*procedure_name,
                order.counter,
                order.printed_on.to_string(),
                batch,
            ],
        )?;
        w.count(printed_cell(period, order.layout, order.unit), 1);
        serials.push(serial);
    }
    w.seal(Action::RegisterSheets)?;
    Ok(serials)
}

fn printed_cell(period: Period, layout: &Layout, unit: &str) -> Cell {
    Cell {
        period: period.to_string(),
        form: layout.form.clone(),
        version: layout.version,
        unit: unit.to_owned(),
        question: String::new(),
        cell: PRINTED.to_owned(),
    }
}

/// The cell of printed sheets, in the quarter of their printing.
pub(crate) const PRINTED: &str = "printed";

/// A serial as it stands in a row.
pub(crate) fn parse_serial(text: &str) -> Result<Serial> {
    text.parse().map_err(|_| Error::corrupt(format!("not a serial: {text:?}")))
}

/// The sheet with this serial.
pub(crate) fn sheet(conn: &Connection, serial: &Serial) -> Result<Option<SheetRecord>> {
    let found = conn
        .prepare_cached(
            "SELECT form, version, unit, unit_name, procedure, procedure_name, counter, printed_on, batch \
             FROM sheets WHERE serial = ?1",
        )?
        .query_row([serial.as_str()], |row| {
            let printed_on: String = row.get(7)?;
            let record = SheetRecord {
                serial: serial.clone(),
                form: row.get(0)?,
                version: row.get(1)?,
                unit: row.get(2)?,
                unit_name: row.get(3)?,
                procedure: row.get(4)?,
                procedure_name: row.get(5)?,
                counter: row.get(6)?,
                printed_on: Date::ZERO,
                batch: row.get(8)?,
            };
            Ok((record, printed_on))
        })
        .optional()?;
    found.map(|(record, day)| Ok(SheetRecord { printed_on: date(&day)?, ..record })).transpose()
}

impl SheetRecord {
    /// [`Error::BeforePrinting`] when the sheet cannot have come back on `received`.
    pub fn check_received(&self, received: Date) -> Result<()> {
        if received < self.printed_on {
            let (serial, printed_on) = (self.serial.clone(), self.printed_on);
            return Err(Error::BeforePrinting { serial, printed_on, received });
        }
        Ok(())
    }
}

impl Store {
    /// Enters new sheets into the ledger: one for each salt, in order, with running
    /// numbers that were never used before. Print them only after this returned: a
    /// number once given is never given again, whether its sheet was printed or not.
    ///
    /// The layout is entered with the first sheets printed from it; afterwards another
    /// layout under its form and version is refused ([`Error::LayoutChanged`]).
    pub fn register_sheets(&mut self, order: &PrintOrder, stamp: Stamp) -> Result<Vec<Serial>> {
        self.write(stamp, |w, _| register(w, order))
    }

    /// The sheet with this serial; `None` when it was never printed here (the page is
    /// then refused as `unknown_serial`).
    pub fn sheet(&self, serial: &Serial) -> Result<Option<SheetRecord>> {
        self.read(|conn| sheet(conn, serial))
    }

    /// [`Error::BeforePrinting`] when the sheet cannot have come back on `received`,
    /// [`Error::UnknownSerial`] when it was never printed.
    pub fn check_received(&self, serial: &Serial, received: Date) -> Result<()> {
        self.sheet(serial)?
            .ok_or_else(|| Error::UnknownSerial { serial: serial.clone() })?
            .check_received(received)
    }

    /// The layout of a printed form version; [`Error::UnknownForm`] when it was never printed.
    pub fn layout(&self, form: &str, version: u16) -> Result<Arc<Layout>> {
        self.read(|conn| self.layouts.get(conn, form, version))
    }

    /// The question of an answer, with its options; [`Error::UnknownSerial`] or
    /// [`Error::UnknownQuestion`] when there is none.
    pub fn question(&self, id: &AnswerId) -> Result<Question> {
        let sheet =
            self.sheet(&id.serial)?.ok_or_else(|| Error::UnknownSerial { serial: id.serial.clone() })?;
        let layout = self.layout(&sheet.form, sheet.version)?;
        layout.question(&id.question).cloned().ok_or_else(|| Error::UnknownQuestion(id.clone()))
    }

    /// Every layout that was ever printed, by form and version.
    pub fn layouts(&self) -> Result<Vec<Layout>> {
        self.read(|conn| {
            let mut rows =
                conn.prepare_cached("SELECT fingerprint, json FROM layouts ORDER BY form, version")?;
            let mut rows = rows.query([])?;
            let mut layouts = Vec::new();
            while let Some(row) = rows.next()? {
                layouts.push(parse_layout(row.get(0)?, &row.get::<_, String>(1)?)?);
            }
            Ok(layouts)
        })
    }
}
