//! Counts to tables to text, CSV and HTML.
