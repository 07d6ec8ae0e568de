//! Pages to learn from: printed, filled in, scanned and read in this process.
//!
//! A batch is a folder `PROFILE-SEED` of the cache with its pictures, `truth.jsonl` and
//! `measures.jsonl`. Pictures are kept, so that a reader that measures otherwise reads them
//! again without simulating again; what is there is not done again.

use std::error::Error;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use phieu_model::layout::Layout;
use phieu_model::reading::{BoxMeasures, PageOutcome, Registration};
use phieu_read::{Policy, Reader, read_files, sources};
use phieu_simulate::PageTruth;
use phieu_trial::{PrintedSheets, key};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde::{Deserialize, Serialize};

use crate::plan;

/// What goes wrong here ends the run; the sentence says where.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Pages of one profile and one seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Name of the profile.
    pub profile: String,
    /// Seed of the batch.
    pub seed: u64,
    /// Number of sheets.
    pub sheets: u32,
}

/// What the reader measured on a page of a batch.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Measured {
    /// The picture's file name.
    pub file: String,
    /// How the form was found.
    pub registration: Registration,
    /// The boxes, in the layout's order.
    pub boxes: Vec<BoxMeasures>,
}

/// The folder of a batch that holds its pictures.
const PICTURES: &str = "pages";

/// Where batches lie, and the form that they are sheets of.
pub struct Cache {
    folder: PathBuf,
    layouts: Vec<Layout>,
}

impl Cache {
    /// The cache in `folder`, for the built-in form.
    pub fn of(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), layouts: vec![phieu_trial::layout()] }
    }

    /// The form.
    pub fn layout(&self) -> &Layout {
        &self.layouts[0]
    }

    fn folder_of(&self, order: &Order) -> PathBuf {
        self.folder.join(format!("{}-{}", order.profile, order.seed))
    }

    /// A reader of the cache's sheets.
    pub fn reader(&self) -> Reader<'_> {
        Reader::new(&self.layouts, key(), Policy::default())
    }

    /// Where the pictures of a batch are.
    pub fn pictures(&self, order: &Order) -> PathBuf {
        self.folder_of(order).join(PICTURES)
    }

    /// The truth of a batch that was collected.
    ///
    /// # Errors
    /// When its file is missing or damaged.
    pub fn truths(&self, order: &Order) -> Outcome<Vec<PageTruth>> {
        read_lines(&self.folder_of(order).join("truth.jsonl"))
    }

    /// Makes and reads what `order` names and is not there.
    ///
    /// # Errors
    /// An unknown profile, or a folder that cannot be written.
    pub fn collect(&self, order: &Order) -> Outcome<()> {
        let folder = self.folder_of(order);
        if !folder.join("truth.jsonl").exists() {
            self.simulate(order, &folder)?;
        }
        if !folder.join("measures.jsonl").exists() {
            self.read(&folder)?;
        }
        Ok(())
    }

    fn simulate(&self, order: &Order, folder: &Path) -> Outcome<()> {
        let profile = plan::profile(&order.profile).ok_or_else(|| format!("no profile {}", order.profile))?;
        let pictures = folder.join(PICTURES);
        fs::create_dir_all(&pictures)?;
        let printed = PrintedSheets::new(self.layout(), &key(), (order.sheets, order.seed))?;
        let batch = printed.batch(self.layout(), &profile, order.seed)?;
        let truths: Vec<PageTruth> = (0..batch.len())
            .into_par_iter()
            .map(|i| -> Outcome<PageTruth> {
                let page = batch.page(i)?;
                fs::write(pictures.join(&page.file_name), &page.bytes)?;
                Ok(page.truth)
            })
            .collect::<Outcome<_>>()?;
        write_lines(&folder.join("truth.jsonl"), &truths)
    }

    fn read(&self, folder: &Path) -> Outcome<()> {
        let reader = self.reader();
        let mut measured = Vec::new();
        let workers = rayon::current_num_threads();
        read_files(&reader, &sources(&[folder.join(PICTURES)]), workers, &mut |page| {
            if let PageOutcome::Read(reading) = page.outcome {
                measured.push(Measured {
                    file: page.source.rsplit(['/', '\\']).next().unwrap_or_default().to_owned(),
                    registration: reading.registration,
                    boxes: reading.boxes.iter().map(|b| b.measures).collect(),
                });
            }
            ControlFlow::Continue(())
        })?;
        write_lines(&folder.join("measures.jsonl"), &measured)
    }

    /// The pages of a batch that were read, with their truth. Nothing when it was not
    /// collected.
    ///
    /// # Errors
    /// When a file of the batch is damaged.
    pub fn load(&self, order: &Order) -> Outcome<Vec<(Measured, PageTruth)>> {
        let folder = self.folder_of(order);
        if !folder.join("measures.jsonl").exists() {
            return Ok(Vec::new());
        }
        let truths = self.truths(order)?;
        let measured: Vec<Measured> = read_lines(&folder.join("measures.jsonl"))?;
        let truth_of = |file: &str| truths.iter().find(|t| t.file_name == file).cloned();
        Ok(measured.into_iter().filter_map(|m| truth_of(&m.file).map(|t| (m, t))).collect())
    }
}

fn write_lines<T: Serialize>(path: &Path, values: &[T]) -> Outcome<()> {
    let mut text = String::new();
    for value in values {
        text.push_str(&serde_json::to_string(value)?);
        text.push('\n');
    }
    // Under its name only when it is whole.
    let part = path.with_extension("part");
    fs::write(&part, text)?;
    Ok(fs::rename(&part, path)?)
}

fn read_lines<T: for<'de> Deserialize<'de>>(path: &Path) -> Outcome<Vec<T>> {
    fs::read_to_string(path)?
        .lines()
        .map(|line| Ok(serde_json::from_str(line).map_err(|e| format!("{}: {e}", path.display()))?))
        .collect()
}
