//! The answer proposed for a question, and what is doubtful about it.
//!
//! Guards (`guards.rs`) are absolute: they send it to a person, whatever a model says. Cautions do unless the risk
//! model is surer than usual. Doubts are what the risk model weighs.

use phieu_model::layout::BoxPlace;
use phieu_model::reading::{AnswerState, BoxMeasures, MarkKind, ReviewReason, Tones};
use phieu_model::template::Choose;

use super::features::{self, Feature, Ground};
use super::guards::{self, Case, Objection};
use super::style::{SPOTLESS_INK, Style, TELLING_MARKS, lower_median, weak_over_least, weak_over_usual};
use super::verdict::Verdict;
use crate::measure::MARK_CORE;
use crate::policy::Policy;

/// Share of the inside of any box of a spotless row that may be darker than the paper around, one sample of 961: of 1,879 rows
/// without a mark 1,865 stay below, of two with a faint one neither.
pub(super) const BLANK_TRACE: f32 = 0.0015;
/// Ink in the ring round any of its boxes up to which a row is spotless: a ring drawn
/// with hardly any pressure has 0.005, 99 of 100 boxes without a mark 0.001 or less. Of ten rows with 0.0015 to
/// 0.003 five held a faint mark below its box.
pub(super) const BLANK_RING_INK: f32 = 0.0015;
/// The same, and the shade below, where no box of the row has a stroke of its own: print that shines through, a fold.
const CALM_RING_INK: f32 = 0.003;
const CALM_TONE: f32 = 0.008;
/// How much darker than that of its neighbours the inside of any box of a spotless row
/// may be: 99 of 100 rows without a mark stay below 0.0032.
const BLANK_TONE: f32 = 0.004;
/// How much more ink than usual on this sheet may stand close to the outline of any
/// box of a blank row: 326 rows without a mark stay below 0.043; a dash drawn on the
/// outline itself has 0.15 and more.
const BLANK_RIM: f32 = 0.06;
/// How often what is usual in its row the weak stroke at any box of a blank row may be: 98 of 100 rows without a mark stay
/// below; of 13 marks so faint that no other measure showed them ten have more.
const BLANK_WEAK: f32 = 1.5;
/// The weak stroke at any box of a spotless row, as ink, at most: where all have more, print that shines through or a coarse
/// grain hides what is weaker. 99 of 100 rows without a mark stay below 0.0205.
const BLANK_STROKE: f32 = 0.022;
/// The same where one answer is allowed and all boxes of the row have as much but for this factor.
const EVEN_STROKE: f32 = 0.04;
const EVEN_WEAK: f32 = 1.15;
/// How often what is usual in its row the weak stroke at any box of a row may be for it to have none: of 90 marks too faint to be
/// ink 87 have more; print that shines through leaves a trace, and no stroke.
const CALM_WEAK: f32 = 1.3;
/// Ink in the ring round any box of a row, and how much darker than that of its neighbours its inside may be, for what shows
/// there to be no mark if the risk model is surer than usual: of 100 such rows none held one; a pale ring has more.
const SPOT_RING_INK: f32 = 0.005;
const SPOT_TONE: f32 = 0.015;
/// Likelihood from which a box stands.
const STANDS: f32 = 0.5;
/// Likelihood from which a box is offered as the guess of an unclear question.
pub(super) const GUESSED: f32 = 0.05;

/// A box of a question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub place: &'a BoxPlace,
    pub measures: &'a BoxMeasures,
    pub verdict: &'a Verdict,
    /// Likelihood, 0–1, that the person means it, as the model has it and the guards let it.
    pub meant: f32,
}

impl Candidate<'_> {
    /// The weak stroke at the box; 0 where a mark of its `row` says that no other was meant.
    pub(super) fn stroke(&self, row: &[Candidate]) -> f32 {
        let settled =
            self.place.choose == Choose::One && row.iter().any(|c| c.measures.core_ink >= MARK_CORE);
        if settled { 0.0 } else { self.measures.weak_stroke }
    }

    /// How often what is usual in its `row` it is.
    pub(super) fn weak(&self, row: &[Candidate]) -> f32 {
        weak_over_usual(self.stroke(row), row.iter().map(|c| c.measures))
    }

    /// The same, or against the least of its `row` where several answers are allowed.
    pub(super) fn weak_in(&self, row: &[Candidate]) -> f32 {
        match self.place.choose {
            Choose::One => self.weak(row),
            Choose::Many => weak_over_least(self.stroke(row), row.iter().map(|c| c.measures)),
        }
    }

    /// Whether nothing but a trace in it made its verdict doubtful.
    fn has_no_ink(&self) -> bool {
        self.verdict.mark == MarkKind::Stray
            && self.verdict.doubt == Some(ReviewReason::FaintMark)
            && self.measures.inner_ink <= SPOTLESS_INK
    }

    /// The likelihood within what the rules allow: undisturbed paper is never a mark,
    /// a ring withdraws (but where this person marks by rings), filling a ringed box chooses it again.
    pub(super) fn guarded(verdict: &Verdict, meant: f32) -> f32 {
        match verdict.mark {
            MarkKind::Empty => 0.0,
            MarkKind::Cancelled if verdict.doubt.is_none() => meant.min(WITHDRAWN),
            MarkKind::Ring if verdict.chosen_by_ring => meant.max(CHOSEN),
            MarkKind::Ring => meant.clamp(RINGED, WITHDRAWN),
            MarkKind::Covered => meant.min(WITHDRAWN),
            MarkKind::Fill if verdict.chosen_again => meant.max(CHOSEN),
            MarkKind::Cross
            | MarkKind::Tick
            | MarkKind::Fill
            | MarkKind::Dot
            | MarkKind::Cancelled
            | MarkKind::Stray => meant,
        }
    }
}

