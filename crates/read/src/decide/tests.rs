//! What the rules promise, on measures alone.

use phieu_model::geometry::RectMm;
use phieu_model::layout::{BoxPlace, QuestionPlace};
use proptest::prelude::*;

use super::*;

/// A page with one question of `measures.len()` options `a`, `b`, `c` …
fn page(choose: Choose, options: usize) -> PageLayout {
    let rect = RectMm::new(0.0, 0.0, 4.8, 4.8);
    PageLayout {
        page: 1,
        boxes: (0..options)
            .map(|i| BoxPlace {
                question: "q".into(),
                option: char::from(b'a' + i as u8).to_string(),
                choose,
                rect,
                label: rect,
            })
            .collect(),
        questions: vec![QuestionPlace { question: "q".into(), rect }],
        fields: vec![],
        marks: vec![],
        qr: vec![],
        slots: vec![],
        texts: vec![],
        rules: vec![],
    }
}

fn decided(choose: Choose, measures: &[BoxMeasures]) -> Answer {
    decide(&page(choose, measures.len()), (measures, Tones::Many), &Policy::default()).1.remove(0)
}

fn empty() -> BoxMeasures {
    BoxMeasures { outline: 1.0, visible: 1.0, ..BoxMeasures::default() }
}

fn cross() -> BoxMeasures {
    BoxMeasures {
        core_ink: 0.28,
        inner_ink: 0.26,
        inner_fill: 0.33,
        ring_ink: 0.03,
        ring_round: 0.15,
        solid: 0.18,
        diagonal: 0.95,
        extent: 0.8,
        trace: 0.5,
        stroke_darkness: 0.7,
        row_ink: 5.0,
        ..empty()
    }
}

fn ringed_cross() -> BoxMeasures {
    BoxMeasures { ring_round: 0.9, ring_ink: 0.2, ..cross() }
}

fn filled() -> BoxMeasures {
    BoxMeasures { core_ink: 0.9, inner_ink: 0.88, inner_fill: 0.95, solid: 0.75, extent: 0.8, ..cross() }
}

fn ringed_and_filled() -> BoxMeasures {
    BoxMeasures { ring_round: 0.9, ring_ink: 0.2, ..filled() }
}

fn scribble() -> BoxMeasures {
    BoxMeasures {
        core_ink: 0.5,
        inner_ink: 0.48,
        inner_fill: 0.66,
        ring_ink: 0.2,
        ring_round: 0.4,
        ..cross()
    }
}

fn assert_accepted(answer: &Answer, state: AnswerState, options: &[&str]) {
    assert_eq!((answer.state, &answer.options[..]), (state, &options.map_owned()[..]), "{answer:?}");
    assert!(!answer.needs_review, "{answer:?}");
}

trait MapOwned {
    fn map_owned(&self) -> Vec<String>;
}

impl MapOwned for [&str] {
    fn map_owned(&self) -> Vec<String> {
        self.iter().map(|s| (*s).to_owned()).collect()
    }
}

#[test]
fn one_clear_mark_is_the_answer() {
    for mark in [cross(), filled()] {
        assert_accepted(&decided(Choose::One, &[empty(), mark, empty()]), AnswerState::Answered, &["b"]);
    }
    let both = decided(Choose::Many, &[cross(), empty(), cross()]);
    assert_accepted(&both, AnswerState::Answered, &["a", "c"]);
}

#[test]
fn a_row_without_any_ink_is_blank_and_one_with_ink_elsewhere_is_not() {
    assert_accepted(&decided(Choose::One, &[empty(), empty()]), AnswerState::Blank, &[]);
    let inked = BoxMeasures { row_ink: 3.0, ..empty() };
    let answer = decided(Choose::One, &[inked, inked]);
    assert_eq!(answer.state, AnswerState::Unclear);
    assert!(answer.needs_review && answer.reasons.contains(&ReviewReason::StrayInk));
}

