//! The measures of a box: numbers, no decision.

use phieu_model::geometry::{PointMm, RectMm};
use phieu_model::layout::{BoxPlace, PageLayout};
use phieu_model::reading::BoxMeasures;

use crate::drawing::Drawing;
use crate::patch::{Detail, Patch, Picture};
use crate::register::{BoxFix, Registered, STEP_MM};

/// Distance from the outline's centre line to the nearest pixel that is looked at,
/// in mm: half the line, and the blur of a 100-dpi scan.
const CLEAR_MM: f64 = 0.45;
/// The core is this share of the box's side.
const CORE_SHARE: f64 = 0.7;
/// How far round a box its ring is looked for, in mm.
const RING_MM: f64 = 3.0;
/// Ink below this is paper grain and compression noise.
const GRAIN: f32 = 0.12;
/// Ink from which a pixel is part of a stroke.
const STROKE: f32 = 0.3;
/// Smoothed ink above the paper round the box from which there is a trace.
const TRACE: f32 = 0.05;
/// Directions in which a ring is looked for.
const DIRECTIONS: usize = 36;
/// A row is sampled this finely, in mm.
const ROW_STEP_MM: f64 = 0.25;
/// Ink closer than this to a box belongs to its mark, in mm.
const MARK_REACH_MM: f64 = 2.2;

/// Measures every box of a registered page, in the layout's order.
pub fn measure(
    picture: &Picture,
    registered: &Registered,
    page: &PageLayout,
    drawing: &Drawing,
) -> Vec<BoxMeasures> {
    let mut measures: Vec<BoxMeasures> = page
        .boxes
        .iter()
        .zip(&registered.boxes)
        .map(|(place, fix)| measure_box(picture, registered, (place, fix), drawing))
        .collect();
    for question in &page.questions {
        let row = Row::sample(picture, registered, &question.rect, drawing);
        let own: Vec<&BoxPlace> = page.boxes_of(&question.question).collect();
        let row_ink = row.free_ink(&question.rect, &[]);
        for (place, m) in
            page.boxes.iter().zip(&mut measures).filter(|(b, _)| b.question == question.question)
        {
            m.row_ink = row_ink;
            m.label_ink = row.free_ink(&place.label.grown(0.8), &own);
        }
    }
    measures
}

fn measure_box(
    picture: &Picture,
    registered: &Registered,
    (place, fix): (&BoxPlace, &BoxFix),
    drawing: &Drawing,
) -> BoxMeasures {
    let map = registered.map.shifted(fix.shift.0, fix.shift.1);
    let rect = place.rect;
    let patch = Patch::sample(picture, &map, rect.grown(RING_MM), (STEP_MM, Detail::Fine));
    let inside = Inside::of(&patch, &rect);
    let (trace, tone) = trace_and_tone(&patch, &rect, drawing);
    let core_side = rect.w * CORE_SHARE;
    let core = RectMm::new(
        rect.center().x - core_side / 2.0,
        rect.center().y - core_side / 2.0,
        core_side,
        core_side,
    );
    BoxMeasures {
        core_ink: mean_ink(&patch, |p| within(&core, p)),
        inner_ink: mean_ink(&patch, |p| within(&rect.grown(-CLEAR_MM), p)),
        ring_ink: mean_ink(&patch, |p| {
            !within(&rect.grown(CLEAR_MM), p) && within(&rect.grown(2.2), p) && !drawing.printed_at(p)
        }),
        inner_fill: inside.share(),
        solid: inside.largest_square_mm() / rect.w as f32,
        ring_round: ring_round(&patch, &rect, drawing),
        diagonal: diagonal(&patch, &rect),
        label_ink: 0.0,
        row_ink: 0.0,
        extent: inside.extent_mm() / rect.w as f32,
        trace,
        tone,
        rim: rim(&patch, &rect),
        through: if inside.share() > 0.0 { through(&patch, drawing) } else { 0.0 },
        outline: fix.outline,
        residual_mm: fix.residual_mm as f32,
        stroke_darkness: inside.darkness,
        visible: patch.visible,
    }
}

fn within(rect: &RectMm, p: PointMm) -> bool {
    p.x >= rect.x && p.x <= rect.right() && p.y >= rect.y && p.y <= rect.bottom()
}

/// Mean ink, grain left out, over the samples that `wanted` holds for; 0 for none.
fn mean_ink(patch: &Patch, wanted: impl Fn(PointMm) -> bool) -> f32 {
    let (mut sum, mut n) = (0.0_f32, 0_u32);
    for y in 0..patch.height {
        for x in 0..patch.width {
            if wanted(patch.place(x, y)) {
                let ink = patch.ink[y * patch.width + x];
                if ink > GRAIN {
                    sum += ink;
                }
                n += 1;
            }
        }
    }
    if n == 0 { 0.0 } else { sum / n as f32 }
}

/// The strokes inside a box's outline.
struct Inside {
    stroke: Vec<bool>,
    width: usize,
    height: usize,
    darkness: f32,
}

