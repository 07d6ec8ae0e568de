//! The scanner or the telephone that takes the picture, and the file it writes.

use serde::{Deserialize, Serialize};

use super::Span;

/// The scanner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scanning {
    /// Dots to an inch.
    pub dpi: Vec<(u32, f64)>,
    /// What kind of file comes out.
    pub output: Vec<(Output, f64)>,
    /// Quality of JPEG files.
    pub jpeg_quality: Span,
    /// Chance that a JPEG file holds colour at half the resolution (4:2:0).
    pub half_chroma: f64,
    /// Clockwise quarter turns.
    pub quarter_turns: Vec<(u8, f64)>,
    /// Deviation of the skew in degrees.
    pub skew_deg: f64,
    /// Largest skew in degrees.
    pub skew_limit_deg: f64,
    /// Largest shift in millimetres.
    pub shift_mm: f64,
    /// Stretch of the scanner, both ways, largest difference from 1.
    pub stretch: f64,
    /// Smooth unevenness of the feed in millimetres.
    pub feed_mm: f64,
    /// Chance that the feed slips once.
    pub slip: f64,
    /// Length of a slip, millimetres.
    pub slip_mm: Span,
    /// Blur of the optics, deviation in millimetres.
    pub blur_mm: Span,
    /// Noise, deviation in grey levels.
    pub noise: Span,
    /// Uneven light: largest loss, 0–1.
    pub shade: Span,
    /// Grey level of white paper.
    pub white: Span,
    /// Grey level of full black.
    pub black: Span,
    /// Sharpening: overshoot at edges, 0 none, 1 strong.
    pub sharpen: Span,
    /// Exponent of the tone curve, 1 straight.
    pub gamma: Span,
    /// Chance of a dark surround.
    pub dark_surround: f64,
    /// Chance that the scanner cuts the picture to exactly A4.
    pub exact_a4: f64,
    /// Chance that sides of the page are cut off, beyond what exact A4 costs.
    pub cropped: f64,
    /// How much is cut off at a side, millimetres.
    pub cropped_mm: Span,
    /// Specks of dust on a page, largest number.
    pub dust: f64,
    /// Chance of vertical streaks.
    pub streak: f64,
    /// Chance that the resolution is not written into the file.
    pub untagged: f64,
    /// Chance that the file states a wrong resolution.
    pub wrong_tag: f64,
    /// A telephone in place of the scanner; `dpi`, skew, feed and surround then say nothing.
    pub camera: Option<Camera>,
}

/// A telephone's camera held over the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Camera {
    /// Longer side of the picture in pixels.
    pub long_side: Vec<(u32, f64)>,
    /// Tilt against the page, degrees.
    pub tilt_deg: Span,
    /// Largest turn about the line of sight, degrees.
    pub roll_deg: f64,
    /// Share of the picture's longer side that the page takes.
    pub fill: Span,
    /// Lens distortion at the picture's corners, share of the distance from the middle;
    /// below 0 is a barrel.
    pub lens: Span,
    /// Height of the waves of the page, millimetres.
    pub wave_mm: Span,
    /// Defocus, deviation in pixels.
    pub defocus_px: Span,
    /// Chance that it moved, and how far in pixels.
    pub motion: (f64, Span),
    /// Chance of the shadow of hand or telephone.
    pub shadow: f64,
    /// Depth of the shadow, 0–1.
    pub shadow_depth: Span,
    /// Chance of a dark desk.
    pub dark_desk: f64,
    /// Chance that a turned picture says so by EXIF.
    pub exif: f64,
    /// Chance that EXIF tells a wrong turn: the telephone lay flat.
    pub wrong_exif: f64,
}

/// The kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// Grey, JPEG.
    GreyJpeg,
    /// Colour, JPEG.
    ColourJpeg,
    /// Grey, PNG.
    GreyPng,
    /// Colour, PNG.
    ColourPng,
    /// One bit a pixel by one threshold for the page, TIFF with CCITT G4.
    FixedTiff,
    /// One bit a pixel by a threshold that follows the neighbourhood, TIFF with CCITT G4.
    AdaptiveTiff,
    /// One bit a pixel by an ordered dither, TIFF with CCITT G4.
    OrderedTiff,
    /// One bit a pixel by error diffusion, TIFF with CCITT G4.
    DiffusedTiff,
    /// One bit a pixel by one threshold for the page, PNG.
    FixedPng,
    /// One bit a pixel by a threshold that follows the neighbourhood, PNG.
    AdaptivePng,
    /// One bit a pixel by an ordered dither, PNG.
    OrderedPng,
    /// One bit a pixel by error diffusion, PNG.
    DiffusedPng,
}

