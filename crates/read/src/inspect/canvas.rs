//! A picture that lines, arrows and words are drawn on.

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use image::{ImageEncoder, Rgb, RgbImage};
use phieu_model::geometry::{MM_PER_PT, PointMm, PointPx};
use phieu_model::layout::{Face, TextRun};
use phieu_model::reading::MarkKind;
use phieu_typeface::OutlinePen;

/// Red, green, blue and how much of what lies below is hidden, 0–1.
#[derive(Debug, Clone, Copy)]
pub struct Colour(pub [u8; 3], pub f32);

// Colours that people with any colour vision tell apart (Okabe and Ito 2008).
pub const FOUND: Colour = Colour([0, 158, 115], 1.0);
pub const MISSING: Colour = Colour([213, 94, 0], 1.0);
pub const EXPECTED: Colour = Colour([0, 114, 178], 1.0);
pub const SEEN: Colour = Colour([204, 121, 167], 1.0);
pub const DOUBT: Colour = Colour([230, 159, 0], 1.0);
pub const WORDS: Colour = Colour([20, 20, 20], 1.0);
pub const QUIET: Colour = Colour([120, 120, 120], 1.0);
pub const PAPER: Colour = Colour([255, 255, 255], 0.85);

/// The colour of a box with this mark.
pub fn colour_of(mark: MarkKind) -> Colour {
    match mark {
        MarkKind::Empty => QUIET,
        MarkKind::Cross | MarkKind::Tick | MarkKind::Fill => FOUND,
        MarkKind::Cancelled | MarkKind::Ring => SEEN,
        MarkKind::Dot | MarkKind::Stray => DOUBT,
        MarkKind::Covered => MISSING,
    }
}

/// The mark's name as in stored readings.
pub fn name_of(mark: MarkKind) -> &'static str {
    match mark {
        MarkKind::Empty => "empty",
        MarkKind::Cross => "cross",
        MarkKind::Tick => "tick",
        MarkKind::Fill => "fill",
        MarkKind::Dot => "dot",
        MarkKind::Cancelled => "cancelled",
        MarkKind::Ring => "ring",
        MarkKind::Stray => "stray",
        MarkKind::Covered => "covered",
    }
}

/// Shapes larger than this, in pixels, lie mostly beside the picture and are left out.
const LARGEST_SHAPE: f32 = 6000.0;
/// Corners of the polygon that stands for a circle.
const CIRCLE_CORNERS: usize = 32;
/// Grey levels of a page below the drawing: enough to see pale strokes, few enough that
/// the noise of the scanner does not fill the file.
const GREY_STEP: u8 = 8;

/// The picture; places are pixels, (0, 0) the middle of the first.
#[derive(Debug)]
pub struct Canvas {
    picture: RgbImage,
}

impl Canvas {
    /// A white canvas.
    pub fn new(width: usize, height: usize) -> Self {
        Self { picture: RgbImage::from_pixel(width as u32, height as u32, Rgb([255; 3])) }
    }

    /// Puts a grey pixel, if it lies on the canvas.
    pub fn grey(&mut self, (x, y): (usize, usize), brightness: u8) {
        if x < self.picture.width() as usize && y < self.picture.height() as usize {
            let rounded = (brightness.saturating_add(GREY_STEP / 2) / GREY_STEP).saturating_mul(GREY_STEP);
            let level = if brightness >= 255 - GREY_STEP / 2 { 255 } else { rounded };
            self.picture.put_pixel(x as u32, y as u32, Rgb([level; 3]));
        }
    }

    /// Lays a colour over one pixel, if it lies on the canvas.
    pub fn tint(&mut self, (x, y): (i64, i64), Colour(rgb, cover): Colour) {
        let (width, height) = (i64::from(self.picture.width()), i64::from(self.picture.height()));
        if (0..width).contains(&x) && (0..height).contains(&y) {
            let pixel = self.picture.get_pixel_mut(x as u32, y as u32);
            for (below, above) in pixel.0.iter_mut().zip(rgb) {
                *below = (f32::from(*below) + cover * (f32::from(above) - f32::from(*below))).round() as u8;
            }
        }
    }

