//! Why a person must look at an answer: whatever the models say, or unless they are surer than usual.

use phieu_model::reading::{BoxMeasures, MarkKind, ReviewReason};
use phieu_model::template::Choose;

use super::propose::{BLANK_RING_INK, Candidate, GUESSED};
use super::style::{SPOTLESS_INK, Style, is_traced, lower_median};
use super::verdict::{BESIDE_INK, SCRIBBLED_FILL};
use crate::policy::Policy;

/// Ink in the core from which a doubtful mark beside another one is a second candidate and not
/// dirt, or the tail of a stroke: a dot of a thin pen has more.
pub(super) const SECOND_CORE: f32 = 0.025;
/// Ink in the core that any mark has which is accepted: what stands with less is an outline that was not found
/// quite exactly as often as a mark.
pub(super) const LEAST_CORE: f32 = 0.01;
/// Ink inside a box from which it is no dirt, where several answers are allowed, and what a trace has that is seen: how
/// much darker than usual on this sheet it makes the box, on how much of it, how often the least of its row its weak stroke is.
const BESIDE_INNER: f32 = 0.02;
const BESIDE_TONE: f32 = 0.006;
const BESIDE_TRACE: f32 = 0.02;
const BESIDE_WEAK: f32 = 2.5;
/// How often the least of its row its weak stroke is, and how much darker than usual it is, where it shows a trace as well: of
/// 7,900 rows with several answers allowed that had been accepted twelve have all three.
const PALE_WEAK: f32 = 1.8;
const PALE_TONE: f32 = 0.0015;
/// Ink, in mm², on the words of an option, and in no stroke that passes through a box, that is a small mark where it is
/// this share of all such ink of its row.
const SMALL_LABEL_MARK: f32 = 1.5;
const ON_LABEL: f32 = 0.6;
/// Mean ink in the ring round a box whose mark may be ringed, and the way round it as closed as a ring's: of 10,000 crosses
/// one or two have both.
const RING_ROUND: f32 = 0.08;
/// The strokes of a mark leave less than this share of themselves in its box and reach further than this, in sides of the
/// box, where they are those of a stamp, a signature or a number. Of 6,000 marks three do.
const LEAST_WITHIN: f32 = 0.15;
const FURTHEST_REACH: f32 = 1.4;
/// Where so much ink, in mm², of a row passes through no box, there is a stamp, a signature or a note …
const FOREIGN_INK: f32 = 15.0;
/// … and a mark that leaves less than this share of its strokes in its box may be a part of that.
const OWN_WITHIN: f32 = 0.6;
/// Ink, in mm², beside the boxes of a row from which a straight line through one of them may belong to it: initials. Of 17,600
/// accepted answers seven had such a line for their mark, and one of these was wrong.
const SIGNED_INK: f32 = 3.0;
/// Where no more boxes of a sheet than this show the trace of a stroke …
const FEW_TRACES: usize = 2;
/// … one that leaves a trace on this share of itself, and none is at its neighbours, and is darker by so much than any of
/// them, may hold a mark drawn with hardly any pressure.
const LONE_TRACE: f32 = 0.03;
const NO_TRACE: f32 = 0.005;
const LONE_TONE: f32 = 0.004;
/// A mark that covers so much of the inside, and so many times what is usual among the clear marks of a sheet that has so
/// many, may be a scribble.
const BLOT_FILL: f32 = 0.6;
const OVER_USUAL_FILL: f32 = 1.5;
const CLEAR_MARKS: usize = 4;
/// Share of the inside that a streak covers at most: 0.8 mm of it.
const STREAK_FILL: f32 = 0.2;
/// A mark with a stroke as straight as a streak is a cross with a level stroke where it covers more of the inside than a
/// streak does, this share of its strokes lies in its box, and this share of both diagonals has a stroke: of 140 answers
/// of which all that was true, none was wrong.
const OVER_STREAK_FILL: f32 = 1.2 * STREAK_FILL;
const OVER_STREAK_WITHIN: f32 = 0.3;
const OVER_STREAK_DIAGONAL: f32 = 0.25;

/// A question, and which of its boxes stand.
pub(super) struct Case<'a> {
    pub row: &'a [Candidate<'a>],
    pub standing: &'a [bool],
    pub style: &'a Style,
    pub policy: &'a Policy,
}

