//! The resolution that a file says its picture has. Only what is believable is given: many programs write 72 or 96 dpi
//! without knowing better.

use tiff::decoder::Decoder;
use tiff::tags::Tag;

use crate::frame::Frame;

/// Longer sides, in mm, that a scanned paper can have: from A5 to A3, with some glass round it.
const PAPER_MM: std::ops::RangeInclusive<f64> = 190.0..=435.0;
const INCH_MM: f64 = 25.4;

/// `frame` with the resolution of which its file says `dpi`, across and down, if both are the same and the paper would
/// have a size that paper has.
pub fn told(frame: Frame, dpi: Option<(f64, f64)>) -> Frame {
    let longer = frame.width().max(frame.height()) as f64;
    let believable = dpi.filter(|(x, y)| {
        x.is_finite() && *x > 0.0 && (x - y).abs() <= 0.01 * x && PAPER_MM.contains(&(longer / x * INCH_MM))
    });
    frame.with_told_dpi(believable.map(|(x, _)| x as f32))
}

/// In the JFIF segment of a JPEG file (ITU-T T.871, 10.1).
pub fn of_jpeg(bytes: &[u8]) -> Option<(f64, f64)> {
    let segment = bytes.get(2..20)?;
    if segment[..2] != [0xff, 0xe0] || &segment[4..9] != b"JFIF\0" {
        return None;
    }
    let number = |at: usize| f64::from(u16::from_be_bytes([segment[at], segment[at + 1]]));
    let unit = match segment[11] {
        1 => 1.0,
        2 => INCH_MM / 10.0,
        _ => return None,
    };
    Some((number(12) * unit, number(14) * unit))
}

/// In the chunk `pHYs` of a PNG file, which stands before the picture.
pub fn of_png(bytes: &[u8]) -> Option<(f64, f64)> {
    let mut at = 8;
    loop {
        let length = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        let (name, data) = (bytes.get(at + 4..at + 8)?, bytes.get(at + 8..(at + 8).checked_add(length)?)?);
        match name {
            b"pHYs" if length == 9 && data[8] == 1 => {
                let to_a_metre = |from: usize| {
                    let bytes = [data[from], data[from + 1], data[from + 2], data[from + 3]];
                    f64::from(u32::from_be_bytes(bytes))
                };
                return Some((to_a_metre(0) * INCH_MM / 1000.0, to_a_metre(4) * INCH_MM / 1000.0));
            }
            b"IDAT" => return None,
            _ => at += 12 + length,
        }
    }
}

/// In the tags of a picture of a TIFF (TIFF 6.0, section 8).
pub fn of_tiff<R: std::io::Read + std::io::Seek>(decoder: &mut Decoder<R>) -> Option<(f64, f64)> {
    const CENTIMETRE: u32 = 3;
    let mut rational = |tag: Tag| match &decoder.get_tag_u32_vec(tag).ok()?[..] {
        [n, d] if *d > 0 => Some(f64::from(*n) / f64::from(*d)),
        _ => None,
    };
    let (x, y) = (rational(Tag::XResolution)?, rational(Tag::YResolution)?);
    let unit = decoder.find_tag_unsigned::<u32>(Tag::ResolutionUnit).ok()?;
    let to_the_inch = if unit == Some(CENTIMETRE) { INCH_MM / 10.0 } else { 1.0 };
    Some((x * to_the_inch, y * to_the_inch))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where something is not as it says")]
mod tests {
    use super::*;

    fn page(width: usize, height: usize) -> Frame {
        Frame::new(width, height, vec![255; width * height]).unwrap()
    }

    #[test]
    fn a_resolution_is_believed_where_the_paper_would_have_a_size_that_paper_has() {
        let dpi = |dpi| told(page(827, 1169), Some(dpi)).told_dpi();
        assert_eq!(dpi((100.0, 100.0)), Some(100.0));
        assert_eq!(dpi((300.0, 300.0)), None, "a stamp");
        assert_eq!(dpi((100.0, 200.0)), None, "a fax's lines");
        assert_eq!(dpi((0.0, 0.0)), None);
        assert_eq!(told(page(2480, 3508), Some((72.0, 72.0))).told_dpi(), None, "a poster");
    }

    #[test]
    fn every_format_says_it_in_its_way() {
        let mut jpeg = Vec::new();
        let mut encoder = image::codecs::jpeg::JpegEncoder::new(&mut jpeg);
        let density = |unit| image::codecs::jpeg::PixelDensity { density: (300, 300), unit };
        encoder.set_pixel_density(density(image::codecs::jpeg::PixelDensityUnit::Inches));
        encoder.encode(&[0; 64], 8, 8, image::ExtendedColorType::L8).unwrap();
        assert_eq!(of_jpeg(&jpeg), Some((300.0, 300.0)));
        assert_eq!(of_jpeg(&jpeg[..15]), None);

        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, 8, 8);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: 11811,
            yppu: 11811,
            unit: png::Unit::Meter,
        }));
        encoder.write_header().unwrap().write_image_data(&[0; 64]).unwrap();
        let (x, y) = of_png(&png).unwrap();
        assert!((x - 300.0).abs() < 0.01 && x == y, "{x}");
        assert_eq!(of_png(&png[..40]), None);

        for (unit, dots) in [(2_u16, 300), (3, 118)] {
            let mut file = std::io::Cursor::new(Vec::new());
            let mut tiff = tiff::encoder::TiffEncoder::new(&mut file).unwrap();
            let mut picture = tiff.new_image::<tiff::encoder::colortype::Gray8>(8, 8).unwrap();
            let directory = picture.encoder();
            directory.write_tag(Tag::XResolution, tiff::encoder::Rational { n: dots, d: 1 }).unwrap();
            directory.write_tag(Tag::YResolution, tiff::encoder::Rational { n: dots, d: 1 }).unwrap();
            directory.write_tag(Tag::ResolutionUnit, unit).unwrap();
            picture.write_data(&[0; 64]).unwrap();
            let (x, y) =
                of_tiff(&mut Decoder::new(std::io::Cursor::new(file.into_inner())).unwrap()).unwrap();
            assert!((x - 300.0).abs() < 0.5 && x == y, "{x}");
        }
    }
}
