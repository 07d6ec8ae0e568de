//! The scan: light from the sheet becomes grey levels.
//!
//! Order of things: geometry and reflection, uneven light, dust, grain of the
//! paper, optics, noise of the sensor, then one byte (or one bit) a pixel.

use crate::paper::{InkLayer, Paper, Plane, TILE};
use crate::profile::Output;
use crate::random::Random;
use crate::scanner::Pass;
use crate::trace::Trace;

/// A picture as the scanner delivers it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// 1 or 3 bytes a pixel; one-bit pictures hold 0 and 255.
    pub(crate) channels: usize,
    pub(crate) data: Vec<u8>,
}

/// Scans the sheet. The picture is upright: quarter turns are the caller's, see
/// [`turned`].
pub(crate) fn scan(paper: &Paper, pass: &Pass, random: &mut Random) -> Scanned {
    let per_mm = f64::from(pass.dpi) / 25.4;
    let [width, height] = paper.size_mm.map(|mm| ((mm + 2.0 * pass.margin_mm) * per_mm).round() as usize);
    let channels = match pass.output {
        Output::ColourJpeg => 3,
        Output::GreyJpeg | Output::GreyPng | Output::FixedTiff | Output::AdaptiveTiff | Output::FixedPng => 1,
    };
    let feed_phase = random.between(0.0, std::f64::consts::TAU);
    let glass = Glass { paper, pass, per_mm, width, height, feed_phase };
    let mut planes = glass.reflection(channels, random);
    let grain = noise_table(random);
    let light = glass.light(random);
    let blur = kernel(pass.blur_mm * per_mm);
    let streak = glass.streak(random);
    let dust = glass.dust(random);
    let mut bytes: Vec<Vec<u8>> = Vec::new();
    for plane in &mut planes {
        light.fall_on(plane, width);
        for speck in &dust {
            speck.fall_on(plane, width, height);
        }
        if let Some(streak) = &streak {
            streak.fall_on(plane, width);
        }
        // Fibres of the paper are seen through the optics, noise of the sensor is not.
        add_noise(plane, width, &grain, (pass.noise * 0.7) as f32, random);
        convolve(plane, width, height, &blur);
        add_noise(plane, width, &grain, (pass.noise * 0.7) as f32, random);
        bytes.push(plane.iter().map(|v| (v + 0.5).clamp(0.0, 255.0) as u8).collect());
    }
    let data = match pass.output {
        Output::GreyJpeg | Output::GreyPng => bytes.remove(0),
        Output::ColourJpeg => {
            let (r, g, b) = (&bytes[0], &bytes[1], &bytes[2]);
            r.iter().zip(g).zip(b).flat_map(|((r, g), b)| [*r, *g, *b]).collect()
        }
        Output::FixedTiff | Output::FixedPng => {
            let cut = (pass.black + (pass.white - pass.black) * pass.threshold) as u8;
            bytes[0].iter().map(|v| if *v < cut { 0 } else { 255 }).collect()
        }
        Output::AdaptiveTiff => adaptive(&bytes[0], width, height, per_mm, pass.threshold),
    };
    let (to_paper, scale) = (glass.to_paper(), paper.scale);
    Scanned { picture: Picture { width, height, channels, data }, to_paper, scale, feed: glass.feed() }
}

/// A picture and where it shows what.
pub(crate) struct Scanned {
    pub(crate) picture: Picture,
    to_paper: [f64; 6],
    scale: f64,
    feed: Feed,
}

impl Scanned {
    /// Share of the traces' way that is black in a one-bit picture, 0–1. Places where
    /// the paper is printed say nothing and do not count; 1 when no other are left.
    pub(crate) fn black_share(&self, paper: &Paper, traces: &[Trace]) -> f64 {
        let (mut black, mut all) = (0u32, 0u32);
        for touch in traces.iter().flat_map(|t| &t.touches) {
            let (u, v) = (touch.x * self.scale, touch.y * self.scale);
            if paper.is_printed_near(u, v) {
                continue;
            }
            let (x, y) = self.picture_place(u, v);
            if x >= 0.0 && y >= 0.0 && (x as usize) < self.picture.width && (y as usize) < self.picture.height
            {
                all += 1;
                black += u32::from(self.picture.data[y as usize * self.picture.width + x as usize] == 0);
            }
        }
        if all == 0 { 1.0 } else { f64::from(black) / f64::from(all) }
    }