impl Inside {
    fn of(patch: &Patch, rect: &RectMm) -> Self {
        let inner = rect.grown(-CLEAR_MM);
        let columns: Vec<usize> =
            (0..patch.width).filter(|&x| (inner.x..=inner.right()).contains(&patch.place(x, 0).x)).collect();
        let rows: Vec<usize> = (0..patch.height)
            .filter(|&y| (inner.y..=inner.bottom()).contains(&patch.place(0, y).y))
            .collect();
        let mut stroke = Vec::with_capacity(columns.len() * rows.len());
        let (mut sum, mut n) = (0.0_f32, 0_u32);
        for &y in &rows {
            for &x in &columns {
                let ink = patch.ink[y * patch.width + x];
                stroke.push(ink > STROKE);
                if ink > STROKE {
                    sum += ink;
                    n += 1;
                }
            }
        }
        let darkness = if n == 0 { 0.0 } else { sum / n as f32 };
        Self { stroke, width: columns.len(), height: rows.len(), darkness }
    }

    fn share(&self) -> f32 {
        self.stroke.iter().filter(|s| **s).count() as f32 / self.stroke.len().max(1) as f32
    }

    /// Side of the largest square of strokes, by dynamic programming.
    fn largest_square_mm(&self) -> f32 {
        let mut above = vec![0_u32; self.width + 1];
        let mut best = 0;
        for y in 0..self.height {
            let mut row = vec![0_u32; self.width + 1];
            for x in 0..self.width {
                if self.stroke[y * self.width + x] {
                    row[x + 1] = 1 + row[x].min(above[x]).min(above[x + 1]);
                    best = best.max(row[x + 1]);
                }
            }
            above = row;
        }
        best as f32 * STEP_MM as f32
    }

    /// Longer side of the rectangle round all strokes.
    fn extent_mm(&self) -> f32 {
        let mut range = [usize::MAX, 0, usize::MAX, 0];
        for (i, _) in self.stroke.iter().enumerate().filter(|(_, s)| **s) {
            let (x, y) = (i % self.width, i / self.width);
            range = [range[0].min(x), range[1].max(x), range[2].min(y), range[3].max(y)];
        }
        if range[0] == usize::MAX {
            return 0.0;
        }
        ((range[1] - range[0]).max(range[3] - range[2]) + 1) as f32 * STEP_MM as f32
    }
}

/// Share of the directions round a box in which ink stands outside it. Where the
/// corners are, a ring may run just inside the outline's corner. Directions that
/// printed content covers do not count.
fn ring_round(patch: &Patch, rect: &RectMm, drawing: &Drawing) -> f32 {
    let center = rect.center();
    let half = rect.w / 2.0;
    let (mut found, mut looked) = (0, 0);
    for k in 0..DIRECTIONS {
        let angle = (k as f64 + 0.5) * std::f64::consts::TAU / DIRECTIONS as f64;
        let (sin, cos) = angle.sin_cos();
        let to_outline = half / sin.abs().max(cos.abs());
        let from = (to_outline + CLEAR_MM).min(half * 1.2);
        let mut r = from;
        let (mut free, mut covered, mut ink) = (0, 0, false);
        while r < half + RING_MM {
            let p = PointMm::new(center.x + r * cos, center.y + r * sin);
            r += STEP_MM;
            if (r - to_outline).abs() < CLEAR_MM {
                continue;
            }
            if drawing.printed_at(p) {
                covered += 1;
                continue;
            }
            free += 1;
            ink |= patch.near(p).is_some_and(|v| v > STROKE);
        }
        if ink || free > covered {
            looked += 1;
            found += usize::from(ink);
        }
    }
    if looked == 0 { 0.0 } else { found as f32 / looked as f32 }
}

/// Share of the weaker diagonal along which there is a stroke within 0.6 mm.
fn diagonal(patch: &Patch, rect: &RectMm) -> f32 {
    let center = rect.center();
    let reach = rect.w / 2.0 - 0.8;
    let steps = (reach / STEP_MM) as i32;
    let share = |slope: f64| {
        let hits = (-steps..=steps)
            .filter(|&i| {
                let t = f64::from(i) * STEP_MM;
                (-5..=5).any(|o| {
                    let off = f64::from(o) * STEP_MM;
                    let p = PointMm::new(center.x + t + off * slope, center.y + t * slope - off);
                    patch.near(p).is_some_and(|v| v > STROKE)
                })
            })
            .count();
        hits as f32 / (2 * steps + 1) as f32
    };
    share(1.0).min(share(-1.0))
}

