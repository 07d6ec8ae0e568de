//! Whether the database is the one that this program wrote.
//!
//! What is compared, in this order: tables, indexes and guards with those the
//! migrations make; every log entry with the one before it and the last with the
//! kept head; every row of every logged table with the hash in its newest entry
//! (changed, missing and added rows are found); effective answers and tallies with
//! those that follow from the rows; the structure of the file.
//!
//! What this cannot find: whoever can write the file and knows the program can cut off the
//! newest entries together with their rows, or write the whole chain anew, and the rest
//! agrees with itself. That shows only against a head hash kept elsewhere
//! ([`AuditVerdict::Agrees`] gives it; an office can write it on the printed report).
//! Signed checkpoints would lift this limit.

use std::collections::{BTreeMap, HashMap};

use phieu_model::serial::Serial;

use crate::Result;
use crate::db::{Connection, Value};
use crate::error::Error;
use crate::scans::refused_cell;
use crate::schema::{self, LOGGED, Table};
use crate::sheets::{PRINTED, parse_serial};
use crate::standing::{from_json, json, standing};
use crate::store::{LayoutCache, Store};
use crate::write::{Cell, Cells, Head, row_hash, row_key};

/// What [`Store::verify_audit`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditVerdict {
    /// The chain and every row agree.
    Agrees {
        /// Entries in the log.
        entries: u64,
        /// Rows compared with their entries.
        rows: u64,
        /// The newest chain hash. Written down on paper, it later proves that
        /// nothing before it was cut off or rewritten.
        head: [u8; 32],
    },
    /// The first thing that does not agree.
    Differs(Discrepancy),
}

/// Something that does not agree with the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discrepancy {
    /// Table.
    pub table: String,
    /// Key of the row (several key columns are joined with `/`).
    pub key: String,
    /// What is wrong with it.
    pub what: Mismatch,
}

/// What does not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mismatch {
    /// The row is not the one that was written.
    Changed,
    /// The row that was written is gone.
    Missing,
    /// The row was never written by this program.
    Extra,
    /// The log entry does not follow from the one before it.
    Chain,
    /// The log is shorter or longer than its head says.
    Head,
    /// A derived value is not what the readings and decisions give.
    Derived,
    /// A table, an index or a guard against changes is missing, added or altered.
    Schema,
    /// The file's structure is damaged.
    Structure,
}

/// Stops at the first thing that does not agree.
type Check = std::result::Result<(), Stop>;

