//! Stored readings decided again: nothing old is changed, what counts follows, and
//! people have the last word.

use phieu_model::doubtful::{AnswerId, Doubt};
use phieu_model::layout::PageLayout;
use phieu_model::redecision::{ChangeCounts, Effect};

use super::*;
use crate::redecide::boxes_in;
use crate::schema::SCHEMA;
use crate::{DoubtfulFilter, Error, Measured, SheetRedecision};

/// An engine that gives these answers (see [`answer`]) where their question is on the
/// page, and for all others what is stored.
fn engine(answers: &[&str]) -> impl FnMut(&PageLayout, &Measured) -> Option<(Vec<BoxReading>, Vec<Answer>)> {
    let given: Vec<Answer> = answers.iter().map(|a| answer(a)).collect();
    move |_, stored| {
        let new = |old: &Answer| given.iter().find(|g| g.question == old.question).unwrap_or(old).clone();
        Some((stored.boxes.clone(), stored.answers.iter().map(new).collect()))
    }
}

impl World {
    fn redecision(&self, serial: &Serial, answers: &[&str]) -> SheetRedecision {
        self.store.redecision(serial, "thử/2", &mut engine(answers)).expect("deciding again")
    }

    fn redecide(&mut self, serial: &Serial, answers: &[&str]) -> u64 {
        let readings = self.redecision(serial, answers).readings;
        self.store.append_redecided(&readings, stamp()).expect("appending")
    }
}

fn effects(redecision: &SheetRedecision) -> Vec<(&str, Effect)> {
    redecision.changes.iter().map(|c| (&*c.id.question, c.effect.clone())).collect()
}

#[test]
fn listing_writes_nothing_and_names_exactly_what_would_change() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    world.scan(1, &read(ONE_PAGE, &serial, 1, &["q1=a", "q2=a", "q3=b?"]));
    let before = world.dump();
    let found = world.redecision(&serial, &["q1=a?", "q2=a+b", "q3=b"]);
    assert_eq!(world.dump(), before);
    let expected = [("q1", Effect::ToPerson), ("q2", Effect::OtherValue), ("q3", Effect::FromPerson)];
    assert_eq!(effects(&found), expected);
    assert_eq!((&found.changes[0].before, &found.changes[0].after), (&answer("q1=a"), &answer("q1=a?")));
    assert_eq!((&*found.changes[0].source, found.changes[0].page_index), ("lô 7/quét.tif", 0));
    let counts = ChangeCounts { other_value: 1, to_person: 1, from_person: 1, ..ChangeCounts::default() };
    assert_eq!(found.counts, counts);
}

#[test]
fn where_no_answer_changes_nothing_is_appended() {
    let mut world = World::new();
    let serial = world.print(TWO_PAGES, 1).remove(0);
    world.scan(1, &read(TWO_PAGES, &serial, 1, &["q1=a", "q2=b?"]));
    let mut surer = |_: &PageLayout, stored: &Measured| {
        let surer = |a: &Answer| Answer { confidence: 0.99999, reasons: vec![], ..a.clone() };
        Some((stored.boxes.clone(), stored.answers.iter().map(surer).collect()))
    };
    let found = world.store.redecision(&serial, "thử/2", &mut surer).unwrap();
    assert!(found.changes.is_empty() && found.readings.is_empty(), "{found:?}");
    assert_eq!(found.counts, ChangeCounts { same: 3, ..ChangeCounts::default() });
    let before = world.dump();
    assert_eq!(world.store.append_redecided(&found.readings, stamp()), Ok(0));
    assert_eq!(world.dump(), before);
    // Of two pages only the one with a change gets a reading.
    world.scan(2, &read(TWO_PAGES, &serial, 2, &["q3=a"]));
    let found = world.redecision(&serial, &["q3=c"]);
    assert_eq!((found.changes.len(), found.readings.len()), (1, 1));
}

