//! The page while it is being filled: its free column, its texts, what stands last.

use phieu_model::geometry::{PointMm, RectMm};
use phieu_model::layout::{BoxPlace, FieldPlace, PageLayout, QuestionPlace, Rule, Slot, TextRun};
use phieu_model::template::Question;
use phieu_typeface::{ascent_mm, balanced_lines, break_lines, descent_mm, text_width_mm};

use super::{TooWide, marks};
use crate::measures::{self as m, Gap, Type};

/// How a paragraph stands in its column.
#[derive(Clone, Copy)]
pub(super) enum Align {
    Left,
    Centre,
}

/// The free width of the page over some height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Column {
    pub(super) left: f64,
    pub(super) right: f64,
}

impl Column {
    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(super) fn rect(&self, y: f64, height: f64) -> RectMm {
        RectMm::new(self.left, y, self.width(), height)
    }
}

pub(super) struct Page {
    layout: PageLayout,
    /// What text must keep out of.
    obstacles: Vec<RectMm>,
    /// Top of the free space.
    y: f64,
    /// 0: as tight as allowed; 1: as loose.
    stretch: f64,
    /// Lowest printed edge.
    bottom: f64,
    /// Centre of the last row of boxes.
    last_box_y: Option<f64>,
    /// Lower edge of the last place for handwriting.
    last_field_bottom: Option<f64>,
    too_wide: Vec<TooWide>,
}

impl Page {
    /// An A4 page with its corner marks and codes.
    pub(super) fn new(stretch: f64) -> Self {
        let mut page = Self {
            layout: PageLayout {
                page: 1,
                boxes: Vec::new(),
                questions: Vec::new(),
                fields: Vec::new(),
                marks: marks::corners(),
                qr: marks::codes(),
                slots: marks::serials(),
                texts: Vec::new(),
                rules: Vec::new(),
            },
            obstacles: Vec::new(),
            y: m::EDGE,
            stretch,
            bottom: m::EDGE,
            last_box_y: None,
            last_field_bottom: None,
            too_wide: Vec::new(),
        };
        page.obstacles.extend(page.layout.marks.iter().map(|mark| mark.rect.grown(m::CORNER_CLEAR)));
        page.obstacles.extend(page.layout.qr.iter().map(|qr| qr.grown(m::QR_QUIET + m::QR_CLEAR)));
        page.obstacles.extend(page.layout.slots.iter().map(|slot| slot.rect.grown(m::QR_CLEAR)));
        page
    }

    /// The finished page, every number rounded to 0.01 mm, with its timing marks.
    pub(super) fn finish(self) -> PageLayout {
        marks::finished(self.layout)
    }

    pub(super) fn y(&self) -> f64 {
        self.y
    }

    /// Notes that `what` has `lack_mm` less room than it needs; nothing when it has enough.
    pub(super) fn needs_room(&mut self, what: &str, lack_mm: f64) {
        // Less than what rounding hides is no lack.
        if lack_mm > 0.005 {
            self.too_wide.push(TooWide { what: what.to_owned(), too_wide_mm: lack_mm });
        }
    }

    /// What was found to be too wide since the last call.
    pub(super) fn take_too_wide(&mut self) -> Vec<TooWide> {
        std::mem::take(&mut self.too_wide)
    }

    /// The lowest printed edge so far.
    pub(super) fn bottom(&self) -> f64 {
        self.bottom
    }

    /// The gap as the page's looseness makes it.
    pub(super) fn stretched(&self, gap: Gap) -> f64 {
        gap.least + self.stretch * (gap.most - gap.least)
    }

    /// Leaves a gap.
    pub(super) fn gap(&mut self, gap: Gap) {
        self.y += self.stretched(gap);
    }

    /// Takes height that is printed on.
    pub(super) fn advance(&mut self, height: f64) {
        self.y += height;
        self.bottom = self.bottom.max(self.y);
    }

