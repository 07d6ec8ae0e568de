//! Pages of a PDF as a scanner or a copier writes it.
//!
//! Nearly always a page is one picture that covers it: that picture is taken as it is, pixel for pixel. Whatever
//! else a page may be (a picture in strips, several layers, vector graphics) is drawn. Text that is not shown, as
//! programs for text recognition put over a picture, is no reason to draw.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_interpret::util::TransformExt;
use hayro::hayro_syntax::content::TypedIter;
use hayro::hayro_syntax::content::ops::TypedInstruction;
use hayro::hayro_syntax::object::dict::keys;
use hayro::hayro_syntax::object::stream::{FilterResult, ImageColorSpace, ImageDecodeParams};
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::kurbo::{Affine, Point};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};
use phieu_model::rejection::{RejectCode, Rejection};

use super::{check_size, damaged, darker, darker_of_rgb, frame, jpeg, unpacked};
use crate::frame::Frame;

/// Longer side, in pixels, of a page that is drawn: as its pictures have it, within these bounds, and where it has none A4 at
/// 300 dpi.
const DRAWN_PX: [f64; 2] = [1240.0, 7016.0];
const USUAL_PX: f64 = 3508.0;
/// The end of a PDF stands in so many of its last bytes.
const END_BYTES: usize = 2048;
/// Share of the page that its picture covers.
const COVERED: f64 = 0.9;
/// Text rendering modes that show nothing: neither filled nor stroked.
const INVISIBLE_TEXT: [i64; 2] = [3, 7];

/// Opens a PDF. With it comes why some of its pages may be lost, if they may.
pub fn open(bytes: Vec<u8>) -> Result<(Pdf, Option<Rejection>), Rejection> {
    let ends = bytes[bytes.len().saturating_sub(END_BYTES)..].windows(5).any(|w| w == b"%%EOF");
    let pdf = Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(error) => Rejection::new(RejectCode::FileEncrypted, format!("{error:?}")),
        LoadPdfError::Invalid => damaged("not a PDF that can be read"),
    })?;
    let lost = match (pdf.pages().len(), pages_promised(&pdf)) {
        (0, _) => Some("no page was found".to_owned()),
        (found, Some(promised)) if found != promised => {
            Some(format!("{found} of {promised} pages were found"))
        }
        (found, None) => Some(format!("{found} pages were found, and no list of them")),
        (found, _) if !ends => Some(format!("the file ends early, after {found} pages")),
        _ => None,
    };
    Ok((pdf, lost.map(damaged)))
}

/// How many pages the file says that it has.
fn pages_promised(pdf: &Pdf) -> Option<usize> {
    let catalog: Dict = pdf.xref().get(pdf.xref().root_id())?;
    let pages: Dict = catalog.get(keys::PAGES)?;
    pages.get::<u32>(keys::COUNT).map(|count| count as usize)
}

/// Page `index`, from 0, of a PDF that has it. It may be turned by quarter turns, never mirrored.
pub fn page(pdf: &Pdf, index: usize, max_pixels: u64) -> Result<Frame, Rejection> {
    let page = pdf.pages().get(index).ok_or_else(|| damaged("the PDF lacks this page"))?;
    let shown = Shown::on(page)?;
    let Some((picture, place)) = shown.only_picture(page) else { return drawn(page, &shown, max_pixels) };
    match pixels(picture, max_pixels)? {
        Some(frame) if place.determinant() < 0.0 => Ok(frame.mirrored()),
        Some(frame) => Ok(frame),
        None => drawn(page, &shown, max_pixels),
    }
}

/// What a page shows.
struct Shown<'a> {
    /// Pictures, and where the unit square of each lies, in points.
    pictures: Vec<(Stream<'a>, Affine)>,
    /// Whether it shows anything else.
    more: bool,
}

impl<'a> Shown<'a> {
    fn on(page: &'a Page<'a>) -> Result<Self, Rejection> {
        let mut shown = Self { pictures: Vec::new(), more: false };
        let mut place = Affine::IDENTITY;
        let mut saved = Vec::new();
        let mut shows_text = true;
        let mut operations: TypedIter = page.typed_operations();
        while let Some(operation) = operations.next() {
            match operation {
                TypedInstruction::SaveState(_) => saved.push((place, shows_text)),
                TypedInstruction::RestoreState(_) => {
                    (place, shows_text) = saved.pop().unwrap_or((Affine::IDENTITY, true));
                }
                TypedInstruction::Transform(t) => {
                    place *= Affine::new([t.0, t.1, t.2, t.3, t.4, t.5].map(|n| n.as_f64()));
                }
                TypedInstruction::TextRenderingMode(mode) => {
                    shows_text = !INVISIBLE_TEXT.contains(&mode.0.as_i64());
                }
                TypedInstruction::XObject(object) => {
                    let object = (page.resources().get_x_object(object.0))
                        .ok_or_else(|| damaged("a page lacks its picture"))?;
                    match object.dict().get::<Name>(keys::SUBTYPE) {
                        Some(kind) if kind.as_ref() == b"Image" => shown.pictures.push((object, place)),
                        _ => shown.more = true,
                    }
                }
                TypedInstruction::ShowText(_)
                | TypedInstruction::ShowTexts(_)
                | TypedInstruction::NextLineAndShowText(_)
                | TypedInstruction::ShowTextWithParameters(_) => shown.more |= shows_text,
                operation => shown.more |= paints(&operation),
            }
        }
        Ok(shown)
    }