/// Likelihood that a withdrawn mark has at most.
const WITHDRAWN: f32 = 0.49;
/// Likelihood that a box with nothing but a ring round it has at least: it is the guess.
const RINGED: f32 = 0.3;
/// Likelihood that a box which a custom or this person's habit chooses has at least.
const CHOSEN: f32 = 0.51;

/// An answer before it is known how sure it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Question id.
    pub question: String,
    /// State.
    pub state: AnswerState,
    /// Ids of the boxes that stand, in the order of the paper.
    pub options: Vec<String>,
    /// Why a person must look, whatever the models say.
    pub guards: Vec<ReviewReason>,
    /// Why a person must look unless the answer is surer than others have to be.
    pub cautions: Vec<ReviewReason>,
    /// What may be wrong, the gravest first.
    pub doubts: Vec<ReviewReason>,
    /// What the risk model sees.
    pub features: Vec<Feature>,
}

impl Proposal {
    /// Confidence from which it is accepted without a person; none is high enough where a guard holds.
    pub fn gate(&self, policy: &Policy) -> f64 {
        if !self.guards.is_empty() {
            return f64::INFINITY;
        }
        (1.0 - self.risk_share(policy) * (1.0 - policy.gate)).max(policy.gate)
    }

    /// Share of the risk at the gate that it may have, 0–1: less than 1 where something speaks against it.
    pub fn risk_share(&self, policy: &Policy) -> f64 {
        let share = |caution: &ReviewReason| match caution {
            ReviewReason::OneBit => policy.one_bit_risk,
            _ => policy.caution_risk,
        };
        self.cautions.iter().map(share).fold(1.0, f64::min)
    }
}

/// What is proposed for a question with these boxes.
pub(super) fn propose(question: &str, row: &[Candidate], (style, policy): (&Style, &Policy)) -> Proposal {
    let choose = row.first().map_or(Choose::One, |c| c.place.choose);
    let standing: Vec<bool> = row.iter().map(|c| c.meant >= STANDS).collect();
    let stands = standing.iter().filter(|s| **s).count();
    let by_rules: Vec<bool> = row.iter().map(|c| c.verdict.stands()).collect();
    let cancelled = row.iter().any(|c| c.verdict.mark == MarkKind::Cancelled);

    let blank = Blank::of(row, style);
    let state = match (choose, stands) {
        (_, 0) if blank == Blank::No => AnswerState::Unclear,
        (_, 0) => AnswerState::Blank,
        (Choose::One, 1) | (Choose::Many, _) => AnswerState::Answered,
        (Choose::One, _) => AnswerState::Multiple,
    };
    let (mut guards, mut cautions) = (Vec::new(), Vec::new());
    for objection in guards::of_answer(&Case { row, standing: &standing, style, policy }) {
        match objection {
            Objection::Guard(reason) => guards.push(reason),
            Objection::Caution(reason) => cautions.push(reason),
        }
    }
    let mut doubts = doubts(row, policy);
    match state {
        // A threshold may have taken a mark away. The other marks of the sheet tell the model a little of how likely that is;
        // where there are none it knows nothing.
        AnswerState::Blank if style.tones == Tones::Two && style.clear < TELLING_MARKS => {
            guards.push(ReviewReason::OneBit);
        }
        AnswerState::Blank if style.tones == Tones::Two => cautions.push(ReviewReason::OneBit),
        AnswerState::Unclear if cancelled => guards.push(ReviewReason::Correction),
        AnswerState::Unclear => guards.push(doubts.first().copied().unwrap_or(ReviewReason::StrayInk)),
        AnswerState::Answered | AnswerState::Multiple | AnswerState::Blank => {}
    }
    if state == AnswerState::Blank && blank == Blank::Spotted {
        cautions.push(ReviewReason::FaintMark);
    }
    let agreed = standing == by_rules;
    let features =
        features::of_question(&Ground { row, standing: &standing, doubts: &doubts, agreed }, style);
    guards.sort();
    guards.dedup();
    cautions.sort();
    cautions.dedup();
    cautions.retain(|caution| !guards.contains(caution));
    doubts.retain(|doubt| !guards.contains(doubt));
    let mut options: Vec<String> =
        row.iter().zip(&standing).filter(|(_, s)| **s).map(|(c, _)| c.place.option.clone()).collect();
    if state == AnswerState::Unclear {
        options.extend(best_guess(row));
    }
    Proposal { question: question.to_owned(), state, options, guards, cautions, doubts, features }
}

