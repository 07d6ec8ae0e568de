//! Faults and findings in the operator's words: what and where, found against
//! expected, what to do now.

use phieu_model::adjudication::AnswerFault;
use phieu_model::lang::Lang;
use phieu_model::period::Date;
use phieu_model::template::Choose;

use crate::audit::{Discrepancy, Mismatch};
use crate::error::{DatabaseFault, Error};

/// A day as the office writes it in this language.
fn day(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year()),
        Lang::En => date.to_string(),
    }
}

impl Error {
    /// The sentence for the operator.
    pub fn sentence(&self, lang: Lang) -> String {
        match self {
            Self::AlreadyExists { path } => {
                let path = path.display();
                match lang {
                    Lang::Vi => format!(
                        "Tệp {path} đã có sẵn, trong khi lệnh này cần tạo cơ sở dữ liệu mới; hãy chọn thư mục khác."
                    ),
                    Lang::En => format!(
                        "{path} exists already, but this command makes a new database; choose another folder."
                    ),
                }
            }
            Self::NotFound { path } => {
                let path = path.display();
                match lang {
                    Lang::Vi => format!(
                        "Không tìm thấy cơ sở dữ liệu {path}; hãy kiểm tra lại thư mục làm việc, hoặc tạo mới bằng lệnh init."
                    ),
                    Lang::En => format!(
                        "There is no database {path}; check the workspace folder, or make one with init."
                    ),
                }
            }
            Self::NotPhieu { path } => {
                let path = path.display();
                match lang {
                    Lang::Vi => format!(
                        "Tệp {path} không phải là cơ sở dữ liệu của phieu nên không được đụng đến; hãy kiểm tra lại thư mục làm việc."
                    ),
                    Lang::En => format!(
                        "{path} is not a database of phieu and was left alone; check the workspace folder."
                    ),
                }
            }
            Self::NewerDatabase { path, found, known } => {
                let path = path.display();
                match lang {
                    Lang::Vi => format!(
                        "Cơ sở dữ liệu {path} có cấu trúc số {found}, chương trình này chỉ biết đến số {known}; hãy dùng phiên bản phieu mới hơn. Dữ liệu không bị thay đổi."
                    ),
                    Lang::En => format!(
                        "The database {path} has schema {found}, but this program knows only up to {known}; use a newer version of phieu. Nothing was changed."
                    ),
                }
            }
            Self::Database { path, fault } => {
                let path = path.display();
                let (found, now) = fault.parts(lang);
                match lang {
                    Lang::Vi => format!("Cơ sở dữ liệu {path}: {found}; {now}"),
                    Lang::En => format!("Database {path}: {found}; {now}"),
                }
            }
            Self::UnknownUnit { unit, known } => {
                let known = known.join(", ");
                match lang {
                    Lang::Vi => format!(
                        "Không có đơn vị mã «{unit}»; các mã hiện có: {known}. Hãy chọn một trong các mã này."
                    ),
                    Lang::En => {
                        format!("There is no unit {unit:?}; the units are: {known}. Choose one of them.")
                    }
                }
            }
            Self::UnknownProcedure { code } => match lang {
                Lang::Vi => format!(
                    "Không có thủ tục mã «{code}» trong danh mục của cơ quan; hãy kiểm tra lại mã thủ tục."
                ),
                Lang::En => {
                    format!("The office's list has no procedure {code:?}; check the procedure's code.")
                }
            },
            Self::UnknownSerial { serial } => match lang {
                Lang::Vi => format!(
                    "Phiếu {serial} không có trong sổ phát hành: cơ quan chưa từng in phiếu này; hãy kiểm tra lại số seri."
                ),
                Lang::En => format!(
                    "Sheet {serial} is not in the ledger: it was never printed here; check the serial."
                ),
            },
            Self::UnknownForm { form, version } => match lang {
                Lang::Vi => format!(
                    "Mẫu phiếu {form} phiên bản {version} chưa từng được in; hãy kiểm tra lại tên mẫu và phiên bản."
                ),
                Lang::En => format!(
                    "Form {form} version {version} was never printed here; check its name and version."
                ),
            },
            Self::UnknownQuestion(id) => match lang {
                Lang::Vi => format!(
                    "Phiếu {} không có câu hỏi «{}»; hãy xem mã câu hỏi bằng lệnh review list.",
                    id.serial, id.question
                ),
                Lang::En => format!(
                    "Sheet {} has no question {:?}; see the ids with review list.",
                    id.serial, id.question
                ),
            },
            Self::NotRead { serial } => match lang {
                Lang::Vi => format!(
                    "Phiếu {serial} đã in nhưng chưa được quét nên chưa có câu trả lời nào; hãy quét phiếu trước."
                ),
                Lang::En => format!(
                    "Sheet {serial} was printed but not scanned yet, so it has no answers; scan it first."
                ),
            },
            Self::LayoutChanged { form, version, stored, given } => {
                let (stored, given) = (stored.to_string(), given.to_string());
                let (stored, given) = (&stored[..12], &given[..12]);
                match lang {
                    Lang::Vi => format!(
                        "Mẫu phiếu {form} phiên bản {version} đã được in với bố cục {stored}, bố cục hiện nay là {given}; phiên bản đã in không được sửa, hãy lập phiên bản mới."
                    ),
                    Lang::En => format!(
                        "Form {form} version {version} was printed with layout {stored}, now its layout is {given}; a printed version never changes, make a new version."
                    ),
                }
            }
            Self::OtherForm { serial, printed, read } => match lang {
                Lang::Vi => format!(
                    "Phiếu {serial} được in theo mẫu {printed}, nhưng trang quét ghi {read}; hãy kiểm tra xem cơ sở dữ liệu có đúng của cơ quan không."
                ),
                Lang::En => format!(
                    "Sheet {serial} was printed as {printed}, but the page says {read}; check that this is the right database."
                ),
            },
            Self::BeforePrinting { serial, printed_on, received } => {
                let (printed_on, received) = (day(*printed_on, lang), day(*received, lang));
                match lang {
                    Lang::Vi => format!(
                        "Phiếu {serial} được in ngày {printed_on} nên không thể thu về ngày {received}; hãy kiểm tra lại ngày nhận phiếu."
                    ),
                    Lang::En => format!(
                        "Sheet {serial} was printed on {printed_on} and cannot have come back on {received}; check the day of return."
                    ),
                }
            }
            Self::NoNumbersLeft { period, asked, left } => match lang {
                Lang::Vi => format!(
                    "Quý {}/{} chỉ còn {left} số phiếu, lệnh này cần {asked}; hãy in ít hơn.",
                    period.quarter(),
                    period.year()
                ),
                Lang::En => format!(
                    "Only {left} sheet numbers are left in {period}, this command needs {asked}; print fewer."
                ),
            },
            Self::Duplicate { what, id } => match lang {
                Lang::Vi => {
                    let list = if *what == "units" { "đơn vị" } else { "thủ tục" };
                    format!(
                        "Mã «{id}» có hai lần trong danh mục {list}; mỗi mã chỉ được có một lần, hãy sửa danh mục."
                    )
                }
                Lang::En => format!(
                    "{id:?} stands twice in the list of {what}; every id must stand once, correct the list."
                ),
            },
            Self::NotAnAnswer { id, fault } => {
                let fault = answer_fault(fault, lang);
                match lang {
                    Lang::Vi => format!("Câu {id}: {fault}"),
                    Lang::En => format!("Answer {id}: {fault}"),
                }
            }
            Self::Unsigned { id } => match lang {
                Lang::Vi => format!(
                    "Câu {id}: thiếu tên người quyết định hoặc lý do; hãy ghi đủ cả hai (--by và --why)."
                ),
                Lang::En => format!(
                    "Answer {id}: the name of the person or the reason is missing; give both (--by and --why)."
                ),
            },
        }
    }
}

