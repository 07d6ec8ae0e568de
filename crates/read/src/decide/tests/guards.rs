//! What goes to a person, and what does not.

use super::*;

/// Models that trust, but take no box for meant through which a straight line runs for this share of it.
fn blind_to_streaks(from: f32) -> Models {
    let mut models = trusting();
    let through = Models::shipped().meant.features.iter().position(|name| *name == "through").unwrap();
    models.meant.trees.push(Tree::from(&Branch::Split {
        feature: through,
        below: from,
        left: Box::new(Branch::Leaf(0.0)),
        right: Box::new(Branch::Leaf(-30.0)),
    }));
    models
}

/// The answer to the first of two questions of five boxes each that allow several answers.
fn first_of_two(policy: &Policy, first: [BoxMeasures; 5], second: [BoxMeasures; 5]) -> Answer {
    let mut page = page(Choose::Many, 10);
    page.boxes[5..].iter_mut().for_each(|place| place.question = "r".into());
    page.questions.push(QuestionPlace { question: "r".into(), ..page.questions[0].clone() });
    let measures = [first, second].concat();
    decide_with(&trusting(), &Judged::of(&page, (&measures, Tones::Many), policy)).1.remove(0)
}

#[test]
fn one_clear_mark_is_the_answer() {
    for mark in [cross(), filled()] {
        assert_accepted(&decided(Choose::One, &[empty(), mark, empty()]), AnswerState::Answered, &["b"]);
    }
    let both = decided(Choose::Many, &[cross(), empty(), cross()]);
    assert_accepted(&both, AnswerState::Answered, &["a", "c"]);
}

/// Where a box is not found, print beside its expected place passes for its outline, and its outline for a mark.
#[test]
fn a_box_that_is_not_where_it_should_be_needs_a_clear_mark() {
    let lost = |m: BoxMeasures| BoxMeasures { residual_mm: 0.5, ..m };
    let weak = |core: f32| BoxMeasures { core_ink: core, inner_ink: core, ..cross() };
    let rows = [
        [lost(weak(0.03)), empty()],
        [lost(weak(0.09)), empty()],
        [lost(empty()), empty()],
        [lost(empty()), cross()],
    ];
    for row in rows {
        let answer = decided_under(&unwary(), &trusting(), Choose::One, &row);
        assert_eq!((answer.needs_review, &answer.reasons[..]), (true, &[ReviewReason::BoxNotFound][..]));
    }
    assert!(!decided(Choose::One, &[weak(0.09), empty()]).needs_review);
    assert_accepted(&decided(Choose::One, &[lost(cross()), empty()]), AnswerState::Answered, &["a"]);
}

/// Initials are drawn through a box: one of their lines runs straight through it, the others pass through none.
#[test]
fn a_straight_line_beside_strokes_that_pass_by_needs_a_person() {
    let line =
        BoxMeasures { through: 0.95, inner_fill: 0.3, diagonal: 0.4, within: 0.2, reach: 1.3, ..cross() };
    let row = |beside_ink: f32| [BoxMeasures { beside_ink, ..line }, BoxMeasures { beside_ink, ..empty() }];
    let of = |row: [BoxMeasures; 2]| decided_under(&unwary(), &trusting(), Choose::One, &row);
    assert_eq!(of(row(6.0)).reasons, [ReviewReason::StrayInk]);
    assert!(of(row(6.0)).needs_review && !of(row(0.0)).needs_review);
}

/// On crumpled paper boxes lie far from where the field has them, with their neighbours.
#[test]
fn an_outline_far_from_its_place_counts_where_another_near_by_is_as_far() {
    let far = |shared| BoxMeasures { residual_mm: 0.8, shared, ..empty() };
    let alone = decided_under(&unwary(), &trusting(), Choose::One, &[far(0.0), cross()]);
    assert_eq!((alone.needs_review, &alone.reasons[..]), (true, &[ReviewReason::BoxNotFound][..]));
    assert_accepted(&decided(Choose::One, &[far(1.0), cross()]), AnswerState::Answered, &["b"]);
}

