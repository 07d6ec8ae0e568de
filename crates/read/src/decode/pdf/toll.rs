//! What drawing a page costs, found out by going through all that it draws without drawing it.
//!
//! A page is drawn by a library that stops for nothing, and some bytes may ask for years of work: a form that draws another twice,
//! fifty levels deep, a line of a million dashes, a picture drawn over and over. So the page is first interpreted into a
//! device that only counts, and leaves off when the count is too high. One unit of work is about a nanosecond.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::pattern::Pattern;
use hayro::hayro_interpret::util::x_y_advances;
use hayro::hayro_interpret::{
    BlendMode, CacheKey, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, Paint, SoftMask, StrokeProps, interpret_page,
};
use hayro::hayro_syntax::Filter;
use hayro::hayro_syntax::content::TypedIter;
use hayro::hayro_syntax::content::ops::TypedInstruction;
use hayro::hayro_syntax::object::Stream;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape};
use phieu_model::rejection::Rejection;

use super::headers;
use super::resources::{Forms, too_complex};
use super::unpack::Allowance;

/// Units of work that a page may take: some ten seconds.
const MAX_WORK: f64 = 1e10;
/// Bytes that drawing it may hold.
const MAX_BYTES: f64 = (1_u64 << 30) as f64;
/// Bytes that its pictures may unpack to, each time one is drawn.
const PICTURE_BYTES: u64 = 2 << 30;
/// No place on a page is farther from its corner than this, in pixels.
const FARTHEST: f64 = 1e7;

/// Refuses a page that would cost too much to be drawn on so many pixels.
pub fn check<'p>(
    page: &'p Page<'p>,
    (width, height): (u16, u16),
    transform: Affine,
    forms: &Forms,
    max_pixels: u64,
) -> Result<(), Rejection> {
    let target = Rect::new(0.0, 0.0, width.into(), height.into());
    let mut toll = Toll {
        target,
        work: 0.0,
        bytes: 0.0,
        form_work: forms.longest as f64 * (1 + forms.named) as f64 * CONTENT_WORK,
        pictures: Allowance::new(PICTURE_BYTES),
        max_pixels,
        masks: HashSet::new(),
        outlines: HashMap::new(),
    };
    let cache = InterpreterCache::new();
    let settings = InterpreterSettings::default();
    let counted = catch_unwind(AssertUnwindSafe(|| {
        // Forms that the page itself names are unpacked even where they are hidden.
        let content = page.page_stream().map_or(0, <[u8]>::len) as f64;
        toll.spend(content * CONTENT_WORK, 0.0);
        toll.spend(forms.longest as f64 * named_forms(page) * CONTENT_WORK, 0.0);
        let mut context = Context::new(transform, target, &cache, page.xref(), settings);
        interpret_page(page, &mut context, &mut toll);
    }));
    match counted {
        Ok(()) => Ok(()),
        Err(cause) => match cause.downcast::<Rejection>() {
            Ok(rejection) => Err(*rejection),
            Err(cause) => resume_unwind(cause),
        },
    }
}

/// Dashes that a line of this length falls into, in units of its dashes, with those that are gone through before its first;
/// without end where they do not go forward.
fn dashes(stroke: &StrokeProps, length: f64) -> f64 {
    let parts = || stroke.dash_array.iter().map(|part| f64::from(*part));
    let period: f64 = parts().sum();
    if parts().all(|part| part >= 0.0) && period > 0.0 {
        (length + f64::from(stroke.dash_offset.max(0.0))) / period * stroke.dash_array.len() as f64
    } else {
        f64::INFINITY
    }
}

/// How often the page names what may be a form.
fn named_forms(page: &Page) -> f64 {
    let mut operations: TypedIter = page.typed_operations();
    let mut named = 0.0;
    while let Some(operation) = operations.next() {
        named += f64::from(u8::from(matches!(operation, TypedInstruction::XObject(_))));
    }
    named
}

/// Counts what is drawn.
struct Toll {
    target: Rect,
    work: f64,
    bytes: f64,
    /// What going through the longest form of the page costs.
    form_work: f64,
    pictures: Allowance,
    max_pixels: u64,
    masks: HashSet<u128>,
    outlines: HashMap<u128, Rc<BezPath>>,
}

