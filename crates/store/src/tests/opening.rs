//! Making and opening the file, and faults of the machine.

use std::fs;

use phieu_model::lang::Lang;

use super::*;
use crate::schema::SCHEMA;
use crate::{DatabaseFault, Error};

fn fault<T: std::fmt::Debug>(result: Result<T>) -> DatabaseFault {
    match result {
        Err(Error::Database { path, fault }) => {
            assert!(path.ends_with("phieu.db"), "the file is named: {path:?}");
            fault
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_new_store_opens_again_with_the_same_office() {
    let world = World::new();
    assert_eq!(world.store.office().unwrap(), office());
    assert_eq!(Store::open(&world.path()).unwrap().office().unwrap(), office());
    assert_eq!(
        world.store.conn.pragma_query_value(None, "user_version", |r| r.get::<_, u32>(0)).unwrap(),
        SCHEMA
    );
    world.agrees();
}

#[test]
fn a_file_that_exists_is_never_made_anew() {
    let world = World::new();
    let before = world.dump();
    assert!(matches!(Store::create(&world.path(), &office(), stamp()), Err(Error::AlreadyExists { .. })));
    assert_eq!(world.dump(), before);
}

#[test]
fn a_store_that_cannot_be_made_leaves_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("phieu.db");
    let mut twice = office();
    twice.units.push(twice.units[0].clone());
    let made = Store::create(&path, &twice, stamp());
    assert_eq!(made.unwrap_err(), Error::Duplicate { what: "units", id: "qltm".into() });
    let mut orphan = office();
    orphan.procedures[0].unit = "khong".into();
    assert!(matches!(Store::create(&path, &orphan, stamp()), Err(Error::UnknownUnit { .. })));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn what_is_not_a_database_of_ours_is_named_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("phieu.db");
    assert!(matches!(Store::open(&path), Err(Error::NotFound { .. })));
    fs::write(&path, "đây là một tệp văn bản dài hơn phần đầu của một cơ sở dữ liệu SQLite".repeat(20))
        .unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(Store::open(&path), Err(Error::NotPhieu { .. })));
    assert_eq!(fs::read(&path).unwrap(), before);
    fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE other (x)").unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(Store::open(&path), Err(Error::NotPhieu { .. })));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_newer_database_is_refused_and_not_touched() {
    let world = World::new();
    world.raw().pragma_update(None, "user_version", SCHEMA + 1).unwrap();
    let before = world.dump();
    let error = Store::open(&world.path()).unwrap_err();
    assert_eq!(error, Error::NewerDatabase { path: world.path(), found: SCHEMA + 1, known: SCHEMA });
    assert!(error.sentence(Lang::Vi).contains(&format!("cấu trúc số {}", SCHEMA + 1)));
    assert_eq!(world.dump(), before);
}

#[test]
fn an_empty_older_database_is_brought_to_the_present_schema() {
    let world = World::new();
    let old = world.dir.path().join("old.db");
    let raw = Connection::open(&old).unwrap();
    raw.pragma_update(None, "application_id", crate::schema::APPLICATION_ID).unwrap();
    drop(raw);
    let opened = Store::open(&old).unwrap();
    let schema = |conn: &Connection| {
        conn.query_row(
            "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY name)",
            [],
            |r| r.get::<_, String>(0),
        )
    };
    assert_eq!(schema(&opened.conn).unwrap(), schema(&world.store.conn).unwrap());
}

#[test]
fn a_full_disk_is_said_and_loses_nothing() {
    let mut world = World::new();
    world.print(ONE_PAGE, 3);
    let before = world.dump();
    let pages: i64 = world.store.conn.pragma_query_value(None, "page_count", |r| r.get(0)).unwrap();
    world.store.conn.pragma_update_and_check(None, "max_page_count", pages + 2, |_| Ok(())).unwrap();
    let full = world.print_for("qltm", &layout(ONE_PAGE), 2_000);
    assert_eq!(fault(full), DatabaseFault::DiskFull);
    assert_eq!(world.dump(), before);
    world.store.conn.pragma_update_and_check(None, "max_page_count", 1_000_000, |_| Ok(())).unwrap();
    assert_eq!(world.print(ONE_PAGE, 1)[0].running(), 4);
    world.agrees();
}

#[test]
fn a_database_locked_by_another_program_is_said() {
    let mut world = World::new();
    let other = world.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    world.store.conn.busy_timeout(std::time::Duration::ZERO).unwrap();
    assert_eq!(fault(world.print_for("qltm", &layout(ONE_PAGE), 1)), DatabaseFault::Busy);
    world.store.tally(q4()).unwrap(); // reading goes on
    other.execute_batch("ROLLBACK").unwrap();
    world.print(ONE_PAGE, 1);
}

#[test]
fn a_database_that_cannot_be_written_is_said_and_can_be_read() {
    let mut world = World::new();
    world.store.conn.pragma_update(None, "query_only", true).unwrap();
    assert_eq!(fault(world.print_for("qltm", &layout(ONE_PAGE), 1)), DatabaseFault::ReadOnly);
    assert_eq!(world.store.office().unwrap(), office());
}

#[test]
fn a_damaged_file_is_said() {
    let mut world = World::new();
    world.print(ONE_PAGE, 500);
    let path = world.path();
    world.raw().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let World { store, dir } = world;
    drop(store);
    let mut bytes = fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0xA5);
    fs::write(&path, bytes).unwrap();
    let store = Store::open(&path).unwrap();
    assert!(matches!(fault(store.verify_audit()), DatabaseFault::Corrupt(_)));
    drop(dir);
}

