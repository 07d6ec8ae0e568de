//! Pages of a PDF as a scanner or a copier writes it.
//!
//! Nearly always a page is one picture that covers it: that picture is taken as it is, pixel for pixel. Whatever
//! else a page may be (a picture in strips, several layers, vector graphics) is drawn. Text that is not shown, as
//! programs for text recognition put over a picture, is no reason to draw.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hayro::hayro_interpret::util::TransformExt;
use hayro::hayro_interpret::{InterpreterSettings, InterpreterWarning};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::content::TypedIter;
use hayro::hayro_syntax::content::ops::TypedInstruction;
use hayro::hayro_syntax::object::dict::keys;
use hayro::hayro_syntax::object::stream::{FilterResult, ImageColorSpace, ImageDecodeParams};
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, Point};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};
use phieu_model::rejection::Rejection;

use super::{check_size, damaged, darker, darker_of_rgb, frame, jpeg, resolution, unpacked};
use crate::frame::Frame;
pub use open::Opened;
use resources::too_complex;
pub use skeleton::Skeleton;
use unpack::{Allowance, MAX_STREAM_BYTES};

mod headers;
mod long;
mod open;
mod resources;
mod skeleton;
mod survey;
mod table;
mod toll;
mod unpack;

/// Longer side, in pixels, of a page that is drawn: as its pictures have it, within these bounds, and where it has none A4 at
/// 300 dpi.
const DRAWN_PX: [f64; 2] = [1240.0, 7016.0];
const USUAL_PX: f64 = 3508.0;
const POINTS_TO_AN_INCH: f64 = 72.0;
/// Share of the page that its picture covers.
const COVERED: f64 = 0.9;
/// States that may be saved within each other; programs that write PDF save some ten.
const MAX_SAVED: usize = 10_000;
/// Pictures on one page; scans come in strips of some rows.
const MAX_PICTURES: usize = 10_000;
/// Bytes of stack for drawing a page: forms may lie fifty deep in each other.
const STACK_BYTES: usize = 64 << 20;
/// Text rendering modes that show nothing: neither filled nor stroked.
const INVISIBLE_TEXT: [i64; 2] = [3, 7];

/// Page `index`, from 0, of a PDF that has it. It may be turned by quarter turns, never mirrored.
fn page(pdf: &Pdf, index: usize, max_pixels: u64) -> Result<Frame, Rejection> {
    let page = pdf.pages().get(index).ok_or_else(|| damaged("the PDF lacks this page"))?;
    resources::check_content(page, max_pixels)?;
    let shown = Shown::on(page)?;
    let Some((picture, place)) = shown.only_picture(page) else { return drawn(page, &shown, max_pixels) };
    let frame = match pixels(picture, max_pixels)? {
        Some(frame) if place.determinant() < 0.0 => frame.mirrored(),
        Some(frame) => frame,
        None => return drawn(page, &shown, max_pixels),
    };
    let dpi = dots_to_an_inch((frame.width(), frame.height()), place);
    Ok(resolution::told(frame, Some(dpi)))
}

/// Of a picture of so many pixels whose unit square lies on the page as `place` says, in points.
fn dots_to_an_inch((width, height): (usize, usize), place: Affine) -> (f64, f64) {
    let [a, b, c, d, ..] = place.as_coeffs();
    (width as f64 / a.hypot(b) * POINTS_TO_AN_INCH, height as f64 / c.hypot(d) * POINTS_TO_AN_INCH)
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
                TypedInstruction::SaveState(_) => {
                    saved.push((place, shows_text));
                    if saved.len() > MAX_SAVED {
                        return Err(too_complex(format!("the page saves its state {MAX_SAVED} times over")));
                    }
                }
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
                        Some(kind) if kind.as_ref() == b"Image" => {
                            shown.pictures.push((object, place));
                            if shown.pictures.len() > MAX_PICTURES {
                                return Err(too_complex(format!(
                                    "the page has more than {MAX_PICTURES} pictures"
                                )));
                            }
                        }
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
    Allowance::new(MAX_STREAM_BYTES).take(picture, max_pixels)?;
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
        (1 | 2 | 4, Some(1)) => {
            let rows = whole(&data, (width * usize::from(bits)).div_ceil(8), height)?;
            unpacked(rows, width, height, usize::from(bits))?
        }
        (8, Some(1)) => whole(&data, width, height)?.to_vec(),
        (8, Some(3)) => darker_of_rgb(whole(&data, 3 * width, height)?.as_chunks::<3>().0),
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

/// The rows of a picture. A row more would mean that they are not as long as was thought.
fn whole(data: &[u8], row: usize, rows: usize) -> Result<&[u8], Rejection> {
    if data.len() >= row * (rows + 1) {
        return Err(damaged("the picture has more pixels than its header says"));
    }
    data.get(..row * rows).ok_or_else(|| damaged("the picture has fewer pixels than its header says"))
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
    let forms = resources::follow(page, max_pixels)?;
    let transform = Affine::scale(scale) * page.initial_transform(true).to_kurbo();
    let drawing = || {
        toll::check(page, (w, h), transform, &forms, max_pixels)?;
        on_paper(page, (w, h), transform)
    };
    std::thread::scope(|scope| {
        let drawing = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, drawing);
        let drawing = drawing.map_err(|error| too_complex(error.to_string()))?;
        drawing.join().unwrap_or_else(|cause| resume_unwind(cause))
    })
}

/// Draws a page on white.
fn on_paper(page: &Page, (w, h): (u16, u16), transform: Affine) -> Result<Frame, Rejection> {
    let lacks_picture = Arc::new(AtomicBool::new(false));
    let noted = Arc::clone(&lacks_picture);
    let settings = InterpreterSettings {
        // What is drawn goes on without a picture that cannot be unpacked.
        warning_sink: Arc::new(move |warning| {
            if matches!(warning, InterpreterWarning::ImageDecodeFailure) {
                noted.store(true, Ordering::Relaxed);
            }
        }),
        ..InterpreterSettings::default()
    };
    let mut context = RenderContext::new(w, h);
    let cache = RenderCache::new();
    let render = RenderSettings { hinting: false, ..RenderSettings::default() };
    render_into(page, &cache, &settings, &render, &mut context, transform);
    if lacks_picture.load(Ordering::Relaxed) {
        return Err(damaged("a picture of the page cannot be unpacked"));
    }
    context.flush();
    let mut pixmap = Pixmap::new(w, h);
    let clear = RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..Default::default() };
    context.render_with(&mut pixmap, &mut Resources::default(), clear);
    let pixels = pixmap.data().iter().map(|p| darker([p.r, p.g, p.b])).collect();
    frame(usize::from(w), usize::from(h), pixels)
}

#[cfg(test)]
mod tests;
