//! The telephone's eye: a pinhole with a lens, held askew over a page that is not flat.

use std::f64::consts::TAU;

use serde::{Deserialize, Serialize};

use crate::profile::Camera;
use crate::random::Random;
use crate::toner::within;
use crate::truth::rounded;

/// How a sheet was photographed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shot {
    /// Width and height of the upright picture, pixels.
    pub size_px: [u32; 2],
    /// Focal length, pixels.
    pub focal_px: f64,
    /// Distance of the lens from the place it aims at, millimetres.
    pub distance_mm: f64,
    /// Angle between the line of sight and the perpendicular on the page, degrees.
    pub tilt_deg: f64,
    /// Direction of the tilt on the page, degrees.
    pub tilt_way_deg: f64,
    /// Turn about the line of sight, degrees.
    pub roll_deg: f64,
    /// The place it aims at, millimetres from the middle of the page.
    pub aim_mm: [f64; 2],
    /// Distortion at the picture's corners, as a share of their distance from the middle.
    pub lens: f64,
    /// Waves of the page: height, length (millimetres), direction (degrees), phase (turns).
    pub waves: Vec<[f64; 4]>,
    /// Which way the light falls over the page, degrees.
    pub light_way_deg: f64,
    /// The shadow of hand or telephone.
    pub shadow: Option<Shadow>,
    /// Defocus, deviation in pixels.
    pub defocus_px: f64,
    /// Motion of the camera, across and down, pixels.
    pub motion_px: [f64; 2],
    /// The desk.
    pub desk: Desk,
}

/// A shadow with a soft edge.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Shadow {
    /// Light lost in its middle, 0–1.
    pub depth: f64,
    /// A point of its edge, as shares of the picture.
    pub at: [f64; 2],
    /// The way into the shadow, degrees.
    pub way_deg: f64,
    /// Softness of the edge as a share of the picture's width.
    pub soft: f64,
    /// Radius as a share of the picture's width: 0 is a straight edge.
    pub radius: f64,
}

/// What the page lies on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Desk {
    /// Grey levels of red, green and blue.
    pub rgb: [f64; 3],
    /// Contrast of its grain, 0–1.
    pub grain: f64,
    /// Direction of the grain, degrees.
    pub along_deg: f64,
}

/// Colours of desks: wood, metal, cloth, plastic.
const DARK: [([f64; 3], f64); 4] = [
    ([92.0, 62.0, 40.0], 3.0),
    ([45.0, 42.0, 44.0], 2.0),
    ([70.0, 74.0, 80.0], 2.0),
    ([52.0, 38.0, 30.0], 2.0),
];
const LIGHT: [([f64; 3], f64); 4] = [
    ([200.0, 170.0, 130.0], 3.0),
    ([215.0, 215.0, 210.0], 2.0),
    ([165.0, 168.0, 170.0], 2.0),
    ([222.0, 205.0, 180.0], 1.0),
];

type Matrix = [[f64; 3]; 3];

/// The eye of a shot with what does not change from pixel to pixel.
#[derive(Debug, Clone)]
pub(crate) struct Eye<'a> {
    shot: &'a Shot,
    /// From the camera's frame to the page's.
    turn: Matrix,
    /// The lens, millimetres from the middle of the page, below 0 above it.
    lens_mm: [f64; 3],
}

impl Shot {
    /// Draws how a page of this size is photographed.
    pub(crate) fn draw(camera: &Camera, size_mm: [f64; 2], random: &mut Random) -> Self {
        let long = *random.pick(&camera.long_side);
        // Narrow pictures are large ones: in small ones the page would have too few pixels.
        let narrow = random.chance(0.3) && long > 2300;
        let short = if narrow { long * 9 / 16 } else { long * 3 / 4 };
        let away = |span, random: &mut Random| rounded(within(span, random) * sign(random));
        let waves = (0..3).map(|i| {
            let share = 1.0 / f64::from(i + 1);
            let height = rounded(within(camera.wave_mm, random) * share * 0.6);
            // Low numbers bend the page as a whole.
            [height, within([120.0, 420.0], random), within([0.0, 180.0], random), within([0.0, 1.0], random)]
        });
        let waves = waves.collect();
        let desks = if random.chance(camera.dark_desk) { &DARK } else { &LIGHT };
        let mut shot = Self {
            waves,
            size_px: [short, long],
            focal_px: rounded(f64::from(long) * random.between(0.72, 1.0)),
            distance_mm: 0.0,
            tilt_deg: within(camera.tilt_deg, random),
            tilt_way_deg: within([0.0, 360.0], random),
            roll_deg: within([-camera.roll_deg, camera.roll_deg], random),
            aim_mm: [0.0; 2],
            lens: within(camera.lens, random),
            light_way_deg: within([0.0, 360.0], random),
            shadow: random.chance(camera.shadow).then(|| Shadow {
                depth: within(camera.shadow_depth, random),
                at: std::array::from_fn(|_| within([0.1, 0.9], random)),
                way_deg: within([0.0, 360.0], random),
                soft: within([0.05, 0.35], random),
                radius: if random.chance(0.5) { 0.0 } else { within([0.2, 0.6], random) },
            }),
            defocus_px: within(camera.defocus_px, random),
            motion_px: if random.chance(camera.motion.0) {
                [away(camera.motion.1, random), away(camera.motion.1, random)].map(|v| rounded(v * 0.7))
            } else {
                [0.0; 2]
            },
            desk: Desk {
                rgb: *random.pick(desks),
                grain: within([0.0, 0.22], random),
                along_deg: within([0.0, 180.0], random),
            },
        };
        shot.frame(size_mm, within(camera.fill, random), random);
        shot
    }

