//! Refused pages, in words: what was found, what to do.

use phieu_model::lang::Lang;
use phieu_model::rejection::{RejectCode, Rejection};

/// The one line for a refused page: which it is, and its sentence.
pub fn line(source: &str, page_index: u32, rejection: &Rejection, lang: Lang) -> String {
    format!("{}: {}", place(source, page_index, lang), sentence(rejection, lang))
}

/// The file and the page as a person counts it.
pub fn place(source: &str, page_index: u32, lang: Lang) -> String {
    match (page_index, lang) {
        (0, _) => format!("“{source}”"),
        (n, Lang::Vi) => format!("“{source}”, trang {}", n + 1),
        (n, Lang::En) => format!("“{source}”, page {}", n + 1),
    }
}

/// The one sentence for a refused page.
pub fn sentence(rejection: &Rejection, lang: Lang) -> String {
    let serial = rejection.identity.as_ref().map(|id| id.serial.to_string());
    let (mut text, action) = (rejection.code.phrase(lang).to_owned(), action(rejection.code, lang));
    if let Some(serial) = serial {
        text.push_str(&match lang {
            Lang::Vi => format!(" (phiếu {serial})"),
            Lang::En => format!(" (sheet {serial})"),
        });
    }
    if !rejection.detail.is_empty() && shows_detail(rejection.code) {
        text.push_str(&format!(" [{}]", rejection.detail));
    }
    format!("{text}. {action}.")
}

/// Whether the technical detail helps the operator rather than the maintainer.
fn shows_detail(code: RejectCode) -> bool {
    match code {
        RejectCode::FileUnreadable
        | RejectCode::FileDamaged
        | RejectCode::PictureTooLarge
        | RejectCode::PageTooComplex
        | RejectCode::ResolutionTooLow
        | RejectCode::InternalFault => true,
        RejectCode::UnknownFormat
        | RejectCode::FileEncrypted
        | RejectCode::BlankPage
        | RejectCode::NoCode
        | RejectCode::ForeignCode
        | RejectCode::AlteredCode
        | RejectCode::OtherOffice
        | RejectCode::UnknownForm
        | RejectCode::OtherLayout
        | RejectCode::UnknownSerial
        | RejectCode::CodesDisagree
        | RejectCode::FormNotFound => false,
    }
}

fn action(code: RejectCode, lang: Lang) -> &'static str {
    match code {
        RejectCode::FileUnreadable => lang.pick(
            "Hãy kiểm tra đường dẫn và quyền đọc rồi quét lại",
            "Check the path and the right to read it, then scan again",
        ),
        RejectCode::UnknownFormat => lang.pick(
            "Hãy bỏ tệp này ra khỏi thư mục, hoặc lưu lại từ máy quét dưới dạng PDF, PNG, JPEG hay TIFF",
            "Take the file out of the folder, or save it from the scanner as PDF, PNG, JPEG or TIFF",
        ),
        RejectCode::FileDamaged => {
            lang.pick("Hãy chép lại tệp hoặc quét lại tờ phiếu", "Copy the file again, or scan the sheet again")
        }
        RejectCode::FileEncrypted => lang.pick(
            "Hãy tắt mật khẩu trong máy quét rồi quét lại, hoặc lưu lại tệp không có mật khẩu",
            "Turn the password off in the scanner and scan again, or save the file without one",
        ),
        RejectCode::PictureTooLarge => {
            lang.pick("Hãy quét lại ở 200–300 dpi", "Scan the sheet again at 200–300 dpi")
        }
        RejectCode::PageTooComplex => lang.pick(
            "Hãy in trang này ra giấy rồi quét lại bằng máy quét",
            "Print the page on paper and scan it",
        ),
        RejectCode::ResolutionTooLow => {
            lang.pick("Hãy quét lại ở 200 dpi trở lên", "Scan the sheet again at 200 dpi or more")
        }
        RejectCode::BlankPage => lang.pick(
            "Nếu là mặt sau thì không cần làm gì; nếu không, hãy quét lại mặt có chữ",
            "Nothing to do if it is the back of a sheet; otherwise scan the printed side",
        ),
        RejectCode::NoCode => lang.pick(
            "Nếu là phiếu khảo sát, hãy vuốt phẳng, để cả bốn góc trong khung rồi quét lại",
            "If it is a survey sheet, flatten it, keep all four corners in the picture and scan again",
        ),
        RejectCode::ForeignCode => {
            lang.pick("Hãy lấy trang này ra khỏi tập phiếu", "Take the page out of the batch")
        }
        RejectCode::AlteredCode => lang.pick(
            "Hãy giữ tờ phiếu và báo người phụ trách khảo sát",
            "Keep the sheet and tell whoever is in charge of the survey",
        ),
        RejectCode::OtherOffice => lang.pick(
            "Hãy chuyển tờ phiếu cho cơ quan đã in, hoặc kiểm tra lại tệp office.key",
            "Send the sheet to the office that printed it, or check the file office.key",
        ),
        RejectCode::UnknownForm => lang.pick(
            "Hãy chép tệp mẫu của phiên bản đó vào thư mục form-templates rồi quét lại",
            "Copy that version's template into the folder form-templates, then scan again",
        ),
        RejectCode::OtherLayout => lang.pick(
            "Hãy khôi phục tệp mẫu đúng như lúc in rồi quét lại",
            "Restore the template as it was when the sheet was printed, then scan again",
        ),
        RejectCode::UnknownSerial => lang.pick(
            "Hãy kiểm tra xem có đang dùng đúng thư mục làm việc, hoặc cơ sở dữ liệu có bị khôi phục từ bản cũ",
            "Check that this is the right office folder and that its database was not restored from an old copy",
        ),
        RejectCode::CodesDisagree => lang.pick(
            "Hãy tách hai tờ phiếu dính nhau rồi quét lại từng tờ",
            "Part the sheets that stick together and scan each",
        ),
        RejectCode::FormNotFound => lang.pick(
            "Hãy vuốt phẳng tờ phiếu, kiểm tra không bị che hoặc dính tờ khác, rồi quét lại",
            "Flatten the sheet, see that nothing covers it, and scan again",
        ),
        RejectCode::InternalFault => lang.pick(
            "Các trang khác không bị ảnh hưởng; hãy quét lại, nếu vẫn lỗi thì gửi tệp này cho bộ phận kỹ thuật",
            "The other pages are not affected; scan again, and if it fails again send the file to your technical staff",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_says_what_was_found_and_what_to_do_in_both_languages() {
        for code in RejectCode::ALL {
            let rejection = Rejection::new(code, "detail");
            let (vi, en) = (sentence(&rejection, Lang::Vi), sentence(&rejection, Lang::En));
            assert_ne!(vi, en);
            for text in [vi, en] {
                assert!(text.ends_with('.') && text.matches(". ").count() >= 1, "{text}");
            }
        }
    }
}
