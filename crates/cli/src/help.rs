//! Help in the operator's language: clap parses, the words are ours.
//!
//! clap's own headings exist in English only, so each command's help is written
//! here and given to clap whole.

use clap::{Arg, Command};
use phieu_model::lang::Lang;

use crate::args::SEPARATOR;

/// The widest name that stands on one line with its text.
const NAME_COLUMN: usize = 26;
/// Texts are broken at this column.
const LINE_WIDTH: usize = 100;

/// `command` and all commands below it with texts and help pages in `lang`.
pub fn localised(command: Command, lang: Lang) -> Command {
    let globals: Vec<Arg> = command
        .get_arguments()
        .filter(|a| a.is_global_set())
        .map(|a| localised_arg(a.clone(), lang))
        .collect();
    localised_below(command, "", &globals, lang)
}

fn localised_below(command: Command, above: &str, globals: &[Arg], lang: Lang) -> Command {
    let path = format!("{above}{}", command.get_name());
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let below: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    let mut command =
        command.about(one_language(&about, lang).to_owned()).mut_args(|arg| localised_arg(arg, lang));
    for name in &below {
        command =
            command.mut_subcommand(name, |sub| localised_below(sub, &format!("{path} "), globals, lang));
    }
    let page = page(&command, &path, globals, lang);
    command.override_help(page)
}

fn localised_arg(arg: Arg, lang: Lang) -> Arg {
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    arg.help(one_language(&help, lang).to_owned())
}

fn one_language(both: &str, lang: Lang) -> &str {
    match both.split_once(SEPARATOR) {
        Some((vi, en)) => lang.pick(vi, en),
        None => both,
    }
}

/// The help page of one command.
fn page(command: &Command, path: &str, globals: &[Arg], lang: Lang) -> String {
    let mut page = String::new();
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    push_wrapped(&mut page, &about, 0);
    page.push_str(&format!("\n{} {}\n", lang.pick("Cách dùng:", "Usage:"), usage_line(command, path, lang)));
    let subs: Vec<_> = command.get_subcommands().filter(|c| !c.is_hide_set()).collect();
    if !subs.is_empty() {
        page.push_str(&format!("\n{}\n", lang.pick("Lệnh:", "Commands:")));
        for sub in subs {
            let names: Vec<_> = std::iter::once(sub.get_name()).chain(sub.get_visible_aliases()).collect();
            let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
            push_entry(&mut page, &names.join(", "), &about);
        }
    }
    let own: Vec<_> = command.get_arguments().filter(|a| !a.is_global_set() && !a.is_hide_set()).collect();
    let (places, options): (Vec<_>, Vec<_>) = own.into_iter().partition(|a| a.is_positional());
    push_args(&mut page, lang.pick("Đối số:", "Arguments:"), &places);
    push_args(&mut page, lang.pick("Tùy chọn:", "Options:"), &options);
    let globals: Vec<_> = globals.iter().filter(|a| !a.is_hide_set()).collect();
    push_args(&mut page, lang.pick("Tùy chọn chung:", "Options of every command:"), &globals);
    if let Some(after) = command.get_after_help() {
        page.push('\n');
        push_wrapped(&mut page, one_language(&after.to_string(), lang), 0);
    }
    page
}

fn usage_line(command: &Command, path: &str, lang: Lang) -> String {
    let mut line = path.to_owned();
    if command.is_subcommand_required_set() {
        line.push_str(lang.pick(" <LỆNH>", " <COMMAND>"));
    }
    let own = || command.get_arguments().filter(|a| !a.is_global_set() && !a.is_hide_set());
    for arg in own().filter(|a| a.is_required_set()) {
        line.push(' ');
        line.push_str(&name(arg));
    }
    if own().any(|a| !a.is_required_set()) || command.has_subcommands() {
        line.push_str(lang.pick(" [TÙY CHỌN]", " [OPTIONS]"));
    }
    line
}

/// `-o, --out FILE`, or `PATH...` for a place.
fn name(arg: &Arg) -> String {
    let values: Vec<String> = arg
        .get_value_names()
        .filter(|_| arg.get_action().takes_values())
        .map(|names| names.iter().map(ToString::to_string).collect())
        .unwrap_or_default();
    let many = arg.get_num_args().is_some_and(|n| n.max_values() > 1);
    let values = values.join(" ") + if many && arg.is_positional() { "..." } else { "" };
    let long = arg.get_long().map(|l| format!("--{l}"));
    let short = arg.get_short().map(|s| format!("-{s}"));
    [short.into_iter().chain(long).collect::<Vec<_>>().join(", "), values]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn push_args(page: &mut String, heading: &str, args: &[&Arg]) {
    if args.is_empty() {
        return;
    }
    page.push_str(&format!("\n{heading}\n"));
    for arg in args {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        push_entry(page, &name(arg), &help);
    }
}

fn push_entry(page: &mut String, name: &str, text: &str) {
    if name.chars().count() <= NAME_COLUMN {
        page.push_str(&format!("  {name:<NAME_COLUMN$}  "));
    } else {
        page.push_str(&format!("  {name}\n{:1$}", "", NAME_COLUMN + 4));
    }
    push_wrapped(page, text, NAME_COLUMN + 4);
}

/// Adds `text`, broken between words, later lines indented.
fn push_wrapped(page: &mut String, text: &str, indent: usize) {
    let mut column = indent;
    for (i, word) in text.split_whitespace().enumerate() {
        let width = word.chars().count();
        if i > 0 && column + 1 + width > LINE_WIDTH {
            page.push_str(&format!("\n{:indent$}", ""));
            column = indent;
        } else if i > 0 {
            page.push(' ');
            column += 1;
        }
        page.push_str(word);
        column += width;
    }
    page.push('\n');
}