    /// From pixels of the paper's layers to pixels of the picture.
    fn picture_place(&self, u: f64, v: f64) -> (f64, f64) {
        let m = &self.to_paper;
        let det = m[0] * m[4] - m[1] * m[3];
        let back = |u: f64, v: f64| {
            let (du, dv) = (u - m[2], v - m[5]);
            ((m[4] * du - m[1] * dv) / det, (m[0] * dv - m[3] * du) / det)
        };
        // The feed moves by less than a line over its own displacement: one step will do.
        let (_, y) = back(u, v);
        back(u, v - self.feed.at(y))
    }
}

/// Unevenness of the feed along the picture, in pixels of the paper's layers.
#[derive(Clone, Copy)]
struct Feed {
    size: f64,
    phase: f64,
    height: f64,
}

impl Feed {
    fn at(&self, y: f64) -> f64 {
        let along = y / self.height;
        self.size * ((self.phase + along * 9.0).sin() + 0.5 * (self.phase * 2.0 + along * 23.0).sin())
    }
}

struct Glass<'a> {
    paper: &'a Paper,
    pass: &'a Pass,
    per_mm: f64,
    width: usize,
    height: usize,
    feed_phase: f64,
}

/// Fixed point with this many bits behind the point.
const FRACTION: u32 = 14;

impl Glass<'_> {
    fn feed(&self) -> Feed {
        Feed {
            size: self.pass.feed_mm * self.paper.scale,
            phase: self.feed_phase,
            height: self.height as f64,
        }
    }

    /// From a place in the picture (pixels) to pixels of the paper's layers:
    /// `u = m[0]·x + m[1]·y + m[2]`, `v = m[3]·x + m[4]·y + m[5]`.
    fn to_paper(&self) -> [f64; 6] {
        let (sin, cos) = self.pass.skew_deg.to_radians().sin_cos();
        let [cx, cy] = self.paper.size_mm.map(|mm| mm / 2.0);
        let [gx, gy] = std::array::from_fn(|i| {
            self.pass.margin_mm + self.paper.size_mm[i] / 2.0 + self.pass.shift_mm[i]
        });
        let [sx, sy] = self.pass.stretch;
        // paper = R(−skew) · ((glass − middle on the glass) / stretch) + middle of the paper
        let k = self.paper.scale;
        let p = 1.0 / self.per_mm;
        [
            cos / sx * p * k,
            sin / sy * p * k,
            (cx - cos * gx / sx - sin * gy / sy) * k,
            -sin / sx * p * k,
            cos / sy * p * k,
            (cy + sin * gx / sx - cos * gy / sy) * k,
        ]
    }

    /// Grey levels of sheet and surround before light and optics, one plane a channel.
    fn reflection(&self, channels: usize, random: &mut Random) -> Vec<Vec<f32>> {
        let m = self.to_paper();
        let finer = self.paper.scale / self.per_mm;
        let samples = if finer > 1.15 { 2usize } else { 1 };
        let looks = Looks::new(self.paper, self.pass, channels, random);
        let (wide, high) = (self.paper.print.width as i64, self.paper.print.height as i64);
        let one = f64::from(1u32 << FRACTION);
        let fixed = |v: f64| (v * one).round() as i64;
        let feeding = self.feed();
        let shadow = (0.4 * self.paper.scale) as i64;
        let shadow_depth = random.between(0.04, 0.3) as f32;
        let mut planes = vec![vec![self.pass.surround as f32; self.width * self.height]; channels];
        let offsets: &[f64] = if samples == 2 { &[0.25, 0.75] } else { &[0.5] };
        let step = (fixed(m[0]), fixed(m[3]));

        for y in 0..self.height {
            let feed = feeding.at(y as f64);
            // Start of the row for each sample in the pixel.
            let starts: Vec<(i64, i64)> = offsets
                .iter()
                .flat_map(|oy| offsets.iter().map(move |ox| (*ox, *oy)))
                .map(|(ox, oy)| {
                    let yy = y as f64 + oy;
                    (
                        fixed(m[0] * ox + m[1] * yy + m[2] - 0.5),
                        fixed(m[3] * ox + m[4] * yy + m[5] - 0.5 + feed),
                    )
                })
                .collect();
            for x in 0..self.width {
                let (du, dv) = (step.0 * x as i64, step.1 * x as i64);
                let (u, v) = ((starts[0].0 + du) >> FRACTION, (starts[0].1 + dv) >> FRACTION);
                // One pixel of the rim stays out so that samples never leave the layers.
                let rim = u.min(v).min(wide - 3 - u).min(high - 3 - v);
                if rim < 1 {
                    continue;
                }
                let at = y * self.width + x;
                let mut toner = 0u32;
                for s in &starts {
                    toner += bilinear(&self.paper.print, s.0 + du, s.1 + dv);
                }
                let toner = toner / starts.len() as u32;
                let edge =
                    if rim < shadow { 1.0 - shadow_depth * (1.0 - rim as f32 / shadow as f32) } else { 1.0 };
                for (c, plane) in planes.iter_mut().enumerate() {
                    plane[at] = looks.toner[c][(toner >> 8) as usize] * edge;
                }
                for (layer, tables) in self.paper.inks.iter().zip(&looks.inks) {
                    if !has_ink(layer, u as usize, v as usize) {
                        continue;
                    }
                    let density =
                        starts.iter().map(|s| bilinear(&layer.plane, s.0 + du, s.1 + dv)).sum::<u32>()
                            / starts.len() as u32;
                    if density > 0 {
                        for (c, plane) in planes.iter_mut().enumerate() {
                            let black = self.pass.black as f32;
                            plane[at] =
                                black + (plane[at] - black).max(0.0) * tables[c][(density >> 8) as usize];
                        }
                    }
                }
            }
        }
        planes
    }

    fn light(&self, random: &mut Random) -> Light {
        let way = random.between(0.0, std::f64::consts::TAU);
        Light {
            loss: self.pass.shade as f32,
            across: way.cos() as f32,
            down: way.sin() as f32,
            bow: random.between(-1.0, 1.0) as f32,
            height: self.height,
        }
    }

    fn dust(&self, random: &mut Random) -> Vec<Speck> {
        (0..self.pass.dust)
            .map(|_| Speck {
                x: random.unit() * self.width as f64,
                y: random.unit() * self.height as f64,
                radius: random.between(0.06, 0.22) * self.per_mm,
                depth: random.between(0.2, 0.8) as f32,
            })
            .collect()
    }

    fn streak(&self, random: &mut Random) -> Option<Streak> {
        self.pass.streak_mm.map(|mm| Streak {
            x: ((mm + self.pass.margin_mm) * self.per_mm) as usize,
            pixels: 1 + random.below(2),
            depth: random.between(0.08, 0.35) as f32,
            gap: 40 + random.below(400),
        })
    }
}