#[test]
fn a_row_with_the_faintest_trace_of_a_mark_is_not_blank() {
    let pencil = BoxMeasures { tone: 0.01, ..empty() };
    let on_the_outline = BoxMeasures { rim: 0.2, ..empty() };
    let faint_ring = BoxMeasures { ring_ink: 0.005, ..empty() };
    for trace in [pencil, on_the_outline, faint_ring] {
        for row in [vec![trace, empty()], vec![empty(), trace, empty(), empty()]] {
            assert!(decided(Choose::One, &row).needs_review, "{trace:?}");
        }
    }
}

#[test]
fn ringed_cross_beside_one_new_cross_is_withdrawn() {
    let answer = decided(Choose::One, &[ringed_cross(), cross(), empty()]);
    assert_accepted(&answer, AnswerState::Answered, &["b"]);
}

#[test]
fn box_filled_after_it_was_ringed_is_chosen_again() {
    let answer = decided(Choose::One, &[ringed_and_filled(), ringed_cross(), empty()]);
    assert_accepted(&answer, AnswerState::Answered, &["a"]);
}

#[test]
fn box_filled_after_it_was_ringed_beside_a_standing_mark_needs_a_person() {
    let answer = decided(Choose::One, &[ringed_and_filled(), cross(), empty()]);
    assert!(answer.needs_review && answer.reasons.contains(&ReviewReason::Correction));
}

#[test]
fn everything_else_with_two_candidates_needs_a_person() {
    let ring = BoxMeasures { ring_round: 0.9, ring_ink: 0.2, ..empty() };
    let faint = BoxMeasures { core_ink: 0.02, inner_ink: 0.02, inner_fill: 0.03, ..cross() };
    for other in [cross(), filled(), scribble(), ring, faint] {
        let answer = decided(Choose::One, &[other, cross(), empty()]);
        assert!(answer.needs_review, "{answer:?}");
    }
    assert_eq!(decided(Choose::One, &[cross(), cross()]).state, AnswerState::Multiple);
}

#[test]
fn withdrawn_mark_alone_needs_a_person() {
    for choose in [Choose::One, Choose::Many] {
        assert!(decided(choose, &[ringed_cross(), empty()]).needs_review);
    }
}

#[test]
fn bare_ring_is_offered_as_the_guess_and_needs_a_person() {
    let ring = BoxMeasures { ring_round: 0.9, ring_ink: 0.2, row_ink: 8.0, ..empty() };
    let answer = decided(Choose::One, &[empty(), ring, empty()]);
    assert_eq!((answer.state, answer.options), (AnswerState::Unclear, vec!["b".to_owned()]));
    assert!(answer.needs_review);
}

#[test]
fn marginal_mark_counts_only_among_spotless_boxes() {
    let marginal = BoxMeasures { core_ink: 0.03, inner_ink: 0.06, inner_fill: 0.1, ..cross() };
    assert_accepted(&decided(Choose::One, &[empty(), marginal]), AnswerState::Answered, &["b"]);
    let touched = BoxMeasures { inner_ink: 0.006, ..empty() };
    assert!(decided(Choose::One, &[touched, marginal]).needs_review);
    let noted = BoxMeasures { label_ink: 1.0, ..empty() };
    assert!(decided(Choose::One, &[noted, marginal]).needs_review);
}

/// A page with questions `q0`, `q1` … of two options each, and its answers.
fn sheet(measures: &[BoxMeasures], tones: Tones) -> Vec<Answer> {
    let mut whole = page(Choose::One, measures.len());
    for (i, place) in whole.boxes.iter_mut().enumerate() {
        place.question = format!("q{}", i / 2);
    }
    whole.questions = (0..measures.len() / 2)
        .map(|i| QuestionPlace { question: format!("q{i}"), rect: RectMm::new(0.0, 0.0, 1.0, 1.0) })
        .collect();
    decide(&whole, (measures, tones), &Policy::default()).1
}

