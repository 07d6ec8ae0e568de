//! The measures of a box: numbers, no decision.

use phieu_model::geometry::RectMm;
use phieu_model::layout::{PageLayout, QuestionPlace};
use phieu_model::reading::BoxMeasures;
use phieu_model::template::Choose;

use crate::lines::Cells;
use crate::patch::{Detail, Patch, Picture};
use crate::register::{BoxFix, Registered, STEP_MM};
use crate::ring::Ring;
use crate::stencil::{BoxStencil, PageStencils, Strip};
use crate::strokes::Strokes;
use crate::weak::weak_stroke;
use crate::wide::widely;

/// Ink below this is paper grain and compression noise …
const GRAIN: f32 = 0.12;
/// … and so is ink below this many deviations of the paper round the boxes.
const GRAIN_DEVIATIONS: f32 = 3.0;
/// Ink from which a sample is part of a stroke, on a quiet scan …
pub const STROKE: f32 = 0.3;
/// … and in deviations of the paper.
pub const STROKE_DEVIATIONS: f32 = 4.5;
/// Ink above the paper round the box from which there is a trace, on a quiet scan …
const TRACE: f32 = 0.05;
/// … and in deviations of the paper.
const TRACE_DEVIATIONS: f32 = 2.5;
/// Of the boxes of a page, at a place inside the rim, this share holds no more ink than
/// the outline leaves there: not more than half of the boxes are ever marked.
const COMMON_SHARE: f32 = 0.35;
/// Most ink that an outline leaves inside its box, beside its line.
const MOST_COMMON: f32 = 0.4;
/// Ink of the outlines of a page at a place from which on no stroke over them shows.
const HIDDEN_BY_OUTLINE: f32 = 0.5;
/// Boxes that are needed to tell what they have in common.
const LEAST_BOXES: usize = 12;
/// The middle of the paper round a box is at most so much darker than its brightest fifth.
const UNEVEN: f32 = 0.06;
/// Mean ink inside and round a box, together, below which no ring stands there.
const LEAST_RING_INK: f32 = 0.004;
/// Ink in the core from which a box holds a mark: no weak stroke is looked for in it, nor beside it where one
/// answer is allowed.
pub const MARK_CORE: f32 = 0.05;
/// A weak stroke from which it is worth to know those of the whole page.
pub const UNEVEN_STROKE: f32 = 0.018;
/// A streak of the whole page that inks this share of the way down a box runs through it: a pale one has gaps.
const STREAKED: f32 = 0.5;
/// Share of ink from which a line is told at all.
const LEAST_LINE: f32 = 0.6;
/// The same of the shorter stroke of an upright cross.
const LEAST_ARM: f32 = 0.4;

/// Measures every box of a registered page, in the layout's order.
pub fn measure(
    picture: &Picture,
    registered: &Registered,
    page: &PageLayout,
    stencils: &PageStencils,
) -> Vec<BoxMeasures> {
    let boxes = || registered.boxes.iter().zip(&stencils.boxes);
    let (surroundings, level) = surroundings(picture, registered, &stencils.boxes);
    let mut measures: Vec<BoxMeasures> = boxes()
        .zip(&surroundings)
        .map(|((fix, stencil), around)| {
            let mut m = measure_box(around, (stencil, fix), &level);
            let is_cross =
                || lines(&around.ink, stencil, (&level, LEAST_ARM)).iter().all(|share| *share > 0.0);
            if m.through > 0.0 && is_cross() && !goes_on(picture, registered, (around, stencil, fix), &level)
            {
                m.through = 0.0;
            }
            if m.inner_ink + m.ring_ink < LEAST_RING_INK {
                return m;
            }
            let Ring { closed, least } = ring(picture, registered, (around, stencil, fix), &level);
            BoxMeasures { ring_closed: closed, ring_least: least, ..m }
        })
        .collect();
    let rects: Vec<RectMm> = (page.boxes.iter().zip(&registered.boxes))
        .map(|(place, fix)| {
            let (x, y) = (place.rect.x + fix.shift.0, place.rect.y + fix.shift.1);
            RectMm::new(x, y, place.rect.w, place.rect.h)
        })
        .collect();
    let strokes = Strokes::of(picture, registered, (stencils, &rects));
    for (k, row) in stencils.rows.iter().enumerate() {
        let over_letters = strokes.ink_over_letters(k);
        let row_ink = strokes.ink_on(&row.rect) + over_letters.iter().sum::<f32>();
        let beside_ink = strokes.ink_beside_boxes(&row.rect);
        let own = page.boxes.iter().zip(&mut measures).filter(|(b, _)| b.question == row.question);
        for (((_, m), label), over) in own.zip(&row.labels).zip(over_letters) {
            m.row_ink = row_ink;
            m.beside_ink = beside_ink;
            m.label_ink = strokes.ink_over(&label.free) + over;
        }
    }
    note_weak_strokes(&mut measures, page, (&surroundings, &stencils.boxes, &level));
    for (rect, m) in rects.iter().zip(&mut measures) {
        if m.inner_ink > 0.0 && strokes.streaked(rect) >= STREAKED {
            m.through = 1.0;
        }
        let reach = strokes.reach(rect);
        (m.reach, m.within) = (reach.sides, reach.within);
    }
    measures
}

