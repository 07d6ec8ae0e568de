//! The pen: how a trace leaves ink on the paper.

use serde::{Deserialize, Serialize};

use crate::paper::InkLayer;
use crate::random::Random;
use crate::trace::Trace;

/// The kinds of pens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PenKind {
    /// Paste ink from a ball: skips, blobs, thin where the pressure is low.
    Ballpoint,
    /// Wet ink: even and a little wider.
    Gel,
    /// Broad and soaking, with dots where it rests.
    Felt,
    /// Graphite that stays on the peaks of the paper.
    Pencil,
}

/// The colours of ink.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InkColour {
    /// Blue.
    Blue,
    /// Black.
    Black,
    /// Graphite grey.
    Graphite,
    /// Red.
    Red,
}

/// One pen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pen {
    /// What kind.
    pub kind: PenKind,
    /// What colour.
    pub colour: InkColour,
    /// Width of a line at ordinary pressure, millimetres.
    pub width_mm: f64,
    /// How much ink it gives; 1 is a new pen.
    pub flow: f64,
    /// Skips to a centimetre of line.
    pub skips: f64,
}

impl InkColour {
    /// Absorption of red, green and blue at density 1; `shade` in 0–1 runs through
    /// the pens of one colour.
    pub(crate) fn absorb(self, shade: f64) -> [f32; 3] {
        let mix = |a: [f64; 3], b: [f64; 3]| std::array::from_fn(|i| (a[i] + (b[i] - a[i]) * shade) as f32);
        match self {
            Self::Blue => mix([2.2, 1.75, 0.75], [1.35, 1.15, 0.32]),
            Self::Black => mix([2.1, 2.1, 2.0], [1.45, 1.4, 1.25]),
            Self::Graphite => mix([1.1, 1.1, 1.05], [0.8, 0.8, 0.78]),
            Self::Red => mix([0.2, 1.9, 1.7], [0.1, 1.4, 1.1]),
        }
    }
}

