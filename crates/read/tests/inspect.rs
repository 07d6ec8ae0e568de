//! Inspected pages: the same decision as reading, and nothing personal in any picture.
#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it says")]

use std::sync::OnceLock;

use image::{GrayImage, Luma, Rgb, RgbImage};
use phieu_model::geometry::RectMm;
use phieu_model::layout::{FieldPlace, Layout};
use phieu_model::payload::OfficeKey;
use phieu_model::reading::PageOutcome;
use phieu_model::rejection::RejectCode;
use phieu_read::frame::Frame;
use phieu_read::inspect::Stage;
use phieu_read::{Inspection, Policy, Reader};
use phieu_simulate::Profile;
use phieu_trial::{PrintedSheets, key};

/// The scan that all tests look at, how the office's reader sees it, and its pictures.
struct Plain {
    scan: GrayImage,
    outcome: PageOutcome,
    pictures: Vec<RgbImage>,
}

fn plain() -> &'static Plain {
    static PLAIN: OnceLock<Plain> = OnceLock::new();
    PLAIN.get_or_init(|| {
        let scan = scan(&layouts()[0]);
        let reader = Reader::new(layouts(), key(), Policy::default());
        let inspection = reader.inspect(frame(&scan));
        let pictures = pictures(&inspection);
        let outcome = inspection.outcome;
        Plain { scan, outcome, pictures }
    })
}

fn layouts() -> &'static [Layout] {
    static LAYOUTS: OnceLock<Vec<Layout>> = OnceLock::new();
    LAYOUTS.get_or_init(|| vec![phieu_trial::layout()])
}

/// A clean scan of a filled-in sheet that lies upright.
fn scan(layout: &Layout) -> GrayImage {
    let printed = PrintedSheets::new(layout, &key(), (1, 6)).unwrap();
    let profile = Profile::clean();
    let batch = printed.batch(layout, &profile, 6).unwrap();
    let page = batch.page(0).unwrap();
    assert_eq!(page.truth.factors.quarter_turns, 0, "ink is placed below for an upright page");
    image::load_from_memory(&page.bytes).unwrap().into_luma8()
}

fn frame(picture: &GrayImage) -> Frame {
    Frame::new(picture.width() as usize, picture.height() as usize, picture.as_raw().clone()).unwrap()
}

/// The scan with strokes and a solid square, like a mark to steer by, in the middle of a field.
fn written(scan: &GrayImage, field: &FieldPlace) -> GrayImage {
    let mut picture = scan.clone();
    let px = f64::from(scan.height()) / 297.0;
    let middle = field.rect.center();
    let strokes = (0..5).map(|i| RectMm::new(middle.x - 8.0 + 2.5 * f64::from(i), middle.y - 1.5, 0.6, 3.5));
    for r in strokes.chain([RectMm::new(middle.x + 6.0, middle.y - 1.5, 3.0, 3.0)]) {
        for y in (r.y * px) as u32..(r.bottom() * px) as u32 {
            for x in (r.x * px) as u32..(r.right() * px) as u32 {
                picture.put_pixel(x, y, Luma([20]));
            }
        }
    }
    picture
}

fn pictures(inspection: &Inspection) -> Vec<RgbImage> {
    let stages = inspection.pictures().into_iter().map(|(_, png)| png);
    let boxes = inspection.boxes().into_iter().map(|b| b.png);
    stages.chain(boxes).map(|png| image::load_from_memory(&png).unwrap().into_rgb8()).collect()
}

/// Pixels that differ by more than one of the greys drawn between two pictures of the same
/// size.
fn changed(a: &RgbImage, b: &RgbImage) -> usize {
    assert_eq!(a.dimensions(), b.dimensions());
    let differ = |(a, b): &(&Rgb<u8>, &Rgb<u8>)| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > 8);
    a.pixels().zip(b.pixels()).filter(differ).count()
}

#[test]
fn what_is_written_in_a_sensitive_field_leaves_no_trace_in_any_picture() {
    let Plain { scan, pictures: plain, .. } = plain();
    let page = &layouts()[0].pages[0];
    let reader = Reader::new(layouts(), key(), Policy::default());
    let inspected = |picture: &GrayImage| {
        let inspection = reader.inspect(frame(picture));
        assert!(matches!(inspection.outcome, PageOutcome::Read(_)) && inspection.is_clear());
        pictures(&inspection)
    };
    assert_eq!(plain.len(), 4 + page.boxes.len());
    let mut all = scan.clone();
    for field in page.fields.iter().filter(|f| f.sensitive) {
        all = written(&all, field);
    }
    assert!(all.pixels().zip(scan.pixels()).filter(|(a, b)| a.0[0].abs_diff(b.0[0]) > 150).count() > 1000);
    for (i, (covered, plain)) in inspected(&all).iter().zip(plain).enumerate() {
        // The paper's level beside the field may change by one of the greys drawn, and with it
        // the page's place by a ten-thousandth of a millimetre: a few pixels at the border of
        // the cover.
        assert!(changed(covered, plain) <= 16, "picture {i} tells what was written");
    }
    // The same ink in a field that is not sensitive is seen: the comparison can fail.
    let open = page.fields.iter().find(|f| !f.sensitive).unwrap();
    let shown = inspected(&written(scan, open));
    for stage in [Stage::Anchors, Stage::Decision] {
        let i = stage as usize;
        assert!(changed(&shown[i], &plain[i]) > 300, "{stage:?} does not show the page");
    }
}

#[test]
fn inspecting_decides_exactly_as_reading() {
    let reader = Reader::new(layouts(), key(), Policy::default());
    assert_eq!(plain().outcome, reader.read(frame(&plain().scan)));
}

#[test]
fn a_refused_page_gives_its_code_and_what_was_found_and_nothing_on_it_can_be_recognised() {
    let stranger = Reader::new(layouts(), OfficeKey::new([8; 32]), Policy::default());
    let inspection = stranger.inspect(frame(&plain().scan));
    let PageOutcome::Rejected(rejection) = &inspection.outcome else { panic!("a foreign sheet was read") };
    assert_eq!(rejection.code, RejectCode::OtherOffice);
    assert_eq!(inspection.found.anchors, Some((10, 10)));
    assert_eq!(inspection.found.codes, Some((2, 2)));
    assert_eq!(inspection.found.outlines, None);
    assert!(!inspection.is_clear());
    assert!(inspection.boxes().is_empty() && inspection.boxes_found().is_empty());
    let drawn = inspection.pictures();
    assert_eq!(drawn.iter().map(|(stage, _)| *stage).collect::<Vec<_>>(), [Stage::Anchors]);
    // Where the grey of the page changes from one pixel to the next is the border of a
    // block, one pixel in thirty; drawn lines have colours.
    let changes = |picture: &RgbImage| {
        let grey = |x: u32, y: u32| {
            let [r, g, b] = picture.get_pixel(x, y).0;
            (r == g && g == b).then_some(r)
        };
        let (mut changed, mut seen) = (0, 0);
        for (x, y) in (0..picture.height()).flat_map(|y| (0..picture.width() - 1).map(move |x| (x, y))) {
            if let Some((a, b)) = grey(x, y).zip(grey(x + 1, y)) {
                seen += 1;
                changed += u32::from(a != b);
            }
        }
        f64::from(changed) / f64::from(seen)
    };
    let dissolved = changes(&image::load_from_memory(&drawn[0].1).unwrap().into_rgb8());
    assert!(dissolved < 0.04, "{dissolved}");
    assert!(changes(&plain().pictures[0]) > 2.0 * dissolved, "the measure tells nothing");
}
