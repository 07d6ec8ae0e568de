//! The verbs, in the order of the work: set up, print, scan, review, report, check;
//! then what is for trying the program out.

pub mod acquire;
pub mod audit;
pub mod batches;
pub mod demo;
pub mod form;
pub mod init;
pub mod inspect;
pub mod layout;
pub mod licences;
pub mod print;
pub mod redecide;
pub mod report;
pub mod review;
pub mod scan;
pub mod simulate;
pub mod watch;

use clap::Subcommand;

use crate::context::Context;
use crate::errors::{Exit, Failure};

/// What the exit codes of taking pages in mean.
const EXIT_CODES: &str = "Mã thoát: 0 mọi tệp đều mở được (trang bị từ chối vẫn là kết quả); 1 một số tệp không mở hoặc giải mã được, phần còn lại đã xong; 2 chưa làm gì. ‖ Exit codes: 0 all files could be opened (refused pages are results); 1 some files could not be opened or decoded, the rest is done; 2 nothing was done.";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Makes a workspace.
    #[command(
        visible_alias = "khoi-tao",
        about = "Tạo thư mục làm việc mới cho cơ quan. ‖ Makes a new office folder."
    )]
    Init(init::Init),
    /// Registers and prints sheets.
    #[command(
        visible_alias = "in",
        about = "Cấp số seri, vào sổ và in phiếu ra tệp PDF. ‖ Registers sheets and prints them into a PDF file."
    )]
    Print(print::Print),
    /// Reads scanned sheets.
    #[command(
        visible_alias = "quet",
        after_help = EXIT_CODES,
        about = "Đọc các trang đã quét (tệp hoặc thư mục) và lưu kết quả. ‖ Reads scanned pages (files or folders) and stores the results."
    )]
    Scan(scan::Scan),
    /// Reads what a scanner saves into a folder.
    #[command(
        visible_alias = "theo-doi",
        after_help = EXIT_CODES,
        about = "Theo dõi thư mục máy quét lưu vào: đọc mỗi tệp khi đã ghi xong rồi chuyển vào done/ hoặc refused/. ‖ Watches the folder that a scanner saves into: reads each file once it is finished and moves it to done/ or refused/."
    )]
    Watch(watch::Watch),
    /// Scans with a scanner that SANE knows.
    #[command(
        visible_alias = "lay-anh",
        after_help = EXIT_CODES,
        about = "Quét phiếu bằng máy quét nối với máy này (SANE, Linux) rồi đọc luôn. ‖ Scans with a scanner of this machine (SANE, Linux) and reads the sheets."
    )]
    Acquire(acquire::Acquire),
    /// Lists the batches that were taken in.
    #[command(
        visible_alias = "lo-quet",
        about = "Liệt kê các lô đã quét và đối chiếu với số trang có trong sổ. ‖ Lists the scanned batches and checks them against the pages in the account."
    )]
    Batches(batches::Batches),
    /// Settles doubtful answers.
    #[command(
        visible_alias = "soat",
        about = "Rà soát các câu trả lời máy chưa chắc chắn. ‖ Settles the answers that need a person."
    )]
    Review(review::Review),
    /// Shows why pages were read as they were.
    #[command(
        visible_alias = "xem-xet",
        about = "Vẽ từng bước đọc của một bản quét, để biết vì sao máy đọc như vậy. ‖ Draws every step of reading a scan, to see why it was read so."
    )]
    Inspect(inspect::Inspect),
    /// Decides stored measures again.
    #[command(
        visible_alias = "quyet-lai",
        about = "Quyết định lại các câu từ số đo đã lưu và liệt kê câu nào sẽ thay đổi. ‖ Decides the answers again from stored measures and lists which would change."
    )]
    Redecide(redecide::Redecide),
    /// Writes the quarterly report.
    #[command(visible_alias = "bao-cao", about = "Lập báo cáo quý. ‖ Writes the quarterly report.")]
    Report(report::ReportArgs),
    /// Verifies and shows the log.
    #[command(visible_alias = "nhat-ky", about = "Kiểm tra và xem nhật ký. ‖ Verifies and shows the log.")]
    Audit(audit::Audit),
    /// Writes where things are on the paper.
    #[command(
        visible_alias = "bo-cuc",
        about = "Xuất bố cục của mẫu phiếu (layout.json). ‖ Writes a form's layout (layout.json)."
    )]
    Layout(layout::LayoutArgs),
    /// Checks templates.
    #[command(visible_alias = "mau", about = "Kiểm tra tệp mẫu phiếu. ‖ Checks a form template.")]
    Form(form::Form),
    /// Simulates returned scans.
    #[command(
        visible_alias = "mo-phong",
        about = "Mô phỏng phiếu đã điền và quét, để thử phần mềm. ‖ Simulates filled-in, scanned sheets, to try the program out."
    )]
    Simulate(simulate::Simulate),
    /// Shows the whole way once.
    #[command(
        visible_alias = "chay-thu",
        about = "Chạy thử toàn bộ: in, mô phỏng quét, đọc, rà soát, báo cáo. ‖ Shows the whole way once: print, simulate, read, review, report."
    )]
    Demo(demo::Demo),
    /// Shows the licences.
    #[command(
        visible_alias = "giay-phep",
        about = "Hiện giấy phép của chương trình và phông chữ. ‖ Shows the licences of the program and its font."
    )]
    Licences(licences::Licences),
}

/// Does what the verb says.
pub fn run(verb: Verb, context: &Context) -> Result<Exit, Failure> {
    match verb {
        Verb::Init(args) => init::run(&args, context),
        Verb::Print(args) => print::run(&args, context),
        Verb::Scan(args) => scan::run(&args, context),
        Verb::Watch(args) => watch::run(&args, context),
        Verb::Acquire(args) => acquire::run(&args, context),
        Verb::Batches(args) => batches::run(&args, context),
        Verb::Review(args) => review::run(args, context),
        Verb::Inspect(args) => inspect::run(&args, context),
        Verb::Redecide(args) => redecide::run(&args, context),
        Verb::Report(args) => report::run(&args, context),
        Verb::Audit(args) => audit::run(args, context),
        Verb::Layout(args) => layout::run(&args, context),
        Verb::Form(args) => form::run(args, context),
        Verb::Simulate(args) => simulate::run(args, context),
        Verb::Demo(args) => demo::run(&args, context),
        Verb::Licences(args) => licences::run(&args, context),
    }
}
