//! Whole pages: print, fill in, scan, write.

#![allow(clippy::unwrap_used)]

mod hand_made;

use phieu_model::layout::Layout;
use phieu_model::reading::AnswerState;
use phieu_simulate::{
    AnswerMix, Batch, CorrectionKind, Expected, InkColour, Output, PageTruth, PenKind, Plan, PlanError,
    PlannedQuestion, Profile, Shape, SheetPage, SimulatedPage, StrangerKind, Unreadable, stranger,
};

/// The clean profile at 100 dpi in PNG, so that pixels can be compared.
fn small() -> Profile {
    let mut profile = Profile::clean();
    profile.people.answers = AnswerMix::Even;
    profile.people.contact = 0.5;
    profile.scanning.dpi = vec![(100, 1.0)];
    profile.scanning.output = vec![(Output::GreyPng, 1.0)];
    profile.scanning.skew_deg = 0.0;
    profile.scanning.shift_mm = 0.0;
    profile.scanning.stretch = 0.0;
    profile.scanning.exact_a4 = 1.0;
    profile.printing.scale = [1.0, 1.0];
    profile.printing.unequal = 0.0;
    profile.printing.shift_mm = 0.0;
    profile
}

struct Case {
    layout: Layout,
    sheets: Vec<SheetPage>,
}

impl Case {
    fn new(count: usize) -> Self {
        Self { layout: hand_made::layout(), sheets: hand_made::sheets(count) }
    }

    fn page(&self, profile: &Profile, seed: u64, index: usize) -> SimulatedPage {
        let pdf = hand_made::pdf(&self.layout, self.sheets.len());
        Batch::new(pdf, (&self.layout, &self.sheets), profile, seed).unwrap().page(index).unwrap()
    }
}

fn grey(page: &SimulatedPage) -> image::GrayImage {
    image::load_from_memory(&page.bytes).unwrap().to_luma8()
}

/// Mean grey level inside the box of an option, on a straight page of unit scale.
fn level(picture: &image::GrayImage, layout: &Layout, (question, option): (&str, &str)) -> f64 {
    let place = layout.pages[0].boxes_of(question).find(|b| b.option == option).unwrap();
    let inner = place.rect.grown(-0.6);
    let scale = f64::from(picture.width()) / 210.0;
    let (mut sum, mut n) = (0.0, 0.0);
    for y in (inner.y * scale) as u32..(inner.bottom() * scale) as u32 {
        for x in (inner.x * scale) as u32..(inner.right() * scale) as u32 {
            sum += f64::from(picture.get_pixel(x, y)[0]);
            n += 1.0;
        }
    }
    sum / n
}

#[test]
fn a_page_depends_on_seed_and_place_alone() {
    let case = Case::new(3);
    let first = case.page(&Profile::office(), 4, 1);
    assert_eq!(first, case.page(&Profile::office(), 4, 1));
    assert_ne!(first.bytes, case.page(&Profile::office(), 5, 1).bytes);
    assert_ne!(first.truth.serial, case.page(&Profile::office(), 4, 2).truth.serial);
}

#[test]
fn ink_lies_in_the_boxes_that_the_truth_names_and_in_no_other() {
    let case = Case::new(2);
    let page = case.page(&small(), 7, 0);
    let picture = grey(&page);
    let mut marked = 0;
    for question in &page.truth.questions {
        for b in case.layout.pages[0].boxes_of(&question.question) {
            let level = level(&picture, &case.layout, (&question.question, &b.option));
            let meant = question.options.contains(&b.option);
            marked += usize::from(meant);
            assert_eq!(level < 205.0, meant, "{} {}: grey level {level}", question.question, b.option);
        }
    }
    assert!(marked >= 5, "only {marked} marks on the page");
}

#[test]
fn a_question_left_blank_has_no_ink() {
    let case = Case::new(1);
    let mut profile = small();
    profile.people.blank = 1.0;
    profile.people.contact = 0.0;
    profile.people.comment = 0.0;
    let blank = case.page(&profile, 7, 0);
    assert!(blank.truth.questions.iter().all(|q| q.state == AnswerState::Blank && q.plain));
    assert!(blank.truth.fields.iter().all(|f| !f.ink));
    let picture = grey(&blank);
    for b in &case.layout.pages[0].boxes {
        let level = level(&picture, &case.layout, (&b.question, &b.option));
        assert!(level > 215.0, "{} {}: grey level {level}", b.question, b.option);
    }
}