/// The edge of a stamp, a signature: most of its strokes lie far from the box.
#[test]
fn strokes_that_only_pass_through_a_box_are_no_mark_for_certain() {
    let passing = BoxMeasures { reach: 6.0, within: 0.04, ..cross() };
    let answer = decided_by(&stubborn(9.0, -30.0), Choose::One, &[passing, empty()]);
    assert!(answer.needs_review && answer.reasons.contains(&ReviewReason::StrayInk), "{answer:?}");
    // A tail alone makes none.
    let with_tail = BoxMeasures { reach: 2.5, within: 0.4, ..cross() };
    assert_accepted(&decided(Choose::One, &[with_tail, empty()]), AnswerState::Answered, &["a"]);
}

/// A letter of a stamp may have a mark's shape; what speaks against it is the rest of the stamp.
#[test]
fn a_mark_that_may_be_a_piece_of_a_stamp_needs_a_person() {
    let sure = stubborn(9.0, -30.0);
    let piece = BoxMeasures { reach: 1.5, within: 0.25, beside_ink: 48.0, ..cross() };
    let answer = decided_by(&sure, Choose::One, &[piece, BoxMeasures { beside_ink: 48.0, ..empty() }]);
    assert_eq!(answer.reasons, [ReviewReason::StrayInk], "{answer:?}");
    // A note beside the boxes is no part of a mark that stays in its own, nor is a tail without a note.
    for (within, beside_ink) in [(0.9, 48.0), (0.25, 0.5)] {
        let other = BoxMeasures { reach: 1.5, within, beside_ink, ..cross() };
        let row = [other, BoxMeasures { beside_ink, ..empty() }];
        assert_accepted(&decided(Choose::One, &row), AnswerState::Answered, &["a"]);
    }
}

/// No mark beside it contradicts one on the words of another option.
#[test]
fn a_mark_on_a_label_needs_a_person_where_several_answers_are_allowed() {
    let on_label = BoxMeasures { label_ink: 6.0, ..empty() };
    let small = BoxMeasures { label_ink: 2.0, beside_ink: 2.5, ..empty() };
    for mark in [on_label, small] {
        let answer = decided(Choose::Many, &[cross(), mark, empty()]);
        assert_eq!(answer.reasons, [ReviewReason::StrayInk], "{answer:?}");
    }
    let tail = BoxMeasures { label_ink: 2.0, ..empty() };
    let of_a_note = BoxMeasures { label_ink: 2.0, beside_ink: 9.0, ..empty() };
    for ink in [tail, of_a_note] {
        assert_accepted(&decided(Choose::Many, &[cross(), ink, empty()]), AnswerState::Answered, &["a"]);
    }
}

/// A second mark drawn with hardly any pressure: the only trace on a sheet is not the grain of its paper.
#[test]
fn the_lone_trace_of_a_sheet_beside_a_mark_needs_a_person() {
    let trace = BoxMeasures { trace: 0.04, tone: 0.007, ..empty() };
    let answer = decided(Choose::One, &[empty(), trace, cross(), empty()]);
    assert_eq!(answer.reasons, [ReviewReason::FaintMark], "{answer:?}");
    let uneven = BoxMeasures { tone: 0.005, ..empty() };
    assert_accepted(&decided(Choose::One, &[uneven, trace, cross(), empty()]), AnswerState::Answered, &["c"]);
    let shining_through = [empty(), trace, cross(), trace, empty(), trace];
    assert!(!sheet(&shining_through, Tones::Many)[1].needs_review);
}

