//! The projective map from paper to picture.

use crate::geometry::{PointMm, PointPx};
use crate::linear::solve;

/// A 3 × 3 projective map from millimetres on paper to pixels in a picture,
/// row-major, scaled so that its last entry is 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Homography {
    m: [f64; 9],
}

impl Homography {
    /// The affine map `px = (a·x + b·y + c, d·x + e·y + f)`.
    pub const fn affine(a: f64, b: f64, c: f64, d: f64, e: f64, f: f64) -> Self {
        Self { m: [a, b, c, d, e, f, 0.0, 0.0, 1.0] }
    }

    /// The map that fits the pairs best in the least-squares sense: affine for
    /// three pairs, projective (direct linear transform, last entry fixed to 1;
    /// Hartley & Zisserman 2003, section 4.1, with both frames normalised) for
    /// four or more. `None` for fewer than three pairs or points on one line.
    pub fn fit(pairs: &[(PointMm, PointPx)]) -> Option<Self> {
        match pairs.len() {
            0..=2 => None,
            3 => Self::fit_affine(pairs),
            _ => Self::fit_projective(pairs, 0.0),
        }
    }

    /// The map that fits two or more pairs best and keeps shapes: it turns, moves and scales (Umeyama 1991).
    /// `None` for fewer, or pairs in one place.
    pub fn fit_similarity(pairs: &[(PointMm, PointPx)]) -> Option<Self> {
        let n = pairs.len() as f64;
        let mean = |of: fn(&(PointMm, PointPx)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
        let (cx, cy) = (mean(|p| p.0.x), mean(|p| p.0.y));
        let (cu, cv) = (mean(|p| p.1.x), mean(|p| p.1.y));
        let (mut square, mut cos, mut sin) = (0.0, 0.0, 0.0);
        for (mm, px) in pairs {
            let (x, y, u, v) = (mm.x - cx, mm.y - cy, px.x - cu, px.y - cv);
            square += x * x + y * y;
            cos += x * u + y * v;
            sin += x * v - y * u;
        }
        let (a, b) = (cos / square, sin / square);
        let is_map = a.is_finite() && b.is_finite() && a.hypot(b) > 0.0;
        is_map.then(|| Self::affine(a, -b, cu - a * cx + b * cy, b, a, cv - b * cx - a * cy))
    }

    /// The affine map that fits three or more pairs best. `None` for fewer, or
    /// points on one line.
    pub fn fit_affine(pairs: &[(PointMm, PointPx)]) -> Option<Self> {
        let (from, to) = (Frame::of_mm(pairs), Frame::of_px(pairs));
        let mut normal = [[0.0; 3]; 3];
        let mut right = [[0.0; 2]; 3];
        for (mm, px) in pairs {
            let row = [from.x(mm.x), from.y(mm.y), 1.0];
            let value = [to.x(px.x), to.y(px.y)];
            for i in 0..3 {
                for j in 0..3 {
                    normal[i][j] += row[i] * row[j];
                }
                for (r, v) in right[i].iter_mut().zip(value) {
                    *r += row[i] * v;
                }
            }
        }
        let x = solve(normal, right.map(|r| r[0]))?;
        let y = solve(normal, right.map(|r| r[1]))?;
        Some(Self { m: from.undo(to, [x[0], x[1], x[2], y[0], y[1], y[2], 0.0, 0.0, 1.0]) })
    }

    /// The map that fits three or more pairs best when it is known beforehand how much perspective there
    /// may be: scale changes over a page by `change` a millimetre, places are off by `error_mm` (both standard
    /// deviations). The less of the page the pairs cover, the nearer it is to an affine map (ridge regression,
    /// Hoerl & Kennard 1970). `None` for fewer, or points on one line.
    pub fn fit_tempered(pairs: &[(PointMm, PointPx)], change: f64, error_mm: f64) -> Option<Self> {
        let per_mm = Frame::of_mm(pairs).s;
        let ridge = (error_mm * per_mm / (change / per_mm)).powi(2);
        if pairs.len() < 3 { None } else { Self::fit_projective(pairs, ridge) }
    }

    fn fit_projective(pairs: &[(PointMm, PointPx)], ridge: f64) -> Option<Self> {
        let (from, to) = (Frame::of_mm(pairs), Frame::of_px(pairs));
        let mut normal = [[0.0; 8]; 8];
        normal[6][6] = ridge;
        normal[7][7] = ridge;
        let mut right = [0.0; 8];
        for (mm, px) in pairs {
            let (x, y, u, v) = (from.x(mm.x), from.y(mm.y), to.x(px.x), to.y(px.y));
            for (row, value) in [
                ([x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y], u),
                ([0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y], v),
            ] {
                for i in 0..8 {
                    for j in 0..8 {
                        normal[i][j] += row[i] * row[j];
                    }
                    right[i] += row[i] * value;
                }
            }
        }
        let h = solve(normal, right)?;
        let m = from.undo(to, [h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], 1.0]);
        m.iter().all(|v| v.is_finite()).then_some(Self { m })
    }