/// What speaks against an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Objection {
    /// Holds whatever the models say: what was meant is not settled by what can be measured.
    Guard(ReviewReason),
    /// Holds unless the risk model is surer than it has to be of other answers: dirt, or a weak second mark, looks so,
    /// but most often it is neither.
    Caution(ReviewReason),
}

use Objection::{Caution, Guard};

impl Objection {
    fn of(reason: ReviewReason, holds_whatever_models_say: bool) -> Self {
        if holds_whatever_models_say { Guard(reason) } else { Caution(reason) }
    }
}

/// All objections, in no order, some of them perhaps more than once.
pub(super) fn of_answer(case: &Case) -> Vec<Objection> {
    let binding = case.row.iter().filter(|c| c.verdict.binding).filter_map(|c| c.verdict.doubt);
    let mut found: Vec<Objection> = binding.map(|reason| case.of_verdict(reason)).collect();
    found.extend(case.marked().flat_map(|c| case.of_mark(c)));
    if case.marked().next().is_some() {
        found.extend(case.others().flat_map(|c| case.beside_marks(c)));
        found.extend(case.of_row());
    }
    found
}

/// Those of the objections that hold.
fn which<const N: usize>(objections: [(bool, Objection); N]) -> impl Iterator<Item = Objection> {
    objections.into_iter().filter_map(|(holds, objection)| holds.then_some(objection))
}

impl<'a> Case<'a> {
    fn choose(&self) -> Choose {
        self.row.first().map_or(Choose::One, |c| c.place.choose)
    }

    /// The boxes that stand.
    fn marked(&self) -> impl Iterator<Item = &'a Candidate<'a>> {
        self.row.iter().zip(self.standing).filter(|(_, s)| **s).map(|(c, _)| c)
    }

    /// The boxes that do not.
    fn others(&self) -> impl Iterator<Item = &'a Candidate<'a>> {
        self.row.iter().zip(self.standing).filter(|(_, s)| !**s).map(|(c, _)| c)
    }

    /// A box may be scribbled over where it holds a thick cross or a hasty filling as often, if nothing else was chosen in
    /// its place.
    fn of_verdict(&self, reason: ReviewReason) -> Objection {
        Objection::of(reason, reason != ReviewReason::Correction || !self.is_alone())
    }

    /// Whether one box of the row holds something, and the others and what is printed beside them nothing at all.
    fn is_alone(&self) -> bool {
        let is_bare = |c: &Candidate| {
            c.verdict.mark == MarkKind::Empty
                && c.measures.inner_ink <= SPOTLESS_INK
                && c.measures.label_ink <= self.policy.blank_row_ink_mm2
                && c.measures.ring_ink <= BLANK_RING_INK
                && c.measures.beside_ink <= self.policy.blank_row_ink_mm2
        };
        self.row.iter().filter(|c| !is_bare(c)).count() == 1
    }

    /// Why a box that stands may hold no mark of its own.
    fn of_mark(&self, c: &Candidate) -> impl Iterator<Item = Objection> {
        let (m, mark) = (c.measures, c.verdict.mark);
        // A piece of a streak or of dirt is as small; a hair has no weight either, and the tail of a mark in another row
        // leaves nothing inside.
        let speck =
            mark == MarkKind::Dot && m.core_ink < SECOND_CORE && !self.style.is_usual_dot(m, self.row);
        let weightless = m.core_ink < LEAST_CORE && !c.verdict.chosen_by_ring;
        let passes_by = m.within < LEAST_WITHIN && m.reach > FURTHEST_REACH;
        // A solid square is no piece of anything, and a ring lies beside its box.
        let piece = mark != MarkKind::Fill
            && !c.verdict.chosen_by_ring
            && m.within < OWN_WITHIN
            && m.beside_ink > FOREIGN_INK;
        let over = c.verdict.chosen_by_ring && self.style.is_more_than_a_ring(m);
        // Where rings are the marks, one may run through its box, or withdraw what stands there.
        let unlike_rings = self.style.rings && !c.verdict.chosen_by_ring;
        // What lies beside the core of a box belongs to no box for certain.
        let astray = mark == MarkKind::Stray && !is_more_than_a_streak(m);
        // A straight line that leaves little of its strokes in its box, beside others that leave none in any.
        let signed = astray && m.within < OVER_STREAK_WITHIN && m.beside_ink > SIGNED_INK;
        // No sample of it is as dark as a stroke, and all of it together as dark as a mark: the shade of a fold.
        let shade =
            m.inner_fill == 0.0 && m.core_ink >= self.policy.marked_core_ink && !c.verdict.chosen_by_ring;
        let scribbled = (self.is_scribbled(c) || self.is_blotted(c)) && self.marked().count() > 1;
        // As good as a ring round it: what may be withdrawn.
        let ringed = matches!(mark, MarkKind::Cross | MarkKind::Tick)
            && m.ring_closed >= self.policy.ring.0
            && m.ring_ink >= RING_ROUND;
        let found = [
            (speck, Objection::of(ReviewReason::DotOrDash, weightless)),
            (weightless, Objection::of(ReviewReason::FaintMark, m.inner_ink < BESIDE_INNER)),
            (passes_by || piece, Caution(ReviewReason::StrayInk)),
            (shade || signed, Guard(ReviewReason::StrayInk)),
            (over || unlike_rings, Guard(ReviewReason::Ring)),
            (scribbled || ringed, Guard(ReviewReason::Correction)),
        ];
        which(found).chain(c.verdict.doubt.filter(|_| astray).map(Caution))
    }

