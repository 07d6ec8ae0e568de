//! Decisions and the queue.

use phieu_model::adjudication::AnswerFault;
use phieu_model::doubtful::{AnswerId, Doubt};

use super::*;
use crate::{DoubtfulFilter, Error};

fn ids(world: &World, filter: &DoubtfulFilter) -> Vec<(String, Doubt)> {
    let found = world.store.doubtful(filter).unwrap();
    found.into_iter().map(|d| (d.id.question, d.doubt)).collect()
}

#[test]
fn the_queue_holds_what_waits_least_sure_first() {
    let mut world = World::new();
    let serials = world.print(TWO_PAGES, 2);
    world.scan(1, &read(TWO_PAGES, &serials[0], 1, &["q1=a?", "q2=a"]));
    world.scan(2, &read(TWO_PAGES, &serials[1], 1, &["q1=a", "q2=b"]));
    world.scan(3, &read(TWO_PAGES, &serials[1], 1, &["q1=a", "q2=c"]));
    world.scan(4, &read(TWO_PAGES, &serials[1], 2, &["q3=a"]));
    let all = DoubtfulFilter::default();
    let expected = [("q3", Doubt::PageMissing), ("q2", Doubt::Conflict), ("q1", Doubt::NeedsReview)];
    assert_eq!(ids(&world, &all), expected.map(|(q, d)| (q.to_owned(), d)));
    let first = &world.store.doubtful(&all).unwrap()[2];
    assert_eq!((first.id.serial.clone(), &*first.source), (serials[0].clone(), "lô 7/quét.tif"));
    assert_eq!((first.confidence, &first.reasons[..]), (0.7, &[ReviewReason::FaintMark][..]));
    let other_unit = DoubtfulFilter { unit: Some("qlcn".into()), ..all.clone() };
    assert_eq!(ids(&world, &other_unit), []);
    let other_quarter = DoubtfulFilter { period: Period::new(2026, 3), ..all.clone() };
    assert_eq!(ids(&world, &other_quarter), []);
    let same = DoubtfulFilter { period: Some(q4()), unit: Some("qltm".into()), ..all };
    assert_eq!(ids(&world, &same).len(), 3);
}

#[test]
fn below_a_threshold_accepted_answers_are_listed_until_a_person_decided() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    world.scan(1, &read(ONE_PAGE, &serial, 1, &["q1=a", "q2=a", "q3=a?"]));
    let below = |p| DoubtfulFilter { below: Some(p), ..DoubtfulFilter::default() };
    assert_eq!(ids(&world, &below(0.9995)).len(), 1);
    assert_eq!(ids(&world, &below(0.9996)).len(), 3);
    world.decide(&serial, "q1=a").unwrap();
    let left = ids(&world, &below(0.9996));
    let expected = [("q3", Doubt::NeedsReview), ("q2", Doubt::BelowThreshold)];
    assert_eq!(left, expected.map(|(q, d)| (q.to_owned(), d)));
}

/// What is outweighed in one picture sends nobody to the answer of another.
#[test]
fn the_queue_names_what_is_doubted_and_not_what_is_outweighed() {
    let outweighed = |serial: &Serial, answers: &[&str]| {
        let mut outcome = read(ONE_PAGE, serial, 1, answers);
        if let PageOutcome::Read(reading) = &mut outcome {
            reading.answers[0].reasons = vec![ReviewReason::OneBit];
        }
        outcome
    };
    let mut world = World::new();
    let serials = world.print(ONE_PAGE, 2);
    world.scan(1, &read(ONE_PAGE, &serials[0], 1, &["q1=a?", "q2=a", "q3=a"]));
    world.scan(2, &outweighed(&serials[0], &["q1=a", "q2=a", "q3=a"]));
    world.scan(3, &outweighed(&serials[1], &["q1=a", "q2=a", "q3=a"]));
    let reasons = |below: Option<f64>, serial: &Serial| -> Vec<_> {
        let filter = DoubtfulFilter { below, ..DoubtfulFilter::default() };
        let all = world.store.doubtful(&filter).unwrap();
        let of_q1 = all.into_iter().filter(|d| d.id.serial == *serial && d.id.question == "q1");
        of_q1.map(|d| d.reasons).collect()
    };
    assert_eq!(reasons(None, &serials[0]), [[ReviewReason::FaintMark]]);
    assert!(reasons(None, &serials[1]).is_empty());
    assert_eq!(reasons(Some(1.0), &serials[1]), [[ReviewReason::OneBit]]);
}

