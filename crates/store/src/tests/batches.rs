//! Batches that ended: what they came to, and what is still out.

use std::collections::BTreeSet;

use phieu_model::batch::{BatchSummary, IncompleteSheet, PageCounts};

use super::*;

fn summary(new: u64) -> BatchSummary {
    BatchSummary { files: 3, pages: PageCounts { new, ..PageCounts::default() }, ..BatchSummary::default() }
}

fn end(world: &mut World, summary: BatchSummary, serials: &[Serial]) -> BatchSummary {
    let serials: BTreeSet<Serial> = serials.iter().cloned().collect();
    world.store.end_batch((received(), "thử/1"), summary, &serials, stamp()).expect("ending a batch")
}

#[test]
fn a_batch_is_kept_as_it_was_told_and_is_never_changed() {
    let mut world = World::new();
    let told = end(&mut world, summary(7), &[]);
    end(&mut world, summary(1), &[]);
    let kept = world.store.batches().unwrap();
    assert_eq!(kept.iter().map(|b| b.id).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((&kept[0].summary, kept[0].received, &*kept[0].engine), (&told, received(), "thử/1"));
    assert_eq!((kept[0].at, &*kept[0].actor), (stamp().at, stamp().actor));
    world.agrees();
    let raw = world.raw();
    for change in ["UPDATE batches SET summary = '{}'", "DELETE FROM batches WHERE id = 1"] {
        assert!(raw.execute(change, []).unwrap_err().to_string().contains("never"), "{change}");
    }
}

#[test]
fn a_changed_batch_is_found() {
    let mut world = World::new();
    end(&mut world, summary(7), &[]);
    let raw = world.raw();
    raw.execute_batch("DROP TRIGGER batches_no_update").unwrap();
    raw.execute("UPDATE batches SET summary = replace(summary, '7', '8')", []).unwrap();
    let guard = include_str!("../schema/0003.sql");
    let guard = &guard[guard.find("CREATE TRIGGER batches_no_update").unwrap()..];
    raw.execute_batch(&guard[..guard.find("END;").unwrap() + 4]).unwrap();
    let AuditVerdict::Differs(found) = world.store.verify_audit().unwrap() else { panic!("it agrees") };
    assert!(format!("{found:?}").contains("batches"), "{found:?}");
}

#[test]
fn a_sheet_is_complete_when_all_its_pages_have_come_in_one_batch_or_another() {
    let mut world = World::new();
    let serials = world.print(TWO_PAGES, 2);
    world.scan(1, &read(TWO_PAGES, &serials[0], 1, &["q1=a", "q2=a"]));
    world.scan(2, &read(TWO_PAGES, &serials[1], 1, &["q1=a", "q2=a"]));
    world.scan(3, &read(TWO_PAGES, &serials[1], 2, &["q3=b"]));
    let sheets = end(&mut world, summary(3), &serials).sheets;
    assert_eq!(sheets.complete, 1);
    assert_eq!(sheets.incomplete, [IncompleteSheet { serial: serials[0].clone(), missing: vec![2] }]);
    world.scan(4, &read(TWO_PAGES, &serials[0], 2, &["q3=b"]));
    let sheets = end(&mut world, summary(1), &serials[..1]).sheets;
    assert_eq!((sheets.complete, sheets.incomplete), (1, vec![]));
}

#[test]
fn answers_that_wait_are_counted_also_where_the_batch_brought_nothing_new() {
    let mut world = World::new();
    let serials = world.print(ONE_PAGE, 3);
    world.scan(1, &read(ONE_PAGE, &serials[0], 1, &["q1=a?", "q2=a?", "q3=b"]));
    world.scan(2, &read(ONE_PAGE, &serials[1], 1, &["q1=a", "q2=a", "q3=b"]));
    world.scan(3, &read(ONE_PAGE, &serials[1], 1, &["q1=b", "q2=a", "q3=b"]));
    world.scan(4, &read(ONE_PAGE, &serials[2], 1, &["q1=a?", "q2=a", "q3=b"]));
    assert_eq!(end(&mut world, summary(0), &serials[..2]).sheets.waiting, 3);
    world.decide(&serials[0], "q1=b").unwrap();
    assert_eq!(end(&mut world, summary(0), &serials[..2]).sheets.waiting, 2);
}

#[test]
fn what_is_out_is_counted_for_each_quarter_of_printing_in_the_batch() {
    let mut world = World::new();
    let serials = world.print(ONE_PAGE, 9);
    let outcome = read(ONE_PAGE, &serials[4], 1, &["q1=a", "q2=a", "q3=b"]);
    world.scan(1, &outcome);
    let out = end(&mut world, summary(1), &serials[4..5]).sheets.outstanding;
    assert_eq!(out.len(), 1);
    assert_eq!((out[0].printed_in, out[0].printed, out[0].not_seen), (Period::of(printed_on()), 9, 8));
    let first: Vec<u32> = out[0].first.iter().map(Serial::running).collect();
    assert_eq!(first, [1, 2, 3, 4, 6], "the first five");
    assert!(end(&mut world, summary(0), &[]).sheets.outstanding.is_empty(), "no sheet in the batch");
}

#[test]
fn pictures_of_a_batch_that_was_cut_off_are_more_than_the_batches_say() {
    let mut world = World::new();
    let serials = world.print(ONE_PAGE, 2);
    world.scan(1, &read(ONE_PAGE, &serials[0], 1, &["q1=a", "q2=a", "q3=b"]));
    end(&mut world, summary(1), &serials[..1]);
    world.scan(2, &read(ONE_PAGE, &serials[1], 1, &["q1=a", "q2=a", "q3=b"]));
    let told: u64 = world.store.batches().unwrap().iter().map(|b| b.summary.pages.stored()).sum();
    assert_eq!((world.store.pictures_read().unwrap(), told), (2, 1));
}
