//! From corner marks to boxes: timing marks and printed outlines give a smooth
//! residual field, which is checked box by box.
//!
//! First the solid marks, then the outlines of the boxes, are looked for near where
//! the map so far has them. A field of low degree is fitted robustly through what
//! was found (iteratively reweighted least squares with Tukey's biweight), and each
//! outline is looked for again close to where the field has it: a find that
//! disagrees with the field is not believed (a neighbouring line looks alike).

use phieu_model::geometry::{PointMm, RectMm};
use phieu_model::layout::{MarkKind, PageLayout};

use crate::locate::Located;
use crate::patch::{Detail, FIELD_TERMS, Mapping, Patch, Picture, ResidualField, Sums};

/// Distance between samples in mm: half a pixel of the coarsest usable scan.
pub const STEP_MM: f64 = 0.125;
/// Furthest that a solid mark is looked for, in mm.
const MARK_REACH_MM: f64 = 2.0;
/// Furthest that an outline is looked for at first, in mm; the nearest other line
/// of a form is 1.8 mm away.
const BOX_REACH_MM: f64 = 1.0;
/// Furthest that an outline may lie from the fitted field, in mm.
const BOX_TRUST_MM: f64 = 0.3;
/// Least difference between the ink of a solid mark and its surroundings.
const MARK_CONTRAST: f64 = 0.45;
/// Least difference between the ink of an outline and the paper outside it.
const OUTLINE_CONTRAST: f64 = 0.18;
/// Ink of a pixel that counts as printed outline.
const LINE_INK: f32 = 0.25;
/// Residual, in mm, beyond which a find has no weight in the fit.
const OUTLIER_MM: f64 = 0.6;

/// Where a box really is.
#[derive(Debug, Clone, Copy)]
pub struct BoxFix {
    /// Distance of the box from where the field has it, in mm.
    pub shift: (f64, f64),
    /// Share of its outline that was found, 0–1.
    pub outline: f32,
    /// Distance between outline and field in mm; the field's own residual where the
    /// outline was not found.
    pub residual_mm: f64,
}

/// A page whose boxes are known.
#[derive(Debug)]
pub struct Registered {
    /// The map with its residual field.
    pub map: Mapping,
    /// One for each box of the layout.
    pub boxes: Vec<BoxFix>,
    /// Timing marks found.
    pub timing_marks: usize,
    /// Median distance between what was found and the field, mm.
    pub residual_mm: f64,
}

/// A printed thing that was found: its place and its displacement, in mm.
struct Find {
    place: PointMm,
    by: (f64, f64),
}

/// Registers a located page.
pub fn register(picture: &Picture, located: &Located, page: &PageLayout) -> Registered {
    let map = Mapping::of(located.map);
    let mut finds = Vec::new();
    let mut timing_marks = 0;
    for mark in &page.marks {
        if let Some(by) = solid_mark(picture, &map, &mark.rect) {
            timing_marks += usize::from(matches!(mark.kind, MarkKind::TimingLeft | MarkKind::TimingRight));
            finds.push(Find { place: mark.rect.center(), by });
        }
    }
    let map = map.with_field(fit(&finds));

    let outlines: Vec<Outline> = page.boxes.iter().map(|b| Outline::new(picture, &map, b.rect)).collect();
    let first: Vec<_> = outlines.iter().map(|o| o.find(BOX_REACH_MM, (0.0, 0.0))).collect();
    let coarse_field = fit(&finds);
    let displaced = |place: PointMm, by: (f64, f64)| {
        let (fx, fy) = coarse_field.at(place);
        (fx + by.0, fy + by.1)
    };
    for (outline, found) in outlines.iter().zip(&first) {
        if let Some(by) = found {
            let place = outline.rect.center();
            finds.push(Find { place, by: displaced(place, *by) });
        }
    }
    let field = fit(&finds);

    let boxes = outlines
        .iter()
        .map(|outline| {
            let place = outline.rect.center();
            let (ox, oy) = coarse_field.at(place);
            let (nx, ny) = field.at(place);
            let expected = (nx - ox, ny - oy);
            match outline.find(BOX_TRUST_MM, expected) {
                Some(by) => {
                    let shift = (by.0 - expected.0, by.1 - expected.1);
                    BoxFix { shift, outline: outline.share(by), residual_mm: shift.0.hypot(shift.1) }
                }
                None => {
                    BoxFix { shift: (0.0, 0.0), outline: outline.share(expected), residual_mm: BOX_TRUST_MM }
                }
            }
        })
        .collect();
    let mut residuals: Vec<f64> = finds
        .iter()
        .map(|find| {
            let (x, y) = field.at(find.place);
            (find.by.0 - x).hypot(find.by.1 - y)
        })
        .collect();
    residuals.sort_by(f64::total_cmp);
    let residual_mm = residuals.get(residuals.len() / 2).copied().unwrap_or(f64::INFINITY);
    Registered { map: map.with_field(field), boxes, timing_marks, residual_mm }
}

