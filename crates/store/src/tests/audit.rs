//! An attacker with a second connection who takes the guards away and puts them back.

use super::*;
use crate::{Discrepancy, Mismatch};

/// A store with at least one row in every table.
fn full() -> World {
    let mut world = World::new();
    let serials = world.print(ONE_PAGE, 3);
    world.scan(1, &read(ONE_PAGE, &serials[0], 1, &["q1=a?", "q2=a+b", "q3=b"]));
    world.scan(2, &read(ONE_PAGE, &serials[1], 1, &["q1=a", "q2=c", "q3="]));
    world.scan(3, &refusal(RejectCode::NoCode));
    world.store.end_batch((received(), "thử/1"), Default::default(), &Default::default(), stamp()).unwrap();
    world.decide(&serials[0], "q1=b").unwrap();
    world.store.set_setting("gate", "0.999", stamp()).unwrap();
    world.agrees();
    world
}

/// Runs `sql` without guards, which are put back word for word afterwards.
fn tamper(raw: &Connection, sql: &str) -> usize {
    let mut triggers = raw.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").unwrap();
    let triggers: Vec<(String, String)> =
        triggers.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap().map(|t| t.unwrap()).collect();
    for (name, _) in &triggers {
        raw.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    let changed = raw.execute(sql, []).unwrap();
    for (_, sql) in &triggers {
        raw.execute_batch(sql).unwrap();
    }
    changed
}

/// What is found after `attack`, which is undone again so that one filled store serves them all.
fn found_after(world: &World, attack: impl FnOnce(&Connection)) -> Discrepancy {
    let raw = world.raw();
    raw.execute_batch("BEGIN").unwrap();
    attack(&raw);
    let verdict = crate::audit::verdict(&raw).unwrap();
    raw.execute_batch("ROLLBACK").unwrap();
    match verdict {
        AuditVerdict::Differs(found) => found,
        AuditVerdict::Agrees { .. } => panic!("the change was not found"),
    }
}

/// Columns of a table with their types, and an expression that gives another value.
fn columns(conn: &Connection, table: &str) -> Vec<(String, String)> {
    let mut rows = conn.prepare("SELECT name, type FROM pragma_table_info(?1)").unwrap();
    let rows = rows.query_map([table], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?))).unwrap();
    rows.map(|row| {
        let (name, kind) = row.unwrap();
        let other = match kind.as_str() {
            "TEXT" => format!("coalesce({name}, '') || 'x'"),
            "BLOB" => format!("substr({name}, 1, length({name}) - 1) || x'7f'"),
            "REAL" => format!("{name} / 2"),
            "INTEGER" => format!("coalesce({name}, 0) + 1000"),
            other => panic!("{other}"),
        };
        // Text concatenation of blobs gives text, which STRICT refuses.
        let other = if kind == "BLOB" { format!("CAST({other} AS BLOB)") } else { other };
        (name, other)
    })
    .collect()
}

#[test]
fn one_changed_column_of_one_row_of_any_table_is_found_and_named() {
    let world = full();
    let mut attacks = 0;
    for table in tables(&world.store.conn) {
        for (column, other) in columns(&world.store.conn, &table) {
            let order = columns(&world.store.conn, &table)
                .iter()
                .map(|(name, _)| format!("a.{name} IS t.{name}"))
                .collect::<Vec<_>>()
                .join(" AND ");
            // One row: the first in the table's own order.
            let sql = format!(
                "UPDATE {table} AS t SET {column} = {other} WHERE EXISTS \
                 (SELECT 1 FROM (SELECT * FROM {table} LIMIT 1) a WHERE {order})"
            );
            let found = found_after(&world, |raw| assert_eq!(tamper(raw, &sql), 1, "{sql}"));
            assert_eq!(found.table, table, "{column}: {found:?}");
            attacks += 1;
        }
    }
    assert!(attacks > 90, "every column of every table: {attacks}");
}

#[test]
fn a_deleted_row_of_any_table_is_found_and_named() {
    let world = full();
    for table in tables(&world.store.conn) {
        let key = columns(&world.store.conn, &table)[0].0.clone();
        let sql = format!("DELETE FROM {table} WHERE {key} = (SELECT max({key}) FROM {table})");
        let found = found_after(&world, |raw| assert!(tamper(raw, &sql) > 0, "{sql}"));
        // The newest log entry's absence shows in the head that still counts it.
        let named = if table == "audit" { "audit_head" } else { &table };
        assert_eq!(found.table, named, "{found:?}");
    }
}

#[test]
fn an_added_row_of_any_table_is_found_and_named() {
    let world = full();
    for table in tables(&world.store.conn) {
        let columns = columns(&world.store.conn, &table);
        // A copy of a row with another key (and whatever else must be unique).
        let values: Vec<String> = columns
            .iter()
            .enumerate()
            .map(|(i, (name, other))| {
                let unique = i == 0 || ["scan", "running", "question"].contains(&name.as_str());
                if unique { other.clone() } else { name.clone() }
            })
            .collect();
        let sql = format!("INSERT INTO {table} SELECT {} FROM {table} LIMIT 1", values.join(", "));
        let found = found_after(&world, |raw| assert_eq!(tamper(raw, &sql), 1, "{sql}"));
        assert_eq!(found.table, table, "{found:?}");
        let what = if table == "audit" { Mismatch::Chain } else { Mismatch::Extra };
        assert_eq!(found.what, what, "{found:?}");
    }
}

