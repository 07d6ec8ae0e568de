//! Why a page was refused: a closed list of stable codes.

use serde::{Deserialize, Serialize};

use crate::lang::Lang;
use crate::serial::Serial;

/// The closed list of reasons. The names in `snake_case` stand in `readings.jsonl`
/// and never change their meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectCode {
    /// The file could not be opened.
    FileUnreadable,
    /// The file is of no known picture format.
    UnknownFormat,
    /// The file is of a known format, but cut off or corrupt.
    FileDamaged,
    /// The file can be opened with a password only.
    FileEncrypted,
    /// The picture is larger than the stated limits.
    PictureTooLarge,
    /// The page of a PDF is more than pictures, and takes too much work to be drawn.
    PageTooComplex,
    /// The picture is too small to be read: below 100 dpi.
    ResolutionTooLow,
    /// Nothing is printed on the page.
    BlankPage,
    /// No form of ours can be found on the page, or both its codes are unreadable.
    NoCode,
    /// The code is another document's.
    ForeignCode,
    /// The code was altered or forged.
    AlteredCode,
    /// The code was printed by another office.
    OtherOffice,
    /// The form or its version is not known here.
    UnknownForm,
    /// The sheet is genuine, but its layout is not the one known here.
    OtherLayout,
    /// The code is proven, but no such sheet was ever printed here.
    UnknownSerial,
    /// The two codes of the page name different sheets.
    CodesDisagree,
    /// The page's code is ours, but the printed form was not found where it should be.
    FormNotFound,
    /// A fault of this program; the page was not read.
    InternalFault,
}

impl RejectCode {
    /// Every code, in the order of the list.
    pub const ALL: [Self; 18] = [
        Self::FileUnreadable,
        Self::UnknownFormat,
        Self::FileDamaged,
        Self::FileEncrypted,
        Self::PictureTooLarge,
        Self::PageTooComplex,
        Self::ResolutionTooLow,
        Self::BlankPage,
        Self::NoCode,
        Self::ForeignCode,
        Self::AlteredCode,
        Self::OtherOffice,
        Self::UnknownForm,
        Self::OtherLayout,
        Self::UnknownSerial,
        Self::CodesDisagree,
        Self::FormNotFound,
        Self::InternalFault,
    ];

    /// The code as written in `readings.jsonl` and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FileUnreadable => "file_unreadable",
            Self::UnknownFormat => "unknown_format",
            Self::FileDamaged => "file_damaged",
            Self::FileEncrypted => "file_encrypted",
            Self::PictureTooLarge => "picture_too_large",
            Self::PageTooComplex => "page_too_complex",
            Self::ResolutionTooLow => "resolution_too_low",
            Self::BlankPage => "blank_page",
            Self::NoCode => "no_code",
            Self::ForeignCode => "foreign_code",
            Self::AlteredCode => "altered_code",
            Self::OtherOffice => "other_office",
            Self::UnknownForm => "unknown_form",
            Self::OtherLayout => "other_layout",
            Self::UnknownSerial => "unknown_serial",
            Self::CodesDisagree => "codes_disagree",
            Self::FormNotFound => "form_not_found",
            Self::InternalFault => "internal_fault",
        }
    }

    /// The code written as [`RejectCode::as_str`] does.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == name)
    }

    /// The reason in a few words, as it stands in lists and reports, without a full stop.
    pub fn phrase(self, lang: Lang) -> &'static str {
        match self {
            Self::FileUnreadable => lang.pick("Không mở được tệp", "File cannot be opened"),
            Self::UnknownFormat => lang.pick("Tệp không phải ảnh quét", "File is not a scanned picture"),
            Self::FileDamaged => lang.pick("Tệp ảnh hỏng hoặc bị cắt cụt", "Picture file damaged or cut off"),
            Self::FileEncrypted => lang.pick("Tệp PDF đặt mật khẩu", "PDF needs a password"),
            Self::PictureTooLarge => {
                lang.pick("Ảnh vượt giới hạn kích thước", "Picture larger than the limits")
            }
            Self::PageTooComplex => lang.pick("Trang PDF quá phức tạp", "PDF page too complex"),
            Self::ResolutionTooLow => lang.pick("Độ phân giải dưới 100 dpi", "Resolution below 100 dpi"),
            Self::BlankPage => lang.pick("Trang trắng", "Blank page"),
            Self::NoCode => lang.pick("Không đọc được mã trên phiếu", "No code can be read"),
            Self::ForeignCode => lang.pick("Mã của giấy tờ khác", "Another document's code"),
            Self::AlteredCode => lang.pick("Mã bị sửa hoặc giả mạo", "Code altered or forged"),
            Self::OtherOffice => lang.pick("Phiếu của cơ quan khác", "Another office's sheet"),
            Self::UnknownForm => {
                lang.pick("Mẫu hoặc phiên bản không có tại đây", "Form or version not known here")
            }
            Self::OtherLayout => {
                lang.pick("Bố cục khác mẫu đang lưu", "Layout differs from the one known here")
            }
            Self::UnknownSerial => lang.pick("Số seri chưa từng được in", "Serial never printed here"),
            Self::CodesDisagree => {
                lang.pick("Hai mã trên trang không khớp nhau", "The page's two codes disagree")
            }
            Self::FormNotFound => {
                lang.pick("Không thấy đủ nội dung in của mẫu", "Printed form not found on the page")
            }
            Self::InternalFault => lang.pick("Lỗi của phần mềm", "Fault of this program"),
        }
    }

    /// Whether the file could not be opened or decoded, which the exit code tells;
    /// every other refusal is a result.
    pub fn is_file_fault(self) -> bool {
        match self {
            Self::FileUnreadable
            | Self::UnknownFormat
            | Self::FileDamaged
            | Self::FileEncrypted
            | Self::PictureTooLarge
            | Self::PageTooComplex => true,
            Self::ResolutionTooLow
            | Self::BlankPage
            | Self::NoCode
            | Self::ForeignCode
            | Self::AlteredCode
            | Self::OtherOffice
            | Self::UnknownForm
            | Self::OtherLayout
            | Self::UnknownSerial
            | Self::CodesDisagree
            | Self::FormNotFound
            | Self::InternalFault => false,
        }
    }
}

/// A refused page, with whatever of its identity was proven.
#[derive(Debug, Clone, PartialEq)]
pub struct Rejection {
    /// Why.
    pub code: RejectCode,
    /// What was found against what was expected, in English, for the log: an
    /// operating system's message, a residual. Never a person's data.
    pub detail: String,
    /// The proven identity, where there is one.
    pub identity: Option<PageIdentity>,
}

/// Which page of which sheet a picture shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageIdentity {
    /// Form id.
    pub form: String,
    /// Form version.
    pub version: u16,
    /// The sheet.
    pub serial: Serial,
    /// Page of the form, from 1.
    pub page: u8,
}

impl Rejection {
    /// A refusal without a proven identity.
    pub fn new(code: RejectCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), identity: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_names_are_the_serialised_names() {
        for code in RejectCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