    /// Where a place on paper lies in the picture.
    pub fn apply(&self, p: PointMm) -> PointPx {
        let (x, y) = self.map(p.x, p.y);
        PointPx::new(x, y)
    }

    fn map(&self, x: f64, y: f64) -> (f64, f64) {
        let m = &self.m;
        let w = m[6] * x + m[7] * y + m[8];
        ((m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w)
    }

    /// Where a place in the picture lies on paper, or `None` when the map cannot be
    /// turned round.
    pub fn unapply(&self, p: PointPx) -> Option<PointMm> {
        let m = &self.m;
        // Solve (m0 - px·m6) x + (m1 - px·m7) y = px·m8 - m2, and likewise for y.
        let (a, b, c) = (m[0] - p.x * m[6], m[1] - p.x * m[7], p.x * m[8] - m[2]);
        let (d, e, f) = (m[3] - p.y * m[6], m[4] - p.y * m[7], p.y * m[8] - m[5]);
        let det = a * e - b * d;
        (det.abs() > 1e-12).then(|| PointMm::new((c * e - b * f) / det, (a * f - c * d) / det))
    }

    /// Pixels to a millimetre at `p`, along the paper's x and y.
    pub fn scale_at(&self, p: PointMm) -> (f64, f64) {
        let o = self.apply(p);
        let step = 0.5;
        (
            o.distance(self.apply(PointMm::new(p.x + step, p.y))) / step,
            o.distance(self.apply(PointMm::new(p.x, p.y + step))) / step,
        )
    }
}

/// A frame moved to its points' mean and scaled to their mean distance, so that
/// the normal equations stay well conditioned.
#[derive(Clone, Copy)]
struct Frame {
    cx: f64,
    cy: f64,
    s: f64,
}

impl Frame {
    fn of_mm(pairs: &[(PointMm, PointPx)]) -> Self {
        Self::of(pairs.iter().map(|p| (p.0.x, p.0.y)))
    }

    fn of_px(pairs: &[(PointMm, PointPx)]) -> Self {
        Self::of(pairs.iter().map(|p| (p.1.x, p.1.y)))
    }

    fn of(points: impl Iterator<Item = (f64, f64)> + Clone) -> Self {
        let n = points.clone().count().max(1) as f64;
        let (sx, sy) = points.clone().fold((0.0, 0.0), |a, p| (a.0 + p.0, a.1 + p.1));
        let (cx, cy) = (sx / n, sy / n);
        let mean = points.map(|p| (p.0 - cx).hypot(p.1 - cy)).sum::<f64>() / n;
        Self { cx, cy, s: if mean > 0.0 { 1.0 / mean } else { 1.0 } }
    }

    fn x(&self, x: f64) -> f64 {
        (x - self.cx) * self.s
    }

    fn y(&self, y: f64) -> f64 {
        (y - self.cy) * self.s
    }

