//! The words of the domain, shared by every stage of the pipeline.
//!
//! Nothing here opens a file, reads a clock, starts a thread or draws a random
//! number. Modules are listed in the order the data passes them.

pub mod adjudication;
pub mod batch;
pub mod doubtful;
pub mod geometry;
pub mod homography;
pub mod lang;
pub mod layout;
pub mod linear;
pub mod office;
pub mod payload;
pub mod period;
pub mod reading;
pub mod redecision;
pub mod rejection;
pub mod scanner;
pub mod serial;
pub mod tally;
pub mod template;
