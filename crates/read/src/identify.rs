//! Reading the codes at the places where the located page has them.
//!
//! From the cheapest on: the modules of each code sampled one by one through the map; what both codes show
//! together, on average and then the darker of the two, since toner is lost more often than added; the same
//! against what is dark and light near by, for toner that fades; the rectified code given to a decoder; that
//! blurred and cut at Otsu's threshold. What is read counts only when the payload's
//! keyed proof fits, so a decoder's mistake is never taken for a sheet.

use phieu_model::geometry::{PointMm, PointPx, RectMm};
use phieu_model::homography::Homography;
use rxing::common::HybridBinarizer;
use rxing::{BinaryBitmap, Luma8LuminanceSource, Reader as _};

use crate::anchors::finder_middles;
use crate::blobs::Blob;
use crate::frame::Frame;
use crate::locate::finder_triples;
use crate::patch::{Detail, Mapping, Patch, Picture};

/// Modules on a side of a version-3 code, the only one that is printed.
pub const MODULES: usize = 29;
/// Furthest that the codes are looked for from their place, in mm.
const REACH_MM: f64 = 1.5;
/// Rectified samples to a module.
const SAMPLES: usize = 4;
/// Modules on a side of the codes that are looked for to say that a page is foreign:
/// versions 1 to 10.
const VERSIONS: std::ops::RangeInclusive<usize> = 21..=57;
/// Places at which such a code is looked for.
const MAX_FOREIGN: usize = 6;
/// Modules on each side that are near by.
const NEIGHBOURS: usize = 3;
/// Half of the difference between dark and light near by is at least this share of that in the whole code:
/// less is noise.
const LEAST_LOCAL: f32 = 0.1;
/// Share of the dark fixed modules that must be dark, beyond the light ones that are, for a code to stand there:
/// toner may have gone from half of it.
const FIXED_SHARE: f32 = 0.25;
/// Share of its shade that a module gives to each of the four beside it in a blurred picture.
const BLUR: f32 = 0.17;
/// Quiet modules round the rectified code.
const QUIET: usize = 4;

/// The texts of the codes at `places` of a located page. Where neither can be read by
/// itself, what both show is added up, module by module: they hold the same text.
pub fn read_at(picture: &Picture, map: &Mapping, places: &[RectMm]) -> Vec<String> {
    let mut texts = Vec::new();
    let mut modules: Vec<Modules> = Vec::new();
    let mut unread: Vec<Patch> = Vec::new();
    for place in places {
        let patch = patch_of(picture, map, place);
        let sampled = Modules::sampled(&patch, place);
        match sampled.as_ref().and_then(Modules::text) {
            Some(text) => texts.push(text),
            None => unread.push(patch),
        }
        modules.extend(sampled);
    }
    if texts.is_empty() {
        let local: Vec<Modules> = modules.iter().map(Modules::local).collect();
        let sums = [Modules::sum(&modules), Modules::darker(&modules)];
        let more = [Modules::sum(&local), Modules::darker(&local)];
        let all = || sums.iter().chain(&local).chain(&more);
        texts.extend(
            all()
                .find_map(Modules::text)
                .or_else(|| modules.iter().chain(all()).find_map(|m| m.sharpened().text())),
        );
    }
    // Also where the other code was read: one that names another sheet must not pass unread.
    texts.extend(unread.iter().filter_map(decoded));
    texts
}

/// The text of a code that three finder patterns frame, ours or not, anywhere on the picture, and where its middle lies.
pub fn read_anywhere(picture: &Picture, blobs: &[Blob]) -> Option<(String, PointPx)> {
    finder_triples(blobs, VERSIONS).iter().take(MAX_FOREIGN).find_map(|[corner, right, below]| {
        // A frame whose unit is a module: the middle of a finder pattern has three.
        let module = (corner.long * corner.short).sqrt() / 3.0;
        let modules = (right.center.distance(corner.center) / module).round() + 7.0;
        let (near, far) = (3.5, modules - 3.5);
        let map = Homography::fit_affine(&[
            (PointMm::new(near, near), corner.center),
            (PointMm::new(far, near), right.center),
            (PointMm::new(near, far), below.center),
        ])?;
        let place = RectMm::new(0.0, 0.0, modules, modules).grown(QUIET as f64);
        let step = (1.0 / SAMPLES as f64, Detail::Fine);
        let text = decoded(&Patch::sample(picture, &Mapping::of(map), place, step))?;
        Some((text, map.apply(PointMm::new(modules / 2.0, modules / 2.0))))
    })
}

/// Whether a code whose middle lies at `p` is one of those at `places` of a page that lies as `map` says.
pub fn is_at(p: PointPx, map: &Homography, places: &[RectMm]) -> bool {
    places.iter().any(|place| {
        let c = place.center();
        map.apply(c).distance(p) <= place.w / 2.0 * map.scale_at(c).0
    })
}

