//! What holds for any measures, whatever the models say.

use proptest::prelude::*;

use super::*;

/// Any box that can be measured.
fn any_box() -> impl Strategy<Value = BoxMeasures> {
    let ink = || prop_oneof![Just(0.0_f32), 0.0_f32..0.08, 0.0_f32..=1.0];
    (ink(), ink(), ink(), ink(), (ink(), ink()), (ink(), 0.5_f32..=1.0)).prop_map(
        |(core_ink, inner_fill, ring, ring_ink, (extent, label), (solid, outline))| BoxMeasures {
            core_ink,
            inner_ink: core_ink * 0.9,
            inner_fill,
            ring_closed: ring,
            ring_least: ring,
            ring_ink,
            extent,
            solid,
            diagonal: extent,
            label_ink: label * 10.0,
            outline,
            ..cross()
        },
    )
}

proptest! {
    /// What guards forbid is not accepted, whatever the models say.
    #[test]
    fn no_model_overrides_a_guard(
        row in proptest::collection::vec(any_box(), 2..6), meant in -9.0_f32..9.0, risk in -30.0_f32..30.0
    ) {
        for models in [&stubborn(meant, risk), &stubborn(9.0, -30.0), Models::shipped()] {
            let answer = decided_under(&unwary(), models, Choose::One, &row);
            let mut clear = row.iter().filter(|m| m.core_ink >= 0.055 && m.ring_least < 0.35 && m.extent >= 0.34);
            let two = clear.next().is_some() && clear.next().is_some();
            let lost = row.iter().any(|m| m.outline < 0.6);
            let ringed = row.iter().any(|m| m.core_ink < 0.004 && m.ring_least >= 0.8);
            let inked = row.iter().any(|m| m.core_ink >= 0.004);
            prop_assert!(answer.needs_review || !(two || lost || ringed), "{answer:?}");
            prop_assert!(answer.needs_review || answer.state != AnswerState::Unclear);
            prop_assert!(answer.needs_review || answer.options.len() <= 1);
            prop_assert!(!inked || answer.state != AnswerState::Blank, "{answer:?}");
        }
    }

    /// An undisturbed empty box can never become a mark, whatever its outline and
    /// whatever stands in its row.
    #[test]
    fn undisturbed_empty_box_never_becomes_a_mark(
        outline in 0.0_f32..=1.0, residual_mm in 0.0_f32..1.0, row_ink in 0.0_f32..50.0, others in 0_usize..4
    ) {
        let mut row = vec![BoxMeasures { outline, residual_mm, row_ink, ..empty() }];
        row.extend(vec![cross(); others]);
        let (page, policy) = (page(Choose::Many, row.len()), Policy::default());
        let judged = Judged::of(&page, (&row, Tones::Many), &policy);
        for models in [&stubborn(30.0, -30.0), &stubborn(-30.0, 30.0), Models::shipped()] {
            let (boxes, answers) = decide_with(models, &judged);
            prop_assert!(!answers[0].options.contains(&"a".to_owned()));
            prop_assert!(boxes[0].marked < 0.51);
        }
    }

    /// A row with ink in it, however little, is not blank, whatever the models say.
    #[test]
    fn a_row_with_ink_is_never_taken_for_blank(
        row_ink in 0.21_f32..20.0, rim in 0.07_f32..0.5, core_ink in 0.004_f32..1.0, trace in 0.015_f32..1.0,
        ring_ink in 0.0051_f32..0.5, tone in 0.0151_f32..0.5
    ) {
        let inked = [
            BoxMeasures { row_ink, ..empty() },
            BoxMeasures { rim, ..empty() },
            BoxMeasures { core_ink, ..empty() },
            BoxMeasures { trace, ..empty() },
            BoxMeasures { ring_ink, ..empty() },
            BoxMeasures { tone, ..empty() },
        ];
        for choose in [Choose::One, Choose::Many] {
            for box_ in inked {
                let answer = decided_under(&unwary(), &stubborn(-9.0, -30.0), choose, &[empty(), box_, empty()]);
                prop_assert!(answer.needs_review && answer.state != AnswerState::Blank, "{box_:?} {answer:?}");
            }
        }
    }

    /// A box whose outline was not found, or that is cut off, is never decided silently.
    #[test]
    fn box_that_was_not_found_is_never_decided_silently(
        outline in 0.0_f32..0.59, visible in 0.0_f32..=1.0, core_ink in 0.0_f32..=1.0, ring_closed in 0.0_f32..=1.0
    ) {
        let lost = BoxMeasures { outline, visible, core_ink, inner_ink: core_ink, ring_closed, ring_least: ring_closed, ..cross() };
        for choose in [Choose::One, Choose::Many] {
            for models in [&trusting(), &stubborn(9.0, -30.0), &stubborn(-9.0, -30.0)] {
                let asked = |row: &[BoxMeasures]| decided_under(&unwary(), models, choose, row).needs_review;
                prop_assert!(asked(&[lost, cross(), empty()]) && asked(&[lost, empty(), empty()]));
                let nowhere = BoxMeasures { outline: 1.0, visible: 1.0, residual_mm: 0.5 + outline, core_ink: 0.119 * core_ink, ..lost };
                prop_assert!(asked(&[nowhere, cross(), empty()]) && asked(&[nowhere, empty(), empty()]));
                let cut_off = BoxMeasures { outline: 1.0, visible: 0.97 * visible, ..lost };
                prop_assert!(asked(&[cut_off, cross(), empty()]) && asked(&[cut_off, empty(), empty()]));
            }
        }
    }

    /// More ink never makes a mark less marked: what stood goes on standing, or a
    /// person is asked.
    #[test]
    fn more_ink_never_makes_a_mark_less_marked(core in 0.0_f32..1.0, more in 0.0_f32..1.0) {
        let with = |ink: f32| BoxMeasures { core_ink: ink, inner_ink: ink, inner_fill: ink, solid: ink, ..cross() };
        let (less, more) = (with(core), with((core + more).min(1.0)));
        for (policy, models) in [(wary(), &trusting()), (wary(), Models::shipped()), (Policy::default(), Models::shipped())] {
            let before = decided_under(&policy, models, Choose::One, &[less, empty()]);
            let after = decided_under(&policy, models, Choose::One, &[more, empty()]);
            if before.options == ["a"] && !before.needs_review {
                prop_assert!(after.needs_review || after.options == ["a"], "{before:?} {after:?}");
            }
            prop_assert!(after.state != AnswerState::Blank || before.state != AnswerState::Answered);
        }
    }
}
