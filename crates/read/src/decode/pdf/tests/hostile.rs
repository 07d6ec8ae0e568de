//! Small files that ask for gigabytes or years. Each is refused by its code; where a limit were missing the test would run out of
//! memory or never end.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Document as Writer, Object as Value, Stream as Data, dictionary};

use super::*;

/// Bytes that a stream of Flate of so many zeros has.
fn packed_zeros(bytes: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let block = vec![0; 1 << 20];
    for _ in 0..bytes >> 20 {
        encoder.write_all(&block).unwrap();
    }
    encoder.finish().unwrap()
}

fn flate(mut dict: lopdf::Dictionary, packed: Vec<u8>) -> Data {
    dict.set("Filter", "FlateDecode");
    Data::new(dict, packed).with_compression(false)
}

/// One page on which `content` draws from `resources`.
fn page_with(content: &[u8], resources: impl FnOnce(&mut Writer) -> lopdf::Dictionary) -> Vec<u8> {
    let mut file = Writer::with_version("1.5");
    let tree = file.new_object_id();
    let content = file.add_object(Data::new(dictionary! {}, content.to_vec()).with_compression(false));
    let resources = resources(&mut file);
    let page = file.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 600.into(), 300.into()],
    });
    file.objects
        .insert(tree, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into());
    let catalog = file.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    file.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).unwrap();
    bytes
}

fn drawn_code(content: &str, resources: impl FnOnce(&mut Writer) -> lopdf::Dictionary) -> Option<RejectCode> {
    only(page_with(content.as_bytes(), resources)).err()
}

fn nothing(_: &mut Writer) -> lopdf::Dictionary {
    dictionary! {}
}

fn form(resources: lopdf::Dictionary, content: &str) -> Data {
    let dict = dictionary! {
        "Type" => "XObject", "Subtype" => "Form", "Resources" => resources,
        "BBox" => vec![0.into(), 0.into(), 600.into(), 300.into()],
    };
    Data::new(dict, content.as_bytes().to_vec()).with_compression(false)
}

