//! From measures to marks and answers: a decision without pixels.
//!
//! Two candidates in a one-answer question are never settled by the amount of ink.
//! Only the school's customs of correction decide between them: a ringed X beside
//! one new X, and a ringed box that was filled to choose it again. Everything else
//! with two candidates goes to a person, with the reason.

use phieu_model::layout::{BoxPlace, PageLayout};
use phieu_model::reading::{Answer, AnswerState, BoxMeasures, BoxReading, MarkKind, ReviewReason, Tones};
use phieu_model::template::Choose;

use crate::policy::Policy;

/// What one box is taken for, before its question is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Verdict {
    mark: MarkKind,
    /// Filled inside a ring: chosen again after it was withdrawn.
    chosen_again: bool,
    /// Probability that the verdict is right, 0.5–1.
    sure: f64,
    doubt: Option<ReviewReason>,
    /// A mark that lies mostly beside the middle, but clearly in this box: it may
    /// be accepted where all other boxes of its question are spotless.
    marginal: bool,
}

impl Verdict {
    fn stands(&self) -> bool {
        match self.mark {
            MarkKind::Cross | MarkKind::Tick | MarkKind::Fill | MarkKind::Dot => true,
            MarkKind::Empty | MarkKind::Cancelled | MarkKind::Ring | MarkKind::Stray | MarkKind::Covered => {
                false
            }
        }
    }
}

/// The page's boxes named and its questions answered, both in the layout's order.
/// `tones` are those of the picture that the measures were taken from.
pub fn decide(
    page: &PageLayout,
    (measures, tones): (&[BoxMeasures], Tones),
    policy: &Policy,
) -> (Vec<BoxReading>, Vec<Answer>) {
    let style = Style::of((measures, tones), policy);
    let verdicts: Vec<Verdict> = measures.iter().map(|m| verdict(m, &style, policy)).collect();
    let boxes = page
        .boxes
        .iter()
        .zip(measures)
        .zip(&verdicts)
        .map(|((place, m), v)| BoxReading {
            question: place.question.clone(),
            option: place.option.clone(),
            mark: v.mark,
            marked: if v.stands() { v.sure } else { 1.0 - v.sure },
            measures: *m,
        })
        .collect();
    let answers = page
        .questions
        .iter()
        .map(|question| {
            let row: Vec<Candidate> = page
                .boxes
                .iter()
                .zip(measures)
                .zip(&verdicts)
                .filter(|((place, _), _)| place.question == question.question)
                .map(|((place, measures), verdict)| Candidate { place, measures, verdict })
                .collect();
            answer(&question.question, &row, (&style, policy))
        })
        .collect();
    (boxes, answers)
}

/// How this person marks on the rest of the sheet.
struct Style {
    /// Median core ink of the clear marks; `None` with fewer than three.
    typical_core: Option<f32>,
    /// Ink, in mm², up to which a row without a mark is blank on this sheet. Where
    /// other marks of the sheet are hardly visible, nothing at all may stand there.
    blank_row_ink: f32,
    /// Median ink close to the outlines of all boxes.
    typical_rim: f32,
    /// Whether a row without ink can be believed to be blank: in a picture with shades
    /// always, in one without only where this person's marks are far from being lost.
    blank_is_sure: bool,
}

impl Style {
    fn of((measures, tones): (&[BoxMeasures], Tones), policy: &Policy) -> Self {
        let mut cores: Vec<f32> =
            measures.iter().map(|m| m.core_ink).filter(|core| *core >= policy.marked_core_ink).collect();
        cores.sort_by(f32::total_cmp);
        let faint = measures
            .iter()
            .filter(|m| {
                m.core_ink < policy.marked_core_ink && m.inner_ink > SPOTLESS_INK && m.row_ink < FAINT_ROW_INK
            })
            .count();
        Self {
            typical_core: (cores.len() >= 3).then(|| cores[cores.len() / 2]),
            blank_row_ink: if faint >= 2 { 0.0 } else { policy.blank_row_ink_mm2 },
            typical_rim: lower_median(measures.iter().map(|m| m.rim)),
            blank_is_sure: match tones {
                Tones::Many => true,
                Tones::Two => {
                    faint == 0
                        && cores.len() >= STRONG_MARKS
                        && cores[0] >= STRONG_CORE
                        && cores[0] >= STRONG_SHARE * cores[cores.len() / 2]
                }
            },
        }
    }
}