fn has_ink(layer: &InkLayer, u: usize, v: usize) -> bool {
    // A tile's neighbours count too: samples reach a pixel or two further.
    let tile = |x: usize, y: usize| layer.tiles.get(y / TILE * layer.tiles_across + x / TILE) == Some(&true);
    tile(u, v) || tile(u + 3, v) || tile(u, v + 3) || tile(u + 3, v + 3)
}

/// The layer's value at a fixed-point place, times 256. The place must lie inside
/// the layer with a pixel to spare to the right and below.
fn bilinear(plane: &Plane, u: i64, v: i64) -> u32 {
    let (x, y) = ((u >> FRACTION) as usize, (v >> FRACTION) as usize);
    let at = y * plane.width + x;
    let (a, b, c, d) =
        (plane.data[at], plane.data[at + 1], plane.data[at + plane.width], plane.data[at + plane.width + 1]);
    if a | b | c | d == 0 {
        return 0;
    }
    let mask = (1 << FRACTION) - 1;
    let (fx, fy) = (((u & mask) >> (FRACTION - 8)) as u32, ((v & mask) >> (FRACTION - 8)) as u32);
    let top = u32::from(a) * (256 - fx) + u32::from(b) * fx;
    let bottom = u32::from(c) * (256 - fx) + u32::from(d) * fx;
    (top * (256 - fy) + bottom * fy) >> 8
}

/// Grey levels for every amount of toner, and what each density of ink lets through.
struct Looks {
    toner: Vec<Vec<f32>>,
    inks: Vec<Vec<Vec<f32>>>,
}

