//! The file that the scanner or telephone writes.

use jpeg_encoder::{ColorType, Density, Encoder, SamplingFactor};
use tiff::encoder::{Rational, TiffEncoder};
use tiff::tags::Tag;

use crate::picture::Picture;
use crate::profile::{Container, Output};
use crate::scanner::Pass;

/// The file's bytes. Every picture that a scanner makes can be written.
pub(crate) fn encode(picture: &Picture, pass: &Pass) -> Vec<u8> {
    match (pass.output.container(), pass.output.is_bilevel()) {
        (Container::Jpeg, _) => jpeg(picture, pass),
        (Container::Png, false) => png_file(picture, pass, png::BitDepth::Eight, &picture.data),
        (Container::Png, true) => png_file(picture, pass, png::BitDepth::One, &packed(picture)),
        (Container::Tiff, _) => tiff_g4(picture, pass),
    }
}

/// The usual ending of such a file's name.
pub(crate) fn extension(output: Output) -> &'static str {
    match output.container() {
        Container::Jpeg => "jpg",
        Container::Png => "png",
        Container::Tiff => "tif",
    }
}

fn jpeg(picture: &Picture, pass: &Pass) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, pass.jpeg_quality);
    encoder.set_sampling_factor(if pass.half_chroma { SamplingFactor::F_2_2 } else { SamplingFactor::F_1_1 });
    encoder.set_density(match pass.dpi_tag {
        Some(dpi) => Density::Inch { x: dpi as u16, y: dpi as u16 },
        None => Density::None,
    });
    let colour = if picture.channels == 3 { ColorType::Rgb } else { ColorType::Luma };
    let written = match pass.exif {
        Some(orientation) => encoder.add_app_segment(1, &exif(orientation)),
        None => Ok(()),
    };
    written
        .and_then(|()| encoder.encode(&picture.data, picture.width as u16, picture.height as u16, colour))
        .expect("a scan is smaller than 65,535 pixels and memory can be written to");
    bytes
}

/// An EXIF segment that holds nothing but the orientation (EXIF 2.3, tag 0x0112).
fn exif(orientation: u8) -> Vec<u8> {
    let mut segment = b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0".to_vec();
    // Tag, type SHORT, one value, the value; then no further directory.
    segment.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]);
    segment
}

fn png_file(picture: &Picture, pass: &Pass, depth: png::BitDepth, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width as u32, picture.height as u32);
    encoder.set_color(if picture.channels == 3 { png::ColorType::Rgb } else { png::ColorType::Grayscale });
    encoder.set_depth(depth);
    encoder.set_compression(png::Compression::Fast);
    if let Some(dpi) = pass.dpi_tag {
        let per_metre = (f64::from(dpi) / 0.0254).round() as u32;
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
    if let Some(dpi) = pass.dpi_tag {
        let dpi = || Rational { n: dpi, d: 1 };
        directory.write_tag(Tag::XResolution, dpi())?;
        directory.write_tag(Tag::YResolution, dpi())?;
        directory.write_tag(Tag::ResolutionUnit, INCH)?;
    }
    directory.finish()
}
