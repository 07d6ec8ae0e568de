//! The picture is taken: light from the sheet becomes grey levels.
//!
//! Order of things: geometry, reflection and uneven light cell by cell of the [`View`]; dust and
//! streaks; motion, grain of the paper, optics and noise of the sensor; then one byte (or one
//! bit) a pixel.

use crate::bend::Bend;
use crate::looks::{Ground, Looks};
use crate::optics::{Optics, kernel, noise_table, smear, tone};
use crate::paper::{Paper, Plane};
use crate::picture::Picture;
use crate::placement::Placement;
use crate::random::Random;
use crate::scanner::Pass;
use crate::threshold::Grey;
use crate::trace::Trace;
use crate::view::{Device, View};

/// Takes the picture of a sheet bent by `bend`. The picture is upright: quarter turns are the
/// caller's.
pub(crate) fn scan((paper, bend): (&Paper, &Bend), pass: &Pass, random: &mut Random) -> Scanned {
    let per_mm = pass.per_mm();
    let view = View::new((&pass.device, per_mm), (paper.size_mm, bend), &pass.lamp);
    let (width, height) = (view.width, view.height);
    let channels = pass.output.channels();
    let looks = Looks::new(paper, (pass, channels), random);
    let ground = Ground::new(pass, channels, random);
    let mut planes = Exposure { paper, view: &view, looks: &looks, ground: &ground, per_mm }.planes(random);
    let table = noise_table(random);
    let (sigma, motion) = match &pass.device {
        Device::Scanner(_) => (pass.blur_mm * per_mm, [0.0; 2]),
        Device::Telephone(shot) => (shot.defocus_px, shot.motion_px),
    };
    let optics = Optics {
        kernel: kernel(sigma, pass.sensor.sharpen),
        noise: (pass.sensor.noise * 0.7) as f32,
        table: &table,
        tone: tone(pass.sensor.gamma),
    };
    let mut bytes: Vec<Vec<u8>> = Vec::new();
    for plane in &mut planes {
        pass.dust.iter().for_each(|speck| speck.fall_on(plane, (width, height), per_mm));
        pass.streaks.iter().for_each(|streak| streak.fall_on(plane, width, per_mm));
        smear(plane, width, motion);
        bytes.push(optics.develop(plane, width, random));
    }
    let data = match (pass.output.bilevel(), bytes.as_slice()) {
        (None, [r, g, b]) => {
            let mut data = vec![0; 3 * r.len()];
            for (pixel, ((r, g), b)) in data.chunks_exact_mut(3).zip(r.iter().zip(g).zip(b)) {
                pixel.copy_from_slice(&[*r, *g, *b]);
            }
            data
        }
        (None, _) => bytes.remove(0),
        (Some(way), _) => {
            let (black, white) = (pass.sensor.black, pass.sensor.white);
            let grey = Grey { data: &bytes[0], width, height, per_mm, black, white };
            grey.bilevel(way, pass.sensor.threshold)
        }
    };
    Scanned { picture: Picture { width, height, channels, data }, view }
}

/// A picture and where it shows what.
pub(crate) struct Scanned {
    pub(crate) picture: Picture,
    pub(crate) view: View,
}

impl Scanned {
    /// Share of the traces' way that is black in a one-bit picture, 0–1. Places where
    /// the paper is printed say nothing and do not count; 1 when no other are left.
    /// `filled_in` is the sheet that the pen met, and `copied` how a copy of it lies on the
    /// sheet that was scanned.
    pub(crate) fn black_share(&self, (filled_in, copied): (&Paper, &Placement), traces: &[Trace]) -> f64 {
        let (mut black, mut all) = (0u32, 0u32);
        // Every third touch: 0.25 mm apart.
        for touch in traces.iter().flat_map(|t| t.touches.iter().step_by(3)) {
            if filled_in.is_printed_near(touch.x * filled_in.scale, touch.y * filled_in.scale) {
                continue;
            }
            let place = copied.apply(phieu_model::geometry::PointMm::new(touch.x, touch.y));
            let ([x, y], _) = self.view.picture_place([place.x, place.y]);
            if x >= 0.0 && y >= 0.0 && (x as usize) < self.picture.width && (y as usize) < self.picture.height
            {
                all += 1;
                black += u32::from(self.picture.data[y as usize * self.picture.width + x as usize] == 0);
            }
        }
        if all == 0 { 1.0 } else { f64::from(black) / f64::from(all) }
    }
}

/// Fixed point with this many bits behind the point.
const FRACTION: u32 = 14;

/// Light from sheet and ground, before the optics.
struct Exposure<'a> {
    paper: &'a Paper,
    view: &'a View,
    looks: &'a Looks,
    ground: &'a Ground,
    per_mm: f64,
}

/// A cell of the view: its pixels and its corners.
struct Cell {
    x: (usize, usize),
    y: (usize, usize),
    /// Places of the corners in pixels of the paper's layers: left and right above, then below.
    u: [f64; 4],
    v: [f64; 4],
    light: [f32; 4],
}