/// Share of the inside that is darker than the paper just outside the box, after
/// smoothing over 0.4 mm, and the difference of their means.
fn trace_and_tone(patch: &Patch, rect: &RectMm, drawing: &Drawing) -> (f32, f32) {
    let inner = rect.grown(-CLEAR_MM);
    let (near, far) = (rect.grown(CLEAR_MM), rect.grown(1.8));
    let mut outside = Vec::new();
    let mut inside = Vec::new();
    for y in 1..patch.height - 1 {
        for x in 1..patch.width - 1 {
            let p = patch.place(x, y);
            let is_inside = within(&inner, p);
            if !is_inside && (within(&near, p) || !within(&far, p) || drawing.printed_at(p)) {
                continue;
            }
            let rows = [y - 1, y, y + 1]
                .map(|row| &patch.ink[row * patch.width + x - 1..=row * patch.width + x + 1]);
            let smooth = rows.iter().flat_map(|row| row.iter()).sum::<f32>() / 9.0;
            if is_inside { &mut inside } else { &mut outside }.push(smooth);
        }
    }
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

/// Mean ink 0.25–0.6 mm from the outline's centre line on both sides of it, along
/// the side that has most.
fn rim(patch: &Patch, rect: &RectMm) -> f32 {
    const NEAR_MM: f64 = 0.25;
    const FAR_MM: f64 = 0.6;
    let along = |from: f64, length: f64, at: f64| at >= from + FAR_MM && at <= from + length - FAR_MM;
    let beside = |line: f64, at: f64| (NEAR_MM..=FAR_MM).contains(&(at - line).abs());
    let sides: [&dyn Fn(PointMm) -> bool; 4] = [
        &|p| along(rect.x, rect.w, p.x) && beside(rect.y, p.y),
        &|p| along(rect.x, rect.w, p.x) && beside(rect.bottom(), p.y),
        &|p| along(rect.y, rect.h, p.y) && beside(rect.x, p.x),
        &|p| along(rect.y, rect.h, p.y) && beside(rect.right(), p.x),
    ];
    sides.iter().map(|side| mean_ink(patch, side)).fold(0.0, f32::max)
}

/// Share of the most inked straight line across the whole patch, upright or level
/// to within 4 degrees, printed content left out.
fn through(patch: &Patch, drawing: &Drawing) -> f32 {
    let (w, h) = (patch.width, patch.height);
    // 0 printed, 1 free, 2 free and inked.
    let cells: Vec<u8> = (0..w * h)
        .map(|i| {
            if drawing.printed_at(patch.place(i % w, i / w)) {
                0
            } else {
                1 + u8::from(patch.ink[i] > STROKE)
            }
        })
        .collect();
    let mut best = 0.0_f32;
    for slope in -4..=4 {
        let drift = f64::from(slope) * 0.0175;
        for start in 0..w.max(h) {
            let mut shares = [(0_u32, 0_u32); 2];
            for t in 0..w.min(h) {
                let across = start as f64 + drift * (t as f64 - w as f64 / 2.0);
                if across < 0.0 || across.round() as usize >= w.min(h) {
                    continue;
                }
                let across = across.round() as usize;
                for (share, cell) in shares.iter_mut().zip([cells[t * w + across], cells[across * w + t]]) {
                    share.0 += u32::from(cell == 2);
                    share.1 += u32::from(cell > 0);
                }
            }
            for (inked, free) in shares {
                // Lines that are mostly printed content say nothing.
                if free as usize * 2 > h {
                    best = best.max(inked as f32 / free as f32);
                }
            }
        }
    }
    best
}

/// A question's part of the page, printed content taken out.
struct Row {
    patch: Patch,
    free: Vec<bool>,
}

impl Row {
    fn sample(picture: &Picture, registered: &Registered, rect: &RectMm, drawing: &Drawing) -> Self {
        let patch = Patch::sample(picture, &registered.map, *rect, (ROW_STEP_MM, Detail::Coarse));
        let free = (0..patch.ink.len())
            .map(|i| !drawing.printed_at(patch.place(i % patch.width, i / patch.width)))
            .collect();
        Self { patch, free }
    }

    /// Ink on free paper in `rect`, in mm², leaving out what stands in or close to
    /// the boxes of `except`.
    fn free_ink(&self, rect: &RectMm, except: &[&BoxPlace]) -> f32 {
        let zones: Vec<RectMm> = except.iter().map(|b| b.rect.grown(MARK_REACH_MM)).collect();
        let column =
            |v: f64| (((v - self.patch.origin.x) / ROW_STEP_MM).max(0.0) as usize).min(self.patch.width);
        let line =
            |v: f64| (((v - self.patch.origin.y) / ROW_STEP_MM).max(0.0) as usize).min(self.patch.height);
        let mut samples = 0;
        for y in line(rect.y)..line(rect.bottom()) {
            for x in column(rect.x)..column(rect.right()) {
                let i = y * self.patch.width + x;
                if self.free[i] && self.patch.ink[i] > STROKE {
                    let p = self.patch.place(x, y);
                    samples += usize::from(!zones.iter().any(|zone| within(zone, p)));
                }
            }
        }
        samples as f32 * (ROW_STEP_MM * ROW_STEP_MM) as f32
    }
}