/// A stroke of a cross that lies level runs through its box as straight as a streak; the other one does not.
#[test]
fn a_cross_with_a_level_stroke_is_more_than_a_streak() {
    let level = BoxMeasures { through: 1.0, diagonal: 0.6, ..cross() };
    assert_accepted(&decided(Choose::One, &[level, empty()]), AnswerState::Answered, &["a"]);
    for streak in [BoxMeasures { inner_fill: 0.2, ..level }, BoxMeasures { within: 0.2, reach: 1.5, ..level }]
    {
        let answer = decided(Choose::One, &[streak, empty()]);
        assert_eq!(answer.reasons, [ReviewReason::StrayInk], "{answer:?}");
    }
}

/// Ink beside the middle of its box, the end of a stroke from another row, is no mark.
#[test]
fn box_with_ink_beside_its_core_alone_is_at_most_a_guess() {
    let tail = BoxMeasures { inner_ink: 0.02, ring_ink: 0.04, trace: 0.02, row_ink: 0.3, ..empty() };
    let answer = decided_by(&stubborn(9.0, -30.0), Choose::One, &[empty(), tail]);
    assert!(answer.needs_review, "{answer:?}");
}

#[test]
fn a_trace_beside_several_marks_needs_a_person_however_many_there_are() {
    let trace = BoxMeasures { trace: 0.08, tone: 0.011, ..empty() };
    let pale = BoxMeasures { trace: 0.035, tone: 0.004, weak_stroke: 0.031, ..empty() };
    let beside = BoxMeasures { core_ink: 0.004, inner_ink: 0.03, ..empty() };
    let mark = BoxMeasures { tone: 0.2, ..cross() };
    let grainy = BoxMeasures { trace: 0.025, weak_stroke: 0.02, ..empty() };
    let rough = BoxMeasures { weak_stroke: 0.012, ..empty() };
    for (other, reviewed) in [(trace, true), (pale, true), (grainy, true), (beside, true), (empty(), false)] {
        // The lower median of these five boxes is the trace's own.
        let answer = first_of_two(&wary(), [empty(), other, mark, mark, rough], [empty(); 5]);
        assert_eq!(answer.needs_review, reviewed, "{answer:?}");
        assert_eq!(answer.reasons.contains(&ReviewReason::FaintMark), reviewed);
    }
}

#[test]
fn a_box_with_hardly_any_ink_in_its_core_holds_no_mark_for_certain() {
    let trace = BoxMeasures { core_ink: 0.008, inner_ink: 0.04, ..cross() };
    let answer = decided_by(&stubborn(9.0, -30.0), Choose::One, &[empty(), trace]);
    assert_eq!(answer.reasons, [ReviewReason::FaintMark], "{answer:?}");
}

#[test]
fn what_a_streak_may_hide_beside_a_mark_needs_a_person() {
    let under_a_streak = BoxMeasures { through: 1.0, diagonal: 0.6, ..cross() };
    let ringed_label = BoxMeasures { label_ink: 20.0, ..empty() };
    let models = blind_to_streaks(0.5);
    for other in [under_a_streak, ringed_label] {
        let answer = decided_by(&models, Choose::Many, &[cross(), other]);
        assert_eq!(answer.options, ["a"], "{answer:?}");
        assert!(answer.needs_review && answer.reasons.contains(&ReviewReason::StrayInk), "{answer:?}");
    }
}