    /// to⁻¹ · h · self, scaled so that its last entry is 1.
    fn undo(self, to: Self, h: [f64; 9]) -> [f64; 9] {
        let n = [self.s, 0.0, -self.s * self.cx, 0.0, self.s, -self.s * self.cy, 0.0, 0.0, 1.0];
        let d = [1.0 / to.s, 0.0, to.cx, 0.0, 1.0 / to.s, to.cy, 0.0, 0.0, 1.0];
        let m = mul(mul(d, h), n);
        m.map(|v| v / m[8])
    }
}

fn mul(a: [f64; 9], b: [f64; 9]) -> [f64; 9] {
    std::array::from_fn(|i| (0..3).map(|k| a[i / 3 * 3 + k] * b[k * 3 + i % 3]).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> [PointMm; 5] {
        [
            PointMm::new(11.0, 11.0),
            PointMm::new(199.0, 11.0),
            PointMm::new(199.0, 286.0),
            PointMm::new(11.0, 286.0),
            PointMm::new(100.0, 120.0),
        ]
    }

    #[test]
    fn a_perspective_map_is_found_again_and_undone() {
        let truth = Homography { m: [11.0, 0.4, 30.0, -0.5, 11.6, 12.0, 2e-4, -1e-4, 1.0] };
        let pairs: Vec<_> = page().iter().map(|&p| (p, truth.apply(p))).collect();
        let found = Homography::fit(&pairs).unwrap();
        for x in [0.0, 55.5, 210.0] {
            for y in [0.0, 140.0, 297.0] {
                let p = PointMm::new(x, y);
                assert!(found.apply(p).distance(truth.apply(p)) < 1e-6);
                assert!(found.unapply(truth.apply(p)).unwrap().distance(p) < 1e-6);
            }
        }
    }

    #[test]
    fn three_points_give_an_affine_map() {
        let truth = Homography::affine(0.0, -8.0, 2400.0, 8.1, 0.0, 10.0);
        let pairs: Vec<_> = page()[..3].iter().map(|&p| (p, truth.apply(p))).collect();
        let found = Homography::fit(&pairs).unwrap();
        assert!(found.apply(page()[3]).distance(truth.apply(page()[3])) < 1e-6);
    }

    #[test]
    fn two_points_give_a_map_that_keeps_shapes() {
        let truth = Homography::affine(3.0, -4.0, 100.0, 4.0, 3.0, -20.0);
        let pairs: Vec<_> = page()[..2].iter().map(|&p| (p, truth.apply(p))).collect();
        let found = Homography::fit_similarity(&pairs).unwrap();
        for p in page() {
            assert!(found.apply(p).distance(truth.apply(p)) < 1e-6);
        }
        assert!(Homography::fit_similarity(&[pairs[0], pairs[0]]).is_none());
        assert!(Homography::fit_similarity(&pairs[..1]).is_none());
    }

    #[test]
    fn points_on_one_line_are_refused() {
        let line: Vec<_> = (0..4)
            .map(|i| (PointMm::new(f64::from(i), f64::from(i)), PointPx::new(f64::from(i), 0.0)))
            .collect();
        assert!(Homography::fit(&line).is_none());
        assert!(Homography::fit_affine(&line).is_none());
    }

    /// Errors in pixels at the other end of a photographed page, of the affine, the projective and the
    /// tempered map through marks that are `apart` mm from each other and half a pixel off.
    fn errors_far_away(apart: f64) -> [f64; 3] {
        let truth = Homography { m: [4.0, 0.2, 30.0, -0.1, 4.1, 50.0, 4e-4, 1.2e-3, 1.0] };
        let off = |i: usize| if i.is_multiple_of(2) { 0.5 } else { -0.5 };
        let pairs: Vec<(PointMm, PointPx)> = (0..8)
            .map(|i| {
                let at = PointMm::new(10.0 + apart * (i % 2) as f64, 10.0 + apart * (i / 2) as f64);
                let seen = truth.apply(at);
                (at, PointPx::new(seen.x + off(i / 2), seen.y + off(i / 3)))
            })
            .collect();
        let far = PointMm::new(150.0, 200.0);
        let error = |map: Option<Homography>| map.unwrap().apply(far).distance(truth.apply(far));
        [
            error(Homography::fit_affine(&pairs)),
            error(Homography::fit(&pairs)),
            error(Homography::fit_tempered(&pairs, 0.0015, 0.15)),
        ]
    }

    #[test]
    fn a_tempered_fit_is_projective_where_marks_hold_it_and_else_nearly_affine() {
        let [affine, projective, tempered] = errors_far_away(35.0);
        assert!(tempered < affine / 5.0 && tempered < 2.0 * projective, "{affine} {projective} {tempered}");
        let [_, projective, tempered] = errors_far_away(4.0);
        assert!(tempered < projective / 2.0, "{projective} {tempered}");
    }
}
