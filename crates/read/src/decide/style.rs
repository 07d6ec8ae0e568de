//! How this person marks on the rest of the sheet.

use phieu_model::reading::{BoxMeasures, MarkKind, Tones};
use phieu_model::template::Choose;

use super::guards::{LEAST_CORE, SECOND_CORE};
use super::propose::Candidate;
use super::verdict::Ring;
use crate::measure::MARK_CORE;
use crate::policy::Policy;

/// Ink inside up to which a box is spotless.
pub(super) const SPOTLESS_INK: f32 = 0.004;
/// So many clear marks, or more, say something of how a person marks.
pub(super) const TELLING_MARKS: usize = 3;
/// Ink, in mm², of a row whose mark is hardly visible.
const FAINT_ROW_INK: f32 = 1.5;

/// So many rings round empty boxes, on a sheet without any other mark, are a person's way of marking …
const RINGS: usize = 4;
/// … and where there are others, so many more for each of them.
const RINGS_A_MARK: usize = 2;

/// Round a box with a ring over another one stands so many times the ink of this person's usual ring, or, in mm², so much
/// more beside it.
const OVER_RING: f32 = 1.6;
const MOST_OVER_RING: f32 = 8.0;

/// So many questions with one dot each, and nothing else, are a person's way of marking, if there are fewer clear marks and
/// the dots do not all stand one below another, as a drum or a belt that has a flaw leaves them …
const DOTS: usize = 5;
/// … and a dot that has this share of their usual ink in the core is one of them.
const USUAL_DOT: f32 = 0.6;
/// Ink, in mm², that stands beside a dot at most for it to be all that stands in a row: dirt seldom comes alone.
const LONE_DOT_BESIDE: f32 = 0.2;

/// So many boxes of a sheet that are certainly empty make what they show no sign of a mark elsewhere: of 33 marks hardly to be seen
/// none had two that showed as much.
const ELSEWHERE: usize = 2;
const ELSEWHERE_TRACE: f32 = 0.6;

/// Share of the inside that the usual mark of a person covers who fills the boxes.
const FILLS: f32 = 0.6;

/// What the clear marks of a sheet have in common, and what its empty boxes do.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Style {
    /// Clear marks on the sheet.
    pub clear: usize,
    /// The lower median of each measure over the clear marks; all 0 with none.
    pub typical: BoxMeasures,
    /// Core ink of the weakest clear mark; 0 with none.
    pub weakest_core: f32,
    /// Median core ink of all marks, also ringed ones; `None` with fewer than three.
    pub typical_core: Option<f32>,
    /// Ink, in mm², up to which a row without a mark is blank on this sheet. Where
    /// other marks of the sheet are hardly visible, nothing at all may stand there.
    pub blank_row_ink: f32,
    /// Median ink close to the outlines of all boxes.
    pub typical_rim: f32,
    /// Median over all boxes of the ink in their rows, in mm², that passes through no box: dirt, folds, rules that
    /// are not quite where they should be.
    pub typical_beside: f32,
    /// Median difference of shade between the inside and the outside of all boxes.
    pub typical_tone: f32,
    /// Boxes without a mark that show the trace of a stroke.
    pub traced: usize,
    /// Whether this person marks a box by a ring round it, so that no ring withdraws anything: hardly a box of the page
    /// holds ink in its core.
    pub rings: bool,
    /// Medians over the boxes that have nothing but a clear ring, 0 with none: ink beside them in mm² …
    pub ring_beside: f32,
    /// … and mean ink in their rings.
    pub ring_ink: f32,
    /// Lower median core ink of the dots of a person who marks by them; `None` until boxes have names.
    pub dot_core: Option<f32>,
    /// The boxes that are certainly empty, beside the mark of their question, and what they show all the same: print that
    /// shines through, grain; none until the rows are known.
    pub elsewhere: Vec<BoxMeasures>,
    /// Boxes with ink too weak for a mark on rows with hardly any ink.
    pub faint: usize,
    /// The shades that the picture has.
    pub tones: Tones,
}

