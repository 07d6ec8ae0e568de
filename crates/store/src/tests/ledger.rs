//! Printed sheets.

use phieu_model::doubtful::AnswerId;
use phieu_model::geometry::PointMm;
use phieu_model::layout::{Rule, Stroke};

use super::*;
use crate::Error;

#[test]
fn running_numbers_go_on_and_are_never_given_twice() {
    let mut world = World::new();
    let first = world.print(ONE_PAGE, 3);
    let second = world.print_for("qlcn", &layout(TWO_PAGES), 2).unwrap();
    let numbers: Vec<_> = first.iter().chain(&second).map(Serial::running).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    assert!(first.iter().all(|s| s.period() == Period::of(printed_on())));
    let reopened = World { store: Store::open(&world.path()).unwrap(), dir: world.dir };
    let mut world = reopened;
    assert_eq!(world.print(ONE_PAGE, 1)[0].running(), 6);
    world.agrees();
}

#[test]
fn two_programs_on_one_database_never_give_the_same_number() {
    let mut world = World::new();
    let mut other = World { store: Store::open(&world.path()).unwrap(), dir: tempfile::tempdir().unwrap() };
    let mut numbers = Vec::new();
    for _ in 0..3 {
        numbers.extend(world.print(ONE_PAGE, 2).iter().map(Serial::running));
        numbers.extend(other.print(ONE_PAGE, 1).iter().map(Serial::running));
    }
    assert_eq!(numbers, (1..=9).collect::<Vec<_>>());
    world.agrees();
}

#[test]
fn a_layout_comes_back_bit_by_bit() {
    let mut world = World::new();
    let mut odd = layout(ONE_PAGE);
    // Among so many values are some whose decimal text a fast parser misses by a last bit.
    odd.pages[0].rules = (1..500)
        .map(|i| f64::from(i) / 7.3)
        .map(|x| Rule {
            from: PointMm::new(x, x.sqrt()),
            to: PointMm::new(x.ln(), x.cbrt()),
            width_mm: 1.0 / x,
            stroke: Stroke::Solid,
        })
        .collect();
    world.print_for("qltm", &odd, 1).unwrap();
    assert_eq!(world.store.layouts().unwrap()[0].fingerprint(), odd.fingerprint());
}

#[test]
fn each_quarter_counts_from_one() {
    let mut world = World::new();
    world.print(ONE_PAGE, 2);
    let layout = layout(ONE_PAGE);
    let order = PrintOrder {
        layout: &layout,
        unit: "qltm",
        procedure: "2.000648",
        counter: None,
        printed_on: day(2027, 1, 4),
        salts: &[5],
    };
    let next = world.store.register_sheets(&order, stamp()).unwrap();
    assert_eq!(next[0], Serial::new(Period::new(2027, 1).unwrap(), 1, 5).unwrap());
}

#[test]
fn a_sheet_is_found_with_all_that_was_printed() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    let sheet = world.store.sheet(&serial).unwrap().unwrap();
    assert_eq!((sheet.unit_name.as_str(), sheet.batch), ("Phòng Quản lý Thương mại", 1));
    assert_eq!((sheet.procedure_name.as_str(), sheet.printed_on), ("Thủ tục 2.000648", printed_on()));
    assert_eq!(sheet.counter.as_deref(), Some("Quầy 3"));
    let never = Serial::new(serial.period(), 999, 1).unwrap();
    assert_eq!(world.store.sheet(&never).unwrap(), None);
    assert_eq!(world.store.check_received(&never, received()), Err(Error::UnknownSerial { serial: never }));
}

#[test]
fn a_printed_sheet_keeps_the_unit_name_of_its_day() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    let mut unit = office().units.remove(0);
    unit.name = "Phòng Thương mại".into();
    unit.successor = Some("qlcn".into());
    unit.valid_to = Some(day(2027, 3, 1));
    world.store.save_unit(&unit, stamp()).unwrap();
    assert_eq!(world.store.office().unwrap().units[0], unit);
    assert_eq!(world.store.sheet(&serial).unwrap().unwrap().unit_name, "Phòng Quản lý Thương mại");
    world.agrees();
    unit.successor = Some("khong-co".into());
    assert!(matches!(world.store.save_unit(&unit, stamp()), Err(Error::UnknownUnit { .. })));
}