    /// The picture that is all that the page shows, and where its unit square lies; `None` where there is more, or it does not
    /// cover the page upright or turned by quarter turns.
    fn only_picture(&self, page: &Page) -> Option<(&Stream<'a>, Affine)> {
        let [(picture, place)] = &self.pictures[..] else { return None };
        let [a, b, c, d, ..] = place.as_coeffs();
        let side = a.abs().max(b.abs()).max(c.abs()).max(d.abs());
        let is_zero = |v: f64| v.abs() <= 1e-3 * side;
        let is_upright = is_zero(b) && is_zero(c) || is_zero(a) && is_zero(d);
        (!self.more && is_upright && covered(page, *place) >= COVERED).then_some((picture, *place))
    }

    /// Pixels to a point of the finest picture; `None` where there is none.
    fn pixels_to_a_point(&self) -> Option<f64> {
        let of = |(picture, place): &(Stream, Affine)| {
            let width = picture.dict().get::<u32>(keys::WIDTH)?;
            let [a, b, ..] = place.as_coeffs();
            (a.hypot(b) > 0.0).then(|| f64::from(width) / a.hypot(b))
        };
        self.pictures.iter().filter_map(of).reduce(f64::max)
    }
}

/// Whether an operation leaves something on the page other than a picture of its own or text.
fn paints(operation: &TypedInstruction) -> bool {
    matches!(
        operation,
        TypedInstruction::StrokePath(_)
            | TypedInstruction::CloseAndStrokePath(_)
            | TypedInstruction::FillPathNonZero(_)
            | TypedInstruction::FillPathNonZeroCompatibility(_)
            | TypedInstruction::FillPathEvenOdd(_)
            | TypedInstruction::FillAndStrokeNonZero(_)
            | TypedInstruction::FillAndStrokeEvenOdd(_)
            | TypedInstruction::CloseFillAndStrokeNonZero(_)
            | TypedInstruction::CloseFillAndStrokeEvenOdd(_)
            | TypedInstruction::Shading(_)
            | TypedInstruction::InlineImage(_)
    )
}

/// Share of the page that the unit square covers where it is placed upright.
fn covered(page: &Page, place: Affine) -> f64 {
    let crop = page.intersected_crop_box();
    let (p, q) = (place * Point::new(0.0, 0.0), place * Point::new(1.0, 1.0));
    let common = |a: f64, b: f64, from: f64, to: f64| (a.max(b).min(to) - a.min(b).max(from)).max(0.0);
    let area = common(p.x, q.x, crop.x0, crop.x1) * common(p.y, q.y, crop.y0, crop.y1);
    area / ((crop.x1 - crop.x0) * (crop.y1 - crop.y0)).abs().max(1e-9)
}

