//! `phieu scan`: reads pages in parallel, stores them in their order, and proves that
//! none is lost.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::Args;
use phieu_model::lang::Lang;
use phieu_model::period::Date;
use phieu_model::reading::PageOutcome;
use phieu_model::reading::PageReading;
use phieu_model::rejection::{RejectCode, Rejection};
use phieu_read::{Policy, ReadPage, Reader, Source};
use phieu_store::{Channel, Error as StoreError, PageCounts, Recorded, ScannedPage};

use crate::context::Context;
use crate::errors::{self, Exit, Failure};
use crate::readings::{NotCounted, PageLine, SeenBefore, Standing};
use crate::screen::{Progress, Work};
use crate::system::PendingFile;
use crate::workspace::Workspace;
use crate::{refusals, screen, system};

/// So many pages are stored in one transaction: enough that the disk does not hold up
/// the workers, few enough that little is read in vain when the account cannot be
/// written.
const PAGES_AT_ONCE: usize = 16;

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

/// What became of the pages of one call.
#[derive(Debug, Default)]
pub struct Summary {
    /// Files given.
    pub files: u64,
    /// Files read so far.
    pub files_read: u64,
    /// What the store made of the pages.
    pub counts: PageCounts,
    /// Readable pages that are not stored, since they would have come back before
    /// they were printed.
    pub before_printing: u64,
    /// Accepted answers on new pages.
    pub accepted: u64,
    /// Answers on new pages that wait for a person.
    pub to_review: u64,
    /// Why the readings file is not there, although it was asked for.
    pub no_readings: Option<Failure>,
}

impl Summary {
    /// All pages that came in.
    pub fn pages_in(&self) -> u64 {
        self.counts.pages_in() + self.before_printing
    }

    /// Pages whose picture could be read.
    pub fn pages_read(&self) -> u64 {
        self.counts.read() + self.before_printing
    }

    /// Whether all was done: every file could be decoded, every readable page was
    /// taken in, the readings file is there.
    fn exit(&self) -> Exit {
        if self.before_printing > 0 && self.before_printing == self.pages_in() {
            Exit::NothingDone
        } else if self.counts.file_faults() > 0 || self.before_printing > 0 || self.no_readings.is_some() {
            Exit::SomeFailed
        } else {
            Exit::Done
        }
    }

    /// Pages refused.
    pub fn pages_refused(&self) -> u64 {
        self.counts.refused.values().sum()
    }
}

/// Reads and stores, and says what to do next.
pub fn run(args: &Scan, context: &Context) -> Result<Exit, Failure> {
    let mut workspace = context.workspace()?;
    let summary = scan(args, &mut workspace, context)?;
    screen::talk(&in_words(&summary, context.lang));
    if summary.to_review > 0 || summary.counts.conflicts > 0 {
        screen::talk(context.lang.pick("Tiếp theo: phieu soat list", "Next: phieu review list"));
    }
    if let Some(failure) = &summary.no_readings {
        screen::complain(&failure.sentence(context.lang), context.lang);
    }
    Ok(summary.exit())
}

/// Reads every page of `args.paths`, stores it, and writes its line.
///
/// # Errors
///
/// Before any page was read: a day of return in the future, nothing to read, a
/// readings file that cannot be written. Afterwards: an account that can no longer
/// be written; what was stored until then stays, and the same call can be repeated.
pub fn scan(args: &Scan, workspace: &mut Workspace, context: &Context) -> Result<Summary, Failure> {
    let received = args.received.unwrap_or(context.today);
    if received > context.today {
        return Err(Failure::ReceivedInFuture { received, today: context.today });
    }
    let sources = phieu_read::sources(&args.paths);
    if sources.is_empty() {
        return Err(Failure::NothingToScan(args.paths.clone()));
    }
    let layouts = workspace.readable_layouts()?;
    let reader = Reader::new(&layouts, workspace.key()?, policy(args));
    let lines = match &args.readings_out {
        Some(path) => Some(Lines::open(path)?),
        None => None,
    };
    let workers = args.workers.map_or_else(system::threads, usize::from);
    let mut clerk = Clerk {
        workspace,
        context,
        received,
        lines,
        summary: Summary { files: sources.len() as u64, ..Summary::default() },
        progress: Progress::new(Work::Files),
        waiting: Vec::new(),
    };
    clerk.take_in(&reader, &sources, workers)?;
    let Clerk { lines, mut summary, .. } = clerk;
    if let Some(Err(failure)) = lines.map(Lines::put_in_place) {
        summary.no_readings = Some(failure);
    }
    Ok(summary)
}

