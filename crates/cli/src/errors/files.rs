//! Files that could not be read or written, in words.

use std::io;
use std::path::Path;

use phieu_model::lang::Lang;

/// What was being done to a file when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Reading it.
    Reading,
    /// Writing it.
    Writing,
}

/// The office's key cannot be used; `bytes` were found, or there is no file.
pub(super) fn key_unusable(path: &Path, bytes: Option<u64>, lang: Lang) -> String {
    let path = path.display();
    match (bytes, lang) {
        (None, Lang::Vi) => format!(
            "Không thấy tệp khóa của cơ quan “{path}”. Hãy chép lại tệp này từ bản sao lưu; không có khóa thì \
             không in và không nhận phiếu được."
        ),
        (None, Lang::En) => format!(
            "The office's key “{path}” is missing. Put it back from a backup; without it no sheet can be printed \
             or recognised."
        ),
        (Some(n), Lang::Vi) => format!(
            "Tệp khóa của cơ quan “{path}” có {n} byte, đúng ra phải là 32. Hãy chép lại tệp này từ bản sao lưu."
        ),
        (Some(n), Lang::En) => format!(
            "The office's key “{path}” has {n} bytes where 32 are expected. Put it back from a backup."
        ),
    }
}

/// A file cannot be read or written.
pub(super) fn file(path: &Path, doing: Doing, error: &io::Error, lang: Lang) -> String {
    use io::ErrorKind as Kind;
    let path = path.display();
    let (vi, en) = match error.kind() {
        Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => (
            "đĩa đã đầy. Hãy giải phóng chỗ trống hoặc chọn ổ đĩa khác rồi chạy lại".to_owned(),
            "the disk is full. Free some space or choose another disk, then run the command again".to_owned(),
        ),
        Kind::NotFound => match doing {
            Doing::Reading => (
                "tệp không tồn tại. Hãy kiểm tra lại đường dẫn".to_owned(),
                "there is no such file. Check the path".to_owned(),
            ),
            Doing::Writing => (
                "thư mục chứa tệp không tồn tại. Hãy tạo thư mục trước hoặc kiểm tra lại đường dẫn"
                    .to_owned(),
                "its folder does not exist. Make the folder first, or check the path".to_owned(),
            ),
        },
        Kind::PermissionDenied | Kind::ReadOnlyFilesystem => (
            "không có quyền. Hãy chọn thư mục khác hoặc nhờ quản trị máy cấp quyền".to_owned(),
            "permission is denied. Choose another folder, or ask for the right to use it".to_owned(),
        ),
        Kind::IsADirectory => (
            "đây là thư mục, không phải tệp. Hãy nêu tên tệp".to_owned(),
            "this is a folder, not a file. Name a file".to_owned(),
        ),
        Kind::NotADirectory => (
            "một phần của đường dẫn là tệp, không phải thư mục. Hãy kiểm tra lại đường dẫn".to_owned(),
            "a part of the path is a file, not a folder. Check the path".to_owned(),
        ),
        Kind::AlreadyExists => (
            "đã có một tệp cùng tên ở đó. Hãy nêu tên khác".to_owned(),
            "a file of that name is there already. Give another name".to_owned(),
        ),
        Kind::InvalidData => (
            "tệp không phải văn bản UTF-8. Hãy lưu lại dưới dạng UTF-8".to_owned(),
            "it is not text in UTF-8. Save it as UTF-8".to_owned(),
        ),
        _ => (
            format!("hệ điều hành báo: {error}. Hãy khắc phục rồi chạy lại"),
            format!("the operating system says: {error}. Remove the cause and run the command again"),
        ),
    };
    match (doing, lang) {
        (Doing::Reading, Lang::Vi) => format!("Không đọc được “{path}”: {vi}."),
        (Doing::Reading, Lang::En) => format!("“{path}” cannot be read: {en}."),
        (Doing::Writing, Lang::Vi) => format!("Không ghi được “{path}”: {vi}."),
        (Doing::Writing, Lang::En) => format!("“{path}” cannot be written: {en}."),
    }
}
