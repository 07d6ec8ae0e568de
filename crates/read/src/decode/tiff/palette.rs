//! Pictures whose samples are numbers of colours in a palette, which the library leaves to others (TIFF 6.0, section 5).

use phieu_model::rejection::Rejection;
use tiff::ColorType;
use tiff::tags::{ByteOrder, Tag, Type};

use super::{Tiff, damaged, darker, fault, frame, is_big, samples, unknown};
use crate::frame::Frame;

const PALETTE: u32 = 3;
const BLACK_IS_ZERO: u8 = 1;

/// Brightness of each colour of the picture's palette; `None` where it has none.
pub fn brightness(decoder: &mut Tiff) -> Result<Option<Vec<u8>>, Rejection> {
    if decoder.find_tag_unsigned::<u32>(Tag::PhotometricInterpretation).map_err(fault)? != Some(PALETTE) {
        return Ok(None);
    }
    let map = decoder.get_tag_u16_vec(Tag::ColorMap).map_err(fault)?;
    let bits = decoder.get_tag_u32(Tag::BitsPerSample).map_err(fault)?;
    let colors = 1_usize.checked_shl(bits).unwrap_or(0);
    if bits > 16 || map.len() != 3 * colors {
        return Err(damaged(format!("a palette of {} values for {bits} bits", map.len())));
    }
    // All reds, then all greens, then all blues. Some programs write values of 8 bits.
    let shift = if map.iter().all(|value| *value < 256) { 0 } else { 8 };
    let value = |part: usize, color: usize| (map[part * colors + color] >> shift) as u8;
    Ok(Some((0..colors).map(|color| darker([0, 1, 2].map(|part| value(part, color)))).collect()))
}

/// The picture in the brightness of its colours.
pub fn picture(
    decoder: &mut Tiff,
    index: usize,
    brightness: &[u8],
    (width, height): (usize, usize),
) -> Result<Frame, Rejection> {
    call_it_grey(decoder, index)?;
    let color = decoder.colortype().map_err(fault)?;
    let bytes = samples(decoder)?;
    let pixels = match color {
        ColorType::Gray(8) => bytes.iter().map(|number| brightness[usize::from(*number)]).collect(),
        ColorType::Gray(bits @ (1 | 2 | 4)) => {
            let bits = usize::from(bits);
            let stride = (width * bits).div_ceil(8);
            let mut pixels = Vec::with_capacity(width * height);
            for row in bytes.chunks_exact(stride).take(height) {
                pixels.extend((0..width).map(|x| {
                    let shift = 8 - bits - x * bits % 8;
                    brightness[usize::from(row[x * bits / 8] >> shift) & ((1 << bits) - 1)]
                }));
            }
            pixels
        }
        other => return Err(unknown(format!("TIFF palette of {other:?}"))),
    };
    frame(width, height, pixels)
}

/// Has the library read the numbers of the colours as shades of grey, which it does not change.
fn call_it_grey(decoder: &mut Tiff, index: usize) -> Result<(), Rejection> {
    let lacking = || damaged("a TIFF without a directory");
    let directory = decoder.ifd_pointer().ok_or_else(lacking)?.0;
    let is_big = is_big(decoder).map_err(damaged)?;
    decoder.goto_offset_u64(directory).map_err(damaged)?;
    let (count, first, entry_bytes, value_from) = if is_big {
        (decoder.read_long8().map_err(damaged)?, directory + 8, 20, 12)
    } else {
        (decoder.read_short().map_err(damaged)?.into(), directory + 2, 12, 8)
    };
    for entry in (0..count).map_while(|k| first.checked_add(k * entry_bytes)) {
        decoder.goto_offset_u64(entry).map_err(damaged)?;
        if decoder.read_short().map_err(damaged)? == Tag::PhotometricInterpretation.to_u16() {
            let is_short = decoder.read_short().map_err(damaged)? == Type::SHORT.to_u16();
            let value = match (decoder.byte_order(), is_short) {
                (ByteOrder::LittleEndian, _) => &[BLACK_IS_ZERO, 0][..],
                (ByteOrder::BigEndian, true) => &[0, BLACK_IS_ZERO],
                (ByteOrder::BigEndian, false) => &[0, 0, 0, BLACK_IS_ZERO],
            };
            decoder.inner().cover(entry + value_from, value);
            return decoder.seek_to_image(index).map_err(fault);
        }
    }
    Err(lacking())
}
