//! Setting a sheet's own text into the slot that the layout keeps for it.

use std::fmt;

use phieu_model::geometry::PointMm;
use phieu_model::lang::Lang;
use phieu_model::layout::{Slot, TextRun};

use crate::{break_lines, descent_mm, missing_glyphs, nfc, text_width_mm};

/// The smallest type a slot may be set in, as a share of its own size: below it a line
/// of 11 points is harder to read than the rest of the sheet.
const SMALLEST: f64 = 0.8;
/// Steps from full size down to [`SMALLEST`].
const STEPS: u32 = 10;

/// Why a text cannot stand in its slot.
#[derive(Debug, Clone, PartialEq)]
pub enum DoesNotFit {
    /// Even at 80 % of the size it needs more lines, or a line is too wide.
    TooLong {
        /// The text.
        text: String,
        /// Lines it needs at 80 % of the size.
        needed: usize,
        /// Lines there are.
        lines: usize,
        /// Width of a full line in millimetres.
        width_mm: f64,
    },
    /// The font has no glyph for these characters.
    NoGlyph {
        /// The text.
        text: String,
        /// The characters, each once.
        missing: Vec<char>,
    },
}

impl DoesNotFit {
    /// What is wrong and what to do now, for the operator.
    pub fn sentence(&self, lang: Lang) -> String {
        match self {
            Self::TooLong { text, needed, lines, width_mm } => match lang {
                Lang::Vi => format!(
                    "“{text}” cần {needed} dòng dù đã thu nhỏ chữ, nhưng trên phiếu chỉ có {lines} dòng rộng \
                     {width_mm:.0} mm: hãy dùng tên ngắn hơn."
                ),
                Lang::En => format!(
                    "\"{text}\" needs {needed} lines even in smaller type, but the sheet has {lines} of \
                     {width_mm:.0} mm: use a shorter name."
                ),
            },
            Self::NoGlyph { text, missing } => {
                let list: Vec<String> =
                    missing.iter().map(|c| format!("{} (U+{:04X})", c.escape_debug(), *c as u32)).collect();
                let list = list.join(", ");
                match lang {
                    Lang::Vi => {
                        format!("“{text}” có ký tự mà phông chữ không có: {list}: hãy gõ lại các ký tự này.")
                    }
                    Lang::En => format!(
                        "\"{text}\" holds characters that the font lacks: {list}: type them differently."
                    ),
                }
            }
        }
    }
}

impl fmt::Display for DoesNotFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(Lang::En))
    }
}

impl std::error::Error for DoesNotFit {}

/// The lines of `text` (in normal form C) as they stand in `slot`, positions in
/// millimetres on the page, rounded to 0.01. Broken at spaces; set smaller, down to
/// 80 %, only where full size does not fit. No runs for a text without words.
///
/// # Errors
/// When it does not fit at 80 %, or the face lacks a glyph.
pub fn fill_slot(slot: &Slot, text: &str) -> Result<Vec<TextRun>, DoesNotFit> {
    let text = nfc(text);
    let missing = missing_glyphs(slot.face, &text);
    if !missing.is_empty() {
        return Err(DoesNotFit::NoGlyph { text, missing });
    }
    let below = slot.rect.h - slot.first_baseline_mm - descent_mm(slot.size_pt);
    // 0.01 mm: the layout's numbers are rounded to that.
    let lines = if below < -0.01 { 0 } else { 1 + ((below + 0.01) / slot.leading_mm).floor() as usize };
    let room = |line: usize| slot.rect.w - if line == 0 { slot.first_indent_mm } else { 0.0 };
    let mut needed = 0;
    for step in 0..=STEPS {
        let share = 1.0 - (1.0 - SMALLEST) * f64::from(step) / f64::from(STEPS);
        let size_pt = round_to_hundredth(slot.size_pt * share);
        let set = break_lines(slot.face, size_pt, &text, room);
        needed = set.len();
        let fits = set.len() <= lines
            && set
                .iter()
                .enumerate()
                .all(|(n, line)| text_width_mm(slot.face, size_pt, line) <= room(n) + 0.005);
        if fits {
            return Ok(set
                .into_iter()
                .enumerate()
                .map(|(n, line)| {
                    let indent = if n == 0 { slot.first_indent_mm } else { 0.0 };
                    let spare = room(n) - text_width_mm(slot.face, size_pt, &line);
                    let x = slot.rect.x + indent + if slot.centered { spare / 2.0 } else { 0.0 };
                    let y = slot.rect.y + slot.first_baseline_mm + n as f64 * slot.leading_mm;
                    TextRun {
                        at: PointMm::new(round_to_hundredth(x), round_to_hundredth(y)),
                        size_pt,
                        face: slot.face,
                        text: line,
                    }
                })
                .collect());
        }
    }
    Err(DoesNotFit::TooLong { text, needed, lines, width_mm: slot.rect.w })
}