    /// Why a box that does not stand may be meant beside one that does.
    fn beside_marks(&self, c: &Candidate) -> impl Iterator<Item = Objection> {
        let (m, mark) = (c.measures, c.verdict.mark);
        // Somebody may have withdrawn a box that holds nothing, or chosen it by the ring: that is no answer that rules
        // could give. Where rings are the marks, one that is not whole may be one too, and so may ink in a box.
        let like_ring = m.ring_ink >= BESIDE_INK || m.core_ink >= self.policy.empty_core_ink;
        let ringed = c.verdict.doubt == Some(ReviewReason::Ring) || self.style.rings && like_ring;
        // A mark that a streak runs through would go unseen.
        let under_streak = mark == MarkKind::Stray
            && m.core_ink >= SECOND_CORE
            && (c.meant >= GUESSED || m.inner_fill >= STREAK_FILL);
        // So would ink over all of a label or, where no mark beside it contradicts it, a mark on one: that is all there is
        // beside the boxes.
        let on_label = match self.choose() {
            Choose::One => m.label_ink > self.policy.other_label_ink_mm2,
            Choose::Many => {
                m.label_ink > self.policy.label_mark_ink_mm2
                    || m.label_ink.min(m.beside_ink) > SMALL_LABEL_MARK
                        && m.label_ink > ON_LABEL * m.beside_ink
            }
        };
        // Most of a mark where several are allowed may stand beside its box.
        let beside = self.choose() == Choose::Many && mark == MarkKind::Stray && m.ring_ink >= BESIDE_INK;
        which([
            (ringed, Guard(ReviewReason::Ring)),
            (beside, Caution(ReviewReason::StrayInk)),
            (under_streak, Objection::of(ReviewReason::StrayInk, m.core_ink >= self.policy.marked_core_ink)),
            (on_label, Guard(ReviewReason::StrayInk)),
            (self.is_scribbled(c), Guard(ReviewReason::Correction)),
        ])
    }

    /// Why a marked row may mean more than its marks say.
    fn of_row(&self) -> impl Iterator<Item = Objection> {
        let one = self.choose() == Choose::One;
        let stands = self.marked().count();
        let is_dot = |c: &Candidate| c.verdict.mark == MarkKind::Dot && self.style.is_own_dot(c.measures);
        let is_candidate = |c: &&Candidate| {
            c.verdict.stands()
                && (c.verdict.doubt.is_none() || c.measures.core_ink >= SECOND_CORE || is_dot(c))
        };
        let candidates = self.row.iter().filter(is_candidate).count();
        let traced = if one { self.lone_trace() } else { self.trace_beside() };
        let is_withdrawn = |c: &Candidate| c.verdict.mark == MarkKind::Cancelled;
        // Two loops, of which the models took one for a mark and the other for a withdrawn one.
        let two_withdrawn = one && self.marked().any(is_withdrawn) && self.others().any(is_withdrawn);
        // No mark beside it contradicts another where several are allowed.
        let unsettled = |c: &Candidate| is_candidate(&c) || is_withdrawn(c) && c.verdict.doubt.is_some();
        let passed_over = !one && self.others().any(unsettled);
        which([
            (two_withdrawn || passed_over, Guard(ReviewReason::Correction)),
            (one && (stands > 1 || candidates > 1), Guard(ReviewReason::TwoMarks)),
            (one && stands == 1 && self.faint_among_ink(), Guard(ReviewReason::FaintMark)),
            (traced, Caution(ReviewReason::FaintMark)),
            (!one && self.others().any(|c| self.is_pale_mark(c)), Guard(ReviewReason::FaintMark)),
        ])
    }

