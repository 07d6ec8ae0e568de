//! Checked template to placed layout.
//!
//! The page is filled from top to bottom. Its gaps are elastic: the form is first set
//! as tight as it may be, which decides whether it fits, and then as loose as the page
//! allows.

mod choice;
mod marks;
mod page;
mod table;
mod writing;

use phieu_model::layout::{Layout, PageLayout, Slot, SlotContent};
use phieu_model::template::{Item, PreprintContent, Question, Template};

use crate::fault::{Fault, FaultKind};
use crate::measures as m;
use crate::parse::Parsed;
use page::{Align, Page};

/// Halvings of the search for the loosest setting: 1/4096 of the elastic space.
const STRETCH_STEPS: u32 = 12;

/// What keeps an item from being placed.
pub(crate) struct TooWide {
    pub(crate) what: String,
    pub(crate) too_wide_mm: f64,
}

/// Where each item goes.
///
/// # Errors
/// One fault for each thing that is too wide, and one for a form that is too long.
pub(crate) fn place(file: &str, parsed: &Parsed) -> Result<Layout, Vec<Fault>> {
    let tight = fill(parsed, 0.0);
    if !tight.misfits.is_empty() {
        let fault = |(line, kind)| Fault { file: file.to_owned(), line, kind };
        return Err(tight.misfits.into_iter().map(fault).collect());
    }
    let (mut loosest, mut page) = (0.0, tight.page);
    for step in 1..=STRETCH_STEPS {
        let stretch = loosest + 1.0 / f64::from(1_u32 << step);
        let looser = fill(parsed, stretch);
        if looser.misfits.is_empty() {
            (loosest, page) = (stretch, looser.page);
        }
    }
    let template = &parsed.template;
    Ok(Layout {
        form: template.form.clone(),
        code: template.code.clone(),
        version: template.version,
        page_size_mm: m::PAGE,
        box_line_mm: m::BOX_LINE,
        questions: questions(template),
        pages: vec![page],
    })
}

/// One filling of the page.
struct Filled {
    page: PageLayout,
    /// What is too wide or too long, with its line.
    misfits: Vec<(usize, FaultKind)>,
}

fn fill(parsed: &Parsed, stretch: f64) -> Filled {
    let template = &parsed.template;
    let mut page = Page::new(stretch);
    let mut misfits = Misfits::default();
    head(&mut page, template);
    misfits.look_at(&mut page, parsed.lines.title);
    // The rule stands once: under the first heading, which holds the instruction.
    if !template.items.iter().any(|item| matches!(item, Item::Heading(_))) {
        correction_rule(&mut page, template);
    }
    let mut rule_is_due = template.items.iter().position(|item| matches!(item, Item::Heading(_)));
    for (n, (item, &line)) in template.items.iter().zip(&parsed.lines.items).enumerate() {
        match item {
            Item::Heading(text) => {
                page.gap(m::BEFORE_HEADING);
                page.paragraph(text, m::HEADING, Align::Left);
                page.gap(m::AFTER_HEADING);
                if rule_is_due.take_if(|first| *first == n).is_some() {
                    correction_rule(&mut page, template);
                }
            }
            Item::Preprint { id, label, content } => {
                preprint(&mut page, Preprint { id, label, content: *content });
            }
            Item::Choice { question, arrangement } => choice::place(&mut page, question, *arrangement),
            Item::Table { question_heading, answer_heading, rows } => {
                table::place(&mut page, [question_heading, answer_heading], rows);
            }
            Item::Writing { label, parts } => writing::place(&mut page, label, parts),
        }
        misfits.look_at(&mut page, line);
    }
    page.gap(m::BEFORE_CLOSING);
    page.paragraph(&template.closing, m::CLOSING, Align::Centre);
    misfits.look_at(&mut page, parsed.lines.closing);
    Filled { misfits: misfits.all(page.bottom()), page: page.finish() }
}

/// What does not fit, collected item by item.
#[derive(Default)]
struct Misfits {
    too_wide: Vec<(usize, FaultKind)>,
    /// The line of the first item that goes over the lower edge.
    overflow_line: Option<usize>,
}

impl Misfits {
    /// Looks at the page after the item that begins in `line`.
    fn look_at(&mut self, page: &mut Page, line: usize) {
        let too_wide = page.take_too_wide().into_iter();
        self.too_wide.extend(
            too_wide.map(|TooWide { what, too_wide_mm }| (line, FaultKind::TooWide { what, too_wide_mm })),
        );
        if self.overflow_line.is_none() && page.bottom() > m::BOTTOM {
            self.overflow_line = Some(line);
        }
    }

    /// All of them, when the lowest print of the whole form is at `bottom`.
    fn all(mut self, bottom: f64) -> Vec<(usize, FaultKind)> {
        let too_long = |line| (line, FaultKind::TooLong { too_long_mm: bottom - m::BOTTOM });
        self.too_wide.extend(self.overflow_line.map(too_long));
        self.too_wide.sort_by_key(|(line, _)| *line);
        self.too_wide
    }
}

fn head(page: &mut Page, template: &Template) {
    page.title(&template.title);
    page.gap(m::AFTER_TITLE);
    for (n, paragraph) in template.intro.iter().enumerate() {
        if n > 0 {
            page.gap(m::AFTER_PARAGRAPH);
        }
        page.paragraph(paragraph, m::INTRO, Align::Left);
    }
    page.gap(m::AFTER_INTRO);
}

fn correction_rule(page: &mut Page, template: &Template) {
    page.paragraph(&template.correction_rule, m::RULE, Align::Left);
    page.gap(m::AFTER_RULE);
}

struct Preprint<'a> {
    id: &'a str,
    label: &'a str,
    content: PreprintContent,
}

/// A label with the slot after it.
fn preprint(page: &mut Page, item: Preprint) {
    let (content, lines) = match item.content {
        PreprintContent::Procedure => {
            (SlotContent::Procedure { field: item.id.to_owned() }, m::PROCEDURE_LINES)
        }
        PreprintContent::Unit => (SlotContent::Unit { field: item.id.to_owned() }, m::UNIT_LINES),
    };
    let leading = m::PREPRINT.leading;
    let column = page.column(lines as f64 * leading);
    let baseline = page.baseline(m::PREPRINT);
    let label = page.text_at(column.left, baseline, m::HEADING, item.label);
    let indent = label.right() + m::LABEL_TO_PREPRINT - column.left;
    page.slot(Slot {
        content,
        rect: column.rect(page.y(), lines as f64 * leading),
        first_baseline_mm: baseline - page.y(),
        leading_mm: leading,
        first_indent_mm: indent,
        size_pt: m::PREPRINT.size_pt,
        face: m::PREPRINT.face,
        centered: false,
    });
    page.advance(lines as f64 * leading);
    page.gap(m::AFTER_PREPRINT);
    page.needs_room(item.id, m::PREPRINT_LEAST - (column.width() - indent));
}

fn questions(template: &Template) -> Vec<Question> {
    template
        .items
        .iter()
        .flat_map(|item| match item {
            Item::Choice { question, .. } => std::slice::from_ref(question),
            Item::Table { rows, .. } => rows.as_slice(),
            Item::Heading(_) | Item::Preprint { .. } | Item::Writing { .. } => &[],
        })
        .cloned()
        .collect()
}