fn round_to_hundredth(mm: f64) -> f64 {
    (mm * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use phieu_model::geometry::RectMm;
    use phieu_model::layout::{Face, SlotContent};

    fn slot() -> Slot {
        Slot {
            content: SlotContent::Procedure { field: "q1".to_owned() },
            rect: RectMm::new(20.0, 40.0, 100.0, 11.0),
            first_baseline_mm: 4.0,
            leading_mm: 5.5,
            first_indent_mm: 60.0,
            size_pt: 11.0,
            face: Face::Regular,
            centered: false,
        }
    }

    const LONG: &str = "Cấp Giấy phép kinh doanh (quyền phân phối bán lẻ) cho doanh nghiệp có vốn nước ngoài";

    #[test]
    fn a_short_text_stands_after_the_label_on_the_first_line() {
        let runs = fill_slot(&slot(), "Cấp lại").unwrap();
        assert_eq!(runs.len(), 1);
        assert_eq!((runs[0].at, runs[0].size_pt), (PointMm::new(80.0, 44.0), 11.0));
    }

    #[test]
    fn a_longer_text_goes_on_at_the_left_edge_of_the_second_line() {
        let runs = fill_slot(&slot(), "Cấp GCN cửa hàng đủ điều kiện bán lẻ xăng dầu").unwrap();
        assert_eq!(runs.len(), 2);
        assert_eq!(runs[1].at, PointMm::new(20.0, 49.5));
        assert_eq!(runs[1].size_pt, 11.0);
    }

    #[test]
    fn type_shrinks_no_further_than_needed_and_not_below_80_percent() {
        let mut narrow = slot();
        let full: f64 = text_width_mm(Face::Regular, 11.0, LONG);
        narrow.first_indent_mm = 0.0;
        narrow.rect.h = 5.0;
        narrow.rect.w = full * 0.9;
        let runs = fill_slot(&narrow, LONG).unwrap();
        assert_eq!(runs.len(), 1);
        assert!((9.6..=9.9).contains(&runs[0].size_pt), "{}", runs[0].size_pt);
        narrow.rect.w = full * 0.79;
        assert!(matches!(fill_slot(&narrow, LONG), Err(DoesNotFit::TooLong { needed: 2, lines: 1, .. })));
    }

    #[test]
    fn one_word_that_is_too_wide_is_refused() {
        let mut narrow = slot();
        narrow.first_indent_mm = 90.0;
        narrow.rect.h = 5.0;
        assert!(fill_slot(&narrow, "26Q4-000123-7XK").is_err());
    }

    #[test]
    fn a_centred_text_has_equal_space_on_both_sides() {
        let mut centred = slot();
        centred.centered = true;
        centred.first_indent_mm = 0.0;
        let runs = fill_slot(&centred, "26Q4-000123-7XK").unwrap();
        let right = 120.0 - runs[0].at.x - text_width_mm(Face::Regular, 11.0, "26Q4-000123-7XK");
        assert!((runs[0].at.x - 20.0 - right).abs() < 0.011);
    }

    #[test]
    fn a_character_without_glyph_is_named_in_both_languages() {
        let fault = fill_slot(&slot(), "Thủ tục ☑").unwrap_err();
        assert!(
            fault.sentence(Lang::Vi).contains("U+2611") && fault.sentence(Lang::Vi).contains("phông chữ")
        );
        assert!(fault.sentence(Lang::En).contains("the font lacks"));
    }
}