/// Displacement of a solid mark, if one stands near its place.
fn solid_mark(picture: &Picture, map: &Mapping, rect: &RectMm) -> Option<(f64, f64)> {
    let patch = Patch::sample(picture, map, rect.grown(MARK_REACH_MM + 0.8), (STEP_MM, Detail::Fine));
    let sums = Sums::of(&patch);
    let area = rect.w * rect.h;
    best_offset(MARK_REACH_MM, (0.0, 0.0), |dx, dy| {
        let moved = RectMm::new(rect.x + dx, rect.y + dy, rect.w, rect.h);
        sums.ink_mm2(&moved) / area - sums.mean_between(&moved.grown(0.6), &moved)
    })
    .filter(|best| best.score > MARK_CONTRAST)
    .map(|best| best.at)
}

struct Best {
    at: (f64, f64),
    score: f64,
}

/// The offset within `reach` of `around` with the highest score, refined between
/// steps by a parabola. `None` when it stands at the border of the search, where
/// the true one may lie outside.
fn best_offset(reach: f64, around: (f64, f64), score: impl Fn(f64, f64) -> f64) -> Option<Best> {
    let n = (reach / STEP_MM).round() as i32;
    let at = |i: i32, j: i32| (around.0 + f64::from(i) * STEP_MM, around.1 + f64::from(j) * STEP_MM);
    let mut best = (f64::MIN, 0, 0);
    for j in -n..=n {
        for i in -n..=n {
            let (dx, dy) = at(i, j);
            let s = score(dx, dy);
            if s > best.0 {
                best = (s, i, j);
            }
        }
    }
    let (s, i, j) = best;
    if i.abs() == n || j.abs() == n {
        return None;
    }
    let value = |i, j| {
        let (dx, dy) = at(i, j);
        score(dx, dy)
    };
    let peak = |before: f64, after: f64| {
        let curve = before - 2.0 * s + after;
        if curve < -1e-9 { ((before - after) / (2.0 * curve)).clamp(-0.5, 0.5) } else { 0.0 }
    };
    let (dx, dy) = at(i, j);
    let fine = (peak(value(i - 1, j), value(i + 1, j)), peak(value(i, j - 1), value(i, j + 1)));
    Some(Best { at: (dx + fine.0 * STEP_MM, dy + fine.1 * STEP_MM), score: s })
}

/// The surroundings of one box, in which its outline is looked for.
struct Outline {
    rect: RectMm,
    patch: Patch,
    sums: Sums,
}

impl Outline {
    fn new(picture: &Picture, map: &Mapping, rect: RectMm) -> Self {
        let patch =
            Patch::sample(picture, map, rect.grown(BOX_REACH_MM * 2.0 + 0.9), (STEP_MM, Detail::Fine));
        let sums = Sums::of(&patch);
        Self { rect, patch, sums }
    }

    /// Displacement of the outline within `reach` of `around`: the ink along the
    /// outline against the paper just outside it, which a mark inside leaves alone.
    fn find(&self, reach: f64, around: (f64, f64)) -> Option<(f64, f64)> {
        let r = &self.rect;
        best_offset(reach, around, |dx, dy| {
            let moved = RectMm::new(r.x + dx, r.y + dy, r.w, r.h);
            let line = self.sums.mean_between(&moved.grown(0.19), &moved.grown(-0.19));
            let outside = self.sums.mean_between(&moved.grown(0.85), &moved.grown(0.42));
            line - outside
        })
        .filter(|best| best.score > OUTLINE_CONTRAST)
        .map(|best| best.at)
    }

    /// Share of the outline, displaced `by`, along which there is a line.
    fn share(&self, by: (f64, f64)) -> f32 {
        let r = &self.rect;
        let steps = (r.w / STEP_MM) as usize;
        let mut found = 0;
        for k in 0..steps {
            let along = (k as f64 + 0.5) * r.w / steps as f64;
            let sides = [
                (r.x + along, r.y, 0.0, 1.0),
                (r.x + along, r.bottom(), 0.0, 1.0),
                (r.x, r.y + along, 1.0, 0.0),
                (r.right(), r.y + along, 1.0, 0.0),
            ];
            found += sides
                .iter()
                .filter(|(x, y, nx, ny)| {
                    (-2..=2).any(|o| {
                        let off = f64::from(o) * STEP_MM;
                        let p = PointMm::new(x + by.0 + nx * off, y + by.1 + ny * off);
                        self.patch.near(p).is_some_and(|ink| ink > LINE_INK)
                    })
                })
                .count();
        }
        found as f32 / (4 * steps) as f32
    }
}

