use image::{ExtendedColorType, ImageEncoder};
use lopdf::{Document as Writer, Object as Value, Stream as Data, dictionary};
use phieu_model::rejection::RejectCode;

use super::*;

mod hostile;
mod kinds;
mod long;
use crate::decode::Document;

const LIMIT: u64 = 20_000_000;
const UPRIGHT: &str = "q 600 0 0 300 0 0 cm /P0 Do Q";

/// A page of 600 × 300 points on which `content` draws the pictures `P0`, `P1` …
struct Drawing<'c> {
    pictures: Vec<Data>,
    content: &'c str,
    rotate: i64,
}

fn written(pages: Vec<Drawing>) -> Vec<u8> {
    let mut file = Writer::with_version("1.5");
    let tree = file.new_object_id();
    let font =
        file.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Times-Roman" });
    let kids: Vec<Value> = pages
        .into_iter()
        .map(|page| {
            let mut pictures = lopdf::Dictionary::new();
            for (i, picture) in page.pictures.into_iter().enumerate() {
                let id = file.add_object(picture);
                pictures.set(format!("P{i}"), id);
            }
            let content = file.add_object(Data::new(dictionary! {}, page.content.as_bytes().to_vec()));
            let resources = dictionary! { "XObject" => pictures, "Font" => dictionary! { "F" => font } };
            file.add_object(dictionary! {
                "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => resources,
                "Rotate" => page.rotate, "MediaBox" => vec![0.into(), 0.into(), 600.into(), 300.into()],
            })
            .into()
        })
        .collect();
    let count = kids.len() as i64;
    file.objects.insert(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }.into());
    let catalog = file.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    file.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).unwrap();
    bytes
}

fn one(picture: Data, content: &str) -> Vec<u8> {
    written(vec![Drawing { pictures: vec![picture], content, rotate: 0 }])
}

fn picture(space: &str, bits: i64, (width, height): (i64, i64), data: Vec<u8>) -> Data {
    let dict = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => width, "Height" => height,
        "ColorSpace" => space, "BitsPerComponent" => bits,
    };
    Data::new(dict, data).with_compression(false)
}

/// A grey ramp of 64 × 32 pixels, dark on the left.
fn ramp() -> Vec<u8> {
    (0..64 * 32).map(|i| (i % 64 * 4) as u8).collect()
}

fn grey() -> Data {
    picture("DeviceGray", 8, (64, 32), ramp())
}

fn filtered(mut picture: Data, filter: &str, data: Vec<u8>) -> Data {
    picture.dict.set("Filter", Value::Name(filter.into()));
    picture.set_content(data);
    picture
}

fn jpeg_ramp() -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95);
    encoder.write_image(&ramp(), 64, 32, ExtendedColorType::L8).unwrap();
    bytes
}

fn read(bytes: Vec<u8>) -> Vec<Result<Frame, RejectCode>> {
    let document = Document::open(bytes);
    (0..document.pages()).map(|i| document.page(i, LIMIT).map_err(|r| r.code)).collect()
}

fn only(bytes: Vec<u8>) -> Result<Frame, RejectCode> {
    let mut pages = read(bytes);
    assert_eq!(pages.len(), 1);
    pages.remove(0)
}

fn assert_ramp(frame: &Frame, from_left: impl Fn(usize) -> usize) {
    assert_eq!((frame.width(), frame.height()), (64, 32));
    for x in [3, 20, 60] {
        let (found, wanted) = (i32::from(frame.row(9)[from_left(x)]), x as i32 * 4);
        assert!((found - wanted).abs() < 8, "{found} at {x}");
    }
}

