//! One pass of the scanner, or one shot: its settings, drawn from the profile.

use crate::camera::Shot;
use crate::dirt::{Speck, Streak};
use crate::glass::Glass;
use crate::lamp::Lamp;
use crate::profile::{Container, Output, Scanning};
use crate::random::Random;
use crate::toner::{PrintRun, within};
use crate::truth::{Factors, Sensor, rounded};
use crate::view::Device;
use crate::wear::Wear;

/// Everything that one pass over the glass needs to know.
#[derive(Debug, Clone)]
pub(crate) struct Pass {
    /// Dots to an inch; for a telephone, about.
    pub(crate) dpi: u32,
    /// What the file states.
    pub(crate) dpi_tag: Option<u32>,
    pub(crate) output: Output,
    pub(crate) jpeg_quality: u8,
    pub(crate) half_chroma: bool,
    pub(crate) quarter_turns: u8,
    /// EXIF orientation, 1–8.
    pub(crate) exif: Option<u8>,
    pub(crate) device: Device,
    pub(crate) lamp: Lamp,
    pub(crate) blur_mm: f64,
    pub(crate) sensor: Sensor,
    pub(crate) surround: f64,
    pub(crate) dust: Vec<Speck>,
    pub(crate) streaks: Vec<Streak>,
    /// Weights with which red, green and blue make grey.
    pub(crate) grey: [f32; 3],
}

/// Resolutions that files state wrongly.
const WRONG_TAGS: [(u32, f64); 5] = [(72, 0.4), (96, 0.3), (300, 0.1), (200, 0.1), (600, 0.1)];

impl Pass {
    /// Draws the settings of one page on a sheet of `size_mm`.
    pub(crate) fn draw(scanning: &Scanning, size_mm: [f64; 2], random: &mut Random) -> Self {
        let output = *random.pick(&scanning.output);
        let mut dpi = *random.pick(&scanning.dpi);
        if output.is_bilevel() {
            // Nobody scans text in one bit below 200 dpi: it cannot be read.
            dpi = dpi.max(200);
        }
        let quarter_turns = *random.pick(&scanning.quarter_turns);
        let mut exif = None;
        let device = match &scanning.camera {
            None => Device::Scanner(Glass::draw(scanning, size_mm, random)),
            Some(camera) => {
                let shot = Shot::draw(camera, size_mm, random);
                dpi = (shot.focal_px / shot.distance_mm * 25.4).round() as u32;
                // What turns this picture upright: 1, 8, 3 or 6.
                let right = [1, 8, 3, 6][usize::from(quarter_turns % 4)];
                exif = random.chance(camera.exif).then_some(right);
                if exif.is_some() && random.chance(camera.wrong_exif) {
                    exif = Some(*random.pick(&[(1, 0.5), (6, 0.25), (8, 0.25)]));
                }
                Device::Telephone(Box::new(shot))
            }
        };
        let wrong = random.chance(scanning.wrong_tag).then(|| *random.pick(&WRONG_TAGS));
        let dpi_tag = match scanning.camera {
            Some(_) => random.chance(0.5).then_some(72),
            None => wrong.or((!random.chance(scanning.untagged)).then_some(dpi)),
        };
        let white = within(scanning.white, random);
        let dark = random.chance(scanning.dark_surround);
        let surround =
            if dark { random.between(8.0, 70.0) } else { (white + random.between(-12.0, 4.0)).min(255.0) };
        let dust = (random.unit() * random.unit() * (scanning.dust + 1.0)) as usize;
        let streaks = if random.chance(scanning.streak) { 1 + random.below(3) } else { 0 };
        Self {
            dpi,
            dpi_tag,
            output,
            jpeg_quality: within(scanning.jpeg_quality, random).round() as u8,
            half_chroma: random.chance(scanning.half_chroma),
            quarter_turns,
            exif,
            device,
            lamp: Lamp::draw(scanning.shade, random),
            blur_mm: within(scanning.blur_mm, random),
            sensor: Sensor {
                white,
                black: within(scanning.black, random).min(white - 90.0),
                noise: within(scanning.noise, random),
                sharpen: within(scanning.sharpen, random).max(0.0),
                gamma: within(scanning.gamma, random),
                threshold: within([0.5, 0.72], random),
            },
            surround: rounded(surround),
            dust: (0..dust).map(|_| Speck::draw(size_mm, random)).collect(),
            streaks: (0..streaks).map(|_| Streak::draw(size_mm, random)).collect(),
            grey: *random.pick(&[([0.299, 0.587, 0.114], 0.8), ([0.1, 0.8, 0.1], 0.2)]),
        }
    }

    /// Pixels to a millimetre; for a telephone, about.
    pub(crate) fn per_mm(&self) -> f64 {
        match &self.device {
            Device::Scanner(_) => f64::from(self.dpi) / 25.4,
            Device::Telephone(shot) => shot.focal_px / shot.distance_mm,
        }
    }

    /// Resolution of the paper's layers: finer than most pictures, so that a thin pen has a
    /// shape and the picture's pixels gather what they see, yet not finer than is needed.
    pub(crate) fn working_scale(&self) -> f64 {
        (self.per_mm() * 1.5).clamp(200.0 / 25.4, 300.0 / 25.4).max(self.per_mm().min(400.0 / 25.4))
    }

    /// What is true of print, paper and this pass.
    pub(crate) fn factors(&self, print: &PrintRun, wear: &Wear) -> Factors {
        let (skew_deg, shift_mm, stretch, margin_mm) = match &self.device {
            Device::Scanner(glass) => {
                let [left, top, right, bottom] = glass.frame_mm;
                let margin = (right - left - 210.0).min(bottom - top - 297.0) / 2.0;
                (glass.skew_deg, glass.shift_mm, glass.stretch, margin)
            }
            Device::Telephone(shot) => (shot.roll_deg, [0.0; 2], [1.0; 2], 0.0),
        };
        Factors {
            dpi: self.dpi,
            dpi_tagged: self.dpi_tag.is_some(),
            dpi_tag: self.dpi_tag,
            output: self.output,
            jpeg_quality: (self.output.container() == Container::Jpeg).then_some(self.jpeg_quality),
            half_chroma: self.output == Output::ColourJpeg && self.half_chroma,
            quarter_turns: self.quarter_turns,
            exif: self.exif,
            skew_deg,
            shift_mm,
            scale: std::array::from_fn(|i| rounded(print.scale[i] * stretch[i])),
            toner: print.darkness,
            blur_mm: self.blur_mm,
            noise: self.sensor.noise,
            shade: self.lamp.loss,
            surround: self.surround,
            margin_mm: rounded(margin_mm),
            dust: self.dust.len() as u32,
            streak_mm: self.streaks.first().map(|streak| streak.at_mm),
            print: print.clone(),
            wear: wear.clone(),
            device: self.device.clone(),
            lamp: self.lamp,
            sensor: self.sensor,
            streaks: self.streaks.clone(),
        }
    }
}
