//! What is printed is what the layout says.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use common::{KEY, drawn, font_program, fonts, layout, outline, questionnaire, sheets, to_unicode, widths};
use phieu_model::geometry::RectMm;
use phieu_model::lang::Lang;
use phieu_model::layout::Face;
use phieu_model::payload::{self, KnownLayout};
use phieu_print::{PlacedSheet, PrintError, pdf};

fn same_place(a: &RectMm, b: &RectMm) -> bool {
    a.corners().iter().zip(b.corners()).all(|(p, q)| p.distance(q) <= 0.005)
}

#[test]
fn every_box_of_every_sheet_is_stroked_where_the_layout_says() {
    for layout in [layout(1), questionnaire()] {
        let pages = drawn(&pdf(&layout, &KEY, &sheets(3)).unwrap().pdf);
        assert_eq!(pages.len(), 3);
        for page in pages {
            let boxes = &layout.pages[0].boxes;
            assert_eq!(page.stroked.len(), boxes.len(), "nothing but boxes is stroked as a rectangle");
            for ((drawn, width), expected) in page.stroked.iter().zip(boxes) {
                assert!(same_place(drawn, &expected.rect), "{drawn:?} instead of {:?}", expected.rect);
                assert!((width - layout.box_line_mm).abs() < 0.001);
            }
        }
    }
}

#[test]
fn marks_are_filled_where_the_layout_says() {
    let layout = questionnaire();
    let page = &drawn(&pdf(&layout, &KEY, &sheets(1)).unwrap().pdf)[0];
    for mark in &layout.pages[0].marks {
        assert!(page.filled.iter().any(|r| same_place(r, &mark.rect)), "{mark:?}");
    }
}

