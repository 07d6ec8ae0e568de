//! Lens and sensor: blur, sharpening, motion, noise and the tone curve.

use crate::random::Random;

/// How a plane of light becomes bytes.
pub(crate) struct Optics<'a> {
    /// Half of the kernel, the middle first; applied along rows and along columns.
    pub(crate) kernel: Vec<f32>,
    /// Deviation of the grain of the paper, which is seen through the lens, and of the
    /// sensor's noise, which is not.
    pub(crate) noise: f32,
    /// Random numbers of mean 0 and deviation 1.
    pub(crate) table: &'a [f32],
    /// What the sensor makes of each level.
    pub(crate) tone: Option<[u8; 256]>,
}

/// Length of the table of noise.
const NOISE_LENGTH: usize = 1 << 15;

/// A table of noise.
pub(crate) fn noise_table(random: &mut Random) -> Vec<f32> {
    (0..NOISE_LENGTH).map(|_| random.normal() as f32).collect()
}

/// Half of a kernel: a Gauss blur of deviation `sigma` pixels, sharpened by taking away a
/// share of a wider one, which overshoots at edges. Its sum is 1. One entry: nothing happens.
pub(crate) fn kernel(sigma: f64, sharpen: f64) -> Vec<f32> {
    if sigma < 0.2 && sharpen == 0.0 {
        return vec![1.0];
    }
    let wide = (sigma * sigma + 1.2).sqrt();
    let radius = if sharpen > 0.0 { (wide * 2.4).ceil() } else { (sigma * 2.6).ceil() } as i32;
    let gauss = |s: f64| {
        let weight = |i: i32| (-f64::from(i * i) / (2.0 * s * s)).exp();
        let sum: f64 = (-radius..=radius).map(weight).sum();
        (0..=radius).map(|i| weight(i) / sum).collect::<Vec<f64>>()
    };
    let (fine, coarse) = (gauss(sigma.max(0.15)), gauss(wide));
    fine.iter().zip(&coarse).map(|(f, c)| (f * (1.0 + sharpen) - c * sharpen) as f32).collect()
}

/// The tone curve with an exponent, between black (0) and white (255); `None` when straight.
pub(crate) fn tone(gamma: f64) -> Option<[u8; 256]> {
    (gamma != 1.0).then(|| std::array::from_fn(|v| ((v as f64 / 255.0).powf(gamma) * 255.0 + 0.5) as u8))
}

impl Optics<'_> {
    /// Bytes of the plane, row by row. The plane itself is used up.
    pub(crate) fn develop(&self, plane: &mut [f32], width: usize, random: &mut Random) -> Vec<u8> {
        let height = plane.len() / width;
        let radius = if width > 2 * self.kernel.len() { self.kernel.len() - 1 } else { 0 };
        let rows = 2 * radius + 1;
        // The rows that are needed, blurred along themselves; row y is in ring[y % rows].
        let mut ring = vec![vec![0f32; width]; rows];
        let mut padded = vec![0f32; width + 2 * radius];
        let mut sum = vec![0f32; width];
        let mut bytes = Vec::with_capacity(plane.len());
        let mut ready = 0;
        for y in 0..height {
            while ready <= (y + radius).min(height - 1) {
                let row = &mut plane[ready * width..(ready + 1) * width];
                self.add_noise(row, random);
                padded[..radius].fill(row[0]);
                padded[radius + width..].fill(row[width - 1]);
                padded[radius..radius + width].copy_from_slice(row);
                let parts = |i: usize| (&padded[radius - i..][..width], &padded[radius + i..][..width]);
                weigh(&mut ring[ready % rows], &self.kernel[..=radius], parts);
                ready += 1;
            }
            let row = |i: isize| {
                let at = (y as isize + i).clamp(0, height as isize - 1) as usize;
                ring[at % rows].as_slice()
            };
            weigh(&mut sum, &self.kernel[..=radius], |i| (row(-(i as isize)), row(i as isize)));
            self.add_noise(&mut sum, random);
            bytes.extend(sum.iter().map(|v| (v + 0.5) as u8));
        }
        if let Some(tone) = &self.tone {
            bytes.iter_mut().for_each(|v| *v = tone[usize::from(*v)]);
        }
        bytes
    }

    /// Every row reads the table from another place.
    fn add_noise(&self, row: &mut [f32], random: &mut Random) {
        if self.noise > 0.0 {
            let start = random.below(self.table.len() - row.len().min(self.table.len() - 1));
            row.iter_mut().zip(&self.table[start..]).for_each(|(cell, n)| *cell += n * self.noise);
        }
    }
}

