//! The office, its units and procedures, and the settings.

use phieu_model::office::{Office, Procedure, Unit};
use phieu_model::period::Date;

use crate::Result;
use crate::db::{Connection, OptionalExtension, row};
use crate::error::Error;
use crate::schema::{OFFICE, PROCEDURES, SETTINGS, UNITS};
use crate::store::Store;
use crate::words::Stamp;
use crate::write::{Action, Writer};

pub(crate) fn insert(w: &mut Writer, office: &Office) -> Result<()> {
    once("units", office.units.iter().map(|u| &u.id))?;
    once("procedures", office.procedures.iter().map(|p| &p.code))?;
    w.insert(&OFFICE, &row![1_i64, &*office.parent, &*office.name])?;
    for (position, unit) in (0..).zip(&office.units) {
        save_unit(w, position, unit)?;
    }
    for (position, procedure) in (0_u32..).zip(&office.procedures) {
        let Procedure { code, name, unit } = procedure;
        if !office.units.iter().any(|u| u.id == *unit) {
            return Err(unknown_unit(w.conn(), unit)?);
        }
        w.insert(&PROCEDURES, &row![&**code, position, &**name, &**unit])?;
    }
    Ok(())
}

fn once<'a>(what: &'static str, ids: impl Iterator<Item = &'a String>) -> Result<()> {
    let mut seen = std::collections::BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(Error::Duplicate { what, id: id.clone() });
        }
    }
    Ok(())
}

fn save_unit(w: &mut Writer, position: u32, unit: &Unit) -> Result<()> {
    let Unit { id, name, valid_from, valid_to, successor } = unit;
    let day = |d: &Option<Date>| d.map(|d| d.to_string());
    w.save(&UNITS, &row![&**id, position, &**name, day(valid_from), day(valid_to), successor.as_deref()])
}

pub(crate) fn unknown_unit(conn: &Connection, unit: &str) -> Result<Error> {
    let known = units(conn)?.into_iter().map(|u| u.id).collect();
    Ok(Error::UnknownUnit { unit: unit.to_owned(), known })
}

fn units(conn: &Connection) -> Result<Vec<Unit>> {
    let mut rows = conn.prepare_cached(
        "SELECT id, name, valid_from, valid_to, successor FROM units ORDER BY position, id",
    )?;
    let mut rows = rows.query([])?;
    let mut units = Vec::new();
    while let Some(row) = rows.next()? {
        let day = |i| row.get::<_, Option<String>>(i).map_err(Error::from)?.as_deref().map(date).transpose();
        units.push(Unit {
            id: row.get(0)?,
            name: row.get(1)?,
            valid_from: day(2)?,
            valid_to: day(3)?,
            successor: row.get(4)?,
        });
    }
    Ok(units)
}

/// A day as it stands in the database.
pub(crate) fn date(text: &str) -> Result<Date> {
    text.parse().map_err(|_| Error::corrupt(format!("not a day: {text:?}")))
}

pub(crate) fn load(conn: &Connection) -> Result<Office> {
    let (parent, name) = conn.query_row("SELECT parent, name FROM office WHERE id = 1", [], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    let mut rows = conn.prepare_cached("SELECT code, name, unit FROM procedures ORDER BY position, code")?;
    let procedures = rows
        .query_map([], |row| Ok(Procedure { code: row.get(0)?, name: row.get(1)?, unit: row.get(2)? }))?
        .collect::<std::result::Result<_, _>>()?;
    Ok(Office { parent, name, units: units(conn)?, procedures })
}

impl Store {
    /// The office with its units and procedures, in the order given.
    pub fn office(&self) -> Result<Office> {
        self.read(load)
    }

    /// Adds a unit or changes its name, days or successor. Sheets already printed
    /// keep the name that stands on them.
    pub fn save_unit(&mut self, unit: &Unit, stamp: Stamp) -> Result<()> {
        self.write(stamp, |w, _| {
            if let Some(successor) = &unit.successor
                && *successor != unit.id
                && !units(w.conn())?.iter().any(|u| u.id == *successor)
            {
                return Err(unknown_unit(w.conn(), successor)?);
            }
            let position = w.conn().query_row(
                "SELECT coalesce((SELECT position FROM units WHERE id = ?1), \
                 (SELECT count(*) FROM units))",
                [&unit.id],
                |row| row.get(0),
            )?;
            save_unit(w, position, unit)?;
            w.seal(Action::SaveUnit)
        })
    }

    /// The value of a setting.
    pub fn setting(&self, key: &str) -> Result<Option<String>> {
        self.read(|conn| {
            Ok(conn
                .query_row("SELECT value FROM settings WHERE key = ?1", [key], |row| row.get(0))
                .optional()?)
        })
    }

    /// Sets a setting.
    pub fn set_setting(&mut self, key: &str, value: &str, stamp: Stamp) -> Result<()> {
        self.write(stamp, |w, _| {
            w.save(&SETTINGS, &row![key, value])?;
            w.seal(Action::SetSetting)
        })
    }
}
