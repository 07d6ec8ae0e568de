//! Many files, many workers, one order.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;

use phieu_model::reading::PageOutcome;
use phieu_model::rejection::{RejectCode, Rejection};
use rayon::iter::{ParallelBridge, ParallelIterator};

use crate::decode::{Document, Held};
use crate::frame::Frame;
use crate::inspect::Inspection;
use crate::page::Reader;
use crate::source::Source;

/// Pages whose outcomes may wait for the sink before the workers stop.
const WAITING_PAGES: usize = 64;

/// The outcome of one page of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadPage {
    /// The file, as [`Source::shown`].
    pub source: String,
    /// Page of the file, from 0.
    pub page_index: u32,
    /// Pages that the file has.
    pub pages_in_file: u32,
    /// blake3 of the file's bytes; `None` when it could not be opened.
    pub file_hash: Option<[u8; 32]>,
    /// What became of the page.
    pub outcome: PageOutcome,
}

/// Reads all `sources` with `workers` threads (at least one) and gives every page to
/// `sink`, in the order of the sources and their pages for any number of workers. A
/// file that cannot be read gives one rejected page and never stops the batch; the
/// sink can: after it breaks, no further file is begun and no further page given.
///
/// # Errors
/// When the threads cannot be started.
pub fn read_files(
    reader: &Reader,
    sources: &[Source],
    workers: usize,
    sink: &mut dyn FnMut(ReadPage) -> ControlFlow<()>,
) -> std::io::Result<()> {
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(workers.max(1)).build().map_err(std::io::Error::other)?;
    let (sender, receiver) = sync_channel::<(usize, ReadPage)>(WAITING_PAGES);
    let stopped = &AtomicBool::new(false);
    let is_stopped = || stopped.load(Ordering::Relaxed);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            pool.install(|| {
                // Files are opened one after the other as pages are asked for, so that hardly more of them are in
                // memory than there are workers, and the pages of one file are read by all of them.
                let pages = sources.iter().take_while(|_| !is_stopped()).flat_map(|source| {
                    let file = Arc::new(File::open(source));
                    (0..file.document.pages()).map(move |index| (source, Arc::clone(&file), index))
                });
                pages.enumerate().par_bridge().for_each_with(sender, |sender, (i, (source, file, index))| {
                    if !is_stopped() {
                        // The receiver lives as long as this scope; if it is gone the
                        // sink has panicked and there is no one left to tell.
                        let _ = sender.send((i, read_page(reader, source, (&file, index))));
                    }
                });
            });
        });
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for (i, page) in receiver {
            waiting.insert(i, page);
            while !is_stopped()
                && let Some(page) = waiting.remove(&next)
            {
                if sink(page).is_break() {
                    stopped.store(true, Ordering::Relaxed);
                }
                next += 1;
            }
        }
    });
    Ok(())
}

/// Reads page `page_index`, from 0, of one file and none of its other pages.
pub fn read_one(reader: &Reader, source: &Source, page_index: u32) -> ReadPage {
    read_page(reader, source, (&File::open(source), page_index))
}

fn read_page(reader: &Reader, source: &Source, (file, page_index): (&File, u32)) -> ReadPage {
    let outcome_of = |frame: Result<Frame, Rejection>| match frame {
        Ok(frame) => reader.read(frame),
        Err(rejection) => PageOutcome::Rejected(rejection),
    };
    ReadPage {
        source: source.shown.clone(),
        page_index,
        pages_in_file: file.document.pages(),
        file_hash: file.hash,
        outcome: file.page(page_index, reader.policy().max_pixels, outcome_of),
    }
}

/// A page of a file with what every stage of the reader left of it.
#[derive(Debug)]
pub struct InspectedPage<'r> {
    /// The file, as [`Source::shown`].
    pub source: String,
    /// Page of the file, from 0.
    pub page_index: u32,
    /// The stages.
    pub inspection: Inspection<'r>,
}

/// Gives every page of `sources` to `sink`, one after the other in their order, with what
/// every stage left of it. The outcomes are those of [`read_files`]. After the sink breaks
/// no further page is given.
pub fn inspect_files<'r>(
    reader: &'r Reader,
    sources: &[Source],
    sink: &mut dyn FnMut(InspectedPage<'r>) -> ControlFlow<()>,
) {
    let inspection_of = |frame: Result<Frame, Rejection>| match frame {
        Ok(frame) => reader.inspect(frame),
        Err(rejection) => Inspection::refused(rejection),
    };
    for source in sources {
        let file = File::open(source);
        for page_index in 0..file.document.pages() {
            let inspection = file.page(page_index, reader.policy().max_pixels, inspection_of);
            if sink(InspectedPage { source: source.shown.clone(), page_index, inspection }).is_break() {
                return;
            }
        }
    }
}

/// A file that was opened, or found to be none that can be.
struct File {
    document: Document,
    /// blake3 of its bytes; `None` when it could not be opened.
    hash: Option<[u8; 32]>,
}

impl File {
    fn open(source: &Source) -> Self {
        match Held::read(&source.path) {
            Ok((held, hash)) => {
                let document = catch_unwind(AssertUnwindSafe(|| Document::of(held)))
                    .unwrap_or_else(|cause| Document::refused(internal_fault(&*cause)));
                Self { document, hash: Some(hash) }
            }
            Err(rejection) => Self { document: Document::refused(rejection), hash: None },
        }
    }

    /// What `of_page` makes of a page. A panic is a fault of ours on one page, which counts as refused; the batch goes on and
    /// says so.
    fn page<T>(&self, index: u32, max_pixels: u64, of_page: impl Fn(Result<Frame, Rejection>) -> T) -> T {
        catch_unwind(AssertUnwindSafe(|| of_page(self.document.page(index, max_pixels))))
            .unwrap_or_else(|cause| of_page(Err(internal_fault(&*cause))))
    }
}

fn internal_fault(cause: &(dyn std::any::Any + Send)) -> Rejection {
    let said = cause
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| cause.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Rejection::new(RejectCode::InternalFault, said)
}
