//! All that a page can draw from, followed from object to object before anything is drawn.

use std::collections::HashSet;

use hayro::hayro_syntax::content::TypedIter;
use hayro::hayro_syntax::content::ops::TypedInstruction;
use hayro::hayro_syntax::object::dict::keys;
use hayro::hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object, ObjectIdentifier, Stream};
use hayro::hayro_syntax::page::Page;
use phieu_model::rejection::{RejectCode, Rejection};

use super::headers;
use super::unpack::{Allowance, MAX_STREAM_BYTES};

/// Objects that a page may draw from.
const MAX_OBJECTS: usize = 100_000;
/// Bytes that they may unpack to, pictures not counted.
const MAX_BYTES: u64 = 128 << 20;
/// Bytes that the drawing instructions of a page, or of a form on it, may unpack to.
const CONTENT_BYTES: u64 = 16 << 20;
/// Kinds of functions and shadings (ISO 32000-1, 7.10 and 8.7.4.5) that are not drawn: programs, and meshes.
const PROGRAM: u8 = 4;
const FIRST_MESH: u8 = 4;
/// Numbers that a table may be looked up by: each more doubles the work.
const MAX_INPUTS: usize = 4;

/// Charges the page's own instructions, which are unpacked as soon as they are looked at.
pub fn check_content(page: &Page, max_pixels: u64) -> Result<(), Rejection> {
    let mut allowance = Allowance::new(CONTENT_BYTES);
    match page.raw().get::<Object>(keys::CONTENTS) {
        Some(Object::Stream(stream)) => allowance.take(&stream, max_pixels).map(|_| ()),
        // One that is named again is unpacked again.
        Some(Object::Array(parts)) => {
            parts.iter::<Stream>().try_for_each(|part| allowance.take(&part, max_pixels).map(|_| ()))
        }
        _ => Ok(()),
    }
}

/// What the longest form, pattern or drawn letter of a page costs to go through once: its bytes, and for each form that it names
/// those of the longest.
pub struct Forms {
    /// Bytes.
    pub longest: u64,
    /// Forms named in any of them.
    pub named: u64,
}

/// Follows all that a page can draw from.
///
/// # Errors
/// When it holds too much, or what is not drawn.
pub fn follow(page: &Page, max_pixels: u64) -> Result<Forms, Rejection> {
    let mut charge =
        Charge { max_pixels, allowance: Allowance::new(MAX_BYTES), forms: Forms { longest: 0, named: 0 } };
    for (i, object) in Reached::from(page).enumerate() {
        if i == MAX_OBJECTS {
            return Err(too_complex(format!("the page draws from more than {MAX_OBJECTS} objects")));
        }
        charge.visit(&object)?;
    }
    Ok(charge.forms)
}

/// A page that is not drawn, and why.
pub fn too_complex(detail: impl Into<String>) -> Rejection {
    Rejection::new(RejectCode::PageTooComplex, detail)
}

/// What the objects cost.
struct Charge {
    max_pixels: u64,
    allowance: Allowance,
    forms: Forms,
}

impl Charge {
    fn visit(&mut self, object: &Object) -> Result<(), Rejection> {
        match object {
            Object::Dict(dict) => check_kind(dict),
            Object::Stream(stream) => {
                let dict = stream.dict();
                check_kind(dict)?;
                let is_picture =
                    dict.get::<Name>(keys::SUBTYPE).is_some_and(|kind| kind.as_ref() == b"Image");
                if is_picture {
                    headers::size(dict, self.max_pixels)?;
                    Allowance::new(MAX_STREAM_BYTES).take(stream, self.max_pixels)?;
                    return Ok(());
                }
                let bytes = self.allowance.take(stream, self.max_pixels)?;
                self.note_content(stream, bytes)
            }
            Object::Array(_)
            | Object::Null(_)
            | Object::Boolean(_)
            | Object::Number(_)
            | Object::String(_)
            | Object::Name(_) => Ok(()),
        }
    }

    /// Any stream but a picture may be drawn: which are is known only to those who draw.
    fn note_content(&mut self, stream: &Stream, bytes: u64) -> Result<(), Rejection> {
        let dict = stream.dict();
        let is_other = [keys::FUNCTION_TYPE, keys::N, keys::LENGTH1, keys::SHADING_TYPE]
            .iter()
            .any(|key| dict.contains_key(key));
        if is_other || !dict.contains_key(keys::BBOX) && bytes > CONTENT_BYTES {
            return Ok(());
        }
        if bytes > CONTENT_BYTES {
            return Err(too_complex(format!("a form on the page has {bytes} bytes")));
        }
        let Ok(content) = stream.decoded_data() else { return Ok(()) };
        let mut operations: TypedIter = TypedIter::new(&content);
        let mut named = 0;
        while let Some(operation) = operations.next() {
            named += u64::from(matches!(operation, TypedInstruction::XObject(_)));
        }
        self.forms.longest = self.forms.longest.max(bytes);
        self.forms.named = self.forms.named.max(named);
        Ok(())
    }
}

