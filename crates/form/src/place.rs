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
/// One fault for each item that is too wide, or one for a form that is too long.
pub(crate) fn place(file: &str, parsed: &Parsed) -> Result<Layout, Vec<Fault>> {
    let fault = |line, kind| Fault { file: file.to_owned(), line, kind };
    let tight = fill(parsed, 0.0);
    let mut faults: Vec<Fault> = tight
        .too_wide
        .into_iter()
        .map(|(line, wide)| {
            fault(line, FaultKind::TooWide { what: wide.what, too_wide_mm: wide.too_wide_mm })
        })
        .collect();
    if let Some(line) = tight.overflow_line {
        faults.push(fault(line, FaultKind::TooLong { too_long_mm: tight.bottom - m::BOTTOM }));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let (mut loosest, mut page) = (0.0, tight.page);
    for step in 1..=STRETCH_STEPS {
        let stretch = loosest + 1.0 / f64::from(1_u32 << step);
        let looser = fill(parsed, stretch);
        if looser.overflow_line.is_none() && looser.too_wide.is_empty() {
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
    /// The lowest edge of print.
    bottom: f64,
    /// The line of the first item that goes over the lower edge.
    overflow_line: Option<usize>,
    /// What is too wide, with its line.
    too_wide: Vec<(usize, TooWide)>,
}

fn fill(parsed: &Parsed, stretch: f64) -> Filled {
    let template = &parsed.template;
    let mut page = Page::new(stretch);
    let mut too_wide = Vec::new();
    let mut overflow_line = None;
    head(&mut page, template);
    let mut rule_is_due = !template.items.iter().any(|item| matches!(item, Item::Heading(_)));
    for (item, &line) in template.items.iter().zip(&parsed.item_lines) {
        if rule_is_due {
            correction_rule(&mut page, template);
            rule_is_due = false;
        }
        match item {
            Item::Heading(text) => {
                page.gap(m::BEFORE_HEADING);
                page.paragraph(text, m::HEADING, Align::Left);
                page.gap(m::AFTER_HEADING);
                // The rule stands once, under the first heading: the instruction.
                rule_is_due = page.rule_is_missing();
            }
            Item::Preprint { id, label, content } => {
                too_wide.extend(
                    preprint(&mut page, Preprint { id, label, content: *content }).map(|w| (line, w)),
                );
            }
            Item::Choice { question, arrangement } => {
                too_wide.extend(choice::place(&mut page, question, *arrangement).map(|w| (line, w)));
            }
            Item::Table { question_heading, answer_heading, rows } => {
                let headings = [question_heading.as_str(), answer_heading.as_str()];
                too_wide.extend(table::place(&mut page, headings, rows).map(|w| (line, w)));
            }
            Item::Writing { label, parts } => {
                too_wide.extend(writing::place(&mut page, label, parts).map(|w| (line, w)));
            }
        }
        if overflow_line.is_none() && page.bottom() > m::BOTTOM {
            overflow_line = Some(line);
        }
    }
    page.gap(m::BEFORE_CLOSING);
    page.paragraph(&template.closing, m::CLOSING, Align::Centre);
    if overflow_line.is_none() && page.bottom() > m::BOTTOM {
        overflow_line = Some(parsed.closing_line);
    }
    Filled { bottom: page.bottom(), page: page.finish(), overflow_line, too_wide }
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
    page.rule_was_printed();
}

struct Preprint<'a> {
    id: &'a str,
    label: &'a str,
    content: PreprintContent,
}

/// A label with the slot after it.
fn preprint(page: &mut Page, item: Preprint) -> Option<TooWide> {
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
    let room = column.width() - indent;
    (room < m::WRITING_LEAST)
        .then(|| TooWide { what: item.id.to_owned(), too_wide_mm: m::WRITING_LEAST - room })
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
