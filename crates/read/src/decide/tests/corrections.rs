//! What is withdrawn, and what chosen again.

use super::*;

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
    assert!(answer.needs_review && answer.reasons.contains(&ReviewReason::TwoMarks));
}

#[test]
fn scribble_that_goes_all_round_a_box_is_no_ring_and_needs_a_person() {
    let scribbled = BoxMeasures { inner_fill: 0.65, ..ringed_cross() };
    for models in [&trusting(), Models::shipped()] {
        let answer = decided_by(models, Choose::One, &[scribbled, cross(), empty()]);
        assert!(answer.needs_review && answer.reasons.contains(&ReviewReason::Correction), "{answer:?}");
    }
}

/// Who fills every box shows no difference between a box withdrawn and one chosen again.
#[test]
fn ringed_box_of_a_person_who_fills_every_box_needs_a_person() {
    let row = [filled(), empty(), filled(), empty(), filled(), empty(), ringed_and_filled(), empty()];
    let last = sheet(&row, Tones::Many).pop().unwrap();
    assert_eq!(last.reasons, [ReviewReason::Correction], "{last:?}");
}

/// A ring with a weak third, and loops of ticks that close to rings.
#[test]
fn what_may_be_withdrawn_is_no_answer_for_certain() {
    let ringed = BoxMeasures { ring_closed: 0.83, ring_least: 0.33, ring_ink: 0.11, ..cross() };
    let answer = decided(Choose::One, &[empty(), ringed, empty()]);
    assert_eq!(answer.reasons, [ReviewReason::Correction], "{answer:?}");
    let loops = |core_ink: f32| BoxMeasures { core_ink, ring_closed: 0.7, ring_least: 0.5, ..cross() };
    let answer = decided(Choose::One, &[loops(0.2), loops(0.01), empty()]);
    assert_eq!(answer.options, ["a"]);
    assert!(answer.reasons.contains(&ReviewReason::Correction), "{answer:?}");
    let closed = BoxMeasures { ring_closed: 0.83, ring_least: 0.33, ring_ink: 0.02, ..cross() };
    assert_accepted(&decided(Choose::One, &[empty(), closed, empty()]), AnswerState::Answered, &["b"]);
}

#[test]
fn withdrawn_mark_alone_needs_a_person() {
    for choose in [Choose::One, Choose::Many] {
        assert!(decided(choose, &[ringed_cross(), empty()]).needs_review);
    }
}
