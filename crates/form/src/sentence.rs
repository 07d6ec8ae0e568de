//! How the faults of a template are said: what is wrong and what to do.

use phieu_model::lang::Lang;

use crate::fault::{Fault, FaultKind, ValueType};

impl ValueType {
    fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Text => lang.pick("chuỗi ký tự trong ngoặc kép", "a string in quotes"),
            Self::Integer => lang.pick("số nguyên", "a whole number"),
            Self::Boolean => lang.pick("true hoặc false", "true or false"),
            Self::List => lang.pick("danh sách trong ngoặc vuông [ ]", "a list in square brackets"),
            Self::Table => lang.pick("bảng khóa = giá trị", "a table of key = value"),
        }
    }
}

/// The TOML type's name in Vietnamese.
fn found_type(found: &str) -> &str {
    match found {
        "string" => "chuỗi ký tự",
        "integer" => "số nguyên",
        "float" => "số thập phân",
        "boolean" => "true/false",
        "datetime" => "ngày giờ",
        "array" => "danh sách",
        "table" => "bảng",
        other => other,
    }
}

fn char_list(chars: &[char]) -> String {
    let list: Vec<String> =
        chars.iter().map(|c| format!("{} (U+{:04X})", c.escape_debug(), *c as u32)).collect();
    list.join(", ")
}

impl Fault {
    /// File, line, what is wrong and what to do, in one line.
    pub fn sentence(&self, lang: Lang) -> String {
        let Self { file, line, kind } = self;
        match lang {
            Lang::Vi => format!("{file}, dòng {line}: {}", kind.vi()),
            Lang::En => format!("{file}, line {line}: {}", kind.en()),
        }
    }
}

impl FaultKind {
    fn vi(&self) -> String {
        match self {
            Self::Syntax { detail } => {
                format!("sai cú pháp TOML (trình đọc TOML báo: {detail}); hãy sửa lại dòng này.")
            }
            Self::DuplicateKey => "khóa này đã có ở trên; hãy bỏ một trong hai.".to_owned(),
            Self::UnknownKey { key, known } => {
                format!("không có khóa “{key}” ở đây; hãy bỏ hoặc dùng một trong các khóa: {}.", known.join(", "))
            }
            Self::MissingKey { key } => format!("thiếu khóa “{key}”; hãy thêm vào."),
            Self::WrongType { key, expected, found } => format!(
                "“{key}” là {}, nhưng phải là {}; hãy viết lại giá trị.",
                found_type(found),
                expected.name(Lang::Vi)
            ),
            Self::EmptyText { key } => format!("“{key}” để trống; hãy ghi nội dung hoặc bỏ khóa này."),
            Self::EmptyList { key } => format!("“{key}” không có phần tử nào; hãy thêm ít nhất một."),
            Self::ControlCharacters { key } => format!(
                "“{key}” có dấu xuống dòng, dấu tab hoặc ký tự điều khiển; hãy viết liền trên một dòng."
            ),
            Self::MissingGlyphs { key, chars } => format!(
                "“{key}” có ký tự mà phông chữ không in được: {}; hãy thay bằng ký tự khác.",
                char_list(chars)
            ),
            Self::UnknownWord { key, found, allowed } => {
                format!("“{key}” là “{found}”, nhưng chỉ được là: {}; hãy chọn một.", allowed.join(", "))
            }
            Self::BadId { id } => format!(
                "mã “{id}” không hợp lệ; hãy dùng chữ thường không dấu, chữ số và dấu gạch dưới, bắt đầu bằng chữ."
            ),
            Self::DuplicateId { id, first_line } => {
                format!("mã “{id}” đã dùng ở dòng {first_line}; mỗi câu hỏi, mỗi mục phải có mã riêng, hãy đổi mã.")
            }
            Self::DuplicateOption { question, id, first_line } => format!(
                "câu {question} có hai phương án cùng mã “{id}” (mã này đã dùng ở dòng {first_line}); hãy đổi một mã."
            ),
            Self::TooFewOptions { question, found } => {
                format!("câu {question} có {found} phương án, cần ít nhất 2; hãy thêm phương án.")
            }
            Self::RowOptionsDiffer { question, found, expected } => format!(
                "câu {question} có {found} phương án, nhưng hàng đầu của bảng có {expected}; hãy sửa cho bằng nhau hoặc đưa câu này ra ngoài bảng."
            ),
            Self::ScaleNotFive { question, found } => format!(
                "câu {question} là thang đo (scale) nhưng có {found} mức, phải có đúng 5 mức từ tốt nhất đến kém nhất; hãy sửa số mức hoặc dùng measure = \"fact\" với good."
            ),
            Self::UnknownGood { question, option } => {
                format!("good nêu “{option}”, nhưng câu {question} không có phương án này; hãy sửa lại mã.")
            }
            Self::KeyOfOtherMeasure { key, measure } => {
                format!("“{key}” chỉ dùng với measure = \"{measure}\"; hãy bỏ khóa này hoặc sửa measure.")
            }
            Self::SecondHeadline { question, first_line } => format!(
                "câu {question} là câu đánh giá chung thứ hai (câu thứ nhất ở dòng {first_line}); chỉ để headline = true ở một câu."
            ),
            Self::BadCode { found } => {
                format!("code là “{found}”, phải là đúng 4 chữ in hoa A–Z; hãy sửa, ví dụ \"KSTT\".")
            }
            Self::BadForm { found } => {
                format!("form là “{found}”, chỉ được gồm chữ thường không dấu, chữ số và dấu gạch nối; hãy sửa.")
            }
            Self::FormIsNotFolder { form, folder } => format!(
                "form là “{form}” nhưng thư mục là “{folder}”; hãy đổi tên thư mục hoặc sửa form cho giống nhau."
            ),
            Self::BadVersion { found } => {
                format!("version là {found}, phải là số nguyên từ 1 đến 65535; hãy sửa.")
            }
            Self::FileIsNotVersion { version, name } => {
                format!("version là {version} nhưng tên tệp là “{name}”; hãy đổi tên tệp thành v{version}.toml hoặc sửa version.")
            }
            Self::BadLineCount { found } => {
                format!("lines là {found}, phải là số nguyên từ 1 đến 20; hãy sửa số dòng viết.")
            }
            Self::SameLineImpossible { field } => format!(
                "mục {field} không thể ở chung dòng: same_line chỉ dùng khi mục này và mục ngay trước nó đều có một dòng; hãy bỏ same_line hoặc sửa lines."
            ),
            Self::NoQuestion => {
                "mẫu phiếu không có câu hỏi nào để đánh dấu; hãy thêm [[item]] kind = \"choice\" hoặc \"table\".".to_owned()
            }
            Self::TooLong { too_long_mm } => format!(
                "từ đây phiếu không còn vừa một trang A4, dài quá {too_long_mm:.1} mm; hãy rút gọn nội dung hoặc bớt dòng viết."
            ),
            Self::TooWide { what, too_wide_mm } => format!(
                "“{what}” rộng quá {too_wide_mm:.1} mm so với phần giấy còn lại; hãy rút ngắn chữ, hoặc với các phương án thì dùng arrangement = \"column\"."
            ),
        }
    }

