//! The file that the scanner writes.

use image::codecs::jpeg::{JpegEncoder, PixelDensity};
use image::{ExtendedColorType, ImageEncoder};
use tiff::encoder::{Rational, TiffEncoder};
use tiff::tags::Tag;

use crate::profile::Output;
use crate::scan::Picture;
use crate::scanner::Pass;

/// The file's bytes. Every picture that the scanner makes can be written.
pub(crate) fn encode(picture: &Picture, pass: &Pass) -> Vec<u8> {
    match pass.output {
        Output::GreyJpeg => jpeg(picture, pass, ExtendedColorType::L8),
        Output::ColourJpeg => jpeg(picture, pass, ExtendedColorType::Rgb8),
        Output::GreyPng => png_file(picture, pass, png::BitDepth::Eight, &picture.data),
        Output::FixedPng => png_file(picture, pass, png::BitDepth::One, &packed(picture)),
        Output::FixedTiff | Output::AdaptiveTiff => tiff_g4(picture, pass),
    }
}

/// The usual ending of such a file's name.
pub(crate) fn extension(output: Output) -> &'static str {
    match output {
        Output::GreyJpeg | Output::ColourJpeg => "jpg",
        Output::GreyPng | Output::FixedPng => "png",
        Output::FixedTiff | Output::AdaptiveTiff => "tif",
    }
}

fn jpeg(picture: &Picture, pass: &Pass, colour: ExtendedColorType) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, pass.jpeg_quality);
    if pass.tagged {
        encoder.set_pixel_density(PixelDensity::dpi(pass.dpi as u16));
    }
    encoder
        .write_image(&picture.data, picture.width as u32, picture.height as u32, colour)
        .expect("a scan is smaller than 65,535 pixels and memory can be written to");
    bytes
}

fn png_file(picture: &Picture, pass: &Pass, depth: png::BitDepth, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width as u32, picture.height as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(depth);
    encoder.set_compression(png::Compression::Fast);
    if pass.tagged {
        let per_metre = (f64::from(pass.dpi) / 0.0254).round() as u32;
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: per_metre,
            yppu: per_metre,
            unit: png::Unit::Meter,
        }));
    }
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(data))
        .expect("the data has the size that the header says and memory can be written to");
    bytes
}

/// Eight pixels to a byte, rows begin at a byte, 1 is white.
fn packed(picture: &Picture) -> Vec<u8> {
    (picture.data.chunks_exact(picture.width))
        .flat_map(|row| {
            row.chunks(8).map(|eight| {
                eight.iter().enumerate().fold(0u8, |byte, (i, v)| byte | (u8::from(*v > 127) << (7 - i)))
            })
        })
        .collect()
}

fn tiff_g4(picture: &Picture, pass: &Pass) -> Vec<u8> {
    let mut coder = fax::encoder::Encoder::new(fax::VecWriter::new());
    for row in picture.data.chunks_exact(picture.width) {
        let pels = row.iter().map(|v| if *v > 127 { fax::Color::White } else { fax::Color::Black });
        let Ok(()) = coder.encode_line(pels, picture.width as u16);
    }
    let Ok(writer) = coder.finish();
    let strip = writer.finish();

    let mut file = std::io::Cursor::new(Vec::new());
    write_tiff(&mut file, picture, pass, &strip).expect("memory can be written to");
    file.into_inner()
}

/// Numbers of TIFF 6.0 for the tags below.
const CCITT_G4: u16 = 4;
const WHITE_IS_ZERO: u16 = 0;
const INCH: u16 = 2;

fn write_tiff(
    file: &mut std::io::Cursor<Vec<u8>>,
    picture: &Picture,
    pass: &Pass,
    strip: &[u8],
) -> tiff::TiffResult<()> {
    let mut tiff = TiffEncoder::new(file)?;
    let mut directory = tiff.image_directory()?;
    let offset = directory.write_data(strip)? as u32;
    directory.write_tag(Tag::ImageWidth, picture.width as u32)?;
    directory.write_tag(Tag::ImageLength, picture.height as u32)?;
    directory.write_tag(Tag::BitsPerSample, 1u16)?;
    directory.write_tag(Tag::Compression, CCITT_G4)?;
    directory.write_tag(Tag::PhotometricInterpretation, WHITE_IS_ZERO)?;
    directory.write_tag(Tag::StripOffsets, offset)?;
    directory.write_tag(Tag::SamplesPerPixel, 1u16)?;
    directory.write_tag(Tag::RowsPerStrip, picture.height as u32)?;
    directory.write_tag(Tag::StripByteCounts, strip.len() as u32)?;
    if pass.tagged {
        let dpi = || Rational { n: pass.dpi, d: 1 };
        directory.write_tag(Tag::XResolution, dpi())?;
        directory.write_tag(Tag::YResolution, dpi())?;
        directory.write_tag(Tag::ResolutionUnit, INCH)?;
    }
    directory.finish()
}
