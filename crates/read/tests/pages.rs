//! Whole pages: printed by the printer, filled in and scanned by the simulator.
#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it says")]

use std::ops::ControlFlow;
use std::path::PathBuf;

use image::{GrayImage, ImageEncoder, imageops};
use phieu_model::geometry::RectMm;
use phieu_model::layout::Layout;
use phieu_model::payload::OfficeKey;
use phieu_model::reading::{AnswerState, PageOutcome, PageReading, ReviewReason};
use phieu_model::rejection::RejectCode;
use phieu_read::frame::Frame;
use phieu_read::{Policy, ReadPage, Reader, Source, read_files, sources};
use phieu_simulate::{PageTruth, Profile};
use phieu_trial::{PrintedSheets, key};

fn layouts() -> Vec<Layout> {
    vec![phieu_trial::layout()]
}

/// Files and truths of `count` simulated sheets.
fn simulated(layout: &Layout, profile: &Profile, (count, seed): (u32, u64)) -> Vec<(Vec<u8>, PageTruth)> {
    let printed = PrintedSheets::new(layout, &key(), (count, seed)).unwrap();
    let batch = printed.batch(layout, profile, seed).unwrap();
    (0..batch.len())
        .map(|i| {
            let page = batch.page(i).unwrap();
            (page.bytes, page.truth)
        })
        .collect()
}

fn all_pages(reader: &Reader, sources: &[Source], workers: usize) -> Vec<ReadPage> {
    let mut pages = Vec::new();
    read_files(reader, sources, workers, &mut |page| {
        pages.push(page);
        ControlFlow::Continue(())
    })
    .unwrap();
    pages
}

fn grey(bytes: &[u8]) -> GrayImage {
    image::load_from_memory(bytes).unwrap().into_luma8()
}

/// One clean page, as the simulator scans it, and its truth.
fn clean_page(layout: &Layout, seed: u64) -> (GrayImage, PageTruth) {
    let (bytes, truth) = simulated(layout, &Profile::clean(), (1, seed)).remove(0);
    (grey(&bytes), truth)
}

/// Lays white paper over a part of an upright page.
fn cover(picture: &mut GrayImage, rect: &RectMm) {
    let px = f64::from(picture.height()) / 297.0;
    let range = |from: f64, to: f64, n: u32| (from * px).max(0.0) as u32..((to * px) as u32).min(n);
    for y in range(rect.y, rect.bottom(), picture.height()) {
        for x in range(rect.x, rect.right(), picture.width()) {
            picture.put_pixel(x, y, image::Luma([235]));
        }
    }
}

fn read(reader: &Reader, picture: &GrayImage) -> PageOutcome {
    let frame = Frame::new(picture.width() as usize, picture.height() as usize, picture.as_raw().clone());
    reader.read(frame.unwrap())
}

fn reading(outcome: PageOutcome) -> Box<PageReading> {
    match outcome {
        PageOutcome::Read(reading) => reading,
        PageOutcome::Rejected(rejection) => panic!("refused: {rejection:?}"),
    }
}

/// The answers that the reader takes responsibility for, as (question, state, options).
fn accepted(reading: &PageReading) -> Vec<(String, AnswerState, Vec<String>)> {
    let accepted = reading.answers.iter().filter(|a| !a.needs_review);
    accepted.map(|a| (a.question.clone(), a.state, a.options.clone())).collect()
}

/// No accepted answer differs from what the person meant; gives the share accepted.
fn assert_honest(reading: &PageReading, truth: &PageTruth) -> f64 {
    assert_eq!(Some(&reading.identity.serial), truth.serial.as_ref());
    let accepted = accepted(reading);
    for (question, state, options) in &accepted {
        let meant = truth.questions.iter().find(|q| q.question == *question).unwrap();
        assert_eq!((*state, options), (meant.state, &meant.options), "{question} of {}", truth.file_name);
    }
    accepted.len() as f64 / reading.answers.len() as f64
}

