//! One small picture, black and white, in every format that is read. `tests/formats/make.py` wrote the files.

use std::path::{Path, PathBuf};

use super::Document;
use crate::frame::Frame;

pub const WIDTH: usize = 61;
pub const HEIGHT: usize = 37;

/// Formats that lose something: grey levels by which a pixel may differ. All others give the picture to the last pixel.
const LOSSY: [(&str, u8); 14] = [
    ("grey.jpg", 6),
    ("grey_progressive.jpg", 6),
    ("exif_turned.jpg", 6),
    ("restarts.jpg", 6),
    ("rgb_420.jpg", 6),
    ("rgb_444.jpg", 6),
    ("rgb_progressive.jpg", 6),
    ("rgb_stored.jpg", 6),
    ("cmyk.jpg", 6),
    ("lossy.webp", 40),
    ("jpeg_grey.tif", 6),
    ("jpeg_rgb.tif", 6),
    ("jpeg_strips.tif", 6),
    ("jpeg_tiles.tif", 6),
];
const LOSSY_COLOUR: (&str, u8) = ("jpeg_ycbcr.tif", 6);
/// Codestreams of JPEG 2000, which come inside a PDF only.
const IN_PDF: [&str; 3] = ["grey.jp2", "rgb.jp2", "grey.j2k"];

pub fn is_black(x: usize, y: usize) -> bool {
    x < 9 || x == y + 20 || (40..52).contains(&x) && (10..25).contains(&y) || x > 54 && y.is_multiple_of(5)
}

/// The brightness of all pixels, row by row.
pub fn picture() -> Vec<u8> {
    let row = |y| (0..WIDTH).map(move |x| if is_black(x, y) { 0 } else { 255 });
    (0..HEIGHT).flat_map(row).collect()
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats")
}

/// The most by which a pixel differs.
pub fn difference(frame: &Frame) -> u8 {
    assert_eq!((frame.width(), frame.height()), (WIDTH, HEIGHT));
    let pixels = (0..HEIGHT).flat_map(|y| frame.row(y).iter().copied());
    pixels.zip(picture()).map(|(found, wanted)| found.abs_diff(wanted)).max().unwrap()
}

#[test]
fn the_same_picture_comes_out_of_every_format() {
    let mut faults = Vec::new();
    let mut read = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name == "make.py" || IN_PDF.contains(&name) {
            continue;
        }
        read += 1;
        let document = Document::open(std::fs::read(&path).unwrap());
        let pages = if name == "pages.tif" { 3 } else { 1 };
        assert_eq!(document.pages(), pages, "{name}");
        let lossy = LOSSY.iter().chain([&LOSSY_COLOUR]).find(|(lossy, _)| *lossy == name);
        let allowed = lossy.map_or(0, |(_, allowed)| *allowed);
        for page in 0..pages {
            match document.page(page, 10_000) {
                Ok(frame) if difference(&frame) <= allowed => {}
                Ok(frame) => faults.push(format!("{name} page {page}: {} levels off", difference(&frame))),
                Err(rejection) => faults.push(format!("{name} page {page}: {rejection:?}")),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(read, 88);
}
