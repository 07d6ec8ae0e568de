//! Template file to checked template to placed layout; all faults at once.
