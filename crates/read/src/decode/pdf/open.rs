//! Opening a PDF: how much of it is held, and what of it may be lost.

use hayro::hayro_syntax::object::Dict;
use hayro::hayro_syntax::object::dict::keys;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use phieu_model::rejection::{RejectCode, Rejection};

use super::long::Long;
use super::survey;
use crate::decode::damaged;
use crate::decode::held::Held;
use crate::frame::Frame;

/// A PDF of so many bytes is short.
pub const SHORT_BYTES: u64 = 16 << 20;
/// The end of a PDF stands in so many of its last bytes.
pub const END_BYTES: usize = 2048;

/// Why some pages of a file may be lost, if they may.
pub type Lost = Option<Rejection>;

/// An opened PDF.
pub enum Opened {
    /// That is held whole.
    Whole(Pdf),
    /// Whose pictures are read when they are asked for.
    Long(Box<Long>),
}

/// How much of a PDF is held.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Bytes of a file that is held whole.
    pub short_bytes: u64,
    /// Bytes of a longer file that may be held beside its pictures.
    pub skeleton_bytes: usize,
    /// Bytes from which on a picture is left out.
    pub cut_bytes: usize,
    /// Bytes of the pictures of some neighbouring pages that are held at once. Those of a single page may be more.
    pub window_bytes: u64,
}

/// Each worker may hold other pages. In the time of a batch of 480 pages it does not show that windows are opened one by one.
pub const BOUNDS: Bounds =
    Bounds { short_bytes: SHORT_BYTES, skeleton_bytes: 16 << 20, cut_bytes: 4 << 10, window_bytes: 8 << 20 };

impl Opened {
    /// Of a file that is held. With it comes why some of its pages may be lost, if they may.
    pub fn open(held: Held) -> Result<(Self, Lost), Rejection> {
        let bytes = match held {
            Held::Whole(bytes) => bytes,
            Held::Long(file) => match Long::open(file) {
                Ok((long, lost)) => return Ok((Self::Long(Box::new(long)), lost)),
                Err(file) => file.whole()?,
            },
        };
        let ends = bytes[bytes.len().saturating_sub(END_BYTES)..].to_vec();
        let (all, length) = (0..bytes.len(), bytes.len() as u64);
        survey::check(&bytes, &[all], length)?;
        let pdf = parsed(bytes)?;
        let lost = lost(&pdf, &ends);
        Ok((Self::Whole(pdf), lost))
    }

    /// Number of its pages that were found.
    pub fn pages(&self) -> usize {
        match self {
            Self::Whole(pdf) => pdf.pages().len(),
            Self::Long(long) => long.pages(),
        }
    }

    /// Page `index`, from 0. It may be turned by quarter turns, never mirrored.
    pub fn page(&self, index: usize, max_pixels: u64) -> Result<Frame, Rejection> {
        match self {
            Self::Whole(pdf) => super::page(pdf, index, max_pixels),
            Self::Long(long) => long.page(index, max_pixels),
        }
    }
}

/// A file whose streams were measured.
pub fn parsed(bytes: Vec<u8>) -> Result<Pdf, Rejection> {
    Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(error) => Rejection::new(RejectCode::FileEncrypted, format!("{error:?}")),
        LoadPdfError::Invalid => damaged("not a PDF that can be read"),
    })
}

/// What may be lost of a file with this end.
pub fn lost(pdf: &Pdf, end: &[u8]) -> Lost {
    let ends = end.windows(5).any(|w| w == b"%%EOF");
    let lost = match (pdf.pages().len(), pages_promised(pdf)) {
        (0, _) => Some("no page was found".to_owned()),
        (found, Some(promised)) if found != promised => {
            Some(format!("{found} of {promised} pages were found"))
        }
        (found, None) => Some(format!("{found} pages were found, and no list of them")),
        (found, _) if !ends => Some(format!("the file ends early, after {found} pages")),
        _ => None,
    };
    lost.map(damaged)
}

/// How many pages the file says that it has.
fn pages_promised(pdf: &Pdf) -> Option<usize> {
    let catalog: Dict = pdf.xref().get(pdf.xref().root_id())?;
    let pages: Dict = catalog.get(keys::PAGES)?;
    pages.get::<u32>(keys::COUNT).map(|count| count as usize)
}
