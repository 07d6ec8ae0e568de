//! The bytes of a file, some of them read as others.

use std::io::{Cursor, Read, Result, Seek, SeekFrom};
use std::ops::Range;

/// A file in memory in which a few bytes may be covered by others, and the bits of some ranges stand from the right to the left.
pub struct Overlay<'b> {
    file: Cursor<&'b [u8]>,
    /// Place and value.
    covered: Vec<(u64, u8)>,
    reversed: Vec<Range<u64>>,
}

impl<'b> Overlay<'b> {
    /// The file as it is.
    pub fn on(bytes: &'b [u8]) -> Self {
        Self { file: Cursor::new(bytes), covered: Vec::new(), reversed: Vec::new() }
    }

    /// Covers the bytes from `at` on.
    pub fn cover(&mut self, at: u64, bytes: &[u8]) {
        self.covered = (at..).zip(bytes.iter().copied()).collect();
    }

    /// Turns the bits of each byte in these ranges.
    pub fn reverse(&mut self, ranges: Vec<Range<u64>>) {
        self.reversed = ranges;
    }
}

impl Read for Overlay<'_> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let from = self.file.position();
        let read = self.file.read(out)?;
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
        self.file.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covered_bytes_are_read_as_others_wherever_a_read_begins() {
        let mut file = Overlay::on(b"abcdef");
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
        let mut file = Overlay::on(&[1; 6]);
        file.reverse(vec![1..3, 5..900]);
        for from in 0..6 {
            file.seek(SeekFrom::Start(from)).unwrap();
            let mut out = Vec::new();
            file.read_to_end(&mut out).unwrap();
            assert_eq!(out, [1, 128, 128, 1, 1, 128][from as usize..]);
        }
    }
}