/// Why state and options are not an answer, and what would be.
fn answer_fault(fault: &AnswerFault, lang: Lang) -> String {
    match fault {
        AnswerFault::UnknownOption { option, known } => {
            let known = known.join(", ");
            match lang {
                Lang::Vi => {
                    format!("không có phương án «{option}»; hãy chọn trong các phương án: {known}.")
                }
                Lang::En => format!("there is no option {option:?}; choose among: {known}."),
            }
        }
        AnswerFault::Order => lang
            .pick(
                "các phương án phải theo thứ tự trên phiếu, mỗi phương án một lần; hãy ghi lại.",
                "the options must stand in the order of the paper, each once; give them again.",
            )
            .to_owned(),
        AnswerFault::Count { given, choose, .. } => {
            let (vi, en) = match choose {
                Choose::One => ("chỉ được chọn một phương án", "allows one option"),
                Choose::Many => ("được chọn nhiều phương án", "allows several options"),
            };
            match lang {
                Lang::Vi => format!(
                    "{given} phương án không phù hợp với trạng thái đã ghi (câu này {vi}); hãy ghi lại câu trả lời."
                ),
                Lang::En => format!(
                    "{given} options do not fit the state given (this question {en}); give the answer again."
                ),
            }
        }
    }
}

impl DatabaseFault {
    /// What was found, and what to do now.
    fn parts(&self, lang: Lang) -> (String, &'static str) {
        match self {
            Self::DiskFull => (
                lang.pick(
                    "đĩa đã đầy, lần ghi này bị hủy, dữ liệu trước đó còn nguyên",
                    "the disk is full, this write was undone, everything before it is kept",
                )
                .into(),
                lang.pick(
                    "hãy giải phóng dung lượng rồi chạy lại lệnh.",
                    "make room and run the command again.",
                ),
            ),
            Self::Busy => (
                lang.pick(
                    "một chương trình khác đang ghi quá lâu",
                    "another program has been writing to it for too long",
                )
                .into(),
                lang.pick(
                    "hãy chờ chương trình đó xong rồi chạy lại lệnh.",
                    "wait until it is done and run the command again.",
                ),
            ),
            Self::ReadOnly => (
                lang.pick(
                    "không ghi được vì tệp hoặc thư mục chỉ cho phép đọc",
                    "it cannot be written because the file or its folder is read-only",
                )
                .into(),
                lang.pick(
                    "hãy cấp quyền ghi hoặc chép thư mục làm việc sang nơi ghi được.",
                    "allow writing, or copy the workspace to where writing is allowed.",
                ),
            ),
            Self::CannotOpen(why) => (
                match lang {
                    Lang::Vi => format!("không mở được tệp ({why})"),
                    Lang::En => format!("the file cannot be opened ({why})"),
                },
                lang.pick(
                    "hãy kiểm tra đường dẫn và quyền truy cập thư mục.",
                    "check the path and the rights on the folder.",
                ),
            ),
            Self::Corrupt(why) => (
                match lang {
                    Lang::Vi => format!("nội dung tệp bị hỏng ({why})"),
                    Lang::En => format!("the file's content is damaged ({why})"),
                },
                lang.pick(
                    "hãy giữ nguyên tệp này và khôi phục từ bản sao lưu gần nhất.",
                    "keep this file as it is and restore the newest backup.",
                ),
            ),
            Self::Io(why) => (
                match lang {
                    Lang::Vi => format!("máy không đọc hoặc ghi được đĩa ({why})"),
                    Lang::En => format!("the machine could not read or write the disk ({why})"),
                },
                lang.pick(
                    "hãy kiểm tra ổ đĩa hoặc đường mạng rồi chạy lại lệnh.",
                    "check the disk or the network and run the command again.",
                ),
            ),
            Self::Bug(why) => (
                match lang {
                    Lang::Vi => format!("lỗi của chương trình ({why}), lần ghi này bị hủy"),
                    Lang::En => format!("a fault of this program ({why}), this write was undone"),
                },
                lang.pick(
                    "hãy gửi nguyên văn dòng này cho người phát triển.",
                    "send this line to the developers.",
                ),
            ),
        }
    }
}