    /// Moves the camera so that the page takes `fill` of the picture and lies within it.
    fn frame(&mut self, size_mm: [f64; 2], fill: f64, random: &mut Random) {
        let [wide, high] = self.size_px.map(f64::from);
        self.distance_mm = self.focal_px * size_mm[1] / (fill * high);
        let [w, h] = size_mm.map(|mm| mm / 2.0);
        let off = [random.between(-0.5, 0.5), random.between(-0.5, 0.5)];
        for _ in 0..12 {
            let eye = self.eye();
            let corners = [[-w, -h], [w, -h], [w, h], [-w, h]].map(|c| eye.picture_place(c));
            let low: [f64; 2] =
                std::array::from_fn(|i| corners.iter().map(|c| c[i]).fold(f64::MAX, f64::min));
            let high_end: [f64; 2] =
                std::array::from_fn(|i| corners.iter().map(|c| c[i]).fold(f64::MIN, f64::max));
            let taken = ((high_end[0] - low[0]) / wide).max((high_end[1] - low[1]) / high);
            self.distance_mm *= 1.0 + 0.9 * (taken / fill - 1.0);
            // The page's middle goes somewhere within the room that is left.
            let per_mm = self.focal_px / self.distance_mm;
            for i in 0..2 {
                let room = [wide, high][i] - (high_end[i] - low[i]);
                let want = [wide, high][i] / 2.0 + off[i] * room.max(0.0) * 0.8;
                let step = ((low[i] + high_end[i]) / 2.0 - want) / per_mm;
                let (sin, cos) = self.roll_deg.to_radians().sin_cos();
                let way = if i == 0 { [cos, -sin] } else { [sin, cos] };
                self.aim_mm = [self.aim_mm[0] + way[0] * step, self.aim_mm[1] + way[1] * step];
            }
        }
        self.distance_mm = rounded(self.distance_mm);
        self.aim_mm = self.aim_mm.map(rounded);
    }

    pub(crate) fn eye(&self) -> Eye<'_> {
        let (s, c) = self.roll_deg.to_radians().sin_cos();
        let roll = [[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]];
        let (sin, cos) = self.tilt_way_deg.to_radians().sin_cos();
        // The page is tilted about the axis across the way of the tilt (Rodrigues' formula).
        let axis = [-sin, cos, 0.0];
        let (s, c) = self.tilt_deg.to_radians().sin_cos();
        let k = 1.0 - c;
        let tilt = [
            [c + axis[0] * axis[0] * k, axis[0] * axis[1] * k, axis[1] * s],
            [axis[0] * axis[1] * k, c + axis[1] * axis[1] * k, -axis[0] * s],
            [-axis[1] * s, axis[0] * s, c],
        ];
        let turn = product(&tilt, &roll);
        let back = times(&turn, [0.0, 0.0, -self.distance_mm]);
        Eye { shot: self, turn, lens_mm: [self.aim_mm[0] + back[0], self.aim_mm[1] + back[1], back[2]] }
    }

    /// Height of the page and its slopes across and down.
    fn height(&self, p: [f64; 2]) -> (f64, [f64; 2]) {
        self.waves.iter().fold((0.0, [0.0; 2]), |(h, slope), [size, length, way, phase]| {
            let (sin, cos) = way.to_radians().sin_cos();
            let angle = ((p[0] * cos + p[1] * sin) / length + phase) * TAU;
            let steep = size * angle.cos() * TAU / length;
            (h + size * (1.0 + angle.sin()), [slope[0] + steep * cos, slope[1] + steep * sin])
        })
    }

    /// Light on the page where it waves, against a flat one.
    pub(crate) fn wave_light(&self, p: [f64; 2]) -> f64 {
        let (_, slope) = self.height(p);
        let (sin, cos) = self.light_way_deg.to_radians().sin_cos();
        1.0 + 0.8 * (slope[0] * cos + slope[1] * sin)
    }

    /// Light that the shadow leaves at a place given as shares of the picture.
    pub(crate) fn shadow_light(&self, [u, v]: [f64; 2]) -> f64 {
        self.shadow.map_or(1.0, |shadow| {
            let tall = f64::from(self.size_px[1]) / f64::from(self.size_px[0]);
            let (dx, dy) = (u - shadow.at[0], (v - shadow.at[1]) * tall);
            let (sin, cos) = shadow.way_deg.to_radians().sin_cos();
            let within = if shadow.radius > 0.0 {
                shadow.radius - (dx - cos * shadow.radius).hypot(dy - sin * shadow.radius)
            } else {
                dx * cos + dy * sin
            };
            let t = (within / shadow.soft + 0.5).clamp(0.0, 1.0);
            1.0 - shadow.depth * t * t * (3.0 - 2.0 * t)
        })
    }
}