impl Style {
    pub(super) fn of((measures, tones): (&[BoxMeasures], Tones), policy: &Policy) -> Self {
        let mut cores: Vec<f32> =
            measures.iter().map(|m| m.core_ink).filter(|core| *core >= policy.marked_core_ink).collect();
        cores.sort_by(f32::total_cmp);
        let faint = measures
            .iter()
            .filter(|m| {
                m.core_ink < policy.marked_core_ink && m.inner_ink > SPOTLESS_INK && m.row_ink < FAINT_ROW_INK
            })
            .count();
        let clear: Vec<&BoxMeasures> = (measures.iter())
            .filter(|m| m.core_ink >= policy.marked_core_ink && Ring::of(m, policy) == Ring::None)
            .collect();
        let is_bare_ring =
            |m: &&BoxMeasures| m.core_ink < policy.empty_core_ink && Ring::of(m, policy) == Ring::Clear;
        let bare_rings: Vec<&BoxMeasures> = measures.iter().filter(is_bare_ring).collect();
        let is_marked_otherwise = |m: &BoxMeasures| {
            m.core_ink >= policy.empty_core_ink && Ring::of(m, policy) != Ring::Clear
                || m.core_ink >= policy.marked_core_ink
        };
        let others = measures.iter().filter(|m| is_marked_otherwise(m)).count();
        let typical = |measure: fn(&BoxMeasures) -> f32| lower_median(clear.iter().map(|m| measure(m)));
        Self {
            clear: clear.len(),
            typical: BoxMeasures {
                core_ink: typical(|m| m.core_ink),
                inner_ink: typical(|m| m.inner_ink),
                ring_ink: typical(|m| m.ring_ink),
                ring_closed: typical(|m| m.ring_closed),
                inner_fill: typical(|m| m.inner_fill),
                solid: typical(|m| m.solid),
                diagonal: typical(|m| m.diagonal),
                extent: typical(|m| m.extent),
                reach: typical(|m| m.reach),
                within: typical(|m| m.within),
                trace: typical(|m| m.trace),
                row_ink: typical(|m| m.row_ink),
                stroke_darkness: typical(|m| m.stroke_darkness),
                ..BoxMeasures::default()
            },
            weakest_core: clear.iter().map(|m| m.core_ink).fold(f32::INFINITY, f32::min).min(1.0),
            typical_core: (cores.len() >= 3).then(|| cores[cores.len() / 2]),
            blank_row_ink: if faint >= 2 { 0.0 } else { policy.blank_row_ink_mm2 },
            typical_rim: lower_median(measures.iter().map(|m| m.rim)),
            typical_beside: lower_median(measures.iter().map(|m| m.beside_ink)),
            typical_tone: lower_median(measures.iter().map(|m| m.tone)),
            traced: measures.iter().filter(|m| is_traced(m, policy)).count(),
            dot_core: None,
            elsewhere: Vec::new(),
            rings: bare_rings.len() >= RINGS + RINGS_A_MARK * others,
            ring_beside: lower_median(bare_rings.iter().map(|m| m.beside_ink)),
            ring_ink: lower_median(bare_rings.iter().map(|m| m.ring_ink)),
            faint,
            tones,
        }
    }
}

/// The dot that is all that stands in a row, by its place among the boxes.
fn lone_dot(row: &[Candidate]) -> Option<usize> {
    let is_dot = |c: &Candidate| c.verdict.mark == MarkKind::Dot;
    let is_clean = |c: &Candidate| {
        c.measures.beside_ink <= LONE_DOT_BESIDE
            && (is_dot(c) || c.verdict.mark == MarkKind::Empty && c.measures.inner_ink <= SPOTLESS_INK)
    };
    let mut dots = (0..row.len()).filter(|&i| is_dot(&row[i]));
    let dot = dots.next()?;
    (dots.next().is_none() && row.iter().all(is_clean)).then_some(dot)
}

/// Whether a box without a mark, or with one too weak to be a second candidate, shows the trace of a stroke.
pub(super) fn is_traced(m: &BoxMeasures, policy: &Policy) -> bool {
    m.core_ink < SECOND_CORE && m.trace >= policy.trace_share
}