#[test]
fn appended_readings_count_and_the_old_ones_are_untouched() {
    let mut world = World::new();
    let serials = world.print(ONE_PAGE, 2);
    for (picture, serial) in (1..).zip(&serials) {
        world.scan(picture, &read(ONE_PAGE, serial, 1, &["q1=a", "q2=a", "q3=b?"]));
    }
    let rows = |world: &World| {
        let dump = world.dump();
        let kept = ["readings", "answers", "box_measures", "fields", "evidence", "scans", "audit "];
        dump.lines()
            .filter(|line| kept.iter().any(|table| line.starts_with(table)))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let before = rows(&world);
    assert_eq!(world.redecide(&serials[0], &["q1=b", "q2=a?", "q3=b"]), 1);
    let after = rows(&world);
    assert!(before.iter().all(|row| after.contains(row)), "a row was changed");
    // One reading with three answers and its measures, and one entry of the log.
    assert_eq!(after.len(), before.len() + 1 + 3 + 1 + 1);

    let tally = world.store.tally(q4()).unwrap();
    let unit = &tally.forms[0].units["qltm"];
    assert_eq!((tally.returned["qltm"], unit.sheets, tally.waiting), (2, 2, 2));
    let q1 = &unit.questions["q1"].options;
    assert_eq!((q1["a"], q1["b"]), (1, 1));
    assert_eq!((unit.questions["q2"].waiting, unit.questions["q3"].waiting), (1, 1));
    let log = world.store.audit_log(1).unwrap().remove(0);
    assert_eq!((&*log.action, log.rows.len()), ("redecide", 1 + 3 + 1));
    world.agrees();
}

#[test]
fn the_same_call_twice_changes_nothing_the_second_time() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    world.scan(1, &read(ONE_PAGE, &serial, 1, &["q1=a", "q2=a", "q3=b?"]));
    let listed = world.redecision(&serial, &["q1=b"]).readings;
    assert_eq!(world.store.append_redecided(&listed, stamp()), Ok(1));
    let before = world.dump();
    assert_eq!(world.redecide(&serial, &["q1=b"]), 0);
    // Nor does a list that was made before the first call.
    assert_eq!(world.store.append_redecided(&listed, stamp()), Ok(0));
    assert_eq!(world.dump(), before);
    // The picture itself is still known.
    assert_eq!(world.scan(1, &read(ONE_PAGE, &serial, 1, &["q1=c", "q2=a", "q3=b"])), Recorded::SameImage);
    // Back again is one more reading.
    assert_eq!(world.redecide(&serial, &["q1=a"]), 1);
    assert_eq!(world.store.tally(q4()).unwrap().forms[0].units["qltm"].questions["q1"].options["a"], 1);
    world.agrees();
}

#[test]
fn a_decision_of_a_person_stands() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    world.scan(1, &read(ONE_PAGE, &serial, 1, &["q1=a?", "q2=a", "q3=b"]));
    world.decide(&serial, "q1=c").unwrap();
    let before = format!("{:?}", world.store.tally(q4()).unwrap());
    let found = world.redecision(&serial, &["q1=a"]);
    assert_eq!(effects(&found), [("q1", Effect::Decided(AnswerState::Answered, vec!["c".into()]))]);
    assert_eq!(found.counts, ChangeCounts { same: 2, by_person: 1, ..ChangeCounts::default() });
    assert_eq!(world.redecide(&serial, &["q1=a"]), 1);
    assert_eq!(format!("{:?}", world.store.tally(q4()).unwrap()), before);
    let detail = world.store.answer_detail(&AnswerId { serial, question: "q1".into() }).unwrap();
    assert_eq!(detail.counts, Some((AnswerState::Answered, vec!["c".into()])));
    world.agrees();
}

