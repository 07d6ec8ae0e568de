//! What happens, for programs: one line of JSON for each event, on stdout.
//!
//! `begin`, then for each page `page` once it is stored, `progress` from time to time, and `end` with all numbers.
//! A call that fails has no `end`.

use std::time::Duration;

use phieu_model::batch::BatchSummary;
use serde::Serialize;

use super::course::Course;
use crate::errors::Exit;
use crate::readings::{PageEvent, PageLine};
use crate::screen;

const SCHEMA: &str = "phieu.events/1";

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event<'a> {
    Begin {
        schema: &'static str,
        files: u64,
    },
    Page {
        #[serde(flatten)]
        page: PageEvent<'a>,
        to_review: u64,
    },
    Progress {
        pages: u64,
        pages_expected: u64,
        files_opened: u64,
        files: u64,
        pages_per_second: f64,
        seconds_left: f64,
        refused: u64,
        to_review: u64,
    },
    End {
        summary: &'a BatchSummary,
        pages_in: u64,
        pages_read: u64,
        pages_refused: u64,
        exit_code: u8,
    },
}

/// Tells programs on stdout.
#[derive(Debug, Default)]
pub struct Events;

impl Events {
    /// A batch of `files` begins.
    pub fn begin(&mut self, files: u64) {
        say(&Event::Begin { schema: SCHEMA, files });
    }

    /// A page is stored.
    pub fn page(&mut self, line: &PageLine, to_review: u64) {
        say(&Event::Page { page: line.event(), to_review });
    }

    /// So far, after `spent`.
    pub fn progress(&mut self, course: &Course, (refused, to_review): (u64, u64), spent: Duration) {
        let ((pages, pages_expected), (files_opened, files)) = (course.pages(), course.files());
        let pages_per_second = pages as f64 / spent.as_secs_f64().max(1e-3);
        let seconds_left = pages_expected.saturating_sub(pages) as f64 / pages_per_second;
        say(&Event::Progress {
            pages,
            pages_expected,
            files_opened,
            files,
            pages_per_second,
            seconds_left,
            refused,
            to_review,
        });
    }

    /// The batch has ended and is kept.
    pub fn end(&mut self, summary: &BatchSummary, exit: Exit) {
        let pages = &summary.pages;
        say(&Event::End {
            summary,
            pages_in: pages.pages_in(),
            pages_read: pages.read(),
            pages_refused: pages.refused(),
            exit_code: exit.code(),
        });
    }
}

fn say(event: &Event) {
    screen::data(&serde_json::to_string(event).expect("an event is plain data"));
}