    /// A filled polygon.
    pub fn polygon(&mut self, corners: &[PointPx], colour: Colour) {
        let mut shape = Shape::default();
        if let Some((first, rest)) = corners.split_first() {
            shape.move_to(PointMm::new(first.x, first.y));
            rest.iter().for_each(|p| shape.line_to(PointMm::new(p.x, p.y)));
            shape.close();
        }
        self.fill(&shape, colour);
    }

    /// A straight line of `width` pixels.
    pub fn line(&mut self, (a, b): (PointPx, PointPx), (width, colour): (f64, Colour)) {
        let length = a.distance(b).max(1e-6);
        let (nx, ny) = ((b.y - a.y) / length * width / 2.0, (a.x - b.x) / length * width / 2.0);
        let corner = |p: PointPx, side: f64| PointPx::new(p.x + side * nx, p.y + side * ny);
        self.polygon(&[corner(a, 1.0), corner(b, 1.0), corner(b, -1.0), corner(a, -1.0)], colour);
    }

    /// The border of a polygon.
    pub fn outline(&mut self, corners: &[PointPx], (width, colour): (f64, Colour)) {
        for (i, &corner) in corners.iter().enumerate() {
            self.line((corner, corners[(i + 1) % corners.len()]), (width, colour));
        }
    }

    /// The diagonals of a rectangle: not found, so that colour is not the only sign.
    pub fn crossed_out(&mut self, corners: &[PointPx; 4], pen: (f64, Colour)) {
        self.line((corners[0], corners[2]), pen);
        self.line((corners[1], corners[3]), pen);
    }

    /// A circle.
    pub fn circle(&mut self, (center, radius): (PointPx, f64), pen: (f64, Colour)) {
        let corners: Vec<PointPx> = (0..CIRCLE_CORNERS)
            .map(|i| (i as f64 / CIRCLE_CORNERS as f64 * std::f64::consts::TAU).sin_cos())
            .map(|(sin, cos)| PointPx::new(center.x + radius * cos, center.y + radius * sin))
            .collect();
        self.outline(&corners, pen);
    }

    /// An arrow from `a` to `b`; a dot where they are one place.
    pub fn arrow(&mut self, (a, b): (PointPx, PointPx), (width, colour): (f64, Colour)) {
        let length = a.distance(b);
        let head = (4.0 * width).min(length);
        let (ux, uy) = if length > 0.0 { ((b.x - a.x) / length, (b.y - a.y) / length) } else { (0.0, 0.0) };
        let neck = PointPx::new(b.x - head * ux, b.y - head * uy);
        self.line((a, neck), (width, colour));
        let half = head * 0.45;
        self.polygon(
            &[
                b,
                PointPx::new(neck.x - half * uy, neck.y + half * ux),
                PointPx::new(neck.x + half * uy, neck.y - half * ux),
            ],
            colour,
        );
        let dot = width * 0.8;
        let corners = [(-dot, -dot), (dot, -dot), (dot, dot), (-dot, dot)];
        self.polygon(&corners.map(|(x, y)| PointPx::new(a.x + x, a.y + y)), colour);
    }

    /// `text` with its baseline at `at`, `size` pixels high.
    pub fn text(&mut self, at: PointPx, (size, colour): (f64, Colour), text: &str) {
        let run = TextRun {
            at: PointMm::new(at.x, at.y),
            size_pt: size / MM_PER_PT,
            face: Face::Regular,
            text: text.to_owned(),
        };
        let mut shape = Shape::default();
        phieu_typeface::draw(&run, &mut shape);
        self.fill(&shape, colour);
    }

