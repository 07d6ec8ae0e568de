//! The binary `phieu`: opens files, holds the clock, sorts errors, speaks.
//!
//! Stages meet only here. One file per verb in [`verbs`]; each verb is a function
//! from its arguments and the [`context::Context`] to an exit code or a
//! [`errors::Failure`], whose sentence is written once, in `errors.rs`.

mod args;
mod context;
mod errors;
mod help;
mod inspection;
mod intake;
mod office_file;
mod readings;
mod refusals;
mod scanner;
mod screen;
mod system;
mod templates;
mod usage;
mod verbs;
mod workspace;

use std::process::ExitCode;

use context::Context;
use phieu_model::lang::Lang;

fn main() -> ExitCode {
    let argv: Vec<_> = std::env::args_os().collect();
    let lang = args::lang_of(&argv);
    announce_panics(lang);
    let args = match args::parse(argv, lang) {
        Ok(args) => args,
        Err(stop) => return usage::stop(&stop, lang),
    };
    let context = Context::new(&args, lang);
    // A panic outside the page border is a fault of ours: the hook has said so.
    let outcome = std::panic::catch_unwind(|| verbs::run(args.verb, &context));
    match outcome {
        Ok(Ok(exit)) => exit.into(),
        Ok(Err(failure)) => {
            screen::complain(&failure.sentence(lang), lang);
            failure.exit().into()
        }
        Err(_) => errors::Exit::NothingDone.into(),
    }
}

/// Replaces Rust's panic text by a sentence; the place of the fault follows for
/// whoever mends it.
fn announce_panics(lang: Lang) {
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let what = panic
            .payload()
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| panic.payload().downcast_ref::<String>().cloned())
            .unwrap_or_default();
        screen::complain(
            &match lang {
                Lang::Vi => format!(
                    "Chương trình gặp lỗi bên trong tại {place} ({what}). Dữ liệu đã lưu không bị ảnh hưởng; \
                     hãy chạy lại, nếu lỗi lặp lại thì gửi dòng này cho bộ phận kỹ thuật."
                ),
                Lang::En => format!(
                    "A fault inside the program at {place} ({what}). Nothing already stored is affected; run \
                     the command again, and if it happens again send this line to your technical staff."
                ),
            },
            lang,
        );
    }));
}
