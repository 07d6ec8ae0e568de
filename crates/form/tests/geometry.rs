//! What must hold of every placed layout, checked with ink extents of the real font.

mod oracle;
mod templates;

use phieu_form::load;
use phieu_model::layout::{Layout, MarkKind};

fn v1() -> Layout {
    let builtin = &phieu_form::BUILTIN[0];
    load(builtin.file, builtin.text).expect("the shipped template has no faults")
}

/// The shipped form and others of different shape.
fn layouts() -> Vec<(&'static str, Layout)> {
    let mut layouts = vec![("v1", v1())];
    for (name, text) in templates::ALL {
        let layout = load("gop-y/v2.toml", &text()).unwrap_or_else(|faults| panic!("{name}: {faults:#?}"));
        layouts.push((name, layout));
    }
    layouts
}

#[test]
fn everything_stands_within_the_frame_and_apart() {
    for (name, layout) in layouts() {
        let violations = oracle::violations(&layout);
        assert!(violations.is_empty(), "{name}: {violations:#?}");
    }
}

#[test]
fn the_oracle_sees_a_box_that_is_moved() {
    let mut layout = v1();
    layout.pages[0].boxes[7].rect.x += 6.0;
    assert!(!oracle::violations(&layout).is_empty());
    let mut layout = v1();
    layout.pages[0].fields[0].rect.y -= 8.0;
    assert!(!oracle::violations(&layout).is_empty());
    let mut layout = v1();
    layout.pages[0].texts[5].at.y += 3.0;
    assert!(!oracle::violations(&layout).is_empty());
}

#[test]
fn corner_marks_touch_the_8_mm_line_and_the_top_left_one_is_odd() {
    let layout = v1();
    let mark = |kind| layout.pages[0].marks.iter().find(|m| m.kind == kind).unwrap().rect;
    let (tl, tr) = (mark(MarkKind::CornerTl), mark(MarkKind::CornerTr));
    let (br, bl) = (mark(MarkKind::CornerBr), mark(MarkKind::CornerBl));
    assert_eq!((tl.x, tl.y, tl.w, tl.h), (8.0, 8.0, 9.0, 6.0));
    assert_eq!((tr.right(), tr.y, tr.w, tr.h), (202.0, 8.0, 6.0, 6.0));
    assert_eq!((br.right(), br.bottom(), br.w, br.h), (202.0, 289.0, 6.0, 6.0));
    assert_eq!((bl.x, bl.bottom(), bl.w, bl.h), (8.0, 289.0, 6.0, 6.0));
}

#[test]
fn every_row_of_boxes_has_a_timing_mark_on_each_side_level_with_it() {
    for (name, layout) in layouts() {
        let page = &layout.pages[0];
        for kind in [MarkKind::TimingLeft, MarkKind::TimingRight] {
            for place in &page.boxes {
                let y = place.rect.center().y;
                let level = page
                    .marks
                    .iter()
                    .filter(|m| m.kind == kind && (m.rect.center().y - y).abs() < 0.006)
                    .count();
                assert_eq!(level, 1, "{name}: {}/{}", place.question, place.option);
            }
        }
    }
}

#[test]
fn the_two_codes_are_equal_and_at_opposite_corners() {
    let page = &v1().pages[0];
    let [top, bottom] = [page.qr[0], page.qr[1]];
    assert_eq!((top.w, top.h, bottom.w, bottom.h), (18.85, 18.85, 18.85, 18.85));
    assert!(top.x > 150.0 && top.y < 20.0 && bottom.x < 40.0 && bottom.y > 250.0);
}

#[test]
fn the_shipped_form_uses_the_full_height_of_the_page() {
    let lowest = v1().pages[0].texts.iter().map(|t| t.at.y).fold(0.0, f64::max);
    assert!((286.0..289.0).contains(&lowest), "last baseline at {lowest}");
}

#[test]
fn labels_keep_away_from_the_next_box_in_their_row() {
    let layout = v1();
    for place in &layout.pages[0].boxes {
        for other in &layout.pages[0].boxes {
            let same_row = (place.rect.center().y - other.rect.center().y).abs() < 0.01;
            let others = (&place.question, &place.option) != (&other.question, &other.option);
            assert!(
                !(same_row && others && other.label.overlaps(&place.rect.grown(1.9))),
                "{}/{} is near {}/{}",
                place.question,
                place.option,
                other.question,
                other.option
            );
            let beside = place.label.y < place.rect.bottom();
            if same_row && beside && other.rect.x > place.rect.x && place.label.x > place.rect.x {
                assert!(other.rect.x - 0.15 - place.label.right() >= 3.99, "{}", place.question);
            }
        }
    }
}

#[test]
fn two_runs_give_the_same_bytes() {
    assert_eq!(v1().fingerprint(), v1().fingerprint());
}
