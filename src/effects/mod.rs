//! Effects: writes to Instagram that people can see, made once for each intent.
//!
//! Only a person, an API call or a schedule makes one. Each step is journalled before its call; a call whose answer is
//! lost leaves a doubt, which is settled by what Instagram shows before anything is tried again. Nothing that processes
//! events may come here: what is replayed has no effects.

mod access;
mod asking;
mod doubt;
mod engine;
mod error;
mod files;
mod follow;
mod maker;
mod pace;
mod post;
mod publisher;
mod seen;
mod turn;
mod uploads;

pub use asking::PostRequest;
pub use error::{EffectError, Hindrance};
pub use files::Files;
pub use maker::Effects;
pub use pace::Pace;
pub use post::{Decision, PostChange};
pub use uploads::{KeptUpload, Taken, UploadError, Uploads, clear_shelf};
