//! How much the streams of a PDF unpack to, found out before anything unpacks them for good.
//!
//! A few kilobytes of a stream can stand for gigabytes, and the library that reads PDF files unpacks a stream whole. So each is
//! first unpacked here into a counter that stops at a limit.

use std::borrow::Cow;
use std::io::{self, Read, Write};

use flate2::read::{DeflateDecoder, ZlibDecoder};
use hayro::hayro_syntax::Filter;
use hayro::hayro_syntax::object::dict::keys;
use hayro::hayro_syntax::object::{Dict, Object, Stream};
use phieu_model::rejection::{RejectCode, Rejection};

use super::headers;
use crate::decode::damaged;

/// Bytes that a single stream may unpack to. The largest picture that is read, of 70 million pixels, has 210 million in colour.
pub const MAX_STREAM_BYTES: u64 = 256 << 20;

/// Bytes that may still be unpacked.
pub struct Allowance {
    left: u64,
}

impl Allowance {
    /// Room for so many bytes.
    pub fn new(bytes: u64) -> Self {
        Self { left: bytes }
    }

    /// Takes off what the stream unpacks to.
    ///
    /// # Errors
    /// When that is more than is left or than one stream may, it cannot be unpacked, or it is a picture of more than
    /// `max_pixels`.
    pub fn take(&mut self, stream: &Stream, max_pixels: u64) -> Result<u64, Rejection> {
        let most = self.left.min(MAX_STREAM_BYTES);
        check_rows(stream)?;
        let filters = stream.filters();
        let mut data = stream.raw_data();
        for (i, filter) in filters.iter().enumerate() {
            let is_last = i + 1 == filters.len();
            let packed = match filter {
                Filter::AsciiHexDecode | Filter::Ascii85Decode | Filter::Crypt => true,
                Filter::FlateDecode => filters[i + 1..].iter().all(is_of_pictures),
                Filter::LzwDecode | Filter::RunLengthDecode => is_last,
                Filter::CcittFaxDecode | Filter::Jbig2Decode | Filter::DctDecode | Filter::JpxDecode => {
                    is_last
                }
            };
            if !packed {
                return Err(damaged("a stream is packed several times over"));
            }
            let unpacked = match filter {
                Filter::Crypt => continue,
                Filter::AsciiHexDecode => Unpacked::Known(of_hex(&data)),
                Filter::Ascii85Decode => Unpacked::Known(of_base_85(&data)),
                Filter::RunLengthDecode => Unpacked::Counted(count_runs(&data)),
                // The two ways of growing the codes unpack differently; the longer one counts.
                Filter::LzwDecode => Unpacked::Counted(
                    [false, true].map(|early| count_lzw(&data, early, most)).into_iter().max().unwrap_or(0),
                ),
                Filter::FlateDecode if is_last => Unpacked::Counted(inflate(&data, most, io::sink)?.0),
                Filter::FlateDecode => Unpacked::Known(inflate(&data, most, Vec::new)?.1),
                Filter::CcittFaxDecode | Filter::Jbig2Decode | Filter::DctDecode | Filter::JpxDecode => {
                    Unpacked::Counted(headers::pixels(*filter, &data, stream.dict(), max_pixels)?)
                }
            };
            data = match unpacked {
                Unpacked::Known(bytes) if bytes.len() as u64 <= most => Cow::Owned(bytes),
                Unpacked::Counted(bytes) if bytes <= most => return Ok(self.spend(bytes)),
                _ => return Err(too_long(most)),
            };
        }
        let bytes = data.len() as u64;
        if bytes > most {
            return Err(too_long(most));
        }
        Ok(self.spend(bytes))
    }

    /// Takes off so many bytes.
    pub fn take_bytes(&mut self, bytes: u64) -> Result<(), Rejection> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| too_long(self.left))?;
        Ok(())
    }

    fn spend(&mut self, bytes: u64) -> u64 {
        self.left -= bytes;
        bytes
    }
}

/// Refuses rows beyond all measure: what is foretold from the row above is put together in one that is held whole.
pub fn check_rows(stream: &Stream) -> Result<(), Rejection> {
    let dict = stream.dict();
    let check = |parameters: &Dict| {
        let number = |key: &[u8], usual: u8| u64::from(parameters.get::<u8>(key).unwrap_or(usual));
        let columns = parameters.get::<usize>(keys::COLUMNS).unwrap_or(1) as u64;
        let bits = number(keys::COLORS, 1) * number(keys::BITS_PER_COMPONENT, 8);
        let bytes = columns.saturating_mul(bits) / 8;
        if bytes > MAX_STREAM_BYTES { Err(too_long(MAX_STREAM_BYTES)) } else { Ok(()) }
    };
    for key in [keys::DP, keys::DECODE_PARMS] {
        match dict.get::<Object>(key) {
            Some(Object::Dict(parameters)) => check(&parameters)?,
            Some(Object::Array(all)) => {
                all.iter::<Object>().filter_map(Object::into_dict).try_for_each(|p| check(&p))?
            }
            _ => {}
        }
    }
    Ok(())
}

enum Unpacked {
    Known(Vec<u8>),
    Counted(u64),
}

