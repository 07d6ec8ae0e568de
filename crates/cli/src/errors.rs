//! All that can go wrong outside a page, sorted: whose move is next, the sentence,
//! the exit code.
//!
//! A sentence has three parts: which file or name, what was found against what was
//! expected, what to do now. The crates below write the sentences of their own
//! errors; those of files, folders and names are written here.

mod files;
mod names;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use phieu_form::Fault;
use phieu_model::lang::Lang;
use phieu_model::period::Date;
use phieu_print::PrintError;
use phieu_store::Error as StoreError;

use crate::office_file::OfficeFault;

pub use files::Doing;
pub use names::{Named, Unknown};

/// The exit codes of the exchange contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, also where pages were refused.
    Done,
    /// 1: some of it could not be done (a file could not be read; the account does
    /// not agree); the rest is done.
    SomeFailed,
    /// 2: nothing was done.
    NothingDone,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::SomeFailed => 1,
            Self::NothingDone => 2,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a call stopped.
#[derive(Debug)]
pub enum Failure {
    /// No office folder was named.
    NoWorkspaceNamed,
    /// The folder holds no database.
    NoWorkspace(PathBuf),
    /// The folder already holds a workspace.
    WorkspaceExists(PathBuf),
    /// The office's key is missing or is not 32 bytes.
    KeyUnusable {
        /// The key's file.
        path: PathBuf,
        /// Bytes found; `None` where there is no file.
        bytes: Option<u64>,
    },
    /// `init` was not told what office this is.
    NoOffice,
    /// An office description has faults.
    OfficeFile(Vec<OfficeFault>),
    /// A file or folder could not be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// What was being done.
        doing: Doing,
        /// The operating system's reason.
        error: io::Error,
    },
    /// The operating system gives no random numbers.
    NoRandom(io::Error),
    /// The operating system starts no threads.
    NoThreads {
        /// How many were asked for.
        workers: usize,
        /// Its reason.
        error: io::Error,
    },
    /// A template has faults.
    Template(Vec<Fault>),
    /// A name that is not known.
    Unknown(Unknown),
    /// A unit that does not exist on this day.
    UnitNotValid {
        /// Its id.
        unit: String,
        /// The day.
        day: Date,
        /// Its successor, if it has ended and one is known.
        successor: Option<String>,
    },
    /// A count outside 1–`most`.
    CountOutOfRange {
        /// What was asked for.
        count: u32,
        /// The most that one call may print.
        most: u32,
    },
    /// Not a period.
    BadPeriod(String),
    /// A day of return that has not come yet.
    ReceivedInFuture {
        /// The day given.
        received: Date,
        /// The day of the call.
        today: Date,
    },
    /// The paths hold no file at all.
    NothingToScan(Vec<PathBuf>),
    /// Sheets cannot be printed.
    Print(PrintError),
    /// Sheets were registered, but their file could not be written.
    RegisteredButUnprinted {
        /// The first serial.
        first: String,
        /// The last serial.
        last: String,
        /// How many.
        count: u32,
        /// Why the file was not written.
        cause: Box<Failure>,
    },
    /// The account could no longer be written in the middle of a batch of scans.
    ScanStopped {
        /// Pages stored until then.
        stored: u64,
        /// Why.
        cause: Box<Failure>,
    },
    /// The account could not be opened, read or written.
    Store(StoreError),
    /// Something else, with a sentence in both languages written by its crate.
    Told {
        /// Vietnamese.
        vi: String,
        /// English.
        en: String,
    },
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<PrintError> for Failure {
    fn from(error: PrintError) -> Self {
        Self::Print(error)
    }
}

impl Failure {
    /// The failure of reading `path`.
    pub fn reading(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |error| Self::File { path, doing: Doing::Reading, error }
    }

    /// The failure of writing `path`.
    pub fn writing(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |error| Self::File { path, doing: Doing::Writing, error }
    }

