//! Reading the codes at the places where the located page has them.
//!
//! Three ways, cheapest first, on each of the page's codes: the modules sampled
//! one by one through the map, the rectified code given to a decoder, the same
//! blurred and cut at Otsu's threshold. What is read counts only when the payload's
//! keyed proof fits, so a decoder's mistake is never taken for a sheet.

use phieu_model::geometry::{PointMm, PointPx, RectMm};
use phieu_model::homography::Homography;
use rxing::common::HybridBinarizer;
use rxing::{BinaryBitmap, Luma8LuminanceSource, Reader as _};

use crate::frame::Frame;
use crate::patch::{Detail, Mapping, Patch, Picture};

/// Modules on a side of a version-3 code, the only one that is printed.
const MODULES: usize = 29;
/// Furthest that the codes are looked for from their place, in mm.
const REACH_MM: f64 = 1.5;
/// Rectified samples to a module.
const SAMPLES: usize = 4;
/// Quiet modules round the rectified code.
const QUIET: usize = 4;

/// A code's text and the way to the rest of the page it gives.
#[derive(Debug, Clone)]
pub struct FoundCode {
    /// The text.
    pub text: String,
    /// Corners of the square of modules in the fine picture, clockwise from the
    /// code's own top left.
    pub corners: [PointPx; 4],
}

/// The text of the code at `place` of a located page.
pub fn read_at(picture: &Picture, map: &Mapping, place: &RectMm) -> Option<String> {
    let module = place.w / MODULES as f64;
    let area = place.grown(module * QUIET as f64);
    let step = module / SAMPLES as f64;
    let patch = Patch::sample(picture, map, area.grown(REACH_MM), (step, Detail::Fine));
    sampled(&patch, place).or_else(|| decoded(&patch))
}

/// Every code on the whole picture; slow, for pages whose corner marks are lost.
pub fn search(picture: &Picture) -> Vec<FoundCode> {
    let frame = &picture.coarse;
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(frame.width(), frame.height(), |x, y| frame.row(y)[x]);
    let found: Vec<FoundCode> = prepared
        .detect_grids()
        .into_iter()
        .filter_map(|grid| {
            let (_, text) = grid.decode().ok()?;
            let corners = grid.bounds.map(|p| {
                crate::frame::whole_place(PointPx::new(f64::from(p.x), f64::from(p.y)), picture.halvings)
            });
            Some(FoundCode { text, corners })
        })
        .collect();
    if !found.is_empty() {
        return found;
    }
    by_rxing(frame)
        .map(|(text, points)| {
            let [bottom_left, top_left, top_right] =
                points.map(|p| crate::frame::whole_place(p, picture.halvings));
            // The points are the middles of the finder patterns, 3.5 modules inside.
            let frame_of = Homography::fit_affine(&[
                (PointMm::new(3.5, MODULES as f64 - 3.5), bottom_left),
                (PointMm::new(3.5, 3.5), top_left),
                (PointMm::new(MODULES as f64 - 3.5, 3.5), top_right),
            ]);
            frame_of.map(|map| FoundCode {
                text,
                corners: RectMm::new(0.0, 0.0, MODULES as f64, MODULES as f64)
                    .corners()
                    .map(|p| map.apply(p)),
            })
        })
        .into_iter()
        .flatten()
        .collect()
}

