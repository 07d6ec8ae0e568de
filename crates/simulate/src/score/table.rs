//! Scores as a Markdown table: one row a profile, each rate with its base and its bound.

use std::fmt::Write;

use super::{Score, Tally, upper_bound};

/// The table of the named scores, and below it for each what was drawn and how far the confidence
/// is to be believed.
pub fn table(scores: &[(String, Score)]) -> String {
    let mut text = String::from(
        "| profile | pages | readable pages refused | answers | silent errors of accepted answers | of these without a \
         trace | plain answers sent to review | all answers sent to review | corrections by custom decided | field ink \
         right | wrong serials | hostile pages accepted |\n| --- |",
    );
    text += &" ---: |".repeat(11);
    for (name, score) in scores {
        write_row(&mut text, name, score).expect("a string grows");
    }
    text.push('\n');
    for (name, score) in scores {
        write_details(&mut text, name, score).expect("a string grows");
    }
    text
}

fn write_row(text: &mut String, name: &str, score: &Score) -> std::fmt::Result {
    let readable = score.pages - score.strangers - score.unreadable_refused;
    let refused = (score.refused.len() + missing(score)) as u64;
    let rate = |n: u64, of: u64| match of {
        0 => "–".to_owned(),
        _ => format!("{n} of {of} ({:.2} %, < {:.2} %)", percent(n, of), 100.0 * upper_bound(n, of)),
    };
    let silent = match score.accepted {
        0 => "–".to_owned(),
        of => format!("{} of {of} (< 1 in {:.0})", score.silent.len(), 1.0 / score.silent_rate_bound()),
    };
    let share = |n: u64, of: u64| match of {
        0 => "–".to_owned(),
        _ => format!("{n} of {of} ({:.2} %)", percent(n, of)),
    };
    write!(
        text,
        "\n| {name} | {} | {} | {} | {silent} | {} | {} | {} | {} | {} | {} | {} |",
        score.pages,
        rate(refused, readable),
        score.answers,
        score.traceless(),
        share(score.plain_reviewed, score.plain),
        share(score.reviewed, score.answers),
        share(score.corrections_decided, score.corrections),
        share(score.fields_right, score.fields),
        score.wrong_serial.len(),
        rate(score.strangers_read.len() as u64, score.strangers),
    )
}

/// Pages without a line that are not strangers.
fn missing(score: &Score) -> usize {
    let strangers_seen = score.strangers_refused.values().sum::<u64>() + score.strangers_read.len() as u64;
    score.missing.len().saturating_sub((score.strangers - strangers_seen) as usize)
}

fn write_details(text: &mut String, name: &str, score: &Score) -> std::fmt::Result {
    let row = |text: &mut String, what: &str, tally: &Tally| {
        let share = percent(tally.reviewed, tally.answers);
        writeln!(
            text,
            "| {what} | {} | {} ({share:.2} %) | {} |",
            tally.answers, tally.reviewed, tally.silent
        )
    };
    if score.answers > 0 {
        write!(text, "\n{name}, by what was meant and what was drawn:\n\n")?;
        text.push_str("| | answers | sent to review | silent errors |\n| --- | ---: | ---: | ---: |\n");
        for (what, tally) in score.by_state.iter().chain(&score.by_kind) {
            row(text, what, tally)?;
        }
        write!(text, "\n{name}, confidence:\n\n")?;
        text.push_str(
            "| from | to | answers | promised right | right |\n| ---: | ---: | ---: | ---: | ---: |\n",
        );
        for bin in score.reliability.iter().filter(|bin| bin.answers > 0) {
            let (promised, right) = (bin.stated / bin.answers as f64, bin.right as f64 / bin.answers as f64);
            writeln!(text, "| {} | {} | {} | {promised:.5} | {right:.5} |", bin.from, bin.to, bin.answers)?;
        }
    }
    if score.strangers > 0 {
        write!(text, "\n{name}, pages that had to be refused:\n\n| kind: code | pages |\n| --- | ---: |\n")?;
        for (kind, pages) in &score.strangers_refused {
            writeln!(text, "| {kind} | {pages} |")?;
        }
    }
    let mut faults: Vec<String> = Vec::new();
    faults.extend(score.refused.iter().map(|(file, code)| format!("refused {file}: {code}")));
    faults.extend(score.missing.iter().map(|file| format!("without a line: {file}")));
    faults.extend(score.wrong_serial.iter().map(|file| format!("wrong serial: {file}")));
    faults.extend(score.strangers_read.iter().map(|(kind, file)| format!("accepted {file}: {kind}")));
    faults.extend(score.silent.iter().map(|wrong| {
        let (meant, read) = (wrong.expected.1.join(" "), wrong.got.1.join(" "));
        let trace = if wrong.traceless { ", without a trace" } else { "" };
        format!(
            "silent {} {} ({}{trace}): meant {:?} {meant}, read {} {read}",
            wrong.source, wrong.question, wrong.kind, wrong.expected.0, wrong.got.0
        )
    }));
    if !faults.is_empty() {
        write!(text, "\n{name}, what went wrong:\n\n")?;
        for fault in faults {
            writeln!(text, "- {fault}")?;
        }
    }
    Ok(())
}

fn percent(n: u64, of: u64) -> f64 {
    100.0 * n as f64 / of.max(1) as f64
}