#[test]
fn a_quarter_turn_swaps_width_and_height() {
    let case = Case::new(1);
    let mut profile = small();
    let upright = grey(&case.page(&profile, 3, 0));
    for turns in 1..4u8 {
        profile.scanning.quarter_turns = vec![(turns, 1.0)];
        let turned = grey(&case.page(&profile, 3, 0));
        let expected = match turns {
            1 => image::imageops::rotate90(&upright),
            2 => image::imageops::rotate180(&upright),
            _ => image::imageops::rotate270(&upright),
        };
        assert!(turned == expected, "{turns} quarter turns");
    }
}

#[test]
fn one_bit_files_decode_to_the_same_picture_in_both_formats() {
    let case = Case::new(1);
    let mut profile = small();
    profile.scanning.output = vec![(Output::FixedTiff, 1.0)];
    let tiff = case.page(&profile, 3, 0);
    profile.scanning.output = vec![(Output::FixedPng, 1.0)];
    let png = case.page(&profile, 3, 0);
    assert!(tiff.file_name.ends_with(".tif") && png.file_name.ends_with(".png"));
    assert!(grey(&tiff) == grey(&png), "the pictures differ");
    assert!(grey(&png).pixels().all(|p| p[0] == 0 || p[0] == 255));
}

#[test]
fn a_mark_that_the_threshold_takes_away_is_called_traceless() {
    let case = Case::new(1);
    let mut profile = small();
    profile.scanning.output = vec![(Output::FixedPng, 1.0)];
    let strong = case.page(&profile, 3, 0);
    assert!(strong.truth.questions.iter().all(|q| !q.traceless && q.plain), "{:?}", strong.truth.questions);
    profile.people.pens = vec![((PenKind::Pencil, InkColour::Graphite), 1.0)];
    profile.people.pressure = [0.02, 0.02];
    let weak = case.page(&profile, 3, 0).truth.questions;
    assert!(weak.iter().all(|q| !q.plain), "{weak:?}");
    // Of one or two of the eight a grain of graphite may be left.
    assert!(weak.iter().filter(|q| q.traceless).count() >= 6, "{weak:?}");
}

#[test]
fn a_correction_leaves_what_the_person_meant_last() {
    use CorrectionKind as Kind;
    let case = Case::new(3);
    let kinds = [
        (Kind::RingedThenOther, Shape::Ring, Some(Shape::Cross)),
        (Kind::RingedThenRefilled, Shape::Ring, Some(Shape::Fill)),
        (Kind::ScribbledThenOther, Shape::Scribble, Some(Shape::Cross)),
        (Kind::StruckThenOther, Shape::Strike, Some(Shape::Cross)),
        (Kind::WhitedOutThenOther, Shape::WhiteOut, Some(Shape::Cross)),
        (Kind::WhitedOutThenAgain, Shape::WhiteOut, Some(Shape::Cross)),
        (Kind::ErasedThenOther, Shape::Rubbing, Some(Shape::Cross)),
        (Kind::RingedOnly, Shape::Ring, None),
        (Kind::ScribbledOnly, Shape::Scribble, None),
    ];
    for (kind, away, again) in kinds {
        let mut profile = small();
        profile.people.correction = 1.0;
        profile.people.corrections = vec![(kind, 1.0)];
        let found: Vec<_> = (0..3)
            .flat_map(|i| case.page(&profile, 1, i).truth.questions)
            .filter(|q| q.correction.is_some())
            .collect();
        assert_eq!(found.len(), 3, "one on each sheet");
        for question in found {
            assert!(!question.plain);
            let taken = question.drawn.iter().find(|d| d.shape == away).unwrap();
            let last = question.drawn.last().unwrap();
            assert_eq!(last.shape, again.unwrap_or(away), "{kind:?}");
            assert_eq!(question.options.contains(&last.option), again.is_some(), "{kind:?}");
            let same_box = matches!(kind, Kind::RingedThenRefilled | Kind::WhitedOutThenAgain);
            assert_eq!(question.options.contains(&taken.option), same_box, "{kind:?}");
            match kind {
                Kind::ScribbledOnly => assert_eq!(question.state, AnswerState::Unclear, "{kind:?}"),
                Kind::RingedOnly => assert_ne!(question.state, AnswerState::Unclear, "{kind:?}"),
                _ => assert_eq!(question.state, AnswerState::Answered, "{kind:?}"),
            }
        }
    }
}

