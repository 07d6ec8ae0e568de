//! What the models see: numbers about a box or a question, relative to the sheet.
//!
//! The strongest are those against the other marks of the same person. A feature has a name,
//! so that weights made for other features are noticed; a measure that is new changes
//! none of them.

use phieu_model::reading::{BoxMeasures, MarkKind, ReviewReason, Tones};
use phieu_model::template::Choose;

use super::propose::{BLANK_TRACE, Candidate};
use super::style::{Style, lower_median};
use crate::measure::UNEVEN_STROKE;

/// A named number.
pub type Feature = (&'static str, f32);

/// More than this many times the usual weak stroke says no more.
const MOST_WEAK: f32 = 8.0;
/// Neither does a stroke that is darker than weak.
const MOST_STROKE: f32 = 0.1;

/// More boxes elsewhere that show as much say no more.
const MOST_ELSEWHERE: usize = 8;

/// `value` against what is typical, 0–4; 1 where nothing is typical.
fn against(value: f32, typical: f32) -> f32 {
    if typical > 0.0 { (value / typical).min(4.0) } else { 1.0 }
}

/// How much more of the inside is darker than paper than strokes cover: much for a stain, little for a pen.
fn softness(m: &BoxMeasures) -> f32 {
    m.trace - m.inner_fill
}

/// How many boxes that are certainly empty show as weak a stroke and as much of a trace, at most so many; as many where a box
/// shows neither.
fn elsewhere(stroke: f32, m: &BoxMeasures, style: &Style) -> [f32; 2] {
    let [strokes, traces] = style.seen_elsewhere(m).map(|boxes| boxes.min(MOST_ELSEWHERE) as f32);
    let all = MOST_ELSEWHERE as f32;
    [if stroke <= UNEVEN_STROKE { all } else { strokes }, if m.trace <= BLANK_TRACE { all } else { traces }]
}

fn flag(condition: bool) -> f32 {
    f32::from(u8::from(condition))
}

fn two_tones(style: &Style) -> f32 {
    match style.tones {
        Tones::Many => 0.0,
        Tones::Two => 1.0,
    }
}

fn many(row: &[Candidate]) -> f32 {
    row.first().map_or(0.0, |c| match c.place.choose {
        Choose::One => 0.0,
        Choose::Many => 1.0,
    })
}

/// What is seen of box `at` of a question's boxes.
pub(super) fn of_box(at: usize, row: &[Candidate], style: &Style) -> Vec<Feature> {
    let m = row[at].measures;
    let typical = &style.typical;
    let others = || row.iter().enumerate().filter(move |(i, _)| *i != at).map(|(_, c)| c.measures);
    let most = |measure: fn(&BoxMeasures) -> f32| others().map(measure).fold(0.0, f32::max);
    let sum = |measure: fn(&BoxMeasures) -> f32| others().map(measure).sum::<f32>();
    let usual_tone = lower_median(row.iter().map(|c| c.measures.tone));
    let [strokes_elsewhere, traces_elsewhere] = elsewhere(row[at].stroke(row), m, style);
    vec![
        ("core", m.core_ink),
        ("inner", m.inner_ink),
        ("ring", m.ring_ink),
        ("fill", m.inner_fill),
        ("solid", m.solid),
        ("closed", m.ring_closed),
        ("least_closed", m.ring_least),
        ("chosen_again", flag(row[at].verdict.chosen_again)),
        ("diagonal", m.diagonal),
        ("extent", m.extent),
        ("trace", m.trace),
        ("soft_over_usual", softness(m) - softness(typical)),
        ("tone_over_row", m.tone - usual_tone),
        ("rim_over_sheet", m.rim - style.typical_rim),
        ("weak_over_row", row[at].weak(row).min(MOST_WEAK)),
        ("through", m.through),
        ("reach", m.reach),
        ("within", m.within),
        ("reach_over_usual", m.reach - typical.reach),
        ("within_over_usual", m.within - typical.within),
        ("label", m.label_ink),
        ("row_ink", m.row_ink),
        ("beside_over_sheet", m.beside_ink - style.typical_beside),
        ("darkness", m.stroke_darkness),
        ("core_against", against(m.core_ink, typical.core_ink)),
        ("inner_against", against(m.inner_ink, typical.inner_ink)),
        ("fill_against", against(m.inner_fill, typical.inner_fill)),
        ("extent_against", against(m.extent, typical.extent)),
        ("solid_against", against(m.solid, typical.solid)),
        ("darkness_against", against(m.stroke_darkness, typical.stroke_darkness)),
        ("ring_over_usual", m.ring_ink - typical.ring_ink),
        ("closed_over_usual", m.ring_closed - typical.ring_closed),
        ("diagonal_over_usual", m.diagonal - typical.diagonal),
        ("usual_core", typical.core_ink),
        ("usual_fill", typical.inner_fill),
        ("usual_ring", typical.ring_ink),
        ("usual_diagonal", typical.diagonal),
        ("clear_marks", style.clear.min(10) as f32),
        ("others_core", most(|m| m.core_ink)),
        ("others_fill", most(|m| m.inner_fill)),
        ("others_closed", most(|m| m.ring_closed)),
        ("others_least_closed", most(|m| m.ring_least)),
        ("others_ring", most(|m| m.ring_ink)),
        ("others_label", most(|m| m.label_ink)),
        ("others_core_against", against(most(|m| m.core_ink), typical.core_ink)),
        ("share_of_row", m.core_ink / (m.core_ink + sum(|m| m.core_ink)).max(1e-4)),
        ("darker_boxes", others().filter(|o| o.core_ink > m.core_ink).count() as f32),
        ("many", many(row)),
        ("two_tones", two_tones(style)),
        ("strokes_elsewhere", strokes_elsewhere),
        ("traces_elsewhere", traces_elsewhere),
    ]
}

/// What the proposal of a question rests on.
pub(super) struct Ground<'p, 'a> {
    /// Its boxes.
    pub row: &'p [Candidate<'a>],
    /// For each box, whether it stands in the proposal.
    pub standing: &'p [bool],
    /// What the rules doubt, binding or not.
    pub doubts: &'p [ReviewReason],
    /// Whether the rules alone would have proposed the same.
    pub agreed: bool,
}

