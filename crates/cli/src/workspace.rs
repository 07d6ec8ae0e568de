//! The office's folder: database, key, own templates.

use std::fs;
use std::path::{Path, PathBuf};

use phieu_model::layout::Layout;
use phieu_model::office::Office;
use phieu_model::payload::OfficeKey;
use phieu_store::{Stamp, Store};

use crate::errors::Failure;
use crate::{system, templates};

const DATABASE: &str = "phieu.sqlite";
const KEY: &str = "office.key";

/// An opened workspace.
pub struct Workspace {
    /// Its folder.
    pub folder: PathBuf,
    /// The account.
    pub store: Store,
}

impl Workspace {
    /// Makes a workspace in `folder`, which is made too if it is missing.
    ///
    /// The database comes last: a folder without one is not a workspace, so a call
    /// that is cut short can be repeated.
    pub fn create(folder: &Path, office: &Office, stamp: Stamp) -> Result<Self, Failure> {
        if folder.join(DATABASE).exists() {
            return Err(Failure::WorkspaceExists(folder.to_owned()));
        }
        fs::create_dir_all(folder).map_err(Failure::writing(folder))?;
        let key = folder.join(KEY);
        if !key.exists() {
            let bytes = system::random_bytes::<32>().map_err(Failure::NoRandom)?;
            system::write_secret(&key, &bytes).map_err(Failure::writing(&key))?;
        }
        let store = Store::create(&folder.join(DATABASE), office, stamp)?;
        Ok(Self { folder: folder.to_owned(), store })
    }

    /// Opens the workspace in `folder`.
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        let database = folder.join(DATABASE);
        if !database.is_file() {
            return Err(Failure::NoWorkspace(folder.to_owned()));
        }
        Ok(Self { folder: folder.to_owned(), store: Store::open(&database)? })
    }

    /// The office's key.
    pub fn key(&self) -> Result<OfficeKey, Failure> {
        let path = self.folder.join(KEY);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(Failure::KeyUnusable { path, bytes: None });
            }
            Err(error) => return Err(Failure::reading(path)(error)),
        };
        <[u8; 32]>::try_from(bytes.as_slice())
            .map(OfficeKey::new)
            .map_err(|_| Failure::KeyUnusable { path, bytes: Some(bytes.len() as u64) })
    }

    /// Every form version that a returned sheet may have: all that were ever
    /// printed, as they were printed, and those that could be.
    pub fn readable_layouts(&self) -> Result<Vec<Layout>, Failure> {
        let mut layouts = self.store.layouts()?;
        for layout in templates::all(Some(&self.folder))? {
            if !layouts.iter().any(|l| l.form == layout.form && l.version == layout.version) {
                layouts.push(layout);
            }
        }
        Ok(layouts)
    }

    /// One form version, placed; the newest when no version is named.
    pub fn layout(&self, form: &str, version: Option<u16>) -> Result<Layout, Failure> {
        templates::find(Some(&self.folder), form, version)
    }
}