#[test]
fn a_printed_layout_is_never_changed() {
    let mut world = World::new();
    world.print(ONE_PAGE, 1);
    let mut other = layout(ONE_PAGE);
    other.pages[0].boxes[0].rect.x += 0.01;
    let before = world.dump();
    let refused = world.print_for("qltm", &other, 1);
    let expected = Error::LayoutChanged {
        form: ONE_PAGE.into(),
        version: 1,
        stored: layout(ONE_PAGE).fingerprint(),
        given: other.fingerprint(),
    };
    assert_eq!(refused, Err(expected));
    assert_eq!(world.dump(), before);
    other.version = 2;
    world.print_for("qltm", &other, 1).unwrap();
    assert_eq!(world.store.layouts().unwrap(), [layout(ONE_PAGE), other]);
}

#[test]
fn an_unknown_unit_or_procedure_is_refused_and_enters_nothing() {
    let mut world = World::new();
    let before = world.dump();
    let unknown = world.print_for("khong-co", &layout(ONE_PAGE), 1);
    let known = vec!["qltm".to_owned(), "qlcn".to_owned()];
    assert_eq!(unknown, Err(Error::UnknownUnit { unit: "khong-co".into(), known }));
    let layout = layout(ONE_PAGE);
    let order = PrintOrder {
        layout: &layout,
        unit: "qltm",
        procedure: "9.9",
        counter: None,
        printed_on: printed_on(),
        salts: &[1],
    };
    let unknown = world.store.register_sheets(&order, stamp());
    assert_eq!(unknown, Err(Error::UnknownProcedure { code: "9.9".into() }));
    assert_eq!(world.dump(), before);
}

#[test]
fn no_sheets_asked_for_enters_nothing() {
    let mut world = World::new();
    let before = world.dump();
    assert_eq!(world.print(ONE_PAGE, 0), []);
    assert_eq!(world.dump(), before);
}

#[test]
fn the_question_of_an_answer_is_found_by_its_id() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    let id = |q: &str| AnswerId { serial: serial.clone(), question: q.into() };
    assert_eq!(world.store.question(&id("q2")).unwrap(), question("q2", Choose::Many));
    assert_eq!(world.store.question(&id("q9")), Err(Error::UnknownQuestion(id("q9"))));
    assert_eq!(*world.store.layout(ONE_PAGE, 1).unwrap(), layout(ONE_PAGE));
    let unknown = Error::UnknownForm { form: ONE_PAGE.into(), version: 2 };
    assert_eq!(world.store.layout(ONE_PAGE, 2), Err(unknown));
}

#[test]
fn a_setting_keeps_its_newest_value() {
    let mut world = World::new();
    assert_eq!(world.store.setting("gate").unwrap(), None);
    world.store.set_setting("gate", "0.999", stamp()).unwrap();
    world.store.set_setting("gate", "0.9995", stamp()).unwrap();
    assert_eq!(world.store.setting("gate").unwrap().as_deref(), Some("0.9995"));
    world.agrees();
}

#[test]
fn the_guards_stand_against_update_delete_and_replace() {
    let mut world = World::new();
    let serials = world.print(ONE_PAGE, 1);
    world.scan(1, &read(ONE_PAGE, &serials[0], 1, &["q1=a", "q2=", "q3=a?"]));
    world.decide(&serials[0], "q3=b").unwrap();
    let raw = world.raw();
    let immutable = [
        "layouts",
        "sheets",
        "scans",
        "readings",
        "answers",
        "fields",
        "box_measures",
        "evidence",
        "adjudications",
        "audit",
    ];
    for table in immutable {
        let column: String = raw
            .query_row("SELECT name FROM pragma_table_info(?1) ORDER BY cid DESC LIMIT 1", [table], |r| {
                r.get(0)
            })
            .unwrap();
        for sql in [
            format!("UPDATE {table} SET {column} = {column}"),
            format!("DELETE FROM {table}"),
            format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}"),
        ] {
            let error = raw.execute(&sql, []).unwrap_err().to_string();
            assert!(error.contains("is never"), "{sql}: {error}");
        }
    }
    for table in ["office", "units", "procedures"] {
        assert!(raw.execute(&format!("DELETE FROM {table}"), []).is_err(), "{table}");
    }
}