impl Looks {
    fn new(paper: &Paper, pass: &Pass, channels: usize, random: &mut Random) -> Self {
        // Office paper is a little blue or a little yellow.
        let tint = random.normal() * 2.0;
        let whites: Vec<f64> = match channels {
            3 => vec![pass.white - tint.max(0.0), pass.white - tint.abs() / 2.0, pass.white + tint.min(0.0)],
            _ => vec![pass.white],
        };
        let toner = whites
            .iter()
            .map(|white| {
                (0..=255)
                    .map(|t| {
                        let cover = f64::from(t) / 255.0 * pass.toner;
                        (white + (pass.black - white) * cover) as f32
                    })
                    .collect()
            })
            .collect();
        let inks = paper
            .inks
            .iter()
            .map(|layer| {
                let passes = |c: usize, d: usize| (-(d as f32) / 100.0 * layer.absorb[c]).exp();
                (0..channels)
                    .map(|c| {
                        (0..256)
                            .map(|d| match channels {
                                3 => passes(c, d),
                                _ => (0..3).map(|i| pass.grey[i] * passes(i, d)).sum(),
                            })
                            .collect()
                    })
                    .collect()
            })
            .collect();
        Self { toner, inks }
    }
}

/// Light that falls off over the page.
struct Light {
    loss: f32,
    across: f32,
    down: f32,
    bow: f32,
    height: usize,
}

impl Light {
    fn fall_on(&self, plane: &mut [f32], width: usize) {
        if self.loss == 0.0 {
            return;
        }
        for (y, row) in plane.chunks_exact_mut(width).enumerate() {
            let v = y as f32 / self.height as f32 * 2.0 - 1.0;
            for (x, cell) in row.iter_mut().enumerate() {
                let u = x as f32 / width as f32 * 2.0 - 1.0;
                let fall = (self.across * u + self.down * v + self.bow * (u * u + v * v - 0.7)) * 0.35 + 0.5;
                *cell *= 1.0 - self.loss * fall.clamp(0.0, 1.0);
            }
        }
    }
}

struct Speck {
    x: f64,
    y: f64,
    radius: f64,
    depth: f32,
}

impl Speck {
    fn fall_on(&self, plane: &mut [f32], width: usize, height: usize) {
        let reach = self.radius + 1.0;
        for y in (self.y - reach).max(0.0) as usize..((self.y + reach) as usize + 1).min(height) {
            for x in (self.x - reach).max(0.0) as usize..((self.x + reach) as usize + 1).min(width) {
                let distance = (x as f64 + 0.5 - self.x).hypot(y as f64 + 0.5 - self.y);
                let cover = (self.radius - distance + 0.5).clamp(0.0, 1.0) as f32;
                plane[y * width + x] *= 1.0 - self.depth * cover;
            }
        }
    }
}

struct Streak {
    x: usize,
    pixels: usize,
    depth: f32,
    gap: usize,
}

impl Streak {
    fn fall_on(&self, plane: &mut [f32], width: usize) {
        for (y, row) in plane.chunks_exact_mut(width).enumerate() {
            if y % self.gap < self.gap / 12 {
                continue;
            }
            for cell in row.iter_mut().skip(self.x).take(self.pixels) {
                *cell *= 1.0 - self.depth;
            }
        }
    }
}

/// Length of the table of noise: a power of two.
const NOISE_LENGTH: usize = 1 << 15;

fn noise_table(random: &mut Random) -> Vec<f32> {
    (0..NOISE_LENGTH).map(|_| random.normal() as f32).collect()
}

/// Adds noise; every row reads the table from another place.
fn add_noise(plane: &mut [f32], width: usize, table: &[f32], sigma: f32, random: &mut Random) {
    if sigma == 0.0 {
        return;
    }
    for row in plane.chunks_exact_mut(width) {
        let start = random.below(NOISE_LENGTH - width.min(NOISE_LENGTH - 1));
        for (cell, n) in row.iter_mut().zip(&table[start..]) {
            *cell += n * sigma;
        }
    }
}

/// Half of a Gauss kernel: the middle, then outwards. One entry: no blur.
fn kernel(sigma: f64) -> Vec<f32> {
    if sigma < 0.2 {
        return vec![1.0];
    }
    let radius = (sigma * 2.6).ceil() as i32;
    let weight = |i: i32| (-f64::from(i * i) / (2.0 * sigma * sigma)).exp();
    let sum: f64 = (-radius..=radius).map(weight).sum();
    (0..=radius).map(|i| (weight(i) / sum) as f32).collect()
}