#[test]
fn of_a_picture_decided_again_only_the_newest_reading_is_asked_about() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    world.scan(1, &read(ONE_PAGE, &serial, 1, &["q1=a?", "q2=a", "q3=b"]));
    world.redecide(&serial, &["q1=a", "q2=a?"]);
    let waiting = world.store.doubtful(&DoubtfulFilter::default()).unwrap();
    let waiting: Vec<_> = waiting.iter().map(|d| (&*d.id.question, d.doubt, &d.reasons[..])).collect();
    assert_eq!(waiting, [("q2", Doubt::NeedsReview, &[ReviewReason::FaintMark][..])]);
    // Its old confidence was 0.7.
    let below = DoubtfulFilter { below: Some(0.9), ..DoubtfulFilter::default() };
    assert_eq!(world.store.doubtful(&below).unwrap().len(), 1);

    let of = |question: &str| {
        let id = AnswerId { serial: serial.clone(), question: question.into() };
        world.store.answer_detail(&id).unwrap().readings
    };
    let readings: Vec<_> = of("q1").into_iter().map(|r| (r.engine, r.superseded, r.answer)).collect();
    let old = ("thử/1".to_owned(), true, answer("q1=a?"));
    assert_eq!(readings, [old, ("thử/2".to_owned(), false, answer("q1=a"))]);
    // A picture of the question is kept with the reading of the pixels alone.
    assert_eq!(of("q1").iter().map(|r| r.evidence.is_some()).collect::<Vec<_>>(), [true, false]);
    assert!(of("q2").iter().all(|r| r.evidence.is_none()));
}

#[test]
fn each_scan_of_a_sheet_is_decided_again_and_they_may_come_to_disagree() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    let first = read(ONE_PAGE, &serial, 1, &["q1=a", "q2=a", "q3=b"]);
    world.scan(1, &first);
    world.scan(2, &read(ONE_PAGE, &serial, 1, &["q1=b?", "q2=a", "q3=b"]));
    let sure_now = |world: &World| {
        let mut decide = |_: &PageLayout, stored: &Measured| {
            let sure = |a: &Answer| Answer { needs_review: false, ..a.clone() };
            Some((stored.boxes.clone(), stored.answers.iter().map(sure).collect()))
        };
        world.store.redecision(&serial, "thử/2", &mut decide).unwrap()
    };
    let found = sure_now(&world);
    assert_eq!(effects(&found), [("q1", Effect::ToPerson)]);
    assert_eq!(world.store.append_redecided(&found.readings, stamp()), Ok(1));
    let held = world.store.tally(q4()).unwrap();
    assert_eq!((held.conflicts["qltm"], held.waiting), (1, 1));
    world.agrees();
    // A third scan is compared with what stands, not with what stood.
    world.redecide(&serial, &["q1=c"]);
    assert_eq!(world.scan(3, &first), Recorded::Conflict);
    // And what only a rescan says changes nothing that counts.
    let serial = world.print(ONE_PAGE, 1).remove(0);
    world.scan(4, &read(ONE_PAGE, &serial, 1, &["q1=a", "q2=a", "q3=b"]));
    world.scan(5, &read(ONE_PAGE, &serial, 1, &["q1=a?", "q2=a", "q3=b"]));
    let found = world.redecision(&serial, &["q1=a"]);
    assert_eq!(effects(&found), [("q1", Effect::Nothing)]);
    assert_eq!(found.counts, ChangeCounts { same: 3, ..ChangeCounts::default() });
}

#[test]
fn a_page_whose_measures_do_not_suffice_is_named_and_left_alone() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    world.scan(1, &read(ONE_PAGE, &serial, 1, &["q1=a", "q2=a", "q3=b"]));
    let found = world.store.redecision(&serial, "thử/2", &mut |_, _| None).unwrap();
    assert_eq!((found.changes.len(), found.readings.len()), (0, 0));
    let left: Vec<_> = found.left_alone.iter().map(|m| (&m.identity.serial, &*m.engine)).collect();
    assert_eq!(left, [(&serial, "thử/1")]);
}