/// The text of the code whose modules are filled inside `square`, by a decoder that
/// shares nothing with the printer.
fn decoded(filled: &[RectMm], square: &RectMm) -> String {
    const PX: usize = 6;
    const SIDE: usize = (29 + 8) * PX;
    let module = square.w / 29.0;
    let modules: Vec<&RectMm> = filled.iter().filter(|r| square.grown(0.01).contains_rect(r)).collect();
    let dark = |x: usize, y: usize| {
        let at = |px: usize, origin: f64| origin + (px as f64 / PX as f64 - 4.0 + 0.5 / PX as f64) * module;
        let (x, y) = (at(x, square.x), at(y, square.y));
        modules.iter().any(|r| (r.x..r.right()).contains(&x) && (r.y..r.bottom()).contains(&y))
    };
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(SIDE, SIDE, |x, y| if dark(x, y) { 0 } else { 255 });
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

#[test]
fn both_codes_say_who_the_sheet_is() {
    let (layout, sheets) = (layout(2), sheets(2));
    let known = KnownLayout::new(&layout);
    let printed = pdf(&layout, &KEY, &sheets).unwrap();
    for (page, placed) in drawn(&printed.pdf).iter().zip(&printed.sheets) {
        for square in &layout.pages[0].qr {
            let expected = payload::encode(&known, placed.page, &placed.serial, &KEY);
            assert_eq!(decoded(&page.filled, square), expected);
        }
    }
}

#[test]
fn the_wording_can_be_read_back_with_its_diacritics_and_spaces() {
    let sheets = sheets(2);
    for layout in [layout(1), questionnaire()] {
        for (page, sheet) in drawn(&pdf(&layout, &KEY, &sheets).unwrap().pdf).iter().zip(&sheets) {
            let printed: Vec<&str> = layout.pages[0].texts.iter().map(|run| run.text.as_str()).collect();
            let (shared, own) = page.texts.split_at(printed.len());
            assert_eq!(shared, printed);
            let own = own.join(" ");
            for text in [sheet.serial.as_str(), &sheet.procedure, &sheet.unit] {
                assert!(own.contains(text), "{text} in {own}");
            }
        }
    }
}

#[test]
fn sheets_are_listed_in_the_order_of_the_pages() {
    let sheets = sheets(2);
    let entry =
        |pdf_page, sheet: usize, page| PlacedSheet { pdf_page, serial: sheets[sheet].serial.clone(), page };
    let printed = pdf(&layout(2), &KEY, &sheets).unwrap();
    assert_eq!(printed.sheets, [entry(0, 0, 1), entry(1, 0, 2), entry(2, 1, 1), entry(3, 1, 2)]);
    assert_eq!(drawn(&printed.pdf).len(), 4);
}

#[test]
fn the_same_sheets_give_the_same_bytes() {
    let print = |n| pdf(&layout(1), &KEY, &sheets(n)).unwrap().pdf;
    assert_eq!(print(3), print(3));
    assert_ne!(print(3), print(2));
}

#[test]
fn a_sheet_costs_less_than_four_kilobytes_and_fonts_are_subsets() {
    let printed = pdf(&questionnaire(), &KEY, &sheets(200)).unwrap().pdf;
    assert!(printed.len() < 200 * 4096, "{} bytes", printed.len());
    let file = lopdf::Document::load_mem(&printed).unwrap();
    let fonts = fonts(&file, file.page_iter().next().unwrap());
    assert_eq!(fonts.len(), 3, "one font for each face");
    for font in fonts.values() {
        let program = font_program(&file, font);
        assert!(program.len() < 40_000, "{} bytes: the whole font has 360 kB", program.len());
        let name = font.get(b"BaseFont").unwrap().as_name().unwrap();
        assert_eq!(name[6], b'+', "a subset is named as one");
    }
}

#[test]
fn every_code_draws_its_letter_with_its_width() {
    let printed = pdf(&questionnaire(), &KEY, &sheets(1)).unwrap().pdf;
    let file = lopdf::Document::load_mem(&printed).unwrap();
    for font in fonts(&file, file.page_iter().next().unwrap()).values() {
        let name = String::from_utf8(font.get(b"BaseFont").unwrap().as_name().unwrap().to_vec()).unwrap();
        let face = [Face::Regular, Face::Bold, Face::Italic]
            .into_iter()
            .find(|&face| name[7..] == *phieu_typeface::postscript_name(face))
            .unwrap();
        let program = font_program(&file, font);
        let cut_down = ttf_parser::Face::parse(&program, 0).unwrap();
        let whole = ttf_parser::Face::parse(phieu_typeface::font_bytes(face), 0).unwrap();
        let (letters, widths) = (to_unicode(&file, font), widths(&file, font));
        assert!(letters.len() > 20, "{name} has {} letters", letters.len());
        for (code, letter) in letters {
            let glyph = whole.glyph_index(letter.chars().next().unwrap()).unwrap();
            assert_eq!(outline(&cut_down, ttf_parser::GlyphId(code)), outline(&whole, glyph), "{letter}");
            let thousandths = f64::from(whole.glyph_hor_advance(glyph).unwrap()) / 2.048;
            assert!((widths[&code] - thousandths).abs() < 1.0, "{letter}: {}", widths[&code]);
        }
    }
}

#[test]
fn fonts_with_other_letters_have_other_names() {
    let names = |unit: &str| -> Vec<Vec<u8>> {
        let mut sheets = sheets(1);
        sheets[0].unit = unit.into();
        let printed = pdf(&layout(1), &KEY, &sheets).unwrap().pdf;
        let file = lopdf::Document::load_mem(&printed).unwrap();
        let fonts = fonts(&file, file.page_iter().next().unwrap());
        fonts.values().map(|font| font.get(b"BaseFont").unwrap().as_name().unwrap().to_vec()).collect()
    };
    let (before, after) = (names("Phòng"), names("Phòng ZW"));
    assert_eq!((before.len(), after.len()), (3, 3));
    let kept = before.iter().filter(|name| after.contains(name)).count();
    assert_eq!(kept, 2, "only the regular face has new letters: {before:?} {after:?}");
}

#[test]
fn a_name_that_does_not_fit_is_refused_with_the_serial() {
    let mut sheets = sheets(2);
    sheets[1].procedure = "Cấp Giấy chứng nhận ".repeat(40);
    let error = pdf(&layout(1), &KEY, &sheets).unwrap_err();
    for lang in [Lang::Vi, Lang::En] {
        assert!(error.sentence(lang).contains(sheets[1].serial.as_str()));
    }
    assert!(matches!(error, PrintError::DoesNotFit { serial, .. } if serial == sheets[1].serial));
}

#[test]
fn a_character_that_the_font_lacks_is_refused_by_name() {
    let mut sheets = sheets(1);
    sheets[0].unit = "Phòng 漢".into();
    let error = pdf(&layout(1), &KEY, &sheets).unwrap_err();
    assert!(error.sentence(Lang::Vi).contains("U+6F22"), "{}", error.sentence(Lang::Vi));
}

#[test]
fn a_payload_beyond_version_3_is_refused() {
    let mut layout = layout(1);
    layout.version = 12_345;
    assert!(matches!(pdf(&layout, &KEY, &sheets(1)), Err(PrintError::CodeTooLong { length: 50, .. })));
}

#[test]
fn no_sheets_are_refused() {
    assert_eq!(pdf(&layout(1), &KEY, &[]), Err(PrintError::NoSheets));
}
