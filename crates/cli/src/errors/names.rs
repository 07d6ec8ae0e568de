//! A name that is not known: what there is instead, nearest first.

use phieu_model::lang::Lang;

/// A name that is not known, and those that are.
#[derive(Debug)]
pub struct Unknown {
    /// What kind of name.
    pub what: Named,
    /// What was given.
    pub given: String,
    /// What there is, as a person would type it.
    pub known: Vec<String>,
}

/// The kinds of names an operator types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A form.
    Form,
    /// A form's version.
    Version,
    /// A unit.
    Unit,
    /// A procedure.
    Procedure,
    /// A simulator's profile.
    Profile,
}

impl Unknown {
    /// What was given, what there is.
    pub(super) fn sentence(&self, lang: Lang) -> String {
        let Self { what, given, known } = self;
        let (name_vi, name_en) = match what {
            Named::Form => ("mẫu phiếu", "form"),
            Named::Version => ("phiên bản mẫu phiếu", "form version"),
            Named::Unit => ("đơn vị", "unit"),
            Named::Procedure => ("thủ tục", "procedure"),
            Named::Profile => ("kiểu mô phỏng", "profile"),
        };
        let list = nearest(given, known).join("; ");
        match lang {
            Lang::Vi => format!("Không có {name_vi} “{given}”. Hiện có: {list}. Hãy chọn một trong số đó."),
            Lang::En => format!("There is no {name_en} “{given}”. There are: {list}. Choose one of them."),
        }
    }
}

/// At most this many names are shown for one that is not known.
const NAMES_SHOWN: usize = 12;

/// The known names, nearest first where there are too many to show.
fn nearest(given: &str, known: &[String]) -> Vec<String> {
    let mut names = known.to_vec();
    if names.len() > NAMES_SHOWN {
        let folded = given.to_lowercase();
        names.sort_by_key(|name| {
            let name = name.to_lowercase();
            let shared = name.chars().zip(folded.chars()).take_while(|(a, b)| a == b).count();
            (!name.contains(&folded), std::cmp::Reverse(shared))
        });
        names.truncate(NAMES_SHOWN);
        names.push("…".to_owned());
    }
    names
}