/// The sum of parts at distance 0, 1, … on both sides, by weight.
fn weigh<'a>(out: &mut [f32], kernel: &[f32], parts: impl Fn(usize) -> (&'a [f32], &'a [f32])) {
    let (middle, _) = parts(0);
    out.iter_mut().zip(middle).for_each(|(o, v)| *o = v * kernel[0]);
    for (i, weight) in kernel.iter().enumerate().skip(1) {
        let (a, b) = parts(i);
        for ((o, a), b) in out.iter_mut().zip(a).zip(b) {
            *o += (a + b) * weight;
        }
    }
}

/// Smears the plane along a straight way of `motion` pixels across and down.
pub(crate) fn smear(plane: &mut Vec<f32>, width: usize, motion: [f64; 2]) {
    let taps = motion[0].hypot(motion[1]).ceil() as usize + 1;
    if taps < 2 {
        return;
    }
    let height = plane.len() / width;
    let mut out = vec![0f32; plane.len()];
    let share = 1.0 / taps as f32;
    for tap in 0..taps {
        let t = tap as f64 / (taps - 1) as f64 - 0.5;
        let (dx, dy) = ((motion[0] * t).round() as isize, (motion[1] * t).round() as isize);
        for y in 0..height {
            let from = (y as isize + dy).clamp(0, height as isize - 1) as usize;
            let row = &plane[from * width..(from + 1) * width];
            let out = &mut out[y * width..(y + 1) * width];
            // The rim repeats: near it the smear is shorter.
            let (skip_in, skip_out) = (dx.max(0) as usize, (-dx).max(0) as usize);
            let (head, tail) = (skip_out.min(width), width - skip_in.min(width));
            out[..head].iter_mut().for_each(|o| *o += row[0] * share);
            out[tail..].iter_mut().for_each(|o| *o += row[width - 1] * share);
            let moved = out[head..tail.max(head)].iter_mut().zip(&row[skip_in.min(width)..]);
            moved.for_each(|(o, v)| *o += v * share);
        }
    }
    *plane = out;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(sharpen: f64) -> Vec<u8> {
        let mut plane: Vec<f32> = (0..40 * 40).map(|i| if i % 40 < 20 { 60.0 } else { 200.0 }).collect();
        let optics = Optics { kernel: kernel(0.6, sharpen), noise: 0.0, table: &[], tone: None };
        optics.develop(&mut plane, 40, &mut Random::stream(1, &[]))[20 * 40..21 * 40].to_vec()
    }

    #[test]
    fn blur_never_overshoots_and_sharpening_does() {
        assert!(edge(0.0).iter().all(|v| (60..=200).contains(v)));
        assert!(edge(1.2).iter().any(|v| *v < 55) && edge(1.2).iter().any(|v| *v > 205));
        assert_eq!((edge(1.2)[3], edge(1.2)[37]), (60, 200), "far from the edge nothing changes");
    }

    #[test]
    fn motion_smears_along_its_way_and_not_across() {
        let mut plane = vec![0f32; 30 * 30];
        plane[15 * 30 + 15] = 90.0;
        smear(&mut plane, 30, [4.0, 0.0]);
        let lit: Vec<usize> = (0..900).filter(|i| plane[*i] > 1.0).collect();
        assert_eq!(lit, [15 * 30 + 13, 15 * 30 + 14, 15 * 30 + 15, 15 * 30 + 16, 15 * 30 + 17]);
    }
}