/// What a cell shows.
enum Shows {
    /// Nothing of the sheet.
    Ground,
    /// Bare paper only.
    Bare,
    /// Anything.
    Sheet,
}

/// Where in a pixel samples are taken, as shares of its sides.
const ONE: [[f64; 2]; 1] = [[0.5, 0.5]];
const TWO: [[f64; 2]; 2] = [[0.3, 0.25], [0.7, 0.75]];
const FOUR: [[f64; 2]; 4] = [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]];

impl Exposure<'_> {
    fn planes(&self, random: &mut Random) -> Vec<Vec<f32>> {
        let view = self.view;
        let mut planes = vec![vec![0f32; view.width * view.height]; self.looks.channels()];
        let finer = self.paper.scale / self.per_mm;
        let rim = Rim { width: (0.4 * self.paper.scale) as i32, depth: random.between(0.04, 0.3) as f32 };
        let mut inks = Vec::new();
        for j in 0..view.down {
            for i in 0..view.across {
                let cell = self.cell(i, j);
                match self.shows(&cell, rim.width, &mut inks) {
                    Shows::Ground => self.expose_ground(&mut planes, &cell),
                    Shows::Bare => self.expose_bare(&mut planes, &cell),
                    // Pixels much larger than those of the paper's layers gather more of them.
                    Shows::Sheet if finer > 1.35 => {
                        self.expose_sheet(&mut planes, &cell, (&FOUR, &rim, &inks))
                    }
                    Shows::Sheet if finer > 1.15 => {
                        self.expose_sheet(&mut planes, &cell, (&TWO, &rim, &inks))
                    }
                    Shows::Sheet => self.expose_sheet(&mut planes, &cell, (&ONE, &rim, &inks)),
                }
            }
        }
        planes
    }

    fn cell(&self, i: usize, j: usize) -> Cell {
        let (view, scale) = (self.view, self.paper.scale);
        let nodes = [view.node(i, j), view.node(i + 1, j), view.node(i, j + 1), view.node(i + 1, j + 1)];
        let span = |k: usize, most: usize| (k * view.cell, ((k + 1) * view.cell).min(most));
        Cell {
            x: span(i, view.width),
            y: span(j, view.height),
            // Middles of pixels are whole numbers when a layer is read.
            u: nodes.map(|n| n.place[0] * scale - 0.5),
            v: nodes.map(|n| n.place[1] * scale - 0.5),
            light: nodes.map(|n| n.light),
        }
    }

    /// What the cell shows, and which layers of ink may be in it.
    fn shows(&self, cell: &Cell, rim: i32, inks: &mut Vec<usize>) -> Shows {
        let span = |values: &[f64; 4]| {
            let low = values.iter().copied().fold(f64::MAX, f64::min).max(-1e6);
            let high = values.iter().copied().fold(f64::MIN, f64::max).min(1e6);
            (low as i64 - 2, high as i64 + 3)
        };
        let (u, v) = (span(&cell.u), span(&cell.v));
        let (wide, high) = (self.paper.print.width as i64, self.paper.print.height as i64);
        if u.1 < 0 || v.1 < 0 || u.0 > wide || v.0 > high {
            return Shows::Ground;
        }
        inks.clear();
        inks.extend((0..self.paper.inks.len()).filter(|i| self.paper.inks[*i].tiles.any(u, v)));
        let rim = i64::from(rim) + 3;
        let inside = u.0 > rim && v.0 > rim && u.1 < wide - rim && v.1 < high - rim;
        let bare = inside
            && inks.is_empty()
            && !self.looks.print_tiles.any(u, v)
            && !self.paper.absence.as_ref().is_some_and(|absence| absence.tiles.any(u, v));
        if bare { Shows::Bare } else { Shows::Sheet }
    }

    fn expose_bare(&self, planes: &mut [Vec<f32>], cell: &Cell) {
        for (plane, toner) in planes.iter_mut().zip(&self.looks.toner) {
            self.expose_even(plane, cell, toner[0]);
        }
    }

    fn expose_ground(&self, planes: &mut [Vec<f32>], cell: &Cell) {
        for (c, plane) in planes.iter_mut().enumerate() {
            if let Some(level) = self.ground.even_level(c) {
                self.expose_even(plane, cell, level);
                continue;
            }
            for y in cell.y.0..cell.y.1 {
                let (light, step) = self.light(cell, y);
                let row = &mut plane[y * self.view.width..][cell.x.0..cell.x.1];
                for (k, value) in row.iter_mut().enumerate() {
                    *value = self.ground.level(c, cell.x.0 + k, y) * (light + step * k as f32);
                }
            }
        }
    }

    /// Exposes a cell in which only the light changes.
    fn expose_even(&self, plane: &mut [f32], cell: &Cell, level: f32) {
        for y in cell.y.0..cell.y.1 {
            let (light, step) = self.light(cell, y);
            let (start, step) = (level * light, level * step);
            let row = &mut plane[y * self.view.width..][cell.x.0..cell.x.1];
            row.iter_mut().zip(&RAMP).for_each(|(value, k)| *value = start + step * k);
        }
    }

    /// Light at the left end of a row of the cell, and its change from pixel to pixel.
    fn light(&self, cell: &Cell, y: usize) -> (f32, f32) {
        let side = self.view.cell as f32;
        let down = (y - cell.y.0) as f32 / side;
        let left = cell.light[0] + (cell.light[2] - cell.light[0]) * down;
        let right = cell.light[1] + (cell.light[3] - cell.light[1]) * down;
        (left, (right - left) / side)
    }

    fn expose_sheet<const N: usize>(
        &self,
        planes: &mut [Vec<f32>],
        cell: &Cell,
        (samples, rim, inks): (&[[f64; 2]; N], &Rim, &[usize]),
    ) {
        let (paper, looks, width) = (self.paper, self.looks, self.view.width);
        let (wide, high) = (paper.print.width as i32, paper.print.height as i32);
        let side = self.view.cell as f64;
        let fixed = |v: f64| (v.clamp(-60_000.0, 60_000.0) * f64::from(1u32 << FRACTION)) as i32;
        let absence = paper.absence.as_ref();
        for y in cell.y.0..cell.y.1 {
            let along = |corner: &[f64; 4], down: f64| {
                let left = corner[0] + (corner[2] - corner[0]) * down;
                let right = corner[1] + (corner[3] - corner[1]) * down;
                (left, (right - left) / side)
            };
            let mut step = (0, 0);
            // Start of the row for each sample in the pixel, and the steps along it.
            let starts: [(i32, i32); N] = samples.map(|[ox, oy]| {
                let down = ((y - cell.y.0) as f64 + oy) / side;
                let ((u, du), (v, dv)) = (along(&cell.u, down), along(&cell.v, down));
                step = (fixed(du), fixed(dv));
                (fixed(u + du * ox), fixed(v + dv * ox))
            });
            let (light, light_step) = self.light(cell, y);
            for x in cell.x.0..cell.x.1 {
                let k = (x - cell.x.0) as i32;
                let at = y * width + x;
                let mut light = light + light_step * k as f32;
                let (du, dv) = (step.0 * k, step.1 * k);
                let (u, v) = ((starts[0].0 + du) >> FRACTION, (starts[0].1 + dv) >> FRACTION);
                // Two pixels of the rim stay out so that samples never leave the layers.
                let inwards = u.min(v).min(wide - 4 - u).min(high - 4 - v);
                if inwards < 2 {
                    for (c, plane) in planes.iter_mut().enumerate() {
                        plane[at] = self.ground.level(c, x, y) * light;
                    }
                    continue;
                }
                let gather = |plane: &Plane| {
                    starts.iter().map(|s| bilinear(plane, s.0 + du, s.1 + dv)).sum::<u32>() / N as u32
                };
                let toner = (gather(&paper.print) >> 8) as usize;
                if inwards < rim.width {
                    light *= 1.0 - rim.depth * (1.0 - inwards as f32 / rim.width as f32);
                }
                for (plane, levels) in planes.iter_mut().zip(&looks.toner) {
                    plane[at] = levels[toner];
                }
                for i in inks {
                    let density = (gather(&paper.inks[*i].plane) >> 8) as usize;
                    if density > 0 {
                        for (plane, passes) in planes.iter_mut().zip(&looks.inks[*i]) {
                            plane[at] = looks.black + (plane[at] - looks.black).max(0.0) * passes[density];
                        }
                    }
                }
                let gone = absence.map_or(0, |a| gather(&a.plane));
                for (c, plane) in planes.iter_mut().enumerate() {
                    if gone > 0 {
                        let gone = gone as f32 / (255.0 * 256.0);
                        plane[at] += (self.ground.level(c, x, y) - plane[at]) * gone;
                    }
                    plane[at] *= light;
                }
            }
        }
    }
}

