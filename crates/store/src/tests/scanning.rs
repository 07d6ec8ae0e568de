//! Pages that come in: once, twice, again, and refused.

use phieu_model::batch::PageCounts;

use super::*;
use crate::Error;

const CLEAR: [&str; 3] = ["q1=a", "q2=a+b", "q3=b"];

#[test]
fn the_same_picture_again_changes_nothing_at_all() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    let outcome = read(ONE_PAGE, &serial, 1, &CLEAR);
    let raw = world.raw();
    // Moves with every commit of another connection that wrote anything.
    let version = || raw.pragma_query_value(None, "data_version", |r| r.get::<_, i64>(0)).unwrap();
    let at_first = version();
    assert_eq!(world.scan(1, &outcome), Recorded::New);
    assert_ne!(version(), at_first);
    let (before, at_second) = (world.dump(), version());
    assert_eq!(world.scan(1, &outcome), Recorded::SameImage);
    // Also under another name, on another day.
    let moved = ScannedPage { source: "khác.png", received: day(2027, 2, 1), ..scanned(1, &outcome) };
    assert_eq!(world.store.record_scan(&moved, stamp()).unwrap(), Recorded::SameImage);
    assert_eq!((world.dump(), version()), (before, at_second));
    world.agrees();
}

#[test]
fn the_same_picture_twice_in_one_batch_is_read_once() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    let outcome = read(ONE_PAGE, &serial, 1, &CLEAR);
    let pages = [scanned(1, &outcome), scanned(1, &outcome)];
    assert_eq!(world.store.record_scans(&pages, stamp()).unwrap(), [Recorded::New, Recorded::SameImage]);
    assert_eq!(world.store.tally(q4()).unwrap().returned["qltm"], 1);
}

#[test]
fn two_pages_of_one_file_are_two_pictures() {
    let mut world = World::new();
    let serials = world.print(ONE_PAGE, 2);
    let (a, b) = (read(ONE_PAGE, &serials[0], 1, &CLEAR), read(ONE_PAGE, &serials[1], 1, &CLEAR));
    let pages = [scanned(1, &a), ScannedPage { page_index: 1, ..scanned(1, &b) }];
    assert_eq!(world.store.record_scans(&pages, stamp()).unwrap(), [Recorded::New, Recorded::New]);
}

#[test]
fn another_scan_of_a_sheet_is_kept_and_not_counted_twice() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    world.scan(1, &read(ONE_PAGE, &serial, 1, &CLEAR));
    let before = world.store.tally(q4()).unwrap();
    assert_eq!(world.scan(2, &read(ONE_PAGE, &serial, 1, &CLEAR)), Recorded::Rescan);
    // An answer that the second scan leaves in doubt contradicts nothing.
    assert_eq!(world.scan(3, &read(ONE_PAGE, &serial, 1, &["q1=c?", "q2=a+b", "q3=b"])), Recorded::Rescan);
    let after = world.store.tally(q4()).unwrap();
    assert_eq!(format!("{before:?}"), format!("{after:?}"));
    let kept: i64 = world.store.conn.query_row("SELECT count(*) FROM readings", [], |r| r.get(0)).unwrap();
    assert_eq!(kept, 3);
    world.agrees();
}

#[test]
fn a_rescan_does_not_decide_what_the_first_scan_left_in_doubt() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    world.scan(1, &read(ONE_PAGE, &serial, 1, &["q1=a?", "q2=a", "q3=b"]));
    assert_eq!(world.scan(2, &read(ONE_PAGE, &serial, 1, &["q1=b", "q2=a", "q3=b"])), Recorded::Rescan);
    assert_eq!(world.store.tally(q4()).unwrap().waiting, 1);
}

#[test]
fn scans_that_disagree_hold_the_sheet_until_every_question_is_settled() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    world.scan(1, &read(ONE_PAGE, &serial, 1, &["q1=a", "q2=a", "q3=b"]));
    assert_eq!(world.scan(2, &read(ONE_PAGE, &serial, 1, &["q1=b", "q2=a", "q3=c"])), Recorded::Conflict);
    let held = world.store.tally(q4()).unwrap();
    assert_eq!((held.returned["qltm"], held.conflicts["qltm"], held.waiting), (1, 1, 2));
    assert!(held.forms[0].units.is_empty(), "left out of all counts");
    world.decide(&serial, "q1=b").unwrap();
    assert_eq!(world.store.tally(q4()).unwrap().conflicts["qltm"], 1);
    world.decide(&serial, "q3=b").unwrap();
    let settled = world.store.tally(q4()).unwrap();
    assert!(settled.conflicts.is_empty());
    assert_eq!((settled.waiting, settled.adjudicated), (0, 2));
    let unit = &settled.forms[0].units["qltm"];
    assert_eq!(
        (unit.sheets, unit.questions["q1"].options["b"], unit.questions["q1"].options["a"]),
        (1, 1, 0)
    );
    world.agrees();
}