/// Grain of the paper's surface, 0–1 with mean 0.5, about 0.1 mm across.
fn tooth(x: usize, y: usize, seed: u64) -> f32 {
    let mut z = (x as u64) << 32 ^ y as u64 ^ seed;
    z = (z ^ (z >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    z = (z ^ (z >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    // Two uniform numbers make the grain gather round its mean.
    ((z >> 40) as f32 + (z >> 16 & 0xff_ffff) as f32) / (2 << 24) as f32
}

impl Pen {
    /// Leaves the ink of one trace on the layer, `scale` pixels to a millimetre.
    /// Along one trace the point does not lay ink twice; where traces cross, the
    /// densities add up.
    pub(crate) fn draw(&self, layer: &mut InkLayer, scale: f64, (trace, random): (&Trace, &mut Random)) {
        let reach = self.width_mm * 0.8 + 0.3;
        let bounds = trace.touches.iter().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |b, t| {
            [b[0].min(t.x), b[1].min(t.y), b[2].max(t.x), b[3].max(t.y)]
        });
        let (wide, high) = (layer.plane.width as f64, layer.plane.height as f64);
        let x0 = ((bounds[0] - reach) * scale).clamp(0.0, wide) as usize;
        let y0 = ((bounds[1] - reach) * scale).clamp(0.0, high) as usize;
        let x1 = ((bounds[2] + reach) * scale).clamp(0.0, wide).ceil() as usize;
        let y1 = ((bounds[3] + reach) * scale).clamp(0.0, high).ceil() as usize;
        if x1 <= x0 || y1 <= y0 {
            return;
        }
        let across = x1 - x0;
        let mut wet = vec![0f32; across * (y1 - y0)];
        let grain = random.bits();
        let mut flow = self.flow_along(trace, random);
        let first_blob = self.blob(random);
        if let (Some(blob), Some(first)) = (first_blob, flow.first_mut()) {
            *first *= blob;
        }

        for (pair, flow) in trace.touches.windows(2).zip(&flow) {
            let (a, b) = (pair[0], pair[1]);
            let pressure = (a.pressure + b.pressure) / 2.0;
            let radius = self.radius_mm(pressure) * scale * f64::from(flow.max(1.0)).sqrt();
            let (ax, ay, bx, by) = (a.x * scale, a.y * scale, b.x * scale, b.y * scale);
            let (dx, dy) = (bx - ax, by - ay);
            let length2 = (dx * dx + dy * dy).max(1e-9);
            let edge = radius + 1.0;
            let span = |lo: f64, hi: f64, from: usize, to: usize| {
                ((lo - edge).max(from as f64) as usize, ((hi + edge).max(0.0).ceil() as usize).min(to))
            };
            let (px0, px1) = span(ax.min(bx), ax.max(bx), x0, x1);
            let (py0, py1) = span(ay.min(by), ay.max(by), y0, y1);
            for py in py0..py1 {
                for px in px0..px1 {
                    let (cx, cy) = (px as f64 + 0.5 - ax, py as f64 + 0.5 - ay);
                    let t = ((cx * dx + cy * dy) / length2).clamp(0.0, 1.0);
                    let distance = (cx - t * dx).hypot(cy - t * dy);
                    let cover = (radius - distance + 0.5).clamp(0.0, 1.0) as f32;
                    if cover > 0.0 {
                        let taken = self.taken(pressure as f32, tooth(px, py, grain));
                        let cell = &mut wet[(py - y0) * across + px - x0];
                        *cell = cell.max(cover * taken * flow.min(1.3));
                    }
                }
            }
        }
        let full = self.flow as f32;
        for (i, density) in wet.iter().enumerate().filter(|(_, d)| **d > 0.0) {
            layer.add(x0 + i % across, y0 + i / across, density * full);
        }
    }

    fn radius_mm(&self, pressure: f64) -> f64 {
        let swell = match self.kind {
            PenKind::Ballpoint => 0.72 + 0.4 * pressure,
            PenKind::Gel => 0.9 + 0.15 * pressure,
            PenKind::Felt => 0.75 + 0.45 * pressure,
            PenKind::Pencil => 0.65 + 0.5 * pressure,
        };
        self.width_mm / 2.0 * swell
    }

    /// The share of full density that a spot of the paper takes.
    fn taken(&self, pressure: f32, tooth: f32) -> f32 {
        match self.kind {
            PenKind::Ballpoint => ((pressure * 1.7 - tooth) * 3.0 + 0.1).clamp(0.0, 1.0),
            PenKind::Gel => ((pressure * 2.6 - tooth) * 4.0 + 0.5).clamp(0.0, 1.0),
            PenKind::Felt => 0.85 + 0.15 * (1.0 - tooth),
            PenKind::Pencil => ((pressure * 1.15 + 0.12 - tooth) * 2.2).clamp(0.0, 1.0),
        }
    }

    /// Ink offered along the trace: 1 ordinary, near 0 where the ball slips.
    fn flow_along(&self, trace: &Trace, random: &mut Random) -> Vec<f32> {
        let n = trace.touches.len().saturating_sub(1);
        let mut flow = vec![1f32; n];
        let (phase, speed) = (random.between(0.0, 6.3), random.between(0.02, 0.09));
        for (i, f) in flow.iter_mut().enumerate() {
            *f *= 1.0 - 0.10 * (1.0 + (phase + speed * i as f64).sin()) as f32 / 2.0;
        }
        // 0.08 mm to a step.
        let expected = self.skips * n as f64 * 0.008;
        for _ in 0..(expected + random.unit()) as usize {
            let (start, length) = (random.below(n.max(1)), 2 + random.below(9));
            let left = random.between(0.0, 0.4) as f32;
            flow.iter_mut().skip(start).take(length).for_each(|f| *f *= left);
        }
        flow
    }

    /// A drop of more ink where the pen comes down, if this pen does that.
    fn blob(&self, random: &mut Random) -> Option<f32> {
        let (p, most) = match self.kind {
            PenKind::Ballpoint => (0.12, 1.6),
            PenKind::Gel => (0.15, 1.5),
            PenKind::Felt => (0.6, 2.2),
            PenKind::Pencil => (0.0, 1.0),
        };
        random.chance(p).then(|| random.between(1.1, most) as f32)
    }
}
