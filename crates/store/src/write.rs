//! The one way to write: rows, their log entry and the kept counts in one transaction.
//!
//! A log entry names the time, the actor, the action and, for every row written,
//! table, key and row hash. Entry n's hash is blake3 over entry n-1's hash and the
//! entry itself, so that no entry can be changed, put in or taken out of the middle
//! without every later hash changing.

use std::collections::BTreeMap;

use crate::Result;
use crate::db::{Connection, Value, params, params_from_iter};
use crate::schema::Table;
use crate::words::Stamp;

/// What was done, as written in the log.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    Create,
    SaveUnit,
    SetSetting,
    RegisterSheets,
    RecordPage,
    Adjudicate,
    Redecide,
    EndBatch,
}

impl Action {
    pub(crate) const ALL: [Self; 8] = [
        Self::Create,
        Self::SaveUnit,
        Self::SetSetting,
        Self::RegisterSheets,
        Self::RecordPage,
        Self::Adjudicate,
        Self::Redecide,
        Self::EndBatch,
    ];

    /// The word in the log, which never changes its meaning.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::SaveUnit => "save_unit",
            Self::SetSetting => "set_setting",
            Self::RegisterSheets => "register_sheets",
            Self::RecordPage => "record_page",
            Self::Adjudicate => "adjudicate",
            Self::Redecide => "redecide",
            Self::EndBatch => "end_batch",
        }
    }
}

/// The place of one kept count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cell {
    pub period: String,
    pub form: String,
    pub version: u16,
    pub unit: String,
    pub question: String,
    pub cell: String,
}

/// Counts by place; places with 0 are left out.
pub(crate) type Cells = BTreeMap<Cell, i64>;

/// An open transaction.
pub(crate) struct Writer<'c> {
    conn: &'c Connection,
    stamp: Stamp<'c>,
    start: Head,
    head: Head,
    /// Table, key and row hash of the rows written since the last entry.
    rows: Vec<(&'static str, String, String)>,
    cells: Cells,
}

/// The end of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub entries: i64,
    pub hash: [u8; 32],
}

impl Head {
    pub(crate) const START: Self = Self { entries: 0, hash: [0; 32] };

    /// The head after the entry with these parts.
    pub(crate) fn after(&self, at: &str, actor: &str, action: &str, rows: &str) -> Self {
        let entries = self.entries + 1;
        let mut hasher = blake3::Hasher::new_derive_key("phieu 2026 audit entry");
        hasher.update(&self.hash);
        hasher.update(&entries.to_le_bytes());
        for part in [at, actor, action, rows] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        Self { entries, hash: *hasher.finalize().as_bytes() }
    }

    pub(crate) fn kept(conn: &Connection) -> Result<Self> {
        Ok(conn.query_row("SELECT entries, hash FROM audit_head WHERE id = 1", [], |row| {
            Ok(Self { entries: row.get(0)?, hash: row.get(1)? })
        })?)
    }
}

/// The hash of a row: table and every value with type and length, so that no two
/// different rows run together to the same bytes.
pub(crate) fn row_hash(table: &Table, values: &[Value]) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("phieu 2026 audit row");
    let mut part = |tag: u8, bytes: &[u8]| {
        hasher.update(&[tag]);
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    part(b'n', table.name.as_bytes());
    for value in values {
        match value {
            Value::Null => part(b'0', &[]),
            Value::Integer(i) => part(b'i', &i.to_le_bytes()),
            Value::Real(r) => part(b'r', &r.to_bits().to_le_bytes()),
            Value::Text(t) => part(b't', t.as_bytes()),
            Value::Blob(b) => part(b'b', b),
        }
    }
    hasher.finalize().to_hex().to_string()
}

/// The key of a row as the log names it.
pub(crate) fn row_key(table: &Table, values: &[Value]) -> String {
    let parts: Vec<String> = values[..table.keys]
        .iter()
        .map(|value| match value {
            Value::Null => String::new(),
            Value::Integer(i) => i.to_string(),
            Value::Real(r) => r.to_string(),
            Value::Text(t) => t.clone(),
            Value::Blob(b) => format!("{b:02x?}"),
        })
        .collect();
    parts.join("/")
}

