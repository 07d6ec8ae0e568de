//! Taking pages in: read in parallel, stored in their order, each accounted for.
//!
//! Whoever brings files (`scan`, `watch`, `acquire`) brings them here. A page is told of when it is stored; what a batch
//! came to is told and kept when it ends.

mod course;
mod events;
mod lines;
mod words;

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use phieu_model::batch::{BatchSummary, Recorded};
use phieu_model::lang::Lang;
use phieu_model::period::Date;
use phieu_model::reading::{PageOutcome, PageReading};
use phieu_model::rejection::{RejectCode, Rejection};
use phieu_model::scanner::ScannerLog;
use phieu_model::serial::Serial;
use phieu_read::policy::ENGINE;
use phieu_read::{ReadPage, Reader, Source};
use phieu_store::{Channel, Error as StoreError, ScannedPage};

use crate::context::Context;
use crate::errors::{self, Exit, Failure};
use crate::readings::{NotCounted, PageLine, SeenBefore, Standing};
use crate::refusals;
use crate::screen::Progress;
use crate::workspace::Workspace;
use course::Course;
pub use events::Events;
pub use lines::Lines;
pub use words::{batch_in_words, pages_in_words};

/// So many pages are stored in one transaction: enough that the disk does not hold up
/// the workers, few enough that little is read in vain when the account cannot be
/// written.
const PAGES_AT_ONCE: usize = 16;

/// How a batch is taken in.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// Who reads.
    pub reader: &'a Reader<'a>,
    /// Threads.
    pub workers: usize,
    /// The day of return.
    pub received: Date,
}

/// Where the batch is told of, beside the screen.
#[derive(Debug, Default)]
pub struct Outlets {
    /// The readings file.
    pub lines: Option<Lines>,
    /// Events for programs.
    pub events: Option<Events>,
}

/// What became of a batch.
#[derive(Debug)]
pub struct Taken {
    /// What it came to.
    pub summary: BatchSummary,
    /// The files with a page that was refused and is not merely blank, or that does not count, as they were given.
    pub set_aside: BTreeSet<String>,
    /// Why the readings file is not there, although it was asked for.
    pub no_readings: Option<Failure>,
}

impl Taken {
    /// Whether all was done: every file could be decoded, every readable page was
    /// taken in, the readings file is there.
    pub fn exit(&self) -> Exit {
        let pages = &self.summary.pages;
        if pages.before_printing > 0 && pages.before_printing == pages.pages_in() {
            Exit::NothingDone
        } else if pages.file_faults() > 0 || pages.before_printing > 0 || self.no_readings.is_some() {
            Exit::SomeFailed
        } else {
            Exit::Done
        }
    }

    /// Whether a person is wanted for it.
    pub fn needs_review(&self) -> bool {
        self.summary.sheets.waiting > 0
    }
}

/// Reads every page of `sources`, stores it, and keeps what the batch came to.
///
/// # Errors
///
/// When the account can no longer be written; what was stored until then stays, and the
/// same call can be repeated.
pub fn take_in(
    sources: &[Source],
    order: Order,
    (workspace, context): (&mut Workspace, &Context),
    outlets: Outlets,
) -> Result<Taken, Failure> {
    let files = sources.len() as u64;
    let mut clerk = Clerk {
        workspace,
        context,
        received: order.received,
        outlets,
        summary: BatchSummary { files, ..BatchSummary::default() },
        scanner: ScannerLog::default(),
        serials: BTreeSet::new(),
        set_aside: BTreeSet::new(),
        no_readings: None,
        written: 0,
        course: Course::new(files),
        progress: Progress::new(),
        waiting: Vec::new(),
    };
    clerk.outlets.tell(|events| events.begin(files));
    clerk.read(sources, order)?;
    clerk.end()
}

impl Outlets {
    fn tell(&mut self, event: impl FnOnce(&mut Events)) {
        if let Some(events) = &mut self.events {
            event(events);
        }
    }
}