/// Share of this person's typical ink below which a mark is doubtful.
const UNLIKE_THE_OTHERS: f32 = 0.3;
/// Longest side of a mark, as a share of the box, that is only a dot or a dash.
const DOT_EXTENT: f32 = 0.34;
/// Ink in the ring round any of its boxes up to which a row is blank: a ring drawn
/// with hardly any pressure has 0.005, 99 of 100 boxes without a mark 0.001 or less.
const BLANK_RING_INK: f32 = 0.003;
/// How much darker than that of its neighbours the inside of any box of a blank row
/// may be: 99 of 100 rows without a mark stay below 0.0032.
const BLANK_TONE: f32 = 0.004;
/// How much more ink than usual on this sheet may stand close to the outline of any
/// box of a blank row: 326 rows without a mark stay below 0.043; a dash drawn on the
/// outline itself has 0.15 and more.
const BLANK_RIM: f32 = 0.06;
/// A black-and-white sheet's blank rows are believed where at least so many marks stand
/// elsewhere on it …
const STRONG_MARKS: usize = 5;
/// … the weakest of which has this core ink at least …
const STRONG_CORE: f32 = 0.12;
/// … and this share of the middle one's: whoever presses unevenly may have lost a mark.
const STRONG_SHARE: f32 = 0.5;
/// Sureness of a blank row on any other black-and-white sheet: on office pages 1 in 30
/// was a faint mark.
const ONE_BIT_BLANK_SURE: f64 = 0.95;
/// Ink, in mm², of a row whose mark is hardly visible.
const FAINT_ROW_INK: f32 = 1.5;
/// Ink inside but not in the core that makes an empty box doubtful. Of 9,600 boxes
/// without a mark on office pages two had 0.013, the others 0.005 or less.
const EDGE_INK: f32 = 0.01;
/// Longest side of scattered ink, as a share of the box, that is only a speck.
const SPECK_EXTENT: f32 = 0.15;
/// Ink in the ring round a box that no mark inside explains: most of a mark may
/// stand beside its box. Of 9,600 boxes without a mark three had more.
const BESIDE_INK: f32 = 0.02;
/// Share of a straight line through box and surroundings that speaks of a streak.
const THROUGH: f32 = 0.85;
/// Longest side, as a share of the box, that a marginal mark has at least.
const MARGINAL_EXTENT: f32 = 0.5;
/// Ink inside up to which a box beside a marginal mark is spotless.
const SPOTLESS_INK: f32 = 0.004;
/// Sureness of a marginal mark whose neighbours are spotless.
const MARGINAL_SURE: f64 = 0.9997;
/// Ink all round the box that, with a covered inside, speaks of scribbling.
const SCRIBBLE_RING: f32 = 0.16;
/// Share of the inside that a scribble covers at least.
const SCRIBBLE_FILL: f32 = 0.5;
/// Solid square inside, as a share of the box, that only a filled box has.
const SOLID_FILL: f32 = 0.5;