impl<'c> Writer<'c> {
    /// Goes on from the kept end of the chain. `conn` must be in a write transaction.
    pub(crate) fn begin(conn: &'c Connection, stamp: Stamp<'c>) -> Result<Self> {
        let start = Head::kept(conn)?;
        Ok(Self { conn, stamp, start, head: start, rows: Vec::new(), cells: Cells::new() })
    }

    /// The connection, to read what was written so far.
    pub(crate) fn conn(&self) -> &'c Connection {
        self.conn
    }

    /// When and by whom.
    pub(crate) fn stamp(&self) -> Stamp<'c> {
        self.stamp
    }

    /// Adds a row.
    pub(crate) fn insert(&mut self, table: &Table, values: &[Value]) -> Result<()> {
        self.write(table, values, "")
    }

    /// Adds a row or changes the one with its key.
    pub(crate) fn save(&mut self, table: &Table, values: &[Value]) -> Result<()> {
        let keys = table.columns[..table.keys].join(", ");
        let changes: Vec<String> =
            table.columns[table.keys..].iter().map(|c| format!("{c} = excluded.{c}")).collect();
        self.write(table, values, &format!(" ON CONFLICT ({keys}) DO UPDATE SET {}", changes.join(", ")))
    }

    fn write(&mut self, table: &Table, values: &[Value], conflict: &str) -> Result<()> {
        assert_eq!(values.len(), table.columns.len(), "a row of {} has every column", table.name);
        let marks = vec!["?"; values.len()].join(", ");
        let sql =
            format!("INSERT INTO {} ({}) VALUES ({marks}){conflict}", table.name, table.columns.join(", "));
        self.conn.prepare_cached(&sql)?.execute(params_from_iter(values))?;
        self.rows.push((table.name, row_key(table, values), row_hash(table, values)));
        Ok(())
    }

    /// Closes the log entry of the rows written since the last one.
    pub(crate) fn seal(&mut self, action: Action) -> Result<()> {
        let rows = serde_json::to_string(&self.rows).expect("names, keys and hashes are strings");
        self.rows.clear();
        let at = self.stamp.at.to_string();
        self.head = self.head.after(&at, self.stamp.actor, action.as_str(), &rows);
        self.conn
            .prepare_cached(
                "INSERT INTO audit (seq, at, actor, action, rows, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                self.head.entries,
                at,
                self.stamp.actor,
                action.as_str(),
                rows,
                self.head.hash
            ])?;
        Ok(())
    }

    /// Moves a kept count by `n`.
    pub(crate) fn count(&mut self, cell: Cell, n: i64) {
        *self.cells.entry(cell).or_default() += n;
    }

    /// Writes the end of the chain and the kept counts. Every row must be in an entry.
    pub(crate) fn finish(self) -> Result<()> {
        assert!(self.rows.is_empty(), "every row written is in a log entry");
        if self.head == self.start {
            return Ok(()); // nothing was written, so nothing changes at all
        }
        self.conn.execute(
            "UPDATE audit_head SET entries = ?1, hash = ?2 WHERE id = 1",
            params![self.head.entries, self.head.hash],
        )?;
        for (cell, n) in self.cells {
            if n == 0 {
                continue;
            }
            let Cell { period, form, version, unit, question, cell } = cell;
            self.conn
                .prepare_cached(
                    "INSERT INTO tally (period, form, version, unit, question, cell, n) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
                     ON CONFLICT (period, form, version, unit, question, cell) DO UPDATE SET n = n + excluded.n",
                )?
                .execute(params![period, form, version, unit, question, cell, n])?;
            if n < 0 {
                self.conn
                    .prepare_cached(
                        "DELETE FROM tally WHERE period = ?1 AND form = ?2 AND version = ?3 AND unit = ?4 \
                         AND question = ?5 AND cell = ?6 AND n = 0",
                    )?
                    .execute(params![period, form, version, unit, question, cell])?;
            }
        }
        Ok(())
    }
}