/// Blurs in place along rows, then along columns; the rim repeats.
fn convolve(plane: &mut [f32], width: usize, height: usize, half: &[f32]) {
    let radius = half.len() - 1;
    if radius == 0 || width <= 2 * radius || height <= 2 * radius {
        return;
    }
    let mut padded = vec![0f32; width + 2 * radius];
    for row in plane.chunks_exact_mut(width) {
        padded[radius..radius + width].copy_from_slice(row);
        let (first, last) = (row[0], row[width - 1]);
        padded[..radius].fill(first);
        padded[radius + width..].fill(last);
        for (x, cell) in row.iter_mut().enumerate() {
            *cell = padded[x + radius] * half[0];
        }
        for (i, k) in half.iter().enumerate().skip(1) {
            let (left, right) = (&padded[radius - i..], &padded[radius + i..]);
            for ((cell, a), b) in row.iter_mut().zip(left).zip(right) {
                *cell += (a + b) * k;
            }
        }
    }
    // Columns: a ring of the rows that are still needed unblurred.
    let rows = 2 * radius + 1;
    let mut ring: Vec<Vec<f32>> = (0..rows)
        .map(|i| {
            let y = (i as isize - radius as isize).clamp(0, height as isize - 1) as usize;
            plane[y * width..(y + 1) * width].to_vec()
        })
        .collect();
    for y in 0..height {
        let middle = (y + radius) % rows;
        let row = &mut plane[y * width..(y + 1) * width];
        for (cell, v) in row.iter_mut().zip(&ring[middle]) {
            *cell = v * half[0];
        }
        for (i, k) in half.iter().enumerate().skip(1) {
            let (above, below) = (&ring[(middle + rows - i) % rows], &ring[(middle + i) % rows]);
            for ((cell, a), b) in row.iter_mut().zip(above).zip(below) {
                *cell += (a + b) * k;
            }
        }
        let next = (y + radius + 1).min(height - 1);
        // The row that leaves is the oldest: radius above this one.
        let oldest = y % rows;
        if next > y {
            ring[oldest].copy_from_slice(&plane[next * width..(next + 1) * width]);
        }
    }
}

/// Black where a pixel is darker than its neighbourhood (about 6 mm) by a share.
fn adaptive(grey: &[u8], width: usize, height: usize, per_mm: f64, threshold: f64) -> Vec<u8> {
    let reach = (3.0 * per_mm) as usize;
    let across = width + 1;
    let mut sums = vec![0u32; across * (height + 1)];
    for y in 0..height {
        let mut row = 0u32;
        for x in 0..width {
            row += u32::from(grey[y * width + x]);
            sums[(y + 1) * across + x + 1] = sums[y * across + x + 1].wrapping_add(row);
        }
    }
    // 0.5 … 0.72 becomes 22 … 12 % below the mean of the neighbourhood.
    let share = (0.78 + (threshold - 0.5) * 0.45) as f32;
    let mut out = vec![255u8; width * height];
    for y in 0..height {
        let (y0, y1) = (y.saturating_sub(reach), (y + reach + 1).min(height));
        for x in 0..width {
            let (x0, x1) = (x.saturating_sub(reach), (x + reach + 1).min(width));
            let sum = sums[y1 * across + x1]
                .wrapping_sub(sums[y0 * across + x1])
                .wrapping_sub(sums[y1 * across + x0])
                .wrapping_add(sums[y0 * across + x0]);
            let mean = sum as f32 / ((x1 - x0) * (y1 - y0)) as f32;
            if f32::from(grey[y * width + x]) < mean * share {
                out[y * width + x] = 0;
            }
        }
    }
    out
}

/// The picture turned clockwise by quarter turns.
pub(crate) fn turned(picture: Picture, turns: u8) -> Picture {
    let Picture { width, height, channels, data } = picture;
    let mut out = Vec::with_capacity(data.len());
    let pixel = |x: usize, y: usize| &data[(y * width + x) * channels..(y * width + x + 1) * channels];
    match turns % 4 {
        0 => return Picture { width, height, channels, data },
        1 => (0..width).for_each(|x| (0..height).rev().for_each(|y| out.extend_from_slice(pixel(x, y)))),
        2 => {
            (0..height).rev().for_each(|y| (0..width).rev().for_each(|x| out.extend_from_slice(pixel(x, y))))
        }
        _ => (0..width).rev().for_each(|x| (0..height).for_each(|y| out.extend_from_slice(pixel(x, y)))),
    }
    let (width, height) = if turns % 2 == 1 { (height, width) } else { (width, height) };
    Picture { width, height, channels, data: out }
}
