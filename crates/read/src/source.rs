//! From the paths a person gives to the files that are read.

use std::path::{Path, PathBuf};

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// The path as given, joined with the rest of the way to the file: what
    /// `readings.jsonl` shows.
    pub shown: String,
}

/// The files named by `paths`, in the order given; a folder stands for all files
/// below it, sorted by name. A path that does not exist is kept, so that reading it
/// leaves one outcome. Hidden files (their name begins with a dot) and the files
/// that Windows and macOS leave in folders are passed over inside folders.
pub fn sources(paths: &[PathBuf]) -> Vec<Source> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            collect(path, &mut found);
        } else {
            found.push(Source { path: path.clone(), shown: shown(path) });
        }
    }
    found
}

fn collect(dir: &Path, found: &mut Vec<Source>) {
    let Ok(entries) = std::fs::read_dir(dir) else {
        // Kept as a source: reading it leaves one outcome that says why.
        found.push(Source { path: dir.to_owned(), shown: shown(dir) });
        return;
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if name.starts_with('.') || matches!(name.as_str(), "thumbs.db" | "desktop.ini") {
            continue;
        }
        // A link to a folder is not followed: it could lead back here.
        let is_link = path.symlink_metadata().is_ok_and(|meta| meta.file_type().is_symlink());
        if path.is_dir() && !is_link {
            collect(&path, found);
        } else if path.is_file() {
            found.push(Source { shown: shown(&path), path });
        }
    }
}

/// The path as text with `/` between its parts on every system.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stands_for_all_files_below_it_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("Quét tháng 1");
        std::fs::create_dir_all(root.join("b")).unwrap();
        for name in ["c.png", "a.jpg", "b/2.tif", "b/1.tif", ".hidden", "Thumbs.db"] {
            std::fs::write(root.join(name), b"x").unwrap();
        }
        let missing = dir.path().join("missing.png");
        let found = sources(&[root.clone(), missing.clone()]);
        let names: Vec<_> = found
            .iter()
            .map(|s| s.path.strip_prefix(dir.path()).unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(
            names,
            [
                "Quét tháng 1/a.jpg",
                "Quét tháng 1/b/1.tif",
                "Quét tháng 1/b/2.tif",
                "Quét tháng 1/c.png",
                "missing.png"
            ]
        );
        assert_eq!(found[4].path, missing);
    }
}