impl Eye<'_> {
    /// Which place of the sheet is seen at a pixel, millimetres from its middle.
    pub(crate) fn sheet_place(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let shot = self.shot;
        let [wide, high] = shot.size_px.map(f64::from);
        let (dx, dy) = (x - wide / 2.0, y - high / 2.0);
        let corner = (wide * wide + high * high) / 4.0;
        let lens = (1.0 - shot.lens * (dx * dx + dy * dy) / corner) / shot.focal_px;
        let ray = times(&self.turn, [dx * lens, dy * lens, 1.0]);
        // A ray that rises never meets the page; such tilts do not occur.
        let t = -self.lens_mm[2] / ray[2].max(1e-6);
        let flat = [self.lens_mm[0] + t * ray[0], self.lens_mm[1] + t * ray[1]];
        let (height, _) = shot.height(flat);
        [flat[0] - height * ray[0] / ray[2], flat[1] - height * ray[1] / ray[2]]
    }

    /// Where a place of a flat page would be seen through a lens without distortion.
    pub(crate) fn picture_place(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let d = [x - self.lens_mm[0], y - self.lens_mm[1], -self.lens_mm[2]];
        // The inverse of a turn is its transpose.
        let seen: [f64; 3] = std::array::from_fn(|i| (0..3).map(|j| self.turn[j][i] * d[j]).sum());
        let shot = self.shot;
        let [wide, high] = shot.size_px.map(f64::from);
        [wide / 2.0 + shot.focal_px * seen[0] / seen[2], high / 2.0 + shot.focal_px * seen[1] / seen[2]]
    }
}

fn sign(random: &mut Random) -> f64 {
    if random.chance(0.5) { 1.0 } else { -1.0 }
}

fn times(m: &Matrix, v: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|i| (0..3).map(|j| m[i][j] * v[j]).sum())
}

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    std::array::from_fn(|i| std::array::from_fn(|j| (0..3).map(|k| a[i][k] * b[k][j]).sum()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Scanning;

    const A4: [f64; 2] = [210.0, 297.0];

    fn shot(seed: u64) -> Shot {
        let camera = Scanning::photo().camera.expect("photo has a camera");
        Shot::draw(&camera, A4, &mut Random::stream(seed, &["shot"]))
    }

    #[test]
    fn a_flat_page_seen_through_a_plain_lens_maps_there_and_back() {
        for seed in 0..30 {
            let mut shot = shot(seed);
            shot.waves.clear();
            shot.lens = 0.0;
            let eye = shot.eye();
            for p in [[-100.0, -140.0], [100.0, -140.0], [30.0, 100.0]] {
                let [x, y] = eye.sheet_place(eye.picture_place(p));
                assert!((x - p[0]).hypot(y - p[1]) < 1e-6, "{shot:?}");
            }
        }
    }

    #[test]
    fn the_whole_page_lies_within_the_picture() {
        for seed in 0..60 {
            let shot = shot(seed);
            let eye = shot.eye();
            let [wide, high] = shot.size_px.map(f64::from);
            for (sx, sy) in [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)] {
                let [x, y] = eye.picture_place([sx * 105.0, sy * 148.5]);
                let within =
                    (-0.02 * wide..1.02 * wide).contains(&x) && (-0.02 * high..1.02 * high).contains(&y);
                assert!(within, "{x} {y} of {wide} × {high}: {shot:?}");
            }
        }
    }

    #[test]
    fn a_tilt_makes_the_far_side_shorter() {
        let mut shot = shot(1);
        (shot.tilt_deg, shot.tilt_way_deg, shot.roll_deg) = (20.0, 90.0, 0.0);
        let eye = shot.eye();
        let width = |y: f64| eye.picture_place([105.0, y])[0] - eye.picture_place([-105.0, y])[0];
        let ratio = width(-148.5) / width(148.5);
        assert!((ratio - 1.0).abs() > 0.1, "{ratio}");
    }
}
