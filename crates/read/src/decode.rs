//! A file's bytes to grey frames, by content and never by name.

use std::io::Cursor;

use image::ImageDecoder;
use image::codecs::bmp::BmpDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use phieu_model::rejection::{RejectCode, Rejection};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use crate::frame::Frame;
use format::Format;
pub(crate) use held::Held;
use pdf::Opened;
use tiff::Bytes;

mod fax;
mod format;
#[cfg(test)]
mod formats;
mod held;
mod pdf;
mod pieces;
mod resolution;
mod tiff;

/// Pages of one file that are read at most; a longer file is a fault or an attack.
const MAX_PAGES: u32 = 2_000;

/// A file that gives its pages in any order, each decoded when it is asked for.
pub struct Document {
    content: Content,
    pages: u32,
}

enum Content {
    Jpeg(Vec<u8>),
    Png(Vec<u8>),
    Bmp(Vec<u8>),
    WebP(Vec<u8>),
    Tiff(tiff::Opened),
    /// After its pages comes, as one that is refused, what may have been lost of it.
    Pdf(Opened, Option<Rejection>),
    /// No page can be had.
    Refused(Rejection),
}

impl Document {
    /// The file with this content. Where it cannot be opened it has one page, which is refused.
    pub fn open(bytes: Vec<u8>) -> Self {
        Self::of(Held::Whole(bytes))
    }

    /// The file that is held.
    pub(crate) fn of(held: Held) -> Self {
        let one = |content| Self { content, pages: 1 };
        let refused = |code, detail| Self::refused(Rejection::new(code, detail));
        let bytes = match held {
            Held::Whole(bytes) => bytes,
            Held::Long(file) => return Self::pdf(Opened::long(file)),
            Held::Pieces(pieces) => return Self::tiff(Bytes::Pieces(pieces)),
        };
        match Format::of(&bytes) {
            Some(Format::Jpeg) => one(Content::Jpeg(bytes)),
            Some(Format::Png) => one(Content::Png(bytes)),
            Some(Format::Bmp) => one(Content::Bmp(bytes)),
            Some(Format::WebP) => one(Content::WebP(bytes)),
            Some(Format::Tiff) => Self::tiff(Bytes::Held(bytes)),
            Some(Format::Pdf) => Self::pdf(Opened::whole(bytes)),
            None if bytes.is_empty() => refused(RejectCode::FileDamaged, "the file is empty"),
            None => {
                refused(RejectCode::UnknownFormat, "neither JPEG nor PNG nor TIFF nor PDF nor BMP nor WebP")
            }
        }
    }

    fn tiff(bytes: Bytes) -> Self {
        match tiff::Opened::open(bytes) {
            Ok(tiff) => Self { pages: tiff.pages(), content: Content::Tiff(tiff) },
            Err(rejection) => Self::refused(rejection),
        }
    }

    fn pdf(opened: Result<(Opened, Option<Rejection>), Rejection>) -> Self {
        match opened {
            Ok((pdf, lost)) => {
                let pages = pdf.pages() + usize::from(lost.is_some());
                Self { pages: (pages as u32).min(MAX_PAGES + 1), content: Content::Pdf(pdf, lost) }
            }
            Err(rejection) => Self::refused(rejection),
        }
    }

    /// What stands for a file that cannot be opened for this reason.
    pub fn refused(rejection: Rejection) -> Self {
        Self { content: Content::Refused(rejection), pages: 1 }
    }

    /// Number of its pages, at least 1.
    pub fn pages(&self) -> u32 {
        self.pages
    }

