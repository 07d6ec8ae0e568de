//! What rules and guards promise, on measures alone, with models that object to nothing; and what holds
//! whatever the models say.

use phieu_model::geometry::RectMm;
use phieu_model::layout::{BoxPlace, QuestionPlace};
use phieu_model::reading::AnswerState;
use phieu_model::template::Choose;
use proptest::prelude::*;

use super::*;
use crate::model::{Branch, Calibration, Forest, Tree};

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

/// Models that take every box with ink in its core for meant and no answer for wrong.
fn trusting() -> Models {
    let core = Branch::Split {
        feature: 0,
        below: 0.015,
        left: Box::new(Branch::Leaf(-4.0)),
        right: Box::new(Branch::Leaf(4.0)),
    };
    let meant = Forest { trees: vec![Tree::from(&core)], ..constant(0.0) };
    Models { meant, risk: constant(-20.0), calibration: scale() }
}

/// Models that say the same of every box and of every answer.
fn stubborn(meant: f32, risk: f32) -> Models {
    Models { meant: constant(meant), risk: constant(risk), calibration: scale() }
}

/// A model without a tree.
fn constant(base: f32) -> Forest {
    Forest { features: Vec::new(), base, trees: Vec::new() }
}

fn scale() -> Calibration {
    Calibration { slope: 1.0, offset: 0.0, cap: 1.0, gates: Vec::new() }
}

fn decided(choose: Choose, measures: &[BoxMeasures]) -> Answer {
    decided_by(&trusting(), choose, measures)
}

fn decided_by(models: &Models, choose: Choose, measures: &[BoxMeasures]) -> Answer {
    let policy = Policy { gate: 0.99, ..Policy::default() };
    let page = page(choose, measures.len());
    decide_with(models, &Judged::of(&page, (measures, Tones::Many), &policy)).1.remove(0)
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
        ring_closed: 0.35,
        solid: 0.18,
        diagonal: 0.95,
        extent: 0.8,
        trace: 0.5,
        stroke_darkness: 0.7,
        row_ink: 5.0,
        reach: 0.7,
        within: 0.9,
        ..empty()
    }
}

fn ringed_cross() -> BoxMeasures {
    BoxMeasures { ring_closed: 0.95, ring_least: 0.85, ring_ink: 0.2, ..cross() }
}

fn filled() -> BoxMeasures {
    BoxMeasures { core_ink: 0.9, inner_ink: 0.88, inner_fill: 0.95, solid: 0.75, extent: 0.8, ..cross() }
}

fn ringed_and_filled() -> BoxMeasures {
    BoxMeasures { ring_closed: 0.95, ring_least: 0.85, ring_ink: 0.2, ..filled() }
}

