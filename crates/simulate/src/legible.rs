//! What is left of the print in the picture: of a box whose outline is gone nobody can say where it was.

use phieu_model::geometry::{PointMm, RectMm};

use crate::scan::Scanned;

/// Places looked at along each side of an outline.
const PLACES: usize = 9;
/// Where across the line it is looked for, and where the paper beside it, in mm from the line outwards.
const LINE_MM: [f64; 3] = [-0.12, 0.0, 0.12];
const PAPER_MM: [f64; 2] = [0.9, 1.2];
/// How much darker than the paper beside it a place of the line is at least, of the range from black to
/// white: half of that is the noise of a poor scanner.
const DARKER: f64 = 0.08;
/// Share of the places at which the line must be seen.
const SEEN: f64 = 0.5;
/// Modules on a side of the codes (version 3), and of a part that is hardly ever all light in a printed one.
const MODULES: usize = 29;
const WINDOW: usize = 4;

/// Share of the modules of a page's codes that are in none of `codes` to be told from paper: they lie in a part
/// where all modules of all codes are light, as hardly a printed code has one.
pub(crate) fn share_gone(scanned: &Scanned, codes: &[RectMm], place: &dyn Fn(PointMm) -> PointMm) -> f64 {
    let mut dark = [[false; MODULES]; MODULES];
    for code in codes {
        let side = code.w / MODULES as f64;
        // Mean of nine places in a module; outside the picture there is nothing to see.
        let shade = |u: usize, v: usize| {
            let at = |n: usize, k: usize| (n as f64 + 0.25 + 0.25 * k as f64) * side;
            let places = (0..9).map(|k| PointMm::new(code.x + at(u, k % 3), code.y + at(v, k / 3)));
            places.map(|p| level(scanned, place(p)).unwrap_or(1.0)).sum::<f64>() / 9.0
        };
        let shades: Vec<Vec<f64>> =
            (0..MODULES).map(|v| (0..MODULES).map(|u| shade(u, v)).collect()).collect();
        let mut sorted: Vec<f64> = shades.iter().flatten().copied().collect();
        sorted.sort_by(f64::total_cmp);
        let paper = sorted[sorted.len() * 9 / 10];
        for (row, shades) in dark.iter_mut().zip(&shades) {
            row.iter_mut().zip(shades).for_each(|(dark, shade)| *dark |= paper - shade >= 2.0 * DARKER);
        }
    }
    share_light(&dark)
}

/// Share of the modules that lie in a part of a few modules which are all light.
fn share_light(dark: &[[bool; MODULES]; MODULES]) -> f64 {
    let mut gone = [[false; MODULES]; MODULES];
    for v in 0..=MODULES - WINDOW {
        for u in 0..=MODULES - WINDOW {
            if dark[v..v + WINDOW].iter().all(|row| row[u..u + WINDOW].iter().all(|dark| !dark)) {
                gone[v..v + WINDOW].iter_mut().for_each(|row| row[u..u + WINDOW].fill(true));
            }
        }
    }
    gone.iter().flatten().filter(|gone| **gone).count() as f64 / (MODULES * MODULES) as f64
}

/// Level, 0 black to 1 white, at a place of the scanned sheet; `None` outside the picture.
fn level(scanned: &Scanned, at: PointMm) -> Option<f64> {
    let ([x, y], _) = scanned.view.picture_place([at.x, at.y]);
    let picture = &scanned.picture;
    let inside = x >= 0.0 && y >= 0.0 && x < picture.width as f64 && y < picture.height as f64;
    inside.then(|| {
        let first = (y as usize * picture.width + x as usize) * picture.channels;
        let sum: u32 = picture.data[first..first + picture.channels].iter().map(|v| u32::from(*v)).sum();
        f64::from(sum) / picture.channels as f64 / 255.0
    })
}

/// Whether the outline `rect` is to be seen. `place` takes a place of the layout to the sheet that was scanned.
pub(crate) fn is_outline_seen(scanned: &Scanned, rect: &RectMm, place: &dyn Fn(PointMm) -> PointMm) -> bool {
    let level = |x: f64, y: f64| level(scanned, place(PointMm::new(x, y)));
    let mut seen = 0;
    for k in 0..PLACES {
        let along = (k as f64 + 1.0) / (PLACES as f64 + 1.0);
        let (x, y) = (rect.x + along * rect.w, rect.y + along * rect.h);
        // A place on each side, and the way out of the box there.
        let sides = [
            (x, rect.y, 0.0, -1.0),
            (x, rect.bottom(), 0.0, 1.0),
            (rect.x, y, -1.0, 0.0),
            (rect.right(), y, 1.0, 0.0),
        ];
        for (x, y, ox, oy) in sides {
            let at = |mm: f64| level(x + ox * mm, y + oy * mm);
            let line = LINE_MM.iter().filter_map(|&mm| at(mm)).reduce(f64::min);
            let paper: Vec<f64> = PAPER_MM.iter().filter_map(|&mm| at(mm)).collect();
            let mean = paper.iter().sum::<f64>() / paper.len() as f64;
            seen += u32::from(line.is_some_and(|line| mean - line >= DARKER));
        }
    }
    f64::from(seen) >= SEEN * (4 * PLACES) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> [[bool; MODULES]; MODULES] {
        let code = qrcode::QrCode::with_version(text, qrcode::Version::Normal(3), qrcode::EcLevel::Q)
            .expect("short");
        let colors = code.to_colors();
        std::array::from_fn(|v| std::array::from_fn(|u| colors[v * MODULES + u] == qrcode::Color::Dark))
    }

    #[test]
    fn hardly_a_printed_code_has_a_light_part_and_what_lost_its_toner_is_counted() {
        for k in 0..200 {
            let printed = code(&format!("PHIEU-26Q4-{k:06}-ABC-{:010}", k * 7_919));
            assert!(share_light(&printed) < 0.03, "{k}");
            let mut faded = printed;
            faded[10..20].iter_mut().for_each(|row| row.fill(false));
            let share = share_light(&faded);
            assert!((0.33..0.5).contains(&share), "{share} of a code that lacks ten rows of 29");
        }
    }
}
