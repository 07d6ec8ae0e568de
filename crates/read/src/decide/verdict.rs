//! What one box is taken for by rules, before its question is looked at.

use phieu_model::reading::{BoxMeasures, MarkKind, ReviewReason};

use super::style::Style;
use crate::policy::Policy;
use crate::register::BOX_TRUST_MM;

/// What one box is taken for, before its question is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Verdict {
    pub mark: MarkKind,
    /// Filled inside a ring: chosen again after it was withdrawn.
    pub chosen_again: bool,
    /// Empty inside a ring, on the sheet of a person who marks so.
    pub chosen_by_ring: bool,
    /// Probability that the verdict is right, 0.5–1.
    pub sure: f64,
    pub doubt: Option<ReviewReason>,
    /// Whether the doubt sends the question to a person whatever the box model says (`guards.rs`).
    pub binding: bool,
    /// A mark that lies mostly beside the middle, but clearly in this box: it may
    /// be accepted where all other boxes of its question are spotless.
    pub marginal: bool,
}

impl Verdict {
    /// Whether the box is undisturbed paper, which can never become a mark; it is so
    /// also where its outline was not found.
    pub(super) fn is_undisturbed(&self, m: &BoxMeasures, policy: &Policy) -> bool {
        let bare = || {
            m.core_ink < policy.empty_core_ink && m.inner_ink <= EDGE_INK && Ring::of(m, policy) == Ring::None
        };
        self.mark == MarkKind::Empty || self.binding && bare()
    }

    pub(super) fn stands(&self) -> bool {
        match self.mark {
            MarkKind::Cross | MarkKind::Tick | MarkKind::Fill | MarkKind::Dot => true,
            MarkKind::Ring => self.chosen_by_ring,
            MarkKind::Empty | MarkKind::Cancelled | MarkKind::Stray | MarkKind::Covered => false,
        }
    }
}

/// Share of this person's typical ink below which a mark is doubtful.
const UNLIKE_THE_OTHERS: f32 = 0.3;
/// Longest side of a mark, as a share of the box, that is only a dot or a dash.
const DOT_EXTENT: f32 = 0.34;
/// Ink inside but not in the core that makes an empty box doubtful. Of 9,600 boxes
/// without a mark on office pages two had 0.013, the others 0.005 or less.
const EDGE_INK: f32 = 0.01;
/// Longest side of scattered ink, as a share of the box, that is only a speck.
const SPECK_EXTENT: f32 = 0.15;
/// Ink in the ring round a box that no mark inside explains: most of a mark may
/// stand beside its box. Of 9,600 boxes without a mark three had more.
pub(super) const BESIDE_INK: f32 = 0.02;
/// Ink in the core that an outline at the wrong place cannot leave, so that a mark stands there: one side of it right through
/// the core leaves 0.09.
const HIDING_CORE: f32 = 0.12;
/// Share of a straight line through box and surroundings that speaks of a streak.
const THROUGH: f32 = 0.85;
/// Longest side, as a share of the box, that a marginal mark has at least.
const MARGINAL_EXTENT: f32 = 0.5;
/// Ink all round the box that, with a covered inside, speaks of scribbling.
const SCRIBBLE_RING: f32 = 0.16;
/// Share of both diagonals along which a cross has its strokes; a level stroke of it may be as straight as
/// a streak.
const CROSSED: f32 = 0.85;
/// Share of the inside that a cross of a felt tip covers at most.
const THICK_CROSS_FILL: f32 = 0.62;
/// Share of the inside that a scribble covers at least.
const SCRIBBLE_FILL: f32 = 0.5;
/// Share of the inside from which a ringed box may hold more than the mark that is withdrawn, a scribble or
/// a careless filling: 98 of 100 ringed crosses stay below 0.57.
pub(super) const SCRIBBLED_FILL: f32 = 0.55;
/// Ink along one side of the outline from which a ring runs over it. A ringed cross has 0.36 at most.
const RING_ON_OUTLINE: f32 = 0.4;
/// Solid square inside, as a share of the box, that only a filled box has.
const SOLID_FILL: f32 = 0.5;
/// The same of a ringed box, where a filling cannot be taken for anything but a scribble: one filled
/// quickly to choose it again has 0.35 and more, a ringed cross 0.42 at most, and less of it covered.
const SOLID_REFILL: f32 = 0.38;

/// Whether there is a ring round a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ring {
    /// No.
    None,
    /// Perhaps: a cross may close as much.
    Perhaps,
    /// Yes.
    Clear,
}