#[test]
fn a_page_is_read_without_any_one_corner_mark_and_code_and_refused_without_both_codes() {
    let layouts = layouts();
    let page = &layouts[0].pages[0];
    let reader = Reader::new(&layouts, key(), Policy::default());
    let (whole, truth) = clean_page(&layouts[0], 6);
    // Covered generously: the scan is shifted and skewed by a few millimetres.
    let covered = |rects: &[RectMm]| {
        let mut picture = whole.clone();
        rects.iter().for_each(|rect| cover(&mut picture, &rect.grown(3.0)));
        picture
    };
    // Each corner mark together with one of the codes.
    let corners = page.marks.iter().filter(|m| m.kind.is_corner());
    for (mark, code) in corners.zip(page.qr.iter().cycle()) {
        let found = reading(read(&reader, &covered(&[mark.rect, *code])));
        let seen = (found.registration.corners, found.registration.codes);
        assert_eq!(seen, (3, 1), "without {:?} and {code:?}", mark.kind);
        assert!(assert_honest(&found, &truth) > 0.8);
    }
    // Both codes hold the same text: without corner marks only the rest of the page tells which of them is left.
    let corners = page.marks.iter().filter(|m| m.kind.is_corner()).map(|m| m.rect);
    let found = reading(read(&reader, &covered(&corners.chain([page.qr[0]]).collect::<Vec<_>>())));
    assert_eq!((found.registration.corners, found.registration.codes), (0, 1));
    assert!(assert_honest(&found, &truth) > 0.8);
    let PageOutcome::Rejected(rejection) = read(&reader, &covered(&page.qr)) else {
        panic!("a page without a code was read");
    };
    assert_eq!(rejection.code, RejectCode::NoCode);
}

/// Toner that is used up leaves bands of a page white.
#[test]
fn a_page_without_corner_marks_and_with_half_of_each_code_is_read() {
    let layouts = layouts();
    let page = &layouts[0].pages[0];
    let reader = Reader::new(&layouts, key(), Policy::default());
    let (mut picture, truth) = clean_page(&layouts[0], 6);
    let (upper, lower) = (page.qr[0], page.qr[1]);
    assert!(upper.y < lower.y);
    let (top, end) = (upper.y + 0.45 * upper.h, lower.y + 0.55 * lower.h);
    cover(&mut picture, &RectMm::new(0.0, 0.0, 210.0, top));
    cover(&mut picture, &RectMm::new(0.0, end, 210.0, 297.0 - end));
    let found = reading(read(&reader, &picture));
    assert_eq!(found.registration.corners, 0);
    assert!(assert_honest(&found, &truth) > 0.8);
}

#[test]
fn a_page_that_ends_before_its_last_question_is_read_and_one_with_paper_over_a_third_is_refused() {
    let layouts = layouts();
    let page = &layouts[0].pages[0];
    let reader = Reader::new(&layouts, key(), Policy::default());
    let (whole, truth) = clean_page(&layouts[0], 6);
    let px = f64::from(whole.height()) / 297.0;
    let rect_of = |id: &str| page.questions.iter().find(|q| q.question == id).unwrap().rect;
    let last = rect_of("q3_10");
    let cut = imageops::crop_imm(&whole, 0, 0, whole.width(), (last.y * px) as u32).to_image();
    let found = reading(read(&reader, &cut));
    assert_honest(&found, &truth);
    for answer in &found.answers {
        let is_cut = answer.question == "q3_10";
        assert_eq!(answer.reasons.contains(&ReviewReason::Covered), is_cut, "{}", answer.question);
    }
    // The back of another sheet over the first question: that sheet is not to be lost.
    let mut two = whole.clone();
    cover(&mut two, &RectMm::new(0.0, 0.0, 210.0, rect_of("q3_1").bottom()));
    let PageOutcome::Rejected(rejection) = read(&reader, &two) else { panic!("two sheets were read as one") };
    assert_eq!(rejection.code, RejectCode::FormNotFound);
}

/// A feeder that slips, or a fold that was not pressed flat: below a line the page lies where no smooth field
/// has it.
#[test]
fn a_page_that_jumps_by_three_millimetres_is_read_to_its_last_box() {
    let layouts = layouts();
    let page = &layouts[0].pages[0];
    let reader = Reader::new(&layouts, key(), Policy::default());
    let (whole, truth) = clean_page(&layouts[0], 9);
    assert!(truth.questions[7..].iter().all(|q| q.state == AnswerState::Answered), "a page that shows it");
    let px = f64::from(whole.height()) / 297.0;
    let at = page.questions.iter().find(|q| q.question == "q3_7").unwrap().rect.y;
    let (at, jump) = ((at * px) as u32, (3.0 * px) as u32);
    let mut picture = GrayImage::from_pixel(whole.width(), whole.height(), image::Luma([235]));
    imageops::overlay(
        &mut picture,
        &imageops::crop_imm(&whole, 0, at, whole.width(), whole.height() - at - jump).to_image(),
        0,
        i64::from(at + jump),
    );
    imageops::overlay(&mut picture, &imageops::crop_imm(&whole, 0, 0, whole.width(), at).to_image(), 0, 0);
    let found = reading(read(&reader, &picture));
    assert_eq!(usize::from(found.registration.outlines), page.boxes.len());
    assert_honest(&found, &truth);
    let accepted = accepted(&found);
    for below in ["q3_8", "q3_9", "q3_10"] {
        assert!(accepted.iter().any(|(question, ..)| question == below), "{below}: {:?}", found.answers);
    }
}