fn verdict(m: &BoxMeasures, style: &Style, policy: &Policy) -> Verdict {
    let of = |mark, sure, doubt| Verdict { mark, chosen_again: false, sure, doubt, marginal: false };
    if m.visible < 0.98 {
        return of(MarkKind::Covered, 0.5, Some(ReviewReason::Covered));
    }
    let ring = m.ring_round >= policy.ring_share;
    let maybe_ring = m.ring_round >= policy.maybe_ring_share;
    if m.outline < policy.outline_share {
        return of(MarkKind::Stray, 0.5, Some(ReviewReason::BoxNotFound));
    }
    if m.through >= THROUGH && m.inner_fill < policy.fill_share && !ring {
        // A streak of the scanner, or one line through a column of boxes; the flat side
        // of a ring may look like one.
        return of(MarkKind::Stray, 0.6, Some(ReviewReason::StrayInk));
    }
    if m.core_ink < policy.empty_core_ink {
        if ring {
            return of(MarkKind::Ring, 0.6, Some(ReviewReason::Ring));
        }
        if maybe_ring {
            return of(MarkKind::Stray, 0.6, Some(ReviewReason::Ring));
        }
        if m.inner_ink > EDGE_INK {
            return of(MarkKind::Stray, 0.7, Some(ReviewReason::StrayInk));
        }
        if m.trace >= policy.trace_share || m.extent >= SPECK_EXTENT {
            return of(MarkKind::Stray, 0.7, Some(ReviewReason::FaintMark));
        }
        if m.ring_ink >= BESIDE_INK {
            return of(MarkKind::Stray, 0.7, Some(ReviewReason::StrayInk));
        }
        return of(MarkKind::Empty, between(m.core_ink, policy.empty_core_ink, 0.0), None);
    }
    let filled = m.inner_fill >= policy.fill_share && m.solid >= SOLID_FILL;
    if filled {
        return Verdict {
            mark: MarkKind::Fill,
            chosen_again: ring,
            sure: 0.9998,
            doubt: (maybe_ring && !ring).then_some(ReviewReason::Correction),
            marginal: false,
        };
    }
    if ring {
        return of(MarkKind::Cancelled, 0.9998, None);
    }
    if maybe_ring {
        return of(MarkKind::Cancelled, 0.6, Some(ReviewReason::Correction));
    }
    if m.inner_fill >= SCRIBBLE_FILL && m.ring_ink >= SCRIBBLE_RING {
        return of(MarkKind::Cancelled, 0.6, Some(ReviewReason::Correction));
    }
    let kind = if m.diagonal >= 0.6 { MarkKind::Cross } else { MarkKind::Tick };
    if m.extent < DOT_EXTENT {
        return of(MarkKind::Dot, 0.7, Some(ReviewReason::DotOrDash));
    }
    let floor = style
        .typical_core
        .map_or(policy.marked_core_ink, |typical| policy.marked_core_ink.max(typical * UNLIKE_THE_OTHERS));
    if m.core_ink < floor {
        let marginal = m.inner_ink >= policy.marginal_inner_ink && m.extent >= MARGINAL_EXTENT;
        return Verdict { marginal, ..of(kind, 0.8, Some(ReviewReason::FaintMark)) };
    }
    of(kind, between(m.core_ink, floor, floor * 2.0), None)
}

/// Sureness of a measure that runs from its limit (0.9997) to a clear value (0.9999).
fn between(value: f32, limit: f32, clear: f32) -> f64 {
    let t = f64::from(((value - limit) / (clear - limit)).clamp(0.0, 1.0));
    1.0 - 10f64.powf(-3.5 - 0.5 * t)
}

/// The middle value, the lower of two; 0 for none.
fn lower_median(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}

struct Candidate<'a> {
    place: &'a BoxPlace,
    measures: &'a BoxMeasures,
    verdict: &'a Verdict,
}

