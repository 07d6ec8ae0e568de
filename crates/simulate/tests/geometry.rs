//! Where things lie in the picture, and what the truth says about it.

#![allow(clippy::unwrap_used)]

mod hand_made;

use phieu_model::layout::Layout;
use phieu_simulate::{
    Batch, Device, InkColour, Output, PaperWear, PenKind, Profile, Scanning, SimulatedPage, Unreadable,
};

/// Nobody marks anything: only print is in the picture.
fn unmarked() -> Profile {
    let mut profile = Profile::clean();
    profile.people.blank = 1.0;
    profile.people.comment = 0.0;
    profile.people.contact = 0.0;
    profile.scanning.dpi = vec![(200, 1.0)];
    profile.scanning.output = vec![(Output::GreyPng, 1.0)];
    profile
}

fn page(layout: &Layout, profile: &Profile, seed: u64) -> SimulatedPage {
    let sheets = hand_made::sheets(1);
    let pdf = hand_made::pdf(layout, 1);
    Batch::new(pdf, (layout, &sheets), profile, seed).unwrap().page(0).unwrap()
}

/// Middle of the dark line that crosses a window, along x or along y, pixels from its start.
fn line(picture: &image::GrayImage, (x, y): (f64, f64), (w, h): (f64, f64)) -> (f64, f64) {
    let darkness = |x: i64, y: i64| {
        let inside = x >= 0 && y >= 0 && x < i64::from(picture.width()) && y < i64::from(picture.height());
        if inside { f64::from(255 - picture.get_pixel(x as u32, y as u32)[0]) } else { 0.0 }
    };
    let (x0, y0) = ((x - w / 2.0).round() as i64, (y - h / 2.0).round() as i64);
    let (w, h) = (w.round() as i64, h.round() as i64);
    let cells: Vec<(i64, i64)> = (0..h).flat_map(|j| (0..w).map(move |i| (x0 + i, y0 + j))).collect();
    let paper = cells.iter().map(|(x, y)| darkness(*x, *y)).fold(f64::MAX, f64::min);
    let (mut sum, mut sx, mut sy) = (0.0, 0.0, 0.0);
    for (x, y) in cells {
        let dark = (darkness(x, y) - paper - 25.0).max(0.0);
        sum += dark;
        sx += dark * (x as f64 + 0.5);
        sy += dark * (y as f64 + 0.5);
    }
    (sx / sum, sy / sum)
}

/// Largest distance in millimetres between the middles of the outlines that are seen and those
/// that the truth tells, over all boxes.
fn largest_error(layout: &Layout, page: &SimulatedPage) -> f64 {
    let picture = image::load_from_memory(&page.bytes).unwrap().to_luma8();
    let boxes = &page.truth.boxes_px;
    assert_eq!(boxes.len(), layout.pages[0].boxes.len());
    let error = |[x, y, per_mm]: &[f64; 3]| {
        let half = hand_made::BOX_MM / 2.0 * per_mm;
        let (thick, long) = (1.5 * per_mm, 2.0 * per_mm);
        let left = line(&picture, (x - half, *y), (thick, long)).0;
        let right = line(&picture, (x + half, *y), (thick, long)).0;
        let top = line(&picture, (*x, y - half), (long, thick)).1;
        let bottom = line(&picture, (*x, y + half), (long, thick)).1;
        ((left + right) / 2.0 - x).hypot((top + bottom) / 2.0 - y) / per_mm
    };
    boxes.iter().map(error).fold(0.0, f64::max)
}

#[test]
fn the_truth_places_every_box_within_a_tenth_of_a_millimetre_at_every_turn() {
    let layout = hand_made::layout();
    for turns in 0..4 {
        let mut profile = unmarked();
        profile.scanning.quarter_turns = vec![(turns, 1.0)];
        let error = largest_error(&layout, &page(&layout, &profile, 5));
        assert!(error < 0.1, "{turns} turns: {error} mm");
    }
}

#[test]
fn the_truth_follows_skew_slips_folds_and_copies() {
    let layout = hand_made::layout();
    for seed in 0..3 {
        let mut profile = unmarked();
        profile.scanning.skew_deg = 2.0;
        profile.scanning.skew_limit_deg = 4.0;
        profile.scanning.feed_mm = 0.8;
        profile.scanning.slip = 1.0;
        profile.scanning.slip_mm = [1.0, 2.0];
        profile.printing.copied_filled = 1.0;
        profile.printing.skew_deg = 1.5;
        profile.paper.fold = 1.0;
        profile.paper.fold_step_mm = 0.5;
        let page = page(&layout, &profile, seed);
        assert!(!page.truth.factors.wear.bend.folds.is_empty());
        let error = largest_error(&layout, &page);
        assert!(error < 0.25, "seed {seed}: {error} mm");
    }
}