#[test]
fn a_sheet_of_another_office_is_refused_by_name() {
    let layouts = layouts();
    let stranger = Reader::new(&layouts, OfficeKey::new([8; 32]), Policy::default());
    let (picture, _) = clean_page(&layouts[0], 7);
    let PageOutcome::Rejected(rejection) = read(&stranger, &picture) else {
        panic!("a foreign sheet was read");
    };
    assert_eq!(rejection.code, RejectCode::OtherOffice);
    assert_eq!(rejection.identity, None);
}

#[test]
fn pictures_kept_for_review_show_their_question_and_no_sensitive_field() {
    let layouts = layouts();
    // A gate that nothing passes: every question needs a person.
    let policy = Policy { gate: 2.0, ..Policy::default() };
    let reader = Reader::new(&layouts, key(), policy);
    let (picture, _) = clean_page(&layouts[0], 8);
    let found = reading(read(&reader, &picture));
    assert_eq!(found.evidence.len(), layouts[0].questions.len());
    for (evidence, place) in found.evidence.iter().zip(&layouts[0].pages[0].questions) {
        assert_eq!(evidence.question, place.question);
        let picture = grey(&evidence.png);
        assert!((f64::from(picture.width()) / 8.0 - place.rect.w - 4.0).abs() < 0.5);
        let dark = picture.pixels().filter(|p| p.0[0] < 128).count();
        assert!(dark > 200, "the picture of {} shows nothing", place.question);
        for field in layouts[0].pages[0].fields.iter().filter(|f| f.sensitive) {
            assert!(
                !place.rect.grown(2.0).overlaps(&field.rect),
                "{} beside {}",
                place.question,
                field.field
            );
        }
    }
}

#[test]
fn pages_at_every_usual_resolution_are_read() {
    let layouts = layouts();
    let reader = Reader::new(&layouts, key(), Policy::default());
    let (picture, truth) = clean_page(&layouts[0], 9);
    for dpi in [150, 600] {
        let scale = f64::from(dpi) / f64::from(truth.factors.dpi);
        let size =
            ((f64::from(picture.width()) * scale) as u32, (f64::from(picture.height()) * scale) as u32);
        let scaled = imageops::resize(&picture, size.0, size.1, imageops::FilterType::Triangle);
        let found = reading(read(&reader, &scaled));
        assert!((f64::from(found.registration.dpi) / f64::from(dpi) - 1.0).abs() < 0.05);
        assert!(assert_honest(&found, &truth) > 0.8, "{dpi} dpi");
    }
    let tiny = imageops::resize(&picture, 500, 700, imageops::FilterType::Triangle);
    let PageOutcome::Rejected(rejection) = read(&reader, &tiny) else { panic!("60 dpi was read") };
    assert_eq!(rejection.code, RejectCode::ResolutionTooLow);
}

/// A PNG file of a picture, as a scanner program would write it.
fn png(picture: &GrayImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    image::codecs::png::PngEncoder::new(&mut bytes)
        .write_image(picture.as_raw(), picture.width(), picture.height(), image::ExtendedColorType::L8)
        .unwrap();
    bytes
}