#[test]
fn a_picture_that_covers_its_page_is_taken_pixel_for_pixel() {
    let mut flate = grey();
    flate.allows_compression = true;
    flate.compress().unwrap();
    let red_green_blue = ramp().iter().flat_map(|v| [*v, *v, 255]).collect();
    for (name, picture) in [
        ("as it is", grey()),
        ("Flate", flate),
        ("JPEG", filtered(grey(), "DCTDecode", jpeg_ramp())),
        ("colour", picture("DeviceRGB", 8, (64, 32), red_green_blue)),
    ] {
        let frame = only(one(picture, UPRIGHT)).unwrap_or_else(|code| panic!("{name}: {code:?}"));
        assert_ramp(&frame, |x| x);
    }
}

#[test]
fn black_and_white_pictures_have_the_right_polarity() {
    // 16 × 2 pixels, the left half black.
    let packed = picture("DeviceGray", 1, (16, 2), vec![0x00, 0xff, 0x00, 0xff]);
    let mut encoder = fax::encoder::Encoder::new(fax::VecWriter::new());
    for _ in 0..2 {
        let row = (0..16).map(|x| if x < 8 { fax::Color::Black } else { fax::Color::White });
        encoder.encode_line(row, 16).unwrap();
    }
    let g4 = encoder.finish().unwrap().finish();
    let mut coded = filtered(picture("DeviceGray", 1, (16, 2), Vec::new()), "CCITTFaxDecode", g4);
    coded.dict.set("DecodeParms", dictionary! { "K" => -1, "Columns" => 16, "Rows" => 2 });
    for picture in [packed, coded] {
        let frame = only(one(picture, UPRIGHT)).unwrap();
        assert_eq!((frame.width(), frame.height()), (16, 2));
        assert_eq!((frame.row(1)[2], frame.row(1)[12]), (0, 255));
    }
}

#[test]
fn a_turned_picture_keeps_its_pixels_and_a_mirrored_one_is_put_right() {
    let turned = "q 0 300 -600 0 600 0 cm /P0 Do Q";
    let mirrored = "q -600 0 0 300 600 0 cm /P0 Do Q";
    assert_ramp(&only(one(grey(), turned)).unwrap(), |x| x);
    assert_ramp(&only(one(grey(), mirrored)).unwrap(), |x| 63 - x);
    let rotated = Drawing { pictures: vec![grey()], content: UPRIGHT, rotate: 90 };
    assert_ramp(&only(written(vec![rotated])).unwrap(), |x| x);
}

#[test]
fn text_for_searching_is_passed_over_and_whatever_else_is_shown_is_drawn() {
    let text = |mode: u8| format!("{UPRIGHT} BT {mode} Tr /F 40 Tf 250 250 Td (PHIEU) Tj ET");
    assert_ramp(&only(one(grey(), &text(3))).unwrap(), |x| x);
    let plain = picture("DeviceGray", 8, (2, 1), vec![200, 200]);
    let size = |frame: &Frame| (frame.width(), frame.height());
    // As fine as its pictures are, but not coarser than can be read.
    assert_eq!(size(&only(one(plain.clone(), &text(0))).unwrap()), (1240, 620));
    let stroke = format!("{UPRIGHT} q 0 g 100 100 50 50 re f Q");
    let fine = picture("DeviceGray", 8, (2400, 1), vec![200; 2400]);
    let drawn = only(one(fine, &stroke)).unwrap();
    assert_eq!((size(&drawn), drawn.row(700)[500], drawn.row(700)[800]), ((2400, 1200), 0, 200));
    // Two strips, the upper one white.
    let strips = "q 600 0 0 150 0 150 cm /P0 Do Q q 600 0 0 150 0 0 cm /P1 Do Q";
    let white = picture("DeviceGray", 8, (2, 1), vec![255, 255]);
    let pictures = vec![white, plain];
    let drawn = only(written(vec![Drawing { pictures, content: strips, rotate: 0 }])).unwrap();
    assert_eq!((drawn.row(140)[350], drawn.row(460)[350]), (255, 200));
    // A small picture on a page is not the page.
    let small = only(one(grey(), "q 64 0 0 32 10 10 cm /P0 Do Q")).unwrap();
    assert_eq!(size(&small), (1240, 620));
    let inverted = {
        let mut picture = grey();
        picture.dict.set("Decode", vec![1.into(), 0.into()]);
        only(one(picture, UPRIGHT)).unwrap()
    };
    assert!(inverted.row(300)[35] > 230 && inverted.row(300)[1200] < 25, "what its values mean");
}