#[test]
fn a_missing_changed_or_added_guard_is_found() {
    let world = full();
    for (sql, table) in [
        ("DROP TRIGGER answers_no_update", "answers"),
        (
            "DROP TRIGGER scans_no_delete; \
             CREATE TRIGGER scans_no_delete BEFORE DELETE ON scans BEGIN SELECT 1; END",
            "scans",
        ),
        ("CREATE TRIGGER quiet AFTER INSERT ON answers BEGIN SELECT 1; END", "answers"),
        ("DROP INDEX readings_by_serial", "readings"),
        ("CREATE TABLE more (x)", "more"),
        ("CREATE VIEW seen AS SELECT * FROM answers", "seen"),
    ] {
        let found = found_after(&world, |raw| raw.execute_batch(sql).unwrap());
        assert_eq!((found.table.as_str(), found.what), (table, Mismatch::Schema), "{sql}");
    }
}

#[test]
fn an_entry_taken_out_of_the_middle_with_its_rows_breaks_the_chain() {
    let world = full();
    let found = found_after(&world, |raw| {
        tamper(raw, "DELETE FROM audit WHERE seq = 3");
    });
    assert_eq!((found.table.as_str(), found.key.as_str(), found.what), ("audit", "3", Mismatch::Chain));
}

#[test]
fn an_entry_rewritten_with_a_hash_of_its_own_breaks_the_chain_at_the_next() {
    let world = full();
    let found = found_after(&world, |raw| {
        let part = |seq: i64, column: &str| {
            let sql = format!("SELECT {column} FROM audit WHERE seq = ?1");
            raw.query_row(&sql, [seq], |r| r.get::<_, Value>(0)).unwrap()
        };
        let text = |column| match part(3, column) {
            Value::Text(text) => text,
            other => panic!("{other:?}"),
        };
        let Value::Blob(before) = part(2, "hash") else { panic!("a hash") };
        let before = crate::write::Head { entries: 2, hash: before.try_into().unwrap() };
        let forged = before.after(&text("at"), "người khác", &text("action"), &text("rows"));
        let hash: String = forged.hash.iter().map(|b| format!("{b:02x}")).collect();
        let sql = format!("UPDATE audit SET actor = 'người khác', hash = x'{hash}' WHERE seq = 3");
        assert_eq!(tamper(raw, &sql), 1);
    });
    assert_eq!((found.table.as_str(), found.key.as_str(), found.what), ("audit", "4", Mismatch::Chain));
}

/// Pinned limit: nothing inside the file can show that its newest entries were cut
/// off together with their rows and the head. The head hash of then, kept elsewhere,
/// does; signed checkpoints will.
#[test]
fn a_clean_cut_of_the_tail_shows_only_against_a_head_kept_elsewhere() {
    let mut world = World::new();
    let head = |world: &World| match world.store.verify_audit().unwrap() {
        AuditVerdict::Agrees { head, .. } => head,
        AuditVerdict::Differs(d) => panic!("{d:?}"),
    };
    world.store.set_setting("a", "1", stamp()).unwrap();
    let earlier = head(&world);
    world.store.set_setting("b", "2", stamp()).unwrap();
    let noted = head(&world);
    let raw = world.raw();
    tamper(&raw, "DELETE FROM settings WHERE key = 'b'");
    tamper(&raw, "DELETE FROM audit WHERE seq = 3");
    tamper(&raw, "UPDATE audit_head SET entries = 2, hash = (SELECT hash FROM audit WHERE seq = 2)");
    assert_eq!(head(&world), earlier);
    assert_ne!(head(&world), noted);
}

#[test]
fn verifying_writes_nothing_and_counts_what_it_compared() {
    let world = full();
    let before = world.dump();
    let AuditVerdict::Agrees { entries, rows, .. } = world.store.verify_audit().unwrap() else {
        panic!("the store agrees");
    };
    // create, print, three pages, the end of their batch, a decision, a setting
    assert_eq!(entries, 8);
    let logged: i64 = crate::schema::LOGGED
        .iter()
        .map(|t| {
            let sql = format!("SELECT count(*) FROM {}", t.name);
            world.store.conn.query_row(&sql, [], |r| r.get::<_, i64>(0)).unwrap()
        })
        .sum();
    assert_eq!(rows, logged as u64);
    assert_eq!(world.dump(), before);
}

#[test]
fn a_finding_is_said_in_both_languages() {
    use phieu_model::lang::Lang;
    let found = Discrepancy { table: "answers".into(), key: "7/q3_2".into(), what: Mismatch::Changed };
    for lang in [Lang::Vi, Lang::En] {
        let sentence = found.sentence(lang);
        assert!(sentence.contains("answers") && sentence.contains("7/q3_2"), "{sentence}");
    }
    assert_ne!(found.sentence(Lang::Vi), found.sentence(Lang::En));
}

#[test]
fn the_log_says_who_did_what_to_which_rows() {
    use phieu_model::lang::Lang;
    let world = full();
    let log = world.store.audit_log(2).unwrap();
    let seen: Vec<_> = log.iter().map(|e| (e.seq, e.action.as_str())).collect();
    assert_eq!(seen, [(7, "adjudicate"), (8, "set_setting")]);
    assert_eq!(log[0].rows, [("adjudications".to_owned(), "1".to_owned())]);
    let line = log[1].line(Lang::Vi);
    assert_eq!(line, "8 · 1970-01-01T00:00:00Z · kiểm thử · ghi thiết lập · settings gate");
    assert_eq!(world.store.audit_log(100).unwrap().len(), 8);
}