/// The smooth field through the finds. Its degree grows with their number: a shift
/// for few, an affine map for more, the whole field for many.
fn fit(finds: &[Find]) -> ResidualField {
    let terms = match finds.len() {
        0 => return ResidualField::default(),
        1..=3 => 1,
        4..=11 => 3,
        _ => FIELD_TERMS,
    };
    let mut weights = vec![1.0; finds.len()];
    let mut field = ResidualField::default();
    for _ in 0..6 {
        let Some(next) = weighted_fit(finds, &weights, terms) else { return field };
        field = next;
        let residuals: Vec<f64> = finds
            .iter()
            .map(|find| {
                let (x, y) = field.at(find.place);
                (find.by.0 - x).hypot(find.by.1 - y)
            })
            .collect();
        let mut sorted = residuals.clone();
        sorted.sort_by(f64::total_cmp);
        // The scale of the inliers, but never so small that honest finds are dropped.
        let cut = (sorted[sorted.len() / 2] * 6.0).clamp(0.15, OUTLIER_MM);
        for (weight, r) in weights.iter_mut().zip(&residuals) {
            let t = (r / cut).min(1.0);
            *weight = (1.0 - t * t).powi(2);
        }
    }
    field
}

#[allow(clippy::needless_range_loop)]
fn weighted_fit(finds: &[Find], weights: &[f64], terms: usize) -> Option<ResidualField> {
    let mut normal = [[0.0; FIELD_TERMS]; FIELD_TERMS];
    let mut right = [[0.0; 2]; FIELD_TERMS];
    for (find, w) in finds.iter().zip(weights) {
        let t = ResidualField::terms(find.place);
        for i in 0..terms {
            for j in 0..terms {
                normal[i][j] += w * t[i] * t[j];
            }
            right[i][0] += w * t[i] * find.by.0;
            right[i][1] += w * t[i] * find.by.1;
        }
    }
    // A little stiffness keeps the field flat where nothing was found.
    let total: f64 = weights.iter().sum();
    for i in 0..FIELD_TERMS {
        normal[i][i] += if i < terms { total * if i < 3 { 1e-6 } else { 1e-3 } } else { 1.0 };
    }
    // Cholesky factorisation of a symmetric positive definite matrix.
    let mut l = [[0.0; FIELD_TERMS]; FIELD_TERMS];
    for i in 0..FIELD_TERMS {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| l[i][k] * l[j][k]).sum();
            let rest = normal[i][j] - dot;
            if i == j {
                if rest <= 0.0 {
                    return None;
                }
                l[i][i] = rest.sqrt();
            } else {
                l[i][j] = rest / l[j][j];
            }
        }
    }
    let solve = |axis: usize| {
        let mut y = [0.0; FIELD_TERMS];
        for i in 0..FIELD_TERMS {
            let dot: f64 = (0..i).map(|k| l[i][k] * y[k]).sum();
            y[i] = (right[i][axis] - dot) / l[i][i];
        }
        let mut x = [0.0; FIELD_TERMS];
        for i in (0..FIELD_TERMS).rev() {
            let dot: f64 = (i + 1..FIELD_TERMS).map(|k| l[k][i] * x[k]).sum();
            x[i] = (y[i] - dot) / l[i][i];
        }
        x
    };
    Some(ResidualField { dx: solve(0), dy: solve(1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_follows_a_stretched_feed_and_ignores_wild_finds() {
        let bend = |p: PointMm| (0.1 + 0.0004 * p.x, 0.3 * (p.y / 148.5 - 1.0).powi(3) - 0.002 * p.y);
        let mut finds: Vec<Find> = (0..60)
            .map(|i| {
                let place = PointMm::new(15.0 + f64::from(i * 37 % 180), 20.0 + f64::from(i * 53 % 250));
                Find { place, by: bend(place) }
            })
            .collect();
        for find in finds.iter_mut().step_by(9) {
            find.by.1 += 1.8;
        }
        let field = fit(&finds);
        for (x, y) in [(30.0, 60.0), (150.0, 120.0), (100.0, 240.0)] {
            let p = PointMm::new(x, y);
            let (fx, fy) = field.at(p);
            let (bx, by) = bend(p);
            assert!((fx - bx).hypot(fy - by) < 0.05, "at {p:?}: {fx} {fy} for {bx} {by}");
        }
    }
}
