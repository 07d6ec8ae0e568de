//! Opening a PDF: how much of it is held, and what of it may be lost.

use hayro::hayro_syntax::object::Dict;
use hayro::hayro_syntax::object::dict::keys;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use phieu_model::rejection::{RejectCode, Rejection};

use super::long::Long;
use super::survey;
use crate::decode::damaged;
use crate::decode::held::LongFile;
use crate::frame::Frame;

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

impl Opened {
    /// Of a long file. With it comes why some of its pages may be lost, if they may.
    pub fn long(file: Box<LongFile>) -> Result<(Self, Lost), Rejection> {
        match Long::open(file) {
            Ok((long, lost)) => Ok((Self::Long(Box::new(long)), lost)),
            Err(file) => Self::whole(file.whole()?),
        }
    }

    /// Of a file that is held, as [`Self::long`].
    pub fn whole(bytes: Vec<u8>) -> Result<(Self, Lost), Rejection> {
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
