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

/// No measure of ink shows a mark that is hardly pressed; its stroke against the paper beside it does.
#[test]
fn a_row_in_which_one_box_has_a_weak_stroke_is_not_blank_and_paper_that_is_as_uneven_everywhere_is() {
    let paper = |stroke: f32| BoxMeasures { weak_stroke: stroke, ..empty() };
    let row = |stroke: f32| [paper(0.008), paper(stroke), paper(0.009), paper(0.007), paper(0.01)];
    assert_accepted(&decided(Choose::One, &row(0.012)), AnswerState::Blank, &[]);
    for choose in [Choose::One, Choose::Many] {
        let answer = decided(choose, &row(0.022));
        assert_eq!(answer.state, AnswerState::Unclear, "{choose:?}");
        assert!(answer.needs_review, "{choose:?}");
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
    let row = [paper(0.02), paper(0.021), paper(0.02), paper(0.02), paper(0.008)]
        .map(|paper| BoxMeasures { trace: 0.02, ..paper });
    assert_accepted(&decided(Choose::One, &row), AnswerState::Blank, &[]);
    assert!(decided(Choose::Many, &row).needs_review);
    assert_accepted(&decided(Choose::Many, &[row[0]; 5]), AnswerState::Blank, &[]);
}

/// Print that shines through from the back leaves a trace in a box, and no stroke.
#[test]
fn a_trace_without_a_stroke_is_blank_and_one_with_a_stroke_is_not() {
    let policy = Policy::default();
    let traced =
        |stroke: f32| BoxMeasures { trace: 3.0 * policy.trace_share, weak_stroke: stroke, ..empty() };
    let paper = BoxMeasures { weak_stroke: 0.01, ..empty() };
    assert_accepted(&decided(Choose::One, &[paper, traced(0.012), paper]), AnswerState::Blank, &[]);
    // Too little for a weak stroke of its own.
    let faint = BoxMeasures { trace: 0.0, ..traced(0.018) };
    assert_accepted(&decided(Choose::One, &[paper, faint, paper]), AnswerState::Blank, &[]);
    let answer = decided(Choose::One, &[paper, traced(0.018), paper]);
    assert!(answer.needs_review && answer.reasons.contains(&ReviewReason::FaintMark), "{answer:?}");
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
    let bold = BoxMeasures { core_ink: 0.4, inner_ink: 0.38, ..cross() };
    for (core_ink, doubted) in [(0.22, true), (0.3, false)] {
        let one = BoxMeasures { core_ink, inner_ink: core_ink, ..cross() };
        let uneven = [vec![one, empty()], [bold, empty()].repeat(5), vec![empty(), empty()]].concat();
        assert_eq!(last(&uneven, Tones::Two).needs_review, doubted, "{core_ink} among 0.4");
    }
    let even = [[BoxMeasures { core_ink: 0.19, inner_ink: 0.18, ..cross() }, empty()]; 6].concat();
    let thin = [&even[..], &[empty(), empty()]].concat();
    assert_eq!(last(&thin, Tones::Two).reasons, [ReviewReason::OneBit]);
    assert_eq!(last(&[empty(); 4], Tones::Two).reasons, [ReviewReason::OneBit]);
    assert!(!last(&[empty(); 4], Tones::Many).needs_review);
}