#[test]
fn streams_that_unpack_to_more_than_is_read_are_refused() {
    let zeros = packed_zeros(300 << 20);
    assert!(zeros.len() < 8 << 20);
    let bomb = || {
        let mut picture = grey();
        picture.dict.set("Filter", "FlateDecode");
        picture.set_content(zeros.clone());
        picture
    };
    assert_eq!(only(one(bomb(), UPRIGHT)).unwrap_err(), RejectCode::PictureTooLarge, "a picture");
    let small = "q 64 0 0 32 10 10 cm /P0 Do Q";
    assert_eq!(only(one(bomb(), small)).unwrap_err(), RejectCode::PictureTooLarge, "one that is drawn");
    let in_content = page_with(b"", |file| {
        let content = file.objects.values_mut().find_map(|object| object.as_stream_mut().ok()).unwrap();
        *content = flate(dictionary! {}, zeros.clone());
        dictionary! {}
    });
    assert_eq!(only(in_content).unwrap_err(), RejectCode::PictureTooLarge, "instructions");
    let twice = flate(
        dictionary! { "Width" => 64, "Height" => 32, "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8 },
        packed_zeros(1 << 20),
    );
    let mut twice = twice;
    twice.dict.set("Subtype", "Image");
    twice.dict.set("Filter", vec!["FlateDecode".into(), "FlateDecode".into()]);
    assert_eq!(only(one(twice, UPRIGHT)).unwrap_err(), RejectCode::FileDamaged, "packed twice");
    let codes = picture("DeviceGray", 8, (64, 32), vec![128]);
    let run = filtered(codes, "RunLengthDecode", [129, 0].repeat(3 << 20));
    assert_eq!(only(one(run, UPRIGHT)).unwrap_err(), RejectCode::PictureTooLarge, "runs");
}

#[test]
fn a_file_whose_objects_are_a_bomb_is_refused_before_it_is_opened() {
    let objects = packed_zeros(300 << 20);
    let mut file =
        b"%PDF-1.5\n1 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length ".to_vec();
    file.extend(format!("{} >>\nstream\n", objects.len()).bytes());
    file.extend(&objects);
    file.extend(b"\nendstream\nendobj\n2 0 obj\n<< /Type /Catalog /Pages 3 0 R >>\nendobj\n%%EOF");
    assert_eq!(only(file).unwrap_err(), RejectCode::PictureTooLarge);
}

#[test]
fn streams_without_an_end_are_not_looked_for_over_and_over() {
    let file = [b"%PDF-1.5\n".to_vec(), b"1 0 obj <<>> stream\n".repeat(20_000), b"%%EOF".to_vec()].concat();
    assert_eq!(only(file).unwrap_err(), RejectCode::FileDamaged);
}

#[test]
fn pictures_larger_than_their_dictionary_says_are_refused() {
    let coded = |filter: &str, data: Vec<u8>| {
        let coded = filtered(picture("DeviceGray", 8, (64, 32), Vec::new()), filter, data);
        only(one(coded, UPRIGHT)).unwrap_err()
    };
    let mut tall = vec![0, 0, 0, 0, 48, 0, 1, 0, 0, 0, 19];
    tall.extend([0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    tall.extend([0; 11]);
    assert_eq!(coded("JBIG2Decode", tall), RejectCode::PictureTooLarge);
    let mut wide = vec![0xff, 0x4f, 0xff, 0x51, 0, 41, 0, 0];
    for number in [1_u32 << 20, 1 << 20, 0, 0, 1 << 20, 1 << 20, 0, 0] {
        wide.extend(number.to_be_bytes());
    }
    wide.extend([0, 1, 7, 1, 1]);
    assert_eq!(coded("JPXDecode", wide), RejectCode::PictureTooLarge);
    // Of the second number the decoder takes the lower 32 bits.
    for columns in [2_000_000_000, (1_i64 << 32) + 2_000_000_000] {
        let empty = picture("DeviceGray", 1, (16, 60_000), Vec::new());
        let mut fax = filtered(empty, "CCITTFaxDecode", vec![0; 9]);
        fax.dict.set("DecodeParms", dictionary! { "K" => -1, "Columns" => columns });
        assert_eq!(only(one(fax, UPRIGHT)).unwrap_err(), RejectCode::PictureTooLarge);
    }
}

#[test]
fn a_picture_that_is_drawn_is_not_larger_than_one_that_is_taken() {
    let strip = |width: i64| {
        let strips = "q 600 0 0 150 0 150 cm /P0 Do Q q 600 0 0 150 0 0 cm /P1 Do Q";
        let picture = || picture("DeviceGray", 1, (width, 4), vec![0; 4 * (width as usize).div_ceil(8)]);
        only(written(vec![Drawing { pictures: vec![picture(), picture()], content: strips, rotate: 0 }]))
    };
    assert!(strip(600).is_ok());
    assert_eq!(strip(6_000_000).unwrap_err(), RejectCode::PictureTooLarge);
}

#[test]
fn rows_beyond_all_measure_are_refused() {
    let mut flate = grey();
    flate.allows_compression = true;
    flate.compress().unwrap();
    flate.dict.set("DecodeParms", dictionary! { "Predictor" => 12, "Columns" => 100_000_000_000_i64 });
    assert_eq!(only(one(flate, UPRIGHT)).unwrap_err(), RejectCode::PictureTooLarge);
}

#[test]
fn forms_that_multiply_are_refused() {
    // Each of forty draws the next one twice.
    let doubling = drawn_code("/F Do", |file| {
        let mut next = file.add_object(form(dictionary! {}, "0 0 1 1 re f"));
        for _ in 0..40 {
            next = file
                .add_object(form(dictionary! { "XObject" => dictionary! { "F" => next } }, "/F Do /F Do"));
        }
        dictionary! { "XObject" => dictionary! { "F" => next } }
    });
    assert_eq!(doubling, Some(RejectCode::PageTooComplex));
    let endless = drawn_code("/F Do", |file| {
        let id = file.new_object_id();
        let own = form(dictionary! { "XObject" => dictionary! { "F" => id } }, "/F Do /F Do");
        file.objects.insert(id, own.into());
        dictionary! { "XObject" => dictionary! { "F" => id } }
    });
    assert_eq!(endless, None, "one that names itself is not drawn within itself");
}

#[test]
fn lines_and_pictures_beyond_all_measure_are_refused() {
    let hostile: [(&str, String); 8] = [
        ("dashes", "[0.0001] 0 d 0 0 m 600 300 l S".to_owned()),
        ("dashes that go back", "[3 -12] 1 d 0 0 m 600 300 l S".to_owned()),
        ("dashes that begin far away", "[1 2] 900000000000 d 0 0 m 600 300 l S".to_owned()),
        ("far away", "0 0 m 900000000000 900000000000 900000000000 0 9 9 c f".to_owned()),
        ("large pages of ink", "0 0 600 300 re f\n".repeat(20_000)),
        ("many curves", "0 0 m 9 900 900 9 600 300 c S\n".repeat(400_000)),
        ("states", "q ".repeat(20_000)),
        ("a picture over and over", format!("q 600 0 0 300 0 0 cm {}Q", "/P Do ".repeat(5_000))),
    ];
    for (name, content) in hostile {
        let code = drawn_code(&content, |file| {
            let id = file.add_object(picture("DeviceGray", 8, (2_000, 1_000), vec![9; 2_000_000]));
            dictionary! { "XObject" => dictionary! { "P" => id } }
        });
        assert_eq!(code, Some(RejectCode::PageTooComplex), "{name}");
    }
}

#[test]
fn patterns_and_shadings_beyond_all_measure_are_refused() {
    let painted_as = |name: &str, pattern: Value| {
        drawn_code(&format!("/Pattern cs /{name} scn 0 0 600 300 re f"), |file| {
            let id = file.add_object(pattern);
            dictionary! { "Pattern" => dictionary! { name => id } }
        })
    };
    let painted = |pattern: Value| painted_as("X", pattern);
    let tile = |step: f32, side: i64, content: &str| {
        let dict = dictionary! {
            "PatternType" => 1, "PaintType" => 1, "TilingType" => 1, "Resources" => dictionary! {},
            "BBox" => vec![0.into(), 0.into(), side.into(), side.into()], "XStep" => step, "YStep" => step,
        };
        Value::from(Data::new(dict, content.as_bytes().to_vec()).with_compression(false))
    };
    assert_eq!(painted(tile(10.0, 8, "0 0 4 4 re f")), None, "an ordinary one is drawn");
    assert_eq!(painted(tile(90_000.0, 90_000, "0 0 4 4 re f")), Some(RejectCode::PageTooComplex), "large");
    assert_eq!(painted(tile(0.01, 900, "0 0 4 4 re f")), Some(RejectCode::PageTooComplex), "overlapping");
    let shading = |kind: i64, function: lopdf::Dictionary| {
        let shading = dictionary! {
            "ShadingType" => kind, "ColorSpace" => "DeviceGray", "Function" => function,
            "Coords" => vec![0.into(), 0.into(), 600.into(), 0.into()],
        };
        Value::from(dictionary! { "PatternType" => 2, "Shading" => shading })
    };
    let between = dictionary! { "FunctionType" => 2, "Domain" => vec![0.into(), 1.into()], "N" => 1 };
    assert_eq!(painted(shading(2, between.clone())), None, "an ordinary one is drawn");
    assert_eq!(painted(shading(7, between.clone())), Some(RejectCode::PageTooComplex), "a mesh");
    // Elsewhere this is the name of the way back.
    assert_eq!(painted_as("Parent", shading(7, between)), Some(RejectCode::PageTooComplex), "a mesh");
    let program = dictionary! { "FunctionType" => 4, "Domain" => vec![0.into(), 1.into()] };
    assert_eq!(painted(shading(2, program)), Some(RejectCode::PageTooComplex), "a program");
}

#[test]
fn pages_and_objects_that_lead_back_to_themselves_end() {
    let mut file = Writer::load_mem(&written(vec![])).unwrap();
    let tree = file.catalog().unwrap().get(b"Pages").unwrap().as_reference().unwrap();
    let itself = dictionary! { "Type" => "Pages", "Kids" => vec![tree.into(), tree.into()], "Count" => 2 };
    file.objects.insert(tree, itself.into());
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).unwrap();
    assert_eq!(only(bytes).unwrap_err(), RejectCode::FileDamaged);
    // An array in an array, a hundred thousand deep.
    let nested = [b"%PDF-1.4\n1 0 obj\n".to_vec(), b"[".repeat(100_000), b"\nendobj %%EOF".to_vec()].concat();
    assert_eq!(only(nested).unwrap_err(), RejectCode::FileDamaged);
    let dicts =
        [b"%PDF-1.4\n1 0 obj\n".to_vec(), b"<</A".repeat(20_000), b"\nendobj %%EOF".to_vec()].concat();
    assert_eq!(only(dicts).unwrap_err(), RejectCode::FileDamaged);
    let content = [b"[".repeat(50_000), b"<<".repeat(50_000)].concat();
    assert!(only(page_with(&content, nothing)).is_ok(), "a page of nothing");
}

#[test]
fn of_too_many_pages_the_first_are_read_and_the_rest_is_refused() {
    let level = || picture("DeviceGray", 8, (2, 1), vec![10, 10]);
    let many = (0..2_100).map(|_| Drawing { pictures: vec![level()], content: UPRIGHT, rotate: 0 }).collect();
    let document = Document::open(written(many));
    assert_eq!(document.pages(), 2_001);
    assert!(document.page(1_999, LIMIT).is_ok());
    assert_eq!(document.page(2_000, LIMIT).unwrap_err().code, RejectCode::PictureTooLarge);
}
