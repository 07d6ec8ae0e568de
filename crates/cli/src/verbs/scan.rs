//! `phieu scan`: reads pages in parallel, stores them in their order, and proves that
//! none is lost.

use std::path::PathBuf;

use clap::Args;
use phieu_model::lang::Lang;
use phieu_model::period::Date;
use phieu_read::{Policy, Reader};

use crate::context::Context;
use crate::errors::{Exit, Failure};
use crate::intake::{self, Events, Lines, Order, Outlets, Taken};
use crate::workspace::Workspace;
use crate::{screen, system};

/// Arguments of `scan`.
#[derive(Debug, Args)]
pub struct Scan {
    /// What to read.
    #[arg(
        value_name = "PATH",
        required = true,
        num_args = 1..,
        help = "Tệp quét (PDF, PNG, JPEG, TIFF) hoặc thư mục. ‖ Scans (PDF, PNG, JPEG, TIFF) or folders."
    )]
    pub paths: Vec<PathBuf>,
    /// Where to write the readings.
    #[arg(
        long,
        value_name = "FILE.jsonl",
        help = "Ghi kết quả từng trang, mỗi trang một dòng JSON. ‖ Write one line of JSON for each page."
    )]
    pub readings_out: Option<PathBuf>,
    /// How pages are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// How pages are taken in, wherever they come from.
#[derive(Debug, Clone, Default, Args)]
pub struct Reading {
    /// Events for programs.
    #[arg(
        long,
        help = "Ghi diễn biến ra stdout, mỗi sự kiện một dòng JSON (cho chương trình khác). ‖ Write what happens to stdout, a line of JSON for each event (for programs)."
    )]
    pub json: bool,
    /// Threads.
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u16).range(1..=256),
        help = "Số luồng đọc song song (mặc định: theo máy). ‖ Pages read at once (default: as the machine allows)."
    )]
    pub workers: Option<u16>,
    /// The share of silent errors that is allowed.
    #[arg(
        long,
        value_name = "RATE",
        value_parser = share,
        help = "Tỷ lệ sai cho phép trong số câu trả lời máy nhận, ví dụ 1e-4; càng nhỏ thì càng nhiều câu cần người rà soát. ‖ Errors allowed among the answers that the machine accepts, e.g. 1e-4; the smaller, the more answers go to a person."
    )]
    pub target_error: Option<f64>,
    /// The day of return.
    #[arg(
        long,
        value_name = "YYYY-MM-DD",
        help = "Ngày phiếu được nộp lại, quyết định quý báo cáo (mặc định: hôm nay). ‖ The day the sheets came back, which decides their quarter (default: today)."
    )]
    pub received: Option<Date>,
}

/// Reads and stores, and says what to do next.
pub fn run(args: &Scan, context: &Context) -> Result<Exit, Failure> {
    let mut workspace = context.workspace()?;
    let taken = scan(args, &mut workspace, context)?;
    tell(&taken, context.lang);
    Ok(taken.exit())
}

/// Says what a batch came to and what to do next.
pub fn tell(taken: &Taken, lang: Lang) {
    screen::talk(&intake::batch_in_words(&taken.summary, lang));
    if taken.needs_review() {
        screen::talk(lang.pick("Tiếp theo: phieu soat list", "Next: phieu review list"));
    }
    if let Some(failure) = &taken.no_readings {
        screen::complain(&failure.sentence(lang), lang);
    }
}

/// Reads every page of `args.paths`, stores it, and writes its line.
///
/// # Errors
///
/// Before any page was read: a day of return in the future, nothing to read, a
/// readings file that cannot be written. Afterwards: an account that can no longer
/// be written; what was stored until then stays, and the same call can be repeated.
pub fn scan(args: &Scan, workspace: &mut Workspace, context: &Context) -> Result<Taken, Failure> {
    let received = args.reading.received(context)?;
    let sources = phieu_read::sources(&args.paths);
    if sources.is_empty() {
        return Err(Failure::NothingToScan(args.paths.clone()));
    }
    let layouts = workspace.readable_layouts()?;
    let reader = Reader::new(&layouts, workspace.key()?, args.reading.policy());
    let outlets = Outlets {
        lines: args.readings_out.as_deref().map(Lines::open).transpose()?,
        events: args.reading.events(),
    };
    let order = Order { reader: &reader, workers: args.reading.workers(), received };
    intake::take_in(&sources, order, (workspace, context), outlets)
}

impl Reading {
    /// The day of return, which has come.
    pub fn received(&self, context: &Context) -> Result<Date, Failure> {
        let received = self.received.unwrap_or(context.today);
        if received > context.today {
            return Err(Failure::ReceivedInFuture { received, today: context.today });
        }
        Ok(received)
    }

    /// The thresholds that the call asks for.
    pub fn policy(&self) -> Policy {
        let policy = Policy::default();
        match self.target_error {
            Some(target) => policy.with_target_error(target),
            None => policy,
        }
    }

    /// Where programs are told of the batch, if any are.
    pub fn events(&self) -> Option<Events> {
        self.json.then(Events::default)
    }

    /// Threads.
    pub fn workers(&self) -> usize {
        self.workers.map_or_else(system::threads, usize::from)
    }
}

/// A share above 0 and below 1.
fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if share > 0.0 && share < 1.0 => Ok(share),
        // The sentence is the one of every wrong value.
        Ok(_) | Err(_) => Err("not between 0 and 1".to_owned()),
    }
}
