//! Sums of small decision trees (gradient boosting, Friedman 2001): from features to
//! log-odds. Only the use of fitted trees is here; how they are fitted is another crate's
//! business.

/// A part of a tree.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Node {
    /// To the next node where the feature is below the limit, else to the one at `right`.
    Split { feature: usize, below: f32, right: usize },
    /// What the tree adds to the log-odds.
    Leaf(f32),
}

/// A decision tree, its nodes in preorder.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tree {
    nodes: Vec<Node>,
}

/// A tree as it is grown.
#[derive(Debug, Clone, PartialEq)]
pub enum Branch {
    /// Two ways, by whether a feature is below a limit.
    Split {
        /// Index of the feature.
        feature: usize,
        /// The limit.
        below: f32,
        /// Where the feature is below it.
        left: Box<Branch>,
        /// Where it is not.
        right: Box<Branch>,
    },
    /// What is added to the log-odds.
    Leaf(f32),
}

impl From<&Branch> for Tree {
    fn from(root: &Branch) -> Self {
        let mut tree = Self::default();
        tree.add(root);
        tree
    }
}

impl Tree {
    fn add(&mut self, branch: &Branch) {
        match branch {
            Branch::Leaf(value) => self.nodes.push(Node::Leaf(*value)),
            Branch::Split { feature, below, left, right } => {
                let at = self.nodes.len();
                self.nodes.push(Node::Leaf(0.0));
                self.add(left);
                self.nodes[at] = Node::Split { feature: *feature, below: *below, right: self.nodes.len() };
                self.add(right);
            }
        }
    }

    fn value(&self, features: &[f32]) -> f32 {
        let mut at = 0;
        loop {
            match self.nodes[at] {
                Node::Leaf(value) => return value,
                Node::Split { feature, below, right } => {
                    at = if features[feature] < below { at + 1 } else { right };
                }
            }
        }
    }

    /// The tree as one line: nodes in preorder, `feature<limit` or `=value`.
    fn line(&self) -> String {
        let word = |node: &Node| match node {
            Node::Leaf(value) => format!("={value}"),
            Node::Split { feature, below, .. } => format!("{feature}<{below}"),
        };
        self.nodes.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    fn parse(line: &str, features: usize) -> Option<Self> {
        let mut words = line.split(' ');
        let root = branch(&mut words, features)?;
        words.next().is_none().then(|| Self::from(&root))
    }
}

fn branch<'a>(words: &mut impl Iterator<Item = &'a str>, features: usize) -> Option<Branch> {
    let word = words.next()?;
    if let Some(value) = word.strip_prefix('=') {
        return Some(Branch::Leaf(value.parse().ok()?));
    }
    let (feature, below) = word.split_once('<')?;
    let feature = feature.parse().ok().filter(|f| *f < features)?;
    let below = below.parse().ok()?;
    let left = Box::new(branch(words, features)?);
    let right = Box::new(branch(words, features)?);
    Some(Branch::Split { feature, below, left, right })
}

/// A sum of trees over named features.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forest {
    /// Names of the features, in their order.
    pub features: Vec<String>,
    /// Log-odds before any tree.
    pub base: f32,
    /// The trees.
    pub trees: Vec<Tree>,
}

impl Forest {
    /// Log-odds at these features, of which there must be as many as names, if it
    /// has any.
    pub fn log_odds(&self, features: &[f32]) -> f32 {
        debug_assert!(self.features.is_empty() || features.len() == self.features.len());
        self.base + self.trees.iter().map(|tree| tree.value(features)).sum::<f32>()
    }

    /// The forest as lines of text, which [`Forest::parse`] understands.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.features.join(" "), self.base, self.trees.len());
        for tree in &self.trees {
            text.push_str(&tree.line());
            text.push('\n');
        }
        text
    }

    /// The forest that begins at the next of `lines`; `None` when they are not one.
    pub fn parse<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Option<Self> {
        let features: Vec<String> = lines.next()?.split(' ').map(str::to_owned).collect();
        let base = lines.next()?.parse().ok()?;
        let count: usize = lines.next()?.parse().ok()?;
        let trees =
            (0..count).map(|_| Tree::parse(lines.next()?, features.len())).collect::<Option<Vec<_>>>()?;
        Some(Self { features, base, trees })
    }
}

/// Probability from log-odds.
pub fn probability(log_odds: f32) -> f64 {
    1.0 / (1.0 + (-f64::from(log_odds)).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stump(below: f32) -> Branch {
        let leaf = |v| Box::new(Branch::Leaf(v));
        Branch::Split { feature: 0, below, left: leaf(-1.5), right: leaf(2.0) }
    }

    #[test]
    fn a_forest_reads_back_as_it_was_written() {
        let deep = Branch::Split {
            feature: 1,
            below: 0.1,
            left: Box::new(stump(0.3)),
            right: Box::new(Branch::Leaf(0.25)),
        };
        let forest = Forest {
            features: vec!["a".into(), "b".into()],
            base: -0.125,
            trees: vec![Tree::from(&stump(0.5)), Tree::from(&deep)],
        };
        assert_eq!(Forest::parse(&mut forest.text().lines()), Some(forest.clone()));
        assert_eq!(forest.log_odds(&[0.4, 0.0]), -0.125 - 1.5 + 2.0);
        assert_eq!(forest.log_odds(&[0.5, 0.1]), -0.125 + 2.0 + 0.25);
    }

    #[test]
    fn a_tree_that_names_no_feature_or_is_cut_off_is_refused() {
        for line in ["2<0.5 =1 =2", "0<0.5 =1", "0<0.5 =1 =2 =3", "", "0<x =1 =2"] {
            assert_eq!(Tree::parse(line, 2), None, "{line}");
        }
    }
}