/// Measures weak strokes at the boxes in whose row a mark might go unseen; where one is found, also at the other boxes without a
/// mark, which show what this paper looks like without one.
fn note_weak_strokes(
    measures: &mut [BoxMeasures],
    page: &PageLayout,
    (surroundings, stencils, level): (&[Surroundings], &[BoxStencil], &Level),
) {
    let own = |q: &QuestionPlace| -> Vec<usize> {
        (0..page.boxes.len()).filter(|&i| page.boxes[i].question == q.question).collect()
    };
    let (open, settled): (Vec<_>, Vec<_>) =
        (page.questions.iter().map(|q| (q, own(q)))).partition(|(_, own)| {
            !own.iter().any(|&i| page.boxes[i].choose == Choose::One && measures[i].core_ink >= MARK_CORE)
        });
    let mut note = |(question, own): (&QuestionPlace, Vec<usize>)| {
        let mut strongest = 0.0_f32;
        for i in own {
            if measures[i].core_ink < MARK_CORE {
                let within = (&question.rect, level.stroke);
                let weak = weak_stroke(&surroundings[i].ink, &stencils[i], within);
                measures[i].weak_stroke = weak;
                strongest = strongest.max(weak);
            }
        }
        strongest
    };
    if open.into_iter().map(&mut note).fold(0.0, f32::max) > UNEVEN_STROKE {
        settled.into_iter().for_each(|row| {
            note(row);
        });
    }
}

/// Every box with its surroundings as it is measured, in the layout's order, and what
/// counts as ink there.
pub fn surroundings(
    picture: &Picture,
    registered: &Registered,
    stencils: &[BoxStencil],
) -> (Vec<Surroundings>, Level) {
    let boxes = registered.boxes.iter().zip(stencils);
    let mut surroundings: Vec<Surroundings> =
        boxes.map(|(fix, stencil)| Surroundings::sample(picture, registered, (stencil, fix))).collect();
    note_ink_over_outlines(&mut surroundings, stencils);
    take_out_outlines(&mut surroundings, stencils);
    let level = Level::of(&surroundings);
    (surroundings, level)
}

/// A box and what lies round it: ink against the paper just outside the box, smoothed
/// over 0.4 mm, about the width of a stroke, so that the grain of a copy is no ink.
pub struct Surroundings {
    /// Ink at each place of the box's grid.
    pub ink: Vec<f32>,
    /// For each sample on the outline the ink beyond what the outlines of this page leave there; 0 where that is so much
    /// that no stroke can show.
    over_outline: Vec<f32>,
    /// Deviation of the free paper outside the box.
    deviation: f32,
    /// Ink of the free paper just outside the box, which counts as none.
    paper: f32,
    visible: f32,
}

impl Surroundings {
    fn sample(picture: &Picture, registered: &Registered, (stencil, fix): (&BoxStencil, &BoxFix)) -> Self {
        let map = registered.map.shifted(fix.shift.0, fix.shift.1);
        let patch = Patch::over(picture, &map, (stencil.grid, Detail::Fine));
        let mut ink = smoothed(&patch);
        let mut paper: Vec<f32> = stencil.paper.iter().map(|&i| ink[i]).collect();
        if paper.is_empty() {
            return Self {
                ink,
                over_outline: Vec::new(),
                deviation: 0.0,
                paper: 0.0,
                visible: patch.visible,
            };
        }
        let level = paper_level(&mut paper);
        ink.iter_mut().for_each(|v| *v -= level);
        paper.iter_mut().for_each(|v| *v = (*v - level).abs());
        // The deviation of a normal distribution is 1.48 times its median distance.
        let deviation = 1.48 * middle(&mut paper);
        Self { ink, over_outline: Vec::new(), deviation, paper: level, visible: patch.visible }
    }
}

