//! `phieu licences`: what the program and its font are given under.

use clap::Args;

use crate::context::Context;
use crate::errors::{Exit, Failure};
use crate::screen;

/// Arguments of `licences`: none.
#[derive(Debug, Args)]
pub struct Licences {}

/// Shows the licences.
pub fn run(_: &Licences, context: &Context) -> Result<Exit, Failure> {
    screen::data(context.lang.pick(
        "phieu: MIT hoặc Apache-2.0, tùy người dùng chọn.\n\
         Phông chữ Liberation Serif kèm trong chương trình: SIL Open Font License 1.1 (nguyên văn dưới đây).\n",
        "phieu: MIT or Apache-2.0, at your choice.\n\
         The font Liberation Serif inside the program: SIL Open Font License 1.1 (its text below).\n",
    ));
    screen::data(phieu_typeface::LICENCE);
    Ok(Exit::Done)
}