fn scribble() -> BoxMeasures {
    BoxMeasures {
        core_ink: 0.5,
        inner_ink: 0.48,
        inner_fill: 0.66,
        ring_ink: 0.2,
        ring_closed: 0.5,
        ring_least: 0.1,
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

/// The edge of a stamp, a signature: most of its strokes lie far from the box.
#[test]
fn strokes_that_only_pass_through_a_box_are_no_mark_that_is_accepted() {
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

/// Ink beside the middle of its box, the end of a stroke from another row, is no mark.
#[test]
fn box_with_ink_beside_its_core_alone_is_at_most_a_guess() {
    let tail = BoxMeasures { inner_ink: 0.02, ring_ink: 0.04, trace: 0.02, row_ink: 0.3, ..empty() };
    let answer = decided_by(&stubborn(9.0, -30.0), Choose::One, &[empty(), tail]);
    assert!(answer.needs_review, "{answer:?}");
}

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
fn a_trace_beside_several_marks_needs_a_person_however_many_there_are() {
    let trace = BoxMeasures { trace: 0.08, tone: 0.011, ..empty() };
    let pale = BoxMeasures { trace: 0.035, tone: 0.004, weak_stroke: 0.031, ..empty() };
    let beside = BoxMeasures { core_ink: 0.004, inner_ink: 0.03, ..empty() };
    let mark = BoxMeasures { tone: 0.2, ..cross() };
    // A question of five boxes, and another one with as many empty ones.
    let mut page = page(Choose::Many, 10);
    page.boxes[5..].iter_mut().for_each(|place| place.question = "r".into());
    page.questions.push(QuestionPlace { question: "r".into(), ..page.questions[0].clone() });
    let policy = Policy { gate: 0.99, ..Policy::default() };
    let grainy = BoxMeasures { trace: 0.025, weak_stroke: 0.02, ..empty() };
    let rough = BoxMeasures { weak_stroke: 0.012, ..empty() };
    for (other, reviewed) in [(trace, true), (pale, true), (grainy, true), (beside, true), (empty(), false)] {
        // The lower median of these five boxes is the trace's own.
        let measures = [&[empty(), other, mark, mark, rough][..], &[empty(); 5]].concat();
        let answers = decide_with(&trusting(), &Judged::of(&page, (&measures, Tones::Many), &policy)).1;
        assert_eq!(answers[0].needs_review, reviewed, "{:?}", answers[0]);
        assert_eq!(answers[0].reasons.contains(&ReviewReason::FaintMark), reviewed);
    }
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

#[test]
fn a_box_with_hardly_any_ink_in_its_core_is_never_a_mark_that_is_accepted() {
    let trace = BoxMeasures { core_ink: 0.008, inner_ink: 0.04, ..cross() };
    let answer = decided_by(&stubborn(9.0, -30.0), Choose::One, &[empty(), trace]);
    assert_eq!(answer.reasons, [ReviewReason::FaintMark], "{answer:?}");
}

#[test]
fn what_a_streak_may_hide_beside_a_mark_needs_a_person() {
    let under_a_streak = BoxMeasures { through: 1.0, diagonal: 0.6, ..cross() };
    let ringed_label = BoxMeasures { label_ink: 20.0, ..empty() };
    // A model that takes no box with a streak through it for meant.
    let mut models = trusting();
    let through = Models::shipped().meant.features.iter().position(|name| *name == "through").unwrap();
    let streak = Branch::Split {
        feature: through,
        below: 0.5,
        left: Box::new(Branch::Leaf(0.0)),
        right: Box::new(Branch::Leaf(-30.0)),
    };
    models.meant.trees.push(Tree::from(&streak));
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

/// A speck of dirt is as small as a dot of a thin pen, but stands in one row after another only by somebody's hand.
#[test]
fn small_dots_are_accepted_where_a_person_marks_by_them() {
    let dot = |core: f32| BoxMeasures {
        core_ink: core,
        inner_ink: 0.8 * core,
        inner_fill: core,
        diagonal: 0.1,
        extent: 0.1,
        ..cross()
    };
    let (left, right) = ([dot(0.02), empty()], [empty(), dot(0.02)]);
    let dots = [left, right, left, left, right].concat();
    let last = |boxes: &[BoxMeasures], row: [BoxMeasures; 2]| {
        sheet(&[boxes, &row].concat(), Tones::Many).pop().unwrap().needs_review
    };
    assert!(sheet(&dots, Tones::Many).iter().all(|answer| !answer.needs_review && answer.options.len() == 1));
    assert!(!last(&dots, left));
    assert!(last(&dots[..6], left), "four dots are no habit");
    assert!(last(&dots, [dot(0.011), empty()]), "half of what the others have");
    let dirty = BoxMeasures { beside_ink: 0.5, ..dot(0.02) };
    assert!(last(&dots, [dirty, empty()]), "dirt comes with other dirt");
    assert!(last(&[left; 8].concat(), left), "a flaw of the machine leaves them one below another");
    assert!(last(&[&dots[..], &[cross(), empty()].repeat(6)].concat(), left), "among more crosses");
    let specks = [[dot(0.006), empty()], [empty(), dot(0.006)]].concat().repeat(3);
    assert!(last(&specks, left), "specks make no habit");
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
    let policy = Policy { gate: 0.99, ..Policy::default() };
    decide_with(&trusting(), &Judged::of(&whole, (measures, tones), &policy)).1
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

/// The doubt is the reason, where only the risk model objects.
#[test]
fn an_answer_below_the_gate_goes_to_a_person_for_its_gravest_doubt() {
    let risky = Models { risk: constant(0.0), ..trusting() };
    let plain = decided_by(&risky, Choose::One, &[cross(), empty()]);
    assert_eq!(plain.reasons, [ReviewReason::LowConfidence]);
    let dot = BoxMeasures { extent: 0.2, ..cross() };
    assert_eq!(decided_by(&risky, Choose::One, &[dot, empty()]).reasons, [ReviewReason::DotOrDash]);
    let noted = BoxMeasures { label_ink: 9.0, ..empty() };
    assert_eq!(decided_by(&risky, Choose::One, &[dot, noted]).reasons, [ReviewReason::StrayInk]);
}

/// The weights were made for the features that are computed today.
#[test]
fn the_weights_shipped_name_the_features_of_today() {
    let models = Models::shipped();
    let page = page(Choose::One, 2);
    let policy = Policy::default();
    let measures = [cross(), empty()];
    let judged = Judged::of(&page, (&measures, Tones::Many), &policy);
    let names = |features: &[Feature]| features.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    assert_eq!(names(&judged.box_features()[0]), models.meant.features);
    assert_eq!(names(&judged.proposals(&[0.9, 0.0])[0].features), models.risk.features);
}

#[test]
fn a_stricter_target_never_has_a_lower_gate() {
    let gates = &Models::shipped().calibration.gates;
    assert!(gates.len() > 3);
    assert!(gates.is_sorted_by(|a, b| a.0 > b.0 && a.1 <= b.1), "{gates:?}");
    let gate = |target: f64| Policy::default().with_target_error(target).gate;
    assert!(gate(1e-9) > 1.0, "a target that no data can show lets nothing pass");
    let targets: Vec<f64> = (0..60).map(|i| 0.05 * 0.8_f64.powi(i)).collect();
    assert!(targets.is_sorted_by(|a, b| gate(*a) <= gate(*b)));
    assert_eq!(gate(crate::policy::TARGET_ERROR), Policy::default().gate);
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

#[test]
fn streak_through_a_box_needs_a_person() {
    let streak = BoxMeasures { core_ink: 0.05, inner_ink: 0.06, extent: 0.8, through: 0.95, ..empty() };
    assert!(decided(Choose::One, &[empty(), streak]).needs_review);
}

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
            let answer = decided_by(models, Choose::One, &row);
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

    /// A box whose outline was not found, or that is cut off, is never decided silently.
    #[test]
    fn box_that_was_not_found_is_never_decided_silently(
        outline in 0.0_f32..0.59, visible in 0.0_f32..=1.0, core_ink in 0.0_f32..=1.0, ring_closed in 0.0_f32..=1.0
    ) {
        let lost = BoxMeasures { outline, visible, core_ink, inner_ink: core_ink, ring_closed, ring_least: ring_closed, ..cross() };
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
        for models in [&trusting(), Models::shipped()] {
            let before = decided_by(models, Choose::One, &[less, empty()]);
            let after = decided_by(models, Choose::One, &[more, empty()]);
            if before.options == ["a"] && !before.needs_review {
                prop_assert!(after.needs_review || after.options == ["a"], "{before:?} {after:?}");
            }
            prop_assert!(after.state != AnswerState::Blank || before.state != AnswerState::Answered);
        }
    }
}
