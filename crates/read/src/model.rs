//! The fitted models: what a box means, and how likely a proposed answer is wrong.
//!
//! They are data: `weights/marks.txt`, made by `scripts/train` and compiled in. They see
//! the features of [`crate::decide`] and nothing else, and no guard can be overridden
//! by them.

use std::sync::LazyLock;

pub mod calibration;
pub mod trees;

pub use calibration::Calibration;
pub use trees::{Branch, Forest, Tree, probability};

/// First line of a file of weights.
const HEADER: &str = "phieu marks 1";

static SHIPPED: LazyLock<Models> = LazyLock::new(|| {
    Models::parse(include_str!("../weights/marks.txt")).expect("the weights compiled in are whole")
});

/// All that is fitted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Models {
    /// Log-odds that the person means a box.
    pub meant: Forest,
    /// Risk score of a proposed answer.
    pub risk: Forest,
    /// What the risk score means.
    pub calibration: Calibration,
}

impl Models {
    /// The models compiled in.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// The models as a file's text.
    pub fn text(&self) -> String {
        format!("{HEADER}\n{}{}{}", self.meant.text(), self.risk.text(), self.calibration.text())
    }

    /// The models of a file's text; `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next()? != HEADER {
            return None;
        }
        let meant = Forest::parse(&mut lines)?;
        let risk = Forest::parse(&mut lines)?;
        let calibration = Calibration::parse(&mut lines)?;
        lines.next().is_none().then_some(Self { meant, risk, calibration })
    }
}