/// The one who takes pages in, in their order.
struct Clerk<'a> {
    workspace: &'a mut Workspace,
    context: &'a Context,
    received: Date,
    outlets: Outlets,
    summary: BatchSummary,
    scanner: ScannerLog,
    /// The sheets of the pages that were read.
    serials: BTreeSet<Serial>,
    set_aside: BTreeSet<String>,
    no_readings: Option<Failure>,
    /// Pages that were written to the account.
    written: u64,
    course: Course,
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
    fn read(&mut self, sources: &[Source], order: Order) -> Result<(), Failure> {
        let mut stopped = None;
        let read =
            phieu_read::read_files(order.reader, sources, order.workers, &mut |page| match self.page(page) {
                Ok(()) => ControlFlow::Continue(()),
                Err(cause) => {
                    stopped = Some(cause);
                    ControlFlow::Break(())
                }
            });
        let stopped = match (read, stopped) {
            (Err(error), _) => Some(Failure::NoThreads { workers: order.workers, error }),
            (Ok(()), None) => self.store().err(),
            (Ok(()), stopped) => stopped,
        };
        self.progress.clear();
        stopped.map_or(Ok(()), |cause| Err(self.stopped_by(cause)))
    }

    fn stopped_by(&self, cause: Failure) -> Failure {
        Failure::ScanStopped { stored: self.written, cause: Box::new(cause) }
    }

    /// Keeps what the batch came to, unless nothing was done.
    fn end(mut self) -> Result<Taken, Failure> {
        if let Some(Err(failure)) = self.outlets.lines.take().map(Lines::put_in_place) {
            self.no_readings = Some(failure);
        }
        let summary = BatchSummary { scanner: self.scanner.health(), ..std::mem::take(&mut self.summary) };
        let Self { mut outlets, set_aside, no_readings, written, .. } = self;
        let mut taken = Taken { summary, set_aside, no_readings };
        if taken.exit() != Exit::NothingDone {
            taken.summary = self
                .workspace
                .store
                .end_batch((self.received, ENGINE), taken.summary, &self.serials, self.context.stamp())
                .map_err(|cause| Failure::ScanStopped { stored: written, cause: Box::new(cause.into()) })?;
        }
        outlets.tell(|events| events.end(&taken.summary, taken.exit()));
        Ok(taken)
    }

    /// Asks the ledger about a page and puts it by; every so many pages are stored.
    fn page(&mut self, mut page: ReadPage) -> Result<(), Failure> {
        self.course.add(page.page_index, page.pages_in_file);
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
        if self.waiting.len() >= PAGES_AT_ONCE {
            self.store()?;
        }
        self.show_progress();
        Ok(())
    }

    fn show_progress(&mut self) {
        let refused = self.summary.pages.refused();
        let text = self.course.in_words((refused, self.summary.to_review), self.context.lang);
        let (done, total) = self.course.pages();
        self.progress.show((done, total), &text, self.context.lang);
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
                    self.came_back_before_printing(page, reading, *printed_on);
                }
                (_, outcome) => {
                    let recorded = recorded.next().expect("the store answers for every page");
                    self.written += u64::from(is_written(recorded));
                    self.summary.pages.count(outcome, recorded);
                    self.scanner.add(outcome);
                    self.stored(page, recorded);
                }
            }
        }
        if !waiting.is_empty() {
            let (pages, numbers) = (self.course, (self.summary.pages.refused(), self.summary.to_review));
            let spent = self.progress.spent();
            self.outlets.tell(|events| events.progress(&pages, numbers, spent));
        }
        Ok(())
    }

    /// Counts the answers of a stored page and writes its line.
    fn stored(&mut self, page: &ReadPage, recorded: Recorded) {
        let ReadPage { source, page_index, outcome, .. } = page;
        match outcome {
            PageOutcome::Read(reading) => {
                self.serials.insert(reading.identity.serial.clone());
                let waiting = reading.answers.iter().filter(|a| a.needs_review).count() as u64;
                if recorded == Recorded::New {
                    self.summary.to_review += waiting;
                    self.summary.accepted += reading.answers.len() as u64 - waiting;
                }
                let standing = Standing { seen_before: seen_before(recorded), ..Standing::default() };
                self.line(&PageLine::read(source, *page_index, reading, standing), waiting);
            }
            PageOutcome::Rejected(rejection) => {
                self.tell(source, *page_index, rejection);
                self.line(&PageLine::rejected(source, *page_index, rejection, self.context.lang), 0);
                if rejection.code != RejectCode::BlankPage {
                    self.set_aside.insert(source.clone());
                }
            }
        }
    }

    /// Such a page is readable, and its line says so, but nothing of it is stored.
    fn came_back_before_printing(&mut self, page: &ReadPage, reading: &PageReading, printed_on: Date) {
        let not_counted = Some(NotCounted::ReceivedBeforePrinting);
        let standing = Standing { not_counted, ..Standing::default() };
        self.line(&PageLine::read(&page.source, page.page_index, reading, standing), 0);
        self.summary.pages.before_printing += 1;
        self.set_aside.insert(page.source.clone());
        let (serial, lang) = (&reading.identity.serial, self.context.lang);
        let (printed_on, received) = (errors::date(printed_on, lang), errors::date(self.received, lang));
        self.progress.talk(&match lang {
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
        self.progress.talk(&refusals::line(source, page_index, rejection, self.context.lang));
    }

    /// Adds a line to the readings file and tells programs of the page. When the file fails, reading and
    /// storing go on: the lines can be had again, by the same call.
    fn line(&mut self, line: &PageLine, to_review: u64) {
        self.outlets.tell(|events| events.page(line, to_review));
        if let Some(lines) = &mut self.outlets.lines
            && let Err(failure) = lines.push(line)
        {
            self.outlets.lines = None;
            self.no_readings = Some(failure);
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

fn is_written(recorded: Recorded) -> bool {
    match recorded {
        Recorded::New | Recorded::Rescan | Recorded::Conflict | Recorded::Refused => true,
        Recorded::SameImage | Recorded::RefusedBefore => false,
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