    /// `text` on a patch of paper, so that it can be read over anything.
    pub fn label(&mut self, at: PointPx, (size, colour): (f64, Colour), text: &str) {
        let (left, right) = (at.x - 2.0, at.x + text_width(size, text) + 2.0);
        let (top, bottom) = (at.y - 0.8 * size, at.y + 0.25 * size);
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        self.polygon(&corners.map(|(x, y)| PointPx::new(x, y)), PAPER);
        self.text(at, (size, colour), text);
    }

    fn fill(&mut self, shape: &Shape, Colour(rgb, cover): Colour) {
        let Some((low, high)) = shape.bounds() else { return };
        let (x0, y0) = (low.x.floor() - 1.0, low.y.floor() - 1.0);
        let (width, height) = (high.x.ceil() + 2.0 - x0, high.y.ceil() + 2.0 - y0);
        if !(width < LARGEST_SHAPE && height < LARGEST_SHAPE) {
            return;
        }
        let mut raster = Rasterizer::new(width as usize, height as usize);
        // Pixel i stands for the picture from i - ½ to i + ½.
        let moved = |p: Point| point(p.x - x0 + 0.5, p.y - y0 + 0.5);
        for edge in &shape.edges {
            match edge {
                Edge::Line(a, b) => raster.draw_line(moved(*a), moved(*b)),
                Edge::Curve(a, c, b) => raster.draw_quad(moved(*a), moved(*c), moved(*b)),
            }
        }
        raster.for_each_pixel_2d(|x, y, inside| {
            if inside > 0.0 {
                let place = (i64::from(x) + x0 as i64, i64::from(y) + y0 as i64);
                self.tint(place, Colour(rgb, cover * inside.min(1.0)));
            }
        });
    }

    /// The picture as a PNG file.
    pub fn png(&self) -> Vec<u8> {
        encoded(self.picture.as_raw(), self.picture.dimensions(), image::ExtendedColorType::Rgb8)
    }
}

/// The width of `text`, `size` pixels high.
pub fn text_width(size: f64, text: &str) -> f64 {
    phieu_typeface::text_width_mm(Face::Regular, size / MM_PER_PT, text)
}

/// Pixels as a PNG file.
pub fn encoded(pixels: &[u8], (width, height): (u32, u32), kind: image::ExtendedColorType) -> Vec<u8> {
    let mut png = Vec::new();
    image::codecs::png::PngEncoder::new(&mut png)
        .write_image(pixels, width, height, kind)
        .expect("writing to memory does not fail");
    png
}

#[derive(Debug, Clone, Copy)]
enum Edge {
    Line(Point, Point),
    Curve(Point, Point, Point),
}

/// Closed outlines.
#[derive(Debug, Default)]
struct Shape {
    edges: Vec<Edge>,
    at: Point,
    start: Point,
}

impl Shape {
    fn bounds(&self) -> Option<(Point, Point)> {
        let points = self.edges.iter().flat_map(|edge| match *edge {
            Edge::Line(a, b) => [a, b, b],
            Edge::Curve(a, c, b) => [a, c, b],
        });
        points.fold(None, |bounds, p| {
            let (low, high) = bounds.unwrap_or((p, p));
            Some((point(low.x.min(p.x), low.y.min(p.y)), point(high.x.max(p.x), high.y.max(p.y))))
        })
    }
}

fn pixel(p: PointMm) -> Point {
    point(p.x as f32, p.y as f32)
}

impl OutlinePen for Shape {
    fn move_to(&mut self, p: PointMm) {
        self.at = pixel(p);
        self.start = self.at;
    }

    fn line_to(&mut self, p: PointMm) {
        self.edges.push(Edge::Line(self.at, pixel(p)));
        self.at = pixel(p);
    }

    fn quad_to(&mut self, control: PointMm, p: PointMm) {
        self.edges.push(Edge::Curve(self.at, pixel(control), pixel(p)));
        self.at = pixel(p);
    }

    fn close(&mut self) {
        self.edges.push(Edge::Line(self.at, self.start));
        self.at = self.start;
    }
}