    /// Page `index`, from 0.
    ///
    /// # Errors
    /// When the file lacks it, it cannot be decoded, or it has more than `max_pixels`.
    pub fn page(&self, index: u32, max_pixels: u64) -> Result<Frame, Rejection> {
        if index >= MAX_PAGES {
            let detail = format!("more than {MAX_PAGES} pages in one file");
            return Err(Rejection::new(RejectCode::PictureTooLarge, detail));
        }
        if index >= self.pages {
            return Err(damaged(format!("the file has {} pages", self.pages)));
        }
        match &self.content {
            Content::Jpeg(bytes) => {
                jpeg(bytes, max_pixels).map(|frame| resolution::told(frame, resolution::of_jpeg(bytes)))
            }
            Content::Png(bytes) => PngDecoder::new(Cursor::new(bytes))
                .map_err(damaged)
                .and_then(|decoder| by_library(decoder, max_pixels))
                .map(|frame| resolution::told(frame, resolution::of_png(bytes))),
            Content::Bmp(bytes) => BmpDecoder::new(Cursor::new(bytes))
                .map_err(damaged)
                .and_then(|decoder| by_library(decoder, max_pixels)),
            Content::WebP(bytes) => WebPDecoder::new(Cursor::new(bytes))
                .map_err(damaged)
                .and_then(|decoder| by_library(decoder, max_pixels)),
            Content::Tiff(tiff) => tiff.page(index as usize, max_pixels),
            Content::Pdf(pdf, lost) => match lost {
                Some(lost) if index as usize == pdf.pages() => Err(lost.clone()),
                _ => pdf.page(index as usize, max_pixels),
            },
            Content::Refused(rejection) => Err(rejection.clone()),
        }
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
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), jpeg_options(ColorSpace::Luma));
    decoder.decode_headers().map_err(|e| damaged(format!("{e:?}")))?;
    let info = decoder.info().ok_or_else(|| damaged("no JPEG header"))?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    check_size(width as u64, height as u64, max_pixels)?;
    if decoder.input_colorspace() == Some(ColorSpace::Luma) {
        let pixels = decoder.decode().map_err(|e| damaged(format!("{e:?}")))?;
        return frame(width, height, pixels);
    }
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), jpeg_options(ColorSpace::RGB));
    let rgb = decoder.decode().map_err(|e| damaged(format!("{e:?}")))?;
    frame(width, height, darker_of_rgb(rgb.as_chunks::<3>().0))
}

/// Strict: a file cut off in the middle is an error, not a page that ends grey.
fn jpeg_options(out: ColorSpace) -> DecoderOptions {
    DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(1 << 16)
        .set_max_height(1 << 16)
        .jpeg_set_out_colorspace(out)
}

fn darker_of_rgb(pixels: &[[u8; 3]]) -> Vec<u8> {
    pixels.iter().map(|p| darker(*p)).collect()
}

/// A pixel as the darker of its red and its green: a weak stroke of a blue or red pen is hardly darker than paper by
/// its luma, and yet takes half of the red or of the green light. Toner and pencil are grey; coffee and old paper
/// take blue light most.
fn darker([r, g, _]: [u8; 3]) -> u8 {
    r.min(g)
}