#[test]
fn correction_fluid_hides_the_mark_and_an_eraser_leaves_a_grey_trace() {
    use CorrectionKind as Kind;
    let case = Case::new(1);
    let level_of_taken_back = |kind: Kind, away: Shape, pen: (PenKind, InkColour)| {
        let mut profile = small();
        profile.people.pens = vec![(pen, 1.0)];
        profile.people.correction = 1.0;
        profile.people.corrections = vec![(kind, 1.0)];
        let page = case.page(&profile, 2, 0);
        let question = page.truth.questions.iter().find(|q| q.correction.is_some()).unwrap();
        let taken = question.drawn.iter().find(|d| d.shape == away).unwrap();
        level(&grey(&page), &case.layout, (&question.question, &taken.option))
    };
    let pen = (PenKind::Gel, InkColour::Black);
    let struck = level_of_taken_back(Kind::StruckThenOther, Shape::Strike, pen);
    let fluid = level_of_taken_back(Kind::WhitedOutThenOther, Shape::WhiteOut, pen);
    let pencil = (PenKind::Pencil, InkColour::Graphite);
    let erased = level_of_taken_back(Kind::ErasedThenOther, Shape::Rubbing, pencil);
    assert!(struck < 200.0 && fluid > 210.0, "struck out {struck}, under fluid {fluid}");
    assert!(struck + 10.0 < erased && erased < 248.0, "struck out {struck}, erased {erased}");
}

#[test]
fn the_truth_of_what_is_rare_says_what_was_meant_or_that_nobody_can_say() {
    use phieu_simulate::Oddity;
    let case = Case::new(1);
    for oddity in [
        Oddity::RingedBox,
        Oddity::RingedLabel,
        Oddity::UnderlinedLabel,
        Oddity::TailIntoNeighbour,
        Oddity::MarkOnLabel,
        Oddity::BetweenBoxes,
        Oddity::OneMarkedOneRinged,
        Oddity::TwoRinged,
    ] {
        let mut profile = small();
        profile.people.blank = 0.0;
        profile.people.oddities = vec![(oddity, 1.0)];
        let page = case.page(&profile, 2, 0);
        // Where all five are marked nothing is rare.
        let odd = page.truth.questions.iter().filter(|q| q.options.len() < 5);
        assert!(odd.clone().count() >= 7);
        for question in odd {
            assert_eq!((question.oddity, question.plain), (Some(oddity), false));
            let unclear = question.state == AnswerState::Unclear;
            assert_eq!((unclear, question.options.is_empty()), (oddity.is_unclear(), oddity.is_unclear()));
        }
    }
}

/// A filled box that is ringed and filled once more looks as one that was only withdrawn.
#[test]
fn a_filling_that_is_ringed_and_filled_again_is_unclear_and_a_cross_is_not() {
    let case = Case::new(1);
    for (habit, unclear) in [(Shape::Fill, true), (Shape::Cross, false)] {
        let mut profile = small();
        profile.people.habits = vec![(habit, 1.0)];
        profile.people.correction = 1.0;
        profile.people.corrections = vec![(CorrectionKind::RingedThenRefilled, 1.0)];
        let page = case.page(&profile, 2, 0);
        let changed: Vec<_> = page.truth.questions.iter().filter(|q| q.correction.is_some()).collect();
        assert!(!changed.is_empty());
        for question in changed {
            assert_eq!(question.state == AnswerState::Unclear, unclear, "{habit:?}");
            assert_eq!(question.options.is_empty(), unclear, "{habit:?}");
        }
    }
}

#[test]
fn a_page_whose_print_a_threshold_has_taken_is_unreadable_and_a_pale_one_is_not() {
    let case = Case::new(1);
    let page_of = |darkness: f64, output: Output| {
        let mut profile = small();
        profile.printing.darkness = [darkness, darkness];
        profile.scanning.output = vec![(output, 1.0)];
        case.page(&profile, 2, 0).truth
    };
    assert_eq!(page_of(0.25, Output::FixedTiff).unreadable, Some(Unreadable::Boxes));
    assert_eq!(page_of(0.25, Output::GreyJpeg).unreadable, None);
    assert_eq!(page_of(0.95, Output::FixedTiff).unreadable, None);
}