    /// A scribble may have a ring's shape, and what it hides be anything, once something else stands.
    fn is_scribbled(&self, c: &Candidate) -> bool {
        c.verdict.mark == MarkKind::Cancelled
            && c.measures.inner_fill >= SCRIBBLED_FILL
            && !self.style.fills()
    }

    /// A scribble may cover a box as a filling does; whose marks are strokes fills a box only to choose it again.
    fn is_blotted(&self, c: &Candidate) -> bool {
        self.style.clear >= CLEAR_MARKS
            && c.measures.inner_fill >= BLOT_FILL
            && c.measures.inner_fill >= OVER_USUAL_FILL * self.style.typical.inner_fill
            && !c.verdict.chosen_again
    }

    /// Whether the one standing mark is doubtfully faint and another box or label of its question
    /// holds ink too: which of the two is the mark is not settled by amounts.
    fn faint_among_ink(&self) -> bool {
        let faint = |c: &Candidate| c.verdict.doubt == Some(ReviewReason::FaintMark);
        let inked = |c: &Candidate| {
            c.measures.inner_ink > SPOTLESS_INK || c.measures.label_ink > self.policy.blank_row_ink_mm2
        };
        self.marked().any(faint) && self.others().any(inked)
    }

    /// Whether a box that does not stand shows ink, or the trace of a mark too faint to be one: where several answers
    /// are allowed the marks beside it say nothing of it.
    fn trace_beside(&self) -> bool {
        self.others().any(|c| {
            let faint = c.verdict.doubt == Some(ReviewReason::FaintMark);
            let withdrawn = c.verdict.mark == MarkKind::Cancelled && c.verdict.doubt.is_none();
            let inked = c.measures.inner_ink > BESIDE_INNER && !withdrawn;
            let is_seen = self.is_shaded(c, BESIDE_TONE)
                || c.measures.trace >= BESIDE_TRACE
                || c.weak_in(self.row) >= BESIDE_WEAK;
            inked || faint && is_seen && !self.style.is_as_elsewhere(c.measures)
        })
    }

    /// Whether the inside of a box is darker by this than is usual in its row and on its sheet.
    fn is_shaded(&self, c: &Candidate, by: f32) -> bool {
        let usual_tone = lower_median(self.row.iter().map(|c| c.measures.tone)).min(self.style.typical_tone);
        c.measures.tone > usual_tone + by
    }

    /// Whether a stroke, a trace and a shade speak for a mark at once where no ink does; of a dot a trace is all that can be
    /// seen.
    fn is_pale_mark(&self, c: &Candidate) -> bool {
        let is_seen = c.weak_in(self.row) >= PALE_WEAK && self.is_shaded(c, PALE_TONE);
        c.measures.trace >= NO_TRACE
            && (is_seen || self.style.dot_core.is_some())
            && !self.style.is_as_elsewhere(c.measures)
    }

    /// Whether, on a sheet with hardly any traces, one box that does not stand shows one, and the others that do not, if
    /// there are any, show none.
    fn lone_trace(&self) -> bool {
        let unmarked: Vec<&BoxMeasures> = self.others().map(|c| c.measures).collect();
        let alone = |(i, m): (usize, &&BoxMeasures)| {
            let mut others = unmarked.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, o)| o);
            is_traced(m, self.policy)
                && m.trace >= LONE_TRACE
                && others.all(|o| o.trace < NO_TRACE && o.tone + LONE_TONE <= m.tone)
        };
        self.style.traced <= FEW_TRACES && unmarked.iter().enumerate().any(alone)
    }
}

/// Whether a mark with a stroke as straight as a streak holds another one.
fn is_more_than_a_streak(m: &BoxMeasures) -> bool {
    m.inner_fill >= OVER_STREAK_FILL && m.within >= OVER_STREAK_WITHIN && m.diagonal >= OVER_STREAK_DIAGONAL
}