/// The thresholds that the call asks for.
fn policy(args: &Scan) -> Policy {
    let policy = Policy::default();
    match args.target_error {
        Some(target) => policy.with_target_error(target),
        None => policy,
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

/// The one who takes pages in, in their order.
struct Clerk<'a> {
    workspace: &'a mut Workspace,
    context: &'a Context,
    received: Date,
    lines: Option<Lines>,
    summary: Summary,
    progress: Progress,
    /// Pages to be stored in the next transaction.
    waiting: Vec<Waiting>,
}

/// A page that was read and is not stored yet.
struct Waiting {
    page: ReadPage,
    /// The day its sheet was printed, when that is after the day of return: such a page
    /// is not stored.
    printed_later: Option<Date>,
}

impl Clerk<'_> {
    fn take_in(&mut self, reader: &Reader, sources: &[Source], workers: usize) -> Result<(), Failure> {
        let mut stopped = None;
        let read = phieu_read::read_files(reader, sources, workers, &mut |page| match self.page(page) {
            Ok(()) => ControlFlow::Continue(()),
            Err(cause) => {
                stopped = Some(cause);
                ControlFlow::Break(())
            }
        });
        let stopped = match (read, stopped) {
            (Err(error), _) => Some(Failure::NoThreads { workers, error }),
            (Ok(()), None) => self.store().err(),
            (Ok(()), stopped) => stopped,
        };
        self.progress.clear();
        match stopped {
            None => Ok(()),
            Some(cause) => {
                Err(Failure::ScanStopped { stored: self.summary.pages_in(), cause: Box::new(cause) })
            }
        }
    }

    /// Asks the ledger about a page and puts it by; every so many pages are stored.
    fn page(&mut self, mut page: ReadPage) -> Result<(), Failure> {
        if page.page_index == 0 {
            self.summary.files_read += 1;
            self.progress.show(self.summary.files_read, self.summary.files, self.context.lang);
        }
        let mut printed_later = None;
        page.outcome = match page.outcome {
            PageOutcome::Read(reading) => match self.workspace.store.sheet(&reading.identity.serial)? {
                Some(sheet) => {
                    match sheet.check_received(self.received) {
                        Ok(()) => {}
                        Err(StoreError::BeforePrinting { printed_on, .. }) => {
                            printed_later = Some(printed_on)
                        }
                        Err(other) => return Err(other.into()),
                    }
                    PageOutcome::Read(reading)
                }
                None => PageOutcome::Rejected(unknown_serial(*reading)),
            },
            PageOutcome::Rejected(rejection) => PageOutcome::Rejected(rejection),
        };
        self.waiting.push(Waiting { page, printed_later });
        if self.waiting.len() >= PAGES_AT_ONCE { self.store() } else { Ok(()) }
    }

    /// Stores the pages put by in one transaction, writes their lines, counts them.
    fn store(&mut self) -> Result<(), Failure> {
        let waiting = std::mem::take(&mut self.waiting);
        let pages: Vec<ScannedPage> = waiting
            .iter()
            .filter(|w| w.printed_later.is_none())
            .map(|Waiting { page, .. }| ScannedPage {
                source: &page.source,
                file_hash: page.file_hash,
                page_index: page.page_index,
                received: self.received,
                channel: Channel::Scan,
                outcome: &page.outcome,
            })
            .collect();
        let mut recorded = self.workspace.store.record_scans(&pages, self.context.stamp())?.into_iter();
        for Waiting { page, printed_later } in &waiting {
            match (printed_later, &page.outcome) {
                (Some(printed_on), PageOutcome::Read(reading)) => {
                    self.came_back_before_printing((&page.source, page.page_index), reading, *printed_on);
                }
                (_, outcome) => {
                    let recorded = recorded.next().expect("the store answers for every page");
                    self.summary.counts.count(outcome, recorded);
                    self.stored(page, recorded);
                }
            }
        }
        Ok(())
    }

    /// Counts the answers of a stored page and writes its line.
    fn stored(&mut self, page: &ReadPage, recorded: Recorded) {
        let ReadPage { source, page_index, outcome, .. } = page;
        match outcome {
            PageOutcome::Read(reading) => {
                if recorded == Recorded::New {
                    let waiting = reading.answers.iter().filter(|a| a.needs_review).count() as u64;
                    self.summary.to_review += waiting;
                    self.summary.accepted += reading.answers.len() as u64 - waiting;
                }
                let standing = Standing { seen_before: seen_before(recorded), ..Standing::default() };
                self.line(&PageLine::read(source, *page_index, reading, standing));
            }
            PageOutcome::Rejected(rejection) => {
                self.tell(source, *page_index, rejection);
                self.line(&PageLine::rejected(source, *page_index, rejection, self.context.lang));
            }
        }
    }

    /// Such a page is readable, and its line says so, but nothing of it is stored.
    fn came_back_before_printing(&mut self, place: (&str, u32), reading: &PageReading, printed_on: Date) {
        let not_counted = Some(NotCounted::ReceivedBeforePrinting);
        self.line(&PageLine::read(
            place.0,
            place.1,
            reading,
            Standing { not_counted, ..Standing::default() },
        ));
        self.summary.before_printing += 1;
        self.progress.clear();
        let (serial, lang) = (&reading.identity.serial, self.context.lang);
        let (printed_on, received) = (errors::date(printed_on, lang), errors::date(self.received, lang));
        screen::talk(&match lang {
            Lang::Vi => format!(
                "Phiếu {serial}: in ngày {printed_on} nên không thể nộp lại ngày {received}; trang này không \
                 được tính. Hãy sửa --received rồi quét lại."
            ),
            Lang::En => format!(
                "Sheet {serial} was printed on {printed_on} and cannot have come back on {received}; this \
                 page is not counted. Correct --received and scan again."
            ),
        });
    }

    /// Says at once which page was refused and why.
    fn tell(&mut self, source: &str, page_index: u32, rejection: &Rejection) {
        self.progress.clear();
        let place = match (page_index, self.context.lang) {
            (0, _) => format!("“{source}”"),
            (n, Lang::Vi) => format!("“{source}”, trang {}", n + 1),
            (n, Lang::En) => format!("“{source}”, page {}", n + 1),
        };
        screen::talk(&format!("{place}: {}", refusals::sentence(rejection, self.context.lang)));
    }

    /// Adds a line to the readings file. When that fails, reading and storing go on:
    /// the lines can be had again, by the same call.
    fn line(&mut self, line: &PageLine) {
        if let Some(lines) = &mut self.lines
            && let Err(failure) = lines.push(line)
        {
            self.lines = None;
            self.summary.no_readings = Some(failure);
        }
    }
}