/// Whether a row is blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blank {
    /// Nothing at all stands in it.
    Spotless,
    /// It shows something that is far from ink: the grain of the paper, print that shines through, perhaps a mark.
    Spotted,
    /// It shows more.
    No,
}

impl Blank {
    fn of(row: &[Candidate], style: &Style) -> Self {
        let most =
            |measure: fn(&BoxMeasures) -> f32| row.iter().map(|c| measure(c.measures)).fold(0.0, f32::max);
        let usual_tone = lower_median(row.iter().map(|c| c.measures.tone));
        let shade = most(|m| m.tone) - usual_tone;
        // What other boxes of the sheet show that are certainly empty is no sign of a mark.
        let is_as_elsewhere = |c: &Candidate| style.is_as_elsewhere(c.measures);
        let odd_weak = row.iter().filter(|c| !is_as_elsewhere(c)).map(|c| c.weak(row)).fold(0.0, f32::max);
        let stands_out = row.iter().map(|c| c.weak_in(row)).fold(0.0, f32::max);
        let stroke = most(|m| m.weak_stroke);
        let even = stands_out <= EVEN_WEAK && row.iter().all(|c| c.place.choose == Choose::One);
        // What lies under all boxes alike may hide more of a mark: no other measure may show one then.
        let calm = stands_out <= CALM_WEAK && stroke <= BLANK_STROKE;
        let (ring_ink, tone) = if calm { (CALM_RING_INK, CALM_TONE) } else { (BLANK_RING_INK, BLANK_TONE) };

        let is_empty =
            |c: &Candidate| c.verdict.mark == MarkKind::Empty || c.has_no_ink() && is_as_elsewhere(c);
        let bare = row.iter().all(is_empty)
            && most(|m| m.row_ink) <= style.blank_row_ink
            && most(|m| m.rim) <= style.typical_rim + BLANK_RIM
            && odd_weak <= BLANK_WEAK;
        let spotless = most(|m| m.trace) <= BLANK_TRACE
            && most(|m| m.ring_ink) <= ring_ink
            && stroke <= if even { EVEN_STROKE } else { BLANK_STROKE }
            && shade <= tone;
        match () {
            () if bare && spotless => Self::Spotless,
            () if bare && most(|m| m.ring_ink) <= SPOT_RING_INK && shade <= SPOT_TONE => Self::Spotted,
            () => Self::No,
        }
    }
}

/// What the rules doubt, the gravest first.
fn doubts(row: &[Candidate], policy: &Policy) -> Vec<ReviewReason> {
    let settled = settled_marginal(row, policy);
    let mut doubts: Vec<ReviewReason> = (row.iter().enumerate())
        .filter(|(i, _)| Some(*i) != settled)
        .filter_map(|(_, c)| c.verdict.doubt)
        .collect();
    // Ink on the label of an option that is not marked: a ring round the word, a
    // note, or the tail of a neighbour's mark.
    if row.iter().any(|c| !c.verdict.stands() && c.measures.label_ink > policy.stray_ink_mm2) {
        doubts.push(ReviewReason::StrayInk);
    }
    let again = row.iter().any(|c| c.verdict.chosen_again);
    let standing = row.iter().filter(|c| c.verdict.stands()).count();
    if again && standing > 1 {
        doubts.push(ReviewReason::Correction);
    }
    doubts.sort_by_key(|doubt| (gravity(*doubt), *doubt));
    doubts.dedup();
    doubts
}

/// The order in which doubts are named, the gravest first.
fn gravity(reason: ReviewReason) -> u8 {
    match reason {
        ReviewReason::Covered | ReviewReason::BoxNotFound => 0,
        ReviewReason::TwoMarks => 1,
        ReviewReason::Correction => 2,
        ReviewReason::Ring => 3,
        ReviewReason::StrayInk => 4,
        ReviewReason::FaintMark => 5,
        ReviewReason::DotOrDash => 6,
        ReviewReason::OneBit => 7,
        ReviewReason::LowConfidence => 8,
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

/// The option that an unclear question most likely means, if any is likely; an option that
/// was withdrawn is not offered.
fn best_guess(row: &[Candidate]) -> Option<String> {
    row.iter()
        .filter(|c| c.verdict.mark != MarkKind::Cancelled && c.meant >= GUESSED)
        .max_by(|a, b| a.meant.total_cmp(&b.meant))
        .map(|c| c.place.option.clone())
}
