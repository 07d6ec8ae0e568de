//! The measures of a box: numbers, no decision.

use phieu_model::layout::PageLayout;
use phieu_model::reading::BoxMeasures;

use crate::patch::{Detail, Patch, Picture};
use crate::register::{BoxFix, Registered, STEP_MM};
use crate::stencil::{BoxStencil, PageStencils, RowStencil};

/// Ink below this is paper grain and compression noise.
const GRAIN: f32 = 0.12;
/// Ink from which a pixel is part of a stroke.
const STROKE: f32 = 0.3;
/// Smoothed ink above the paper round the box from which there is a trace.
const TRACE: f32 = 0.05;
/// Drift of the lines along which a streak is looked for: up to 4 degrees.
const DRIFTS: [f32; 5] = [-0.07, -0.035, 0.0, 0.035, 0.07];
/// Share of ink from which a line is told at all.
const LEAST_LINE: f32 = 0.6;

/// Measures every box of a registered page, in the layout's order.
pub fn measure(
    picture: &Picture,
    registered: &Registered,
    page: &PageLayout,
    stencils: &PageStencils,
) -> Vec<BoxMeasures> {
    let mut measures: Vec<BoxMeasures> = registered
        .boxes
        .iter()
        .zip(&stencils.boxes)
        .map(|(fix, stencil)| measure_box(picture, registered, (stencil, fix)))
        .collect();
    for row in &stencils.rows {
        let ink = RowInk::sample(picture, registered, row);
        let row_ink = ink.over(&row.free);
        let own = page.boxes.iter().zip(&mut measures).filter(|(b, _)| b.question == row.question);
        for ((_, m), label) in own.zip(&row.labels) {
            m.row_ink = row_ink;
            m.label_ink = ink.over(label);
        }
    }
    measures
}

fn measure_box(
    picture: &Picture,
    registered: &Registered,
    (stencil, fix): (&BoxStencil, &BoxFix),
) -> BoxMeasures {
    let map = registered.map.shifted(fix.shift.0, fix.shift.1);
    let patch = Patch::over(picture, &map, (stencil.grid, Detail::Fine));
    let ink = &patch.ink[..];
    let inside = Inside::of(ink, stencil);
    let (trace, tone) = trace_and_tone(ink, stencil);
    let share_of_box = |mm: f32| mm / stencil.side_mm as f32;
    BoxMeasures {
        core_ink: mean_ink(ink, &stencil.core),
        inner_ink: inside.mean,
        ring_ink: mean_ink(ink, &stencil.ring),
        inner_fill: inside.share(),
        solid: share_of_box(inside.largest_square_mm()),
        ring_round: ring_round(ink, stencil),
        diagonal: diagonal(ink, stencil),
        label_ink: 0.0,
        row_ink: 0.0,
        extent: share_of_box(inside.extent_mm()),
        trace,
        tone,
        rim: stencil.rims.iter().map(|rim| mean_ink(ink, rim)).fold(0.0, f32::max),
        through: if inside.strokes > 0 { through(ink, stencil) } else { 0.0 },
        outline: fix.outline,
        residual_mm: fix.residual_mm as f32,
        stroke_darkness: inside.darkness,
        visible: patch.visible,
    }
}

/// Mean ink, grain left out, over samples; 0 for none.
fn mean_ink(ink: &[f32], samples: &[usize]) -> f32 {
    let sum: f32 = samples.iter().map(|&i| without_grain(ink[i])).sum();
    sum / samples.len().max(1) as f32
}

