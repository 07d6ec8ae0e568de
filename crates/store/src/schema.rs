//! The schema: numbered migrations and the tables whose every row is logged.

use crate::Result;
use crate::db::Connection;

/// `phieu` in the header of the file, so that no other database is taken for one.
pub(crate) const APPLICATION_ID: i64 = 0x7068_6965;

/// Migration n brings a database from schema n - 1 to n. Never edit one that was
/// released; a migration that rewrites logged rows must log them again.
const MIGRATIONS: &[&str] =
    &[include_str!("schema/0001.sql"), include_str!("schema/0002.sql"), include_str!("schema/0003.sql")];

/// The newest schema that this program knows.
pub(crate) const SCHEMA: u32 = MIGRATIONS.len() as u32;

/// Brings a database from schema `from` to the newest, each step entire. Call in a
/// transaction, and where there are rows without foreign keys: a table that is made anew
/// is gone for a moment.
pub(crate) fn migrate(conn: &Connection, from: u32) -> Result<()> {
    for (number, sql) in (1..).zip(MIGRATIONS).skip(from as usize) {
        conn.execute_batch(sql)?;
        conn.pragma_update(None, "user_version", number)?;
    }
    Ok(())
}

/// A table whose every row stands in the audit log.
#[derive(Debug)]
pub(crate) struct Table {
    pub name: &'static str,
    /// Every column in the order of the schema; the first `keys` are the key.
    pub columns: &'static [&'static str],
    pub keys: usize,
}

macro_rules! tables {
    ($($ident:ident = $name:literal [$($key:literal)*] [$($column:literal)*];)*) => {
        $(pub(crate) static $ident: Table = Table {
            name: $name,
            columns: &[$($key,)* $($column,)*],
            keys: [$($key),*].len(),
        };)*
        /// Every logged table.
        pub(crate) static LOGGED: &[&Table] = &[$(&$ident),*];
    };
}

tables! {
    OFFICE = "office" ["id"] ["parent" "name"];
    SETTINGS = "settings" ["key"] ["value"];
    UNITS = "units" ["id"] ["position" "name" "valid_from" "valid_to" "successor"];
    PROCEDURES = "procedures" ["code"] ["position" "name" "unit"];
    LAYOUTS = "layouts" ["form" "version"] ["fingerprint" "json"];
    SHEETS = "sheets" ["serial"] ["period" "running" "form" "version" "unit" "unit_name" "procedure"
        "procedure_name" "counter" "printed_on" "batch"];
    SCANS = "scans" ["id"] ["file_hash" "page_index" "source" "channel" "received" "status" "code"
        "detail" "form" "version" "serial" "page"];
    READINGS = "readings" ["id"] ["scan" "serial" "page" "kind" "engine" "registration"];
    ANSWERS = "answers" ["reading" "question"] ["position" "state" "options" "confidence" "needs_review" "reasons"];
    FIELDS = "fields" ["reading" "field"] ["position" "ink"];
    BOX_MEASURES = "box_measures" ["reading"] ["boxes"];
    EVIDENCE = "evidence" ["reading" "question"] ["png"];
    BATCHES = "batches" ["id"] ["at" "actor" "received" "engine" "summary"];
    ADJUDICATIONS = "adjudications" ["id"] ["serial" "question" "state" "options" "decided_by" "why" "at"];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn every_logged_table_lists_its_columns_in_the_order_of_the_schema() -> Result<()> {
        let conn = Connection::open_in_memory()?;
        migrate(&conn, 0)?;
        for table in LOGGED {
            let mut columns = conn.prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid")?;
            let found: Vec<String> =
                columns.query_map([table.name], |row| row.get(0))?.collect::<std::result::Result<_, _>>()?;
            assert_eq!(found, table.columns, "{}", table.name);
        }
        Ok::<(), Error>(())
    }

    #[test]
    fn every_table_is_logged_or_known_as_log_or_derived() -> Result<()> {
        let conn = Connection::open_in_memory()?;
        migrate(&conn, 0)?;
        let mut names = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
        let names: Vec<String> =
            names.query_map([], |row| row.get(0))?.collect::<std::result::Result<_, _>>()?;
        for name in names {
            let known = ["audit", "audit_head", "returned", "effective", "tally"].contains(&name.as_str());
            assert!(known || LOGGED.iter().any(|t| t.name == name), "{name}");
        }
        Ok(())
    }
}
