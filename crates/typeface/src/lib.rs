//! The serif font that ships inside the binary: bytes, exact widths, line breaking.
//!
//! Placer and printer measure with the same advances that the PDF viewer uses, so a
//! text ends where it was planned to end. Advances only: no kerning and no shaping,
//! because the PDF writer does neither; with the precomposed letters of normal form C
//! that is right for Vietnamese.

mod lines;
mod outline;
mod slot;

use std::sync::OnceLock;

use phieu_model::geometry::MM_PER_PT;
use phieu_model::layout::Face;
use unicode_normalization::UnicodeNormalization;

pub use lines::{balanced_lines, break_lines};
pub use outline::{OutlinePen, draw};
pub use slot::{DoesNotFit, fill_slot};

/// The font's own licence, to be shown with the program's.
pub const LICENCE: &str = include_str!("../fonts/OFL.txt");

/// Height of the tallest plain letters over the baseline, as a share of the type size
/// (`hhea.ascender` of Liberation Serif, 1825 of 2048).
const ASCENT: f64 = 1825.0 / 2048.0;
/// Depth of letters under the baseline, as a share of the type size
/// (`hhea.descender` of Liberation Serif, 443 of 2048).
const DESCENT: f64 = 443.0 / 2048.0;

/// The font file of a face (TrueType, Liberation Serif 2.1.5, SIL OFL 1.1).
pub fn font_bytes(face: Face) -> &'static [u8] {
    match face {
        Face::Regular => include_bytes!("../fonts/LiberationSerif-Regular.ttf"),
        Face::Bold => include_bytes!("../fonts/LiberationSerif-Bold.ttf"),
        Face::Italic => include_bytes!("../fonts/LiberationSerif-Italic.ttf"),
    }
}

/// The name of a face in its font file, by which a PDF names it.
pub fn postscript_name(face: Face) -> &'static str {
    match face {
        Face::Regular => "LiberationSerif",
        Face::Bold => "LiberationSerif-Bold",
        Face::Italic => "LiberationSerif-Italic",
    }
}

fn font(face: Face) -> &'static ttf_parser::Face<'static> {
    static REGULAR: OnceLock<ttf_parser::Face<'static>> = OnceLock::new();
    static BOLD: OnceLock<ttf_parser::Face<'static>> = OnceLock::new();
    static ITALIC: OnceLock<ttf_parser::Face<'static>> = OnceLock::new();
    let cell = match face {
        Face::Regular => &REGULAR,
        Face::Bold => &BOLD,
        Face::Italic => &ITALIC,
    };
    cell.get_or_init(|| {
        ttf_parser::Face::parse(font_bytes(face), 0).expect("the font that ships inside the binary is whole")
    })
}

/// `text` in Unicode normal form C, the only form whose letters the font is asked for.
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// The width of `text` set on one line at `size_pt` points, in millimetres: the sum of
/// the glyphs' advances. A character without a glyph counts as the font's empty box;
/// see [`missing_glyphs`].
pub fn text_width_mm(face: Face, size_pt: f64, text: &str) -> f64 {
    to_mm(face, size_pt, units(face, text))
}

/// The sum of the advances in whole font units, so that parts may be added up exactly.
fn units(face: Face, text: &str) -> u64 {
    let font = font(face);
    text.nfc()
        .map(|c| {
            let glyph = font.glyph_index(c).unwrap_or(ttf_parser::GlyphId(0));
            u64::from(font.glyph_hor_advance(glyph).unwrap_or(0))
        })
        .sum()
}

fn to_mm(face: Face, size_pt: f64, units: u64) -> f64 {
    units as f64 * size_pt * MM_PER_PT / f64::from(font(face).units_per_em())
}

/// Height over the baseline of a line of type at `size_pt` points, in millimetres. The
/// tallest Vietnamese capitals (Ấ, Ỗ) rise above it; see [`ink_extent_mm`].
pub fn ascent_mm(size_pt: f64) -> f64 {
    ASCENT * size_pt * MM_PER_PT
}

/// Depth under the baseline of a line of type at `size_pt` points, in millimetres.
pub fn descent_mm(size_pt: f64) -> f64 {
    DESCENT * size_pt * MM_PER_PT
}

