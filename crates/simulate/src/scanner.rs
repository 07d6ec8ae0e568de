//! The scanner's settings for one page, drawn from the profile.

use crate::paper::Placement;
use crate::profile::{Output, Printing, Scanning, Span};
use crate::random::Random;
use crate::truth::{Factors, rounded};

fn within(span: Span, random: &mut Random) -> f64 {
    random.between(span[0], span[1])
}

/// Where the printer puts its image on a sheet of this size.
pub(crate) fn placement(printing: &Printing, size_mm: [f64; 2], random: &mut Random) -> Placement {
    let both = within(printing.scale, random);
    let differ = random.between(-printing.unequal, printing.unequal) / 2.0;
    let scale = [both + differ, both - differ];
    // Printers shrink towards the middle of the sheet.
    let shift_mm = std::array::from_fn(|i| {
        size_mm[i] * (1.0 - scale[i]) / 2.0 + random.bounded(printing.shift_mm / 2.5, printing.shift_mm)
    });
    Placement { scale, shift_mm }
}

/// Everything that one pass over the glass needs to know.
#[derive(Debug, Clone)]
pub(crate) struct Pass {
    pub(crate) dpi: u32,
    pub(crate) tagged: bool,
    pub(crate) output: Output,
    pub(crate) jpeg_quality: u8,
    pub(crate) quarter_turns: u8,
    pub(crate) skew_deg: f64,
    pub(crate) shift_mm: [f64; 2],
    pub(crate) stretch: [f64; 2],
    pub(crate) margin_mm: f64,
    pub(crate) feed_mm: f64,
    pub(crate) blur_mm: f64,
    pub(crate) noise: f64,
    pub(crate) shade: f64,
    pub(crate) white: f64,
    pub(crate) black: f64,
    pub(crate) surround: f64,
    pub(crate) toner: f64,
    pub(crate) dust: u32,
    pub(crate) streak_mm: Option<f64>,
    /// Threshold of one-bit pictures between black (0) and white (1).
    pub(crate) threshold: f64,
    /// Weights with which red, green and blue make grey.
    pub(crate) grey: [f32; 3],
}

/// A page that lies this far out of the straight would lose its corners in a
/// picture cut to A4; such pages are scanned with room around.
const CUT_SKEW_DEG: f64 = 1.0;

impl Pass {
    /// Draws the settings of one page on a sheet of `size_mm`.
    pub(crate) fn new(
        (scanning, printing): (&Scanning, &Printing),
        size_mm: [f64; 2],
        random: &mut Random,
    ) -> Self {
        let output = *random.pick(&scanning.output);
        let mut dpi = *random.pick(&scanning.dpi);
        if output.is_bilevel() {
            // Nobody scans text in one bit below 200 dpi: it cannot be read.
            dpi = dpi.max(200);
        }
        let skew_deg = random.bounded(scanning.skew_deg, scanning.skew_limit_deg);
        let exact = random.chance(scanning.exact_a4) && skew_deg.abs() < CUT_SKEW_DEG;
        let margin_mm = if exact { 0.0 } else { random.between(1.0, 7.0) };
        let shift_limit = if exact { scanning.shift_mm.min(1.5) } else { scanning.shift_mm };
        let white = within(scanning.white, random);
        let dark = random.chance(scanning.dark_surround);
        Self {
            dpi,
            tagged: !random.chance(scanning.untagged),
            output,
            jpeg_quality: within(scanning.jpeg_quality, random).round() as u8,
            quarter_turns: *random.pick(&scanning.quarter_turns),
            skew_deg,
            shift_mm: std::array::from_fn(|_| random.bounded(shift_limit / 2.0, shift_limit)),
            stretch: std::array::from_fn(|_| 1.0 + random.between(-scanning.stretch, scanning.stretch)),
            margin_mm,
            feed_mm: random.unit() * scanning.feed_mm,
            blur_mm: within(scanning.blur_mm, random),
            noise: within(scanning.noise, random),
            shade: within(scanning.shade, random),
            white,
            black: within(scanning.black, random),
            surround: if dark {
                random.between(8.0, 70.0)
            } else {
                (white + random.between(-12.0, 4.0)).min(255.0)
            },
            toner: within(printing.darkness, random),
            dust: (random.unit() * random.unit() * (scanning.dust + 1.0)) as u32,
            streak_mm: random.chance(scanning.streak).then(|| random.between(12.0, size_mm[0] - 12.0)),
            threshold: random.between(0.5, 0.72),
            grey: *random.pick(&[([0.299, 0.587, 0.114], 0.8), ([0.1, 0.8, 0.1], 0.2)]),
        }
    }

    pub(crate) fn factors(&self, place: &Placement) -> Factors {
        Factors {
            dpi: self.dpi,
            dpi_tagged: self.tagged,
            output: self.output,
            jpeg_quality: match self.output {
                Output::GreyJpeg | Output::ColourJpeg => Some(self.jpeg_quality),
                Output::GreyPng | Output::FixedTiff | Output::AdaptiveTiff | Output::FixedPng => None,
            },
            quarter_turns: self.quarter_turns,
            skew_deg: rounded(self.skew_deg),
            shift_mm: self.shift_mm.map(rounded),
            scale: std::array::from_fn(|i| rounded(place.scale[i] * self.stretch[i])),
            toner: rounded(self.toner),
            blur_mm: rounded(self.blur_mm),
            noise: rounded(self.noise),
            shade: rounded(self.shade),
            surround: rounded(self.surround),
            margin_mm: rounded(self.margin_mm),
            dust: self.dust,
            streak_mm: self.streak_mm.map(rounded),
        }
    }
}
