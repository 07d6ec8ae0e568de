//! `phieu acquire`: scans with a scanner that SANE knows, and reads what it scanned.

use std::fs;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use clap::Args;
use phieu_model::lang::Lang;
use phieu_read::Reader;

use super::scan::{self, Reading};
use crate::context::Context;
use crate::errors::{Exit, Failure};
use crate::intake::{self, Order, Outlets};
use crate::scanner::{self, Paper, Scanner};
use crate::screen;

/// The folder for scanned pictures inside the office's folder.
const SCANS: &str = "scans";

/// Arguments of `acquire`.
#[derive(Debug, Args)]
pub struct Acquire {
    /// The device.
    #[arg(
        long,
        value_name = "NAME",
        help = "Tên máy quét theo scanimage -L (mặc định: máy đầu tiên tìm thấy). ‖ The scanner's name as scanimage -L gives it (default: the first one found)."
    )]
    pub device: Option<String>,
    /// Where the paper comes from.
    #[arg(
        long,
        value_name = "flatbed|feeder|duplex",
        default_value = "flatbed",
        hide_possible_values = true,
        help = "Lấy giấy từ mặt kính (flatbed, nhấn Enter cho từng tờ) hay khay nạp (feeder: cả xấp; duplex: cả xấp, hai mặt). ‖ Paper from the glass (flatbed, Enter for each sheet) or the feeder (feeder: the whole stack; duplex: both sides of it)."
    )]
    pub paper: Paper,
    /// Resolution.
    #[arg(
        long,
        value_name = "DPI",
        default_value_t = 300,
        value_parser = clap::value_parser!(u16).range(100..=600),
        help = "Độ phân giải (mặc định 300). ‖ Resolution (default 300)."
    )]
    pub dpi: u16,
    /// Grey instead of colour.
    #[arg(
        long,
        help = "Quét xám thay vì màu (nhanh hơn; mất màu mực). ‖ Grey instead of colour (faster; the colour of the ink is lost)."
    )]
    pub grey: bool,
    /// Where the pictures go.
    #[arg(
        long,
        value_name = "DIR",
        help = "Nơi lưu ảnh quét, mỗi lần một thư mục con NGÀY-SỐ (mặc định: scans trong thư mục làm việc). ‖ Where the pictures go, for each call a folder DAY-NUMBER of its own (default: scans in the office's folder)."
    )]
    pub out: Option<PathBuf>,
    /// How pages are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// Scans, then reads.
pub fn run(args: &Acquire, context: &Context) -> Result<Exit, Failure> {
    // All that can be wrong without paper is looked at first.
    let mut workspace = context.workspace()?;
    let received = args.reading.received(context)?;
    let layouts = workspace.readable_layouts()?;
    let reader = Reader::new(&layouts, workspace.key()?, args.reading.policy());
    let scanner = Scanner::open(args.device.as_deref(), args.paper, (args.dpi, !args.grey))?;
    let all = args.out.clone().unwrap_or_else(|| workspace.folder.join(SCANS));
    let folder = new_folder(&all, &context.today.to_string());
    fs::create_dir_all(&folder).map_err(Failure::writing(&folder))?;
    screen::talk(&where_pictures_go(&folder, context.lang));
    let (pages, fault) = match args.paper {
        Paper::Feeder | Paper::Duplex => scanner.all(&folder)?,
        Paper::Flatbed => sheet_by_sheet(&scanner, &folder, context),
    };
    // What was scanned before the scanner stopped is read all the same: no sheet is scanned twice for it.
    if let Some(fault) = &fault {
        screen::complain(&fault.sentence(context.lang), context.lang);
    }
    if pages.is_empty() {
        return Ok(Exit::NothingDone);
    }
    let order = Order { reader: &reader, workers: args.reading.workers(), received };
    let outlets = Outlets { lines: None, events: args.reading.events() };
    let sources = phieu_read::sources(&pages);
    let taken = intake::take_in(&sources, order, (&mut workspace, context), outlets)?;
    scan::tell(&taken, context.lang);
    Ok(if fault.is_some() { Exit::SomeFailed } else { taken.exit() })
}

/// Said before any sheet is scanned: whatever happens then, these pictures need no second scan.
fn where_pictures_go(folder: &Path, lang: Lang) -> String {
    let folder = folder.display();
    match lang {
        Lang::Vi => format!(
            "Ảnh quét được lưu vào “{folder}”. Nếu bị ngắt giữa chừng thì không cần quét lại các tờ đã quét: phieu quet \
             \"{folder}\""
        ),
        Lang::En => format!(
            "The pictures go into “{folder}”. If this is cut off, sheets already scanned need no second scan: phieu scan \
             \"{folder}\""
        ),
    }
}

/// A folder below `all` that is not there yet, named after the day.
fn new_folder(all: &Path, day: &str) -> PathBuf {
    let mut numbers = 1_u32..;
    let free = numbers.find_map(|n| Some(all.join(format!("{day}-{n}"))).filter(|folder| !folder.exists()));
    free.unwrap_or_else(|| all.join(day))
}

/// Asks for a sheet after the other, until the clerk has no more.
fn sheet_by_sheet(scanner: &Scanner, folder: &Path, context: &Context) -> (Vec<PathBuf>, Option<Failure>) {
    let (mut pages, mut keys) = (Vec::new(), io::stdin().lock());
    loop {
        screen::talk(&scanner::next_sheet(pages.len() + 1, context.lang));
        let mut typed = String::new();
        match keys.read_line(&mut typed) {
            Ok(0) => return (pages, None),
            Ok(_) if typed.trim().eq_ignore_ascii_case("q") => return (pages, None),
            Ok(_) => {}
            Err(error) => return (pages, Some(Failure::reading("stdin")(error))),
        }
        let page = folder.join(format!("trang-{:04}.png", pages.len() + 1));
        if let Err(fault) = scanner.one(&page) {
            return (pages, Some(fault));
        }
        pages.push(page);
    }
}
