//! What a file turned out to be.

use std::fmt;
use std::time::Duration;

/// A file, by its bytes.
#[derive(Clone, Debug, PartialEq)]
pub enum Asset {
    /// A picture, or one that moves a little.
    Image(Image),
    /// A film.
    Video(Video),
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// How long the file is.
    pub bytes: u64,
    /// How it is encoded.
    pub format: Format,
    /// As people see it, turned as its EXIF data say; `None` of a format that is only recognised.
    pub shown: Option<Dimensions>,
    /// The EXIF orientation, 1 to 8.
    pub orientation: u8,
    /// Whether it has several frames in time.
    pub animated: bool,
    /// Whether it is a JPEG with further pictures behind it (multi-picture format), or a stereo pair.
    pub several: bool,
    /// Whether its colours are those of print (CMYK), not of screens.
    pub for_print: bool,
}

/// How a picture is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Format {
    Jpeg,
    Png,
    WebP,
    Gif,
    Bmp,
    Tiff,
    Heic,
    Avif,
}

/// Columns and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dimensions {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// A film.
#[derive(Clone, Debug, PartialEq)]
pub struct Video {
    /// How long the file is, if that is known: of one that was read in part, it may not be.
    pub bytes: Option<u64>,
    /// MP4 or MOV.
    pub container: Container,
    /// The first brand of its `ftyp`, as `isom`; empty if it has none.
    pub brand: String,
    /// Whether its index (`moov`) comes before its data; `None` if neither was seen.
    pub index_first: Option<bool>,
    /// Whether its index is spread over the file (fragments).
    pub fragmented: bool,
    /// How long it runs.
    pub duration: Option<Duration>,
    /// Its first track with pictures.
    pub video: Option<VideoTrack>,
    /// Its first track with sound.
    pub audio: Option<AudioTrack>,
    /// Whether the index was read: if not, what is missing here is not missing there.
    pub index_read: bool,
    /// Whether a track has an edit list.
    pub edit_list: bool,
}

/// What a film's tracks are packed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// MPEG-4.
    Mp4,
    /// `QuickTime`.
    Mov,
}

/// A track with pictures. What its boxes do not tell is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct VideoTrack {
    /// How it is encoded.
    pub codec: VideoCodec,
    /// As people see it, turned as the track says.
    pub shown: Option<Dimensions>,
    /// By how many degrees the track turns its pictures.
    pub turned: u16,
    /// Pictures in a second, on average.
    pub frame_rate: Option<f64>,
    /// Bits in a second, on average.
    pub bit_rate: Option<u64>,
    /// Whether it has one colour sample for four of brightness (4:2:0).
    pub chroma_420: Option<bool>,
    /// Whether its pictures are halves that interlock.
    pub interlaced: Option<bool>,
}

/// How pictures of a film are encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum VideoCodec {
    H264,
    Hevc,
    /// By its code in the file.
    Other(String),
}

/// A track with sound. What its boxes do not tell is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudioTrack {
    /// How it is encoded.
    pub codec: AudioCodec,
    /// How many channels.
    pub channels: Option<u32>,
    /// Samples in a second.
    pub sample_rate: Option<u32>,
    /// Bits in a second, on average.
    pub bit_rate: Option<u64>,
}

/// How sound is encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum AudioCodec {
    Aac,
    /// By its code in the file.
    Other(String),
}

impl Dimensions {
    /// Of columns and rows.
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// The same on its side.
    #[must_use]
    pub const fn turned(self) -> Self {
        Self::new(self.height, self.width)
    }

    /// How many pixels.
    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Width by height.
    pub fn ratio(self) -> f64 {
        f64::from(self.width) / f64::from(self.height)
    }
}

impl Format {
    /// Its media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
            Self::Tiff => "image/tiff",
            Self::Heic => "image/heic",
            Self::Avif => "image/avif",
        }
    }
}

impl Container {
    /// Its media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Mp4 => "video/mp4",
            Self::Mov => "video/quicktime",
        }
    }
}

impl Asset {
    /// Its media type.
    pub const fn content_type(&self) -> &'static str {
        match self {
            Self::Image(image) => image.format.content_type(),
            Self::Video(video) => video.container.content_type(),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
        })
    }
}

impl fmt::Display for Dimensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{}", self.width, self.height)
    }
}

impl fmt::Display for VideoCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::H264 => "H.264",
            Self::Hevc => "HEVC",
            Self::Other(code) => code,
        })
    }
}

impl fmt::Display for AudioCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Aac => "AAC",
            Self::Other(code) => code,
        })
    }
}
