//! Template file to checked template, with all faults at once.

use std::collections::HashMap;
use std::ops::Range;

use phieu_model::template::{
    Arrangement, ChoiceOption, Choose, Item, PreprintContent, Question, QuestionKind, Template, WritingPart,
};
use toml::de::{DeTable, DeValue};

use crate::fault::{Fault, FaultKind};
use crate::keys::{Faults, Keys, Read, printable, string, tables};

/// Options of a question of kind scale.
const SCALE_LEVELS: usize = 5;
/// More lines to write on than this are a slip of the pen, not a form.
const MOST_WRITING_LINES: u8 = 20;

const TEMPLATE_KEYS: [&str; 8] =
    ["form", "code", "version", "title", "intro", "correction_rule", "closing", "item"];
const QUESTION_KEYS: [&str; 8] = ["id", "number", "text", "choose", "measure", "headline", "good", "options"];
const CHOICE_KEYS: [&str; 10] =
    ["kind", "id", "number", "text", "choose", "measure", "headline", "good", "arrangement", "options"];

/// A checked template with the lines its items begin in, for faults found later.
pub(crate) struct Parsed {
    pub(crate) template: Template,
    /// One line number for each item.
    pub(crate) item_lines: Vec<usize>,
    /// The line of `closing`, which is placed last.
    pub(crate) closing_line: usize,
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

struct Reader<'a> {
    faults: Faults<'a>,
    /// Question and field ids with the line of their first use.
    ids: HashMap<String, usize>,
    /// The line of the headline question.
    headline: Option<usize>,
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
        let closing = closing?;
        let closing_line = self.faults.line_of(&closing.span);
        let template = Template {
            form: form?,
            code: code?,
            version: version?,
            title: title?.value,
            intro,
            correction_rule: correction_rule?.value,
            items,
            closing: closing.value,
        };
        Some(Parsed { template, item_lines, closing_line })
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

    fn question(&mut self, keys: &Keys) -> Option<Question> {
        let chooses = [("one", Choose::One), ("many", Choose::Many)];
        let id = keys.id("id", &mut self.faults);
        self.claim(id.as_ref());
        let name = id.as_ref().map_or_else(|| "?".to_owned(), |id| id.value.clone());
        let number = keys.text("number", &mut self.faults);
        let text = keys.text("text", &mut self.faults);
        let choose = keys.word("choose", &chooses, &mut self.faults);
        let options = self.options(keys, &name);
        let kind = self.kind(keys, &name, &options);
        Some(Question {
            id: id?.value,
            number: number?.value,
            text: text?.value,
            choose: choose?,
            kind: kind?,
            options,
        })
    }

    fn options(&mut self, keys: &Keys, question: &str) -> Vec<ChoiceOption> {
        let Some(list) = keys.list("options", &mut self.faults) else { return Vec::new() };
        if list.len() < 2 {
            let kind = FaultKind::TooFewOptions { question: question.to_owned(), found: list.len() };
            self.faults.add(&keys.span, kind);
        }
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut options = Vec::new();
        for (table, span) in tables("options", list, &mut self.faults) {
            let option = Keys::open(table, span, &["id", "label"], &mut self.faults);
            let id = option.id("id", &mut self.faults);
            let label = option.text("label", &mut self.faults);
            let Some(id) = id else { continue };
            let line = self.faults.line_of(&id.span);
            if let Some(&first_line) = seen.get(&id.value) {
                let kind = FaultKind::DuplicateOption {
                    question: question.to_owned(),
                    id: id.value.clone(),
                    first_line,
                };
                self.faults.add(&id.span, kind);
            }
            seen.entry(id.value.clone()).or_insert(line);
            // An option without label keeps its place, so that `good` still finds it.
            let label = label.map_or_else(String::new, |label| label.value);
            options.push(ChoiceOption { id: id.value, label });
        }
        options
    }

    fn kind(&mut self, keys: &Keys, question: &str, options: &[ChoiceOption]) -> Option<QuestionKind> {
        #[derive(Clone, Copy, PartialEq)]
        enum Measure {
            Channels,
            Scale,
            Fact,
        }
        let measures = [("channels", Measure::Channels), ("scale", Measure::Scale), ("fact", Measure::Fact)];
        let measure = keys.word("measure", &measures, &mut self.faults)?;
        for (key, of, name) in [("headline", Measure::Scale, "scale"), ("good", Measure::Fact, "fact")] {
            if let Some(value) = keys.get(key)
                && measure != of
            {
                self.faults.add(&value.span(), FaultKind::KeyOfOtherMeasure { key, measure: name });
            }
        }
        match measure {
            Measure::Channels => Some(QuestionKind::Channels),
            Measure::Scale => {
                if options.len() != SCALE_LEVELS && options.len() >= 2 {
                    let kind =
                        FaultKind::ScaleNotFive { question: question.to_owned(), found: options.len() };
                    self.faults.add(&keys.span, kind);
                }
                Some(QuestionKind::Scale { headline: self.headline(keys, question) })
            }
            Measure::Fact => Some(QuestionKind::Fact { good: self.good(keys, question, options)? }),
        }
    }

    fn headline(&mut self, keys: &Keys, question: &str) -> bool {
        if !keys.flag("headline", &mut self.faults) {
            return false;
        }
        let span = keys.get("headline").map_or_else(|| keys.span.clone(), |value| value.span());
        match self.headline {
            Some(first_line) => {
                let kind = FaultKind::SecondHeadline { question: question.to_owned(), first_line };
                self.faults.add(&span, kind);
            }
            None => self.headline = Some(self.faults.line_of(&span)),
        }
        true
    }

    fn good(&mut self, keys: &Keys, question: &str, options: &[ChoiceOption]) -> Option<Vec<String>> {
        let list = keys.list("good", &mut self.faults)?;
        let mut good = Vec::new();
        for entry in list.iter() {
            let Some(option) = string("good", entry, &mut self.faults) else { continue };
            if !options.iter().any(|o| o.id == option.value) {
                let kind =
                    FaultKind::UnknownGood { question: question.to_owned(), option: option.value.clone() };
                self.faults.add(&option.span, kind);
            }
            good.push(option.value);
        }
        Some(good)
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
    fn claim(&mut self, id: Option<&Read<String>>) {
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
