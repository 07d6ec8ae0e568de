//! The bytes of a file, as much of them as is held at once.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use phieu_model::rejection::{RejectCode, Rejection};

use super::pdf::{BOUNDS, Bounds, Skeleton};
use super::{damaged, is_pdf};

/// Largest file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 1 << 30;
/// Bytes in which a PDF says what it is.
const HEAD_BYTES: u64 = 1024;

/// What is held of a file.
pub enum Held {
    /// All of it.
    Whole(Vec<u8>),
    /// A long PDF, whose pictures are read when they are asked for.
    Long(Box<LongFile>),
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
            if let Some(skeleton) = skeleton(&mut file, &bounds).map_err(unreadable)? {
                let hash = skeleton.hash;
                return Ok((
                    Self::Long(Box::new(LongFile { file: Mutex::new(file), skeleton, bounds })),
                    hash,
                ));
            }
            file.rewind().map_err(unreadable)?;
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

/// Of a file that is a PDF.
fn skeleton(file: &mut File, bounds: &Bounds) -> io::Result<Option<Skeleton>> {
    let mut head = Vec::new();
    file.take(HEAD_BYTES).read_to_end(&mut head)?;
    if !is_pdf(&head) {
        return Ok(None);
    }
    file.rewind()?;
    Skeleton::of(file, bounds)
}

pub(super) fn unreadable(error: io::Error) -> Rejection {
    Rejection::new(RejectCode::FileUnreadable, error.to_string())
}