/// The reader proves a code; whether such a sheet was ever printed, only the ledger
/// knows.
fn unknown_serial(reading: PageReading) -> Rejection {
    Rejection {
        code: RejectCode::UnknownSerial,
        detail: "proven code, but no such sheet in the ledger".to_owned(),
        identity: Some(reading.identity),
    }
}

fn seen_before(recorded: Recorded) -> Option<SeenBefore> {
    match recorded {
        Recorded::SameImage => Some(SeenBefore::SameImage),
        Recorded::Rescan => Some(SeenBefore::Rescan),
        Recorded::Conflict => Some(SeenBefore::Conflict),
        Recorded::New | Recorded::Refused | Recorded::RefusedBefore => None,
    }
}

/// The readings file.
struct Lines {
    file: PendingFile,
    path: PathBuf,
}

impl Lines {
    fn open(path: &Path) -> Result<Self, Failure> {
        let file = PendingFile::create(path).map_err(Failure::writing(path))?;
        Ok(Self { file, path: path.to_owned() })
    }

    fn push(&mut self, line: &PageLine) -> Result<(), Failure> {
        self.file
            .push(line.json().as_bytes())
            .and_then(|()| self.file.flush())
            .map_err(Failure::writing(&self.path))
    }

    fn put_in_place(self) -> Result<(), Failure> {
        self.file.put_in_place().map_err(Failure::writing(self.path))
    }
}

/// A phrase as it stands in the middle of a sentence; what is written in capitals stays so.
fn uncapitalised(phrase: &str) -> String {
    let mut letters = phrase.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// The batch in words: every page that came in is in exactly one of the numbers.
pub fn in_words(summary: &Summary, lang: Lang) -> String {
    let Summary { counts, before_printing, accepted, to_review, .. } = summary;
    let PageCounts { new, same_image, rescans, conflicts, refused } = counts;
    let (pages, read, out) = (summary.pages_in(), summary.pages_read(), summary.pages_refused());
    let mut text = match lang {
        Lang::Vi => format!(
            "Số trang vào: {pages} = đọc được {read} (mới {new}, quét lại {rescans}, ảnh đã có {same_image}, mâu \
             thuẫn {conflicts}, trước ngày in {before_printing}) + từ chối {out}"
        ),
        Lang::En => format!(
            "Pages in: {pages} = read {read} (new {new}, rescans {rescans}, pictures already stored {same_image}, \
             conflicts {conflicts}, before printing {before_printing}) + refused {out}"
        ),
    };
    if !refused.is_empty() {
        let codes: Vec<_> =
            refused.iter().map(|(code, n)| format!("{} {n}", uncapitalised(code.phrase(lang)))).collect();
        text.push_str(&format!(" ({})", codes.join(", ")));
    }
    text.push_str(&match lang {
        Lang::Vi => format!(
            ".\nTrên các trang mới: {accepted} câu trả lời được máy nhận, {to_review} câu cần người rà soát."
        ),
        Lang::En => format!(".\nOn the new pages: {accepted} answers accepted, {to_review} need a person."),
    });
    text
}