impl Discrepancy {
    /// The sentence for the operator.
    pub fn sentence(&self, lang: Lang) -> String {
        let Self { table, key, what } = self;
        let (vi, en) = match what {
            Mismatch::Changed => ("nội dung khác với lúc chương trình ghi", "is not what the program wrote"),
            Mismatch::Missing => ("đã ghi nhưng nay không còn", "was written and is gone"),
            Mismatch::Extra => ("không phải do chương trình ghi vào", "was never written by the program"),
            Mismatch::Chain => {
                ("không nối tiếp bản ghi nhật ký đứng trước", "does not follow from the log entry before it")
            }
            Mismatch::Head => {
                ("không khớp với bản ghi cuối của nhật ký", "does not agree with the last log entry")
            }
            Mismatch::Derived => (
                "không bằng giá trị tính lại từ các lần đọc và quyết định",
                "is not what the readings and decisions give",
            ),
            Mismatch::Schema => (
                "thiếu, thừa hoặc bị sửa so với cấu trúc của chương trình",
                "is missing, added or altered against the program's schema",
            ),
            Mismatch::Structure => ("cấu trúc tệp bị hỏng", "the file's structure is damaged"),
        };
        match lang {
            Lang::Vi => format!(
                "Nhật ký không khớp: bảng {table}, dòng {key}: {vi}; hãy giữ nguyên tệp, báo người phụ trách và so với bản sao lưu."
            ),
            Lang::En => format!(
                "The audit does not agree: table {table}, row {key}: {en}; keep the file as it is, tell the person in charge and compare with a backup."
            ),
        }
    }
}
