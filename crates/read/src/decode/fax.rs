//! TIFF pictures coded as a fax that the TIFF library leaves to others: Group 3, and Group 4 with the bits of each byte
//! from the right to the left (TIFF 6.0, sections 10 and 11; ITU-T T.4 and T.6).

use hayro_ccitt::{DecodeSettings, DecoderContext, EncodingMode};
use phieu_model::rejection::Rejection;
use tiff::tags::Tag;

use super::tiff::Tiff;
use super::{damaged, frame};
use crate::frame::Frame;

/// How the rows of a picture are coded.
#[derive(Debug, Clone, Copy)]
struct Coding {
    encoding: EncodingMode,
    /// Every row begins with a whole byte, and no mark stands between rows.
    aligned: bool,
    /// The bits of each byte stand from the right to the left.
    reversed: bool,
    /// What is coded as white is black.
    inverted: bool,
}

impl Coding {
    /// That of the picture, if it is one that the library cannot read.
    fn of(decoder: &mut Tiff) -> Option<Self> {
        let mut number = |tag| decoder.find_tag_unsigned::<u32>(tag).ok().flatten();
        let reversed = number(Tag::FillOrder) == Some(2);
        let inverted = number(Tag::PhotometricInterpretation) == Some(1);
        // Bit 0 of the options: rows are coded by the row above as well.
        let two_dimensional = number(Tag::Unknown(T4_OPTIONS)).unwrap_or(0) & 1 == 1;
        let encoding = match number(Tag::Compression)? {
            2 | 3 if !two_dimensional => EncodingMode::Group3_1D,
            3 => EncodingMode::Group3_2D,
            4 if reversed => EncodingMode::Group4,
            _ => return None,
        };
        let aligned = number(Tag::Compression) == Some(2);
        Some(Self { encoding, aligned, reversed, inverted })
    }
}

/// Number of the tag in TIFF 6.0.
const T4_OPTIONS: u16 = 292;

/// The pixels of the picture that `decoder` stands at; `None` where the library can read it.
pub fn picture(decoder: &mut Tiff, (width, height): (usize, usize)) -> Option<Result<Frame, Rejection>> {
    let coding = Coding::of(decoder)?;
    Some(strips(decoder, (width, height), coding))
}

fn strips(decoder: &mut Tiff, (width, height): (usize, usize), coding: Coding) -> Result<Frame, Rejection> {
    let offsets = decoder.get_tag_u64_vec(Tag::StripOffsets).map_err(damaged)?;
    let lengths = decoder.get_tag_u64_vec(Tag::StripByteCounts).map_err(damaged)?;
    let rows = decoder.find_tag_unsigned::<u32>(Tag::RowsPerStrip).map_err(damaged)?;
    let rows = rows.map_or(height, |rows| (rows as usize).clamp(1, height.max(1)));
    let mut picture = Rows { width, inverted: coding.inverted, pixels: Vec::with_capacity(width * height) };
    for (k, (offset, length)) in offsets.iter().zip(&lengths).enumerate() {
        let wanted = rows.min(height.saturating_sub(k * rows));
        let mut strip = decoder.inner().strip(*offset, *length)?;
        if coding.reversed {
            strip.to_mut().iter_mut().for_each(|byte| *byte = byte.reverse_bits());
        }
        let settings = DecodeSettings {
            columns: width as u32,
            rows: wanted as u32,
            end_of_block: true,
            end_of_line: !coding.aligned && coding.encoding != EncodingMode::Group4,
            rows_are_byte_aligned: coding.aligned,
            encoding: coding.encoding,
            strict: false,
        };
        let decoded = hayro_ccitt::decode(&strip, &mut picture, &mut DecoderContext::new(settings));
        decoded.map_err(|error| damaged(format!("{error:?}")))?;
        if picture.pixels.len() != width * (k * rows + wanted) {
            return Err(damaged("the picture has fewer rows than its header says"));
        }
    }
    frame(width, height, picture.pixels)
}

/// Rows that were decoded.
struct Rows {
    width: usize,
    inverted: bool,
    pixels: Vec<u8>,
}

impl hayro_ccitt::Decoder for Rows {
    fn push_row(&mut self, changes: &[u32]) {
        let start = self.pixels.len();
        let [white, black] = if self.inverted { [0, 255] } else { [255, 0] };
        self.pixels.resize(start + self.width, white);
        for run in changes.chunks(2) {
            let end = run.get(1).map_or(self.width, |end| *end as usize);
            self.pixels[start + run[0] as usize..start + end].fill(black);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Document;

    /// 32 × 8 pixels, written by libtiff: the left quarter black, and a diagonal from (16, 0) to (23, 7).
    const FILES: [(&str, &[u8]); 5] = [
        ("runs of one row, no marks", include_bytes!("../../tests/fax/1d.tif")),
        ("Group 3", include_bytes!("../../tests/fax/g3.tif")),
        ("Group 3 by the row above", include_bytes!("../../tests/fax/g3_2d.tif")),
        ("Group 3, bits from the right", include_bytes!("../../tests/fax/g3_rev.tif")),
        ("Group 4, bits from the right", include_bytes!("../../tests/fax/g4_rev.tif")),
    ];

    #[test]
    fn every_way_of_coding_a_fax_gives_its_pixels() {
        for (name, bytes) in FILES {
            let frame =
                Document::open(bytes.to_vec()).page(0, 1_000).unwrap_or_else(|r| panic!("{name}: {r:?}"));
            assert_eq!((frame.width(), frame.height()), (32, 8), "{name}");
            for y in 0..8 {
                let black = |x: usize| x < 8 || x == 16 + y;
                let wanted: Vec<u8> = (0..32).map(|x| if black(x) { 0 } else { 255 }).collect();
                assert_eq!(frame.row(y), wanted, "{name}, row {y}");
            }
        }
    }

    /// The file with another value of a tag.
    fn with_tag(bytes: &[u8], tag: u16, value: u32) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        let entries = number(4) + 2;
        let entry = (entries..bytes.len()).step_by(12).find(|at| bytes[*at..*at + 2] == tag.to_le_bytes());
        let at = entry.unwrap();
        // A number of four bytes.
        bytes[at + 2..at + 4].copy_from_slice(&4_u16.to_le_bytes());
        bytes[at + 8..at + 12].copy_from_slice(&value.to_le_bytes());
        bytes
    }

    #[test]
    fn a_fax_that_lacks_rows_or_lies_beyond_its_file_is_damaged() {
        let damaged = |bytes: Vec<u8>| {
            let refused = Document::open(bytes).page(0, 10_000).map_err(|r| r.code);
            assert_eq!(refused.unwrap_err(), phieu_model::rejection::RejectCode::FileDamaged);
        };
        for (_, bytes) in FILES {
            let [length, rows_per_strip, strip_offsets] = [257, 278, 273];
            damaged(with_tag(&with_tag(bytes, length, 90), rows_per_strip, 90));
            damaged(with_tag(bytes, strip_offsets, 5_000));
            damaged(with_tag(bytes, strip_offsets, u32::MAX));
        }
    }

    #[test]
    fn what_is_coded_as_white_may_be_black() {
        let (_, bytes) = FILES[1];
        let level = |bytes: Vec<u8>| Document::open(bytes).page(0, 1_000).unwrap().row(0)[30];
        let photometric = 262;
        assert_eq!([0, 1].map(|value| level(with_tag(bytes, photometric, value))).iter().sum::<u8>(), 255);
    }
}