#[test]
fn a_conflict_after_a_decision_changes_nothing_that_counts() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    world.scan(1, &read(ONE_PAGE, &serial, 1, &CLEAR));
    world.decide(&serial, "q1=c").unwrap();
    let before = format!("{:?}", world.store.tally(q4()).unwrap());
    assert_eq!(world.scan(2, &read(ONE_PAGE, &serial, 1, &["q1=b", "q2=a+b", "q3=b"])), Recorded::Conflict);
    assert_eq!(format!("{:?}", world.store.tally(q4()).unwrap()), before);
}

#[test]
fn a_sheet_counts_in_the_quarter_of_its_first_reading() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    world.scan(1, &read(ONE_PAGE, &serial, 1, &CLEAR));
    let again = read(ONE_PAGE, &serial, 1, &CLEAR);
    let later = ScannedPage { received: day(2027, 1, 5), ..scanned(2, &again) };
    assert_eq!(world.store.record_scan(&later, stamp()).unwrap(), Recorded::Rescan);
    assert_eq!(world.store.tally(q4()).unwrap().returned["qltm"], 1);
    assert!(world.store.tally(Period::new(2027, 1).unwrap()).unwrap().returned.is_empty());
}

#[test]
fn a_sheet_cannot_come_back_before_it_was_printed() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    let outcome = read(ONE_PAGE, &serial, 1, &CLEAR);
    let early = printed_on().yesterday().unwrap();
    let before = world.dump();
    let expected =
        Error::BeforePrinting { serial: serial.clone(), printed_on: printed_on(), received: early };
    assert_eq!(world.store.check_received(&serial, early), Err(expected.clone()));
    let page = ScannedPage { received: early, ..scanned(1, &outcome) };
    assert_eq!(world.store.record_scan(&page, stamp()), Err(expected));
    assert_eq!(world.dump(), before);
    let same_day = ScannedPage { received: printed_on(), ..scanned(1, &outcome) };
    assert_eq!(world.store.record_scan(&same_day, stamp()), Ok(Recorded::New));
}

#[test]
fn the_second_page_of_a_sheet_is_no_rescan_and_waits_until_it_comes() {
    let mut world = World::new();
    let serial = world.print(TWO_PAGES, 1).remove(0);
    assert_eq!(world.scan(1, &read(TWO_PAGES, &serial, 1, &["q1=a", "q2=a"])), Recorded::New);
    let half = world.store.tally(q4()).unwrap();
    let unit = &half.forms[0].units["qltm"];
    assert_eq!((unit.sheets, unit.questions["q3"].waiting, half.waiting), (1, 1, 1));
    assert_eq!(world.scan(2, &read(TWO_PAGES, &serial, 2, &["q3=c"])), Recorded::New);
    let whole = world.store.tally(q4()).unwrap();
    let unit = &whole.forms[0].units["qltm"];
    assert_eq!((unit.sheets, unit.questions["q3"].options["c"], whole.waiting), (1, 1, 0));
    world.agrees();
}

#[test]
fn refused_pages_are_noted_once_and_counted_by_code() {
    let mut world = World::new();
    let blank = refusal(RejectCode::BlankPage);
    assert_eq!(world.scan(1, &blank), Recorded::Refused);
    assert_eq!(world.scan(2, &blank), Recorded::Refused);
    let unreadable = refusal(RejectCode::FileUnreadable);
    let missing =
        ScannedPage { file_hash: None, source: "lô/không mở được.png", ..scanned(0, &unreadable) };
    assert_eq!(world.store.record_scan(&missing, stamp()).unwrap(), Recorded::Refused);
    let before = world.dump();
    assert_eq!(world.scan(1, &blank), Recorded::RefusedBefore);
    let next_day = ScannedPage { received: day(2026, 11, 25), ..missing };
    assert_eq!(world.store.record_scan(&next_day, stamp()).unwrap(), Recorded::RefusedBefore);
    assert_eq!(world.dump(), before);
    let refused = world.store.tally(q4()).unwrap().refused;
    assert_eq!(refused["blank_page"], 2);
    assert_eq!(refused["file_unreadable"], 1);
    world.agrees();
}

#[test]
fn a_picture_refused_for_another_reason_counts_once_under_the_new_one() {
    let mut world = World::new();
    world.scan(1, &refusal(RejectCode::NoCode));
    assert_eq!(world.scan(1, &refusal(RejectCode::FormNotFound)), Recorded::Refused);
    let refused = world.store.tally(q4()).unwrap().refused;
    assert_eq!(refused.into_iter().collect::<Vec<_>>(), [("form_not_found".to_owned(), 1)]);
    world.agrees();
}

#[test]
fn a_picture_refused_first_and_read_later_is_no_longer_refused() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    world.scan(1, &refusal(RejectCode::UnknownSerial));
    let outcome = read(ONE_PAGE, &serial, 1, &CLEAR);
    assert_eq!(world.scan(1, &outcome), Recorded::New);
    assert!(world.store.tally(q4()).unwrap().refused.is_empty());
    // And a picture once read stays read.
    let before = world.dump();
    assert_eq!(world.scan(1, &refusal(RejectCode::InternalFault)), Recorded::RefusedBefore);
    assert_eq!(world.dump(), before);
    world.agrees();
}