/// Pixels of a cell, counted.
const RAMP: [f32; 32] = {
    let mut ramp = [0.0; 32];
    let mut i = 1;
    while i < 32 {
        ramp[i] = ramp[i - 1] + 1.0;
        i += 1;
    }
    ramp
};

/// The thin shadow along the sheet's own edge.
struct Rim {
    /// Pixels of the paper's layers.
    width: i32,
    depth: f32,
}

/// The layer's value at a fixed-point place, times 256. The place must lie inside
/// the layer with a pixel to spare to the right and below.
fn bilinear(plane: &Plane, u: i32, v: i32) -> u32 {
    let (x, y) = ((u >> FRACTION) as usize, (v >> FRACTION) as usize);
    let at = y * plane.width + x;
    let two = |at: usize| -> (u8, u8) { (plane.data[at], plane.data[at + 1]) };
    let ((a, b), (c, d)) = (two(at), two(at + plane.width));
    if a | b | c | d == 0 {
        return 0;
    }
    let mask = (1 << FRACTION) - 1;
    let (fx, fy) = (((u & mask) >> (FRACTION - 8)) as u32, ((v & mask) >> (FRACTION - 8)) as u32);
    let top = u32::from(a) * (256 - fx) + u32::from(b) * fx;
    let bottom = u32::from(c) * (256 - fx) + u32::from(d) * fx;
    (top * (256 - fy) + bottom * fy) >> 8
}
