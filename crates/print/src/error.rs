//! Why a batch cannot be printed.

use phieu_model::lang::Lang;
use phieu_model::layout::SlotContent;
use phieu_model::serial::Serial;

/// Why a batch cannot be printed; nothing of it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintError {
    /// No sheets were asked for.
    #[error("no sheets to print")]
    NoSheets,
    /// A text is too long for its slot, even at 80 % of its size.
    #[error("{serial}: {slot:?} does not fit: {text:?}")]
    DoesNotFit {
        /// The sheet.
        serial: Serial,
        /// The slot.
        slot: SlotContent,
        /// The text.
        text: String,
    },
    /// A text holds characters that the shipped font lacks.
    #[error("{serial}: {slot:?} holds characters that the font lacks: {missing:?}")]
    MissingGlyphs {
        /// The sheet.
        serial: Serial,
        /// The slot.
        slot: SlotContent,
        /// The characters, each once.
        missing: Vec<char>,
    },
    /// The payload is longer than the printed size of code holds: a form code or
    /// version with too many characters.
    #[error("{serial}: the code's text has {length} characters, at most {} fit", crate::qr::MAX_PAYLOAD)]
    CodeTooLong {
        /// The sheet.
        serial: Serial,
        /// Characters of the payload.
        length: usize,
    },
}

impl PrintError {
    /// What is wrong where, against what was expected, and what to do now.
    pub fn sentence(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::NoSheets, Lang::Vi) => {
                "Không có phiếu nào để in: số lượng là 0, cần ít nhất 1. Hãy ghi số lượng từ 1 trở lên.".into()
            }
            (Self::NoSheets, Lang::En) => {
                "There are no sheets to print: the count is 0, at least 1 is needed. Give a count of 1 or more.".into()
            }
            (Self::DoesNotFit { serial, slot, text }, Lang::Vi) => format!(
                "Phiếu {serial}: {} “{text}” dài hơn chỗ in sẵn trên mẫu, dù đã thu chữ còn 80%. \
                 Chưa phiếu nào được in; hãy rút gọn tên trong danh mục rồi in lại.",
                slot_name(slot, lang)
            ),
            (Self::DoesNotFit { serial, slot, text }, Lang::En) => format!(
                "Sheet {serial}: {} “{text}” is longer than its place on the form, even with the type at 80%. \
                 Nothing was printed; shorten the name in the office's list and print again.",
                slot_name(slot, lang)
            ),
            (Self::MissingGlyphs { serial, slot, missing }, Lang::Vi) => format!(
                "Phiếu {serial}: {} có ký tự mà phông chữ in phiếu không có: {}. \
                 Chưa phiếu nào được in; hãy sửa tên trong danh mục rồi in lại.",
                slot_name(slot, lang),
                shown(missing)
            ),
            (Self::MissingGlyphs { serial, slot, missing }, Lang::En) => format!(
                "Sheet {serial}: {} holds characters that the printed font does not have: {}. \
                 Nothing was printed; correct the name in the office's list and print again.",
                slot_name(slot, lang),
                shown(missing)
            ),
            (Self::CodeTooLong { serial, length }, Lang::Vi) => format!(
                "Phiếu {serial}: nội dung mã QR dài {length} ký tự, cỡ mã trên mẫu chứa nhiều nhất {} ký tự. \
                 Chưa phiếu nào được in; hãy dùng mẫu có số phiên bản ngắn hơn.",
                crate::qr::MAX_PAYLOAD
            ),
            (Self::CodeTooLong { serial, length }, Lang::En) => format!(
                "Sheet {serial}: the code's text has {length} characters, the printed size of code holds at most {}. \
                 Nothing was printed; use a form with a shorter version number.",
                crate::qr::MAX_PAYLOAD
            ),
        }
    }
}

fn slot_name(slot: &SlotContent, lang: Lang) -> &'static str {
    match slot {
        SlotContent::Serial => lang.pick("số seri", "the serial"),
        SlotContent::Procedure { .. } => lang.pick("tên thủ tục", "the procedure's name"),
        SlotContent::Unit { .. } => lang.pick("tên đơn vị", "the unit's name"),
    }
}

/// The characters with their code points, since some of them cannot be seen.
fn shown(chars: &[char]) -> String {
    chars.iter().map(|&c| format!("“{c}” (U+{:04X})", c as u32)).collect::<Vec<_>>().join(", ")
}