#[test]
fn pages_come_in_their_order() {
    let level = |v: u8| picture("DeviceGray", 8, (2, 1), vec![v, v]);
    let page = |v| Drawing { pictures: vec![level(v)], content: UPRIGHT, rotate: 0 };
    let pages = read(written([10, 20, 30].map(page).into()));
    let levels: Vec<u8> = pages.into_iter().map(|page| page.unwrap().row(0)[0]).collect();
    assert_eq!(levels, [10, 20, 30]);
}

/// A sheet that a cut file has lost must not go unnoticed.
#[test]
fn a_file_that_may_have_lost_pages_says_so_after_those_it_has() {
    let page = |v: u8| {
        let level = picture("DeviceGray", 8, (600, 30), vec![v; 600 * 30]);
        Drawing { pictures: vec![level], content: UPRIGHT, rotate: 0 }
    };
    let whole = written([10, 20, 30].map(page).into());
    assert_eq!(read(whole.clone()).len(), 3);
    for kept in [0.9, 0.6, 0.4] {
        let cut = whole[..(whole.len() as f64 * kept) as usize].to_vec();
        let last = read(cut).pop().unwrap();
        assert_eq!(last.unwrap_err(), RejectCode::FileDamaged, "{kept} of the file");
    }
    // A page, and a picture, that the file names and does not have.
    let mut file = Writer::load_mem(&whole).unwrap();
    let pages: Vec<lopdf::ObjectId> = file.get_pages().into_values().collect();
    file.objects.remove(&pages[1]);
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).unwrap();
    let codes: Vec<Option<RejectCode>> = read(bytes).into_iter().map(Result::err).collect();
    assert_eq!(codes, [None, None, Some(RejectCode::FileDamaged)]);
    let gone = Drawing { pictures: Vec::new(), content: UPRIGHT, rotate: 0 };
    assert_eq!(only(written(vec![gone])).unwrap_err(), RejectCode::FileDamaged);
}

#[test]
fn files_that_cannot_be_read_are_refused_by_name() {
    assert_eq!(only(b"%PDF-1.7\nnothing".to_vec()).unwrap_err(), RejectCode::FileDamaged);
    assert_eq!(only(written(Vec::new())).unwrap_err(), RejectCode::FileDamaged);
    let huge = picture("DeviceGray", 8, (100_000, 100_000), vec![0; 16]);
    assert_eq!(only(one(huge, UPRIGHT)).unwrap_err(), RejectCode::PictureTooLarge);
    let short = picture("DeviceGray", 8, (64, 32), vec![0; 100]);
    assert_eq!(only(one(short, UPRIGHT)).unwrap_err(), RejectCode::FileDamaged);
    let whole = jpeg_ramp();
    let cut = filtered(grey(), "DCTDecode", whole[..whole.len() / 2].to_vec());
    assert_eq!(only(one(cut, UPRIGHT)).unwrap_err(), RejectCode::FileDamaged);
    let locked = {
        let mut file = Writer::load_mem(&one(grey(), UPRIGHT)).unwrap();
        let string = |byte: u8| Value::string_literal(vec![byte; 32]);
        let lock = file.add_object(dictionary! {
            "Filter" => "Standard", "V" => 2, "R" => 3, "Length" => 128, "P" => -4,
            "O" => string(b'o'), "U" => string(b'u'),
        });
        file.trailer.set("Encrypt", lock);
        file.trailer.set("ID", vec![string(b'i'), string(b'i')]);
        let mut bytes = Vec::new();
        file.save_to(&mut bytes).unwrap();
        bytes
    };
    assert_eq!(only(locked).unwrap_err(), RejectCode::FileEncrypted);
}