fn without_grain(ink: f32) -> f32 {
    if ink > GRAIN { ink } else { 0.0 }
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
    fn of(ink: &[f32], stencil: &BoxStencil) -> Self {
        let [(x0, x1), (y0, y1)] = stencil.inside;
        let (width, height) = (x1 - x0, y1 - y0);
        let mut stroke = Vec::with_capacity(width * height);
        let (mut sum, mut strokes, mut dark) = (0.0_f32, 0, 0.0_f32);
        for y in y0..y1 {
            for &v in &ink[y * stencil.grid.width..][x0..x1] {
                sum += without_grain(v);
                stroke.push(v > STROKE);
                if v > STROKE {
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

/// Share of the directions round a box in which ink stands outside it. Directions that
/// printed content covers count only when they hold ink.
fn ring_round(ink: &[f32], stencil: &BoxStencil) -> f32 {
    let (mut found, mut looked) = (0, 0);
    for direction in &stencil.directions {
        let inked = direction.free.iter().any(|&i| ink[i] > STROKE);
        found += usize::from(inked);
        looked += usize::from(inked || direction.counts);
    }
    if looked == 0 { 0.0 } else { found as f32 / looked as f32 }
}

/// Share of the weaker diagonal along which there is a stroke near it.
fn diagonal(ink: &[f32], stencil: &BoxStencil) -> f32 {
    let share = |steps: &[Vec<usize>]| {
        let hits = steps.iter().filter(|near| near.iter().any(|&i| ink[i] > STROKE)).count();
        hits as f32 / steps.len().max(1) as f32
    };
    share(&stencil.diagonals[0]).min(share(&stencil.diagonals[1]))
}

/// Share of the inside that is darker than the paper just outside the box, after
/// smoothing over 0.4 mm, and the difference of their means.
fn trace_and_tone(ink: &[f32], stencil: &BoxStencil) -> (f32, f32) {
    let width = stencil.grid.width;
    let smooth = |i: usize| {
        let sum = |row: &[f32]| row[0] + row[1] + row[2];
        (sum(&ink[i - width - 1..]) + sum(&ink[i - 1..]) + sum(&ink[i + width - 1..])) / 9.0
    };
    let mut outside: Vec<f32> = stencil.paper.iter().map(|&i| smooth(i)).collect();
    let [(x0, x1), (y0, y1)] = stencil.inside;
    let inside: Vec<f32> = (y0..y1).flat_map(|y| (x0..x1).map(move |x| y * width + x)).map(smooth).collect();
    if outside.is_empty() || inside.is_empty() {
        return (0.0, 0.0);
    }
    let mean = |values: &[f32]| values.iter().sum::<f32>() / values.len() as f32;
    let tone = mean(&inside) - mean(&outside);
    let middle = outside.len() / 2;
    let (_, paper, _) = outside.select_nth_unstable_by(middle, f32::total_cmp);
    let level = *paper + TRACE;
    (inside.iter().filter(|v| **v > level).count() as f32 / inside.len() as f32, tone)
}

/// Share of the most inked straight line across the whole patch, upright or level
/// to within 4 degrees, printed content left out. Less than 0.6 counts as 0: nearly no
/// patch holds such a line, and a bound that is quick to find tells so.
fn through(ink: &[f32], stencil: &BoxStencil) -> f32 {
    let (w, h) = (stencil.grid.width, stencil.grid.height);
    let upright = lines_through(w, h, |across, along| cell(ink, stencil, along * w + across));
    let level = lines_through(h, w, |across, along| cell(ink, stencil, across * w + along));
    upright.max(level)
}

/// A sample of the patch: 0 printed, 1 free, 2 free and inked.
fn cell(ink: &[f32], stencil: &BoxStencil, i: usize) -> u8 {
    if stencil.free[i] { 1 + u8::from(ink[i] > STROKE) } else { 0 }
}

fn lines_through(across: usize, along: usize, cell: impl Fn(usize, usize) -> u8) -> f32 {
    // How far a line leaves its middle place at most.
    let drift = (DRIFTS[DRIFTS.len() - 1] * along as f32 / 2.0).ceil() as usize;
    let cells: Vec<u8> =
        (0..across).flat_map(|a| (0..along).map(move |t| (a, t))).map(|(a, t)| cell(a, t)).collect();
    let line = |a: usize| &cells[a * along..(a + 1) * along];
    let mut best = 0.0_f32;
    for start in 0..across {
        let near = start.saturating_sub(drift)..=(start + drift).min(across - 1);
        let reached = (0..along).filter(|&t| near.clone().any(|a| line(a)[t] == 2)).count();
        if (reached as f32) < LEAST_LINE * along as f32 / 2.0 {
            continue;
        }
        for slope in DRIFTS {
            let (mut inked, mut free) = (0, 0);
            for t in 0..along {
                let a = start as f32 + slope * (t as f32 - along as f32 / 2.0) + 0.5;
                if a >= 0.0 && (a as usize) < across {
                    let cell = line(a as usize)[t];
                    inked += usize::from(cell == 2);
                    free += usize::from(cell > 0);
                }
            }
            // Lines that are mostly printed content say nothing.
            if free * 2 > along {
                best = best.max(inked as f32 / free as f32);
            }
        }
    }
    if best < LEAST_LINE { 0.0 } else { best }
}

/// The ink of a question's row.
struct RowInk {
    ink: Vec<f32>,
    sample_mm2: f32,
}

impl RowInk {
    fn sample(picture: &Picture, registered: &Registered, row: &RowStencil) -> Self {
        let patch = Patch::sample(picture, &registered.map, row.rect, (row.step_mm, Detail::Coarse));
        Self { ink: patch.ink, sample_mm2: (row.step_mm * row.step_mm) as f32 }
    }

    /// Ink on `samples`, in mm².
    fn over(&self, samples: &[usize]) -> f32 {
        samples.iter().filter(|&&i| self.ink[i] > STROKE).count() as f32 * self.sample_mm2
    }
}