    /// Goes to `y`, also upwards.
    pub(super) fn go_to(&mut self, y: f64) {
        self.y = y;
    }

    /// Goes down to `y` if it is not there yet.
    pub(super) fn at_least(&mut self, y: f64) {
        self.y = self.y.max(y);
    }

    /// The column that stays free of marks and codes over the next `height`.
    pub(super) fn column(&self, height: f64) -> Column {
        let span = RectMm::new(0.0, self.y, m::PAGE[0], height.max(0.1));
        let mut column = Column { left: m::LEFT, right: m::RIGHT };
        for obstacle in self.obstacles.iter().filter(|o| o.overlaps(&span)) {
            if obstacle.center().x < m::PAGE[0] / 2.0 {
                column.left = column.left.max(obstacle.right());
            } else {
                column.right = column.right.min(obstacle.x);
            }
        }
        column
    }

    /// The column for a block whose height depends on its column.
    pub(super) fn settled_column(&self, height_in: impl Fn(Column) -> f64) -> Column {
        let mut column = self.column(0.0);
        // Narrower columns only make blocks higher, and there are few obstacles.
        for _ in 0..4 {
            let next = self.column(height_in(column));
            if next == column {
                break;
            }
            column = next;
        }
        column
    }

    /// The baseline of a line that begins at the top of the free space.
    pub(super) fn baseline(&self, kind: Type) -> f64 {
        self.y + baseline_in_line(kind)
    }

    /// Prints one line of text and gives the rectangle it takes.
    pub(super) fn text_at(&mut self, x: f64, baseline: f64, kind: Type, text: &str) -> RectMm {
        let rect = line_rect(x, baseline, kind, text);
        self.bottom = self.bottom.max(rect.bottom());
        self.layout.texts.push(TextRun {
            at: PointMm::new(x, baseline),
            size_pt: kind.size_pt,
            face: kind.face,
            text: text.to_owned(),
        });
        rect
    }

    /// Prints lines one below the other from the top of the free space, and takes
    /// their height.
    pub(super) fn lines(&mut self, lines: &[String], kind: Type, place: (Column, Align)) -> Option<RectMm> {
        let (column, align) = place;
        let mut all: Option<RectMm> = None;
        for line in lines {
            let spare = column.width() - text_width_mm(kind.face, kind.size_pt, line);
            self.needs_room(line, -spare);
            let x = match align {
                Align::Left => column.left,
                Align::Centre => column.left + spare / 2.0,
            };
            let rect = self.text_at(x, self.baseline(kind), kind, line);
            all = Some(all.map_or(rect, |all| all.union(&rect)));
            self.advance(kind.leading);
        }
        all
    }

    /// Prints a paragraph over the free column.
    pub(super) fn paragraph(&mut self, text: &str, kind: Type, align: Align) -> Option<RectMm> {
        let broken = |column: Column| break_lines(kind.face, kind.size_pt, text, |_| column.width());
        let column = self.settled_column(|column| broken(column).len() as f64 * kind.leading);
        self.lines(&broken(column), kind, (column, align))
    }

    /// Prints the headline, centred in the free column.
    pub(super) fn title(&mut self, text: &str) {
        let kind = m::TITLE;
        let broken = |column: Column| balanced_lines(kind.face, kind.size_pt, text, column.width());
        let column = self.settled_column(|column| broken(column).len() as f64 * kind.leading);
        self.lines(&broken(column), kind, (column, Align::Centre));
    }

    pub(super) fn slot(&mut self, slot: Slot) {
        self.bottom = self.bottom.max(slot.rect.bottom());
        self.layout.slots.push(slot);
    }

    pub(super) fn rule(&mut self, rule: Rule) {
        self.bottom = self.bottom.max(rule.from.y.max(rule.to.y) + rule.width_mm / 2.0);
        self.layout.rules.push(rule);
    }

