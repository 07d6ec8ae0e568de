//! Many files, many workers, one order.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;

use phieu_model::reading::PageOutcome;
use phieu_model::rejection::{RejectCode, Rejection};
use rayon::iter::{ParallelBridge, ParallelIterator};

use crate::decode::decode;
use crate::frame::Frame;
use crate::inspect::Inspection;
use crate::page::Reader;
use crate::source::Source;

/// Largest file that is read into memory, in bytes.
const MAX_FILE_BYTES: u64 = 1 << 30;
/// Files whose outcomes may wait for the sink before the workers stop.
const WAITING_FILES: usize = 32;

/// The outcome of one page of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadPage {
    /// The file, as [`Source::shown`].
    pub source: String,
    /// Page of the file, from 0.
    pub page_index: u32,
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
    let (sender, receiver) = sync_channel::<(usize, Vec<ReadPage>)>(WAITING_FILES);
    let stopped = &AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            pool.install(|| {
                sources.iter().enumerate().par_bridge().for_each_with(sender, |sender, (i, source)| {
                    if !stopped.load(Ordering::Relaxed) {
                        // The receiver lives as long as this scope; if it is gone the
                        // sink has panicked and there is no one left to tell.
                        let _ = sender.send((i, read_file(reader, source)));
                    }
                });
            });
        });
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for (i, pages) in receiver {
            waiting.insert(i, pages);
            while let Some(pages) = waiting.remove(&next)
                && !stopped.load(Ordering::Relaxed)
            {
                if pages.into_iter().try_for_each(&mut *sink).is_break() {
                    stopped.store(true, Ordering::Relaxed);
                }
                next += 1;
            }
        }
    });
    Ok(())
}

fn read_file(reader: &Reader, source: &Source) -> Vec<ReadPage> {
    let mut pages = Vec::new();
    let outcome_of = |frame: Result<Frame, Rejection>| match frame {
        Ok(frame) => reader.read(frame),
        Err(rejection) => PageOutcome::Rejected(rejection),
    };
    let file_hash =
        each_page(source, (reader.policy().max_pixels, &outcome_of), &mut |page_index, outcome| {
            pages.push(ReadPage { source: source.shown.clone(), page_index, file_hash: None, outcome });
        });
    pages.iter_mut().for_each(|page| page.file_hash = file_hash);
    pages
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
    let mut flow = ControlFlow::Continue(());
    for source in sources {
        each_page(source, (reader.policy().max_pixels, &inspection_of), &mut |page_index, inspection| {
            if flow.is_continue() {
                flow = sink(InspectedPage { source: source.shown.clone(), page_index, inspection });
            }
        });
        if flow.is_break() {
            return;
        }
    }
}

/// Gives `sink` what `of_page` makes of each page of a file, and gives back the hash of
/// the file's bytes. A file that cannot be read, and a page that makes `of_page` panic,
/// count as one page that was refused.
fn each_page<T>(
    source: &Source,
    (max_pixels, of_page): (u64, &dyn Fn(Result<Frame, Rejection>) -> T),
    sink: &mut dyn FnMut(u32, T),
) -> Option<[u8; 32]> {
    let bytes = match bytes_of(source) {
        Ok(bytes) => bytes,
        Err(rejection) => {
            sink(0, of_page(Err(rejection)));
            return None;
        }
    };
    let mut given = 0;
    // A panic is a fault of ours on one page; the batch goes on and says so.
    let done = catch_unwind(AssertUnwindSafe(|| {
        decode(&bytes, max_pixels, &mut |index, frame| {
            let page = catch_unwind(AssertUnwindSafe(|| of_page(frame)))
                .unwrap_or_else(|cause| of_page(Err(internal_fault(&*cause))));
            sink(index, page);
            given += 1;
        });
    }));
    if let Err(cause) = done {
        sink(given, of_page(Err(internal_fault(&*cause))));
    }
    Some(*blake3::hash(&bytes).as_bytes())
}

fn bytes_of(source: &Source) -> Result<Vec<u8>, Rejection> {
    let unreadable = |error: std::io::Error| Rejection::new(RejectCode::FileUnreadable, error.to_string());
    let size = std::fs::metadata(&source.path).map_err(unreadable)?.len();
    if size > MAX_FILE_BYTES {
        return Err(Rejection::new(
            RejectCode::PictureTooLarge,
            format!("{size} bytes, at most {MAX_FILE_BYTES} are read"),
        ));
    }
    std::fs::read(&source.path).map_err(unreadable)
}

fn internal_fault(cause: &(dyn std::any::Any + Send)) -> Rejection {
    let said = cause
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| cause.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Rejection::new(RejectCode::InternalFault, said)
}
