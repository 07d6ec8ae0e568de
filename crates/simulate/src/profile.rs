//! Profiles: how people, printers and scanners of one kind of office behave.
//!
//! A profile is data. Weights need not sum to 1; chances are of one sheet, page or
//! question as named.

use serde::{Deserialize, Serialize};

use crate::hostile::Hostile;

mod people;

pub use people::{AnswerMix, CorrectionKind, Oddity, People};

/// A range from which a number is drawn evenly.
pub type Span = [f64; 2];

/// Everything that differs between one office and another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// How pages are spoiled, by turns; none are when the list is empty.
    pub hostile: Vec<Hostile>,
    /// Who fills in.
    pub people: People,
    /// The printer.
    pub printing: Printing,
    /// The scanner.
    pub scanning: Scanning,
}

/// The printer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Printing {
    /// Scale of the print, both ways; "fit to page" makes it smaller.
    pub scale: Span,
    /// Largest difference between the two ways.
    pub unequal: f64,
    /// Shift on the paper in millimetres, largest.
    pub shift_mm: f64,
    /// Darkness of the toner, 0–1.
    pub darkness: Span,
}

/// The scanner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scanning {
    /// Dots to an inch.
    pub dpi: Vec<(u32, f64)>,
    /// What kind of file comes out.
    pub output: Vec<(Output, f64)>,
    /// Quality of JPEG files.
    pub jpeg_quality: Span,
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
    /// Unevenness of the feed in millimetres.
    pub feed_mm: f64,
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
    /// Chance of a dark surround.
    pub dark_surround: f64,
    /// Chance that the scanner cuts the picture to exactly A4.
    pub exact_a4: f64,
    /// Specks of dust on a page, largest number.
    pub dust: f64,
    /// Chance of a thin vertical streak.
    pub streak: f64,
    /// Chance that the resolution is not written into the file.
    pub untagged: f64,
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
    /// One bit a pixel by one threshold for the page, TIFF with CCITT G4.
    FixedTiff,
    /// One bit a pixel by a threshold that follows the neighbourhood, TIFF with CCITT G4.
    AdaptiveTiff,
    /// One bit a pixel by one threshold for the page, PNG.
    FixedPng,
}

impl Output {
    /// Whether every pixel is black or white.
    pub fn is_bilevel(self) -> bool {
        match self {
            Self::GreyJpeg | Self::ColourJpeg | Self::GreyPng => false,
            Self::FixedTiff | Self::AdaptiveTiff | Self::FixedPng => true,
        }
    }
}

impl Profile {
    /// The built-in profile with this name: one of [`Profile::NAMES`].
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "clean" => Some(Self::clean()),
            "office" => Some(Self::office()),
            "even" => Some(Self::even()),
            "bench" => Some(Self::bench()),
            "hard_people" => Some(Self::hard_people()),
            "hostile" => Some(Self::hostile()),
            _ => None,
        }
    }

    /// The names of the built-in profiles.
    pub const NAMES: [&'static str; 6] = ["clean", "office", "even", "bench", "hard_people", "hostile"];

    /// A good flatbed and careful people: upright grey pages at 300 dpi.
    pub fn clean() -> Self {
        let office = Self::office();
        Self {
            name: "clean".to_owned(),
            hostile: Vec::new(),
            people: People::clean(),
            printing: Printing {
                scale: [0.995, 1.005],
                unequal: 0.002,
                shift_mm: 0.5,
                darkness: [0.92, 1.0],
            },
            scanning: Scanning {
                dpi: vec![(300, 1.0)],
                output: vec![(Output::GreyJpeg, 1.0)],
                jpeg_quality: [85.0, 95.0],
                quarter_turns: vec![(0, 1.0)],
                skew_deg: 0.25,
                skew_limit_deg: 0.6,
                shift_mm: 0.8,
                stretch: 0.001,
                feed_mm: 0.0,
                blur_mm: [0.02, 0.04],
                noise: [0.8, 1.6],
                shade: [0.0, 0.03],
                dust: 0.0,
                streak: 0.0,
                ..office.scanning
            },
        }
    }

    /// An ordinary office: everything that comes in on a usual day.
    pub fn office() -> Self {
        Self {
            name: "office".to_owned(),
            hostile: Vec::new(),
            people: People::office(),
            printing: Printing { scale: [0.97, 1.01], unequal: 0.006, shift_mm: 2.0, darkness: [0.78, 1.0] },
            scanning: Scanning {
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
                quarter_turns: vec![(0, 0.88), (2, 0.08), (1, 0.02), (3, 0.02)],
                skew_deg: 0.8,
                skew_limit_deg: 3.0,
                shift_mm: 2.5,
                stretch: 0.006,
                feed_mm: 0.25,
                blur_mm: [0.02, 0.075],
                noise: [0.8, 4.5],
                shade: [0.0, 0.12],
                white: [222.0, 253.0],
                black: [6.0, 55.0],
                dark_surround: 0.35,
                exact_a4: 0.55,
                dust: 6.0,
                streak: 0.03,
                untagged: 0.05,
            },
        }
    }

    /// The office with every option marked equally often, for tuning and training.
    pub fn even() -> Self {
        let office = Self::office();
        Self { name: "even".to_owned(), people: People::even(), ..office }
    }

    /// People that a reader must fear, with the office's printer and scanner.
    pub fn hard_people() -> Self {
        Self { name: "hard_people".to_owned(), people: People::hard(), ..Self::office() }
    }

    /// What must be refused, every kind by turns, with the office's printer and scanner.
    pub fn hostile() -> Self {
        Self { name: "hostile".to_owned(), hostile: Hostile::ALL.to_vec(), ..Self::office() }
    }

    /// The office's people and paper with one kind of file, so that the cost of a page can
    /// be compared: grey JPEG at 300 dpi and quality 85.
    pub fn bench() -> Self {
        let office = Self::office();
        Self {
            name: "bench".to_owned(),
            scanning: Scanning {
                dpi: vec![(300, 1.0)],
                output: vec![(Output::GreyJpeg, 1.0)],
                jpeg_quality: [85.0, 85.0],
                ..office.scanning
            },
            ..office
        }
    }
}