/// Notes what lies over the outlines: the ink beyond the middle of what all boxes of the page have at the same place.
fn note_ink_over_outlines(surroundings: &mut [Surroundings], stencils: &[BoxStencil]) {
    let samples = stencils.iter().map(|s| s.outline.len()).max().unwrap_or(0);
    surroundings.iter_mut().for_each(|s| s.over_outline = vec![0.0; samples]);
    let Some(first) = alike(stencils) else { return };
    let mut values = Vec::with_capacity(surroundings.len());
    for (k, &i) in first.outline.iter().enumerate() {
        values.clear();
        values.extend(surroundings.iter().filter(|s| s.visible >= 1.0).map(|s| s.ink[i]));
        if values.len() < LEAST_BOXES {
            return;
        }
        let common = middle(&mut values);
        if common < HIDDEN_BY_OUTLINE {
            surroundings.iter_mut().for_each(|s| s.over_outline[k] = s.ink[i] - common);
        }
    }
}

/// The first stencil, where all boxes of the page are of one size: only then do their samples match.
fn alike(stencils: &[BoxStencil]) -> Option<&BoxStencil> {
    stencils.first().filter(|s| stencils.iter().all(|t| t.grid.len() == s.grid.len()))
}

/// Takes out what the outlines of this page leave inside their boxes: a soft print, a
/// copy or a camera out of focus widens them. It is what most boxes of the page have in
/// common at the same place (after Loke 2018, who learns the empty box from many
/// sheets). Only the rim of the inside is touched, so that no mark can be taken for it.
fn take_out_outlines(surroundings: &mut [Surroundings], stencils: &[BoxStencil]) {
    let Some(first) = alike(stencils) else { return };
    let mut values = Vec::with_capacity(surroundings.len());
    for &i in &first.rim_inside {
        values.clear();
        values.extend(surroundings.iter().filter(|s| s.visible >= 1.0).map(|s| s.ink[i]));
        if values.len() < LEAST_BOXES {
            return;
        }
        let rank = (values.len() as f32 * COMMON_SHARE) as usize;
        let common = values.select_nth_unstable_by(rank, f32::total_cmp).1.clamp(0.0, MOST_COMMON);
        surroundings.iter_mut().for_each(|s| s.ink[i] -= common);
    }
}

/// The level of paper: the middle of what is free round a box, or, where a thick ring takes most of it, what
/// is left of it.
fn paper_level(values: &mut [f32]) -> f32 {
    let low = values.len() / 5;
    let low = *values.select_nth_unstable_by(low, f32::total_cmp).1;
    middle(values).min(low + UNEVEN)
}

/// The upper of the middle values; `values` holds at least one.
pub fn middle(values: &mut [f32]) -> f32 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}

/// Each sample as the mean of 3 × 3; those at the border as they are.
fn smoothed(patch: &Patch) -> Vec<f32> {
    let (width, mut ink) = (patch.grid.width, patch.ink.clone());
    if width < 3 {
        return ink;
    }
    // The means of three that follow one another, by the first of them; of three lines at a time.
    let mut across = vec![0.0; 3 * width];
    widely(
        #[inline(always)]
        || {
            for (y, line) in patch.ink.chunks_exact(width).enumerate() {
                let three = line.iter().zip(&line[1..]).zip(&line[2..]);
                let means = &mut across[y % 3 * width..];
                means.iter_mut().zip(three).for_each(|(mean, ((a, b), c))| *mean = (a + b + c) / 3.0);
                if y < 2 {
                    continue;
                }
                let [above, at, below] = [y - 2, y - 1, y].map(|y| &across[y % 3 * width..][..width - 2]);
                let inner = &mut ink[(y - 1) * width + 1..y * width - 1];
                let lines = above.iter().zip(at).zip(below);
                inner.iter_mut().zip(lines).for_each(|(ink, ((a, b), c))| *ink = (a + b + c) / 3.0);
            }
        },
    );
    ink
}

/// From which ink on something is more than the noise of this scan.
pub struct Level {
    grain: f32,
    /// Ink from which a sample is part of a stroke.
    pub stroke: f32,
    trace: f32,
}

impl Level {
    fn of(surroundings: &[Surroundings]) -> Self {
        let mut deviations: Vec<f32> = surroundings.iter().map(|s| s.deviation).collect();
        let deviation = if deviations.is_empty() { 0.0 } else { middle(&mut deviations) };
        Self {
            grain: GRAIN.max(GRAIN_DEVIATIONS * deviation),
            stroke: STROKE.max(STROKE_DEVIATIONS * deviation),
            trace: TRACE.max(TRACE_DEVIATIONS * deviation),
        }
    }

