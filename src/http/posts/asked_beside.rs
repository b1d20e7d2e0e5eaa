//! What a post that is asked for may have beside its files and words.

use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::post::{AudioConfiguration, Graduation, Trial};

/// How a trial reel comes to be shown to everybody.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[schema(as = Trial)]
pub struct NewTrial {
    /// `MANUAL`: the account says so in the app; `SS_PERFORMANCE`: Meta does it if the reel does well.
    #[schema(value_type = String)]
    pub graduation_strategy: Graduation,
}

/// A sound of Meta's library.
#[derive(Clone, Debug, Deserialize, Serialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[schema(as = AudioConfiguration)]
pub struct NewAudioConfiguration {
    /// Its id there.
    pub audio_id: String,
    /// How loud it is.
    pub audio_volume: Option<f64>,
    /// How loud the video's own sound is.
    pub video_volume: Option<f64>,
}

impl NewTrial {
    pub(super) const fn intent(self) -> Trial {
        Trial {
            graduation_strategy: self.graduation_strategy,
        }
    }
}

impl NewAudioConfiguration {
    pub(super) fn intent(self) -> AudioConfiguration {
        AudioConfiguration {
            audio_id: self.audio_id,
            audio_volume: self.audio_volume,
            video_volume: self.video_volume,
        }
    }
}
