//! Image bytes and layouts to one outcome a page.
