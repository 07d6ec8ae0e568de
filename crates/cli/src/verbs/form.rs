//! `phieu form`: templates under the eyes of whoever makes them.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use phieu_model::lang::Lang;

use crate::context::Context;
use crate::errors::{Exit, Failure};
use crate::{screen, templates};

/// Arguments of `form`.
#[derive(Debug, Args)]
pub struct Form {
    #[command(subcommand)]
    verb: FormVerb,
}

#[derive(Debug, Subcommand)]
enum FormVerb {
    /// Checks a template.
    #[command(
        visible_alias = "kiem-tra",
        about = "Báo mọi lỗi của tệp mẫu cùng lúc. ‖ Tells every fault of a template at once."
    )]
    Check {
        /// The template.
        #[arg(value_name = "FILE.toml", help = "Tệp mẫu phiếu. ‖ The template.")]
        file: PathBuf,
    },
}

/// Checks templates.
pub fn run(args: Form, context: &Context) -> Result<Exit, Failure> {
    match args.verb {
        FormVerb::Check { file } => {
            let layout = templates::read(&file)?;
            let boxes: usize = layout.pages.iter().map(|p| p.boxes.len()).sum();
            let (form, version) = (&layout.form, layout.version);
            let (questions, pages) = (layout.questions.len(), layout.pages.len());
            screen::talk(&match context.lang {
                Lang::Vi => format!(
                    "“{}” dùng được: mẫu {form}, phiên bản {version}, {questions} câu hỏi, {boxes} ô, {pages} trang.",
                    file.display()
                ),
                Lang::En => format!(
                    "“{}” is sound: form {form}, version {version}, {questions} questions, {boxes} boxes, {pages} page(s).",
                    file.display()
                ),
            });
            Ok(Exit::Done)
        }
    }
}