impl Ring {
    pub(super) fn of(m: &BoxMeasures, policy: &Policy) -> Self {
        let at_least = |(closed, least): (f32, f32)| m.ring_closed >= closed && m.ring_least >= least;
        match () {
            () if at_least(policy.ring) => Self::Clear,
            () if at_least(policy.maybe_ring) => Self::Perhaps,
            () => Self::None,
        }
    }
}

pub(super) fn verdict(m: &BoxMeasures, style: &Style, policy: &Policy) -> Verdict {
    let of = |mark, sure, doubt| Verdict {
        mark,
        chosen_again: false,
        chosen_by_ring: false,
        sure,
        doubt,
        binding: false,
        marginal: false,
    };
    let withdrawn = |ring| match ring {
        Ring::Clear => of(MarkKind::Cancelled, 0.9998, None),
        Ring::Perhaps | Ring::None => of(MarkKind::Cancelled, 0.6, Some(ReviewReason::Correction)),
    };
    let binding = |mark, sure, reason| Verdict { binding: true, ..of(mark, sure, Some(reason)) };
    if m.visible < 0.98 {
        return binding(MarkKind::Covered, 0.5, ReviewReason::Covered);
    }
    let ring = Ring::of(m, policy);
    // Ink along the expected place may be anything where no outline was found there, and what seems to stand inside the outline
    // itself; but a heavy mark hides the outline of its own box. An outline that lies so far away is no better known, unless
    // it is whole and another near by is as far away (crumpled paper).
    let is_lost = f64::from(m.residual_mm) >= BOX_TRUST_MM && m.shared == 0.0 && m.core_ink < HIDING_CORE;
    if m.outline < policy.outline_share || is_lost {
        return binding(MarkKind::Stray, 0.5, ReviewReason::BoxNotFound);
    }
    let crossed = m.diagonal >= CROSSED;
    if m.through >= THROUGH && m.inner_fill < policy.fill_share && ring != Ring::Clear && !crossed {
        // A streak of the scanner, or one line through a column of boxes; the flat side
        // of a ring may look like one.
        return of(MarkKind::Stray, 0.6, Some(ReviewReason::StrayInk));
    }
    if m.core_ink < policy.empty_core_ink {
        match ring {
            Ring::Clear if style.rings => {
                return Verdict { chosen_by_ring: true, ..of(MarkKind::Ring, 0.9997, None) };
            }
            Ring::Clear => return binding(MarkKind::Ring, 0.6, ReviewReason::Ring),
            Ring::Perhaps => return of(MarkKind::Stray, 0.6, Some(ReviewReason::Ring)),
            Ring::None => {}
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
    if style.rings && ring == Ring::Clear && m.core_ink < policy.marked_core_ink {
        // The ring's own stroke in the core, or a faint mark that it withdraws.
        return binding(MarkKind::Ring, 0.6, ReviewReason::Ring);
    }
    let solid = if ring == Ring::Clear { SOLID_REFILL } else { SOLID_FILL };
    let filled = m.inner_fill >= policy.fill_share && m.solid >= solid;
    if filled && ring != Ring::None && style.fills() {
        // Who fills every box withdraws as all do, by ring; that the box was chosen again does not
        // show.
        return withdrawn(ring);
    }
    if filled {
        let doubt = (ring == Ring::Perhaps).then_some(ReviewReason::Correction);
        return Verdict { chosen_again: ring == Ring::Clear, ..of(MarkKind::Fill, 0.9998, doubt) };
    }
    if m.inner_fill >= SCRIBBLED_FILL {
        match ring {
            // Carelessly filled to choose it again, or withdrawn: the models weigh it.
            Ring::Clear => return of(MarkKind::Cancelled, 0.6, Some(ReviewReason::Correction)),
            Ring::Perhaps => return binding(MarkKind::Cancelled, 0.6, ReviewReason::Correction),
            Ring::None => {}
        }
    }
    if ring == Ring::Clear && m.core_ink < policy.marked_core_ink && m.rim >= RING_ON_OUTLINE {
        // It runs over the outline itself, and what lies in the core is its own.
        return binding(MarkKind::Ring, 0.6, ReviewReason::Ring);
    }
    if ring != Ring::None {
        return withdrawn(ring);
    }
    let thick_cross = crossed && m.inner_fill < THICK_CROSS_FILL && m.solid < SOLID_REFILL;
    if m.inner_fill >= SCRIBBLE_FILL && m.ring_ink >= SCRIBBLE_RING && !thick_cross {
        return binding(MarkKind::Cancelled, 0.6, ReviewReason::Correction);
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
