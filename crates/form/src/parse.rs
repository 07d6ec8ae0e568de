//! Template file to checked template, with all faults at once.

use std::collections::HashMap;
use std::ops::Range;

use phieu_model::template::{Arrangement, Item, PreprintContent, Question, Template, WritingPart};
use toml::de::{DeTable, DeValue};

use crate::fault::{Fault, FaultKind};
use crate::keys::{Faults, Keys, Read, printable, tables};
use crate::question::{CHOICE_KEYS, QUESTION_KEYS};

/// More lines to write on than this are a slip of the pen, not a form.
const MOST_WRITING_LINES: u8 = 20;

const TEMPLATE_KEYS: [&str; 8] =
    ["form", "code", "version", "title", "intro", "correction_rule", "closing", "item"];
/// A checked template with its places in the file, for faults found later.
pub(crate) struct Parsed {
    pub(crate) template: Template,
    pub(crate) lines: Lines,
}

/// Line numbers, from 1, of what is placed.
pub(crate) struct Lines {
    pub(crate) title: usize,
    /// One for each item.
    pub(crate) items: Vec<usize>,
    pub(crate) closing: usize,
}

/// The template that `text` describes. `file` is shown in faults and must end in
/// `<form>/v<version>.toml` (a bare file name is not checked against a folder).
///
/// # Errors
/// All faults of the file, in the order of their lines; at least one.
pub fn parse(file: &str, text: &str) -> Result<Template, Vec<Fault>> {
    parse_with_lines(file, text).map(|parsed| parsed.template)
}

pub(crate) fn parse_with_lines(file: &str, text: &str) -> Result<Parsed, Vec<Fault>> {
    // A byte order mark is what Windows editors put before UTF-8.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut faults = Faults::new(file, text);
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        let detail = error.message().replace('\n', " ");
        let kind = if detail.contains("duplicate key") {
            FaultKind::DuplicateKey
        } else {
            FaultKind::Syntax { detail }
        };
        faults.add(&span, kind);
    }
    // A file that is half understood would show every key below the slip as missing.
    if faults.any() {
        return Err(faults.into_sorted());
    }
    let mut reader = Reader { faults, ids: HashMap::new(), headline: None };
    let parsed = reader.template(document.get_ref(), file);
    match parsed {
        Some(parsed) if !reader.faults.any() => Ok(parsed),
        _ => Err(reader.faults.into_sorted()),
    }
}

pub(crate) struct Reader<'a> {
    pub(crate) faults: Faults<'a>,
    /// Question and field ids with the line of their first use.
    ids: HashMap<String, usize>,
    /// The line of the headline question.
    pub(crate) headline: Option<usize>,
}

