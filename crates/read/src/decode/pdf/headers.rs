//! The size of a picture inside a PDF as its own data have it, which decides what its decoder allocates.

use hayro::hayro_syntax::Filter;
use hayro::hayro_syntax::object::dict::keys;
use hayro::hayro_syntax::object::{Array, Dict, Object, Stream};
use phieu_model::rejection::{RejectCode, Rejection};

use crate::decode::{check_size, damaged};

/// Tiles of a picture of JPEG 2000, each of which has tables of its own: what is scanned has one or some dozens.
const MAX_TILES: u64 = 4096;
/// Pixels of all regions of a JBIG2 page, for each pixel of the largest picture that is read.
const REGIONS: u64 = 4;

/// The picture's width and height as its dictionary has them, if it is not larger than is read.
pub fn size(dict: &Dict, max_pixels: u64) -> Result<(u64, u64), Rejection> {
    let side = |short: &[u8], long: &[u8]| {
        let side = dict.get::<u32>(short).or_else(|| dict.get::<u32>(long));
        side.map(u64::from).ok_or_else(|| damaged("a picture without its size"))
    };
    let (width, height) = (side(keys::W, keys::WIDTH)?, side(keys::H, keys::HEIGHT)?);
    check_size(width, height, max_pixels)?;
    Ok((width, height))
}

/// Bytes that the pixels of a picture take, one for each value.
pub fn pixels(filter: Filter, data: &[u8], dict: &Dict, max_pixels: u64) -> Result<u64, Rejection> {
    let (width, height) = size(dict, max_pixels)?;
    match filter {
        Filter::CcittFaxDecode => {
            let columns = columns(dict).unwrap_or(1728);
            check_size(columns, height, max_pixels)?;
            Ok(columns * height)
        }
        Filter::Jbig2Decode => {
            if let Some(shared) = shared_segments(dict) {
                // Its dictionaries are unpacked whenever the picture is.
                super::unpack::Allowance::new(super::unpack::MAX_STREAM_BYTES).take(&shared, max_pixels)?;
                check_segments(&shared.decoded_data().map_err(|_| damaged("shared segments"))?, max_pixels)?;
            }
            check_segments(data, max_pixels)
        }
        Filter::JpxDecode => check_codestreams(data, max_pixels),
        // The library reads a larger JPEG at the size in the dictionary.
        _ => Ok(4 * width * height),
    }
}

/// The parameters of the filter that gives the pixels, which is the last one.
fn parameters<'a>(dict: &Dict<'a>) -> Option<Dict<'a>> {
    let object = dict.get::<Object>(keys::DP).or_else(|| dict.get::<Object>(keys::DECODE_PARMS))?;
    match object {
        Object::Dict(dict) => Some(dict),
        Object::Array(array) => last(&array)?.into_dict(),
        _ => None,
    }
}

fn last<'a>(array: &Array<'a>) -> Option<Object<'a>> {
    array.iter::<Object>().last()
}

/// As the library reads it: of a number that is too large the lower 32 bits.
fn columns(dict: &Dict) -> Option<u64> {
    parameters(dict)?.get::<usize>(keys::COLUMNS).map(|columns| u64::from(columns as u32))
}

fn shared_segments<'a>(dict: &Dict<'a>) -> Option<Stream<'a>> {
    parameters(dict)?.get::<Stream>(keys::JBIG2_GLOBALS)
}

