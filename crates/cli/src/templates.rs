//! The forms that are known here: those inside the program and those of the office.

use std::path::{Path, PathBuf};

use phieu_form::BUILTIN;
use phieu_model::layout::Layout;

use crate::errors::{Failure, Named, Unknown};

/// The folder of an office's own templates, inside its workspace.
const FOLDER: &str = "form-templates";

/// A template that can be loaded.
struct Known {
    form: String,
    version: u16,
    place: Place,
}

enum Place {
    Builtin { file: &'static str, text: &'static str },
    File(PathBuf),
}

/// Every form version, placed, in the order of form and version.
///
/// # Errors
///
/// A template of the office that has faults, stands under another name than its
/// own, or takes the place of one inside the program.
pub fn all(workspace: Option<&Path>) -> Result<Vec<Layout>, Failure> {
    known(workspace)?.iter().map(load).collect()
}

/// One form version, placed; the newest when no version is named.
pub fn find(workspace: Option<&Path>, form: &str, version: Option<u16>) -> Result<Layout, Failure> {
    let known = known(workspace)?;
    let versions: Vec<&Known> = known.iter().filter(|k| k.form == form).collect();
    if versions.is_empty() {
        let mut forms: Vec<String> = known.iter().map(|k| k.form.clone()).collect();
        forms.dedup();
        return Err(Failure::Unknown(Unknown { what: Named::Form, given: form.to_owned(), known: forms }));
    }
    let chosen = match version {
        None => versions.last(),
        Some(version) => versions.iter().find(|k| k.version == version),
    };
    match chosen {
        Some(known) => load(known),
        None => Err(Failure::Unknown(Unknown {
            what: Named::Version,
            given: version.map(|v| v.to_string()).unwrap_or_default(),
            known: versions.iter().map(|k| k.version.to_string()).collect(),
        })),
    }
}

fn known(workspace: Option<&Path>) -> Result<Vec<Known>, Failure> {
    let mut known: Vec<Known> = BUILTIN
        .iter()
        .map(|b| Known {
            form: b.form.to_owned(),
            version: b.version,
            place: Place::Builtin { file: b.file, text: b.text },
        })
        .collect();
    for (form, version, path) in files(workspace)? {
        if known.iter().any(|k| k.form == form && k.version == version) {
            let path = path.display();
            return Err(Failure::Told {
                vi: format!(
                    "Mẫu “{path}” trùng tên và phiên bản với mẫu có sẵn trong chương trình; phiên bản đã in không \
                     được thay đổi. Hãy đổi sang số phiên bản mới."
                ),
                en: format!(
                    "The template “{path}” has the name and version of one inside the program; a printed version \
                     never changes. Give it a new version number."
                ),
            });
        }
        known.push(Known { form, version, place: Place::File(path) });
    }
    known.sort_by(|a, b| (&a.form, a.version).cmp(&(&b.form, b.version)));
    Ok(known)
}

/// The office's template files: `form-templates/<form>/v<version>.toml`. Other
/// files there are none of ours.
fn files(workspace: Option<&Path>) -> Result<Vec<(String, u16, PathBuf)>, Failure> {
    let Some(root) = workspace.map(|w| w.join(FOLDER)).filter(|f| f.is_dir()) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for folder in entries(&root)?.into_iter().filter(|f| f.is_dir()) {
        for file in entries(&folder)? {
            let name = |p: &Path| p.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let version = name(&file)
                .strip_prefix('v')
                .and_then(|n| n.strip_suffix(".toml"))
                .and_then(|n| n.parse::<u16>().ok());
            if let Some(version) = version {
                found.push((name(&folder), version, file));
            }
        }
    }
    Ok(found)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    std::fs::read_dir(folder)
        .and_then(|dir| dir.map(|entry| Ok(entry?.path())).collect())
        .map_err(Failure::reading(folder))
}

fn load(known: &Known) -> Result<Layout, Failure> {
    match &known.place {
        Place::Builtin { file, text } => phieu_form::load(file, text).map_err(Failure::Template),
        // That form and version are those of its folder and name is checked with the rest.
        Place::File(path) => read(path),
    }
}

/// The template in the file at `path`, placed.
pub fn read(path: &Path) -> Result<Layout, Failure> {
    let text = std::fs::read_to_string(path).map_err(Failure::reading(path))?;
    phieu_form::load(&path.to_string_lossy(), &text).map_err(Failure::Template)
}
