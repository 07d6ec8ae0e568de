//! How far a batch is.

use phieu_model::lang::Lang;

/// Pages and files of a batch that have come by. Only an opened file tells how many pages it has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Course {
    files: u64,
    opened: u64,
    /// Pages of the opened files.
    pages_opened: u64,
    done: u64,
}

impl Course {
    /// The course of a batch of `files`.
    pub fn new(files: u64) -> Self {
        Self { files, ..Self::default() }
    }

    /// Takes up a page, `page_index` from 0, of a file of `pages_in_file`.
    pub fn add(&mut self, page_index: u32, pages_in_file: u32) {
        self.done += 1;
        if page_index == 0 {
            self.opened += 1;
            self.pages_opened += u64::from(pages_in_file);
        }
    }

    /// Files opened, and all files.
    pub fn files(&self) -> (u64, u64) {
        (self.opened, self.files)
    }

    /// Pages that have come by, and how many there will be if the files still closed have as many pages as the opened
    /// ones on average.
    pub fn pages(&self) -> (u64, u64) {
        let closed = self.files.saturating_sub(self.opened);
        let expected = (self.pages_opened * closed).div_ceil(self.opened.max(1));
        (self.done, self.pages_opened + expected)
    }

    /// The course in words, with the pages refused and the answers for a person so far.
    pub fn in_words(&self, (refused, to_review): (u64, u64), lang: Lang) -> String {
        let Self { done, opened, files, .. } = self;
        match lang {
            Lang::Vi => {
                format!("{done} trang, {opened}/{files} tệp, từ chối {refused}, rà soát {to_review}")
            }
            Lang::En => {
                format!(
                    "{done} pages, {opened}/{files} files, {refused} refused, {to_review} answers to review"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_files_are_expected_to_be_as_long_as_the_opened_ones() {
        let mut course = Course::new(4);
        assert_eq!(course.pages(), (0, 0), "nothing is known");
        for page in 0..3 {
            course.add(page, 3);
        }
        assert_eq!((course.pages(), course.files()), ((3, 12), (1, 4)));
        course.add(0, 1);
        assert_eq!((course.pages(), course.files()), ((4, 8), (2, 4)));
        course.add(0, 2);
        course.add(1, 2);
        course.add(0, 1);
        assert_eq!(course.pages(), (7, 7), "at the end nothing is guessed");
    }
}