enum Stop {
    Differs(Discrepancy),
    Failed(Error),
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

fn differs<T>(table: &str, key: impl ToString, what: Mismatch) -> std::result::Result<T, Stop> {
    Err(Stop::Differs(Discrepancy { table: table.to_owned(), key: key.to_string(), what }))
}

impl Store {
    /// Recomputes the audit chain and compares every row with it, and everything
    /// derived with the rows; says the first thing that does not agree. Reads the
    /// whole database once and writes nothing.
    pub fn verify_audit(&self) -> Result<AuditVerdict> {
        self.read(verdict)
    }
}

pub(crate) fn verdict(conn: &Connection) -> Result<AuditVerdict> {
    match verify(conn) {
        Ok(agrees) => Ok(agrees),
        Err(Stop::Differs(discrepancy)) => Ok(AuditVerdict::Differs(discrepancy)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

fn verify(conn: &Connection) -> std::result::Result<AuditVerdict, Stop> {
    check_schema(conn)?;
    let (head, written) = check_chain(conn)?;
    let rows = written.len() as u64;
    check_rows(conn, written)?;
    check_derived(conn)?;
    check_structure(conn)?;
    Ok(AuditVerdict::Agrees { entries: head.entries as u64, rows, head: head.hash })
}

/// Tables, indexes and guards are those that the migrations make, letter by letter.
fn check_schema(conn: &Connection) -> Check {
    let fresh = Connection::open_in_memory()?;
    schema::migrate(&fresh, 0)?;
    let (expected, found) = (schema_of(&fresh)?, schema_of(conn)?);
    for (name, (table, sql)) in &expected {
        match found.get(name) {
            None => return differs(table, name, Mismatch::Schema),
            Some((_, other)) if other != sql => return differs(table, name, Mismatch::Schema),
            Some(_) => {}
        }
    }
    match found.iter().find(|(name, _)| !expected.contains_key(*name)) {
        Some((name, (table, _))) => differs(table, name, Mismatch::Schema),
        None => Ok(()),
    }
}

/// By name: the table that it belongs to, and its text. SQLite's own statistics are left out.
fn schema_of(conn: &Connection) -> Result<BTreeMap<String, (String, Option<String>)>> {
    let mut rows = conn.prepare(
        "SELECT name, tbl_name, sql FROM sqlite_schema \
         WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\'",
    )?;
    let rows = rows.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Table and key of a row, and the hash in its newest log entry.
type Written = HashMap<(String, String), String>;

fn check_chain(conn: &Connection) -> std::result::Result<(Head, Written), Stop> {
    let mut head = Head::START;
    let mut written = Written::new();
    let mut entries = conn.prepare("SELECT seq, at, actor, action, rows, hash FROM audit ORDER BY seq")?;
    let mut entries = entries.query([])?;
    while let Some(row) = entries.next()? {
        let (seq, rows): (i64, String) = (row.get(0)?, row.get(4)?);
        head = head.after(
            &row.get::<_, String>(1)?,
            &row.get::<_, String>(2)?,
            &row.get::<_, String>(3)?,
            &rows,
        );
        if seq != head.entries || row.get::<_, Vec<u8>>(5)? != head.hash {
            // A gap is named by the entry that is not there.
            return differs("audit", seq.min(head.entries), Mismatch::Chain);
        }
        for (table, key, hash) in from_json::<Vec<(String, String, String)>>(&rows)? {
            written.insert((table, key), hash);
        }
    }
    let mut kept = conn.prepare("SELECT id, entries, hash FROM audit_head ORDER BY id")?;
    let mut kept = kept.query([])?;
    let Some(row) = kept.next()? else { return differs("audit_head", 1, Mismatch::Missing) };
    let (id, entries): (i64, i64) = (row.get(0)?, row.get(1)?);
    if (id, entries) != (1, head.entries) || row.get::<_, Vec<u8>>(2)? != head.hash {
        return differs("audit_head", id, Mismatch::Head);
    }
    match kept.next()? {
        Some(row) => differs("audit_head", row.get::<_, i64>(0)?, Mismatch::Extra),
        None => Ok((head, written)),
    }
}

fn check_rows(conn: &Connection, mut written: Written) -> Check {
    for table in LOGGED {
        each_row(conn, table, |values| {
            let key = row_key(table, values);
            match written.remove(&(table.name.to_owned(), key.clone())) {
                None => differs(table.name, key, Mismatch::Extra),
                Some(hash) if hash != row_hash(table, values) => differs(table.name, key, Mismatch::Changed),
                Some(_) => Ok(()),
            }
        })?;
    }
    // Whatever is left was written and is gone; the smallest, so that the answer is the same every time.
    match written.into_keys().min() {
        Some((table, key)) => differs(&table, key, Mismatch::Missing),
        None => Ok(()),
    }
}

fn each_row(conn: &Connection, table: &Table, mut check: impl FnMut(&[Value]) -> Check) -> Check {
    let keys = table.columns[..table.keys].join(", ");
    let sql = format!("SELECT {} FROM {} ORDER BY {keys}", table.columns.join(", "), table.name);
    let mut rows = conn.prepare(&sql)?;
    let mut rows = rows.query([])?;
    let mut values = Vec::with_capacity(table.columns.len());
    while let Some(row) = rows.next()? {
        values.clear();
        for column in 0..table.columns.len() {
            values.push(row.get::<_, Value>(column)?);
        }
        check(&values)?;
    }
    Ok(())
}

/// Key and value of derived rows, as text.
type Derived = BTreeMap<String, String>;

/// What the rows give, against what is kept.
fn check_derived(conn: &Connection) -> Check {
    let (mut returned, mut effective) = (Derived::new(), Derived::new());
    let mut cells = counted_without_readings(conn)?;
    let layouts = LayoutCache::default();
    for serial in serials(conn, "SELECT DISTINCT serial FROM readings ORDER BY serial")? {
        let standing = standing(conn, &layouts, &serial)?.expect("the sheet has a reading");
        returned.insert(serial.to_string(), format!("{} {}", standing.period, i64::from(standing.held())));
        for a in &standing.answers {
            let value =
                format!("{} {} {}", a.counts.word(), json(&a.counts.options()), i64::from(a.by_person));
            effective.insert(format!("{serial}/{}", a.question), value);
        }
        for (cell, n) in standing.cells() {
            *cells.entry(cell).or_default() += n;
        }
    }
    let tally: Derived =
        cells.into_iter().filter(|(_, n)| *n != 0).map(|(c, n)| (cell_key(&c), n.to_string())).collect();
    let kept = "SELECT serial, period || ' ' || held FROM returned";
    compare("returned", &returned, &kept_rows(conn, kept)?)?;
    let kept =
        "SELECT serial || '/' || question, standing || ' ' || options || ' ' || by_person FROM effective";
    compare("effective", &effective, &kept_rows(conn, kept)?)?;
    let kept = "SELECT period || '/' || form || '/' || version || '/' || unit || '/' || question || '/' || cell, \
                CAST(n AS TEXT) FROM tally";
    compare("tally", &tally, &kept_rows(conn, kept)?)
}

fn cell_key(cell: &Cell) -> String {
    let Cell { period, form, version, unit, question, cell } = cell;
    format!("{period}/{form}/{version}/{unit}/{question}/{cell}")
}

fn kept_rows(conn: &Connection, sql: &str) -> Result<Derived> {
    let mut rows = conn.prepare(sql)?;
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

fn compare(table: &str, expected: &Derived, kept: &Derived) -> Check {
    for (key, value) in expected {
        match kept.get(key) {
            None => return differs(table, key, Mismatch::Missing),
            Some(other) if other != value => return differs(table, key, Mismatch::Derived),
            Some(_) => {}
        }
    }
    match kept.keys().find(|key| !expected.contains_key(*key)) {
        Some(key) => differs(table, key, Mismatch::Extra),
        None => Ok(()),
    }
}

fn serials(conn: &Connection, sql: &str) -> Result<Vec<Serial>> {
    let mut rows = conn.prepare(sql)?;
    let texts = rows.query_map([], |row| row.get::<_, String>(0))?;
    texts.map(|text| parse_serial(&text?)).collect()
}

/// The counts of printed sheets and of pictures whose newest outcome is a refusal.
fn counted_without_readings(conn: &Connection) -> Result<Cells> {
    let mut cells = Cells::new();
    let mut printed = conn.prepare(
        "SELECT period, form, version, unit, count(*) FROM sheets GROUP BY period, form, version, unit",
    )?;
    let mut printed = printed.query([])?;
    while let Some(row) = printed.next()? {
        let cell = Cell {
            period: row.get(0)?,
            form: row.get(1)?,
            version: row.get(2)?,
            unit: row.get(3)?,
            question: String::new(),
            cell: PRINTED.to_owned(),
        };
        cells.insert(cell, row.get(4)?);
    }
    let mut refused = conn.prepare(
        "SELECT s.received, s.code FROM scans s WHERE s.status = 'rejected' AND NOT EXISTS ( \
         SELECT 1 FROM scans t WHERE t.file_hash = s.file_hash AND t.page_index = s.page_index \
         AND (t.id > s.id OR t.status = 'ok'))",
    )?;
    let mut refused = refused.query([])?;
    while let Some(row) = refused.next()? {
        let period = phieu_model::period::Period::of(crate::office::date(&row.get::<_, String>(0)?)?);
        *cells.entry(refused_cell(period, &row.get::<_, String>(1)?)).or_default() += 1;
    }
    Ok(cells)
}

fn check_structure(conn: &Connection) -> Check {
    let found: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found == "ok" { Ok(()) } else { differs("sqlite", found, Mismatch::Structure) }
}