/// All that a page can draw from, object by object; none is unpacked. One that is named again comes again only where its keys are
/// taken otherwise.
pub struct Reached<'p> {
    page: &'p Page<'p>,
    seen: HashSet<(ObjectIdentifier, Keys)>,
    waiting: Vec<(Object<'p>, Keys)>,
}

/// What the keys of a dictionary are.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Keys {
    /// Those of its kind.
    Fixed,
    /// Names that its writer chose.
    Chosen,
}

impl<'p> Reached<'p> {
    /// From this page.
    pub fn from(page: &'p Page<'p>) -> Self {
        let resources = page.resources();
        let dicts = [
            &resources.ext_g_states,
            &resources.fonts,
            &resources.properties,
            &resources.color_spaces,
            &resources.x_objects,
            &resources.patterns,
            &resources.shadings,
        ];
        let mut waiting = Vec::from(dicts.map(|dict| (Object::Dict(dict.clone()), Keys::Chosen)));
        if let Some(notes) = page.raw().get::<Array>(keys::ANNOTS) {
            let drawn = notes.iter::<Dict>().filter_map(|note| note.get::<Object>(keys::AP));
            waiting.extend(drawn.map(|object| (object, Keys::Fixed)));
        }
        Self { page, seen: HashSet::new(), waiting }
    }

    fn wait_for_parts(&mut self, dict: &Dict<'p>, own: Keys) {
        for (key, part) in dict.entries() {
            match own {
                Keys::Chosen => self.wait_for(part, Keys::Fixed),
                // The way back to the page and the file.
                Keys::Fixed
                    if matches!(key.as_ref(), b"Parent" | b"P" | b"Popup" | b"Dest" | b"Metadata") => {}
                Keys::Fixed => self.wait_for(part, keys_under(&key)),
            }
        }
    }

    fn wait_for(&mut self, part: MaybeRef<Object<'p>>, keys: Keys) {
        match part {
            MaybeRef::NotRef(object) => self.waiting.push((object, keys)),
            MaybeRef::Ref(reference) => {
                let id = ObjectIdentifier::from(reference);
                if self.seen.insert((id, keys))
                    && let Some(object) = self.page.xref().get::<Object>(id)
                {
                    self.waiting.push((object, keys));
                }
            }
        }
    }
}

impl<'p> Iterator for Reached<'p> {
    type Item = Object<'p>;

    fn next(&mut self) -> Option<Object<'p>> {
        let (object, keys) = self.waiting.pop()?;
        match &object {
            Object::Dict(dict) => self.wait_for_parts(dict, keys),
            Object::Stream(stream) => self.wait_for_parts(stream.dict(), Keys::Fixed),
            Object::Array(array) => array.raw_iter().for_each(|part| self.wait_for(part, keys)),
            Object::Null(_)
            | Object::Boolean(_)
            | Object::Number(_)
            | Object::String(_)
            | Object::Name(_) => {}
        }
        Some(object)
    }
}

/// Of the dictionary that stands under a key: pictures, fonts, letters and the like have whatever name their writer chose.
fn keys_under(key: &[u8]) -> Keys {
    match key {
        keys::XOBJECT
        | keys::FONT
        | keys::PATTERN
        | keys::SHADING
        | keys::COLORSPACE
        | keys::EXT_G_STATE
        | keys::PROPERTIES
        | keys::CHAR_PROCS
        | keys::N
        | keys::R
        | keys::D => Keys::Chosen,
        _ => Keys::Fixed,
    }
}

/// Refuses what is not drawn since what it costs cannot be told.
fn check_kind(dict: &Dict) -> Result<(), Rejection> {
    if dict.get::<u8>(keys::FUNCTION_TYPE) == Some(PROGRAM) {
        return Err(too_complex("the page takes colours from a program"));
    }
    let inputs = dict.get::<Array>(keys::DOMAIN).map_or(0, |domain| domain.iter::<Object>().count() / 2);
    if dict.contains_key(keys::FUNCTION_TYPE) && inputs > MAX_INPUTS {
        return Err(too_complex("the page takes colours from a table of many inputs"));
    }
    if dict.get::<u8>(keys::SHADING_TYPE).is_some_and(|kind| kind >= FIRST_MESH) {
        return Err(too_complex("the page is shaded by a mesh"));
    }
    Ok(())
}