/// Whether a filter gives pixels.
fn is_of_pictures(filter: &Filter) -> bool {
    matches!(filter, Filter::CcittFaxDecode | Filter::Jbig2Decode | Filter::DctDecode | Filter::JpxDecode)
}

fn too_long(most: u64) -> Rejection {
    Rejection::new(RejectCode::PictureTooLarge, format!("a stream unpacks to more than {most} bytes"))
}

/// Bytes that data packed by Flate unpack to, whether or not they go on after their end.
pub fn count_flate(data: &[u8], most: u64) -> Result<u64, Rejection> {
    let bytes = inflate(data, most, io::sink)?.0;
    if bytes > most { Err(too_long(most)) } else { Ok(bytes) }
}

/// Unpacks into what `start` gives; returns how many bytes and where they went.
fn inflate<W: Write>(data: &[u8], most: u64, start: impl Fn() -> W) -> Result<(u64, W), Rejection> {
    let into = |packed: &mut dyn Read| {
        let mut out = start();
        io::copy(&mut packed.take(most + 1), &mut out).map(|bytes| (bytes, out))
    };
    into(&mut ZlibDecoder::new(data))
        .or_else(|_| into(&mut DeflateDecoder::new(data)))
        .map_err(|_| damaged("a stream cannot be unpacked"))
}

fn of_hex(data: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = data
        .iter()
        .take_while(|byte| **byte != b'>')
        .filter_map(|byte| char::from(*byte).to_digit(16).map(|digit| digit as u8))
        .collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0)).collect()
}

fn of_base_85(data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut value, mut digits) = (0_u32, 0);
    for byte in data.strip_prefix(b"<~").unwrap_or(data) {
        match byte {
            b'~' => break,
            b'z' if digits == 0 => bytes.extend([0; 4]),
            b'!'..=b'u' => {
                value = value.wrapping_mul(85).wrapping_add(u32::from(byte - b'!'));
                digits += 1;
                if digits == 5 {
                    bytes.extend(value.to_be_bytes());
                    (value, digits) = (0, 0);
                }
            }
            _ => {}
        }
    }
    if digits > 1 {
        let last = (digits..5).fold(value, |value, _| value.wrapping_mul(85).wrapping_add(84));
        bytes.extend(&last.to_be_bytes()[..digits - 1]);
    }
    bytes
}

fn count_runs(data: &[u8]) -> u64 {
    let (mut bytes, mut at) = (0, 0);
    while let Some(length) = data.get(at) {
        match length {
            128 => break,
            0..128 => {
                bytes += u64::from(*length) + 1;
                at += usize::from(*length) + 2;
            }
            _ => {
                bytes += 257 - u64::from(*length);
                at += 2;
            }
        }
    }
    bytes
}

/// Length of what a stream of LZW unpacks to, up to its first fault: the lengths of the entries are all that is kept.
fn count_lzw(data: &[u8], early: bool, most: u64) -> u64 {
    const CLEAR: usize = 256;
    const END: usize = 257;
    let mut lengths: Vec<u32> = vec![1; 258];
    let (mut bits, mut held) = (0_u64, 0_u32);
    let mut previous: Option<usize> = None;
    let (mut bytes, mut input) = (0_u64, data.iter());
    while bytes <= most {
        let width = match lengths.len() + usize::from(early) {
            2048.. => 12,
            1024.. => 11,
            512.. => 10,
            _ => 9,
        };
        while held < width {
            let Some(byte) = input.next() else { return bytes };
            bits = bits << 8 | u64::from(*byte);
            held += 8;
        }
        held -= width;
        let code = (bits >> held) as usize & ((1 << width) - 1);
        match code {
            END => break,
            CLEAR => {
                lengths.truncate(258);
                previous = None;
                continue;
            }
            _ if code > lengths.len() => break,
            _ => {}
        }
        let grown = previous.map(|previous| lengths[previous] + 1);
        if let Some(length) = grown
            && lengths.len() < 4096
        {
            lengths.push(length);
        }
        let Some(length) = lengths.get(code) else { break };
        bytes += u64::from(*length);
        previous = Some(code);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_what_comes_out() {
        let text: Vec<u8> = (0..40_000_u32).map(|i| (i / 7 % 5 * 40) as u8).collect();
        for early in [false, true] {
            let mut encoder = if early {
                weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8)
            } else {
                weezl::encode::Encoder::new(weezl::BitOrder::Msb, 8)
            };
            let packed = encoder.encode(&text).unwrap();
            assert_eq!(count_lzw(&packed, early, u64::MAX), text.len() as u64, "early change: {early}");
            assert!(count_lzw(&packed, early, 100) > 100, "stops soon after the limit");
        }
        assert_eq!(count_runs(&[4, 10, 11, 12, 13, 14, 253, 3, 128, 9]), 9);
        assert_eq!(of_base_85(b"<~87cURD]i,\"Ebo80~>"), b"Hello World!");
        assert_eq!(of_base_85(b"87cURz~>"), b"Hell\0\0\0\0");
        assert_eq!(of_hex(b"48 65 6c6C 6f7>"), b"Hellop");
    }
}
