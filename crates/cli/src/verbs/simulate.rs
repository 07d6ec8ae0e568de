//! `phieu simulate`: filled-in, scanned sheets with their truth, to try the program
//! out without paper.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use phieu_model::lang::Lang;
use phieu_simulate::{Batch, PageTruth, Profile, Score, SheetPage, SimulateError, SimulatedPage};
use rayon::prelude::*;
use serde::de::DeserializeOwned;

use crate::context::Context;
use crate::errors::{Exit, Failure, Named, Unknown};
use crate::workspace::Workspace;
use crate::{screen, system, templates};

/// The folder of the pictures: all of it can be scanned.
pub const PAGES: &str = "pages";
/// The truth, one JSON line a page; beside the folder of the pictures, since it is none.
pub const TRUTH: &str = "truth.jsonl";

/// Arguments of `simulate`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Simulate {
    #[command(subcommand)]
    verb: Option<SimulateVerb>,
    #[command(flatten)]
    order: Option<Order>,
}

#[derive(Debug, Subcommand)]
enum SimulateVerb {
    /// Compares readings with the truth.
    #[command(
        visible_alias = "cham",
        about = "So kết quả đọc với đáp án của phần mô phỏng. ‖ Compares readings with the simulator's truth."
    )]
    Score {
        /// The truth.
        #[arg(long, value_name = "FILE.jsonl", help = "Đáp án (truth.jsonl). ‖ The truth (truth.jsonl).")]
        truth: PathBuf,
        /// The readings.
        #[arg(
            long,
            value_name = "FILE.jsonl",
            help = "Kết quả đọc (readings.jsonl). ‖ The readings (readings.jsonl)."
        )]
        readings: PathBuf,
        /// The file for the score.
        #[arg(
            long,
            value_name = "FILE.json",
            help = "Ghi kết quả chấm vào tệp JSON để cộng bằng lệnh table. ‖ Writes the score as JSON, for the verb table to add up."
        )]
        json: Option<PathBuf>,
    },
    /// Adds scores up.
    #[command(
        visible_alias = "bang",
        about = "Cộng các kết quả chấm và lập bảng. ‖ Adds scores up and makes a table."
    )]
    Table {
        /// The row's name and its scores.
        #[arg(
            required = true,
            value_name = "NAME=FILE.json",
            help = "Tên dòng và tệp do lệnh score ghi; các tệp cùng tên được cộng lại. ‖ A row's name and a file written by score; files of one name are added up."
        )]
        scores: Vec<String>,
    },
}

/// What to simulate.
#[derive(Debug, Args)]
struct Order {
    /// The printed sheets.
    #[arg(
        long,
        value_name = "FILE.pdf",
        help = "Tệp PDF do lệnh print ghi. ‖ The PDF file written by print."
    )]
    pdf: PathBuf,
    /// Which sheet is on which page.
    #[arg(
        long,
        value_name = "FILE.json",
        help = "Danh sách phiếu do lệnh print ghi (sheets.json). ‖ The list of sheets written by print (sheets.json)."
    )]
    sheets: PathBuf,
    /// The form.
    #[arg(long, value_name = "FORM", help = "Tên mẫu phiếu. ‖ The form.")]
    form: String,
    /// Its version.
    #[arg(
        long,
        value_name = "N",
        help = "Phiên bản mẫu (mặc định: mới nhất). ‖ The form's version (default: the newest)."
    )]
    version: Option<u16>,
    /// How people and machines behave.
    #[arg(
        long,
        value_name = "NAME",
        default_value = "office",
        help = "Kiểu người điền, máy in, giấy và máy quét: office (mặc định); clean: mọi thứ đều tốt; hard: mọi thứ đều xấu; bilevel: quét đen trắng; lowres: quét 100–150 dpi; photo: chụp bằng điện thoại; hostile: trang phải từ chối; hard_people: chỉ người điền là xấu; even: mọi phương án được chọn đều nhau; bench, bench_colour, bench_png, bench_g4: để đo tốc độ. ‖ How people, printer, paper and scanner behave: office (the default); clean: all is good; hard: all is bad; bilevel: black and white scans; lowres: 100 to 150 dpi; photo: taken by telephone; hostile: pages to be refused; hard_people: only the people are bad; even: every option is chosen equally often; bench, bench_colour, bench_png, bench_g4: to measure speed."
    )]
    profile: String,
    /// The seed.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1,
        help = "Số gieo: cùng số thì cùng kết quả (mặc định: 1). ‖ The seed: the same number gives the same pages (default: 1)."
    )]
    seed: u64,
    /// The folder.
    #[arg(
        long,
        value_name = "DIR",
        help = "Thư mục ghi ảnh quét (pages/) và đáp án (truth.jsonl). ‖ The folder for the scans (pages/) and their truth (truth.jsonl)."
    )]
    out: PathBuf,
}

/// Simulates or scores.
pub fn run(args: Simulate, context: &Context) -> Result<Exit, Failure> {
    match (args.verb, args.order) {
        (Some(SimulateVerb::Score { truth, readings, json }), _) => {
            let score = phieu_simulate::score(&json_lines::<PageTruth>(&truth)?, &json_lines(&readings)?);
            if let Some(path) = json {
                let text = serde_json::to_string(&score).expect("a score is plain data");
                system::write_whole(&path, text.as_bytes()).map_err(Failure::writing(&path))?;
            }
            screen::data(&score.to_string());
            Ok(Exit::Done)
        }
        (Some(SimulateVerb::Table { scores }), _) => table(&scores),
        (None, Some(order)) => simulate(&order, context),
        (None, None) => Err(Failure::Told {
            vi: "Lệnh còn thiếu --pdf, --sheets, --form và --out. Xem cách dùng: thêm --help.".to_owned(),
            en: "The command lacks --pdf, --sheets, --form and --out. To see the usage, add --help."
                .to_owned(),
        }),
    }
}

