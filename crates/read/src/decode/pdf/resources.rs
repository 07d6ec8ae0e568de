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
    let mut walk = Walk {
        page,
        max_pixels,
        allowance: Allowance::new(MAX_BYTES),
        seen: HashSet::new(),
        waiting: Vec::new(),
        forms: Forms { longest: 0, named: 0 },
    };
    let resources = page.resources();
    for dict in [
        &resources.ext_g_states,
        &resources.fonts,
        &resources.properties,
        &resources.color_spaces,
        &resources.x_objects,
        &resources.patterns,
        &resources.shadings,
    ] {
        walk.waiting.push(Object::Dict(dict.clone()));
    }
    if let Some(notes) = page.raw().get::<Array>(keys::ANNOTS) {
        let drawn = notes.iter::<Dict>().filter_map(|note| note.get::<Object>(keys::AP));
        walk.waiting.extend(drawn);
    }
    let mut objects = 0;
    while let Some(object) = walk.waiting.pop() {
        objects += 1;
        if objects > MAX_OBJECTS {
            return Err(too_complex(format!("the page draws from more than {MAX_OBJECTS} objects")));
        }
        walk.visit(object)?;
    }
    Ok(walk.forms)
}

/// A page that is not drawn, and why.
pub fn too_complex(detail: impl Into<String>) -> Rejection {
    Rejection::new(RejectCode::PageTooComplex, detail)
}

struct Walk<'p> {
    page: &'p Page<'p>,
    max_pixels: u64,
    allowance: Allowance,
    seen: HashSet<ObjectIdentifier>,
    waiting: Vec<Object<'p>>,
    forms: Forms,
}

impl<'p> Walk<'p> {
    fn visit(&mut self, object: Object<'p>) -> Result<(), Rejection> {
        match object {
            Object::Dict(dict) => {
                check_kind(&dict)?;
                self.wait_for_parts(&dict);
            }
            Object::Array(array) => {
                for part in array.raw_iter() {
                    self.wait_for(part);
                }
            }
            Object::Stream(stream) => {
                let dict = stream.dict();
                check_kind(dict)?;
                self.wait_for_parts(dict);
                let is_picture =
                    dict.get::<Name>(keys::SUBTYPE).is_some_and(|kind| kind.as_ref() == b"Image");
                if is_picture {
                    headers::size(dict, self.max_pixels)?;
                    Allowance::new(MAX_STREAM_BYTES).take(&stream, self.max_pixels)?;
                } else {
                    let bytes = self.allowance.take(&stream, self.max_pixels)?;
                    self.note_content(&stream, bytes)?;
                }
            }
            Object::Null(_)
            | Object::Boolean(_)
            | Object::Number(_)
            | Object::String(_)
            | Object::Name(_) => {}
        }
        Ok(())
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

    fn wait_for_parts(&mut self, dict: &Dict<'p>) {
        for (key, part) in dict.entries() {
            // The way back to the page and the file.
            if !matches!(key.as_ref(), b"Parent" | b"P" | b"Popup" | b"Dest" | b"Metadata") {
                self.wait_for(part);
            }
        }
    }

    fn wait_for(&mut self, part: MaybeRef<Object<'p>>) {
        match part {
            MaybeRef::NotRef(object) => self.waiting.push(object),
            MaybeRef::Ref(reference) => {
                let id = ObjectIdentifier::from(reference);
                if self.seen.insert(id)
                    && let Some(object) = self.page.xref().get::<Object>(id)
                {
                    self.waiting.push(object);
                }
            }
        }
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
