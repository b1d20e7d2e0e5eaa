//! Making media of every kind, ours and strangers'.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path};

use super::input::{self, Input};
use super::problem::Problem;
use super::view;
use crate::domain::Timestamp;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{Change, Id, Kind, Media, MediaType, Product, World};

/// What a request says of new media.
pub(super) struct Wanted {
    pub(super) id: Option<Id>,
    pub(super) account: Option<String>,
    /// A stranger who owns it.
    pub(super) stranger: Option<String>,
    pub(super) product: Product,
    pub(super) media_type: Option<MediaType>,
    pub(super) caption: Option<String>,
    pub(super) timestamp: Option<Timestamp>,
    pub(super) like_count: u64,
    pub(super) comments_enabled: bool,
    pub(super) children: usize,
    pub(super) original: Option<Id>,
    pub(super) tagged: Vec<String>,
}

/// Items of a carousel, at most (graph-publishing.md §2).
const CHILDREN: usize = 10;

impl Wanted {
    /// Takes what concerns media out of the input.
    pub(super) fn take(input: &mut Input) -> Result<Self, Problem> {
        let wanted = Self {
            id: input.optional("id")?,
            account: input.optional("account")?,
            stranger: input.optional("stranger")?,
            product: input.or("media_product_type", Product::Feed)?,
            media_type: input.optional("media_type")?,
            caption: input.optional("caption")?,
            timestamp: input.optional("timestamp")?,
            like_count: input.or("like_count", 0)?,
            comments_enabled: input.or("comments_enabled", true)?,
            children: input.or("children", 0)?,
            original: input.optional("original_media_id")?,
            tagged: input.or("tagged", Vec::new())?,
        };
        if wanted.children > CHILDREN {
            return Err(Problem::field("children", format!("at most {CHILDREN}")));
        }
        Ok(wanted)
    }

    const fn form(&self) -> MediaType {
        match (self.media_type, self.product, self.children) {
            (Some(given), ..) => given,
            (None, _, 1..) => MediaType::CarouselAlbum,
            (None, Product::Reels | Product::Live, _) => MediaType::Video,
            (None, ..) => MediaType::Image,
        }
    }
}

/// `POST /sandbox/media`
pub(crate) async fn create(meta: Data<Meta>, body: Bytes) -> Result<HttpResponse, Problem> {
    let mut input = Input::read(&body)?;
    let wanted = Wanted::take(&mut input)?;
    input.done()?;
    let now = meta.now();
    let media = meta.change(|world| make(world, &wanted, now))?;
    Ok(HttpResponse::Ok().json(view::media(&media)))
}

/// `DELETE /sandbox/media/{id}`
pub(crate) async fn remove(meta: Data<Meta>, name: Path<String>) -> Result<HttpResponse, Problem> {
    let missing = || Problem::NotFound {
        what: "media",
        name: name.to_string(),
    };
    let id: Id = name.parse().map_err(|_| missing())?;
    meta.change(|world| {
        world.media.contains_key(&id).then_some(()).ok_or_else(missing)?;
        Ok::<_, Problem>((vec![Change::MediaDeleted { id }], ()))
    })?;
    Ok(HttpResponse::NoContent().finish())
}

/// The changes that make it: the items of a carousel first.
pub(super) fn make(world: &World, wanted: &Wanted, now: Timestamp) -> Result<(Vec<Change>, Media), Problem> {
    let mut ids = world.fresh(Kind::Media);
    let mut fresh = || ids.next().expect("a range of ids does not end");
    let id = wanted.id.unwrap_or_else(&mut fresh);
    if world.is_taken(id) {
        return Err(Problem::field("id", "is taken"));
    }
    let owner = match wanted.stranger {
        Some(_) => None,
        None => Some(&input::account(world, wanted.account.as_deref())?.account),
    };
    let stranger = wanted.stranger.clone().unwrap_or_default();
    let tagged: Result<Vec<Id>, Problem> = wanted
        .tagged
        .iter()
        .map(|name| input::account(world, Some(name)).map(|record| record.account.id))
        .collect();
    let media = Media {
        id,
        owner: owner.map(|account| account.id),
        username: owner.map_or(stranger, |account| account.username.clone()),
        form: wanted.form(),
        product: wanted.product,
        caption: wanted.caption.clone(),
        timestamp: wanted.timestamp.unwrap_or(now),
        like_count: wanted.like_count,
        comments_enabled: wanted.comments_enabled,
        children: (0..wanted.children).map(|_| fresh()).collect(),
        carousel: None,
        original: wanted.original,
        tagged: tagged?,
        insights: std::collections::BTreeMap::new(),
        expired_at: None,
        container: None,
        details: None,
        read_from: None,
    };
    let whole = media
        .children
        .iter()
        .map(|child| item(*child, &media))
        .chain([media.clone()]);
    Ok((whole.map(|media| Change::Media(Box::new(media))).collect(), media))
}

fn item(id: Id, of: &Media) -> Media {
    Media {
        id,
        form: MediaType::Image,
        caption: None,
        children: Vec::new(),
        carousel: Some(of.id),
        tagged: Vec::new(),
        ..of.clone()
    }
}