    fn without_grain(&self, ink: f32) -> f32 {
        if ink > self.grain { ink } else { 0.0 }
    }
}

fn measure_box(around: &Surroundings, (stencil, fix): (&BoxStencil, &BoxFix), level: &Level) -> BoxMeasures {
    let ink = &around.ink[..];
    let inside = Inside::of(ink, stencil, level);
    let (trace, tone) = trace_and_tone(ink, stencil, level);
    let share_of_box = |mm: f32| mm / stencil.side_mm as f32;
    BoxMeasures {
        core_ink: mean_ink(ink, &stencil.core, level),
        inner_ink: inside.mean,
        ring_ink: mean_ink(ink, &stencil.ring, level),
        inner_fill: inside.share(),
        solid: share_of_box(inside.largest_square_mm()),
        ring_closed: 0.0,
        ring_least: 0.0,
        diagonal: diagonal(ink, stencil, level),
        label_ink: 0.0,
        beside_ink: 0.0,
        reach: 0.0,
        within: 0.0,
        row_ink: 0.0,
        extent: share_of_box(inside.extent_mm()),
        trace,
        tone,
        rim: stencil.rims.iter().map(|rim| mean_ink(ink, rim, level)).fold(0.0, f32::max),
        weak_stroke: 0.0,
        through: if inside.mean > 0.0 { through(ink, stencil, level) } else { 0.0 },
        outline: fix.outline,
        residual_mm: fix.residual_mm as f32,
        shared: f32::from(u8::from(fix.shared)),
        stroke_darkness: inside.darkness,
        visible: around.visible,
    }
}

/// The ring round a box. Its stroke is followed over many places, so that whatever is more than grain counts.
fn ring(
    picture: &Picture,
    registered: &Registered,
    (around, stencil, fix): (&Surroundings, &BoxStencil, &BoxFix),
    level: &Level,
) -> Ring {
    let map = registered.map.shifted(fix.shift.0, fix.shift.1);
    let patch = Patch::over(picture, &map, (stencil.round.grid, Detail::Fine));
    stencil.round.ring(&smoothed(&patch), &around.over_outline, level.grain + around.paper)
}

/// Mean ink, grain left out, over samples; 0 for none.
fn mean_ink(ink: &[f32], samples: &[usize], level: &Level) -> f32 {
    let sum: f32 = samples.iter().map(|&i| level.without_grain(ink[i])).sum();
    sum / samples.len().max(1) as f32
}

/// The strokes inside a box's outline.
struct Inside {
    stroke: Vec<bool>,
    width: usize,
    height: usize,
    /// Samples that are part of a stroke.
    strokes: usize,
    /// Mean ink, grain left out.
    mean: f32,
    /// Mean ink of the strokes alone.
    darkness: f32,
}

impl Inside {
    fn of(ink: &[f32], stencil: &BoxStencil, level: &Level) -> Self {
        let [(x0, x1), (y0, y1)] = stencil.inside;
        let (width, height) = (x1 - x0, y1 - y0);
        let mut stroke = Vec::with_capacity(width * height);
        let (mut sum, mut strokes, mut dark) = (0.0_f32, 0, 0.0_f32);
        for y in y0..y1 {
            for &v in &ink[y * stencil.grid.width..][x0..x1] {
                sum += level.without_grain(v);
                stroke.push(v > level.stroke);
                if v > level.stroke {
                    dark += v;
                    strokes += 1;
                }
            }
        }
        let mean = sum / stroke.len().max(1) as f32;
        Self { stroke, width, height, strokes, mean, darkness: dark / strokes.max(1) as f32 }
    }

    fn share(&self) -> f32 {
        self.strokes as f32 / self.stroke.len().max(1) as f32
    }

    /// Side of the largest square of strokes, by dynamic programming.
    fn largest_square_mm(&self) -> f32 {
        if self.strokes == 0 {
            return 0.0;
        }
        let mut above = vec![0_u32; self.width + 1];
        let mut row = vec![0_u32; self.width + 1];
        let mut best = 0;
        for line in self.stroke.chunks_exact(self.width) {
            for (x, &stroke) in line.iter().enumerate() {
                row[x + 1] = if stroke { 1 + row[x].min(above[x]).min(above[x + 1]) } else { 0 };
                best = best.max(row[x + 1]);
            }
            std::mem::swap(&mut above, &mut row);
        }
        best as f32 * STEP_MM as f32
    }

