//! Reading a TOML table key by key, collecting faults instead of stopping at the first.

use std::ops::Range;

use phieu_model::layout::Face;
use phieu_typeface::{missing_glyphs, nfc};
use toml::Spanned;
use toml::de::{DeArray, DeInteger, DeTable, DeValue};

use crate::fault::{Fault, FaultKind, ValueType};

/// The faults found so far in one file.
pub(crate) struct Faults<'a> {
    file: &'a str,
    text: &'a str,
    found: Vec<Fault>,
}

impl<'a> Faults<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, found: Vec::new() }
    }

    /// The line, from 1, of a byte offset.
    pub(crate) fn line_of(&self, span: &Range<usize>) -> usize {
        let end = span.start.min(self.text.len());
        1 + self.text.as_bytes()[..end].iter().filter(|b| **b == b'\n').count()
    }

    pub(crate) fn add(&mut self, span: &Range<usize>, kind: FaultKind) {
        let line = self.line_of(span);
        self.found.push(Fault { file: self.file.to_owned(), line, kind });
    }

    /// All faults in the order of their lines; empty when there are none.
    pub(crate) fn into_sorted(mut self) -> Vec<Fault> {
        self.found.sort_by_key(|fault| fault.line);
        self.found
    }

    pub(crate) fn any(&self) -> bool {
        !self.found.is_empty()
    }
}

/// A value with the bytes it was read from.
#[derive(Clone)]
pub(crate) struct Read<T> {
    pub(crate) value: T,
    pub(crate) span: Range<usize>,
}

/// One table of the file.
pub(crate) struct Keys<'t, 'i> {
    table: &'t DeTable<'i>,
    /// Where the table begins: the line of what is missing.
    pub(crate) span: Range<usize>,
}

impl<'t, 'i> Keys<'t, 'i> {
    /// The table; its unknown keys are faults.
    pub(crate) fn open(
        table: &'t DeTable<'i>,
        span: Range<usize>,
        known: &[&'static str],
        faults: &mut Faults,
    ) -> Self {
        for (key, _) in table.iter() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                faults
                    .add(&key.span(), FaultKind::UnknownKey { key: name.to_owned(), known: known.to_vec() });
            }
        }
        Self { table, span }
    }

    /// The table without a look at its keys, to find out what it is.
    pub(crate) fn unchecked(table: &'t DeTable<'i>, span: Range<usize>) -> Self {
        Self { table, span }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'t Spanned<DeValue<'i>>> {
        self.table.get(key)
    }

    fn required(&self, key: &'static str, faults: &mut Faults) -> Option<&'t Spanned<DeValue<'i>>> {
        let value = self.get(key);
        if value.is_none() {
            faults.add(&self.span, FaultKind::MissingKey { key });
        }
        value
    }

    /// A printable text on one line, in normal form C.
    pub(crate) fn text(&self, key: &'static str, faults: &mut Faults) -> Option<Read<String>> {
        printable(key, self.required(key, faults)?, faults)
    }

    /// Like [`Keys::text`], for a key that may be left out.
    pub(crate) fn optional_text(&self, key: &'static str, faults: &mut Faults) -> Option<Read<String>> {
        printable(key, self.get(key)?, faults)
    }

    /// A string that is not printed as it stands (a code, a name).
    pub(crate) fn name(&self, key: &'static str, faults: &mut Faults) -> Option<Read<String>> {
        string(key, self.required(key, faults)?, faults)
    }

    /// A question, option or field id.
    pub(crate) fn id(&self, key: &'static str, faults: &mut Faults) -> Option<Read<String>> {
        let id = self.name(key, faults)?;
        let mut bytes = id.value.bytes();
        let good = bytes.next().is_some_and(|b| b.is_ascii_lowercase())
            && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !good {
            faults.add(&id.span, FaultKind::BadId { id: id.value.clone() });
        }
        Some(id)
    }

    /// One of a few words, each with its meaning.
    pub(crate) fn word<T: Copy>(
        &self,
        key: &'static str,
        meanings: &[(&'static str, T)],
        faults: &mut Faults,
    ) -> Option<T> {
        let found = self.name(key, faults)?;
        let meaning = meanings.iter().find(|(word, _)| *word == found.value).map(|(_, meaning)| *meaning);
        if meaning.is_none() {
            let allowed = meanings.iter().map(|(word, _)| *word).collect();
            faults.add(&found.span, FaultKind::UnknownWord { key, found: found.value, allowed });
        }
        meaning
    }

    /// A whole number, or `absent` where the key is left out and `absent` is given.
    pub(crate) fn integer(
        &self,
        key: &'static str,
        absent: Option<i64>,
        faults: &mut Faults,
    ) -> Option<Read<Integer>> {
        if let (None, Some(value)) = (self.get(key), absent) {
            return Some(Read { value: Integer::Small(value), span: self.span.clone() });
        }
        let value = self.required(key, faults)?;
        match value.get_ref() {
            DeValue::Integer(n) => Some(Read { value: Integer::of(n), span: value.span() }),
            other => {
                faults.add(&value.span(), wrong_type(key, ValueType::Integer, other));
                None
            }
        }
    }

    /// `true` or `false`; `false` where the key is left out.
    pub(crate) fn flag(&self, key: &'static str, faults: &mut Faults) -> bool {
        match self.get(key).map(|value| (value, value.get_ref())) {
            None => false,
            Some((_, DeValue::Boolean(flag))) => *flag,
            Some((value, other)) => {
                faults.add(&value.span(), wrong_type(key, ValueType::Boolean, other));
                false
            }
        }
    }

    /// A list with at least one entry; `None` when it is a fault, that was reported.
    pub(crate) fn list(&self, key: &'static str, faults: &mut Faults) -> Option<&'t DeArray<'i>> {
        let value = self.required(key, faults)?;
        match value.get_ref() {
            DeValue::Array(list) if list.is_empty() => {
                faults.add(&value.span(), FaultKind::EmptyList { key });
                None
            }
            DeValue::Array(list) => Some(list),
            other => {
                faults.add(&value.span(), wrong_type(key, ValueType::List, other));
                None
            }
        }
    }
}

/// A whole number of any size.
#[derive(Debug, Clone)]
pub(crate) enum Integer {
    /// One that an i64 holds.
    Small(i64),
    /// Another, as written.
    Huge(String),
}

impl Integer {
    fn of(n: &DeInteger) -> Self {
        i64::from_str_radix(n.as_str(), n.radix()).map_or_else(|_| Self::Huge(n.to_string()), Self::Small)
    }

    /// The number, when `T` holds it.
    pub(crate) fn within<T: TryFrom<i64>>(&self) -> Option<T> {
        match self {
            Self::Small(n) => T::try_from(*n).ok(),
            Self::Huge(_) => None,
        }
    }
}

impl std::fmt::Display for Integer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Small(n) => n.fmt(f),
            Self::Huge(n) => n.fmt(f),
        }
    }
}