impl Reader<'_> {
    /// `None` only together with a fault.
    fn template(&mut self, table: &DeTable, file: &str) -> Option<Parsed> {
        let keys = Keys::open(table, 0..0, &TEMPLATE_KEYS, &mut self.faults);
        let form = self.form(&keys, file);
        let code = self.code(&keys);
        let version = self.version(&keys, file);
        let title = keys.text("title", &mut self.faults);
        let intro = self.intro(&keys);
        let correction_rule = keys.text("correction_rule", &mut self.faults);
        let closing = keys.text("closing", &mut self.faults);
        let (items, item_lines) = self.items(&keys);
        if !items.is_empty() && !items.iter().any(|i| matches!(i, Item::Choice { .. } | Item::Table { .. })) {
            self.faults.add(&(0..0), FaultKind::NoQuestion);
        }
        let (title, closing) = (title?, closing?);
        let lines = Lines {
            title: self.faults.line_of(&title.span),
            items: item_lines,
            closing: self.faults.line_of(&closing.span),
        };
        let template = Template {
            form: form?,
            code: code?,
            version: version?,
            title: title.value,
            intro,
            correction_rule: correction_rule?.value,
            items,
            closing: closing.value,
        };
        Some(Parsed { template, lines })
    }

    fn form(&mut self, keys: &Keys, file: &str) -> Option<String> {
        let form = keys.name("form", &mut self.faults)?;
        let good = !form.value.is_empty()
            && form.value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !good {
            self.faults.add(&form.span, FaultKind::BadForm { found: form.value.clone() });
        }
        // The folder is compared on any machine with either kind of separator.
        if let Some(folder) = file.rsplit(['/', '\\']).nth(1)
            && folder != form.value
        {
            let kind = FaultKind::FormIsNotFolder { form: form.value.clone(), folder: folder.to_owned() };
            self.faults.add(&form.span, kind);
        }
        Some(form.value)
    }

    fn code(&mut self, keys: &Keys) -> Option<String> {
        let code = keys.name("code", &mut self.faults)?;
        if code.value.len() != 4 || !code.value.bytes().all(|b| b.is_ascii_uppercase()) {
            self.faults.add(&code.span, FaultKind::BadCode { found: code.value.clone() });
        }
        Some(code.value)
    }

    fn version(&mut self, keys: &Keys, file: &str) -> Option<u16> {
        let found = keys.integer("version", None, &mut self.faults)?;
        let Some(version) = found.value.within::<u16>().filter(|v| *v > 0) else {
            self.faults.add(&found.span, FaultKind::BadVersion { found: found.value.to_string() });
            return None;
        };
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        if name != format!("v{version}.toml") {
            self.faults.add(&found.span, FaultKind::FileIsNotVersion { version, name: name.to_owned() });
        }
        Some(version)
    }

    fn intro(&mut self, keys: &Keys) -> Vec<String> {
        let Some(list) = keys.list("intro", &mut self.faults) else { return Vec::new() };
        list.iter()
            .filter_map(|paragraph| printable("intro", paragraph, &mut self.faults))
            .map(|paragraph| paragraph.value)
            .collect()
    }

    fn items(&mut self, keys: &Keys) -> (Vec<Item>, Vec<usize>) {
        let Some(list) = keys.list("item", &mut self.faults) else { return (Vec::new(), Vec::new()) };
        let mut items = Vec::new();
        let mut lines = Vec::new();
        for (table, span) in tables("item", list, &mut self.faults) {
            let line = self.faults.line_of(&span);
            if let Some(item) = self.item(table, span) {
                items.push(item);
                lines.push(line);
            }
        }
        (items, lines)
    }

    fn item(&mut self, table: &DeTable, span: Range<usize>) -> Option<Item> {
        #[derive(Clone, Copy)]
        enum Kind {
            Heading,
            Preprint,
            Choice,
            Table,
            Writing,
        }
        const KINDS: [(&str, Kind); 5] = [
            ("heading", Kind::Heading),
            ("preprint", Kind::Preprint),
            ("choice", Kind::Choice),
            ("table", Kind::Table),
            ("writing", Kind::Writing),
        ];
        // The kind decides which keys are known, so it is read before the others.
        let kind = Keys::unchecked(table, span.clone()).word("kind", &KINDS, &mut self.faults)?;
        let open =
            |known: &[&'static str], faults: &mut Faults| Keys::open(table, span.clone(), known, faults);
        match kind {
            Kind::Heading => {
                let keys = open(&["kind", "text"], &mut self.faults);
                Some(Item::Heading(keys.text("text", &mut self.faults)?.value))
            }
            Kind::Preprint => {
                let keys = open(&["kind", "id", "label", "content"], &mut self.faults);
                self.preprint(&keys)
            }
            Kind::Choice => {
                let keys = open(&CHOICE_KEYS, &mut self.faults);
                let arrangements = [("row", Arrangement::Row), ("column", Arrangement::Column)];
                let arrangement = keys.word("arrangement", &arrangements, &mut self.faults);
                let question = self.question(&keys);
                Some(Item::Choice { question: question?, arrangement: arrangement? })
            }
            Kind::Table => {
                let keys = open(&["kind", "question_heading", "answer_heading", "row"], &mut self.faults);
                self.table(&keys)
            }
            Kind::Writing => {
                let keys = open(&["kind", "label", "part"], &mut self.faults);
                self.writing(&keys)
            }
        }
    }

    fn preprint(&mut self, keys: &Keys) -> Option<Item> {
        let contents = [("procedure", PreprintContent::Procedure), ("unit", PreprintContent::Unit)];
        let id = keys.id("id", &mut self.faults);
        self.claim(id.as_ref());
        let label = keys.text("label", &mut self.faults);
        let content = keys.word("content", &contents, &mut self.faults);
        Some(Item::Preprint { id: id?.value, label: label?.value, content: content? })
    }

    fn table(&mut self, keys: &Keys) -> Option<Item> {
        let question_heading = keys.text("question_heading", &mut self.faults);
        let answer_heading = keys.text("answer_heading", &mut self.faults);
        let list = keys.list("row", &mut self.faults)?;
        let mut rows: Vec<Question> = Vec::new();
        // Counted from the file, so that an option with a fault of its own does not
        // make its row a wrong one as well.
        let mut expected = None;
        for (table, span) in tables("row", list, &mut self.faults) {
            let row = Keys::open(table, span.clone(), &QUESTION_KEYS, &mut self.faults);
            if let Some(DeValue::Array(options)) = row.get("options").map(|o| o.get_ref()) {
                let (found, expected) = (options.len(), *expected.get_or_insert(options.len()));
                if found != expected {
                    let question = row_name(&row);
                    self.faults.add(&span, FaultKind::RowOptionsDiffer { question, found, expected });
                }
            }
            rows.extend(self.question(&row));
        }
        Some(Item::Table {
            question_heading: question_heading?.value,
            answer_heading: answer_heading?.value,
            rows,
        })
    }

    fn writing(&mut self, keys: &Keys) -> Option<Item> {
        let label = keys.text("label", &mut self.faults);
        let list = keys.list("part", &mut self.faults)?;
        let mut parts: Vec<WritingPart> = Vec::new();
        for (table, span) in tables("part", list, &mut self.faults) {
            let known = ["field", "label", "lines", "sensitive", "same_line"];
            let keys = Keys::open(table, span.clone(), &known, &mut self.faults);
            let field = keys.id("field", &mut self.faults);
            self.claim(field.as_ref());
            let part_label = keys.optional_text("label", &mut self.faults);
            let lines = self.line_count(&keys);
            let sensitive = keys.flag("sensitive", &mut self.faults);
            let same_line = keys.flag("same_line", &mut self.faults);
            let Some(field) = field else { continue };
            if same_line && (lines > 1 || parts.last().is_none_or(|before| before.lines > 1)) {
                self.faults.add(&span, FaultKind::SameLineImpossible { field: field.value.clone() });
            }
            let label = part_label.map_or_else(String::new, |label| label.value);
            parts.push(WritingPart { field: field.value, label, lines, sensitive, same_line });
        }
        Some(Item::Writing { label: label?.value, parts })
    }

    fn line_count(&mut self, keys: &Keys) -> u8 {
        let Some(found) = keys.integer("lines", Some(1), &mut self.faults) else { return 1 };
        match found.value.within::<u8>() {
            Some(lines @ 1..=MOST_WRITING_LINES) => lines,
            _ => {
                self.faults.add(&found.span, FaultKind::BadLineCount { found: found.value.to_string() });
                1
            }
        }
    }

    /// Takes an id for one question or field of the form.
    pub(crate) fn claim(&mut self, id: Option<&Read<String>>) {
        let Some(id) = id else { return };
        let line = self.faults.line_of(&id.span);
        match self.ids.get(&id.value) {
            Some(&first_line) => {
                self.faults.add(&id.span, FaultKind::DuplicateId { id: id.value.clone(), first_line });
            }
            None => {
                self.ids.insert(id.value.clone(), line);
            }
        }
    }
}

/// The row's id for a fault, before the id itself was checked.
fn row_name(row: &Keys) -> String {
    match row.get("id").map(|id| id.get_ref()) {
        Some(DeValue::String(id)) => id.clone().into_owned(),
        _ => "?".to_owned(),
    }
}