/// Units of work for each: byte of drawing instructions, call of the device, piece of a path, letter, pixel of a picture
/// that is unpacked, pixel of the page that is covered, pixel that is shaded.
const CONTENT_WORK: f64 = 20.0;
const CALL_WORK: f64 = 1_000.0;
const PIECE_WORK: f64 = 500.0;
const LETTER_WORK: f64 = 10_000.0;
const PICTURE_WORK: f64 = 40.0;
/// JBIG2 and JPEG 2000 are coded bit by bit.
const BITWISE_WORK: f64 = 100.0;
const PIXEL_WORK: f64 = 1.0;
const SHADE_WORK: f64 = 200.0;
/// Bytes for each: piece of a path and pixel of its length, tile of a layer.
const PIECE_BYTES: f64 = 100.0;
const LENGTH_BYTES: f64 = 16.0;
const TILE_BYTES: f64 = 64.0;
/// Pixels of a tile, in which the library sorts what it draws.
const TILE_PIXELS: f64 = 256.0 * 4.0;

impl Toll {
    fn spend(&mut self, work: f64, bytes: f64) {
        self.work += work;
        self.bytes += bytes;
        // Written so that what is no number is too much.
        let is_within = self.work <= MAX_WORK && self.bytes <= MAX_BYTES;
        if !is_within {
            self.stop(too_complex("the page takes too much work to be drawn"));
        }
    }

    /// Leaves the library, which offers no other way.
    fn stop(&self, rejection: Rejection) -> ! {
        resume_unwind(Box::new(rejection))
    }

    /// A layer over the whole page.
    fn layer(&mut self) {
        let tiles = self.target.area() / TILE_PIXELS;
        self.spend(CALL_WORK + tiles, tiles * TILE_BYTES);
    }

    /// Pixels of the page that lie within the box.
    fn covered(&self, area: Rect) -> f64 {
        let common = area.intersect(self.target);
        common.width().max(0.0) * common.height().max(0.0)
    }

    fn path(&mut self, path: &BezPath, transform: Affine) -> f64 {
        let mut length = 0.0;
        let mut last = Point::ZERO;
        for piece in path.elements() {
            let (points, is_curve): (&[Point], bool) = match piece {
                PathEl::MoveTo(to) => {
                    last = transform * *to;
                    (&[], false)
                }
                PathEl::LineTo(to) => (&[*to], false),
                PathEl::QuadTo(a, to) => (&[*a, *to], true),
                PathEl::CurveTo(a, b, to) => (&[*a, *b, *to], true),
                PathEl::ClosePath => (&[], false),
            };
            let mut along = 0.0;
            for point in points {
                let next = transform * *point;
                along += next.distance(last);
                last = next;
            }
            if !(along <= FARTHEST && last.x.abs() <= FARTHEST && last.y.abs() <= FARTHEST) {
                self.stop(too_complex("a line on the page leads far away"));
            }
            // A curve is drawn as lines, more of them the longer it is; of a line only what lies on the page counts.
            let pieces = if is_curve { 1.0 + along.sqrt() } else { 1.0 };
            let seen = along.min(self.target.width() + self.target.height());
            self.spend(pieces * PIECE_WORK + seen, pieces * PIECE_BYTES + seen * LENGTH_BYTES);
            length += along;
        }
        length
    }

    fn painted(&mut self, area: Rect, paint: &Paint<'_>, mode: &DrawMode) {
        let pixels = self.covered(area);
        self.spend(CALL_WORK + pixels * PIXEL_WORK, 0.0);
        match paint {
            Paint::Color(_) => {}
            Paint::Pattern(pattern) => self.pattern(pattern, area, matches!(mode, DrawMode::Stroke(_))),
        }
    }

    fn pattern(&mut self, pattern: &Pattern<'_>, area: Rect, is_stroke: bool) {
        match pattern {
            Pattern::Shading(_) => {
                let pixels = self.covered(area);
                self.spend(pixels * SHADE_WORK, pixels * 8.0);
            }
            Pattern::Tiling(tile) => {
                let (across, down) = x_y_advances(&tile.matrix);
                let side = |step: f32, cell: f64, scale: f64| f64::from(step.abs()).max(cell) * scale;
                let width = side(tile.x_step, tile.bbox.width(), across.length());
                let height = side(tile.y_step, tile.bbox.height(), down.length());
                let copies = (2.0 + tile.bbox.width() / f64::from(tile.x_step.abs()))
                    * (2.0 + tile.bbox.height() / f64::from(tile.y_step.abs()));
                let pixels = width * height;
                self.spend(pixels * 8.0 + copies * self.form_work, pixels * 8.0);
                for _ in 0..copies as u64 {
                    if tile.interpret(self, tile.matrix, is_stroke).is_none() {
                        break;
                    }
                }
            }
        }
    }