/// The entries of a list that are tables; the others are faults.
pub(crate) fn tables<'t, 'i>(
    key: &'static str,
    list: &'t DeArray<'i>,
    faults: &mut Faults,
) -> Vec<(&'t DeTable<'i>, Range<usize>)> {
    let mut tables = Vec::new();
    for entry in list.iter() {
        match entry.get_ref() {
            DeValue::Table(table) => tables.push((table, entry.span())),
            other => faults.add(&entry.span(), wrong_type(key, ValueType::Table, other)),
        }
    }
    tables
}

/// The value as a string.
pub(crate) fn string(key: &str, value: &Spanned<DeValue>, faults: &mut Faults) -> Option<Read<String>> {
    match value.get_ref() {
        DeValue::String(text) => Some(Read { value: text.clone().into_owned(), span: value.span() }),
        other => {
            faults.add(&value.span(), wrong_type(key, ValueType::Text, other));
            None
        }
    }
}

/// The value as a text that can be printed on one line.
pub(crate) fn printable(key: &str, value: &Spanned<DeValue>, faults: &mut Faults) -> Option<Read<String>> {
    let text = string(key, value, faults)?;
    let value = nfc(text.value.trim());
    if value.is_empty() {
        faults.add(&text.span, FaultKind::EmptyText { key: key.to_owned() });
        return None;
    }
    if value.chars().any(char::is_control) {
        faults.add(&text.span, FaultKind::ControlCharacters { key: key.to_owned() });
        return Some(Read { value, span: text.span });
    }
    // The faces hold the same letters (a test of the typeface says so for Vietnamese),
    // yet a text may be set in any of them.
    let mut chars = Vec::new();
    for face in [Face::Regular, Face::Bold, Face::Italic] {
        chars.extend(missing_glyphs(face, &value));
    }
    chars.sort_unstable();
    chars.dedup();
    if !chars.is_empty() {
        faults.add(&text.span, FaultKind::MissingGlyphs { key: key.to_owned(), chars });
    }
    Some(Read { value, span: text.span })
}

pub(crate) fn wrong_type(key: &str, expected: ValueType, found: &DeValue) -> FaultKind {
    FaultKind::WrongType { key: key.to_owned(), expected, found: found.type_str() }
}
