//! The code on a sheet: payload to modules to a PDF path.

use std::fmt::Write;

use phieu_model::geometry::RectMm;
use qrcode::{Color, EcLevel, QrCode, Version};

/// Modules along a side of a version 3 code.
pub(crate) const MODULES: usize = 29;

/// Alphanumeric characters that version 3 holds at level Q (ISO/IEC 18004, table 7).
pub(crate) const MAX_PAYLOAD: usize = 47;

/// A QR code of version 3, level Q (a quarter of it may be lost).
pub(crate) struct Code {
    /// Row by row from the top; true is dark.
    modules: Vec<bool>,
}

impl Code {
    /// The code that says `payload`, or `None` when it does not fit version 3.
    ///
    /// The version is fixed, so that every sheet's modules have the same size.
    pub(crate) fn new(payload: &str) -> Option<Self> {
        let code = QrCode::with_version(payload, Version::Normal(3), EcLevel::Q).ok()?;
        debug_assert_eq!(code.width(), MODULES);
        Some(Self { modules: code.to_colors().into_iter().map(|c| c == Color::Dark).collect() })
    }

    /// Adds the modules to a hash.
    pub(crate) fn hash_into(&self, hash: &mut blake3::Hasher) {
        for &dark in &self.modules {
            hash.update(&[u8::from(dark)]);
        }
    }

    /// PDF operators that fill the dark modules inside `place`, on a page
    /// `page_height_mm` high, and leave the graphics state as it was.
    ///
    /// One path of one rectangle for each horizontal run of modules: filled at
    /// once, so that no viewer draws seams between rows. One unit is one module
    /// counted from the top left, which keeps the numbers short and makes both
    /// codes of a sheet compress to little more than one.
    pub(crate) fn draw(&self, place: &RectMm, page_height_mm: f64) -> String {
        let pt = |mm: f64| mm / phieu_model::geometry::MM_PER_PT;
        let mut path = format!(
            "q\n{:.5} 0 0 {:.5} {:.4} {:.4} cm\n",
            pt(place.w) / MODULES as f64,
            -pt(place.h) / MODULES as f64,
            pt(place.x),
            pt(page_height_mm - place.y),
        );
        for (row, modules) in self.modules.chunks(MODULES).enumerate() {
            let mut column = 0;
            while column < MODULES {
                let run = modules[column..].iter().take_while(|&&dark| dark).count();
                if run > 0 {
                    writeln!(path, "{column} {row} {run} 1 re").expect("a string grows");
                }
                column += run.max(1);
            }
        }
        path.push_str("f\nQ\n");
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_of_the_stated_length_fits_and_one_more_does_not() {
        assert!(Code::new(&"A".repeat(MAX_PAYLOAD)).is_some());
        assert!(Code::new(&"A".repeat(MAX_PAYLOAD + 1)).is_none());
    }

    #[test]
    fn runs_cover_exactly_the_dark_modules() {
        let code = Code::new("KSTT.1.1.26Q4-000123-7XK.7F3KA.M2C.4XH7PAKR3WT").expect("46 characters fit");
        let drawn = code.draw(&RectMm::new(10.0, 20.0, 29.0, 29.0), 297.0);
        let mut covered = vec![false; MODULES * MODULES];
        for line in drawn.lines().filter(|l| l.ends_with(" re")) {
            let n: Vec<usize> = line.split(' ').take(4).map(|n| n.parse().expect("an integer")).collect();
            for column in n[0]..n[0] + n[2] {
                assert!(!std::mem::replace(&mut covered[n[1] * MODULES + column], true), "drawn twice");
            }
        }
        assert_eq!(covered, code.modules);
    }
}