/// The texts of codes of our size that stand elsewhere than at `places` of a page that
/// lies as `map` says: those of another sheet in the same picture.
pub fn read_elsewhere(
    picture: &Picture,
    (map, blobs): (&Homography, &[Blob]),
    places: &[RectMm],
) -> Vec<String> {
    let Some(size) = places.first().map(|place| place.w) else { return Vec::new() };
    let code = RectMm::new(0.0, 0.0, size, size);
    let middles = finder_middles(&code).map(|anchor| anchor.at);
    finder_triples(blobs, MODULES..=MODULES)
        .into_iter()
        .filter_map(|finders| {
            let frame = Homography::fit_affine(&[
                (middles[0], finders[0].center),
                (middles[1], finders[1].center),
                (middles[2], finders[2].center),
            ])?;
            if is_at(frame.apply(code.center()), map, places) {
                return None;
            }
            let patch = patch_of(picture, &Mapping::of(frame), &code);
            Modules::sampled(&patch, &code)?.text()
        })
        .collect()
}

fn patch_of(picture: &Picture, map: &Mapping, place: &RectMm) -> Patch {
    let module = place.w / MODULES as f64;
    let area = place.grown(module * QUIET as f64);
    let step = module / SAMPLES as f64;
    Patch::sample(picture, map, area.grown(REACH_MM), (step, Detail::Fine))
}

/// How dark each module of a code is against the code's own dark and light: about 1 for
/// dark, -1 for light.
struct Modules {
    shades: Vec<f32>,
}

impl Modules {
    /// The modules sampled one by one, at the offset at which the code's fixed patterns
    /// fit best; `None` where they do not fit.
    fn sampled(patch: &Patch, place: &RectMm) -> Option<Self> {
        let grid = patch.grid;
        let fixed = fixed_modules();
        // Middle of the first module, in samples; modules are a whole number of samples.
        let first =
            |from: f64, origin: f64| ((from - origin) / grid.step + 0.5 * SAMPLES as f64).round() as usize;
        let (x0, y0) = (first(place.x, grid.origin.x), first(place.y, grid.origin.y));
        let at = |x: usize, y: usize, (dx, dy): (i32, i32)| {
            let x = (x0 + x * SAMPLES).checked_add_signed(dx as isize).filter(|x| *x < grid.width);
            let y = (y0 + y * SAMPLES).checked_add_signed(dy as isize).filter(|y| *y < grid.height);
            x.zip(y).map_or(0.0, |(x, y)| patch.ink[y * grid.width + x])
        };
        let score = |by: (i32, i32)| -> f32 {
            fixed.iter().map(|&(x, y, dark)| if dark { at(x, y, by) } else { -at(x, y, by) }).sum()
        };
        let best = |offsets: &mut dyn Iterator<Item = (i32, i32)>| {
            offsets.map(|by| (score(by), by)).max_by(|a, b| a.0.total_cmp(&b.0))
        };
        let reach = (REACH_MM / grid.step) as i32 / 2 * 2;
        let square = |reach: i32, step: usize| {
            (-reach..=reach)
                .step_by(step)
                .flat_map(move |j| (-reach..=reach).step_by(step).map(move |i| (i, j)))
        };
        let (_, (i, j)) = best(&mut square(reach, 2))?;
        let (fit, by) = best(&mut square(1, 1).map(|(di, dj)| (i + di, j + dj)))?;
        if fit < fixed.iter().filter(|m| m.2).count() as f32 * FIXED_SHARE {
            return None;
        }
        let shade = |x: usize, y: usize| {
            [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]
                .iter()
                .map(|o| at(x, y, (by.0 + o.0, by.1 + o.1)))
                .sum::<f32>()
        };
        let mean_of = |wanted: bool| {
            let of = fixed.iter().filter(|m| m.2 == wanted).map(|&(x, y, _)| shade(x, y));
            let (sum, n) = of.fold((0.0, 0.0), |(sum, n), shade| (sum + shade, n + 1.0_f32));
            sum / n
        };
        let (dark, light) = (mean_of(true), mean_of(false));
        let (middle, half) = ((dark + light) / 2.0, ((dark - light) / 2.0).max(f32::EPSILON));
        let shades = (0..MODULES * MODULES)
            .map(|i| ((shade(i % MODULES, i / MODULES) - middle) / half).clamp(-1.0, 1.0))
            .collect();
        Some(Self { shades })
    }

    /// What several codes with the same text show together.
    fn sum(all: &[Self]) -> Self {
        let sum_at = |i: usize| all.iter().map(|m| m.shades[i]).sum();
        Self { shades: (0..MODULES * MODULES).map(sum_at).collect() }
    }

    /// The darker of what several codes with the same text show of each module.
    fn darker(all: &[Self]) -> Self {
        let darkest = |i: usize| all.iter().map(|m| m.shades[i]).fold(-1.0, f32::max);
        Self { shades: (0..MODULES * MODULES).map(darkest).collect() }
    }