/// How grey becomes black or white.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bilevel {
    Fixed,
    Adaptive,
    Ordered,
    Diffused,
}

/// The file around the pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    Jpeg,
    Png,
    Tiff,
}

impl Output {
    /// Whether every pixel is black or white.
    pub fn is_bilevel(self) -> bool {
        self.bilevel().is_some()
    }

    pub(crate) fn bilevel(self) -> Option<Bilevel> {
        match self {
            Self::GreyJpeg | Self::ColourJpeg | Self::GreyPng | Self::ColourPng => None,
            Self::FixedTiff | Self::FixedPng => Some(Bilevel::Fixed),
            Self::AdaptiveTiff | Self::AdaptivePng => Some(Bilevel::Adaptive),
            Self::OrderedTiff | Self::OrderedPng => Some(Bilevel::Ordered),
            Self::DiffusedTiff | Self::DiffusedPng => Some(Bilevel::Diffused),
        }
    }

    /// 1 grey, 3 colour.
    pub(crate) fn channels(self) -> usize {
        match self {
            Self::ColourJpeg | Self::ColourPng => 3,
            Self::GreyJpeg
            | Self::GreyPng
            | Self::FixedTiff
            | Self::AdaptiveTiff
            | Self::OrderedTiff
            | Self::DiffusedTiff
            | Self::FixedPng
            | Self::AdaptivePng
            | Self::OrderedPng
            | Self::DiffusedPng => 1,
        }
    }

    pub(crate) fn container(self) -> Container {
        match self {
            Self::GreyJpeg | Self::ColourJpeg => Container::Jpeg,
            Self::GreyPng
            | Self::ColourPng
            | Self::FixedPng
            | Self::AdaptivePng
            | Self::OrderedPng
            | Self::DiffusedPng => Container::Png,
            Self::FixedTiff | Self::AdaptiveTiff | Self::OrderedTiff | Self::DiffusedTiff => Container::Tiff,
        }
    }
}

impl Scanning {
    /// A good flatbed: upright grey pages at 300 dpi.
    pub fn flatbed() -> Self {
        Self {
            dpi: vec![(300, 1.0)],
            output: vec![(Output::GreyJpeg, 1.0)],
            jpeg_quality: [85.0, 95.0],
            quarter_turns: vec![(0, 1.0)],
            skew_deg: 0.25,
            skew_limit_deg: 0.6,
            shift_mm: 0.8,
            stretch: 0.001,
            feed_mm: 0.0,
            slip: 0.0,
            blur_mm: [0.02, 0.04],
            noise: [0.8, 1.6],
            shade: [0.0, 0.03],
            sharpen: [0.0, 0.0],
            gamma: [1.0, 1.0],
            cropped: 0.0,
            dust: 0.0,
            streak: 0.0,
            wrong_tag: 0.0,
            ..Self::office()
        }
    }

    /// Flatbeds and feeders on a usual day.
    pub fn office() -> Self {
        Self {
            dpi: vec![(150, 0.12), (200, 0.38), (240, 0.05), (300, 0.45)],
            output: vec![
                (Output::GreyJpeg, 0.55),
                (Output::ColourJpeg, 0.22),
                (Output::GreyPng, 0.05),
                (Output::FixedTiff, 0.08),
                (Output::AdaptiveTiff, 0.06),
                (Output::FixedPng, 0.04),
            ],
            jpeg_quality: [60.0, 95.0],
            half_chroma: 0.7,
            quarter_turns: vec![(0, 0.88), (2, 0.08), (1, 0.02), (3, 0.02)],
            skew_deg: 0.8,
            skew_limit_deg: 3.0,
            shift_mm: 2.5,
            stretch: 0.006,
            feed_mm: 0.25,
            slip: 0.02,
            slip_mm: [0.2, 0.8],
            blur_mm: [0.02, 0.075],
            noise: [0.8, 4.5],
            shade: [0.0, 0.12],
            white: [222.0, 253.0],
            black: [6.0, 55.0],
            sharpen: [-0.5, 0.8],
            gamma: [0.85, 1.2],
            dark_surround: 0.35,
            exact_a4: 0.55,
            cropped: 0.01,
            cropped_mm: [1.0, 5.0],
            dust: 6.0,
            streak: 0.03,
            untagged: 0.05,
            wrong_tag: 0.02,
            camera: None,
        }
    }