#[test]
fn a_line_through_a_column_answers_every_row_that_it_crosses() {
    let case = Case::new(1);
    let mut profile = small();
    profile.people.column_line = 1.0;
    profile.people.blank = 1.0;
    let page = case.page(&profile, 2, 0);
    let crossed: Vec<_> = (page.truth.questions.iter())
        .filter(|q| q.drawn.iter().any(|d| d.shape == Shape::ColumnLine))
        .collect();
    assert!(crossed.len() >= 3);
    let picture = grey(&page);
    for question in crossed {
        assert_eq!(
            (question.state, &question.options),
            (AnswerState::Answered, &vec![question.drawn[0].option.clone()])
        );
        let level = level(&picture, &case.layout, (&question.question, &question.options[0]));
        assert!(level < 225.0 && question.drawn[0].inside > 0.2, "{level} {question:?}");
    }
}

#[test]
fn ink_beside_a_question_makes_it_no_longer_plain() {
    use phieu_simulate::Beside;
    let case = Case::new(1);
    let mut profile = small();
    (profile.people.note, profile.people.phone, profile.people.initials) = (1.0, 1.0, 1.0);
    let beside: Vec<Beside> = (0..6)
        .flat_map(|seed| case.page(&profile, seed, 0).truth.questions)
        .inspect(|question| assert!(question.beside.is_empty() || !question.plain, "{question:?}"))
        .flat_map(|question| question.beside)
        .collect();
    for kind in [Beside::Note, Beside::Phone, Beside::Initials] {
        assert!(beside.contains(&kind), "{kind:?} in {beside:?}");
    }
}

#[test]
fn strangers_are_to_be_refused() {
    let mut profile = small();
    profile.scanning.dpi = vec![(72, 1.0)];
    for kind in StrangerKind::ALL {
        let page = stranger(kind, &profile, (1, 0));
        assert_eq!((page.truth.expected, page.truth.stranger), (Expected::Refused, Some(kind)));
        let darkest = grey(&page).pixels().map(|p| p[0]).min().unwrap();
        assert_eq!(darkest > 180, kind == StrangerKind::Blank, "{kind:?}: darkest {darkest}");
    }
}

#[test]
fn a_plan_is_carried_out_and_nothing_else() {
    let case = Case::new(1);
    let pdf = hand_made::pdf(&case.layout, 1);
    let profile = small();
    let batch = Batch::new(pdf, (&case.layout, &case.sheets), &profile, 3).unwrap();
    let place = &case.layout.pages[0].boxes[0];
    let drawn = vec![(place.option.clone(), Shape::Cross), (place.option.clone(), Shape::Ring)];
    let question = PlannedQuestion { question: place.question.clone(), drawn, stands: Vec::new() };
    let plan = Plan { questions: vec![question], written: Vec::new() };
    let page = batch.planned(0, &plan).unwrap();
    let picture = grey(&page);
    for (i, at) in case.layout.pages[0].boxes.iter().enumerate() {
        let level = level(&picture, &case.layout, (&at.question, &at.option));
        assert_eq!(level < 205.0, i == 0, "{} {}: {level}", at.question, at.option);
    }
    assert!(page.truth.questions.iter().all(|q| q.state == AnswerState::Blank));
    assert!(page.truth.fields.iter().all(|f| !f.ink));
    let plan = Plan { questions: Vec::new(), written: vec!["q99".to_owned()] };
    assert_eq!(batch.planned(0, &plan), Err(PlanError::NotOnThePage("q99".to_owned())));
}

#[test]
fn the_truth_is_one_line_of_json_and_reads_back() {
    let truth = Case::new(1).page(&small(), 1, 0).truth;
    let line = serde_json::to_string(&truth).unwrap();
    assert!(!line.contains('\n'));
    assert_eq!(serde_json::from_str::<PageTruth>(&line).unwrap(), truth);
}

#[test]
fn profiles_are_data() {
    for name in Profile::NAMES {
        let profile = Profile::named(name).unwrap();
        assert_eq!(profile.name, name);
        let json = serde_json::to_string(&profile).unwrap();
        assert_eq!(serde_json::from_str::<Profile>(&json).unwrap(), profile);
    }
    assert_eq!(Profile::named("none"), None);
}