#[test]
fn a_cut_file_and_a_missing_one_leave_one_outcome_each_and_do_not_stop_the_batch() {
    let layouts = layouts();
    let reader = Reader::new(&layouts, key(), Policy::default());
    let dir = tempfile::tempdir().unwrap();
    let blank = png(&GrayImage::from_pixel(1240, 1754, image::Luma([238])));
    std::fs::write(dir.path().join("a_cut.png"), &blank[..blank.len() / 2]).unwrap();
    std::fs::write(dir.path().join("b_blank.png"), &blank).unwrap();
    let mut sources = sources(&[PathBuf::from(dir.path())]);
    let missing = dir.path().join("c_missing.png");
    sources.push(Source { shown: missing.to_string_lossy().into_owned(), path: missing });
    let codes: Vec<RejectCode> = all_pages(&reader, &sources, 2)
        .into_iter()
        .map(|page| match page.outcome {
            PageOutcome::Rejected(rejection) => rejection.code,
            PageOutcome::Read(_) => panic!("{} was read", page.source),
        })
        .collect();
    assert_eq!(codes, [RejectCode::FileDamaged, RejectCode::BlankPage, RejectCode::FileUnreadable]);
}

#[test]
fn a_picture_that_shows_a_code_of_ours_beside_its_own_is_refused() {
    let layouts = layouts();
    let reader = Reader::new(&layouts, key(), Policy::default());
    let pages = simulated(&layouts[0], &Profile::clean(), (2, 8));
    let [sheet, other] = [0, 1].map(|i| grey(&pages[i].0));
    let px = f64::from(sheet.width().max(sheet.height())) / 297.0;
    let code = layouts[0].pages[0].qr[0].grown(3.0);
    // Another sheet, or a copy of this one, looks out where comments are written: no box and no code is covered.
    let [x, y, w, h] = [code.x, code.y, code.w, code.h].map(|mm| (mm * px) as u32);
    for under in [&other, &sheet] {
        let mut over = sheet.clone();
        let piece = imageops::crop_imm(under, x, y, w, h).to_image();
        imageops::overlay(&mut over, &piece, (130.0 * px) as i64, (234.0 * px) as i64);
        match read(&reader, &over) {
            PageOutcome::Rejected(rejection) => assert_eq!(rejection.code, RejectCode::CodesDisagree),
            PageOutcome::Read(reading) => panic!("read as {}", reading.identity.serial),
        }
    }
}

#[test]
fn a_picture_that_shows_the_timing_marks_of_another_sheet_is_refused() {
    let layouts = layouts();
    let reader = Reader::new(&layouts, key(), Policy::default());
    let pages = simulated(&layouts[0], &Profile::clean(), (2, 8));
    let [mut over, under] = [0, 1].map(|i| grey(&pages[i].0));
    let px = f64::from(under.width().max(under.height())) / 297.0;
    // The margin of the other sheet, over the wording of questions: no box and no code is covered.
    let [x, y, w, h] = [190.0, 72.0, 20.0, 160.0].map(|mm| (mm * px) as u32);
    let margin = imageops::crop_imm(&under, x, y, w, h).to_image();
    imageops::overlay(&mut over, &margin, (60.0 * px) as i64, i64::from(y));
    match read(&reader, &over) {
        PageOutcome::Rejected(rejection) => assert_eq!(rejection.code, RejectCode::CodesDisagree),
        PageOutcome::Read(reading) => panic!("read as {}", reading.identity.serial),
    }
}

/// What a copier sends: one file, many pages, shared by the workers.
#[test]
fn the_pages_of_one_pdf_are_read_and_come_in_their_order() {
    let layouts = layouts();
    let reader = Reader::new(&layouts, key(), Policy::default());
    let mut small = Profile::clean();
    small.scanning.dpi = vec![(150, 1.0)];
    small.scanning.output = vec![(phieu_simulate::Output::GreyJpeg, 1.0)];
    let pages = simulated(&layouts[0], &small, (3, 8));
    let size = |bytes: &[u8]| image::load_from_memory(bytes).map(|p| (p.width(), p.height())).unwrap();
    let scans: Vec<(&[u8], u32, u32)> =
        pages.iter().map(|(bytes, _)| (&bytes[..], size(bytes).0, size(bytes).1)).collect();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("Máy sao chụp.pdf");
    std::fs::write(&file, phieu_trial::copier_pdf(&scans)).unwrap();
    let found = all_pages(&reader, &sources(&[file]), 3);
    assert_eq!(found.len(), pages.len());
    for (i, (page, (_, truth))) in found.into_iter().zip(&pages).enumerate() {
        assert_eq!(page.page_index as usize, i);
        assert!(page.file_hash.is_some());
        assert!(assert_honest(&reading(page.outcome), truth) > 0.8);
    }
}
