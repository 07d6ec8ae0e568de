//! The picture of the formats in every way that a PDF may hold one.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Object as Value, Stream as Data, dictionary};

use super::*;
use crate::decode::formats::{HEIGHT, WIDTH, difference, folder, is_black, picture as brightness};

const SIZE: (i64, i64) = (WIDTH as i64, HEIGHT as i64);

fn deflated(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    std::io::Write::write_all(&mut encoder, data).unwrap();
    encoder.finish().unwrap()
}

/// One bit a pixel, rows in whole bytes, white is 1.
fn bits() -> Vec<u8> {
    let byte = |y: usize, from: usize| {
        (from..from + 8).fold(0, |byte, x| byte << 1 | u8::from(x >= WIDTH || !is_black(x, y)))
    };
    (0..HEIGHT).flat_map(|y| (0..WIDTH).step_by(8).map(move |from| byte(y, from))).collect()
}

fn group_4() -> Vec<u8> {
    let mut encoder = fax::encoder::Encoder::new(fax::VecWriter::new());
    for y in 0..HEIGHT {
        let row = (0..WIDTH).map(|x| if is_black(x, y) { fax::Color::Black } else { fax::Color::White });
        encoder.encode_line(row, WIDTH as u16).unwrap();
    }
    encoder.finish().unwrap().finish()
}

fn base_85(data: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for part in data.chunks(4) {
        let mut four = [0; 4];
        four[..part.len()].copy_from_slice(part);
        let value = u32::from_be_bytes(four);
        let digits = [4, 3, 2, 1, 0].map(|k| (value / 85_u32.pow(k) % 85) as u8 + b'!');
        text.extend(&digits[..=part.len()]);
    }
    [text, b"~>".to_vec()].concat()
}

fn with(mut picture: Data, key: &str, value: impl Into<Value>) -> Data {
    picture.dict.set(key, value);
    picture
}