/// Goes along the headers of the segments (ITU-T T.88, 7.2) and adds up the pixels of all regions.
fn check_segments(data: &[u8], max_pixels: u64) -> Result<u64, Rejection> {
    let mut at = Bytes { data, at: 0 };
    let mut pixels = 0_u64;
    while at.at < data.len() {
        let segment = Segment::read(&mut at).ok_or_else(|| damaged("a segment of JBIG2 is cut off"))?;
        let mut body = Bytes { data: segment.body, at: 0 };
        let (width, height) = match segment.kind {
            // The page itself; an unknown height grows strip by strip, as far as the decoder lets it.
            48 => {
                (body.number(4), body.number(4).map(|height| if height == 0xffff_ffff { 1 } else { height }))
            }
            4 | 6 | 7 | 20 | 22 | 23 | 36 | 38 | 39 | 40 | 42 | 43 => (body.number(4), body.number(4)),
            16 => {
                let sides = body.number(1).and_then(|_| body.number(1).zip(body.number(1)));
                let count = body.number(4);
                (
                    sides.zip(count).map(|((width, _), last)| width * (last + 1)),
                    sides.map(|(_, height)| height),
                )
            }
            _ => continue,
        };
        let (width, height) = width.zip(height).ok_or_else(|| damaged("a segment of JBIG2 is cut off"))?;
        check_size(width, height, max_pixels)?;
        pixels += width * height;
        if pixels > REGIONS * max_pixels {
            return Err(too_many(format!("regions of JBIG2 of {pixels} pixels together")));
        }
    }
    Ok(pixels)
}

struct Segment<'d> {
    kind: u8,
    body: &'d [u8],
}

impl<'d> Segment<'d> {
    fn read(at: &mut Bytes<'d>) -> Option<Self> {
        let number = at.number(4)?;
        let flags = at.number(1)?;
        let mut referred = at.number(1)? >> 5;
        if referred == 7 {
            at.at -= 1;
            referred = at.number(4)? & 0x1fff_ffff;
            at.skip((referred + 1).div_ceil(8))?;
        }
        let bytes_each = match number {
            0..=256 => 1,
            257..=65_536 => 2,
            _ => 4,
        };
        at.skip(referred * bytes_each)?;
        at.skip(if flags & 0x40 == 0 { 1 } else { 4 })?;
        // A length that is not known is not followed: it could hide what comes after.
        let length = at.number(4).filter(|length| *length != 0xffff_ffff)?;
        let from = at.at;
        at.skip(length)?;
        Some(Self { kind: flags as u8 & 0x3f, body: &at.data[from..at.at] })
    }
}

/// A place in some bytes.
struct Bytes<'d> {
    data: &'d [u8],
    at: usize,
}

impl Bytes<'_> {
    /// The next bytes as a number, the highest first.
    fn number(&mut self, bytes: usize) -> Option<u64> {
        let read = self.data.get(self.at..self.at.checked_add(bytes)?)?;
        self.at += bytes;
        Some(read.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn skip(&mut self, bytes: u64) -> Option<()> {
        let to = self.at.checked_add(usize::try_from(bytes).ok()?)?;
        (to <= self.data.len()).then(|| self.at = to)
    }
}

/// Looks at every place in the data where a codestream of JPEG 2000 could begin (ISO 15444-1, A.5.1).
fn check_codestreams(data: &[u8], max_pixels: u64) -> Result<u64, Rejection> {
    const START: [u8; 4] = [0xff, 0x4f, 0xff, 0x51];
    let mut most = 0;
    for from in data.windows(START.len()).enumerate().filter(|(_, four)| **four == START).map(|(at, _)| at) {
        let mut at = Bytes { data, at: from + 8 };
        let mut number = || at.number(4).ok_or_else(|| damaged("a picture of JPEG 2000 is cut off"));
        let [right, bottom, left, top] = [number()?, number()?, number()?, number()?];
        let [tile_width, tile_height] = [number()?, number()?];
        let [tiles_left, tiles_top] = [number()?, number()?];
        let components = at.number(2).ok_or_else(|| damaged("a picture of JPEG 2000 is cut off"))?;
        let (width, height) = (right.saturating_sub(left), bottom.saturating_sub(top));
        check_size(width, height, max_pixels)?;
        let along = |end: u64, start: u64, tile: u64| end.saturating_sub(start).div_ceil(tile.max(1));
        let tiles = along(right, tiles_left, tile_width) * along(bottom, tiles_top, tile_height);
        if tiles > MAX_TILES || components > 5 {
            return Err(too_many(format!("{tiles} tiles of {components} components")));
        }
        most = most.max(width * height * components);
    }
    Ok(most)
}

fn too_many(detail: String) -> Rejection {
    Rejection::new(RejectCode::PictureTooLarge, detail)
}
