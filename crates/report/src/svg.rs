//! Two simple charts as inline SVG: bars, and a stacked bar for each scale question.
//!
//! Every bar carries its label and its numbers, and the five levels differ by shade
//! and hatching, so that a black-and-white print says the same as the screen.

use maud::{Markup, html};
use phieu_model::lang::Lang;

use crate::number::{Share, count};

/// Width of a chart in its own units.
const WIDTH: f64 = 660.0;
/// Length of a bar for 100 %, with room for its numbers behind it.
const FULL: f64 = 470.0;

/// How a level is drawn, from best to worst.
struct Level {
    fill: &'static str,
    ink: &'static str,
    hatch: Hatch,
}

#[derive(PartialEq)]
enum Hatch {
    None,
    Upright,
    Crossed,
}

const LEVELS: [Level; 5] = [
    Level { fill: "#1b4965", ink: "#ffffff", hatch: Hatch::None },
    Level { fill: "#7fb2d0", ink: "#000000", hatch: Hatch::None },
    Level { fill: "#ececec", ink: "#000000", hatch: Hatch::None },
    Level { fill: "#f6c9a0", ink: "#000000", hatch: Hatch::Upright },
    Level { fill: "#d9734e", ink: "#000000", hatch: Hatch::Crossed },
];

/// One bar for each option: its label above it, its count and share behind it.
pub(crate) fn bars(title: &str, bars: &[(&str, Share)], lang: Lang) -> Markup {
    let row = 36.0;
    let height = row * bars.len() as f64;
    html! {
        svg class="chart" role="img" aria-label=(title) viewBox=(format!("0 0 {WIDTH} {height}")) {
            @for (i, (label, share)) in bars.iter().enumerate() {
                @let y = row * i as f64;
                @let length = length(*share, FULL);
                text x="0" y=(y + 13.0) { (label) }
                rect x="0.5" y=(y + 18.5) width=(FULL) height="11" fill="none" stroke="#bbbbbb" {}
                rect x="0.5" y=(y + 18.5) width=(length) height="11" fill=(LEVELS[0].fill) {}
                text x=(FULL + 8.0) y=(y + 28.0) { (numbers(*share, lang)) }
            }
        }
    }
}

/// One stacked bar for each question, the best level at the left.
pub(crate) fn stacked(title: &str, rows: &[(String, &[Share])], lang: Lang) -> Markup {
    let (legend, row) = (26.0, 42.0);
    let height = legend + row * rows.len() as f64;
    html! {
        svg class="chart" role="img" aria-label=(title) viewBox=(format!("0 0 {WIDTH} {height}")) {
            @for (i, level) in LEVELS.iter().enumerate() {
                @let x = 125.0 * i as f64;
                (block(level, x, 4.5, 14.0))
                text x=(x + 20.0) y="16" {
                    (lang.pick("Mức", "Level")) " " (i + 1)
                    @if i == 0 { (lang.pick(" (tốt nhất)", " (best)")) }
                }
            }
            @for (i, (label, shares)) in rows.iter().enumerate() {
                @let y = legend + row * i as f64;
                text x="0" y=(y + 13.0) { (label) }
                rect x="0.5" y=(y + 18.5) width=(WIDTH - 1.0) height="17" fill="none" stroke="#bbbbbb" {}
                @for (level, (x, length, share)) in LEVELS.iter().zip(segments(shares)) {
                    (block(level, x, y + 18.5, length))
                    @if length > 56.0 {
                        @let percent = share.percent(lang).unwrap_or_default();
                        @if level.hatch != Hatch::None {
                            rect x=(x + length / 2.0 - 25.0) y=(y + 20.5) width="50" height="13" fill=(level.fill) {}
                        }
                        text x=(x + length / 2.0) y=(y + 31.0) text-anchor="middle" fill=(level.ink) { (percent) }
                    }
                }
            }
        }
    }
}

fn numbers(share: Share, lang: Lang) -> String {
    match share.percent(lang) {
        Some(percent) => format!("{}/{} ({percent})", count(share.part, lang), count(share.base, lang)),
        None => crate::words::NOTHING.to_owned(),
    }
}

/// Length of the bar for `share` where 100 % is `full`.
fn length(share: Share, full: f64) -> f64 {
    let exact = share.part as f64 / share.base.max(1) as f64 * full;
    (exact * 100.0).round() / 100.0
}

/// Left edge, length and share of each level's segment.
fn segments(shares: &[Share]) -> impl Iterator<Item = (f64, f64, Share)> {
    let mut before = 0;
    shares.iter().map(move |share| {
        let x = 0.5 + length(Share { part: before, base: share.base }, WIDTH - 1.0);
        before += share.part;
        (x, length(*share, WIDTH - 1.0), *share)
    })
}

fn block(level: &Level, x: f64, y: f64, width: f64) -> Markup {
    let height = if width == 14.0 { 14.0 } else { 17.0 };
    let every = |step: f64, span: f64| (1..).map(move |i| step * f64::from(i)).take_while(move |d| *d < span);
    html! {
        @if width > 0.0 {
            rect x=(x) y=(y) width=(width) height=(height) fill=(level.fill) stroke="#333333" stroke-width="0.6" {}
            @if level.hatch != Hatch::None {
                @for d in every(4.0, width) {
                    line x1=(x + d) y1=(y) x2=(x + d) y2=(y + height) stroke="#333333" stroke-width="0.5" {}
                }
            }
            @if level.hatch == Hatch::Crossed {
                @for d in every(4.0, height) {
                    line x1=(x) y1=(y + d) x2=(x + width) y2=(y + d) stroke="#333333" stroke-width="0.5" {}
                }
            }
        }
    }
}
