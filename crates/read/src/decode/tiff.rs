//! Pages of a TIFF: one picture each, in strips or tiles (TIFF 6.0).
//!
//! A long file is not held: what is read of it, directories and strips alike, is read in pieces when a page is asked for
//! (`pieces.rs`). Nothing here but [`Overlay`] knows which of the two it is.

use std::cell::OnceCell;
use std::io;

use phieu_model::rejection::{RejectCode, Rejection};
use tiff::decoder::{ChunkType, Decoder, DecodingResult, Limits};
use tiff::tags::{ByteOrder, Tag};
use tiff::{ColorType, TiffError, TiffResult};

use super::pieces::Pieces;
use super::{
    MAX_PAGES, check_size, damaged, darker, darker_of_rgb, fax, frame, resolution, rgb_of_ycbcr, unpacked,
};
use crate::frame::Frame;
use overlay::Overlay;

mod jpeg;
#[cfg(test)]
mod long;
mod overlay;
mod palette;

/// A TIFF that is being read.
pub type Tiff<'b> = Decoder<Overlay<'b>>;

/// Bytes of a value in a directory: the places of strips or tiles, or the colours of a palette of 16 bits.
const MAX_VALUE_BYTES: usize = 1 << 20;
/// A value of the order of bits in a byte.
const FROM_THE_RIGHT: u32 = 2;
/// The number in the header of a file with places of 64 bits.
const BIG_TIFF: u16 = 43;

/// Where the bytes of a TIFF are.
pub enum Bytes {
    /// In memory.
    Held(Vec<u8>),
    /// In a long file.
    Pieces(Pieces),
}

/// An opened TIFF.
pub struct Opened {
    bytes: Bytes,
    pages: u32,
    /// Where the directories of its pictures stand, as far as they can be read.
    directories: Vec<Directory>,
}

/// Where a directory stands, as a header would say it.
struct Directory {
    /// The place of that in the header.
    at: u64,
    place: Vec<u8>,
}

impl Opened {
    /// Goes along the chain of its pictures. It ends at one that cannot be followed, which counts.
    ///
    /// # Errors
    /// When the file cannot be read any more, or was changed.
    pub fn open(bytes: Bytes) -> Result<Self, Rejection> {
        let refused = OnceCell::new();
        let (mut pages, mut directories) = (1, Vec::new());
        if let Ok(mut decoder) = Decoder::new(Overlay::on(&bytes, &refused)) {
            directories.extend(Directory::of(&mut decoder));
            while pages <= MAX_PAGES && decoder.more_images() {
                pages += 1;
                if decoder.next_image().is_err() {
                    break;
                }
                directories.extend(Directory::of(&mut decoder));
            }
        }
        match refused.into_inner() {
            // Pages of which nothing was seen would be missed by nobody.
            Some(rejection) => Err(rejection),
            None => Ok(Self { bytes, pages, directories }),
        }
    }

    /// Number of its pictures.
    pub fn pages(&self) -> u32 {
        self.pages
    }

    /// Picture `index`, from 0.
    pub fn page(&self, index: usize, max_pixels: u64) -> Result<Frame, Rejection> {
        let refused = OnceCell::new();
        let page = self.decoded(index, max_pixels, &refused);
        // What could not be read may have been taken for what the file lacks.
        refused.into_inner().map_or(page, Err)
    }

    fn decoded(
        &self,
        index: usize,
        max_pixels: u64,
        refused: &OnceCell<Rejection>,
    ) -> Result<Frame, Rejection> {
        let mut limits = Limits::default();
        // The most that a pixel takes is four values of two bytes.
        limits.decoding_buffer_size = usize::try_from(max_pixels * 8).unwrap_or(usize::MAX);
        limits.intermediate_buffer_size = limits.decoding_buffer_size;
        limits.ifd_value_size = MAX_VALUE_BYTES;
        let (decoder, index) = match self.directories.get(index).map(|at| at.first_of(&self.bytes, refused)) {
            Some(Ok(decoder)) => (decoder, 0),
            _ => (Decoder::new(Overlay::on(&self.bytes, refused)).map_err(fault)?, index),
        };
        let mut decoder = decoder.with_limits(limits);
        decoder.seek_to_image(index).map_err(fault)?;
        let (width, height) = decoder.dimensions().map_err(fault)?;
        check_size(width.into(), height.into(), max_pixels)?;
        let dpi = resolution::of_tiff(&mut decoder);
        let picture = picture(&mut decoder, index, (width as usize, height as usize))?;
        Ok(resolution::told(picture, dpi))
    }
}

impl Directory {
    /// That of the picture at which `decoder` stands.
    fn of(decoder: &mut Tiff) -> Option<Self> {
        let directory = decoder.ifd_pointer()?.0;
        let (at, place) = match (is_big(decoder).ok()?, decoder.byte_order()) {
            (true, ByteOrder::LittleEndian) => (8, directory.to_le_bytes().to_vec()),
            (true, ByteOrder::BigEndian) => (8, directory.to_be_bytes().to_vec()),
            (false, ByteOrder::LittleEndian) => (4, directory.to_le_bytes()[..4].to_vec()),
            (false, ByteOrder::BigEndian) => (4, directory.to_be_bytes()[4..].to_vec()),
        };
        Some(Self { at, place })
    }

    /// The file with its picture as the first one, so that not all directories before it are read for each page.
    fn first_of<'b>(&self, bytes: &'b Bytes, refused: &'b OnceCell<Rejection>) -> TiffResult<Tiff<'b>> {
        let mut file = Overlay::on(bytes, refused);
        file.cover(self.at, &self.place);
        let mut decoder = Decoder::new(file)?;
        // Where that is known the header is not read again, but a picture may lie over it.
        decoder.inner().uncover();
        Ok(decoder)
    }
}