    /// Scanners that want cleaning, and people in a hurry.
    pub fn hard() -> Self {
        Self {
            dpi: vec![
                (100, 0.05),
                (150, 0.15),
                (200, 0.35),
                (240, 0.05),
                (300, 0.32),
                (400, 0.05),
                (600, 0.03),
            ],
            output: vec![
                (Output::GreyJpeg, 0.42),
                (Output::ColourJpeg, 0.3),
                (Output::GreyPng, 0.04),
                (Output::ColourPng, 0.02),
                (Output::FixedTiff, 0.06),
                (Output::AdaptiveTiff, 0.06),
                (Output::DiffusedTiff, 0.03),
                (Output::OrderedPng, 0.02),
                (Output::FixedPng, 0.03),
                (Output::AdaptivePng, 0.02),
            ],
            jpeg_quality: [20.0, 95.0],
            half_chroma: 0.6,
            quarter_turns: vec![(0, 0.55), (2, 0.25), (1, 0.1), (3, 0.1)],
            skew_deg: 3.5,
            skew_limit_deg: 10.0,
            shift_mm: 5.0,
            stretch: 0.015,
            feed_mm: 0.8,
            slip: 0.15,
            slip_mm: [0.3, 2.5],
            blur_mm: [0.02, 0.13],
            noise: [0.8, 9.0],
            shade: [0.0, 0.3],
            white: [190.0, 255.0],
            black: [0.0, 80.0],
            sharpen: [-0.6, 1.6],
            gamma: [0.65, 1.6],
            dark_surround: 0.5,
            exact_a4: 0.4,
            cropped: 0.12,
            cropped_mm: [1.0, 9.0],
            dust: 60.0,
            streak: 0.2,
            untagged: 0.2,
            wrong_tag: 0.12,
            camera: None,
        }
    }

    /// One bit a pixel, by every kind of threshold.
    pub fn bilevel() -> Self {
        Self {
            dpi: vec![(200, 0.5), (240, 0.05), (300, 0.4), (400, 0.05)],
            output: vec![
                (Output::FixedTiff, 0.2),
                (Output::FixedPng, 0.1),
                (Output::AdaptiveTiff, 0.2),
                (Output::AdaptivePng, 0.1),
                (Output::OrderedTiff, 0.1),
                (Output::OrderedPng, 0.1),
                (Output::DiffusedTiff, 0.1),
                (Output::DiffusedPng, 0.1),
            ],
            skew_deg: 1.2,
            skew_limit_deg: 5.0,
            ..Self::office()
        }
    }

    /// Coarse pictures: 100 to 150 dpi.
    pub fn lowres() -> Self {
        Self {
            dpi: vec![(100, 0.35), (110, 0.1), (120, 0.2), (150, 0.35)],
            output: vec![(Output::GreyJpeg, 0.55), (Output::ColourJpeg, 0.4), (Output::GreyPng, 0.05)],
            jpeg_quality: [35.0, 95.0],
            skew_deg: 1.2,
            skew_limit_deg: 5.0,
            blur_mm: [0.02, 0.1],
            ..Self::office()
        }
    }

    /// Telephones.
    pub fn photo() -> Self {
        Self {
            output: vec![(Output::ColourJpeg, 0.93), (Output::GreyJpeg, 0.07)],
            jpeg_quality: [55.0, 95.0],
            half_chroma: 0.85,
            quarter_turns: vec![(0, 0.55), (1, 0.15), (2, 0.1), (3, 0.2)],
            blur_mm: [0.0, 0.0],
            noise: [1.0, 6.0],
            shade: [0.0, 0.35],
            white: [170.0, 245.0],
            black: [5.0, 60.0],
            sharpen: [0.0, 1.0],
            gamma: [0.8, 1.25],
            dust: 0.0,
            streak: 0.0,
            camera: Some(Camera {
                long_side: vec![(1600, 0.1), (2048, 0.35), (2560, 0.32), (3264, 0.17), (4000, 0.06)],
                tilt_deg: [0.0, 25.0],
                roll_deg: 8.0,
                fill: [0.8, 1.0],
                lens: [-0.04, 0.02],
                wave_mm: [0.0, 4.0],
                defocus_px: [0.3, 1.4],
                motion: (0.25, [1.0, 4.0]),
                shadow: 0.45,
                shadow_depth: [0.1, 0.5],
                dark_desk: 0.6,
                exif: 0.6,
                wrong_exif: 0.05,
            }),
            ..Self::office()
        }
    }
}