    /// Longer side of the rectangle round all strokes.
    fn extent_mm(&self) -> f32 {
        if self.strokes == 0 {
            return 0.0;
        }
        let mut range = [usize::MAX, 0, usize::MAX, 0];
        for y in 0..self.height {
            for x in (0..self.width).filter(|x| self.stroke[y * self.width + x]) {
                range = [range[0].min(x), range[1].max(x), range[2].min(y), range[3].max(y)];
            }
        }
        ((range[1] - range[0]).max(range[3] - range[2]) + 1) as f32 * STEP_MM as f32
    }
}

/// Share of the weaker diagonal along which there is a stroke near it.
fn diagonal(ink: &[f32], stencil: &BoxStencil, level: &Level) -> f32 {
    let share = |steps: &[Vec<usize>]| {
        let hits = steps.iter().filter(|near| near.iter().any(|&i| ink[i] > level.stroke)).count();
        hits as f32 / steps.len().max(1) as f32
    };
    share(&stencil.diagonals[0]).min(share(&stencil.diagonals[1]))
}

/// Share of the inside that is darker than the paper just outside the box, and the
/// difference of their means.
fn trace_and_tone(ink: &[f32], stencil: &BoxStencil, level: &Level) -> (f32, f32) {
    let [(x0, x1), (y0, y1)] = stencil.inside;
    let inside: Vec<f32> = (y0..y1).flat_map(|y| &ink[y * stencil.grid.width..][x0..x1]).copied().collect();
    if stencil.paper.is_empty() || inside.is_empty() {
        return (0.0, 0.0);
    }
    let mean = |values: &mut dyn Iterator<Item = f32>, n: usize| values.sum::<f32>() / n as f32;
    let tone = mean(&mut inside.iter().copied(), inside.len())
        - mean(&mut stencil.paper.iter().map(|&i| ink[i]), stencil.paper.len());
    (inside.iter().filter(|v| **v > level.trace).count() as f32 / inside.len() as f32, tone)
}

/// Share of the most inked straight line across the whole patch, upright or level to within 4 degrees,
/// printed content left out.
fn through(ink: &[f32], stencil: &BoxStencil, level: &Level) -> f32 {
    lines(ink, stencil, (level, LEAST_LINE)).into_iter().fold(0.0, f32::max)
}

/// Shares of the most inked upright and the most inked level line across the whole patch. Over such a length
/// whatever is more than grain counts. Less than `least` counts as 0: nearly no patch holds such a line,
/// and a bound that is quick to find tells so.
fn lines(ink: &[f32], stencil: &BoxStencil, (level, least): (&Level, f32)) -> [f32; 2] {
    let cells = Cells::of(ink, &stencil.free, (stencil.grid.width, level.grain));
    [cells.upright_line(least), cells.level_line(least)]
}

/// Whether a straight line stands in one of the strips beyond the surroundings, in which a streak or a pen
/// line through several boxes goes on: the strokes of an upright cross end before.
fn goes_on(
    picture: &Picture,
    registered: &Registered,
    (around, stencil, fix): (&Surroundings, &BoxStencil, &BoxFix),
    level: &Level,
) -> bool {
    let map = registered.map.shifted(fix.shift.0, fix.shift.1);
    let [above, below, left, right] = &stencil.beyond;
    let line = |strip: &Strip, upright: bool| {
        let ink = smoothed(&Patch::over(picture, &map, (strip.grid, Detail::Fine)));
        let cells = Cells::of(&ink, &strip.free, (strip.grid.width, level.grain + around.paper));
        let most = if upright { cells.upright_line(LEAST_LINE) } else { cells.level_line(LEAST_LINE) };
        most > 0.0
    };
    line(above, true) || line(below, true) || line(left, false) || line(right, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paper_round_a_box_is_not_taken_from_a_thick_ring() {
        let round =
            |inked: usize| -> Vec<f32> { (0..100).map(|i| if i < inked { 0.8 } else { 0.01 }).collect() };
        assert!(paper_level(&mut round(0)) < 0.02);
        assert!(paper_level(&mut round(70)) < 0.01 + UNEVEN + 1e-6, "a felt tip's ring covers most of it");
        // A shadow that lies on all of it is paper.
        assert!(paper_level(&mut vec![0.2; 100]) > 0.19);
    }
}