    fn mask(&mut self, mask: Option<&SoftMask<'_>>) {
        if let Some(mask) = mask
            && self.masks.insert(mask.cache_key())
        {
            let pixels = self.target.area();
            self.spend(pixels * 8.0, pixels);
            mask.interpret(self);
        }
    }
}

impl<'a> Device<'a> for Toll {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let length = self.path(path, props.transform);
        let area = props.transform.transform_rect_bbox(path.control_box());
        if let DrawMode::Stroke(stroke) | DrawMode::FillAndStroke(_, stroke) = mode {
            // Of each side of the line, and of each of its dashes.
            self.spend(length.min(FARTHEST) * 4.0, path.elements().len() as f64 * 4.0 * PIECE_BYTES);
            if !stroke.dash_array.is_empty() {
                let (across, down) = x_y_advances(&props.transform);
                let dashes = dashes(stroke, length / across.length().min(down.length()));
                self.spend(dashes * 4.0 * PIECE_WORK, dashes * 8.0 * PIECE_BYTES);
            }
            let wide = f64::from(stroke.line_width) * f64::from(stroke.miter_limit.max(1.5));
            let wide =
                wide * props.transform.as_coeffs()[..4].iter().fold(0.0, |most: f64, c| most.max(c.abs()));
            self.painted(area.inflate(wide, wide), &props.paint, mode);
        } else {
            self.painted(area, &props.paint, mode);
        }
        self.mask(props.soft_mask.as_ref());
    }

    fn draw_rect(&mut self, rect: &Rect, props: DrawProps<'a>, mode: &DrawMode) {
        self.draw_path(&rect.to_path(0.1), props, mode);
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        // Every form, pattern and drawn letter begins with one.
        self.spend(CALL_WORK + self.form_work, 0.0);
        self.path(&clip.path, Affine::IDENTITY);
    }

    fn push_clip_rect(&mut self, _: &Rect) {
        self.spend(CALL_WORK, 4.0 * PIECE_BYTES);
    }

    fn pop_clip(&mut self) {
        self.spend(CALL_WORK, 0.0);
    }

    fn push_transparency_group(&mut self, _: f32, mask: Option<SoftMask<'a>>, _: BlendMode) {
        self.layer();
        self.mask(mask.as_ref());
    }

    fn pop_transparency_group(&mut self) {
        self.spend(CALL_WORK, 0.0);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        for placed in run.glyphs() {
            match &**placed {
                Glyph::Outline(letter) => {
                    self.spend(LETTER_WORK, 0.0);
                    let outline = self.outlines.entry(letter.identifier().cache_key());
                    let outline = Rc::clone(outline.or_insert_with(|| Rc::new(letter.outline())));
                    let props =
                        DrawProps { transform: props.transform * placed.transform(), ..props.clone() };
                    self.draw_path(&outline, props, mode);
                }
                Glyph::Type3(drawn) => {
                    self.spend(CALL_WORK + self.form_work, 0.0);
                    drawn.interpret(self, props.transform, placed.transform(), &props.paint);
                }
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let (width, height) = (f64::from(image.width()), f64::from(image.height()));
        let area = props.transform.transform_rect_bbox(Rect::new(0.0, 0.0, width, height));
        match &image {
            Image::Raster(picture) => self.picture(picture.stream(), width * height),
            Image::Stencil(stencil) => self.picture(stencil.stream(), width * height),
        }
        self.layer();
        self.spend(self.covered(area) * 4.0, 0.0);
        self.mask(props.soft_mask.as_ref());
    }
}

impl Toll {
    /// A picture, which is unpacked each time it is drawn.
    fn picture(&mut self, stream: &Stream, pixels: f64) {
        let size = headers::size(stream.dict(), self.max_pixels);
        if let Err(rejection) = size.and_then(|_| self.pictures.take(stream, self.max_pixels)) {
            self.stop(rejection);
        }
        let is_bitwise =
            (stream.filters().iter()).any(|filter| matches!(filter, Filter::Jbig2Decode | Filter::JpxDecode));
        self.spend(pixels * if is_bitwise { BITWISE_WORK } else { PICTURE_WORK }, pixels * 4.0);
    }
}