#[test]
fn everything_else_with_two_candidates_needs_a_person() {
    let ring = BoxMeasures { ring_closed: 0.95, ring_least: 0.85, ring_ink: 0.2, ..empty() };
    let faint = BoxMeasures { core_ink: 0.02, inner_ink: 0.02, inner_fill: 0.03, ..cross() };
    for other in [cross(), filled(), scribble(), ring, faint] {
        let answer = decided(Choose::One, &[other, cross(), empty()]);
        assert!(answer.needs_review, "{answer:?}");
    }
    assert_eq!(decided(Choose::One, &[cross(), cross()]).state, AnswerState::Multiple);
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

#[test]
fn streak_through_a_box_needs_a_person() {
    let streak = BoxMeasures { core_ink: 0.05, inner_ink: 0.06, extent: 0.8, through: 0.95, ..empty() };
    assert!(decided(Choose::One, &[empty(), streak]).needs_review);
}

/// What is most often dirt is for a person where the model is as sure as it has to be of other answers, and not where it
/// is surer; two marks always are.
#[test]
fn a_caution_gives_way_to_a_model_that_is_surer_and_a_guard_does_not() {
    let policy = Policy { caution_risk: 0.5, ..wary() };
    let asked = |row: &[BoxMeasures], risk: f32| {
        let models = Models { risk: constant((risk / (1.0 - risk)).ln()), ..trusting() };
        decided_under(&policy, &models, Choose::One, row).needs_review
    };
    let speck = BoxMeasures { core_ink: 0.02, inner_ink: 0.02, extent: 0.1, ..cross() };
    assert!(asked(&[speck, empty()], 0.006) && !asked(&[speck, empty()], 0.004));
    assert!(!asked(&[cross(), empty()], 0.006));
    assert!(asked(&[cross(), cross()], 0.0001));
}

/// Whatever the models say: what may have been meant beside an answer, and what is no mark for certain.
#[test]
fn guards_hold_where_the_models_are_as_sure_as_can_be() {
    let hair = BoxMeasures { core_ink: 0.008, extent: 0.1, inner_ink: 0.01, ..cross() };
    let ring = BoxMeasures { ring_closed: 0.95, ring_least: 0.85, ring_ink: 0.2, ..empty() };
    let ringed = BoxMeasures { ring_closed: 0.83, ring_least: 0.33, ring_ink: 0.11, ..cross() };
    let lost = BoxMeasures { outline: 0.5, ..cross() };
    let cut = BoxMeasures { visible: 0.9, ..cross() };
    let ringed_words = BoxMeasures { label_ink: 14.0, ..empty() };
    let on_words = BoxMeasures { label_ink: 6.0, ..empty() };
    let noted = BoxMeasures { label_ink: 1.0, ..empty() };
    let outside = BoxMeasures { core_ink: 0.008, inner_ink: 0.01, ..cross() };
    for (choose, row) in [
        (Choose::One, [cross(), filled()]),
        (Choose::One, [cross(), ring]),
        (Choose::One, [cross(), scribble()]),
        (Choose::One, [scribble(), noted]),
        (Choose::One, [hair, empty()]),
        (Choose::One, [outside, empty()]),
        (Choose::One, [ringed, empty()]),
        (Choose::One, [lost, empty()]),
        (Choose::Many, [cut, empty()]),
        (Choose::One, [cross(), ringed_words]),
        (Choose::Many, [cross(), on_words]),
    ] {
        for models in [trusting(), stubborn(9.0, -30.0)] {
            let answer = decided_under(&unwary(), &models, choose, &row);
            assert!(answer.needs_review, "{row:?} {answer:?}");
        }
    }
}

/// What is most often harmless is accepted where the models are sure enough, and only there.
#[test]
fn cautions_give_way_to_models_that_are_as_sure_as_can_be() {
    let speck = BoxMeasures { core_ink: 0.02, inner_ink: 0.02, extent: 0.1, ..cross() };
    let passing = BoxMeasures { reach: 6.0, within: 0.04, ..cross() };
    let weightless = BoxMeasures { core_ink: 0.008, inner_ink: 0.04, ..cross() };
    let trace = BoxMeasures { trace: 0.04, tone: 0.007, ..empty() };
    let broad = BoxMeasures { trace: 0.08, tone: 0.011, ..empty() };
    let beside = BoxMeasures { ring_ink: 0.028, ..empty() };
    for (choose, row) in [
        (Choose::One, [speck, empty(), empty()]),
        (Choose::One, [passing, empty(), empty()]),
        (Choose::One, [weightless, empty(), empty()]),
        (Choose::One, [scribble(), empty(), empty()]),
        (Choose::One, [cross(), trace, empty()]),
        (Choose::Many, [cross(), broad, empty()]),
        (Choose::Many, [cross(), beside, empty()]),
    ] {
        // As sure as can be, and of the boxes that hold ink alone.
        let mut models = trusting();
        models.meant = Forest {
            trees: vec![Tree::from(&Branch::Split {
                feature: 0,
                below: 0.005,
                left: Box::new(Branch::Leaf(-9.0)),
                right: Box::new(Branch::Leaf(9.0)),
            })],
            ..constant(0.0)
        };
        let accepted = decided_under(&unwary(), &models, choose, &row);
        assert!(!accepted.needs_review, "{row:?} {accepted:?}");
        assert!(decided_under(&wary(), &models, choose, &row).needs_review, "{row:?}");
    }
}

/// No mark beside it contradicts another where several are allowed: neither one that the models pass over nor a scribble
/// over one of them.
#[test]
fn a_mark_that_may_be_a_second_answer_or_withdrawn_in_3_1_needs_a_person() {
    let passed_over = |box_: BoxMeasures| {
        let models = blind_to_streaks(0.1);
        let other = BoxMeasures { through: 0.2, ..box_ };
        decided_under(&unwary(), &models, Choose::Many, &[cross(), other, empty()])
    };
    let looped = BoxMeasures { ring_closed: 0.7, ring_least: 0.5, ..cross() };
    for other in [cross(), filled(), looped] {
        let answer = passed_over(other);
        assert_eq!((&answer.options[..], answer.needs_review), (&["a".to_owned()][..], true), "{answer:?}");
    }
    let pale = |trace: f32, tone: f32, weak_stroke: f32| {
        let paper = BoxMeasures { weak_stroke: 0.0065, ..empty() };
        let other = BoxMeasures { trace, tone, weak_stroke, ..empty() };
        decided_under(&unwary(), &trusting(), Choose::Many, &[cross(), other, paper, paper])
    };
    for answer in [pale(0.008, 0.007, 0.03), pale(0.008, 0.003, 0.019)] {
        assert_eq!((answer.needs_review, &answer.reasons[..]), (true, &[ReviewReason::FaintMark][..]));
    }
    // One of the three alone is the grain of the paper.
    for answer in [pale(0.004, 0.003, 0.019), pale(0.008, 0.001, 0.019), pale(0.008, 0.003, 0.016)] {
        assert!(!answer.needs_review, "{answer:?}");
    }
    let blot = |chosen: BoxMeasures, usual: BoxMeasures| {
        first_of_two(&unwary(), [chosen, usual, empty(), empty(), empty()], [usual; 5])
    };
    assert_eq!(blot(filled(), cross()).reasons, [ReviewReason::Correction]);
    assert!(!blot(filled(), filled()).needs_review, "who fills every box");
    assert!(!blot(ringed_and_filled(), cross()).needs_review, "chosen again");
}

/// Half a box in the shade of a fold is as dark as a mark, and holds no stroke.
#[test]
fn a_shade_without_a_single_stroke_is_no_mark_for_certain() {
    let shade = BoxMeasures {
        core_ink: 0.112,
        inner_ink: 0.109,
        ring_ink: 0.067,
        rim: 0.33,
        trace: 0.66,
        tone: 0.035,
        through: 1.0,
        reach: 0.3,
        within: 1.0,
        outline: 1.0,
        visible: 1.0,
        ..BoxMeasures::default()
    };
    let stroke = BoxMeasures { inner_fill: 0.1, extent: 0.5, through: 0.2, ..shade };
    let of = |m: BoxMeasures| decided_under(&unwary(), &stubborn(9.0, -30.0), Choose::One, &[m, empty()]);
    assert!(of(shade).needs_review && of(shade).reasons.contains(&ReviewReason::StrayInk), "{:?}", of(shade));
    assert!(!of(stroke).needs_review, "{:?}", of(stroke));
}
