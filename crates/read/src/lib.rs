//! Image bytes and layouts to one outcome a page.
//!
//! Modules are listed in the order the data passes them: a file's bytes become
//! [`frame::Frame`]s; a frame's page is located by its corner marks, identified by
//! its codes, registered by timing marks and box outlines; every box is measured
//! (pixels, no decision) and then decided (a decision, no pixels; stored measures can be
//! decided again). Nothing here knows the ledger: whether a proven serial was ever
//! printed is asked elsewhere.

mod again;
mod anchors;
mod another;
pub mod arrival;
mod batch;
mod blobs;
pub mod decide;
pub mod decode;
mod drawing;
mod evidence;
mod field;
pub mod frame;
mod glass;
mod grow;
mod identify;
pub mod inspect;
mod integrity;
mod letters;
mod light;
mod lines;
mod locate;
mod looks;
mod measure;
pub mod model;
mod page;
mod patch;
pub mod policy;
mod register;
mod ring;
pub mod source;
pub mod stages;
mod stencil;
mod streaks;
mod strokes;
mod weak;
mod wide;
mod words;
mod writing;

pub use again::decide_again;
pub use batch::{InspectedPage, ReadPage, inspect_files, read_files, read_one};
pub use inspect::Inspection;
pub use page::Reader;
pub use policy::Policy;
pub use source::{Source, sources};