/// A picture's own pixels; `None` where they mean something that only drawing settles: a mask, a palette, inverted values.
fn pixels(picture: &Stream, max_pixels: u64) -> Result<Option<Frame>, Rejection> {
    let dict = picture.dict();
    let has = |key: &[u8]| dict.get::<Object>(key).is_some();
    let is_mask = dict.get::<bool>(keys::IMAGE_MASK).unwrap_or(false);
    if is_mask || has(keys::SMASK) || has(keys::MASK) || has(keys::DECODE) {
        return Ok(None);
    }
    let size = |key: &[u8]| dict.get::<u32>(key).ok_or_else(|| damaged("a picture without its size"));
    let (width, height) = (size(keys::WIDTH)?, size(keys::HEIGHT)?);
    check_size(width.into(), height.into(), max_pixels)?;
    let components = components(dict);
    if is_jpeg(dict) {
        return match components {
            Some(1 | 3) => jpeg(&picture.raw_data(), max_pixels).map(Some),
            _ => Ok(None),
        };
    }
    let params = ImageDecodeParams {
        bpc: dict.get::<u8>(keys::BITS_PER_COMPONENT),
        num_components: components,
        width,
        height,
        ..ImageDecodeParams::default()
    };
    let FilterResult { data, image_data } =
        picture.decoded_image(&params).map_err(|error| damaged(format!("{error:?}")))?;
    let (bits, components) = match &image_data {
        Some(image) if image.alpha.is_some() => return Ok(None),
        Some(image) => {
            let own = match image.color_space {
                Some(ImageColorSpace::Gray) => Some(1),
                Some(ImageColorSpace::Rgb) => Some(3),
                Some(ImageColorSpace::Cmyk | ImageColorSpace::Unknown(_)) => return Ok(None),
                None => None,
            };
            (image.bits_per_component, components.or(own))
        }
        None => (params.bpc.unwrap_or(1), components),
    };
    let (width, height) = image_data.map_or((width, height), |image| (image.width, image.height));
    check_size(width.into(), height.into(), max_pixels)?;
    let (width, height) = (width as usize, height as usize);
    let pixels = match (bits, components) {
        (1 | 2 | 4, Some(1)) => unpacked(&data, width, height, usize::from(bits))?,
        (8, Some(1)) => first(&data, width * height)?.to_vec(),
        (8, Some(3)) => darker_of_rgb(first(&data, 3 * width * height)?.as_chunks::<3>().0),
        _ => return Ok(None),
    };
    frame(width, height, pixels).map(Some)
}

/// Whether the data are a JPEG file, and not packed otherwise as well.
fn is_jpeg(dict: &Dict) -> bool {
    let is_dct = |name: &Name| matches!(name.as_ref(), b"DCTDecode" | b"DCT");
    match dict.get::<Object>(keys::FILTER) {
        Some(Object::Name(name)) => is_dct(&name),
        Some(Object::Array(names)) => {
            let mut names = names.iter::<Name>();
            names.next().is_some_and(|name| is_dct(&name)) && names.next().is_none()
        }
        _ => false,
    }
}

fn first(data: &[u8], length: usize) -> Result<&[u8], Rejection> {
    data.get(..length).ok_or_else(|| damaged("the picture has fewer pixels than its header says"))
}

/// Values of a pixel: 1 of grey, 3 of red, green and blue. `None` for anything else.
fn components(dict: &Dict) -> Option<u8> {
    let by_name = |name: &[u8]| match name {
        b"DeviceGray" | b"CalGray" | b"G" => Some(1),
        b"DeviceRGB" | b"CalRGB" | b"RGB" => Some(3),
        _ => None,
    };
    match dict.get::<Object>(keys::COLORSPACE)? {
        Object::Name(name) => by_name(&name),
        Object::Array(array) => of_array(&array).or_else(|| by_name(&array.iter::<Name>().next()?)),
        _ => None,
    }
}

/// Of a colour profile, which says how many there are.
fn of_array(array: &Array) -> Option<u8> {
    let mut parts = array.iter::<Object>();
    match (parts.next()?, parts.next()?) {
        (Object::Name(name), Object::Stream(profile)) if name.as_ref() == b"ICCBased" => {
            profile.dict().get::<u8>(keys::N).filter(|n| [1, 3].contains(n))
        }
        _ => None,
    }
}

/// A page as it is shown.
fn drawn(page: &Page, shown: &Shown, max_pixels: u64) -> Result<Frame, Rejection> {
    let (width, height) = page.render_dimensions();
    let longer = f64::from(width.max(height)).max(1.0);
    let own = shown.pixels_to_a_point().map(|density| (density * longer).clamp(DRAWN_PX[0], DRAWN_PX[1]));
    let scale = own.unwrap_or(USUAL_PX) / longer;
    let px = |side: f32| (f64::from(side) * scale).round().max(1.0) as u16;
    let (w, h) = (px(width), px(height));
    check_size(w.into(), h.into(), max_pixels)?;
    let mut context = RenderContext::new(w, h);
    let cache = RenderCache::new();
    let transform = Affine::scale(scale) * page.initial_transform(true).to_kurbo();
    let settings = RenderSettings { hinting: false, ..RenderSettings::default() };
    render_into(page, &cache, &InterpreterSettings::default(), &settings, &mut context, transform);
    context.flush();
    let mut pixmap = Pixmap::new(w, h);
    let clear = RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..Default::default() };
    context.render_with(&mut pixmap, &mut Resources::default(), clear);
    let pixels = pixmap.data().iter().map(|p| darker([p.r, p.g, p.b])).collect();
    frame(usize::from(w), usize::from(h), pixels)
}

#[cfg(test)]
mod tests {
    use image::{ExtendedColorType, ImageEncoder};
    use lopdf::{Document as Writer, Object as Value, Stream as Data, dictionary};

    use super::super::Document;
    use super::*;

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
        let font = file
            .add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Times-Roman" });
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
}
