//! The files that are spoiled: small ones of every format, a code, a template, and what was found before.

use std::path::{Path, PathBuf};

use phieu_model::payload::{KnownLayout, encode};

use crate::subject::Kind;

/// Something that is read.
pub struct Specimen {
    /// Name of the file.
    pub name: String,
    /// What reads it.
    pub kind: Kind,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// All of them, in the order of their names.
///
/// # Panics
/// When a file of the corpus cannot be read, or the serial of its code is none.
pub fn corpus() -> Vec<Specimen> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all: Vec<Specimen> = ["corpus", "../read/tests/formats", "../read/tests/fax"]
        .iter()
        .flat_map(|folder| files(&here.join(folder)))
        .map(|path| Specimen {
            name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            kind: Kind::Picture,
            bytes: std::fs::read(&path).expect("a file of the corpus"),
        })
        .collect();
    let layout = phieu_trial::layout();
    let serial = "26Q4-000001-7DV".parse().expect("a serial with its check character");
    let code = encode(&KnownLayout::new(&layout), 1, &serial, &phieu_trial::key());
    all.push(Specimen { name: "payload".into(), kind: Kind::Payload, bytes: code.into_bytes() });
    all.extend(phieu_form::BUILTIN.iter().map(|form| Specimen {
        name: form.file.into(),
        kind: Kind::Template,
        bytes: form.text.as_bytes().to_vec(),
    }));
    all
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder of the corpus");
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file() && path.extension().is_none_or(|kind| kind != "py"))
        .collect();
    paths.sort();
    paths
}