fn answer(question: &str, row: &[Candidate], (style, policy): (&Style, &Policy)) -> Answer {
    let choose = row.first().map_or(Choose::One, |c| c.place.choose);
    let options = |wanted: &dyn Fn(&Candidate) -> bool| -> Vec<String> {
        row.iter().filter(|c| wanted(c)).map(|c| c.place.option.clone()).collect()
    };
    let mut standing = options(&|c| c.verdict.stands());
    let cancelled = row.iter().filter(|c| c.verdict.mark == MarkKind::Cancelled).count();
    let settled = settled_marginal(row, policy);
    let open = || row.iter().enumerate().filter(|(i, _)| Some(*i) != settled).map(|(_, c)| c);
    let mut reasons: Vec<ReviewReason> = open().filter_map(|c| c.verdict.doubt).collect();
    let mut confidence: f64 = open().map(|c| c.verdict.sure).product();
    if settled.is_some() {
        confidence *= MARGINAL_SURE;
    }

    // Ink on the label of an option that is not marked: a ring round the word, a
    // note, or the tail of a neighbour's mark.
    if row.iter().any(|c| !c.verdict.stands() && c.measures.label_ink > policy.stray_ink_mm2) {
        reasons.push(ReviewReason::StrayInk);
        confidence *= 0.9;
    }
    let most = |measure: fn(&BoxMeasures) -> f32| row.iter().map(|c| measure(c.measures)).fold(0.0, f32::max);
    let usual_tone = lower_median(row.iter().map(|c| c.measures.tone));
    let spotless = most(|m| m.row_ink) <= style.blank_row_ink
        && most(|m| m.ring_ink) <= BLANK_RING_INK
        && most(|m| m.rim) <= style.typical_rim + BLANK_RIM
        && row.iter().all(|c| c.measures.tone <= usual_tone + BLANK_TONE);
    let state = match (choose, standing.len(), cancelled) {
        (_, 0, 0) if spotless => AnswerState::Blank,
        (_, 0, 0) => {
            reasons.push(ReviewReason::StrayInk);
            AnswerState::Unclear
        }
        (_, 0, _) => {
            reasons.push(ReviewReason::Correction);
            AnswerState::Unclear
        }
        (Choose::One, 1, _) => AnswerState::Answered,
        (Choose::One, _, _) => {
            reasons.push(ReviewReason::TwoMarks);
            AnswerState::Multiple
        }
        (Choose::Many, _, 0) => AnswerState::Answered,
        (Choose::Many, _, _) => {
            reasons.push(ReviewReason::Correction);
            AnswerState::Answered
        }
    };
    // A box filled after it was ringed stands alone only when every other mark is
    // withdrawn; that is the case `(One, 1, _)`. Alone on its row it is chosen again.
    let chosen_again = row.iter().any(|c| c.verdict.chosen_again);
    if chosen_again && standing.len() > 1 {
        reasons.push(ReviewReason::Correction);
    }
    if state == AnswerState::Blank && reasons.is_empty() && !style.blank_is_sure {
        // Still blank, as far as the picture says.
        reasons.push(ReviewReason::OneBit);
        confidence = confidence.min(ONE_BIT_BLANK_SURE);
    }
    let state = if reasons.is_empty() || reasons == [ReviewReason::OneBit] || state != AnswerState::Blank {
        state
    } else {
        AnswerState::Unclear
    };
    if standing.is_empty() && state == AnswerState::Unclear {
        standing.extend(best_guess(row, policy));
    }
    if !reasons.is_empty() {
        confidence = confidence.min(0.97);
    }
    if confidence < policy.gate && reasons.is_empty() {
        reasons.push(ReviewReason::LowConfidence);
    }
    reasons.sort();
    reasons.dedup();
    Answer {
        question: question.to_owned(),
        state,
        options: standing,
        confidence,
        needs_review: !reasons.is_empty(),
        reasons,
    }
}

/// The one marginal mark of a row whose other boxes and labels are spotless.
fn settled_marginal(row: &[Candidate], policy: &Policy) -> Option<usize> {
    let mut marked = row.iter().enumerate().filter(|(_, c)| c.verdict.mark != MarkKind::Empty);
    let (index, mark) = marked.next()?;
    let spotless = row.iter().enumerate().filter(|(i, _)| *i != index).all(|(_, c)| {
        c.measures.inner_ink <= SPOTLESS_INK && c.measures.label_ink <= policy.blank_row_ink_mm2
    });
    (marked.next().is_none() && mark.verdict.marginal && spotless).then_some(index)
}

/// The option that an unclear question most likely means: the only box with a ring
/// or with any ink.
fn best_guess(row: &[Candidate], policy: &Policy) -> Option<String> {
    let traced = |c: &&Candidate| {
        c.verdict.mark == MarkKind::Ring
            || c.measures.inner_ink > SPOTLESS_INK
            || c.measures.ring_ink > BESIDE_INK
            || c.measures.trace > policy.trace_share
    };
    let mut candidates = row.iter().filter(|c| c.verdict.mark != MarkKind::Cancelled).filter(traced);
    let first = candidates.next()?;
    candidates.next().is_none().then(|| first.place.option.clone())
}

#[cfg(test)]
mod tests;
