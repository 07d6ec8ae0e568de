//! What rings, dots and faint marks are on the sheet of this person.

use super::*;

/// One box marked and another ringed: what may be a ring is enough for a person to look.
#[test]
fn what_may_be_a_ring_round_an_empty_box_beside_a_mark_needs_a_person() {
    let policy = Policy::default();
    let perhaps = BoxMeasures {
        ring_closed: policy.maybe_ring.0,
        ring_least: policy.maybe_ring.1,
        ring_ink: 0.06,
        inner_ink: 0.015,
        ..empty()
    };
    let answer = decided(Choose::One, &[empty(), perhaps, cross()]);
    assert_eq!(answer.reasons, [ReviewReason::Ring], "{answer:?}");
}

#[test]
fn a_ring_on_the_outline_of_an_empty_box_withdraws_nothing() {
    let ring = BoxMeasures {
        ring_closed: 0.85,
        ring_least: 0.65,
        ring_ink: 0.15,
        rim: 0.6,
        core_ink: 0.02,
        inner_ink: 0.05,
        inner_fill: 0.06,
        extent: 0.8,
        ..empty()
    };
    let answer = decided(Choose::One, &[ring, cross(), empty()]);
    assert!(answer.needs_review && answer.reasons.contains(&ReviewReason::Ring), "{answer:?}");
}

fn dot(core: f32) -> BoxMeasures {
    BoxMeasures {
        core_ink: core,
        inner_ink: 0.8 * core,
        inner_fill: core,
        diagonal: 0.1,
        extent: 0.1,
        ..cross()
    }
}

/// A speck of dirt is as small as a dot of a thin pen, but stands in one row after another only by somebody's hand.
#[test]
fn small_dots_are_accepted_where_a_person_marks_by_them() {
    let (left, right) = ([dot(0.02), empty()], [empty(), dot(0.02)]);
    let dots = [left, right, left, left, right].concat();
    let last = |boxes: &[BoxMeasures], row: [BoxMeasures; 2]| {
        sheet(&[boxes, &row].concat(), Tones::Many).pop().unwrap().needs_review
    };
    assert!(sheet(&dots, Tones::Many).iter().all(|answer| !answer.needs_review && answer.options.len() == 1));
    assert!(!last(&dots, left));
    assert!(last(&dots[..6], left), "four dots are no habit");
    let big: Vec<BoxMeasures> = dots.iter().map(|m| if m.core_ink > 0.0 { dot(0.04) } else { *m }).collect();
    assert!(last(&big, left), "half of what the others have");
    let dirty = BoxMeasures { beside_ink: 0.5, ..dot(0.02) };
    assert!(last(&dots, [dirty, empty()]), "dirt comes with other dirt");
    assert!(last(&[left; 8].concat(), left), "a flaw of the machine leaves them one below another");
    assert!(last(&[&dots[..], &[cross(), empty()].repeat(6)].concat(), left), "among more crosses");
    let specks = [[dot(0.006), empty()], [empty(), dot(0.006)]].concat().repeat(3);
    assert!(last(&specks, left), "specks make no habit");
}

/// Who marks by dots crosses one out and dots another box: what covers more is not the answer.
#[test]
fn a_mark_beside_a_dot_of_a_person_who_marks_by_dots_needs_a_person() {
    let dots = [[dot(0.02), empty()], [empty(), dot(0.02)]].concat().repeat(3);
    let struck = BoxMeasures { diagonal: 0.48, core_ink: 0.29, inner_fill: 0.36, ..cross() };
    let last = |other: f32| sheet(&[&dots[..], &[struck, dot(other)]].concat(), Tones::Many).pop().unwrap();
    assert!(last(0.02).needs_review && last(0.02).reasons.contains(&ReviewReason::TwoMarks));
    assert!(!last(0.006).needs_review, "a speck is no dot");
}

/// Of a dot with hardly any pressure a trace is all that can be seen, and no mark beside it contradicts it.
#[test]
fn a_trace_among_several_answers_may_be_another_dot_of_a_person_who_marks_by_them() {
    let trace = BoxMeasures { trace: 0.012, ..empty() };
    let last = |habit: BoxMeasures, choose: Choose| {
        let rows = [[habit, empty()], [empty(), habit]].concat().repeat(3);
        let mut page = page(Choose::One, rows.len() + 3);
        for (i, place) in page.boxes.iter_mut().enumerate() {
            let of_last = i >= rows.len();
            place.question = if of_last { "last".into() } else { format!("q{}", i / 2) };
            place.choose = if of_last { choose } else { Choose::One };
        }
        let questions = ["q0", "q1", "q2", "q3", "q4", "q5", "last"];
        page.questions = (questions.iter())
            .map(|name| QuestionPlace { question: (*name).into(), ..page.questions[0].clone() })
            .collect();
        let measures = [&rows[..], &[habit, trace, empty()]].concat();
        let policy = unwary();
        let judged = Judged::of(&page, (&measures, Tones::Many), &policy);
        decide_with(&trusting(), &judged).1.pop().unwrap()
    };
    assert_eq!(last(dot(0.03), Choose::Many).reasons, [ReviewReason::FaintMark]);
    assert_accepted(&last(cross(), Choose::Many), AnswerState::Answered, &["m"]);
    assert_accepted(&last(dot(0.03), Choose::One), AnswerState::Answered, &["m"]);
}