    /// The exit code: a failure stops the call before anything was done, but for
    /// sheets that were registered and pages that were stored.
    pub fn exit(&self) -> Exit {
        match self {
            Self::RegisteredButUnprinted { .. } => Exit::SomeFailed,
            Self::ScanStopped { stored, .. } if *stored > 0 => Exit::SomeFailed,
            Self::ScanStopped { .. }
            | Self::NoWorkspaceNamed
            | Self::NoWorkspace(_)
            | Self::WorkspaceExists(_)
            | Self::KeyUnusable { .. }
            | Self::NoOffice
            | Self::OfficeFile(_)
            | Self::File { .. }
            | Self::NoRandom(_)
            | Self::NoThreads { .. }
            | Self::Template(_)
            | Self::Unknown(_)
            | Self::UnitNotValid { .. }
            | Self::CountOutOfRange { .. }
            | Self::BadPeriod(_)
            | Self::ReceivedInFuture { .. }
            | Self::NothingToScan(_)
            | Self::Print(_)
            | Self::Store(_)
            | Self::Told { .. } => Exit::NothingDone,
        }
    }

    /// What the operator is told.
    pub fn sentence(&self, lang: Lang) -> String {
        match self {
            Self::NoWorkspaceNamed => lang
                .pick(
                    "Chưa nêu thư mục làm việc của cơ quan. Hãy thêm --workspace THƯ_MỤC hoặc đặt biến môi trường \
                     PHIEU_WORKSPACE.",
                    "The office's folder is not named. Add --workspace DIR or set the environment variable \
                     PHIEU_WORKSPACE.",
                )
                .to_owned(),
            Self::NoWorkspace(path) => match lang {
                Lang::Vi => format!(
                    "Thư mục “{0}” chưa có cơ sở dữ liệu của cơ quan (phieu.sqlite). Kiểm tra lại đường dẫn, hoặc \
                     tạo mới bằng lệnh: phieu --workspace \"{0}\" init",
                    path.display()
                ),
                Lang::En => format!(
                    "The folder “{0}” holds no office database (phieu.sqlite). Check the path, or make a new one \
                     with: phieu --workspace \"{0}\" init",
                    path.display()
                ),
            },
            Self::WorkspaceExists(path) => match lang {
                Lang::Vi => format!(
                    "Thư mục “{}” đã có dữ liệu của một cơ quan, không tạo lại để khỏi mất dữ liệu. Hãy dùng thư \
                     mục này như đang có, hoặc nêu một thư mục khác.",
                    path.display()
                ),
                Lang::En => format!(
                    "The folder “{}” already holds an office's data and is left as it is. Use it as it stands, or \
                     name another folder.",
                    path.display()
                ),
            },
            Self::KeyUnusable { path, bytes } => files::key_unusable(path, *bytes, lang),
            Self::NoOffice => lang
                .pick(
                    "Chưa nêu cơ quan: cần --office TỆP.toml (tên cơ quan, đơn vị, thủ tục) hoặc --example (cơ \
                     quan mẫu). Xem khuôn dạng tệp: phieu init --show-example",
                    "The office is not described: --office FILE.toml (names, units, procedures) or --example (the \
                     example office) is needed. To see the file's form: phieu init --show-example",
                )
                .to_owned(),
            Self::OfficeFile(faults) => {
                faults.iter().map(|f| f.sentence(lang)).collect::<Vec<_>>().join("\n")
            }
            Self::File { path, doing, error } => files::file(path, *doing, error, lang),
            Self::NoRandom(error) => match lang {
                Lang::Vi => format!(
                    "Hệ điều hành không cấp số ngẫu nhiên ({error}), nên không thể tạo khóa hoặc số seri. Chưa có \
                     gì được ghi; hãy khởi động lại máy rồi thử lại."
                ),
                Lang::En => format!(
                    "The operating system gives no random numbers ({error}), so no key or serial can be made. \
                     Nothing was written; restart the machine and try again."
                ),
            },
            Self::NoThreads { workers, error } => match lang {
                Lang::Vi => format!(
                    "Hệ điều hành không mở được {workers} luồng đọc ({error}). Hãy chạy lại với --workers nhỏ hơn."
                ),
                Lang::En => format!(
                    "The operating system starts no {workers} threads ({error}). Run again with fewer --workers."
                ),
            },
            Self::Template(faults) => faults.iter().map(|f| f.sentence(lang)).collect::<Vec<_>>().join("\n"),
            Self::Unknown(unknown) => unknown.sentence(lang),
            Self::UnitNotValid { unit, day, successor } => {
                let (next_vi, next_en) = match successor {
                    Some(id) => (
                        format!(" Đơn vị kế thừa: {id}; hãy in cho đơn vị đó."),
                        format!(" Its successor is {id}; print for that unit."),
                    ),
                    None => (
                        " Hãy chọn đơn vị khác hoặc sửa thời gian hiệu lực của đơn vị.".to_owned(),
                        " Choose another unit, or correct the unit's span of validity.".to_owned(),
                    ),
                };
                match lang {
                    Lang::Vi => {
                        format!("Đơn vị {unit} không có hiệu lực vào ngày {}.{next_vi}", date(*day, lang))
                    }
                    Lang::En => format!("The unit {unit} is not in being on {}.{next_en}", date(*day, lang)),
                }
            }
            Self::CountOutOfRange { count, most } => match lang {
                Lang::Vi => {
                    format!("Số phiếu là {count}, mỗi lần in được từ 1 đến {most} phiếu. Hãy chia thành nhiều lần in.")
                }
                Lang::En => {
                    format!("The count is {count}; one call prints 1 to {most} sheets. Print in several calls.")
                }
            },
            Self::BadPeriod(given) => match lang {
                Lang::Vi => format!(
                    "Kỳ báo cáo “{given}” viết chưa đúng; cần năm và quý, ví dụ 2026Q1 (quý I năm 2026). Hãy nhập lại."
                ),
                Lang::En => format!(
                    "The period “{given}” is not written as year and quarter, for example 2026Q1. Type it again."
                ),
            },
            Self::ReceivedInFuture { received, today } => match lang {
                Lang::Vi => format!(
                    "Ngày nhận phiếu {} chưa đến (hôm nay là {}). Chưa có trang nào được đọc; hãy sửa --received.",
                    date(*received, lang),
                    date(*today, lang)
                ),
                Lang::En => format!(
                    "The day of return {} has not come yet (today is {}). No page was read; correct --received.",
                    date(*received, lang),
                    date(*today, lang)
                ),
            },
            Self::NothingToScan(paths) => {
                let shown = paths.iter().map(|p| format!("“{}”", p.display())).collect::<Vec<_>>().join(", ");
                match lang {
                    Lang::Vi => format!(
                        "Không có tệp nào trong {shown}; cần ít nhất một tệp PDF, PNG, JPEG hoặc TIFF. Hãy kiểm tra máy \
                         quét đã lưu vào đúng thư mục chưa."
                    ),
                    Lang::En => format!(
                        "There is no file in {shown}; at least one PDF, PNG, JPEG or TIFF file is needed. Check that \
                         the scanner saves into this folder."
                    ),
                }
            }
            Self::Print(error) => error.sentence(lang),
            Self::RegisteredButUnprinted { first, last, count, cause } => {
                let cause = cause.sentence(lang);
                match lang {
                    Lang::Vi => format!(
                        "{cause} {count} số seri {first} – {last} đã vào sổ nhưng chưa in; các số này không dùng \
                         lại. Khắc phục xong hãy in lại, phần mềm sẽ cấp số mới."
                    ),
                    Lang::En => format!(
                        "{cause} The {count} serials {first} – {last} are in the ledger but not printed; they will \
                         not be used again. When the cause is removed, print again: new serials will be given."
                    ),
                }
            }
            Self::ScanStopped { stored, cause } => {
                let cause = cause.sentence(lang);
                match lang {
                    Lang::Vi => format!(
                        "{cause} Đã lưu {stored} trang trước đó và giữ nguyên; khắc phục xong hãy chạy lại đúng lệnh này."
                    ),
                    Lang::En => format!(
                        "{cause} {stored} pages were stored before and are kept; when the cause is removed, run this \
                         same command again."
                    ),
                }
            }
            Self::Store(error) => error.sentence(lang),
            Self::Told { vi, en } => lang.pick(vi, en).to_owned(),
        }
    }
}

/// A day as the operator writes it: 05/01/2026, or 2026-01-05 in English.
pub fn date(day: Date, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
        Lang::En => day.to_string(),
    }
}