impl Style {
    /// Core ink of the usual dot of a person who marks by dots, as the `rows` of the sheet show it.
    pub(super) fn usual_dot<'c>(&self, rows: impl Iterator<Item = Vec<Candidate<'c>>>) -> Option<f32> {
        let dots: Vec<(usize, f32)> = rows
            .filter_map(|row| lone_dot(&row).map(|at| (at, row[at].measures.core_ink)))
            .filter(|(_, core)| *core >= LEAST_CORE)
            .collect();
        let in_one_column = dots.iter().all(|(at, _)| *at == dots[0].0);
        let is_habit = dots.len() >= DOTS && dots.len() > self.clear && !in_one_column;
        is_habit.then(|| lower_median(dots.iter().map(|(_, core)| *core)))
    }

    /// Whether a dot is as heavy as those that this person marks with.
    pub(super) fn is_own_dot(&self, m: &BoxMeasures) -> bool {
        self.dot_core.is_some_and(|usual| m.core_ink >= USUAL_DOT * usual)
    }

    /// Whether a dot is what this person marks with, and all that stands in its row.
    pub(super) fn is_usual_dot(&self, m: &BoxMeasures, row: &[Candidate]) -> bool {
        self.is_own_dot(m) && lone_dot(row).is_some()
    }

    /// The boxes of the `rows` of a sheet that are certainly empty: no more than one answer is allowed there, and one is marked.
    pub(super) fn empty_boxes<'c>(
        rows: impl Iterator<Item = Vec<Candidate<'c>>>,
        policy: &Policy,
    ) -> Vec<BoxMeasures> {
        let settled = |row: &Vec<Candidate>| {
            let marks = row.iter().filter(|c| c.measures.core_ink >= policy.marked_core_ink).count();
            marks == 1 && row.iter().all(|c| c.place.choose == Choose::One)
        };
        rows.filter(settled).flatten().map(|c| *c.measures).filter(|m| m.core_ink < LEAST_CORE).collect()
    }

    /// How many boxes that are certainly empty show no less of a weak stroke, or so much of a trace.
    pub(super) fn seen_elsewhere(&self, m: &BoxMeasures) -> [usize; 2] {
        let shown = |measure: fn(&BoxMeasures) -> f32, share: f32| {
            self.elsewhere.iter().filter(|e| measure(e) >= share * measure(m)).count()
        };
        [shown(|m| m.weak_stroke, 1.0), shown(|m| m.trace, ELSEWHERE_TRACE)]
    }

    /// Whether several do.
    pub(super) fn is_as_elsewhere(&self, m: &BoxMeasures) -> bool {
        self.seen_elsewhere(m).iter().all(|boxes| *boxes >= ELSEWHERE)
    }

    /// Whether there is more round a box than this person's usual ring leaves: another ring, a note.
    pub(super) fn is_more_than_a_ring(&self, m: &BoxMeasures) -> bool {
        m.beside_ink > (OVER_RING * self.ring_beside).min(self.ring_beside + MOST_OVER_RING)
            || m.ring_ink > OVER_RING * self.ring_ink
    }

    /// Whether this person marks a box by filling it.
    pub(super) fn fills(&self) -> bool {
        self.typical.inner_fill >= FILLS
    }
}

/// Weak strokes that no paper is without, as ink: those of one-bit paper are 0.
const LEAST_WEAK: f32 = 0.003;

/// A weak `stroke` against what is usual at the unmarked boxes of its row and the least that paper has; 0 for none.
pub(super) fn weak_over_usual<'m>(stroke: f32, row: impl Iterator<Item = &'m BoxMeasures>) -> f32 {
    stroke / (lower_median(weak_strokes(row)) + LEAST_WEAK)
}

/// The same against the least weak stroke at the unmarked boxes of its row: where several answers are allowed most boxes
/// may hold a mark.
pub(super) fn weak_over_least<'m>(stroke: f32, row: impl Iterator<Item = &'m BoxMeasures>) -> f32 {
    stroke / (weak_strokes(row).reduce(f32::min).unwrap_or(0.0) + LEAST_WEAK)
}

fn weak_strokes<'m>(row: impl Iterator<Item = &'m BoxMeasures>) -> impl Iterator<Item = f32> {
    row.filter(|o| o.core_ink < MARK_CORE).map(|o| o.weak_stroke)
}

/// The middle value, the lower of two; 0 for none.
pub(super) fn lower_median(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}
