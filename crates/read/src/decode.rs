//! A file's bytes to grey frames, by content and never by name.

use std::io::Cursor;

use image::ImageDecoder;
use phieu_model::rejection::{RejectCode, Rejection};
use tiff::ColorType as TiffColor;
use tiff::decoder::{Decoder as TiffDecoder, DecodingResult, Limits as TiffLimits};
use tiff::tags::{PhotometricInterpretation, Tag};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use crate::frame::Frame;

/// Pages of one file that are read at most; a longer file is a fault or an attack.
const MAX_PAGES: u32 = 2_000;

/// Gives each page of the file to `page`, in order, counted from 0. A page that
/// cannot be decoded is given as a rejection; there is always at least one page.
pub fn decode(bytes: &[u8], max_pixels: u64, page: &mut dyn FnMut(u32, Result<Frame, Rejection>)) {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => page(0, jpeg(bytes, max_pixels)),
        [0x89, b'P', b'N', b'G', ..] => page(0, png(bytes, max_pixels)),
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => tiff(bytes, max_pixels, page),
        [] => page(0, Err(Rejection::new(RejectCode::FileDamaged, "the file is empty"))),
        _ => page(0, Err(Rejection::new(RejectCode::UnknownFormat, "neither JPEG nor PNG nor TIFF"))),
    }
}

fn damaged(error: impl std::fmt::Display) -> Rejection {
    Rejection::new(RejectCode::FileDamaged, error.to_string())
}

fn check_size(width: u64, height: u64, max_pixels: u64) -> Result<(), Rejection> {
    if width.saturating_mul(height) > max_pixels {
        return Err(Rejection::new(
            RejectCode::PictureTooLarge,
            format!("{width} × {height} pixels, at most {max_pixels} are read"),
        ));
    }
    Ok(())
}

fn frame(width: usize, height: usize, pixels: Vec<u8>) -> Result<Frame, Rejection> {
    Frame::new(width, height, pixels)
        .ok_or_else(|| damaged("the picture has fewer pixels than its header says"))
}

fn jpeg(bytes: &[u8], max_pixels: u64) -> Result<Frame, Rejection> {
    // Strict: a file cut off in the middle is an error, not a page that ends grey.
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(1 << 16)
        .set_max_height(1 << 16)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|e| damaged(format!("{e:?}")))?;
    let info = decoder.info().ok_or_else(|| damaged("no JPEG header"))?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    check_size(width as u64, height as u64, max_pixels)?;
    // The decoder makes grey only of grey and of luma-chroma pictures.
    let grey_possible = matches!(decoder.input_colorspace(), Some(ColorSpace::Luma | ColorSpace::YCbCr));
    if grey_possible {
        let pixels = decoder.decode().map_err(|e| damaged(format!("{e:?}")))?;
        return frame(width, height, pixels);
    }
    let mut decoder =
        JpegDecoder::new_with_options(ZCursor::new(bytes), options.jpeg_set_out_colorspace(ColorSpace::RGB));
    let rgb = decoder.decode().map_err(|e| damaged(format!("{e:?}")))?;
    frame(width, height, luma_of_rgb(rgb.as_chunks::<3>().0))
}

fn luma_of_rgb(pixels: &[[u8; 3]]) -> Vec<u8> {
    pixels.iter().map(|p| luma(*p)).collect()
}

/// Rec. 601 luma, as JPEG has it.
fn luma([r, g, b]: [u8; 3]) -> u8 {
    ((u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114 + 500) / 1000) as u8
}

fn png(bytes: &[u8], max_pixels: u64) -> Result<Frame, Rejection> {
    let mut decoder = image::codecs::png::PngDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    check_size(width.into(), height.into(), max_pixels)?;
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(max_pixels * 8);
    decoder.set_limits(limits).map_err(damaged)?;
    let picture = image::DynamicImage::from_decoder(decoder).map_err(damaged)?;
    // Where nothing was drawn there is white paper, not black.
    let pixels = if picture.color().has_alpha() {
        picture
            .to_luma_alpha8()
            .pixels()
            .map(|p| {
                let alpha = u32::from(p.0[1]);
                ((u32::from(p.0[0]) * alpha + 255 * (255 - alpha)) / 255) as u8
            })
            .collect()
    } else {
        picture.into_luma8().into_raw()
    };
    frame(width as usize, height as usize, pixels)
}

