//! Media: posts, reels, stories, ads and broadcasts, of our accounts and of strangers.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use base64::Engine as _;
use serde::{Deserialize, Serialize};

use super::{Channel, Details, Id, Kind, Place, World, value};
use crate::domain::{Field, Timestamp, facts};

/// The form of a media object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum MediaType {
    Image,
    Video,
    CarouselAlbum,
}

impl MediaType {
    /// Meta's word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "IMAGE",
            Self::Video => "VIDEO",
            Self::CarouselAlbum => "CAROUSEL_ALBUM",
        }
    }
}

/// Where a media object is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Product {
    Feed,
    Reels,
    Story,
    Ad,
    Live,
}

impl Product {
    /// Meta's word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Feed => "FEED",
            Self::Reels => "REELS",
            Self::Story => "STORY",
            Self::Ad => "AD",
            Self::Live => "LIVE",
        }
    }
}

/// A broadcast runs for at most this long; its comments can be read while it does.
const BROADCAST: Duration = Duration::from_hours(4);

/// A media object.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Media {
    pub(crate) id: Id,
    /// The account that owns it; none for a stranger's.
    pub(crate) owner: Option<Id>,
    pub(crate) username: String,
    pub(crate) form: MediaType,
    pub(crate) product: Product,
    pub(crate) caption: Option<String>,
    pub(crate) timestamp: Timestamp,
    pub(crate) like_count: u64,
    pub(crate) comments_enabled: bool,
    /// The items of a carousel.
    pub(crate) children: Vec<Id>,
    /// The carousel that it is an item of.
    pub(crate) carousel: Option<Id>,
    /// The post that an ad was made of.
    pub(crate) original: Option<Id>,
    /// Accounts that it tags.
    pub(crate) tagged: Vec<Id>,
    /// A story's final numbers.
    pub(crate) insights: BTreeMap<String, i64>,
    /// When a story was ended, by its age or by hand.
    pub(crate) expired_at: Option<Timestamp>,
    /// The container that it was published from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) container: Option<Id>,
    /// What its publisher said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) details: Option<Box<Details>>,
    /// The API shows it from here on; followers see it before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) read_from: Option<Timestamp>,
}

impl Media {
    /// The code in its public address.
    pub(crate) fn shortcode(&self) -> String {
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(self.id.number().to_be_bytes())
    }

    /// Its public address.
    pub(crate) fn permalink(&self) -> String {
        let code = self.shortcode();
        match self.product {
            Product::Story => format!("https://www.instagram.com/stories/{}/{}", self.username, self.id),
            Product::Reels => format!("https://www.instagram.com/reel/{code}/"),
            Product::Feed | Product::Ad | Product::Live => format!("https://www.instagram.com/p/{code}/"),
        }
    }

    /// Where its picture or film lies; a `kind` is `media` or `thumbnail`.
    pub(crate) fn url(&self, kind: &str) -> String {
        let ending = if kind == "media" && self.form == MediaType::Video {
            "mp4"
        } else {
            "jpg"
        };
        format!(
            "https://scontent.cdninstagram.example/{kind}/{}.{ending}?oe=68A0",
            self.id
        )
    }

    /// Whether a story can still be seen.
    pub(crate) fn is_living_story(&self, now: Timestamp) -> bool {
        self.product == Product::Story
            && self.expired_at.is_none()
            && now < self.timestamp + facts::STORY_LIFETIME
    }

    /// Whether the API shows it already.
    pub(crate) fn is_readable(&self, now: Timestamp) -> bool {
        self.read_from.is_none_or(|from| from <= now)
    }

    /// Whether its comments can be read one by one: a broadcast's only while it runs.
    pub(crate) fn shows_comments(&self, now: Timestamp) -> bool {
        self.product != Product::Live || now < self.timestamp + BROADCAST
    }

    /// Where it stands among others, by time.
    pub(crate) const fn place(&self) -> Place {
        Place {
            at: self.timestamp,
            id: self.id,
        }
    }
}

/// A media object with its comments in order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct MediaRecord {
    pub(crate) media: Media,
    /// Top-level comments that the edge lists: not those made on ads.
    pub(crate) comments: BTreeSet<Place>,
    /// All comments, replies too.
    pub(crate) comments_count: u64,
}

impl World {
    pub(super) fn add_media(&mut self, media: Media) {
        *self.made.entry(Kind::Media).or_default() += 1;
        let place = media.place();
        for tagged in &media.tagged {
            if let Some(record) = self.accounts.get_mut(tagged) {
                record.tagged.insert(place);
            }
        }
        if let Some(shelf) = self.shelf(&media) {
            shelf.insert(place);
        }
        if media.product == Product::Story && media.owner.is_some() {
            self.living_stories.insert(place);
        }
        let record = MediaRecord {
            media,
            comments: BTreeSet::new(),
            comments_count: 0,
        };
        self.media.insert(record.media.id, record);
    }

    /// The list of its account that media stands in: items of carousels, ads and broadcasts in none.
    fn shelf(&mut self, media: &Media) -> Option<&mut BTreeSet<Place>> {
        let record = self.accounts.get_mut(&media.owner?)?;
        match media.product {
            Product::Feed | Product::Reels if media.carousel.is_none() => Some(&mut record.posts),
            Product::Story => Some(&mut record.stories),
            Product::Feed | Product::Reels | Product::Ad | Product::Live => None,
        }
    }

    pub(super) fn delete_media(&mut self, id: Id) {
        let Some(record) = self.media.remove(&id) else {
            return;
        };
        let place = record.media.place();
        for comment in record.comments {
            self.delete_comment(comment.id);
        }
        if let Some(shelf) = self.shelf(&record.media) {
            shelf.remove(&place);
        }
        for tagged in &record.media.tagged {
            if let Some(account) = self.accounts.get_mut(tagged) {
                account.tagged.remove(&place);
            }
        }
        self.living_stories.remove(&place);
        for child in record.media.children {
            self.media.remove(&child);
        }
    }

    pub(super) fn end_story(
        &mut self,
        id: Id,
        at: Timestamp,
        tell_at: Timestamp,
        insights: BTreeMap<String, i64>,
    ) {
        let Some(record) = self.media.get_mut(&id) else {
            return;
        };
        record.media.expired_at = Some(at);
        record.media.insights = insights;
        let (place, owner) = (record.media.place(), record.media.owner);
        let value = value::story(id, &record.media.insights);
        self.living_stories.remove(&place);
        if let Some(owner) = owner {
            self.tell(owner, &Field::StoryInsights, Channel::Changes, tell_at, &value);
        }
    }
}
