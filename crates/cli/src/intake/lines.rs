//! The readings file.

use std::path::{Path, PathBuf};

use crate::errors::Failure;
use crate::readings::PageLine;
use crate::system::PendingFile;

/// A readings file that is being written; it appears in its place when it is complete.
#[derive(Debug)]
pub struct Lines {
    file: PendingFile,
    path: PathBuf,
}

impl Lines {
    /// Begins the file, which proves that it can be written.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let file = PendingFile::create(path).map_err(Failure::writing(path))?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Adds a line.
    pub fn push(&mut self, line: &PageLine) -> Result<(), Failure> {
        self.file
            .push(line.json().as_bytes())
            .and_then(|()| self.file.flush())
            .map_err(Failure::writing(&self.path))
    }

    /// Puts the file in its place.
    pub fn put_in_place(self) -> Result<(), Failure> {
        self.file.put_in_place().map_err(Failure::writing(self.path))
    }
}
