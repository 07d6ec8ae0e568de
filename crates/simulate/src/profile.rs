//! Profiles: how people, printers, paper and scanners of one kind of office behave.
//!
//! A profile is data. Weights need not sum to 1; chances are of one sheet, page or
//! question as named.

use serde::{Deserialize, Serialize};

use crate::hostile::Hostile;

mod people;
mod printing;
mod scanning;
mod wear;

pub use people::{AnswerMix, CorrectionKind, Oddity, People};
pub use printing::Printing;
pub(crate) use scanning::{Bilevel, Container};
pub use scanning::{Camera, Output, Scanning};
pub use wear::PaperWear;

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
    /// The printer, and the paper in it.
    pub printing: Printing,
    /// What the sheet goes through.
    pub paper: PaperWear,
    /// The scanner or telephone.
    pub scanning: Scanning,
}

impl Profile {
    /// The names of the built-in profiles.
    pub const NAMES: [&'static str; 13] = [
        "clean",
        "office",
        "hard",
        "bilevel",
        "lowres",
        "photo",
        "hostile",
        "hard_people",
        "even",
        "bench",
        "bench_colour",
        "bench_png",
        "bench_g4",
    ];

    /// The built-in profile with this name: one of [`Profile::NAMES`].
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "clean" => Some(Self::clean()),
            "office" => Some(Self::office()),
            "hard" => Some(Self::hard()),
            "bilevel" => Some(Self::bilevel()),
            "lowres" => Some(Self::lowres()),
            "photo" => Some(Self::photo()),
            "even" => Some(Self::even()),
            "bench" => Some(Self::bench(name, Output::GreyJpeg)),
            "bench_colour" => Some(Self::bench(name, Output::ColourJpeg)),
            "bench_png" => Some(Self::bench(name, Output::GreyPng)),
            "bench_g4" => Some(Self::bench(name, Output::FixedTiff)),
            "hard_people" => Some(Self::hard_people()),
            "hostile" => Some(Self::hostile()),
            _ => None,
        }
    }

    /// A good flatbed and careful people: upright grey pages at 300 dpi.
    pub fn clean() -> Self {
        Self {
            name: "clean".to_owned(),
            hostile: Vec::new(),
            people: People::clean(),
            printing: Printing::good(),
            paper: PaperWear::none(),
            scanning: Scanning::flatbed(),
        }
    }

    /// An ordinary office: everything that comes in on a usual day.
    pub fn office() -> Self {
        Self {
            name: "office".to_owned(),
            hostile: Vec::new(),
            people: People::office(),
            printing: Printing::office(),
            paper: PaperWear::office(),
            scanning: Scanning::office(),
        }
    }

    /// People that a reader must fear, bad printers, worn paper and hasty scans, all at once.
    pub fn hard() -> Self {
        Self {
            name: "hard".to_owned(),
            people: People::hard(),
            printing: Printing::hard(),
            paper: PaperWear::hard(),
            scanning: Scanning::hard(),
            ..Self::office()
        }
    }

    /// The office, scanned at one bit a pixel.
    pub fn bilevel() -> Self {
        Self { name: "bilevel".to_owned(), scanning: Scanning::bilevel(), ..Self::office() }
    }

    /// The office, scanned at 100 to 150 dpi.
    pub fn lowres() -> Self {
        Self { name: "lowres".to_owned(), scanning: Scanning::lowres(), ..Self::office() }
    }

    /// The office, photographed with telephones.
    pub fn photo() -> Self {
        Self { name: "photo".to_owned(), scanning: Scanning::photo(), ..Self::office() }
    }

    /// The office with every option marked equally often, for tuning and training.
    pub fn even() -> Self {
        Self { name: "even".to_owned(), people: People::even(), ..Self::office() }
    }

    /// People that a reader must fear, with the office's printer and scanner.
    pub fn hard_people() -> Self {
        Self { name: "hard_people".to_owned(), people: People::hard(), ..Self::office() }
    }

    /// What must be refused, every kind by turns, with the office's printer and scanner.
    /// Stickers are left out: one of them could cover the other code of a page of which one is
    /// covered, which must be read.
    pub fn hostile() -> Self {
        let paper = PaperWear { sticker: 0.0, ..PaperWear::office() };
        Self { name: "hostile".to_owned(), hostile: Hostile::ALL.to_vec(), paper, ..Self::office() }
    }

    /// The office's people and paper with one kind of file, so that the cost of a page can
    /// be compared: 300 dpi, JPEG of quality 85 with colour at half the resolution.
    fn bench(name: &str, output: Output) -> Self {
        let scanning = Scanning {
            dpi: vec![(300, 1.0)],
            output: vec![(output, 1.0)],
            half_chroma: 1.0,
            jpeg_quality: [85.0, 85.0],
            ..Scanning::office()
        };
        Self { name: name.to_owned(), scanning, ..Self::office() }
    }
}