#[test]
fn the_truth_follows_perspective_lens_and_waves() {
    let layout = hand_made::layout();
    for seed in 0..3 {
        let mut profile = unmarked();
        profile.scanning.output = vec![(Output::GreyPng, 1.0)];
        let camera = Scanning::photo().camera.unwrap();
        profile.scanning.camera = Some(phieu_simulate::Camera {
            tilt_deg: [15.0, 25.0],
            roll_deg: 1.0,
            long_side: vec![(2048, 1.0)],
            shadow: 0.0,
            motion: (0.0, [0.0, 0.0]),
            ..camera
        });
        let page = page(&layout, &profile, seed);
        let per_mm: Vec<f64> = page.truth.boxes_px.iter().map(|b| b[2]).collect();
        let (least, most) =
            (per_mm.iter().copied().fold(9e9, f64::min), per_mm.iter().copied().fold(0.0, f64::max));
        assert!(most / least > 1.04, "no perspective: {least} to {most} pixels to a millimetre");
        let error = largest_error(&layout, &page);
        assert!(error < 0.25, "seed {seed}: {error} mm");
    }
}

#[test]
fn a_page_cut_in_half_is_called_unreadable_and_a_whole_one_is_not() {
    let layout = hand_made::layout();
    let mut profile = unmarked();
    assert_eq!(page(&layout, &profile, 1).truth.unreadable, None);
    profile.scanning.cropped = 1.0;
    profile.scanning.cropped_mm = [150.0, 150.0];
    let cut = page(&layout, &profile, 1);
    assert_eq!(cut.truth.unreadable, Some(Unreadable::Boxes));
    assert!(cut.truth.questions.iter().any(|q| !q.plain), "cut questions are not plain");
}

#[test]
fn turned_photographs_say_so_by_exif() {
    let layout = hand_made::layout();
    for (turns, orientation) in [(0, 1), (1, 8), (2, 3), (3, 6)] {
        let mut profile = Profile::photo();
        profile.scanning.quarter_turns = vec![(turns, 1.0)];
        profile.scanning.output = vec![(Output::ColourJpeg, 1.0)];
        let mut camera = profile.scanning.camera.take().unwrap();
        (camera.exif, camera.wrong_exif, camera.long_side) = (1.0, 0.0, vec![(1200, 1.0)]);
        profile.scanning.camera = Some(camera);
        let page = page(&layout, &profile, 1);
        let at = page.bytes.windows(6).position(|w| w == b"Exif\0\0").expect("there is an EXIF segment");
        // Header of 6, TIFF header of 8, count of 2, then tag, type and count of the entry: 8.
        assert_eq!(page.bytes[at + 24], orientation);
        assert_eq!(page.truth.factors.exif, Some(orientation));
        assert!(matches!(page.truth.factors.device, Device::Telephone(_)));
    }
}

#[test]
fn colour_is_stored_at_half_resolution_when_the_truth_says_so() {
    let layout = hand_made::layout();
    for (share, factors) in [(1.0, 0x22), (0.0, 0x11)] {
        let mut profile = unmarked();
        profile.scanning.dpi = vec![(100, 1.0)];
        profile.scanning.output = vec![(Output::ColourJpeg, 1.0)];
        profile.scanning.half_chroma = share;
        let page = page(&layout, &profile, 1);
        let start = page.bytes.windows(2).position(|w| w == [0xff, 0xc0]).expect("a baseline JPEG");
        // Length 2, precision 1, height and width 4, components 1, then the first one's number.
        assert_eq!(page.bytes[start + 11], factors);
        assert_eq!(page.truth.factors.half_chroma, share > 0.5);
    }
}

/// Largest difference between the colours of a pixel anywhere in the picture.
fn most_colour(page: &SimulatedPage) -> u8 {
    let picture = image::load_from_memory(&page.bytes).unwrap().to_rgb8();
    let spread = |p: &image::Rgb<u8>| p.0.iter().max().unwrap() - p.0.iter().min().unwrap();
    picture.pixels().map(spread).max().unwrap()
}

#[test]
fn a_copied_sheet_has_lost_the_colour_of_pens_and_stamps() {
    let layout = hand_made::layout();
    let mut profile = Profile::clean();
    profile.people.pens = vec![((PenKind::Gel, InkColour::Blue), 1.0)];
    profile.scanning.dpi = vec![(100, 1.0)];
    profile.scanning.output = vec![(Output::ColourPng, 1.0)];
    profile.paper = PaperWear { stamp: 1.0, ..PaperWear::none() };
    let written = page(&layout, &profile, 2);
    assert!(!written.truth.factors.wear.stamps.is_empty() && most_colour(&written) > 90);
    profile.printing.copied_filled = 1.0;
    let copied = page(&layout, &profile, 2);
    assert!(copied.truth.factors.print.copied_filled.is_some() && most_colour(&copied) < 40);
}

#[test]
fn pages_of_every_profile_are_the_same_in_any_order() {
    let layout = hand_made::layout();
    let (sheets, pdf) = (hand_made::sheets(2), hand_made::pdf(&layout, 2));
    for name in ["hard", "photo", "bilevel", "lowres"] {
        let profile = Profile::named(name).unwrap();
        let first = Batch::new(pdf.clone(), (&layout, &sheets), &profile, 11).unwrap();
        let second = Batch::new(pdf.clone(), (&layout, &sheets), &profile, 11).unwrap();
        let forwards = (first.page(0).unwrap(), first.page(1).unwrap());
        let backwards = (second.page(1).unwrap(), second.page(0).unwrap());
        assert!(forwards.0 == backwards.1 && forwards.1 == backwards.0, "{name}");
    }
}
