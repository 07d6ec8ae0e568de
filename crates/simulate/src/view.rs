//! The map from the picture to the sheet, and the light on it, on a coarse grid.
//!
//! The exact maps (perspective, lens, waves, feed, folds) are taken at the nodes of a grid
//! of 1.3 mm; between them all is bilinear, for the picture and for the truth alike.

use crate::bend::Bend;
use crate::camera::Shot;
use crate::glass::Glass;
use crate::lamp::Lamp;

/// What looks at the sheet.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// A scanner.
    Scanner(Glass),
    /// A telephone.
    Telephone(Box<Shot>),
}

impl Default for Device {
    fn default() -> Self {
        Self::Scanner(Glass::default())
    }
}

/// One node: what is seen there, and how much light falls on it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    /// Place on the sheet, millimetres.
    pub(crate) place: [f64; 2],
    /// Light, 1 full.
    pub(crate) light: f32,
}

/// The grid over a picture.
#[derive(Debug, Clone)]
pub(crate) struct View {
    /// Size of the picture, pixels.
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Side of a cell, pixels.
    pub(crate) cell: usize,
    /// Cells across and down; there is one node more each way.
    pub(crate) across: usize,
    pub(crate) down: usize,
    nodes: Vec<Node>,
}

/// Wanted side of a cell.
const CELL_MM: f64 = 1.3;

impl View {
    /// The view of a sheet of `size_mm` that is bent by `bend`, with `per_mm` pixels to a
    /// millimetre (for a telephone: about).
    pub(crate) fn new(
        (device, per_mm): (&Device, f64),
        (size_mm, bend): ([f64; 2], &Bend),
        lamp: &Lamp,
    ) -> Self {
        let [width, height] = match device {
            Device::Scanner(glass) => glass.size_mm().map(|mm| (mm * per_mm).round().max(1.0) as usize),
            Device::Telephone(shot) => shot.size_px.map(|px| px as usize),
        };
        let cell = ((CELL_MM * per_mm) as usize).clamp(5, 32);
        let (across, down) = (width.div_ceil(cell), height.div_ceil(cell));
        let middle = size_mm.map(|mm| mm / 2.0);
        let mut nodes = Vec::with_capacity((across + 1) * (down + 1));
        let flat = bend.is_flat();
        let mut node = |x: f64, y: f64, from_middle: [f64; 2], more_light: f64| {
            let place = [from_middle[0] + middle[0], from_middle[1] + middle[1]];
            let (seen, bent) = if flat { (place, 1.0) } else { (bend.seen(place), bend.light(place)) };
            let lit = lamp.light([x / width as f64, y / height as f64]);
            nodes.push(Node { place: seen, light: (lit * bent * more_light) as f32 });
        };
        let steps = || {
            (0..=down).flat_map(move |j| (0..=across).map(move |i| ((i * cell) as f64, (j * cell) as f64)))
        };
        match device {
            Device::Scanner(glass) => {
                steps().for_each(|(x, y)| node(x, y, glass.sheet_place([x / per_mm, y / per_mm]), 1.0));
            }
            Device::Telephone(shot) => {
                let eye = shot.eye();
                for (x, y) in steps() {
                    let place = eye.sheet_place([x, y]);
                    let shadow = shot.shadow_light([x / width as f64, y / height as f64]);
                    node(x, y, place, shot.wave_light(place) * shadow);
                }
            }
        }
        Self { width, height, cell, across, down, nodes }
    }

    /// Node in column `i` of row `j`.
    pub(crate) fn node(&self, i: usize, j: usize) -> &Node {
        &self.nodes[j * (self.across + 1) + i]
    }

    /// Which place of the sheet (millimetres) is seen at a place of the picture (pixels;
    /// whole numbers are the pixels' corners). Beyond the picture the map goes on.
    pub(crate) fn sheet_place(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let cell = self.cell as f64;
        let at = |v: f64, n: usize| ((v / cell).max(0.0) as usize).min(n - 1);
        let (i, j) = (at(x, self.across), at(y, self.down));
        let (u, v) = (x / cell - i as f64, y / cell - j as f64);
        let [a, b, c, d] =
            [self.node(i, j), self.node(i + 1, j), self.node(i, j + 1), self.node(i + 1, j + 1)]
                .map(|n| n.place);
        std::array::from_fn(|k| (a[k] * (1.0 - u) + b[k] * u) * (1.0 - v) + (c[k] * (1.0 - u) + d[k] * u) * v)
    }

    /// Where a place of the sheet (millimetres) is seen in the picture (pixels), and how
    /// many pixels a millimetre has there: Newton's method on [`View::sheet_place`].
    pub(crate) fn picture_place(&self, place: [f64; 2]) -> ([f64; 2], f64) {
        let mut at = [self.width as f64 / 2.0, self.height as f64 / 2.0];
        let mut per_mm = 1.0;
        let step = self.cell as f64 / 2.0;
        for _ in 0..14 {
            let [x, y] = at;
            let here = self.sheet_place(at);
            let (left, right) = (self.sheet_place([x - step, y]), self.sheet_place([x + step, y]));
            let (above, below) = (self.sheet_place([x, y - step]), self.sheet_place([x, y + step]));
            let slope =
                |a: [f64; 2], b: [f64; 2]| [(b[0] - a[0]) / (2.0 * step), (b[1] - a[1]) / (2.0 * step)];
            let ([a, c], [b, d]) = (slope(left, right), slope(above, below));
            let det = a * d - b * c;
            let (dx, dy) = (place[0] - here[0], place[1] - here[1]);
            per_mm = 1.0 / det.abs().sqrt();
            let (mx, my) = ((d * dx - b * dy) / det, (a * dy - c * dx) / det);
            at = [x + mx, y + my];
            if mx.abs().max(my.abs()) < 1e-4 {
                break;
            }
        }
        (at, per_mm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bend::Fold;
    use crate::profile::Scanning;
    use crate::random::Random;

    const A4: [f64; 2] = [210.0, 297.0];

    fn there_and_back(view: &View, limit_mm: f64) {
        for place in [[20.0, 30.0], [105.0, 148.5], [190.0, 270.0], [60.0, 151.0], [150.0, 90.0]] {
            let (at, _) = view.picture_place(place);
            let back = view.sheet_place(at);
            let off = (back[0] - place[0]).hypot(back[1] - place[1]);
            assert!(off < limit_mm, "{place:?} is seen at {at:?}, where {back:?} is");
        }
    }

    #[test]
    fn places_are_found_in_scans_that_are_skewed_fed_unevenly_and_folded() {
        let fold = Fold {
            at_mm: [105.0, 148.5],
            along_deg: 0.5,
            step_mm: [0.4, 0.4],
            turn_deg: 0.1,
            shade: 0.1,
            reach_mm: 5.0,
            crease: 0.1,
            worn: 0.0,
        };
        let bend = Bend { folds: vec![fold], crumple: None };
        for seed in 0..20 {
            let glass = Glass::draw(&Scanning::hard(), A4, &mut Random::stream(seed, &[]));
            let view = View::new((&Device::Scanner(glass), 8.0), (A4, &bend), &Lamp::default());
            there_and_back(&view, 0.02);
        }
    }

    #[test]
    fn places_are_found_in_photographs() {
        let camera = Scanning::photo().camera.expect("photo has a camera");
        for seed in 0..20 {
            let shot = Shot::draw(&camera, A4, &mut Random::stream(seed, &[]));
            let device = Device::Telephone(Box::new(shot));
            there_and_back(&View::new((&device, 7.0), (A4, &Bend::default()), &Lamp::default()), 0.02);
        }
    }
}
