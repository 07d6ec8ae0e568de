//! All boxes of many pages, in the order of each measure.

use std::fmt::Write;

use maud::{Markup, PreEscaped, html};
use phieu_model::lang::Lang;
use phieu_read::inspect::{Gallery, Section};

use super::{data_uri, document, number, words};
use crate::refusals::place;

/// The gallery: a section for each measure, smallest values first.
pub fn gallery_html(gallery: &Gallery, lang: Lang) -> String {
    let title = lang.pick("Các ô đánh dấu xếp theo từng số đo", "All boxes sorted by each measure");
    let sections = gallery.sections();
    // A box stands in many sections: its picture is in the document once, in the style.
    let mut shown = vec![false; gallery.boxes().len()];
    sections.iter().flat_map(|s| s.low.iter().chain(&s.high)).for_each(|&i| shown[i] = true);
    let mut pictures = String::new();
    for (i, held) in gallery.boxes().iter().enumerate().filter(|(i, _)| shown[*i]) {
        let _ = writeln!(pictures, ".b{i}{{background-image:url({})}}", data_uri(&held.patch.png));
    }
    let body = html! {
        style { (PreEscaped(pictures)) }
        p { (match lang {
            Lang::Vi => format!("{} ô; trong mỗi phần, số đo tăng dần từ trái sang phải.", gallery.added()),
            Lang::En => format!("{} boxes; in each section the measure grows from left to right.", gallery.added()),
        }) }
        nav { @for section in &sections { a href=(format!("#{}", section.measure.name)) { (section.measure.name) } " " } }
        @for section in &sections { (section_html(gallery, section, lang)) }
    };
    document(title, &body, lang)
}

fn section_html(gallery: &Gallery, section: &Section, lang: Lang) -> Markup {
    let measure = section.measure;
    let boxes = |held: &[usize]| {
        html! {
            @for &i in held {
                @let of = &gallery.boxes()[i];
                figure {
                    i class=(format!("b{i}")) {}
                    figcaption {
                        b { (number(f64::from((measure.of)(&of.patch.measures)), 4, lang)) } br;
                        (of.patch.question) "/" (of.patch.option) br;
                        (words::mark(of.patch.mark, lang)) br;
                        (place(&of.source, of.page_index, lang))
                    }
                }
            }
        }
    };
    html! {
        h2 id=(measure.name) {
            @if let Some((name, meaning)) = words::measure(measure.name, lang) { (name) ": " (meaning) " " }
            span.code { (measure.name) ", " (words::unit(measure.unit, lang)) }
        }
        div.boxes {
            (boxes(&section.low))
            @if section.between > 0 {
                p.between { (match lang {
                    Lang::Vi => format!("… còn {} ô ở giữa không hiện …", section.between),
                    Lang::En => format!("… {} boxes between are not shown …", section.between),
                }) }
            }
            (boxes(&section.high))
        }
    }
}