/// A measure that an older engine did not take must not pass for 0: a mark that it saw withdrawn
/// would stand.
#[test]
fn boxes_without_one_of_todays_measures_do_not_suffice() {
    let PageOutcome::Read(reading) = read(ONE_PAGE, &World::new().print(ONE_PAGE, 1)[0], 1, &["q1=a"]) else {
        unreachable!("it was read")
    };
    let whole = serde_json::to_value(&reading.boxes).unwrap();
    assert_eq!(boxes_in(&whole.to_string()).unwrap(), reading.boxes);
    let names: Vec<String> = whole[0]["measures"].as_object().unwrap().keys().cloned().collect();
    for name in names {
        let mut lacking = whole.clone();
        lacking[0]["measures"].as_object_mut().unwrap().remove(&name);
        assert_eq!(boxes_in(&lacking.to_string()).unwrap(), [], "{name}");
    }
    let text = whole.to_string();
    assert!(boxes_in(&text[..text.len() - 1]).is_err(), "what is cut off is damaged, not old");
}

#[test]
fn what_is_no_answer_is_refused_and_enters_nothing() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    world.scan(1, &read(ONE_PAGE, &serial, 1, &["q1=a", "q2=a", "q3=b"]));
    let before = world.dump();
    let readings = world.redecision(&serial, &["q1=z"]).readings;
    assert!(matches!(world.store.append_redecided(&readings, stamp()), Err(Error::NotAnAnswer { .. })));
    assert_eq!(world.dump(), before);
}

#[test]
fn sheets_are_listed_by_their_quarter_of_return() {
    let mut world = World::new();
    let serials = world.print(ONE_PAGE, 3);
    for (picture, serial) in (1..).zip(&serials[..2]) {
        world.scan(picture, &read(ONE_PAGE, serial, 1, &["q1=a", "q2=a", "q3=b"]));
    }
    assert_eq!(world.store.returned_sheets(None).unwrap(), serials[..2]);
    assert_eq!(world.store.returned_sheets(Some(q4())).unwrap(), serials[..2]);
    assert_eq!(world.store.returned_sheets(Period::new(2026, 3)).unwrap(), []);
    let unread = world.store.redecision(&serials[2], "thử/2", &mut engine(&[]));
    assert_eq!(unread, Err(Error::NotRead { serial: serials[2].clone() }));
}

/// The schema as it was before readings could be decided again, with everything in it.
#[test]
fn a_database_with_one_reading_a_picture_is_brought_up_and_its_account_agrees() {
    let mut world = World::new();
    let serials = world.print(ONE_PAGE, 2);
    world.scan(1, &read(ONE_PAGE, &serials[0], 1, &["q1=a", "q2=a", "q3=b?"]));
    world.scan(2, &read(ONE_PAGE, &serials[0], 1, &["q1=b", "q2=a", "q3=b?"]));
    world.scan(3, &refusal(RejectCode::NoCode));
    world.decide(&serials[0], "q3=a").unwrap();
    let path = world.dir.path().join("old.db");
    let old = Connection::open(&path).unwrap();
    old.pragma_update(None, "foreign_keys", false).unwrap();
    old.pragma_update(None, "application_id", crate::schema::APPLICATION_ID).unwrap();
    old.execute_batch(include_str!("../schema/0001.sql")).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    old.execute("ATTACH ?1 AS present", [world.path().to_string_lossy()]).unwrap();
    old.execute_batch("DELETE FROM audit_head").unwrap();
    for table in tables(&old) {
        old.execute_batch(&format!("INSERT INTO main.{table} SELECT * FROM present.{table}")).unwrap();
    }
    drop(old);

    let mut store = Store::open(&path).unwrap();
    let version: u32 = store.conn.pragma_query_value(None, "user_version", |r| r.get(0)).unwrap();
    assert_eq!((version, dump(&store.conn)), (SCHEMA, world.dump()));
    assert!(matches!(store.verify_audit().unwrap(), AuditVerdict::Agrees { .. }));
    let enforced: bool = store.conn.pragma_query_value(None, "foreign_keys", |r| r.get(0)).unwrap();
    assert!(enforced);
    let readings = store.redecision(&serials[0], "thử/2", &mut engine(&["q1=b"])).unwrap().readings;
    assert_eq!(store.append_redecided(&readings, stamp()), Ok(1));
    assert!(matches!(store.verify_audit().unwrap(), AuditVerdict::Agrees { .. }));
}