    /// The same against the darkest and lightest of the modules near by.
    fn local(&self) -> Self {
        let reach = |at: usize| at.saturating_sub(NEIGHBOURS)..(at + NEIGHBOURS + 1).min(MODULES);
        let against = |i: usize| {
            let (x, y) = (i % MODULES, i / MODULES);
            let near = reach(y).flat_map(|v| reach(x).map(move |u| v * MODULES + u)).map(|k| self.shades[k]);
            let (light, dark) = near.fold((1.0_f32, -1.0_f32), |(l, d), v| (l.min(v), d.max(v)));
            let half = ((dark - light) / 2.0).max(LEAST_LOCAL);
            ((self.shades[i] - (dark + light) / 2.0) / half).clamp(-1.0, 1.0)
        };
        Self { shades: (0..MODULES * MODULES).map(against).collect() }
    }

    /// The same without the shade that blur has taken from the modules beside each.
    fn sharpened(&self) -> Self {
        let beside = |i: usize| {
            let (x, y) = (i % MODULES, i / MODULES);
            let at = |u: usize, v: usize| {
                if u < MODULES && v < MODULES { self.shades[v * MODULES + u] } else { -1.0 }
            };
            at(x.wrapping_sub(1), y) + at(x + 1, y) + at(x, y.wrapping_sub(1)) + at(x, y + 1)
        };
        Self { shades: (0..MODULES * MODULES).map(|i| self.shades[i] - BLUR * beside(i)).collect() }
    }

    fn text(&self) -> Option<String> {
        let grid = rqrr::SimpleGrid::from_func(MODULES, |x, y| self.shades[y * MODULES + x] > 0.0);
        rqrr::Grid::new(grid).decode().ok().map(|(_, text)| text)
    }
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
    if let Some(text) = by_rxing(&frame) {
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

fn by_rxing(frame: &Frame) -> Option<String> {
    let pixels: Vec<u8> = (0..frame.height()).flat_map(|y| frame.row(y)).copied().collect();
    let source = Luma8LuminanceSource::new(pixels, frame.width() as u32, frame.height() as u32).ok()?;
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    rxing::qrcode::QRCodeReader::new().decode(&mut bitmap).ok().map(|result| result.getText().to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where something is not as it says")]
mod tests {
    use super::*;

    const TEXT: &str = "PHIEU-1-26Q4-000123-ABC-0123456789";

    /// The shades of a code as a good scan shows them.
    fn modules() -> Modules {
        let code =
            qrcode::QrCode::with_version(TEXT, qrcode::Version::Normal(3), qrcode::EcLevel::Q).unwrap();
        let dark = |color: &qrcode::Color| if *color == qrcode::Color::Dark { 1.0 } else { -1.0 };
        Modules { shades: code.to_colors().iter().map(dark).collect() }
    }

    /// The same with other shades, by row, for what is dark.
    fn faded(shade: impl Fn(usize) -> f32) -> Modules {
        let mut faded = modules();
        let dark = faded.shades.iter_mut().enumerate().filter(|(_, v)| **v > 0.0);
        dark.for_each(|(i, v)| *v = shade(i / MODULES));
        faded
    }

    #[test]
    fn two_codes_that_have_each_lost_their_toner_elsewhere_are_read_together() {
        assert_eq!(modules().text().as_deref(), Some(TEXT));
        let codes = [faded(|y| if y < 12 { -1.0 } else { 1.0 }), faded(|y| if y > 14 { -1.0 } else { 1.0 })];
        assert!(codes.iter().all(|code| code.text().is_none()));
        assert_eq!(Modules::sum(&codes).text(), None, "what one lacks the other cannot outweigh");
        assert_eq!(Modules::darker(&codes).text().as_deref(), Some(TEXT));
    }

    /// What a camera out of focus leaves: light modules with dark ones round them are dark, and the other way round.
    #[test]
    fn a_blurred_code_is_read_without_what_its_modules_give_each_other() {
        let sharp = modules();
        let at = |x: usize, y: usize| {
            if x < MODULES && y < MODULES { sharp.shades[y * MODULES + x] } else { -1.0 }
        };
        let around = |x: usize, y: usize| {
            at(x.wrapping_sub(1), y) + at(x + 1, y) + at(x, y.wrapping_sub(1)) + at(x, y + 1)
        };
        let blurred = (0..MODULES * MODULES).map(|i| {
            let (x, y) = (i % MODULES, i / MODULES);
            0.34 * at(x, y) + 0.1 * around(x, y)
        });
        let blurred = Modules { shades: blurred.collect() };
        assert_eq!(blurred.text(), None);
        assert_eq!(blurred.sharpened().text().as_deref(), Some(TEXT));
    }

    #[test]
    fn a_code_that_has_faded_is_read_against_what_is_near_by() {
        let faded = faded(|y| 1.0 - 1.5 * y as f32 / 28.0);
        assert_eq!(faded.text(), None);
        assert_eq!(faded.local().text().as_deref(), Some(TEXT));
    }
}