#[test]
fn bare_ring_is_offered_as_the_guess_and_needs_a_person() {
    let ring = BoxMeasures { ring_closed: 0.95, ring_least: 0.85, ring_ink: 0.2, row_ink: 8.0, ..empty() };
    let answer = decided(Choose::One, &[empty(), ring, empty()]);
    assert_eq!((answer.state, answer.options), (AnswerState::Unclear, vec!["b".to_owned()]));
    assert!(answer.needs_review);
}

/// Who rings the choices withdraws nothing by a ring.
#[test]
fn a_ring_is_the_mark_of_a_person_who_makes_hardly_any_other() {
    let ring = BoxMeasures {
        ring_closed: 0.95,
        ring_least: 0.85,
        ring_ink: 0.2,
        row_ink: 8.0,
        beside_ink: 8.0,
        ..empty()
    };
    let rings = [ring, empty(), empty(), ring, ring, empty(), ring, empty()];
    for (answer, option) in sheet(&rings, Tones::Many).iter().zip(["a", "d", "e", "g"]) {
        assert_accepted(answer, AnswerState::Answered, &[option]);
    }
    // One other mark on the page, however faint: a ring may be anything again.
    for other in [cross(), BoxMeasures { core_ink: 0.02, inner_ink: 0.02, ..cross() }] {
        let with_other = [&rings[..], &[other, empty()]].concat();
        assert!(sheet(&with_other, Tones::Many)[..4].iter().all(|answer| answer.needs_review));
    }
    // Where many are ringed, one mark of another kind makes itself doubtful and not the rings.
    for (ringed, asked) in [(5, true), (6, false), (8, false)] {
        let more = [[ring, empty()].repeat(ringed), vec![cross(), empty()]].concat();
        let answers = sheet(&more, Tones::Many);
        assert!(answers[..ringed].iter().all(|answer| answer.needs_review == asked), "{ringed} rings");
        assert!(answers[ringed].needs_review != asked, "the cross among {ringed}");
    }
    // A ring whose stroke runs through the box, or one that is not whole, may be a second answer.
    let through_the_box = BoxMeasures { core_ink: 0.01, inner_ink: 0.03, extent: 0.6, ..ring };
    let inked = BoxMeasures { core_ink: 0.02, inner_ink: 0.02, ..empty() };
    let open = BoxMeasures { ring_closed: 0.5, ring_least: 0.1, ring_ink: 0.08, ..ring };
    for second in [through_the_box, inked, open] {
        let last = sheet(&[&rings[..], &[ring, second]].concat(), Tones::Many).pop().unwrap();
        assert!(last.needs_review && last.reasons.contains(&ReviewReason::Ring), "{last:?}");
    }
    // Rings drawn over one another leave more ink than one: a correction. So does a note.
    for (usual, beside, asked) in [(5.0, 10.0, true), (20.0, 26.0, false), (20.0, 30.0, true)] {
        let with = |beside: f32| [BoxMeasures { beside_ink: beside, ..ring }, empty()];
        let page = [[with(usual); 4].concat(), with(beside).to_vec()].concat();
        let last = sheet(&page, Tones::Many).pop().unwrap();
        assert_eq!(last.needs_review, asked, "{beside} mm² where {usual} are usual");
    }
    let over = BoxMeasures { ring_ink: 2.0 * ring.ring_ink, ..ring };
    assert!(sheet(&[&rings[..], &[over, empty()]].concat(), Tones::Many).pop().unwrap().needs_review);
    // Two rings in one question are two candidates.
    let two = [&rings[..], &[ring, ring]].concat();
    let last = sheet(&two, Tones::Many).pop().unwrap();
    assert!(last.needs_review && last.reasons.contains(&ReviewReason::TwoMarks), "{last:?}");
}

/// A faint mark alone is what the risk model weighs; beside other ink a guard has it.
#[test]
fn mark_much_fainter_than_the_others_of_the_sheet_is_doubted() {
    let strong = BoxMeasures { core_ink: 0.4, inner_ink: 0.4, ..cross() };
    let weak = BoxMeasures { core_ink: 0.07, inner_ink: 0.03, ..cross() };
    let touched = BoxMeasures { inner_ink: 0.006, ..empty() };
    let row = [strong, empty(), strong, empty(), strong, empty()];
    let alone = sheet(&[&row[..], &[weak, empty()]].concat(), Tones::Many).pop().unwrap();
    assert!(!alone.needs_review, "{alone:?}");
    let among = sheet(&[&row[..], &[weak, touched]].concat(), Tones::Many).pop().unwrap();
    assert_eq!(among.reasons, [ReviewReason::FaintMark]);
}
