//! Flat maps between millimetres of the layout and millimetres of a sheet.

use phieu_model::geometry::{PointMm, RectMm};

/// Where a print or a copy came to lie on the paper: an affine map of millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Placement {
    /// `x' = m[0]·x + m[1]·y + m[2]`, `y' = m[3]·x + m[4]·y + m[5]`.
    pub(crate) m: [f64; 6],
}

impl Placement {
    /// Scaled and turned (degrees, clockwise) about the middle of a sheet, then shifted.
    pub(crate) fn about_middle(
        size_mm: [f64; 2],
        scale: [f64; 2],
        (skew_deg, shift_mm): (f64, [f64; 2]),
    ) -> Self {
        let (sin, cos) = skew_deg.to_radians().sin_cos();
        let [a, b, d, e] = [cos * scale[0], -sin * scale[1], sin * scale[0], cos * scale[1]];
        let [cx, cy] = size_mm.map(|mm| mm / 2.0);
        Self { m: [a, b, cx - a * cx - b * cy + shift_mm[0], d, e, cy - d * cx - e * cy + shift_mm[1]] }
    }

    pub(crate) fn apply(&self, p: PointMm) -> PointMm {
        let m = &self.m;
        PointMm::new(m[0] * p.x + m[1] * p.y + m[2], m[3] * p.x + m[4] * p.y + m[5])
    }

    /// The upright rectangle of the mapped size about the mapped middle: what a person
    /// sees who fills in a sheet that was printed a little askew.
    pub(crate) fn apply_rect(&self, r: &RectMm) -> RectMm {
        let middle = self.apply(r.center());
        let m = &self.m;
        let (w, h) = (r.w * m[0].hypot(m[3]), r.h * m[1].hypot(m[4]));
        RectMm::new(middle.x - w / 2.0, middle.y - h / 2.0, w, h)
    }

    /// This map, then `next`.
    pub(crate) fn then(&self, next: &Self) -> Self {
        let (p, q) = (&self.m, &next.m);
        Self {
            m: [
                q[0] * p[0] + q[1] * p[3],
                q[0] * p[1] + q[1] * p[4],
                q[0] * p[2] + q[1] * p[5] + q[2],
                q[3] * p[0] + q[4] * p[3],
                q[3] * p[1] + q[4] * p[4],
                q[3] * p[2] + q[4] * p[5] + q[5],
            ],
        }
    }

    pub(crate) fn inverse(&self) -> Self {
        let m = &self.m;
        let det = m[0] * m[4] - m[1] * m[3];
        let [a, b, d, e] = [m[4] / det, -m[1] / det, -m[3] / det, m[0] / det];
        Self { m: [a, b, -(a * m[2] + b * m[5]), d, e, -(d * m[2] + e * m[5])] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placement_and_its_inverse_leave_a_point_where_it_was() {
        let place = Placement::about_middle([210.0, 297.0], [0.95, 1.02], (3.0, [2.0, -1.0]));
        let p = PointMm::new(31.0, 240.0);
        let there = place.apply(p);
        assert!(there.distance(p) > 1.0);
        assert!(place.then(&place.inverse()).apply(p).distance(p) < 1e-9);
        assert!(place.inverse().apply(there).distance(p) < 1e-9);
    }

    #[test]
    fn the_middle_of_the_sheet_is_only_shifted() {
        let place = Placement::about_middle([210.0, 297.0], [0.92, 1.04], (-1.5, [2.0, 3.0]));
        assert!(place.apply(PointMm::new(105.0, 148.5)).distance(PointMm::new(107.0, 151.5)) < 1e-9);
    }
}