fn tiff(bytes: &[u8], max_pixels: u64, page: &mut dyn FnMut(u32, Result<Frame, Rejection>)) {
    let mut limits = TiffLimits::default();
    limits.decoding_buffer_size = usize::try_from(max_pixels * 4).unwrap_or(usize::MAX);
    limits.intermediate_buffer_size = limits.decoding_buffer_size;
    let mut decoder = match TiffDecoder::new(Cursor::new(bytes)) {
        Ok(decoder) => decoder.with_limits(limits),
        Err(error) => return page(0, Err(damaged(error))),
    };
    for index in 0..MAX_PAGES {
        page(index, tiff_page(&mut decoder, max_pixels));
        if !decoder.more_images() {
            return;
        }
        if let Err(error) = decoder.next_image() {
            return page(index + 1, Err(damaged(error)));
        }
    }
    page(
        MAX_PAGES,
        Err(Rejection::new(RejectCode::PictureTooLarge, format!("more than {MAX_PAGES} pages in one file"))),
    );
}

fn tiff_page(decoder: &mut TiffDecoder<Cursor<&[u8]>>, max_pixels: u64) -> Result<Frame, Rejection> {
    let (width, height) = decoder.dimensions().map_err(damaged)?;
    check_size(width.into(), height.into(), max_pixels)?;
    let color = decoder.colortype().map_err(damaged)?;
    let white_is_zero = decoder
        .find_tag_unsigned::<u16>(Tag::PhotometricInterpretation)
        .map_err(damaged)?
        .and_then(PhotometricInterpretation::from_u16)
        == Some(PhotometricInterpretation::WhiteIsZero);
    let samples = decoder.read_image().map_err(damaged)?;
    let (width, height) = (width as usize, height as usize);
    let bytes = match samples {
        DecodingResult::U8(bytes) => bytes,
        DecodingResult::U16(words) => words.iter().map(|w| (w >> 8) as u8).collect(),
        _ => return Err(Rejection::new(RejectCode::UnknownFormat, "TIFF samples are neither 8 nor 16 bits")),
    };
    let mut pixels = match color {
        TiffColor::Gray(bits @ (1 | 2 | 4)) => unpacked(&bytes, width, height, usize::from(bits))?,
        TiffColor::Gray(8 | 16) => bytes,
        TiffColor::GrayA(8 | 16) => bytes.chunks_exact(2).map(|p| p[0]).collect(),
        TiffColor::RGB(8 | 16) => luma_of_rgb(bytes.as_chunks::<3>().0),
        TiffColor::RGBA(8 | 16) => bytes.chunks_exact(4).map(|p| luma([p[0], p[1], p[2]])).collect(),
        TiffColor::YCbCr(8) => bytes.chunks_exact(3).map(|p| p[0]).collect(),
        TiffColor::CMYK(8 | 16) => bytes
            .chunks_exact(4)
            .map(|p| {
                let ink = |c: u8| ((255 - u32::from(c)) * (255 - u32::from(p[3])) / 255) as u8;
                luma([ink(p[0]), ink(p[1]), ink(p[2])])
            })
            .collect(),
        other => {
            return Err(Rejection::new(RejectCode::UnknownFormat, format!("TIFF colour type {other:?}")));
        }
    };
    // The decoder turns 8-bit pictures the right way round itself, packed ones not.
    if white_is_zero && matches!(color, TiffColor::Gray(1 | 2 | 4)) {
        pixels.iter_mut().for_each(|p| *p = 255 - *p);
    }
    frame(width, height, pixels)
}

/// Packed pixels of `bits` bits, rows padded to whole bytes, spread to 0–255.
fn unpacked(bytes: &[u8], width: usize, height: usize, bits: usize) -> Result<Vec<u8>, Rejection> {
    let stride = (width * bits).div_ceil(8);
    if bytes.len() < stride * height {
        return Err(damaged("the picture has fewer pixels than its header says"));
    }
    let top = (1_u16 << bits) - 1;
    let mut pixels = Vec::with_capacity(width * height);
    for row in bytes.chunks_exact(stride).take(height) {
        pixels.extend((0..width).map(|x| {
            let bit = x * bits;
            let value = u16::from(row[bit / 8]) >> (8 - bits - bit % 8) & top;
            (value * 255 / top) as u8
        }));
    }
    Ok(pixels)
}
