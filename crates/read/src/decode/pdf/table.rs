//! Where the objects of a PDF stand, read from a file of which parts were left out and written anew for what is there of it.
//!
//! A PDF names each object by its place in the file. This follows the lists of places as the library does, from the last to those
//! before it, and gives up where the library would search the file for objects: such a file is read whole.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use hayro::hayro_syntax::object::dict::keys;
use hayro::hayro_syntax::object::{Array, Dict, ObjectIdentifier, Stream};
use hayro::hayro_syntax::reader::{Reader, ReaderContext, ReaderExt};

use super::skeleton::Skeleton;

const START: &[u8] = b"startxref";
/// Lists that follow from each other; the library follows as many.
const MAX_LISTS: usize = 256;
/// Objects of a file; each takes some forty bytes here.
const MAX_OBJECTS: usize = 1_000_000;
/// Bytes of an object's entry in a list that is text.
const ENTRY_BYTES: usize = 20;
/// The largest generation that such an entry has room for.
const MAX_GENERATION: i32 = 99_999;
/// A place where no object is, for one that is said to stand beyond the end of the file.
const NOWHERE: u32 = u32::MAX;

/// Where the objects stand.
#[derive(Debug)]
pub struct Table {
    /// The dictionary of the file, without its last two bytes, which end it.
    trailer: Vec<u8>,
    objects: BTreeMap<ObjectIdentifier, Place>,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    /// Among the bytes that were kept.
    At(usize),
    /// In a stream of objects, at this index.
    In { stream: u32, index: u32 },
}

impl Table {
    /// Of a file whose streams were measured; `None` where the lists are faulty or name what was left out.
    pub fn read(skeleton: &Skeleton) -> Option<Self> {
        let bytes = &skeleton.bytes[..];
        let start = bytes.windows(START.len()).rposition(|word| word == START)?;
        let mut reader = Reader::new(bytes);
        reader.jump(start + START.len());
        reader.skip_white_spaces_and_comments();
        let first = reader.read_without_context::<i32>()?;
        let mut lists = Lists { skeleton, visited: BTreeSet::new(), objects: BTreeMap::new() };
        let trailer = lists.list(first)?.data().strip_suffix(b">>")?.to_vec();
        Some(Self { trailer, objects: lists.objects })
    }

    /// Bytes that [`Self::write`] appends at most.
    pub fn most_bytes(&self) -> usize {
        256 + self.trailer.len() + 40 * self.objects.len()
    }

    /// Appends the list to a file, in which what was kept at a place stands where `moved` says.
    pub fn write(&self, file: &mut Vec<u8>, moved: impl Fn(usize) -> usize) {
        let streamed = self.streamed(file);
        let from = file.len();
        let mut list = b"\nxref\n".to_vec();
        for (id, place) in &self.objects {
            if let Place::At(place) = place {
                let offset = u32::try_from(moved(*place)).ok().filter(|at| (*at as usize) < from);
                let (offset, generation) = (offset.unwrap_or(NOWHERE), id.gen_number);
                write_to(&mut list, format_args!("{} 1\n{offset:010} {generation:05} n \n", id.obj_number));
            }
        }
        list.extend_from_slice(b"trailer\n");
        list.extend_from_slice(&self.trailer);
        // Of two entries of the same name the latter counts.
        let hybrid = streamed.map_or("null".to_owned(), |at| at.to_string());
        write_to(
            &mut list,
            format_args!("\n/Prev null/XRefStm {hybrid}>>\nstartxref\n{}\n%%EOF\n", from + 1),
        );
        file.extend_from_slice(&list);
    }

    /// Appends a list of the objects in streams, and returns where it stands, if there are any.
    fn streamed(&self, file: &mut Vec<u8>) -> Option<usize> {
        let (mut numbers, mut entries) = (String::new(), Vec::new());
        for (id, place) in &self.objects {
            if let Place::In { stream, index } = place {
                numbers += &format!("{} 1 ", id.obj_number);
                entries.push(2);
                entries.extend(stream.to_be_bytes());
                entries.extend(index.to_be_bytes());
            }
        }
        if entries.is_empty() {
            return None;
        }
        file.push(b'\n');
        let at = file.len();
        let length = entries.len();
        // Object 0 is no object of any file.
        write_to(
            file,
            format_args!("0 0 obj\n<</W[1 4 4]/Size 0/Index[{numbers}]/Length {length}>>\nstream\n"),
        );
        file.extend(entries);
        file.extend_from_slice(b"\nendstream\nendobj\n");
        Some(at)
    }
}

fn write_to(bytes: &mut Vec<u8>, text: std::fmt::Arguments) {
    bytes.write_fmt(text).expect("memory takes any text");
}

/// What the lists say, the older first.
struct Lists<'s> {
    skeleton: &'s Skeleton,
    visited: BTreeSet<i32>,
    objects: BTreeMap<ObjectIdentifier, Place>,
}

