//! When a row is blank.

use super::*;

#[test]
fn a_row_without_any_ink_is_blank_and_one_with_ink_elsewhere_is_not() {
    assert_accepted(&decided(Choose::One, &[empty(), empty()]), AnswerState::Blank, &[]);
    let inked = BoxMeasures { row_ink: 3.0, ..empty() };
    let answer = decided(Choose::One, &[inked, inked]);
    assert_eq!(answer.state, AnswerState::Unclear);
    assert!(answer.needs_review && answer.reasons.contains(&ReviewReason::StrayInk));
}

#[test]
fn a_row_with_the_faintest_trace_of_a_mark_is_not_taken_for_blank_for_certain() {
    let pencil = BoxMeasures { tone: 0.01, ..empty() };
    let on_the_outline = BoxMeasures { rim: 0.2, ..empty() };
    let faint_ring = BoxMeasures { ring_ink: 0.005, ..empty() };
    for trace in [pencil, on_the_outline, faint_ring] {
        for row in [vec![trace, empty()], vec![empty(), trace, empty(), empty()]] {
            assert!(decided(Choose::One, &row).needs_review, "{trace:?}");
        }
    }
}

/// No measure of ink shows a mark that is hardly pressed; its stroke against the paper beside it does.
#[test]
fn a_row_in_which_one_box_has_a_weak_stroke_needs_a_person_and_paper_that_is_as_uneven_everywhere_does_not() {
    let paper = |stroke: f32| BoxMeasures { weak_stroke: stroke, ..empty() };
    let row = |stroke: f32| [paper(0.008), paper(stroke), paper(0.009), paper(0.007), paper(0.01)];
    assert_accepted(&decided(Choose::One, &row(0.012)), AnswerState::Blank, &[]);
    for choose in [Choose::One, Choose::Many] {
        assert!(decided(choose, &row(0.022)).needs_review, "{choose:?}");
    }
    // Print that shines through lies under all boxes alike; where it is as strong as this, a weak stroke would not stand out.
    assert_accepted(&decided(Choose::One, &[paper(0.03); 5]), AnswerState::Blank, &[]);
    let shade = BoxMeasures { tone: 0.006, ..paper(0.03) };
    let trace = BoxMeasures { trace: 0.08, ..paper(0.03) };
    for doubtful in [paper(0.05), paper(0.039), shade, trace] {
        let mut row = [paper(0.03); 5];
        row[1] = doubtful;
        assert!(decided(Choose::One, &row).needs_review, "{doubtful:?}");
    }
    assert!(decided(Choose::One, &[paper(0.05); 5]).needs_review);
    assert!(decided(Choose::Many, &[paper(0.03); 5]).needs_review);
}

/// Where several answers are allowed most boxes of a question may be marked alike.
#[test]
fn weak_strokes_at_most_boxes_of_a_row_are_blank_only_where_one_answer_is_allowed() {
    let paper = |stroke: f32| BoxMeasures { weak_stroke: stroke, ..empty() };
    let shaded = |mut row: [BoxMeasures; 5]| {
        row[0].tone = 0.006;
        row
    };
    let row = shaded([paper(0.02), paper(0.021), paper(0.02), paper(0.02), paper(0.008)]);
    assert_accepted(&decided(Choose::One, &row), AnswerState::Blank, &[]);
    assert!(decided(Choose::Many, &row).needs_review);
    assert_accepted(&decided(Choose::Many, &shaded([paper(0.02); 5])), AnswerState::Blank, &[]);
}

/// Print that shines through leaves a shade in its boxes, and no stroke; a trace may be a mark with hardly any pressure.
#[test]
fn a_shade_without_a_stroke_is_blank_and_a_trace_is_not_for_certain() {
    let paper = BoxMeasures { weak_stroke: 0.01, ..empty() };
    let shade = BoxMeasures { tone: 0.007, weak_stroke: 0.012, ..empty() };
    assert_accepted(&decided(Choose::One, &[paper, shade, paper]), AnswerState::Blank, &[]);
    let dark = BoxMeasures { tone: 0.009, ..shade };
    let stroke = BoxMeasures { weak_stroke: 0.018, ..shade };
    let trace = BoxMeasures { trace: 0.002, ..paper };
    for spotted in [dark, stroke, trace] {
        let answer = decided(Choose::One, &[paper, spotted, paper]);
        assert_eq!((answer.state, &answer.reasons[..]), (AnswerState::Blank, &[ReviewReason::FaintMark][..]));
    }
    // Whatever a model says: a pencil laid flat, a pale ring, a dash on the outline, a stroke that stands out.
    let flat = BoxMeasures { trace: 3.0 * Policy::default().trace_share, ..paper };
    let soft = BoxMeasures { tone: 0.02, ..paper };
    let ring = BoxMeasures { ring_ink: 0.006, ..paper };
    let on_the_outline = BoxMeasures { rim: 0.15, ..paper };
    let strong = BoxMeasures { weak_stroke: 0.021, ..paper };
    for more in [flat, soft, ring, on_the_outline, strong] {
        let answer = decided_under(&unwary(), &stubborn(-9.0, -30.0), Choose::One, &[paper, more, paper]);
        assert_eq!((answer.state, answer.needs_review), (AnswerState::Unclear, true), "{more:?}");
    }
}

/// A person is asked for what may be a mark unless the model is surer than it has to be elsewhere.
#[test]
fn a_spot_without_ink_gives_way_to_a_model_that_is_surer_and_ink_does_not() {
    let policy = Policy { caution_risk: 0.5, ..wary() };
    let of = |m: BoxMeasures, risk: f32| {
        let models = Models { risk: constant(risk), ..trusting() };
        decided_under(&policy, &models, Choose::One, &[empty(), m]).needs_review
    };
    let log_odds = |risk: f32| (risk / (1.0 - risk)).ln();
    let spot = BoxMeasures { tone: 0.01, ..empty() };
    let ink = BoxMeasures { row_ink: 0.5, ..empty() };
    for (measures, risk, asked) in [
        (empty(), 0.009, false),
        (empty(), 0.011, true),
        (spot, 0.004, false),
        (spot, 0.006, true),
        (ink, 0.0001, true),
    ] {
        assert_eq!(of(measures, log_odds(risk)), asked, "{measures:?} with a risk of {risk}");
    }
}

/// A threshold may have taken away a mark, of which nothing is left that could be measured.
#[test]
fn a_blank_row_of_a_black_and_white_sheet_is_for_a_person_unless_the_model_is_surer_than_usual() {
    let last = |marks: usize, tones, one_bit_risk| {
        let measures = [[cross(), empty()].repeat(marks), vec![empty(), empty()]].concat();
        sheet_under(&Policy { one_bit_risk, ..wary() }, &measures, tones).pop().unwrap()
    };
    let doubted = last(6, Tones::Two, 0.0);
    assert_eq!((doubted.state, &doubted.reasons[..]), (AnswerState::Blank, &[ReviewReason::OneBit][..]));
    assert!(!last(6, Tones::Many, 0.0).needs_review);
    let outweighed = last(6, Tones::Two, 0.5);
    assert_eq!((outweighed.needs_review, &outweighed.reasons[..]), (false, &[ReviewReason::OneBit][..]));
    assert!(last(2, Tones::Two, 0.5).needs_review, "two marks say nothing of a person");
    assert!(!last(0, Tones::Many, 0.0).needs_review);
}