    fn en(&self) -> String {
        match self {
            Self::Syntax { detail } => format!("not valid TOML ({detail}); correct this line."),
            Self::DuplicateKey => "this key was given before; remove one of the two.".to_owned(),
            Self::UnknownKey { key, known } => {
                format!("there is no key \"{key}\" here; remove it or use one of: {}.", known.join(", "))
            }
            Self::MissingKey { key } => format!("the key \"{key}\" is missing; add it."),
            Self::WrongType { key, expected, found } => {
                format!(
                    "\"{key}\" is of type {found}, but must be {}; rewrite the value.",
                    expected.name(Lang::En)
                )
            }
            Self::EmptyText { key } => format!("\"{key}\" is empty; give a text or remove the key."),
            Self::EmptyList { key } => format!("\"{key}\" has no entries; add at least one."),
            Self::ControlCharacters { key } => {
                format!("\"{key}\" holds a line break, tab or control character; write it on one line.")
            }
            Self::MissingGlyphs { key, chars } => {
                format!("\"{key}\" holds characters that the font lacks: {}; use others.", char_list(chars))
            }
            Self::UnknownWord { key, found, allowed } => {
                format!("\"{key}\" is \"{found}\", but must be one of: {}; choose one.", allowed.join(", "))
            }
            Self::BadId { id } => format!(
                "the id \"{id}\" is not allowed; use small ASCII letters, digits and underscores, a letter first."
            ),
            Self::DuplicateId { id, first_line } => {
                format!(
                    "the id \"{id}\" was used in line {first_line}; every question and field needs its own, change one."
                )
            }
            Self::DuplicateOption { question, id, first_line } => {
                format!(
                    "question {question} has two options \"{id}\" (the other in line {first_line}); change one."
                )
            }
            Self::TooFewOptions { question, found } => {
                format!("question {question} has {found} options and needs at least 2; add some.")
            }
            Self::RowOptionsDiffer { question, found, expected } => format!(
                "question {question} has {found} options, but the table's first row has {expected}; make them equal or take the question out of the table."
            ),
            Self::ScaleNotFive { question, found } => format!(
                "question {question} is a scale but has {found} levels, not 5 from best to worst; correct the levels or use measure = \"fact\" with good."
            ),
            Self::UnknownGood { question, option } => {
                format!("good names \"{option}\", which question {question} does not have; correct the id.")
            }
            Self::KeyOfOtherMeasure { key, measure } => {
                format!("\"{key}\" belongs to measure = \"{measure}\" only; remove it or change measure.")
            }
            Self::SecondHeadline { question, first_line } => format!(
                "question {question} is a second headline (the first is in line {first_line}); keep headline = true on one."
            ),
            Self::BadCode { found } => {
                format!(
                    "code is \"{found}\" and must be exactly 4 capital letters A-Z; correct it, e.g. \"KSTT\"."
                )
            }
            Self::BadForm { found } => {
                format!(
                    "form is \"{found}\" and may hold small ASCII letters, digits and hyphens only; correct it."
                )
            }
            Self::FormIsNotFolder { form, folder } => {
                format!(
                    "form is \"{form}\" but the folder is \"{folder}\"; rename the folder or correct form."
                )
            }
            Self::BadVersion { found } => {
                format!("version is {found} and must be a whole number from 1 to 65535; correct it.")
            }
            Self::FileIsNotVersion { version, name } => format!(
                "version is {version} but the file is \"{name}\"; rename it to v{version}.toml or correct version."
            ),
            Self::BadLineCount { found } => {
                format!("lines is {found} and must be a whole number from 1 to 20; correct it.")
            }
            Self::SameLineImpossible { field } => format!(
                "field {field} cannot share a line: same_line needs this part and the one before it to have one line each; remove same_line or correct lines."
            ),
            Self::NoQuestion => {
                "the template asks no closed question; add an [[item]] of kind \"choice\" or \"table\"."
                    .to_owned()
            }
            Self::TooLong { too_long_mm } => format!(
                "from here on the form does not fit on one A4 page, it is {too_long_mm:.1} mm too long; shorten it or take away writing lines."
            ),
            Self::TooWide { what, too_wide_mm } => format!(
                "\"{what}\" is {too_wide_mm:.1} mm wider than the paper allows; shorten it, or for options use arrangement = \"column\"."
            ),
        }
    }
}