fn table(scores: &[String]) -> Result<Exit, Failure> {
    let mut rows: Vec<(String, Score)> = Vec::new();
    for named in scores {
        let (name, path) = named.split_once('=').ok_or_else(|| Failure::Told {
            vi: format!("“{named}” không có dạng TÊN=TỆP. Hãy nêu tên dòng rồi đến tệp do lệnh score ghi."),
            en: format!("“{named}” is not NAME=FILE. Name the row and a file written by score."),
        })?;
        let path = Path::new(path);
        let text = std::fs::read_to_string(path).map_err(Failure::reading(path))?;
        let score: Score = serde_json::from_str(&text).map_err(|error| not_json(path, &error))?;
        match rows.iter_mut().find(|row| row.0 == name) {
            Some(row) => row.1.add(score),
            None => rows.push((name.to_owned(), score)),
        }
    }
    screen::data(&phieu_simulate::table(&rows));
    Ok(Exit::Done)
}

fn simulate(order: &Order, context: &Context) -> Result<Exit, Failure> {
    let layout = templates::find(context.folder.as_deref(), &order.form, order.version)?;
    let profile = profile(&order.profile)?;
    let pdf = std::fs::read(&order.pdf).map_err(Failure::reading(&order.pdf))?;
    let sheets = std::fs::read(&order.sheets).map_err(Failure::reading(&order.sheets))?;
    let sheets: Vec<SheetPage> =
        serde_json::from_slice(&sheets).map_err(|error| not_json(&order.sheets, &error))?;
    let batch =
        Batch::new(pdf, (&layout, &sheets), &profile, order.seed).map_err(|e| misfit(&order.pdf, &e))?;
    // Only hostile pages that pretend to be this office's need its key.
    let key = context.folder.as_deref().and_then(|folder| Workspace::open(folder).ok()?.key().ok());
    let batch = match key {
        Some(key) => batch.with_key(key),
        None => batch,
    };
    let pages = pages(&batch).map_err(|e| misfit(&order.pdf, &e))?;
    write((&order.out.join(PAGES), &order.out.join(TRUTH)), &pages)?;
    let (count, scans, truth) = (pages.len(), order.out.join(PAGES), order.out.join(TRUTH));
    let (scans, truth) = (scans.display(), truth.display());
    screen::talk(&match context.lang {
        Lang::Vi => format!("Đã ghi {count} trang mô phỏng vào “{scans}”, đáp án vào “{truth}”."),
        Lang::En => format!("{count} simulated pages are in “{scans}”, their truth is in “{truth}”."),
    });
    Ok(Exit::Done)
}

/// The profile with this name.
pub fn profile(name: &str) -> Result<Profile, Failure> {
    Profile::named(name).ok_or_else(|| {
        Failure::Unknown(Unknown {
            what: Named::Profile,
            given: name.to_owned(),
            known: Profile::NAMES.map(str::to_owned).to_vec(),
        })
    })
}

/// All pages of a batch, in its order; made in parallel, which changes nothing.
pub fn pages(batch: &Batch) -> Result<Vec<SimulatedPage>, SimulateError> {
    (0..batch.len()).into_par_iter().map(|index| batch.page(index)).collect()
}

/// Writes the pictures into `scans`, which is made if it is missing, and their truth
/// into the file `truth`.
pub fn write((scans, truth_file): (&Path, &Path), pages: &[SimulatedPage]) -> Result<(), Failure> {
    std::fs::create_dir_all(scans).map_err(Failure::writing(scans))?;
    let mut truth = String::new();
    for page in pages {
        let path = scans.join(&page.file_name);
        system::write_whole(&path, &page.bytes).map_err(Failure::writing(&path))?;
        truth.push_str(&serde_json::to_string(&page.truth).expect("a page's truth is plain data"));
        truth.push('\n');
    }
    system::write_whole(truth_file, truth.as_bytes()).map_err(Failure::writing(truth_file))
}

/// The PDF and the rest do not fit together.
pub fn misfit(pdf: &Path, error: &SimulateError) -> Failure {
    let pdf = pdf.display();
    match error {
        SimulateError::Pdf => Failure::Told {
            vi: format!("Tệp “{pdf}” không phải PDF đọc được. Hãy dùng tệp do lệnh print ghi."),
            en: format!("“{pdf}” is not a readable PDF file. Use the file written by print."),
        },
        SimulateError::PdfPage(page) => Failure::Told {
            vi: format!(
                "Tệp “{pdf}” không có trang {page} (đếm từ 0) như danh sách phiếu ghi. Hãy dùng đúng cặp tệp của một lần in."
            ),
            en: format!(
                "“{pdf}” has no page {page} (from 0) as the list of sheets says. Use both files of one print."
            ),
        },
        SimulateError::LayoutPage(page) => Failure::Told {
            vi: format!(
                "Mẫu phiếu không có trang {page} như danh sách phiếu ghi. Hãy nêu đúng --form và --version."
            ),
            en: format!(
                "The form has no page {page} as the list of sheets says. Name the right --form and --version."
            ),
        },
    }
}

fn not_json(path: &Path, error: &serde_json::Error) -> Failure {
    let path = path.display();
    Failure::Told {
        vi: format!("Tệp “{path}” không đúng khuôn dạng ({error}). Hãy dùng tệp do phần mềm này ghi."),
        en: format!("“{path}” is not of the expected form ({error}). Use a file written by this program."),
    }
}

fn json_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Failure> {
    let text = std::fs::read_to_string(path).map_err(Failure::reading(path))?;
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).map_err(|error| not_json(path, &error)))
        .collect()
}
