//! What boxes show that are certainly empty, because their question has its one mark elsewhere.

use super::*;

/// The answer to a question with the boxes `row` on a sheet on which so many others have a cross and one box that looks like `shown`.
fn on_a_sheet(
    policy: &Policy,
    (choose, row): (Choose, &[BoxMeasures]),
    shown: BoxMeasures,
    others: usize,
) -> Answer {
    let mut whole = page(Choose::One, row.len() + 2 * others);
    for (i, place) in whole.boxes.iter_mut().enumerate() {
        match i.checked_sub(row.len()) {
            Some(other) => place.question = format!("q{}", 1 + other / 2),
            None => (place.question, place.choose) = ("q0".into(), choose),
        }
    }
    whole.questions = (0..=others)
        .map(|i| QuestionPlace { question: format!("q{i}"), rect: RectMm::new(0.0, 0.0, 1.0, 1.0) })
        .collect();
    let measures = [row.to_vec(), [cross(), shown].repeat(others)].concat();
    decide_with(&trusting(), &Judged::of(&whole, (&measures, Tones::Many), policy)).1.remove(0)
}

/// Print that shines through.
fn shining(trace: f32, weak_stroke: f32) -> BoxMeasures {
    BoxMeasures { trace, weak_stroke, tone: 0.008, ..empty() }
}

#[test]
fn a_row_that_shows_what_empty_boxes_of_the_sheet_show_is_blank_if_the_model_is_surer_than_usual() {
    let shown = shining(0.1, 0.05);
    let blank = |row: BoxMeasures, others: usize, policy: &Policy| {
        on_a_sheet(policy, (Choose::One, &[empty(), row, empty()]), shown, others)
    };
    let spotted = |answer: Answer| (answer.state, answer.reasons, answer.needs_review);
    let faint = vec![ReviewReason::FaintMark];
    let sure = blank(shining(0.1, 0.05), 4, &unwary());
    assert_eq!(spotted(sure), (AnswerState::Blank, faint.clone(), false));
    let unsure = blank(shining(0.1, 0.05), 4, &wary());
    assert_eq!(spotted(unsure), (AnswerState::Blank, faint.clone(), true));
    // One box may hold a mark that nobody saw; a stroke, or a trace, that is stronger than theirs is a mark's.
    for (row, others) in [(shining(0.1, 0.05), 1), (shining(0.1, 0.06), 4), (shining(0.2, 0.05), 4)] {
        assert_eq!(spotted(blank(row, others, &unwary())), (AnswerState::Unclear, faint.clone(), true));
    }
}

#[test]
fn a_trace_in_3_1_that_empty_boxes_of_the_sheet_show_too_is_no_second_mark() {
    let row = |other: BoxMeasures| [cross(), other, empty(), empty()];
    let reviewed = |other: BoxMeasures, shown: BoxMeasures| {
        on_a_sheet(&wary(), (Choose::Many, &row(other)), shown, 4).needs_review
    };
    let trace = shining(0.1, 0.05);
    assert!(reviewed(trace, empty()), "a sheet without traces elsewhere");
    assert!(!reviewed(trace, trace));
    assert!(reviewed(shining(0.1, 0.06), trace), "a stronger stroke");
    let ink = BoxMeasures { inner_ink: 0.03, ..trace };
    assert!(reviewed(ink, ink), "ink");
}
