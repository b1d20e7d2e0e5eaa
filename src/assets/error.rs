//! Why a file cannot be taken as a picture or a film, in words for whoever gave it.

use super::asset::Format;

/// A file that is no picture or film that can be used.
#[derive(Debug, thiserror::Error)]
pub enum AssetError {
    /// There are no bytes.
    #[error("the file is empty; upload it again, or check what the URL leads to")]
    Empty,
    /// A page, most often of a login, where a file was expected.
    #[error(
        "this is {0}, not a picture or film: the URL leads to a page, perhaps of a login; give the URL of the \
         file itself, which works without a login, or upload the file"
    )]
    Page(&'static str),
    /// Bytes of no known kind.
    #[error("the file is no picture or film that is known here; use JPEG for pictures, MP4 or MOV for films")]
    Unknown,
    /// It ends before its end.
    #[error("the {0} is cut off: it ends before its end; upload or export it again")]
    CutOff(&'static str),
    /// It cannot be decoded.
    #[error("the {kind} is damaged and cannot be read; export it again")]
    Damaged {
        /// What it seemed to be.
        kind: &'static str,
        /// What the decoder said.
        #[source]
        source: image::ImageError,
    },
    /// Its boxes or segments contradict each other.
    #[error("the {0} is damaged and cannot be read; export it again")]
    Malformed(&'static str),
    /// More pixels than are decoded here, or so many that it could not be decoded within bounds of memory.
    #[error("the picture has more than {0} million pixels, or says so; make it smaller")]
    TooManyPixels(u64),
    /// A picture that moves cannot become a JPEG.
    #[error("the {0} moves, and a JPEG cannot; upload it as a film (MP4), or give one picture of it")]
    Animated(Format),
    /// Only JPEG, PNG and WebP are converted.
    #[error("{0} cannot be turned into JPEG here; export it as JPEG")]
    NotConvertible(Format),
    /// A film was given where a picture is needed.
    #[error("this is a film, and a picture is needed here; give a JPEG")]
    NotAPicture,
    /// Even shrunk it takes too many bytes.
    #[error("the picture has more than {0} bytes even as a small JPEG; make it simpler")]
    TooLarge(u64),
    /// A picture of more bytes than are read.
    #[error("the picture has more than {0} bytes; make it smaller")]
    TooLong(u64),
    /// The file could not be read from the disk.
    #[error("the file could not be read")]
    Read(#[from] std::io::Error),
}

impl AssetError {
    /// A word for programs, which never changes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "media-empty",
            Self::Page(_) => "media-is-a-page",
            Self::Unknown => "media-unknown-format",
            Self::CutOff(_) => "media-cut-off",
            Self::Damaged { .. } | Self::Malformed(_) => "media-damaged",
            Self::TooManyPixels(_) => "media-too-many-pixels",
            Self::Animated(_) => "media-animated",
            Self::NotConvertible(_) => "media-not-convertible",
            Self::NotAPicture => "media-not-a-picture",
            Self::TooLarge(_) | Self::TooLong(_) => "media-too-large",
            Self::Read(_) => "media-unreadable",
        }
    }
}