#[test]
fn mark_much_fainter_than_the_others_of_the_sheet_needs_a_person() {
    let strong = BoxMeasures { core_ink: 0.4, inner_ink: 0.4, ..cross() };
    let weak = BoxMeasures { core_ink: 0.07, inner_ink: 0.03, ..cross() };
    let answers = sheet(&[strong, empty(), strong, empty(), strong, empty(), weak, empty()], Tones::Many);
    assert!(!answers[0].needs_review);
    assert_eq!(answers[3].reasons, [ReviewReason::FaintMark]);
}

#[test]
fn blank_row_of_a_black_and_white_sheet_is_believed_only_beside_strong_marks() {
    let weak = BoxMeasures { core_ink: 0.1, inner_ink: 0.1, ..cross() };
    let with = |first: BoxMeasures| {
        let mut row = vec![first, empty()];
        row.extend([cross(), empty()].repeat(5));
        row.extend([empty(), empty()]);
        row
    };
    let last = |measures: &[BoxMeasures], tones| sheet(measures, tones).pop().unwrap();
    assert!(!last(&with(cross()), Tones::Two).needs_review);
    assert!(!last(&with(weak), Tones::Many).needs_review);
    let doubted = last(&with(weak), Tones::Two);
    assert_eq!(doubted.reasons, [ReviewReason::OneBit]);
    assert_eq!(doubted.state, AnswerState::Blank);
    assert_eq!(last(&[empty(); 4], Tones::Two).reasons, [ReviewReason::OneBit]);
    assert!(!last(&[empty(); 4], Tones::Many).needs_review);
}

#[test]
fn streak_through_a_box_needs_a_person() {
    let streak = BoxMeasures { core_ink: 0.05, inner_ink: 0.06, extent: 0.8, through: 0.95, ..empty() };
    assert!(decided(Choose::One, &[empty(), streak]).needs_review);
}

proptest! {
    /// An undisturbed empty box can never become a mark, whatever its outline and
    /// whatever stands in its row.
    #[test]
    fn undisturbed_empty_box_never_becomes_a_mark(
        outline in 0.0_f32..=1.0, residual_mm in 0.0_f32..1.0, row_ink in 0.0_f32..50.0, others in 0_usize..4
    ) {
        let mut row = vec![BoxMeasures { outline, residual_mm, row_ink, ..empty() }];
        row.extend(vec![cross(); others]);
        let (boxes, answers) = decide(&page(Choose::Many, row.len()), (&row, Tones::Many), &Policy::default());
        prop_assert!(!answers[0].options.contains(&"a".to_owned()));
        prop_assert!(boxes[0].marked < 0.51);
    }

    /// A box whose outline was not found, or that is cut off, is never decided silently.
    #[test]
    fn box_that_was_not_found_is_never_decided_silently(
        outline in 0.0_f32..0.59, visible in 0.0_f32..=1.0, core_ink in 0.0_f32..=1.0, ring_round in 0.0_f32..=1.0
    ) {
        let lost = BoxMeasures { outline, visible, core_ink, inner_ink: core_ink, ring_round, ..cross() };
        for choose in [Choose::One, Choose::Many] {
            prop_assert!(decided(choose, &[lost, cross(), empty()]).needs_review);
            prop_assert!(decided(choose, &[lost, empty(), empty()]).needs_review);
        }
    }

    /// More ink never makes a mark less marked: what stood goes on standing, or a
    /// person is asked.
    #[test]
    fn more_ink_never_makes_a_mark_less_marked(core in 0.0_f32..1.0, more in 0.0_f32..1.0) {
        let with = |ink: f32| BoxMeasures { core_ink: ink, inner_ink: ink, inner_fill: ink, solid: ink, ..cross() };
        let (less, more) = (with(core), with((core + more).min(1.0)));
        let before = decided(Choose::One, &[less, empty()]);
        let after = decided(Choose::One, &[more, empty()]);
        if before.options == ["a"] && !before.needs_review {
            prop_assert!(after.needs_review || after.options == ["a"], "{before:?} {after:?}");
        }
        prop_assert!(after.state != AnswerState::Blank || before.state != AnswerState::Answered);
    }
}
