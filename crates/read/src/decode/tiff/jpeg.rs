//! Strips and tiles coded as JPEG (TIFF technical note 2), each a file of its own but for the tables that they share.
//!
//! The library decodes them as well, but passes over one that is cut off, and believes a strip that says it is larger than the picture.

use std::borrow::Cow;

use phieu_model::rejection::Rejection;
use tiff::tags::Tag;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_jpeg::JpegDecoder;

use super::{Tiff, damaged, darker, fault, frame, places, rgb_of_cmyk, rgb_of_ycbcr, unknown};
use crate::decode::{check_size, jpeg_options};
use crate::frame::Frame;

/// Numbers of TIFF 6.0 and its technical note 2.
const JPEG: u32 = 7;
const IN_PLANES: u32 = 2;
const WHITE_IS_ZERO: u32 = 0;
const RGB: u32 = 2;
const CMYK: u32 = 5;
const YCBCR: u32 = 6;

/// The pixels of the picture that `decoder` stands at; `None` where it is not coded so.
pub fn picture(decoder: &mut Tiff, size: (usize, usize)) -> Option<Result<Frame, Rejection>> {
    let coding = decoder.find_tag_unsigned::<u32>(Tag::Compression).ok().flatten();
    (coding == Some(JPEG)).then(|| chunks(decoder, size))
}

fn chunks(decoder: &mut Tiff, (width, height): (usize, usize)) -> Result<Frame, Rejection> {
    if decoder.find_tag_unsigned::<u32>(Tag::PlanarConfiguration).map_err(fault)? == Some(IN_PLANES) {
        return Err(unknown("JPEG in planes"));
    }
    let interpretation = decoder.get_tag_u32(Tag::PhotometricInterpretation).map_err(fault)?;
    let tables = decoder.find_tag(Tag::JPEGTables).map_err(fault)?;
    let tables = tables.map(|tables| tables.into_u8_vec().map_err(fault)).transpose()?;
    let (offsets, lengths) = places(decoder)?;
    let (chunk_width, chunk_height) = decoder.chunk_dimensions();
    let (chunk_width, chunk_height) = (chunk_width as usize, (chunk_height as usize).min(height));
    if chunk_width == 0 || chunk_height == 0 {
        return Err(damaged("strips of no size"));
    }
    let (across, down) = (width.div_ceil(chunk_width), height.div_ceil(chunk_height));
    if offsets.len() < across * down || lengths.len() < across * down {
        return Err(damaged("the picture has fewer strips than its header says"));
    }
    let mut pixels = vec![0; width * height];
    for k in 0..across * down {
        let coded = decoder.inner().strip(offsets[k], lengths[k])?;
        let (left, top) = (k % across * chunk_width, k / across * chunk_height);
        let wanted = (chunk_width.min(width - left), chunk_height.min(height - top));
        let chunk = decoded(&coded, tables.as_deref(), interpretation, (chunk_width, chunk_height), wanted)?;
        for y in 0..wanted.1 {
            let row = &chunk.row(y)[..wanted.0];
            let from = (top + y) * width + left;
            pixels[from..from + wanted.0].copy_from_slice(row);
        }
    }
    frame(width, height, pixels)
}

/// A strip of at most this size, of which at least `wanted` must be there.
fn decoded(
    coded: &[u8],
    tables: Option<&[u8]>,
    interpretation: u32,
    most: (usize, usize),
    wanted: (usize, usize),
) -> Result<Frame, Rejection> {
    // The tables end, and the strip begins, with a mark of two bytes.
    let joined = match tables {
        Some(tables) if tables.len() > 4 && coded.len() > 2 => {
            Cow::Owned([&tables[..tables.len() - 2], &coded[2..]].concat())
        }
        _ => Cow::Borrowed(coded),
    };
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&joined), jpeg_options(ColorSpace::Luma));
    decoder.decode_headers().map_err(|e| damaged(format!("{e:?}")))?;
    let info = decoder.info().ok_or_else(|| damaged("no JPEG header"))?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    // Whole blocks may lie beyond the edge.
    check_size(width as u64, height as u64, (most.0 as u64 + 64) * (most.1 as u64 + 64))?;
    if width < wanted.0 || height < wanted.1 {
        return Err(damaged("a strip is smaller than its header says"));
    }
    // As they are stored: what they mean says the TIFF.
    let stored = decoder.input_colorspace().ok_or_else(|| damaged("no JPEG colours"))?;
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&joined), jpeg_options(stored));
    let values = decoder.decode().map_err(|e| damaged(format!("{e:?}")))?;
    let pixels = match (stored.num_components(), interpretation) {
        (1, WHITE_IS_ZERO) => values.iter().map(|v| 255 - v).collect(),
        (1, _) => values,
        (3, RGB) => values.as_chunks::<3>().0.iter().map(|p| darker(*p)).collect(),
        (3, YCBCR) => values.as_chunks::<3>().0.iter().map(|p| darker(rgb_of_ycbcr(*p))).collect(),
        (4, CMYK) => values.as_chunks::<4>().0.iter().map(|p| darker(rgb_of_cmyk(*p))).collect(),
        (values, other) => return Err(unknown(format!("JPEG of {values} values in a TIFF of kind {other}"))),
    };
    frame(width, height, pixels)
}