/// Whether places have 64 bits.
fn is_big(decoder: &mut Tiff) -> io::Result<bool> {
    decoder.goto_offset_u64(2)?;
    Ok(decoder.read_short()? == BIG_TIFF)
}

fn picture(decoder: &mut Tiff, index: usize, size: (usize, usize)) -> Result<Frame, Rejection> {
    if let Some(picture) = fax::picture(decoder, size) {
        return picture;
    }
    if let Some(picture) = jpeg::picture(decoder, size) {
        return picture;
    }
    turn_bits(decoder)?;
    match palette::brightness(decoder)? {
        Some(brightness) => palette::picture(decoder, index, &brightness, size),
        None => pixels(decoder, size),
    }
}

/// Where the file says that bits stand from the right to the left, the library, which does not ask, reads them turned: the
/// bytes as they are coded, whatever the coding, as libtiff has it.
fn turn_bits(decoder: &mut Tiff) -> Result<(), Rejection> {
    if decoder.find_tag_unsigned::<u32>(Tag::FillOrder).map_err(fault)? != Some(FROM_THE_RIGHT) {
        return Ok(());
    }
    let (starts, lengths) = places(decoder)?;
    let ranges = starts.iter().zip(&lengths).map(|(start, length)| *start..start.saturating_add(*length));
    let ranges = ranges.collect();
    decoder.inner().reverse(ranges);
    Ok(())
}

/// Where the strips or tiles begin, and how long they are.
fn places(decoder: &mut Tiff) -> Result<(Vec<u64>, Vec<u64>), Rejection> {
    let (starts, lengths) = match decoder.get_chunk_type() {
        ChunkType::Strip => (Tag::StripOffsets, Tag::StripByteCounts),
        ChunkType::Tile => (Tag::TileOffsets, Tag::TileByteCounts),
    };
    let starts = decoder.get_tag_u64_vec(starts).map_err(fault)?;
    let lengths = decoder.get_tag_u64_vec(lengths).map_err(fault)?;
    Ok((starts, lengths))
}

/// Samples of all planes, 8 bits each or packed, one plane after the other.
fn samples(decoder: &mut Tiff) -> Result<Vec<u8>, Rejection> {
    let mut samples = DecodingResult::U8(Vec::new());
    let layout = decoder.read_image_to_buffer(&mut samples).map_err(fault)?;
    let bytes = match samples {
        DecodingResult::U8(bytes) => bytes,
        DecodingResult::U16(words) => {
            if words.len() * 2 < layout.complete_len {
                return Err(damaged("the picture has fewer planes than its header says"));
            }
            return Ok(words.iter().map(|word| (word >> 8) as u8).collect());
        }
        _ => return Err(unknown("TIFF samples are neither 8 nor 16 bits")),
    };
    if bytes.len() < layout.complete_len {
        return Err(damaged("the picture has fewer planes than its header says"));
    }
    Ok(bytes)
}

fn pixels(decoder: &mut Tiff, (width, height): (usize, usize)) -> Result<Frame, Rejection> {
    let color = decoder.colortype().map_err(fault)?;
    let in_planes = decoder.find_tag_unsigned::<u32>(Tag::PlanarConfiguration).ok().flatten() == Some(2);
    let bytes = samples(decoder)?;
    // The decoder has turned pictures whose 0 is white already.
    let pixels = match color {
        ColorType::Gray(bits @ (1 | 2 | 4)) => unpacked(&bytes, width, height, usize::from(bits))?,
        ColorType::Gray(8 | 16) => bytes,
        ColorType::RGB(8 | 16) | ColorType::RGBA(8 | 16) if in_planes => {
            let planes: Vec<&[u8]> = bytes.chunks(width * height).take(3).collect();
            let [red, green, blue] = planes[..] else { return Err(unknown("fewer than three planes")) };
            red.iter().zip(green).zip(blue).map(|((r, g), b)| darker([*r, *g, *b])).collect()
        }
        color if in_planes => return Err(unknown(format!("TIFF colour type {color:?} in planes"))),
        ColorType::GrayA(8 | 16) => bytes.chunks_exact(2).map(|p| p[0]).collect(),
        ColorType::RGB(8 | 16) => darker_of_rgb(bytes.as_chunks::<3>().0),
        ColorType::RGBA(8 | 16) => bytes.chunks_exact(4).map(|p| darker([p[0], p[1], p[2]])).collect(),
        ColorType::YCbCr(8) => bytes.as_chunks::<3>().0.iter().map(|p| darker(rgb_of_ycbcr(*p))).collect(),
        ColorType::CMYK(8 | 16) => bytes.as_chunks::<4>().0.iter().map(|p| darker(rgb_of_cmyk(*p))).collect(),
        other => return Err(unknown(format!("TIFF colour type {other:?}"))),
    };
    frame(width, height, pixels)
}

/// Ink over ink on white paper.
fn rgb_of_cmyk([c, m, y, k]: [u8; 4]) -> [u8; 3] {
    [c, m, y].map(|ink| ((255 - u32::from(ink)) * (255 - u32::from(k)) / 255) as u8)
}

fn unknown(detail: impl Into<String>) -> Rejection {
    Rejection::new(RejectCode::UnknownFormat, detail)
}

/// A picture that the library cannot read need not be damaged.
fn fault(error: TiffError) -> Rejection {
    match error {
        TiffError::UnsupportedError(kind) => unknown(kind.to_string()),
        TiffError::LimitsExceeded => Rejection::new(RejectCode::PictureTooLarge, error.to_string()),
        error => damaged(error),
    }
}