/// How far the ink of `text` really reaches above and below the baseline, in
/// millimetres, both positive outwards: `(above, below)`. `(0, 0)` for a text without ink.
pub fn ink_extent_mm(face: Face, size_pt: f64, text: &str) -> (f64, f64) {
    let font = font(face);
    let (top, bottom) = text
        .nfc()
        .filter_map(|c| font.glyph_bounding_box(font.glyph_index(c)?))
        .fold((0_i16, 0_i16), |(top, bottom), b| (top.max(b.y_max), bottom.min(b.y_min)));
    let mm = size_pt * MM_PER_PT / f64::from(font.units_per_em());
    (f64::from(top) * mm, -f64::from(bottom) * mm)
}

/// The characters of `text` (after normal form C) that the face has no glyph for, each
/// once, in order of appearance. Control characters are among them.
pub fn missing_glyphs(face: Face, text: &str) -> Vec<char> {
    let font = font(face);
    let mut missing = Vec::new();
    for c in text.nfc() {
        if (c.is_control() || font.glyph_index(c).is_none()) && !missing.contains(&c) {
            missing.push(c);
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACES: [Face; 3] = [Face::Regular, Face::Bold, Face::Italic];

    #[test]
    fn names_are_those_of_the_font_file() {
        for face in FACES {
            let of_file = font(face)
                .names()
                .into_iter()
                .find(|name| name.name_id == ttf_parser::name_id::POST_SCRIPT_NAME && name.is_unicode())
                .and_then(|name| name.to_string());
            assert_eq!(of_file.as_deref(), Some(postscript_name(face)));
        }
    }

    #[test]
    fn widths_are_those_of_the_font_file() {
        // Liberation Serif, like Times New Roman: a = 909, space = 512 of 2048 units.
        let one = 12.0 * MM_PER_PT / 2048.0;
        assert!((text_width_mm(Face::Regular, 12.0, "a") - 909.0 * one).abs() < 1e-12);
        assert!((text_width_mm(Face::Regular, 12.0, "a a") - (2.0 * 909.0 + 512.0) * one).abs() < 1e-12);
    }

    #[test]
    fn decomposed_letters_are_as_wide_as_composed_ones() {
        let decomposed: String = "Tiếng Việt".nfd().collect();
        assert_ne!(decomposed, "Tiếng Việt");
        assert_eq!(
            text_width_mm(Face::Bold, 11.0, &decomposed),
            text_width_mm(Face::Bold, 11.0, "Tiếng Việt")
        );
    }

    #[test]
    fn every_vietnamese_letter_has_a_glyph_in_every_face() {
        let vowels = "aăâeêioôơuưy";
        let tones = ["", "\u{300}", "\u{301}", "\u{303}", "\u{309}", "\u{323}"];
        for face in FACES {
            for vowel in vowels.chars() {
                for tone in tones {
                    let letter = nfc(&format!("{vowel}{tone}"));
                    assert_eq!(letter.chars().count(), 1, "{letter} is not one letter");
                    assert_eq!(missing_glyphs(face, &letter), []);
                    assert_eq!(missing_glyphs(face, &letter.to_uppercase()), []);
                }
            }
            assert_eq!(missing_glyphs(face, "đĐ₫.,:;?!()/-–“”…0123456789"), []);
        }
    }

    #[test]
    fn what_the_font_lacks_is_named_once_each() {
        assert_eq!(missing_glyphs(Face::Regular, "ô ☐ và ☑ và ☐\t"), ['☐', '☑', '\t']);
    }

    #[test]
    fn stacked_capitals_rise_above_the_plain_ascent() {
        let (plain, _) = ink_extent_mm(Face::Bold, 14.0, "H");
        let (stacked, below) = ink_extent_mm(Face::Bold, 14.0, "Ấg");
        assert!(plain < ascent_mm(14.0) && plain < stacked);
        assert!(below > 0.0 && below <= descent_mm(14.0) + 0.1);
        assert_eq!(ink_extent_mm(Face::Bold, 14.0, " "), (0.0, 0.0));
    }

    #[test]
    fn the_licence_beside_the_font_is_the_whole_ofl() {
        for part in ["Reserved Font Name Liberation", "PERMISSION & CONDITIONS", "TERMINATION", "DISCLAIMER"]
        {
            assert!(LICENCE.contains(part), "{part} is missing");
        }
    }
}