/// What kill −9 leaves: the files as they are in the middle of a transaction whose
/// pages have partly been written out already.
#[test]
fn a_program_killed_in_the_middle_leaves_nothing_half() {
    let mut world = World::new();
    let serials = world.print(ONE_PAGE, 40);
    world.scan(1, &read(ONE_PAGE, &serials[0], 1, &["q1=a", "q2=a", "q3=b"]));
    let before = world.dump();
    world.store.conn.pragma_update(None, "cache_size", 1).unwrap();
    let outcomes: Vec<_> =
        serials[1..].iter().map(|s| read(ONE_PAGE, s, 1, &["q1=a", "q2=b", "q3=c?"])).collect();
    let pages: Vec<_> = (2..).zip(&outcomes).map(|(i, o)| scanned(i, o)).collect();
    let copy = tempfile::tempdir().unwrap();
    let path = world.path();
    let wal = || fs::metadata(path.with_extension("db-wal")).unwrap().len();
    let at_begin = wal();
    // The last page is of another form: the batch is undone after 38 pages were written.
    let wrong = read(TWO_PAGES, &serials[0], 1, &["q1=a"]);
    let last = [scanned(99, &wrong)];
    let all: Vec<_> = pages.iter().chain(&last).copied().collect();
    let undone = world.store.record_scans(&all, stamp());
    assert!(matches!(undone, Err(Error::OtherForm { .. })), "{undone:?}");
    assert!(wal() > at_begin, "pages of the undone transaction were written out");
    for name in ["phieu.db", "phieu.db-wal"] {
        fs::copy(world.dir.path().join(name), copy.path().join(name)).unwrap();
    }
    assert_eq!(world.dump(), before);
    let revived = Store::open(&copy.path().join("phieu.db")).unwrap();
    assert_eq!(dump(&revived.conn), before);
    assert!(matches!(revived.verify_audit().unwrap(), AuditVerdict::Agrees { .. }));
    // And once more: the same batch without the fault gives the same totals in both.
    let mut revived = revived;
    world.store.record_scans(&pages, stamp()).unwrap();
    revived.record_scans(&pages, stamp()).unwrap();
    assert_eq!(dump(&revived.conn), world.dump());
}

#[test]
fn every_fault_is_one_sentence_in_both_languages() {
    let path = PathBuf::from("W/phieu.db");
    let faults = [
        DatabaseFault::DiskFull,
        DatabaseFault::Busy,
        DatabaseFault::ReadOnly,
        DatabaseFault::CannotOpen("x".into()),
        DatabaseFault::Corrupt("x".into()),
        DatabaseFault::Io("x".into()),
        DatabaseFault::Bug("x".into()),
    ];
    for fault in faults {
        let error = Error::Database { path: path.clone(), fault };
        let (vi, en) = (error.sentence(Lang::Vi), error.sentence(Lang::En));
        assert_ne!(vi, en);
        for sentence in [vi, en] {
            assert!(sentence.contains("W/phieu.db") && sentence.ends_with('.'), "{sentence}");
            assert!(!sentence.contains('\n') && sentence.contains(';'), "{sentence}");
        }
    }
}

#[test]
fn of_a_damaged_row_only_the_start_is_shown() {
    let row = format!("{{\"ý\": \"{}\"}}", "kiến ".repeat(1000));
    let error = crate::standing::from_json::<u32>(&row).unwrap_err().at(&PathBuf::from("W/phieu.db"));
    for lang in [Lang::Vi, Lang::En] {
        let sentence = error.sentence(lang);
        assert!(sentence.contains("ý") && sentence.contains("kiến …"), "{sentence}");
        assert!(sentence.chars().count() < 320, "{sentence}");
    }
}