#[test]
fn a_batch_with_a_fault_is_undone_as_a_whole() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    let never = Serial::new(serial.period(), 77, 3).unwrap();
    let (good, unknown) = (read(ONE_PAGE, &serial, 1, &CLEAR), read(ONE_PAGE, &never, 1, &CLEAR));
    let before = world.dump();
    let refused = world.store.record_scans(&[scanned(1, &good), scanned(2, &unknown)], stamp());
    assert_eq!(refused, Err(Error::UnknownSerial { serial: never }));
    assert_eq!(world.dump(), before);
}

#[test]
fn a_page_that_does_not_fit_its_sheet_is_an_error_and_enters_nothing() {
    let mut world = World::new();
    let serial = world.print(TWO_PAGES, 1).remove(0);
    let before = world.dump();
    let wrong = [
        read(ONE_PAGE, &serial, 1, &["q1=a"]),
        read(TWO_PAGES, &serial, 3, &["q1=a"]),
        read(TWO_PAGES, &serial, 1, &["q1=a", "q3=a"]),
        read(TWO_PAGES, &serial, 1, &["q1=a", "q1=b"]),
        read(TWO_PAGES, &serial, 1, &["q1=z"]),
    ];
    for outcome in &wrong {
        let error = world.store.record_scan(&scanned(1, outcome), stamp()).unwrap_err();
        let named =
            matches!(error, Error::OtherForm { .. } | Error::UnknownQuestion(_) | Error::NotAnAnswer { .. });
        assert!(named, "{error:?}");
    }
    assert_eq!(world.dump(), before);
}

#[test]
fn pages_in_are_the_sum_of_all_that_became_of_them() {
    let mut world = World::new();
    let serials = world.print(ONE_PAGE, 2);
    let outcomes = [
        (1, read(ONE_PAGE, &serials[0], 1, &CLEAR)),
        (1, read(ONE_PAGE, &serials[0], 1, &CLEAR)),
        (2, read(ONE_PAGE, &serials[0], 1, &CLEAR)),
        (3, read(ONE_PAGE, &serials[0], 1, &["q1=c", "q2=", "q3=b"])),
        (4, read(ONE_PAGE, &serials[1], 1, &CLEAR)),
        (5, refusal(RejectCode::BlankPage)),
        (5, refusal(RejectCode::BlankPage)),
        (6, refusal(RejectCode::FileDamaged)),
    ];
    let mut counts = PageCounts::default();
    for (picture, outcome) in &outcomes {
        counts.count(outcome, world.scan(*picture, outcome));
    }
    assert_eq!((counts.new, counts.same_image, counts.rescans, counts.conflicts), (2, 1, 1, 1));
    assert_eq!((counts.read(), counts.refused[&RejectCode::BlankPage], counts.file_faults()), (5, 2, 1));
    assert_eq!(counts.pages_in(), outcomes.len() as u64);
}

#[test]
fn an_unclear_answer_is_never_counted_as_accepted() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    let mut outcome = read(ONE_PAGE, &serial, 1, &CLEAR);
    let PageOutcome::Read(reading) = &mut outcome else { panic!("a reading") };
    reading.answers[0].state = AnswerState::Unclear;
    world.scan(1, &outcome);
    // Nor does it contradict an accepted answer of another scan.
    assert_eq!(world.scan(2, &read(ONE_PAGE, &serial, 1, &CLEAR)), Recorded::Rescan);
    let tally = world.store.tally(q4()).unwrap();
    let counts = &tally.forms[0].units["qltm"].questions["q1"];
    assert_eq!((counts.waiting, counts.unclear, tally.waiting), (1, 0, 1));
}

#[test]
fn whole_numbers_and_zeros_come_back_as_they_were_logged() {
    let mut world = World::new();
    let serials = world.print(ONE_PAGE, 3);
    for (picture, (serial, confidence)) in (1..).zip(serials.iter().zip([0.0, -0.0, 1.0])) {
        let mut outcome = read(ONE_PAGE, serial, 1, &CLEAR);
        let PageOutcome::Read(reading) = &mut outcome else { panic!("a reading") };
        reading.answers.iter_mut().for_each(|a| a.confidence = confidence);
        world.scan(picture, &outcome);
    }
    world.agrees();
}

#[test]
fn a_measure_that_is_no_number_is_refused_and_enters_nothing() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    let before = world.dump();
    for part in 0..3 {
        let mut outcome = read(ONE_PAGE, &serial, 1, &CLEAR);
        let PageOutcome::Read(reading) = &mut outcome else { panic!("a reading") };
        match part {
            0 => reading.boxes[0].measures.core_ink = f32::NAN,
            1 => reading.registration.residual_mm = f32::INFINITY,
            _ => reading.answers[0].confidence = f64::NAN,
        }
        let refused = world.store.record_scan(&scanned(1, &outcome), stamp());
        let bug = matches!(refused, Err(Error::Database { fault: crate::DatabaseFault::Bug(_), .. }));
        assert!(bug, "{refused:?}");
    }
    assert_eq!(world.dump(), before);
}
