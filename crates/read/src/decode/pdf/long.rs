//! A long PDF, read as a row of short ones.
//!
//! Such a file is held without its pictures. A few neighbouring pages make a window: the file with the pictures that they can draw
//! from and no others, as short as that, with a list of its own of where the objects stand. So nothing that reads it can tell it
//! from a short file, and each is measured and opened as one. Where it is not certain that pages read so are the same, the file
//! is read whole: where its own list is faulty, say, and objects would have to be searched for.

use std::collections::BTreeSet;
use std::io::{Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::Object;
use hayro::hayro_syntax::object::dict::keys;
use hayro::hayro_syntax::page::Page;
use phieu_model::rejection::Rejection;

use super::open::{END_BYTES, Lost, lost, parsed};
use super::resources::Reached;
use super::skeleton::Skeleton;
use super::survey;
use super::table::Table;
use crate::decode::held::{Bounds, LongFile, SHORT_BYTES, unreadable};
use crate::decode::{MAX_PAGES, damaged};
use crate::frame::Frame;

/// Pages of a window: the pictures of so many blank ones may still unpack within what is allowed for a file.
const WINDOW_PAGES: usize = 32;
/// Objects that all pages can draw from, added up.
const MAX_REACHED: usize = 1_000_000;
/// What all windows hold together, for each byte of the file.
const MAX_SHARE: u64 = 2;

/// A long PDF.
pub struct Long {
    file: Box<LongFile>,
    plan: Plan,
    /// The last window that was opened. Its next page is asked for as a rule when no other page of it is being read.
    newest: Mutex<Option<(usize, Arc<Pdf>)>>,
}

/// Neighbouring pages that are read from one opened file.
struct Window {
    first_page: usize,
    /// The pictures they draw from, in the order of the file.
    cuts: BTreeSet<usize>,
    opened: Mutex<Weak<Pdf>>,
}

impl Long {
    /// Opens a file, with what may have been lost of it.
    ///
    /// # Errors
    /// The file, when it has to be read whole.
    pub fn open(file: Box<LongFile>) -> Result<(Self, Lost), Box<LongFile>> {
        let Some((plan, lost)) = Plan::of(&file.skeleton, &file.bounds) else { return Err(file) };
        Ok((Self { file, plan, newest: Mutex::new(None) }, lost))
    }

    /// Number of its pages.
    pub fn pages(&self) -> usize {
        self.plan.pages
    }

    /// Page `index`, from 0. It is held in memory with its neighbours until all of them were read.
    ///
    /// # Errors
    /// As of [`super::page`]; when the file cannot be read any more, or was changed.
    pub fn page(&self, index: usize, max_pixels: u64) -> Result<Frame, Rejection> {
        let pdf = self.opened(index)?;
        super::page(&pdf, index, max_pixels)
    }

    /// The window of a page, opened.
    fn opened(&self, page: usize) -> Result<Arc<Pdf>, Rejection> {
        let number = self.plan.windows.partition_point(|window| window.first_page <= page).saturating_sub(1);
        let window = self.plan.windows.get(number).ok_or_else(|| damaged("the PDF lacks this page"))?;
        // Who needs the same window waits here for the one who opens it.
        let mut opened = locked(&window.opened);
        if let Some(pdf) = opened.upgrade() {
            return Ok(pdf);
        }
        let pdf = Arc::new(self.open_window(window)?);
        *opened = Arc::downgrade(&pdf);
        let mut newest = locked(&self.newest);
        if newest.as_ref().is_none_or(|(newest, _)| *newest <= number) {
            *newest = Some((number, Arc::clone(&pdf)));
        }
        Ok(pdf)
    }

    fn open_window(&self, window: &Window) -> Result<Pdf, Rejection> {
        let skeleton = &self.file.skeleton;
        let pictures: usize = window.cuts.iter().map(|cut| skeleton.cuts[*cut].bytes).sum();
        let mut bytes = Vec::with_capacity(skeleton.bytes.len() + pictures + self.plan.table.most_bytes());
        let (mut kept, mut fresh, mut put_back) = (0, Vec::new(), Vec::new());
        for cut in window.cuts.iter().map(|cut| &skeleton.cuts[*cut]) {
            bytes.extend_from_slice(&skeleton.bytes[kept..cut.at]);
            kept = cut.at;
            let from = bytes.len();
            bytes.resize(from + cut.bytes, 0);
            {
                let mut file = locked(&self.file.file);
                file.seek(SeekFrom::Start(cut.from)).map_err(unreadable)?;
                file.read_exact(&mut bytes[from..]).map_err(unreadable)?;
            }
            if blake3::hash(&bytes[from..]) != cut.hash {
                return Err(damaged("the file was changed while it was read"));
            }
            fresh.push(from..bytes.len());
            put_back.push((cut.at, bytes.len() - cut.at));
        }
        bytes.extend_from_slice(&skeleton.bytes[kept..]);
        let length = bytes.len() as u64;
        self.plan.table.write(&mut bytes, |place| {
            let before = put_back.partition_point(|(at, _)| *at <= place);
            place + before.checked_sub(1).map_or(0, |last| put_back[last].1)
        });
        survey::check(&bytes, &fresh, length.max(SHORT_BYTES))?;
        let pdf = parsed(bytes)?;
        if pdf.pages().len() != self.plan.pages {
            return Err(damaged("the file has other pages where it is read in parts"));
        }
        Ok(pdf)
    }
}

/// How a long file is read.
struct Plan {
    table: Table,
    pages: usize,
    windows: Vec<Window>,
}

impl Plan {
    /// With what may have been lost of the file; `None` when it has to be read whole.
    fn of(skeleton: &Skeleton, bounds: &Bounds) -> Option<(Self, Lost)> {
        let whole = 0..skeleton.bytes.len();
        survey::check(&skeleton.bytes, &[whole], SHORT_BYTES).ok()?;
        let table = Table::read(skeleton)?;
        let mut bytes = skeleton.bytes.clone();
        table.write(&mut bytes, |place| place);
        let pdf = parsed(bytes).ok()?;
        let lost = lost(&pdf, skeleton.end(END_BYTES));
        let windows = windows(&pdf, skeleton, bounds)?;
        Some((Self { table, pages: pdf.pages().len(), windows }, lost))
    }
}

/// The windows of a file, of which all but the pictures is opened; `None` when it is not worth while.
fn windows(pdf: &Pdf, skeleton: &Skeleton, bounds: &Bounds) -> Option<Vec<Window>> {
    let bytes_of =
        |cuts: &BTreeSet<usize>| cuts.iter().map(|cut| skeleton.cuts[*cut].bytes as u64).sum::<u64>();
    let mut windows: Vec<Window> = Vec::new();
    let mut reached = 0;
    for (i, page) in pdf.pages().iter().enumerate().take(MAX_PAGES as usize) {
        let cuts = drawn_from(page, pdf.data().as_ref(), skeleton, &mut reached)?;
        if let Some(last) = windows.last_mut()
            && i - last.first_page < WINDOW_PAGES
        {
            let both = &last.cuts | &cuts;
            if both.len() == last.cuts.len() || bytes_of(&both) <= bounds.window_bytes {
                last.cuts = both;
                continue;
            }
        }
        windows.push(Window { first_page: i, cuts, opened: Mutex::new(Weak::new()) });
    }
    let held: u64 = windows.iter().map(|window| skeleton.bytes.len() as u64 + bytes_of(&window.cuts)).sum();
    (held <= MAX_SHARE * skeleton.file_bytes).then_some(windows)
}

/// The pictures that a page can draw from; `None` where it can draw from too many objects.
fn drawn_from(page: &Page, file: &[u8], skeleton: &Skeleton, reached: &mut usize) -> Option<BTreeSet<usize>> {
    let content = match page.raw().get::<Object>(keys::CONTENTS) {
        Some(Object::Array(parts)) => parts.iter::<Object>().collect(),
        content => Vec::from_iter(content),
    };
    let mut cuts = BTreeSet::new();
    for object in content.into_iter().chain(Reached::from(page)) {
        *reached += 1;
        if *reached > MAX_REACHED {
            return None;
        }
        if let Object::Stream(stream) = object {
            let dict = stream.dict().data();
            let end = (dict.as_ptr() as usize).checked_sub(file.as_ptr() as usize)? + dict.len();
            cuts.extend(skeleton.cut_after(end));
        }
    }
    Some(cuts)
}

/// What is behind it is whole even if one who held it has panicked.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
