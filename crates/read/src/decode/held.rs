//! The bytes of a file, as much of them as is held at once.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use phieu_model::rejection::{RejectCode, Rejection};

use super::damaged;
use super::format::{Format, HEAD_BYTES};
use super::pdf::Skeleton;
use super::pieces::Pieces;

/// Largest file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 1 << 30;
/// A file of so many bytes is short.
pub const SHORT_BYTES: u64 = 16 << 20;

/// How much of a file is held.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Bytes of a file that is held whole.
    pub short_bytes: u64,
    /// Bytes of a longer PDF that may be held beside its pictures.
    pub skeleton_bytes: usize,
    /// Bytes from which on a picture is left out of it.
    pub cut_bytes: usize,
    /// Bytes of the pictures of some neighbouring pages that are held at once. Those of a single page may be more.
    pub window_bytes: u64,
    /// Bytes of a longer TIFF that are read at once: a power of two, at least 1,024.
    pub piece_bytes: u64,
    /// Bytes of it that may be read for a page, or while it is opened, each as often as it is read.
    pub page_bytes: u64,
}

/// Each worker may hold other pages. In the time of a batch of 480 pages it does not show that windows are opened one by one.
/// A page whose strips lie in their order is read once, and what says where they lie some times; four times the largest file is
/// read in a few seconds.
pub const BOUNDS: Bounds = Bounds {
    short_bytes: SHORT_BYTES,
    skeleton_bytes: 16 << 20,
    cut_bytes: 4 << 10,
    window_bytes: 8 << 20,
    piece_bytes: 64 << 10,
    page_bytes: 4 << 30,
};

/// What is held of a file.
pub enum Held {
    /// All of it.
    Whole(Vec<u8>),
    /// A long PDF, whose pictures are read when they are asked for.
    Long(Box<LongFile>),
    /// A long TIFF, which is read when its pages are asked for.
    Pieces(Pieces),
}

/// A long PDF that stays open, and all of it but its pictures.
pub struct LongFile {
    pub(super) file: Mutex<File>,
    pub(super) skeleton: Skeleton,
    pub(super) bounds: Bounds,
}

impl Held {
    /// Of the file at `path`, and its blake3.
    ///
    /// # Errors
    /// When it cannot be read, or is longer than 1 GiB.
    pub fn read(path: &Path) -> Result<(Self, [u8; 32]), Rejection> {
        Self::read_within(path, BOUNDS)
    }

    /// As [`Self::read`], with other bounds of what is held.
    pub(super) fn read_within(path: &Path, bounds: Bounds) -> Result<(Self, [u8; 32]), Rejection> {
        let mut file = File::open(path).map_err(unreadable)?;
        let size = file.metadata().map_err(unreadable)?.len();
        if size > MAX_FILE_BYTES {
            return Err(Rejection::new(
                RejectCode::PictureTooLarge,
                format!("{size} bytes, at most {MAX_FILE_BYTES} are read"),
            ));
        }
        if size > bounds.short_bytes {
            match format(&mut file).map_err(unreadable)? {
                Some(Format::Pdf) => {
                    if let Some(skeleton) = Skeleton::of(&mut file, &bounds).map_err(unreadable)? {
                        let hash = skeleton.hash;
                        let long = LongFile { file: Mutex::new(file), skeleton, bounds };
                        return Ok((Self::Long(Box::new(long)), hash));
                    }
                    file.rewind().map_err(unreadable)?;
                }
                Some(Format::Tiff) => {
                    let (pieces, hash) = Pieces::of(file, &bounds).map_err(unreadable)?;
                    return Ok((Self::Pieces(pieces), hash));
                }
                Some(Format::Jpeg | Format::Png | Format::Bmp | Format::WebP) | None => {}
            }
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(unreadable)?;
        let hash = blake3::hash(&bytes).into();
        Ok((Self::Whole(bytes), hash))
    }
}

impl LongFile {
    /// All of the file, if it is still what it was.
    pub(super) fn whole(self) -> Result<Vec<u8>, Rejection> {
        let mut file = self.file.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = Vec::new();
        file.rewind().and_then(|()| file.read_to_end(&mut bytes)).map_err(unreadable)?;
        if *blake3::hash(&bytes).as_bytes() != self.skeleton.hash {
            return Err(damaged("the file was changed while it was read"));
        }
        Ok(bytes)
    }
}

/// Of a file, which is left at its beginning.
fn format(file: &mut File) -> io::Result<Option<Format>> {
    let mut head = Vec::new();
    file.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(Format::of(&head))
}

pub(super) fn unreadable(error: io::Error) -> Rejection {
    Rejection::new(RejectCode::FileUnreadable, error.to_string())
}