impl<'s> Lists<'s> {
    /// Takes up the list at this place of the file, and those it follows from; returns its dictionary.
    fn list(&mut self, offset: i32) -> Option<Dict<'s>> {
        if !self.visited.insert(offset) || self.visited.len() > MAX_LISTS {
            return None;
        }
        let mut reader = Reader::new(&self.skeleton.bytes);
        reader.jump(self.skeleton.place(u64::try_from(offset).ok()?)?);
        reader.skip_white_spaces_and_comments();
        let mut inside = reader.clone();
        match inside.read_without_context::<ObjectIdentifier>() {
            Some(_) => self.stream(inside),
            None => self.text(reader),
        }
    }

    fn text(&mut self, mut reader: Reader<'s>) -> Option<Dict<'s>> {
        reader.skip_white_spaces();
        reader.forward_tag(b"xref")?;
        reader.skip_white_spaces();
        let mut entries = Vec::new();
        while let Some((first, count)) = section(&mut reader) {
            for number in first..first.checked_add(count)? {
                entries.push((number, reader.read_bytes(ENTRY_BYTES)?));
            }
        }
        reader.skip_white_spaces();
        reader.forward_tag(b"trailer")?;
        reader.skip_white_spaces();
        let trailer = reader.read_with_context::<Dict>(&ReaderContext::dummy())?;
        for older in [keys::PREV, keys::XREF_STM] {
            if let Some(offset) = trailer.get::<i32>(older) {
                self.list(offset)?;
            }
        }
        for (number, entry) in entries {
            let offset = digits(&entry[..10])?;
            let generation = i32::try_from(digits(&entry[11..16])?).ok()?;
            if entry[17] == b'n' {
                self.note(ObjectIdentifier::new(number, generation), offset)?;
            }
        }
        Some(trailer)
    }

    fn stream(&mut self, mut reader: Reader<'s>) -> Option<Dict<'s>> {
        reader.skip_white_spaces_and_comments();
        let stream = reader.read_with_context::<Stream>(&ReaderContext::dummy())?;
        let dict = stream.dict();
        if let Some(offset) = dict.get::<i32>(keys::PREV) {
            self.list(offset)?;
        }
        let [kind, second, third] = dict.get::<[u8; 3]>(keys::W)?.map(usize::from);
        if kind > 1 {
            return None;
        }
        let data = stream.decoded_data().ok()?;
        let mut entries = Reader::new(&data);
        let size = dict.get::<u32>(keys::SIZE)?;
        let sections = match dict.get::<Array>(keys::INDEX) {
            Some(index) => index.iter::<(u32, u32)>().collect(),
            None => vec![(0, size)],
        };
        for (first, count) in sections {
            for i in 0..count {
                let number_of = first.checked_add(i)?;
                let kind = if kind == 0 { 1 } else { entries.read_byte()? };
                let (second, third) = (entries.read_bytes(second)?, entries.read_bytes(third)?);
                match kind {
                    0 => {}
                    1 => {
                        let generation = i32::try_from(number(third)?).ok()?;
                        self.note(ObjectIdentifier::new(number_of, generation), number(second)?)?;
                    }
                    2 => {
                        let place = Place::In { stream: number(second)?, index: number(third)? };
                        self.objects.insert(ObjectIdentifier::new(number_of, 0), place);
                    }
                    _ => return None,
                }
                self.check_count()?;
            }
        }
        Some(dict.clone())
    }

    /// An object at this place of the file.
    fn note(&mut self, id: ObjectIdentifier, offset: u32) -> Option<()> {
        let place = self.skeleton.place(offset.into())?;
        self.objects.insert(id, Place::At(place));
        self.check_count()?;
        (0..=MAX_GENERATION).contains(&id.gen_number).then_some(())
    }

    fn check_count(&self) -> Option<()> {
        (self.objects.len() <= MAX_OBJECTS).then_some(())
    }
}

/// The first object of a section of a list, and how many there are.
fn section(reader: &mut Reader) -> Option<(u32, u32)> {
    let mut ahead = reader.clone();
    ahead.skip_white_spaces();
    let first = ahead.read_without_context::<u32>()?;
    ahead.skip_white_spaces();
    let count = ahead.read_without_context::<u32>()?;
    ahead.skip_white_spaces();
    *reader = ahead;
    Some((first, count))
}

/// A number in writing.
fn digits(text: &[u8]) -> Option<u32> {
    text.iter().try_fold(0_u32, |number, digit| {
        let digit = char::from(*digit).to_digit(10)?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// A number in bytes, the highest first; none is 0.
fn number(bytes: &[u8]) -> Option<u32> {
    let number =
        bytes.iter().try_fold(0_u64, |number, byte| Some(number.checked_mul(256)? | u64::from(*byte)))?;
    u32::try_from(number).ok()
}