#[test]
fn the_newest_decision_counts_and_the_older_ones_stay() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    world.scan(1, &read(ONE_PAGE, &serial, 1, &["q1=a?", "q2=a", "q3=a"]));
    world.decide(&serial, "q1=b").unwrap();
    world.decide(&serial, "q1=").unwrap();
    let id = AnswerId { serial, question: "q1".into() };
    let detail = world.store.answer_detail(&id).unwrap();
    assert_eq!(detail.counts, Some((AnswerState::Blank, vec![])));
    let decided: Vec<_> = detail.decisions.iter().map(|d| d.adjudication.options.len()).collect();
    assert_eq!(decided, [1, 0]);
    assert_eq!(detail.decisions[0].at, stamp().at);
    assert_eq!(detail.readings[0].answer, answer("q1=a?"));
    assert_eq!(detail.readings[0].boxes.len(), 1);
    let mark = &detail.readings[0].boxes[0];
    assert_eq!((&*mark.question, &*mark.option, mark.marked), ("q1", "a", 0.9));
    assert_eq!(detail.readings[0].evidence.as_deref(), Some(&[0x89, b'P', b'N', b'G', 0][..]));
    let tally = world.store.tally(q4()).unwrap();
    assert_eq!((tally.adjudicated, tally.waiting), (1, 0));
    assert_eq!(tally.forms[0].units["qltm"].questions["q1"].blank, 1);
    world.agrees();
}

#[test]
fn an_accepted_answer_can_be_corrected() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    world.scan(1, &read(ONE_PAGE, &serial, 1, &["q1=a", "q2=a", "q3=a"]));
    world.decide(&serial, "q2=b+c").unwrap();
    let tally = world.store.tally(q4()).unwrap();
    let options = &tally.forms[0].units["qltm"].questions["q2"].options;
    assert_eq!(options.values().copied().collect::<Vec<_>>(), [0, 1, 1]);
}

#[test]
fn a_decision_that_cannot_be_is_refused_by_name_and_enters_nothing() {
    let mut world = World::new();
    let serials = world.print(ONE_PAGE, 2);
    let (serial, unread) = (&serials[0], &serials[1]);
    world.scan(1, &read(ONE_PAGE, serial, 1, &["q1=a?", "q2=a", "q3=a"]));
    let before = world.dump();
    assert_eq!(world.decide(unread, "q1=a"), Err(Error::NotRead { serial: unread.clone() }));
    let never = Serial::new(serial.period(), 77, 3).unwrap();
    assert_eq!(world.decide(&never, "q1=a"), Err(Error::UnknownSerial { serial: never }));
    assert!(matches!(world.decide(serial, "q7=a"), Err(Error::UnknownQuestion(_))));
    for (decided, wanted) in [("q1=x", "option"), ("q2=b+a", "order")] {
        match (world.decide(serial, decided), wanted) {
            (Err(Error::NotAnAnswer { fault: AnswerFault::UnknownOption { .. }, .. }), "option") => {}
            (Err(Error::NotAnAnswer { fault: AnswerFault::Order, .. }), "order") => {}
            other => panic!("{other:?}"),
        }
    }
    let unsigned = Adjudication {
        serial: serial.clone(),
        question: "q1".into(),
        state: AnswerState::Blank,
        options: vec![],
        by: "  ".into(),
        why: "x".into(),
    };
    assert!(matches!(world.store.adjudicate(&unsigned, stamp()), Err(Error::Unsigned { .. })));
    let no_reason = Adjudication { by: "Lan".into(), why: String::new(), ..unsigned };
    assert!(matches!(world.store.adjudicate(&no_reason, stamp()), Err(Error::Unsigned { .. })));
    assert_eq!(world.dump(), before);
}

#[test]
fn several_decisions_are_all_kept_or_none() {
    let mut world = World::new();
    let serial = world.print(ONE_PAGE, 1).remove(0);
    world.scan(1, &read(ONE_PAGE, &serial, 1, &["q1=a?", "q2=a?", "q3=a"]));
    let decision = |question: &str, option: &str| Adjudication {
        serial: serial.clone(),
        question: question.into(),
        state: AnswerState::Answered,
        options: vec![option.into()],
        by: "Lan".into(),
        why: "rõ".into(),
    };
    let before = world.dump();
    assert!(world.store.adjudicate_all(&[decision("q1", "a"), decision("q2", "x")], stamp()).is_err());
    assert_eq!(world.dump(), before);
    world.store.adjudicate_all(&[decision("q1", "a"), decision("q2", "b")], stamp()).unwrap();
    assert_eq!(world.store.tally(q4()).unwrap().waiting, 0);
}