/// What is seen of a whole question and of what is proposed for it.
pub(super) fn of_question(ground: &Ground, style: &Style) -> Vec<Feature> {
    let Ground { row, standing, doubts, agreed } = *ground;
    let typical = &style.typical;
    let part = |stands: bool| row.iter().zip(standing).filter(move |(_, s)| **s == stands).map(|(c, _)| c);
    let most = |stands: bool, measure: fn(&BoxMeasures) -> f32| {
        part(stands).map(|c| measure(c.measures)).fold(0.0, f32::max)
    };
    let least = |measure: fn(&BoxMeasures) -> f32| {
        part(true).map(|c| measure(c.measures)).reduce(f32::min).unwrap_or(1.0)
    };
    let mut likely: Vec<f32> = row.iter().map(|c| c.meant).collect();
    likely.sort_by(|a, b| b.total_cmp(a));
    let second = likely.get(1).copied().unwrap_or(0.0);
    let unsure: f32 = row.iter().map(|c| c.meant.min(1.0 - c.meant)).sum();
    let worst_standing = part(true).map(|c| c.meant).reduce(f32::min).unwrap_or(1.0);
    let best_other = part(false).map(|c| c.meant).fold(0.0, f32::max);
    let count = |kind: MarkKind| row.iter().filter(|c| c.verdict.mark == kind).count() as f32;
    let stands = part(true).count() as f32;
    let usual_tone = lower_median(row.iter().map(|c| c.measures.tone));
    let tone = row.iter().map(|c| c.measures.tone - usual_tone).fold(0.0, f32::max);
    let sure: f64 = row.iter().map(|c| c.verdict.sure).product();
    let doubt = |reason: ReviewReason| flag(doubts.contains(&reason));
    let most_weak = part(false).map(|c| c.weak(row)).fold(0.0, f32::max).min(MOST_WEAK);
    let all = |measure: fn(&BoxMeasures) -> f32| row.iter().map(|c| measure(c.measures)).fold(0.0, f32::max);
    let most_stroke = part(false).map(|c| c.stroke(row)).fold(0.0, f32::max).min(MOST_STROKE);
    let stands_out = part(false).map(|c| c.weak_in(row)).fold(0.0, f32::max).min(MOST_WEAK);
    let row_ink = all(|m| m.row_ink);
    let odd = |which: usize| {
        part(false)
            .map(|c| elsewhere(c.stroke(row), c.measures, style)[which])
            .fold(MOST_ELSEWHERE as f32, f32::min)
    };
    vec![
        ("best", likely.first().copied().unwrap_or(0.0)),
        ("second", second),
        ("unsure", unsure),
        ("worst_standing", worst_standing),
        ("best_other", best_other),
        ("stands", stands),
        ("cancelled", count(MarkKind::Cancelled)),
        ("chosen_again", part(true).filter(|c| c.verdict.chosen_again).count() as f32),
        ("stray", count(MarkKind::Stray)),
        ("many", many(row)),
        ("boxes", row.len() as f32),
        ("agreed", flag(agreed)),
        ("rules_unsure", 1.0 - sure as f32),
        ("faint", doubt(ReviewReason::FaintMark)),
        ("correction", doubt(ReviewReason::Correction)),
        ("ring_doubt", doubt(ReviewReason::Ring)),
        ("stray_doubt", doubt(ReviewReason::StrayInk)),
        ("dot", doubt(ReviewReason::DotOrDash)),
        ("standing_core", least(|m| m.core_ink)),
        ("standing_core_against", against(least(|m| m.core_ink), typical.core_ink)),
        ("standing_extent", least(|m| m.extent)),
        ("standing_diagonal", least(|m| m.diagonal)),
        ("standing_darkness_against", against(least(|m| m.stroke_darkness), typical.stroke_darkness)),
        ("standing_fill", most(true, |m| m.inner_fill)),
        ("standing_fill_against", against(most(true, |m| m.inner_fill), typical.inner_fill)),
        ("standing_solid", most(true, |m| m.solid)),
        ("standing_closed", most(true, |m| m.ring_closed)),
        ("standing_least_closed", most(true, |m| m.ring_least)),
        ("standing_ring_over", most(true, |m| m.ring_ink) - typical.ring_ink),
        ("standing_rim_over", most(true, |m| m.rim) - style.typical_rim),
        ("standing_soft_over", most(true, softness) - softness(typical)),
        ("standing_through", most(true, |m| m.through)),
        ("standing_reach", most(true, |m| m.reach)),
        ("standing_reach_over", most(true, |m| m.reach) - typical.reach),
        ("standing_within", least(|m| m.within)),
        ("standing_label", most(true, |m| m.label_ink)),
        ("other_core", most(false, |m| m.core_ink)),
        ("other_core_against", against(most(false, |m| m.core_ink), typical.core_ink)),
        ("other_inner", most(false, |m| m.inner_ink)),
        ("other_fill", most(false, |m| m.inner_fill)),
        ("other_extent", most(false, |m| m.extent)),
        ("other_trace", most(false, |m| m.trace)),
        ("other_closed", most(false, |m| m.ring_closed)),
        ("other_least_closed", most(false, |m| m.ring_least)),
        ("other_ring", most(false, |m| m.ring_ink)),
        ("other_rim_over", most(false, |m| m.rim) - style.typical_rim),
        ("other_reach", most(false, |m| m.reach)),
        ("other_within", most(false, |m| m.within)),
        ("other_label", most(false, |m| m.label_ink)),
        ("tone_over_row", tone),
        ("other_weak", most_weak),
        ("other_stands_out", stands_out),
        ("other_stroke", most_stroke),
        ("strokes_elsewhere", odd(0)),
        ("traces_elsewhere", odd(1)),
        ("other_soft_over", most(false, softness) - softness(typical)),
        ("other_through", most(false, |m| m.through)),
        ("row_ink", row_ink),
        ("beside_ink", all(|m| m.beside_ink)),
        ("beside_over_sheet", all(|m| m.beside_ink) - style.typical_beside),
        ("row_ink_against", row_ink - stands * typical.row_ink),
        ("outline", row.iter().map(|c| c.measures.outline).fold(1.0, f32::min)),
        ("residual_mm", all(|m| m.residual_mm)),
        ("usual_core", typical.core_ink),
        ("usual_fill", typical.inner_fill),
        ("usual_ring", typical.ring_ink),
        ("usual_diagonal", typical.diagonal),
        ("weakest_against", against(style.weakest_core, typical.core_ink)),
        ("clear_marks", style.clear.min(10) as f32),
        ("faint_on_sheet", style.faint.min(5) as f32),
        ("two_tones", two_tones(style)),
    ]
}