/// The modules sampled one by one, at the offset at which the code's fixed
/// patterns fit best.
fn sampled(patch: &Patch, place: &RectMm) -> Option<String> {
    let module = place.w / MODULES as f64;
    let at = |dx: f64, dy: f64, x: usize, y: usize| {
        patch
            .near(PointMm::new(
                place.x + dx + (x as f64 + 0.5) * module,
                place.y + dy + (y as f64 + 0.5) * module,
            ))
            .unwrap_or(0.0)
    };
    let fixed = fixed_modules();
    let score = |dx: f64, dy: f64| -> f32 {
        fixed.iter().map(|&(x, y, dark)| if dark { at(dx, dy, x, y) } else { -at(dx, dy, x, y) }).sum()
    };
    let steps = (REACH_MM / patch.grid.step) as i32;
    let offset = |i: i32| f64::from(i) * patch.grid.step;
    let (_, dx, dy) = (-steps..=steps)
        .flat_map(|j| (-steps..=steps).map(move |i| (i, j)))
        .map(|(i, j)| (score(offset(i), offset(j)), offset(i), offset(j)))
        .max_by(|a, b| a.0.total_cmp(&b.0))?;
    // Two thirds of the dark fixed modules must be dark beyond the light ones.
    let dark = fixed.iter().filter(|m| m.2).count() as f32;
    if score(dx, dy) < dark * 0.4 {
        return None;
    }
    // Five samples a module, and a threshold between this code's own dark and light.
    let shade = |x: usize, y: usize| {
        let q = module * 0.2;
        [(0.0, 0.0), (q, 0.0), (-q, 0.0), (0.0, q), (0.0, -q)]
            .iter()
            .map(|(ox, oy)| at(dx + ox, dy + oy, x, y))
            .sum::<f32>()
    };
    let mean_of = |wanted: bool| {
        let (sum, n) = fixed
            .iter()
            .filter(|m| m.2 == wanted)
            .fold((0.0, 0.0), |(sum, n), &(x, y, _)| (sum + shade(x, y), n + 1.0_f32));
        sum / n
    };
    let threshold = (mean_of(true) + mean_of(false)) / 2.0;
    let grid = rqrr::SimpleGrid::from_func(MODULES, |x, y| shade(x, y) > threshold);
    rqrr::Grid::new(grid).decode().ok().map(|(_, text)| text)
}

/// Places and shades of the finder patterns, their separators and the timing
/// patterns of a version-3 code (ISO/IEC 18004, 6.3).
fn fixed_modules() -> Vec<(usize, usize, bool)> {
    let mut fixed = Vec::new();
    let end = MODULES - 7;
    for (fx, fy) in [(0, 0), (end, 0), (0, end)] {
        for y in 0..7 {
            for x in 0..7 {
                let ring = x.min(6 - x).min(y.min(6 - y));
                fixed.push((fx + x, fy + y, ring != 1));
            }
        }
    }
    for i in 0..8 {
        fixed.extend([(7, i, false), (i, 7, false), (end - 1, i, false), (end + i - 1, 7, false)]);
        fixed.extend([(7, end + i - 1, false), (i, end - 1, false)]);
    }
    for i in 8..end - 1 {
        fixed.extend([(i, 6, i % 2 == 0), (6, i, i % 2 == 0)]);
    }
    fixed
}

/// The rectified patch given to the decoders, plain and then blurred.
fn decoded(patch: &Patch) -> Option<String> {
    let pixels: Vec<u8> = patch.ink.iter().map(|ink| (255.0 * (1.0 - ink)) as u8).collect();
    let frame = Frame::new(patch.grid.width, patch.grid.height, pixels.clone())?;
    if let Some((text, _)) = by_rxing(&frame) {
        return Some(text);
    }
    let grey = image::GrayImage::from_raw(patch.grid.width as u32, patch.grid.height as u32, pixels)?;
    let blurred = imageproc::filter::gaussian_blur_f32(&grey, 1.5);
    let level = imageproc::contrast::otsu_level(&blurred);
    let mut prepared =
        rqrr::PreparedImage::prepare_from_bitmap(patch.grid.width, patch.grid.height, |x, y| {
            blurred.get_pixel(x as u32, y as u32).0[0] <= level
        });
    prepared.detect_grids().into_iter().find_map(|grid| grid.decode().ok()).map(|(_, text)| text)
}

/// Text and finder middles (bottom left, top left, top right) of a code in `frame`.
fn by_rxing(frame: &Frame) -> Option<(String, [PointPx; 3])> {
    let pixels: Vec<u8> = (0..frame.height()).flat_map(|y| frame.row(y)).copied().collect();
    let source = Luma8LuminanceSource::new(pixels, frame.width() as u32, frame.height() as u32).ok()?;
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    let result = rxing::qrcode::QRCodeReader::new().decode(&mut bitmap).ok()?;
    let points = result.getPoints();
    let point = |i: usize| points.get(i).map(|p| PointPx::new(f64::from(p.x), f64::from(p.y)));
    Some((result.getText().to_owned(), [point(0)?, point(1)?, point(2)?]))
}
