//! The bytes of a file, some of them read as others.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::io::{Cursor, Read, Result, Seek, SeekFrom};
use std::ops::Range;

use phieu_model::rejection::{RejectCode, Rejection};

use super::{Bytes, damaged};
use crate::decode::pieces::PieceReader;

/// Bytes of a strip or tile that is taken to memory: nearly four for each pixel of the largest picture, where a JPEG or a fax takes one.
const MAX_STRIP_BYTES: u64 = 256 << 20;

/// A file in which a few bytes may be covered by others, and the bits of some ranges stand from the right to the left.
pub struct Overlay<'b> {
    file: Source<'b>,
    /// Place and value.
    covered: Vec<(u64, u8)>,
    reversed: Vec<Range<u64>>,
}

enum Source<'b> {
    Memory(Cursor<&'b [u8]>),
    Pieces(PieceReader<'b>),
}

impl<'b> Overlay<'b> {
    /// The file as it is. What keeps it from being read any more is put into `refused`.
    pub fn on(bytes: &'b Bytes, refused: &'b OnceCell<Rejection>) -> Self {
        let file = match bytes {
            Bytes::Held(bytes) => Source::Memory(Cursor::new(bytes)),
            Bytes::Pieces(pieces) => Source::Pieces(PieceReader::on(pieces, refused)),
        };
        Self { file, covered: Vec::new(), reversed: Vec::new() }
    }

    /// The bytes of a strip or tile as they stand in the file.
    pub fn strip(&mut self, from: u64, length: u64) -> std::result::Result<Cow<'b, [u8]>, Rejection> {
        let file_bytes = match &self.file {
            Source::Memory(file) => file.get_ref().len() as u64,
            Source::Pieces(file) => file.bytes(),
        };
        let end = from.checked_add(length).filter(|end| *end <= file_bytes);
        let end = end.ok_or_else(|| damaged("a strip lies beyond the file"))?;
        if length > MAX_STRIP_BYTES {
            let detail = format!("a strip of {length} bytes, at most {MAX_STRIP_BYTES} are read");
            return Err(Rejection::new(RejectCode::PictureTooLarge, detail));
        }
        match &mut self.file {
            Source::Memory(file) => Ok(Cow::Borrowed(&file.get_ref()[from as usize..end as usize])),
            Source::Pieces(file) => {
                let mut strip = vec![0; length as usize];
                file.seek(SeekFrom::Start(from))
                    .and_then(|_| file.read_exact(&mut strip))
                    .map_err(damaged)?;
                Ok(Cow::Owned(strip))
            }
        }
    }

    /// Covers the bytes from `at` on.
    pub fn cover(&mut self, at: u64, bytes: &[u8]) {
        self.covered = (at..).zip(bytes.iter().copied()).collect();
    }

    /// Shows all bytes as they are.
    pub fn uncover(&mut self) {
        self.covered.clear();
    }

    /// Turns the bits of each byte in these ranges.
    pub fn reverse(&mut self, ranges: Vec<Range<u64>>) {
        self.reversed = ranges;
    }
}

impl Read for Overlay<'_> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let (from, read) = match &mut self.file {
            Source::Memory(file) => (file.position(), file.read(out)?),
            Source::Pieces(file) => (file.stream_position()?, file.read(out)?),
        };
        let to = from + read as u64;
        for range in &self.reversed {
            let (start, end) = (range.start.clamp(from, to), range.end.clamp(from, to));
            // A range that ends before it starts holds nothing.
            for byte in out.get_mut((start - from) as usize..(end - from) as usize).unwrap_or_default() {
                *byte = byte.reverse_bits();
            }
        }
        for (at, byte) in &self.covered {
            if let Some(place) = at.checked_sub(from).filter(|place| *place < read as u64) {
                out[place as usize] = *byte;
            }
        }
        Ok(read)
    }
}

impl Seek for Overlay<'_> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        match &mut self.file {
            Source::Memory(file) => file.seek(to),
            Source::Pieces(file) => file.seek(to),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covered_bytes_are_read_as_others_wherever_a_read_begins() {
        let (bytes, refused) = (Bytes::Held(b"abcdef".to_vec()), OnceCell::new());
        let mut file = Overlay::on(&bytes, &refused);
        file.cover(2, b"XY");
        for from in 0..6 {
            for length in 1..6 {
                file.seek(SeekFrom::Start(from)).unwrap();
                let mut out = vec![0; length];
                let read = file.read(&mut out).unwrap();
                assert_eq!(out[..read], b"abXYef"[from as usize..][..read]);
            }
        }
    }

    #[test]
    fn bits_are_turned_within_their_ranges_only() {
        let (bytes, refused) = (Bytes::Held(vec![1; 6]), OnceCell::new());
        let mut file = Overlay::on(&bytes, &refused);
        file.reverse(vec![1..3, 5..900]);
        for from in 0..6 {
            file.seek(SeekFrom::Start(from)).unwrap();
            let mut out = Vec::new();
            file.read_to_end(&mut out).unwrap();
            assert_eq!(out, [1, 128, 128, 1, 1, 128][from as usize..]);
        }
    }
}