    /// Goes down until a question may begin here.
    pub(super) fn begin_question(&mut self) {
        if let Some(bottom) = self.last_field_bottom {
            self.at_least(bottom + m::FIELD_TO_QUESTION);
        }
    }

    /// The centre of a row of boxes whose outlines would begin at `top`, moved down
    /// where the row or the handwriting above is too near.
    pub(super) fn box_row(&mut self, top: f64) -> f64 {
        let mut centre = top + (m::BOX + m::BOX_LINE) / 2.0;
        if let Some(last) = self.last_box_y {
            centre = centre.max(last + m::BOX_PITCH);
        }
        if let Some(bottom) = self.last_field_bottom {
            centre = centre.max(bottom + m::FIELD_TO_BOX + (m::BOX + m::BOX_LINE) / 2.0);
        }
        centre = centre.max(marks::FIRST_ROW);
        // Below the last possible timing mark the page is as good as full.
        if centre > marks::LAST_ROW {
            self.bottom = self.bottom.max(m::BOTTOM + centre - marks::LAST_ROW);
        }
        self.last_box_y = Some(centre);
        centre
    }

    /// Draws the box of one option and gives the rectangle of its ink.
    pub(super) fn checkbox(
        &mut self,
        question: &Question,
        option: usize,
        place: (PointMm, RectMm),
    ) -> RectMm {
        let (centre, label) = place;
        let rect = RectMm::new(centre.x - m::BOX / 2.0, centre.y - m::BOX / 2.0, m::BOX, m::BOX);
        let ink = rect.grown(m::BOX_LINE / 2.0);
        self.bottom = self.bottom.max(ink.bottom());
        self.layout.boxes.push(BoxPlace {
            question: question.id.clone(),
            option: question.options[option].id.clone(),
            choose: question.choose,
            rect,
            label,
        });
        ink
    }

    pub(super) fn question(&mut self, question: &Question, rect: RectMm) {
        self.layout.questions.push(QuestionPlace { question: question.id.clone(), rect });
    }

    /// Goes down until a place for handwriting may begin here.
    pub(super) fn begin_field(&mut self) {
        if let Some(centre) = self.last_box_y {
            self.at_least(centre + (m::BOX + m::BOX_LINE) / 2.0 + m::FIELD_TO_BOX);
        }
        if let Some(place) = self.layout.questions.last() {
            let bottom = place.rect.bottom();
            self.at_least(bottom + m::FIELD_TO_QUESTION);
        }
    }

    pub(super) fn field(&mut self, field: FieldPlace) {
        let bottom = field.rect.bottom();
        self.bottom = self.bottom.max(bottom);
        self.last_field_bottom = Some(self.last_field_bottom.map_or(bottom, |last| last.max(bottom)));
        self.layout.fields.push(field);
    }
}

/// From the top of a line to its baseline: the type stands in the middle of its leading.
pub(super) fn baseline_in_line(kind: Type) -> f64 {
    let (ascent, descent) = (ascent_mm(kind.size_pt), descent_mm(kind.size_pt));
    (kind.leading - ascent - descent) / 2.0 + ascent
}

/// The rectangle that a line of text takes: its advance width, ascent and descent.
pub(super) fn line_rect(x: f64, baseline: f64, kind: Type, text: &str) -> RectMm {
    let ascent = ascent_mm(kind.size_pt);
    RectMm::new(
        x,
        baseline - ascent,
        text_width_mm(kind.face, kind.size_pt, text),
        ascent + descent_mm(kind.size_pt),
    )
}

/// The baseline that puts lower-case letters level with a box centred at `y`.
pub(super) fn baseline_level_with(y: f64, kind: Type) -> f64 {
    // Half of the capitals' height of Liberation Serif (1341 of 2048) below the centre.
    const HALF_CAPITAL: f64 = 1341.0 / 2048.0 / 2.0;
    y + HALF_CAPITAL * kind.size_pt * phieu_model::geometry::MM_PER_PT
}
