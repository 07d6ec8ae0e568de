//! A wrong command line: one sentence of ours for each of clap's reasons.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use phieu_model::lang::Lang;

use crate::errors::Exit;
use crate::screen;

/// Shows help or the version, or says what is wrong with the command line.
pub fn stop(error: &clap::Error, lang: Lang) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            screen::data(&error.to_string());
            Exit::Done.into()
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            screen::talk(error.to_string().trim_end());
            Exit::NothingDone.into()
        }
        _ => {
            screen::complain(&sentence(error, lang), lang);
            Exit::NothingDone.into()
        }
    }
}

/// What is wrong and what to do.
fn sentence(error: &clap::Error, lang: Lang) -> String {
    let context = |kind| error.get(kind).map(words).unwrap_or_default();
    let arg = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    let what = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let verb = context(ContextKind::InvalidSubcommand);
            match lang {
                Lang::Vi => format!("Không có lệnh “{verb}”."),
                Lang::En => format!("There is no command “{verb}”."),
            }
        }
        ErrorKind::MissingSubcommand => {
            lang.pick("Chưa nêu lệnh cần làm.", "No command is given.").to_owned()
        }
        ErrorKind::UnknownArgument => match lang {
            Lang::Vi => format!("Không có tùy chọn hoặc đối số “{arg}” ở đây."),
            Lang::En => format!("There is no option or argument “{arg}” here."),
        },
        ErrorKind::MissingRequiredArgument => match lang {
            Lang::Vi => format!("Lệnh còn thiếu: {arg}."),
            Lang::En => format!("The command lacks: {arg}."),
        },
        ErrorKind::ArgumentConflict => {
            let other = context(ContextKind::PriorArg);
            match lang {
                Lang::Vi if other.is_empty() || other == arg => format!("“{arg}” chỉ được nêu một lần."),
                Lang::En if other.is_empty() || other == arg => format!("“{arg}” may stand only once."),
                Lang::Vi => format!("“{arg}” và “{other}” không dùng cùng nhau được."),
                Lang::En => format!("“{arg}” and “{other}” do not go together."),
            }
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if value.is_empty() => match lang {
            Lang::Vi => format!("“{arg}” còn thiếu giá trị."),
            Lang::En => format!("“{arg}” lacks its value."),
        },
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => match lang {
            Lang::Vi => format!("Giá trị “{value}” không hợp lệ cho {arg}."),
            Lang::En => format!("The value “{value}” does not fit {arg}."),
        },
        ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues | ErrorKind::TooFewValues => match lang {
            Lang::Vi => format!("Số giá trị nêu cho {arg} không đúng."),
            Lang::En => format!("{arg} is given a wrong number of values."),
        },
        ErrorKind::InvalidUtf8 => lang
            .pick(
                "Dòng lệnh có ký tự không phải Unicode.",
                "The command line holds characters that are not Unicode.",
            )
            .to_owned(),
        // clap may add kinds; its own words are better than none.
        other => match lang {
            Lang::Vi => format!("Dòng lệnh sai ({other})."),
            Lang::En => format!("The command line is wrong ({other})."),
        },
    };
    // Under this name people look for it where the reading is.
    let elsewhere = (arg == "--redecide").then(|| lang.pick("phieu quyet-lai", "phieu redecide").to_owned());
    let near = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue]
        .into_iter()
        .map(context)
        .find(|s| !s.is_empty());
    let near = elsewhere.or(near);
    let allowed = context(ContextKind::ValidValue);
    let mut text = what;
    if let Some(near) = near {
        text.push_str(&match lang {
            Lang::Vi => format!(" Có phải là “{near}”?"),
            Lang::En => format!(" Did you mean “{near}”?"),
        });
    } else if !allowed.is_empty() {
        text.push_str(&match lang {
            Lang::Vi => format!(" Chọn một trong: {allowed}."),
            Lang::En => format!(" Choose one of: {allowed}."),
        });
    }
    text.push_str(lang.pick(" Xem cách dùng: thêm --help.", " To see the usage, add --help."));
    text
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(list) => list.join(", "),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::Number(n) => n.to_string(),
        ContextValue::Bool(b) => b.to_string(),
        _ => String::new(),
    }
}