fn grey_by(filters: &[&str], data: Vec<u8>) -> Data {
    let names: Vec<Value> = filters.iter().map(|name| Value::Name((*name).into())).collect();
    let mut picture = picture("DeviceGray", 8, SIZE, Vec::new());
    picture.set_content(data);
    with(picture, "Filter", names)
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

/// Page and one region over it (ITU-T T.88, 7.4).
fn jbig2(flags: &[u8], coded: &[u8]) -> Vec<u8> {
    let size = [(WIDTH as u32).to_be_bytes(), (HEIGHT as u32).to_be_bytes()].concat();
    let page = [&size[..], &[0; 11]].concat();
    let region = [&size[..], &[0; 9], flags, coded].concat();
    let segment = |number: u8, kind: u8, body: &[u8]| {
        [&[0, 0, 0, number, kind, 0, 1][..], &(body.len() as u32).to_be_bytes(), body].concat()
    };
    [segment(0, 48, &page), segment(1, 38, &region)].concat()
}

/// Encoder of ITU-T T.88, annex E, over the template of 16 pixels (6.2.5.3).
struct Arithmetic {
    a: u32,
    c: u32,
    counted: i32,
    out: Vec<u8>,
    contexts: Vec<(usize, bool)>,
}

/// Table E.1: probability, next state after the more and the less likely symbol, whether they change places.
const STATES: [(u32, usize, usize, bool); 47] = [
    (0x5601, 1, 1, true),
    (0x3401, 2, 6, false),
    (0x1801, 3, 9, false),
    (0x0ac1, 4, 12, false),
    (0x0521, 5, 29, false),
    (0x0221, 38, 33, false),
    (0x5601, 7, 6, true),
    (0x5401, 8, 14, false),
    (0x4801, 9, 14, false),
    (0x3801, 10, 14, false),
    (0x3001, 11, 17, false),
    (0x2401, 12, 18, false),
    (0x1c01, 13, 20, false),
    (0x1601, 29, 21, false),
    (0x5601, 15, 14, true),
    (0x5401, 16, 14, false),
    (0x5101, 17, 15, false),
    (0x4801, 18, 16, false),
    (0x3801, 19, 17, false),
    (0x3401, 20, 18, false),
    (0x3001, 21, 19, false),
    (0x2801, 22, 19, false),
    (0x2401, 23, 20, false),
    (0x2201, 24, 21, false),
    (0x1c01, 25, 22, false),
    (0x1801, 26, 23, false),
    (0x1601, 27, 24, false),
    (0x1401, 28, 25, false),
    (0x1201, 29, 26, false),
    (0x1101, 30, 27, false),
    (0x0ac1, 31, 28, false),
    (0x09c1, 32, 29, false),
    (0x08a1, 33, 30, false),
    (0x0521, 34, 31, false),
    (0x0441, 35, 32, false),
    (0x02a1, 36, 33, false),
    (0x0221, 37, 34, false),
    (0x0141, 38, 35, false),
    (0x0111, 39, 36, false),
    (0x0085, 40, 37, false),
    (0x0049, 41, 38, false),
    (0x0025, 42, 39, false),
    (0x0015, 43, 40, false),
    (0x0009, 44, 41, false),
    (0x0005, 45, 42, false),
    (0x0001, 45, 43, false),
    (0x5601, 46, 46, false),
];

impl Arithmetic {
    fn coded() -> Vec<u8> {
        let contexts = vec![(0, false); 1 << 16];
        let mut coder = Self { a: 0x8000, c: 0, counted: 12, out: vec![0], contexts };
        let black =
            |x: i32, y: i32| x >= 0 && y >= 0 && (x as usize) < WIDTH && is_black(x as usize, y as usize);
        for y in 0..HEIGHT as i32 {
            for x in 0..WIDTH as i32 {
                let above = (-2..=2).map(|dx| (dx, -2)).chain((-3..=3).map(|dx| (dx, -1)));
                let near = above.chain((-4..=-1).map(|dx| (dx, 0)));
                let context = near.fold(0, |all, (dx, dy)| all << 1 | usize::from(black(x + dx, y + dy)));
                coder.encode(context, black(x, y));
            }
        }
        coder.finish()
    }

    fn encode(&mut self, context: usize, bit: bool) {
        let (state, likely) = self.contexts[context];
        let (probability, after_likely, after_other, change) = STATES[state];
        self.a -= probability;
        if bit == likely {
            if self.a & 0x8000 != 0 {
                self.c += probability;
                return;
            }
            if self.a < probability {
                self.a = probability;
            } else {
                self.c += probability;
            }
            self.contexts[context] = (after_likely, likely);
        } else {
            if self.a < probability {
                self.c += probability;
            } else {
                self.a = probability;
            }
            self.contexts[context] = (after_other, likely != change);
        }
        while self.a & 0x8000 == 0 {
            self.a <<= 1;
            self.c <<= 1;
            self.counted -= 1;
            if self.counted == 0 {
                self.byte_out();
            }
        }
    }

    fn byte_out(&mut self) {
        if self.out.last() != Some(&0xff) && self.c >= 0x800_0000 {
            *self.out.last_mut().unwrap() += 1;
            self.c &= 0x7ff_ffff;
        }
        let bits = if self.out.last() == Some(&0xff) { 20 } else { 19 };
        self.out.push((self.c >> bits) as u8);
        self.c &= (1 << bits) - 1;
        self.counted = 27 - bits;
    }

    fn finish(mut self) -> Vec<u8> {
        let top = self.c + self.a;
        self.c |= 0xffff;
        if self.c >= top {
            self.c -= 0x8000;
        }
        for _ in 0..2 {
            self.c <<= self.counted;
            self.byte_out();
        }
        self.out.extend([0xff, 0xac]);
        self.out.split_off(1)
    }
}

#[test]
fn the_same_picture_comes_out_of_every_kind_of_picture() {
    let grey = brightness();
    let colour: Vec<u8> = grey.iter().flat_map(|v| [*v; 3]).collect();
    let up: Vec<u8> = (0..HEIGHT)
        .flat_map(|y| {
            let value = |x: usize, y: usize| grey[y * WIDTH + x];
            let above = move |x| if y == 0 { 0 } else { value(x, y - 1) };
            let grey = &grey;
            std::iter::once(2).chain((0..WIDTH).map(move |x| grey[y * WIDTH + x].wrapping_sub(above(x))))
        })
        .collect();
    let runs: Vec<u8> = grey.chunks(100).flat_map(|part| [&[part.len() as u8 - 1], part].concat()).collect();
    let mut lzw = weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8);
    let fax = |k: i64| dictionary! { "K" => k, "Columns" => SIZE.0, "Rows" => SIZE.1 };
    let two = |filter: &str, data| filtered(picture("DeviceGray", 1, SIZE, Vec::new()), filter, data);
    let mmr = jbig2(&[1], &group_4());
    let arithmetic = jbig2(&[0, 3, 0xff, 0xfd, 0xff, 2, 0xfe, 0xfe, 0xfe], &Arithmetic::coded());
    let jpx = |name, space| filtered(picture(space, 8, SIZE, Vec::new()), "JPXDecode", file(name));
    let predicted = dictionary! { "Predictor" => 12, "Columns" => SIZE.0 };
    let exact: Vec<(&str, Data)> = vec![
        ("grey as it is", picture("DeviceGray", 8, SIZE, grey.clone())),
        ("colour as it is", picture("DeviceRGB", 8, SIZE, colour.clone())),
        ("one bit", picture("DeviceGray", 1, SIZE, bits())),
        ("Flate", grey_by(&["FlateDecode"], deflated(&grey))),
        (
            "Flate, foretold",
            with(grey_by(&["FlateDecode"], deflated(&up)), "DecodeParms", vec![predicted.into()]),
        ),
        ("Flate, one bit", two("FlateDecode", deflated(&bits()))),
        ("Flate in base 85", grey_by(&["ASCII85Decode", "FlateDecode"], base_85(&deflated(&grey)))),
        (
            "hexadecimal",
            grey_by(&["ASCIIHexDecode"], grey.iter().flat_map(|v| format!("{v:02x}").into_bytes()).collect()),
        ),
        ("LZW", grey_by(&["LZWDecode"], lzw.encode(&grey).unwrap())),
        ("runs", grey_by(&["RunLengthDecode"], [&runs[..], &[128]].concat())),
        ("Group 4", with(two("CCITTFaxDecode", group_4()), "DecodeParms", fax(-1))),
        ("JBIG2 as a fax", two("JBIG2Decode", mmr)),
        ("JBIG2, arithmetic", two("JBIG2Decode", arithmetic)),
        ("JPEG 2000, grey", jpx("grey.jp2", "DeviceGray")),
        ("JPEG 2000, colour", jpx("rgb.jp2", "DeviceRGB")),
        ("JPEG 2000, bare, in tiles", jpx("grey.j2k", "DeviceGray")),
    ];
    for (name, picture) in exact {
        let frame = only(one(picture, UPRIGHT)).unwrap_or_else(|code| panic!("{name}: {code:?}"));
        assert_eq!(difference(&frame), 0, "{name}");
    }
    let jpeg = |name, space| filtered(picture(space, 8, SIZE, Vec::new()), "DCTDecode", file(name));
    let packed = grey_by(&["FlateDecode", "DCTDecode"], deflated(&file("grey.jpg")));
    for (name, picture) in [
        ("JPEG, grey", jpeg("grey.jpg", "DeviceGray")),
        ("JPEG, colour", jpeg("rgb_420.jpg", "DeviceRGB")),
        ("JPEG, progressive", jpeg("rgb_progressive.jpg", "DeviceRGB")),
        ("JPEG in Flate", packed),
    ] {
        let frame = only(one(picture, UPRIGHT)).unwrap_or_else(|code| panic!("{name}: {code:?}"));
        assert!(difference(&frame) <= 6, "{name}: {}", difference(&frame));
    }
}
