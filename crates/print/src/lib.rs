//! Layout and sheet identities to PDF bytes.
