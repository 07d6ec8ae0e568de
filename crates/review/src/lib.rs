//! The queue of doubtful answers as a pure state machine.