/// Full-range YCbCr of Rec. 601, as TIFF 6.0 (section 21) has it by default.
fn rgb_of_ycbcr([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    let (y, cb, cr) = (f32::from(y), f32::from(cb) - 128.0, f32::from(cr) - 128.0);
    [y + 1.402 * cr, y - 0.344_14 * cb - 0.714_14 * cr, y + 1.772 * cb].map(|v| v.round() as u8)
}

/// A PNG, BMP or WebP.
fn by_library(mut decoder: impl ImageDecoder, max_pixels: u64) -> Result<Frame, Rejection> {
    let (width, height) = decoder.dimensions();
    check_size(width.into(), height.into(), max_pixels)?;
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(max_pixels * 8);
    decoder.set_limits(limits).map_err(damaged)?;
    let picture = image::DynamicImage::from_decoder(decoder).map_err(damaged)?;
    // Where nothing was drawn there is white paper, not black.
    let pixels = if picture.color().has_alpha() {
        picture
            .to_rgba8()
            .pixels()
            .map(|p| {
                let [r, g, b, alpha] = p.0;
                let alpha = u32::from(alpha);
                ((u32::from(darker([r, g, b])) * alpha + 255 * (255 - alpha)) / 255) as u8
            })
            .collect()
    } else if picture.color().has_color() {
        darker_of_rgb(picture.into_rgb8().as_raw().as_chunks::<3>().0)
    } else {
        picture.into_luma8().into_raw()
    };
    frame(width as usize, height as usize, pixels)
}

/// The eight pixels of each byte of a picture of one bit a pixel, the first in the highest bit.
static EIGHT_PIXELS: [[u8; 8]; 256] = {
    let mut pixels = [[0; 8]; 256];
    let mut i = 0;
    while i < 256 * 8 {
        pixels[i / 8][i % 8] = if (i / 8) >> (7 - i % 8) & 1 == 1 { 255 } else { 0 };
        i += 1;
    }
    pixels
};

/// Packed pixels of `bits` bits, rows padded to whole bytes, spread to 0–255.
fn unpacked(bytes: &[u8], width: usize, height: usize, bits: usize) -> Result<Vec<u8>, Rejection> {
    let stride = (width * bits).div_ceil(8);
    if bytes.len() < stride * height {
        return Err(damaged("the picture has fewer pixels than its header says"));
    }
    // The last byte of a row may spread beyond it before it is cut.
    let mut pixels = Vec::with_capacity(width * height + 8);
    if bits == 1 {
        for row in bytes.chunks_exact(stride).take(height) {
            let end = pixels.len() + width;
            row.iter().for_each(|byte| pixels.extend_from_slice(&EIGHT_PIXELS[usize::from(*byte)]));
            pixels.truncate(end);
        }
        return Ok(pixels);
    }
    let top = (1_u16 << bits) - 1;
    for row in bytes.chunks_exact(stride).take(height) {
        pixels.extend((0..width).map(|x| {
            let bit = x * bits;
            let value = u16::from(row[bit / 8]) >> (8 - bits - bit % 8) & top;
            (value * 255 / top) as u8
        }));
    }
    Ok(pixels)
}

#[cfg(test)]
mod tests {
    use ::tiff::encoder::{TiffEncoder, colortype};
    use image::{ExtendedColorType, ImageEncoder, ImageFormat};

    use super::*;

    const LIMIT: u64 = 1_000_000;

    fn decoded(bytes: &[u8]) -> Vec<Result<Frame, RejectCode>> {
        let mut pages = Vec::new();
        let document = Document::open(bytes.to_vec());
        for index in 0..document.pages() {
            pages.push(document.page(index, LIMIT).map_err(|r| r.code));
        }
        pages
    }

    fn only_code(bytes: &[u8]) -> RejectCode {
        let mut pages = decoded(bytes);
        assert_eq!(pages.len(), 1);
        pages.remove(0).expect_err("must be refused")
    }

    /// A grey ramp of 64 × 32 pixels.
    fn ramp() -> Vec<u8> {
        (0..64 * 32).map(|i| (i % 64 * 4) as u8).collect()
    }

    fn ramp_jpeg() -> Vec<u8> {
        let mut bytes = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95)
            .write_image(&ramp(), 64, 32, ExtendedColorType::L8)
            .unwrap();
        bytes
    }

    fn ramp_png(color: ExtendedColorType, data: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        image::codecs::png::PngEncoder::new(&mut bytes).write_image(data, 64, 32, color).unwrap();
        bytes
    }

    /// A colour picture of 64 × 32 pixels.
    fn written(format: ImageFormat, rgb: &[u8]) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let picture = image::RgbImage::from_raw(64, 32, rgb.to_vec()).unwrap();
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn assert_ramp(frame: &Frame) {
        assert_eq!((frame.width(), frame.height()), (64, 32));
        for x in [3, 20, 60] {
            assert!((i32::from(frame.row(9)[x]) - x as i32 * 4).abs() < 8, "{} at {x}", frame.row(9)[x]);
        }
    }

    #[test]
    fn grey_and_colour_pictures_of_every_format_give_the_same_frame() {
        let rgb: Vec<u8> = ramp().iter().flat_map(|v| [*v, *v, *v]).collect();
        let mut color_jpeg = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut color_jpeg, 95)
            .write_image(&rgb, 64, 32, ExtendedColorType::Rgb8)
            .unwrap();
        let mut tiff = Cursor::new(Vec::new());
        TiffEncoder::new(&mut tiff).unwrap().write_image::<colortype::RGB8>(64, 32, &rgb).unwrap();
        for bytes in [
            ramp_jpeg(),
            color_jpeg,
            ramp_png(ExtendedColorType::L8, &ramp()),
            ramp_png(ExtendedColorType::Rgb8, &rgb),
            written(ImageFormat::Bmp, &rgb),
            written(ImageFormat::WebP, &rgb),
            tiff.into_inner(),
        ] {
            let pages = decoded(&bytes);
            assert_eq!(pages.len(), 1);
            assert_ramp(pages[0].as_ref().unwrap());
        }
    }

    #[test]
    fn weak_strokes_of_coloured_pens_are_dark_and_yellow_paper_is_light() {
        let pixels = [[150, 180, 230], [240, 130, 140], [250, 245, 180], [90, 90, 90]];
        let rgb: Vec<u8> = (0..64 * 32).flat_map(|i| pixels[i % 4]).collect();
        let pages = decoded(&ramp_png(ExtendedColorType::Rgb8, &rgb));
        assert_eq!(pages[0].as_ref().unwrap().row(3)[..4], [150, 130, 245, 90]);
        // The same blue and yellow as luma and chroma.
        assert!(darker(rgb_of_ycbcr([177, 158, 109])).abs_diff(150) <= 1);
        assert!(darker(rgb_of_ycbcr([239, 95, 136])).abs_diff(244) <= 2);
    }

    #[test]
    fn transparent_png_pixels_are_white_paper() {
        let data: Vec<u8> = (0..64 * 32).flat_map(|_| [0, 0]).collect();
        let pages = decoded(&ramp_png(ExtendedColorType::La8, &data));
        assert_eq!(pages[0].as_ref().unwrap().row(0)[0], 255);
    }

    #[test]
    fn every_page_of_a_tiff_is_given() {
        let mut file = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut file).unwrap();
        encoder.write_image::<colortype::Gray8>(64, 32, &ramp()).unwrap();
        encoder.write_image::<colortype::Gray8>(64, 32, &ramp()).unwrap();
        encoder
            .write_image::<colortype::Gray16>(
                64,
                32,
                &ramp().iter().map(|v| u16::from(*v) << 8).collect::<Vec<_>>(),
            )
            .unwrap();
        let pages = decoded(&file.into_inner());
        assert_eq!(pages.len(), 3);
        pages.iter().for_each(|page| assert_ramp(page.as_ref().unwrap()));
    }

    /// A one-strip bilevel TIFF by hand: 16 × 2 pixels, the left half black.
    fn bilevel_tiff(photometric: u16, rows: [u8; 4]) -> Vec<u8> {
        let mut bytes = vec![b'I', b'I', 42, 0, 12, 0, 0, 0];
        bytes.extend(rows);
        let entries: [(u16, u16, u32); 9] = [
            (256, 3, 16),
            (257, 3, 2),
            (258, 3, 1),
            (259, 3, 1),
            (262, 3, photometric.into()),
            (273, 4, 8),
            (277, 3, 1),
            (278, 3, 2),
            (279, 4, 4),
        ];
        bytes.extend((entries.len() as u16).to_le_bytes());
        for (tag, kind, value) in entries {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(kind.to_le_bytes());
            bytes.extend(1_u32.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        bytes.extend(0_u32.to_le_bytes());
        bytes
    }

    #[test]
    fn a_tiff_of_a_kind_that_is_not_read_is_not_called_damaged() {
        const LAB: u16 = 8;
        assert_eq!(only_code(&bilevel_tiff(LAB, [0; 4])), RejectCode::UnknownFormat);
        const PALETTE: u16 = 3;
        assert_eq!(only_code(&bilevel_tiff(PALETTE, [0; 4])), RejectCode::FileDamaged, "without its colours");
    }

    #[test]
    fn bilevel_tiffs_come_out_alike_for_both_polarities() {
        for (photometric, rows) in [(0, [0xff, 0x00, 0xff, 0x00]), (1, [0x00, 0xff, 0x00, 0xff])] {
            let pages = decoded(&bilevel_tiff(photometric, rows));
            let frame = pages[0].as_ref().unwrap();
            assert_eq!(frame.row(1)[2], 0, "photometric {photometric}");
            assert_eq!(frame.row(1)[12], 255, "photometric {photometric}");
        }
    }

    #[test]
    fn a_jpeg_cut_off_anywhere_is_damaged_and_never_a_page() {
        let whole = ramp_jpeg();
        for share in [3, 5, 8, 9] {
            let cut = &whole[..whole.len() * share / 10];
            assert_eq!(only_code(cut), RejectCode::FileDamaged, "{share} tenths");
        }
    }

    #[test]
    fn pictures_that_are_cut_off_are_damaged() {
        let png = ramp_png(ExtendedColorType::L8, &ramp());
        assert_eq!(only_code(&png[..png.len() / 2]), RejectCode::FileDamaged);
        for format in [ImageFormat::Bmp, ImageFormat::WebP] {
            let rgb: Vec<u8> = (0..64 * 32 * 3).map(|i| (i * 37 % 251) as u8).collect();
            let bytes = written(format, &rgb);
            assert_eq!(only_code(&bytes[..bytes.len() / 2]), RejectCode::FileDamaged, "{format:?}");
        }
        let tiff = bilevel_tiff(0, [0; 4]);
        assert_eq!(only_code(&tiff[..tiff.len() / 2]), RejectCode::FileDamaged);
        assert_eq!(only_code(b""), RejectCode::FileDamaged);
    }

    #[test]
    fn a_page_that_the_file_lacks_is_not_another_one() {
        for bytes in [ramp_jpeg(), ramp_png(ExtendedColorType::L8, &ramp()), bilevel_tiff(0, [0; 4])] {
            let document = Document::open(bytes);
            assert!(document.page(0, LIMIT).is_ok());
            assert_eq!(document.page(1, LIMIT).unwrap_err().code, RejectCode::FileDamaged);
        }
    }

    #[test]
    fn the_content_decides_and_not_the_name() {
        assert_eq!(only_code("một tệp văn bản tên là quet.png".as_bytes()), RejectCode::UnknownFormat);
        assert_eq!(only_code(b"GIF89a"), RejectCode::UnknownFormat);
    }

    /// Where a TIFF has the values of these tags.
    fn tiff_places(bytes: &[u8], tags: [u16; 3]) -> [usize; 3] {
        let directory = u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize;
        tags.map(|tag| {
            let mut entries = (directory + 2..).step_by(12);
            let entry = entries.find(|at| bytes[*at..*at + 2] == tag.to_le_bytes()).unwrap();
            entry + 8
        })
    }

    #[test]
    fn a_picture_beyond_the_limit_is_refused_before_it_is_decoded() {
        let mut bytes = ramp_png(ExtendedColorType::L8, &ramp());
        // The width in the header: 2^24 pixels; its checksum no longer fits either,
        // but the size must be named first or the file called damaged.
        bytes[16..20].copy_from_slice(&(1_u32 << 24).to_be_bytes());
        assert!(matches!(only_code(&bytes), RejectCode::PictureTooLarge | RejectCode::FileDamaged));
        let mut bmp = std::fs::read(formats::folder().join("bits8.bmp")).unwrap();
        for at in [18, 22] {
            bmp[at..at + 4].copy_from_slice(&60_000_u32.to_le_bytes());
        }
        assert_eq!(only_code(&bmp), RejectCode::PictureTooLarge);
        let mut tiff = std::fs::read(formats::folder().join("none_8.tif")).unwrap();
        for at in tiff_places(&tiff, [256, 257, 278]) {
            tiff[at..at + 4].copy_from_slice(&60_000_u32.to_le_bytes());
        }
        assert_eq!(only_code(&tiff), RejectCode::PictureTooLarge);
        // A WebP has 14 bits for a side, from the third byte of its data on.
        let mut webp = std::fs::read(formats::folder().join("lossless.webp")).unwrap();
        let header = webp.windows(4).position(|w| w == b"VP8L").unwrap() + 9;
        webp[header..header + 3].copy_from_slice(&[0xff; 3]);
        assert!(matches!(only_code(&webp), RejectCode::PictureTooLarge | RejectCode::FileDamaged));
        let mut jpeg = ramp_jpeg();
        let sof = jpeg.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
        jpeg[sof + 5..sof + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
        assert_eq!(only_code(&jpeg), RejectCode::PictureTooLarge);
    }
}
