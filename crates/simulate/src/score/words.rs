//! A score in some lines, for developers.

use super::Score;

impl std::fmt::Display for Score {
    /// A summary of some lines, English, for developers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let percent = |n: u64, of: u64| 100.0 * n as f64 / of.max(1) as f64;
        writeln!(
            f,
            "pages {}: read {}, refused {}, missing {}, wrong serial {}; strangers refused {}, read {}",
            self.pages,
            self.read,
            self.refused.len(),
            self.missing.len(),
            self.wrong_serial.len(),
            self.strangers_refused.values().sum::<u64>(),
            self.strangers_read.len(),
        )?;
        writeln!(
            f,
            "answers {}: accepted {}, reviewed {} ({:.2} %), missing {}; plain {}, of these reviewed {} ({:.2} %)",
            self.answers,
            self.accepted,
            self.reviewed,
            percent(self.reviewed, self.answers),
            self.answers_missing,
            self.plain,
            self.plain_reviewed,
            percent(self.plain_reviewed, self.plain),
        )?;
        writeln!(
            f,
            "silent errors {} of {} accepted (95 % sure: below 1 in {:.0}), of them {} without a trace; wrong guesses under review {}",
            self.silent.len(),
            self.accepted,
            1.0 / self.silent_rate_bound().max(1e-12),
            self.traceless(),
            self.guess_wrong.len(),
        )?;
        writeln!(
            f,
            "corrections by custom {}: decided {} ({:.1} %)",
            self.corrections,
            self.corrections_decided,
            percent(self.corrections_decided, self.corrections),
        )?;
        writeln!(
            f,
            "fields {}: right {} ({:.2} %)",
            self.fields,
            self.fields_right,
            percent(self.fields_right, self.fields)
        )?;
        for bin in self.reliability.iter().filter(|b| b.answers > 0) {
            writeln!(
                f,
                "confidence {:<6} – {:<6}: {:>7} answers, promised {:.5}, right {:.5}",
                bin.from,
                bin.to,
                bin.answers,
                bin.stated / bin.answers as f64,
                bin.right as f64 / bin.answers as f64,
            )?;
        }
        for (title, tallies) in [("meant", &self.by_state), ("drawn", &self.by_kind)] {
            for (name, tally) in tallies {
                writeln!(
                    f,
                    "{title} {name:<26} {:>7} answers, reviewed {:>6} ({:.2} %), silent {}",
                    tally.answers,
                    tally.reviewed,
                    percent(tally.reviewed, tally.answers),
                    tally.silent,
                )?;
            }
        }
        for (kind, pages) in &self.strangers_refused {
            writeln!(f, "stranger {kind} {pages}")?;
        }
        for (kind, file) in &self.strangers_read {
            writeln!(f, "stranger read {kind} {file}")?;
        }
        for (file, code) in &self.refused {
            writeln!(f, "refused {file}: {code}")?;
        }
        for file in &self.wrong_serial {
            writeln!(f, "wrong serial {file}")?;
        }
        for wrong in &self.silent {
            writeln!(
                f,
                "silent {} {}: {}, meant {:?} {:?}, read {} {:?} at {:.5}{}{}",
                wrong.source,
                wrong.question,
                wrong.kind,
                wrong.expected.0,
                wrong.expected.1,
                wrong.got.0,
                wrong.got.1,
                wrong.confidence,
                if wrong.plain { ", plain" } else { "" },
                if wrong.traceless { ", without a trace" } else { "" },
            )?;
        }
        Ok(())
    }
}
