//! Films: MP4 and MOV, as far as their boxes tell. No picture of a film is decoded.
//!
//! Our own walk goes from box to box, and the library reads each leaf. It would read whole trees, too, but one strange
//! box in them would hide all the others, and boxes within boxes within boxes would use up its stack.

mod boxes;
mod index;
mod layout;
mod sample;
mod track;

pub(super) use layout::read;
