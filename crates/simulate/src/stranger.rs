//! Pages that are not ours: what else lies in a pile of paper.

use phieu_model::geometry::RectMm;
use serde::{Deserialize, Serialize};

use crate::SimulatedPage;
use crate::course::Course;
use crate::paper::{Paper, Placement};
use crate::profile::Profile;
use crate::random::Random;
use crate::truth::{Expected, PageTruth};

/// The kinds of strangers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StrangerKind {
    /// A letter: lines of print, no code.
    Letter,
    /// An invoice or leaflet with another system's QR code.
    ForeignCode,
    /// An empty sheet, such as the back of a page.
    Blank,
}

impl StrangerKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Letter, Self::ForeignCode, Self::Blank];

    /// The kind's name, as in the truth file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Letter => "letter",
            Self::ForeignCode => "foreign_code",
            Self::Blank => "blank",
        }
    }
}

/// A scan of a page that must be refused, `index` being its place in the batch.
pub fn stranger(kind: StrangerKind, profile: &Profile, (seed, index): (u64, usize)) -> SimulatedPage {
    let at = index.to_string();
    let stream = |stage: &str| Random::stream(seed, &["stranger", stage, kind.name(), &at]);
    let size_mm = [210.0, 297.0];
    let course = Course::draw(profile, (size_mm, None), &stream);
    let (mut paper, place, mut random) = (course.bare(), course.printed(), stream("page"));
    match kind {
        StrangerKind::Letter => print_letter(&mut paper, &place, &mut random),
        StrangerKind::ForeignCode => {
            print_letter(&mut paper, &place, &mut random);
            print_code(&mut paper, &place, &mut random);
        }
        StrangerKind::Blank => {}
    }
    let paper = course.age(paper, &mut stream("toner"));
    let file_name = format!("stranger_{index:04}_{}.{}", kind.name(), course.extension());
    SimulatedPage {
        bytes: course.finish(paper, &stream).bytes,
        truth: PageTruth {
            file_name: file_name.clone(),
            expected: Expected::Refused,
            stranger: Some(kind),
            hostile: None,
            serial: None,
            page: None,
            profile: profile.name.clone(),
            seed,
            index,
            factors: course.factors(),
            unreadable: None,
            boxes_px: Vec::new(),
            person: None,
            questions: Vec::new(),
            fields: Vec::new(),
        },
        file_name,
    }
}

/// Lines of something that looks like print from afar.
pub(crate) fn print_letter(paper: &mut Paper, place: &Placement, random: &mut Random) {
    let mut y = 25.0;
    let mut rect = |r: RectMm| paper.print_rect(&place.apply_rect(&r));
    while y < 262.0 {
        let end = if random.chance(0.2) { random.between(60.0, 150.0) } else { random.between(178.0, 185.0) };
        let mut x = if random.chance(0.2) { 35.0 } else { 25.0 };
        while x < end {
            for _ in 0..1 + random.below(7) {
                let tall = if random.chance(0.3) { 1.2 } else { 0.0 };
                match random.below(4) {
                    0 => rect(RectMm::new(x, y - 2.0 - tall, 0.32, 2.0 + tall)),
                    1 => {
                        rect(RectMm::new(x, y - 2.0 - tall, 0.32, 2.0 + tall));
                        rect(RectMm::new(x, y - 2.0, 1.3, 0.25));
                        rect(RectMm::new(x + 1.1, y - 2.0, 0.32, 2.0));
                    }
                    2 => {
                        rect(RectMm::new(x, y - 2.0, 1.3, 0.25));
                        rect(RectMm::new(x, y - 1.1, 1.3, 0.2));
                        rect(RectMm::new(x, y - 0.2, 1.3, 0.25));
                        rect(RectMm::new(x, y - 2.0, 0.32, 2.0));
                    }
                    _ => {
                        rect(RectMm::new(x, y - 2.0, 0.32, 2.0));
                        rect(RectMm::new(x + 1.1, y - 2.0, 0.32, 2.0));
                        rect(RectMm::new(x, y - 0.2, 1.3, 0.25));
                    }
                }
                x += 1.85;
            }
            x += 1.1;
        }
        y += if random.chance(0.1) { 11.0 } else { 6.2 };
    }
}

fn print_code(paper: &mut Paper, place: &Placement, random: &mut Random) {
    let text = format!("https://example.org/hoa-don/{:08}", random.below(100_000_000));
    let side = random.between(18.0, 30.0);
    let at = RectMm::new(random.between(20.0, 150.0), random.between(20.0, 240.0), side, side);
    // The code has its quiet zone: what was printed there makes room.
    clear(paper, &place.apply_rect(&at.grown(side / 6.0)));
    print_modules(paper, place, (&text, &at));
}

/// The modules of the code that says `text`, in the square `at`: as on our sheets (version 3, level Q) if
/// the text fits.
pub(crate) fn print_modules(paper: &mut Paper, place: &Placement, (text, at): (&str, &RectMm)) {
    use qrcode::{EcLevel, QrCode, Version};
    let code = QrCode::with_version(text, Version::Normal(3), EcLevel::Q)
        .or_else(|_| QrCode::new(text))
        .expect("a short text fits into a code");
    let modules = code.width();
    let module = at.w / modules as f64;
    for (i, colour) in code.to_colors().into_iter().enumerate() {
        if colour == qrcode::Color::Dark {
            let (x, y) = (at.x + (i % modules) as f64 * module, at.y + (i / modules) as f64 * module);
            paper.print_rect(&place.apply_rect(&RectMm::new(x, y, module, module)));
        }
    }
}

/// Takes the print from a place of the sheet.
pub(crate) fn clear(paper: &mut Paper, r: &RectMm) {
    let px = |mm: f64, most: usize| ((mm * paper.scale).max(0.0) as usize).min(most);
    let (x0, x1) = (px(r.x, paper.print.width), px(r.right(), paper.print.width));
    let (y0, y1) = (px(r.y, paper.print.height), px(r.bottom(), paper.print.height));
    for y in y0..y1 {
        paper.print.data[y * paper.print.width + x0..y * paper.print.width + x1].fill(0);
    }
}
